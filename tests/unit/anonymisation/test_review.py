"""A review is a frozen value: decisions add up, undo takes the last away, doubt must be decided."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType, Span
from anonymisation.errors import InvalidDecision, InvalidSpan, ReviewPending
from anonymisation.pseudonyms import protect
from anonymisation.review import Choice, Decision, ReasonCode, Review

TEXT = "Jan en wil en Wil, bel 06-12345678"
SPANS = (
    Span(0, 3, EntityType.PERSON, 0.9, certain=True),
    Span(7, 10, EntityType.PERSON, 0.4, certain=False),
    Span(14, 17, EntityType.PERSON, 0.4, certain=False),
    Span(23, 34, EntityType.PHONE_NUMBER, 0.95, certain=True),
)


def review() -> Review:
    """Open a review with two doubtful marks."""
    return Review.of(TEXT, SPANS)


def reject(start: int, end: int, *, everywhere: bool = False) -> Decision:
    """Reject the mark at a place as an ordinary word."""
    return Decision(Choice.REJECT, start, end, reason=ReasonCode.ORDINARY_WORD, everywhere=everywhere)


def test_only_doubt_is_pending_and_finishing_needs_none() -> None:
    assert review().pending() == SPANS[1:3]
    with pytest.raises(ReviewPending):
        review().finish()


def test_accepted_and_rejected_marks() -> None:
    done = review().decide(Decision(Choice.ACCEPT, 14, 17)).decide(reject(7, 10))
    assert [(span.start, span.certain) for span in done.finish()] == [(0, True), (14, True), (23, True)]
    (rejected,) = done.rejected()
    assert (rejected.span, rejected.reason) == (SPANS[1], ReasonCode.ORDINARY_WORD)


def test_everywhere_repeats_a_decision_whatever_the_case() -> None:
    assert review().decide(reject(7, 10, everywhere=True)).pending() == ()


def test_undo_is_a_stack_and_the_old_review_is_untouched() -> None:
    first = review()
    second = first.decide(reject(7, 10))
    assert second.undo() == first
    assert first.undo() == first
    assert len(first.pending()) == 2


def test_the_last_decision_on_a_place_counts() -> None:
    done = review().decide(reject(7, 10, everywhere=True)).decide(Decision(Choice.ACCEPT, 7, 10))
    assert [span.start for span in done.finish()] == [0, 7, 23]


def test_a_label_can_be_changed_and_a_mark_added_everywhere() -> None:
    done = (
        review()
        .decide(reject(7, 10, everywhere=True))
        .decide(Decision(Choice.RELABEL, 0, 3, label=EntityType.ORGANIZATION))
        .decide(Decision(Choice.ADD, 4, 6, label=EntityType.LOCATION, everywhere=True))
    )
    found = {(span.start, span.end, span.label) for span in done.finish()}
    assert (0, 3, EntityType.ORGANIZATION) in found
    assert {(4, 6, EntityType.LOCATION), (11, 13, EntityType.LOCATION)} <= found


@pytest.mark.parametrize(
    "wrong",
    [
        Decision(Choice.ACCEPT, 1, 3), Decision(Choice.ACCEPT, -1, 3), Decision(Choice.ACCEPT, 3, 3),
        Decision(Choice.ACCEPT, 0, 999), Decision(Choice.REJECT, 0, 3), Decision(Choice.RELABEL, 0, 3),
        Decision(Choice.ADD, 3, 6),
        Decision(Choice.ADD, 3, 4, label=EntityType.PERSON), reject(23, 34),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_fit_is_refused(wrong: Decision) -> None:
    with pytest.raises(InvalidDecision):
        review().decide(wrong)


def test_everywhere_never_rejects_a_certain_hard_mark() -> None:
    text = "zaak 12 zaak 12"
    spans = (Span(5, 7, EntityType.ID, 0.4, certain=False), Span(13, 15, EntityType.ID, 0.9, certain=True))
    done = Review.of(text, spans).decide(reject(5, 7, everywhere=True))
    assert [span.start for span in done.finish()] == [13]


def test_a_rejected_doubt_leaves_what_is_certain_alone_also_everywhere() -> None:
    text = "Zij wil niet. Wil zegt dat zij wil."
    spans = (
        Span(4, 7, EntityType.PERSON, 0.4, certain=False),
        Span(14, 17, EntityType.PERSON, 0.95, certain=True),
        Span(31, 34, EntityType.PERSON, 0.4, certain=False),
    )
    done = Review.of(text, spans).decide(reject(4, 7, everywhere=True))
    assert done.pending() == ()
    assert [span.start for span in done.finish()] == [14]
    # Who lets the certain one stand has looked at it, and means them all.
    assert Review.of(text, spans).decide(reject(14, 17, everywhere=True)).finish() == ()


@pytest.mark.parametrize(
    "first",
    [
        Decision(Choice.RELABEL, 23, 34, label=EntityType.PERSON),
        Decision(Choice.ADD, 23, 34, label=EntityType.PERSON),
        Decision(Choice.OMIT, 23, 34),
    ],
)
def test_no_other_name_lets_a_certain_hard_mark_stand(first: Decision) -> None:
    renamed = review().decide(reject(7, 10, everywhere=True)).decide(first)
    with pytest.raises(InvalidDecision):
        renamed.decide(reject(23, 34))
    assert [span.start for span in renamed.finish()] == [0, 23]


def test_a_review_of_disordered_spans_is_refused_and_its_repr_is_silent() -> None:
    with pytest.raises(InvalidSpan):
        Review.of(TEXT, reversed(SPANS))
    assert "Jan" not in repr(review())


def test_what_is_left_out_goes_whole_and_a_name_that_sticks_out_of_it_is_replaced_too() -> None:
    text = "de enige beiaardier Jan Bos van de streek belde"
    name = Span(20, 27, EntityType.PERSON, 0.9, certain=True)
    review = Review.of(text, [name]).decide(Decision(Choice.OMIT, 3, 23))
    protected = protect(text, review.finish())
    assert protected.text == "de [weggelaten] Persoon A van de streek belde"
    assert [entry.original for entry in protected.mapping] == ["Bos"]
    assert protect(text, review.undo().finish()).text == "de enige beiaardier Persoon A van de streek belde"


def test_what_is_left_out_is_left_out_everywhere_on_request() -> None:
    text = "Beiaardier! Een beiaardier, en beiaardiers."
    review = Review.of(text, []).decide(Decision(Choice.OMIT, 0, 10, everywhere=True))
    assert protect(text, review.finish()).text == "[weggelaten]! Een [weggelaten], en beiaardiers."
