"""Warnings name a test, a place and a plain reason; they never repeat the text."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType, Span
from anonymisation.risk import RiskTest, assess


@pytest.mark.parametrize(
    ("text", "test"),
    [
        ("was de enige vrouwelijke molenaar", RiskTest.SINGLING_OUT),
        ("er is maar 1 bakker met een glazen oog", RiskTest.SINGLING_OUT),
        ("bekend van het lied", RiskTest.SINGLING_OUT),
        ("kwam vorig jaar op televisie", RiskTest.LINKABILITY),
        ("derde generatie bakker", RiskTest.INFERENCE),
    ],
)
def test_a_telling_phrase_is_warned_about(text: str, test: RiskTest) -> None:
    risks = assess(text, ())
    assert test in {risk.test for risk in risks}
    assert all(0 <= risk.start < risk.end <= len(text) for risk in risks)
    assert not any(word in risk.reason for risk in risks for word in ("molenaar", "bakker", "lied", "televisie"))


@pytest.mark.parametrize("text", ["", "de eerste keer", "het laatste gesprek", "slaapt slecht", "de oudste week"])
def test_ordinary_phrases_give_no_warning(text: str) -> None:
    assert assess(text, ()) == ()


def mark(start: int, label: EntityType) -> Span:
    """Return a mark of five code points."""
    return Span(start, start + 5, label, 0.9, certain=True)


def test_rare_work_near_a_place_is_a_combination() -> None:
    near = [mark(0, EntityType.PROFESSION), mark(50, EntityType.LOCATION)]
    far = [mark(0, EntityType.PROFESSION), mark(5_000, EntityType.LOCATION)]
    assert {risk.test for risk in assess("x" * 6_000, near)} == {RiskTest.SINGLING_OUT}
    assert assess("x" * 6_000, far) == ()


def test_many_indirect_marks_together_are_a_combination() -> None:
    marks = [mark(place * 20, EntityType.AGE) for place in range(3)] + [mark(80, EntityType.NATIONALITY)]
    assert {risk.test for risk in assess("x" * 200, marks)} == {RiskTest.INFERENCE}
    assert assess("x" * 200, marks[:3]) == ()
