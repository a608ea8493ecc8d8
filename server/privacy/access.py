"""The gates of this room. An officer sees entries of their own organisation's people and cases; of others, nothing.

Which entries those are is written down when the sequencer numbers them (`storage.audit_references`): every question is
put through the organisation of who asks.
"""

from __future__ import annotations

import re

from sqlalchemy import Select, exists, select

from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.errors import NotFound, StorageError
from server.protocol.words import Role
from server.storage.audit_log import refuse
from server.storage.audit_references import Kind
from server.storage.database import UnitOfWork
from server.storage.tables import (
    AuditEntryRow,
    AuditLogRow,
    AuditReferenceRow,
    BreachRow,
    CaseRow,
    MemberRow,
    OfficerKeyRow,
)

_REF = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a number can look like; a database need not be asked for anything else, and one cannot be asked for a NUL."""

NOT_OURS = "Dit nummer is niet van een casus, lid, sleutel of vermelding van uw eigen organisatie. Kijk het na."


async def require_officer(uow: UnitOfWork, actor: Actor) -> int:
    """Return which log is open, for a privacy officer.

    Raises:
        NotFound: the actor is none; the attempt is logged.
    """
    if not actor.has(Role.PRIVACY_OFFICER):
        refuse(uow, Event.ACCESS_DENIED, actor.who, purpose=Purpose.AUDIT.value, reason="role")
        raise NotFound
    log_id = (await uow.rows.scalars(select(AuditLogRow.id).where(AuditLogRow.closed_at.is_(None)))).one_or_none()
    if log_id is None:
        raise StorageError("no audit log is open; run `casuskring migrate`", code="log_missing")
    return log_id


async def require_own_case(uow: UnitOfWork, actor: Actor, case_id: str) -> CaseRow:
    """Return a case that the officer's own organisation submitted; also one whose text is gone.

    Raises:
        NotFound: it is not there, or it is another organisation's; the attempt is logged.
    """
    row = await uow.rows.get(CaseRow, case_id) if _REF.fullmatch(case_id) else None
    if row is None or row.organisation_id != actor.organisation:
        _refuse(uow, actor, *((("case", row.id),) if row else ()))
        raise NotFound(NOT_OURS)
    return row


async def require_own_member(uow: UnitOfWork, actor: Actor, member_id: str) -> MemberRow:
    """Return a member of the officer's own organisation.

    Raises:
        NotFound: there is none, or it is another organisation's; the attempt is logged.
    """
    row = await uow.rows.get(MemberRow, member_id) if _REF.fullmatch(member_id) else None
    if row is None or row.organisation_id != actor.organisation:
        _refuse(uow, actor, *((("member", row.ref),) if row else ()))
        raise NotFound(NOT_OURS)
    return row


async def require_key(uow: UnitOfWork, actor: Actor, key_id: str) -> OfficerKeyRow:
    """Return a key of an officer of the actor's own organisation, whoever holds it and whatever its state.

    Raises:
        NotFound: there is none, or it is another organisation's; the attempt is logged.
    """
    row = await uow.rows.get(OfficerKeyRow, key_id) if _REF.fullmatch(key_id) else None
    if row is None or row.organisation_id != actor.organisation:
        _refuse(uow, actor)
        raise NotFound(NOT_OURS)
    return row


async def require_entry(uow: UnitOfWork, actor: Actor, log_id: int, number: int) -> AuditEntryRow:
    """Return an entry that the officer may see.

    Raises:
        NotFound: there is none with this number, or it is not for this officer; the attempt is logged.
    """
    found = await uow.rows.scalars(
        select(AuditEntryRow).where(
            AuditEntryRow.log_id == log_id,
            AuditEntryRow.number == number,
            exists(mine(actor, log_id).where(AuditReferenceRow.number == number)),
        )
    )
    row = found.one_or_none()
    if row is None:
        _refuse(uow, actor)
        raise NotFound(NOT_OURS)
    return row


async def require_breach(uow: UnitOfWork, actor: Actor, breach_id: str, *, for_update: bool = False) -> BreachRow:
    """Return the record of a breach that concerns a case or a member of the officer's own organisation.

    Raises:
        NotFound: the actor is no officer, there is none, or it is not on their desk; the attempt is logged.
    """
    await require_officer(uow, actor)
    known = bool(_REF.fullmatch(breach_id))
    row = await uow.rows.get(BreachRow, breach_id, with_for_update=for_update) if known else None
    if row is None or actor.organisation not in (
        row.organisation_id,
        row.author_organisation,
        row.reporter_organisation,
    ):
        _refuse(uow, actor, *((("breach", row.id),) if row else ()))
        raise NotFound(NOT_OURS)
    return row


def mine(actor: Actor, log_id: int) -> Select[int]:
    """Return the select of the numbers of every entry that the officer may see."""
    return select(AuditReferenceRow.number).where(
        AuditReferenceRow.log_id == log_id,
        AuditReferenceRow.kind == Kind.ORGANISATION.value,
        AuditReferenceRow.ref == actor.organisation,
    )


def _refuse(uow: UnitOfWork, actor: Actor, *objects: tuple[str, str]) -> None:
    refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=Purpose.AUDIT.value, reason="desk")
