"""The judge sees rules, model and document together; it keeps what is certain by itself and never looks outside."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anonymisation.document import EntityType, Span
from anonymisation.judge import LEARNED, Document, Evidence, Judge, settled, within_the_name
from anonymisation.model.lexicon import Lexicon

LEXICON = Lexicon(
    ordinary=frozenset({"belt", "storm", "met", "zorg"}),
    proper=frozenset(),
    first=frozenset({"roos"}),
    last=frozenset({"visser"}),
    place=frozenset({"delft"}),
    brand=frozenset(),
    lookalike={"losec": "m"},
)
PERSON = EntityType.PERSON


def _evidence(text: str, inside: dict[str, float], leaning: str = "PERSON") -> Evidence:
    starts, ends, shares = [], [], []
    place = 0
    for word in text.split(" "):
        starts.append(place)
        ends.append(place + len(word))
        shares.append(inside.get(word, 0.001))
        place += len(word) + 1
    return Evidence(starts, ends, shares, [leaning] * len(starts))


def _told(text: str, span: Span, inside: dict[str, float], others: list[Span] | None = None) -> set[str]:
    evidence = _evidence(text, inside)
    return set(Judge({}, LEXICON).told(span, Document([span, *(others or [])], text, evidence)))


def test_a_rule_that_agrees_is_told() -> None:
    text = "met Visser belt"
    span = Span(4, 10, PERSON, 0.9, certain=True, source=LEARNED)
    alone = _told(text, span, {"Visser": 0.9})
    backed = _told(text, span, {"Visser": 0.9}, [replace(span, source="PersonRecogniser")])
    assert any(one.startswith("r=PERSON|Personhs=") for one in backed - alone)


def test_other_mentions_of_the_word_are_told() -> None:
    span = Span(0, 6, PERSON, 0.3, certain=False, source=LEARNED)
    sure = _told("Visser belt Visser", span, {"Visser": 0.3})
    once = _told("Visser belt Storm", span, {"Visser": 0.3})
    assert "O=PERSON|1" in sure
    assert "O=PERSON|0" in once


def test_lists_and_case_are_told() -> None:
    span = Span(4, 9, PERSON, 0.6, certain=True, source=LEARNED)
    assert "f=PERSON|m|n" in _told("met Losec belt", span, {"Losec": 0.6})


def test_scores_follow_the_weights_and_stay_probabilities() -> None:
    text = "met Visser belt"
    span = Span(4, 10, PERSON, 0.9, certain=True, source=LEARNED)
    document = Document([span], text, _evidence(text, {"Visser": 0.9}))
    assert Judge({"": 0.0}, LEXICON).scores([span], document) == [0.5]
    high, low = (Judge({"": odds}, LEXICON).scores([span, span], document) for odds in (900.0, -900.0))
    assert high == [high[0]] * 2
    assert 0 <= low[0] < 0.5 < high[0] <= 1


def test_checked_numbers_and_known_values_are_not_judged() -> None:
    checked = Span(0, 9, EntityType.NL_BSN, 1.0, certain=True, source="BsnRecogniser")
    known = Span(0, 9, PERSON, 0.4, certain=False, source="KnownRecogniser")
    guess = Span(0, 9, PERSON, 1.0, certain=True, source=LEARNED)
    stand, open_ = settled([checked, known, guess])
    assert stand == [checked, known]
    assert open_ == [guess]


def test_an_organisation_behind_a_name_is_cut_off() -> None:
    text = "Marjan Thesingh van Traumacentrum"
    evidence = _evidence(text, dict.fromkeys(text.split(" "), 0.9))
    evidence.leaning[3] = "CARE_ORGANIZATION"
    span = Span(0, len(text), PERSON, 0.95, certain=True, source="PersonRecogniser")
    assert within_the_name(span, evidence, text).end == len("Marjan Thesingh")
    evidence.leaning[3] = "PERSON"
    assert within_the_name(span, evidence, text) == span


@pytest.mark.parametrize("text", ["", "x", "👍 Visser", "\u202eX"])
def test_odd_texts_break_nothing(text: str) -> None:
    document = Document([], text, Evidence([], [], [], []))
    if text:
        told = Judge({}, LEXICON).told(Span(0, len(text), PERSON, 0.5, certain=True, source=LEARNED), document)
        assert any(one == "m=none" for one in told)


def test_pieces_of_evidence_are_joined_in_the_offsets_of_the_whole() -> None:
    one = _evidence("Anna belt", {"Anna": 0.9})
    both = Evidence.joined([one, one.shifted(20)])
    assert both.starts == [0, 5, 20, 25]
    assert both.tokens(Span(20, 24, PERSON, 0.5, certain=True)) == (2, 3)
