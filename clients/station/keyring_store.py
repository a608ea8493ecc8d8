"""A worker's secret in the system's keyring: the vault then opens without a passphrase, for this user of this computer.

Only keyrings that the system itself keeps sealed are used; one that writes secrets in the clear counts as none.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import keyring
from keyring.core import recommended

from clients.errors import ClientError, StationError
from clients.station.vault import Vault

T = TypeVar("T")

SERVICE = "casuskring-station"
NO_LONGER = "De sleutelbos van deze computer past niet (meer) op deze kluis. Typ uw wachtzin."


class KeyringUnusable(StationError):
    """There is no keyring here that can be trusted with a secret, or it refused."""

    code = "keyring"
    detail = (
        "Deze computer heeft geen sleutelbos die het station kan gebruiken, of de sleutelbos weigert. "
        "U kunt gewoon met uw wachtzin blijven werken."
    )


def keep(folder: Path, worker: str, secret: bytes) -> None:
    """Put a worker's secret in the keyring, in place of an earlier one.

    Raises:
        KeyringUnusable: it is not there now.
    """
    require()
    _tried(lambda: keyring.set_password(SERVICE, _user(folder, worker), secret.hex()))
    if find(folder, worker) != secret:
        raise KeyringUnusable


def require() -> None:
    """Return when there is a keyring that the system keeps sealed.

    Raises:
        KeyringUnusable: there is none.
    """
    if not _tried(lambda: recommended(keyring.get_keyring())):
        raise KeyringUnusable


def find(folder: Path, worker: str) -> bytes | None:
    """Return a worker's secret; None when there is none, or no keyring, or it refuses."""
    try:
        found = _tried(lambda: keyring.get_password(SERVICE, _user(folder, worker)))
        return binascii.unhexlify(found) if found else None
    except (KeyringUnusable, ValueError):
        return None


def drop(folder: Path, worker: str) -> bool:
    """Take a worker's secret out of the keyring and return whether there was one.

    Raises:
        KeyringUnusable: it may still be there.
    """
    if find(folder, worker) is None:
        return False
    _tried(lambda: keyring.delete_password(SERVICE, _user(folder, worker)))
    return True


def workers(folder: Path) -> tuple[str, ...]:
    """Return whom the keyring can let in. It is asked only about workers of whom the vault has such a slot."""
    try:
        names = Vault.with_secret(folder)
    except ClientError:
        return ()
    return tuple(one for one in names if find(folder, one) is not None)


def _user(folder: Path, worker: str) -> str:
    return f"{folder.expanduser().resolve()}|{worker}"


def _tried(work: Callable[[], T]) -> T:
    try:
        return work()
    except Exception:  # noqa: BLE001 - backends raise whatever the system's libraries raise
        raise KeyringUnusable from None
