"""The gates to a session: seeing it, and sitting in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from audit.events import Event
from consent.activities import Purpose
from consent.agreements import Agreement
from consent.decide import ProcessingDecision, decide
from server.accounts.model import Actor
from server.cases.access import require_allowed, runs_the_service
from server.errors import NotFound
from server.network.access import load_circle
from server.network.agreements import agreements_of
from server.network.model import Circle
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


@dataclass(slots=True)
class Gate:
    """The gate to the seats within one transaction: what members have in common is looked up once."""

    uow: UnitOfWork
    _sessions: dict[str, tuple[SessionRow, Circle] | None] = field(default_factory=dict)
    _agreements: dict[str, list[Agreement]] = field(default_factory=dict)

    async def require_seat(self, actor: Actor, session_id: str) -> Seated:
        """Return where the actor sits in a session.

        Raises:
            NotFound: the session is not there, the actor has no seat in its circle and is no deputy, or runs the
                service; the attempt is logged.
            AgreementMissing: the actor's organisation has no agreement in force, so it has no seat now; logged too.
        """
        found = await self._session(session_id)
        seat = found[1].seat_of(actor.member) if found else None
        if found is None or seat is None or runs_the_service(actor):
            objects = (("session", session_id),) if found else ()
            purpose = Purpose.TAKE_SEAT.value
            refuse(self.uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=purpose, reason="seat")
            raise NotFound
        decision = await self._decision(actor)
        require_allowed(self.uow, actor, Purpose.TAKE_SEAT, decision)
        participant = Participant(
            member=actor.member, seat=seat.id, name=actor.name, deputy=seat.holder != actor.member
        )
        return Seated(participant, found[1], decision.agreement_version)

    async def may_stay(self, actors: Iterable[Actor], session_id: str) -> set[str]:
        """Return which of these members, by id, `require_seat` would let in now; nothing is logged."""
        found = await self._session(session_id)
        if found is None:
            return set()
        return {
            actor.member
            for actor in actors
            if found[1].seat_of(actor.member) and not runs_the_service(actor) and (await self._decision(actor)).allowed
        }

    async def _session(self, session_id: str) -> tuple[SessionRow, Circle] | None:
        if session_id not in self._sessions:
            row = await self.uow.rows.get(SessionRow, session_id)
            circle = await load_circle(self.uow, row.circle_id) if row else None
            self._sessions[session_id] = (row, circle) if row and circle else None
        return self._sessions[session_id]

    async def _decision(self, actor: Actor) -> ProcessingDecision:
        if actor.organisation not in self._agreements:
            self._agreements[actor.organisation] = await agreements_of(self.uow, actor.organisation)
        return decide(
            purpose=Purpose.TAKE_SEAT,
            organisation=actor.organisation,
            agreements=self._agreements[actor.organisation],
            case=None,
            now=self.uow.now,
        )
