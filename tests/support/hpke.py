"""RFC 9180 written a second time, from its text and with other primitives, to check what we seal and open.

Base mode with DHKEM(X25519, HKDF-SHA256) and HKDF-SHA256; AES-GCM with 16 or 32 bytes of key. Not for use elsewhere.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEM = b"KEM" + (0x0020).to_bytes(2, "big")
AEAD_IDS = {16: 1, 32: 2}


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    info = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    block, out, count = b"", b"", 1
    while len(out) < length:
        block = hmac.digest(prk, block + info + bytes([count]), hashlib.sha256)
        out, count = out + block, count + 1
    return out[:length]


def _shared(dh: bytes, enc: bytes, public: bytes) -> bytes:
    eae = _extract(KEM, b"", b"eae_prk", dh)
    return _expand(KEM, eae, b"shared_secret", enc + public, 32)


def _schedule(shared: bytes, info: bytes, key_bytes: int) -> tuple[bytes, bytes]:
    suite = b"HPKE" + b"".join(one.to_bytes(2, "big") for one in (0x0020, 1, AEAD_IDS[key_bytes]))
    context = b"\x00" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared, b"secret", b"")
    return _expand(suite, secret, b"key", context, key_bytes), _expand(suite, secret, b"base_nonce", context, 12)


def seal(public: bytes, info: bytes, plain: bytes, *, ephemeral: bytes, aad: bytes = b"", key_bytes: int = 32) -> bytes:
    """Return the encapsulated key and the first ciphertext of a sender with this ephemeral private key."""
    private = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = private.public_key().public_bytes_raw()
    dh = private.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = _schedule(_shared(dh, enc, public), info, key_bytes)
    return enc + AESGCM(key).encrypt(nonce, plain, aad)


def unseal(private: bytes, info: bytes, sealed: bytes, *, aad: bytes = b"", key_bytes: int = 32) -> bytes:
    """Return what a receiver reads in the first ciphertext."""
    mine, enc = X25519PrivateKey.from_private_bytes(private), sealed[:32]
    dh = mine.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = _schedule(_shared(dh, enc, mine.public_key().public_bytes_raw()), info, key_bytes)
    return AESGCM(key).decrypt(nonce, sealed[32:], aad)
