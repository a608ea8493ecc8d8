"""The guard at the door of the room: reads every typed word before anyone receives it, and keeps what it holds.

A held message lives in memory only: a restart loses it, and its author's page says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from anonymisation.guard import AllowList, Verdict
from server.detection import Detector
from server.network.model import Circle
from server.protocol import live
from server.protocol.live import HeldSpan
from server.protocol.session import Refusal

MAX_HOLDS = 20
"""Held messages kept per member; an older one goes first."""


@dataclass(frozen=True, slots=True, repr=False)
class Hold:
    """A message that was kept back. Its repr shows nothing."""

    text: str
    proposal: str
    hard: bool

    def __repr__(self) -> str:
        return "Hold(***)"


@dataclass(slots=True)
class Holds:
    """What is held, per member: nobody can send what another typed."""

    _kept: dict[str, OrderedDict[str, Hold]] = field(default_factory=dict, repr=False)

    def keep(self, member: str, hold_id: str, hold: Hold) -> None:
        """Keep a message for its author."""
        mine = self._kept.setdefault(member, OrderedDict())
        mine[hold_id] = hold
        while len(mine) > MAX_HOLDS:
            mine.popitem(last=False)

    def get(self, member: str, hold_id: str) -> Hold:
        """Return a held message of this member.

        Raises:
            Refusal: it is not held (any more).
        """
        hold = self._kept.get(member, OrderedDict()).get(hold_id)
        if hold is None:
            raise Refusal("hold_unknown")
        return hold

    def drop(self, member: str, hold_id: str) -> None:
        """Forget a held message."""
        self._kept.get(member, OrderedDict()).pop(hold_id, None)

    def forget(self, member: str) -> None:
        """Forget all of a member's held messages."""
        self._kept.pop(member, None)


def allow_list(circle: Circle, on: date) -> AllowList:
    """Return what the table may name: its own seat holders, deputies and organisations, and dates from `on`."""
    people = [name for seat in circle.seats for name in (seat.holder_name, *(name for _id, name in seat.deputies))]
    return AllowList(
        names=frozenset(people),
        organisations=frozenset(seat.organisation_name for seat in circle.seats),
        contacts=frozenset(),
        dates_from=on,
    )


def typed_fields(command: live.AnyCommand) -> list[tuple[str, str]]:
    """Return the fields of a command in which a person typed words."""
    match command:
        case live.Contribute():
            return [("text", command.text)]
        case live.RecordOutcome():
            fields = [("text", command.text), ("dissent", command.dissent)]
            return [(name, value) for name, value in fields if value]
        case live.AnswerBottleneck():
            return [("title", command.title)] if command.title else []
        case _:
            return []


async def read(
    detector: Detector, command: live.AnyCommand, allow: AllowList, in_use: str
) -> list[tuple[str, Verdict]]:
    """Return the verdict on each typed field that is held. `in_use` is text whose pseudonyms are already given out.

    Raises:
        DetectorUnavailable: the check could not be done, so nothing may pass.
    """
    verdicts = [(name, await detector.check(value, allow, in_use)) for name, value in typed_fields(command)]
    return [(name, verdict) for name, verdict in verdicts if verdict.held]


def spans_of(verdicts: Iterable[tuple[str, Verdict]]) -> tuple[HeldSpan, ...]:
    """Return the places that the author gets to see."""
    return tuple(
        HeldSpan(name, span.start, span.end, span.label.value, span.hard)
        for name, verdict in verdicts
        for span in verdict.spans
    )
