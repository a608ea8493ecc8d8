"""What the service's own scan found is sorted: what refuses, what needs a reason, what travels to the releaser."""

from __future__ import annotations

from anonymisation.document import EntityType, Span
from server.cases.model import free_fields
from server.cases.service import sort_marks
from server.protocol.http import TEXT_FIELDS, CaseForm, RejectedMark
from server.protocol.words import OverruleReason
from tests.support.service import protected_case

HARD = EntityType.PHONE_NUMBER
SOFT = EntityType.PERSON


def _span(label: EntityType, *, certain: bool = True, start: int = 3) -> Span:
    return Span(start, start + 5, label, 0.9, certain, "test")


def _rejected(
    span: Span, *, field: str = "text", reason: OverruleReason | None = OverruleReason.NOT_A_PERSON
) -> RejectedMark:
    return RejectedMark(field, span.start, span.end, span.label.value, reason)


def test_a_certain_hard_mark_refuses_even_with_a_reason() -> None:
    span = _span(HARD)
    scan = sort_marks([("text", span)], [_rejected(span)])
    assert [(one.label, one.hard) for one in scan.refused] == [("PHONE_NUMBER", True)]


def test_a_certain_soft_mark_needs_a_reason_for_exactly_its_place() -> None:
    span = _span(SOFT)
    assert sort_marks([("text", span)], [_rejected(span)]).undecided == ()
    for other in (
        [],
        [_rejected(span, field="question")],
        [_rejected(_span(SOFT, start=4))],
        [_rejected(_span(EntityType.LOCATION))],
        [_rejected(span, reason=None)],
    ):
        scan = sort_marks([("text", span)], other)
        assert [one.label for one in scan.undecided] == ["PERSON"]
        assert scan.refused == ()


def test_a_doubtful_hard_mark_needs_a_reason_and_a_doubtful_soft_one_travels_on() -> None:
    hard, soft = _span(HARD, certain=False), _span(SOFT, certain=False, start=20)
    scan = sort_marks([("text", hard), ("tried", soft)], [])
    assert [one.label for one in scan.undecided] == ["PHONE_NUMBER"]
    assert [(one.field, one.label, one.reason) for one in scan.doubtful] == [("tried", "PERSON", None)]
    assert sort_marks([("text", hard)], [_rejected(hard)]).undecided == ()


def test_indirect_marks_are_for_the_releaser_to_judge() -> None:
    scan = sort_marks([("text", _span(EntityType.AGE))], [])
    assert (scan.refused, scan.undecided) == ((), ())
    assert [one.label for one in scan.doubtful] == ["AGE"]


def test_every_field_in_which_a_person_types_is_scanned() -> None:
    """A field that is added to the form and forgotten here would pass unscanned."""
    closed = {"trigger", "basis", "acute", "request"}
    assert set(TEXT_FIELDS) == set(CaseForm.__struct_fields__) - closed
    form = protected_case("c", asked_ggz="Wat kan er nu al?").form
    assert dict(free_fields(form))["asked_ggz"] == "Wat kan er nu al?"
    assert "tried" not in dict(free_fields(form))
