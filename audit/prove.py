"""Proves from an export, without the service, that one entry is in the log. Memory does not grow with the log."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from audit.checkpoint import Checkpoint
from audit.errors import NoSuchEntry
from audit.export import CHECKPOINT, ENTRIES, LEAVES
from audit.leaves import Leaves
from audit.tree import inclusion_proof, leaf_hash, verify_inclusion
from audit.verify import verify_export


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry's bytes, its place, and the proof that it is in the tree that `note` signs, lowest node first."""

    line: bytes
    index: int
    checkpoint: Checkpoint
    proof: tuple[bytes, ...]
    note: str


def prove_entry(directory: Path, index: int) -> ProvenEntry:
    """Return the inclusion proof (RFC 9162 §2.1.3) of an entry of an export that holds as a whole.

    Raises:
        NoSuchEntry: it has none of this number.
        AuditError: the export does not hold, or was changed while it was being read.
        OSError: a file cannot be read.
    """
    checkpoint = verify_export(directory, key=None, since=None).checkpoint
    if not 0 <= index < checkpoint.size:
        raise NoSuchEntry(checkpoint.size)
    with (directory / ENTRIES).open("rb") as entries, (directory / LEAVES).open("rb") as leaves:
        line = next(islice(entries, index, None), b"").removesuffix(b"\n")
        proof = inclusion_proof(Leaves(leaves).node, index, checkpoint.size)
    # The files were read a second time, so what is handed out is held against the signature once more.
    verify_inclusion(leaf_hash(line), index, checkpoint.size, proof, checkpoint.root)
    note = (directory / CHECKPOINT).read_text(encoding="utf-8")
    return ProvenEntry(line, index, checkpoint, tuple(proof), note)
