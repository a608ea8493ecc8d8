"""What slipped through comes home to the station: a sealed regression case, looked at again, and a better version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from anonymisation.document import EntityType
from clients.errors import NotNow
from clients.station.desk import Change
from clients.station.draft import DraftState
from clients.station.outbox import Outbox
from clients.station.preparation import Act
from tests.support.canary import search, spoken
from tests.support.service import Service
from tests.support.slipped import NICKNAME, RAW, decided, refreshed, reported, sent_and_released
from tests.support.station import PASSPHRASE, Station, served
from tests.support.table import refusal

SECRETS = (
    "saskia", "heijden", "ribbers", "1988", "kwekerijpad", "22a", "7131", "lichtenvoorde", "jayden",
)  # fmt: skip


@pytest.fixture
def station(service: Service, tmp_path: Path) -> Iterator[Station]:
    """A station beside the service."""
    made = Station(service, tmp_path / "station", service.clock)
    yield made
    made.close()


async def test_a_report_becomes_a_sealed_case_in_the_original_text(station: Station) -> None:
    desk, sent = await sent_and_released(station)
    await reported(station, sent)
    await reported(station, sent, number=1)
    before = len(station.wire.sent)
    await refreshed(station, desk)
    found = sorted(desk.missed(), key=lambda one: one.start)
    assert [(one.field, one.text, one.words, one.label) for one in found] == [
        ("text", RAW, NICKNAME, EntityType.PERSON)
    ] * 2
    assert [one.start for one in found] == [RAW.index(NICKNAME), RAW.rindex(NICKNAME)]
    assert {one.draft for one in found} == {sent.id}
    assert NICKNAME not in repr(found) + repr(desk)
    # Again: nothing new is fetched, and nothing is made twice.
    await refreshed(station, desk)
    asked = [one for one in station.wire.sent[before:] if b"/missed" in one.split(b"\n")[0]]
    assert (len(asked), len(desk.missed())) == (1, 2)
    # After the program ends it is there still, and no file shows it.
    station.close()
    assert [one.words for one in station.desk().missed()] == [NICKNAME] * 2
    files = {str(one): one.read_bytes() for one in station.folder.rglob("*") if one.is_file()}
    assert search(files, [NICKNAME, "Ribbers", "Kwekerijpad"]) == []


async def test_nothing_that_came_home_leaves_again(station: Station) -> None:
    desk, sent = await sent_and_released(station)
    await reported(station, sent)
    before = len(station.wire.sent)
    await refreshed(station, desk)
    desk.recheck_missed()
    async with Outbox.of(desk, station.connect) as line:
        await line.withdraw(sent.id)
    again = desk.revise(sent.id)
    decided(desk, desk.edit(again.id, Change(acute=False)).id)
    async with Outbox.of(desk, station.connect) as line:
        resent = await line.send(again.id)
    left = b"\n".join(station.wire.sent[before:]).lower()
    assert spoken((*SECRETS, NICKNAME), left) == []
    assert spoken(SECRETS, station.wire.everything) == []
    # The control: the first version did show the nickname, and the new one goes out as a case.
    assert NICKNAME.encode() in station.wire.everything
    assert b"wie helpt" in left
    assert resent.case != sent.case


async def test_a_new_version_keeps_every_decision_and_marks_the_place(station: Station) -> None:
    desk, sent = await sent_and_released(station)
    await reported(station, sent)
    await refreshed(station, desk)
    with pytest.raises(NotNow) as standing:
        desk.revise(sent.id)
    assert standing.value.code == "not_withdrawn"
    async with Outbox.of(desk, station.connect) as line:
        await line.withdraw(sent.id)
    again = desk.revise(sent.id)
    assert (again.state, again.acute, again.case, again.mapping, again.reply) == (DraftState.BEGUN, None, "", (), None)
    assert (again.fields, again.known, again.basis, again.circle) == (sent.fields, sent.known, sent.basis, sent.circle)
    assert again.rulings[: len(sent.rulings)] == sent.rulings
    [added] = again.rulings[len(sent.rulings) :]
    start = RAW.index(NICKNAME)
    assert (added.act, added.start, added.end) == (Act.ADD, start, start + len(NICKNAME))
    prepared = desk.preparation(again)
    assert NICKNAME not in prepared.fields["text"]
    assert prepared.fields["text"].count("[weggelaten]") == 1
    assert desk.draft(sent.id).state is DraftState.WITHDRAWN
    # The case goes with the new version; a second time there is nothing to begin anew.
    assert [(one.draft, one.revised) for one in desk.missed()] == [(again.id, True)]
    with pytest.raises(NotNow) as twice:
        desk.revise(sent.id)
    assert twice.value.code == "revised"
    desk.forget(sent.id)
    assert len(desk.missed()) == 1
    desk.forget(again.id)
    assert desk.missed() == []


async def test_another_organisations_station_gets_nothing(station: Station, tmp_path: Path) -> None:
    _desk, sent = await sent_and_released(station)
    await reported(station, sent)
    other = Station(station.service, tmp_path / "other", station.clock)
    theirs = other.desk("ggz")
    try:
        # Even a station that thinks that the case is its own.
        theirs.keep(sent)
        async with Outbox.of(theirs, other.connect) as line:
            await line.refresh()
            assert (await refusal(line.client.missed(sent.case))).code == "not_found"
        assert theirs.missed() == []
    finally:
        other.close()


async def test_a_case_that_is_withdrawn_elsewhere_does_not_stop_the_rest(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, sent = await sent_and_released(station)
    await reported(station, sent)
    async with Outbox.of(desk, station.connect) as line:
        lines = await line.client.cases()
        await (await station.service.client("gp")).withdraw(sent.case)
        await line._fetch_missed(lines)
    assert desk.missed() == []


async def test_the_pages_show_it_and_make_a_new_version(station: Station) -> None:
    desk, sent = await sent_and_released(station)
    await reported(station, sent)
    await refreshed(station, desk)
    station.close()
    async with served(station), httpx.AsyncClient(base_url=station.origin, trust_env=False, timeout=60) as browser:
        browser.headers["Origin"] = station.origin
        await browser.post("/aanmelden", data={"naam": "gp", "wachtzin": PASSPHRASE})
        assert 'href="/gemist">Bekijk wat is gemist (1)' in (await browser.get("/")).text
        page = (await browser.get("/gemist")).text
        assert f"‘{NICKNAME}’ in Beschrijving: naam van een persoon" in page
        assert "nog niet gevonden" in page or "wordt nu gevonden" in page
        assert "Trek in en pas aan" in page
        answer = await browser.post(f"/casus/{sent.id}/aanpassen")
        assert answer.status_code == 303
        review = (await browser.get(answer.headers["location"])).text
        assert "De oude versie is ingetrokken" in review
        page = (await browser.get("/gemist")).text
        assert "Trek in en pas aan" not in page
        assert "een nieuwe versie gemaakt" in page
        assert (await browser.post(f"/casus/{sent.id}/aanpassen")).status_code == 400
    gp = await station.service.client("gp")
    assert [one.state.value for one in await gp.cases()] == ["withdrawn"]
