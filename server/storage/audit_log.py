"""The audit log's rows: written in the same transaction as what they describe, numbered and signed within a second.

One sequencer per database takes the waiting rows in order, gives them their numbers, extends the Merkle tree and signs
a checkpoint. Many nodes may run one; the row lock on the log lets one work at a time, and when its node dies the next
one simply goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from audit.checkpoint import Signer
from audit.entry import AccessPoint, AccessPointKind, ObjectRef, Outcome, canonical, make
from audit.events import Event, ObjectKind
from audit.tree import HASH_BYTES, Frontier, NodeGetter, consistency_proof, inclusion_proofs
from server.errors import NotFound, StorageError
from server.storage import audit_numbering
from server.storage.audit_numbering import lock_log, number_waiting
from server.storage.database import Database, UnitOfWork
from server.storage.tables import AuditCheckpointRow, AuditLogRow

log = structlog.get_logger()

Objects = Sequence[tuple[str, ...]]
"""What an entry is about, each: kind, reference and, where it helps, a detail such as `seq:12-40`."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who acts, as the log knows them: references and codes only."""

    ref: str
    role: str | None = None
    organisation: str | None = None
    access_point: str | None = None


SERVICE = Who("service")
ANONYMOUS = Who("anonymous")


def record(
    uow: UnitOfWork,
    event: Event,
    who: Who,
    *,
    objects: Objects = (),
    purpose: str | None = None,
    reason: str | None = None,
    agreement: str | None = None,
    denied: bool = False,
) -> None:
    """Add an entry to this transaction: it becomes durable with the work, or not at all."""
    outcome = Outcome.MINOR_FAILURE if denied else Outcome.SUCCESS
    line = entry_line(uow, event, who, objects, outcome=outcome, purpose=purpose, reason=reason, agreement=agreement)
    uow.entries.append(line)


def refuse(
    uow: UnitOfWork,
    event: Event,
    who: Who,
    *,
    objects: Objects = (),
    purpose: str | None = None,
    reason: str | None = None,
) -> None:
    """Add the entry of a refusal: it becomes durable even though the work is rolled back."""
    line = entry_line(uow, event, who, objects, outcome=Outcome.MINOR_FAILURE, purpose=purpose, reason=reason)
    uow.refusals.append(line)


def entry_line(
    uow: UnitOfWork,
    event: Event,
    who: Who,
    objects: Objects,
    *,
    outcome: Outcome = Outcome.SUCCESS,
    purpose: str | None = None,
    reason: str | None = None,
    agreement: str | None = None,
) -> bytes:
    """Return the canonical bytes of a new entry of this moment."""
    point = AccessPoint(AccessPointKind.URI, who.access_point) if who.access_point else None
    entry = make(
        event,
        actor=who.ref,
        source=uow.source,
        now=uow.now,
        random_bytes=uow.random_bytes,
        outcome=outcome,
        organisation=who.organisation,
        role=who.role,
        purpose=purpose,
        access_point=point,
        objects=[ObjectRef(ObjectKind(one[0]), one[1], one[2] if len(one) > 2 else None) for one in objects],
        reason=reason,
        agreement=agreement,
    )
    return canonical(entry)


async def open_log(uow: UnitOfWork, origin: str) -> None:
    """Begin the log of a fresh installation; does nothing when one is open."""
    if (await uow.rows.scalars(select(AuditLogRow.id).where(AuditLogRow.closed_at.is_(None)))).first():
        return
    row = AuditLogRow(origin=origin, opened_at=uow.now, frontier=Frontier().to_bytes())
    uow.rows.add(row)
    await uow.rows.flush()
    record(uow, Event.LOG_OPENED, SERVICE, objects=(("log", f"log-{row.id}"),))


@dataclass(slots=True)
class Sequencer:
    """Numbers, hashes and signs. `interval` is in seconds: the longest that a row waits while nothing wakes it."""

    database: Database
    signer: Signer
    interval: float = 0.5
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """There are new rows."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; a failing database is tried again at the next turn and nothing is lost."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self.interval)
            self._wake.clear()
            try:
                while await self.sequence() == audit_numbering.BATCH:
                    pass
            except (SQLAlchemyError, OSError, StorageError) as error:
                log.error("sequencer_failed", kind=type(error).__name__)
            # A short pause gathers the rows of a busy moment under one signature.
            await asyncio.sleep(min(0.1, self.interval))

    async def sequence(self) -> int:
        """Number the rows that wait, at most `BATCH` of `audit_numbering`, and return how many there were.

        Raises:
            StorageError: no log is open.
        """
        return await self.database.run(self._number)

    def _number(self, connection: Connection) -> int:
        return number_waiting(connection, lock_log(connection), self.signer, self.database.now())


async def latest_checkpoint(uow: UnitOfWork) -> str | None:
    """Return the newest signed checkpoint of the open log, or None when nothing was signed yet."""
    found = await uow.rows.scalars(
        select(AuditCheckpointRow.note)
        .join(AuditLogRow, AuditLogRow.id == AuditCheckpointRow.log_id)
        .where(AuditLogRow.closed_at.is_(None))
        .order_by(AuditCheckpointRow.size.desc())
        .limit(1)
    )
    return found.first()


@dataclass(frozen=True, slots=True)
class Consistency:
    """The proof that the log `origin` with `size2` entries extends its first `size1`, lowest node first."""

    origin: str
    hashes: tuple[bytes, ...]


async def consistency(uow: UnitOfWork, size1: int, size2: int) -> Consistency:
    """Return the consistency proof (RFC 9162 §2.1.4) between two sizes of the open log, from its stored nodes.

    It costs one look-up of at most some two nodes per level, however long the log is.

    Args:
        size1: number of entries of the earlier tree, at least 1.
        size2: number of entries of the later tree, at least `size1`.

    Raises:
        NotFound: no log is open, or it has fewer than `size2` entries.
        StorageError: a node is missing or is no hash.
    """
    row = (await uow.rows.scalars(select(AuditLogRow).where(AuditLogRow.closed_at.is_(None)))).one_or_none()
    if row is None or row.size < size2:
        raise NotFound("Zo veel vermeldingen heeft dit logboek niet.", code="log_too_short")
    proof = await proof_from_nodes(uow, row.id, lambda nodes: consistency_proof(nodes, size1, size2))
    return Consistency(row.origin, proof)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that one entry is in the tree of `size` entries that `note` signs, lowest node first."""

    number: int
    size: int
    hashes: tuple[bytes, ...]
    note: str


async def inclusions(uow: UnitOfWork, numbers: Sequence[int]) -> list[Inclusion]:
    """Return the inclusion proofs (RFC 9162 §2.1.3) of entries of the open log under its newest checkpoint.

    All nodes are asked for at once.

    Raises:
        NotFound: the checkpoint does not sign an entry with one of these numbers.
        StorageError: a node is missing or is no hash.
    """
    found = await uow.rows.execute(
        select(AuditCheckpointRow.log_id, AuditCheckpointRow.size, AuditCheckpointRow.note)
        .join(AuditLogRow, AuditLogRow.id == AuditCheckpointRow.log_id)
        .where(AuditLogRow.closed_at.is_(None))
        .order_by(AuditCheckpointRow.size.desc())
        .limit(1)
    )
    signed = found.one_or_none()
    if signed is None or any(not 0 <= number < signed.size for number in numbers):
        raise NotFound("Deze vermelding is nog niet ondertekend. Probeer het over een minuut opnieuw.", code="unsigned")
    proofs = await _proofs(uow, signed.log_id, lambda nodes: inclusion_proofs(nodes, numbers, signed.size))
    return [Inclusion(number, signed.size, proof, signed.note) for number, proof in zip(numbers, proofs, strict=True)]


Proof = Callable[[NodeGetter], list[bytes]]
"""Makes a proof out of a tree's nodes."""

Proofs = Callable[[NodeGetter], list[list[bytes]]]
"""Makes several."""


async def proof_from_nodes(uow: UnitOfWork, log_id: int, prove: Proof) -> tuple[bytes, ...]:
    """Return a proof over the stored nodes of a log, all asked for at once.

    Raises:
        StorageError: a node is missing or is no hash.
    """
    [proof] = await _proofs(uow, log_id, lambda nodes: [prove(nodes)])
    return proof


async def _proofs(uow: UnitOfWork, log_id: int, prove: Proofs) -> list[tuple[bytes, ...]]:
    nodes = await _nodes(uow, log_id, _needed(prove))
    try:
        proofs = [tuple(proof) for proof in prove(lambda level, number: nodes[level, number])]
    except KeyError:
        raise StorageError("Het logboek mist een deel van zijn boom.", code="log_damaged") from None
    if any(len(one) != HASH_BYTES for one in nodes.values()):
        raise StorageError("Een deel van de boom van het logboek is beschadigd.", code="log_damaged")
    return proofs


def _needed(prove: Proofs) -> list[tuple[int, int]]:
    """Return which nodes these proofs are made of, so that all can be asked for at once."""
    needed: dict[tuple[int, int], None] = {}

    def note(level: int, number: int) -> bytes:
        needed[level, number] = None
        return bytes(HASH_BYTES)

    prove(note)
    return list(needed)


async def _nodes(uow: UnitOfWork, log_id: int, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    if not places:
        return {}
    # A table of what is wanted, not a condition: for a list of pairs, or many alternatives, SQLite reads every node.
    # As text for the driver, because SQLAlchemy takes longer to put hundreds of pairs together than a database to find
    # them: whole numbers only.
    wanted = ", ".join([f"({level:d}, {number:d})" for level, number in places])
    connection = await uow.rows.connection()
    found = await connection.exec_driver_sql(
        f"WITH wanted(level, number) AS (VALUES {wanted}) "  # noqa: S608
        "SELECT audit_nodes.level, audit_nodes.number, audit_nodes.digest FROM wanted JOIN audit_nodes "
        "ON audit_nodes.level = wanted.level AND audit_nodes.number = wanted.number "
        f"WHERE audit_nodes.log_id = {log_id:d}"
    )
    rows: Sequence[Any] = found.all()
    return {(row[0], row[1]): row[2] for row in rows}
