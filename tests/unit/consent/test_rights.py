"""Requests have their article, and an answer is due within a month."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consent.errors import NaiveTime
from consent.rights import RIGHTS, RightsRequestKind, answer_due


def test_every_request_has_its_article() -> None:
    assert set(RIGHTS) == set(RightsRequestKind)
    assert len({right.article for right in RIGHTS.values()}) == len(RIGHTS)


@pytest.mark.parametrize(
    ("received", "answer", "extended"),
    [
        ((2025, 3, 10), (2025, 4, 10), (2025, 6, 10)),
        ((2025, 1, 31), (2025, 2, 28), (2025, 4, 30)),
        ((2024, 1, 31), (2024, 2, 29), (2024, 4, 30)),
        ((2025, 12, 1), (2026, 1, 1), (2026, 3, 1)),
        ((2025, 11, 30), (2025, 12, 30), (2026, 2, 28)),
    ],
)
def test_an_answer_is_due_within_a_month_or_three(
    received: tuple[int, int, int], answer: tuple[int, int, int], extended: tuple[int, int, int]
) -> None:
    moment = datetime(*received, 9, tzinfo=UTC)
    assert answer_due(moment) == datetime(*answer, 9, tzinfo=UTC)
    assert answer_due(moment, extended=True) == datetime(*extended, 9, tzinfo=UTC)


def test_a_moment_needs_a_time_zone() -> None:
    with pytest.raises(NaiveTime):
        answer_due(datetime(2025, 1, 1))  # noqa: DTZ001 - that is what is refused
