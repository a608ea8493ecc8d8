"""The clock of a breach runs 72 hours, and its record goes through its states in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consent.breaches import (
    Breach,
    BreachKind,
    BreachState,
    Delay,
    NoNotice,
    Risk,
    Telling,
    close,
    dismiss,
    draft,
    notify,
    require_no_notice,
    tell,
)
from consent.errors import IllegalTransition, NaiveTime

AWARE = datetime(2025, 6, 1, 12, tzinfo=UTC)
DRAFT = draft(BreachKind.IDENTIFIER_VISIBLE, aware_at=AWARE, case_ref="case:1", receivers=("m:1", "m:2"))
FULL = replace(
    DRAFT, nature="a", affected="b", contact="c", consequences="d", measures="e", telling=Telling.NO_HIGH_RISK
)


def test_the_clock_runs_72_hours() -> None:
    assert DRAFT.deadline == datetime(2025, 6, 4, 12, tzinfo=UTC)
    assert DRAFT.time_left(AWARE + timedelta(hours=70)) == timedelta(hours=2)
    assert DRAFT.time_left(AWARE + timedelta(hours=73)) == timedelta(hours=-1)


def test_a_draft_says_what_it_lacks() -> None:
    assert DRAFT.receivers == ("m:1", "m:2")
    assert DRAFT.missing_fields() == ("nature", "affected", "contact", "consequences", "measures")
    assert replace(FULL, contact="").missing_fields() == ("contact",)


def test_a_notification_may_be_completed_later_and_only_then_closed() -> None:
    notified = notify(DRAFT, AWARE)
    assert (notified.state, notified.decided_at) == (BreachState.NOTIFIED, AWARE)
    with pytest.raises(IllegalTransition):
        close(notified)
    assert close(notify(FULL, AWARE)).state is BreachState.CLOSED


def test_a_breach_is_dismissed_only_with_its_reasons_on_record() -> None:
    with pytest.raises(IllegalTransition):
        dismiss(DRAFT, AWARE)
    dismissed = dismiss(replace(FULL, affected=None, contact=None), AWARE)
    assert dismissed.state is BreachState.NOT_NOTIFIABLE
    assert close(dismissed).state is BreachState.CLOSED


@pytest.mark.parametrize("breach", [notify(FULL, AWARE), dismiss(FULL, AWARE), close(notify(FULL, AWARE))])
def test_it_is_decided_once(breach: Breach) -> None:
    with pytest.raises(IllegalTransition):
        notify(breach, AWARE)
    with pytest.raises(IllegalTransition):
        dismiss(breach, AWARE)


def test_it_is_closed_once_and_after_the_decision() -> None:
    for breach in (FULL, close(notify(FULL, AWARE))):
        with pytest.raises(IllegalTransition):
            close(breach)


def test_moments_need_a_time_zone() -> None:
    naive = AWARE.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        replace(DRAFT, aware_at=naive)
    with pytest.raises(NaiveTime):
        DRAFT.time_left(naive)
    with pytest.raises(NaiveTime):
        notify(DRAFT, naive)


def test_a_late_notification_says_why() -> None:
    late = AWARE + timedelta(hours=73)
    with pytest.raises(IllegalTransition):
        notify(FULL, late)
    assert notify(FULL, late, delay=Delay.OFFICER_AWAY).delay is Delay.OFFICER_AWAY
    assert notify(FULL, AWARE + timedelta(hours=72)).delay is None


def test_a_breach_is_not_closed_before_the_person_concerned_was_thought_of() -> None:
    decided = notify(replace(FULL, telling=None), AWARE)
    with pytest.raises(IllegalTransition):
        close(decided)
    closed = close(tell(decided, Telling.TOLD, risk=Risk.HIGH))
    assert (closed.state, closed.telling) == (BreachState.CLOSED, Telling.TOLD)
    with pytest.raises(IllegalTransition):
        tell(closed, Telling.TOLD, risk=Risk.SOME)


def test_a_high_risk_is_not_waved_away() -> None:
    with pytest.raises(IllegalTransition):
        tell(DRAFT, Telling.NO_HIGH_RISK, risk=Risk.HIGH)
    for telling in (Telling.TOLD, Telling.MEASURES_TOOK_THE_RISK_AWAY):
        assert tell(DRAFT, telling, risk=Risk.HIGH).telling is telling
    assert tell(DRAFT, Telling.NO_HIGH_RISK, risk=Risk.SOME).telling is Telling.NO_HIGH_RISK


@pytest.mark.parametrize("reason", NoNotice)
@pytest.mark.parametrize("risk", Risk)
def test_a_risk_is_notified_unless_another_record_covers_it(risk: Risk, reason: NoNotice) -> None:
    if risk is Risk.NONE or reason is NoNotice.SAME_BREACH:
        require_no_notice(risk, reason)
    else:
        with pytest.raises(IllegalTransition):
            require_no_notice(risk, reason)
