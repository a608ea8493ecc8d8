"""Overlaps and adjacency → one deterministic list of spans.

The rules, in this order: spans of one label and one certainty that overlap become one; a number with check digits wins
from everything; certain wins from doubtful; longer wins from shorter; then score, place and label decide. What a
losing span covers outside the winner is kept as a trimmed span, so that nothing that was found is shown again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from unicodedata import category

from anonymisation.adjacency import joined
from anonymisation.document import OMITTED, EntityType, Span

_CHECKED = frozenset({EntityType.NL_BSN, EntityType.IBAN_CODE})
_ORDER = {label: place for place, label in enumerate(EntityType)}
_EDGE = ' \t\r\n\u00a0.,;:()[]/"“”«»'
_SIGNS = frozenset({"So", "Sk", "Cc", "Cf", "Cn", "Co"})
"""Categories of Unicode that are no part of an identifier at its edge: emoji, controls, invisible signs."""
_PREFIX_START = ("van", "de", "den", "der", "ten", "ter", "el", "'t", "’t", "dos", "bin", "ben", "vd", "v.d.")


def resolve(candidates: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Return sorted, disjoint spans; the result depends on the set of candidates, not on their order."""
    kept: list[Span] = []
    starts: list[int] = []
    for span in sorted(_united(_inside(candidates, text)), key=_priority):
        for piece in _uncovered(span, kept, starts, text):
            place = bisect_left(starts, piece.start)
            starts.insert(place, piece.start)
            kept.insert(place, piece)
    return tuple(joined(kept, text))


def _inside(candidates: Iterable[Span], text: str) -> list[Span]:
    """Cut candidates at the end of the text, drop those that hold no letter or digit, and trim white space."""
    result = (
        _trimmed(span, span.start, min(span.end, len(text)), text) for span in set(candidates) if span.start < len(text)
    )
    return [span for span in result if span is not None]


def _priority(span: Span) -> tuple[int, int, int, int, float, int, int, str]:
    checked = span.certain and span.label in _CHECKED and span.score >= 1.0
    length = span.end - span.start
    # What a person leaves out goes whole; what identifies beside it is replaced all the same.
    omitted = span.source == OMITTED
    return (
        not omitted,
        not checked,
        not span.certain,
        -length,
        -span.score,
        span.start,
        _ORDER[span.label],
        span.source,
    )


def _united(spans: list[Span]) -> list[Span]:
    """Unite overlapping spans of one label and certainty; a checked number stays as it is."""
    groups: dict[tuple[EntityType, bool, bool, bool], list[Span]] = {}
    for span in spans:
        checked = span.label in _CHECKED and span.score >= 1.0
        groups.setdefault((span.label, span.certain, checked, span.source == OMITTED), []).append(span)
    result: list[Span] = []
    for group in groups.values():
        current: Span | None = None
        for span in sorted(group, key=lambda one: (one.start, -one.end, -one.score, one.source)):
            if current is None or span.start >= current.end:
                if current is not None:
                    result.append(current)
                current = span
            else:
                longest = max(current, span, key=lambda one: (one.end - one.start, one.score, one.source))
                current = replace(
                    longest, start=current.start, end=max(current.end, span.end), score=max(current.score, span.score)
                )
        if current is not None:
            result.append(current)
    return result


def _uncovered(span: Span, kept: list[Span], starts: list[int], text: str) -> list[Span]:
    """Return the parts of the span that no kept span covers, without white space and punctuation at their edges."""
    place = bisect_left(starts, span.start)
    if place and kept[place - 1].end > span.start:
        place -= 1
    pieces: list[Span] = []
    position = span.start
    while place < len(kept) and kept[place].start < span.end:
        _append(pieces, _trimmed(span, position, kept[place].start, text))
        position = max(position, kept[place].end)
        place += 1
    _append(pieces, _trimmed(span, position, span.end, text))
    return pieces


def _append(pieces: list[Span], piece: Span | None) -> None:
    if piece is not None:
        pieces.append(piece)


def _trimmed(span: Span, start: int, end: int, text: str) -> Span | None:
    """Return the span between two places, tightened to what it says; None when it says nothing."""
    whole = start == span.start and end == span.end
    if whole and text[start].isalnum() and text[end - 1].isalnum():
        return span
    edge = " \t\r\n\u00a0" if whole else _EDGE
    while start < end and (text[start] in edge or category(text[start]) in _SIGNS):
        start += 1
    while end > start and (text[end - 1] in edge or category(text[end - 1]) in _SIGNS):
        end -= 1
    if span.label is EntityType.PERSON and not whole:
        start, end = _without_prefixes(start, end, text)
    if not any(char.isalnum() for char in text[start:end]):
        return None
    return span if (start, end) == (span.start, span.end) else _between(span, start, end)


def _between(span: Span, start: int, end: int) -> Span:
    return Span(start, end, span.label, span.score, span.certain, span.source)


def _without_prefixes(start: int, end: int, text: str) -> tuple[int, int]:
    """Leave out a prefix of a surname at the edge of what is left of a name: `Nina van` says no more than `Nina`."""
    words = text[start:end].split(" ")
    while words and words[-1].lower() in _PREFIX_START:
        place = end - len(words[-1])
        if place and text[place - 1].isalnum():  # the tail of a word, such as `de` of `Ede`
            break
        end = max(start, place - 1)
        words.pop()
    return start, end
