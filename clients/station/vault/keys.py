"""Key slots: how a worker's passphrase, or a secret in the system's keyring, opens the vault's own key.

The passphrase is NFKC-normalised, so that the same keys on another keyboard or system give the same bytes, and goes
through argon2id. A secret has 256 random bits already and goes through HKDF-SHA256. Sources: RFC 9106, RFC 5869.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from clients.errors import BadName, TooLittleMemory, WeakPassphrase, WrongPassphrase

VERSION = 1
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
SLOT_BOX_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
MIN_PASSPHRASE = 12
MAX_PASSPHRASE = 1024
MAX_NAME = 100

RandomBytes = Callable[[int], bytes]
"""Returns that many random bytes: `secrets.token_bytes`, or a seeded source in tests."""

SlotKind = Literal["passphrase", "secret"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try of a passphrase costs: memory in KiB, passes, lanes; by default RFC 9106's low-memory profile.

    Raises:
        ValueError: outside 8 KiB per lane to 1 GiB, 1 to 20 passes, 1 to 16 lanes. A header cannot ask for more.
    """

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        """Refuse what no vault of ours asks for."""
        if not (1 <= self.lanes <= 16 and 1 <= self.passes <= 20 and 8 * self.lanes <= self.memory_kib <= 1024 * 1024):
            raise ValueError("a cost is out of bounds")


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to the vault's key. `box` is the nonce and the sealed key, 60 bytes."""

    worker: str
    kind: SlotKind
    salt: bytes
    box: bytes

    def __post_init__(self) -> None:
        """Refuse a slot that `make_slot` would not make."""
        if len(self.salt) != SALT_BYTES or len(self.box) != SLOT_BOX_BYTES or not is_worker_name(self.worker):
            raise ValueError("a key slot has the wrong form")


def bound(*parts: str | int | bytes) -> bytes:
    """Return the associated data that ties a box to its place; no two lists of parts give the same bytes."""
    return msgspec.msgpack.encode(("casuskring kluis", VERSION, *parts))


def seal(key: bytes, place: bytes, plain: bytes, random_bytes: RandomBytes) -> bytes:
    """Return nonce (12 bytes), ciphertext and tag (16 bytes) of `plain` under AES-256-GCM."""
    nonce = random_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def unseal(key: bytes, place: bytes, box: bytes) -> bytes | None:
    """Return what was sealed, or None: damaged, of another key or of another place."""
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place)
    except (InvalidTag, ValueError):
        return None


def is_worker_name(name: str) -> bool:
    """Is it 1 to 100 characters in NFC, without control characters, lone surrogates or blanks at the ends?"""
    return (
        1 <= len(name) <= MAX_NAME
        and name == name.strip()
        and unicodedata.is_normalized("NFC", name)
        and not any(unicodedata.category(one).startswith("C") for one in name)
    )


def worker_name(name: str) -> str:
    """Return the name in NFC, the form in which slots hold it.

    Raises:
        BadName: it is no name for a worker.
    """
    name = unicodedata.normalize("NFC", name)
    if not is_worker_name(name):
        raise BadName
    return name


def check_new_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that nobody should choose.

    Raises:
        WeakPassphrase: under 12 characters after normalisation, blanks at the ends not counted; over 1,024; or with a
            lone surrogate, which no keyboard gives twice.
    """
    normal = unicodedata.normalize("NFKC", passphrase)
    if len(normal.strip()) < MIN_PASSPHRASE or max(len(normal), len(passphrase)) > MAX_PASSPHRASE:
        raise WeakPassphrase
    if any(unicodedata.category(one) == "Cs" for one in normal):
        raise WeakPassphrase


def passphrase_key(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the 32 bytes that argon2id makes of a passphrase. Any text is accepted, so that any text takes as long.

    Raises:
        TooLittleMemory: the system did not give the memory that the cost asks for.
    """
    normal = unicodedata.normalize("NFKC", passphrase[: MAX_PASSPHRASE + 1])
    try:
        return hash_secret_raw(
            secret=normal.encode("utf-8", "surrogatepass"),
            salt=salt,
            time_cost=cost.passes,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=KEY_BYTES,
            type=Type.ID,
        )
    except (HashingError, MemoryError):
        raise TooLittleMemory from None


def secret_key(secret: bytes, salt: bytes) -> bytes:
    """Return the 32 bytes that HKDF-SHA256 makes of a keyring secret."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=bound("keyring")).derive(secret)


def make_slot(
    worker: str, kind: SlotKind, word: str | bytes, *, vault: bytes, key: bytes, cost: Cost, random_bytes: RandomBytes
) -> Slot:
    """Return a slot that gives `key` to who has `word`: a passphrase, or a secret of 32 bytes."""
    salt = random_bytes(SALT_BYTES)
    box = seal(_wrapping(word, salt, cost), _place(vault, worker, kind, salt, cost), key, random_bytes)
    return Slot(worker, kind, salt, box)


def open_slot(
    slots: tuple[Slot, ...], worker: str, kind: SlotKind, word: str | bytes, *, vault: bytes, cost: Cost
) -> bytes:
    """Return the vault's key.

    Raises:
        WrongPassphrase: the word is wrong or there is no such worker. Both take the same steps, argon2id included.
    """
    # No name is four times as long in another normal form; what is longer is nobody's.
    name = unicodedata.normalize("NFC", worker) if len(worker) <= 4 * MAX_NAME else ""
    nobody = Slot("-", kind, hashlib.sha256(vault).digest()[:SALT_BYTES], bytes(SLOT_BOX_BYTES))
    slot = next((one for one in slots if one.worker == name and one.kind == kind), nobody)
    place = _place(vault, slot.worker, kind, slot.salt, cost)
    key = unseal(_wrapping(word, slot.salt, cost), place, slot.box)
    if key is None:
        raise WrongPassphrase
    return key


def _wrapping(word: str | bytes, salt: bytes, cost: Cost) -> bytes:
    return passphrase_key(word, salt, cost) if isinstance(word, str) else secret_key(word, salt)


def _place(vault: bytes, worker: str, kind: str, salt: bytes, cost: Cost) -> bytes:
    return bound("slot", vault, worker, kind, salt, cost.memory_kib, cost.passes, cost.lanes)
