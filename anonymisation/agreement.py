"""Where a rule and the learned model find the same thing, the rule's edges are the better ones.

The model reads context and takes a word too many now and then (`PV PL1700-…`, `zus Lies vertrok`). A rule reads
the shape. What the model marked outside the rule's edges stays only where it can itself be part of an identifier.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import replace

from anonymisation.document import EntityType, Span
from anonymisation.plausible import plausible
from anonymisation.recognisers.rule import Hit

LEARNED = "LearnedRecogniser"
_NAMING = re.compile(r"\d|[^\W\d_a-z]")
"""A digit, or a letter that is not a lower-case one: what is left of an identifier holds at least one."""


def with_rule_edges(candidates: Iterable[Span], text: str) -> list[Span]:
    """Return the candidates, with the model's spans cut at the certain rule spans of the same label."""
    spans = list(candidates)
    rules: dict[EntityType, list[Span]] = {}
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if span.source != LEARNED and span.certain:
            rules.setdefault(span.label, []).append(span)
    longest = {label: max(one.end - one.start for one in group) for label, group in rules.items()}
    result: list[Span] = []
    for span in spans:
        group = rules.get(span.label, []) if span.source == LEARNED else []
        inside = _overlapping(span, group, longest.get(span.label, 0))
        result.extend(_outside(span, inside, text) if inside else (span,))
    return result


def _overlapping(span: Span, group: list[Span], longest: int) -> list[Span]:
    """Return the spans of a sorted group that share a code point with the span."""
    place = bisect_left(group, span.start - longest, key=lambda one: one.start)
    found = []
    while place < len(group) and group[place].start < span.end:
        if group[place].end > span.start:
            found.append(group[place])
        place += 1
    return found


def _outside(span: Span, inside: list[Span], text: str) -> Iterator[Span]:
    """Yield what the span covers outside the others and what can be part of an identifier of its kind."""
    position = span.start
    for start, end in [*((one.start, one.end) for one in inside), (span.end, span.end)]:
        if position < start:
            yield from _piece(span, position, start, text)
        position = max(position, end)


def _piece(span: Span, start: int, end: int, text: str) -> Iterator[Span]:
    while start < end and not text[start].isalnum():
        start += 1
    if span.label is not EntityType.PERSON:
        start = _first_naming_word(start, end, text)
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start < end and _NAMING.search(text, start, end):
        hit = plausible(Hit(start, end, span.label, span.score), text)
        if hit is not None and hit.start < hit.end:
            yield replace(span, start=hit.start, end=hit.end)


def _first_naming_word(start: int, end: int, text: str) -> int:
    """Return where the first word with a capital or a digit starts: `via uzb` says nothing of `FlexPunt`."""
    for word in re.finditer(r"\S+", text[start:end]):
        if _NAMING.search(word.group()):
            return start + word.start()
    return end
