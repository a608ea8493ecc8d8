"""A whole folder of texts: each `.txt` protected under the same name in another folder, and resumed after a stop.

An output is put in its place whole or not at all, and only where nothing stands that is not ours. What is told of a
run are numbers and codes: a file's name may hold a person's name, so names stand in the progress file alone.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anonymisation.batch import Handled, handle
from anonymisation.errors import AnonymisationError, FolderRefused
from anonymisation.known import Known
from anonymisation.progress import PARTIAL, Progress, State, write_whole

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser

MAX_FILE_BYTES = 4_400_000
SUFFIX = ".txt"
ASIDE = "gewijzigd-"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MEETS_ALL = _FULL | {errno.EROFS, errno.EIO}
"""Errors that the next file would meet as well."""


@dataclass(slots=True)
class Totals:
    """What a run did. `stopped` is a code when it ended before its end; `aside` counts outputs that were set aside."""

    done: int = 0
    skipped: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    doubtful: int = 0
    risks: int = 0
    not_dutch: int = 0
    aside: int = 0
    stopped: str = ""


class _Failed(Exception):
    """One file cannot be done; the run goes on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the input by its relative name with `/`; `code` is set when it cannot be read as a text."""

    name: str
    path: Path
    code: str = ""


def require_apart(source: Path, out: Path) -> None:
    """Return when neither folder is, or lies in, the other, whatever links lead there.

    Raises:
        FolderRefused: `no_folder`, `out_inside`, or `source_inside`.
    """
    if not source.is_dir():
        raise FolderRefused("no_folder")
    if os.path.lexists(out) and not out.is_dir():
        raise FolderRefused("out_no_folder")
    if _holds(source, out.resolve()):
        raise FolderRefused("out_inside")
    if _holds(out, source.resolve()):
        raise FolderRefused("source_inside")


def _holds(folder: Path, inner: Path) -> bool:
    """Is `inner` this folder, or somewhere in it? By what the disk says, so that case and mounts do not matter."""
    if not folder.exists():
        return False
    return any(one.exists() and one.samefile(folder) for one in (inner, *inner.parents))


def find(source: Path) -> list[Found]:
    """Return every text of the folder, sorted by its name's bytes; links are told and never followed."""
    found: list[Found] = []
    waiting = [("", source)]
    while waiting:
        prefix, folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    name, path = prefix + entry.name, Path(entry.path)
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((name + "/", path))
                    elif entry.name.lower().endswith(SUFFIX) or (entry.is_symlink() and entry.is_dir()):
                        found.append(Found(name, path, "link" if entry.is_symlink() else ""))
        except OSError:
            found.append(Found(prefix or "/", folder, "unreadable_folder"))
    return sorted(found, key=lambda one: os.fsencode(one.name))


@dataclass(slots=True)
class FolderRun:
    """One run over a folder.

    Args:
        how: what else decides the outputs, such as the model and the bytes of what is known; other bytes mean that
            every file is done again.
    """

    analyser: Analyser
    known: Known | None
    out: Path
    how: bytes = b""
    totals: Totals = field(default_factory=Totals)

    def run(self, files: list[Found], tick: Callable[[int], None] = lambda _at: None) -> Totals:
        """Do every file that is not done yet, and return the totals. `tick` is called with how many were looked at.

        Raises:
            FolderRefused: the progress file is not ours, or another run is busy.
            OSError: the output folder or the progress file cannot be made or read.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        with Progress.open(self.out) as progress:
            (self.out / PARTIAL).unlink(missing_ok=True)
            digest = progress.digest(self.how)
            for at, found in enumerate(files):
                tick(at)
                try:
                    self._one(progress, found, digest)
                except OSError as error:
                    # Only the progress file or a full disk can do this: going on would do work that cannot be kept.
                    self.totals.stopped = "disk_full" if error.errno in _FULL else "output_failed"
                    break
            else:
                tick(len(files))
        return self.totals

    def _one(self, progress: Progress, found: Found, digest: str) -> None:
        try:
            self._try(progress, found, digest)
        except _Failed as failed:
            self.totals.failed[failed.code] += 1
            progress.failed(found.name, failed.code)

    def _try(self, progress: Progress, found: Found, digest: str) -> None:
        if found.code:
            raise _Failed(found.code)
        raw = _read(found.path)
        state = progress.of(found.name)
        target = self._target(found.name)
        standing = _standing(target, state)
        source = hashlib.sha256(raw).hexdigest()
        if standing and state.promised == (source, standing, digest):
            if state.failed or not state.placed:
                progress.done(found.name, state.promised)
            self.totals.skipped += 1
            return
        handled = self._handled(raw)
        data = handled.text.encode()
        promised = (source, hashlib.sha256(data).hexdigest(), digest)
        progress.writing(found.name, promised)
        aside = "" if standing in state.ours or not standing else self._set_aside(target, standing)
        self._write(target, data)
        progress.done(found.name, promised, aside=aside)
        self._count(handled)

    def _target(self, name: str) -> Path:
        """Return where the output goes, once its folder is there and no link leads out of ours."""
        target = self.out / name
        try:
            if not target.parent.resolve().is_relative_to(self.out.resolve()):
                raise _Failed("output_link")
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _mine(error) from None
        except RecursionError:  # deeper than can be made
            raise _Failed("output_failed") from None
        except RuntimeError:  # links that lead to each other
            raise _Failed("output_link") from None
        return target

    def _handled(self, raw: bytes) -> Handled:
        try:
            text = raw.decode("utf-8-sig")
            if not text.strip():
                raise _Failed("empty")
            return handle(text, self.analyser, self.known)
        except _Failed:
            raise
        except UnicodeDecodeError:
            raise _Failed("invalid_utf8") from None
        except AnonymisationError as error:
            raise _Failed(error.code) from None
        except Exception:  # noqa: BLE001 - one text that breaks the analyser must not end a run of thousands
            raise _Failed("internal_error") from None

    def _set_aside(self, target: Path, standing: str) -> str:
        """Keep an output that somebody changed since we wrote it: it may be a person's own correction."""
        aside = target.with_name(ASIDE + standing[:16])
        try:
            target.replace(aside)
        except OSError as error:
            raise _mine(error) from None
        self.totals.aside += 1
        return aside.name

    def _write(self, target: Path, data: bytes) -> None:
        try:
            write_whole(self.out, target, data)
        except OSError as error:
            raise _mine(error) from None

    def _count(self, handled: Handled) -> None:
        self.totals.done += 1
        self.totals.counts += handled.counts
        self.totals.doubtful += handled.doubtful
        self.totals.risks += len(handled.risks)
        self.totals.not_dutch += not handled.dutch


def _read(path: Path) -> bytes:
    """Return the bytes of a regular file; a pipe or a link that took its place since is refused unread."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _Failed("not_a_file")
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError:
        raise _Failed("unreadable") from None
    if len(raw) > MAX_FILE_BYTES:
        raise _Failed("text_too_large")
    return raw


def _standing(target: Path, state: State) -> str:
    """Return the SHA-256 of the output that stands there, empty when none does.

    Raises:
        _Failed: what stands there is not ours; it is left alone.
    """
    if not os.path.lexists(target):
        return ""
    if not state.ours or target.is_symlink() or not target.is_file():
        raise _Failed("output_exists")
    try:
        with target.open("rb") as file:
            standing = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise _Failed("output_exists") from None
    if standing not in state.ours and not state.placed:
        raise _Failed("output_exists")
    return standing


def _mine(error: OSError) -> Exception:
    """Return the error itself when it will meet every file, else the failure of this one."""
    return error if error.errno in _MEETS_ALL else _Failed("output_failed")
