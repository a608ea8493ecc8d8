"""What a room works on, and what one transaction of it gathers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from server.protocol import live
from server.protocol.session import Participant, Passage
from server.room.blanking import Reports
from server.room.connection import Connection
from server.sessions.journal import Happened

AS_TYPED = Passage()


@dataclass(frozen=True, slots=True)
class Order:
    """A command of a member, past the guard. `whom` is the member that `mark_present` means."""

    connection: Connection
    command: live.AnyCommand
    passage: Passage = AS_TYPED
    whom: Participant | None = None

    @property
    def speaks(self) -> bool:
        """May this become something that is said, which needs a subkey?"""
        return isinstance(self.command, live.Contribute | live.WriteMinutes)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A connection that says what it has."""

    connection: Connection
    join: live.Join
    speaks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class Departure:
    """A member whose connections may all have ended."""

    member: str
    speaks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class AgendaChange:
    """Cases were released onto this agenda, or withdrawn from it."""

    speaks: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class MarksLapsed:
    """Members who are marked present and may not sit here any more."""

    members: frozenset[str]
    speaks: ClassVar[bool] = False


Work = Order | Arrival | Departure | AgendaChange | MarksLapsed


@dataclass(slots=True)
class Group:
    """What one transaction gathers: events, who arrived, and the answers to give after the commit.

    `forget` says that words about a case that is gone must leave the memory.
    """

    happened: list[Happened] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    answers: list[tuple[Connection, live.Answer | live.Refused]] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    forget: bool = False
    reports: Reports = field(default_factory=Reports)
