"""Breaches on the privacy officer's desk: the clock, who may read, who decides, and only codes are written down."""

from __future__ import annotations

from datetime import timedelta

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.entry import Entry
from audit.events import Event
from clients.api import Client, new_key
from server.protocol import live
from server.protocol.words import IdentifierKind
from server.storage.tables import BreachRow
from tests.support.desk import appoint
from tests.support.service import Service
from tests.support.table import entries, sitting

SAID = "Zij is de vrouw met de zeven papegaaien op het balkon."
DESK = "/toezicht/datalekken"
GOOD = {"risico": "some", "melden": "gemeld", "informeren": "told"}


class Page:
    """Somebody who reads pages, by the login of their client."""

    def __init__(self, service: Service, client: Client) -> None:
        headers = {"Authorization": f"Bearer {client._token}", "Origin": service.origin}
        self.http = httpx.AsyncClient(base_url=service.origin, headers=headers, trust_env=False, timeout=30)

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        async with self.http as http:
            return await http.get(path)

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        async with self.http as http:
            return await http.post(path, data=fields)


async def reported(service: Service, author: str = "gp", reporter: str = "social") -> str:
    """Let somebody report what another said; return the id of the record."""
    async with sitting(service) as table:
        await table.open_case()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        message = await table.at[author].send(live.Contribute(new_key(), SAID))
        await table.everyone_has(message)
        await table.at[reporter].send(live.ReportVisible(new_key(), message, IdentifierKind.PERSON))
    return (await record(service)).id


async def record(service: Service) -> BreachRow:
    """Return the newest record as it is stored."""
    async with AsyncSession(service.store.database.engine) as rows:
        wanted = select(BreachRow).order_by(BreachRow.aware_at.desc()).limit(1)
        return (await rows.scalars(wanted)).one()


async def logged(service: Service, event: Event) -> list[Entry]:
    """Return the entries of an event."""
    return [one for one in await entries(service.store) if one.event is event]


async def test_the_officer_finds_it_with_its_clock_and_its_list(service: Service) -> None:
    breach, officer = await reported(service), await appoint(service)
    start = (await Page(service, officer).get("/toezicht")).text
    assert "1 dossier wacht op uw beoordeling" in start
    listed = (await Page(service, officer).get(DESK)).text
    assert f"{DESK}/{breach}" in listed
    assert "Nog 71 uur" in listed
    page = (await Page(service, officer).get(f"{DESK}/{breach}")).text
    for words in ("naam van een persoon", "Hanneke Jansen (schreef het)", "Een lid van Wijkteam De Brug", "bevestigd"):
        assert words in page
    assert "papegaaien" not in start + listed + page
    reads = await logged(service, Event.BREACH_READ)
    assert [{one.kind.value for one in entry.objects} for entry in reads] == [{"breach", "case"}] * 2
    assert {entry.purpose for entry in reads} == {"breach"}


async def test_it_is_judged_in_codes_told_about_later_and_closed(service: Service) -> None:
    breach, officer = await reported(service), await appoint(service)
    path = f"{DESK}/{breach}"
    assert (await Page(service, officer).send(f"{path}/sluiten")).status_code == 409
    wrongs: tuple[dict[str, str], ...] = (
        GOOD | {"melden": ""},
        GOOD | {"risico": "ernstig"},
        GOOD | {"melden": "nee"},
        GOOD | {"informeren": ""},
        GOOD | {"risico": "high", "informeren": "no_high_risk"},
        GOOD | {"risico": "high", "melden": "bound_by_secrecy"},
        GOOD | {"risico": "some", "melden": "not_recognisable"},
        GOOD | {"informeren": "papegaaien"},
    )
    for wrong in wrongs:
        answer = await Page(service, officer).send(f"{path}/beoordeling", **wrong)
        assert answer.status_code == 400
        assert "Uw beoordeling" in answer.text
        assert "papegaaien" not in answer.text
    assert (await record(service)).state == "draft"
    good = GOOD | {"melden": "not_shown", "risico": "none", "informeren": "no_high_risk"}
    assert (await Page(service, officer).send(f"{path}/beoordeling", **good)).status_code == 303
    assert (await Page(service, officer).send(f"{path}/beoordeling", **GOOD)).status_code == 409
    assert (await Page(service, officer).send(f"{path}/informeren", informeren="told")).status_code == 303
    assert (await Page(service, officer).send(f"{path}/sluiten")).status_code == 303
    assert (await Page(service, officer).send(f"{path}/informeren", informeren="told")).status_code == 409
    row = await record(service)
    assert (row.state, row.risk, row.reason, row.telling, row.delay) == ("closed", "none", "not_shown", "told", None)
    assert row.closed_at is not None
    assert [one.reason for one in await logged(service, Event.BREACH_CHANGED)] == ["not_shown", "told", "closed"]
    page = (await Page(service, officer).get(path)).text
    assert "niemand heeft het gezien" in page
    assert "Uw beoordeling" not in page
    assert "Sluit het dossier" not in page


async def test_after_72_hours_a_notification_says_why(service: Service) -> None:
    breach = await reported(service)
    service.clock.offset = timedelta(hours=73)
    officer = await appoint(service)
    path = f"{DESK}/{breach}"
    assert "De 72 uur zijn om" in (await Page(service, officer).get(path)).text
    answer = await Page(service, officer).send(f"{path}/beoordeling", **GOOD)
    assert answer.status_code == 400
    assert "Geef aan waarom de melding later komt" in answer.text
    late = GOOD | {"te-laat": "officer_away"}
    assert (await Page(service, officer).send(f"{path}/beoordeling", **late)).status_code == 303
    row = await record(service)
    assert (row.state, row.delay) == ("notified", "officer_away")


async def test_every_page_of_a_record_in_threes(service: Service) -> None:
    """Who answers for the case decides; who is concerned reads; for everybody else it is not there."""
    breach = await reported(service)
    decides, reads, stranger = [await appoint(service, one) for one in ("vlier", "brug", "heuvel")]
    path, nowhere = f"{DESK}/{breach}", f"{DESK}/{'0' * 32}"
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        ("beoordeling", GOOD),
        ("informeren", {"informeren": "told"}),
        ("sluiten", {}),
    )
    others = [await service.client(one) for one in ("gp", "ggz", "coordinator", "outsider")]
    for nobody in (stranger, *others):
        pages = [await Page(service, nobody).get(one) for one in (path, nowhere)]
        pages += [await Page(service, nobody).send(f"{path}/{act}", **fields) for act, fields in acts]
        assert {(one.status_code, "papegaaien" in one.text, breach in one.text) for one in pages} == {
            (404, False, False)
        }
    assert breach not in (await Page(service, stranger).get(DESK)).text
    for somebody in others:
        assert (await Page(service, somebody).get(DESK)).status_code == 404
    page = (await Page(service, reads).get(path)).text
    assert "Over dit dossier beslist Huisartsenpraktijk De Vlier" in page
    assert "Hanneke" not in page
    assert "/toezicht/casus/" not in page
    assert breach in (await Page(service, reads).get(DESK)).text
    assert "Er wacht geen dossier" in (await Page(service, reads).get("/toezicht")).text
    for act, fields in acts:
        assert (await Page(service, reads).send(f"{path}/{act}", **fields)).status_code == 409
    assert (await record(service)).state == "draft"
    for act, fields in acts:
        assert (await Page(service, decides).send(f"{path}/{act}", **fields)).status_code == 303
    denied = await logged(service, Event.ACCESS_DENIED)
    assert {one.reason for one in denied} <= {"desk", "role"}
    assert len(denied) == 5 * (2 + len(acts)) + len(others)


async def test_the_organisations_of_author_and_reporter_are_concerned(service: Service) -> None:
    breach = await reported(service, author="ggz", reporter="social")
    for organisation in ("vlier", "waterkant", "brug"):
        officer = await appoint(service, organisation)
        assert (await Page(service, officer).get(f"{DESK}/{breach}")).status_code == 200, organisation


async def test_a_case_that_was_taken_off_the_table_says_where_and_to_whom(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        report = live.ReportCase(new_key(), table.case, "tried", IdentifierKind.PROFESSION)
        await table.at["ggz"].send(report)
    officer, gp = await appoint(service), await service.client("gp")
    page = (await Page(service, officer).get(f"{DESK}/{(await record(service)).id}")).text
    assert "in de casus: Wat is al geprobeerd" in page
    assert "Wie kreeg het bericht" not in page
    assert f"/toezicht/casus/{table.case}" in page
    own = (await Page(service, gp).get(f"/casussen/{table.case}")).text
    assert "Deze casus is van tafel gehaald" in own
    assert "Wat is al geprobeerd: beroep" in own
    assert "van tafel gehaald" in (await Page(service, gp).get("/casussen")).text
