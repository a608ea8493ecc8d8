"""Use cases of the network: partners, members, circles. One transaction each, one audit entry at least."""

from __future__ import annotations

from sqlalchemy import select

from audit.events import Event
from server.accounts.model import Actor
from server.accounts.passwords import hash_password
from server.errors import BadRequest, Conflict, NotAllowed, NotFound
from server.network.access import load_circle, require_role, visible_circles
from server.network.cards import seal_member
from server.network.model import Circle, MemberChange, NewMember, NewSeat
from server.protocol.presets import PRESETS
from server.protocol.words import Domain, Role
from server.storage.audit_log import SERVICE, record, refuse
from server.storage.database import Database, UnitOfWork
from server.storage.tables import CircleRow, DeputyRow, MemberRow, OrganisationRow, SeatRow


async def create_organisation(database: Database, actor: Actor, *, name: str, domain: Domain) -> str:
    """Add a partner and return its id. For administrators and coordinators."""
    async with database.transaction() as uow:
        require_role(uow, actor, Role.ADMINISTRATOR, Role.COORDINATOR)
        row = OrganisationRow(id=uow.new_id(), name=name, domain=domain.value, created_at=uow.now)
        uow.rows.add(row)
        record(uow, Event.ORGANISATION_CHANGED, actor.who, objects=(("organisation", row.id),), reason="created")
    return row.id


async def create_member(database: Database, actor: Actor, new: NewMember) -> str:
    """Add a member with a first password and return their id. For administrators.

    Raises:
        BadRequest: unknown organisation or role, or a password outside its bounds.
        Conflict: the login name is taken.
    """
    hashed = await hash_password(new.password)
    async with database.transaction() as uow:
        require_role(uow, actor, Role.ADMINISTRATOR)
        row = await _add_member(uow, new, hashed)
        record(uow, Event.MEMBER_ADDED, actor.who, objects=(("member", row.ref),))
        await seal_member(uow, actor.who, row)
    return row.id


async def change_member(database: Database, actor: Actor, member_id: str, change: MemberChange) -> None:
    """Give a member another name, function or roles; their officers get a new card of it. For administrators.

    Raises:
        NotFound: there is no such member; the attempt is logged.
        BadRequest: an unknown role, or no name.
        Conflict: nobody would be administrator any more.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.ADMINISTRATOR)
        row = await uow.rows.get(MemberRow, member_id, with_for_update=True)
        if row is None:
            refuse(uow, Event.ACCESS_DENIED, actor.who, reason="member")
            raise NotFound
        roles = _roles(change.roles)
        if Role.ADMINISTRATOR.value in row.roles and Role.ADMINISTRATOR.value not in roles:
            await _require_another_administrator(uow, row)
        if not change.name.strip():
            raise BadRequest(
                "Naam en inlognaam mogen niet leeg zijn, en niet langer dan 200 tekens.", code="name_missing"
            )
        before = (row.name, row.profession, list(row.roles))
        row.name, row.profession = change.name.strip(), change.profession
        if roles != list(row.roles):
            row.roles = roles
            record(uow, Event.RIGHTS_CHANGED, actor.who, objects=(("member", row.ref),))
        if before != (row.name, row.profession, list(row.roles)):
            record(uow, Event.MEMBER_CHANGED, actor.who, objects=(("member", row.ref),))
            await seal_member(uow, actor.who, row)


async def _require_another_administrator(uow: UnitOfWork, row: MemberRow) -> None:
    others = await uow.rows.scalars(select(MemberRow.roles).where(MemberRow.id != row.id, MemberRow.active))
    if not any(Role.ADMINISTRATOR.value in roles for roles in others):
        raise Conflict("Dit is de enige beheerder. Maak eerst een ander beheerder.", code="last_administrator")


def _roles(roles: tuple[str, ...]) -> list[str]:
    if not set(roles) <= {role.value for role in Role}:
        raise BadRequest("Deze rol bestaat niet.", code="role_unknown")
    return sorted({Role.MEMBER.value, *roles})


async def first_administrator(database: Database, new: NewMember, *, organisation_name: str) -> str:
    """Add the first administrator of a fresh installation, with the organisation that runs it, and return their id.

    Raises:
        Conflict: there is an administrator already; they can add others.
    """
    hashed = await hash_password(new.password)
    async with database.transaction() as uow:
        everyone = (await uow.rows.scalars(select(MemberRow.roles))).all()
        if any(Role.ADMINISTRATOR.value in roles for roles in everyone):
            raise Conflict("Er is al een beheerder. Die kan anderen toevoegen.")
        organisation = OrganisationRow(
            id=uow.new_id(), name=organisation_name, domain=Domain.SOCIAL.value, created_at=uow.now
        )
        uow.rows.add(organisation)
        await uow.rows.flush()
        member = NewMember(
            new.login_name, new.name, new.password, organisation.id, (Role.ADMINISTRATOR.value, *new.roles)
        )
        row = await _add_member(uow, member, hashed)
        record(uow, Event.ORGANISATION_CHANGED, SERVICE, objects=(("organisation", organisation.id),), reason="created")
        record(uow, Event.MEMBER_ADDED, SERVICE, objects=(("member", row.ref),), reason="first_administrator")
        await seal_member(uow, SERVICE, row)
    return row.id


async def _add_member(uow: UnitOfWork, new: NewMember, hashed: str) -> MemberRow:
    login_name = new.login_name.strip().lower()
    if not login_name or len(login_name) > 200 or not new.name.strip():
        raise BadRequest("Naam en inlognaam mogen niet leeg zijn, en niet langer dan 200 tekens.", code="name_missing")
    if await uow.rows.get(OrganisationRow, new.organisation) is None:
        raise BadRequest("Deze organisatie bestaat niet.", code="organisation_unknown")
    roles = _roles(new.roles)
    if (await uow.rows.scalars(select(MemberRow.id).where(MemberRow.login_name == login_name))).first():
        raise Conflict("Deze inlognaam is al in gebruik.", code="login_name_taken")
    row = MemberRow(
        id=uow.new_id(),
        ref=uow.new_id(),
        organisation_id=new.organisation,
        login_name=login_name,
        name=new.name.strip(),
        profession=new.profession,
        roles=roles,
        password_hash=hashed,
        created_at=uow.now,
    )
    uow.rows.add(row)
    return row


async def create_circle(
    database: Database, actor: Actor, *, name: str, frequency: str, preset: str, seats: tuple[NewSeat, ...]
) -> str:
    """Add a circle with its fixed composition and return its id. For coordinators.

    Raises:
        BadRequest: unknown preset, a domain is missing, no or more than one chair, or a holder of another domain.
    """
    async with database.transaction() as uow:
        require_role(uow, actor, Role.COORDINATOR)
        await _check_composition(uow, preset, seats)
        circle = CircleRow(id=uow.new_id(), name=name, frequency=frequency, preset=preset, created_at=uow.now)
        uow.rows.add(circle)
        await uow.rows.flush()
        for position, seat in enumerate(seats):
            await _add_seat(uow, circle.id, position, seat)
        record(uow, Event.CIRCLE_CHANGED, actor.who, objects=(("circle", circle.id),), reason="created")
    return circle.id


async def _check_composition(uow: UnitOfWork, preset: str, seats: tuple[NewSeat, ...]) -> None:
    if preset not in PRESETS:
        raise BadRequest("Deze werkvorm bestaat niet.", code="preset_unknown")
    if {seat.domain for seat in seats} != set(Domain):
        raise BadRequest("Een kring heeft plaatsen uit alle drie de domeinen nodig.", code="domain_missing")
    if sum(seat.function.value == "chair" for seat in seats) != 1:
        raise BadRequest("Een kring heeft precies één voorzitter nodig.", code="one_chair")
    members = [seat.holder for seat in seats]
    if len(set(members)) != len(members):
        raise BadRequest("Een deelnemer kan maar één plaats hebben.", code="holder_twice")
    for seat in seats:
        for member_id in (seat.holder, *seat.deputies):
            member = await uow.rows.get(MemberRow, member_id)
            if member is None:
                raise BadRequest("Deze deelnemer bestaat niet.", code="member_unknown")
            organisation = await uow.rows.get_one(OrganisationRow, member.organisation_id)
            if organisation.domain != seat.domain.value:
                raise BadRequest(
                    "Een deelnemer kan alleen zitten voor het domein van de eigen organisatie.", code="domain_differs"
                )


async def _add_seat(uow: UnitOfWork, circle_id: str, position: int, seat: NewSeat) -> None:
    row = SeatRow(
        id=uow.new_id(),
        circle_id=circle_id,
        domain=seat.domain.value,
        function=seat.function.value,
        holder_id=seat.holder,
        position=position,
    )
    uow.rows.add(row)
    await uow.rows.flush()
    uow.rows.add_all(DeputyRow(seat_id=row.id, member_id=member) for member in seat.deputies)


async def list_circles(database: Database, actor: Actor) -> list[Circle]:
    """Return the circles that this member may see."""
    async with database.transaction() as uow:
        return await visible_circles(uow, actor)


async def circle_for_submission(uow: UnitOfWork, actor: Actor, circle_id: str) -> Circle:
    """Return a circle that a partner may submit to: any circle of the region that has its full composition.

    A partner without a seat must be able to submit, so this gate is wider than `require_circle`.

    Raises:
        BadRequest: there is no such circle.
        NotAllowed: an administrator runs the service and has nothing to do with cases.
    """
    require_submitter(uow, actor)
    circle = await load_circle(uow, circle_id)
    if circle is None or not circle.complete:
        raise BadRequest("Deze kring bestaat niet.", code="circle_unknown")
    return circle


def require_submitter(uow: UnitOfWork, actor: Actor) -> None:
    """Let everybody through who may submit by their role.

    Raises:
        NotAllowed: an administrator runs the service and has nothing to do with cases; the attempt is logged.
    """
    if actor.has(Role.ADMINISTRATOR):
        refuse(uow, Event.CASE_SUBMISSION_REFUSED, actor.who, reason="role")
        raise NotAllowed
