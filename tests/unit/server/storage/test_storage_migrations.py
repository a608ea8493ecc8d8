"""The migrations make exactly the tables of the models, and can be taken back."""

from __future__ import annotations

import secrets as chance
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from audit.checkpoint import Signer
from audit.events import Event
from server.app import create_store
from server.errors import StorageError
from server.storage import migrate, secrets
from server.storage.audit_log import Sequencer, Who, record
from server.storage.audit_references import REFERENCES
from server.storage.database import ENTRIES
from server.storage.migrate import KEYS, MAIN, METADATA, config, require_current
from server.storage.store import Store
from server.storage.tables import AuditNodeRow, MetaRow
from tests.support.databases import DatabaseUrls
from tests.support.service import Clock, settings_for

NODES = AuditNodeRow.metadata.tables[AuditNodeRow.__tablename__]


def _engine(store: Store, which: str) -> AsyncEngine:
    return store.database.engine if which == MAIN else store.keys.engine


def _differences(connection: Connection, which: str) -> list[Any]:
    mine = METADATA[which].tables

    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
        return kind != "table" or name in mine

    options = {"compare_type": True, "include_object": ours}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA[which]))


@pytest.mark.parametrize("which", [MAIN, KEYS])
async def test_migrations_equal_the_models(store: Store, which: str) -> None:
    async with _engine(store, which).connect() as connection:
        assert await connection.run_sync(_differences, which) == []


@pytest.mark.parametrize("which", [MAIN, KEYS])
async def test_every_migration_can_be_taken_back_and_made_again(store: Store, which: str) -> None:
    async with _engine(store, which).connect() as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(which, sync), "base"))
        await connection.commit()
        left = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        assert not left & set(METADATA[which].tables)
        await connection.run_sync(lambda sync: command.upgrade(config(which, sync), "head"))
        await connection.commit()
        assert await connection.run_sync(_differences, which) == []


async def _rows(store: Store, table: Table) -> set[tuple[object, ...]]:
    async with store.database.engine.connect() as connection:
        return {tuple(row) for row in await connection.execute(select(table))}


async def test_the_log_is_kept_and_the_desk_s_index_filled_for_the_entries_that_exist_already(store: Store) -> None:
    async with store.database.transaction() as uow:
        for number in range(30):
            who = Who(f"ref-{number % 3}", "member", f"org-{number % 2}")
            record(uow, Event.CASE_READ, who, objects=(("case", f"case-{number % 5}"),))
    await Sequencer(store.database, Signer("test.example/log", bytes(range(32)))).sequence()
    tables = (REFERENCES, ENTRIES, NODES)
    before = [await _rows(store, table) for table in tables]
    assert len(before[0]) >= 90
    async with store.database.engine.connect() as connection:
        await connection.run_sync(lambda sync: command.downgrade(config(MAIN, sync), "0001"))
        await connection.run_sync(lambda sync: command.upgrade(config(MAIN, sync), "head"))
        await connection.commit()
    assert [await _rows(store, table) for table in tables] == before


async def test_a_difference_would_be_noticed(store: Store) -> None:
    async with store.database.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE bottlenecks DROP COLUMN level"))
        found = await connection.run_sync(_differences, MAIN)
    assert [one[0] for one in found] == ["add_column"]


async def test_a_schema_that_is_not_up_to_date_is_refused(store: Store) -> None:
    await require_current(store)
    async with store.database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(StorageError) as raised:
        await require_current(store)
    assert raised.value.code == "schema_outdated"
    assert "casuskring migrate" in raised.value.message


async def test_a_fresh_database_is_refused_and_not_touched(
    database_urls: DatabaseUrls, tmp_path: Path, clock: Clock
) -> None:
    settings = settings_for(database_urls, tmp_path, 1)
    secrets.create(settings.secrets_dir, chance.token_bytes)
    store = create_store(settings, now=clock, random_bytes=chance.token_bytes)
    try:
        with pytest.raises(StorageError) as raised:
            await require_current(store)
        assert raised.value.code == "schema_outdated"
        async with store.database.engine.connect() as connection:
            assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == []
    finally:
        await store.close()


async def test_another_master_key_is_refused(database_urls: DatabaseUrls, tmp_path: Path, clock: Clock) -> None:
    settings = settings_for(database_urls, tmp_path, 1)
    for attempt in ("first", "second"):
        # The second time with secrets of another installation, as after putting back the wrong backup.
        folder = tmp_path / attempt
        secrets.create(folder, chance.token_bytes)
        (settings.secrets_dir.parent / "secrets").unlink(missing_ok=True)
        settings.secrets_dir.symlink_to(folder)
        store = create_store(settings, now=clock, random_bytes=chance.token_bytes)
        try:
            if attempt == "first":
                await migrate.upgrade(store, origin=settings.log_origin)
                await migrate.upgrade(store, origin=settings.log_origin)
                await require_current(store)
                continue
            for refused in (require_current(store), migrate.upgrade(store, origin=settings.log_origin)):
                with pytest.raises(StorageError) as raised:
                    await refused
                assert raised.value.code == "master_key"
        finally:
            await store.close()


async def test_the_check_value_gives_the_key_not_away(store: Store) -> None:
    async with store.database.transaction() as uow:
        row = await uow.rows.get_one(MetaRow, migrate.MASTER_CHECK)
    assert len(row.value) == 16
    assert row.value not in store.keys.master.hex()
