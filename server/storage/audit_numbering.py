"""Numbering: the entries that wait get their places, the tree grows over them, and its new root is signed.

Written over a plain synchronous connection, so that on SQLite a whole turn is one piece of work in one thread. The
statements that run once per entry go to the driver as they are: SQLAlchemy's own handling of parameters would take
longer than the databases do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from audit.checkpoint import Checkpoint, Signer, sign
from audit.tree import Frontier, leaf_hash
from server.errors import StorageError
from server.storage.audit_references import write_references
from server.storage.database import ENTRIES
from server.storage.driver_sql import execute_many
from server.storage.tables import AuditCheckpointRow, AuditLogRow

LOGS = AuditLogRow.metadata.tables[AuditLogRow.__tablename__]
CHECKPOINTS = AuditCheckpointRow.metadata.tables[AuditCheckpointRow.__tablename__]

GIVE_PLACE = "UPDATE audit_entries SET log_id = ?, number = ? WHERE id = ?"
STORE_NODE = "INSERT INTO audit_nodes (log_id, level, number, digest) VALUES (?, ?, ?, ?)"

BATCH = 2000
"""Entries numbered in one transaction."""

IS_OPEN = LOGS.c.closed_at.is_(None)
OPEN_LOG = select(LOGS.c.id, LOGS.c.origin, LOGS.c.frontier).where(IS_OPEN).with_for_update()
WAITING = select(ENTRIES.c.id, ENTRIES.c.line).where(ENTRIES.c.number.is_(None)).order_by(ENTRIES.c.id)


@dataclass(slots=True)
class OpenLog:
    """The log that grows, locked: nobody else can extend or close it until the transaction ends."""

    id: int
    origin: str
    frontier: Frontier


def lock_log(connection: Connection) -> OpenLog:
    """Return the open log, locked.

    Raises:
        StorageError: no log is open.
    """
    while (row := connection.execute(OPEN_LOG).one_or_none()) is None:
        # Who waited here while the log was closed finds none: PostgreSQL sees the next one only in another statement.
        if connection.scalar(select(LOGS.c.id).where(IS_OPEN)) is None:
            raise StorageError("no audit log is open; run `casuskring migrate`", code="log_missing")
    return OpenLog(row.id, row.origin, Frontier.from_bytes(row.frontier))


def number_waiting(connection: Connection, log: OpenLog, signer: Signer, now: datetime) -> int:
    """Number the rows that wait, at most `BATCH`, in a locked log, and return how many there were."""
    waiting = connection.execute(WAITING.limit(BATCH)).all()
    if waiting:
        extend(connection, log, [(row[0], row[1]) for row in waiting], signer, now)
    return len(waiting)


def extend(
    connection: Connection, log: OpenLog, rows: Sequence[tuple[int, bytes]], signer: Signer, now: datetime
) -> None:
    """Give these rows (id and line) the next places of a locked log, store the nodes and sign the checkpoint."""
    first = log.frontier.size
    nodes = log.frontier.extend([leaf_hash(line) for _id, line in rows])
    execute_many(connection, GIVE_PLACE, [(log.id, first + at, row_id) for at, (row_id, _line) in enumerate(rows)])
    # In the order of their key: the tree that holds them is walked once.
    execute_many(connection, STORE_NODE, [(log.id, *node) for node in sorted(nodes)])
    write_references(connection, log.id, [(first + at, line) for at, (_id, line) in enumerate(rows)])
    size = log.frontier.size
    state = {"size": size, "frontier": log.frontier.to_bytes()}
    connection.execute(update(LOGS).where(LOGS.c.id == log.id).values(state))
    store_checkpoint(connection, log.id, Checkpoint(log.origin, size, log.frontier.root()), signer, now)


def store_checkpoint(connection: Connection, log_id: int, point: Checkpoint, signer: Signer, now: datetime) -> None:
    """Sign a checkpoint and store it."""
    row = {"log_id": log_id, "size": point.size, "note": sign(point, signer), "signed_at": now}
    connection.execute(insert(CHECKPOINTS).values(row))
