"""Trains the field: stochastic gradient descent on the likelihood of the labels, a few passes over the documents.

The features of a word type are added up once per batch and word, not once per token, which makes a pass over a million
tokens take well under a minute of one core. The same seed gives the same weights on the same machine.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anonymisation.model.crf import Floats, Weights
from anonymisation.model.features import CONTEXTS, DISTANCES, Types, View, contexts
from anonymisation.model.hashing import Hashes, Index
from anonymisation.model.lexicon import Lexicon

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Options:
    """How to train. `forget` is the share of strange words per document whose identity is hidden from the field."""

    seed: int
    passes: int = 6
    batch_tokens: int = 3000
    rate: float = 0.25
    l1: float = 0.05
    l2: float = 1.0
    least: int = 2
    forget: float = 0.35
    keep: float = 0.04


@dataclass(slots=True)
class _Document:
    ids: Ints
    places: NDArray[np.int32]
    labels: NDArray[np.int8]


@dataclass(slots=True)
class _Ragged:
    """Lists of numbers of different lengths, one per word type variant, end to end."""

    values: NDArray[np.int32]
    starts: Ints

    def take(self, which: Ints) -> tuple[NDArray[np.int32], Ints]:
        """Return the lists of some types end to end, and for each number whose it is (its place in `which`)."""
        lengths = self.starts[which + 1] - self.starts[which]
        owners = np.repeat(np.arange(len(which)), lengths)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return self.values[self.starts[which][owners] + within], owners


@dataclass(slots=True)
class _Gathering:
    """Documents turned into numbers; `add` them all, then `close` once."""

    lexicon: Lexicon
    labels: tuple[str, ...]
    types: Types = field(init=False)
    documents: list[_Document] = field(default_factory=list)
    _hashes: list[Hashes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.types = Types(self.lexicon)

    def add(self, seen: View, labels: Sequence[str]) -> None:
        """Take one document with the label of each of its tokens."""
        ids, _ = self.types.learn(seen.words)
        self._hashes.append(contexts(seen, self.types, ids))
        numbers = np.array([self.labels.index(one) for one in labels], dtype=np.int8)
        self.documents.append(_Document(ids, np.zeros((0, 0), dtype=np.int32), numbers))

    def close(self, least: int) -> Corpus:
        """Number the features that occur at least `least` times and return the documents in those numbers."""
        size = len(self.types)
        counts = np.zeros(size, dtype=np.int64)
        for one in self.documents:
            np.add.at(counts, one.ids, 1)
        own, owners, identity = self.types.own(0, size)
        told = {distance: self.types.around(0, size, distance) for distance in DISTANCES if distance}
        kept, seen = self._kept(counts, [(own, owners), *told.values()], least)
        index = Index(kept)
        for one, hashes in zip(self.documents, self._hashes, strict=True):
            one.places = index(hashes)
        self._hashes.clear()
        facts = self.types.facts(np.arange(size))
        return Corpus(
            keys=kept,
            documents=self.documents,
            labels=self.labels,
            own=_ragged(index(own), owners, size),
            bare=_ragged(index(own[~identity]), owners[~identity], size),
            around={distance: _ragged(index(hashes), whose, size) for distance, (hashes, whose) in told.items()},
            low=facts[:, 4],
            strange=facts[:, 5].astype(bool),
            seen=seen,
            words=[self.types.words[n] for n in np.argsort(-counts, kind="stable").tolist()],
        )

    def _kept(self, counts: Ints, parts: list[tuple[Hashes, Ints]], least: int) -> tuple[Hashes, NDArray[np.float64]]:
        """Return the features that occur often enough, and how often each does."""
        keys, inverse = np.unique(np.concatenate([hashes for hashes, _ in parts]), return_inverse=True)
        often = np.bincount(inverse, weights=np.concatenate([counts[owners] for _, owners in parts]))
        place_keys, place_counts = np.unique(np.concatenate([h.ravel() for h in self._hashes]), return_counts=True)
        kept = np.unique(np.concatenate([keys[often >= least], place_keys[place_counts >= least]]))
        seen = np.zeros(len(kept) + 1, dtype=np.float64)
        index = Index(kept)
        np.add.at(seen, index(keys), often)
        np.add.at(seen, index(place_keys), place_counts)
        return kept, seen[:-1]


def _ragged(rows: NDArray[np.int32], owners: Ints, size: int) -> _Ragged:
    known = rows >= 0
    rows, owners = rows[known], owners[known]
    order = np.argsort(owners, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=size))]).astype(np.int64)
    return _Ragged(rows[order], starts)


@dataclass(slots=True)
class Corpus:
    keys: Hashes
    documents: list[_Document]
    labels: tuple[str, ...]
    own: _Ragged
    bare: _Ragged
    around: dict[int, _Ragged]
    low: Ints
    strange: NDArray[np.bool_]
    seen: NDArray[np.float64]
    """How often each feature occurs."""

    words: list[str]
    """Every word type as it is written, the most frequent first."""

    @property
    def tokens(self) -> int:
        """How many tokens all documents hold."""
        return sum(len(one.ids) for one in self.documents)


def train(corpus: Corpus, options: Options) -> Weights:
    """Return the weights that make the labels of the documents likely.

    Source: Lafferty, McCallum, Pereira 2001 (the field); Duchi, Hazan, Singer 2011 (the steps); weights of the second
    half of the passes are averaged.
    """
    rng = random.Random(options.seed)
    labels = len(corpus.labels)
    state = _State.start(len(corpus.keys), labels)
    state.turns = _turns(corpus, options)
    average = np.zeros_like(state.rows)
    average_pairs = np.zeros_like(state.pairs)
    taken = 0
    began = time.monotonic()
    for epoch in range(options.passes):
        loss = 0.0
        for batch in _batches(corpus.documents, options.batch_tokens, rng):
            loss += _step(corpus, batch, state, options, rng)
        if epoch >= options.passes // 2:
            average += state.rows
            average_pairs += state.pairs
            taken += 1
        print(
            f"pass {epoch + 1}: loss {loss / corpus.tokens:.4f} a token, {time.monotonic() - began:.0f} s", flush=True
        )
    rows: Floats = (average[:-1] / taken).astype(np.float32)
    rows[np.abs(rows) < options.keep / 4] = 0
    strong = np.abs(rows).max(axis=1) >= options.keep
    print(f"{int(strong.sum())} of {len(strong)} features have weights")
    return Weights(corpus.labels, corpus.keys[strong], rows[strong], (average_pairs / taken).astype(np.float32))


@dataclass(frozen=True, slots=True)
class _Pull:
    """What draws weights to zero in one step: L1 cuts, L2 shrinks; numbers, or one per weight."""

    l1: Floats | float = 0.0
    l2: Floats | float = 0.0


@dataclass(slots=True)
class _State:
    """Weights and the sums of their squared gradients; the last row stands for unknown features and stays zero."""

    rows: Floats
    squares: Floats
    pairs: Floats
    pair_squares: Floats
    turns: Floats
    """In how many steps of a pass a feature takes part: its share of the regularisation is spread over them."""

    @classmethod
    def start(cls, features: int, labels: int) -> _State:
        shape = (features + 1, labels)
        return cls(
            np.zeros(shape, dtype=np.float32),
            np.full(shape, 0.1, dtype=np.float32),
            np.zeros((labels, labels), dtype=np.float32),
            np.full((labels, labels), 1.0, dtype=np.float32),
            np.ones((features, 1), dtype=np.float32),
        )


def _turns(corpus: Corpus, options: Options) -> Floats:
    """Return the expected number of batches per pass that hold each feature."""
    batches = max(1.0, corpus.tokens / options.batch_tokens)
    turns: Floats = (batches * (1 - (1 - 1 / batches) ** corpus.seen)).astype(np.float32)[:, None]
    return np.maximum(turns, 1)


def _batches(documents: Sequence[_Document], tokens: int, rng: random.Random) -> Iterator[list[_Document]]:
    """Yield documents of about one length together, in random order."""
    order = sorted(range(len(documents)), key=lambda n: len(documents[n].ids) + 6 * rng.random())
    batches: list[list[int]] = []
    longest = tokens + 1
    for n in order:
        longest = len(documents[n].ids)
        if not batches or longest * (len(batches[-1]) + 1) > tokens:
            batches.append([])
        batches[-1].append(n)
    rng.shuffle(batches)
    for one in batches:
        yield [documents[n] for n in one]


def _step(corpus: Corpus, batch: list[_Document], state: _State, options: Options, rng: random.Random) -> float:
    """Take one step on a batch of documents and return the loss before it."""
    lengths = np.array([len(one.ids) for one in batch])
    width = int(lengths.max())
    count = len(batch)
    mask = np.arange(width) < lengths[:, None]
    variants = np.full((count, width), -1, dtype=np.int64)
    truth = np.zeros((count, width), dtype=np.int64)
    for k, one in enumerate(batch):
        variants[k, : len(one.ids)] = one.ids * 2 + _forgotten(one.ids, corpus, options.forget, rng)
        truth[k, : len(one.ids)] = one.labels
    places = np.concatenate([one.places for one in batch])
    chosen, inverse = np.unique(variants[mask], return_inverse=True)
    word = np.full((count, width), -1, dtype=np.int64)
    word[mask] = inverse
    lists = _lists(corpus, chosen)
    sums = np.zeros((len(chosen) + 1, len(DISTANCES), len(corpus.labels)), dtype=np.float32)
    for k, (rows, owners) in enumerate(lists):
        _sum_into(sums[:, k], state.rows, rows, owners)
    scores = np.zeros((count, width, len(corpus.labels)), dtype=np.float32)
    for k, distance in enumerate(DISTANCES):
        scores += sums[_moved(word, distance), k]
    scores[mask] += state.rows[places].sum(axis=1)
    slope, pair_slope, loss = gradient(scores, state.pairs, truth, mask, lengths)
    _descend(state, lists, places, _Batch(slope, word, mask), options)
    _adagrad(state.pairs, state.pair_squares, pair_slope, options.rate, _Pull())
    return loss


def _forgotten(ids: Ints, corpus: Corpus, share: float, rng: random.Random) -> Ints:
    """Return 1 for the words of one document that lose their identity, 0 for the others."""
    strange = corpus.strange[ids]
    if share <= 0 or not strange.any():
        return np.zeros(len(ids), dtype=np.int64)
    lost = {low for low in sorted(set(corpus.low[ids[strange]].tolist())) if rng.random() < share}
    return np.array(
        [s and low in lost for s, low in zip(strange.tolist(), corpus.low[ids].tolist(), strict=True)], dtype=np.int64
    )


def _lists(corpus: Corpus, chosen: Ints) -> list[tuple[NDArray[np.int32], Ints]]:
    """Return per distance the feature numbers of the chosen word variants, with their owners."""
    number, lost = chosen >> 1, (chosen & 1).astype(bool)
    found: list[tuple[NDArray[np.int32], Ints]] = []
    full, bare = np.flatnonzero(~lost), np.flatnonzero(lost)
    for distance in DISTANCES:
        if distance == 0:
            rows_full, owners_full = corpus.own.take(number[full])
            rows_bare, owners_bare = corpus.bare.take(number[bare])
            rows = np.concatenate([rows_full, rows_bare])
            owners = np.concatenate([full[owners_full], bare[owners_bare]])
            order = np.argsort(owners, kind="stable")
            found.append((rows[order], owners[order]))
        else:
            rows, owners = corpus.around[distance].take(number[full])
            found.append((rows, full[owners]))
    return found


def _sum_into(target: Floats, table: Floats, rows: NDArray[np.int32], owners: Ints) -> None:
    """Add the rows to their owners; owners are sorted."""
    if len(rows):
        first = np.flatnonzero(np.concatenate([[True], owners[1:] != owners[:-1]]))
        target[owners[first]] += np.add.reduceat(table[rows], first, axis=0)


def _moved(word: Ints, distance: int) -> Ints:
    """Return per token the word that stands `distance` further on; -1 (a row of zeros) beyond the edges."""
    out = np.full_like(word, -1)
    if distance == 0:
        out[:] = word
    elif distance > 0:
        out[:, :-distance] = word[:, distance:]
    else:
        out[:, -distance:] = word[:, :distance]
    return out


def gradient(
    scores: Floats, pairs: Floats, truth: Ints, mask: NDArray[np.bool_], lengths: Ints
) -> tuple[Floats, Floats, float]:
    """Return the slope of the loss per token and label and per pair of labels, and the loss, summed over the batch."""
    count, width, labels = scores.shape
    top = scores.max(axis=2, keepdims=True)
    local = np.exp(scores - top)
    step = np.exp(pairs)
    forward = np.empty_like(local)
    scale = np.ones((count, width), dtype=scores.dtype)
    current = local[:, 0]
    for t in range(width):
        if t:
            current = (current @ step) * local[:, t]
        scale[:, t] = current.sum(axis=1)
        current = current / scale[:, t, None]
        forward[:, t] = current
    back = np.ones((count, labels), dtype=scores.dtype)
    marginal = np.empty_like(local)
    pair_slope = np.zeros((labels, labels), dtype=scores.dtype)
    turned = step.T.copy()
    marginal[:, width - 1] = forward[:, width - 1]
    for t in range(width - 2, -1, -1):
        live = (t + 1 < lengths)[:, None]
        ahead = np.where(live, back * local[:, t + 1] / scale[:, t + 1, None], 0)
        pair_slope += forward[:, t].T @ ahead
        back = np.where(live, ahead @ turned, 1.0).astype(scores.dtype)
        marginal[:, t] = forward[:, t] * back
    pair_slope *= step
    rows, columns = np.nonzero(mask)
    real = truth[rows, columns]
    loss = float((np.log(scale) + top[:, :, 0])[mask].sum() - scores[rows, columns, real].sum())
    marginal[~mask] = 0
    marginal[rows, columns, real] -= 1
    both = mask[:, 1:]
    left, right = truth[:, :-1][both], truth[:, 1:][both]
    loss -= float(pairs[left, right].sum())
    np.subtract.at(pair_slope, (left, right), 1)
    return marginal, pair_slope, loss


@dataclass(frozen=True, slots=True)
class _Batch:
    """The slope per document, token and label, the word variant of each token, and which places hold a token."""

    slope: Floats
    word: Ints
    mask: NDArray[np.bool_]


def _descend(
    state: _State,
    lists: list[tuple[NDArray[np.int32], Ints]],
    places: NDArray[np.int32],
    batch: _Batch,
    options: Options,
) -> None:
    """Hand the slope of every token back to the features that it came from, and take the step."""
    slope, word, mask = batch.slope, batch.word, batch.mask
    flat = slope[mask]
    parts_rows: list[NDArray[np.int32]] = [places.ravel()]
    parts_from: list[Ints] = [np.repeat(np.arange(len(flat)), CONTEXTS)]
    sources = [flat]
    offset = len(flat)
    size = int(word.max()) + 1
    for k, distance in enumerate(DISTANCES):
        at = _moved(word, distance)
        valid = (at >= 0) & mask
        whose = at[valid]
        order = np.argsort(whose, kind="stable")
        gathered = np.zeros((size, slope.shape[2]), dtype=np.float32)
        _sum_into(gathered, slope[valid], order.astype(np.int32), whose[order])
        rows, owners = lists[k]
        parts_rows.append(rows)
        parts_from.append(owners + offset)
        sources.append(gathered)
        offset += size
    rows = np.concatenate(parts_rows)
    origin = np.concatenate(parts_from)
    known = rows >= 0
    rows, origin = rows[known], origin[known]
    order = np.argsort(rows, kind="stable")
    rows, origin = rows[order], origin[order]
    first = np.flatnonzero(np.concatenate([[True], rows[1:] != rows[:-1]]))
    slopes = np.add.reduceat(np.concatenate(sources)[origin], first, axis=0)
    touched = rows[first]
    weights, squares = state.rows[touched], state.squares[touched]
    turns = state.turns[touched]
    _adagrad(weights, squares, slopes, options.rate, _Pull(options.l1 / turns, options.l2 / turns))
    state.rows[touched], state.squares[touched] = weights, squares


def _adagrad(weights: Floats, squares: Floats, slope: Floats, rate: float, pull: _Pull) -> None:
    """Take one step in place, with a pull towards zero (L2) and a cut at zero (L1)."""
    slope = slope + pull.l2 * weights
    squares += slope * slope
    speed = rate / np.sqrt(squares)
    weights -= speed * slope
    if np.any(pull.l1):
        np.copyto(weights, np.sign(weights) * np.maximum(np.abs(weights) - speed * pull.l1, 0))


def corpus_of(
    documents: Iterable[tuple[View, Sequence[str]]], lexicon: Lexicon, labels: tuple[str, ...], least: int
) -> Corpus:
    """Return the corpus of labelled documents in numbers; features that occur less than `least` times are left out."""
    gathering = _Gathering(lexicon, labels)
    for seen, marked in documents:
        if seen.words:
            gathering.add(seen, marked)
    return gathering.close(least)
