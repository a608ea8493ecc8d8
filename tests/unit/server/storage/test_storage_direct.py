"""The short way to SQLite: whole or not at all, as durable as the long way, and an error is the same error."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from server.errors import NotFound
from server.storage.direct import PRAGMAS, Direct


def _create(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE audit_entries (id INTEGER PRIMARY KEY, line BLOB NOT NULL)"))


def _lines(connection: Connection) -> list[bytes]:
    return list(connection.scalars(text("SELECT line FROM audit_entries ORDER BY id")).all())


@pytest.fixture
async def direct(tmp_path: Path) -> AsyncIterator[Direct]:
    """The short way to a file with a table of entries."""
    way = Direct(str(tmp_path / "log.sqlite"), PRAGMAS)
    await way.run(_create)
    yield way
    await way.close()


async def test_entries_are_there_in_their_order_however_many(direct: Direct) -> None:
    parts = [[b"a"], [b"b", b"c"], [b"%d" % number for number in range(2500)]]
    for part in parts:
        await direct.append(part)
    assert await direct.run(_lines) == [line for part in parts for line in part]


async def test_it_syncs_at_every_commit_and_erases_what_is_deleted(direct: Direct) -> None:
    def pragmas(connection: Connection) -> list[int | str | None]:
        names = ("synchronous", "journal_mode", "secure_delete", "foreign_keys")
        return [connection.scalar(text(f"PRAGMA {name}")) for name in names]

    assert await direct.run(pragmas) == [2, "wal", 1, 1]


async def test_work_that_fails_has_done_nothing(direct: Direct) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("INSERT INTO audit_entries (line) VALUES (x'00')"))
        raise NotFound

    with pytest.raises(NotFound):
        await direct.run(fail)
    await direct.append([b"after"])
    assert await direct.run(_lines) == [b"after"]


async def test_a_refusing_database_is_the_same_error_as_elsewhere_and_tells_no_line(direct: Direct) -> None:
    await direct.append([b"before"])
    await direct.run(lambda connection: connection.execute(text("ALTER TABLE audit_entries RENAME TO gone")) and None)
    with pytest.raises(OperationalError) as raised:
        await direct.append([b"canary"])
    assert "canary" not in str(raised.value)


async def test_who_does_not_wait_for_the_answer_disturbs_nobody(direct: Direct) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        go_on.wait(10)
        connection.execute(text("INSERT INTO audit_entries (line) VALUES (x'61')"))

    task = asyncio.create_task(direct.run(slow))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    await direct.append([b"b"])
    assert await direct.run(_lines) == [b"a", b"b"]
