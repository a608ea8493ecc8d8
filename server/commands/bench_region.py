"""Tables for the benchmark: three organisations, twenty members who sit together in ten circles, a session in each."""

from __future__ import annotations

import secrets as chance
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clients.api import Client, new_key
from server.accounts import service as accounts
from server.accounts.model import Actor
from server.network import agreements
from server.network import service as network
from server.network.agreements import NewAgreement
from server.network.model import NewMember, NewSeat
from server.protocol import live
from server.protocol.http import BasisForm, CaseForm, SubmitRequest
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, Domain, Role, SeatFunction, Trigger
from server.sessions.service import schedule
from server.storage.store import Store

PASSWORD = chance.token_hex(12)
ROOMS = 10
PER_ROOM = 20


def form() -> CaseForm:
    """Return a case that is pseudonymised already."""
    return CaseForm(
        text=(
            "Betreft Persoon A, 35-39 jaar, woont in plaats A. Somber en angstig, de schulden lopen op. "
            "GGZ-instelling A wacht op rust in de schulden, schuldhulp wacht op behandeling."
        ),
        trigger=Trigger.CARE_NO_LONGER_FITS,
        question="Wie pakt de regie en welke overbrugging is er tot de behandeling begint?",
        why_now="De wachttijd is opgelopen en de huur wordt niet betaald.",
        what_is_new="Persoon A vraagt nu zelf om hulp.",
        basis=BasisForm(
            kind=BasisKind.CONSENT,
            on=datetime.now(UTC).date(),
            informed=True,
            how=ConsentHow.ORAL,
            scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
        ),
    )


@dataclass(frozen=True, slots=True)
class Tables:
    """The seeded tables: circles with their sessions, and the login names of all members, the chair's first."""

    circles: tuple[str, ...]
    sessions: tuple[str, ...]
    logins: tuple[str, ...]


async def seed(store: Store, rooms: int = ROOMS) -> Tables:
    """Make the tables through the use cases and return them."""
    new = NewMember("beheer", "Beheer", PASSWORD, "", (Role.COORDINATOR.value,))
    await network.first_administrator(store.database, new, organisation_name="Beheer")
    admin = await _sign_in(store, "beheer")
    organisations: dict[Domain, str] = {}
    logins: list[str] = []
    seats: list[NewSeat] = []
    for domain in Domain:
        name = f"Organisatie {domain.value}"
        organisations[domain] = await network.create_organisation(store.database, admin, name=name, domain=domain)
    domains = tuple(Domain)
    for number in range(PER_ROOM):
        domain = domains[number % len(domains)]
        logins.append(f"lid-{number}")
        roles = (Role.MANDATE_HOLDER.value,) if number < len(domains) else ()
        member = NewMember(logins[-1], f"Lid {logins[-1]}", PASSWORD, organisations[domain], roles)
        holder = await network.create_member(store.database, admin, member)
        function = SeatFunction.MEMBER if seats else SeatFunction.CHAIR
        seats.append(NewSeat(domain, function, holder))
    await _agree(store, admin, tuple(organisations.values()), logins[: len(domains)])
    circles, sessions = [], []
    for number in range(rooms):
        name = f"Meetkring {number}"
        circle = await network.create_circle(
            store.database, admin, name=name, frequency="eenmalig", preset="overlegtafel", seats=tuple(seats)
        )
        circles.append(circle)
        sessions.append(await schedule(store, admin, circle, starts_at=store.database.now()))
    return Tables(tuple(circles), tuple(sessions), tuple(logins))


async def _sign_in(store: Store, login: str) -> Actor:
    return (await accounts.log_in(store.database, login, PASSWORD, hours=1)).actor


async def _agree(store: Store, admin: Actor, parties: tuple[str, ...], mandated: list[str]) -> None:
    ends = store.database.now() + timedelta(days=365)
    new = NewAgreement("art26", "Afspraak", "Alleen voor een meting.", parties, ends.date(), ends)
    agreement = await agreements.propose(store.database, admin, new)
    for login in mandated:
        await agreements.record_approval(store.database, await _sign_in(store, login), agreement)
    await agreements.establish_agreement(store.database, admin, agreement)


async def sign_in(origin: str, tables: Tables) -> list[Client]:
    """Return a signed-in client for each member."""
    clients = []
    for login in tables.logins:
        client = Client(origin)
        await client.log_in(login, PASSWORD)
        clients.append(client)
    return clients


async def open_cases(clients: list[Client], tables: Tables) -> list[str]:
    """Bring a case to the phase in which everybody may speak, at each table; the others must be present already."""
    cases = []
    for circle, session in zip(tables.circles, tables.sessions, strict=True):
        case = await clients[0].submit(SubmitRequest(circle=circle, key=new_key(), form=form()))
        await clients[len(Domain)].release(case)
        async with clients[0].live(session) as chair:
            await chair.until(lambda view: len(view.present) == len(clients))
            await chair.send(live.OpenSession(new_key()))
            await chair.send(live.OpenCase(new_key(), case))
            await chair.send(live.NextPhase(new_key()))
        cases.append(case)
    return cases
