"""Backup and restore: everything, still sealed, all or nothing, and never over anything."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import struct
from pathlib import Path

import pytest

from clients import errors
from clients.station.vault import Vault
from clients.station.vault import files as vault_files
from tests.support.vaults import PASSPHRASE, WORKER, contents, new_vault, reopen

OTHER = "een heel andere wachtzin"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = new_vault(tmp_path / "kluis")
    for number in range(10):
        vault.write(f"R{number}", "draft", bytes([number]) * number * 100)
    vault.delete("R3")
    vault.add_worker("Ander", OTHER)
    return vault


def pack(parts: list[tuple[str, bytes]], *, count: int | None = None, extra: bytes = b"", version: int = 1) -> bytes:
    """Return an archive of these files with a right checksum, as only malice would make some."""
    data = struct.pack(">15sBI", b"CASUSKRINGKOPIE", version, len(parts) if count is None else count)
    for name, content in parts:
        data += struct.pack(">H", len(name.encode())) + name.encode() + struct.pack(">Q", len(content)) + content
    data += extra
    return data + hashlib.sha256(data).digest()


def refused(archive: Path, folder: Path, data: bytes, error: type[errors.VaultError] = errors.VaultDamaged) -> None:
    """Restoring these bytes must say `error` and leave nothing."""
    archive.write_bytes(data)
    around = sorted(folder.parent.iterdir())
    with pytest.raises(error) as told:
        Vault.restore(archive, folder)
    if isinstance(told.value, errors.VaultDamaged):
        assert told.value.file == archive.name
    assert sorted(folder.parent.iterdir()) == around


def test_a_backup_holds_everything_and_opens_for_everybody(vault: Vault, tmp_path: Path) -> None:
    before = contents(vault)
    assert vault.backup(tmp_path / "kopie") == 9
    vault.write("later", "draft", b"")
    Vault.restore(tmp_path / "kopie", tmp_path / "diep" / "terug")
    back = reopen(tmp_path / "diep" / "terug")
    assert contents(back) == before
    assert back.ids() == tuple(before)
    back.lock()
    assert contents(reopen(tmp_path / "diep" / "terug", OTHER, "Ander")) == before


def test_an_empty_vault_has_a_backup_too(tmp_path: Path) -> None:
    assert new_vault(tmp_path / "kluis").backup(tmp_path / "kopie") == 0
    (tmp_path / "terug").mkdir()
    Vault.restore(tmp_path / "kopie", tmp_path / "terug")
    assert contents(reopen(tmp_path / "terug")) == {}


def test_a_backup_overwrites_nothing(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "kopie").write_bytes(b"van gisteren")
    (tmp_path / "los").symlink_to(tmp_path / "nergens")
    for name in ("kopie", "los", "kluis", "kluis/kopie", "kluis/stukken/kopie", "kluis/kluis"):
        with pytest.raises(errors.VaultExists):
            vault.backup(tmp_path / name)
    assert (tmp_path / "kopie").read_bytes() == b"van gisteren"
    with pytest.raises(errors.VaultUnusable):
        vault.backup(tmp_path / "nergens" / "kopie")
    vault.check()


def test_a_backup_that_fails_leaves_nothing(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    around = sorted(tmp_path.iterdir())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            with pytest.raises(errors.VaultUnusable) as error:
                vault.backup(tmp_path / "kopie")
        assert error.value.full
        assert sorted(tmp_path.iterdir()) == around


def test_restore_writes_over_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.backup(tmp_path / "kopie")
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "brief.txt").write_bytes(b"x")
    before = contents(vault)
    for name in ("kluis", "vol", "kopie"):
        with pytest.raises(errors.VaultExists):
            Vault.restore(tmp_path / "kopie", tmp_path / name)
    assert contents(vault) == before
    assert [path.name for path in (tmp_path / "vol").iterdir()] == ["brief.txt"]
    for name in ("nergens", "vol"):
        with pytest.raises(errors.VaultMissing):
            Vault.restore(tmp_path / name, tmp_path / "terug")


def test_a_restore_that_fails_leaves_nothing(vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.backup(tmp_path / "kopie")
    (tmp_path / "terug").mkdir()
    real, calls = vault_files.write_new, 0

    def full(path: Path, data: bytes) -> None:
        nonlocal calls
        calls += 1
        if calls == 6:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    monkeypatch.setattr(vault_files, "write_new", full)
    with pytest.raises(errors.VaultUnusable):
        Vault.restore(tmp_path / "kopie", tmp_path / "terug")
    assert list((tmp_path / "terug").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kluis", "kopie", "terug"]


def test_a_cut_longer_or_changed_archive_restores_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.backup(tmp_path / "kopie")
    whole = (tmp_path / "kopie").read_bytes()
    draw = random.Random(3)  # noqa: S311 - a seeded draw, no secret
    for size in [*range(60), *draw.sample(range(60, len(whole)), 60), len(whole) - 1]:
        refused(tmp_path / "stuk", tmp_path / "terug", whole[:size])
    for extra in (b"\0", b"x" * 100, whole):
        refused(tmp_path / "stuk", tmp_path / "terug", whole + extra)
    for _ in range(100):
        changed = bytearray(whole)
        changed[draw.randrange(len(whole))] ^= 1 << draw.randrange(8)
        refused(tmp_path / "stuk", tmp_path / "terug", bytes(changed))
    refused(tmp_path / "stuk", tmp_path / "terug", b"PK\x03\x04" + whole)


@pytest.mark.parametrize(
    "name",
    [
        "../buiten",
        "stukken/../../buiten",
        "stukken/..",
        "stukken/",
        "/buiten",
        "stukken//buiten",
        "stukken/a/b",
        "stukken\\a",
        "stukken/a\0",
        "stukken/A",
        "stukken/.kluis",
        "C:buiten",
        "stand",
        "bezet",
        "kluis",
        "",
        "stukken/" + "a" * 65,
        "stukken/" + "a" * 5000,
        "stukken/\u00e9",
    ],
)
def test_an_archive_cannot_write_elsewhere(vault: Vault, tmp_path: Path, name: str) -> None:
    kluis = (tmp_path / "kluis" / "kluis").read_bytes()
    refused(tmp_path / "stuk", tmp_path / "terug", pack([("kluis", kluis), (name, b"x")]))
    refused(tmp_path / "stuk", tmp_path / "terug", pack([("kluis", kluis), ("stukken/a", b"x"), (name, b"x")]))


def test_an_archive_with_a_right_checksum_and_a_wrong_form_restores_nothing(vault: Vault, tmp_path: Path) -> None:
    kluis = ("kluis", (tmp_path / "kluis" / "kluis").read_bytes())
    record = ("stukken/a", b"x")
    wrong = [
        pack([]),
        pack([record]),
        pack([record, kluis]),
        pack([kluis, record, record]),
        pack([("kluis", b"geen kluis")]),
        pack([kluis], count=2),
        pack([kluis, record], count=1),
        pack([kluis], count=2**32 - 1),
        pack([kluis], extra=b"x"),
        pack([kluis], count=2, extra=struct.pack(">H", 9) + b"stukken/a" + struct.pack(">Q", 2**63)),
    ]
    for data in wrong:
        refused(tmp_path / "stuk", tmp_path / "terug", data)
    refused(tmp_path / "stuk", tmp_path / "terug", pack([kluis], version=2), errors.VaultTooNew)


def test_what_somebody_changed_in_an_archive_is_told_once_it_is_open(vault: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "kluis"
    kluis = ("kluis", (folder / "kluis").read_bytes())
    names = sorted(path.name for path in (folder / "stukken").iterdir())
    parts = [(f"stukken/{name}", (folder / "stukken" / name).read_bytes()) for name in names]
    swapped = [(parts[0][0], parts[1][1]), (parts[1][0], parts[0][1]), *parts[2:]]
    for number, changed in enumerate((parts[1:], swapped, [*parts, ("stukken/vreemd", b"x" * 200)])):
        (tmp_path / "stuk").write_bytes(pack([kluis, *changed]))
        Vault.restore(tmp_path / "stuk", tmp_path / f"terug-{number}")
        back = reopen(tmp_path / f"terug-{number}", PASSPHRASE, WORKER)
        with pytest.raises(errors.VaultDamaged):
            back.check()
