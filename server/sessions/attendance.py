"""Who is marked present: whether they may sit there now, and what the log says about it."""

from __future__ import annotations

from collections.abc import Sequence

from audit.events import Event as Logged
from consent.activities import Purpose
from consent.decide import decide
from server.errors import AgreementMissing, NotFound
from server.network.access import load_circle
from server.network.agreements import agreements_of
from server.network.model import Seat
from server.protocol import live
from server.protocol.session import Participant
from server.protocol.words import Role
from server.storage.audit_log import Who, record
from server.storage.database import UnitOfWork
from server.storage.tables import MemberRow, SessionRow

MARKED = "marked:"
"""Stands before a seat in the stored proof of a quorum that was marked present and had no connection of its own."""


async def require_markable(uow: UnitOfWork, session_id: str, seat_id: str, deputy: str | None) -> Participant:
    """Return who is meant by marking a seat: its holder, or this deputy. It is what `require_seat` would let in.

    Raises:
        NotFound: no such seat in this session, or this member may not take it.
        AgreementMissing: their organisation, or that of the seat, has no agreement in force.
    """
    row = await uow.rows.get(SessionRow, session_id)
    circle = await load_circle(uow, row.circle_id) if row else None
    seat = next((one for one in circle.seats if one.id == seat_id), None) if circle else None
    if circle is None or seat is None or (deputy is not None and not any(deputy == one for one, _n in seat.deputies)):
        raise NotFound
    member = deputy or seat.holder
    taken = circle.seat_of(member)
    if taken is None or taken.id != seat.id:
        # Who comes in themselves would sit elsewhere.
        raise NotFound
    return await _allowed(uow, seat, member)


async def _allowed(uow: UnitOfWork, seat: Seat, member: str) -> Participant:
    person = await uow.rows.get(MemberRow, member)
    if person is None or not person.active or Role.ADMINISTRATOR.value in person.roles:
        raise NotFound
    for organisation in {person.organisation_id, seat.organisation}:
        decision = decide(
            purpose=Purpose.TAKE_SEAT,
            organisation=organisation,
            agreements=await agreements_of(uow, organisation),
            case=None,
            now=uow.now,
        )
        if not decision.allowed:
            raise AgreementMissing(decision.reason.value)
    return Participant(member=member, seat=seat.id, name=person.name, deputy=member != seat.holder)


async def lapsed(uow: UnitOfWork, session_id: str, marks: Sequence[live.Marked]) -> frozenset[str]:
    """Return which of the marked members, by id, could not be marked now; nothing is logged."""
    gone = set()
    for one in marks:
        try:
            await require_markable(uow, session_id, one.seat, one.member if one.deputy else None)
        except (NotFound, AgreementMissing):
            gone.add(one.member)
    return frozenset(gone)


async def named(uow: UnitOfWork, member: str) -> tuple[tuple[str, str], ...]:
    """Return a member as the log knows them."""
    row = await uow.rows.get(MemberRow, member)
    return (("member", row.ref),) if row else ()


async def log(uow: UnitOfWork, body: live.MemberMarked | live.MarkEnded, who: Who, here: tuple[str, str, str]) -> None:
    """Write down who marked whom, or that a mark was taken back."""
    if isinstance(body, live.MarkEnded):
        record(uow, Logged.ATTENDANCE_ENDED, who, objects=(here, ("seat", body.seat)))
        return
    objects = (here, ("seat", body.seat), *await named(uow, body.member))
    record(uow, Logged.ATTENDANCE_MARKED, who, objects=objects)
