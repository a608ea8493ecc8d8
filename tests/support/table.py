"""Steps that many tests take at a table: release a case, sit down together, bring a case to a phase."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.entry import Entry, parse
from clients.api import Client, new_key
from clients.errors import CommandRefused, ConnectionEnded, Refusal
from clients.live import LiveSession
from server.protocol import live
from server.protocol.words import BottleneckAnswer, Domain, OutcomeKind
from server.storage.store import Store
from server.storage.tables import AuditEntryRow
from tests.support.service import Service, protected_case

ADVICE = "Wijkteam belt Persoon A voor een eerste gesprek."


@dataclass
class Table:
    """Members at a table, by their short names, with the case that waits on the agenda."""

    service: Service
    case: str
    clients: dict[str, Client]
    at: dict[str, LiveSession]

    async def open_case(self) -> None:
        """Open the session and put the case on the table."""
        await self.at["ggz"].send(live.OpenSession(new_key()))
        await self.at["ggz"].send(live.OpenCase(new_key(), self.case))

    async def to_decision(self) -> None:
        """Go on to the phase in which an outcome can be recorded."""
        for _phase in range(3):
            await self.at["ggz"].send(live.NextPhase(new_key()))

    async def decide(self, text: str = ADVICE) -> int:
        """Record an outcome as the note-taker and return its number."""
        note_taker = self.at.get("social") or self.at["social_deputy"]
        return await note_taker.send(live.RecordOutcome(new_key(), OutcomeKind.ADVICE, text, Domain.SOCIAL))

    async def finish(self) -> None:
        """Answer the closing question and close the case."""
        note_taker = self.at.get("social") or self.at["social_deputy"]
        await self.at["ggz"].send(live.NextPhase(new_key()))
        await note_taker.send(live.AnswerBottleneck(new_key(), BottleneckAnswer.NO))
        await self.at["ggz"].send(live.CloseCase(new_key()))

    async def everyone_has(self, seq: int) -> None:
        """Wait until every member's view has come to this number."""
        for one in self.at.values():
            await one.until(lambda view: view.seq >= seq)

    async def everyone_is_back(self) -> None:
        """Wait until each was welcomed again after their first time, and sees the others in their seats.

        Before that a seat may be one that the break left behind: it empties when its holder takes long to come.
        """
        for one in self.at.values():
            await welcomed_again(one)
        for one in self.at.values():
            await one.until(lambda view: len(view.present) == len(self.at))


async def welcomed_again(one: LiveSession, times: int = 1) -> None:
    """Wait until a member has been welcomed more often than `times`."""
    await one.until(lambda _view: len(one.resumed) > times)


async def released_case(service: Service, **changes: object) -> str:
    """Submit a case as the GP and release it as a colleague; return its id."""
    gp, colleague = await service.client("gp"), await service.client("gp_colleague")
    case = await gp.submit(protected_case(service.network.circle, **changes))
    await colleague.release(case)
    return case


@contextlib.asynccontextmanager
async def sitting(service: Service, *who: str, **changes: object) -> AsyncIterator[Table]:
    """Give a table at which these members sit, with one released case; by default one member of each domain."""
    case = await released_case(service, **changes)
    async with AsyncExitStack() as stack:
        clients, at = {}, {}
        for name in who or ("gp", "ggz", "social"):
            clients[name] = await service.client(name)
            at[name] = await stack.enter_async_context(clients[name].live(service.network.session))
        yield Table(service, case, clients, at)


async def refusal(work: Awaitable[object]) -> Refusal:
    """Return the refusal that this work must end in."""
    try:
        await work
    except Refusal as refused:
        return refused
    raise AssertionError("the service did not refuse")


async def refused_code(work: Awaitable[object]) -> str:
    """Return the code with which the session refuses this work."""
    try:
        await work
    except CommandRefused as refused:
        return refused.code
    raise AssertionError("the session did not refuse")


async def turned_away(client: Client, session: str) -> ConnectionEnded:
    """Return how the live session ends for a member who may not come in."""
    try:
        async with client.live(session):
            pass
    except ConnectionEnded as ended:
        return ended
    raise AssertionError("the member came in")


async def entries(store: Store) -> list[Entry]:
    """Return every audit entry in the order in which it was written, numbered or not."""
    async with AsyncSession(store.database.engine) as rows:
        lines = await rows.scalars(select(AuditEntryRow.line).order_by(AuditEntryRow.id))
        return [parse(line) for line in lines.all()]
