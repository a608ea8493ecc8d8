"""The decision is total, and no lapsing purpose is ever allowed without an agreement in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from consent.activities import LAPSES_WITH_AGREEMENT, Purpose
from consent.agreements import Agreement, AgreementKind, AgreementState, Approval
from consent.basis import Basis, BasisKind, ConsentHow, ConsentScope, OtherGround
from consent.decide import decide
from consent.reasons import SENTENCES_NL, Reason
from consent.retention import CaseFacts

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
ORGANISATIONS = ("org:a", "org:b", "org:c")
organisations = st.sampled_from(ORGANISATIONS)
moments = st.integers(-2000, 2000).map(lambda hours: NOW + timedelta(hours=hours))
some_moment = st.none() | moments


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    parties = tuple(draw(st.sets(organisations, min_size=1)))
    state = draw(st.sampled_from(AgreementState))
    is_complete = state in {AgreementState.APPROVED, AgreementState.ESTABLISHED}
    signed = parties if is_complete else draw(st.sets(st.sampled_from(parties)))
    established = draw(moments)
    return Agreement(
        draw(st.sampled_from(AgreementKind)),
        draw(st.integers(1, 5)),
        parties,
        draw(st.dates(date(2024, 1, 1), date(2027, 1, 1))),
        established + timedelta(hours=draw(st.integers(1, 3000))),
        state,
        tuple(Approval(name, "m:1", NOW) for name in signed),
        established if state is AgreementState.ESTABLISHED else None,
    )


consents = st.builds(
    Basis,
    st.just(BasisKind.CONSENT),
    st.dates(date(2025, 5, 1), date(2025, 7, 1)),
    st.booleans(),
    how=st.sampled_from(ConsentHow),
    scope=st.sampled_from(ConsentScope),
)
others = st.builds(
    Basis,
    st.just(BasisKind.OTHER),
    st.dates(date(2025, 5, 1), date(2025, 7, 1)),
    st.booleans(),
    reason=st.sampled_from(OtherGround),
)
cases = st.builds(
    CaseFacts, organisations, moments, st.none() | consents | others, some_moment, some_moment, some_moment, some_moment
)
versions = st.lists(agreements(), max_size=4)


def is_bound(items: list[Agreement], organisation: str, now: datetime) -> bool:
    """The rule in words: established by then, not expired by then, and this organisation's approval on record."""
    return any(
        item.state == "established"
        and item.established is not None
        and item.established <= now < item.expires
        and organisation in [approval.organisation for approval in item.approvals]
        for item in items
    )


@given(
    purpose=st.sampled_from(Purpose), organisation=organisations, items=versions, case=st.none() | cases, now=moments
)
def test_it_always_answers_and_lapses_with_the_agreement(
    purpose: Purpose, organisation: str, items: list[Agreement], case: CaseFacts | None, now: datetime
) -> None:
    decision = decide(purpose=purpose, organisation=organisation, agreements=items, case=case, now=now)
    bound = is_bound(items, organisation, now)
    assert decision.reason in SENTENCES_NL
    assert decision.allowed is (decision.reason in {Reason.ALLOWED, Reason.NEVER_LAPSES})
    assert (decision.agreement_version is not None) is bound
    if purpose in LAPSES_WITH_AGREEMENT and not bound:
        assert not decision.allowed
        assert decision.reason.startswith("agreement_")
    if purpose not in LAPSES_WITH_AGREEMENT:
        assert not decision.reason.startswith("agreement_")


@given(purpose=st.sampled_from(Purpose), organisation=organisations, items=versions, case=cases, now=moments)
def test_what_never_lapses_is_refused_only_to_strangers(
    purpose: Purpose, organisation: str, items: list[Agreement], case: CaseFacts, now: datetime
) -> None:
    if purpose not in LAPSES_WITH_AGREEMENT:
        own = replace(case, organisation=organisation)
        assert decide(purpose=purpose, organisation=organisation, agreements=items, case=own, now=now).allowed


@given(
    purpose=st.sampled_from(sorted(LAPSES_WITH_AGREEMENT)),
    organisation=organisations,
    items=versions,
    case=cases,
    now=moments,
)
def test_a_withdrawn_case_is_never_touched_again(
    purpose: Purpose, organisation: str, items: list[Agreement], case: CaseFacts, now: datetime
) -> None:
    withdrawn = replace(case, withdrawn_at=now)
    on_text = {Purpose.RELEASE_CASE, Purpose.READ_CASE, Purpose.DISCUSS_CASE, Purpose.RECORD_OUTCOME}
    if purpose in on_text:
        assert not decide(purpose=purpose, organisation=organisation, agreements=items, case=withdrawn, now=now).allowed


@given(organisation=organisations, items=versions, case=cases, now=moments)
def test_without_a_basis_nothing_is_submitted_or_discussed(
    organisation: str, items: list[Agreement], case: CaseFacts, now: datetime
) -> None:
    bare = replace(case, basis=None)
    for purpose in (Purpose.SUBMIT_CASE, Purpose.DISCUSS_CASE):
        assert not decide(purpose=purpose, organisation=organisation, agreements=items, case=bare, now=now).allowed
