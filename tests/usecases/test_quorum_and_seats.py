"""All three domains at the table, each by its holder or a named deputy; one seat, one person."""

from __future__ import annotations

from audit.events import Event
from clients.api import new_key
from server.protocol import live
from server.protocol.live import Close
from tests.support.service import Service
from tests.support.table import entries, refused_code, released_case, sitting, turned_away


async def test_without_the_third_domain_nothing_opens(service: Service) -> None:
    async with sitting(service, "gp", "ggz") as table:
        ggz, session = table.at["ggz"], service.network.session
        assert await refused_code(ggz.send(live.OpenSession(new_key()))) == "no_quorum"
        deputy = await service.client("social_deputy")
        async with deputy.live(session) as at_deputy:
            view = await ggz.until(lambda view: len(view.present) == 3)
            assert [one.deputy for one in view.present].count(True) == 1
            opened = await ggz.send(live.OpenSession(new_key()))
            await at_deputy.until(lambda view: view.seq >= opened)
            assert await refused_code(at_deputy.send(live.OpenCase(new_key(), table.case))) == "not_chair"
        await ggz.until(lambda view: len(view.present) == 2)
        assert await refused_code(ggz.send(live.OpenCase(new_key(), table.case))) == "no_quorum"
    opened_entries = [one for one in await entries(service.store) if one.event is Event.SESSION_OPENED]
    assert len(opened_entries) == 1
    assert sum(one.kind == "seat" for one in opened_entries[0].objects) == 3


async def test_a_seat_has_one_person_and_the_circle_has_no_others(service: Service) -> None:
    case = await released_case(service)
    session = service.network.session
    social, deputy = await service.client("social"), await service.client("social_deputy")
    gp = await service.client("gp")
    async with gp.live(session) as at_gp, deputy.live(session):
        assert (await turned_away(social, session)).close_code == Close.SEAT_TAKEN
        # The same member on a second device is no second person.
        async with deputy.live(session) as again:
            assert again.view is not None
            assert sorted(one.name for one in again.view.present) == ["Hanneke Jansen", "Tom Wibisono"]
        await at_gp.until(lambda view: len(view.present) == 2)
    async with gp.live(session) as at_gp:
        await at_gp.until(lambda view: len(view.present) == 1)
        async with social.live(session) as at_social:
            assert at_social.view is not None
            assert [line.case for line in at_social.view.agenda] == [case]
    for stranger in ("outsider", "coordinator", "ggz_nurse", "officer"):
        ended = await turned_away(await service.client(stranger), session)
        assert (ended.close_code, ended.reason) == (Close.NOT_FOUND, "not_found")
    missing = await turned_away(gp, "0" * 32)
    assert (missing.close_code, missing.reason) == (Close.NOT_FOUND, "not_found")


async def test_only_the_chair_leads_and_nobody_speaks_out_of_turn(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = (table.at[one] for one in ("gp", "ggz", "social"))
        assert await refused_code(gp.send(live.NextPhase(new_key()))) == "not_chair"
        assert await refused_code(gp.send(live.CloseCase(new_key()))) == "not_chair"
        assert await refused_code(table.decide()) == "not_in_this_phase"
        # In the first phase the submitter presents; the note-taker may always write, the chair helps along.
        await gp.send(live.Contribute(new_key(), "Persoon A wacht al lang."))
        await social.send(live.Contribute(new_key(), "Genoteerd."))
        assert await refused_code(ggz.send(live.CloseCase(new_key()))) == "outcome_missing"
        assert await refused_code(ggz.send(live.SealSession(new_key()))) == "not_now"


async def test_a_chair_who_drops_out_is_succeeded_and_comes_back(service: Service) -> None:
    async with sitting(service, "gp", "social") as table:
        chair, session = await service.client("ggz"), service.network.session
        gp, social = table.at["gp"], table.at["social"]
        async with chair.live(session) as at_ggz:
            seats = {one.member: one.seat for one in (await gp.until(lambda view: len(view.present) == 3)).present}
            assert await refused_code(gp.send(live.TakeChair(new_key()))) == "not_successor"
            table.at["ggz"] = at_ggz
            await table.open_case()
        await gp.until(lambda view: len(view.present) == 2)
        await table.at["social"].until(lambda view: len(view.present) == 2)
        seq = await gp.send(live.TakeChair(new_key()))
        assert (await social.until(lambda view: view.seq >= seq)).chair == seats[service.network.members["gp"]]
        await gp.send(live.NextPhase(new_key()))
        assert await refused_code(social.send(live.NextPhase(new_key()))) == "not_chair"
        async with chair.live(session) as at_ggz:
            # Who comes back sees who leads now.
            assert at_ggz.view is not None
            assert at_ggz.view.chair == seats[service.network.members["gp"]]
            assert await refused_code(at_ggz.send(live.NextPhase(new_key()))) == "not_chair"
            await at_ggz.send(live.TakeChair(new_key()))
            to_social = seats[service.network.members["social"]]
            seq = await at_ggz.send(live.GiveChair(new_key(), to_social))
            assert (await social.until(lambda view: view.seq >= seq)).chair == to_social
    logged = [one.reason for one in await entries(service.store) if one.event is Event.ROOM_COMMAND]
    assert logged.count("ChairChanged") == 3
