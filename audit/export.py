"""Writes a log as a folder that anyone can check: `entries.ndjson`, `leaves`, `checkpoint` and `log.pub`.

Other programs read this layout, so it does not change.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from audit.checkpoint import Checkpoint, VerifierKey, open_note
from audit.errors import ExportMismatch, TargetNotEmpty
from audit.tree import Frontier, leaf_hash

ENTRIES = "entries.ndjson"
LEAVES = "leaves"
CHECKPOINT = "checkpoint"
LOG_KEY = "log.pub"


def write_export(out_dir: Path, entries: Iterable[bytes], checkpoint_note: str, verifier_key: str) -> Checkpoint:
    """Write the export whole or not at all, and return the checkpoint that it stands under.

    Everything is written and synced in a folder beside `out_dir`, which then takes its name. Memory does not grow with
    the log.

    Args:
        out_dir: a folder that does not exist yet, or is empty.
        entries: the canonical bytes of every entry, in index order, without newlines.

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
        _write_log(partial, entries, checkpoint)
        _write_file(partial / CHECKPOINT, checkpoint_note.encode())
        _write_file(partial / LOG_KEY, verifier_key.removesuffix("\n").encode() + b"\n")
        _sync_folder(partial)
        _take_name(partial, out_dir)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return checkpoint


def require_empty(out_dir: Path) -> None:
    """Return when an export can be written here: a folder that does not exist yet, or is empty.

    Raises:
        TargetNotEmpty: there is something.
    """
    if out_dir.exists() and (not out_dir.is_dir() or any(out_dir.iterdir())):
        raise TargetNotEmpty


def _write_log(folder: Path, entries: Iterable[bytes], checkpoint: Checkpoint) -> None:
    frontier = Frontier()
    with (folder / ENTRIES).open("xb") as lines, (folder / LEAVES).open("xb") as leaves:
        for entry in entries:
            if b"\n" in entry:
                raise ExportMismatch
            leaf = leaf_hash(entry)
            frontier.append(leaf)
            lines.write(entry + b"\n")
            leaves.write(leaf)
        if frontier.size != checkpoint.size or frontier.root() != checkpoint.root:
            raise ExportMismatch
        _sync(lines)
        _sync(leaves)


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
