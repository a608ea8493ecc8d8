"""The progress file of a folder of texts: what was done with each file, written before and after it is done.

One JSON object a line, in plain ASCII, appended and flushed to the disk. A line `writing` with the hash of the output
comes before the output takes its name, `done` after it; so after a kill at any moment the file says which outputs
are ours. A line that was cut off by a kill is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from anonymisation.errors import FolderRefused

if sys.platform != "win32":
    import fcntl

NAME = "voortgang.jsonl"
PARTIAL = ".casuskring-onvoltooid"
"""The name of the one file that is being written."""
FORMAT = "casuskring-voortgang/1"
_SALT_BYTES = 16
_SCRYPT = {"n": 2**14, "r": 8, "p": 1, "dklen": 8}
"""Slow on purpose: what is known of a person can be as guessable as a BSN."""


@dataclass(slots=True)
class State:
    """What the progress file says of one input file.

    Args:
        ours: SHA-256, in hex, of every output that we wrote or began to put in place for it.
        promised: SHA-256 of input, output, and the digest of how; of the newest such line.
        placed: did an output of ours ever stand in its place, as far as we could still say so?
        failed: the newest reason that it failed for, empty once it went well.
    """

    ours: set[str] = field(default_factory=set)
    promised: tuple[str, str, str] = ("", "", "")
    placed: bool = False
    failed: str = ""


class Progress:
    """The open progress file of one run; a second run on the same folder is refused while this one lives."""

    def __init__(self, file: BinaryIO, salt: bytes, states: dict[str, State]) -> None:
        self._file = file
        self._salt = salt
        self._states = states

    @classmethod
    def open(cls, folder: Path) -> Progress:
        """Open or begin the progress file in this folder.

        Raises:
            FolderRefused: `in_use` by another run, or `not_ours`: a file of that name that this program did not make.
            OSError: it cannot be read or written.
        """
        path = folder / NAME
        if not os.path.lexists(path):
            header = {"format": FORMAT, "salt": secrets.token_hex(_SALT_BYTES)}
            write_whole(folder, path, _line(header))
        if path.is_symlink() or not path.is_file():
            raise FolderRefused("not_ours")
        file = path.open("r+b")
        try:
            _lock(file)
            if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise FolderRefused("in_use")  # another first run put its own file in the place of this one
            lines = file.read().split(b"\n")
            salt = _salt(lines[0])
            if lines[-1]:  # cut off by a kill: end it, so that the next line stands alone
                file.write(b"\n")
        except BaseException:
            file.close()
            raise
        return cls(file, salt, _states(lines[1:]))

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close it; the lock goes with it."""
        # What could not be flushed on a full disk was reported when it was written.
        with contextlib.suppress(OSError):
            self._file.close()

    def digest(self, how: bytes) -> str:
        """Return a digest of how files are worked on, that says nothing of what it was made of."""
        return hashlib.scrypt(how, salt=self._salt, **_SCRYPT).hex()

    def of(self, name: str) -> State:
        """Return what is known of a file."""
        return self._states.setdefault(name, State())

    def writing(self, name: str, promised: tuple[str, str, str]) -> None:
        """Say that this output is about to be put in place; on disk when this returns."""
        self._say(name, "writing", promised)

    def done(self, name: str, promised: tuple[str, str, str], *, aside: str = "") -> None:
        """Say that it is in place. `aside` names the file in which an output stands that was not as we had left it."""
        self._say(name, "done", promised, {"aside": aside} if aside else {})

    def failed(self, name: str, code: str) -> None:
        """Say that a file could not be done; once is enough."""
        if self.of(name).failed != code:
            self._append({"file": name, "status": "failed", "code": code})

    def _say(self, name: str, status: str, promised: tuple[str, str, str], more: dict[str, str] | None = None) -> None:
        record = dict(zip(("input", "output", "how"), promised, strict=True))
        self._append({"file": name, "status": status, **record, **(more or {})})

    def _append(self, record: dict[str, str]) -> None:
        self._file.write(_line(record))
        self._file.flush()
        os.fsync(self._file.fileno())
        _take(self._states, record)


def write_whole(folder: Path, target: Path, data: bytes) -> None:
    """Put a file in its place whole, or not at all: written in `folder` under our own name, flushed, then renamed.

    Raises:
        OSError: it could not be written; what stood at the target still stands there.
    """
    partial = folder / PARTIAL
    try:
        # A name left by a kill is removed first, so that nobody's link is followed and nobody's file written into.
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _line(record: dict[str, str]) -> bytes:
    # ASCII only: a file's name may hold bytes that are no UTF-8, or a line break.
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def _salt(line: bytes) -> bytes:
    record = _record(line)
    try:
        if record.get("format") == FORMAT:
            return bytes.fromhex(record.get("salt", ""))
    except ValueError:
        pass
    raise FolderRefused("not_ours")


def _states(lines: list[bytes]) -> dict[str, State]:
    states: dict[str, State] = {}
    for line in lines:
        _take(states, _record(line))
    return states


def _record(line: bytes) -> dict[str, str]:
    """Return a line's record; an empty one when it is none."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    whole = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
    return found if whole else {}


def _take(states: dict[str, State], record: dict[str, str]) -> None:
    name, status = record.get("file", ""), record.get("status", "")
    if not name or status not in ("writing", "done", "failed"):
        return
    state = states.setdefault(name, State())
    if status == "failed":
        state.failed = record.get("code", "")
        return
    state.promised = (record.get("input", ""), record.get("output", ""), record.get("how", ""))
    state.ours.add(state.promised[1])
    state.placed = state.placed or status == "done"
    state.failed = ""


def _lock(file: BinaryIO) -> None:
    if sys.platform == "win32":
        return  # two runs at once are not noticed there
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise FolderRefused("in_use") from None


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and its names are synced with the files
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
