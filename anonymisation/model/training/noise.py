"""Damages texts the way hurried people and machines do, piece by piece, so that the spans stay exact."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from anonymisation.document import EntityType

Pieces = list[tuple[str, EntityType | None]]
_NAMES = {
    EntityType.PERSON,
    EntityType.LOCATION,
    EntityType.ORGANIZATION,
    EntityType.CARE_ORGANIZATION,
    EntityType.STREET_ADDRESS,
}
_WORD = re.compile(r"[^\W\d_]{4,}")
_NEIGHBOUR = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopoasdfghjklkxcvbnmn", strict=False))
_OCR = (("rn", "m"), ("l", "1"), ("o", "0"), ("e", "c"), ("ii", "n"), ("cl", "d"), ("B", "8"), ("I", "l"), (" ", ""))


def disturb(pieces: Pieces, rng: random.Random) -> Pieces:
    """Return the pieces with at most a few kinds of damage; most documents get none or one."""
    for share, change in _CHANGES:
        if rng.random() < share:
            pieces = change(pieces, rng)
    return pieces


def _each(pieces: Pieces, change: Callable[[str], str], *, names: bool | None = None) -> Pieces:
    return [(change(text) if names is None or (label in _NAMES) is names else text, label) for text, label in pieces]


def _lower(pieces: Pieces, _rng: random.Random) -> Pieces:
    return _each(pieces, str.lower)


def _lower_names(pieces: Pieces, rng: random.Random) -> Pieces:
    return [(t.lower() if label in _NAMES and rng.random() < 0.7 else t, label) for t, label in pieces]


def _upper(pieces: Pieces, _rng: random.Random) -> Pieces:
    return _each(pieces, str.upper)


def _upper_names(pieces: Pieces, rng: random.Random) -> Pieces:
    return [(t.upper() if label in _NAMES and rng.random() < 0.6 else t, label) for t, label in pieces]


def _plain(pieces: Pieces, _rng: random.Random) -> Pieces:
    def strip(text: str) -> str:
        return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))

    return _each(pieces, strip)


def typo(word: str, rng: random.Random) -> str:
    """Return the word with one slip: two letters swapped, one lost, doubled, or its neighbour on the keyboard."""
    i = rng.randrange(1, len(word) - 1)
    kind = rng.random()
    if kind < 0.3:
        return word[:i] + word[i + 1] + word[i] + word[i + 2 :]
    if kind < 0.6:
        return word[:i] + word[i + 1 :]
    if kind < 0.8:
        return word[:i] + word[i] + word[i:]
    return word[:i] + _NEIGHBOUR.get(word[i], word[i]) + word[i + 1 :]


def _typos(pieces: Pieces, rng: random.Random) -> Pieces:
    def slip(match: re.Match[str]) -> str:
        return typo(match.group(), rng) if rng.random() < 0.06 else match.group()

    return _each(pieces, lambda text: _WORD.sub(slip, text))


def _typos_in_names(pieces: Pieces, rng: random.Random) -> Pieces:
    def slip(match: re.Match[str]) -> str:
        return typo(match.group(), rng) if rng.random() < 0.5 else match.group()

    return _each(pieces, lambda text: _WORD.sub(slip, text), names=True)


def _drop_points(pieces: Pieces, rng: random.Random) -> Pieces:
    def drop(text: str) -> str:
        return re.sub(r"[.,;:](?=\s|$)", lambda m: "" if rng.random() < 0.6 else m.group(), text)

    return _each(pieces, drop, names=False)


def _drop_points_in_names(pieces: Pieces, rng: random.Random) -> Pieces:
    return [
        (t.replace(".", rng.choice(["", " "])) if label is EntityType.PERSON else t, label)
        for t, label in _trim(pieces)
    ]


def _ocr(pieces: Pieces, rng: random.Random) -> Pieces:
    def smudge(text: str) -> str:
        for old, new in rng.sample(_OCR, 2):
            text = re.sub(re.escape(old), lambda m, new=new: new if rng.random() < 0.06 else m.group(), text)  # type: ignore[misc]
        return text

    return _trim(_each(pieces, smudge))


def _wrap(pieces: Pieces, rng: random.Random) -> Pieces:
    """Break lines at a fixed width, as mail programs and printers do: also in the middle of a name."""
    width = rng.choice([38, 50, 64, 72, 78, 90])
    mark = rng.choice(["\n", "\n", "\n", "\r\n", " \n", "\n> "])
    column = 0
    out: Pieces = []
    for text, label in pieces:
        built = ""
        for word in re.split(r"( |\n)", text):
            column = 0 if word == "\n" else column + len(word)
            if word == " " and column >= width:
                built += mark if label is None or mark != "\n> " else "\n"
                column = 0
            else:
                built += word
        out.append((built, label))
    return out


def _quotes(pieces: Pieces, rng: random.Random) -> Pieces:
    table = rng.choice([{"'": "’", '"': "”"}, {"'": "`"}, {'"': "''"}, {"-": "–"}, {"–": "-"}])
    return _each(pieces, lambda text: "".join(table.get(c, c) for c in text), names=None)


def _spaces(pieces: Pieces, rng: random.Random) -> Pieces:
    new = rng.choice(["  ", "\u00a0", "\t"])
    return _each(pieces, lambda text: re.sub(" ", lambda m: new if rng.random() < 0.15 else m.group(), text))


def _line_in_name(pieces: Pieces, rng: random.Random) -> Pieces:
    return [(t.replace(" ", "\n", 1) if label in _NAMES and rng.random() < 0.5 else t, label) for t, label in pieces]


def _pseudonyms(pieces: Pieces, rng: random.Random) -> Pieces:
    """Put the fixed forms of protected text in the place of what was marked: those are no identifiers."""
    letter: dict[str, str] = {}
    out: Pieces = []
    for text, label in pieces:
        if label is None or rng.random() < 0.1:
            out.append((text, label))
            continue
        if label is EntityType.NL_BSN:
            out.append(("[BSN verwijderd]", None))
            continue
        word = _FORMS.get(label, ("gegeven",))
        out.append(
            (f"{rng.choice(word)} {letter.setdefault(text, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[len(letter) % 26])}", None)
        )
    return out


def _trim(pieces: Pieces) -> Pieces:
    """Keep marked texts free of spaces at their edges and never empty."""
    out: Pieces = []
    for text, label in pieces:
        bare = text.strip()
        out.append((bare if label is not None and bare else text, label if bare else None))
    return out


_FORMS: dict[EntityType, tuple[str, ...]] = {
    EntityType.PERSON: ("Persoon",),
    EntityType.LOCATION: ("plaats",),
    EntityType.DATE_TIME: ("datum",),
    EntityType.STREET_ADDRESS: ("adres",),
    EntityType.NL_POSTCODE: ("postcode",),
    EntityType.ORGANIZATION: ("organisatie", "school", "werkgever", "vereniging", "verhuurder"),
    EntityType.CARE_ORGANIZATION: ("GGZ-instelling", "zorginstelling", "huisartsenpraktijk", "ziekenhuis", "wijkteam"),
    EntityType.PHONE_NUMBER: ("telefoonnummer",),
    EntityType.EMAIL_ADDRESS: ("e-mailadres",),
    EntityType.URL: ("webadres",),
    EntityType.IBAN_CODE: ("rekeningnummer",),
    EntityType.NL_LICENSE_PLATE: ("kenteken",),
    EntityType.ID: ("nummer",),
    EntityType.SOCIAL_HANDLE: ("account",),
    EntityType.PROFESSION: ("beroep",),
    EntityType.NATIONALITY: ("nationaliteit",),
}

_CHANGES: tuple[tuple[float, Callable[[Pieces, random.Random], Pieces]], ...] = (
    (0.02, _pseudonyms),
    (0.05, _lower),
    (0.08, _lower_names),
    (0.02, _upper),
    (0.03, _upper_names),
    (0.05, _plain),
    (0.08, _typos),
    (0.06, _typos_in_names),
    (0.08, _drop_points),
    (0.03, _drop_points_in_names),
    (0.02, _ocr),
    (0.04, _quotes),
    (0.10, _wrap),
    (0.03, _line_in_name),
    (0.03, _spaces),
)
