"""Bringing SQLite's write-ahead file into the database beside the commits, and not inside one of them.

Left to itself SQLite does it within whichever commit made the file long enough, and everybody in every room waits for
that one. Here a thread with a connection of its own moves most of the file while commits go on, and holds them up only
for what came in meanwhile, so that the file begins anew. What is durable and when does not change: a commit is on disk
in the write-ahead file before it returns. Source: SQLite, "Write-Ahead Logging" §2.3 and PRAGMA wal_checkpoint.
"""

from __future__ import annotations

import contextlib
import sqlite3
from threading import Event, Thread

EVERY = 256
"""Commits between two checkpoints: of a room at work, some five megabytes."""

PATIENCE_SECONDS = 0.02
"""How long commits may be held up by a reader of old pages; the file then begins anew a next time."""

BACKSTOP = "PRAGMA wal_autocheckpoint=8000"
"""Pages (of 4 KiB) after which a commit does it all the same, where no such thread runs or it cannot keep up."""


class Checkpoints:
    """Keeps the write-ahead file of one database short. `note` is called after each commit, from one thread."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._commits = 0
        self._due = Event()
        self._over = False
        self._thread: Thread | None = None

    def note(self) -> None:
        """Something was committed."""
        self._commits += 1
        if self._commits % EVERY:
            return
        if self._thread is None:
            self._thread = Thread(target=self._run, name="casuskring-checkpoints", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        """End the thread, and wait until it has."""
        self._over = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, timeout=PATIENCE_SECONDS, isolation_level=None)
        with contextlib.closing(connection):
            while True:
                self._due.wait()
                self._due.clear()
                if self._over:
                    return
                # A disk that is full, a database that is busy: the backstop remains, and the next time comes.
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                    connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
