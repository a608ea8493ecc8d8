"""A linear-chain conditional random field in use: weights per string, and the probability of every label per token.

It is trained elsewhere (CRFsuite); here its weights are sums over rows of one matrix, kept per word type, and the
forward-backward pass runs over all windows of a text at once, so that time is linear in the length of the text.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anonymisation.model.features import DISTANCES, Types, View, contexts
from anonymisation.model.hashing import Hashes, Index
from anonymisation.model.lexicon import Lexicon

Floats = NDArray[np.float32]
CORE, MARGIN = 28, 10
"""Tokens per window and the overlap on both sides of it; a label forgets its start within some ten tokens."""
SCALED_EVERY = 4
"""Steps after which the pass is scaled: between two scalings numbers stay far within what single precision can hold."""
KEPT_TYPES = 40_000
"""Word types whose rows are kept; the store starts anew when it is full, which bounds memory."""
BLOCK = 4_000
"""Tokens or words whose features exist at the same time; bounds the memory."""


class Weights:
    """The weights of a trained field: one row of label weights per feature, and one matrix of label pairs."""

    def __init__(self, labels: Sequence[str], keys: Hashes, rows: Floats, pairs: Floats) -> None:
        self.labels = tuple(labels)
        self.keys = keys
        self.rows = rows
        self.pairs = pairs

    @classmethod
    def of(
        cls, labels: Sequence[str], states: Mapping[tuple[str, str], float], pairs: Mapping[tuple[str, str], float]
    ) -> Weights:
        """Return the weights that CRFsuite tells as `(hash, label) → weight` and `(label, label) → weight`."""
        column = {label: n for n, label in enumerate(labels)}
        names = sorted({int(name) for name, _ in states})
        position = {name: n for n, name in enumerate(names)}
        rows = np.zeros((len(names), len(labels)), dtype=np.float32)
        for (name, label), weight in states.items():
            rows[position[int(name)], column[label]] = weight
        matrix = np.zeros((len(labels), len(labels)), dtype=np.float32)
        for (left, right), weight in pairs.items():
            matrix[column[left], column[right]] = weight
        return cls(labels, np.array(names, dtype=np.uint64), rows, matrix)

    def write(self, folder: Path) -> None:
        """Write the weights in half precision, compressed; the same weights give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        where, column = np.nonzero(self.rows)
        counts = np.bincount(where, minlength=len(self.keys)).astype(np.uint8)
        parts = {
            "keys": self.keys.astype("<u8").tobytes(),
            "counts": counts.tobytes(),
            "columns": column.astype(np.uint8).tobytes(),
            "values": self.rows[where, column].astype("<f2").tobytes(),
            "pairs": self.pairs.astype("<f4").tobytes(),
        }
        for name, data in parts.items():
            (folder / f"{name}.gz").write_bytes(gzip.compress(data, 6, mtime=0))
        (folder / "labels.json").write_text(json.dumps(self.labels) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Weights:
        """Return the weights that `write` wrote."""

        def load(name: str) -> bytes:
            return gzip.decompress((folder / f"{name}.gz").read_bytes())

        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        keys = np.frombuffer(load("keys"), dtype="<u8").astype(np.uint64)
        counts = np.frombuffer(load("counts"), dtype=np.uint8)
        where = np.repeat(np.arange(len(keys)), counts)
        rows = np.zeros((len(keys), len(labels)), dtype=np.float32)
        rows[where, np.frombuffer(load("columns"), dtype=np.uint8)] = np.frombuffer(load("values"), dtype="<f2")
        pairs = np.frombuffer(load("pairs"), dtype="<f4").reshape(len(labels), len(labels))
        return cls(labels, keys, rows, pairs.astype(np.float32))


class Field:
    """Weights and lexicon together: gives the probability of every label for every token of a text."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self.weights = weights
        self.lexicon = lexicon
        self.labels = weights.labels
        self._index = Index(weights.keys)
        self._types = Types(lexicon)
        self._table = np.zeros((0, len(DISTANCES), len(weights.labels)), dtype=np.float32)

    def probabilities(self, seen: View) -> Floats:
        """Return an array of tokens by labels; rows sum to one."""
        if not seen.words:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        if len(self._types) > KEPT_TYPES:
            self._types.clear()
        ids, first_new = self._types.learn(seen.words)
        self._learn(first_new)
        return marginals(self._emissions(ids, seen), self.weights.pairs)

    def warm(self) -> None:
        """Learn the lexicon's common words now, so that a first text meets few new ones."""
        self._learn(self._types.learn([word for word in self.lexicon.common if word])[1])

    def _learn(self, first: int) -> None:
        """Add up the weights of what the word types from `first` on tell at each distance."""
        last = len(self._types)
        if last > len(self._table):
            grown = np.zeros((max(1024, 2 * last), *self._table.shape[1:]), dtype=np.float32)
            grown[: len(self._table)] = self._table
            self._table = grown
        for start in range(first, last, BLOCK):
            end = min(start + BLOCK, last)
            self._table[start:end] = 0
            for place, distance in enumerate(DISTANCES):
                if distance == 0:
                    hashes, owners, _ = self._types.own(start, end)
                else:
                    hashes, owners = self._types.around(start, end, distance)
                self._add(self._table[start:end, place], hashes, owners)

    def _emissions(self, ids: NDArray[np.int64], seen: View) -> Floats:
        table, n = self._table, len(ids)
        scores: Floats = table[ids, DISTANCES.index(0)].copy()
        for place, distance in enumerate(DISTANCES):
            if distance < 0 and n > -distance:
                scores[-distance:] += table[ids[:distance], place]
            elif 0 < distance < n:
                scores[:-distance] += table[ids[distance:], place]
        strings = contexts(seen, self._types, ids)
        for start in range(0, n, BLOCK):
            block = strings[start : start + BLOCK]
            owners = np.repeat(np.arange(len(block)), block.shape[1])
            self._add(scores[start : start + BLOCK], block.ravel(), owners)
        return scores

    def _add(self, scores: Floats, hashes: Hashes, owners: NDArray[np.int64]) -> None:
        """Add the rows of the features that have weights to the scores of their owners, in place."""
        rows = self._index(hashes)
        known = np.flatnonzero(rows >= 0)
        if not len(known):
            return
        whose, which = owners[known], rows[known]
        if np.any(whose[1:] < whose[:-1]):
            order = np.argsort(whose, kind="stable")
            whose, which = whose[order], which[order]
        first = np.flatnonzero(np.concatenate([[True], whose[1:] != whose[:-1]]))
        scores[whose[first]] += np.add.reduceat(self.weights.rows[which], first, axis=0)


def marginals(scores: Floats, pairs: Floats) -> Floats:
    """Return the probability of each label per token, by forward-backward over overlapping windows in one batch."""
    n, labels = scores.shape
    local: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    step: Floats = np.exp(pairs)
    if n <= CORE + 2 * MARGIN:
        whole: Floats = _forward_backward(local[None], np.array([n]), step)[0]
        return whole
    starts = np.arange(0, n, CORE)
    firsts = np.maximum(starts - MARGIN, 0)
    sizes = np.minimum(starts + CORE + MARGIN, n) - firsts
    windows: Floats = np.ones((len(starts), CORE + 2 * MARGIN, labels), dtype=np.float32)
    for window, first, size in zip(windows, firsts, sizes, strict=True):
        window[:size] = local[first : first + size]
    result = _forward_backward(windows, sizes, step)
    out: Floats = np.empty_like(local)
    for window, first, start in zip(result, firsts, starts, strict=True):
        end = min(start + CORE, n)
        out[start:end] = window[start - first : end - first]
    return out


def _forward_backward(local: Floats, sizes: NDArray[np.int64], step: Floats) -> Floats:
    """`local` is windows by tokens by labels, in probability space; what each step gives is scaled every few steps.

    Only the first `sizes[k]` tokens of window k count; what stands behind them has no influence on them.
    """
    rows: Floats = np.ascontiguousarray(local.transpose(1, 0, 2))
    length, turned, shortest = len(rows), step.T.copy(), int(sizes.min())
    forward = np.empty_like(rows)
    forward[0] = rows[0]
    for t in range(1, length):
        np.matmul(forward[t - 1], step, out=forward[t])
        forward[t] *= rows[t]
        if t % SCALED_EVERY == 0:
            forward[t] /= forward[t].sum(axis=1, keepdims=True)
    back, ahead = np.ones_like(rows[0]), np.empty_like(rows[0])
    for t in range(length - 2, -1, -1):
        np.multiply(back, rows[t + 1], out=ahead)
        np.matmul(ahead, turned, out=back)
        if t % SCALED_EVERY == 0:
            back /= back.sum(axis=1, keepdims=True)
        if t + 1 >= shortest:
            back[sizes <= t + 1] = 1.0
        forward[t] *= back
    forward /= forward.sum(axis=2, keepdims=True)
    return forward.transpose(1, 0, 2)
