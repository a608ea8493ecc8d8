"""The write-ahead file moves into the database beside the commits, also while somebody reads."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.storage.checkpoints import BACKSTOP, EVERY, Checkpoints
from server.storage.direct import PRAGMAS

SOON_SECONDS = 60.0
ROW = b"x" * 5000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty table in a file with the service's own pragmas."""
    file = tmp_path / "c.sqlite"
    with opened(file) as connection:
        connection.execute("CREATE TABLE t (row BLOB)")
    return file


@contextlib.contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection as the service opens them."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        for pragma in PRAGMAS:
            connection.execute(pragma)
        yield connection


def write(connection: sqlite3.Connection, checkpoints: Checkpoints, commits: int) -> None:
    """Commit so many times."""
    for _commit in range(commits):
        connection.execute("INSERT INTO t VALUES (?)", (ROW,))
        checkpoints.note()


def soon(condition: Callable[[], bool]) -> bool:
    """Does it become so?"""
    end = time.monotonic() + SOON_SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_the_file_begins_anew_beside_the_commits(path: Path) -> None:
    wal = path.with_name("c.sqlite-wal")
    checkpoints = Checkpoints(str(path))
    with opened(path) as connection:
        write(connection, checkpoints, EVERY - 1)
        assert path.stat().st_size < EVERY * len(ROW), "nothing has moved yet"
        longest = wal.stat().st_size
        write(connection, checkpoints, 1)
        assert soon(lambda: path.stat().st_size > EVERY * len(ROW))
        # That it begins anew shows only in what is written next: it grows no further.
        checkpoints.close()
        write(connection, checkpoints, EVERY // 2)
        assert wal.stat().st_size <= longest * 1.1
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (EVERY + EVERY // 2,)


def test_a_reader_of_old_pages_holds_nobody_up(path: Path) -> None:
    checkpoints = Checkpoints(str(path))
    with opened(path) as connection, opened(path) as reader:
        write(connection, checkpoints, 5)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (5,)
        write(connection, checkpoints, 2 * EVERY)
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (5,)
        reader.execute("COMMIT")
        write(connection, checkpoints, EVERY)
        assert soon(lambda: path.stat().st_size > 2 * EVERY * len(ROW))
        checkpoints.close()


def test_without_the_thread_a_commit_does_it_in_the_end(path: Path) -> None:
    pages = int(BACKSTOP.rpartition("=")[2])
    with opened(path) as connection:
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO t VALUES (?)", ((ROW,) for _row in range(pages)))
        assert path.stat().st_size < pages * len(ROW)
        connection.execute("COMMIT")
        assert path.stat().st_size > pages * len(ROW)


def test_trouble_ends_no_thread_and_closing_waits_for_it(path: Path) -> None:
    checkpoints = Checkpoints(str(path))
    with opened(path) as connection, opened(path) as writer:
        writer.execute("BEGIN IMMEDIATE")  # a checkpoint that wants to begin the file anew finds it busy
        for _commit in range(2 * EVERY):
            checkpoints.note()
        time.sleep(0.1)
        writer.execute("COMMIT")
        write(connection, checkpoints, EVERY)
        assert soon(lambda: path.stat().st_size > EVERY // 2 * len(ROW))
    checkpoints.close()
    assert "casuskring-checkpoints" not in {one.name for one in threading.enumerate()}
    Checkpoints(str(path)).close()
