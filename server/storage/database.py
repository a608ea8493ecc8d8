"""The database handle: one transaction per use case, on SQLite (one writer) or PostgreSQL.

Durability: SQLite runs in WAL mode with `synchronous=FULL`, PostgreSQL with `synchronous_commit=on`; when `transaction`
returns, the work is on disk. A use case that raises a `ServiceError` is rolled back, but the audit entries of its
refusal are then committed on their own, so that a denied attempt is always in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from audit.entry import Source
from server.errors import ServiceError
from server.storage.crypto import RandomBytes
from server.storage.direct import PRAGMAS, Direct, Result, prepare
from server.storage.tables import AuditEntryRow

ENTRIES = AuditEntryRow.metadata.tables[AuditEntryRow.__tablename__]

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
KEY_SCHEMA = "casuskring_keys"


def is_sqlite(url: str) -> bool:
    """Is this the embedded database?"""
    return url.startswith(SQLITE)


def keystore_url(database_url: str, configured: str) -> str:
    """Return where the wrapped keys live when no setting names a place: beside the database, but apart from it."""
    if configured or not is_sqlite(database_url):
        return configured or database_url
    path = Path(database_url.removeprefix(SQLITE))
    return SQLITE + str(path.with_name(path.stem + "-keys" + path.suffix))


def connect(url: str, *, schema: str | None = None, pragmas: Sequence[str] = PRAGMAS) -> AsyncEngine:
    """Return an engine for one of the two kinds of database. Parameters never appear in its errors or logs.

    Args:
        schema: where PostgreSQL finds the tables.
        pragmas: how SQLite is opened; other ones are for experiments only.
    """
    if is_sqlite(url):
        path = Path(url.removeprefix(SQLITE))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(f"sqlite+aiosqlite:///{path}", hide_parameters=True)
        prepare(engine.sync_engine, pragmas)
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


@dataclass(slots=True)
class UnitOfWork:
    """One transaction: the rows, the moment it happens at (UTC), the randomness, and what waits for the commit."""

    engine: AsyncEngine
    now: datetime
    random_bytes: RandomBytes
    source: Source
    entries: list[bytes] = field(default_factory=list)
    refusals: list[bytes] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    _rows: AsyncSession | None = None

    @property
    def rows(self) -> AsyncSession:
        """The rows; a transaction that never asks for them only writes entries, and takes the short way."""
        if self._rows is None:
            self._rows = AsyncSession(self.engine, expire_on_commit=False)
        return self._rows

    @property
    def touched(self) -> bool:
        """Were the rows asked for?"""
        return self._rows is not None

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
    pragmas: Sequence[str] = PRAGMAS
    _writer: asyncio.Lock = field(default_factory=asyncio.Lock)
    _direct: Direct | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        """Give a unit of work that is durable when the block ends, and undone when it raises.

        Raises:
            ServiceError: what the block raised, after its refusal entries have been committed.
        """
        async with self._turn():
            uow = self.unit()
            try:
                try:
                    yield uow
                except ServiceError:
                    if uow.touched:
                        await uow.rows.rollback()
                    await self._append(uow.refusals)
                    raise
                await self._commit(uow)
            finally:
                if uow.touched:
                    await asyncio.shield(asyncio.create_task(uow.rows.close()))
        for hook in uow.after_commit:
            await hook()

    def unit(self) -> UnitOfWork:
        """Return a unit of work of this moment that collects entries; who asks for it stores them."""
        return UnitOfWork(self.engine, self.now(), self.random_bytes, self.source)

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return what `work` returns, in a transaction of its own that is durable by then.

        It must be short: on SQLite it holds back every other writer, on PostgreSQL it is driven from the event loop.
        """
        async with self._turn():
            if self.sqlite:
                return await self._short_way().run(work)
            async with self.engine.begin() as connection:
                return await connection.run_sync(work)

    def _turn(self) -> AbstractAsyncContextManager[None]:
        # SQLite has one writer: waiting here is cheaper and fairer than waiting inside SQLite.
        return self._writer if self.sqlite else nullcontext()

    def _short_way(self) -> Direct:
        if self._direct is None:
            self._direct = Direct(self.engine.url.database or "", self.pragmas)
        return self._direct

    async def _commit(self, uow: UnitOfWork) -> None:
        lines = uow.entries + uow.refusals
        if not uow.touched:
            await self._append(lines)
            return
        if lines:
            # Plain rows: there is one for nearly everything that happens, and the ORM doubles what each costs.
            await uow.rows.flush()
            connection = await uow.rows.connection()
            await connection.execute(insert(ENTRIES), [{"line": line} for line in lines])
        await uow.rows.commit()
        if lines:
            self.wake_sequencer()

    async def _append(self, lines: list[bytes]) -> None:
        """Make entries durable that come without other work."""
        if not lines:
            return
        if self.sqlite:
            await self._short_way().append(lines)
        else:
            async with self.engine.begin() as connection:
                await connection.execute(insert(ENTRIES), [{"line": line} for line in lines])
        self.wake_sequencer()

    async def close(self) -> None:
        """Close all connections."""
        if self._direct is not None:
            await self._direct.close()
        await self.engine.dispose()
