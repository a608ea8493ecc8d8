"""Probabilities become disjoint, scored marks."""

# ruff: noqa: S311 - seeded draws of a test are no secrets

from __future__ import annotations

import random

import numpy as np
import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from anonymisation.errors import ModelUnavailable
from anonymisation.model.features import view
from anonymisation.model.tagger import Mark, Tagger, decode
from anonymisation.model.tokens import split

LABELS = ("O", "PERSON", "LOCATION")


def _decode(text: str, inside: list[float], label: int = 1) -> list[Mark]:
    seen, _ = view(*split(text))
    table = np.zeros((len(inside), 3), dtype=np.float32)
    table[:, 0] = 1 - np.array(inside)
    table[:, label] = inside
    return decode(table, LABELS, seen.words, seen.before)


def _told(text: str, marks: list[Mark]) -> list[tuple[str, bool]]:
    words = view(*split(text))[0].words
    return [(" ".join(words[m.first : m.last + 1]), m.score >= 0.5) for m in marks]


def test_likely_neighbours_are_one_mark() -> None:
    text = "mw Anna Visser belt"
    assert _told(text, _decode(text, [0.0, 0.9, 0.8, 0.0])) == [("Anna Visser", True)]


def test_a_joining_sign_is_bridged() -> None:
    text = "S.v. Anna-Lin"
    assert _told(text, _decode(text, [0.9, 0.1, 0.9, 0.6, 0.9, 0.0, 0.9]))[0][0] == "S . v . Anna - Lin"


def test_a_doubtful_rest_is_a_mark_of_its_own() -> None:
    text = "Anna Visser Storm"
    assert _told(text, _decode(text, [0.9, 0.9, 0.2])) == [("Anna Visser", True), ("Storm", False)]


def test_a_prefix_joins_its_surname() -> None:
    text = "Van Bemmel belt"
    assert _told(text, _decode(text, [0.2, 0.9, 0.0])) == [("Van Bemmel", True)]


def test_small_words_inside_a_place_are_bridged() -> None:
    text = "Krimpen aan den IJssel en Bergen op Zoom"
    marks = _decode(text, [0.9, 0.1, 0.1, 0.9, 0.0, 0.9, 0.03, 0.9], label=2)
    assert _told(text, marks) == [("Krimpen aan den IJssel", True), ("Bergen op Zoom", True)]


def test_idle_words_alone_are_no_doubtful_mark() -> None:
    assert _decode("belt in bij", [0.0, 0.1, 0.1]) == []
    assert _decode("belt van", [0.0, 0.9]) == []
    text = "in Delft bij"
    assert _told(text, _decode(text, [0.1, 0.2, 0.1], label=2)) == [("Delft", False)]


def test_signs_alone_are_no_mark() -> None:
    assert _decode(", . -", [0.9, 0.9, 0.9]) == []


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30), st.integers(0, 99))
def test_marks_are_disjoint_and_in_order(inside: list[float], seed: int) -> None:
    rng = random.Random(seed)
    text = " ".join(rng.choice(["Anna", "van", ".", "12", "belt", "-"]) for _ in inside)
    marks = _decode(text, inside)
    position = 0
    for mark in marks:
        assert position <= mark.first <= mark.last < len(inside)
        assert 0 <= mark.score <= 1
        position = mark.last + 1


def test_an_untrained_tagger_says_so() -> None:
    nlp = spacy.blank("nl")
    with pytest.raises(ModelUnavailable):
        Tagger(nlp)(nlp("tekst"))


def test_levels_keep_a_likely_token_apart_from_an_unlikely_neighbour() -> None:
    text = "Anna Storm"
    assert [round(mark.score, 2) for mark in _decode(text, [0.3, 0.02])] == [0.3, 0.02]


def test_parts_of_one_organisation_get_one_label() -> None:
    seen, _ = view(*split("Wasserij Snelwit Parkstad"))
    labels = ("O", "ORGANIZATION", "LOCATION")
    table = np.array([[0.1, 0.8, 0.1], [0.1, 0.8, 0.1], [0.1, 0.2, 0.7]], dtype=np.float32)
    assert [(m.first, m.last, m.label) for m in decode(table, labels, seen.words, seen.before)] == [
        (0, 2, "ORGANIZATION")
    ]
