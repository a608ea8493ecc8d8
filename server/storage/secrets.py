"""The two secrets of an installation, in files of their own: the master key and the seed of the log's signing key."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from server.errors import SettingsError
from server.storage.crypto import KEY_BYTES, RandomBytes

MASTER = "master.key"
LOG = "log.key"


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """`master` wraps the keys of cases and sessions; `log_seed` signs the audit log's checkpoints (Ed25519)."""

    master: bytes
    log_seed: bytes

    def __repr__(self) -> str:
        return "Secrets(***)"


def load(folder: Path) -> Secrets:
    """Return the secrets from their files.

    Raises:
        SettingsError: a file is missing, unreadable, readable by others, or not 32 bytes in hex.
    """
    return Secrets(_read(folder / MASTER), _read(folder / LOG))


def create(folder: Path, random_bytes: RandomBytes) -> Secrets:
    """Make the secrets that are missing, readable by this user alone, and return them all."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (MASTER, LOG):
        path = folder / name
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(random_bytes(KEY_BYTES).hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
    return load(folder)


def _read(path: Path) -> bytes:
    try:
        text = path.read_text().strip()
        mode = path.stat().st_mode
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{path.name} cannot be read in the folder that CASUSKRING_SECRETS_DIR names; "
            "`casuskring migrate` makes it for a new installation, an existing one needs its backup"
        ) from None
    if mode & 0o077:
        raise SettingsError(f"{path.name} is readable by others; give it mode 600")
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SettingsError(f"{path.name} must hold 32 bytes as 64 hexadecimal digits")
    return secret
