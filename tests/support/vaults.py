"""Vaults for tests: invented workers, and a passphrase that costs next to nothing to try."""

from __future__ import annotations

import secrets
from pathlib import Path

from clients.station.vault import Cost, Vault

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
WORKER = "J. de Vries"
PASSPHRASE = "vier losse woorden achter elkaar"


def new_vault(folder: Path, worker: str = WORKER) -> Vault:
    """Make an empty vault and open it."""
    return Vault.create(folder, worker, PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP)


def reopen(folder: Path, passphrase: str = PASSPHRASE, worker: str = WORKER) -> Vault:
    """Open a vault that another `Vault` had open."""
    return Vault.open(folder, worker, passphrase, random_bytes=secrets.token_bytes)


def contents(vault: Vault) -> dict[str, tuple[str, bytes]]:
    """Return kind and data by id, after every file was checked."""
    vault.check()
    return {one: (vault.kind(one), vault.read(one)) for one in vault.ids()}
