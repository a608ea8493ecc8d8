"""The vault: the encrypted store of the partner station. It knows bytes, not cases.

A folder with `kluis` (key slots and the sealed list of records), `stand` (what `kluis` must be), `stukken/<id>` (one
sealed record each) and `bezet` (empty; held while the vault is open).

What it keeps from whom: who has the folder learns the names of the workers, the ids, sizes and times of the records,
and nothing else. What it cannot tell: that the whole folder was put back to an earlier state. Removing a worker or
changing a passphrase does not change the vault's key, so an old copy of `kluis` still opens with the old passphrase.
"""

from __future__ import annotations

from clients.station.vault.keys import Cost, RandomBytes
from clients.station.vault.store import Vault

__all__ = ["Cost", "RandomBytes", "Vault"]
