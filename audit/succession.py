"""How one log follows another: the first entry of the new one names the root and size at which the old one ended.

Who kept a checkpoint of the old log can then follow the new one: the old log grew to where it was closed, the new one
begins with exactly that, and both checkpoints are signed with the same key.
"""

from __future__ import annotations

from collections.abc import Sequence

from audit.checkpoint import Checkpoint
from audit.entry import ObjectRef, parse
from audit.errors import InvalidEntry, InvalidProof
from audit.events import Event, ObjectKind
from audit.tree import leaf_hash, verify_inclusion

OPENINGS = frozenset({Event.LOG_OPENED, Event.LOG_RESTORED})


def predecessor(last: Checkpoint) -> ObjectRef:
    """Return what the first entry of the next log holds of the log that ended with this checkpoint."""
    return ObjectRef(ObjectKind.CHECKPOINT, last.root.hex(), f"size:{last.size}")


def verify_succession(last: Checkpoint, new: Checkpoint, line: bytes, proof: Sequence[bytes]) -> None:
    """Return nothing when the log of `new` begins with this line, and the line says that it follows on `last`.

    Args:
        last: the checkpoint at which the old log was closed.
        new: any checkpoint of the new log.
        line: the bytes of the new log's first entry.
        proof: that it is entry 0 of `new`.

    Raises:
        InvalidProof: one of the two is not so, or any part has the wrong form.
    """
    try:
        entry = parse(line)
    except InvalidEntry:
        raise InvalidProof("first_entry_malformed") from None
    if entry.event not in OPENINGS or predecessor(last) not in entry.objects:
        raise InvalidProof("other_predecessor")
    if new.size < 1:
        raise InvalidProof("index_out_of_range")
    verify_inclusion(leaf_hash(line), 0, new.size, proof, new.root)
