"""Subkeys lie ready: durable before they are taken, each given out once, and refilled beside the work."""

from __future__ import annotations

import asyncio

import pytest

from server.errors import StorageError
from server.storage.store import Store
from server.storage.subkeys import BATCH, LOW


async def test_each_is_durable_and_given_out_once(store: Store) -> None:
    taken = []
    for _time in range(BATCH * 2):
        await store.subkeys.prepare(1)
        taken.append(store.subkeys.take())
    assert len({key.id for key in taken}) == len({key.secret for key in taken}) == len(taken)
    found = await store.keys.get_many([key.id for key in taken])
    assert found == {key.id: key for key in taken}
    await store.subkeys.close()


async def test_the_next_batch_is_made_before_the_last_one_is_used_up(store: Store) -> None:
    await store.subkeys.prepare(1)
    for _time in range(BATCH - LOW + 1):
        store.subkeys.take()
    await store.subkeys.close()
    assert len(store.subkeys._ready) == LOW - 1 + BATCH


async def test_many_who_wait_get_one_batch(store: Store) -> None:
    await asyncio.gather(*(store.subkeys.prepare(3) for _time in range(20)))
    assert len(store.subkeys._ready) == BATCH


async def test_more_than_a_batch_can_be_asked_for(store: Store) -> None:
    await store.subkeys.prepare(BATCH + 1)
    assert len(store.subkeys._ready) == BATCH * 2


async def test_taking_what_nobody_prepared_is_refused(store: Store) -> None:
    with pytest.raises(StorageError) as raised:
        store.subkeys.take()
    assert raised.value.code == "subkey_missing"
