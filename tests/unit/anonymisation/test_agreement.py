"""Where a rule and the model find the same thing, the rule's edges are kept."""

from __future__ import annotations

import pytest

from anonymisation.agreement import LEARNED, with_rule_edges
from anonymisation.document import EntityType, Span

E = EntityType


def kept(text: str, learned: str, *rules: str, label: EntityType = E.PERSON, certain: bool = True) -> list[str]:
    """Return what stays, as text, when the model finds one thing and rules find others."""

    def span(found: str, source: str, score: float) -> Span:
        return Span(text.index(found), text.index(found) + len(found), label, score, score >= 0.5, source)

    candidates = [span(learned, LEARNED, 0.9), *(span(one, "Rule", 0.85 if certain else 0.4) for one in rules)]
    return sorted(text[one.start : one.end] for one in with_rule_edges(candidates, text) if one.source == LEARNED)


@pytest.mark.parametrize(
    ("text", "learned", "rules", "label", "left"),
    [
        ("(PV PL1700-2024219903)", "PV PL1700-2024219903", ["PL1700-2024219903"], E.ID, []),
        ("zus Lies vertrok", "Lies vertrok", ["Lies"], E.PERSON, []),
        ("moeder Wilma Geraedts", "Wilma Geraedts", ["Wilma"], E.PERSON, ["Geraedts"]),
        (
            "Zon B.V. via uzb FlexPunt Oost",
            "Zon B.V. via uzb FlexPunt Oost",
            ["Zon B.V."],
            E.ORGANIZATION,
            ["FlexPunt Oost"],
        ),
        ("A B", "A B", ["A B"], E.LOCATION, []),
    ],
)
def test_the_model_is_cut_at_the_rules_edges(
    text: str, learned: str, rules: list[str], label: EntityType, left: list[str]
) -> None:
    assert kept(text, learned, *rules, label=label) == left


def test_a_doubtful_rule_and_another_label_cut_nothing() -> None:
    assert kept("Jan Bos", "Jan Bos", "Jan", certain=False) == ["Jan Bos"]
    spans = [
        Span(0, 7, E.PERSON, 0.9, certain=True, source=LEARNED),
        Span(0, 3, E.ORGANIZATION, 0.9, certain=True, source="x"),
    ]
    assert with_rule_edges(spans, "Jan Bos") == spans


def test_far_and_long_rules_are_found_among_many() -> None:
    text = "Aa " * 400
    rules = [Span(place, place + 2, E.PERSON, 0.9, certain=True, source="x") for place in range(0, 1200, 3)]
    learned = Span(300, 305, E.PERSON, 0.9, certain=True, source=LEARNED)
    assert with_rule_edges([learned, *rules], text) == rules
