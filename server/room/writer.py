"""One writer for all rooms of a node: what waits in any of them is stored in one transaction.

A sync of the disk takes as long for one event as for a hundred, so what comes in meanwhile shares
the next one.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from server.sessions import plain
from server.sessions.journal import Outdated
from server.sessions.plain import Batch
from server.storage.database import Database

Waiting = tuple[Batch, "asyncio.Future[None]"]


@dataclass(slots=True)
class Writer:
    """Stores the batches of all rooms, each durable when `store` returns."""

    database: Database
    _waiting: list[Waiting] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None

    async def store(self, batch: Batch) -> None:
        """Make a batch durable, with whatever other rooms have waiting.

        Raises:
            Outdated: another node has written to this session.
            SQLAlchemyError, OSError: the database refuses; it is then not known whether anything was stored.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, done))
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                await self._together(together)
        finally:
            self._task = None

    async def _together(self, waiting: list[Waiting]) -> None:
        try:
            await self.database.run(partial(plain.store, [batch for batch, _done in waiting]))
        except (Outdated, SQLAlchemyError, OSError) as error:
            if len(waiting) == 1:
                _tell(waiting[0][1], error)
                return
            # One of them may be to blame, and it alone is told. Had they been stored, their heads would say so.
            for one in waiting:
                await self._together([one])
        except BaseException:
            for _batch, done in waiting:
                _tell(done, RuntimeError("the writer stopped"))
            raise
        else:
            self.database.wake_sequencer()
            for _batch, done in waiting:
                _tell(done, None)


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    # Nobody may be waiting any more.
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
