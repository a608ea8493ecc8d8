"""A fictional region, seeded through the use cases: organisations, members, an agreement and two circles.

All persons are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.accounts import service as accounts
from server.accounts.model import Actor
from server.network import agreements, service
from server.network.agreements import NewAgreement
from server.network.model import NewMember, NewSeat
from server.protocol.words import Domain, Role, SeatFunction
from server.sessions.service import schedule
from server.storage.store import Store

PASSWORD = "welkom-in-de-kring"  # noqa: S105 - the printed password of invented people on this computer

ESSENCE = (
    "De partners bespreken gepseudonimiseerde casussen in vaste kringen. Elke partner houdt de originele tekst en de "
    "sleutel van de pseudoniemen zelf. Betrokkenen kunnen voor hun rechten terecht bij de partner die de casus "
    "inbracht; het contactpunt voor datalekken is de regiocoördinator. De tekst van een casus wordt 120 dagen na de "
    "uitkomst gewist."
)


@dataclass(frozen=True, slots=True)
class Person:
    """An invented member of the region."""

    login: str
    name: str
    organisation: str
    profession: str
    roles: tuple[Role, ...] = ()


ORGANISATIONS: dict[str, tuple[str, Domain]] = {
    "vlier": ("Huisartsenpraktijk De Vlier", Domain.GP),
    "waterkant": ("GGZ Waterkant", Domain.GGZ),
    "brug": ("Wijkteam De Brug", Domain.SOCIAL),
    "regio": ("Regiobureau Merenland", Domain.SOCIAL),
    "duinrand": ("Huisartsenpraktijk Duinrand", Domain.GP),
    "heuvel": ("GGZ Heuvelrug-Noord", Domain.GGZ),
}

PEOPLE: dict[str, Person] = {
    "gp": Person("h.jansen@voorbeeld.nl", "Hanneke Jansen", "vlier", "huisarts", (Role.MANDATE_HOLDER,)),
    "gp_colleague": Person("r.smit@voorbeeld.nl", "Ruben Smit", "vlier", "praktijkondersteuner GGZ"),
    "ggz": Person("s.elamrani@voorbeeld.nl", "Samira El Amrani", "waterkant", "psychiater", (Role.MANDATE_HOLDER,)),
    "ggz_nurse": Person("j.visser@voorbeeld.nl", "Joost Visser", "waterkant", "sociaalpsychiatrisch verpleegkundige"),
    "social": Person("m.bos@voorbeeld.nl", "Marloes Bos", "brug", "maatschappelijk werker", (Role.MANDATE_HOLDER,)),
    "social_deputy": Person("t.wibisono@voorbeeld.nl", "Tom Wibisono", "brug", "wijkteammedewerker"),
    "coordinator": Person(
        "l.dejong@voorbeeld.nl", "Lotte de Jong", "regio", "regiocoördinator", (Role.COORDINATOR, Role.MANDATE_HOLDER)
    ),
    "officer": Person(
        "f.postma@voorbeeld.nl", "Fenneke Postma", "regio", "privacyfunctionaris", (Role.PRIVACY_OFFICER,)
    ),
    "without_agreement": Person("p.duin@voorbeeld.nl", "Peter van Duin", "duinrand", "huisarts"),
    "outsider": Person("i.kaya@voorbeeld.nl", "Ilayda Kaya", "heuvel", "psycholoog", (Role.MANDATE_HOLDER,)),
}

ADMINISTRATOR = Person("beheer@voorbeeld.nl", "Bas Beheer", "", "beheerder", (Role.ADMINISTRATOR,))

SIGNING = ("vlier", "waterkant", "brug", "regio", "heuvel")
"""The parties of the agreement; practice Duinrand has not joined yet."""


@dataclass(frozen=True, slots=True)
class Network:
    """The seeded region: ids by the short names above, the circle, its session, and the circle of others."""

    organisations: dict[str, str]
    members: dict[str, str]
    circle: str
    session: str
    agreement: str


async def seed(store: Store, *, session_at: datetime) -> Network:
    """Make the whole region and return its ids; every step goes through its use case and is logged."""
    database = store.database
    new = NewMember(ADMINISTRATOR.login, ADMINISTRATOR.name, PASSWORD, "", (Role.COORDINATOR.value,))
    await service.first_administrator(database, new, organisation_name="Beheer Casuskring")
    admin = await _sign_in(store, ADMINISTRATOR)
    organisations = {
        key: await service.create_organisation(database, admin, name=name, domain=domain)
        for key, (name, domain) in ORGANISATIONS.items()
    }
    members = {}
    for key, person in PEOPLE.items():
        roles = tuple(role.value for role in person.roles)
        organisation = organisations[person.organisation]
        member = NewMember(person.login, person.name, PASSWORD, organisation, roles, person.profession)
        members[key] = await service.create_member(database, admin, member)
    agreement = await _agreement(store, organisations, ends=session_at + timedelta(days=730))
    coordinator = await _sign_in(store, PEOPLE["coordinator"])
    circle = await _circle(store, coordinator, members)
    session = await schedule(store, coordinator, circle, starts_at=session_at)
    return Network(organisations, members, circle, session, agreement)


async def _sign_in(store: Store, person: Person) -> Actor:
    return (await accounts.log_in(store.database, person.login, PASSWORD, hours=1)).actor


async def _agreement(store: Store, organisations: dict[str, str], *, ends: datetime) -> str:
    coordinator = await _sign_in(store, PEOPLE["coordinator"])
    new = NewAgreement(
        kind="art26",
        title="Onderlinge regeling casusoverleg Merenland",
        essence=ESSENCE,
        parties=tuple(organisations[key] for key in SIGNING),
        review_on=(ends - timedelta(days=90)).date(),
        expires_at=ends,
    )
    agreement = await agreements.propose(store.database, coordinator, new)
    for person in PEOPLE.values():
        if Role.MANDATE_HOLDER in person.roles:
            await agreements.record_approval(store.database, await _sign_in(store, person), agreement)
    await agreements.establish_agreement(store.database, coordinator, agreement)
    return agreement


async def _circle(store: Store, coordinator: Actor, members: dict[str, str]) -> str:
    seats = (
        NewSeat(Domain.GP, SeatFunction.MEMBER, members["gp"]),
        NewSeat(Domain.GGZ, SeatFunction.CHAIR, members["ggz"]),
        NewSeat(Domain.SOCIAL, SeatFunction.NOTE_TAKER, members["social"], (members["social_deputy"],)),
    )
    return await service.create_circle(
        store.database,
        coordinator,
        name="Kring Merenland-Zuid",
        frequency="elke dinsdag om 12.30 uur",
        preset="overlegtafel",
        seats=seats,
    )
