"""Resolving is independent of order, loses no coverage, and settles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anonymisation.document import EntityType, Span, require_ordered
from anonymisation.resolve import resolve

TEXT = "Jan van den Berg, Bos\nde Wit 999904413 op 12-03-2024 te Ede 😀 é."
LENGTH = len(TEXT)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Draw any span in or just beyond the text."""
    start = draw(st.integers(0, LENGTH))
    end = draw(st.integers(start + 1, LENGTH + 4))
    score = draw(st.sampled_from([0.2, 0.4, 0.6, 0.9, 1.0]))
    source = draw(st.sampled_from(["a", "b"]))
    return Span(start, end, draw(st.sampled_from(list(EntityType))), score, score >= 0.5, source)


@given(st.lists(spans(), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(candidates: list[Span], random: object) -> None:
    shuffled = sorted(candidates, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert resolve(candidates, TEXT) == resolve(shuffled, TEXT) == resolve([*candidates, *candidates], TEXT)


@given(st.lists(spans(), max_size=12))
def test_the_result_is_ordered_and_covers_every_letter_and_digit_that_was_found(candidates: list[Span]) -> None:
    result = require_ordered(resolve(candidates, TEXT), LENGTH)
    covered = {place for span in result for place in range(span.start, span.end)}
    prefixes = {"van", "den", "de"}
    for span in candidates:
        for place in range(span.start, min(span.end, LENGTH)):
            word = TEXT[: place + 1].rsplit(maxsplit=1)[-1] if TEXT[place].isalnum() else ""
            if TEXT[place].isalnum() and not any(prefix.startswith(word) for prefix in prefixes):
                assert place in covered


@given(st.lists(spans(), max_size=12))
def test_resolving_twice_changes_nothing(candidates: list[Span]) -> None:
    once = resolve(candidates, TEXT)
    assert [(one.start, one.end) for one in resolve(once, TEXT)] == [(one.start, one.end) for one in once]


@given(st.lists(spans(), max_size=12))
def test_a_checked_number_is_never_cut(candidates: list[Span]) -> None:
    number = Span(TEXT.index("9999"), TEXT.index("9999") + 9, EntityType.NL_BSN, 1.0, certain=True)
    others = [one for one in candidates if one.label not in {EntityType.NL_BSN, EntityType.IBAN_CODE}]
    assert (number.start, number.end, number.label) in {
        (one.start, one.end, one.label) for one in resolve([*others, number], TEXT)
    }
