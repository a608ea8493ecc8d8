"""The probabilities are those of the field: by hand for a small chain, and the same as CRFsuite tells."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
import pytest

from anonymisation.model.crf import CORE, Field, Floats, Weights, marginals
from anonymisation.model.features import DISTANCES, Types, View, contexts, view
from anonymisation.model.lexicon import Lexicon
from anonymisation.model.tokens import split
from anonymisation.model.training import optimise

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


def _written_out(seen: View) -> list[list[str]]:
    """Return every feature of every token as a string, the slow way."""
    types = Types(LEXICON)
    ids, _ = types.learn(seen.words)
    place = contexts(seen, types, ids).tolist()
    out: list[list[str]] = []
    for i in range(len(ids)):
        features = list(map(str, place[i]))
        for distance in DISTANCES:
            j = i + distance
            if 0 <= j < len(ids):
                number = int(ids[j])
                told = types.around(number, number + 1, distance) if distance else types.own(number, number + 1)
                features += map(str, told[0].tolist())
        out.append(features)
    return out


def test_the_field_tells_the_probabilities_that_crfsuite_tells(tmp_path: Path) -> None:
    trainer: Any = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": 0.0, "c2": 0.1, "max_iterations": 40, "feature.possible_transitions": True})
    for seen, labels in _views():
        trainer.append(_written_out(seen), labels)
    path = str(tmp_path / "x.crfsuite")
    trainer.train(path)
    tagger: Any = pycrfsuite.Tagger()
    tagger.open(path)
    info = tagger.info()
    field = Field(Weights.of(sorted(tagger.labels()), info.state_features, info.transitions), LEXICON)
    for text in [*(text for text, _ in TEXTS), "Karim\n\nmw. Visser (Sanne)", "x 12-03-2025"]:
        seen = view(*split(text))[0]
        tagger.set(_written_out(seen))
        expected = [[tagger.marginal(label, t) for label in field.labels] for t in range(len(seen.words))]
        np.testing.assert_allclose(field.probabilities(seen), expected, atol=2e-4)


def test_training_makes_the_labels_likely() -> None:
    documents = [(seen, labels) for seen, labels in _views() for _ in range(3)]
    corpus = optimise.corpus_of(documents, LEXICON, ("O", "P", "L"), least=1)
    options = optimise.Options(seed=1, passes=20, batch_tokens=12, l1=0.0, l2=0.01, forget=0.0)
    field = Field(optimise.train(corpus, options), LEXICON)
    for seen, labels in _views():
        table = field.probabilities(seen)
        assert [field.labels[k] for k in table.argmax(axis=1)] == labels


def test_the_slope_is_that_of_the_loss() -> None:
    rng = np.random.default_rng(3)
    # In double precision, or the step would drown in rounding.
    scores: Any = rng.normal(size=(2, 4, 3))
    pairs: Any = rng.normal(size=(3, 3))
    truth = rng.integers(0, 3, size=(2, 4))
    lengths = np.array([4, 2])
    mask = np.arange(4) < lengths[:, None]
    slope, pair_slope, loss = optimise.gradient(scores, pairs, truth, mask, lengths)
    step = 1e-5
    for place in [(0, 0, 1), (0, 3, 2), (1, 1, 0)]:
        moved = scores.copy()
        moved[place] += step
        assert (optimise.gradient(moved, pairs, truth, mask, lengths)[2] - loss) / step == pytest.approx(
            slope[place], abs=1e-3
        )
    moved = pairs.copy()
    moved[1, 2] += step
    assert (optimise.gradient(scores, moved, truth, mask, lengths)[2] - loss) / step == pytest.approx(
        pair_slope[1, 2], abs=1e-3
    )
    assert not slope[1, 2:].any()


def test_the_same_seed_trains_the_same_weights() -> None:
    options = optimise.Options(seed=5, passes=2, batch_tokens=20, forget=0.5)
    first, second = (
        optimise.train(optimise.corpus_of(_views(), LEXICON, ("O", "P", "L"), least=1), options) for _ in range(2)
    )
    np.testing.assert_array_equal(first.keys, second.keys)
    np.testing.assert_array_equal(first.rows, second.rows)


def test_weights_survive_the_disk(tmp_path: Path) -> None:
    weights = Weights.of(["O", "P"], {("11", "P"): 1.5, (str(2**64 - 1), "O"): -0.25}, {("O", "P"): 0.5})
    weights.write(tmp_path)
    back = Weights.read(tmp_path)
    assert back.labels == ("O", "P")
    np.testing.assert_array_equal(back.keys, weights.keys)
    np.testing.assert_array_equal(back.rows, weights.rows)
    np.testing.assert_array_equal(back.pairs, weights.pairs)


def test_forgetting_all_words_changes_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = Weights.of(["O", "P"], {(str(n), "P"): 1.0 for n in range(5)}, {})
    field, small = Field(weights, LEXICON), Field(weights, LEXICON)
    monkeypatch.setattr("anonymisation.model.crf.KEPT_TYPES", 2)
    for text, _ in TEXTS * 2:
        seen = view(*split(text))[0]
        np.testing.assert_array_equal(field.probabilities(seen), small.probabilities(seen))


def test_no_tokens_give_no_rows() -> None:
    assert Field(Weights.of(["O", "P"], {("1", "P"): 1.0}, {}), LEXICON).probabilities(View([], [])).shape == (0, 2)
