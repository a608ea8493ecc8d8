"""Invents people, one origin each, and writes their names in every form that a note can hold."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from anonymisation.model.lexicon import word_set
from anonymisation.model.training.names import Lists

_PREFIX_WORDS = word_set("""van der den de 't ten ter te tot in op het uit uijt aan bij voor von la le du dos da""")

_FIRST_OF = {
    "dutch": ("dutch_old", "dutch_mid", "dutch_mid", "dutch_young", "dutch_young", "frisian"),
    "dutch_prefixed": ("dutch_old", "dutch_mid", "dutch_mid", "dutch_young", "frisian"),
    "derived": ("dutch_old", "dutch_mid", "dutch_young", "frisian"),
    "indonesian_moluccan": ("chinese_asian", "dutch_mid", "western"),
    "arab_syrian": ("syrian_arab",),
    "eritrean_ethiopian_somali": ("eritrean_ethiopian", "african"),
    "asian": ("chinese_asian",),
    "persian_afghan_kurdish": ("persian_afghan",),
    "eastern": ("ukrainian_eastern",),
}
_ORIGINS = {
    "dutch": 26,
    "dutch_prefixed": 24,
    "derived": 10,
    "turkish": 5,
    "moroccan": 6,
    "surinamese_antillean": 6,
    "indonesian_moluccan": 2,
    "polish": 5,
    "arab_syrian": 4,
    "eritrean_ethiopian_somali": 3,
    "african": 2,
    "asian": 3,
    "persian_afghan_kurdish": 2,
    "eastern": 3,
    "western": 3,
}


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person: first name, further initials and surname with its prefix."""

    first: str
    extra: str
    last: str
    female: bool

    @property
    def split_last(self) -> tuple[str, str]:
        """The surname as (prefix, rest)."""
        words = self.last.split(" ")
        n = 0
        while n < len(words) - 1 and words[n].lower() in _PREFIX_WORDS:
            n += 1
        return " ".join(words[:n]), " ".join(words[n:])


def invent(lists: Lists, rng: random.Random, *, dev: bool, female: bool | None = None) -> Person:
    """Return a person whose names come from one origin (now and then two, as families go)."""
    is_female = rng.random() < 0.5 if female is None else female
    origin = rng.choices(list(_ORIGINS), list(_ORIGINS.values()))[0]
    last = lists.last_by_origin[origin].pick(rng, dev=dev)
    first_origin = rng.choice(_FIRST_OF.get(origin, (origin,)))
    if rng.random() < 0.06:
        first_origin = rng.choice([key.split(" ")[1] for key in lists.first_by_origin if key.startswith("f ")])
    first = lists.first_by_origin[f"{'f' if is_female else 'm'} {first_origin}"].pick(rng, dev=dev)
    if rng.random() < 0.12:
        last = f"{last}-{lists.last_by_origin[rng.choice(['dutch', 'dutch_prefixed', origin])].pick(rng, dev=dev)}"
    elif rng.random() < 0.02:
        last = f"{last}-{lists.last_by_origin['dutch'].pick(rng, dev=dev)}-{rng.choice('abcdefgh').upper()}"
    extra = "".join(rng.choice("ABCDEFGHJKLMNPRSTW") for _ in range(rng.choice([0, 0, 1, 1, 2, 3])))
    return Person(first, extra, last, is_female)


def _initial(first: str) -> str:
    if first[:2] in {"Th", "Ch", "Ph", "IJ"} and len(first) > 3:
        return first[:2]
    return first[:1]


def initials(person: Person, rng: random.Random) -> str:
    """Initials with dots, without, or with spaces."""
    letters = [_initial(person.first), *person.extra]
    kind = rng.random()
    if kind < 0.75:
        return ".".join(letters) + "."
    if kind < 0.85:
        return ". ".join(letters) + "."
    return "".join(letters) if kind < 0.95 else " ".join(letters)


def last(person: Person, rng: random.Random) -> str:
    """The surname alone; its prefix gets a capital more often than not, as after a title."""
    prefix, rest = person.split_last
    if not prefix:
        return rest
    kind = rng.random()
    if kind < 0.45:
        return f"{prefix} {rest}"
    if kind < 0.92:
        return f"{prefix[:1].upper()}{prefix[1:]} {rest}" if prefix[0] != "'" else f"{prefix} {rest}"
    short = {
        "van der": rng.choice(["v.d.", "v/d", "vd", "v d"]),
        "van den": rng.choice(["v.d.", "v/d"]),
        "van de": "v.d.",
        "van": "v.",
    }
    return f"{short.get(prefix, prefix)} {rest}"


def full(person: Person, rng: random.Random) -> str:
    """First name and surname, now and then with initials, a second name or a call name."""
    kind = rng.random()
    if kind < 0.80:
        return f"{person.first} {person.last}"
    if kind < 0.86:
        return f"{initials(person, rng)} ({person.first}) {person.last}"
    if kind < 0.92:
        return f"{person.first} {rng.choice('ABCDEFGHJKLMPRSTW')}. {person.last}"
    if kind < 0.95:
        return f"{person.first} {person.first[:1]}{'aeioe'[len(person.first) % 5]}{person.first[-2:]} {person.last}"
    return f"{person.first} {person.split_last[1]}"


def initials_last(person: Person, rng: random.Random) -> str:
    """Initials and surname: `J. de Boer`, `j.de boer` comes from the noise."""
    space = "" if rng.random() < 0.08 else " "
    return f"{initials(person, rng)}{space}{person.last}"


def last_first(person: Person, rng: random.Random) -> str:
    """Surname first: `Yilmaz, F.`, `Boer, J. de`, `Vries - Smit, mw. A. de` without the title."""
    prefix, rest = person.split_last
    kind = rng.random()
    body = initials(person, rng) if kind < 0.5 else person.first
    tail = f" {prefix}" if prefix and rng.random() < 0.7 else ""
    head = rest if tail or not prefix else f"{prefix} {rest}"
    return f"{head}, {body}{tail}" if rng.random() < 0.92 else f"{head} {body}{tail}"


def short_initials(person: Person, rng: random.Random) -> str:
    """Initials alone: `S.v.d.H.`, `AWB`, `J.K.`."""
    prefix, rest = person.split_last
    letters = [_initial(person.first)[:1], *person.extra[:1]]
    small = [word[0] for word in prefix.replace("'", "").split(" ") if word]
    letters_last = [part[0].upper() for part in rest.split("-") if part]
    kind = rng.random()
    if kind < 0.7:
        return "".join(f"{x}." for x in [*letters, *small, *letters_last])
    return "".join([*letters, *[x.lower() for x in small if kind < 0.9], *letters_last])


def first_initial(person: Person, rng: random.Random) -> str:
    """First name and the first letter of the surname: `Sanne K.`."""
    prefix, rest = person.split_last
    small = "".join(f"{word[0]}." for word in prefix.replace("'", "").split(" ") if word) if rng.random() < 0.4 else ""
    return f"{person.first} {small}{rest[0].upper()}{'.' if rng.random() < 0.85 else ''}"


def mail_name(person: Person, rng: random.Random) -> str:
    """A local part of an e-mail address."""
    plain = unicodedata.normalize("NFKD", f"{person.first}|{person.last}").encode("ascii", "ignore").decode().lower()
    first, rest = plain.replace("'", "").replace(" ", "").split("|")
    return rng.choice(
        [
            f"{first[:1]}.{rest}",
            f"{first}.{rest}",
            f"{first}{rest}",
            f"{first}_{rest}",
            f"{first}{rng.randint(1, 99)}",
            f"{rest}.{first[:1]}",
        ]
    )
