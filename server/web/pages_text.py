"""How moments and case texts look on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from anonymisation.forms import pseudonym_spans
from server.protocol.http import RejectedMark
from server.storage.instants import zone

DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    """Return a date in Dutch, such as `3 december 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def clock(value: datetime) -> str:
    """Return the time of a moment on the Dutch clock, such as `14:00`; another clock is named."""
    local = value.astimezone(zone())
    return f"{local:%H:%M}" + (" UTC" if zone() is UTC else "")


def moment(value: datetime) -> str:
    """Return a moment in Dutch, such as `donderdag 3 december 2026, 14:00`."""
    local = value.astimezone(zone())
    return f"{DAYS[local.weekday()]} {day(local.date())}, {clock(value)}"


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
