"""Overlaps become one deterministic list in which nothing that was found is shown again."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType, Span
from anonymisation.resolve import resolve

PERSON, ORG, BSN, ID, DATE = (
    EntityType.PERSON, EntityType.ORGANIZATION, EntityType.NL_BSN, EntityType.ID, EntityType.DATE_TIME,
)  # fmt: skip


def span(start: int, end: int, label: EntityType = PERSON, score: float = 0.9, *, certain: bool = True) -> Span:
    """Return a span with sensible defaults."""
    return Span(start, end, label, score, certain)


def places(spans: tuple[Span, ...]) -> list[tuple[int, int, EntityType]]:
    """Return what matters of the spans."""
    return [(one.start, one.end, one.label) for one in spans]


def test_a_checked_number_wins_from_a_longer_span() -> None:
    text = "nr 999904413 ok"
    assert places(resolve([span(0, 15, ID), span(3, 12, BSN, 1.0)], text)) == [(0, 2, ID), (3, 12, BSN), (13, 15, ID)]


def test_the_longer_span_wins() -> None:
    assert places(resolve([span(0, 3), span(0, 8, ORG)], "Jan B.V. x")) == [(0, 8, ORG)]


def test_certain_wins_from_a_longer_doubtful_span_and_the_rest_is_kept() -> None:
    text = "Stichting (Jan) Bos"
    found = resolve([span(11, 14), span(0, 19, ORG, 0.3, certain=False)], text)
    assert places(found) == [(0, 9, ORG), (11, 14, PERSON), (16, 19, ORG)]
    assert [one.certain for one in found] == [False, True, False]


def test_overlapping_spans_of_one_label_become_one() -> None:
    assert places(resolve([span(0, 10), span(4, 14)], "Jan de Boer Bo")) == [(0, 14, PERSON)]


@pytest.mark.parametrize(
    ("text", "parts", "joined"),
    [
        ("Jan Bos", [(0, 3), (4, 7)], True),
        ("x Jan, Bos", [(2, 5), (7, 10)], False),
        ("Naam: Bos, Jan", [(6, 9), (11, 14)], True),
        ("J.W. (Wout) Bos", [(0, 4), (6, 10), (12, 15)], True),
        ("Jan\nvan Bos", [(0, 3), (4, 11)], True),
        ("Jan\nPiet", [(0, 3), (4, 8)], False),
        ("A.\nBos", [(0, 2), (3, 6)], True),
        ("x" * 60 + " Jan\nBos", [(61, 64), (65, 68)], True),
    ],
)
def test_parts_of_one_name_are_joined(text: str, parts: list[tuple[int, int]], joined: bool) -> None:
    assert (len(resolve([span(*part) for part in parts], text)) == 1) is joined


def test_empty_space_and_places_outside_the_text_are_dropped() -> None:
    assert resolve([span(3, 5), span(0, 2), span(7, 90), span(50, 60)], "  .  , Jan  ") == (span(7, 10),)
    assert resolve([], "") == ()


def test_a_prefix_left_over_is_cut() -> None:
    text = "Nina van Isala"
    doubtful = span(0, 14, PERSON, 0.4, certain=False)
    assert places(resolve([doubtful, span(9, 14, ORG)], text)) == [(0, 4, PERSON), (9, 14, ORG)]


@pytest.mark.parametrize("sign", ["😀", "👩‍👧", "\u202e", "\x00", "\u200b", "\ue000"])
def test_a_sign_that_no_name_holds_is_trimmed_from_the_edges_of_a_mark(sign: str) -> None:
    text = f"{sign}Bos {sign}"
    assert places(resolve([span(0, len(text))], text)) == [(len(sign), len(sign) + 3, PERSON)]


def test_a_date_does_not_take_what_looks_like_a_postcode_behind_it() -> None:
    text = "Gezien 12 mei 2025 ok"
    found = resolve([span(7, 18, DATE), span(14, 21, EntityType.NL_POSTCODE, 0.3, certain=False)], text)
    assert places(found)[0] == (7, 18, DATE)


def test_a_certain_kind_wins_from_a_doubtful_hard_one_when_parts_are_joined() -> None:
    text = "zaak 12 345"
    found = resolve([span(5, 7, ID), span(8, 11, EntityType.PHONE_NUMBER, 0.3, certain=False)], text)
    assert {one.label for one in found} <= {ID, EntityType.PHONE_NUMBER}
    assert found[0].label is ID
