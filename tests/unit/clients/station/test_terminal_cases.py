"""Short numbers of cases: given once, and never another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clients.errors import NoSuchCase, StationError
from clients.station.desk import Desk
from clients.station.draft import Draft
from clients.station.terminal import cases
from tests.support.station import analyser
from tests.support.vaults import WORKER, new_vault

NOW = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A worker at an empty vault."""
    vault = new_vault(tmp_path / "kluis")
    yield Desk(vault, WORKER, analyser, lambda: NOW)
    vault.lock()


def test_a_number_stays_and_is_never_given_again(desk: Desk) -> None:
    first, second = desk.begin("een"), desk.begin("twee")
    assert cases.numbers(desk) == {first.id: 1, second.id: 2}
    desk.forget(second.id)
    desk.forget(first.id)
    third = desk.begin("drie")
    assert cases.numbers(desk) == {third.id: 3}
    assert cases.number_of(desk, third) == 3
    for gone in ("1", "2"):
        with pytest.raises(NoSuchCase):
            cases.find(desk, gone)
    assert cases.find(desk, " 3 ").id == third.id


def test_a_list_of_numbers_changes_the_vault_only_when_cases_come_or_go(desk: Desk) -> None:
    desk.begin("een")
    cases.numbers(desk)
    before = desk.vault.read(cases.NUMBERS)
    assert cases.numbers(desk) == cases.numbers(desk)
    assert desk.vault.read(cases.NUMBERS) == before


def test_a_case_is_found_by_a_beginning_of_its_id_that_no_other_has(desk: Desk) -> None:
    for name in ("abcd1111", "abcd2222", "12345678"):
        desk.keep(Draft(id=name, author=WORKER, begun_at=NOW, changed_at=NOW, fields={"text": "x"}))
    assert cases.find(desk, "ABCD1").id == "abcd1111"
    assert cases.find(desk, "1234").id == "12345678"
    with pytest.raises(StationError) as refused:
        cases.find(desk, "abcd")
    assert refused.value.code == "ambiguous"


@pytest.mark.parametrize("named", ["", " ", "0", "-1", "1.0", "abc", "²", "1" * 10_000, "../kluis", "\x00"])
def test_what_names_no_case_is_told(desk: Desk, named: str) -> None:
    desk.keep(Draft(id="abcd1111", author=WORKER, begun_at=NOW, changed_at=NOW, fields={"text": "x"}))
    with pytest.raises(NoSuchCase):
        cases.find(desk, named)
