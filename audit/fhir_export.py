"""Turns an export of the log into FHIR R4 AuditEvents, one resource a line (`application/fhir+ndjson`).

Nothing is turned that does not hold: the export is verified first, and what was read while writing is hashed again.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from audit.checkpoint import VerifierKey
from audit.entry import parse
from audit.errors import ExportMismatch, TargetExists
from audit.export import ENTRIES
from audit.fhir import BASE, audit_event
from audit.tree import Frontier, leaf_hash
from audit.verify import VerifiedExport, verify_export


def write_audit_events(
    directory: Path, out: Path, *, key: VerifierKey | None = None, since: Path | None = None, base: str = BASE
) -> VerifiedExport:
    """Write every entry of an export as an AuditEvent, in order, and return what the export proves.

    The file is there whole or not at all, readable by its owner alone. Memory does not grow with the log.

    Args:
        directory: the export.
        out: a file that does not exist yet.
        key, since: as for `verify_export`.
        base: where the installation's own code systems live.

    Raises:
        TargetExists: `out` is there already.
        AuditError: the export does not hold, or an entry has not the form that this program knows.
        ExportMismatch: the export changed while it was read.
        OSError: the disk refuses.
    """
    if out.exists():
        raise TargetExists
    verified = verify_export(directory, key=key, since=since)
    frontier = Frontier()
    descriptor, partial = tempfile.mkstemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as target, (directory / ENTRIES).open("rb") as entries:
            for line in _lines(entries):
                frontier.append(leaf_hash(line))
                target.write(json.dumps(audit_event(parse(line), base), ensure_ascii=False).encode() + b"\n")
            if (frontier.size, frontier.root()) != (verified.checkpoint.size, verified.checkpoint.root):
                raise ExportMismatch
            target.flush()
            os.fsync(target.fileno())
        os.link(partial, out)  # unlike a rename this never takes the place of a file that came meanwhile
    except FileExistsError:
        raise TargetExists from None
    finally:
        Path(partial).unlink(missing_ok=True)
    return verified


def _lines(entries: BinaryIO) -> Iterator[bytes]:
    for line in entries:
        yield line.removesuffix(b"\n")
