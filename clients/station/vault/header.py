"""The file `kluis` (header and sealed list) and the file `stand`, which says what `kluis` must be.

`kluis`, version 1, numbers big-endian:

    CASUSKRINGKLUIS ‖ version (1) ‖ length (4) ‖ header (JSON) ‖ SHA-256 of all before it (32) ‖ sealed list

The list is sealed with the header's checksum as associated data, so no slot can be exchanged without the list telling.
The header's sequence counts the changes of the vault. `stand`, 76 bytes, holds the sequence and the SHA-256 of `kluis`
and is written last. It tells a damaged or an old `kluis` before any passphrase is tried: without it an old `kluis`
would open with an old passphrase, and refuse the present one as if that were wrong.
"""

from __future__ import annotations

import hashlib
import struct
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import msgspec

from clients.errors import VaultDamaged, VaultMissing, VaultTooNew
from clients.station.vault.files import read_limited
from clients.station.vault.keys import VERSION, Cost, RandomBytes, Slot, bound, seal, unseal
from clients.station.vault.records import RECORDS, is_record_name

HEADER_FILE = "kluis"
STATE_FILE = "stand"
VAULT_ID_BYTES = 16
MAX_SLOTS = 256
MAX_HEADER = 1024 * 1024
MAX_FILE = 256 * 1024 * 1024
"""Bytes; a list of a million records stays below it."""

_MAGIC = b"CASUSKRINGKLUIS"
_PREFIX = struct.Struct(">15sBI")
_STATE = struct.Struct(">4sQ32s")
_STATE_MAGIC = b"CKS\x01"
_CHECKSUM = 32


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Vault id (16 bytes), the number of changes so far, the cost of every passphrase, the key slots."""

    vault: bytes
    sequence: int
    cost: Cost
    slots: tuple[Slot, ...]

    def __post_init__(self) -> None:
        """Refuse a header that no vault of ours has."""
        names = Counter((one.worker, one.kind) for one in self.slots)
        if len(self.vault) != VAULT_ID_BYTES or not 1 <= self.sequence < 2**63:
            raise ValueError("a header is out of bounds")
        if not 1 <= len(self.slots) <= MAX_SLOTS or max(names.values()) > 1:
            raise ValueError("the key slots are out of bounds")

    @property
    def workers(self) -> tuple[str, ...]:
        """The names that have a slot, in the order in which they were added."""
        return tuple(dict.fromkeys(one.worker for one in self.slots))


class Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A record in the list; `revision` is the vault's sequence at its last writing, so no two writings share one."""

    id: str
    kind: str
    revision: int

    def __post_init__(self) -> None:
        """Refuse an entry that no vault of ours has."""
        if not is_record_name(self.id) or not is_record_name(self.kind) or self.revision < 1:
            raise ValueError("a list entry is out of bounds")


@dataclass(frozen=True, slots=True, repr=False)
class Kluis:
    """The file `kluis` as read: a whole header, its checksum, the list still sealed, the SHA-256 of the whole file."""

    header: Header
    checksum: bytes
    box: bytes
    digest: bytes

    def entries(self, key: bytes) -> dict[str, Entry]:
        """Return the list by id, in the order of first writing.

        Raises:
            VaultDamaged: it does not open, or names what it cannot name.
        """
        plain = unseal(key, bound("list", self.header.vault, self.checksum), self.box)
        if plain is None:
            raise VaultDamaged(HEADER_FILE)
        try:
            found = msgspec.msgpack.decode(plain, type=tuple[Entry, ...])
        except msgspec.MsgspecError:
            raise VaultDamaged(HEADER_FILE) from None
        entries = {one.id: one for one in found}
        if len(entries) != len(found) or any(one.revision > self.header.sequence for one in found):
            raise VaultDamaged(HEADER_FILE)
        return entries


def compose(header: Header, entries: dict[str, Entry], key: bytes, random_bytes: RandomBytes) -> bytes:
    """Return the bytes of `kluis`."""
    body = msgspec.json.encode(header)
    front = _PREFIX.pack(_MAGIC, VERSION, len(body)) + body
    checksum = hashlib.sha256(front).digest()
    plain = msgspec.msgpack.encode(tuple(entries.values()))
    return front + checksum + seal(key, bound("list", header.vault, checksum), plain, random_bytes)


def parse(data: bytes, file: str = HEADER_FILE) -> Kluis:
    """Read `kluis`; nothing of the header is used before its checksum is right.

    Raises:
        VaultDamaged: it is not whole, or asks for what is out of bounds. It names `file`.
        VaultTooNew: it is whole and of a later version.
    """
    if len(data) < _PREFIX.size:
        raise VaultDamaged(file)
    magic, version, length = _PREFIX.unpack_from(data)
    end = _PREFIX.size + length
    checksum = data[end : end + _CHECKSUM]
    if magic != _MAGIC or length > MAX_HEADER or hashlib.sha256(data[:end]).digest() != checksum:
        raise VaultDamaged(file)
    if version != VERSION:
        raise VaultTooNew
    try:
        header = msgspec.json.decode(data[_PREFIX.size : end], type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise VaultDamaged(file) from None
    return Kluis(header, checksum, data[end + _CHECKSUM :], hashlib.sha256(data).digest())


def compose_state(sequence: int, digest: bytes) -> bytes:
    """Return the bytes of `stand`; `digest` is the SHA-256 of `kluis`."""
    front = _STATE.pack(_STATE_MAGIC, sequence, digest)
    return front + hashlib.sha256(front).digest()


def parse_state(data: bytes) -> tuple[int, bytes]:
    """Return the sequence and the SHA-256 of `kluis` that `stand` holds.

    Raises:
        VaultDamaged: it is not whole.
    """
    front = data[: _STATE.size]
    if len(front) < _STATE.size or data[_STATE.size :] != hashlib.sha256(front).digest():
        raise VaultDamaged(STATE_FILE)
    _, sequence, digest = _STATE.unpack(front)
    return sequence, digest


def load(folder: Path) -> tuple[Kluis, bool]:
    """Read `kluis`, held against `stand`. The second value: is `stand` behind by one, the trace of a kill?

    Raises:
        VaultMissing: nothing in the folder is of a vault.
        VaultDamaged: one of the two is missing, damaged or old.
    """
    kluis = load_header(folder)
    state = read_limited(folder / STATE_FILE, MAX_FILE)
    if state is None:
        raise VaultDamaged(STATE_FILE)
    sequence, digest = parse_state(state)
    ahead = kluis.header.sequence - sequence
    if ahead > 1:
        raise VaultDamaged(STATE_FILE)
    if ahead < 0 or (ahead == 0 and kluis.digest != digest):
        raise VaultDamaged(HEADER_FILE)
    return kluis, ahead == 1


def has_traces(folder: Path) -> bool:
    """Is anything of a vault here?"""
    return any((folder / name).exists() for name in (HEADER_FILE, STATE_FILE, RECORDS))


def load_header(folder: Path) -> Kluis:
    """Read `kluis` alone.

    Raises:
        VaultMissing: nothing in the folder is of a vault.
        VaultDamaged: it is not whole, or it is gone while the rest of a vault is there.
    """
    data = read_limited(folder / HEADER_FILE, MAX_FILE)
    if data is not None:
        return parse(data)
    if has_traces(folder):
        raise VaultDamaged(HEADER_FILE)
    raise VaultMissing
