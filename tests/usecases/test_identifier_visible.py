"""Something recognisable stood in a message: it is gone for everyone at once and for good, and a breach draft opens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.entry import Entry
from audit.events import Event
from clients.api import Client, new_key
from clients.live import LiveSession
from server.cases.access import form_context
from server.errors import StorageError
from server.protocol import codec, live
from server.protocol.words import CaseState, IdentifierKind, OverruleReason
from server.room.hub import Hub
from server.sessions.journal import event_context, link
from server.storage.crypto import Key, seal, unseal
from server.storage.key_tables import WrappedKeyRow
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import BreachRow, CaseRow, EventRow, MemberRow, SessionRow
from tests.support.canary import opened_boxes
from tests.support.service import Service
from tests.support.table import entries, refusal, refused_code, sitting, turned_away

SAID = "Zij is de vrouw met de zeven papegaaien op het balkon."
CERTAIN = "zeven papegaaien"
OTHER = "Persoon A slaapt slecht."


def report(message: int, label: IdentifierKind = IdentifierKind.PROFESSION) -> live.ReportVisible:
    """Return the report of a message."""
    return live.ReportVisible(new_key(), message, label)


async def say(member: LiveSession, text: str = SAID) -> int:
    """Let a member say something and return its number."""
    return await member.send(live.Contribute(new_key(), text))


def words_of(member: LiveSession) -> str:
    """Return everything that a member's side holds."""
    return repr(member.events) + repr(member.view)


async def everything_for(client: Client, session: str) -> str:
    """Return all that a member gets with a snapshot, and with a legal resume from number 0."""
    again = client.live(session)
    async with again:
        view = again.view
        assert view is not None
        fresh = codec.encode(view).decode()
        await again.drop()
        again.view = live.SessionView(
            view.session, view.epoch, 0, "planned", view.preset, view.me, view.seats, present=(), agenda=()
        )
        await again.until(lambda now: now.seq >= view.seq)
        assert again.resumed == ["snapshot", "events"]
        return fresh + words_of(again)


async def rows_of(store: Store) -> tuple[list[EventRow], list[BreachRow]]:
    """Return the stored events and the records of breaches."""
    async with AsyncSession(store.database.engine) as rows:
        events = (await rows.scalars(select(EventRow).order_by(EventRow.seq))).all()
        return list(events), list((await rows.scalars(select(BreachRow).order_by(BreachRow.aware_at))).all())


async def refs(service: Service) -> Mapping[str, str]:
    """Return the reference of each member by their short name."""
    async with AsyncSession(service.store.database.engine) as rows:
        found = {row.id: row.ref for row in (await rows.scalars(select(MemberRow))).all()}
    return {name: found[member] for name, member in service.network.members.items()}


async def every_key(store: Store) -> list[Key]:
    """Return every key that the key store can still give."""
    async with AsyncSession(store.keys.engine) as rows:
        names = (await rows.scalars(select(WrappedKeyRow.id).where(WrappedKeyRow.wrapped.is_not(None)))).all()
    return list((await store.keys.get_many(names)).values())


def about(entry: Entry) -> set[tuple[str, str, str | None]]:
    """Return what an entry is about."""
    return {(one.kind.value, one.ref, one.detail) for one in entry.objects}


async def test_a_message_is_gone_for_everyone_at_once_and_a_draft_opens(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = table.at["gp"], table.at["ggz"], table.at["social"]
        message, other = await say(gp), await say(ggz, OTHER)
        await table.everyone_has(other)
        began = asyncio.get_running_loop().time()
        blanked = await social.send(report(message))
        await table.everyone_has(blanked)
        assert asyncio.get_running_loop().time() - began < 5  # on a quiet machine a few hundredths
        for member in table.at.values():
            assert member.view is not None
            assert member.view.discussion is not None
            shown = [(one.seq, one.text, one.blanked) for one in member.view.discussion.contributions]
            assert shown == [(message, "", True), (other, OTHER, False)]
            assert CERTAIN not in words_of(member)
        for name, client in table.clients.items():
            assert CERTAIN not in await everything_for(client, service.network.session), name
        assert OTHER in await everything_for(table.clients["gp"], service.network.session)
    names, (_events, [draft]) = await refs(service), await rows_of(service.store)
    assert (draft.state, draft.label, draft.seq) == ("draft", "PROFESSION", message)
    assert (draft.reporter_ref, draft.author_ref) == (names["social"], names["gp"])
    assert draft.organisation_id == service.network.organisations["vlier"]
    assert {ref for ref, _confirmed in draft.receivers} == {names[one] for one in ("gp", "ggz", "social")}
    assert draft.complete
    logged = await entries(service.store)
    [opened] = [one for one in logged if one.event is Event.BREACH_OPENED]
    assert (opened.actor, opened.reason) == (names["social"], "PROFESSION")
    here = ("session", service.network.session, f"seq:{message}")
    assert {("breach", draft.id, None), ("case", table.case, None), here} <= about(opened)
    [logged_blank] = [one for one in logged if one.event is Event.MESSAGE_BLANKED]
    assert about(logged_blank) == {here, ("case", table.case, None)}
    assert [one.reason for one in logged if one.event is Event.KEY_DESTROYED] == ["blanked"]


async def test_nobody_can_open_it_any_more_with_all_that_is_left(service: Service) -> None:
    """Everything in the database, tried with every remaining key in every role: only what was not blanked opens."""
    async with sitting(service) as table:
        await table.open_case()
        message, other = await say(table.at["gp"]), await say(table.at["gp"], OTHER)
        assert CERTAIN in str(await opened_boxes(service.store))
        await table.at["ggz"].send(report(message))
        keys = await every_key(service.store)
        events, _breaches = await rows_of(service.store)
        box = {one.seq: one.body_box for one in events}
        subkey = {one.seq: one.subkey_id for one in events}
        assert _tried(box[message], service.network.session, message, keys) == set()
        found = _tried(box[other], service.network.session, other, keys)
        assert len(found) == 1
        assert OTHER.encode() in found.pop()
        with pytest.raises(KeyDestroyed):
            await service.store.keys.get(subkey[message] or "")
        opened = str(await opened_boxes(service.store))
        assert CERTAIN not in opened
        assert OTHER in opened


def _tried(box: bytes, session: str, seq: int, keys: list[Key]) -> set[bytes]:
    found = set()
    for key in keys:
        for subkey in (None, *keys):
            try:
                found.add(unseal(key, event_context(session, seq), box, subkey))
            except StorageError:
                continue
    return found


async def test_a_second_report_changes_nothing_and_what_is_not_theirs_is_refused(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = table.at["gp"], table.at["ggz"], table.at["social"]
        message, other = await say(gp), await say(gp, OTHER)
        blanked = await ggz.send(report(message))
        assert await social.send(report(message, IdentifierKind.UNKNOWN)) == blanked
        for wrong in (1, blanked, 10_000):
            assert await refused_code(social.send(report(wrong))) == "no_such_message"
        await social.send(live.Recuse(new_key()))
        for one in (message, other):
            assert await refused_code(social.send(report(one))) == "no_such_message"
        assert gp.view is not None
        assert gp.view.discussion is not None
        assert gp.view.discussion.contributions[-1].text == OTHER
    _events, breaches = await rows_of(service.store)
    assert len(breaches) == 1
    outsider = await service.client("outsider")
    assert (await turned_away(outsider, service.network.session)).close_code == live.Close.NOT_FOUND


async def test_the_list_says_who_received_it_and_who_confirmed(service: Service) -> None:
    """Who was away, who came later, who recused before: who got the words, and what is known of their screen."""
    async with sitting(service) as table:
        await table.open_case()
        gp, social = table.at["gp"], table.at["social"]
        await social.send(live.Recuse(new_key()))
        await _goes(service, table.at["ggz"], "ggz")
        missed_live = await say(gp)
        async with table.clients["ggz"].live(service.network.session) as again:
            heard = await say(gp, OTHER)
            await again.until(lambda view: view.seq >= heard)
        await _goes(service, again, "ggz")
        alone = await say(gp, f"{OTHER} Echt.")
        marker = await say(gp, "Weer verder.")
        await gp.until(lambda view: view.seq >= marker)
        await _confirmed(service, "gp", alone)
        for message in (missed_live, heard, alone):
            await gp.send(report(message))
    names, (_events, breaches) = await refs(service), await rows_of(service.store)
    lists = [{ref: sure for ref, sure in one.receivers} for one in breaches]  # noqa: C416 - pairs out of JSON
    both = {names["gp"]: True, names["ggz"]: True}
    # The first came to one of them with a snapshot; the last had left before the third.
    assert lists == [both, both, {names["gp"]: True}]
    assert all(one.complete for one in breaches)


async def _goes(service: Service, member: LiveSession, who: str) -> None:
    """Let a member's connection end, and wait until the room knows."""
    await member.__aexit__(None, None, None)
    room = service.app.state.context.hub._rooms[service.network.session]
    await _until(lambda: all(one.actor.member != service.network.members[who] for one in room.connections.values()))


async def _confirmed(service: Service, who: str, seq: int) -> None:
    """Wait until the room has heard that a member has shown this number."""
    room = service.app.state.context.hub._rooms[service.network.session]
    ref = (await refs(service))[who]
    await _until(lambda: room._acknowledged.get(ref, 0) >= seq)


async def _until(condition: Callable[[], bool]) -> None:
    for _turn in range(500):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not happen")


async def test_what_was_blanked_stays_so_when_the_room_is_read_back_and_after_sealing(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        message, other = await say(table.at["gp"]), await say(table.at["social"], OTHER)
        await table.at["ggz"].send(report(message))
        hub = service.app.state.context.hub
        await hub._rooms.pop(service.network.session).stop(live.Close.GOING_AWAY)
        await table.everyone_is_back()
        for client in table.clients.values():
            found = await everything_for(client, service.network.session)
            assert CERTAIN not in found
            assert OTHER in found
        await table.at["ggz"].send(live.PostponeCase(new_key(), table.case))
        sealed = await table.at["ggz"].send(live.SealSession(new_key()))
        await table.everyone_has(sealed)
        # Still possible after sealing for who sat there: it takes words away, and adds none.
        await table.at["social"].send(report(other))
        assert OTHER not in await everything_for(table.clients["gp"], service.network.session)
    events, breaches = await rows_of(service.store)
    async with AsyncSession(service.store.database.engine) as rows:
        digest = (await rows.get_one(SessionRow, service.network.session)).digest
    chain = b""
    for one in events:
        if one.kind == "session_sealed":
            assert chain.hex() == digest
        chain = link(chain, one.seq, one.body_box)
    assert [one.seq for one in breaches] == [message, other]


async def test_who_reconnects_at_that_moment_gets_it_empty_or_blanked_right_after(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = table.at["gp"], table.at["ggz"], table.at["social"]
        for round_ in range(4):
            message = await say(gp, f"{SAID} {round_}")
            await asyncio.gather(social.drop(), ggz.send(report(message)), social.drop())
            last = await say(gp, OTHER)
            await table.everyone_has(last)
            assert CERTAIN not in words_of(social)
            assert CERTAIN not in words_of(ggz)


async def test_a_held_message_that_was_overruled_is_forgotten_where_it_was_held(service: Service) -> None:
    soft = "Zie https://www.voorbeeldstraatkrant.nl/berichten voor het verhaal."
    async with sitting(service) as table:
        await table.open_case()
        gp = table.at["gp"]
        key = new_key()
        assert await refused_code(gp.send(live.Contribute(key, soft))) == "held"
        message = await gp.send(live.Overrule(new_key(), gp.held[key].hold, OverruleReason.OFFER_NAME))
        hub = service.app.state.context.hub
        taken = hub._holds[service.network.session]._taken
        assert any(taken.values())
        await table.at["ggz"].send(report(message, IdentifierKind.URL))
        assert not any(taken.values())


async def test_a_frame_that_still_waits_for_a_slow_member_does_not_leave(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        hub = service.app.state.context.hub
        room = hub._rooms[service.network.session]
        member = service.network.members["social"]
        [slow] = [one for one in room.connections.values() if one.actor.member == member]
        message = await say(table.at["gp"])
        await table.everyone_has(message)
        frame = codec.encode(live.Events((live.Event(message, service.clock(), live.Contributed("s", SAID)),)))
        # No door to make a socket slow at will: a frame like the one that waits for it is put in its outbox.
        slow._frames.append(frame)
        await table.at["ggz"].send(report(message))
        assert not any(CERTAIN.encode() in one for one in slow._frames)
        await say(table.at["gp"], OTHER)
        await table.at["social"].until(lambda view: len(table.at["social"].resumed) > 1 and view.discussion is not None)
        assert CERTAIN not in words_of(table.at["social"])


async def test_a_message_from_before_there_were_subkeys_can_be_read_and_goes_too(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        message = await say(table.at["gp"])
        await say(table.at["gp"], OTHER)
        hub = service.app.state.context.hub
        await hub._rooms.pop(service.network.session).stop(live.Close.GOING_AWAY)
        await _make_old(service.store, service.network.session, message)
        await table.everyone_is_back()
        assert SAID in await everything_for(table.clients["ggz"], service.network.session)
        await table.at["social"].send(report(message))
        assert CERTAIN not in await everything_for(table.clients["ggz"], service.network.session)
        await hub._rooms.pop(service.network.session).stop(live.Close.GOING_AWAY)
        await asyncio.sleep(0.5)
        found = await everything_for(table.clients["ggz"], service.network.session)
        assert CERTAIN not in found
        assert OTHER in found
    events, [draft] = await rows_of(service.store)
    [row] = [one for one in events if one.seq == message]
    assert (row.body_box, row.subkey_id) == (b"", None)
    assert row.digest_after is not None
    assert not draft.complete
    assert CERTAIN not in str(await opened_boxes(service.store))


async def _make_old(store: Store, session: str, message: int) -> None:
    """Make a contribution what the first version of the envelope made of it."""
    async with AsyncSession(store.database.engine) as rows:
        row = await rows.get_one(EventRow, (session, message))
        context = event_context(session, message)
        key, subkey = await store.keys.get(row.key_id), await store.keys.get(row.subkey_id or "")
        plain = unseal(key, context, row.body_box, subkey)
        row.body_box = seal(key, context, plain, store.database.random_bytes)
        row.subkey_id = row.receivers = None
        await rows.commit()


async def test_another_node_that_still_has_the_words_gives_them_to_nobody_who_joins(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        message = await say(table.at["gp"])
        context, session = service.app.state.context, service.network.session
        token = table.clients["social"]._token
        other = Hub(context.store, context.detector, grace=60.0)
        try:
            assert CERTAIN in await _welcome(other, token, session)
            await table.at["ggz"].send(report(message))
            welcome = await _welcome(other, token, session)
            assert CERTAIN not in welcome
            assert '"blanked":true' in welcome
        finally:
            await other.stop()


@dataclass
class Kept:
    """A line that keeps what is written to it."""

    written: bytes = b""
    something: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: bool = True

    def write(self, frames: bytes) -> None:
        """Keep frames."""
        self.written += frames
        self.something.set()

    def end(self, code: int) -> None:
        """Nothing is left to do."""

    def abort(self) -> None:
        """Nothing is left to do."""


async def _welcome(hub: Hub, token: str, session: str) -> str:
    seat, line = await hub.sit(token, session), Kept()
    seat.connection.attach(line)
    hub.receive(seat, live.Join(), lambda: None)
    await asyncio.wait_for(line.something.wait(), 30)
    return line.written.decode(errors="replace")


QUESTION = "Wie pakt de regie en welke overbrugging is er tot de behandeling begint?"


async def test_a_case_whose_text_is_reported_leaves_the_table_and_the_circle(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        said = await say(table.at["gp"])
        await table.everyone_has(said)
        label = IdentifierKind.PERSON
        wrong = live.ReportCase(new_key(), table.case, "grondslag", label)
        assert await refused_code(table.at["social"].send(wrong)) == "no_such_field"
        words = "welke overbrugging"
        gone = await table.at["social"].send(live.ReportCase(new_key(), table.case, "question", label, words))
        await table.everyone_has(gone)
        for member in table.at.values():
            assert member.view is not None
            assert member.view.discussion is None
            assert [(line.state, line.question) for line in member.view.agenda] == [("removed", "")]
        for name in ("ggz", "social"):
            assert (await refusal(table.clients[name].case(table.case))).code == "not_found"
            assert await table.clients[name].cases() == []
            assert QUESTION not in await everything_for(table.clients[name], service.network.session)
        # The submitter's side reads it, hears of it and takes it back; nobody can release it as it is.
        gp = table.clients["gp"]
        assert (await gp.case(table.case)).state is CaseState.WITHHELD
        [mark] = await gp.missed(table.case)
        assert (mark.field, QUESTION[mark.start : mark.end]) == ("question", words)
        colleague = await service.client("gp_colleague")
        assert (await refusal(colleague.release(table.case))).code == "already_released"
        assert CERTAIN not in await everything_for(gp, service.network.session)
        assert await table.at["ggz"].send(live.SealSession(new_key()))
        await gp.withdraw(table.case)
    _events, [draft] = await rows_of(service.store)
    assert (draft.field, draft.seq, draft.complete) == ("question", None, False)
    logged = [(one.event, one.reason) for one in await entries(service.store)]
    assert (Event.CASE_AGENDA_CHANGED, "withheld") in logged
    assert words not in str(await opened_boxes_of_cases(service.store))


async def opened_boxes_of_cases(store: Store) -> list[bytes]:
    """Return the forms that can still be opened."""
    async with AsyncSession(store.database.engine) as rows:
        cases = (await rows.scalars(select(CaseRow))).all()
    keys = await store.keys.get_many([one.key_id for one in cases])
    return [unseal(keys[one.key_id], form_context(one.id), one.form_box) for one in cases if one.key_id in keys]


async def test_a_case_that_was_moved_on_leaves_the_other_session_too(service: Service) -> None:
    coordinator = await service.client("coordinator")
    async with sitting(service) as table:
        later = await coordinator.schedule(service.network.circle, service.clock())
        await table.open_case()
        await table.at["ggz"].send(live.PostponeCase(new_key(), table.case))
        async with table.clients["ggz"].live(later) as elsewhere:
            await elsewhere.until(lambda view: [line.state for line in view.agenda] == ["waiting"])
            report_case = live.ReportCase(new_key(), table.case, "text", IdentifierKind.UNKNOWN)
            await table.at["gp"].send(report_case)
            await elsewhere.until(lambda view: [line.state for line in view.agenda] == ["removed"])


async def test_a_table_of_reports_is_in_the_log(service: Service) -> None:
    """Somebody who blanks everything silences a session: the log and the desk show it, message by message."""
    async with sitting(service) as table:
        await table.open_case()
        said = [await say(table.at["gp"], f"{OTHER} {number}") for number in range(5)]
        await asyncio.gather(*(table.at["ggz"].send(report(one)) for one in said))
    _events, breaches = await rows_of(service.store)
    assert sorted(one.seq or 0 for one in breaches) == said
    names = await refs(service)
    blanked = [one for one in await entries(service.store) if one.event is Event.MESSAGE_BLANKED]
    assert {one.actor for one in blanked} == {names["ggz"]}
    assert len(blanked) == 5
