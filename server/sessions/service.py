"""Use cases of sessions: plan, look, release onto an agenda, withdraw from it, read and fetch an outcome."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.cases import service as cases
from server.cases.access import require_case, require_decision
from server.cases.model import Case
from server.errors import BadRequest, NotFound, ServiceError
from server.network.access import require_circle, require_role, visible_circles
from server.protocol.presets import PRESETS
from server.protocol.view import AgendaState, Stage
from server.protocol.words import CaseState, Domain, OutcomeKind, Role
from server.sessions.access import require_session
from server.sessions.model import AgendaItem, Outcome, Session
from server.storage.audit_log import Who, record, refuse
from server.storage.database import UnitOfWork
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import AgendaRow, CaseRow, CircleRow, OutcomeRow, RecusalRow, SessionRow


async def schedule(store: Store, actor: Actor, circle_id: str, *, starts_at: datetime, preset: str = "") -> str:
    """Plan a session and return its id; released cases that wait for one come onto its agenda. For coordinators.

    Raises:
        NotFound: no such circle.
        BadRequest: an unknown preset, or a moment without a zone.
    """
    if starts_at.tzinfo is None:
        raise BadRequest("Geef het tijdstip met tijdzone.", code="moment_without_zone")
    async with store.database.transaction() as uow:
        require_role(uow, actor, Role.COORDINATOR)
        await require_circle(uow, actor, circle_id)
    # The key is durable before anything is sealed under it; a key without a session is harmless.
    key = await store.keys.create(store.database.random_bytes(16).hex(), now=store.database.now())
    async with store.database.transaction() as uow:
        circle = await require_circle(uow, actor, circle_id)
        if (preset or circle.preset) not in PRESETS:
            raise BadRequest("Deze werkvorm bestaat niet.", code="preset_unknown")
        row = SessionRow(
            id=uow.new_id(),
            circle_id=circle.id,
            starts_at=starts_at,
            preset=preset or circle.preset,
            stage=Stage.PLANNED.value,
            epoch=uow.new_id(),
            key_id=key.id,
            created_at=uow.now,
        )
        uow.rows.add(row)
        await uow.rows.flush()
        record(uow, Event.SESSION_SCHEDULED, actor.who, objects=(("session", row.id), ("circle", circle.id)))
        await _put_waiting_cases_on(uow, actor, row)
    return row.id


async def _put_waiting_cases_on(uow: UnitOfWork, actor: Actor, session: SessionRow) -> None:
    live = select(AgendaRow.case_id).where(
        AgendaRow.state.in_([AgendaState.WAITING.value, AgendaState.OPEN.value, AgendaState.DONE.value])
    )
    waiting = await uow.rows.scalars(
        select(CaseRow.id)
        .where(
            CaseRow.circle_id == session.circle_id,
            CaseRow.state == CaseState.RELEASED.value,
            CaseRow.id.not_in(live),
        )
        .order_by(CaseRow.released_at)
    )
    for case_id in waiting.all():
        await _put_on_agenda(uow, actor.who, session.id, case_id)


async def put_on_next_agenda(
    uow: UnitOfWork, who: Who, circle_id: str, case_id: str, *, after: str | None = None
) -> str | None:
    """Put a case on the agenda of the circle's next planned session and return its id; None when none is planned.

    `after` is a session to pass over. A case that finds none waits until the next one is planned.
    """
    wanted = select(SessionRow.id).where(SessionRow.circle_id == circle_id, SessionRow.stage == Stage.PLANNED.value)
    if after is not None:
        wanted = wanted.where(SessionRow.id != after)
    session_id = await uow.rows.scalar(wanted.order_by(SessionRow.starts_at, SessionRow.id).limit(1))
    if session_id is not None:
        await _put_on_agenda(uow, who, session_id, case_id)
    return session_id


async def _put_on_agenda(uow: UnitOfWork, who: Who, session_id: str, case_id: str) -> None:
    last = await uow.rows.scalar(select(func.max(AgendaRow.position)).where(AgendaRow.session_id == session_id))
    position = 0 if last is None else last + 1
    uow.rows.add(AgendaRow(session_id=session_id, case_id=case_id, position=position, state=AgendaState.WAITING.value))
    await uow.rows.flush()
    record(uow, Event.CASE_AGENDA_CHANGED, who, objects=(("case", case_id), ("session", session_id)))


async def release_case(store: Store, actor: Actor, case_id: str) -> str | None:
    """Release a case and return the session whose agenda it came onto, or None when none is planned yet.

    Raises:
        SecondPerson, Conflict, NotFound, AgreementMissing: as `cases.service.release`.
    """
    async with store.database.transaction() as uow:
        case = await cases.release(store, uow, actor, case_id)
        return await put_on_next_agenda(uow, actor.who, case.row.circle_id, case_id)


async def withdraw_case(store: Store, actor: Actor, case_id: str) -> list[str]:
    """Withdraw a case, destroy its key, and return the sessions whose rooms must forget its words.

    Raises:
        NotFound, Conflict: as `cases.service.withdraw`.
    """
    async with store.database.transaction() as uow:
        row = await cases.withdraw(uow, actor, case_id)
        agenda = (await uow.rows.scalars(select(AgendaRow).where(AgendaRow.case_id == case_id))).all()
        for line in agenda:
            line.state = AgendaState.REMOVED.value
    # Only now: were the key destroyed first and the commit lost, a case that still stands would be unreadable.
    await store.keys.destroy(row.key_id, now=store.database.now())
    return [line.session_id for line in agenda]


async def list_sessions(store: Store, actor: Actor) -> list[Session]:
    """Return the sessions of the actor's circles, soonest first among those to come."""
    async with store.database.transaction() as uow:
        circles = {circle.id: circle.name for circle in await visible_circles(uow, actor)}
        rows = await uow.rows.scalars(
            select(SessionRow).where(SessionRow.circle_id.in_(circles)).order_by(SessionRow.starts_at).limit(500)
        )
        sessions = [await _session(store, uow, actor, row, circles[row.circle_id]) for row in rows.all()]
        for one in sessions:
            record(uow, Event.SESSION_READ, actor.who, objects=(("session", one.id),))
    return sessions


async def read_session(store: Store, actor: Actor, session_id: str) -> Session:
    """Return one session with its agenda.

    Raises:
        NotFound: as `require_session`.
    """
    async with store.database.transaction() as uow:
        row = await require_session(uow, actor, session_id)
        circle = await uow.rows.get_one(CircleRow, row.circle_id)
        session = await _session(store, uow, actor, row, circle.name)
        record(uow, Event.SESSION_READ, actor.who, objects=(("session", row.id),))
    return session


async def _session(store: Store, uow: UnitOfWork, actor: Actor, row: SessionRow, circle_name: str) -> Session:
    lines = await uow.rows.scalars(select(AgendaRow).where(AgendaRow.session_id == row.id).order_by(AgendaRow.position))
    agenda = [
        AgendaItem(line.case_id, await _question(store, uow, actor, line.case_id), line.state) for line in lines.all()
    ]
    return Session(
        id=row.id,
        circle=row.circle_id,
        circle_name=circle_name,
        starts_at=row.starts_at,
        stage=row.stage,
        preset=row.preset,
        digest=row.digest,
        agenda=tuple(agenda),
    )


async def _question(store: Store, uow: UnitOfWork, actor: Actor, case_id: str) -> str:
    """Return the question of a case on an agenda, or nothing where this member may not read the case."""
    before = len(uow.refusals)
    try:
        case: Case = await require_case(store, uow, actor, case_id, Purpose.READ_CASE)
    except ServiceError:
        # Looking at an agenda is no attempt at the case: leaving the line empty is all that happens.
        del uow.refusals[before:]
        return ""
    return case.form.question


async def read_outcome(store: Store, actor: Actor, case_id: str, *, fetch: bool = False) -> Outcome:
    """Return what the circle decided. `fetch` is the submitter's side taking the answer home, which never lapses.

    Raises:
        NotFound: there is no outcome, its text is gone, or the case is not for this member.
        AgreementMissing: as `require_case`.
    """
    async with store.database.transaction() as uow:
        row = await uow.rows.get(CaseRow, case_id)
        if fetch:
            await _require_own(uow, actor, row)
        else:
            await require_case(store, uow, actor, case_id, Purpose.READ_CASE)
        found = await uow.rows.scalars(
            select(OutcomeRow).where(OutcomeRow.case_id == case_id).order_by(OutcomeRow.recorded_at.desc()).limit(1)
        )
        outcome = found.one_or_none()
        if outcome is None or row is None:
            raise NotFound("Voor deze casus is nog geen uitkomst vastgelegd.", code="no_outcome")
        try:
            plain = await store.unseal(row.key_id, outcome_context(case_id, outcome.session_id), outcome.text_box)
        except KeyDestroyed:
            raise NotFound from None
        event = Event.OUTCOME_FETCHED if fetch else Event.OUTCOME_READ
        objects = (("outcome", outcome.case_id), ("case", case_id))
        purpose = Purpose.FETCH_ANSWER if fetch else Purpose.READ_CASE
        record(uow, event, actor.who, objects=objects, purpose=purpose.value)
    text, dissent = msgspec.json.decode(plain, type=tuple[str, str])
    return Outcome(
        case=case_id,
        session=outcome.session_id,
        kind=OutcomeKind(outcome.kind),
        text=text,
        owner=Domain(outcome.owner_domain),
        due=outcome.due_on,
        dissent=dissent,
        recorded_at=outcome.recorded_at,
    )


async def _require_own(uow: UnitOfWork, actor: Actor, row: CaseRow | None) -> None:
    own = row is not None and row.organisation_id == actor.organisation and not actor.has(Role.ADMINISTRATOR)
    if row is None or not own or await _left(uow, actor, row):
        objects = (("case", row.id),) if row else ()
        purpose = Purpose.FETCH_ANSWER.value
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=purpose, reason="case")
        raise NotFound
    await require_decision(uow, actor, Purpose.FETCH_ANSWER, None)


async def _left(uow: UnitOfWork, actor: Actor, row: CaseRow) -> bool:
    """Has a colleague of the submitter recognised the person? The submitter knows who it is and keeps the answer."""
    recused = await uow.rows.get(RecusalRow, (row.id, actor.member))
    return recused is not None and row.submitter_id != actor.member


def outcome_context(case_id: str, session_id: str) -> str:
    """Return the place name under which an outcome's words are sealed."""
    return f"case:{case_id}:outcome:{session_id}"
