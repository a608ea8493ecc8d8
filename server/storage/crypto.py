"""Sealed envelopes: AES-256-GCM under a key derived from a case's or a session's own, which the master key wraps.

Envelope: `version (1) ‖ nonce (12) ‖ ciphertext and tag`. Version 1 derives by HKDF-SHA256(key, info = context).
Version 2 derives from the key and a random subkey of this one envelope: HKDF-SHA256(key ‖ subkey, info = context).
Without either of the two it cannot be opened, so that destroying the subkey is the deletion of this envelope alone, and
destroying the key that of everything under it. The context is also the associated data, so that a box cannot be moved
to another place. Sources: NIST SP 800-38D, RFC 5869.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import StorageError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
VERSION_WITH_SUBKEY = b"\x02"
_NO_SALT = bytes(32)

RandomBytes = Callable[[int], bytes]
"""Returns that many random bytes; `secrets.token_bytes` in the service, a seeded source in tests."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A secret key of 32 bytes with the reference that it is stored under. Its repr shows nothing."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id!r}, ***)"


def seal(key: Key, context: str, plain: bytes, random_bytes: RandomBytes, subkey: Key | None = None) -> bytes:
    """Return the envelope of `plain`; only the same key, context and, where given, subkey open it."""
    nonce = random_bytes(NONCE_BYTES)
    sealed = AESGCM(_derived(key, context, subkey)).encrypt(nonce, plain, context.encode())
    return (VERSION if subkey is None else VERSION_WITH_SUBKEY) + nonce + sealed


def unseal(key: Key, context: str, box: bytes, subkey: Key | None = None) -> bytes:
    """Return what was sealed. `subkey` belongs to an envelope of version 2, and to none of version 1.

    Raises:
        StorageError: the box is damaged, of another version, or belongs to another key or place.
    """
    if box[:1] != (VERSION if subkey is None else VERSION_WITH_SUBKEY):
        raise StorageError("a sealed envelope has an unknown version", code="envelope_version")
    nonce, sealed = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
    try:
        return AESGCM(_derived(key, context, subkey)).decrypt(nonce, sealed, context.encode())
    except (InvalidTag, ValueError):
        raise StorageError("a sealed envelope is damaged or belongs elsewhere", code="envelope_damaged") from None


def _derived(key: Key, context: str, subkey: Key | None) -> bytes:
    """Return HKDF-SHA256 of the secrets without a salt: two HMACs, because one block is as long as what is wanted."""
    version, secret = (b"1", key.secret) if subkey is None else (b"2", key.secret + subkey.secret)
    extracted = hmac.digest(_NO_SALT, secret, "sha256")
    return hmac.digest(extracted, b"casuskring/" + version + b"/" + context.encode() + b"\x01", "sha256")


def check_value(secret: bytes) -> str:
    """Return a value that tells two master keys apart and gives neither away."""
    return hashlib.sha256(b"casuskring master key check" + secret).hexdigest()[:16]
