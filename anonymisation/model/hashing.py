"""Numbers instead of strings: features are 64-bit hashes, made and looked up for a whole text at a time.

A feature is a kind and the hashes of its parts, mixed. Two features that happen to share a number share a weight; with
some hundred thousand features of 64 bits that is less likely than a fault of the memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)
_BASE = 0x100000001B3
"""Base of the polynomial over code points; odd, so that it has an inverse modulo 2^64."""


@lru_cache(maxsize=200_000)
def text_hash(text: str) -> int:
    """Return the hash of a short text; the same on every machine and in every process."""
    data = text.encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.crc32(data, 0x5BD1E995)


def mix(kind: str, *parts: Hashes) -> Hashes:
    """Return the hashes of one kind of feature whose parts are given; parts are arrays of one shape."""
    return mixed(parts[0] + np.uint64(text_hash(kind)), parts[1:])


def mix_each(features: Sequence[tuple[str, Hashes, *tuple[Hashes, ...]]]) -> Hashes:
    """Return what `mix` gives for each of many kinds with their parts, as columns; parts are arrays of one length."""
    # Those with the most parts come first: what has another part is then one block.
    order = sorted(range(len(features)), key=lambda place: -len(features[place]))
    kinds = np.array([text_hash(features[place][0]) for place in order], dtype=np.uint64)
    state = np.array([features[place][1] for place in order])
    state += kinds[:, None]
    _finish(state)
    for part in range(2, len(features[order[0]])):
        parts = [features[place][part] for place in order if len(features[place]) > part]
        block = state[: len(parts)]
        block += np.array(parts)
        _finish(block)
    found = np.empty_like(state)
    found[order] = state
    return found.T


def mixed(state: Hashes, parts: Sequence[Hashes] = ()) -> Hashes:
    """Mix parts into a state of the same shape, in place.

    Source: the finaliser of splitmix64 (Steele, Lea, Flood 2014), applied after each part.
    """
    _finish(state)
    for part in parts:
        state += part
        _finish(state)
    return state


def _finish(state: Hashes) -> None:
    state *= _MULTIPLIER
    state ^= state >> _SHIFT
    state *= _SECOND
    state ^= state >> _SHIFT


class Pieces:
    """Hashes of every stretch of letters of many words at once, from prefix sums of a polynomial."""

    def __init__(self, words: Sequence[str]) -> None:
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        self.starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        self.lengths = lengths
        codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
        self._powers, self._inverse = _powers(len(codes) + 1)
        sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum((codes + np.uint64(1)) * self._powers[: len(codes)], out=sums[1:])
        self._sums = sums

    def __call__(self, first: NDArray[np.int64], length: int | NDArray[np.int64]) -> Hashes:
        """Return the hash of the `length` letters from each place on; places count through all words.

        One length for all, or one for each.
        """
        found: Hashes = (self._sums[first + length] - self._sums[first]) * self._inverse[first]
        return found

    def whole(self) -> Hashes:
        """Return the hash of each word."""
        ends = self.starts + self.lengths
        found: Hashes = (self._sums[ends] - self._sums[self.starts]) * self._inverse[self.starts]
        return found


_cache: list[tuple[Hashes, Hashes]] = []


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """Return the powers of the base and of its inverse, kept for the longest text so far (bounded by its length)."""
    if not _cache or len(_cache[0][0]) < count:
        size = max(4096, 1 << (count - 1).bit_length())
        base = np.full(size, _BASE, dtype=np.uint64)
        inverse = np.full(size, pow(_BASE, -1, 1 << 64), dtype=np.uint64)
        base[0] = inverse[0] = 1
        _cache[:] = [(np.cumprod(base, dtype=np.uint64), np.cumprod(inverse, dtype=np.uint64))]
    return _cache[0]


class Index:
    """Finds the row of each of many hashes at once; an open-addressed table, filled once."""

    def __init__(self, keys: Hashes) -> None:
        self._keys = keys
        size = 1 << max(4, int(len(keys) * 3).bit_length())
        self._mask = np.uint64(size - 1)
        self._slots = np.full(size, -1, dtype=np.int32)
        waiting = np.arange(len(keys), dtype=np.int64)
        place = keys & self._mask
        while len(waiting):
            free = self._slots[place[waiting]] < 0
            self._slots[place[waiting[free]]] = waiting[free]
            waiting = waiting[self._slots[place[waiting]] != waiting]
            place[waiting] = (place[waiting] + np.uint64(1)) & self._mask

    def __call__(self, wanted: Hashes) -> NDArray[np.int32]:
        """Return the row of each hash, -1 where there is none; any shape."""
        flat = wanted.ravel()
        if not len(self._keys):
            return np.full(wanted.shape, -1, dtype=np.int32)
        place = flat & self._mask
        rows = self._slots.take(place.view(np.int64))
        unsure = np.flatnonzero((self._keys.take(rows) != flat) & (rows >= 0))
        while len(unsure):
            place[unsure] = (place[unsure] + np.uint64(1)) & self._mask
            rows[unsure] = self._slots[place[unsure]]
            found = rows[unsure]
            unsure = unsure[(found >= 0) & (self._keys[found] != flat[unsure])]
        shaped: NDArray[np.int32] = rows.reshape(wanted.shape)
        return shaped
