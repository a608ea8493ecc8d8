"""The live session from a member's side: nothing is lost or repeated, whatever happens to the connection."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from clients.api import new_key
from clients.errors import CommandRefused
from clients.live import FINAL, NOT_UNDERSTOOD, LiveSession
from server.protocol import codec, live
from server.protocol.view import AgendaState
from server.protocol.words import Domain, OutcomeKind, OverruleReason
from server.room.hub import Hub
from tests.support.raw import hear, join, raw, say
from tests.support.service import Service
from tests.support.table import Table, refused_code, released_case, sitting

ROUNDS = 12


def said(table: LiveSession) -> list[str]:
    """Return what this member's view holds of the discussion."""
    view = table.view
    assert view is not None
    assert view.discussion is not None
    return [one.text for one in view.discussion.contributions]


def numbers(table: LiveSession) -> list[int]:
    """Return the numbers of the events that this member received."""
    return [event.seq for event in table.events]


async def test_connections_that_break_under_load_lose_and_repeat_nothing(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.at["ggz"].send(live.NextPhase(new_key()))

        async def talk(who: str) -> None:
            for number in range(ROUNDS):
                await table.at[who].send(live.Contribute(new_key(), f"Bijdrage {number} van {who} over Persoon A."))

        async def cut() -> None:
            for number in range(ROUNDS):
                await asyncio.sleep(0.03)
                await table.at[("gp", "ggz", "social")[number % 3]].drop()

        await asyncio.gather(talk("gp"), talk("social"), cut())
        last = await table.at["ggz"].send(live.NextPhase(new_key()))
        await table.everyone_has(last)
        expected = sorted(f"Bijdrage {n} van {who} over Persoon A." for n in range(ROUNDS) for who in ("gp", "social"))
        for one in table.at.values():
            assert sorted(said(one)) == expected
            # A seat that a break emptied for a moment may be taken again after `last`.
            assert numbers(one) == list(range(numbers(one)[0], max(last, numbers(one)[-1]) + 1))
            assert "events" in one.resumed, "a break is made up for by number"
            assert one.resumed[1:] == ["events"] * (len(one.resumed) - 1)


async def test_a_welcome_says_what_it_brings_and_a_repeated_command_takes_effect_once(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        view, session = table.at["gp"].view, service.network.session
        assert view is not None
        head, gp = (await table.at["ggz"].until(lambda _view: True)).seq, table.clients["gp"]

        async with raw(gp, session) as tab:
            everything = await join(tab, view.epoch, 0)
            assert (everything.mode, everything.snapshot) == ("events", None)
            assert [event.seq for event in everything.events] == list(range(1, head + 1))
        for epoch, seq, mode in (
            (view.epoch, head, "events"),
            (view.epoch, head - 2, "events"),
            (view.epoch, head + 1, "snapshot"),
            (view.epoch, None, "snapshot"),
            ("another-epoch", 0, "snapshot"),
            ("another-epoch", head, "snapshot"),
            (None, head, "snapshot"),
            (None, None, "snapshot"),
        ):
            async with raw(gp, session) as tab:
                welcome = await join(tab, epoch, seq)
                missed = [event.seq for event in welcome.events]
                assert (welcome.mode, welcome.seq, welcome.epoch) == (mode, head, view.epoch)
                assert missed == (list(range((seq or 0) + 1, head + 1)) if mode == "events" else [])
                assert (welcome.snapshot is not None) == (mode == "snapshot")

        again = live.Contribute(new_key(), "Persoon A slaapt slecht.")
        first, second = await asyncio.gather(table.at["gp"].send(again), table.at["gp"].send(again))
        assert first == second == await table.at["gp"].send(again)
        async with raw(gp, session) as tab:
            await join(tab)
            await say(tab, again)
            assert await hear(tab, live.Answer) == live.Answer(again.key, first)
        assert said(table.at["gp"]).count(again.text) == 1
        other = await table.at["social"].send(live.Contribute(again.key, "Dezelfde sleutel van een ander."))
        assert other == first + 1, "a key belongs to its member"


async def test_two_tabs_of_one_person_are_one_seat(service: Service) -> None:
    session = service.network.session
    async with sitting(service) as table:
        gp, chair = table.clients["gp"], table.at["ggz"]
        async with gp.live(session) as tab:
            await table.open_case()
            seq = await tab.send(live.Contribute(new_key(), "Persoon A wacht al lang."))
            await table.everyone_has(seq)
            assert said(tab) == said(table.at["gp"])
        deputy = await service.sign_in("social_deputy")
        await table.at["social"].__aexit__(None, None, None)
        # The second tab closed before this seat was left; had it emptied the GP's seat, that would have come first.
        view = await chair.until(lambda view: len(view.present) == 2)
        assert [one.name for one in view.present if one.member == service.network.members["gp"]] == ["Hanneke Jansen"]
        # A connection that never joins keeps the seat too; when it ends, the seat is empty.
        async with raw(gp, session):
            async with deputy.live(session):
                await chair.until(lambda view: any(one.deputy for one in view.present))
                await table.at["gp"].__aexit__(None, None, None)
            view = await chair.until(lambda view: not any(one.deputy for one in view.present))
            assert len(view.present) == 2
        await chair.until(lambda view: {one.member for one in view.present} == {service.network.members["ggz"]})


async def test_words_typed_for_one_case_never_land_in_another(service: Service) -> None:
    async with sitting(service) as table:
        other = await released_case(service)
        chair, gp = table.at["ggz"], table.at["gp"]
        await table.open_case()
        kept = []
        for _message in range(2):
            command = live.Contribute(new_key(), "Bel Persoon A op 06-12345678.")
            assert await refused_code(gp.send(command)) == "held"
            kept.append(gp.held[command.key])
        send = live.SendHeld(new_key(), kept[0].hold)
        seq = await gp.send(send)
        assert await gp.send(send) == seq
        assert await refused_code(gp.send(live.SendHeld(new_key(), kept[0].hold))) == "hold_unknown"
        hard = live.Overrule(new_key(), kept[1].hold, OverruleReason.NOT_A_PERSON)
        assert await refused_code(gp.send(hard)) == "hold_hard"
        await chair.send(live.PostponeCase(new_key(), table.case))
        opened = await chair.send(live.OpenCase(new_key(), other))
        await table.everyone_has(opened)
        assert await refused_code(gp.send(live.SendHeld(new_key(), kept[1].hold))) == "other_case"
        late = live.Contribute(new_key(), "Persoon A durft dit niet.", case=table.case)
        assert await refused_code(gp.send(late)) == "other_case"
        assert said(gp) == []
        assert await refused_code(gp.send(live.Contribute(new_key(), "Een teken\0 te veel"))) == "unprintable"
        faces = "\N{GRINNING FACE}" * 4000
        await table.everyone_has(await gp.send(live.Contribute(new_key(), faces)))
        assert said(table.at["ggz"]) == [faces]


async def test_a_command_that_is_not_understood_is_given_up_and_the_session_goes_on(service: Service) -> None:
    async with sitting(service) as table:
        await opened(table)
        gp = table.at["gp"]
        for command in (
            live.Contribute("short", "De sleutel is te kort."),
            live.RecordOutcome(new_key(), OutcomeKind.ADVICE, "a" * live.MAX_FRAME_BYTES, Domain.GP),
        ):
            with pytest.raises(CommandRefused) as refused:
                await gp.send(command)
            assert refused.value.code == "not_understood"
        await gp.send(live.Contribute(new_key(), "Persoon A slaapt slecht."))
        assert said(gp) == ["Persoon A slaapt slecht."]


async def opened(table: Table) -> None:
    """Put the case on the table, for everybody."""
    await table.open_case()
    view = table.at["ggz"].view
    assert view is not None
    await table.everyone_has(view.seq)


def test_a_client_knows_what_to_do_after_each_code() -> None:
    assert set(live.CLOSE_NL) >= FINAL | NOT_UNDERSTOOD
    assert not FINAL & NOT_UNDERSTOOD


async def test_what_members_kept_is_a_fresh_snapshot_after_a_restart_and_a_withdrawal_too(service: Service) -> None:
    async with sitting(service) as table:
        second = await released_case(service)
        await opened(table)
        await table.at["gp"].send(live.Contribute(new_key(), "Persoon A wacht al lang."))
        await table.at["social"].send(live.Recuse(new_key()))
        await same_as_fresh_after_a_restart(table)
        for place, withdrawn in enumerate((table.case, second)):
            await table.clients["gp"].withdraw(withdrawn)
            await table.at["ggz"].until(partial(is_removed, place))
            shown = await same_as_fresh_after_a_restart(table)
        assert "Persoon" not in shown
        assert shown.count(f'"submitter":"{service.network.members["gp"]}"') == 2 * len(table.at)


def is_removed(place: int, view: live.SessionView) -> bool:
    """Is this case of the agenda withdrawn?"""
    return view.agenda[place].state == AgendaState.REMOVED


def came_back(one: LiveSession, before: int, view: live.SessionView) -> bool:
    """Has this member had another welcome, and is everyone at the table?"""
    return len(one.resumed) > before and len(view.present) == 3


async def same_as_fresh_after_a_restart(table: Table) -> str:
    """Let every room load anew; each member's view must be what a fresh snapshot shows. Return all views as JSON."""
    hub: Hub = table.service.app.state.context.hub
    before = {who: len(one.resumed) for who, one in table.at.items()}
    await hub.stop()
    for who, one in table.at.items():
        await one.until(partial(came_back, one, before[who]))
    shown = ""
    for who, one in table.at.items():
        async with raw(table.clients[who], table.service.network.session) as tab:
            welcome = await join(tab)
        view = await one.until(lambda view: view.seq >= welcome.seq)  # noqa: B023 - awaited in this turn
        assert view == welcome.snapshot
        assert set(one.resumed[1:]) == {"events"}
        shown += codec.encode(view).decode()
    return shown
