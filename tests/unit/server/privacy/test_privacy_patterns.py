"""Each pattern is found where it is, with its reason, and not a step short of it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from audit.entry import Entry, ObjectRef, Outcome, Source, make
from audit.events import Event, ObjectKind
from server.privacy.patterns import (
    AFTER_SESSION,
    BEFORE_SESSION,
    MANY_CASES,
    MANY_WITHIN,
    REASON_NL,
    REFUSED_IN_A_ROW,
    REFUSED_WITHIN,
    Unusual,
    Window,
    patterns,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SESSION = (NOON, NOON + timedelta(hours=1))
WINDOW = Window("case-x", (SESSION,), frozenset({"submitter", "releaser"}))
MINUTE = timedelta(minutes=1)
_numbers = itertools.count(1)


def entry(event: Event, at: datetime, actor: str = "reader", *, denied: bool = False, **about: str) -> Entry:
    """Return an entry of somebody at a moment, about these things by kind."""
    return make(
        event,
        actor=actor,
        source=Source("test", "test"),
        now=at,
        random_bytes=lambda count: next(_numbers).to_bytes(count, "big"),
        outcome=Outcome.MINOR_FAILURE if denied else Outcome.SUCCESS,
        objects=[ObjectRef(ObjectKind(kind), ref) for kind, ref in about.items()],
    )


def read(at: datetime, actor: str = "reader", case: str = "case-x") -> Entry:
    """Return the reading of a case."""
    return entry(Event.CASE_READ, at, actor, case=case)


def test_nothing_gives_nothing() -> None:
    assert patterns([], []) == []


@pytest.mark.parametrize("at", [SESSION[0] - BEFORE_SESSION, NOON, SESSION[1] + AFTER_SESSION])
def test_reading_around_a_session_is_usual(at: datetime) -> None:
    assert patterns([read(at)], [WINDOW]) == []


@pytest.mark.parametrize("at", [SESSION[0] - BEFORE_SESSION - MINUTE, SESSION[1] + AFTER_SESSION + MINUTE])
def test_reading_far_from_every_session_is_not(at: datetime) -> None:
    [found] = patterns([read(at)], [WINDOW])
    assert (found.kind, found.member, found.case, found.entries) == (Unusual.OUTSIDE_SESSION, "reader", "case-x", 1)


def test_reading_again_far_from_a_session_is_one_pattern() -> None:
    late = SESSION[1] + timedelta(days=9)
    [found] = patterns([read(late + MINUTE), read(late)], [WINDOW])
    assert (found.first, found.last, found.entries) == (late, late + MINUTE, 2)


@pytest.mark.parametrize("who", ["submitter", "releaser"])
def test_who_brought_or_released_a_case_may_read_it_at_any_time(who: str) -> None:
    assert patterns([read(NOON + timedelta(days=90), who)], [WINDOW]) == []


def test_a_case_of_which_no_session_is_known_is_passed_over() -> None:
    assert patterns([read(NOON + timedelta(days=90), case="case-y")], [WINDOW]) == []


def test_a_refused_reading_is_no_reading() -> None:
    refused = entry(Event.CASE_READ, NOON + timedelta(days=90), denied=True, case="case-x")
    assert patterns([refused], [WINDOW]) == []


def _many(count: int, within: timedelta) -> list[Entry]:
    return [read(NOON + within * place / max(1, count - 1), case=f"case-{place}") for place in range(count)]


def test_many_cases_within_the_hour_are_noticed() -> None:
    [found] = patterns(_many(MANY_CASES, MANY_WITHIN), [])
    assert (found.kind, found.entries) == (Unusual.MANY_CASES, MANY_CASES)


def test_one_fewer_or_a_little_slower_is_usual() -> None:
    assert patterns(_many(MANY_CASES - 1, MANY_WITHIN), []) == []
    assert patterns(_many(MANY_CASES, MANY_WITHIN + MINUTE), []) == []


def test_the_same_case_many_times_is_one_case() -> None:
    assert patterns([read(NOON + place * MINUTE) for place in range(30)], []) == []


def test_two_people_are_not_taken_together() -> None:
    half = _many(MANY_CASES, MANY_WITHIN)[::2]
    other = [read(one.at, "other", f"case-o{place}") for place, one in enumerate(half)]
    assert patterns(half + other, []) == []


def test_a_closed_account_that_is_tried_is_noticed() -> None:
    tried = entry(Event.LOGIN_REFUSED, NOON, "anonymous", denied=True, member="gone")
    [found] = patterns([tried], [], inactive=frozenset({"gone"}))
    assert (found.kind, found.member) == (Unusual.INACTIVE_LOGIN, "gone")
    assert patterns([tried], []) == []


def _refusals(count: int, step: timedelta = MINUTE, actor: str = "reader") -> list[Entry]:
    about = {"member": "target"} if actor == "anonymous" else {}
    event = Event.LOGIN_REFUSED if actor == "anonymous" else Event.ACCESS_DENIED
    return [entry(event, NOON + place * step, actor, denied=True, **about) for place in range(count)]


@pytest.mark.parametrize(("actor", "of"), [("reader", "reader"), ("anonymous", "target")])
def test_refusals_in_a_row_are_noticed(actor: str, of: str) -> None:
    [found] = patterns(_refusals(REFUSED_IN_A_ROW, actor=actor), [])
    assert (found.kind, found.member, found.entries) == (Unusual.REFUSED_IN_A_ROW, of, REFUSED_IN_A_ROW)


def test_fewer_refusals_or_slower_ones_or_with_a_success_between_are_usual() -> None:
    assert patterns(_refusals(REFUSED_IN_A_ROW - 1), []) == []
    assert patterns(_refusals(REFUSED_IN_A_ROW, REFUSED_WITHIN / (REFUSED_IN_A_ROW - 1) + MINUTE), []) == []
    between = read(NOON + MINUTE * 2.5)
    assert patterns([*_refusals(REFUSED_IN_A_ROW), between], []) == []


def test_every_kind_has_a_reason_in_dutch_and_the_newest_comes_first() -> None:
    assert set(REASON_NL) == set(Unusual)
    found = patterns([*_refusals(REFUSED_IN_A_ROW), read(NOON + timedelta(days=60))], [WINDOW])
    assert [one.kind for one in found] == [Unusual.OUTSIDE_SESSION, Unusual.REFUSED_IN_A_ROW]
    assert all(one.reason_nl.endswith(".") for one in found)
