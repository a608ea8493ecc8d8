"""The log's rows: with the work or not at all, refusals always, numbered once and in order, and verifiable."""

from __future__ import annotations

import asyncio
import secrets as chance
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from audit.checkpoint import Signer, open_note
from audit.entry import parse
from audit.events import Event
from audit.tree import NodeGetter, Tree, consistency_proof, leaf_hash, root_of, verify_consistency
from server.errors import NotFound, StorageError
from server.storage import audit_log, audit_numbering
from server.storage.audit_log import SERVICE, Sequencer, consistency, latest_checkpoint, record, refuse
from server.storage.database import Database, connect
from server.storage.store import Store
from server.storage.tables import AuditCheckpointRow, AuditEntryRow, AuditLogRow, AuditNodeRow, MetaRow
from tests.support.service import Clock

SIGNER = Signer("test.example/log", bytes(range(32)))


async def _entries(database: Database) -> list[tuple[int | None, Event]]:
    async with AsyncSession(database.engine) as rows:
        found = await rows.execute(select(AuditEntryRow.number, AuditEntryRow.line).order_by(AuditEntryRow.id))
        return [(number, parse(line).event) for number, line in found]


async def _write(database: Database, times: int) -> None:
    for _time in range(times):
        async with database.transaction() as uow:
            record(uow, Event.CASE_LISTED, SERVICE)


async def test_an_entry_comes_with_its_work(store: Store) -> None:
    before = len(await _entries(store.database))
    async with store.database.transaction() as uow:
        uow.rows.add(MetaRow(name="n", value="v"))
        record(uow, Event.SERVICE_STARTED, SERVICE, objects=(("service", "s1"),))
    async with AsyncSession(store.database.engine) as rows:
        assert await rows.get(MetaRow, "n")
    assert [event for _number, event in (await _entries(store.database))[before:]] == [Event.SERVICE_STARTED]


async def _end_in(database: Database, error: Exception) -> None:
    """Do some work, write it down, and fail."""
    async with database.transaction() as uow:
        uow.rows.add(MetaRow(name="n", value="v"))
        await uow.rows.flush()
        record(uow, Event.CASE_LISTED, SERVICE)
        refuse(uow, Event.ACCESS_DENIED, SERVICE, reason="case")
        raise error


async def test_a_refusal_survives_the_rollback_and_nothing_else_does(store: Store) -> None:
    before = len(await _entries(store.database))
    with pytest.raises(NotFound):
        await _end_in(store.database, NotFound())
    async with AsyncSession(store.database.engine) as rows:
        assert await rows.get(MetaRow, "n") is None
    assert [event for _number, event in (await _entries(store.database))[before:]] == [Event.ACCESS_DENIED]


async def test_work_that_fails_leaves_no_entry_at_all(store: Store) -> None:
    before = await _entries(store.database)
    with pytest.raises(ZeroDivisionError):
        await _end_in(store.database, ZeroDivisionError())
    assert await _entries(store.database) == before
    async with AsyncSession(store.database.engine) as rows:
        assert await rows.get(MetaRow, "n") is None


async def _verify(database: Database) -> int:
    """Check the newest checkpoint against the stored lines, with the auditor's own tools, and return its size."""
    async with database.transaction() as uow:
        note = await latest_checkpoint(uow)
    assert note is not None
    checkpoint = open_note(note, [SIGNER.verifier_key])
    async with AsyncSession(database.engine) as rows:
        found = await rows.execute(
            select(AuditEntryRow.number, AuditEntryRow.line)
            .where(AuditEntryRow.number.is_not(None))
            .order_by(AuditEntryRow.number)
        )
        numbered = [(row.number, row.line) for row in found]
        nodes = await rows.scalar(select(func.count()).select_from(AuditNodeRow).where(AuditNodeRow.level == 0))
    assert [number for number, _line in numbered] == list(range(checkpoint.size))
    tree = Tree(leaf_hash(line) for _number, line in numbered)
    assert tree.root() == checkpoint.root
    assert nodes == checkpoint.size
    return checkpoint.size


async def test_the_sequencer_numbers_in_order_and_its_checkpoint_verifies(store: Store) -> None:
    sequencer = Sequencer(store.database, SIGNER)
    assert await sequencer.sequence() > 0
    assert await sequencer.sequence() == 0
    for count in (1, 7, 20):
        await _write(store.database, count)
        assert await sequencer.sequence() == count
        size = await _verify(store.database)
    found = await _entries(store.database)
    assert [number for number, _event in found] == list(range(size))
    async with AsyncSession(store.database.engine) as rows:
        signed = (await rows.scalars(select(AuditCheckpointRow.size).order_by(AuditCheckpointRow.size))).all()
    assert signed == [size - 28, size - 27, size - 20, size]


async def test_more_than_a_batch_is_numbered_in_turns(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_numbering, "BATCH", 5)
    sequencer = Sequencer(store.database, SIGNER)
    while await sequencer.sequence():
        pass
    await _write(store.database, 12)
    assert [await sequencer.sequence() for _turn in range(4)] == [5, 5, 2, 0]
    await _verify(store.database)


@pytest.fixture
async def pair(store: Store) -> AsyncIterator[tuple[Database, Database]]:
    """The same database, opened twice, as two nodes do."""
    address = store.database.engine.url.render_as_string(hide_password=False)
    address = address.replace("sqlite+aiosqlite", "sqlite").replace("postgresql+asyncpg", "postgresql")
    other = Database(connect(address), Clock(), chance.token_bytes, store.database.source, store.database.sqlite)
    yield store.database, other
    await other.close()


async def test_two_sequencers_at_once_never_give_a_number_twice(pair: tuple[Database, Database]) -> None:
    sequencers = [Sequencer(one, SIGNER) for one in pair]
    for _round in range(4):
        await asyncio.gather(
            *(_write(one, 6) for one in pair), *(one.sequence() for one in sequencers for _turn in range(3))
        )
    await sequencers[0].sequence()
    assert await sequencers[1].sequence() == 0
    assert await _verify(pair[1]) >= 48


async def test_the_running_sequencer_wakes_and_survives_a_failing_database(store: Store) -> None:
    sequencer = Sequencer(store.database, SIGNER, interval=0.05)
    store.database.wake_sequencer = sequencer.wake
    task = asyncio.create_task(sequencer.run())
    try:
        await _write(store.database, 3)
        async with asyncio.timeout(10):
            while None in [number for number, _event in await _entries(store.database)]:  # noqa: ASYNC110 - it has no sign
                await asyncio.sleep(0.02)
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await _verify(store.database)


async def test_without_an_open_log_nothing_is_numbered(store: Store) -> None:
    async with store.database.transaction() as uow:
        log = (await uow.rows.scalars(select(AuditLogRow))).one()
        log.closed_at = uow.now
    with pytest.raises(StorageError) as raised:
        await Sequencer(store.database, SIGNER).sequence()
    assert raised.value.code == "log_missing"


async def test_every_two_sizes_have_a_proof_that_holds(store: Store) -> None:
    sequencer = Sequencer(store.database, SIGNER)
    await _write(store.database, 21)
    while await sequencer.sequence():
        pass
    async with AsyncSession(store.database.engine) as rows:
        lines = (await rows.scalars(select(AuditEntryRow.line).order_by(AuditEntryRow.number))).all()
    roots = [root_of(leaf_hash(line) for line in lines[:size]) for size in range(len(lines) + 1)]
    async with store.database.transaction() as uow:
        for size2 in range(1, len(lines) + 1):
            for size1 in range(1, size2 + 1):
                proof = await consistency(uow, size1, size2)
                assert proof.origin == "test.example/log"
                verify_consistency(size1, size2, proof.hashes, roots[size1], roots[size2])


def _proof_over(size: int) -> Callable[[NodeGetter], list[list[bytes]]]:
    return lambda nodes: [consistency_proof(nodes, 1, size)]


async def test_a_proof_is_one_look_up_of_few_nodes_by_their_key(store: Store) -> None:
    asked = {bits: len(audit_log._needed(_proof_over(2**bits - 1))) for bits in (4, 20, 63)}
    assert all(count <= 2 * bits for bits, count in asked.items())
    sequencer = Sequencer(store.database, SIGNER)
    await _write(store.database, 600)
    await sequencer.sequence()
    said: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        said.append((statement, parameters))

    event.listen(store.database.engine.sync_engine, "before_cursor_execute", note)
    async with store.database.transaction() as uow:
        await consistency(uow, 3, 599)
    selects = [one for one in said if one[0].startswith(("SELECT", "WITH"))]
    assert len(selects) == 2
    if store.database.sqlite:  # PostgreSQL chooses by cost, and a test's log is small enough to read whole
        async with store.database.engine.begin() as connection:
            found = await connection.exec_driver_sql("EXPLAIN QUERY PLAN " + selects[-1][0], selects[-1][1])
            plan = [str(row[-1]) for row in found]
        [searched] = [line for line in plan if "audit_nodes" in line]
        assert searched.endswith("(log_id=? AND level=? AND number=?)"), plan


async def test_what_the_log_cannot_prove_is_refused(store: Store) -> None:
    sequencer = Sequencer(store.database, SIGNER)
    await _write(store.database, 9)
    await sequencer.sequence()
    with pytest.raises(NotFound) as refused:
        async with store.database.transaction() as uow:
            await consistency(uow, 1, 2**63 - 1)
    assert refused.value.code == "log_too_short"
    for change in (update(AuditNodeRow).values(digest=b"short"), delete(AuditNodeRow)):
        async with store.database.transaction() as uow:
            await uow.rows.execute(change)
        with pytest.raises(StorageError) as damaged:
            async with store.database.transaction() as uow:
                await consistency(uow, 3, 9)
        assert damaged.value.code == "log_damaged"
