"""Judges whether a network's new log follows on the kept one: a closed log proves its end, and the next names it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from audit.checkpoint import Checkpoint, VerifierKey, open_note
from audit.errors import InvalidProof, NoteError
from audit.succession import verify_succession
from audit.tree import verify_consistency
from server.protocol.http import SuccessionAnswer

MAX_PROOF_HASHES = 64
"""A tree has at most 63 levels, and a proof one hash more."""
LONGEST_HASH = 64
"""Characters of a hash that are looked at; base64 of 32 bytes has 44."""
MAX_LINKS = 100


def follows(answer: SuccessionAnswer, old: Checkpoint, new: Checkpoint, key: VerifierKey) -> bool:
    """Return whether the answer proves that the log of `new` goes on where the log of `old` was closed.

    Every log in between must have been closed with a checkpoint by the same key, and begin with the end of the one
    before it. A log that was closed shorter than `old` was, as after a restored backup, does not prove it.
    """
    if not 0 < len(answer.links) <= MAX_LINKS:
        return False
    try:
        last = open_note(answer.checkpoint, [key])
        if last.origin != old.origin:
            return False
        if old.size:  # an empty log said nothing, so any end of it fits
            verify_consistency(old.size, last.size, hashes_of(answer.hashes), old.root, last.root)
        for link in answer.links[:-1]:
            following = open_note(link.checkpoint, [key])
            verify_succession(last, following, link.entry.encode(), hashes_of(link.hashes))
            last = following
        link = answer.links[-1]
        verify_succession(last, new, link.entry.encode(), hashes_of(link.hashes))
    except (InvalidProof, NoteError, UnicodeError):
        return False
    return True


def hashes_of(texts: Sequence[str]) -> list[bytes]:
    """Return what the base64 hashes of a proof say; what is none, or too many, is something that no proof accepts."""
    if len(texts) > MAX_PROOF_HASHES:
        return [b""]
    return [_hash(one) for one in texts]


def _hash(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST_HASH else b""
    except (binascii.Error, ValueError):
        return b""
