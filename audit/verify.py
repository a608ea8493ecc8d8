"""Checks an export without the service: returns what holds, or raises the first thing that does not, with its evidence.

First the checkpoint's signature, then `leaves` against the signed root, then an earlier checkpoint against the same
leaves, and last each line against its leaf. Once `leaves` has been found good it is the map by which a wrong line
is explained. Everything streams: memory does not grow with the log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO, NoReturn

from audit.checkpoint import MAX_NOTE_BYTES, Checkpoint, VerifierKey, open_note
from audit.errors import (
    EntryChanged,
    EntryMissing,
    EntryMoved,
    EntryRepeated,
    EntryUnexpected,
    FileMissing,
    FileTruncated,
    ForkedLog,
    InvalidKey,
    LeavesDamaged,
    OtherLog,
    RootMismatch,
)
from audit.export import CHECKPOINT, ENTRIES, LEAVES, LOG_KEY
from audit.leaves import BLOCK, Leaves, append_block
from audit.tree import HASH_BYTES, Frontier

SINCE = "since"

_READ_LIMIT = 8 * 1024  # bytes of a line held at once; a longer one is hashed piece by piece
_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class VerifiedExport:
    """What was found to hold. `own_key` is true when only the export's own key could be used."""

    checkpoint: Checkpoint
    own_key: bool
    since: Checkpoint | None


def verify_export(directory: Path, *, key: VerifierKey | None, since: Path | None) -> VerifiedExport:
    """Return what the export proves.

    Args:
        key: the log's key, obtained elsewhere; None trusts the key inside the export, which the result says.
        since: a file with an earlier checkpoint of the same log, signed with the same key.

    Raises:
        FileMissing, FileTruncated, NoteError, InvalidKey: a file is not there, not whole, or not signed with the key.
        RootMismatch, LeavesDamaged: `leaves` is not what was signed.
        OtherLog, ForkedLog: the export does not extend `since`.
        EntryError: the first entry that is changed, missing, repeated, moved or added.
    """
    trusted = _own_key(directory) if key is None else key
    checkpoint = open_note(_read_note(directory / CHECKPOINT, CHECKPOINT), [trusted])
    earlier = None if since is None else open_note(_read_note(since, SINCE), [trusted], which=SINCE)
    if earlier is not None and earlier.origin != checkpoint.origin:
        raise OtherLog
    with _open(directory / LEAVES, LEAVES) as leaf_file, _open(directory / ENTRIES, ENTRIES) as entries:
        leaves = Leaves(leaf_file)
        root, earlier_root = _roots(leaves, earlier)
        if leaves.length != checkpoint.size * HASH_BYTES or root != checkpoint.root:
            _explain_leaves(leaves, entries, checkpoint, root)
        if earlier is not None and earlier_root != earlier.root:
            _raise_forked(earlier, checkpoint, earlier_root)
        _check_entries(leaves, entries, checkpoint.size)
    return VerifiedExport(checkpoint, own_key=key is None, since=earlier)


@dataclass(frozen=True, slots=True)
class _Line:
    leaf: bytes
    is_ended: bool


def _roots(leaves: Leaves, earlier: Checkpoint | None) -> tuple[bytes, bytes | None]:
    """Return the root over all leaves, and the one over as many as the earlier checkpoint counts (None: too few)."""
    frontier = Frontier()
    earlier_root = Frontier().root() if earlier is not None and earlier.size == 0 else None
    for block in leaves.blocks():
        count = len(block) // HASH_BYTES
        inside = 0 if earlier is None else earlier.size - frontier.size
        if 0 < inside <= count:
            prefix = Frontier.from_bytes(frontier.to_bytes())
            append_block(prefix, block[: inside * HASH_BYTES])
            earlier_root = prefix.root()
        append_block(frontier, block)
    return frontier.root(), earlier_root


def _check_entries(leaves: Leaves, entries: BinaryIO, size: int) -> None:
    """Check whole blocks at full speed, and line by line each block that differs or holds a long line."""
    sha, read = _sha256, entries.readline
    index = 0
    for block in leaves.blocks():
        count = len(block) // HASH_BYTES
        start = entries.tell()
        lines = [read(_READ_LIMIT) for _ in range(count)]
        found = b"".join([sha(b"\x00" + line[:-1]).digest() for line in lines])
        if found != block or not all([line.endswith(b"\n") for line in lines]):  # noqa: C419 - a list is faster here
            entries.seek(start)
            _check_lines(leaves, entries, range(index, index + count), size)
        index += count
    extra = _next_line(entries)
    if extra is not None:
        _explain_line(leaves, entries, size, size, extra)


def _check_lines(leaves: Leaves, entries: BinaryIO, places: range, size: int) -> None:
    for index in places:
        line = _next_line(entries)
        if line is None or not line.is_ended or line.leaf != leaves.at(index):
            _explain_line(leaves, entries, index, size, line)


def _explain_line(leaves: Leaves, entries: BinaryIO, index: int, size: int, line: _Line | None) -> NoReturn:
    """Raise what is wrong at this place, using the leaves, which are good, as a map."""
    wanted = leaves.at(index) if index < size else None
    expected = None if wanted is None else wanted.hex()
    if line is None:
        raise EntryMissing(index, expected=expected, count=size - index)
    actual = line.leaf.hex()
    other = leaves.find(line.leaf)
    if wanted is None:
        if other is None:
            raise EntryUnexpected(index, actual=actual)
        raise EntryRepeated(index, actual=actual, other=other)
    if not line.is_ended:
        raise FileTruncated(ENTRIES, index)
    place, again = _look_ahead(entries, index + 1, wanted, line.leaf)
    if other is None:
        wrong = EntryChanged if place is None else EntryUnexpected
        raise wrong(index, expected=expected, actual=actual, place=place)
    if other < index or again:
        raise EntryRepeated(index, expected=expected, actual=actual, other=other, place=place)
    if place is None:
        raise EntryMissing(index, expected=expected, actual=actual, other=other)
    raise EntryMoved(index, expected=expected, actual=actual, other=other, place=place)


def _look_ahead(entries: BinaryIO, index: int, wanted: bytes, found: bytes) -> tuple[int | None, bool]:
    """Return where the wanted entry stands further on (None: nowhere), and whether the found one stands there again."""
    place, again = None, False
    while block := _next_block(entries, BLOCK)[0]:
        if place is None and (at := block.find(wanted)) >= 0:  # as in `Leaves.find`
            place = index + at // HASH_BYTES
        again = again or found in block
        index += len(block) // HASH_BYTES
    return place, again


def _explain_leaves(leaves: Leaves, entries: BinaryIO, checkpoint: Checkpoint, root: bytes) -> NoReturn:
    """Raise what is wrong with `leaves`; when the lines themselves give the signed root, only `leaves` is damaged."""
    frontier = Frontier()
    first_wrong: tuple[int, bytes] | None = None
    good = True
    while frontier.size < checkpoint.size:
        found, ended = _next_block(entries, min(BLOCK, checkpoint.size - frontier.size))
        if not found:
            break
        if first_wrong is None:
            first_wrong = _first_other(leaves, frontier.size, found)
        append_block(frontier, found)
        good = good and ended
    whole = frontier.size == checkpoint.size and not entries.read(1)
    if good and whole and frontier.root() == checkpoint.root:
        index, leaf = first_wrong or (checkpoint.size, b"")
        raise LeavesDamaged(index, expected=leaf.hex() or None, actual=leaves.at(index).hex() or None)
    if leaves.length < checkpoint.size * HASH_BYTES:
        raise FileTruncated(LEAVES, leaves.length // HASH_BYTES)
    raise RootMismatch(expected=checkpoint.root.hex(), actual=root.hex())


def _first_other(leaves: Leaves, start: int, found: bytes) -> tuple[int, bytes] | None:
    """Return the first of these hashes, from the leaf `start` on, that is not the leaf there."""
    stored = next(leaves.blocks(start, start + len(found) // HASH_BYTES), b"")
    if stored == found:
        return None
    for at in range(0, len(found), HASH_BYTES):
        if stored[at : at + HASH_BYTES] != found[at : at + HASH_BYTES]:
            return start + at // HASH_BYTES, found[at : at + HASH_BYTES]
    return None


def _raise_forked(earlier: Checkpoint, checkpoint: Checkpoint, earlier_root: bytes | None) -> NoReturn:
    raise ForkedLog(
        earlier_size=earlier.size,
        size=checkpoint.size,
        expected=earlier.root.hex(),
        actual=None if earlier_root is None else earlier_root.hex(),
    )


def _next_block(entries: BinaryIO, most: int) -> tuple[bytes, bool]:
    """Return the hashes of the next lines end to end, at most so many, and whether each of these lines is ended."""
    start = entries.tell()
    lines = list(takewhile(bool, (entries.readline(_READ_LIMIT) for _ in range(most))))
    if all([line.endswith(b"\n") for line in lines]):  # noqa: C419 - a list is faster here
        return b"".join([_sha256(b"\x00" + line[:-1]).digest() for line in lines]), True
    # A line that is longer than a piece, or one that is cut off: one by one, in bounded memory.
    entries.seek(start)
    ones = list(takewhile(lambda line: line is not None, (_next_line(entries) for _ in range(most))))
    found = [line for line in ones if line is not None]
    return b"".join([line.leaf for line in found]), all(line.is_ended for line in found)


def _next_line(entries: BinaryIO) -> _Line | None:
    """Return the next line's leaf hash, in bounded memory however long the line is; None at the end of the file."""
    piece = entries.readline(_READ_LIMIT)
    if not piece:
        return None
    running = _sha256(b"\x00")
    while piece and not piece.endswith(b"\n"):
        running.update(piece)
        piece = entries.readline(_READ_LIMIT)
    running.update(piece[:-1])
    return _Line(running.digest(), is_ended=bool(piece))


def _own_key(directory: Path) -> VerifierKey:
    try:
        return VerifierKey.parse(_read_note(directory / LOG_KEY, LOG_KEY).decode())
    except UnicodeDecodeError:
        raise InvalidKey from None


def _read_note(path: Path, name: str) -> bytes:
    with _open(path, name) as file:
        return file.read(MAX_NOTE_BYTES + 1)  # one more than is allowed, so that a longer file is refused as such


def _open(path: Path, name: str) -> BinaryIO:
    """Open a regular file for reading; anything else (a folder, a pipe that would block) counts as missing."""
    try:
        if path.is_file():
            return path.open("rb")
    except OSError:
        pass
    raise FileMissing(name)
