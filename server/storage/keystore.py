"""The store of wrapped keys. Destroying a key is the deletion of everything it sealed.

The deletion is final when the last backup of this store before it has expired; that is why the store lives apart and
has a short backup term of its own.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from server.errors import StorageError
from server.storage.crypto import KEY_BYTES, Key, RandomBytes
from server.storage.key_tables import WrappedKeyRow

LOOKED_UP_AT_ONCE = 500
"""Identifiers in one question, well under what either database can bind."""


class KeyDestroyed(StorageError):
    """The key was destroyed on purpose: what it sealed is gone."""

    code = "key_destroyed"


@dataclass(frozen=True, slots=True, repr=False)
class KeyStore:
    """Keys wrapped by the master key (AES key wrap, RFC 3394)."""

    engine: AsyncEngine
    master: bytes
    random_bytes: RandomBytes
    sqlite: bool

    async def create(self, key_id: str, *, now: datetime) -> Key:
        """Return a new key, durable before it is used. A key whose case was never stored is harmless."""
        key = Key(key_id, self.random_bytes(KEY_BYTES))
        async with AsyncSession(self.engine) as rows:
            rows.add(WrappedKeyRow(id=key_id, wrapped=aes_key_wrap(self.master, key.secret), created_at=now))
            await rows.commit()
        return key

    async def create_many(self, key_ids: Sequence[str], *, now: datetime) -> list[Key]:
        """Return new keys, all durable before one is used. Those that nothing was sealed under are harmless."""
        keys = [Key(key_id, self.random_bytes(KEY_BYTES)) for key_id in key_ids]
        rows_of = [{"id": key.id, "wrapped": aes_key_wrap(self.master, key.secret), "created_at": now} for key in keys]
        async with AsyncSession(self.engine) as rows:
            await rows.execute(insert(WrappedKeyRow), rows_of)
            await rows.commit()
        return keys

    async def get(self, key_id: str) -> Key:
        """Return a key.

        Raises:
            KeyDestroyed: it was destroyed.
            StorageError: it was never here, or the master key is another one.
        """
        async with AsyncSession(self.engine) as rows:
            row = await rows.get(WrappedKeyRow, key_id)
        if row is None:
            raise StorageError("a key is missing from the key store", code="key_missing")
        if row.wrapped is None:
            raise KeyDestroyed("the key was destroyed")
        return self._unwrapped(key_id, row.wrapped)

    async def get_many(self, key_ids: Sequence[str]) -> dict[str, Key]:
        """Return these keys by their id; those that were destroyed are left out.

        Raises:
            StorageError: one was never here, or the master key is another one.
        """
        found: dict[str, bytes | None] = {}
        async with AsyncSession(self.engine) as rows:
            for start in range(0, len(key_ids), LOOKED_UP_AT_ONCE):
                some = key_ids[start : start + LOOKED_UP_AT_ONCE]
                wanted = select(WrappedKeyRow.id, WrappedKeyRow.wrapped).where(WrappedKeyRow.id.in_(some))
                found.update({row.id: row.wrapped for row in await rows.execute(wanted)})
        if len(found) < len(set(key_ids)):
            raise StorageError("a key is missing from the key store", code="key_missing")
        return {key_id: self._unwrapped(key_id, wrapped) for key_id, wrapped in found.items() if wrapped is not None}

    def _unwrapped(self, key_id: str, wrapped: bytes) -> Key:
        try:
            return Key(key_id, aes_key_unwrap(self.master, wrapped))
        except InvalidUnwrap:
            raise StorageError("the master key does not open this key store", code="master_key") from None

    async def standing(self, key_ids: Sequence[str]) -> list[str]:
        """Return which of these keys have not been destroyed."""
        async with AsyncSession(self.engine) as rows:
            wanted = select(WrappedKeyRow.id).where(WrappedKeyRow.id.in_(key_ids), WrappedKeyRow.wrapped.is_not(None))
            return list((await rows.scalars(wanted)).all())

    async def destroy(self, key_id: str, *, now: datetime) -> None:
        """Destroy a key; doing it twice is harmless. On SQLite the old page leaves the write-ahead file as well."""
        async with AsyncSession(self.engine) as rows:
            row = await rows.get(WrappedKeyRow, key_id)
            if row is not None and row.wrapped is not None:
                row.wrapped = None
                row.destroyed_at = now
            await rows.commit()
        if self.sqlite and self.engine.url.database:
            await asyncio.to_thread(_empty_write_ahead_file, self.engine.url.database)

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def _empty_write_ahead_file(path: str) -> None:
    # A destroyed key must not survive in the write-ahead file; outside SQLAlchemy, because this cannot run inside
    # the transaction that it would begin.
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
