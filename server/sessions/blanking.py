"""Taking words away for good: one contribution, by destroying its subkey, or a whole case off every table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from audit.events import Event
from consent.activities import Purpose
from server.errors import StorageError
from server.protocol.view import AgendaState
from server.protocol.words import CaseState
from server.sessions.journal import link
from server.storage.audit_log import Who, record
from server.storage.database import UnitOfWork
from server.storage.store import Store
from server.storage.tables import AgendaRow, CaseRow, EventRow


async def blank(uow: UnitOfWork, session_id: str, message: int) -> EventRow:
    """Mark a contribution as gone for everyone; the caller destroys its subkey after the commit.

    Raises:
        StorageError: there is no such contribution.
    """
    row = await uow.rows.get(EventRow, (session_id, message))
    if row is None or row.case_id is None:
        raise StorageError("a contribution that is blanked is stored and belongs to a case")
    row.blanked_at = uow.now
    if row.subkey_id is None:
        # From before there were subkeys: its box would open as long as its case stands, so the box itself goes. The
        # digest that it led to stays, and with it the seal over what came before and after can still be checked.
        row.digest_after = await _digest_after(uow, session_id, message)
        row.body_box = b""
    return row


async def _digest_after(uow: UnitOfWork, session_id: str, message: int) -> bytes:
    rows = await uow.rows.execute(
        select(EventRow.seq, EventRow.body_box, EventRow.digest_after)
        .where(EventRow.session_id == session_id, EventRow.seq <= message)
        .order_by(EventRow.seq)
    )
    chain = b""
    for row in rows:
        chain = row.digest_after or link(chain, row.seq, row.body_box)
    return chain


async def destroy(store: Store, subkeys: Sequence[str]) -> None:
    """Destroy subkeys; doing it twice is harmless. From then on nothing opens what they sealed."""
    for key_id in await store.keys.standing(subkeys):
        await store.keys.destroy(key_id, now=store.database.now())


async def withhold(uow: UnitOfWork, who: Who, case_id: str) -> tuple[CaseRow, list[str]]:
    """Take a case off every agenda and away from its circle; return it and the sessions that had it.

    Its text stays with the submitter's side, which corrects and submits it again, or withdraws it.

    Raises:
        StorageError: there is no such case.
    """
    case = await uow.rows.get(CaseRow, case_id, with_for_update=True)
    if case is None:
        raise StorageError("a case that is withheld is stored")
    if CaseState(case.state) not in (CaseState.WITHDRAWN, CaseState.ERASED):
        case.state = CaseState.WITHHELD.value
    lines = (await uow.rows.scalars(select(AgendaRow).where(AgendaRow.case_id == case_id))).all()
    for line in lines:
        line.state = AgendaState.REMOVED.value
        about = (("case", case_id), ("session", line.session_id))
        record(uow, Event.CASE_AGENDA_CHANGED, who, objects=about, purpose=Purpose.BREACH.value, reason="withheld")
    return case, [line.session_id for line in lines]
