"""The probabilities are those of the field: by hand for a small chain, and the same as CRFsuite tells."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
import pytest

from anonymisation.model.crf import CORE, Field, Floats, Weights, marginals
from anonymisation.model.features import View, view
from anonymisation.model.lexicon import Lexicon
from anonymisation.model.tokens import split
from anonymisation.model.training.train import Encoder

LEXICON = Lexicon(
    ordinary=frozenset({"belt", "met", "de", "moeder", "van"}),
    proper=frozenset({"delft"}),
    first=frozenset({"sanne", "karim"}),
    last=frozenset({"visser"}),
    place=frozenset({"delft"}),
    brand=frozenset({"rijnstate"}),
)
TEXTS = [
    ("Sanne belt met moeder", "POOO"),
    ("de moeder van Karim Visser", "OOOPP"),
    ("Karim uit Delft belt", "POLO"),
    ("belt de moeder met Sanne ?", "OOOOPO"),
]


def _brute_force(scores: Floats, pairs: Floats) -> Floats:
    n, labels = scores.shape
    out: Floats = np.zeros((n, labels), dtype=np.float32)
    for path in itertools.product(range(labels), repeat=n):
        weight = sum(scores[t, y] for t, y in enumerate(path))
        weight += sum(pairs[a, b] for a, b in itertools.pairwise(path))
        for t, y in enumerate(path):
            out[t, y] += np.exp(weight)
    shares: Floats = out / out.sum(axis=1, keepdims=True)
    return shares


def test_marginals_are_those_of_all_paths() -> None:
    rng = np.random.default_rng(1)
    for n in (1, 2, 6):
        scores = rng.normal(size=(n, 3)).astype(np.float32)
        pairs = rng.normal(size=(3, 3)).astype(np.float32)
        np.testing.assert_allclose(marginals(scores, pairs), _brute_force(scores, pairs), atol=1e-5)


def test_windows_give_what_one_pass_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    scores = rng.normal(scale=2, size=(5 * CORE + 7, 4)).astype(np.float32)
    pairs = rng.normal(size=(4, 4)).astype(np.float32)
    windowed = marginals(scores, pairs)
    monkeypatch.setattr("anonymisation.model.crf.CORE", 10 * CORE)
    np.testing.assert_allclose(windowed, marginals(scores, pairs), atol=1e-3)


def test_extreme_scores_do_not_overflow() -> None:
    scores = np.array([[500.0, -500.0], [-800.0, 800.0]], dtype=np.float32)
    table = marginals(scores, np.zeros((2, 2), dtype=np.float32))
    np.testing.assert_allclose(table, [[1, 0], [0, 1]], atol=1e-6)


def _views() -> list[tuple[View, list[str]]]:
    return [(view(*split(text))[0], list(labels)) for text, labels in TEXTS]


def test_the_field_tells_the_probabilities_that_crfsuite_tells(tmp_path: Path) -> None:
    trainer: Any = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.0, "c2": 0.1, "max_iterations": 40, "feature.possible_transitions": True})
    encoder = Encoder(LEXICON)
    for seen, labels in _views():
        trainer.append(encoder(seen), labels)
    path = str(tmp_path / "x.crfsuite")
    trainer.train(path)
    tagger: Any = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    field = Field(Weights.of(sorted(tagger.labels()), info.state_features, info.transitions), LEXICON)
    for text in [*(text for text, _ in TEXTS), "Karim\n\nmw. Visser (Sanne)", "x 12-03-2025"]:
        seen = view(*split(text))[0]
        tagger.set(encoder(seen))
        expected = [[tagger.marginal(label, t) for label in field.labels] for t in range(len(seen.words))]
        np.testing.assert_allclose(field.probabilities(seen), expected, atol=2e-4)


def test_weights_survive_the_disk(tmp_path: Path) -> None:
    weights = Weights.of(["O", "P"], {("w=a", "P"): 1.5, ("w=b", "O"): -0.25}, {("O", "P"): 0.5})
    weights.write(tmp_path)
    back = Weights.read(tmp_path)
    assert back.labels == ("O", "P")
    assert back.index == weights.index
    np.testing.assert_array_equal(back.rows, weights.rows)
    np.testing.assert_array_equal(back.pairs, weights.pairs)


def test_begin_and_inside_are_summed() -> None:
    weights = Weights.of(["O", "B-P", "I-P"], {("w=sanne", "B-P"): 3.0}, {})
    field = Field(weights, LEXICON)
    assert field.labels == ("O", "P")
    np.testing.assert_allclose(field.probabilities(view(["Sanne"], [False])[0]).sum(axis=1), [1.0], atol=1e-6)


def test_no_tokens_give_no_rows() -> None:
    assert Field(Weights.of(["O", "P"], {("w=a", "P"): 1.0}, {}), LEXICON).probabilities(View([], [])).shape == (0, 2)
