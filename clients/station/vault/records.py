"""A record as a file: `stukken/<id>`, sealed.

Version 1, numbers big-endian: `CKR ‖ version (1) ‖ revision (8) ‖ sealed kind (92) ‖ sealed data`. The kind is padded
to 64 bytes and sealed in a box of its own: a record that a kill kept out of the list has to say its kind itself. Both
boxes are tied to the vault, the id and the revision, the data to the kind as well: a file in another's place does not
open, and a file of another time has another revision than the list.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from clients.errors import BadName, RecordTooLarge, VaultDamaged
from clients.station.vault.files import read_limited
from clients.station.vault.keys import NONCE_BYTES, TAG_BYTES, VERSION, RandomBytes, bound, seal, unseal

RECORDS = "stukken"
MAX_RECORD = 64 * 1024 * 1024
"""Bytes of data in one record."""

_MAGIC = b"CKR"
_PREFIX = struct.Struct(">3sBQ")
PREFIX_BYTES = _PREFIX.size
_KIND_BYTES = 64
_KIND_BOX = NONCE_BYTES + _KIND_BYTES + TAG_BYTES
MAX_FILE = PREFIX_BYTES + _KIND_BOX + NONCE_BYTES + MAX_RECORD + TAG_BYTES

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE = re.compile(r"(?:[a-z0-9_-]|=[a-z])+=?")
# Windows opens a device, not a file, under these names.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """What a file of a record holds, once opened."""

    kind: str
    revision: int
    data: bytes


def is_record_name(name: str) -> bool:
    """Is it an id or a kind: 1 to 64 of `A-Z a-z 0-9 _ -`?"""
    return _NAME.fullmatch(name) is not None


def check_names(*names: str) -> None:
    """Refuse an id or a kind that is none.

    Raises:
        BadName: one of them is not 1 to 64 of `A-Z a-z 0-9 _ -`.
    """
    if not all(is_record_name(one) for one in names):
        raise BadName


def file_of(record_id: str) -> str:
    """Return the file name of a record; `A` becomes `=a`, so that no two ids meet where capitals do not count."""
    name = re.sub("[A-Z]", lambda found: "=" + found[0].lower(), record_id)
    return name + "=" if name in _DEVICES else name


def id_of(file: str) -> str | None:
    """Return the id of a file name; None for what `file_of` does not make."""
    if _FILE.fullmatch(file) is None:
        return None
    found_id = re.sub("=([a-z])", lambda found: found[1].upper(), file).removesuffix("=")
    return found_id if is_record_name(found_id) and file_of(found_id) == file else None


def label(record_id: str) -> str:
    """Return the name under which a damaged record is told."""
    return f"{RECORDS}/{file_of(record_id)}"


def seal_record(
    key: bytes,
    vault: bytes,
    record_id: str,
    record: Record,
    random_bytes: RandomBytes,
) -> bytes:
    """Return the bytes of the file.

    Raises:
        RecordTooLarge: more than 64 MiB of data.
    """
    if len(record.data) > MAX_RECORD:
        raise RecordTooLarge
    kind = record.kind.encode().ljust(_KIND_BYTES, b"\0")
    return (
        _PREFIX.pack(_MAGIC, VERSION, record.revision)
        + seal(key, bound("kind", vault, record_id, record.revision), kind, random_bytes)
        + seal(key, bound("record", vault, record_id, record.kind, record.revision), record.data, random_bytes)
    )


def claimed_revision(front: bytes) -> int | None:
    """Return the revision that the first bytes of a file name, which proves nothing yet; None when it names none."""
    if len(front) < PREFIX_BYTES:
        return None
    magic, version, revision = _PREFIX.unpack_from(front)
    return int(revision) if (magic, version) == (_MAGIC, VERSION) else None


def open_record(key: bytes, vault: bytes, record_id: str, file: bytes | None) -> Record:
    """Return the record that the file holds; None stands for a file that is not there.

    Raises:
        VaultDamaged: it is missing or damaged, or was not written for this id in this vault.
    """
    revision = claimed_revision(file) if file is not None else None
    if file is None or revision is None:
        raise VaultDamaged(label(record_id))
    middle = PREFIX_BYTES + _KIND_BOX
    padded = unseal(key, bound("kind", vault, record_id, revision), file[PREFIX_BYTES:middle])
    kind = (padded or b"").rstrip(b"\0").decode("ascii", "replace")
    data = unseal(key, bound("record", vault, record_id, kind, revision), file[middle:])
    if data is None or not is_record_name(kind):
        raise VaultDamaged(label(record_id))
    return Record(kind, revision, data)


@dataclass(frozen=True, slots=True, repr=False)
class Shelf:
    """The folder `stukken` of one vault, with the key and the vault id to open what stands in it."""

    folder: Path
    key: bytes
    vault: bytes

    def path(self, record_id: str) -> Path:
        """Return the file of a record."""
        return self.folder / file_of(record_id)

    def ids(self) -> list[str]:
        """Return the ids that have a file, sorted; names of no record, such as a file manager's own, are passed over.

        Raises:
            VaultDamaged: there is no such folder.
        """
        try:
            found = {id_of(path.name) for path in self.folder.iterdir()}
        except (FileNotFoundError, NotADirectoryError):
            raise VaultDamaged(RECORDS) from None
        return sorted(one for one in found if one is not None)

    def claimed(self, record_id: str) -> int | None:
        """Return the revision that a file names, unproven; None when there is no such file or it names none."""
        front = read_limited(self.path(record_id), PREFIX_BYTES)
        return None if front is None else claimed_revision(front)

    def open(self, record_id: str) -> Record:
        """Return the record in a file.

        Raises:
            VaultDamaged: it is missing, damaged, or another's.
        """
        return open_record(self.key, self.vault, record_id, read_limited(self.path(record_id), MAX_FILE))
