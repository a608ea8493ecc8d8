"""The private half of an officer's key, in a file that a passphrase opens. It never leaves the officer's computer.

The file is JSON: the public half, what a try of the passphrase costs, the salt, and the private half (32 bytes) under
AES-256-GCM with the key that argon2id makes of the passphrase. All of it is associated data, so that the public half
in a file cannot be exchanged. Sources: RFC 9106 (low-memory profile), NIST SP 800-38D.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from msgspec import Struct

from audit.cards import MARK_OF_PRIVATE, CardKey
from audit.errors import InvalidCardKey
from clients.errors import FileUnusable, KeyFileLocked, KeyFileUnusable, TargetExists, VaultUnusable
from clients.station.vault.files import flush_folder, read_limited, write_new
from clients.station.vault.keys import (
    SALT_BYTES,
    Cost,
    RandomBytes,
    check_new_passphrase,
    passphrase_key,
    seal,
    unseal,
)

FORMAT = MARK_OF_PRIVATE + "-1"
MOST_BYTES = 8 * 1024


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    format: Literal["casuskring-officer-secret-1"]
    public: str
    cost: Cost
    salt: bytes
    box: bytes


@dataclass(frozen=True, slots=True, repr=False)
class OfficerKey:
    """Both halves of a key. Its repr shows the fingerprint alone."""

    private: X25519PrivateKey

    @property
    def public(self) -> CardKey:
        """Return the half that may be seen by everyone."""
        return CardKey(self.private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"OfficerKey({self.public.fingerprint!r}, ***)"


def new_key(random_bytes: RandomBytes) -> OfficerKey:
    """Return a fresh key."""
    return OfficerKey(X25519PrivateKey.from_private_bytes(random_bytes(32)))


def store(key: OfficerKey, path: Path, passphrase: str, *, random_bytes: RandomBytes, cost: Cost | None = None) -> Path:
    """Write the key under a passphrase to a new file, and its public half beside it; return where that is.

    Raises:
        WeakPassphrase: nobody should choose this passphrase.
        TargetExists: something is there already; nothing was written.
        FileUnusable: the system refused; nothing was left behind.
        TooLittleMemory: there is too little memory to protect it.
    """
    check_new_passphrase(passphrase)
    cost, salt = cost or Cost(), random_bytes(SALT_BYTES)
    secret = passphrase_key(passphrase, salt, cost)
    line = str(key.public)
    box = seal(secret, _place(line, salt, cost), key.private.private_bytes_raw(), random_bytes)
    content = msgspec.json.format(msgspec.json.encode(_File("casuskring-officer-secret-1", line, cost, salt, box)))
    public = path.with_name(path.name + ".pub")
    put_new({path: content + b"\n", public: line.encode() + b"\n"})
    return public


def load(path: Path, passphrase: str) -> OfficerKey:
    """Return the key of a file.

    Raises:
        KeyFileUnusable: it is no such file.
        KeyFileLocked: the passphrase is wrong, or the file was changed.
        FileUnusable: it cannot be read.
        TooLittleMemory: there is too little memory to try the passphrase.
    """
    found = _read(path)
    secret = passphrase_key(passphrase, found.salt, found.cost)
    raw = unseal(secret, _place(found.public, found.salt, found.cost), found.box)
    if raw is None or len(raw) != 32:
        raise KeyFileLocked
    key = OfficerKey(X25519PrivateKey.from_private_bytes(raw))
    if str(key.public) != found.public:
        raise KeyFileUnusable
    return key


def load_public(path: Path) -> CardKey:
    """Return the public half that a `.pub` file holds.

    Raises:
        InvalidCardKey: it holds none.
        FileUnusable: it cannot be read.
    """
    try:
        return CardKey.parse(read_bytes(path, MOST_BYTES).decode())
    except UnicodeDecodeError:
        raise InvalidCardKey from None


def _read(path: Path) -> _File:
    data = read_bytes(path, MOST_BYTES)
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise KeyFileUnusable from None
    if len(data) > MOST_BYTES or len(found.salt) != SALT_BYTES:
        raise KeyFileUnusable
    return found


def read_bytes(path: Path, most: int) -> bytes:
    """Return the bytes of a file, at most `most` and one more.

    Raises:
        FileUnusable: it is not there, or cannot be read.
    """
    try:
        data = read_limited(path, most)
    except VaultUnusable:
        raise FileUnusable from None
    if data is None:
        raise FileUnusable
    return data


def put_new(files: dict[Path, bytes]) -> None:
    """Write new files, readable by their owner alone: all of them, or none.

    Raises:
        TargetExists: something stands at one of the places.
        FileUnusable: the system refused.
    """
    written: list[Path] = []
    try:
        for path, content in files.items():
            if path.exists() or path.is_symlink():
                raise TargetExists
            written.append(path)
            write_new(path, content)
        for folder in {path.parent for path in files}:
            flush_folder(folder)
    except BaseException as error:
        if isinstance(error, FileExistsError):
            written.pop()  # somebody made it in between: it is theirs
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise TargetExists from None
        if isinstance(error, OSError):
            raise FileUnusable from None
        raise


def _place(public: str, salt: bytes, cost: Cost) -> bytes:
    return msgspec.msgpack.encode((FORMAT, public, salt, cost.memory_kib, cost.passes, cost.lanes))
