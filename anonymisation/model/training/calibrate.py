"""Fits the calibration: how often is a token that the field calls inside with probability p really inside?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from anonymisation.model.tagger import Calibration

ENOUGH = 150
"""A label is fitted by itself from this many real tokens on; rarer ones share one fit."""


def fit(pairs: Iterable[tuple[str, float, bool]]) -> Calibration:
    """Return the calibration for observations (likeliest label, probability of being inside, really inside)."""
    by_label: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for label, p, real in pairs:
        by_label[label].append((p, real))
        by_label["*"].append((p, real))
    scale, shift = {"*": 1.0}, {"*": 0.0}
    for label, seen in sorted(by_label.items()):
        if sum(real for _, real in seen) < ENOUGH or all(real for _, real in seen):
            continue
        scale[label], shift[label] = _logistic(
            np.array([p for p, _ in seen], dtype=np.float64), np.array([real for _, real in seen], dtype=np.float64)
        )
    return Calibration(scale, shift)


def _logistic(p: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float]:
    """Platt's fit by Newton's method, with a weak pull towards the identity."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    x = np.stack([np.log(p / (1 - p)), np.ones_like(p)], axis=1)
    prior, pull = np.array([1.0, 0.0]), 5.0
    w = prior.copy()
    for _ in range(100):
        q = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (q - y) + pull * (w - prior)
        hessian = (x * (q * (1 - q))[:, None]).T @ x + pull * np.eye(2)
        change = np.clip(np.linalg.solve(hessian, gradient), -0.25, 0.25)
        w -= change
        if np.abs(change).max() < 1e-8:
            break
    return round(float(w[0]), 5), round(float(w[1]), 5)
