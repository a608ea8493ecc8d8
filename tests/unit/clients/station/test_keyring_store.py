"""The system's keyring: it opens the vault when it can, and is never in the way when it cannot."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from clients.errors import StationError, UnknownWorker, WrongPassphrase
from clients.station import keyring_store
from clients.station.keyring_store import KeyringUnusable
from clients.station.vault import Vault
from clients.station.web.keeper import Keeper
from tests.support.service import Clock
from tests.support.station import analyser
from tests.support.terminal import MemoryKeyring, memory_keyring
from tests.support.vaults import PASSPHRASE, WORKER, new_vault, reopen

__all__ = ["memory_keyring"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A locked vault."""
    new_vault(tmp_path / "kluis").lock()
    return tmp_path / "kluis"


def stored(folder: Path) -> bytes:
    """Make a secret, keep it and return it."""
    vault = reopen(folder)
    secret = vault.add_secret(WORKER)
    keyring_store.keep(folder, WORKER, secret)
    vault.lock()
    return secret


def test_a_secret_is_kept_found_and_dropped(memory_keyring: MemoryKeyring, folder: Path) -> None:
    assert keyring_store.find(folder, WORKER) is None
    secret = stored(folder)
    assert keyring_store.find(folder, WORKER) == secret
    assert keyring_store.workers(folder) == (WORKER,)
    assert keyring_store.find(folder, "Een ander") is None
    [(service, user)] = memory_keyring.kept
    assert (service, user) == ("casuskring-station", f"{folder.resolve()}|{WORKER}")
    Vault.open_with_secret(folder, WORKER, secret, random_bytes=secrets.token_bytes).lock()
    assert keyring_store.drop(folder, WORKER)
    assert not keyring_store.drop(folder, WORKER)
    assert keyring_store.workers(folder) == ()


def test_two_vaults_do_not_share_a_secret(memory_keyring: MemoryKeyring, folder: Path, tmp_path: Path) -> None:
    stored(folder)
    assert keyring_store.find(tmp_path / "andere", WORKER) is None
    assert keyring_store.workers(tmp_path / "andere") == ()


def test_a_keyring_that_fails_says_what_to_do_and_repeats_nothing(memory_keyring: MemoryKeyring, folder: Path) -> None:
    secret = stored(folder)
    memory_keyring.broken = True
    assert keyring_store.find(folder, WORKER) is None
    assert keyring_store.workers(folder) == ()
    with pytest.raises(KeyringUnusable) as refused:
        keyring_store.keep(folder, WORKER, secret)
    assert refused.value.__context__ is None or refused.value.__suppress_context__
    assert "wachtzin" in refused.value.detail
    assert secret.hex() not in str(refused.value)


def test_a_keyring_in_the_clear_counts_as_none(
    memory_keyring: MemoryKeyring, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryKeyring, "priority", 0.5)
    with pytest.raises(KeyringUnusable):
        keyring_store.keep(folder, WORKER, b"x" * 32)
    assert memory_keyring.kept == {}


@pytest.mark.parametrize("junk", ["", "geen hex", "abc", "é"])
def test_what_is_no_secret_counts_as_none(memory_keyring: MemoryKeyring, folder: Path, junk: str) -> None:
    stored(folder)
    memory_keyring.kept = dict.fromkeys(memory_keyring.kept, junk)
    assert keyring_store.find(folder, WORKER) is None


def test_a_removed_secret_opens_nothing_even_when_the_keyring_kept_it(
    memory_keyring: MemoryKeyring, folder: Path
) -> None:
    secret = stored(folder)
    vault = reopen(folder)
    assert vault.admits(WORKER, secret)
    vault.remove_secret(WORKER)
    vault.remove_secret(WORKER)
    assert not vault.admits(WORKER, secret)
    assert vault.admits(WORKER, PASSPHRASE)
    with pytest.raises(UnknownWorker):
        vault.remove_secret("Niemand")
    vault.lock()
    with pytest.raises(WrongPassphrase):
        Vault.open_with_secret(folder, WORKER, secret, random_bytes=secrets.token_bytes)
    assert keyring_store.workers(folder) == ()


def test_the_pages_sign_in_with_the_keyring(memory_keyring: MemoryKeyring, folder: Path) -> None:
    keeper = Keeper(folder, analyser, Clock())
    assert keeper.in_keyring() == ()
    with pytest.raises(StationError):
        keeper.sign_in_with_keyring(WORKER)
    stored(folder)
    assert keeper.in_keyring() == (WORKER,)
    first = keeper.sign_in_with_keyring(WORKER)
    second = keeper.sign_in_with_keyring(WORKER)
    assert keeper.desk(first) is not None
    assert keeper.desk(second) is not None
    memory_keyring.kept = dict.fromkeys(memory_keyring.kept, "00" * 32)
    with pytest.raises(StationError) as refused:
        keeper.sign_in_with_keyring(WORKER)
    assert refused.value.detail == keyring_store.NO_LONGER
    keeper.lock()
    with pytest.raises(StationError):
        keeper.sign_in_with_keyring("Niemand")
    reopen(folder).lock()
