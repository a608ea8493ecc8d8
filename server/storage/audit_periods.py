"""The end of one log and the beginning of the next: closing, going on after a restored backup, and the proof of both.

The first entry of the new log names the root and size at which the old one ended, and everything happens in one
transaction, so that at any moment exactly one log is open and nothing stands between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select, update

from audit.checkpoint import Checkpoint, Signer
from audit.events import Event
from audit.succession import predecessor
from audit.tree import Frontier, NodeGetter, consistency_proof, inclusion_proof
from server.errors import NotFound, StorageError
from server.storage.audit_log import SERVICE, entry_line, proof_from_nodes
from server.storage.audit_numbering import (
    CHECKPOINTS,
    LOGS,
    OpenLog,
    extend,
    lock_log,
    number_waiting,
    store_checkpoint,
)
from server.storage.database import ENTRIES, UnitOfWork
from server.storage.tables import AuditCheckpointRow, AuditEntryRow, AuditLogRow


@dataclass(frozen=True, slots=True)
class Turned:
    """The number of the log that was closed, the size that it ended with, and the origin of the one that goes on."""

    closed: int
    size: int
    origin: str


async def close_log(uow: UnitOfWork, signer: Signer, base: str) -> Turned:
    """Number all that waits, end the open log with the entry that says so, and open the next, `base/<number>`.

    Raises:
        StorageError: no log is open.
    """
    return await (await uow.rows.connection()).run_sync(_close, uow, signer, base)


def _close(connection: Connection, uow: UnitOfWork, signer: Signer, base: str) -> Turned:
    old = lock_log(connection)
    while number_waiting(connection, old, signer, uow.now):
        pass
    _append(connection, uow, old, entry_line(uow, Event.LOG_CLOSED, SERVICE, (("log", f"log-{old.id}"),)), signer)
    origin = f"{base}/{_next_number(connection)}"
    return _turn(connection, uow, old, signer, origin=origin, event=Event.LOG_OPENED)


async def reopen_after_restore(uow: UnitOfWork, signer: Signer, base: str) -> Turned:
    """Leave the log of a restored backup as it was last signed, and go on in a new one that says so.

    Not even an entry about it is added to the old log: others may have seen it grow after the backup was made, and it
    would then grow a second time in another way. Its rows without a number go into the new log for the same reason. The
    new name has a random part, because the lost time may have had a next log too.

    Raises:
        StorageError: no log is open.
    """
    return await (await uow.rows.connection()).run_sync(_reopen, uow, signer, base)


def _reopen(connection: Connection, uow: UnitOfWork, signer: Signer, base: str) -> Turned:
    old = lock_log(connection)
    origin = f"{base}/{_next_number(connection)}-{uow.new_id()[:8]}"
    return _turn(connection, uow, old, signer, origin=origin, event=Event.LOG_RESTORED, reason="backup_restored")


def _turn(
    connection: Connection,
    uow: UnitOfWork,
    old: OpenLog,
    signer: Signer,
    *,
    origin: str,
    event: Event,
    reason: str | None = None,
) -> Turned:
    last = Checkpoint(old.origin, old.frontier.size, old.frontier.root())
    if not connection.scalar(select(func.count()).select_from(CHECKPOINTS).where(CHECKPOINTS.c.log_id == old.id)):
        store_checkpoint(connection, old.id, last, signer, uow.now)  # a log in which nothing was numbered yet
    connection.execute(update(LOGS).where(LOGS.c.id == old.id).values(closed_at=uow.now))
    fresh = {"origin": origin, "opened_at": uow.now, "size": 0, "frontier": Frontier().to_bytes()}
    log_id = connection.scalar(insert(LOGS).values(fresh).returning(LOGS.c.id)) or 0
    ended = predecessor(last)
    objects = (("log", f"log-{log_id}"), (ended.kind.value, ended.ref, ended.detail or ""))
    line = entry_line(uow, event, SERVICE, objects, reason=reason)
    _append(connection, uow, OpenLog(log_id, origin, Frontier()), line, signer)
    return Turned(old.id, last.size, origin)


def _append(connection: Connection, uow: UnitOfWork, log: OpenLog, line: bytes, signer: Signer) -> None:
    """Write an entry with its number at once: it must be the last of its log, or the first."""
    row_id = connection.scalar(insert(ENTRIES).values(line=line).returning(ENTRIES.c.id)) or 0
    extend(connection, log, [(row_id, line)], signer, uow.now)


def _next_number(connection: Connection) -> int:
    return 1 + (connection.scalar(select(func.count()).select_from(LOGS)) or 0)


async def last_note(uow: UnitOfWork, log_id: int) -> str | None:
    """Return the newest signed checkpoint of one log, or None when it has none."""
    notes = select(AuditCheckpointRow.note).where(AuditCheckpointRow.log_id == log_id)
    return (await uow.rows.scalars(notes.order_by(AuditCheckpointRow.size.desc()).limit(1))).first()


@dataclass(frozen=True, slots=True)
class Link:
    """One log after another: its last note (empty for the open one), its first entry, and the proof that it is that."""

    note: str
    line: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Succession:
    """How a closed log ended, that it grew to there, and every log since, up to the open one."""

    closed: str
    growth: tuple[bytes, ...]
    links: tuple[Link, ...]


MAX_LINKS = 50
"""Logs after one another in one answer; with a log a year nobody gets there."""


async def succession(uow: UnitOfWork, origin: str, size1: int, size2: int) -> Succession:
    """Return the proof that leads from a closed log at an earlier size to the open log at `size2`.

    Raises:
        NotFound: no closed log has this name or had so many entries, or the open one has fewer than `size2`.
        StorageError: a part of a tree is missing.
    """
    logs = (await uow.rows.scalars(select(AuditLogRow).order_by(AuditLogRow.id))).all()
    place = next((at for at, one in enumerate(logs) if one.origin == origin and one.closed_at is not None), None)
    if place is None or len(logs) - place > MAX_LINKS:
        raise NotFound("Een afgesloten logboek met deze naam is er niet.", code="no_such_log")
    old, later = logs[place], logs[place + 1 :]
    if size1 > old.size or not later or later[-1].closed_at is not None or size2 > later[-1].size:
        raise NotFound("Zo veel vermeldingen heeft dit logboek niet.", code="log_too_short")
    closed = await last_note(uow, old.id)
    growth = await proof_from_nodes(uow, old.id, lambda nodes: consistency_proof(nodes, size1, old.size))
    return Succession(closed or "", growth, await _links(uow, later, size2))


def _first_in(size: int) -> Callable[[NodeGetter], list[bytes]]:
    return lambda nodes: inclusion_proof(nodes, 0, size)


async def _links(uow: UnitOfWork, later: Sequence[AuditLogRow], size: int) -> tuple[Link, ...]:
    links: list[Link] = []
    for one in later:
        first = select(AuditEntryRow.line).where(AuditEntryRow.log_id == one.id, AuditEntryRow.number == 0)
        line = (await uow.rows.scalars(first)).one_or_none()
        if line is None:
            raise StorageError("Het logboek mist zijn eerste vermelding.", code="log_damaged")
        is_open = one.closed_at is None
        until = size if is_open else one.size
        proof = await proof_from_nodes(uow, one.id, _first_in(until))
        links.append(Link("" if is_open else await last_note(uow, one.id) or "", line, proof))
    return tuple(links)
