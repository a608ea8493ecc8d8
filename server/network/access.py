"""The gates of this room: who may manage, and which circles a member may see."""

from __future__ import annotations

from sqlalchemy import or_, select

from audit.events import Event
from server.accounts.model import Actor
from server.errors import NotAllowed, NotFound
from server.network.model import Circle, Seat
from server.protocol.words import Domain, Role, SeatFunction
from server.storage.audit_log import refuse
from server.storage.database import UnitOfWork
from server.storage.tables import CircleRow, DeputyRow, MemberRow, OrganisationRow, SeatRow


def require_role(uow: UnitOfWork, actor: Actor, *roles: Role) -> None:
    """Return when the actor has one of the roles.

    Raises:
        NotAllowed: they have none; the attempt is logged.
    """
    if not any(actor.has(role) for role in roles):
        refuse(uow, Event.ACCESS_DENIED, actor.who, reason="role")
        raise NotAllowed


async def require_circle(uow: UnitOfWork, actor: Actor, circle_id: str) -> Circle:
    """Return a circle that the actor sits in, may sit in as a deputy, or coordinates.

    Raises:
        NotFound: it is not there, or not for this member; the attempt is logged.
    """
    circle = await load_circle(uow, circle_id)
    if circle is None or not (actor.has(Role.COORDINATOR) or circle.seat_of(actor.member)):
        objects = (("circle", circle.id),) if circle else ()
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, reason="circle")
        raise NotFound
    return circle


async def visible_circles(uow: UnitOfWork, actor: Actor) -> list[Circle]:
    """Return the circles that the actor sits in, may sit in, or coordinates, by name."""
    wanted = select(CircleRow.id).order_by(CircleRow.name, CircleRow.id)
    if not actor.has(Role.COORDINATOR):
        mine = select(SeatRow.circle_id).where(SeatRow.holder_id == actor.member)
        deputy = (
            select(SeatRow.circle_id)
            .join(DeputyRow, DeputyRow.seat_id == SeatRow.id)
            .where(DeputyRow.member_id == actor.member)
        )
        wanted = wanted.where(or_(CircleRow.id.in_(mine), CircleRow.id.in_(deputy)))
    ids = (await uow.rows.scalars(wanted)).all()
    return [circle for one in ids if (circle := await load_circle(uow, one)) is not None]


async def load_circle(uow: UnitOfWork, circle_id: str) -> Circle | None:
    """Return a circle with its seats, or None. No gate: for use behind one."""
    row = await uow.rows.get(CircleRow, circle_id)
    if row is None:
        return None
    found = await uow.rows.execute(
        select(SeatRow, MemberRow, OrganisationRow)
        .join(MemberRow, MemberRow.id == SeatRow.holder_id)
        .join(OrganisationRow, OrganisationRow.id == MemberRow.organisation_id)
        .where(SeatRow.circle_id == circle_id)
        .order_by(SeatRow.position)
    )
    deputies = await _deputies(uow, circle_id)
    seats = tuple(
        Seat(
            id=seat.id,
            domain=Domain(seat.domain),
            function=SeatFunction(seat.function),
            holder=member.id,
            holder_name=member.name,
            organisation=organisation.id,
            organisation_name=organisation.name,
            deputies=deputies.get(seat.id, ()),
        )
        for seat, member, organisation in found
    )
    return Circle(id=row.id, name=row.name, frequency=row.frequency, preset=row.preset, seats=seats)


async def _deputies(uow: UnitOfWork, circle_id: str) -> dict[str, tuple[tuple[str, str], ...]]:
    found = await uow.rows.execute(
        select(DeputyRow.seat_id, MemberRow.id, MemberRow.name)
        .join(SeatRow, SeatRow.id == DeputyRow.seat_id)
        .join(MemberRow, MemberRow.id == DeputyRow.member_id)
        .where(SeatRow.circle_id == circle_id)
        .order_by(MemberRow.name)
    )
    result: dict[str, tuple[tuple[str, str], ...]] = {}
    for seat_id, member_id, name in found:
        result[seat_id] = (*result.get(seat_id, ()), (member_id, name))
    return result
