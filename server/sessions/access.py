"""The gates to a session: seeing it, and sitting in it."""

from __future__ import annotations

from collections.abc import Iterable

from audit.events import Event
from consent.activities import Purpose
from consent.decide import decide
from server.accounts.model import Actor
from server.cases.access import require_decision, runs_the_service
from server.errors import NotFound
from server.network.access import load_circle
from server.network.agreements import agreements_of
from server.protocol.session import Participant
from server.protocol.words import Role
from server.sessions.model import Seated
from server.storage.audit_log import refuse
from server.storage.database import UnitOfWork
from server.storage.tables import SessionRow


async def require_session(uow: UnitOfWork, actor: Actor, session_id: str) -> SessionRow:
    """Return a session of a circle that the actor sits in, may sit in, or coordinates.

    Raises:
        NotFound: it is not there, or not for this member; the attempt is logged.
    """
    row = await uow.rows.get(SessionRow, session_id)
    circle = await load_circle(uow, row.circle_id) if row else None
    if row is None or circle is None or not (actor.has(Role.COORDINATOR) or circle.seat_of(actor.member)):
        objects = (("session", row.id),) if row else ()
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, reason="session")
        raise NotFound
    return row


async def require_seat(uow: UnitOfWork, actor: Actor, session_id: str) -> Seated:
    """Return where the actor sits in a session.

    Raises:
        NotFound: the session is not there, the actor has no seat in its circle and is no deputy, or runs the
            service.
        AgreementMissing: the actor's organisation has no agreement in force, so it has no seat now.
    """
    row = await uow.rows.get(SessionRow, session_id)
    circle = await load_circle(uow, row.circle_id) if row else None
    seat = circle.seat_of(actor.member) if circle else None
    if row is None or circle is None or seat is None or runs_the_service(actor):
        objects = (("session", row.id),) if row else ()
        purpose = Purpose.TAKE_SEAT.value
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=purpose, reason="seat")
        raise NotFound
    decision = await require_decision(uow, actor, Purpose.TAKE_SEAT, None)
    participant = Participant(member=actor.member, seat=seat.id, name=actor.name, deputy=seat.holder != actor.member)
    return Seated(participant, circle, decision.agreement_version)


async def may_stay(uow: UnitOfWork, actors: Iterable[Actor], session_id: str) -> set[str]:
    """Return which of these members, by id, `require_seat` would let in now; nothing is logged.

    For who sits there already: a circle and each organisation's agreements are looked up once, not once per member.
    """
    row = await uow.rows.get(SessionRow, session_id)
    circle = await load_circle(uow, row.circle_id) if row else None
    if circle is None:
        return set()
    allowed: dict[str, bool] = {}
    stays = set()
    for actor in actors:
        if actor.organisation not in allowed:
            agreements = await agreements_of(uow, actor.organisation)
            decision = decide(
                purpose=Purpose.TAKE_SEAT,
                organisation=actor.organisation,
                agreements=agreements,
                case=None,
                now=uow.now,
            )
            allowed[actor.organisation] = decision.allowed
        if allowed[actor.organisation] and circle.seat_of(actor.member) and not runs_the_service(actor):
            stays.add(actor.member)
    return stays
