"""Use cases of agreements: put a version before its parties, record approvals, establish it.

Which state may follow which is `consent.agreements`'s business; this module stores the result and logs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from audit.events import Event
from consent.agreements import Agreement, AgreementKind, AgreementState, Approval, approve, establish, expire
from consent.errors import ConsentError
from server.accounts.model import Actor
from server.errors import BadRequest, Conflict, NotAllowed, NotFound
from server.network.access import require_role
from server.protocol.words import Role
from server.storage.audit_log import Objects, record, refuse
from server.storage.database import Database, UnitOfWork
from server.storage.tables import AgreementRow, ApprovalRow, OrganisationRow


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """A version to put before its parties. `expires_at` is the first moment (UTC) at which it no longer holds."""

    kind: str
    title: str
    essence: str
    parties: tuple[str, ...]
    review_on: date
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredAgreement:
    """An agreement with what people read of it."""

    id: str
    title: str
    essence: str
    agreement: Agreement


async def propose(database: Database, actor: Actor, new: NewAgreement) -> str:
    """Put the next version of an agreement before its parties and return its id. For coordinators.

    Raises:
        BadRequest: an unknown party, or dates that cannot be.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.COORDINATOR)
        known = set((await uow.rows.scalars(select(OrganisationRow.id))).all())
        if not set(new.parties) <= known:
            raise BadRequest("Een van de partijen bestaat niet.", code="party_unknown")
        if new.expires_at <= uow.now:
            raise BadRequest("De einddatum ligt al in het verleden.", code="agreement_dates")
        last = await uow.rows.scalar(select(func.max(AgreementRow.version)).where(AgreementRow.kind == new.kind))
        row = AgreementRow(
            id=uow.new_id(),
            kind=AgreementKind(new.kind).value,
            version=(last or 0) + 1,
            title=new.title,
            essence=new.essence,
            parties=sorted(set(new.parties)),
            state=AgreementState.IN_REVIEW.value,
            review_on=new.review_on,
            expires_at=new.expires_at,
            created_at=uow.now,
        )
        uow.rows.add(row)
        record(uow, Event.AGREEMENT_CREATED, actor.who, objects=_objects(row))
    return row.id


async def record_approval(database: Database, actor: Actor, agreement_id: str) -> None:
    """Record that the actor's organisation approves. For its mandate holder.

    Raises:
        NotAllowed: the actor holds no mandate, or their organisation is no party.
        Conflict: it approved already, or the version is no longer in review.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.MANDATE_HOLDER)
        row, agreement = await _load(uow, actor, agreement_id)
        if actor.organisation not in agreement.parties:
            refuse(uow, Event.ACCESS_DENIED, actor.who, objects=_objects(row), reason="no_party")
            raise NotAllowed("Uw organisatie is geen partij bij deze afspraak.")
        after = _move(lambda: approve(agreement, Approval(actor.organisation, actor.ref, uow.now)))
        row.state = after.state.value
        uow.rows.add(
            ApprovalRow(
                agreement_id=row.id, organisation_id=actor.organisation, member_ref=actor.ref, approved_at=uow.now
            )
        )
        record(uow, Event.AGREEMENT_APPROVED, actor.who, objects=_objects(row), agreement=after.ref)


async def establish_agreement(database: Database, actor: Actor, agreement_id: str) -> None:
    """Establish a version that all parties approved: from now on it gates submission and seats. For coordinators.

    Raises:
        Conflict: not every party approved, or its end has passed.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.COORDINATOR)
        row, agreement = await _load(uow, actor, agreement_id)
        after = _move(lambda: establish(agreement, uow.now))
        row.state, row.established_at = after.state.value, after.established
        record(uow, Event.AGREEMENT_ESTABLISHED, actor.who, objects=_objects(row), agreement=after.ref)


async def end_agreement(database: Database, actor: Actor, agreement_id: str) -> None:
    """End a version early. For coordinators.

    Raises:
        Conflict: it had ended already.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.COORDINATOR)
        row, agreement = await _load(uow, actor, agreement_id)
        row.state = _move(lambda: expire(agreement)).state.value
        record(uow, Event.AGREEMENT_EXPIRED, actor.who, objects=_objects(row), agreement=agreement.ref)


async def list_agreements(database: Database, actor: Actor) -> list[StoredAgreement]:
    """Return every version that names the actor's organisation; a coordinator sees all."""
    async with database.transaction() as uow:
        stored = await _all(uow)
        mine = [one for one in stored if actor.has(Role.COORDINATOR) or actor.organisation in one.agreement.parties]
        for one in mine:
            record(uow, Event.AGREEMENT_READ, actor.who, objects=(("agreement", one.id),), agreement=one.agreement.ref)
    return mine


async def agreements_of(uow: UnitOfWork, organisation: str) -> list[Agreement]:
    """Return every version that names this organisation, for `consent.decide`."""
    return [one.agreement for one in await _all(uow) if organisation in one.agreement.parties]


async def _all(uow: UnitOfWork) -> list[StoredAgreement]:
    rows = (await uow.rows.scalars(select(AgreementRow).order_by(AgreementRow.kind, AgreementRow.version))).all()
    approvals = (await uow.rows.scalars(select(ApprovalRow))).all()
    return [
        StoredAgreement(
            row.id, row.title, row.essence, _agreement(row, [one for one in approvals if one.agreement_id == row.id])
        )
        for row in rows
    ]


async def _load(uow: UnitOfWork, actor: Actor, agreement_id: str) -> tuple[AgreementRow, Agreement]:
    row = await uow.rows.get(AgreementRow, agreement_id, with_for_update=True)
    if row is None:
        refuse(uow, Event.ACCESS_DENIED, actor.who, reason="agreement")
        raise NotFound
    approvals = (await uow.rows.scalars(select(ApprovalRow).where(ApprovalRow.agreement_id == row.id))).all()
    return row, _agreement(row, list(approvals))


def _agreement(row: AgreementRow, approvals: list[ApprovalRow]) -> Agreement:
    return Agreement(
        kind=AgreementKind(row.kind),
        version=row.version,
        parties=tuple(row.parties),
        review_date=row.review_on,
        expires=row.expires_at,
        state=AgreementState(row.state),
        approvals=tuple(Approval(one.organisation_id, one.member_ref, one.approved_at) for one in approvals),
        established=row.established_at,
    )


def _move(step: Callable[[], Agreement]) -> Agreement:
    try:
        return step()
    except ConsentError:
        raise Conflict(
            "Deze stap kan nu niet bij deze afspraak: kijk of alle partijen akkoord zijn.", code="agreement_state"
        ) from None


def _objects(row: AgreementRow) -> Objects:
    return (("agreement", row.id),)
