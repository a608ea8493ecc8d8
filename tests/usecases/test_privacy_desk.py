"""The privacy officer's desk over HTTP, on both databases: who saw a case, what a member looked at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from audit.entry import Entry, parse
from audit.events import Event
from clients.api import Client
from clients.errors import Refusal
from server.accounts.model import Actor
from server.accounts.service import resolve
from server.privacy import overview as overviews
from server.privacy import service as privacy
from server.privacy.patterns import Unusual
from server.protocol.dutch import zone
from server.protocol.http import AuditEntryView
from server.storage.audit_log import Who, record
from server.storage.audit_references import REFERENCES, write_references
from server.storage.tables import AuditEntryRow, AuditReferenceRow, LogReviewRow, MemberRow
from server.web.routing import PREFIX
from tests.support.desk import appoint, everything, verified
from tests.support.service import Service, protected_case
from tests.support.table import entries, refusal, released_case, sitting
from tests.support.tampering import grow, settled


def today(service: Service) -> date:
    """Return the day of the Dutch calendar in the service."""
    return service.clock().astimezone(zone()).date()


def who(found: list[AuditEntryView], event: Event) -> set[str]:
    """Return who did this, in words."""
    return {one.who for one in found if one.event == event.value}


async def test_who_has_seen_this_case(service: Service) -> None:
    case = await released_case(service)
    await (await service.client("gp")).case(case)
    await (await service.client("ggz")).case(case)
    await (await service.client("ggz")).cases()
    assert (await refusal((await service.client("outsider")).case(case))).status == 404
    officer = await appoint(service)
    await settled(service)
    found = await everything(officer, case=case)
    assert who(found, Event.CASE_READ) == {
        "Hanneke Jansen (mandaathouder, Huisartsenpraktijk De Vlier)",
        "Ruben Smit (deelnemer, Huisartsenpraktijk De Vlier)",
        "Een mandaathouder van GGZ Waterkant",
    }
    [refused] = [one for one in found if one.event == Event.ACCESS_DENIED]
    assert (refused.who, refused.refused) == ("Een mandaathouder van GGZ Heuvelrug-Noord", True)
    [submitted] = [one for one in found if one.event == Event.CASE_SUBMITTED]
    assert (submitted.what, submitted.purpose, submitted.agreement) == (
        "casus ingediend",
        "een casus inbrengen",
        "art26/1",
    )
    assert [one.number for one in found] == sorted((one.number for one in found), reverse=True)
    assert all("Samira" not in str(one) for one in found)


async def test_what_a_member_looked_at_in_a_month(service: Service) -> None:
    service.clock.offset = -timedelta(days=40)
    officer, gp, member = await appoint(service), await service.sign_in("gp"), service.network.members["gp"]
    for _time in range(3):
        await gp.cases()
    then = today(service)
    service.clock.offset = timedelta()
    officer, gp = await service.sign_in_as("functionaris.vlier@voorbeeld.nl"), await service.sign_in("gp")
    await gp.cases()
    await settled(service)
    first, last = then - timedelta(days=1), then + timedelta(days=1)
    page = await officer.audit_entries(member=member, since=first, until=last)
    assert sum(one.event == Event.CASE_LISTED for one in page.entries) == 3
    assert {one.at.astimezone(zone()).date() for one in page.entries} <= {first, then, last}
    now = await officer.audit_entries(member=member, since=today(service) - timedelta(days=1))
    assert sum(one.event == Event.CASE_LISTED for one in now.entries) == 1
    assert (await officer.audit_entries(member=member, until=then - timedelta(days=2))).entries == ()


async def test_a_day_begins_at_midnight_in_the_netherlands(service: Service) -> None:
    officer, gp = await appoint(service), await service.client("gp")
    member = service.network.members["gp"]
    # 22:30 UTC on 30 June is half past midnight on 1 July, in summer time.
    service.clock.offset = datetime(2025, 6, 30, 22, 30, tzinfo=UTC) - datetime.now(UTC)
    await gp.cases()
    service.clock.offset = timedelta()
    await settled(service)
    june = await officer.audit_entries(member=member, since=date(2025, 6, 1), until=date(2025, 6, 30))
    july = await officer.audit_entries(member=member, since=date(2025, 7, 1), until=date(2025, 7, 1))
    assert (len(june.entries), len(july.entries)) == (0, 1)


async def test_a_case_and_a_member_together(service: Service) -> None:
    case, other = await released_case(service), await released_case(service)
    gp = await service.client("gp")
    await gp.case(case)
    await gp.case(other)
    officer = await appoint(service)
    await settled(service)
    both = await officer.audit_entries(case=case, member=service.network.members["gp"])
    assert both.entries
    assert all("Hanneke" in one.who and f"casus {case}" in one.about for one in both.entries)
    assert sum(one.event == Event.CASE_READ for one in both.entries) == 1


async def test_another_organisations_officer_and_every_other_role_find_nothing(service: Service) -> None:
    case, member = await released_case(service), service.network.members["gp"]
    await appoint(service, "vlier")
    other = await appoint(service, "waterkant")
    await settled(service)
    nowhere = "0" * 32
    nothing = [await refusal(other.audit_entries(case=one)) for one in (case, nowhere)]
    nothing += [await refusal(other.audit_entries(member=one)) for one in (member, nowhere)]
    # What is not theirs and what is not there are the same.
    assert len({(one.status, one.code, str(one)) for one in nothing}) == 1
    seen = await everything(other)
    assert seen
    assert all(case not in str(one) and "Hanneke" not in str(one) for one in seen)
    for name in ("gp", "ggz", "coordinator", "outsider"):
        person = await service.client(name)
        for attempt in (person.audit_entries(), person.audit_entries(case=case), person.audit_proof(0)):
            assert (await refusal(attempt)).status == 404


async def test_of_another_organisations_look_at_a_list_only_our_own_case_is_told(service: Service) -> None:
    case = await released_case(service)
    await (await service.client("ggz")).cases()
    service_officer = await appoint(service)
    others = await appoint(service, "heuvel")
    await settled(service)
    page = await service_officer.audit_entries(case=case)
    [listed] = [one for one in page.entries if one.event == Event.CASE_LISTED and "Waterkant" in one.who]
    assert listed.about == (f"casus {case}",)
    assert (await refusal(others.audit_proof(listed.number))).status == 404


async def _last(service: Service, event: Event) -> Entry:
    return [one for one in await entries(service.store) if one.event is event][-1]


async def test_the_look_itself_is_in_the_log(service: Service) -> None:
    case = await released_case(service)
    officer = await appoint(service)
    await settled(service)
    await officer.audit_entries(case=case, since=date(2026, 1, 2), until=date(2199, 1, 1))
    looked = await _last(service, Event.LOG_READ)
    assert (looked.role, looked.purpose) == ("privacy_officer", "audit")
    things = {(one.kind.value, one.ref, one.detail) for one in looked.objects}
    assert ("case", case, None) in things
    assert ("log", "log-1", "from:2026-01-02/to:2199-01-01") in things
    await settled(service)
    assert "Functionaris Vlier" in str(await everything(officer, case=case))
    await refusal(officer.audit_entries(case="0" * 32))
    assert (await _last(service, Event.ACCESS_DENIED)).reason == "desk"


async def test_paging_is_complete_and_stable_while_entries_are_added(service: Service) -> None:
    officer, gp = await appoint(service), await service.client("gp")
    member = service.network.members["gp"]
    async with service.store.database.transaction() as uow:
        actor = await uow.rows.scalar(select(MemberRow.ref).where(MemberRow.id == member))
        for _time in range(120):
            record(uow, Event.CASE_LISTED, Who(actor or "", "member", service.network.organisations["vlier"]))
    await settled(service)
    pages = [await officer.audit_entries(member=member)]
    newest = pages[0].entries[0].number
    while pages[-1].before is not None:
        await gp.cases()
        await settled(service)
        pages.append(await officer.audit_entries(member=member, before=pages[-1].before))
    numbers = [one.number for page in pages for one in page.entries]
    assert len(pages) >= 3
    assert all(len(page.entries) == privacy.PAGE for page in pages[:-1])
    assert len(set(numbers)) == len(numbers)
    async with AsyncSession(service.store.database.engine) as rows:
        found = (await rows.execute(select(AuditEntryRow.number, AuditEntryRow.line))).all()
        ref = await rows.scalar(select(MemberRow.ref).where(MemberRow.id == member))
    theirs = {number for number, line in found if number is not None and number <= newest and parse(line).actor == ref}
    assert theirs <= set(numbers)


async def test_a_review_is_signed_off_and_the_next_begins_after_it(service: Service) -> None:
    officer = await appoint(service)
    size = await grow(service, 3)
    actor = await _actor(service, officer)
    database = service.store.database
    day = today(service)
    before = await privacy.start(database, actor)
    assert (before.last, before.since) == (None, day - timedelta(days=privacy.FIRST_DAYS))
    assert before.fresh > 3
    review = await privacy.sign_off(database, actor, day - timedelta(days=7), day)
    assert review.checkpoint_size >= size
    assert review.entries >= before.fresh
    signed = await _last(service, Event.REVIEW_SIGNED_OFF)
    assert signed.objects[0].detail == f"from:{day - timedelta(days=7)}/to:{day}"
    [listed] = await privacy.reviews_of(database, actor)
    assert listed == review
    after = await privacy.start(database, actor)
    assert after.last == review
    assert (after.since, after.fresh) == (day + timedelta(days=1), 0)
    other = await _actor(service, await appoint(service, "waterkant"))
    assert await privacy.reviews_of(database, other) == []


async def _actor(service: Service, client: Client) -> Actor:
    return await resolve(service.store.database, client._token)


async def test_every_shown_entry_proves_that_it_is_in_the_signed_log(service: Service) -> None:
    case = await released_case(service)
    await (await service.client("ggz")).case(case)
    officer = await appoint(service)
    await settled(service)
    for one in (await officer.audit_entries(case=case)).entries:
        line = verified(await officer.audit_proof(one.number))
        assert parse(line).event.value == one.event
    size = await settled(service)
    assert (await refusal(officer.audit_proof(size + 1000))).status == 404


async def test_a_list_that_names_cases_of_others_is_proven_without_its_words(service: Service) -> None:
    vlier = await released_case(service)
    ggz = await service.client("ggz")
    await ggz.submit(protected_case(service.network.circle))
    await ggz.cases()
    officer = await appoint(service)
    await settled(service)
    page = await officer.audit_entries(case=vlier)
    [listed] = [one for one in page.entries if one.event == Event.CASE_LISTED and "Waterkant" in one.who]
    assert verified(await officer.audit_proof(listed.number)) == b""


async def test_who_sat_at_the_table_is_in_the_overview(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.to_decision()
        await table.decide()
        await table.finish()
    officer = await appoint(service)
    await settled(service)
    actor = await _actor(service, officer)
    found = await overviews.overview(service.store.database, actor, table.case, hand_over=True)
    at_table = {one.who for one in found.accesses if one.what.startswith("zat aan tafel")}
    assert at_table == {
        "Hanneke Jansen (mandaathouder, Huisartsenpraktijk De Vlier)",
        "Een mandaathouder van GGZ Waterkant",
        "Een mandaathouder van Wijkteam De Brug",
    }
    assert sum(one.times for one in found.accesses) == sum(count for _day, count in found.days)
    made = await _last(service, Event.ACCESS_OVERVIEW_MADE)
    assert (made.purpose, made.objects[0].ref) == ("rights_request", table.case)


async def test_reading_far_from_a_session_is_noticed(service: Service) -> None:
    case = await released_case(service)
    officer = await appoint(service)
    service.clock.offset = timedelta(days=20)
    await (await service.sign_in("ggz")).case(case)
    officer = await service.sign_in_as("functionaris.vlier@voorbeeld.nl")
    await settled(service)
    desk = await privacy.start(service.store.database, await _actor(service, officer))
    [notice] = [one for one in desk.notices if one.pattern.kind is Unusual.OUTSIDE_SESSION]
    assert (notice.who, notice.pattern.case) == ("Een mandaathouder van GGZ Waterkant", case)


async def test_refused_logins_of_an_own_member_are_seen(service: Service) -> None:
    officer = await appoint(service)
    async with Client(service.origin) as stranger:
        for _time in range(5):
            with pytest.raises(Refusal):
                await stranger.log_in("r.smit@voorbeeld.nl", "een verkeerd wachtwoord")
    await settled(service)
    member = service.network.members["gp_colleague"]
    page = await officer.audit_entries(member=member)
    assert sum(one.event == Event.LOGIN_REFUSED for one in page.entries) == 5
    assert page.entries[0].who == "Iemand die niet was aangemeld"
    desk = await privacy.start(service.store.database, await _actor(service, officer))
    [notice] = [one for one in desk.notices if one.pattern.kind is Unusual.REFUSED_IN_A_ROW]
    assert (notice.who, notice.pattern.entries) == ("Ruben Smit", 5)


BAD = [
    ("?from=2026-13-01", 400, "bad_day"),
    ("?from=2026-02-30", 400, "bad_day"),
    ("?to=gisteren", 400, "bad_day"),
    ("?to=%D9%A2%D9%A0%D9%A2%D9%A6-01-01", 400, "bad_day"),
    ("?from=20260101", 400, "bad_day"),
    ("?from=2026-01-01%00", 400, "bad_day"),
    ("?from=0001-01-01", 400, "bad_period"),
    ("?to=9999-12-31", 400, "bad_period"),
    ("?from=2026-02-02&to=2026-02-01", 400, "bad_period"),
    ("?before=-1", 400, "bad_number"),
    ("?before=1e3", 400, "bad_number"),
    ("?before=999999999999999999", 400, "bad_number"),
    ("?before=99999999999999999999999999", 400, "bad_number"),
    ("?case=%00", 404, "not_found"),
    ("?member=a%00b", 404, "not_found"),
    ("?case=%FF%FE", 404, "not_found"),
    ("?case=" + "a" * 5000, 404, "not_found"),
    ("/999999999999999999/proof", 404, "not_found"),
    ("/99999999999999999999/proof", 400, "bad_number"),
    ("/-1/proof", 400, "bad_number"),
    ("/een/proof", 400, "bad_number"),
    ("/%00/proof", 404, "not_found"),
]


async def test_bad_input_is_refused_with_a_code(service: Service) -> None:
    officer = await appoint(service)
    await settled(service)
    headers = {"Authorization": f"Bearer {officer._token}"}
    async with httpx.AsyncClient(base_url=service.origin, headers=headers, trust_env=False, timeout=30) as raw:
        for asked, status, code in BAD:
            answer = await raw.get(f"{PREFIX}/audit/entries{asked}")
            assert (asked, answer.status_code, answer.json()["code"]) == (asked, status, code)
        # A look from another website changes nothing but the log; a form of one is refused.
        form = {"van": "2026-01-01", "tot": "2026-01-02"}
        answer = await raw.post("/toezicht/beoordelingen", data=form, headers={"Origin": "https://elders.example"})
        assert answer.status_code == 403
    async with AsyncSession(service.store.database.engine) as rows:
        assert (await rows.scalars(select(LogReviewRow))).all() == []


async def test_the_index_made_afterwards_equals_the_one_made_while_numbering(service: Service) -> None:
    await released_case(service)
    await settled(service)

    async def index() -> set[tuple[object, ...]]:
        async with AsyncSession(service.store.database.engine) as rows:
            found = await rows.execute(select(REFERENCES))
            return {tuple(row) for row in found}

    before = await index()
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(delete(AuditReferenceRow))
        found = await uow.rows.execute(
            select(AuditEntryRow.number, AuditEntryRow.line).where(AuditEntryRow.number.is_not(None))
        )
        connection = await uow.rows.connection()
        lines = [(row.number, row.line) for row in found]
        await connection.run_sync(write_references, 1, lines)
    assert await index() == before


async def test_a_closed_account_that_somebody_tries_is_noticed(service: Service) -> None:
    officer = await appoint(service)
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(update(MemberRow).where(MemberRow.name == "Ruben Smit").values(active=False))
    async with Client(service.origin) as stranger:
        with pytest.raises(Refusal):
            await stranger.log_in("r.smit@voorbeeld.nl", "welkom-in-de-kring")
    await settled(service)
    desk = await privacy.start(service.store.database, await _actor(service, officer))
    assert Unusual.INACTIVE_LOGIN in {one.pattern.kind for one in desk.notices}
