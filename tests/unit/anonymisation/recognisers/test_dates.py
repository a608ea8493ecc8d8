"""Days in Dutch order, and the many numbers that only look like one."""

from __future__ import annotations

import pytest

from anonymisation.recognisers.dates import DateRecogniser
from anonymisation.recognisers.rule import CERTAIN


def found(text: str) -> set[str]:
    """Return the days found in a text."""
    return {text[hit.start : hit.end] for hit in DateRecogniser().hits(text)}


@pytest.mark.parametrize(
    "day",
    [
        "14-03-1988", "02.05.1947", "03/06/25", "2025-10-07", "19990817", "30-1-2024", "12 nov. 2025", "8 sept",
        "mrt '24",
        "nov 2022", "5 juli 2006", "zo 5 oktober 2025", "woensdag 17 september", "23 t/m 29 april", "Sinterklaas 2020",
        "carnaval '25", "26-09", "29-10-25", "1e januari", "maandagavond 13 oktober", "12-mei-2023", "21/22 maart",
        "3, 4 en 7 maart", "Pasen 2021", "03-2024",
    ],
)  # fmt: skip
def test_a_day_is_found(day: str) -> None:
    assert day in found(f"Gezien op {day}, verder niets.")


@pytest.mark.parametrize("day", ["10-11", "11/2", "15-10", "3/12"])
def test_a_short_day_is_found_after_a_word_for_a_day(day: str) -> None:
    assert found(f"Gezien op {day}") == {day}


@pytest.mark.parametrize(
    "text",
    [
        "sinds 2019", "in januari", "op maandag", "3 weken", "om 14:30", "1/2 tablet", "RR 140/90", "score 3/10",
        "NRS 4/10",
        "3-4 joints dd", "2-3 x per week", "10-12 weken", "1-2 keer", "versie 1.2", "24/7 zorg", "voorjaar 2023",
        "5-10 mg",
        "mei", "31-02-2024", "45/13", "18+", "12 maanden", "1/2 dag", "14u/dag", "groep 3/4", "augustus",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_left(text: str) -> None:
    assert found(f"Pt {text} ") == set()


def test_a_bare_short_day_is_doubtful_and_a_full_one_certain() -> None:
    (bare,) = DateRecogniser().hits("Kliniek 11/2 gezien")
    (full,) = DateRecogniser().hits("Kliniek 11/2/2024 gezien")
    assert bare.score < 0.5 < full.score == CERTAIN


def test_eight_digits_are_read_day_first_after_a_word_for_birth() -> None:
    assert found("geb 14031988") == {"14031988"}
    assert found("nr 14031988") == set()
