"""Which mentions of people in one document are the same person.

A mention is read as given names or initials, prefix and surname. Full names make persons; a shorter mention joins the
one person it fits, and becomes a person of its own when it fits none or more than one.
"""

from __future__ import annotations

import re
from collections import Counter
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
    mentions: Sequence[str],
    aliases: Sequence[tuple[int, int]] = (),
    known: Sequence[str] = (),
    others: Sequence[str] = (),
) -> list[int]:
    """Return a person number for every mention; equal numbers mean the same person.

    `aliases` are pairs of places in `mentions` that the text itself says are one person. `known` are names of one
    person, the data subject; `others` are names of people around that person: a surname that they share is nobody's in
    particular. The numbers say nothing else: their order is not that of appearance.
    """
    parsed = [_parse(mention) for mention in mentions]
    index = _Index()
    for one in known:
        index.add(_parse(one), 0)
    persons = 1 if known else 0
    for name in sorted(map(_parse, others), key=_fullness, reverse=True):
        # Two names of one relative are one person; one that the data subject has too is still another's.
        fitting = index.fitting(name)
        other = fitting.pop() if len(fitting) == 1 and not (known and 0 in fitting) else persons
        persons = max(persons, other + 1)
        index.add(name, other)
    number: dict[str, int] = {}
    for name in sorted({one.whole: one for one in parsed}.values(), key=_fullness, reverse=True):
        fitting = index.fitting(name)
        number[name.whole] = fitting.pop() if len(fitting) == 1 else persons
        persons = max(persons, number[name.whole] + 1)
        index.add(name, number[name.whole])
    return _aliased([number[name.whole] for name in parsed], aliases, Counter(number.values()))


def _aliased(numbers: list[int], aliases: Sequence[tuple[int, int]], mentions: Counter[int]) -> list[int]:
    """Give the second of each pair the number of the first, when nothing else is said of the second."""
    instead: dict[int, int] = {}

    def now(number: int) -> int:
        while number in instead:
            number = instead[number]
        return number

    for first, second in aliases:
        old, new = now(numbers[second]), now(numbers[first])
        if old != new and mentions[old] == 1:
            instead[old] = new
    for old in reversed(instead):
        instead[old] = instead.get(instead[old], instead[old])
    return [instead.get(number, number) for number in numbers]


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


class _Index:
    """The persons so far, by everything that can say that another mention is one of them.

    Two mentions fit when they are equal; when a surname agrees and the given names do not differ; when a given name
    is all that is said and the other has it; when initials alone spell the other. Each of those is a key, so that the
    work does not grow with the number of persons. Many fitting persons say no more than two, so a key keeps two.
    """

    def __init__(self) -> None:
        self._persons: dict[_Key, set[int]] = {}

    def add(self, name: _Name, person: int) -> None:
        """Let this person be found by a mention that fits this name."""
        for key in _offered(name):
            found = self._persons.setdefault(key, set())
            if len(found) < _ENOUGH:
                found.add(person)

    def fitting(self, name: _Name) -> set[int]:
        """Return the persons that a mention fits; of many at least two."""
        return {person for key in _wanted(name) for person in self._persons.get(key, ())}


_Key = tuple[str, ...]
_ENOUGH = 2
_MOST = 6
"""Words of a name that are compared; no name has more, and a text may."""


def _offered(name: _Name) -> Iterator[_Key]:
    """Yield the keys under which a name can be found."""
    given, surname = name.given[:_MOST], name.surname[:_MOST]
    yield "whole", name.whole
    for word in given:
        yield "given", word
    if not surname:
        for word in given:
            yield "given alone", word
        return
    for word in surname:
        yield "surname as given", word
    for family in (surname, surname[:1], surname[-1:]):
        yield "initials", name.initials + "".join(word[0] for word in family)
    for agreed in _surname_offered(surname):
        yield *agreed, "any"
        if given:
            yield *agreed, "letter of given", name.initials[:1]
            for word in given:
                yield *agreed, "given", word
        else:
            yield *agreed, "letter", name.initials[:1]


def _wanted(name: _Name) -> Iterator[_Key]:
    """Yield the keys of the names that a mention fits."""
    given, surname = name.given[:_MOST], name.surname[:_MOST]
    yield "whole", name.whole
    if not given and not surname:
        yield "initials", name.initials
    elif not surname:
        for word in given:
            yield "given", word
        if len(given) == 1:
            yield "surname as given", given[0]
    else:
        for word in given or surname:
            yield "given alone", word
        for agreed in _surname_wanted(surname):
            if not name.initials:
                yield *agreed, "any"
                continue
            yield *agreed, "letter", ""
            yield *agreed, "letter", name.initials[:1]
            if not given:
                yield *agreed, "letter of given", name.initials[:1]
            for word in given:
                yield *agreed, "given", word


def _surname_offered(surname: tuple[str, ...]) -> Iterator[_Key]:
    """Yield the keys of a surname: its words, its letter for one that is only a letter, and `-ski` for `-ska`."""
    for word in surname:
        yield "surname", word
    short = len(surname[0]) == 1
    yield "one letter" if short else "more letters", surname[0][0]
    if not short:
        yield from _nearly(surname)


def _surname_wanted(surname: tuple[str, ...]) -> Iterator[_Key]:
    """Yield the keys of the surnames that agree with this one."""
    for word in surname:
        yield "surname", word
    yield "one letter", surname[0][0]
    if len(surname[0]) == 1:
        yield "more letters", surname[0][0]
    else:
        yield from _nearly(surname)


def _nearly(surname: tuple[str, ...]) -> Iterator[_Key]:
    """Yield the words of six or more letters without their last letter."""
    for word in surname:
        if len(word) >= _NEARLY_FROM:
            yield "nearly", word[:-1]


_NEARLY_FROM = 6
