"""What still singles a person out after masking, along the three tests of WP29 05/2014.

A warning is a place and a plain Dutch reason; it never repeats the text. What is looked for stands in `risk_patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from anonymisation import risk_kinds as kinds
from anonymisation.document import INDIRECT, EntityType, Span
from anonymisation.folding import fold_with_offsets
from anonymisation.forms import LETTERS
from anonymisation.lists import entries
from anonymisation.risk_kinds import RiskTest, Warned
from anonymisation.risk_patterns import RULES
from anonymisation.risk_words import MASK

__all__ = ["Risk", "RiskTest", "assess"]


@dataclass(frozen=True, slots=True)
class Risk:
    """One warning: the test it fails, a plain Dutch reason, and where, in code points of the protected text."""

    test: RiskTest
    reason: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A rule, compiled: it is asked at the word it wakes up on."""

    gives: Warned | str
    after: re.Pattern[str] | None
    before: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def place(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return the place of the warning when the rule holds for the word at this place."""
        if self.after is not None:
            behind = self.after.match(text, end)
            if behind is None:
                return None
            end = behind.end()
        ahead = text[max(0, start - _BEFORE) : start]
        if self.unless is not None and self.unless.search(ahead):
            return None
        if self.before is not None:
            match = self.before.search(ahead)
            if match is None:
                return None
            start -= len(ahead) - match.start("from") if "from" in self.before.groupindex else 0
        return start, end


_PLACED = Warned(RiskTest.SINGLING_OUT, "Een beroep of afkomst samen met een plaats kan één persoon aanwijzen.")
_TOGETHER = Warned(RiskTest.INFERENCE, "Leeftijd, beroep en afkomst samen kunnen één gezin aanwijzen.")
_NEAR: Final = 300
_QUASI: Final = 4
_BEFORE: Final = 80
"""Characters that a rule sees in front of its word."""
_LONG_QUOTE: Final = 8
"""Words; from here on a quotation is found by searching for it."""
_RARE_ENDS: Final = ("kweker", "kweekster", "dresseur", "smid", "imker")
_ROUND: Final = 3
"""Digits before the zeros; an amount with more, or with as many and no zeros, is not rounded: 12.450 and 389."""

_GAP: Final = r"(?:[ \t\n\r]{1,3})"
_SPACE: Final = re.compile(r"\[[^\]]*\]| ")
_LETTERS: Final = re.compile(rf"(?<=[a-z] ){LETTERS}(?!\w)")
_WORD: Final = re.compile(r"[^\W_]+")
_QUOTE: Final = re.compile(
    r"[\"“”„][^\"“”„\n]{0,800}[\"”“]|«[^«»\n]{0,800}»|(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w)){0,800}'(?!\w)"
)
_AMOUNT: Final = re.compile(
    r"\d(?<![\d.,]\d)(?:\d{0,2}(?:\.\d{3}){1,3}|\d{0,8})(?!\d)(?:,(?P<cents>\d\d|-))?(?P<unit> ?euro\b)?"
)
_DATE: Final = re.compile(
    r"\d(?<!\d\d)\d?(?:[-/.]\d{1,2}[-/.]\d{2,4}(?!\d)"
    r"|[ \n](?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,8}(?:[ \n]\d{4})?(?!\w))"
)
_CLOCK: Final = re.compile(r"\d(?<![\d.:,]\d)\d?[.:][0-5]\d[ \n]?(?:uur|u)\b")

type_of_hit = tuple[Warned | str, int, int]


def assess(protected_text: str, spans: Iterable[Span]) -> tuple[Risk, ...]:
    """Return the warnings for a protected text, in order of place.

    `spans` are the marks that remain in or stand for the protected text, in its own offsets: forms of indirect kinds
    that stand close together are a combination that may point at one person. Two warnings for one reason never overlap.
    """
    masked = _LETTERS.sub(lambda match: MASK * len(match.group()), protected_text)
    text, offsets = fold_with_offsets(masked)
    hits = [*_worded(text), *_figures(text), *_quotes(text)]
    hits += _pairs(hits)
    found = [(one, offsets[start], max(offsets[start] + 1, offsets[end])) for one, start, end in hits]
    found += _combinations(sorted(spans, key=lambda span: span.start))
    return _merged((one, start, end) for one, start, end in found if isinstance(one, Warned))


def _merged(found: Iterable[tuple[Warned, int, int]]) -> tuple[Risk, ...]:
    """Make one warning of what overlaps for one reason."""
    places: dict[Warned, list[tuple[int, int]]] = defaultdict(list)
    for warned, start, end in sorted(found, key=lambda one: one[1:]):
        here = places[warned]
        if here and start < here[-1][1]:
            here[-1] = (here[-1][0], max(end, here[-1][1]))
        else:
            here.append((start, end))
    risks = [Risk(one.test, one.reason, start, end) for one, here in places.items() for start, end in here]
    return tuple(sorted(risks, key=lambda risk: (risk.start, risk.end, risk.test, risk.reason)))


def _compiled(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    return re.compile(_SPACE.sub(lambda match: _GAP if match.group() == " " else match.group(), pattern))


@cache
def _triggers() -> dict[str, tuple[_Trigger, ...]]:
    """Return what wakes up on each word."""
    found: dict[str, list[_Trigger]] = defaultdict(list)
    for rule in RULES:
        trigger = _Trigger(rule.gives, _compiled(rule.after), _compiled(rule.before), _compiled(rule.unless))
        for word in rule.words.split():
            _add(found, word, trigger)
    for warned, name in kinds.LISTED:
        single = _Trigger(warned, None, None, None)
        for entry in entries(name):
            _add(found, entry, single)
            if entry.isalpha() and not entry.endswith("s"):
                _add(found, entry + "s", single)
    return {word: tuple(triggers) for word, triggers in found.items()}


def _add(found: dict[str, list[_Trigger]], phrase: str, trigger: _Trigger) -> None:
    """File a trigger under the first word of a phrase; the rest of the phrase must follow."""
    first = _WORD.match(phrase)
    word = first.group() if first else phrase
    if word != phrase:
        rest = re.escape(phrase[len(word) :]).replace("\\ ", " ").replace("\\-", "-")
        trigger = _Trigger(trigger.gives, _compiled(rf"{rest}(?!\w)"), trigger.before, trigger.unless)
    found[word].append(trigger)


def _worded(text: str) -> Iterator[type_of_hit]:
    """Yield what the rules and lists find."""
    triggers = _triggers()
    for match in _WORD.finditer(text):
        word, (start, end) = match.group(), match.span()
        for trigger in triggers.get(word, ()):
            place = trigger.place(text, start, end)
            if place is not None:
                yield trigger.gives, *place
        if word.endswith(_RARE_ENDS):
            yield kinds.WORK, start, end


def _figures(text: str) -> Iterator[type_of_hit]:
    """Yield exact amounts, times of the clock, and the amounts and dates that come back."""
    amounts = [match for match in _AMOUNT.finditer(text) if _is_exact(match)]
    yield from (("amount", match.start(), match.end()) for match in amounts)
    yield from (("clock", match.start(), match.end()) for match in _CLOCK.finditer(text))
    seen: set[str] = set()
    for match in (*amounts, *_DATE.finditer(text)):
        value = match.group().removesuffix("euro").rstrip()
        if value in seen:
            yield kinds.AGAIN, match.start(), match.end()
        seen.add(value)


def _is_exact(match: re.Match[str]) -> bool:
    """Is this number an amount of money that is not rounded?"""
    if match["unit"] is None and "€" not in match.string[max(0, match.start() - 2) : match.start()]:
        return False
    euros = int(match.group().split(",")[0].removesuffix("euro").replace(".", ""))
    digits = len(str(euros).rstrip("0"))
    return match["cents"] not in {None, "00", "-"} or digits > _ROUND or (digits == _ROUND and euros % 10 != 0)


def _quotes(text: str) -> Iterator[type_of_hit]:
    """Yield quotations that are long enough to search for."""
    for match in _QUOTE.finditer(text.replace("‘", "'").replace("’", "'")):
        if sum(1 for _ in _WORD.finditer(match.group())) >= _LONG_QUOTE:
            yield kinds.QUOTE, match.start(), match.end()


def _pairs(hits: Sequence[type_of_hit]) -> list[type_of_hit]:
    """Return a warning at every place that has its counterpart near."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for gives, start, end in hits:
        places[gives.kind if isinstance(gives, Warned) else gives].append((start, end))
    found: list[type_of_hit] = []
    for warned, one, other, distance in kinds.PAIRS:
        starts = sorted(start for start, _ in places[other])
        found += [(warned, start, end) for start, end in places[one] if _is_near(start, starts, distance)]
    return found


def _is_near(place: int, places: Sequence[int], distance: int) -> bool:
    """Does one of the sorted places lie within the distance of this one?"""
    index = bisect_left(places, place - distance)
    return index < len(places) and places[index] <= place + distance


def _combinations(spans: list[Span]) -> Iterator[tuple[Warned | str, int, int]]:
    """Yield a warning where rare work or origin stands near a place, and where many indirect marks stand together."""
    places = [span.start for span in spans if span.label is EntityType.LOCATION]
    for span in spans:
        if span.label in {EntityType.PROFESSION, EntityType.NATIONALITY} and _is_near(span.start, places, _NEAR):
            yield _PLACED, span.start, span.end
    indirect = [span for span in spans if span.label in INDIRECT]
    for index in range(len(indirect) - _QUASI + 1):
        group = indirect[index : index + _QUASI]
        if group[-1].start - group[0].start <= _NEAR and len({one.label for one in group}) > 1:
            yield _TOGETHER, group[0].start, max(one.end for one in group)
