"""What can wait in the queue of a room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from server.protocol import live
from server.protocol.session import Passage
from server.room.connection import Connection

AS_TYPED = Passage()


@dataclass(frozen=True, slots=True)
class Order:
    """A command of a member, past the guard."""

    connection: Connection
    command: live.AnyCommand
    passage: Passage = AS_TYPED

    @property
    def speaks(self) -> bool:
        """May this become a contribution, which needs a subkey?"""
        return isinstance(self.command, live.Contribute)


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


Work = Order | Arrival | Departure | AgendaChange
