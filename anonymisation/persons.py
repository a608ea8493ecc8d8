"""Which mentions of people in one document are the same person.

A mention is read as given names or initials, prefix and surname. Full names make persons; a shorter mention joins the
one person it fits, and becomes a person of its own when it fits none or more than one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from anonymisation.folding import fold
from anonymisation.recognisers.letters import PREFIXES

_PREFIXES = frozenset(PREFIXES)
_TOKEN = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|[^\W\d_]\.?")


@dataclass(frozen=True, slots=True)
class _Name:
    """One mention, folded: given names, initials (of given names too), surname words."""

    given: tuple[str, ...]
    initials: str
    surname: tuple[str, ...]
    whole: str


@dataclass(slots=True)
class _Person:
    names: list[_Name] = field(default_factory=list)


def same_person(
    mentions: Sequence[str], aliases: Sequence[tuple[int, int]] = (), known: Sequence[str] = ()
) -> list[int]:
    """Return a person number for every mention; equal numbers mean the same person.

    `aliases` are pairs of places in `mentions` that the text itself says are one person. `known` are names of one
    person, the data subject. The numbers say nothing else: their order is not that of appearance.
    """
    parsed = [_parse(mention) for mention in mentions]
    persons: list[_Person] = []
    if known:
        persons.append(_Person([_parse(name) for name in known]))
    number: dict[str, int] = {}
    for name in sorted({one.whole: one for one in parsed}.values(), key=_fullness, reverse=True):
        fitting = [n for n, person in enumerate(persons) if any(_fits(name, other) for other in person.names)]
        if len(fitting) == 1:
            persons[fitting[0]].names.append(name)
            number[name.whole] = fitting[0]
        else:
            number[name.whole] = len(persons)
            persons.append(_Person([name]))
    result = [number[name.whole] for name in parsed]
    for first, second in aliases:
        old, new = result[second], result[first]
        if old != new and parsed[second].whole != parsed[first].whole:
            result = [new if one == old else one for one in result]
    return result


def _fullness(name: _Name) -> tuple[int, int, int, str]:
    return (bool(name.surname) + bool(name.given), len(name.given) + len(name.surname), len(name.initials), name.whole)


def _parse(mention: str) -> _Name:
    """Read a mention; a surname before a comma is turned around."""
    text = fold(mention).strip()
    whole = " ".join(re.findall(r"[^\W_]+", text)).removesuffix(" s")
    if text.count(",") == 1:
        surname, _, given = text.partition(",")
        text = f"{given.strip()} {surname.strip()}"
    dotted = re.fullmatch(r"[^\W\d_]\.(?:[^\W\d_]\.?){1,7}", text.replace(" ", ""))
    compact = re.sub(r"[^\W\d_]", lambda match: match.group(), mention).strip()
    if dotted or (compact.isupper() and 2 <= len(compact) <= 4):
        letters = [char for char in mention if char.isupper()]
        return _Name((), "".join(letters).lower(), (), whole)
    tokens = [token for token in _TOKEN.findall(text) if token.strip(".'-")]
    given: list[str] = []
    initials = ""
    place = 0
    while place < len(tokens) and len(tokens[place].rstrip(".")) <= 1:
        initials += tokens[place].rstrip(".")
        place += 1
    rest = tokens[place:]
    prefix_at = next((n for n, token in enumerate(rest) if token in _PREFIXES or token.startswith("'")), None)
    cut = prefix_at if prefix_at is not None else (0 if initials and len(rest) == 1 else len(rest) - 1)
    if prefix_at is None and not initials and len(rest) == 1:
        cut = 1
    given, family = rest[:cut], [word for word in rest[cut:] if word not in _PREFIXES]
    if family and len(family[-1].rstrip(".")) == 1 and len(family) == 1:
        return _Name(tuple(given), initials or _letters(given), (family[0].rstrip("."),), whole)
    surname = tuple(
        part
        for word in family
        for part in re.split(r"-(?:(?:van|de|der|den|ten|ter) )*", word)
        if part and part not in _PREFIXES
    )
    return _Name(tuple(given), initials or _letters(given), surname, whole)


def _letters(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words)


def _fits(name: _Name, other: _Name) -> bool:
    """Can the two mentions be one person, and is there something that says so?"""
    if name.whole == other.whole:
        return True
    if not name.given and not name.surname:
        full = other.initials + _letters(other.surname)
        return bool(full) and name.initials in {full, other.initials + _letters(other.surname[:1])}
    if name.surname and other.surname:
        return _surnames_agree(name.surname, other.surname) and _given_agree(name, other)
    if name.given and not name.surname:
        return any(one in {*other.given, *(other.surname if len(name.given) == 1 else ())} for one in name.given)
    if name.surname and not other.surname:
        return bool(set(name.given) & set(other.given)) or (
            not name.given and bool(set(name.surname) & set(other.given))
        )
    return False


def _surnames_agree(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if set(one) & set(two):
        return True
    if len(one[0]) == 1 or len(two[0]) == 1:
        return one[0][0] == two[0][0]
    return any(_nearly(a, b) for a in one for b in two)


def _nearly(one: str, two: str) -> bool:
    """Say whether two surnames of six or more letters differ in the last letter alone (`-ski`, `-ska`)."""
    return len(one) == len(two) >= 6 and one[:-1] == two[:-1]


def _given_agree(name: _Name, other: _Name) -> bool:
    if name.given and other.given:
        return bool(set(name.given) & set(other.given))
    if not name.initials or not other.initials:
        return True
    return name.initials[0] == other.initials[0]
