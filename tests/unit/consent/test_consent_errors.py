"""Errors have stable codes of their own, and never repeat what they were given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from consent.agreements import Agreement, AgreementKind, Approval, approve, expire
from consent.basis import Basis, BasisKind
from consent.breaches import BreachKind, dismiss, draft
from consent.errors import ConsentError
from consent.retention import RetentionTerms

CANARY = "KANARIE-4711"
NOW = datetime(2025, 6, 1, tzinfo=UTC)
VERSION = Agreement(AgreementKind.ART26, 1, (CANARY,), NOW.date(), NOW)
HOW: Any = CANARY

RAISERS: dict[str, Callable[[], object]] = {
    "naive_time": lambda: Approval(CANARY, CANARY, datetime(2025, 1, 1)),  # noqa: DTZ001 - that is what is refused
    "invalid_agreement": lambda: approve(VERSION, Approval(f"{CANARY}-2", CANARY, NOW)),
    "illegal_transition": lambda: expire(expire(VERSION)),
    "invalid_basis": lambda: Basis(BasisKind.CONSENT, date(2025, 1, 1), informed_of_network=True, how=HOW),
    "invalid_terms": lambda: RetentionTerms(case_text_days=1),
}


def test_codes_are_distinct_and_every_one_is_tried() -> None:
    kinds = ConsentError.__subclasses__()
    assert {kind.code for kind in kinds} == set(RAISERS)
    assert len(kinds) == len(RAISERS)


@pytest.mark.parametrize("code", RAISERS)
def test_no_error_repeats_what_it_was_given(code: str) -> None:
    with pytest.raises(ConsentError) as caught:
        RAISERS[code]()
    assert caught.value.code == code
    assert CANARY not in str(caught.value) + repr(caught.value)


def test_a_breach_is_not_repeated_either() -> None:
    breach = draft(BreachKind.OTHER, aware_at=NOW, case_ref=CANARY, receivers=(CANARY,))
    with pytest.raises(ConsentError) as caught:
        dismiss(breach, NOW)
    assert CANARY not in str(caught.value)
