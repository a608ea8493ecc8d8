"""The records of breaches: a draft that opens by itself, on the desk of the organisations whose case or people it is.

Records hold references and codes, never words. The organisation that brought the case in answers for it and decides;
the organisations of who wrote and who reported the message may read the record, as they may read the log of their own
people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from audit.events import Event
from consent import breaches as rules
from consent.activities import Purpose
from consent.breaches import Breach, BreachKind, BreachState, Delay, NoNotice, Risk, Telling
from consent.errors import IllegalTransition
from server.accounts.model import Actor
from server.errors import BadRequest, Conflict
from server.privacy.access import require_breach, require_officer
from server.privacy.model import BreachLine, BreachRecord, Receiver
from server.sessions.deliveries import Delivery
from server.storage.audit_log import record
from server.storage.database import Database, UnitOfWork
from server.storage.tables import BreachRow, CaseRow, MemberRow, OrganisationRow

MOST = 200
"""Records on the list, the newest first."""

LOGGED_AT_ONCE = 40
"""Records in one entry of the log."""

MEASURES = "blanked"
"""What was done at once, whatever is decided later: the words are off every screen and their key is destroyed."""

CHOOSE = "Kies bij elke vraag een antwoord."
LATE = "De 72 uur zijn om. Geef aan waarom de melding later komt."
RISK = "Is er een risico voor de betrokkene, dan hoort het gemeld te worden. Kies een ander antwoord."
HIGH_RISK = "Bij een hoog risico hoort de betrokkene het, tenzij de maatregelen het risico hebben weggenomen."
DECIDED = "Over dit datalek is al beslist. Alleen het informeren van de betrokkene kan nog veranderen."
NOT_READY = "Leg eerst uw beoordeling vast. Daarna kunt u het dossier sluiten."
NOT_YOURS = "Over dit dossier beslist de organisatie die de casus inbracht."


@dataclass(frozen=True, slots=True)
class Reported:
    """What somebody reported: a message by its number with its author, or a field of a case's own text."""

    case: CaseRow
    session: str
    label: str
    seq: int | None = None
    field: str | None = None
    author: MemberRow | None = None


def open_draft(uow: UnitOfWork, actor: Actor, reported: Reported, delivery: Delivery) -> str:
    """Open the draft of a breach in the transaction of the report and return its id; the clock starts now."""
    receivers = tuple(ref for ref, _confirmed in delivery.receivers)
    made = rules.draft(BreachKind.IDENTIFIER_VISIBLE, aware_at=uow.now, case_ref=reported.case.id, receivers=receivers)
    author = reported.author
    row = BreachRow(
        id=uow.new_id(),
        organisation_id=reported.case.organisation_id,
        kind=made.kind.value,
        state=made.state.value,
        aware_at=made.aware_at,
        label=reported.label,
        case_id=reported.case.id,
        session_id=reported.session,
        seq=reported.seq,
        field=reported.field,
        reporter_ref=actor.ref,
        reporter_organisation=actor.organisation,
        author_ref=author.ref if author else None,
        author_organisation=author.organisation_id if author else None,
        receivers=list(delivery.receivers),
        complete=delivery.complete,
    )
    uow.rows.add(row)
    here = ("session", row.session_id) if row.seq is None else ("session", row.session_id, f"seq:{row.seq}")
    about = (("breach", row.id), ("case", row.case_id), here, *(("member", ref) for ref in receivers[:100]))
    record(uow, Event.BREACH_OPENED, actor.who, objects=about, purpose=Purpose.BREACH.value, reason=row.label)
    return row.id


async def records_of(database: Database, actor: Actor) -> list[BreachLine]:
    """Return the records on the officer's desk, the newest first; looking is logged.

    Raises:
        NotFound: the actor is no officer.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        wanted = select(BreachRow).where(on_desk(actor)).order_by(BreachRow.aware_at.desc(), BreachRow.id).limit(MOST)
        rows = (await uow.rows.scalars(wanted)).all()
        for start in range(0, len(rows), LOGGED_AT_ONCE):
            _look(uow, actor, *rows[start : start + LOGGED_AT_ONCE])
        return [_line(row, actor, uow.now) for row in rows]


async def open_records(uow: UnitOfWork, actor: Actor) -> tuple[int, datetime | None]:
    """Return how many records of the officer's own organisation wait for a decision, and when the first clock ends."""
    wanted = select(BreachRow.aware_at).where(
        BreachRow.organisation_id == actor.organisation, BreachRow.state == BreachState.DRAFT.value
    )
    moments = (await uow.rows.scalars(wanted)).all()
    return len(moments), min(moments) + rules.NOTIFY_WITHIN if moments else None


async def reported_fields(database: Database, actor: Actor, case_id: str) -> list[tuple[str, str]]:
    """Return which fields of an own case were reported in a session, with the kind; nothing of another's case.

    It completes a case that its reader has just been given, so it writes no entry of its own.
    """
    async with database.transaction() as uow:
        wanted = (
            select(BreachRow.field, BreachRow.label)
            .where(BreachRow.case_id == case_id, BreachRow.organisation_id == actor.organisation)
            .order_by(BreachRow.aware_at, BreachRow.id)
        )
        return [(field, label) for field, label in await uow.rows.execute(wanted) if field]


async def read_record(database: Database, actor: Actor, breach_id: str) -> BreachRecord:
    """Return a record in words; the look is logged.

    Raises:
        NotFound: the actor is no officer, or the record is not on their desk.
    """
    async with database.transaction() as uow:
        row = await require_breach(uow, actor, breach_id)
        _look(uow, actor, row)
        return await _record(uow, actor, row)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What an officer decided, as codes. `reason` is why it is not notified; without it, it was."""

    risk: Risk
    telling: Telling
    reason: NoNotice | None = None
    delay: Delay | None = None


async def assess(database: Database, actor: Actor, breach_id: str, made: Assessment) -> None:
    """Write down what the officer decided: notified or not and why, and whether the person concerned was told.

    Raises:
        NotFound: the actor is no officer, or the record is not on their desk.
        Conflict: another organisation decides, or it was decided before.
        BadRequest: late without a reason, or a high risk that is waved away.
    """
    async with database.transaction() as uow:
        row = await _require_deciding(uow, actor, breach_id)
        breach = _as_breach(row, made.risk, officer=actor.ref)
        if breach.state is not BreachState.DRAFT:
            raise Conflict(DECIDED, code="breach_decided")
        if made.reason is None and uow.now > breach.deadline and made.delay is None:
            raise BadRequest(LATE, code="breach_late")
        _require_fitting(made)
        breach = _told(breach, made.telling, made.risk)
        if made.reason is None:
            late = made.delay if uow.now > breach.deadline else None
            breach = rules.notify(breach, uow.now, delay=late)
        else:
            breach = rules.dismiss(breach, uow.now)
        row.risk, row.reason = made.risk.value, made.reason.value if made.reason else None
        row.decided_by = actor.ref
        _keep(uow, actor, row, breach, reason=row.reason or BreachState.NOTIFIED.value)


def _require_fitting(made: Assessment) -> None:
    if made.reason is None:
        return
    try:
        rules.require_no_notice(made.risk, made.reason)
    except IllegalTransition:
        raise BadRequest(RISK, code="breach_risk") from None


async def tell_later(database: Database, actor: Actor, breach_id: str, telling: Telling) -> None:
    """Write down what was done since about telling the person concerned.

    Raises:
        NotFound, Conflict, BadRequest: as `assess`; nothing was decided yet.
    """
    async with database.transaction() as uow:
        row = await _require_deciding(uow, actor, breach_id)
        if row.risk is None or row.state == BreachState.CLOSED.value:
            raise Conflict(NOT_READY, code="breach_not_ready")
        breach = _told(_as_breach(row, Risk(row.risk), officer=actor.ref), telling, Risk(row.risk))
        _keep(uow, actor, row, breach, reason=telling.value)


async def close(database: Database, actor: Actor, breach_id: str) -> None:
    """Close a record; from then on it does not change.

    Raises:
        NotFound, Conflict: as `assess`; nothing was decided yet, or it is closed.
    """
    async with database.transaction() as uow:
        row = await _require_deciding(uow, actor, breach_id)
        try:
            breach = rules.close(_as_breach(row, Risk(row.risk) if row.risk else None, officer=row.decided_by))
        except IllegalTransition:
            raise Conflict(NOT_READY, code="breach_not_ready") from None
        row.closed_at = uow.now
        _keep(uow, actor, row, breach, reason=BreachState.CLOSED.value)


async def _require_deciding(uow: UnitOfWork, actor: Actor, breach_id: str) -> BreachRow:
    row = await require_breach(uow, actor, breach_id, for_update=True)
    if row.organisation_id != actor.organisation:
        raise Conflict(NOT_YOURS, code="breach_of_others")
    return row


def _told(breach: Breach, telling: Telling, risk: Risk) -> Breach:
    try:
        return rules.tell(breach, telling, risk=risk)
    except IllegalTransition:
        raise BadRequest(HIGH_RISK, code="breach_high_risk") from None


def _as_breach(row: BreachRow, risk: Risk | None, *, officer: str | None) -> Breach:
    """Return a stored record as the rules know it. What art. 33(3) asks for is there as codes and references."""
    return Breach(
        kind=BreachKind(row.kind),
        aware_at=row.aware_at,
        case_ref=row.case_id,
        receivers=tuple(ref for ref, _confirmed in row.receivers),
        state=BreachState(row.state),
        nature=row.label,
        affected=row.case_id,
        contact=officer,
        consequences=risk.value if risk else None,
        measures=MEASURES,
        decided_at=row.decided_at,
        telling=Telling(row.telling) if row.telling else None,
        delay=Delay(row.delay) if row.delay else None,
    )


def _keep(uow: UnitOfWork, actor: Actor, row: BreachRow, breach: Breach, *, reason: str) -> None:
    row.state, row.decided_at = breach.state.value, breach.decided_at
    row.telling = breach.telling.value if breach.telling else None
    row.delay = breach.delay.value if breach.delay else None
    about = (("breach", row.id), ("case", row.case_id))
    record(uow, Event.BREACH_CHANGED, actor.who, objects=about, purpose=Purpose.BREACH.value, reason=reason)


def on_desk(actor: Actor) -> ColumnElement[bool]:
    """Return the condition for a record that this officer may read."""
    return or_(
        BreachRow.organisation_id == actor.organisation,
        BreachRow.author_organisation == actor.organisation,
        BreachRow.reporter_organisation == actor.organisation,
    )


def _look(uow: UnitOfWork, actor: Actor, *rows: BreachRow) -> None:
    about = tuple(one for row in rows for one in (("breach", row.id), ("case", row.case_id)))
    record(uow, Event.BREACH_READ, actor.who, objects=about, purpose=Purpose.BREACH.value)


def _line(row: BreachRow, actor: Actor, now: datetime) -> BreachLine:
    deadline = row.aware_at + rules.NOTIFY_WITHIN
    return BreachLine(
        id=row.id,
        state=BreachState(row.state),
        label=row.label,
        aware_at=row.aware_at,
        deadline=deadline,
        hours_left=int((deadline - now).total_seconds() // 3600),
        decides=row.organisation_id == actor.organisation,
    )


async def _record(uow: UnitOfWork, actor: Actor, row: BreachRow) -> BreachRecord:
    refs = [ref for ref in (row.reporter_ref, row.author_ref, *(ref for ref, _c in row.receivers)) if ref]
    names = await _names(uow, actor, refs)
    return BreachRecord(
        line=_line(row, actor, uow.now),
        organisation=await _organisation(uow, row.organisation_id),
        case=row.case_id if row.organisation_id == actor.organisation else None,
        field=row.field,
        reporter=names.get(row.reporter_ref, NOBODY),
        author=names.get(row.author_ref, NOBODY) if row.author_ref else None,
        receivers=tuple(
            Receiver(names.get(ref, NOBODY), confirmed, author=ref == row.author_ref)
            for ref, confirmed in row.receivers
        ),
        complete=row.complete,
        risk=Risk(row.risk) if row.risk else None,
        reason=NoNotice(row.reason) if row.reason else None,
        delay=Delay(row.delay) if row.delay else None,
        telling=Telling(row.telling) if row.telling else None,
        decided_at=row.decided_at,
        closed_at=row.closed_at,
    )


NOBODY = "Iemand die geen lid meer is"


async def _names(uow: UnitOfWork, actor: Actor, refs: list[str]) -> dict[str, str]:
    """Return own members by name, others by their organisation."""
    rows = await uow.rows.execute(
        select(MemberRow.ref, MemberRow.name, MemberRow.organisation_id, OrganisationRow.name.label("organisation"))
        .join(OrganisationRow, OrganisationRow.id == MemberRow.organisation_id)
        .where(MemberRow.ref.in_(refs))
    )
    return {
        row.ref: row.name if row.organisation_id == actor.organisation else f"Een lid van {row.organisation}"
        for row in rows
    }


async def _organisation(uow: UnitOfWork, organisation_id: str) -> str:
    return (await uow.rows.get_one(OrganisationRow, organisation_id)).name
