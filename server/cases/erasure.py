"""Erasing what is due: the text of a case goes by destroying its key; the log and the figures remain.

It also finishes what a crash interrupted: the key of a withdrawn case, or the subkey of a blanked message, that still
stands is destroyed at the next turn.
"""

from __future__ import annotations

from sqlalchemy import select

from audit.events import Event
from consent.activities import Purpose
from consent.retention import RetentionAction, RetentionTerms, due
from server.cases.access import facts_of
from server.cases.missed import forget_reports
from server.protocol.words import CaseState
from server.storage.audit_log import SERVICE, record
from server.storage.store import Store
from server.storage.tables import CaseRow, EventRow

GONE = (CaseState.WITHDRAWN.value, CaseState.ERASED.value)


async def erase_due(store: Store, terms: RetentionTerms) -> list[str]:
    """Erase every case whose term has passed and return their ids."""
    async with store.database.transaction() as uow:
        rows = (await uow.rows.scalars(select(CaseRow).where(CaseRow.state.not_in(GONE)))).all()
        erased = [row for row in rows if RetentionAction.ERASE_TEXT in due(facts_of(row), terms, uow.now)]
        for row in erased:
            row.state, row.erased_at = CaseState.ERASED.value, uow.now
            await forget_reports(uow, [row.id])
            objects = (("case", row.id), ("key", row.key_id))
            record(uow, Event.CASE_ERASED, SERVICE, objects=objects, purpose=Purpose.ERASE.value, reason="term_passed")
            record(
                uow, Event.KEY_DESTROYED, SERVICE, objects=objects, purpose=Purpose.ERASE.value, reason="term_passed"
            )
    await _destroy_keys(store)
    return [row.id for row in erased]


async def _destroy_keys(store: Store) -> None:
    async with store.database.transaction() as uow:
        keys = list((await uow.rows.scalars(select(CaseRow.key_id).where(CaseRow.state.in_(GONE)))).all())
        blanked = select(EventRow.subkey_id).where(EventRow.blanked_at.is_not(None), EventRow.subkey_id.is_not(None))
        keys += [one for one in await uow.rows.scalars(blanked) if one]
    for key_id in await store.keys.standing(keys):
        await store.keys.destroy(key_id, now=store.database.now())
