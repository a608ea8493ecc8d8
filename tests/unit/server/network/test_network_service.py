"""A region is put together by its rules: composition of circles, members, versions of agreements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.events import Event
from server.accounts import service as accounts
from server.accounts.model import Actor
from server.demo.network import ADMINISTRATOR, PASSWORD, PEOPLE
from server.errors import BadRequest, Conflict, ServiceError
from server.network import agreements
from server.network import service as network
from server.network.agreements import NewAgreement
from server.network.model import Circle, NewMember, NewSeat
from server.protocol.words import Domain, SeatFunction
from tests.support.service import Service
from tests.support.table import entries


async def _actor(running: Service, login: str) -> Actor:
    return (await accounts.log_in(running.store.database, login, PASSWORD, hours=1)).actor


def _seats(members: dict[str, str]) -> tuple[NewSeat, NewSeat, NewSeat]:
    return (
        NewSeat(Domain.GP, SeatFunction.MEMBER, members["gp"]),
        NewSeat(Domain.GGZ, SeatFunction.CHAIR, members["ggz"]),
        NewSeat(Domain.SOCIAL, SeatFunction.NOTE_TAKER, members["social"], (members["social_deputy"],)),
    )


async def test_a_circle_has_the_composition_that_the_source_asks_for(service: Service) -> None:
    region, coordinator = service, await _actor(service, PEOPLE["coordinator"].login)
    members = region.network.members
    gp, ggz, social = _seats(members)
    wrong: dict[str, tuple[NewSeat, ...]] = {
        "domain_missing": (gp, ggz, replace(gp, holder=members["gp_colleague"])),
        "one_chair": (gp, replace(ggz, function=SeatFunction.MEMBER), social),
        "holder_twice": (gp, ggz, social, social),
        "member_unknown": (replace(gp, holder="nobody"), ggz, social),
        "domain_differs": (replace(gp, deputies=(members["social"],)), ggz, social),
    }
    for code, seats in wrong.items():
        with pytest.raises(BadRequest) as raised:
            await _create(region, coordinator, seats)
        assert raised.value.code == code
    with pytest.raises(BadRequest) as unknown:
        await _create(region, coordinator, (gp, ggz, social), preset="vrij")
    assert unknown.value.code == "preset_unknown"
    made = await _create(region, coordinator, (gp, ggz, social))
    circle = next(one for one in await circles_of(region, coordinator) if one.id == made)
    assert circle.complete
    assert [one.holder for one in circle.seats] == [members["gp"], members["ggz"], members["social"]]
    seat = circle.seat_of(members["social_deputy"])
    assert seat is not None
    assert seat.holder == members["social"]
    assert circle.seat_of(members["outsider"]) is None


async def circles_of(region: Service, actor: Actor) -> list[Circle]:
    """Return the circles that this member may see."""
    return await network.list_circles(region.store.database, actor)


async def _create(region: Service, actor: Actor, seats: tuple[NewSeat, ...], preset: str = "overlegtafel") -> str:
    return await network.create_circle(
        region.store.database, actor, name="Tweede", frequency="elke week", preset=preset, seats=seats
    )


async def test_members_are_added_by_their_rules(service: Service) -> None:
    region, administrator = service, await _actor(service, ADMINISTRATOR.login)
    good = NewMember("nieuw@voorbeeld.nl", "Nieuw Lid", PASSWORD, region.network.organisations["vlier"], ("member",))
    wrong: dict[str, NewMember] = {
        "password_length": replace(good, password="kort"),
        "name_missing": replace(good, name="   "),
        "organisation_unknown": replace(good, organisation="nowhere"),
        "role_unknown": replace(good, roles=("koning",)),
        "login_name_taken": replace(good, login_name=" " + PEOPLE["gp"].login.upper() + " "),
    }
    for code, new in wrong.items():
        with pytest.raises(ServiceError) as raised:
            await add_member(region, administrator, new)
        assert raised.value.code == code
    await add_member(region, administrator, good)
    assert (await _actor(region, "NIEUW@voorbeeld.nl ")).name == "Nieuw Lid"
    added = [one for one in await entries(region.store) if one.event is Event.MEMBER_ADDED]
    assert len(added) == len(PEOPLE) + 2


async def add_member(region: Service, actor: Actor, new: NewMember) -> str:
    """Add a member through the use case."""
    return await network.create_member(region.store.database, actor, new)


async def test_versions_of_an_agreement_count_on_and_know_their_parties(service: Service) -> None:
    region, coordinator = service, await _actor(service, PEOPLE["coordinator"].login)
    database, ends = region.store.database, datetime.now(UTC) + timedelta(days=10)
    new = NewAgreement("art26", "Volgende", "De kern.", (region.network.organisations["regio"],), ends.date(), ends)
    for code, wrong in (
        ("party_unknown", replace(new, parties=("nowhere",))),
        ("agreement_dates", replace(new, expires_at=datetime.now(UTC) - timedelta(seconds=1))),
    ):
        with pytest.raises(BadRequest) as raised:
            await agreements.propose(database, coordinator, wrong)
        assert raised.value.code == code
    second = await agreements.propose(database, coordinator, new)
    versions = {one.id: one.agreement.version for one in await agreements.list_agreements(database, coordinator)}
    assert (versions[region.network.agreement], versions[second]) == (1, 2)
    await agreements.record_approval(database, coordinator, second)
    with pytest.raises(Conflict):
        await agreements.record_approval(database, coordinator, second)
    await agreements.establish_agreement(database, coordinator, second)
    await agreements.end_agreement(database, coordinator, second)
    with pytest.raises(Conflict) as ended:
        await agreements.end_agreement(database, coordinator, second)
    assert ended.value.code == "agreement_state"
