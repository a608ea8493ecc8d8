"""The store of wrapped keys: durable before use, unreadable without the master key, gone when destroyed."""

from __future__ import annotations

import secrets as chance
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import StorageError
from server.storage.database import KEY_SCHEMA, connect, keystore_url
from server.storage.key_tables import WrappedKeyRow
from server.storage.keystore import KeyDestroyed, KeyStore
from server.storage.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def test_a_key_comes_back_and_is_wrapped_where_it_lies(store: Store) -> None:
    key = await store.keys.create("k1", now=NOW)
    assert len(key.secret) == 32
    assert await store.keys.get("k1") == key
    async with AsyncSession(store.keys.engine) as rows:
        row = await rows.get_one(WrappedKeyRow, "k1")
    assert row.wrapped is not None
    assert key.secret not in row.wrapped
    assert len(row.wrapped) == 40
    assert row.created_at == NOW


async def test_a_destroyed_key_stays_destroyed(store: Store) -> None:
    await store.keys.create("k1", now=NOW)
    await store.keys.create("k2", now=NOW)
    assert sorted(await store.keys.standing(["k1", "k2", "nowhere"])) == ["k1", "k2"]
    for _twice in range(2):
        await store.keys.destroy("k1", now=NOW)
    await store.keys.destroy("nowhere", now=NOW)
    with pytest.raises(KeyDestroyed):
        await store.keys.get("k1")
    assert await store.keys.standing(["k1", "k2"]) == ["k2"]
    assert await store.keys.get("k2")
    async with AsyncSession(store.keys.engine) as rows:
        row = await rows.get_one(WrappedKeyRow, "k1")
    assert (row.wrapped, row.destroyed_at) == (None, NOW)


async def test_on_sqlite_the_wrapped_key_leaves_every_file(store: Store) -> None:
    if not store.keys.sqlite:
        # PostgreSQL keeps dead rows until VACUUM, and its write-ahead files until they are recycled.
        return
    key = await store.keys.create("k1", now=NOW)
    async with AsyncSession(store.keys.engine) as rows:
        wrapped = (await rows.get_one(WrappedKeyRow, "k1")).wrapped
    path = Path(str(store.keys.engine.url.database))
    files = [path, path.with_name(path.name + "-wal")]
    assert wrapped is not None
    assert any(wrapped in one.read_bytes() for one in files if one.exists())
    await store.keys.destroy("k1", now=NOW)
    assert not any(wrapped in one.read_bytes() or key.secret in one.read_bytes() for one in files if one.exists())


async def test_a_missing_key_and_a_wrong_master_key_are_told_apart(store: Store) -> None:
    await store.keys.create("k1", now=NOW)
    with pytest.raises(StorageError) as missing:
        await store.keys.get("k2")
    assert missing.value.code == "key_missing"
    foreign = KeyStore(store.keys.engine, bytes(32), chance.token_bytes, store.keys.sqlite)
    with pytest.raises(StorageError) as wrong:
        await foreign.get("k1")
    assert wrong.value.code == "master_key"


async def test_the_keys_lie_apart_from_what_they_open(store: Store) -> None:
    if store.keys.sqlite:
        assert store.keys.engine.url.database != store.database.engine.url.database
        return
    async with store.keys.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT current_schema()")
        assert found.scalar() == KEY_SCHEMA


def test_where_the_keys_are_by_default() -> None:
    assert keystore_url("sqlite:///var/casuskring.sqlite", "") == "sqlite:///var/casuskring-keys.sqlite"
    assert keystore_url("sqlite:///a.db", "sqlite:///b.db") == "sqlite:///b.db"
    assert keystore_url("postgresql://u@h/n", "") == "postgresql://u@h/n"


async def test_the_embedded_database_is_as_durable_as_it_says(store: Store) -> None:
    if not store.database.sqlite:
        async with store.database.engine.connect() as connection:
            assert (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar() == "on"
        return
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    async with store.database.engine.connect() as connection:
        for pragma, value in wanted.items():
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value


async def test_connecting_makes_the_folder_of_the_embedded_database(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/new/folder/x.sqlite")
    async with engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
    await engine.dispose()


async def test_many_keys_come_back_without_those_that_were_destroyed(store: Store) -> None:
    names = [f"k{number}" for number in range(1200)]
    made = await store.keys.create_many(names, now=NOW)
    assert len({key.secret for key in made}) == len(names)
    await store.keys.destroy("k7", now=NOW)
    found = await store.keys.get_many(names)
    assert found == {key.id: key for key in made if key.id != "k7"}
    assert await store.keys.get_many([]) == {}
    with pytest.raises(StorageError) as missing:
        await store.keys.get_many(["k1", "nowhere"])
    assert missing.value.code == "key_missing"
