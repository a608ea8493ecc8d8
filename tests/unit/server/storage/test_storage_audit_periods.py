"""One log ends and the next begins with its end: nothing between them, on both databases, while others write."""

from __future__ import annotations

import asyncio
import secrets as chance
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, select

from audit.checkpoint import Checkpoint, Signer, open_note
from audit.entry import Entry, parse
from audit.errors import InvalidProof
from audit.events import Event
from audit.succession import predecessor, verify_succession
from audit.tree import leaf_hash, root_of, verify_consistency
from server.errors import NotFound, StorageError
from server.storage import audit_numbering, audit_periods
from server.storage.audit_log import SERVICE, Sequencer, latest_checkpoint, record
from server.storage.audit_periods import Succession, close_log, last_note, reopen_after_restore, succession
from server.storage.database import Database, connect
from server.storage.store import Store
from server.storage.tables import AuditEntryRow, AuditLogRow
from tests.support.service import Clock

BASE = "test.example/log"
SIGNER = Signer(BASE, bytes(range(32)))


async def write(database: Database, times: int) -> None:
    for _time in range(times):
        async with database.transaction() as uow:
            record(uow, Event.CASE_LISTED, SERVICE)


async def close(store: Store) -> audit_periods.Turned:
    async with store.database.transaction() as uow:
        return await close_log(uow, SIGNER, BASE)


async def lines_of(store: Store, log: int) -> list[bytes]:
    async with store.database.transaction() as uow:
        found = select(AuditEntryRow.line).where(AuditEntryRow.log_id == log).order_by(AuditEntryRow.number)
        return list((await uow.rows.scalars(found)).all())


async def end_of(store: Store, log: int) -> Checkpoint:
    """Return the last checkpoint of a log, once it has been seen to fit the log's lines."""
    async with store.database.transaction() as uow:
        note = await last_note(uow, log)
    assert note is not None
    checkpoint = open_note(note, [SIGNER.verifier_key])
    lines = await lines_of(store, log)
    assert (checkpoint.size, checkpoint.root) == (len(lines), root_of(leaf_hash(line) for line in lines))
    return checkpoint


async def first_of(store: Store, log: int) -> Entry:
    return parse((await lines_of(store, log))[0])


async def prove(store: Store, origin: str, size1: int, size2: int) -> Succession:
    async with store.database.transaction() as uow:
        return await succession(uow, origin, size1, size2)


async def test_a_closed_log_ends_with_saying_so_and_the_next_begins_with_its_root(store: Store) -> None:
    await write(store.database, 5)
    turned = await close(store)
    old = await end_of(store, turned.closed)
    assert (old.origin, old.size) == (BASE, turned.size)
    assert parse((await lines_of(store, turned.closed))[-1]).event is Event.LOG_CLOSED
    assert turned.origin == f"{BASE}/2"
    new = await end_of(store, turned.closed + 1)
    assert (new.origin, new.size) == (turned.origin, 1)
    first = await first_of(store, turned.closed + 1)
    assert first.event is Event.LOG_OPENED
    assert predecessor(old) in first.objects
    await write(store.database, 4)
    assert await Sequencer(store.database, SIGNER).sequence() == 4
    async with store.database.transaction() as uow:
        newest = open_note(await latest_checkpoint(uow) or "", [SIGNER.verifier_key])
    assert (newest.origin, newest.size) == (turned.origin, 5)
    assert await end_of(store, turned.closed) == old


async def test_all_that_waits_is_numbered_in_the_log_that_closes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_numbering, "BATCH", 4)
    await write(store.database, 10)
    turned = await close(store)
    assert [parse(line).event for line in (await lines_of(store, turned.closed))[-11:]] == [
        *[Event.CASE_LISTED] * 10,
        Event.LOG_CLOSED,
    ]
    assert len(await lines_of(store, turned.closed + 1)) == 1


async def test_the_way_from_any_closed_log_to_the_open_one_can_be_proved(store: Store) -> None:
    ends = []
    for times in (3, 0, 6):
        await write(store.database, times)
        ends.append(await end_of(store, (await close(store)).closed))
    await write(store.database, 9)
    await Sequencer(store.database, SIGNER).sequence()
    newest = await end_of(store, len(ends) + 1)
    for place, end in enumerate(ends):
        lines = await lines_of(store, place + 1)
        for size in range(1, end.size + 1):
            found = await prove(store, end.origin, size, newest.size)
            assert open_note(found.closed, [SIGNER.verifier_key]) == end
            root = root_of(leaf_hash(line) for line in lines[:size])
            verify_consistency(size, end.size, found.growth, root, end.root)
        later = [*ends[place + 1 :], newest]
        assert [bool(link.note) for link in found.links] == [True] * (len(later) - 1) + [False]
        for last, new, link in zip([end, *later], later, found.links, strict=False):
            verify_succession(last, new, link.line, link.proof)
            with pytest.raises(InvalidProof):
                verify_succession(newest, new, link.line, link.proof)


async def test_what_did_not_happen_cannot_be_proved(store: Store) -> None:
    await Sequencer(store.database, SIGNER).sequence()
    with pytest.raises(NotFound) as refused:
        await prove(store, BASE, 1, 1)  # it is open
    assert refused.value.code == "no_such_log"
    turned = await close(store)
    for origin, size1, size2, code in (
        ("other", 1, 1, "no_such_log"),
        (turned.origin, 1, 1, "no_such_log"),
        (BASE, turned.size + 1, 1, "log_too_short"),
        (BASE, 1, 2, "log_too_short"),
        (BASE, 2**62, 2**62, "log_too_short"),
    ):
        with pytest.raises(NotFound) as refused:
            await prove(store, origin, size1, size2)
        assert refused.value.code == code
    async with store.database.transaction() as uow:
        await uow.rows.execute(delete(AuditEntryRow).where(AuditEntryRow.log_id == turned.closed + 1))
    with pytest.raises(StorageError) as damaged:
        await prove(store, BASE, 1, 1)
    assert damaged.value.code == "log_damaged"


async def test_after_a_restored_backup_the_old_log_stays_as_it_was_signed(store: Store) -> None:
    await Sequencer(store.database, SIGNER).sequence()
    before = await end_of(store, 1)
    await write(store.database, 3)  # these wait: in the lost time they may have had a number, so they get a new one
    async with store.database.transaction() as uow:
        turned = await reopen_after_restore(uow, SIGNER, BASE)
    assert await end_of(store, 1) == before
    assert turned.size == before.size
    assert turned.origin.startswith(f"{BASE}/2-")
    first = await first_of(store, 2)
    assert (first.event, first.reason) == (Event.LOG_RESTORED, "backup_restored")
    assert predecessor(before) in first.objects
    assert await Sequencer(store.database, SIGNER).sequence() == 3
    newest = await end_of(store, 2)
    found = await prove(store, BASE, before.size, newest.size)
    verify_succession(before, newest, found.links[0].line, found.links[0].proof)


async def test_a_backup_in_which_nothing_was_numbered_yet(store: Store) -> None:
    async with store.database.transaction() as uow:
        turned = await reopen_after_restore(uow, SIGNER, BASE)
    assert (await end_of(store, 1)).size == turned.size == 0
    assert (await first_of(store, 2)).event is Event.LOG_RESTORED


@pytest.fixture
async def other(store: Store) -> AsyncIterator[Database]:
    """The same database, opened by another node."""
    address = store.database.engine.url.render_as_string(hide_password=False)
    address = address.replace("sqlite+aiosqlite", "sqlite").replace("postgresql+asyncpg", "postgresql")
    opened = Database(connect(address), Clock(), chance.token_bytes, store.database.source, store.database.sqlite)
    yield opened
    await opened.close()


async def test_sequencers_on_two_nodes_go_on_while_logs_are_closed(store: Store, other: Database) -> None:
    async def sequence(database: Database) -> None:
        for _turn in range(12):
            await Sequencer(database, SIGNER).sequence()

    async def close_often() -> None:
        for _turn in range(4):
            await close(store)

    await asyncio.gather(
        write(store.database, 30), write(other, 30), sequence(store.database), sequence(other), close_often()
    )
    while await Sequencer(other, SIGNER).sequence():
        pass
    async with store.database.transaction() as uow:
        logs = (await uow.rows.scalars(select(AuditLogRow).order_by(AuditLogRow.id))).all()
    assert [log.closed_at is None for log in logs] == [False] * 4 + [True]
    ends = [await end_of(store, log.id) for log in logs]
    assert [end.origin for end in ends] == [BASE, *(f"{BASE}/{number}" for number in (2, 3, 4, 5))]
    for last, log in zip(ends, logs[1:], strict=False):
        assert predecessor(last) in (await first_of(store, log.id)).objects
    events = [parse(line).event for log in logs for line in await lines_of(store, log.id)]
    assert events.count(Event.CASE_LISTED) == 60
