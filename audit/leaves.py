"""The `leaves` file of an export: read in blocks, at one place, or as the nodes of the tree above it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from audit.tree import HASH_BYTES, Frontier, fold

BLOCK_LEVEL = 9  # leaves are read and folded 512 at a time
BLOCK = 1 << BLOCK_LEVEL


class Leaves:
    """Reads an open `leaves` file. `length` is its size in bytes; nothing is held but a block at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.length = os.fstat(file.fileno()).st_size

    def at(self, index: int) -> bytes:
        """Return one leaf; shorter than a hash when the file ends before it does."""
        self._file.seek(index * HASH_BYTES)
        return self._file.read(HASH_BYTES)

    def blocks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the whole leaves of [start, end) or to the end of the file, up to 512 end to end at a time."""
        at = start * HASH_BYTES
        until = self.length if end is None else end * HASH_BYTES
        while at < until:
            self._file.seek(at)  # another reader may have moved the file in between
            block = self._file.read(min(BLOCK * HASH_BYTES, until - at))
            block = block[: len(block) // HASH_BYTES * HASH_BYTES]
            if not block:
                return
            yield block
            at += len(block)

    def find(self, leaf: bytes) -> int | None:
        """Return the first index of this leaf, or None."""
        start = 0
        for block in self.blocks():
            place = block.find(leaf)  # a hash that lies across two others would be a collision of SHA-256
            if place >= 0:
                return start + place // HASH_BYTES
            start += len(block) // HASH_BYTES
        return None

    def node(self, level: int, index: int) -> bytes:
        """Return a complete node, made anew from the leaves below it; usable as the `NodeGetter` of a proof."""
        frontier = Frontier()
        for block in self.blocks(index << level, (index + 1) << level):
            append_block(frontier, block)
        return frontier.root()


def append_block(frontier: Frontier, block: bytes) -> None:
    """Append the leaves of a block; a full one must begin at a multiple of its length."""
    if len(block) == BLOCK * HASH_BYTES:
        frontier.append_subtree(BLOCK_LEVEL, fold(block))
        return
    for at in range(0, len(block), HASH_BYTES):
        frontier.append(block[at : at + HASH_BYTES])
