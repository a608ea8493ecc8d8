"""`casuskring bench audit`: what the log costs beside inserts without a hash, a hash chain, and the machine itself."""

from __future__ import annotations

import asyncio
import hashlib
import secrets as chance
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from audit.checkpoint import Checkpoint, Signer
from audit.events import Event
from audit.export import ENTRIES, write_export
from audit.verify import verify_export
from server.app import log_signer
from server.commands import bench_audit_yardsticks
from server.commands.bench_desk import DESK_ENTRIES, questions
from server.commands.bench_report import BenchError, Figure, Report, median
from server.commands.serving import migrate, opened
from server.settings import Settings
from server.storage.audit_log import SERVICE, Who, latest_checkpoint, record
from server.storage.audit_numbering import (
    GIVE_PLACE,
    LOGS,
    STORE_NODE,
    WAITING,
    OpenLog,
    lock_log,
    number_waiting,
    store_checkpoint,
)
from server.storage.audit_references import write_references
from server.storage.driver_sql import execute_many
from server.storage.store import Store
from server.storage.tables import AuditEntryRow

TRANSACTIONS = 60
PER_TRANSACTION = 100
"""Entries that are written together, and then numbered and signed together."""
ROUNDS = 5
SESSION = "5" * 32
MEMBER = Who("r1", "member", "o1")

Number = Callable[[Connection, Signer], None]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round took, in seconds per entry."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking an export took, in processor seconds per entry, and hashing the same file once."""

    check: float
    hashing: float


def measure(*, desk_entries: int = DESK_ENTRIES) -> Report:
    """Measure the three ways in turn, in several rounds, the verification of what the last one wrote, and an officer's
    questions to a log of `desk_entries` entries.

    Raises:
        BenchError: an export did not verify.
    """
    return asyncio.run(_measure(desk_entries))


async def _measure(desk_entries: int) -> Report:
    ways: dict[str, Number | None] = {"bare": None, "plain": _plain, "chain": _chain, "tree": _tree}
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    with tempfile.TemporaryDirectory(prefix="casuskring-bench-") as name:
        folder = Path(name)
        for turn in range(ROUNDS):
            for way, number in ways.items():
                settings = _settings(folder / f"{way}-{turn}")
                await migrate(settings, now=_now, random_bytes=chance.token_bytes)
                costs[way].append(await _write(settings, number))
        verified, lines = await _verify(settings, folder / "export")
        # In a store of its own: what it appends must not count in the rounds above.
        settings = _settings(folder / "yardsticks")
        await migrate(settings, now=_now, random_bytes=chance.token_bytes)
        async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
            found = await bench_audit_yardsticks.measure(store, folder, lines)
        settings = _settings(folder / "desk")
        await migrate(settings, now=_now, random_bytes=chance.token_bytes)
        desk = await questions(settings, desk_entries)
    return _report(costs, verified, found, desk)


def _settings(folder: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{folder}/casuskring.sqlite", secrets_dir=folder / "secrets")


def _now() -> datetime:
    return datetime.now(UTC)


async def _write(settings: Settings, number: Number | None) -> Cost:
    signer = log_signer(settings)
    async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
        # So that the write-ahead file has the size that it keeps, and all statements are prepared.
        await _turns(store, signer, number, TRANSACTIONS // 4)
        began = time.perf_counter(), time.process_time()
        await _turns(store, signer, number, TRANSACTIONS)
        ended = time.perf_counter(), time.process_time()
    entries = TRANSACTIONS * PER_TRANSACTION
    return Cost((ended[0] - began[0]) / entries, (ended[1] - began[1]) / entries)


async def _turns(store: Store, signer: Signer, number: Number | None, transactions: int) -> None:
    """Write as a busy room does: what a member did, which the desk's index has, and its delivery, which it has not."""

    def numbered(connection: Connection) -> None:
        if number is not None:
            number(connection, signer)

    for turn in range(transactions):
        async with store.database.transaction() as uow:
            for place in range(PER_TRANSACTION // 2):
                here = ("session", SESSION, f"seq:{turn * PER_TRANSACTION + place}")
                record(uow, Event.ROOM_COMMAND, MEMBER, objects=(here,), reason="Contributed")
                record(uow, Event.ROOM_EVENT_DELIVERED, SERVICE, objects=(here,), reason="contributed")
        if number is not None:
            await store.database.run(numbered)


def _tree(connection: Connection, signer: Signer) -> None:
    number_waiting(connection, lock_log(connection), signer, _now())


def _plain(connection: Connection, signer: Signer) -> None:
    """Number the waiting rows and fill the desk's index as the sequencer does, without a hash or a signature."""
    del signer
    _places(connection)


def _places(connection: Connection) -> tuple[OpenLog, int, list[bytes]]:
    log = lock_log(connection)
    first = connection.scalar(select(LOGS.c.size).where(LOGS.c.id == log.id)) or 0
    rows = connection.execute(WAITING).all()
    execute_many(connection, GIVE_PLACE, [(log.id, first + at, row[0]) for at, row in enumerate(rows)])
    write_references(connection, log.id, [(first + at, row[1]) for at, row in enumerate(rows)])
    connection.execute(update(LOGS).where(LOGS.c.id == log.id).values(size=first + len(rows)))
    return log, first, [row[1] for row in rows]


def _chain(connection: Connection, signer: Signer) -> None:
    """The same, with one chained digest for each entry instead of a tree, and a signature."""
    log, first, lines = _places(connection)
    last = hashlib.sha256(str(first).encode()).digest()
    digests = []
    for number, line in enumerate(lines, first):
        last = hashlib.sha256(last + line).digest()
        digests.append((log.id, 0, number, last))
    execute_many(connection, STORE_NODE, digests)
    store_checkpoint(connection, log.id, Checkpoint(log.origin, first + len(lines), last), signer, _now())


async def _verify(settings: Settings, out: Path) -> tuple[Verified, list[bytes]]:
    signer = log_signer(settings)
    async with (
        opened(settings, now=_now, random_bytes=chance.token_bytes) as store,
        store.database.transaction() as uow,
    ):
        note = await latest_checkpoint(uow)
        lines = (await uow.rows.scalars(select(AuditEntryRow.line).order_by(AuditEntryRow.number))).all()
    if note is None:
        raise BenchError("er is niets ondertekend om te controleren")
    write_export(out, iter(lines), note, str(signer.verifier_key))
    checks, hashings = [], []
    for _ in range(5):
        began = time.process_time()
        verify_export(out, key=signer.verifier_key, since=None)
        checks.append(time.process_time() - began)
        began = time.process_time()
        hashlib.sha256((out / ENTRIES).read_bytes()).digest()
        hashings.append(time.process_time() - began)
    return Verified(median(checks) / len(lines), median(hashings) / len(lines)), list(lines)


def _report(
    costs: dict[str, list[Cost]],
    verified: Verified,
    found: bench_audit_yardsticks.Yardsticks,
    desk: tuple[Figure, ...],
) -> Report:
    names = {
        "bare": "zonder nummer, index of hash",
        "plain": "met nummer en index, zonder hash",
        "chain": "hash-keten, ondertekend",
        "tree": "casuskring (Merkle-boom, ondertekend)",
    }
    middle = {
        way: [median(getattr(one, kind) for one in rounds) for kind in ("wall", "cpu")] for way, rounds in costs.items()
    }
    figures: list[Figure] = []
    for way, of in names.items():
        wall, cpu = middle[way]
        figures += [
            Figure(of, "entries_per_second", 1 / wall, "/s", "vermeldingen per seconde"),
            Figure(of, "cpu_us_per_entry", 1e6 * cpu, "us", "CPU per vermelding"),
            Figure(of, "ratio", middle["plain"][0] / wall, "x", "snelheid tegenover zonder hash"),
            Figure(of, "cpu_ratio", middle["plain"][1] / cpu, "x", "vermeldingen per CPU tegenover zonder hash"),
            Figure(of, "bare_ratio", middle["bare"][0] / wall, "x", "snelheid tegenover zonder nummer, index of hash"),
        ]
    check = "controle van een export"
    figures += [
        Figure(check, "us_per_entry", 1e6 * verified.check, "us", "CPU per vermelding"),
        Figure(check, "entries_per_second", 1 / verified.check, "/s", "vermeldingen per seconde CPU"),
        Figure(check, "sha256_us_per_entry", 1e6 * verified.hashing, "us", "alleen SHA-256 over hetzelfde bestand"),
        *bench_audit_yardsticks.figures(found, verified.check),
    ]
    figures += desk
    return Report(
        "audit",
        f"{TRANSACTIONS} transacties van {PER_TRANSACTION} vermeldingen, middelste van {ROUNDS} rondes om beurten",
        "het logboek op SQLite, duurzaam na elke transactie, die daarna wordt genummerd en ondertekend",
        "dezelfde vermeldingen zonder hash en met een hash-keten, en wat schijf, SHA-256 en pymerkle doen",
        tuple(figures),
        (
            "De wandtijd hangt ook van de schijf af (elke transactie wacht op haar), de CPU-verhouding niet.",
            *bench_audit_yardsticks.remarks(found),
        ),
    )
