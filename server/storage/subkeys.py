"""Random subkeys, one for each contribution, kept ready: what a room says must not wait for the key store as well.

They are made in batches, durable and wrapped like every key, before anything is sealed under them. A batch that runs
low is refilled beside the work.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.errors import StorageError
from server.storage.crypto import Key
from server.storage.keystore import KeyStore

BATCH = 128
"""Keys made at once; as many at most are left over when the service stops."""
LOW = 64
"""From here on the next batch is made: a room takes at most this many in one transaction."""

log = structlog.get_logger()


@dataclass(slots=True)
class Subkeys:
    """The subkeys that lie ready on this node. Nothing has been sealed under one before it is taken."""

    keys: KeyStore
    now: Callable[[], datetime]
    _ready: deque[Key] = field(default_factory=deque, repr=False)
    _making: asyncio.Task[None] | None = None

    async def prepare(self, number: int) -> None:
        """Return when that many can be taken, which is nearly always at once.

        Raises:
            SQLAlchemyError, OSError: the key store is away.
        """
        while len(self._ready) < number:
            await asyncio.shield(self._make_more())

    def take(self) -> Key:
        """Return a subkey that was never given out before.

        Raises:
            StorageError: nobody prepared one.
        """
        if not self._ready:
            raise StorageError("no subkey lies ready", code="subkey_missing")
        key = self._ready.popleft()
        if len(self._ready) < LOW:
            self._make_more()
        return key

    def _make_more(self) -> asyncio.Task[None]:
        if self._making is None or self._making.done():
            self._making = asyncio.ensure_future(self._make())
            self._making.add_done_callback(_failed)
        return self._making

    async def _make(self) -> None:
        names = [self.keys.random_bytes(16).hex() for _number in range(BATCH)]
        self._ready.extend(await self.keys.create_many(names, now=self.now()))

    async def close(self) -> None:
        """Let what is being made come to its end."""
        if self._making is not None:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await self._making


def _failed(task: asyncio.Task[None]) -> None:
    # Who needs a key finds out in `prepare`; a batch that was only to be ready in time is made at the next turn.
    if not task.cancelled() and (error := task.exception()):
        log.error("subkeys_not_made", kind=type(error).__name__)
