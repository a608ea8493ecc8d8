"""The file with an officer's private key: opened by its passphrase, whole, and by nothing else."""

from __future__ import annotations

import json
import secrets
import stat
from pathlib import Path
from typing import Any

import pytest

from audit.cards import MARK_OF_PRIVATE, CardKey
from audit.errors import InvalidCardKey
from clients.errors import (
    ClientError,
    FileUnusable,
    KeyFileLocked,
    KeyFileUnusable,
    OfficerError,
    TargetExists,
    WeakPassphrase,
)
from clients.officer import keyfile
from clients.officer.keyfile import OfficerKey, load, load_public, new_key, put_new, store
from clients.station.vault.files import write_new
from clients.station.vault.keys import Cost

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "vier losse woorden hier"
CANARY = "kanarie-kwibus"


def _store(folder: Path, key: OfficerKey | None = None, passphrase: str = PASSPHRASE) -> tuple[OfficerKey, Path]:
    key, path = key or new_key(secrets.token_bytes), folder / "sleutel"
    store(key, path, passphrase, random_bytes=secrets.token_bytes, cost=CHEAP)
    return key, path


def test_a_key_comes_back_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    key, path = _store(tmp_path)
    assert load(path, PASSPHRASE).public == key.public == load_public(tmp_path / "sleutel.pub")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = key.private.private_bytes_raw()
    for content in (path.read_bytes(), (tmp_path / "sleutel.pub").read_bytes(), repr(key).encode(), str(key).encode()):
        assert raw not in content
        assert raw.hex().encode() not in content
    assert MARK_OF_PRIVATE in path.read_text()
    assert MARK_OF_PRIVATE not in (tmp_path / "sleutel.pub").read_text()


def test_the_passphrase_costs_what_the_profile_says_unless_a_test_asks_for_less(tmp_path: Path) -> None:
    key = new_key(secrets.token_bytes)
    store(key, tmp_path / "sleutel", PASSPHRASE, random_bytes=secrets.token_bytes)
    assert json.loads((tmp_path / "sleutel").read_text())["cost"] == {"memory_kib": 65536, "passes": 3, "lanes": 4}


@pytest.mark.parametrize("wrong", ["", "Vier losse woorden hier", PASSPHRASE + " ", "\ud800", "x" * 5000])
def test_another_passphrase_opens_nothing(tmp_path: Path, wrong: str) -> None:
    _key, path = _store(tmp_path)
    with pytest.raises(KeyFileLocked):
        load(path, wrong)


def test_the_same_passphrase_of_another_keyboard_opens_it(tmp_path: Path) -> None:
    key, path = _store(tmp_path, passphrase="caf\u00e9 met vier woorden")
    assert load(path, "cafe\u0301 met vier woorden").public == key.public


@pytest.mark.parametrize("weak", ["", "kort", " " * 20, "elf tekens."])
def test_a_weak_passphrase_writes_nothing(tmp_path: Path, weak: str) -> None:
    with pytest.raises(WeakPassphrase):
        _store(tmp_path, passphrase=weak)
    assert list(tmp_path.iterdir()) == []


def test_every_changed_field_and_every_cut_is_noticed(tmp_path: Path) -> None:
    key, path = _store(tmp_path)
    good: dict[str, Any] = json.loads(path.read_text())
    other = str(new_key(secrets.token_bytes).public)
    changes: list[dict[str, Any]] = [
        {"public": other},
        {"salt": "AAAAAAAAAAAAAAAAAAAAAA=="},
        {"salt": ""},
        {"box": good["box"][:-8] + "AAAAAAA="},
        {"box": ""},
        {"cost": {"memory_kib": 128, "passes": 1, "lanes": 1}},
        {"cost": {"memory_kib": 2**40, "passes": 1, "lanes": 1}},
        {"cost": {"memory_kib": 64, "passes": 10**9, "lanes": 1}},
        {"format": MARK_OF_PRIVATE + "-2"},
        {CANARY: 1},
    ]
    for change in changes:
        path.write_text(json.dumps({**good, **change}))
        with pytest.raises(OfficerError) as raised:
            load(path, PASSPHRASE)
        assert isinstance(raised.value, KeyFileLocked | KeyFileUnusable), change
        assert CANARY not in f"{raised.value} {raised.value.detail}"
    whole = json.dumps(good).encode()
    for cut in range(0, len(whole), 7):
        path.write_bytes(whole[:cut])
        with pytest.raises(KeyFileUnusable):
            load(path, PASSPHRASE)
    path.write_text(json.dumps(good))
    assert load(path, PASSPHRASE).public == key.public


@pytest.mark.parametrize("content", [b"", b"[" * 9000, b"{" * 5000, b"\xff\xfe", bytes(100_000), b'"x"', b"null"])
def test_garbage_is_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(KeyFileUnusable):
        load(tmp_path / "x", PASSPHRASE)
    with pytest.raises(InvalidCardKey):
        load_public(tmp_path / "x")


def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, path = _store(tmp_path)
    before = path.read_bytes()
    with pytest.raises(TargetExists):
        _store(tmp_path)
    path.unlink()
    # The public half stands there still: then no private half is written either.
    with pytest.raises(TargetExists):
        _store(tmp_path)
    assert not path.exists()
    (tmp_path / "sleutel.pub").unlink()
    (tmp_path / "dood").symlink_to(tmp_path / "nergens")
    with pytest.raises(TargetExists):
        put_new({tmp_path / "nieuw": before, tmp_path / "dood": before})
    assert not (tmp_path / "nieuw").exists()

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:5])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyfile, "write_new", full)
    with pytest.raises(FileUnusable):
        _store(tmp_path, key)
    assert [one.name for one in tmp_path.iterdir()] == ["dood"]


def test_what_came_in_between_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write_new

    def late(path: Path, data: bytes) -> None:
        path.write_bytes(b"van een ander")
        real(path, data)

    monkeypatch.setattr(keyfile, "write_new", late)
    with pytest.raises(TargetExists):
        put_new({tmp_path / "nieuw": b"x"})
    assert (tmp_path / "nieuw").read_bytes() == b"van een ander"


def test_a_missing_file_a_folder_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "weg", tmp_path, tmp_path / "weg" / "sleutel"):
        with pytest.raises(FileUnusable):
            load(path, PASSPHRASE)
    with pytest.raises(FileUnusable):
        _store(tmp_path / "weg")


def test_every_error_says_what_to_do_in_dutch() -> None:
    kinds = OfficerError.__subclasses__()
    assert len({one.code for one in kinds}) == len(kinds)
    for one in kinds:
        error = one()
        assert isinstance(error, ClientError)
        assert error.detail.endswith(".")


def test_two_keys_are_never_the_same() -> None:
    found = {new_key(secrets.token_bytes).public.fingerprint for _time in range(50)}
    assert len(found) == 50
    assert all(isinstance(CardKey.parse(str(new_key(secrets.token_bytes).public)), CardKey) for _time in range(5))
