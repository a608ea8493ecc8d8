"""The end of one log and the beginning of the next: closing, going on after a restored backup, and the proof of both.

The first entry of the new log names the root and size at which the old one ended, and everything happens in one
transaction, so that at any moment exactly one log is open and nothing stands between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from audit.checkpoint import Checkpoint, Signer, sign
from audit.events import Event
from audit.succession import predecessor
from audit.tree import Frontier, NodeGetter, consistency_proof, inclusion_proof
from server.errors import NotFound, StorageError
from server.storage.audit_log import (
    SERVICE,
    Objects,
    entry_line,
    extend,
    lock_log,
    number_waiting,
    proof_from_nodes,
)
from server.storage.database import UnitOfWork
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
    old = await lock_log(uow)
    while await number_waiting(uow, old, signer):
        pass
    await _append(uow, old, Event.LOG_CLOSED, (("log", f"log-{old.id}"),), signer)
    return await _turn(uow, old, signer, f"{base}/{await _next_number(uow)}", Event.LOG_OPENED)


async def reopen_after_restore(uow: UnitOfWork, signer: Signer, base: str) -> Turned:
    """Leave the log of a restored backup as it was last signed, and go on in a new one that says so.

    Not even an entry about it is added to the old log: others may have seen it grow after the backup was made, and it
    would then grow a second time in another way. Its rows without a number go into the new log for the same reason. The
    new name has a random part, because the lost time may have had a next log too.

    Raises:
        StorageError: no log is open.
    """
    old = await lock_log(uow)
    origin = f"{base}/{await _next_number(uow)}-{uow.new_id()[:8]}"
    return await _turn(uow, old, signer, origin, Event.LOG_RESTORED, reason="backup_restored")


async def _turn(
    uow: UnitOfWork, old: AuditLogRow, signer: Signer, origin: str, event: Event, *, reason: str | None = None
) -> Turned:
    last = Checkpoint(old.origin, old.size, Frontier.from_bytes(old.frontier).root())
    if await uow.rows.get(AuditCheckpointRow, (old.id, old.size)) is None:  # a log in which nothing was numbered yet
        note = sign(last, signer)
        uow.rows.add(AuditCheckpointRow(log_id=old.id, size=old.size, note=note, signed_at=uow.now))
    old.closed_at = uow.now
    new = AuditLogRow(origin=origin, opened_at=uow.now, size=0, frontier=Frontier().to_bytes())
    uow.rows.add(new)
    await uow.rows.flush()
    ended = predecessor(last)
    objects = (("log", f"log-{new.id}"), (ended.kind.value, ended.ref, ended.detail or ""))
    await _append(uow, new, event, objects, signer, reason=reason)
    return Turned(old.id, last.size, origin)


async def _append(
    uow: UnitOfWork, log: AuditLogRow, event: Event, objects: Objects, signer: Signer, *, reason: str | None = None
) -> None:
    """Write an entry with its number at once: it must be the last of its log, or the first."""
    row = AuditEntryRow(line=entry_line(uow, event, SERVICE, objects, reason=reason))
    uow.rows.add(row)
    await uow.rows.flush()
    await extend(uow, log, [(row.id, row.line)], signer)


async def _next_number(uow: UnitOfWork) -> int:
    return 1 + (await uow.rows.scalar(select(func.count()).select_from(AuditLogRow)) or 0)


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
