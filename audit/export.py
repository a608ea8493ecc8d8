"""Writes a log as a folder that anyone can check: `entries.ndjson`, `leaves`, `checkpoint` and `log.pub`.

Other programs read this layout, so it does not change.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from audit.checkpoint import Checkpoint, VerifierKey, open_note
from audit.errors import ExportMismatch, TargetNotEmpty
from audit.tree import Frontier, leaf_hash

ENTRIES = "entries.ndjson"
LEAVES = "leaves"
CHECKPOINT = "checkpoint"
LOG_KEY = "log.pub"


class ExportWriter:
    """An export while it is being written under its checkpoint: a part of the entries, and the next, and the end."""

    def __init__(self, lines: BinaryIO, leaves: BinaryIO, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        self._lines = lines
        self._leaves = leaves
        self._frontier = Frontier()

    def add(self, entries: Iterable[bytes]) -> None:
        """Write the next entries: the canonical bytes of each, without newlines.

        Raises:
            ExportMismatch: an entry holds a newline.
            OSError: the disk refuses.
        """
        for entry in entries:
            if b"\n" in entry:
                raise ExportMismatch
            leaf = leaf_hash(entry)
            self._frontier.append(leaf)
            self._lines.write(entry + b"\n")
            self._leaves.write(leaf)

    def finish(self) -> None:
        """Make what was written durable.

        Raises:
            ExportMismatch: the entries are not exactly those that the checkpoint signs.
            OSError: the disk refuses.
        """
        if self._frontier.size != self.checkpoint.size or self._frontier.root() != self.checkpoint.root:
            raise ExportMismatch
        _sync(self._lines)
        _sync(self._leaves)


@contextmanager
def writing_export(out_dir: Path, checkpoint_note: str, verifier_key: str) -> Iterator[ExportWriter]:
    """Give a writer for the entries; when the block ends the export is there, whole, and when it raises nothing is.

    Everything is written and synced in a folder beside `out_dir`, which then takes its name. Memory does not grow with
    the log.

    Args:
        out_dir: a folder that does not exist yet, or is empty.

    Raises:
        TargetNotEmpty: `out_dir` holds something already.
        ExportMismatch: the entries are not exactly those that the checkpoint signs.
        NoteError, InvalidKey: the checkpoint is not signed with this key, or one of the two has another form.
        OSError: the disk refuses.
    """
    checkpoint = open_note(checkpoint_note, [VerifierKey.parse(verifier_key)])
    require_empty(out_dir)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out_dir.name}.", suffix=".partial", dir=out_dir.parent))
    try:
        with (partial / ENTRIES).open("xb") as lines, (partial / LEAVES).open("xb") as leaves:
            writer = ExportWriter(lines, leaves, checkpoint)
            yield writer
            writer.finish()
        _write_file(partial / CHECKPOINT, checkpoint_note.encode())
        _write_file(partial / LOG_KEY, verifier_key.removesuffix("\n").encode() + b"\n")
        _sync_folder(partial)
        _take_name(partial, out_dir)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def write_export(out_dir: Path, entries: Iterable[bytes], checkpoint_note: str, verifier_key: str) -> Checkpoint:
    """Write the export of these entries, in index order, whole or not at all, and return its checkpoint.

    Raises:
        AuditError, OSError: as `writing_export` does.
    """
    with writing_export(out_dir, checkpoint_note, verifier_key) as writer:
        writer.add(entries)
    return writer.checkpoint


def require_empty(out_dir: Path) -> None:
    """Return when an export can be written here: a folder that does not exist yet, or is empty.

    Raises:
        TargetNotEmpty: there is something.
    """
    if out_dir.exists() and (not out_dir.is_dir() or any(out_dir.iterdir())):
        raise TargetNotEmpty


def _write_file(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        _sync(file)


def _take_name(partial: Path, out_dir: Path) -> None:
    # mkdtemp makes a folder for its owner alone; the log holds references to people, so it stays that way.
    try:
        if out_dir.exists():
            out_dir.rmdir()  # empty, as was checked; rename onto a folder is not possible everywhere
        partial.rename(out_dir)
    except OSError:
        if out_dir.exists() and any(out_dir.iterdir()):
            raise TargetNotEmpty from None
        raise
    _sync_folder(out_dir.parent)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and its names are synced with the files
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
