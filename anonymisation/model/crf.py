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

from anonymisation.model.features import AROUND, DISTANCES, Types, View, contexts
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

    def __init__(
        self, labels: Sequence[str], keys: Hashes, rows: Floats, pairs: Floats, *, padded: bool = False
    ) -> None:
        """`padded` rows end in one of zeros already."""
        self.labels = tuple(labels)
        self.keys = keys
        self.padded = rows if padded else np.concatenate([rows, np.zeros((1, len(labels)), dtype=np.float32)])
        """The rows, and one of zeros: a feature without weights has row -1."""
        self.rows = self.padded[: len(keys)]
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
        rows = np.zeros((len(keys) + 1, len(labels)), dtype=np.float32)
        rows[where, np.frombuffer(load("columns"), dtype=np.uint8)] = np.frombuffer(load("values"), dtype="<f2")
        pairs = np.frombuffer(load("pairs"), dtype="<f4").reshape(len(labels), len(labels))
        return cls(labels, keys, rows, pairs.astype(np.float32), padded=True)


class Field:
    """Weights and lexicon together: gives the probability of every label for every token of a text."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self.weights = weights
        self.lexicon = lexicon
        self.labels = weights.labels
        self._index = Index(weights.keys)
        self._types = Types(lexicon)
        self._table = np.zeros((0, len(DISTANCES), len(weights.labels)), dtype=np.float32)
        self._rows = weights.padded

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
            block = self._table[start:end]
            block[:] = 0
            hashes, owners, _ = self._types.own(start, end)
            self._add(block[:, DISTANCES.index(0)], hashes, owners)
            told, counts = self._types.neighbours(start, end, AROUND)
            rows = np.where(counts, self._index(told), -1)
            for place, distance in enumerate(DISTANCES):
                if distance:
                    self._add_each(block[:, place], rows[[one.distance == distance for one in AROUND]])

    def _emissions(self, ids: NDArray[np.int64], seen: View) -> Floats:
        table, n = self._table, len(ids)
        scores: Floats = table[ids, DISTANCES.index(0)].copy()
        for place, distance in enumerate(DISTANCES):
            if distance < 0 and n > -distance:
                scores[-distance:] += table[ids[:distance], place]
            elif 0 < distance < n:
                scores[:-distance] += table[ids[distance:], place]
        features = contexts(seen, self._types, ids).T
        for start in range(0, n, BLOCK):
            self._add_each(scores[start : start + BLOCK], self._index(features[:, start : start + BLOCK]))
        return scores

    def _add_each(self, scores: Floats, rows: NDArray[np.int32]) -> None:
        """Add to the scores the weights of features that every token has: their rows, by feature and token."""
        total = np.zeros_like(scores)
        for of_feature in rows:
            total += self._rows.take(of_feature, axis=0)
        scores += total

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
    starts = np.arange(0, n, CORE) if n > CORE + 2 * MARGIN else np.zeros(1, dtype=np.int64)
    firsts = np.maximum(starts - MARGIN, 0)
    sizes = np.minimum(starts + CORE + MARGIN, n) - firsts if len(starts) > 1 else np.array([n])
    length = int(sizes.max())
    within = np.arange(length)[:, None]
    # Both ways at once: each window from its first token on, and from its last token back.
    rows: Floats = np.empty((length, 2, len(starts), labels), dtype=np.float32)
    rows[:, 0] = local[np.minimum(firsts + within, n - 1)]
    rows[:, 1] = local[np.maximum(firsts + sizes - 1 - within, 0)]
    ahead, back = _both_ways(rows, step)
    place = np.arange(n)
    window = np.minimum(place // CORE, len(starts) - 1)
    at = place - firsts[window]
    out: Floats = ahead[at, window] * back[sizes[window] - 1 - at, window]
    out /= out.sum(axis=1, keepdims=True)
    return out


def _both_ways(rows: Floats, step: Floats) -> tuple[Floats, Floats]:
    """Return the pass from the first token on, and the one from the last token back without the token itself.

    `rows` is tokens by direction by windows by labels, in probability space; what each step gives is scaled every few
    steps. What stands behind the last token of a window has no influence on it in either direction.
    """
    steps = np.stack([step, step.T])
    passed, alone = np.empty_like(rows), np.ones_like(rows)
    passed[0] = rows[0]
    for t in range(1, len(rows)):
        np.matmul(passed[t - 1], steps, out=alone[t])
        np.multiply(alone[t], rows[t], out=passed[t])
        if t % SCALED_EVERY == 0:
            passed[t] /= passed[t].sum(axis=2, keepdims=True)
    return passed[:, 0], alone[:, 1]
