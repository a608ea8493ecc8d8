"""Rewriting the service's log as somebody can who has its database and its signing key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sqlalchemy import delete, select, update

from audit.checkpoint import Checkpoint, Signer, sign
from audit.tree import Frontier, leaf_hash
from server.app import log_signer
from server.storage.database import UnitOfWork
from server.storage.tables import AuditCheckpointRow, AuditEntryRow, AuditLogRow, AuditNodeRow
from tests.support.service import Service

Lines = list[bytes]


async def settled(service: Service) -> int:
    """Wait until every entry is in a signed checkpoint, and return how many there are."""
    async with asyncio.timeout(30):
        while True:
            async with service.store.database.transaction() as uow:
                waiting = (await uow.rows.scalars(select(AuditEntryRow.id).where(AuditEntryRow.number.is_(None)))).all()
                size = (await uow.rows.scalars(select(AuditLogRow.size))).one()
            if not waiting:
                return size
            await asyncio.sleep(0.05)


async def grow(service: Service, times: int = 1) -> int:
    """Do something that is logged, and wait for the checkpoint."""
    gp = await service.client("gp")
    for _time in range(times):
        await gp.cases()
    return await settled(service)


async def _put_back(uow: UnitOfWork, log: AuditLogRow, lines: Lines) -> bytes:
    """Make stored entries, nodes and frontier those of a log with these lines, and return its root."""
    frontier = Frontier()
    await uow.rows.execute(delete(AuditNodeRow))
    await uow.rows.execute(delete(AuditEntryRow).where(AuditEntryRow.number >= len(lines)))
    for number, line in enumerate(lines):
        await uow.rows.execute(update(AuditEntryRow).where(AuditEntryRow.number == number).values(line=line))
        for level, place, digest in frontier.append(leaf_hash(line)):
            uow.rows.add(AuditNodeRow(log_id=log.id, level=level, number=place, digest=digest))
    log.frontier, log.size = frontier.to_bytes(), frontier.size
    return frontier.root()


async def tamper(service: Service, change: Callable[[Lines], Lines], *, signer: Signer | None = None) -> None:
    """Rewrite the log as somebody can who has the database and the signing key; all of it fits together again."""
    used = signer or log_signer(service.settings)
    async with service.store.database.transaction() as uow:
        log = (await uow.rows.scalars(select(AuditLogRow))).one()
        numbered = select(AuditEntryRow.line).where(AuditEntryRow.number.is_not(None)).order_by(AuditEntryRow.number)
        root = await _put_back(uow, log, change(list((await uow.rows.scalars(numbered)).all())))
        await uow.rows.execute(delete(AuditCheckpointRow).where(AuditCheckpointRow.size >= log.size))
        note = sign(Checkpoint(log.origin, log.size, root), used)
        uow.rows.add(AuditCheckpointRow(log_id=log.id, size=log.size, note=note, signed_at=uow.now))


def rewritten(number: int) -> Callable[[Lines], Lines]:
    """Return the change of one old entry: another actor did it."""

    def change(lines: Lines) -> Lines:
        whole = list(lines)
        whole[number] = whole[number].replace(b'"actor":"', b'"actor":"x')
        assert whole != lines
        return whole

    return change
