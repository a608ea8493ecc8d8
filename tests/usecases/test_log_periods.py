"""Logs follow on one another while a station watches: it goes along when that is proved, or sounds the alarm."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from audit.checkpoint import Checkpoint, VerifierKey, open_note
from audit.errors import OtherLog, TargetNotEmpty
from audit.export import CHECKPOINT, ENTRIES
from audit.verify import verify_export
from clients.api import Client
from clients.station.witness import Alarm, Seen, evidence, observe
from server import cli
from server.app import log_signer
from server.commands import audit as command
from server.errors import NotFound
from server.settings import Settings
from server.storage.audit_periods import Turned, close_log, reopen_after_restore
from server.storage.crypto import RandomBytes
from server.storage.database import UnitOfWork
from server.storage.tables import AuditLogRow, AuditNodeRow
from tests.support.service import Service
from tests.support.tampering import grow, tamper

Turn = Callable[..., Awaitable[Turned]]


async def contact(service: Service, seen: Seen | None = None) -> Seen | Alarm:
    async with Client(service.origin) as client:
        return await observe(client, seen, now=datetime.now(UTC))


async def good_contact(service: Service, seen: Seen | None = None) -> Seen:
    result = await contact(service, seen)
    assert isinstance(result, Seen), result
    return result


async def turn(service: Service, how: Turn = close_log) -> Turned:
    async with service.store.database.transaction() as uow:
        return await how(uow, log_signer(service.settings), service.settings.log_origin)


def checkpoint_of(seen: Seen) -> Checkpoint:
    return open_note(seen.checkpoint, [VerifierKey.parse(seen.key)])


async def test_a_station_follows_from_log_to_log_also_when_it_was_away(service: Service) -> None:
    await grow(service, 3)
    first = await good_contact(service)
    seen = first
    for number in (2, 3, 4):
        turned = await turn(service)
        seen = await good_contact(service, seen)
        assert checkpoint_of(seen).origin == turned.origin == f"test.example/log/{number}"
        async with Client(service.origin) as client:
            await client.health()
        seen = await good_contact(service, seen)
    away = await good_contact(service, first)
    assert checkpoint_of(away).origin == checkpoint_of(seen).origin


async def test_another_log_that_names_another_end_is_an_alarm_with_the_end_it_gave(service: Service) -> None:
    await grow(service, 4)
    seen = await good_contact(service)
    size = checkpoint_of(seen).size
    # The log is cut back and goes on otherwise, is signed with the real key, and then closed as it should be.
    await tamper(service, lambda lines: [*lines[: size - 3], *reversed(lines[size - 3 :])])
    await turn(service)
    alarm = await contact(service, seen)
    assert isinstance(alarm, Alarm)
    assert alarm.code == "origin_changed"
    files = evidence(alarm)
    key = VerifierKey.parse(files["log.pub"].decode())
    ended = open_note(files["closed-checkpoint"], [key])
    assert ended.origin == open_note(files["old-checkpoint"], [key]).origin
    again = await contact(service, seen)
    assert isinstance(again, Alarm)


async def test_a_closed_log_with_a_hole_is_an_alarm(service: Service) -> None:
    await grow(service, 4)
    seen = await good_contact(service)
    turned = await turn(service)
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(delete(AuditNodeRow).where(AuditNodeRow.log_id == turned.closed))
    alarm = await contact(service, seen)
    assert isinstance(alarm, Alarm)
    assert alarm.code == "origin_changed"


async def test_after_a_restored_backup_only_who_saw_more_than_it_holds_is_alarmed(service: Service) -> None:
    await grow(service, 3)
    early = await good_contact(service)
    size = checkpoint_of(early).size
    await grow(service, 5)
    late = await good_contact(service)
    await tamper(service, lambda lines: lines[: size + 1])  # as the backup has it
    await turn(service, reopen_after_restore)
    assert checkpoint_of(await good_contact(service, early)).origin.startswith("test.example/log/2-")
    alarm = await contact(service, late)
    assert isinstance(alarm, Alarm)
    assert alarm.code == "origin_changed"


async def test_closed_logs_can_still_be_exported_and_checked(service: Service, tmp_path: Path) -> None:
    await grow(service, 3)
    before = tmp_path / "before"
    before.write_text((await good_contact(service)).checkpoint, encoding="utf-8")
    clock: Callable[[], datetime] = service.clock
    random_bytes: RandomBytes = service.store.database.random_bytes
    folder = tmp_path / "closed"
    turned = await command.close(service.settings, folder, now=clock, random_bytes=random_bytes)
    key = log_signer(service.settings).verifier_key
    ended = verify_export(folder, key=key, since=before).checkpoint
    assert (ended.origin, ended.size) == ("test.example/log", turned.size)
    assert b'"log.closed"' in (folder / ENTRIES).read_bytes().splitlines()[-1]
    again, open_one = tmp_path / "again", tmp_path / "open"
    await command.export(service.settings, again, now=clock, random_bytes=random_bytes, log=turned.closed)
    assert (again / CHECKPOINT).read_bytes() == (folder / CHECKPOINT).read_bytes()
    size = await command.export(service.settings, open_one, now=clock, random_bytes=random_bytes)
    newest = verify_export(open_one, key=key, since=None).checkpoint
    assert (newest.origin, newest.size) == (turned.origin, size)
    assert (open_one / ENTRIES).read_bytes().count(b'"log.exported"') == 3
    with pytest.raises(OtherLog):
        verify_export(open_one, key=key, since=before)
    with pytest.raises(NotFound):
        await command.export(service.settings, tmp_path / "none", now=clock, random_bytes=random_bytes, log=99)
    with pytest.raises(TargetNotEmpty):
        await command.close(service.settings, folder, now=clock, random_bytes=random_bytes)
    async with service.store.database.transaction() as uow:
        assert await open_logs(uow) == [turned.origin]


async def open_logs(uow: UnitOfWork) -> list[str]:
    return list((await uow.rows.scalars(select(AuditLogRow.origin).where(AuditLogRow.closed_at.is_(None)))).all())


def test_the_commands_say_what_they_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/casuskring.sqlite",
        secrets_dir=tmp_path / "secrets",
        log_origin="test.example/log",
    )
    monkeypatch.setattr(cli, "_settings", lambda: settings)

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["casuskring", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out + told.err

    assert run("migrate")[0] == 0
    out = tmp_path / "out"
    code, said = run("audit", "close", "--out", str(out))
    assert (code, "Logboek 1 is afgesloten" in said, "test.example/log/2" in said) == (0, True, True)
    code, said = run("audit", "close", "--out", str(out))
    assert (code, said) == (2, "casuskring: De map voor de export bestaat al en is niet leeg.\n")
    assert run("audit", "verify", str(out))[0] == 0
    assert run("audit", "reopen")[0] == 2
    code, said = run("audit", "reopen", "--after-restore")
    assert (code, "test.example/log/3-" in said) == (0, True)
    assert run("audit", "export", "--out", str(tmp_path / "two"), "--log", "2")[0] == 0
    assert run("audit", "export", "--out", str(tmp_path / "nine"), "--log", "9")[0] == 2
