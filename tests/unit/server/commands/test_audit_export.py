"""`casuskring audit export` reads the log in pages: whole on disk, bounded in memory, and in nobody's way."""

from __future__ import annotations

import secrets as chance
import tracemalloc
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from audit.errors import ExportMismatch
from audit.events import Event
from audit.verify import verify_export
from server.app import log_signer
from server.commands import audit as command
from server.errors import StorageError
from server.settings import Settings
from server.storage.audit_log import SERVICE, Sequencer, record
from server.storage.store import Store
from server.storage.tables import AuditEntryRow, AuditLogRow
from tests.support.databases import DatabaseUrls
from tests.support.service import Clock, settings_for


@pytest.fixture
def settings(database_urls: DatabaseUrls, tmp_path: Path) -> Settings:
    """The settings of the opened store."""
    return settings_for(database_urls, tmp_path, 1)


async def grow(store: Store, settings: Settings, entries: int) -> None:
    async with store.database.transaction() as uow:
        for number in range(entries):
            here = ("session", "5" * 32, f"seq:{number}")
            record(uow, Event.ROOM_COMMAND, SERVICE, objects=(here,), reason="Contributed")
    sequencer = Sequencer(store.database, log_signer(settings))
    while await sequencer.sequence():
        pass


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def export(settings: Settings, out: Path) -> int:
    return await command.export(settings, out, now=Clock(), random_bytes=chance.token_bytes)


async def test_every_page_is_written(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAGE", 7)
    for entries, name in ((5, "a"), (7, "b"), (24, "c")):
        await grow(store, settings, entries)
        size = await export(settings, tmp_path / name)
        assert verify_export(tmp_path / name, key=None, since=None).checkpoint.size == size


async def test_a_log_with_a_hole_leaves_nothing_behind(store: Store, settings: Settings, tmp_path: Path) -> None:
    await grow(store, settings, 20)
    before = names_in(tmp_path)
    async with store.database.transaction() as uow:
        await uow.rows.execute(delete(AuditEntryRow).where(AuditEntryRow.number == 11))
    with pytest.raises((ExportMismatch, StorageError)):
        await export(settings, tmp_path / "export")
    assert names_in(tmp_path) == before


async def test_others_write_between_two_pages(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAGE", 5)
    await grow(store, settings, 20)
    async with store.database.transaction() as uow:
        log_id = (await uow.rows.scalars(select(AuditLogRow.id))).one()
    pages = 0
    async for page in command.pages(store, log_id, 20):
        assert len(page) == 5
        pages += 1
        async with store.database.transaction() as uow:
            record(uow, Event.CASE_LISTED, SERVICE)
    assert pages == 4


async def test_memory_does_not_grow_with_the_log(
    store: Store, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAGE", 100)
    await grow(store, settings, 300)
    peaks = [await _peak(settings, tmp_path / "first"), await _peak(settings, tmp_path / "small")]
    await grow(store, settings, 3000)
    peaks.append(await _peak(settings, tmp_path / "large"))
    _first, small, large = peaks  # the first one also loads what every export needs
    assert large < small + 300_000, "3,000 entries in memory are more than a million bytes"


async def _peak(settings: Settings, out: Path) -> int:
    tracemalloc.start()
    await export(settings, out)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak
