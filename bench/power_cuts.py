"""The power fails at any moment while the service's own store writes: is anything lost that was acknowledged?

`python bench/power_cuts.py --cuts 20000` records every write, truncation, sync and deletion that SQLite does for the
real `Database` (opened by `server.storage.database.connect`, so in WAL mode with `synchronous=FULL`), with the moments
at which a transaction returned. Then it cuts the power: at every operation in turn, many times over, it makes the files
as a disk may have left them, opens them with SQLite, and looks.

What a disk may have left: everything up to a file's last sync, and for each 512-byte sector that was written since, any
of the contents that it had since then, each sector on its own. So later writes can be there without earlier ones, a
page can be torn, a file can end anywhere; a file that was made or deleted since can be there, or not. Every write goes
to the disk whole or not at all within a sector, and a sector that is not written stays as it is: SQLite counts on that.

What must hold: `PRAGMA integrity_check` says ok; every transaction that returned is there, and each is there whole
with none missing before it; the numbered log is as long as was acknowledged, its nodes and its checkpoint fit.

Two controls must fail, or the simulation shows nothing: the same with `synchronous=NORMAL`, which loses acknowledged
transactions, and the same on a disk that ignores syncs, which also damages the database. The recorded store differs
from the service's in one way: its WAL is checkpointed every 7 commits, not 256, by the service's own thread, and every
40 pages by SQLite, so that a short recording holds many of both.
The exit status is 1 when anything came out otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from audit.checkpoint import Signer  # noqa: E402 - the folder of the project comes first
from audit.entry import Source  # noqa: E402
from audit.events import Event  # noqa: E402
from audit.tree import Frontier  # noqa: E402
from bench.recording_vfs import Op, recorded  # noqa: E402
from server.storage import checkpoints  # noqa: E402
from server.storage.audit_log import SERVICE, Sequencer, open_log, record  # noqa: E402
from server.storage.database import Database, connect  # noqa: E402
from server.storage.direct import PRAGMAS  # noqa: E402
from server.storage.tables import (  # noqa: E402
    AuditCheckpointRow,
    AuditEntryRow,
    AuditLogRow,
    AuditNodeRow,
    Base,
)

NAME = "casuskring.sqlite"
SECTOR = 512
PER_TRANSACTION = 3
BEFORE_NUMBERING = 5
"""Transactions between two turns of the sequencer."""
CHECKPOINT_PAGES = 40
CHECKPOINT_COMMITS = 7
SIGNER = Signer("bench.example/log", bytes(range(32)))
WRITTEN, NUMBERED = "written", "numbered"
_MARK = re.compile(rb'"detail":"tx:([0-9]+)"')


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one run of the store did: the files as they were durable before it, and all that followed."""

    before: dict[str, bytes]
    ops: tuple[Op, ...]


# --- recording -------------------------------------------------------------------------------------------------


def record_store(folder: Path, *, transactions: int, sessions: int = 3, synchronous: str = "FULL") -> Recorded:
    """Let the real store write, opened and closed that many times, and return what it did to its files."""
    path = folder / NAME
    asyncio.run(_prepare(path))
    before = {NAME: path.read_bytes()}
    with recorded() as recording, patch.object(checkpoints, "EVERY", CHECKPOINT_COMMITS):
        for session in range(sessions):
            numbers = range(session * transactions // sessions, (session + 1) * transactions // sessions)
            asyncio.run(_write(path, numbers, recording.acknowledge, synchronous))
    return Recorded(before, tuple(recording.ops))


def _database(path: Path, synchronous: str) -> Database:
    pragmas = [*PRAGMAS, f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}"]
    if synchronous != "FULL":  # otherwise as the service itself opens it
        pragmas.append(f"PRAGMA synchronous={synchronous}")
    engine = connect(f"sqlite:///{path}", pragmas=pragmas)
    draws = random.Random(1)  # noqa: S311 - the same recording each time, no secrets
    began = datetime(2026, 1, 1, tzinfo=UTC)
    moments = (began + timedelta(seconds=turn) for turn in range(10**9))
    source = Source("site-bench", "service")
    return Database(engine, lambda: next(moments), draws.randbytes, source, sqlite=True, pragmas=pragmas)


async def _prepare(path: Path) -> None:
    database = _database(path, "FULL")
    tables = [one.metadata.tables[one.__tablename__] for one in (AuditLogRow, AuditEntryRow, AuditNodeRow)]
    tables.append(AuditCheckpointRow.metadata.tables[AuditCheckpointRow.__tablename__])
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: Base.metadata.create_all(sync, tables=tables))
    async with database.transaction() as uow:
        await open_log(uow, SIGNER.name)
    await database.close()


async def _write(path: Path, numbers: range, acknowledge: Any, synchronous: str) -> None:
    database = _database(path, synchronous)
    sequencer = Sequencer(database, SIGNER)
    for number in numbers:
        async with database.transaction() as uow:
            for _entry in range(PER_TRANSACTION):
                record(uow, Event.ROOM_COMMAND, SERVICE, objects=(("session", "a" * 32, f"tx:{number}"),))
        acknowledge(WRITTEN, number)
        if number % BEFORE_NUMBERING == BEFORE_NUMBERING - 1:
            await sequencer.sequence()
            acknowledge(NUMBERED, 1 + (number + 1) * PER_TRANSACTION)  # and the entry that opened the log
    await database.close()


# --- the disk --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class DiskFile:
    """A file: what its last sync made certain, and what was done since."""

    certain: bytearray = field(default_factory=bytearray)
    since: list[Op] = field(default_factory=list)

    def sync(self) -> None:
        """Make certain all that was done."""
        for op in self.since:
            _apply(self.certain, op)
        self.since.clear()

    def left(self, rng: random.Random, fresh: float) -> bytes:
        """Return the file as a power cut may leave it.

        Args:
            fresh: how likely it is that a sector holds the newest of its contents; otherwise it is any of them.
        """
        image = bytearray(self.certain)
        pieces: dict[int, list[Op]] = {}
        for op in self.since:
            if op.kind == "truncate":
                # The length is kept apart from the contents: it is old or new, and then what follows may still be cut.
                if rng.random() < 0.5:
                    _apply(image, op)
                continue
            for sector in range(op.at // SECTOR, (op.at + len(op.data) - 1) // SECTOR + 1):
                start, end = max(op.at, sector * SECTOR), min(op.at + len(op.data), (sector + 1) * SECTOR)
                piece = Op("write", op.name, start, op.data[start - op.at : end - op.at])
                pieces.setdefault(sector, []).append(piece)
        for contents in pieces.values():
            newest = len(contents)
            for piece in contents[: newest if rng.random() < fresh else rng.randint(0, newest)]:
                _apply(image, piece)
        return bytes(image)


def _apply(image: bytearray, op: Op) -> None:
    if op.kind == "truncate":
        del image[op.at :]
        return
    if len(image) < op.at:
        image.extend(bytes(op.at - len(image)))
    image[op.at : op.at + len(op.data)] = op.data


class Disk:
    """The folder: which file each name stands for, for certain and possibly."""

    def __init__(self, before: dict[str, bytes], *, ignores_syncs: bool = False) -> None:
        self._ignores_syncs = ignores_syncs
        # The last one is what the running system sees; the first one is certain. None is no file.
        self._names: dict[str, list[DiskFile | None]] = {
            name: [DiskFile(bytearray(data))] for name, data in before.items()
        }

    def do(self, op: Op) -> None:
        """Do one recorded operation."""
        possible = self._names.setdefault(op.name, [None])
        file = possible[-1]
        if op.kind == "delete":
            possible.append(None)
            if op.at and not self._ignores_syncs:  # SQLite had the folder synced too
                del possible[:-1]
        elif op.kind == "open":
            if file is None:
                possible.append(DiskFile())
        elif file is None:
            raise ValueError("a file that is not there was written")
        elif op.kind != "sync":
            file.since.append(op)
        elif not self._ignores_syncs:
            # SQLite syncs the folder with the first sync of a file that it made, so its name is certain as well.
            file.sync()
            del possible[:-1]

    def left(self, rng: random.Random) -> dict[str, bytes]:
        """Return the files as a power cut at this moment may leave them."""
        fresh = rng.choice((0.0, 0.3, 0.8, 0.97, 1.0))
        found: dict[str, bytes] = {}
        for name, possible in self._names.items():
            file = possible[-1] if rng.random() < fresh else rng.choice(possible)
            if file is not None:
                found[name] = file.left(rng, fresh)
        return found


# --- looking ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What had been acknowledged when the power failed."""

    written: int = -1
    numbered: int = 0

    def note(self, op: Op) -> None:
        """Take in one acknowledgement."""
        if op.name == WRITTEN:
            self.written = op.at
        else:
            self.numbered = op.at


def wrong_with(files: dict[str, bytes], folder: Path, told: Told) -> str:
    """Open what the cut left, and return what is wrong with it, in one word; nothing when all is well."""
    for old in folder.iterdir():
        old.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    connection = sqlite3.connect(folder / NAME, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return "damaged"
        return _wrong_rows(connection, told)
    except sqlite3.DatabaseError:
        return "damaged"
    finally:
        connection.close()


def _wrong_rows(connection: sqlite3.Connection, told: Told) -> str:
    rows = connection.execute("SELECT number, line FROM audit_entries ORDER BY id").fetchall()
    found = Counter(int(mark[1]) for _number, line in rows if (mark := _MARK.search(line)))
    if set(found) != set(range(len(found))) or any(count != PER_TRANSACTION for count in found.values()):
        return "half"
    if len(found) <= told.written:
        return "lost"
    size, frontier = connection.execute("SELECT size, frontier FROM audit_logs").fetchone()
    if size < told.numbered:
        return "lost"
    numbers = [number for number, _line in rows if number is not None]
    leaves = connection.execute("SELECT count(*) FROM audit_nodes WHERE level = 0").fetchone()[0]
    signed = connection.execute("SELECT max(size) FROM audit_checkpoints").fetchone()[0] or 0
    if numbers != list(range(size)) or leaves != size or signed != size or Frontier.from_bytes(frontier).size != size:
        return "half"
    return ""


def cut(recorded_store: Recorded, cuts: int, rng: random.Random, *, ignores_syncs: bool = False) -> Counter[str]:
    """Cut the power that many times, spread over all operations; return how often what was wrong ("" is nothing)."""
    outcomes: Counter[str] = Counter()
    disk, told = Disk(recorded_store.before, ignores_syncs=ignores_syncs), Told()
    memory = Path("/dev/shm")  # noqa: S108 - a file system in memory, where there is one: only the speed depends on it
    with tempfile.TemporaryDirectory(prefix="casuskring-cut-", dir=memory if memory.is_dir() else None) as name:
        count = len(recorded_store.ops)
        for number, op in enumerate(recorded_store.ops):
            if op.kind == "acknowledge":
                told.note(op)
            else:
                disk.do(op)
            for _time in range(cuts * (number + 1) // count - cuts * number // count):
                outcomes[wrong_with(disk.left(rng), Path(name), told)] += 1
    return outcomes


def _run(what: str, store: Recorded, cuts: int, rng: random.Random, *, ignores_syncs: bool = False) -> Counter[str]:
    began = time.perf_counter()
    found = cut(store, cuts, rng, ignores_syncs=ignores_syncs)
    print(
        f"{what}: {cuts} cuts in {time.perf_counter() - began:.0f} s | as it must be {found['']} | "
        f"acknowledged and lost {found['lost']} | half a transaction {found['half']} | damaged {found['damaged']}",
        flush=True,
    )
    return found


def main(arguments: list[str]) -> int:
    """Record, cut, print the counts; return 1 when the store lost anything, or a control lost nothing."""
    parser = argparse.ArgumentParser(description="Cut the power of a recorded store.")
    parser.add_argument("--cuts", type=int, default=20_000)
    parser.add_argument("--control-cuts", type=int, default=1000)
    parser.add_argument("--transactions", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)  # noqa: S311 - draws that can be repeated, no secrets
    stores: dict[str, Recorded] = {}
    for synchronous in ("FULL", "NORMAL"):
        with tempfile.TemporaryDirectory(prefix="casuskring-cut-") as name:
            store = record_store(Path(name), transactions=options.transactions, synchronous=synchronous)
        kinds = Counter(op.kind for op in store.ops)
        counts = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        print(f"recorded with synchronous={synchronous}: {options.transactions} transactions | {counts}", flush=True)
        stores[synchronous] = store
    normal = _run("control, synchronous=NORMAL", stores["NORMAL"], options.control_cuts, rng)
    lying = _run("control, a disk that ignores syncs", stores["FULL"], options.control_cuts, rng, ignores_syncs=True)
    full = _run("the store as the service opens it", stores["FULL"], options.cuts, rng)
    controls = normal["lost"] > 0 and normal["damaged"] == normal["half"] == 0 and lying["damaged"] > 0
    return 0 if controls and full[""] == options.cuts else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
