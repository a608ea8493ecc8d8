"""SQLite by the short way: a piece of work runs whole in one thread, over one connection that stays open.

Through the async driver every statement is a journey to another thread and back, and the transaction of a single audit
entry is eight of them: ten times what the disk takes. Here it is one. The connection has the same pragmas as every
other, so what has returned is on disk just the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from server.storage.checkpoints import BACKSTOP, Checkpoints
from server.storage.driver_sql import execute_many

Argument = TypeVar("Argument")
Result = TypeVar("Result")

INSERT = "INSERT INTO audit_entries (line) VALUES "
ONE_STATEMENT = 1000
"""Lines in one statement, well under what SQLite can bind."""

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA secure_delete=ON",  # erased text is overwritten, not only unlinked
    BACKSTOP,
)
BEGIN = "BEGIN IMMEDIATE"


def prepare(engine: Engine, pragmas: Sequence[str]) -> None:
    """Give every connection of this engine these pragmas, and let its transactions begin with the right to write."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own implicit transactions begin too late for a read-then-write; "begin" below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(BEGIN)


class Direct:
    """The short way to one SQLite file. Whoever uses it holds the database's writing lock."""

    def __init__(self, path: str, pragmas: Sequence[str]) -> None:
        self._engine = create_engine(f"sqlite:///{path}", poolclass=StaticPool, hide_parameters=True)
        prepare(self._engine, pragmas)
        self._driver: sqlite3.Connection | None = None
        self._checkpoints = Checkpoints(path)
        # A plain queue and not an executor: that wraps every answer twice, which takes a tenth of what the disk does.
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="casuskring-direct", daemon=True)
        self._thread.start()

    async def append(self, lines: Sequence[bytes]) -> None:
        """Make these audit entries durable, without a number, in a transaction of their own.

        Raises:
            OperationalError: the database refuses.
        """
        await self._there(self._append, lines)

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return what `work` returns, its transaction durable; when it raises, nothing has been done."""
        return await self._there(self._run, work)

    async def close(self) -> None:
        """Close the connection and end the thread."""
        await self._there(self._close, None)
        self._jobs.put(None)

    def _close(self, _nothing: None) -> None:
        self._checkpoints.close()
        self._engine.dispose()

    def _there(self, work: Callable[[Argument], Result], argument: Argument) -> asyncio.Future[Result]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()

        def job() -> None:
            try:
                result = work(argument)
            except Exception as error:  # noqa: BLE001 - it is raised where the work is awaited
                tell(loop, answer, answer.set_exception, error)
            else:
                tell(loop, answer, answer.set_result, result)

        self._jobs.put(job)
        return answer

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def _append(self, lines: Sequence[bytes]) -> None:
        if len(lines) > ONE_STATEMENT:
            self._run(lambda connection: execute_many(connection, INSERT + "(?)", [(line,) for line in lines]))
            return
        try:
            driver = self._driver or self._connected()
            # One statement is a transaction by itself, and gives up the interpreter once instead of three times.
            driver.execute(INSERT + "(?)" + ", (?)" * (len(lines) - 1), lines)
        except sqlite3.Error as error:
            raise OperationalError(INSERT, None, error, hide_parameters=True) from None
        self._checkpoints.note()

    def _connected(self) -> sqlite3.Connection:
        lent = self._engine.raw_connection()  # the pool has this one connection, so it may be kept
        driver: sqlite3.Connection = lent.driver_connection  # type: ignore[assignment]
        lent.close()
        self._driver = driver
        return driver

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with self._engine.begin() as connection:
            result = work(connection)
        self._checkpoints.note()
        return result


def tell(
    loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Any], how: Callable[[Any], None], what: object
) -> None:
    """Give a future its outcome from another thread; nobody may be waiting any more."""

    def in_the_loop() -> None:
        if not answer.done():
            how(what)

    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(in_the_loop)
