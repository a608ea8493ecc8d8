"""Withdrawing a case destroys its key: the text is gone from the store, the room and every replay; the log stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.events import Event
from clients.api import new_key
from server.cases.access import form_context
from server.protocol import codec, live
from server.protocol.live import Event as LiveEvent
from server.protocol.words import BottleneckAnswer
from server.sessions.journal import event_context
from server.storage.crypto import unseal
from server.storage.key_tables import WrappedKeyRow
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import CaseRow, EventRow
from tests.support.service import Service
from tests.support.table import Table, entries, refusal, sitting

SAID = "Persoon A is sinds kort alleen thuis."
QUESTION = "Wie pakt de regie en welke overbrugging is er tot de behandeling begint?"


def _words(events: list[LiveEvent], view: live.SessionView | None) -> str:
    shown = [*events, view] if view is not None else events
    return " ".join(codec.encode(one).decode() for one in shown)


async def _wrapped(store: Store, key_id: str) -> bytes | None:
    async with AsyncSession(store.keys.engine) as rows:
        return (await rows.get_one(WrappedKeyRow, key_id)).wrapped


async def _key_of(store: Store, case: str) -> str:
    async with AsyncSession(store.database.engine) as rows:
        return (await rows.get_one(CaseRow, case)).key_id


async def _open_boxes(store: Store, case: str) -> None:
    """Open everything that is sealed under the case's key; raises when it cannot be opened."""
    async with AsyncSession(store.database.engine) as rows:
        row = await rows.get_one(CaseRow, case)
        events = (await rows.scalars(select(EventRow).where(EventRow.key_id == row.key_id))).all()
    key = await store.keys.get(row.key_id)
    assert QUESTION.encode() in unseal(key, form_context(case), row.form_box)
    subkeys = await store.keys.get_many([one.subkey_id for one in events if one.subkey_id])
    plain = b"".join(
        unseal(key, event_context(one.session_id, one.seq), one.body_box, subkeys.get(one.subkey_id or ""))
        for one in events
    )
    assert SAID.encode() in plain


async def _discuss(table: Table) -> None:
    await table.open_case()
    said = await table.at["gp"].send(live.Contribute(new_key(), SAID))
    await table.everyone_has(said)


async def _close(table: Table) -> None:
    await table.to_decision()
    await table.decide()
    await table.at["ggz"].send(live.NextPhase(new_key()))
    await table.at["social"].send(live.AnswerBottleneck(new_key(), BottleneckAnswer.NO))
    closed = await table.at["ggz"].send(live.CloseCase(new_key()))
    await table.everyone_has(closed)


async def _newcomer_sees(table: Table, who: str) -> str:
    """Return everything that a member gets who comes in now with an empty view."""
    async with table.clients[who].live(table.service.network.session) as fresh:
        return _words(fresh.events, fresh.view)


async def test_a_case_on_the_table_is_gone_everywhere_at_once(service: Service) -> None:
    async with sitting(service) as table:
        await _discuss(table)
        await _open_boxes(service.store, table.case)
        key_id = await _key_of(service.store, table.case)
        assert await _wrapped(service.store, key_id) is not None
        stranger = await refusal(table.clients["ggz"].withdraw(table.case))
        assert stranger.code == "not_found"
        await table.clients["gp"].withdraw(table.case)
        for one in table.at.values():
            view = await one.until(lambda view: view.discussion is None)
            assert [(line.state, line.question) for line in view.agenda] == [("removed", "")]
            assert view.stage == "open"
        assert SAID not in await _newcomer_sees(table, "ggz")
        assert await _wrapped(service.store, key_id) is None
        with pytest.raises(KeyDestroyed):
            await _open_boxes(service.store, table.case)
        for name in ("gp", "ggz"):
            assert (await refusal(table.clients[name].case(table.case))).code == "not_found"
        assert (await refusal(table.clients["gp"].withdraw(table.case))).code == "already_gone"
        agenda = (await table.clients["ggz"].session(service.network.session)).agenda
        assert [(line.state, line.question) for line in agenda] == [("removed", "")]
        # The session goes on without it.
        assert await table.at["ggz"].send(live.SealSession(new_key()))
    logged = [(one.event, one.reason) for one in await entries(service.store)]
    assert (Event.CASE_WITHDRAWN, None) in logged
    assert (Event.KEY_DESTROYED, "withdrawn") in logged
    assert Event.CASE_SUBMITTED in [event for event, _reason in logged]


@pytest.mark.parametrize("sealed", [False, True], ids=["open", "sealed"])
async def test_words_about_a_closed_case_leave_the_running_room_too(service: Service, sealed: bool) -> None:
    """The room keeps a session in memory: what it replays may hold no word of a case that was withdrawn later."""
    async with sitting(service) as table:
        await _discuss(table)
        await _close(table)
        if sealed:
            await table.everyone_has(await table.at["ggz"].send(live.SealSession(new_key())))
        assert QUESTION in await _newcomer_sees(table, "ggz")
        before = table.at["gp"].view
        assert before is not None
        await table.clients["gp"].withdraw(table.case)
        await table.at["gp"].until(lambda view: view.seq > before.seq)
        assert QUESTION not in await _newcomer_sees(table, "ggz")
        social = table.at["social"]
        heard = len(social.events)
        await social.drop()
        social.view = live.SessionView(
            before.session, before.epoch, 0, "planned", before.preset, before.me, before.seats, present=(), agenda=()
        )
        await social.until(lambda view: view.seq >= before.seq)
        replay = _words(social.events[heard:], social.view)
        for word in (SAID, QUESTION, "Wijkteam belt"):
            assert word not in replay
