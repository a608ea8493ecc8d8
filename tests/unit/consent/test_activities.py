"""Every purpose has its row in the register, and the law's exceptions are never among those that lapse."""

from __future__ import annotations

import dataclasses

import pytest

from consent.activities import LAPSES_WITH_AGREEMENT, REGISTER, Purpose


def test_every_purpose_has_its_row() -> None:
    assert set(REGISTER) == set(Purpose)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_field_of_a_row_is_empty(purpose: Purpose) -> None:
    assert all(dataclasses.astuple(REGISTER[purpose]))


def test_what_never_lapses() -> None:
    assert set(Purpose) - LAPSES_WITH_AGREEMENT == {
        Purpose.FETCH_ANSWER,
        Purpose.WITHDRAW,
        Purpose.ERASE,
        Purpose.BREACH,
        Purpose.AUDIT,
        Purpose.RIGHTS_REQUEST,
        Purpose.MANAGE,
    }
