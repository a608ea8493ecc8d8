"""Which mentions of people in one document are the same person.

A mention is read as given names or initials, prefix and surname. Full names make persons; a shorter mention joins the
one person it fits, and becomes a person of its own when it fits none or more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymisation.folding import fold
from anonymisation.recognisers.letters import PREFIXES

_PREFIXES = frozenset(PREFIXES)
_TOKEN = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*|[^\W\d_]\.?")
_DOTTED = re.compile(r"[^\W\d_]\.(?:[^\W\d_]\.?){1,7}")


@dataclass(frozen=True, slots=True)
class _Name:
    """One mention, folded: given names, initials (of given names too), surname words, and the whole as a key."""

    given: tuple[str, ...]
    initials: str
    surname: tuple[str, ...]
    whole: str


def same_person(
    mentions: Sequence[str], aliases: Sequence[tuple[int, int]] = (), known: Sequence[str] = ()
) -> list[int]:
    """Return a person number for every mention; equal numbers mean the same person.

    `aliases` are pairs of places in `mentions` that the text itself says are one person. `known` are names of one
    person, the data subject. The numbers say nothing else: their order is not that of appearance.
    """
    parsed = [_parse(mention) for mention in mentions]
    persons: list[list[_Name]] = [[_parse(name) for name in known]] if known else []
    number: dict[str, int] = {}
    for name in sorted({one.whole: one for one in parsed}.values(), key=_fullness, reverse=True):
        fitting = [n for n, names in enumerate(persons) if any(_fits(name, other) for other in names)]
        if len(fitting) == 1:
            persons[fitting[0]].append(name)
            number[name.whole] = fitting[0]
        else:
            number[name.whole] = len(persons)
            persons.append([name])
    result = [number[name.whole] for name in parsed]
    for first, second in aliases:
        old, new = result[second], result[first]
        alone = sum(one == old for one in number.values()) == 1
        if old != new and alone:
            result = [new if one == old else one for one in result]
    return result


def short_forms(name: str) -> Iterator[str]:
    """Yield the ways a full name is shortened: given name, surname with and without prefix, initials with surname."""
    words = [word for word in re.split(r"[\s,]+", name.strip()) if word]
    if len(words) < 2:
        return
    start = next((n for n, word in enumerate(words) if n and fold(word) in _PREFIXES), len(words) - 1)
    given, surname = words[:start], words[start:]
    bare = [word for word in surname if fold(word) not in _PREFIXES]
    yield " ".join(given)
    yield given[0]
    for family in (" ".join(surname), " ".join(bare)):
        yield family
        yield f"{given[0][0]}. {family}"
        yield "".join(f"{word[0]}." for word in given) + f" {family}"
        yield f"{given[0]} {family}"


def _fullness(name: _Name) -> tuple[int, int, int, str]:
    parts = bool(name.surname) + bool(name.given)
    return parts, len(name.given) + len(name.surname), len(name.initials), name.whole


def _parse(mention: str) -> _Name:
    """Read a mention; a surname before a comma is turned around."""
    text = fold(mention).strip()
    whole = " ".join(re.findall(r"[^\W_]+", text))
    if text.count(",") == 1:
        head, _, tail = text.partition(",")
        text = f"{tail.strip()} {head.strip()}"
    if _DOTTED.fullmatch(text.replace(" ", "")) or (mention.isupper() and mention.isalpha() and 2 <= len(mention) <= 4):
        return _Name((), "".join(char for char in mention if char.isupper()).lower(), (), whole)
    tokens = [token for token in _TOKEN.findall(text) if token.strip(".'-")]
    place = next((n for n, token in enumerate(tokens) if len(token.rstrip(".")) > 1), len(tokens))
    initials = "".join(token.rstrip(".") for token in tokens[:place])
    rest = tokens[place:]
    cut = _end_of_given(rest, has_initials=bool(initials))
    given = tuple(rest[:cut])
    family = [word for word in rest[cut:] if word not in _PREFIXES]
    surname = tuple(part for word in family for part in word.rstrip(".").split("-") if part and part not in _PREFIXES)
    return _Name(given, initials or "".join(word[0] for word in given), surname, whole)


def _end_of_given(words: list[str], *, has_initials: bool) -> int:
    """Return how many of the words are given names: those before a prefix, else all but the last."""
    prefix = next((n for n, word in enumerate(words) if word in _PREFIXES or word.startswith("'")), None)
    if prefix is not None:
        return prefix
    if len(words) == 1:
        return 0 if has_initials else 1
    return max(0, len(words) - 1)


def _fits(name: _Name, other: _Name) -> bool:
    """Can the two mentions be one person, and is there something that says so?"""
    if name.whole == other.whole:
        return True
    if not name.given and not name.surname:
        families = {other.surname, other.surname[:1], other.surname[-1:]}
        return bool(other.surname) and any(
            name.initials == other.initials + "".join(word[0] for word in family) for family in families
        )
    if name.surname and other.surname:
        return _surnames_agree(name.surname, other.surname) and _given_agree(name, other)
    if name.given and not name.surname:
        return any(one in other.given or (len(name.given) == 1 and one in other.surname) for one in name.given)
    if name.surname and not other.surname:
        return bool(set(name.given or name.surname) & set(other.given))
    return False


def _surnames_agree(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if set(one) & set(two):
        return True
    if len(one[0]) == 1 or len(two[0]) == 1:
        return one[0][0] == two[0][0]
    return any(_nearly(first, second) for first in one for second in two)


def _nearly(one: str, two: str) -> bool:
    """Say whether two surnames of six or more letters differ in the last letter alone (`-ski`, `-ska`)."""
    return len(one) == len(two) >= 6 and one[:-1] == two[:-1]


def _given_agree(name: _Name, other: _Name) -> bool:
    if name.given and other.given:
        return bool(set(name.given) & set(other.given))
    if not name.initials or not other.initials:
        return True
    return name.initials[0] == other.initials[0]
