"""The two secret files: made once, readable by their owner alone, refused in every other shape."""

from __future__ import annotations

import secrets as chance
from pathlib import Path

import pytest

from server.errors import SettingsError
from server.storage import secrets


def test_they_are_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = secrets.create(folder, chance.token_bytes)
    assert secrets.create(folder, chance.token_bytes) == first == secrets.load(folder)
    assert len(first.master) == len(first.log_seed) == 32
    assert first.master != first.log_seed
    assert folder.stat().st_mode & 0o077 == 0
    for name in (secrets.MASTER, secrets.LOG):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


def test_a_missing_one_is_named(tmp_path: Path) -> None:
    secrets.create(tmp_path, chance.token_bytes)
    (tmp_path / secrets.LOG).unlink()
    with pytest.raises(SettingsError) as raised:
        secrets.load(tmp_path)
    assert "log.key" in raised.value.message
    assert "CASUSKRING_SECRETS_DIR" in raised.value.message


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31, "ab" * 33, "0x" + "ab" * 31])
def test_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    secrets.create(tmp_path, chance.token_bytes)
    (tmp_path / secrets.MASTER).write_text(content)
    with pytest.raises(SettingsError) as raised:
        secrets.load(tmp_path)
    assert raised.value.message == "master.key must hold 32 bytes as 64 hexadecimal digits"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    secrets.create(tmp_path, chance.token_bytes)
    (tmp_path / secrets.MASTER).write_bytes(b"\xff" * 32)
    with pytest.raises(SettingsError):
        secrets.load(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_readable_by_others_is_refused(tmp_path: Path, mode: int) -> None:
    secrets.create(tmp_path, chance.token_bytes)
    (tmp_path / secrets.MASTER).chmod(mode)
    with pytest.raises(SettingsError) as raised:
        secrets.load(tmp_path)
    assert raised.value.message == "master.key is readable by others; give it mode 600"
