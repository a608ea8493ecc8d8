"""Who keeps the vault open: signing in while others come and go, under the name that the vault has."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clients.errors import VaultLocked
from clients.station.vault import Vault
from clients.station.web.keeper import Keeper
from tests.support.station import analyser
from tests.support.vaults import PASSPHRASE, new_vault

NAME = "Zoë"


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """A keeper of a vault that is locked."""
    new_vault(tmp_path / "kluis", worker=NAME).lock()
    return Keeper(tmp_path / "kluis", analyser, lambda: datetime(2026, 12, 3, 13, 0, tzinfo=UTC))


def test_a_request_of_a_stranger_does_not_lock_the_vault_under_who_signs_in(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = Vault.check

    def meanwhile(vault: Vault) -> None:
        assert keeper.desk("nobody") is None
        check(vault)

    monkeypatch.setattr(Vault, "check", meanwhile)
    desk = keeper.desk(keeper.sign_in(NAME, PASSPHRASE))
    assert desk is not None
    assert desk.drafts() == []
    keeper.lock()


def test_a_worker_has_one_name_however_it_is_typed(keeper: Keeper) -> None:
    desk = keeper.desk(keeper.sign_in(unicodedata.normalize("NFD", NAME), PASSPHRASE))
    assert desk is not None
    assert desk.worker == NAME
    keeper.lock()


def test_who_signs_in_while_the_last_other_leaves_is_told_and_tries_again(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = keeper.sign_in(NAME, PASSPHRASE)
    admits: Callable[..., bool] = Vault.admits

    def meanwhile(vault: Vault, *given: str) -> bool:
        found = admits(vault, *given)
        keeper.sign_out(first)
        return found

    monkeypatch.setattr(Vault, "admits", meanwhile)
    with pytest.raises(VaultLocked):
        keeper.sign_in(NAME, PASSPHRASE)
    assert keeper.desk(keeper.sign_in(NAME, PASSPHRASE)) is not None
    keeper.lock()
