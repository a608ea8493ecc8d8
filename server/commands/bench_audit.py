"""`casuskring bench audit`: what the log costs beside inserts without a hash, a hash chain, and the machine itself."""

from __future__ import annotations

import asyncio
import hashlib
import secrets as chance
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from audit.checkpoint import Checkpoint, Signer, sign
from audit.events import Event
from audit.export import ENTRIES, write_export
from audit.verify import verify_export
from server.app import log_signer
from server.commands import bench_audit_yardsticks
from server.commands.bench_desk import DESK_ENTRIES, questions
from server.commands.bench_report import BenchError, Figure, Report, median
from server.commands.serving import migrate, opened
from server.settings import Settings
from server.storage.audit_log import GIVE_PLACE, NODES, SERVICE, Sequencer, latest_checkpoint, record
from server.storage.store import Store
from server.storage.tables import AuditCheckpointRow, AuditEntryRow, AuditLogRow

TRANSACTIONS = 150
PER_TRANSACTION = 20
"""Entries of one group of events in a busy room."""
BEFORE_NUMBERING = 10
"""Transactions between two turns of the sequencer, which gathers the rows of a busy moment."""
ROUNDS = 3
SESSION = "5" * 32

Number = Callable[[Store, Signer], Awaitable[None]]


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
    ways: dict[str, Number] = {"plain": _nothing, "chain": _chain, "tree": _tree}
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


async def _write(settings: Settings, number: Number) -> Cost:
    signer = log_signer(settings)
    async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
        began = time.perf_counter(), time.process_time()
        for turn in range(1, TRANSACTIONS + 1):
            async with store.database.transaction() as uow:
                for place in range(PER_TRANSACTION):
                    here = ("session", SESSION, f"seq:{turn * PER_TRANSACTION + place}")
                    record(uow, Event.ROOM_COMMAND, SERVICE, objects=(here,), reason="Contributed")
            if turn % BEFORE_NUMBERING == 0:
                await number(store, signer)
        ended = time.perf_counter(), time.process_time()
    entries = TRANSACTIONS * PER_TRANSACTION
    return Cost((ended[0] - began[0]) / entries, (ended[1] - began[1]) / entries)


async def _nothing(_store: Store, _signer: Signer) -> None:
    return


async def _tree(store: Store, signer: Signer) -> None:
    await Sequencer(store.database, signer).sequence()


async def _chain(store: Store, signer: Signer) -> None:
    """Number the waiting rows as the sequencer does, with one chained digest each instead of a tree."""
    async with store.database.transaction() as uow:
        log_row = (await uow.rows.scalars(select(AuditLogRow).with_for_update())).one()
        found = await uow.rows.execute(
            select(AuditEntryRow.id, AuditEntryRow.line)
            .where(AuditEntryRow.number.is_(None))
            .order_by(AuditEntryRow.id)
        )
        last = hashlib.sha256(log_row.frontier).digest()
        places, digests = [], []
        for size, row in enumerate(found.all(), log_row.size):
            last = hashlib.sha256(last + row.line).digest()
            places.append({"row": row.id, "log": log_row.id, "place": size})
            digests.append({"log_id": log_row.id, "level": 0, "number": size, "digest": last})
        connection = await uow.rows.connection()
        await connection.execute(GIVE_PLACE, places)
        await connection.execute(insert(NODES), digests)
        log_row.size += len(places)
        note = sign(Checkpoint(log_row.origin, log_row.size, last), signer)
        uow.rows.add(AuditCheckpointRow(log_id=log_row.id, size=log_row.size, note=note, signed_at=uow.now))


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
    names = {"plain": "zonder hash", "chain": "hash-keten", "tree": "casuskring (Merkle-boom)"}
    plain_wall, plain_cpu = (median(getattr(one, kind) for one in costs["plain"]) for kind in ("wall", "cpu"))
    figures: list[Figure] = []
    for way, of in names.items():
        wall, cpu = (median(getattr(one, kind) for one in costs[way]) for kind in ("wall", "cpu"))
        figures += [
            Figure(of, "entries_per_second", 1 / wall, "/s", "vermeldingen per seconde"),
            Figure(of, "cpu_us_per_entry", 1e6 * cpu, "us", "CPU per vermelding"),
            Figure(of, "ratio", plain_wall / wall, "x", "snelheid tegenover zonder hash"),
            Figure(of, "cpu_ratio", plain_cpu / cpu, "x", "vermeldingen per CPU tegenover zonder hash"),
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
        "het logboek op SQLite, duurzaam na elke transactie; nummers en handtekening na elke 10 transacties",
        "dezelfde vermeldingen zonder nummer of hash, met een hash-keten, en wat schijf, SHA-256 en pymerkle doen",
        tuple(figures),
        (
            "De wandtijd hangt ook van de schijf af (elke transactie wacht op haar), de CPU-verhouding niet.",
            *bench_audit_yardsticks.remarks(found),
        ),
    )
