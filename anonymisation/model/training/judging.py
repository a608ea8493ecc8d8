"""Fits the judge: on texts that the field has not seen, which candidates lie in an identifier, and what told it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anonymisation.analyser import Analyser
from anonymisation.consistency import repeated_names
from anonymisation.document import Span
from anonymisation.forms import neutral
from anonymisation.judge import Document, Judge, settled
from anonymisation.model.lexicon import Lexicon
from anonymisation.model.training.fill import Filled
from anonymisation.resolve import resolve

LEAST = 3
"""A feature that fewer candidates have gets no weight."""
STEPS = 600
PRUNE = 0.02
"""Weights nearer to zero are dropped."""


@dataclass(slots=True)
class Observed:
    """Candidates of unseen texts: what tells of each, and whether most of it lies in an identifier."""

    told: list[list[str]] = field(default_factory=list)
    real: list[bool] = field(default_factory=list)


def observe(analyser: Analyser, lexicon: Lexicon, documents: Iterable[Filled]) -> Observed:
    """Return the candidates that an analyser proposes in documents that its model was not trained on."""
    judge = Judge({}, lexicon)
    seen = Observed()
    for one in documents:
        text = neutral(one.text)
        candidates, evidence = analyser.candidates(text)
        if evidence is None:
            continue
        candidates = [*candidates, *repeated_names(resolve(candidates, text), text)]
        _, open_ = settled(candidates)
        truth = inside(one)
        document = Document(candidates, text, evidence)
        for span in open_:
            seen.told.append(["", *judge.told(span, document)])
            seen.real.append(mostly_inside(span, truth, text))
    return seen


def fit_judge(observed: Sequence[Observed], *, l2: float) -> dict[str, float]:
    """Return the judge's weights: a logistic regression of "most of it lies inside" on what tells of each candidate.

    The empty name is the weight that every candidate gets.
    """
    told = [names for one in observed for names in one.told]
    real = [truth for one in observed for truth in one.real]
    print(f"judging {len(real)} candidates, {sum(real)} of them identifiers", flush=True)
    counts = Counter(name for names in told for name in names)
    columns = {name: n for n, name in enumerate(sorted(name for name, count in counts.items() if count >= LEAST))}
    weights = _logistic([[columns[one] for one in names if one in columns] for names in told], real, len(columns), l2)
    return {name: round(float(weights[n]), 4) for name, n in columns.items() if abs(weights[n]) > PRUNE}


def _logistic(rows: list[list[int]], real: list[bool], size: int, l2: float) -> NDArray[np.float64]:
    """Return the weights with the least loss plus `l2` times half their squares, by Adam over all rows at once.

    Source: Kingma, Ba 2015.
    """
    which = np.concatenate([np.array(row, dtype=np.int64) for row in rows])
    whose = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    y = np.array(real, dtype=np.float64)
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        odds = np.bincount(whose, weights=weights[which], minlength=len(rows))
        off = 1 / (1 + np.exp(-np.clip(odds, -30, 30))) - y
        slope = np.bincount(which, weights=off[whose], minlength=size) + l2 * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        rate = 0.05 * (1 - step / (STEPS + 1))
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return weights


def inside(one: Filled) -> bytearray:
    """Return one byte per code point: is it inside an identifier?"""
    covered = bytearray(len(one.text))
    for start, end, _ in one.spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def mostly_inside(span: Span, truth: bytearray, text: str) -> bool:
    """Do at least half of the letters and digits of a candidate lie inside an identifier?"""
    told = [truth[k] for k in range(span.start, span.end) if text[k].isalnum()]
    return 2 * sum(told) >= len(told) > 0
