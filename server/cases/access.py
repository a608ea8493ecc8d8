"""The only ways to a case: `require_case` and its list form `visible_cases`.

Both ask `consent.decide`, write the audit entry in the same transaction, and answer "not found" for missing and
forbidden alike.
"""

from __future__ import annotations

from datetime import date

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_, select

from audit.events import Event
from consent.activities import Purpose
from consent.basis import Basis, BasisKind, ConsentHow, ConsentScope, OtherGround
from consent.decide import ProcessingDecision, decide
from consent.errors import InvalidBasis
from consent.reasons import SENTENCES_NL
from consent.retention import CaseFacts
from server.accounts.model import Actor
from server.cases.model import Case, CaseSummary
from server.errors import AgreementMissing, BadRequest, NotFound
from server.network.access import load_circle
from server.network.agreements import agreements_of
from server.protocol.http import BasisForm, CaseForm, RejectedMark
from server.protocol.words import CaseState, Domain, Role
from server.storage.audit_log import record, refuse
from server.storage.database import UnitOfWork
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import CaseRow, CircleRow, DeputyRow, RecusalRow, SeatRow

READABLE = frozenset({CaseState.SUBMITTED, CaseState.RELEASED, CaseState.DISCUSSED, CaseState.WITHHELD})
AT_THE_TABLE = frozenset({CaseState.RELEASED, CaseState.DISCUSSED})


async def require_case(store: Store, uow: UnitOfWork, actor: Actor, case_id: str, purpose: Purpose) -> Case:
    """Return an opened case when the actor may have it for this purpose now; the access is logged.

    Raises:
        NotFound: it is not there, it is gone, or it is not for this member.
        AgreementMissing: the actor's organisation may not process it now; `code` says why.
    """
    row = await uow.rows.get(CaseRow, case_id)
    if row is None or not await _may(uow, actor, row, purpose):
        objects = (("case", row.id),) if row else ()
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=purpose.value, reason="case")
        raise NotFound
    decision = await require_decision(uow, actor, purpose, facts_of(row))
    try:
        plain = await store.unseal(row.key_id, form_context(row.id), row.form_box)
    except KeyDestroyed:
        raise NotFound from None
    record(
        uow,
        Event.CASE_READ,
        actor.who,
        objects=(("case", row.id), ("circle", row.circle_id)),
        purpose=purpose.value,
        agreement=decision.agreement_version,
    )
    rejected = msgspec.convert(row.rejected, tuple[RejectedMark, ...])
    return Case(row, msgspec.json.decode(plain, type=CaseForm), rejected)


async def visible_cases(store: Store, uow: UnitOfWork, actor: Actor) -> list[CaseSummary]:
    """Return the cases that the actor may know of, newest first; the look at the list is logged."""
    agreements = await agreements_of(uow, actor.organisation)
    found = await uow.rows.execute(
        select(CaseRow).where(_visible(actor)).order_by(CaseRow.created_at.desc(), CaseRow.id).limit(500)
    )
    summaries = []
    for row in found.scalars():
        own = row.organisation_id == actor.organisation
        decision = decide(
            purpose=Purpose.FETCH_ANSWER if own else Purpose.READ_CASE,
            organisation=actor.organisation,
            agreements=agreements,
            case=facts_of(row),
            now=uow.now,
        )
        if decision.allowed:
            summaries.append(await _summary(store, row))
    record(uow, Event.CASE_LISTED, actor.who, objects=tuple(("case", one.id) for one in summaries[:100]))
    return summaries


async def _summary(store: Store, row: CaseRow) -> CaseSummary:
    question = ""
    if CaseState(row.state) in READABLE:
        plain = await store.unseal(row.key_id, form_context(row.id), row.form_box)
        question = msgspec.json.decode(plain, type=CaseForm).question
    return CaseSummary(
        id=row.id,
        circle=row.circle_id,
        state=CaseState(row.state),
        domain=Domain(row.domain),
        question=question,
        submitted_at=row.created_at,
        submitter=row.submitter_id,
        organisation=row.organisation_id,
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Own organisation's cases; cases at the table of a circle one sits in; what a coordinator must release."""
    circles = select(SeatRow.circle_id).where(SeatRow.holder_id == actor.member)
    deputy = (
        select(SeatRow.circle_id)
        .join(DeputyRow, DeputyRow.seat_id == SeatRow.id)
        .where(DeputyRow.member_id == actor.member)
    )
    left = select(RecusalRow.case_id).where(RecusalRow.member_id == actor.member)
    at_my_table = and_(
        or_(CaseRow.circle_id.in_(circles), CaseRow.circle_id.in_(deputy)),
        CaseRow.state.in_([one.value for one in AT_THE_TABLE]),
    )
    if runs_the_service(actor):
        return false()
    ways = [at_my_table, CaseRow.organisation_id == actor.organisation]
    if actor.has(Role.COORDINATOR):
        ways.append(CaseRow.state == CaseState.SUBMITTED.value)
    return and_(or_(*ways), CaseRow.id.not_in(left))


async def _may(uow: UnitOfWork, actor: Actor, row: CaseRow, purpose: Purpose) -> bool:
    if runs_the_service(actor):
        return False
    own = row.organisation_id == actor.organisation
    state = CaseState(row.state)
    if await uow.rows.get(RecusalRow, (row.id, actor.member)) is not None:
        return False
    if purpose is Purpose.FETCH_ANSWER:
        return own
    if state not in READABLE:
        return False
    if purpose is Purpose.RELEASE_CASE:
        return own or actor.has(Role.COORDINATOR)
    if own or (actor.has(Role.COORDINATOR) and state is CaseState.SUBMITTED):
        return True
    circle = await load_circle(uow, row.circle_id)
    return circle is not None and state in AT_THE_TABLE and circle.seat_of(actor.member) is not None


def runs_the_service(actor: Actor) -> bool:
    """An administrator runs the service and sees no case, whatever other role or seat they have."""
    return actor.has(Role.ADMINISTRATOR)


async def require_decision(
    uow: UnitOfWork, actor: Actor, purpose: Purpose, facts: CaseFacts | None, *, refused: Event = Event.ACCESS_DENIED
) -> ProcessingDecision:
    """Return consent's decision when it allows the purpose.

    Raises:
        AgreementMissing: it does not; `code` is the reason, the attempt is logged as `refused`.
    """
    decision = decide(
        purpose=purpose,
        organisation=actor.organisation,
        agreements=await agreements_of(uow, actor.organisation),
        case=facts,
        now=uow.now,
    )
    require_allowed(uow, actor, purpose, decision, refused=refused)
    return decision


def require_allowed(
    uow: UnitOfWork,
    actor: Actor,
    purpose: Purpose,
    decision: ProcessingDecision,
    *,
    refused: Event = Event.ACCESS_DENIED,
) -> None:
    """Return when consent's decision allows the purpose.

    Raises:
        AgreementMissing: as `require_decision`.
    """
    if not decision.allowed:
        refuse(uow, refused, actor.who, purpose=purpose.value, reason=decision.reason.value)
        raise AgreementMissing(SENTENCES_NL[decision.reason], code=decision.reason.value)


def form_context(case_id: str) -> str:
    """Return the place name under which a case's form is sealed."""
    return f"case:{case_id}:form"


def facts_of(row: CaseRow) -> CaseFacts:
    """Return what decisions need to know of a stored case."""
    return CaseFacts(
        organisation=row.organisation_id,
        submitted_at=row.created_at,
        basis=read_basis(msgspec.convert(row.basis, BasisForm)),
        outcome_at=row.outcome_at,
        withdrawn_at=row.withdrawn_at,
        text_erased_at=row.erased_at,
    )


def read_basis(form: BasisForm) -> Basis:
    """Return the basis that a form states.

    Raises:
        BadRequest: consent without how and scope, another ground without its reason, or the two mixed.
    """
    try:
        return Basis(
            kind=BasisKind(form.kind),
            date=date(form.on.year, form.on.month, form.on.day),
            informed_of_network=form.informed,
            how=ConsentHow(form.how) if form.how else None,
            scope=ConsentScope(form.scope) if form.scope else None,
            reason=OtherGround(form.reason) if form.reason else None,
        )
    except InvalidBasis:
        raise BadRequest(
            "De grondslag is niet compleet: bij toestemming hoort hoe en waarvoor, bij een andere grond de reden.",
            code="basis_incomplete",
        ) from None


async def circle_name(uow: UnitOfWork, circle_id: str) -> str:
    """Return the name of a circle."""
    return (await uow.rows.get_one(CircleRow, circle_id)).name
