"""Sealed envelopes: AES-256-GCM under a subkey of a case's or a session's own key, which the master key wraps.

Envelope, version 1: `0x01 ‖ nonce (12) ‖ ciphertext and tag`. The subkey is HKDF-SHA256(key, info = context), so that
every contribution has a subkey of its own; the context is also the associated data, so that a box cannot be moved to
another place. Sources: NIST SP 800-38D, RFC 5869.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import StorageError

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"

RandomBytes = Callable[[int], bytes]
"""Returns that many random bytes; `secrets.token_bytes` in the service, a seeded source in tests."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A secret key of 32 bytes with the reference that it is stored under. Its repr shows nothing."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id!r}, ***)"


def seal(key: Key, context: str, plain: bytes, random_bytes: RandomBytes) -> bytes:
    """Return the envelope of `plain`; only the same key and context open it."""
    nonce = random_bytes(NONCE_BYTES)
    sealed = AESGCM(_subkey(key.secret, context)).encrypt(nonce, plain, context.encode())
    return VERSION + nonce + sealed


def unseal(key: Key, context: str, box: bytes) -> bytes:
    """Return what was sealed.

    Raises:
        StorageError: the box is damaged, of an unknown version, or belongs to another key or place.
    """
    if box[:1] != VERSION:
        raise StorageError("a sealed envelope has an unknown version", code="envelope_version")
    nonce, sealed = box[1 : 1 + NONCE_BYTES], box[1 + NONCE_BYTES :]
    try:
        return AESGCM(_subkey(key.secret, context)).decrypt(nonce, sealed, context.encode())
    except (InvalidTag, ValueError):
        raise StorageError("a sealed envelope is damaged or belongs elsewhere", code="envelope_damaged") from None


def _subkey(secret: bytes, context: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"casuskring/1/" + context.encode()).derive(
        secret
    )


def check_value(secret: bytes) -> str:
    """Return a value that tells two master keys apart and gives neither away."""
    return hashlib.sha256(b"casuskring master key check" + secret).hexdigest()[:16]
