"""Member cards: who a reference in the log is, sealed so that only a privacy officer's private key opens it.

Envelope, version 1: `0x01 ‖ encapsulated key (32) ‖ ciphertext and tag`, by RFC 9180 in base mode with DHKEM(X25519,
HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. HPKE's `info` is `casuskring member card ‖ 0x00 ‖ version (1) ‖ fingerprint
(20) ‖ moment (8, milliseconds since 1970) ‖ reference`: a card opens under its own key, for its own member and moment,
and nowhere else. The plain text is JSON, filled up with spaces to whole blocks of 512 bytes, so that the length of an
envelope does not tell the length of a name. Whoever has the public key can seal: an envelope does not prove who did.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from audit.errors import CardUnreadable, InvalidCardKey

VERSION = 1
KEY_BYTES = 32
FINGERPRINT_BYTES = 20
BLOCK = 512
MOST_PLAIN = 16 * BLOCK
"""Bytes of a card before sealing. The register's longest texts, every sign of them escaped, stay below it."""
OVERHEAD = 1 + 32 + 16
MOST_BOX = OVERHEAD + MOST_PLAIN
LEAST_BOX = OVERHEAD + BLOCK

PREFIX = "casuskring-officer-key-1:"
MARK_OF_PRIVATE = "casuskring-officer-secret"
"""Stands in every file that holds a private half, so that whoever gets one by mistake can tell."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_LINE = re.compile(re.escape(PREFIX) + r"([A-Za-z0-9+/]{43}=)")
_NOT_HEX = re.compile(r"[\s:-]+")


@dataclass(frozen=True, slots=True)
class CardKey:
    """The public half of an officer's key. Its fingerprint is the first 20 bytes of a SHA-256 over suite and key.

    Raises:
        InvalidCardKey: not 32 bytes.
    """

    raw: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key by its length."""
        if len(self.raw) != KEY_BYTES:
            raise InvalidCardKey

    @classmethod
    def parse(cls, text: str) -> CardKey:
        """Return the key of a line as `str(key)` gives it; white space around it is passed over.

        Raises:
            InvalidCardKey: another form, or a point to which nothing can be sealed (RFC 7748 §6.1).
        """
        found = _LINE.fullmatch(text.strip()) if len(text) <= 1000 else None
        if found is None:
            raise InvalidCardKey
        try:
            key = cls(base64.b64decode(found[1], validate=True))
            X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key.raw))
        except (binascii.Error, ValueError):
            raise InvalidCardKey from None
        if str(key) != found[0]:
            # Base64 has spare bits in its last sign: one key is one line.
            raise InvalidCardKey
        return key

    def __str__(self) -> str:
        return PREFIX + base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """Return 40 hexadecimal digits that name this key."""
        named = b"casuskring officer key\x00" + bytes([VERSION]) + self.raw
        return hashlib.sha256(named).hexdigest()[: 2 * FINGERPRINT_BYTES]


def spoken(fingerprint: str) -> str:
    """Return a fingerprint in ten groups of four, as people compare it."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def unspoken(typed: str) -> str:
    """Return what somebody typed as a fingerprint, without blanks and in lower case; it need not be one."""
    return _NOT_HEX.sub("", typed[:200]).lower()


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a reference is from one moment on. `at` is in milliseconds since 1970; `organisation` is its reference."""

    member: str
    at: int
    name: str
    login: str
    organisation: str
    organisation_name: str
    function: str
    roles: tuple[str, ...]


def seal_card(card: Card, key: CardKey) -> bytes:
    """Return the envelope of a card for one officer's key.

    Raises:
        InvalidCardKey: nothing can be sealed to this key.
        CardUnreadable: the card is longer than 8 KiB.
    """
    plain = msgspec.json.encode(card)
    if len(plain) > MOST_PLAIN:
        raise CardUnreadable
    plain += b" " * (-len(plain) % BLOCK)
    try:
        public = X25519PublicKey.from_public_bytes(key.raw)
        return bytes([VERSION]) + _SUITE.encrypt(plain, public, info=_info(key, card.member, card.at))
    except ValueError:
        raise InvalidCardKey from None


def open_card(box: bytes, private: X25519PrivateKey, member: str, at: int) -> Card:
    """Return what an envelope holds about this member from this moment on.

    Raises:
        CardUnreadable: of another version, key, member or moment, damaged, or no such card. Which is not told apart.
    """
    if not looks_sealed(box):
        raise CardUnreadable
    key = CardKey(private.public_key().public_bytes_raw())
    try:
        plain = _SUITE.decrypt(box[1:], private, info=_info(key, member, at))
        card = msgspec.json.decode(plain, type=Card)
    except (InvalidTag, ValueError, UnicodeError, OverflowError, msgspec.MsgspecError, RecursionError):
        raise CardUnreadable from None
    if (card.member, card.at) != (member, at):
        raise CardUnreadable
    return card


def looks_sealed(box: bytes) -> bool:
    """Has this the version and one of the lengths of an envelope? More cannot be told without the private key."""
    whole_blocks = LEAST_BOX <= len(box) <= MOST_BOX and (len(box) - OVERHEAD) % BLOCK == 0
    return whole_blocks and box[0] == VERSION


def _info(key: CardKey, member: str, at: int) -> bytes:
    named = bytes.fromhex(key.fingerprint) + at.to_bytes(8, "big")
    return b"casuskring member card\x00" + bytes([VERSION]) + named + member.encode()
