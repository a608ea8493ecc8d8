"""A backup: one file with everything of a vault, still sealed.

Version 1, numbers big-endian:

    CASUSKRINGKOPIE ‖ version (1) ‖ number of files (4) ‖ { name length (2) ‖ name ‖ size (8) ‖ bytes } ‖ SHA-256 (32)

The first file is `kluis`, the others are `stukken/…`. The SHA-256 is over all before it. It tells a cut or damaged
archive before anything of it is written; what somebody changed on purpose is told by the seals, once the vault is open.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from clients.errors import VaultDamaged, VaultExists, VaultMissing, VaultTooNew
from clients.station.vault import files, header, records
from clients.station.vault.keys import VERSION

_MAGIC = b"CASUSKRINGKOPIE"
_PREFIX = struct.Struct(">15sBI")
_NAME = struct.Struct(">H")
_SIZE = struct.Struct(">Q")
_DIGEST = 32
_CHUNK = 1024 * 1024
_MAX_NAME = 200


def write(to: Path, number: int, parts: Iterable[tuple[str, bytes]], token: str) -> None:
    """Write an archive of `number` files. It is whole when this returns; when this raises, there is nothing at `to`.

    Raises:
        VaultExists: something stands at `to`.
        OSError: the system refused.
    """
    try:
        # An empty file holds the name until the archive takes its place; hard links, which could do without, are not
        # on every memory stick.
        os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise VaultExists from None
    draft = files.temporary(to, token)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | files.BINARY, 0o600), "wb") as file:
            _write_parts(file, number, parts)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, to)
    except BaseException:
        for left in (draft, to):
            with suppress(OSError):
                left.unlink(missing_ok=True)
        raise
    files.flush_folder(to.parent)


def _write_parts(file: BinaryIO, number: int, parts: Iterable[tuple[str, bytes]]) -> None:
    digest = hashlib.sha256()

    def put(data: bytes) -> None:
        digest.update(data)
        file.write(data)

    put(_PREFIX.pack(_MAGIC, VERSION, number))
    for name, data in parts:
        put(_NAME.pack(len(name)) + name.encode("ascii") + _SIZE.pack(len(data)))
        put(data)
    file.write(digest.digest())


def unpack(archive: Path, folder: Path, token: Callable[[], str]) -> None:
    """Make a vault at `folder` of what an archive holds; all of it or nothing.

    Raises:
        VaultMissing: there is no such archive.
        VaultExists: `folder` is a file or holds something.
        VaultDamaged: the archive is cut, damaged, or holds what no archive of ours holds.
        OSError: the system refused.
    """
    if not archive.is_file():
        raise VaultMissing
    with archive.open("rb") as file:
        _check_digest(file, archive)
        with files.new_folder(folder.resolve(), token()) as draft:
            (draft / records.RECORDS).mkdir(mode=0o700)
            for name, data in _parts(file, archive):
                files.write_new(draft / name, data)
                if name == header.HEADER_FILE:
                    kluis = header.parse(data, archive.name)
                    state = header.compose_state(kluis.header.sequence, kluis.digest)
                    files.write_new(draft / header.STATE_FILE, state)
            files.flush_folder(draft / records.RECORDS)


def _check_digest(file: BinaryIO, archive: Path) -> None:
    left = os.fstat(file.fileno()).st_size - _DIGEST
    digest = hashlib.sha256()
    while left > 0:
        chunk = file.read(min(left, _CHUNK))
        if not chunk:
            break
        digest.update(chunk)
        left -= len(chunk)
    if left or file.read() != digest.digest():
        raise VaultDamaged(archive.name)
    file.seek(0)


def _parts(file: BinaryIO, archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file; a name that is not of a vault, or comes twice, is damage."""
    left = os.fstat(file.fileno()).st_size - _DIGEST

    def take(size: int) -> bytes:
        nonlocal left
        left -= size
        data = file.read(size) if left >= 0 else b""
        if left < 0 or len(data) != size:
            raise VaultDamaged(archive.name)
        return data

    magic, version, number = _PREFIX.unpack(take(_PREFIX.size))
    if magic != _MAGIC:
        raise VaultDamaged(archive.name)
    if version != VERSION:
        raise VaultTooNew
    seen: set[str] = set()
    for at in range(number):
        name = take(min(_NAME.unpack(take(_NAME.size))[0], _MAX_NAME)).decode("ascii", "replace")
        if name in seen or not (_is_record(name) if at else name == header.HEADER_FILE):
            raise VaultDamaged(archive.name)
        seen.add(name)
        yield name, take(_SIZE.unpack(take(_SIZE.size))[0])
    if left or not seen:
        raise VaultDamaged(archive.name)


def _is_record(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == records.RECORDS and records.id_of(file) is not None
