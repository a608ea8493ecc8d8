"""How moments and case texts look on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymisation.forms import pseudonym_spans
from server.protocol.http import RejectedMark


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text: plain, a pseudonym, or a mark that stayed. `number` is the mark's place in its list, from 1."""

    text: str
    kind: str = "plain"
    number: int = 0


def segments(text: str, marks: Sequence[tuple[int, RejectedMark]] = ()) -> list[Segment]:
    """Return the text in pieces that together are the text again.

    `marks` are (number, mark) of this field; where a mark overlaps a pseudonym or an earlier mark, the earlier one
    is shown.
    """
    places = [(start, end, "pseudonym", 0) for start, end in pseudonym_spans(text)]
    places += [(one.start, min(one.end, len(text)), "mark", number) for number, one in marks if one.start < len(text)]
    return list(_cut(text, sorted(places)))


def _cut(text: str, places: Sequence[tuple[int, int, str, int]]) -> Iterator[Segment]:
    at = 0
    for start, end, kind, number in places:
        if start < at:
            continue
        if start > at:
            yield Segment(text[at:start])
        yield Segment(text[start:end], kind, number)
        at = end
    if at < len(text):
        yield Segment(text[at:])
