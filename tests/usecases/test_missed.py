"""This was missed: readers report a place in a case; the submitting organisation gets it, and no words are kept."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anonymisation.document import EntityType
from audit.events import Event
from clients.api import Client
from clients.errors import Refusal
from consent.retention import RetentionTerms
from server.cases.erasure import erase_due
from server.cases.missed import MOST
from server.protocol.http import MissedAnswer
from server.storage.tables import MemberRow, MissedMarkRow
from tests.support.canary import files_under, rows_of, search
from tests.support.pages import Reader
from tests.support.service import Service, protected_case
from tests.support.table import entries, refusal, released_case

WORD = "kwibuswijf"
TEXT = f"In de buurt heet zij het {WORD}. Zij is somber en de schulden lopen op. Iedereen kent het {WORD}."
START = TEXT.index(WORD)
PERSON = EntityType.PERSON.value


async def submitted(service: Service) -> str:
    """Submit a case in which a nickname slipped through and return its id."""
    return await (await service.client("gp")).submit(protected_case(service.network.circle, text=TEXT))


async def reported(who: Client, case: str, start: int = START, end: int = START + len(WORD)) -> str:
    """Report the nickname."""
    return await who.report_missed(case, "text", start, end, PERSON)


async def kept(service: Service) -> list[MissedMarkRow]:
    """Return every stored report."""
    async with AsyncSession(service.store.database.engine) as rows:
        return list((await rows.scalars(select(MissedMarkRow))).all())


def places(found: list[MissedAnswer]) -> list[tuple[str, int, int, str]]:
    """Return what the answers say of places."""
    return [(one.field, one.start, one.end, one.label) for one in found]


@pytest.mark.parametrize("who", ["gp_colleague", "coordinator", "gp"])
async def test_who_reads_before_the_release_reports_and_the_circle_cannot_yet(service: Service, who: str) -> None:
    case = await submitted(service)
    await reported(await service.client(who), case)
    assert (await refusal(reported(await service.client("ggz"), case))).code == "not_found"
    gp = await service.client("gp")
    assert places(await gp.missed(case)) == [("text", START, START + len(WORD), PERSON)]
    assert [one.missed for one in await gp.cases()] == [1]


async def test_a_member_of_the_circle_reports_and_only_the_submitters_side_gets_it(service: Service) -> None:
    case = await released_case(service, text=TEXT)
    ggz = await service.client("ggz")
    made = await reported(ggz, case)
    for who in ("gp", "gp_colleague"):
        assert [one.id for one in await (await service.client(who)).missed(case)] == [made]
    for who in ("ggz", "coordinator", "outsider"):
        assert (await refusal((await service.client(who)).missed(case))).code == "not_found"
    assert (await refusal(reported(await service.client("outsider"), case))).code == "not_found"
    assert [one.missed for one in await ggz.cases()] == [0]
    [row] = await kept(service)
    async with AsyncSession(service.store.database.engine) as rows:
        ref = await rows.scalar(select(MemberRow.ref).where(MemberRow.id == service.network.members["ggz"]))
    assert (row.reporter, row.case_id) == (ref, case)
    [entry] = [one for one in await entries(service.store) if one.event is Event.MISSED_REPORTED]
    assert (entry.actor, entry.reason, entry.purpose) == (ref, PERSON, "read_case")
    assert {(one.kind.value, one.ref) for one in entry.objects} == {
        ("case", case),
        ("circle", service.network.circle),
    }


async def test_a_repeat_of_the_same_place_is_harmless(service: Service) -> None:
    case = await released_case(service, text=TEXT)
    first = await reported(await service.client("ggz"), case)
    assert await reported(await service.client("ggz"), case) == first
    assert await reported(await service.client("social"), case) == first
    assert await reported(await service.client("social"), case, start=START - 4) != first
    assert len(await kept(service)) == 2
    assert sum(one.event is Event.MISSED_REPORTED for one in await entries(service.store)) == 2


NOT_THERE: dict[tuple[str, int, int, str], str] = {
    ("text", 0, len(TEXT) + 1, PERSON): "no_such_place",
    ("text", len(TEXT), len(TEXT) + 1, PERSON): "no_such_place",
    ("text", 9, 9, PERSON): "no_such_place",
    ("text", 9, 4, PERSON): "no_such_place",
    ("text", 2, 3, PERSON): "no_such_place",
    ("tried", 0, 1, PERSON): "no_such_place",
    ("trigger", 0, 3, PERSON): "no_such_place",
    ("__class__", 0, 3, PERSON): "no_such_place",
    ("text", 0, 2, "NAME"): "unknown_label",
    ("text", -1, 2, PERSON): "bad_request",
    ("text", 0, 2, "person"): "bad_request",
    ("text", 0, 60_001, PERSON): "bad_request",
}


async def test_a_place_or_kind_that_is_not_there_is_refused(service: Service) -> None:
    case = await released_case(service, text=TEXT)
    ggz = await service.client("ggz")
    refused = {place: await refusal(ggz.report_missed(case, *place)) for place in NOT_THERE}
    assert {place: one.code for place, one in refused.items()} == NOT_THERE
    assert {one.status for one in refused.values()} == {400}
    assert await kept(service) == []


async def test_a_place_is_no_longer_than_some_words(service: Service) -> None:
    case = await released_case(service, text=TEXT * 4)
    ggz = await service.client("ggz")
    assert (await refusal(ggz.report_missed(case, "text", 0, 281, PERSON))).code == "no_such_place"
    await ggz.report_missed(case, "text", 0, 280, PERSON)


async def test_at_most_fifty_places_also_when_all_come_at_once(service: Service) -> None:
    case = await released_case(service, text=TEXT)
    ggz = await service.client("ggz")
    letters = [place for place, char in enumerate(TEXT) if char.isalpha()][: MOST + 2]
    made = await asyncio.gather(*(reported(ggz, case, one, one + 1) for one in letters), return_exceptions=True)
    refused = [one for one in made if isinstance(one, Refusal)]
    assert [(one.status, one.code) for one in refused] == [(409, "enough_reported")] * 2
    gp = await service.client("gp")
    stored = await gp.missed(case)
    assert len(stored) == MOST
    # What is there already may still be said again.
    assert await reported(ggz, case, stored[0].start, stored[0].end) == stored[0].id


async def test_reports_go_with_a_withdrawn_case(service: Service) -> None:
    case, other = await released_case(service, text=TEXT), await released_case(service, text=TEXT)
    gp, ggz = await service.client("gp"), await service.client("ggz")
    for one in (case, other):
        await reported(ggz, one)
    await gp.withdraw(case)
    assert [row.case_id for row in await kept(service)] == [other]
    for act in (reported(ggz, case), reported(gp, case), gp.missed(case)):
        assert (await refusal(act)).code == "not_found"


async def test_reports_go_when_the_text_is_erased(service: Service) -> None:
    case = await released_case(service, text=TEXT)
    await reported(await service.client("ggz"), case)
    service.clock.offset = timedelta(days=4000)
    assert await erase_due(service.store, RetentionTerms()) == [case]
    assert await kept(service) == []


async def test_the_words_are_in_no_row_file_or_log_line(
    service: Service, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = await released_case(service, text=TEXT)
    async with Reader(service, "ggz") as reader:
        answer = await reader.send(f"/casussen/{case}/gemist", veld="text", woorden=WORD, soort=PERSON)
        assert answer.headers["location"] == f"/casussen/{case}?gelukt=gemeld"
        answer = await reader.send(f"/casussen/{case}/gemist", veld="text", woorden=f"{WORD} niet", soort=PERSON)
        assert answer.headers["location"] == f"/casussen/{case}?mislukt=words_not_found#gemist"
    assert len(await kept(service)) == 2
    places = files_under(tmp_path)
    if not service.store.database.sqlite:
        places |= await rows_of(service.settings.database_url)
    captured = capsys.readouterr()
    places["output"] = (captured.out + captured.err).encode()
    assert search(places, [WORD]) == []
    # The control: what may be kept is found on the same road.
    assert search(places, [case])
