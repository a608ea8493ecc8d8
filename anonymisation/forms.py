"""The fixed forms that stand in the place of identifiers, and the one pattern that recognises them all.

Scanner, guard and translator rely on this page. A form that is not here does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from anonymisation.document import EntityType

BSN_FORM: Final = "[BSN verwijderd]"
"""A BSN gets no derived pseudonym and no place in the map. Source: the table has no ground to process it."""
REFERENCE_FORM: Final = "de peildatum"
OMITTED_FORM: Final = "[weggelaten]"
"""Stands for a detail that would single the person out; what it was is in no map."""

CARE_KINDS: Final = ("GGZ-instelling", "huisartsenpraktijk", "ziekenhuis", "wijkteam", "zorginstelling")
ORG_KINDS: Final = ("school", "werkgever", "vereniging", "verhuurder", "organisatie")
NOUNS: Final[dict[EntityType, str]] = {
    EntityType.PERSON: "Persoon",
    EntityType.LOCATION: "plaats",
    EntityType.STREET_ADDRESS: "adres",
    EntityType.NL_POSTCODE: "postcode",
    EntityType.DATE_TIME: "datum",
    EntityType.PHONE_NUMBER: "telefoonnummer",
    EntityType.EMAIL_ADDRESS: "e-mailadres",
    EntityType.URL: "webadres",
    EntityType.IBAN_CODE: "rekeningnummer",
    EntityType.NL_LICENSE_PLATE: "kenteken",
    EntityType.ID: "nummer",
    EntityType.SOCIAL_HANDLE: "account",
    EntityType.PROFESSION: "beroep",
    EntityType.NATIONALITY: "nationaliteit",
    EntityType.AGE: "leeftijd",
}
"""The noun of each label that has one; organisations choose theirs by kind."""

ALL_NOUNS: Final = tuple(sorted({*NOUNS.values(), *CARE_KINDS, *ORG_KINDS}, key=lambda noun: (-len(noun), noun)))

_YOUNG = ((0, 3), (4, 11), (12, 15), (16, 17), (18, 19))
_OLDEST = 90
_ADULT = 20


def band(age: int) -> str:
    """Return the band of an age in years: `0-3`, `4-11`, `12-15`, `16-17`, `18-19`, five years each, `90+`."""
    if age >= _OLDEST:
        return f"{_OLDEST}+"
    if age >= _ADULT:
        low = age // 5 * 5
        return f"{low}-{low + 4}"
    low, high = next(pair for pair in _YOUNG if age <= pair[1])
    return f"{low}-{high}"


BANDS: Final = tuple(dict.fromkeys(band(age) for age in range(_OLDEST + 1)))
_BAND = "(?:" + "|".join(re.escape(one) for one in BANDS) + ")"

_LETTERS: Final = (("", 1), ("", 2), ("X", 2), ("XX", 3), ("XXX", 4))
LETTERS: Final = "(?:" + "|".join(f"{lead}[A-Z]{{{size}}}" for lead, size in reversed(_LETTERS)) + ")"
"""The letters of a pseudonym, see `letters`."""

RELATION: Final = (
    r"(?:[Mm]oeder|[Vv]ader|[Zz]oon|[Dd]ochter|[Bb]roer|[Zz]us|[Pp]artner|[Ee]x-partner|[Oo]ma|[Oo]pa|[Oo]om|[Tt]ante|"
    r"[Nn]eef|[Nn]icht|[Kk]ind|[Vv]riend|[Vv]riendin|[Bb]uurman|[Bb]uurvrouw)"
)

NOUN: Final = "(?:" + "|".join(f"[{noun[0].upper()}{noun[0].lower()}]{re.escape(noun[1:])}" for noun in ALL_NOUNS) + ")"
"""Any noun, with or without a capital at the start of a sentence."""

_DASH: Final = "-\u2010-\u2015\u2212"
_LETTERED: Final = f"(?:{NOUN}|{RELATION} van) {LETTERS}"
_END: Final = rf"(?!\w|[{_DASH}]\w|\.\d|/(?!{_LETTERED}(?!\w)|[a-z]{{3,}}(?![\w/{_DASH}]))\w)"
"""What ends a form: `kenteken AO-012-E` and `nummer AB/2024/33` are values, and start with none.

Behind a slash another form may stand, or a word: `Persoon A/Persoon B`, `Persoon A/zus`.
"""
_SPACED: Final = r"(?!(?:[Kk]enteken [A-Z]{1,3} \d{1,3}[ ]?(?:[A-Z]|\d\d(?!\d))|[Rr]ekeningnummer [A-Z]{2} ?\d\d))"
"""What starts no form: a licence plate or an account number whose groups stand apart."""

PSEUDONYM: Final = re.compile(
    rf"\[BSN verwijderd\]|\[weggelaten\]|(?<!\w)(?:{_SPACED}{_LETTERED}{_END}"
    rf"|(?:\d{{1,4}} (?:dag|dagen|week|weken|maand|maanden|jaar)|{_BAND} jaar) (?:eerder|later)(?!\w)"
    rf"|(?:[Oo]p )?[Dd]e peildatum(?!\w)|{_BAND}(?=-jarig|[ ]?(?:jaar|jr|j)\b)(?: jaar(?!\w))?)"
)
"""Every fixed form. Text inside a match is never an identifier."""


def letters(number: int) -> str:
    """Return the letters of the pseudonym with this number, counted from 0: A … Z, AA … ZZ, XAA … XZZ, XXAAA …

    Beyond two letters an X leads, so that `school ISK` or `nummer ABC` in a text is never taken for a fixed form.
    """
    for lead, size in _LETTERS:
        if number < 26**size:
            digits = [chr(ord("A") + number // 26**place % 26) for place in range(size - 1, -1, -1)]
            return lead + "".join(digits)
        number -= 26**size
    raise ValueError("a text holds more identifiers of one kind than there are letters")


def neutral(text: str) -> str:
    """Return the text, of the same length, with its forms in lower case: a form is no context for a rule.

    Without this the full stop after `nummer A.` would make an initial of the letter before it.
    """
    return PSEUDONYM.sub(lambda match: _lowered(match.group()), text) if _may_hold_forms(text) else text


def _lowered(form: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in form)


def pseudonym_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the place of every fixed form in the text, in order."""
    if _may_hold_forms(text):
        for match in PSEUDONYM.finditer(text):
            yield match.span()


_UNLETTERED: Final = ("[BSN", "peildatum", " eerder", " later")
_BANDED: Final = re.compile(r"(?:\d-\d{1,2}|0\+)(?:-jarig| ?j)")
_BEFORE_LETTERS: Final = tuple(sorted({f"{noun[1:]} " for noun in ALL_NOUNS} | {" van "}))


def _may_hold_forms(text: str) -> bool:
    """Is there anything in the text that every form of some kind holds? Most texts hold no form, and most of those
    nothing like one; asking that first costs a tenth of looking for all forms."""
    return (
        any(part in text for part in _UNLETTERED)
        or any(_stands_before_capital(part, text) for part in _BEFORE_LETTERS)
        or bool(_BANDED.search(text))
    )


def _stands_before_capital(part: str, text: str) -> bool:
    place = text.find(part)
    while place >= 0:
        place += len(part)
        if "A" <= text[place : place + 1] <= "Z":
            return True
        place = text.find(part, place)
    return False
