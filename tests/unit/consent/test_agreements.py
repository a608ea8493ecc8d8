"""A version goes through its states in order, and does not change once it is established."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from consent.agreements import (
    STATE_NL,
    Agreement,
    AgreementKind,
    AgreementState,
    Approval,
    approve,
    establish,
    expire,
    in_force,
)
from consent.errors import IllegalTransition, InvalidAgreement, NaiveTime

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=365)


def draft(**changes: object) -> Agreement:
    base = Agreement(AgreementKind.ART26, 3, ("org:gp", "org:ggz"), date(2026, 1, 1), LATER)
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields of a test's choice


def signature(organisation: str) -> Approval:
    return Approval(organisation, "m:mandate", NOW)


def approved() -> Agreement:
    return approve(approve(draft(), signature("org:gp")), signature("org:ggz"))


def established() -> Agreement:
    return establish(approved(), NOW)


def test_the_way_of_a_version() -> None:
    half = approve(draft(), signature("org:gp"))
    assert half.state is AgreementState.IN_REVIEW
    assert half.is_signed_by("org:gp")
    assert not half.is_signed_by("org:ggz")
    assert approve(half, signature("org:ggz")).state is AgreementState.APPROVED
    assert (established().state, established().established) == (AgreementState.ESTABLISHED, NOW)
    assert expire(established()).state is AgreementState.EXPIRED
    assert established().ref == "art26/3"


def test_every_illegal_move_is_refused() -> None:
    for version in (approved(), established(), expire(draft())):
        with pytest.raises(IllegalTransition):
            approve(version, signature("org:gp"))
    with pytest.raises(IllegalTransition):
        approve(approve(draft(), signature("org:gp")), signature("org:gp"))
    for version in (draft(), established(), expire(approved())):
        with pytest.raises(IllegalTransition):
            establish(version, NOW)
    with pytest.raises(IllegalTransition):
        establish(approved(), LATER)
    with pytest.raises(IllegalTransition):
        expire(expire(draft()))


def test_a_stranger_cannot_approve() -> None:
    with pytest.raises(InvalidAgreement):
        approve(draft(), signature("org:stranger"))


def test_an_established_version_cannot_be_written_to() -> None:
    with pytest.raises(FrozenInstanceError):
        established().version = 4  # type: ignore[misc]  # that is what is tested


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"parties": ()},
        {"parties": ("org:gp", "org:gp")},
        {"approvals": (signature("org:gp"), signature("org:gp"))},
        {"approvals": (signature("org:stranger"),)},
        {"state": AgreementState.APPROVED},
        {"state": AgreementState.ESTABLISHED, "established": NOW},
        {"approvals": (signature("org:gp"), signature("org:ggz")), "state": AgreementState.ESTABLISHED},
        {"established": LATER},
    ],
)
def test_a_version_is_valid_from_birth(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidAgreement):
        draft(**changes)


def test_moments_need_a_time_zone() -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(NaiveTime):
        Approval("org:gp", "m:1", naive)
    with pytest.raises(NaiveTime):
        draft(expires=naive)
    with pytest.raises(NaiveTime):
        establish(approved(), naive)
    with pytest.raises(NaiveTime):
        in_force([established()], "org:gp", naive)


def test_in_force_from_establishment_until_just_before_expiry() -> None:
    version = established()
    tick = timedelta(microseconds=1)
    for on, holds in ((NOW - tick, False), (NOW, True), (LATER - tick, True), (LATER, False)):
        assert in_force([version], "org:gp", on) == (version if holds else None)


def test_only_the_organisations_own_established_versions_count() -> None:
    assert in_force([established()], "org:stranger", NOW) is None
    assert in_force([draft(), approved(), expire(established())], "org:gp", NOW) is None
    assert in_force([], "org:gp", NOW) is None


def test_the_latest_arrangement_of_joint_controllers_goes_first() -> None:
    newer = replace(established(), version=4)
    processor = replace(established(), kind=AgreementKind.ART28, version=9)
    assert in_force([processor, established(), newer], "org:gp", NOW) == newer
    assert in_force([processor], "org:gp", NOW) == processor


def test_the_review_date_warns_and_does_not_end() -> None:
    version = established()
    assert not version.is_review_due(date(2025, 12, 31))
    assert version.is_review_due(date(2026, 1, 1))
    assert version.is_in_force(datetime(2026, 1, 2, tzinfo=UTC))
    assert not draft().is_review_due(date(2026, 1, 1))


def test_every_state_has_a_dutch_word() -> None:
    assert set(STATE_NL) == set(AgreementState)
