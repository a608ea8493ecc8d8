"""A table of nine for the benchmark: three organisations, three members each, one circle, one session."""

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
PER_DOMAIN = 3


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
class Table:
    """The seeded table: its circle, its session, and the login names of the nine; the first one is the chair."""

    circle: str
    session: str
    logins: tuple[str, ...]


async def seed(store: Store) -> Table:
    """Make the table through the use cases and return it."""
    new = NewMember("beheer", "Beheer", PASSWORD, "", (Role.COORDINATOR.value,))
    await network.first_administrator(store.database, new, organisation_name="Beheer")
    admin = await _sign_in(store, "beheer")
    organisations: dict[Domain, str] = {}
    logins: list[str] = []
    seats: list[NewSeat] = []
    for domain in Domain:
        name = f"Organisatie {domain.value}"
        organisations[domain] = await network.create_organisation(store.database, admin, name=name, domain=domain)
        for number in range(PER_DOMAIN):
            logins.append(f"{domain.value}-{number}")
            roles = (Role.MANDATE_HOLDER.value,) if number == 0 else ()
            member = NewMember(logins[-1], f"Lid {logins[-1]}", PASSWORD, organisations[domain], roles)
            holder = await network.create_member(store.database, admin, member)
            function = SeatFunction.MEMBER if seats else SeatFunction.CHAIR
            seats.append(NewSeat(domain, function, holder))
    await _agree(store, admin, tuple(organisations.values()), logins[::PER_DOMAIN])
    circle = await network.create_circle(
        store.database, admin, name="Meetkring", frequency="eenmalig", preset="overlegtafel", seats=tuple(seats)
    )
    session = await schedule(store, admin, circle, starts_at=store.database.now())
    return Table(circle, session, tuple(logins))


async def _sign_in(store: Store, login: str) -> Actor:
    return (await accounts.log_in(store.database, login, PASSWORD, hours=1)).actor


async def _agree(store: Store, admin: Actor, parties: tuple[str, ...], mandated: list[str]) -> None:
    ends = store.database.now() + timedelta(days=365)
    new = NewAgreement("art26", "Afspraak", "Alleen voor een meting.", parties, ends.date(), ends)
    agreement = await agreements.propose(store.database, admin, new)
    for login in mandated:
        await agreements.record_approval(store.database, await _sign_in(store, login), agreement)
    await agreements.establish_agreement(store.database, admin, agreement)


async def sign_in(origin: str, table: Table) -> list[Client]:
    """Return a signed-in client for each of the nine."""
    clients = []
    for login in table.logins:
        client = Client(origin)
        await client.log_in(login, PASSWORD)
        clients.append(client)
    return clients


async def open_case(clients: list[Client], table: Table) -> None:
    """Bring a case to the phase in which everybody may speak; the others must be present already."""
    case = await clients[0].submit(SubmitRequest(circle=table.circle, key=new_key(), form=form()))
    await clients[1].release(case)
    async with clients[0].live(table.session) as chair:
        await chair.until(lambda view: len(view.present) == len(clients))
        await chair.send(live.OpenSession(new_key()))
        await chair.send(live.OpenCase(new_key(), case))
        await chair.send(live.NextPhase(new_key()))
