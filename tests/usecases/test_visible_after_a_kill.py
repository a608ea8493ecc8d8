"""The service is killed at the moment that a report was acknowledged: the words stay gone, and their key with them."""

from __future__ import annotations

import contextlib
import secrets as chance
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from clients.api import new_key
from clients.live import LiveSession
from server.app import create_store
from server.protocol import codec, live
from server.protocol.words import IdentifierKind
from server.settings import Settings
from server.storage.key_tables import WrappedKeyRow
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import BreachRow, EventRow
from tests.support.canary import opened_boxes
from tests.support.process import ServiceProcess
from tests.support.service import Clock, Template, free_port, settings_for
from tests.support.table import welcomed_again
from tests.usecases.test_kill_and_recover import MEMBERS, put_a_case_on_the_table, signed_in

SAID = "Zij is de vrouw met de zeven papegaaien op het balkon."
CERTAIN = "zeven papegaaien"


@contextlib.asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[Store]:
    """Give the stores of the service, beside it."""
    store = create_store(settings, now=Clock(), random_bytes=chance.token_bytes)
    try:
        yield store
    finally:
        await store.close()


async def _row(store: Store, message: int) -> EventRow:
    async with AsyncSession(store.database.engine) as rows:
        return (await rows.scalars(select(EventRow).where(EventRow.seq == message))).one()


async def _drafts(store: Store) -> list[int | None]:
    async with AsyncSession(store.database.engine) as rows:
        return list((await rows.scalars(select(BreachRow.seq))).all())


def _held(room: LiveSession) -> str:
    return repr(room.events) + codec.encode(room.view).decode() if room.view else ""


async def test_a_kill_right_after_the_answer_brings_nothing_back(seeded: Template, tmp_path: Path) -> None:
    settings = settings_for(seeded.urls, tmp_path, free_port())
    async with contextlib.AsyncExitStack() as stack:
        process = await stack.enter_async_context(ServiceProcess(settings, tmp_path / "output").running())
        clients = [await stack.enter_async_context(await signed_in(settings, who)) for who in MEMBERS]
        rooms = [await stack.enter_async_context(client.live(seeded.network.session)) for client in clients]
        gp, chair = rooms[MEMBERS.index("gp")], rooms[MEMBERS.index("ggz")]
        await put_a_case_on_the_table(settings, seeded.network.circle, chair=chair)
        messages = []
        for round_ in range(2):
            messages.append(await gp.send(live.Contribute(new_key(), f"{SAID} Keer {round_}.")))
            times = [len(room.resumed) for room in rooms]
            await chair.send(live.ReportVisible(new_key(), messages[-1], IdentifierKind.PERSON))
            process.kill()
            async with stores(settings) as store:
                row = await _row(store, messages[-1])
                assert row.blanked_at is not None
                with pytest.raises(KeyDestroyed):
                    await store.keys.get(row.subkey_id or "")
                assert CERTAIN not in str(await opened_boxes(store))
            await process.start()
            for room, before in zip(rooms, times, strict=True):
                await welcomed_again(room, before)
        last = await gp.send(live.Contribute(new_key(), "Weer verder."))
        for client, room in zip(clients, rooms, strict=True):
            await room.until(lambda view: view.seq >= last)
            assert CERTAIN not in _held(room)
            async with client.live(seeded.network.session) as fresh:
                assert fresh.view == room.view
        async with stores(settings) as store:
            assert await _drafts(store) == messages


async def test_what_a_kill_cut_off_between_commit_and_key_is_finished(seeded: Template, tmp_path: Path) -> None:
    """As if the service had died after the commit: the key still stands, nobody gets the words, and then it goes."""
    settings = settings_for(seeded.urls, tmp_path, free_port())
    async with contextlib.AsyncExitStack() as stack:
        process = await stack.enter_async_context(ServiceProcess(settings, tmp_path / "output").running())
        clients = [await stack.enter_async_context(await signed_in(settings, who)) for who in MEMBERS]
        rooms = [await stack.enter_async_context(client.live(seeded.network.session)) for client in clients]
        await put_a_case_on_the_table(settings, seeded.network.circle, chair=rooms[MEMBERS.index("ggz")])
        message = await rooms[0].send(live.Contribute(new_key(), SAID))
        async with stores(settings) as store:
            row = await _row(store, message)
            async with AsyncSession(store.keys.engine) as rows:
                wrapped = (await rows.get_one(WrappedKeyRow, row.subkey_id)).wrapped
        await rooms[1].send(live.ReportVisible(new_key(), message, IdentifierKind.PERSON))
        times = [len(room.resumed) for room in rooms]
        process.kill()
        async with stores(settings) as store, AsyncSession(store.keys.engine) as rows:
            standing = update(WrappedKeyRow).where(WrappedKeyRow.id == row.subkey_id)
            await rows.execute(standing.values(wrapped=wrapped, destroyed_at=None))
            await rows.commit()
        await process.start()
        for room, before in zip(rooms, times, strict=True):
            await welcomed_again(room, before)
            assert CERTAIN not in _held(room)
        await rooms[0].send(live.Contribute(new_key(), "Weer verder."))
        await process.stop()
        async with stores(settings) as store:
            with pytest.raises(KeyDestroyed):
                await store.keys.get(row.subkey_id or "")
