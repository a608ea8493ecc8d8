"""Files that are whole or not there: written beside the old one, flushed, put in its place, the folder flushed.

A change of several files is prepared in full before the first takes its place, so that a full disk is told while
everything is still as it was.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from clients.errors import VaultBusy, VaultExists, VaultUnusable

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_FILE = "bezet"
_MARK = ".nieuw"
BINARY = getattr(os, "O_BINARY", 0)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True, repr=False)
class Put:
    """A file that gets these bytes."""

    path: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class Remove:
    """A file that goes; it may be gone already."""

    path: Path


@contextmanager
def told() -> Iterator[None]:
    """Turn what the system refuses into words for the person at the screen.

    Raises:
        VaultUnusable: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise VaultUnusable(full=error.errno in _FULL) from error


def apply(steps: Sequence[Put | Remove], token: str, half_done: Callable[[], None]) -> None:
    """Carry out the steps in this order, each on the disk before the next begins.

    When an error comes before the first step was taken, nothing has changed. When it comes later, `half_done` is called
    and the files are as a kill at that moment would leave them. `token` makes the names of the temporary files.
    """
    staged: dict[Path, Path] = {}
    taken = begun = False
    try:
        for step in steps:
            if isinstance(step, Put):
                staged[step.path] = temporary(step.path, token)
                write_new(staged[step.path], step.data)
        for step in steps:
            begun = True
            if isinstance(step, Put):
                os.replace(staged[step.path], step.path)
            else:
                step.path.unlink(missing_ok=True)
            taken = True
            flush_folder(step.path.parent)
    except BaseException as error:
        for left in staged.values():
            with suppress(OSError):
                left.unlink(missing_ok=True)
        # An interrupt may come between taking a step and noting it; a refusal of the system may not.
        if taken or (begun and not isinstance(error, OSError)):
            half_done()
        raise


def temporary(path: Path, token: str) -> Path:
    """Return the place beside `path` where it is written first."""
    return path.with_name(f".{path.name}.{token}{_MARK}")


def remove_temporary(folder: Path) -> None:
    """Remove what a kill left half written in this folder."""
    for path in folder.iterdir():
        if path.name.startswith(".") and path.name.endswith(_MARK):
            path.unlink(missing_ok=True)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet, readable by its owner alone, and flush it to the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_limited(path: Path, limit: int) -> bytes | None:
    """Return the bytes of a file, at most `limit` and one more; None when it is no readable file or its disk is bad.

    Raises:
        VaultUnusable: the system does not allow it to be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except OSError as error:
        if error.errno == errno.EIO:
            return None
        raise VaultUnusable from error


@contextmanager
def new_folder(folder: Path, token: str) -> Iterator[Path]:
    """Give a folder, readable by its owner alone, that takes the place of `folder` when the block ends well.

    When it does not end well, `folder` is as it was. A kill leaves at most a hidden folder beside it.

    Raises:
        VaultExists: `folder` is a file or holds something.
        VaultUnusable: the system refused.
    """
    if folder.is_dir():
        if any(folder.iterdir()):
            raise VaultExists
    elif folder.exists() or folder.is_symlink():
        raise VaultExists
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = temporary(folder, token)
    draft.mkdir(mode=0o700)
    try:
        yield draft
        flush_folder(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        _remove_tree(draft)
        raise
    flush_folder(folder.parent)


def _remove_tree(folder: Path) -> None:
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                _remove_tree(path)
            else:
                path.unlink()
        folder.rmdir()


def take(folder: Path) -> int:
    """Take the vault for this process alone; the descriptor that is returned holds it until it is closed.

    Raises:
        VaultBusy: another has it.
    """
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | BINARY, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            raise VaultBusy from None
        raise
    return descriptor
