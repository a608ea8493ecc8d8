"""A linear-chain conditional random field in use: weights per string, and the probability of every label per token.

It is trained elsewhere (CRFsuite); here its weights are sums over rows of one matrix, kept per word type, and the
forward-backward pass runs over all windows of a text at once, so that time is linear in the length of the text.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anonymisation.model.features import View, WordType, contexts, word_type
from anonymisation.model.lexicon import Lexicon

Floats = NDArray[np.float32]
CORE, MARGIN = 96, 16
"""Tokens per window and the overlap on both sides of it; a label forgets its start within some ten tokens."""
KEPT_TYPES = 60_000
"""Word types whose rows are kept; the store starts anew when it is full, which bounds memory."""
BLOCK = 2_000
"""Tokens whose strings exist at the same time."""
DISTANCES = (-3, -2, -1, 0, 1, 2, 3)


class Weights:
    """The weights of a trained field: one row of label weights per string, and one matrix of label pairs."""

    def __init__(self, labels: Sequence[str], names: Sequence[str], rows: Floats, pairs: Floats) -> None:
        self.labels = tuple(labels)
        self.rows = rows
        self.pairs = pairs
        self.index: dict[str, int] = {name: n for n, name in enumerate(names)}

    @classmethod
    def of(
        cls, labels: Sequence[str], states: Mapping[tuple[str, str], float], pairs: Mapping[tuple[str, str], float]
    ) -> Weights:
        """Return the weights that CRFsuite tells as `(string, label) → weight` and `(label, label) → weight`."""
        column = {label: n for n, label in enumerate(labels)}
        names = sorted({name for name, _ in states})
        position = {name: n for n, name in enumerate(names)}
        rows = np.zeros((len(names), len(labels)), dtype=np.float32)
        for (name, label), weight in states.items():
            rows[position[name], column[label]] = weight
        matrix = np.zeros((len(labels), len(labels)), dtype=np.float32)
        for (left, right), weight in pairs.items():
            matrix[column[left], column[right]] = weight
        return cls(labels, names, rows, matrix)

    def write(self, folder: Path) -> None:
        """Write the weights in half precision, compressed; the same weights give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(self.index, key=self.index.__getitem__)
        where, column = np.nonzero(self.rows)
        counts = np.bincount(where, minlength=len(names)).astype(np.uint8)
        parts = {
            "strings": "\n".join(names).encode(),
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
        names = load("strings").decode().split("\n")
        counts = np.frombuffer(load("counts"), dtype=np.uint8)
        where = np.repeat(np.arange(len(names)), counts)
        rows = np.zeros((len(names), len(labels)), dtype=np.float32)
        rows[where, np.frombuffer(load("columns"), dtype=np.uint8)] = np.frombuffer(load("values"), dtype="<f2")
        pairs = np.frombuffer(load("pairs"), dtype="<f4").reshape(len(labels), len(labels))
        return cls(labels, names, rows, pairs.astype(np.float32))


class Field:
    """Weights and lexicon together: gives the probability of every label for every token of a text."""

    def __init__(self, weights: Weights, lexicon: Lexicon) -> None:
        self.weights = weights
        self.lexicon = lexicon
        self.labels = tuple(dict.fromkeys(label.removeprefix("B-").removeprefix("I-") for label in weights.labels))
        """The labels without their begin and inside marks; `probabilities` has one column for each."""
        self._merge = np.zeros((len(weights.labels), len(self.labels)), dtype=np.float32)
        for row, label in enumerate(weights.labels):
            self._merge[row, self.labels.index(label.removeprefix("B-").removeprefix("I-"))] = 1
        self._ids: dict[str, int] = {}
        self._types: list[WordType] = []
        self._table = np.zeros((1024, len(DISTANCES), len(weights.labels)), dtype=np.float32)

    def probabilities(self, seen: View) -> Floats:
        """Return an array of tokens by labels; rows sum to one."""
        if not seen.words:
            return np.zeros((0, len(self.labels)), dtype=np.float32)
        if len(self._types) > KEPT_TYPES:
            self._ids, self._types = {}, []
        ids = np.fromiter((self._type_id(word) for word in seen.words), dtype=np.int64, count=len(seen.words))
        types = [self._types[i] for i in ids]
        table: Floats = marginals(self._emissions(ids, contexts(seen, types)), self.weights.pairs) @ self._merge
        return table

    def _type_id(self, word: str) -> int:
        key = word[:64]
        found = self._ids.get(key)
        return self._learn(key) if found is None else found

    def _learn(self, word: str) -> int:
        number = len(self._types)
        kind = word_type(word, self.lexicon)
        if number == len(self._table):
            self._table = np.concatenate([self._table, np.zeros_like(self._table)])
        get = self.weights.index.get
        rows: list[int] = []
        starts: list[int] = []
        places: list[int] = []
        for n, distance in enumerate(DISTANCES):
            strings = kind.own if distance == 0 else [f"{distance}{one}" for one in at_distance(kind, distance)]
            found = [row for row in map(get, strings) if row is not None]
            if found:
                places.append(n)
                starts.append(len(rows))
                rows += found
        self._table[number] = 0
        if rows:
            self._table[number, places] = np.add.reduceat(self.weights.rows[rows], starts, axis=0)
        self._types.append(kind)
        self._ids[word] = number
        return number

    def _emissions(self, ids: NDArray[np.int64], strings: Iterable[list[str]]) -> Floats:
        table, n = self._table, len(ids)
        scores: Floats = table[ids, DISTANCES.index(0)].copy()
        for place, distance in enumerate(DISTANCES):
            if distance < 0 and n > -distance:
                scores[-distance:] += table[ids[:distance], place]
            elif 0 < distance < n:
                scores[:-distance] += table[ids[distance:], place]
        for start, block in _blocks(strings):
            self._add_contexts(scores, start, block)
        return scores

    def _add_contexts(self, scores: Floats, start: int, block: list[list[str]]) -> None:
        get = self.weights.index.get
        flat = [get(one, -1) for strings in block for one in strings]
        rows = np.array(flat, dtype=np.int64).reshape(len(block), -1)
        token, column = np.nonzero(rows >= 0)
        if len(token):
            present, first = np.unique(token, return_index=True)
            scores[present + start] += np.add.reduceat(self.weights.rows[rows[token, column]], first, axis=0)


def _blocks(strings: Iterable[list[str]]) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield the strings of `BLOCK` tokens at a time with the index of the first, so that memory stays bounded."""
    block: list[list[str]] = []
    start = 0
    for one in strings:
        block.append(one)
        if len(block) == BLOCK:
            yield start, block
            start, block = start + BLOCK, []
    if block:
        yield start, block


def at_distance(kind: WordType, distance: int) -> tuple[str, ...]:
    """Return what a word tells about a token `-distance` further on."""
    far = abs(distance)
    return kind.near if far == 1 else kind.far if far == 2 else kind.furthest


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
    """`local` is windows by tokens by labels, in probability space; each step is scaled, so nothing overflows.

    Only the first `sizes[k]` tokens of window k count; what stands behind them has no influence on them.
    """
    windows, length, labels = local.shape
    forward = np.empty_like(local)
    current: Floats = local[:, 0] / local[:, 0].sum(axis=1, keepdims=True)
    forward[:, 0] = current
    for t in range(1, length):
        current = (current @ step) * local[:, t]
        current /= current.sum(axis=1, keepdims=True)
        forward[:, t] = current
    back: Floats = np.ones((windows, labels), dtype=np.float32)
    turned = step.T.copy()
    for t in range(length - 2, -1, -1):
        back = np.matmul(back * local[:, t + 1], turned, dtype=np.float32)
        back /= back.sum(axis=1, keepdims=True)
        back[sizes <= t + 1] = 1.0
        forward[:, t] *= back
    total: Floats = forward / forward.sum(axis=2, keepdims=True)
    return total
