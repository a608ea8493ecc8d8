"""Each rule of the decision, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consent.activities import LAPSES_WITH_AGREEMENT, Purpose
from consent.agreements import Agreement, AgreementKind, AgreementState, Approval, expire
from consent.basis import Basis, BasisKind, ConsentHow, ConsentScope, OtherGround
from consent.decide import ProcessingDecision, decide
from consent.reasons import Reason
from consent.retention import CaseFacts, RetentionTerms

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
OWN, OTHER = "org:gp", "org:ggz"
SIGNED = tuple(Approval(name, f"m:{name[4:]}", NOW) for name in (OWN, OTHER))
IN_FORCE = Agreement(
    AgreementKind.ART26,
    3,
    (OWN, OTHER),
    date(2026, 1, 1),
    NOW + timedelta(days=300),
    AgreementState.ESTABLISHED,
    SIGNED,
    NOW - timedelta(days=30),
)
CONSENT = Basis(
    BasisKind.CONSENT,
    date(2025, 5, 30),
    informed_of_network=True,
    how=ConsentHow.ORAL,
    scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
)
CASE = CaseFacts(OWN, NOW - timedelta(days=10), CONSENT)
ON_TEXT = [Purpose.RELEASE_CASE, Purpose.READ_CASE, Purpose.DISCUSS_CASE, Purpose.RECORD_OUTCOME]


def ask(
    purpose: Purpose,
    *,
    organisation: str = OWN,
    agreements: Sequence[Agreement] = (IN_FORCE,),
    case: CaseFacts | None = CASE,
    now: datetime = NOW,
    **more: Any,
) -> ProcessingDecision:
    return decide(purpose=purpose, organisation=organisation, agreements=agreements, case=case, now=now, **more)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_everything_is_allowed_when_everything_is_in_order(purpose: Purpose) -> None:
    decision = ask(purpose)
    assert decision.allowed
    assert decision.agreement_version == "art26/3"
    assert decision.reason is (Reason.ALLOWED if purpose in LAPSES_WITH_AGREEMENT else Reason.NEVER_LAPSES)


IN_REVIEW = replace(IN_FORCE, state=AgreementState.IN_REVIEW, approvals=SIGNED[:1], established=None)


@pytest.mark.parametrize(
    ("agreements", "organisation", "reason"),
    [
        ((), OWN, Reason.AGREEMENT_NONE),
        ((IN_FORCE,), "org:social", Reason.AGREEMENT_NOT_SIGNED),
        ((IN_REVIEW,), OTHER, Reason.AGREEMENT_NOT_SIGNED),
        ((IN_REVIEW,), OWN, Reason.AGREEMENT_NOT_ESTABLISHED),
        ((replace(IN_FORCE, established=NOW + timedelta(days=1)),), OWN, Reason.AGREEMENT_NOT_ESTABLISHED),
        ((expire(IN_FORCE),), OWN, Reason.AGREEMENT_EXPIRED),
        ((replace(IN_FORCE, expires=NOW),), OWN, Reason.AGREEMENT_EXPIRED),
        ((expire(IN_FORCE), IN_REVIEW), OWN, Reason.AGREEMENT_EXPIRED),
    ],
)
def test_without_an_agreement_in_force_what_lapses_is_refused_with_the_reason(
    agreements: tuple[Agreement, ...], organisation: str, reason: Reason
) -> None:
    case = replace(CASE, organisation=organisation)
    for purpose in Purpose:
        decision = ask(purpose, organisation=organisation, agreements=agreements, case=case)
        assert decision.agreement_version is None
        assert decision.allowed is (purpose not in LAPSES_WITH_AGREEMENT)
        if not decision.allowed:
            assert decision.reason is reason


def test_no_seat_without_an_agreement() -> None:
    assert ask(Purpose.TAKE_SEAT, case=None).allowed
    assert not ask(Purpose.TAKE_SEAT, case=None, agreements=()).allowed


@pytest.mark.parametrize("purpose", [Purpose.SUBMIT_CASE, *ON_TEXT])
def test_work_on_a_case_needs_a_case(purpose: Purpose) -> None:
    assert ask(purpose, case=None).reason is Reason.CASE_NEEDED


@pytest.mark.parametrize(
    "purpose", [Purpose.SUBMIT_CASE, Purpose.RELEASE_CASE, Purpose.DISCUSS_CASE, Purpose.RECORD_OUTCOME]
)
def test_no_basis_no_submission_and_no_discussion(purpose: Purpose) -> None:
    assert ask(purpose, case=replace(CASE, basis=None)).reason is Reason.BASIS_MISSING
    uninformed = replace(CASE, basis=replace(CONSENT, informed_of_network=False))
    assert ask(purpose, case=uninformed).reason is Reason.BASIS_NOT_INFORMED
    other = Basis(BasisKind.OTHER, CONSENT.date, informed_of_network=False, reason=OtherGround.CONFLICT_OF_DUTIES)
    assert ask(purpose, case=replace(CASE, basis=other)).allowed


def test_a_basis_of_tomorrow_is_refused_but_one_of_the_dutch_today_is_not() -> None:
    case = replace(CASE, basis=replace(CONSENT, date=date(2025, 6, 2)))
    assert ask(Purpose.SUBMIT_CASE, case=case).reason is Reason.BASIS_IN_FUTURE
    assert ask(Purpose.SUBMIT_CASE, case=case, now=datetime(2025, 6, 1, 22, 30, tzinfo=UTC)).allowed


@pytest.mark.parametrize("purpose", ON_TEXT)
def test_a_withdrawn_erased_or_expired_case_is_not_read(purpose: Purpose) -> None:
    assert ask(purpose, case=replace(CASE, withdrawn_at=NOW)).reason is Reason.CASE_WITHDRAWN
    assert ask(purpose, case=replace(CASE, text_erased_at=NOW)).reason is Reason.CASE_ERASED
    old = replace(CASE, outcome_at=NOW - timedelta(days=120))
    assert ask(purpose, case=old).reason is Reason.CASE_TERM_PASSED
    assert ask(purpose, case=old, now=NOW - timedelta(seconds=1)).allowed
    assert ask(purpose, case=old, terms=RetentionTerms(case_text_days=180)).allowed


@pytest.mark.parametrize("purpose", [Purpose.SUBMIT_CASE, Purpose.FETCH_ANSWER, Purpose.WITHDRAW])
def test_some_things_only_the_submitter_does(purpose: Purpose) -> None:
    assert ask(purpose, organisation=OTHER).reason is Reason.NOT_OWN_CASE


def test_the_answer_is_fetched_and_the_case_withdrawn_after_everything_else_has_ended() -> None:
    gone = replace(CASE, withdrawn_at=NOW, text_erased_at=NOW, basis=None)
    for purpose in (Purpose.FETCH_ANSWER, Purpose.WITHDRAW, Purpose.ERASE, Purpose.RIGHTS_REQUEST):
        decision = ask(purpose, case=gone, agreements=[expire(IN_FORCE)])
        assert (decision.allowed, decision.reason) == (True, Reason.NEVER_LAPSES)
