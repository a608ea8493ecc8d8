"""Bringing the schema up to date, and refusing to run on one that is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from audit.events import Event
from server.errors import StorageError
from server.storage.audit_log import SERVICE, open_log, record
from server.storage.crypto import check_value
from server.storage.database import KEY_SCHEMA
from server.storage.key_tables import KeyBase
from server.storage.store import Store
from server.storage.tables import AuditLogRow, Base, MetaRow

FOLDER = Path(__file__).parent / "migrations"
MAIN, KEYS = "main", "keys"
METADATA = {MAIN: Base.metadata, KEYS: KeyBase.metadata}
MASTER_CHECK = "master_key_check"


def config(which: str, connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for one of the two stores."""
    result = Config()
    result.set_main_option("script_location", str(FOLDER / which))
    result.attributes["connection"] = connection
    result.attributes["metadata"] = METADATA[which]
    return result


async def upgrade(store: Store, *, origin: str) -> None:
    """Bring both stores to the newest schema, remember which master key they belong to, and open the audit log.

    Raises:
        StorageError: the database belongs to another master key.
    """
    if not store.keys.sqlite:
        async with store.keys.engine.begin() as connection:
            await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {KEY_SCHEMA}"))
    await _run(store.keys.engine, KEYS)
    await _run(store.database.engine, MAIN)
    await _check_master_key(store, remember=True)
    async with store.database.transaction() as uow:
        await open_log(uow, origin)
        record(uow, Event.SETTINGS_CHANGED, SERVICE, objects=(("setting", "schema"),), reason="migrated")


async def _run(engine: AsyncEngine, which: str) -> None:
    async with engine.connect() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(which, sync), "head"))
        await connection.commit()


async def require_current(store: Store) -> None:
    """Return when both stores have the newest schema and belong to this master key.

    Raises:
        StorageError: they do not; the message says which command mends it.
    """
    for engine, which in ((store.database.engine, MAIN), (store.keys.engine, KEYS)):
        async with engine.connect() as connection:
            current = await connection.run_sync(_revision)
        if current != ScriptDirectory.from_config(config(which)).get_current_head():
            raise StorageError("the schema is not up to date; run `casuskring migrate`", code="schema_outdated")
    await _check_master_key(store, remember=False)
    async with AsyncSession(store.database.engine) as rows:
        if (await rows.scalars(select(AuditLogRow.id).limit(1))).first() is None:
            raise StorageError("no audit log is open; run `casuskring migrate`", code="log_missing")


def _revision(connection: Connection) -> Any:
    return MigrationContext.configure(connection).get_current_revision()


async def _check_master_key(store: Store, *, remember: bool) -> None:
    wanted = check_value(store.keys.master)
    async with AsyncSession(store.database.engine) as rows:
        row = await rows.get(MetaRow, MASTER_CHECK)
        if row is None and remember:
            rows.add(MetaRow(name=MASTER_CHECK, value=wanted))
            await rows.commit()
        elif row is None or row.value != wanted:
            raise StorageError(
                "this database belongs to another master key; put back the one from its backup", code="master_key"
            )
