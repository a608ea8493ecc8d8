"""Terms end on the day they should, and never before the law or the follow-up allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consent.errors import InvalidTerms, NaiveTime
from consent.retention import (
    DEFAULT_TERMS,
    CaseFacts,
    RetentionAction,
    RetentionTerms,
    add_years,
    due,
    is_log_removable,
    text_term_ends,
)

START = datetime(2025, 1, 1, 9, tzinfo=UTC)
TICK = timedelta(microseconds=1)
CASE = CaseFacts("org:gp", START, None)
DISCUSSED = replace(CASE, outcome_at=START + timedelta(days=7))


def test_the_text_goes_120_days_after_the_outcome() -> None:
    end = START + timedelta(days=127)
    assert text_term_ends(DISCUSSED) == end
    assert due(DISCUSSED, DEFAULT_TERMS, end - TICK) == ()
    assert due(DISCUSSED, DEFAULT_TERMS, end) == (RetentionAction.ERASE_TEXT,)
    assert due(replace(DISCUSSED, text_erased_at=end), DEFAULT_TERMS, end) == ()


def test_a_case_without_an_outcome_goes_after_a_year() -> None:
    assert due(CASE, DEFAULT_TERMS, START + timedelta(days=365) - TICK) == ()
    assert due(CASE, DEFAULT_TERMS, START + timedelta(days=365)) == (RetentionAction.ERASE_TEXT,)


def test_a_withdrawal_ends_the_term_at_once() -> None:
    withdrawn = replace(DISCUSSED, withdrawn_at=START + timedelta(days=9))
    assert due(withdrawn, DEFAULT_TERMS, START + timedelta(days=9)) == (RetentionAction.ERASE_TEXT,)


def test_the_outcome_goes_after_five_years() -> None:
    end = datetime(2030, 1, 8, 9, tzinfo=UTC)
    erased = replace(DISCUSSED, text_erased_at=START)
    assert due(erased, DEFAULT_TERMS, end - TICK) == ()
    assert due(erased, DEFAULT_TERMS, end) == (RetentionAction.ERASE_OUTCOME,)
    assert due(DISCUSSED, DEFAULT_TERMS, end) == (RetentionAction.ERASE_TEXT, RetentionAction.ERASE_OUTCOME)
    assert due(replace(erased, outcome_erased_at=end), DEFAULT_TERMS, end) == ()


def test_the_log_stays_its_whole_term() -> None:
    assert not is_log_removable(START, DEFAULT_TERMS, datetime(2030, 1, 1, 9, tzinfo=UTC) - TICK)
    assert is_log_removable(START, DEFAULT_TERMS, datetime(2030, 1, 1, 9, tzinfo=UTC))


def test_a_leap_day_is_no_day_short() -> None:
    assert add_years(datetime(2024, 2, 29, tzinfo=UTC), 5) == datetime(2029, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "terms", [{"case_text_days": 90}, {"log_years": 4}, {"outcome_years": 0}, {"undiscussed_days": 0}]
)
def test_terms_below_the_minimum_are_refused(terms: dict[str, int]) -> None:
    with pytest.raises(InvalidTerms):
        RetentionTerms(**terms)


def test_the_followup_at_13_weeks_fits_in_the_shortest_term() -> None:
    shortest = RetentionTerms(case_text_days=91)
    assert due(DISCUSSED, shortest, START + timedelta(days=7, weeks=13) - TICK) == ()


def test_moments_need_a_time_zone() -> None:
    naive = START.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        CaseFacts("org:gp", naive, None)
    with pytest.raises(NaiveTime):
        due(CASE, DEFAULT_TERMS, naive)
    with pytest.raises(NaiveTime):
        is_log_removable(START, DEFAULT_TERMS, naive)
