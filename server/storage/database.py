"""The database handle: one transaction per use case, on SQLite (one writer) or PostgreSQL.

Durability: SQLite runs in WAL mode with `synchronous=FULL`, PostgreSQL with `synchronous_commit=on`; when `transaction`
returns, the work is on disk. A use case that raises a `ServiceError` is rolled back, but the audit entries of its
refusal are then committed on their own, so that a denied attempt is always in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from audit.entry import Source
from server.errors import ServiceError
from server.storage.crypto import RandomBytes
from server.storage.tables import AuditEntryRow

ENTRIES = AuditEntryRow.metadata.tables[AuditEntryRow.__tablename__]

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
KEY_SCHEMA = "casuskring_keys"

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA secure_delete=ON",  # erased text is overwritten, not only unlinked
)


def is_sqlite(url: str) -> bool:
    """Is this the embedded database?"""
    return url.startswith(SQLITE)


def keystore_url(database_url: str, configured: str) -> str:
    """Return where the wrapped keys live when no setting names a place: beside the database, but apart from it."""
    if configured or not is_sqlite(database_url):
        return configured or database_url
    path = Path(database_url.removeprefix(SQLITE))
    return SQLITE + str(path.with_name(path.stem + "-keys" + path.suffix))


def connect(url: str, *, schema: str | None = None) -> AsyncEngine:
    """Return an engine for one of the two kinds of database. Parameters never appear in its errors or logs."""
    if is_sqlite(url):
        path = Path(url.removeprefix(SQLITE))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}", hide_parameters=True)
        _prepare_sqlite(engine)
        return engine
    options: dict[str, Any] = {"server_settings": {"synchronous_commit": "on", "application_name": "casuskring"}}
    if schema:
        options["server_settings"]["search_path"] = schema
    return create_async_engine(
        url.replace(POSTGRESQL, "postgresql+asyncpg://", 1),
        hide_parameters=True,
        pool_size=8,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args=options,
    )


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own implicit transactions begin too late for a read-then-write; "begin" below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@dataclass(slots=True)
class UnitOfWork:
    """One transaction: the rows, the moment it happens at (UTC), the randomness, and what waits for the commit."""

    rows: AsyncSession
    now: datetime
    random_bytes: RandomBytes
    source: Source
    entries: list[bytes] = field(default_factory=list)
    refusals: list[bytes] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def new_id(self) -> str:
        """Return a fresh opaque reference: 128 random bits in hex."""
        return self.random_bytes(16).hex()


@dataclass(slots=True)
class Database:
    """The service's own database. `now` and `random_bytes` are the only sources of time and chance in it."""

    engine: AsyncEngine
    now: Callable[[], datetime]
    random_bytes: RandomBytes
    source: Source
    sqlite: bool
    wake_sequencer: Callable[[], None] = lambda: None
    _writer: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        """Give a unit of work that is durable when the block ends, and undone when it raises.

        Raises:
            ServiceError: what the block raised, after its refusal entries have been committed.
        """
        if self.sqlite:
            # One writer: waiting here is cheaper and fairer than waiting inside SQLite.
            async with self._writer, self._transaction() as uow:
                yield uow
        else:
            async with self._transaction() as uow:
                yield uow
        for hook in uow.after_commit:
            await hook()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[UnitOfWork]:
        async with AsyncSession(self.engine, expire_on_commit=False) as rows:
            uow = UnitOfWork(rows, self.now(), self.random_bytes, self.source)
            try:
                yield uow
            except ServiceError:
                await rows.rollback()
                await self._commit_entries(rows, uow.refusals)
                raise
            await self._commit_entries(rows, uow.entries + uow.refusals)

    async def _commit_entries(self, rows: AsyncSession, entries: list[bytes]) -> None:
        if entries:
            # Plain rows: there is one for nearly everything that happens, and the ORM doubles what each costs.
            await rows.flush()
            connection = await rows.connection()
            await connection.execute(insert(ENTRIES), [{"line": line} for line in entries])
        await rows.commit()
        if entries:
            self.wake_sequencer()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
