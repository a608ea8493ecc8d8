"""The guard at the door of the room: reads every typed word before anyone receives it, and keeps what it holds.

A held message lives in memory only: a restart loses it, and its author's page says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from anonymisation.guard import AllowList, Verdict
from server.detection import Detector
from server.network.model import Circle
from server.protocol import live
from server.protocol.live import HeldSpan
from server.protocol.rules import Refusal

MAX_LISTS = 32
"""Lists of what a table may name that are kept per room: they change with its seats and with the day."""

MAX_HOLDS = 20
"""Held messages kept per member; an older one goes first."""


@dataclass(frozen=True, slots=True, repr=False)
class Hold:
    """A message that was kept back, and the case that it was typed for. Its repr shows nothing."""

    case: str | None
    text: str
    proposal: str
    hard: bool

    def __repr__(self) -> str:
        return "Hold(***)"


@dataclass(slots=True)
class Holds:
    """What is held, per member: nobody can send what another typed.

    `_taken` keeps what was sent by its command key, so that a repeated command finds the same words.
    """

    _kept: dict[str, OrderedDict[str, Hold]] = field(default_factory=dict, repr=False)
    _taken: dict[str, OrderedDict[str, Hold]] = field(default_factory=dict, repr=False)

    def keep(self, member: str, hold_id: str, hold: Hold) -> None:
        """Keep a message for its author."""
        _put(self._kept.setdefault(member, OrderedDict()), hold_id, hold)

    def find(self, member: str, hold_id: str, key: str) -> Hold:
        """Return a held message of this member, or the one that the command with this key has taken.

        Raises:
            Refusal: it is not held (any more).
        """
        none: dict[str, Hold] = {}
        hold = self._kept.get(member, none).get(hold_id) or self._taken.get(member, none).get(key)
        if hold is None:
            raise Refusal("hold_unknown")
        return hold

    def take(self, member: str, hold_id: str, key: str) -> None:
        """Let the command with this key have a held message; no other command can send it any more."""
        hold = self._kept.get(member, OrderedDict()).pop(hold_id, None)
        if hold is not None:
            _put(self._taken.setdefault(member, OrderedDict()), key, hold)

    def drop(self, member: str, hold_id: str) -> None:
        """Forget a held message."""
        self._kept.get(member, OrderedDict()).pop(hold_id, None)

    def forget(self, member: str, key: str) -> None:
        """Forget what the command with this key has taken: its words are gone for everyone."""
        self._taken.get(member, OrderedDict()).pop(key, None)

    def keep_only(self, case: str | None) -> None:
        """Forget every message that was typed for another case than the one on the table."""
        for mine in (*self._kept.values(), *self._taken.values()):
            for name in [name for name, hold in mine.items() if hold.case != case]:
                del mine[name]


def _put(mine: OrderedDict[str, Hold], name: str, hold: Hold) -> None:
    mine[name] = hold
    while len(mine) > MAX_HOLDS:
        mine.popitem(last=False)


def allow_list(circle: Circle, on: date) -> AllowList:
    """Return what the table may name: its own seat holders, deputies and organisations, and dates from `on`."""
    people = [name for seat in circle.seats for name in (seat.holder_name, *(name for _id, name in seat.deputies))]
    return AllowList(
        names=frozenset(people),
        organisations=frozenset(seat.organisation_name for seat in circle.seats),
        # Nothing yet: storage holds no catalogue of the regional offer (a table of offers with the telephone numbers,
        # addresses and sites that each makes public), so a public contact holds the message as any other does.
        contacts=frozenset(),
        dates_from=on,
    )


def shared(allow: AllowList, known: dict[AllowList, AllowList]) -> AllowList:
    """Return the one of the known lists that says the same, so that a bundle of messages carries it once."""
    if len(known) > MAX_LISTS:
        known.clear()
    return known.setdefault(allow, allow)


def typed_fields(command: live.AnyCommand) -> list[tuple[str, str]]:
    """Return the fields of a command in which a person typed words."""
    match command:
        case live.Contribute() | live.WriteMinutes():
            return [("text", command.text)]
        case live.RecordOutcome():
            fields = [("text", command.text), ("dissent", command.dissent)]
            return [(name, value) for name, value in fields if value]
        case live.AnswerBottleneck():
            return [("title", command.title)] if command.title else []
        case _:
            return []


async def read(
    detector: Detector, command: live.AnyCommand, allow: AllowList, in_use: Callable[[], str]
) -> list[tuple[str, Verdict]]:
    """Return the verdict on each typed field that is held. `in_use` gives text whose pseudonyms are already given out.

    Raises:
        DetectorUnavailable: the check could not be done, so nothing may pass.
    """
    held = [(name, value) for name, value in typed_fields(command) if (await detector.check(value, allow)).held]
    # What is in use matters to a proposal alone: sending all that was said along with every message costs far more.
    return [(name, await detector.check(value, allow, in_use())) for name, value in held]


def spans_of(verdicts: Iterable[tuple[str, Verdict]]) -> tuple[HeldSpan, ...]:
    """Return the places that the author gets to see."""
    return tuple(
        HeldSpan(name, span.start, span.end, span.label.value, span.hard)
        for name, verdict in verdicts
        for span in verdict.spans
    )
