"""Who comes in: everyone who stands at the door at one moment is looked up in one transaction.

When a service restarts, or a line comes back, a whole region knocks at once. All handshakes ask the same few things
(whose login is this, who sits where, which agreements are in force), and asking each by itself costs more than all
that follows.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from server.accounts.model import Actor
from server.accounts.service import resolve_all
from server.errors import ServiceError, Unauthenticated
from server.sessions.access import Gate
from server.sessions.model import Seated
from server.storage.database import Database

AT_ONCE = 64
"""Most who are looked up together: the rest of the service waits that long on SQLite."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who may come in, and where they sit."""

    actor: Actor
    seated: Seated


@dataclass(frozen=True, slots=True)
class Knock:
    """A handshake that waits for its answer."""

    token: str = field(repr=False)
    session: str
    answer: asyncio.Future[Guest]


@dataclass(slots=True)
class Door:
    """The door of all rooms of a node."""

    database: Database
    _waiting: deque[Knock] = field(default_factory=deque)
    _task: asyncio.Task[None] | None = None

    async def let_in(self, token: str, session_id: str) -> Guest:
        """Return who a token belongs to and where they sit in a session. Who waits meanwhile goes along.

        Raises:
            Unauthenticated: as `accounts.resolve`.
            NotFound, AgreementMissing: as `Gate.require_seat`.
        """
        knock = Knock(token, session_id, asyncio.get_running_loop().create_future())
        self._waiting.append(knock)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve())
        return await knock.answer

    async def _serve(self) -> None:
        while self._waiting:
            knocks = [self._waiting.popleft() for _place in range(min(AT_ONCE, len(self._waiting)))]
            try:
                answers = await self._look_up(knocks)
            except Exception as error:  # noqa: BLE001 - whatever it is, each knock gets an answer
                await self._one_by_one(knocks, error)
            else:
                _tell(knocks, answers)

    async def _one_by_one(self, knocks: list[Knock], error: Exception) -> None:
        """Look each up by itself: one whose question the database refuses keeps nobody else out."""
        if len(knocks) == 1:
            _tell(knocks, [error])
            return
        for knock in knocks:
            try:
                answers = await self._look_up([knock])
            except Exception as one:  # noqa: BLE001 - as above
                answers = [one]
            _tell([knock], answers)

    async def _look_up(self, knocks: list[Knock]) -> list[Guest | Exception]:
        async with self.database.transaction() as uow:
            actors = await resolve_all(uow, {knock.token for knock in knocks})
            gate = Gate(uow)
            return [await _answer(gate, actors.get(knock.token), knock.session) for knock in knocks]


async def _answer(gate: Gate, actor: Actor | None, session_id: str) -> Guest | Exception:
    """Return what one knock gets; a refusal stays its own, and its entries are stored with everybody's."""
    if actor is None:
        return Unauthenticated()
    try:
        return Guest(actor, await gate.require_seat(actor, session_id))
    except ServiceError as error:
        return error


def _tell(knocks: list[Knock], answers: list[Guest | Exception]) -> None:
    for knock, answer in zip(knocks, answers, strict=True):
        if knock.answer.done():
            continue  # who gave up does not hear it
        if isinstance(answer, Guest):
            knock.answer.set_result(answer)
        else:
            knock.answer.set_exception(answer)
