"""What a report of something recognisable does besides its event: rows, the breach draft, and the end of the subkey.

The words leave every screen first, then their subkey is destroyed, and only then does the reporter get the answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.cases import missed
from server.cases.access import form_context
from server.cases.missed import Mark
from server.errors import ServiceError
from server.privacy import breaches
from server.privacy.breaches import Reported
from server.protocol import live
from server.protocol.http import CaseForm
from server.room.connection import Connection, encoded
from server.sessions import blanking, deliveries
from server.sessions.deliveries import Delivery
from server.storage.audit_log import record
from server.storage.database import UnitOfWork
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import CaseRow, MemberRow

log = structlog.get_logger()

Report = live.ReportVisible | live.ReportCase


@dataclass(slots=True)
class Reports:
    """The reports of one transaction, and what has to end after its commit.

    `subkeys` are destroyed; `sessions` had a case on their agenda that was withheld.
    """

    made: list[tuple[Connection, Report, live.Answer]] = field(default_factory=list)
    subkeys: list[str] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)

    def take(self, connection: Connection, command: Report, seq: int) -> None:
        """Remember a report that took effect at `seq`."""
        self.made.append((connection, command, live.Answer(command.key, seq)))

    @property
    def messages(self) -> frozenset[int]:
        """The numbers of the contributions that were reported."""
        return frozenset(one.seq for _who, one, _answer in self.made if isinstance(one, live.ReportVisible))

    async def write_down(self, store: Store, uow: UnitOfWork, session: str, acknowledged: Mapping[str, int]) -> None:
        """Store all that follows from the reports, in the transaction of their events.

        Args:
            acknowledged: as in `deliveries.receivers_of`.
        """
        for connection, command, _answer in self.made:
            match command:
                case live.ReportVisible():
                    self.subkeys += await _message(uow, session, command, connection.actor, acknowledged)
                case live.ReportCase():
                    self.sessions |= await _case(store, uow, session, command, connection.actor)

    def take_back(self, connections: Collection[Connection]) -> None:
        """Take the words out of what waits in an outbox; who misses something by that comes back by number."""
        for message in self.messages:
            for connection in connections:
                connection.forget(message)

    async def finish(self, store: Store) -> None:
        """Destroy the subkeys, and only then answer who reported."""
        await destroy(store, self.subkeys)
        for connection, _command, answer in self.made:
            connection.put(encoded(answer))


async def _message(
    uow: UnitOfWork, session: str, command: live.ReportVisible, actor: Actor, acknowledged: Mapping[str, int]
) -> list[str]:
    row = await blanking.blank(uow, session, command.seq)
    case = await uow.rows.get_one(CaseRow, row.case_id)
    author = await uow.rows.scalar(select(MemberRow).where(MemberRow.id == row.actor))
    delivery = await deliveries.receivers_of(uow, row, acknowledged)
    about = (("session", session, f"seq:{row.seq}"), ("case", case.id))
    purpose, label = Purpose.BREACH.value, command.label.value
    record(uow, Event.MESSAGE_BLANKED, actor.who, objects=about, purpose=purpose, reason=label)
    if row.subkey_id is not None:
        gone = (("key", row.subkey_id), *about)
        record(uow, Event.KEY_DESTROYED, actor.who, objects=gone, purpose=purpose, reason="blanked")
    reported = Reported(case, session, label, seq=row.seq, author=author)
    breaches.open_draft(uow, actor, reported, delivery)
    return [row.subkey_id] if row.subkey_id else []


async def _case(store: Store, uow: UnitOfWork, session: str, command: live.ReportCase, actor: Actor) -> set[str]:
    case, sessions = await blanking.withhold(uow, actor.who, command.case)
    if command.words and command.label.value in missed.LABELS:
        with contextlib.suppress(KeyDestroyed):
            plain = await store.unseal(case.key_id, form_context(case.id), case.form_box)
            form = msgspec.json.decode(plain, type=CaseForm)
            places = missed.places_of(form, command.field, command.words)
            label = command.label.value
            await missed.keep_places(uow, actor, case, [Mark(command.field, *place, label) for place in places])
    # Who has read a case is what the overview of the desk says, from the log; here nobody is listed.
    reported = Reported(case, session, command.label.value, field=command.field)
    breaches.open_draft(uow, actor, reported, Delivery((), complete=False))
    return set(sessions) - {session}


async def destroy(store: Store, subkeys: Sequence[str]) -> None:
    """Destroy subkeys, waiting for a key store that is away: a deletion that was promised is brought to its end."""
    delay = 0.1
    while True:
        try:
            await blanking.destroy(store, subkeys)
        except (SQLAlchemyError, OSError, ServiceError) as error:
            log.error("subkey_not_destroyed", kind=type(error).__name__)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)
        else:
            return
