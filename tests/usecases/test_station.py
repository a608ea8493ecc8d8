"""The station's whole way: prepare, send once, release by a second person, read the answer in the own names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from anonymisation.document import EntityType
from clients.errors import NotNow, NotReady, Refusal, Unreachable
from clients.station.desk import Change, Desk
from clients.station.draft import DraftState
from clients.station.outbox import Outbox
from clients.station.preparation import Act, Ruling
from tests.support.canary import spoken
from tests.support.ready import RAW, decided, filled, ready
from tests.support.service import Service
from tests.support.station import Station
from tests.support.table import Table, refusal

SECRETS = (
    "saskia", "heijden", "ribbers", "14-03-1988", "1988", "999958379", "kwekerijpad", "22a", "7131", "lichtenvoorde",
    "12345670", "jayden", "regenboog", "brinke", "12 nov", "oost-achterhoek", "abna", "0417",
)  # fmt: skip


@pytest.fixture
def station(service: Service, tmp_path: Path) -> Iterator[Station]:
    """A station beside the service."""
    made = Station(service, tmp_path / "station", service.clock)
    yield made
    made.close()


async def test_a_case_goes_out_protected_and_comes_home_in_its_own_names(station: Station) -> None:
    service = station.service
    desk, case = ready(station)
    async with Outbox.of(desk, station.connect) as line:
        sent = await line.send(case)
        assert sent.state is DraftState.SENT
        assert await line.to_release() == []
        with pytest.raises(NotNow):
            await line.release(sent.case)
        author = await refusal(line.client.release(sent.case))
        assert author.code == "second_person"
    colleague = station.desk("gp_colleague")
    async with Outbox.of(colleague, station.connect) as line:
        [waiting] = await line.to_release()
        seen = await line.read(waiting.id)
        assert seen.may_release
        await line.release(waiting.id)
        assert await line.watch() is None
    clients = {who: await service.client(who) for who in ("gp", "ggz", "social")}
    letter = next(one.pseudonym for one in sent.mapping if "Saskia" in one.original)
    async with (
        clients["gp"].live(service.network.session) as gp,
        clients["ggz"].live(service.network.session) as ggz,
        clients["social"].live(service.network.session) as social,
    ):
        table = Table(service, sent.case, clients, {"gp": gp, "ggz": ggz, "social": social})
        await table.open_case()
        await table.to_decision()
        await table.decide(f"Wijkteam belt {letter} voor een eerste gesprek.")
        await table.finish()
    async with Outbox.of(desk, station.connect) as line:
        await line.refresh()
        assert await line.watch() is None
    answered = desk.draft(case)
    assert answered.state is DraftState.ANSWERED
    text, _ = desk.own_words(answered)
    assert text == "Wijkteam belt Saskia van der Heijden-Ribbers voor een eerste gesprek."
    assert spoken(SECRETS, station.wire.everything) == []
    # The control: the same wire does show what leaves, protected words and all.
    assert b"persoon a" in station.wire.everything
    assert b"wie helpt" in station.wire.everything


async def test_the_capture_would_show_a_name(station: Station) -> None:
    client = station.connect(station.service.origin)
    with pytest.raises(Refusal):
        await client.log_in("Saskia Ribbers", "verkeerd wachtwoord")
    await client.__aexit__(None, None, None)
    assert b"saskia" in station.wire.everything


def test_a_short_word_counts_where_it_is_said_and_not_inside_an_id() -> None:
    said = b'{"text":"Oude Kwekerijpad 22A, 7131 ZG"}'
    ids = b"content-length: 1988\nhost: 127.0.0.1:7131\n0192a7131e-22a4-7131-8c1e-22a0417aa1988"
    assert spoken(("22a", "7131", "kwekerijpad"), said) == ["22a", "7131", "kwekerijpad"]
    assert spoken(("22a", "7131", "1988", "0417"), ids) == []


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_line_that_breaks_while_sending_sends_once_later(
    station: Station, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    desk, case = ready(station)
    station.wire.cut = cut
    async with Outbox.of(desk, station.connect) as line:
        with pytest.raises(Unreachable):
            await line.send(case)
    assert desk.draft(case).state is DraftState.SENDING
    station.close()
    station.wire.cut = ""
    desk = station.desk()
    waiting = desk.drafts()
    async with Outbox.of(desk, station.connect) as line:
        [sent] = await line.flush()
        assert await line.flush() == []
        with monkeypatch.context() as meanwhile:
            # Another page looked before it was sent.
            meanwhile.setattr(Desk, "drafts", lambda _desk: waiting)
            assert await line.flush() == []
        assert [one.id for one in await line.client.cases()] == [sent.case]
    assert desk.draft(case).state is DraftState.SENT


async def test_a_case_that_a_colleague_sends_goes_once_and_its_writer_does_not_release_it(station: Station) -> None:
    _, case = ready(station)
    colleague, writer = station.desk("gp_colleague"), station.desk("gp")
    station.wire.cut = "after"
    async with Outbox.of(colleague, station.connect) as line:
        with pytest.raises(Unreachable):
            await line.send(case)
    station.wire.cut = ""
    async with Outbox.of(writer, station.connect) as line:
        # The service may have it under the colleague's name: the writer does not send it once more.
        assert await line.flush() == []
    async with Outbox.of(colleague, station.connect) as line:
        [sent] = await line.flush()
        assert (sent.author, sent.writers) == ("gp_colleague", ("gp",))
    async with Outbox.of(writer, station.connect) as line:
        [only] = await line.client.cases()
        assert (only.id, only.mine) == (sent.case, False)
        assert await line.to_release() == []
        assert not (await line.read(sent.case)).may_release
        with pytest.raises(NotNow) as own:
            await line.release(sent.case)
        assert own.value.code == "writer"


async def test_what_is_not_ready_does_not_leave(station: Station) -> None:
    desk = station.desk()
    case = filled(desk)
    prepared = desk.preparation(desk.draft(case))
    async with Outbox.of(desk, station.connect) as line:
        if prepared.pending:
            with pytest.raises(NotReady):
                await line.send(case)
        decided(desk, case)
        with pytest.raises(NotReady) as without_circle:
            await line.send(case)
        assert without_circle.value.code == "circle"
        desk.edit(case, Change(circle=station.service.network.circle, acute=True))
        with pytest.raises(NotReady) as acute:
            await line.send(case)
        assert acute.value.code == "acute"
        assert "0800-2000" in acute.value.detail
    assert b"/api/v1/cases\n" not in station.wire.everything


async def test_what_the_service_finds_comes_back_as_an_open_decision(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, case = ready(station, question="Wie neemt de regie bij Jan Pieterse?")
    found = desk.preparation(desk.draft(case))
    start = found.material.fields["question"].index("Jan Pieterse")
    # A station with an older model: it sees no name here, and neither does its second look.
    blind = [one for one in found.material.spans if found.material.place(one.start, one.end).field != "question"]
    key = desk._materials[case][0]
    desk._materials[case] = (key, type(found.material)(found.material.fields, found.material.known, tuple(blind)))
    monkeypatch.setattr(Desk, "second_look", lambda _self, _case: 0)
    async with Outbox.of(desk, station.connect) as line:
        with pytest.raises(Refusal) as refused:
            await line.send(case)
    assert refused.value.code == "marks_undecided"
    back = desk.draft(case)
    assert (back.state, back.refused != "") == (DraftState.BEGUN, True)
    places = {(one.field, one.start) for one, label in back.found if label is EntityType.PERSON}
    assert ("question", start) in places
    assert desk.preparation(back).pending >= 1


async def test_a_withdrawn_case_is_gone_at_the_network_and_stays_here(station: Station) -> None:
    desk, case = ready(station)
    async with Outbox.of(desk, station.connect) as line:
        sent = await line.send(case)
        await line.withdraw(case)
        assert (await refusal(line.client.case(sent.case))).code == "not_found"
    assert desk.draft(case).state is DraftState.WITHDRAWN
    assert desk.draft(case).fields["text"] == RAW
    desk.forget(case)
    assert desk.drafts() == []


async def test_drafts_and_decisions_survive_the_end_of_the_program(station: Station) -> None:
    desk = station.desk()
    case = filled(desk)
    prepared = desk.preparation(desk.draft(case))
    span = prepared.review.spans[0]
    place = prepared.material.place(span.start, span.end)
    desk.decide(case, Ruling(Act.RELABEL, place.field, place.start, place.end, EntityType.ORGANIZATION))
    before = desk.preparation(desk.draft(case)).fields
    station.close()
    again = station.desk()
    assert again.preparation(again.draft(case)).fields == before
    assert again.undo(case).fields != before
    for file in station.folder.rglob("*"):
        if file.is_file():
            assert spoken(SECRETS, file.read_bytes()) == []


async def test_nothing_of_a_case_is_in_what_the_station_shows_of_itself(station: Station) -> None:
    desk, case = ready(station)
    draft = desk.draft(case)
    shown = f"{draft!r} {desk!r} {desk.preparation(draft)!r} {desk.login()!r} {draft.extras!r} {station.vault!r}"
    assert [word for word in (*SECRETS, "schulden") if word in shown.lower()] == []
    assert json.loads(draft.to_bytes())["state"] == "begun"
