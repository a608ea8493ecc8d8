"""Days are read in Dutch order and told from a reference day."""

from __future__ import annotations

from datetime import date

import pytest

from anonymisation.relative import Day, ranges, read, relative, resolved, told_as_past

REFERENCE = date(2025, 11, 12)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("14-03-1988", Day(1988, 3, 14)), ("03/06/25", Day(2025, 6, 3)), ("2025-10-07", Day(2025, 10, 7)),
        ("19990817", Day(1999, 8, 17)), ("14031988", Day(1988, 3, 14)), ("12 nov. 2025", Day(2025, 11, 12)),
        ("8 sept", Day(None, 9, 8)), ("mrt '24", Day(2024, 3, None)), ("zo 5 oktober 2025", Day(2025, 10, 5)),
        ("maandag 3 maart", Day(None, 3, 3)), ("23 t/m 29 april", Day(None, 4, 29)), ("10-11", Day(None, 11, 10)),
        ("03-2024", Day(2024, 3, None)), ("02.05.1947", Day(1947, 5, 2)), ("1 januari '99", Day(1999, 1, 1)),
        ("wo 18/3", Day(None, 3, 18)), ("dinsdag 17-3", Day(None, 3, 17)), ("16-3 of 18-3", Day(None, 3, 18)),
        ("ma. 5 t/m wo. 7-1", Day(None, 1, 7)), ("2-4 maart", Day(None, 3, 4)), ("maart 12, 2026", Day(2026, 3, 12)),
        ("16 maart 10.30 uur", Day(None, 3, 16)), ("12 maart - 14 april", Day(None, 4, 14)),
        ("12-mei-2023", Day(2023, 5, 12)), ("Sinterklaas 2020", None), ("", None), ("45-13-2020", None), ("mei", None),
    ],
)  # fmt: skip
def test_a_day_is_read(text: str, day: Day | None) -> None:
    assert read(text) == day


def test_an_impossible_day_is_no_day() -> None:
    assert Day(2023, 2, 30).on() is None
    assert resolved(Day(None, 2, 30), REFERENCE) is None


def test_a_day_without_a_year_is_the_nearest_past_one() -> None:
    assert resolved(Day(None, 12, 1), REFERENCE) == (date(2024, 12, 1), True)
    assert resolved(Day(None, 11, 12), REFERENCE) == (REFERENCE, True)
    assert resolved(Day(None, 2, 29), REFERENCE) == (date(2024, 2, 29), True)


@pytest.mark.parametrize(
    ("day", "form"),
    [
        (date(2025, 11, 12), "de peildatum"), (date(2025, 11, 11), "1 dag eerder"), (date(2025, 11, 14),
        "2 dagen later"),
        (date(2025, 10, 22), "3 weken eerder"), (date(2025, 3, 12), "8 maanden eerder"), (date(2020, 11, 12),
        "5 jaar eerder"),
        (date(1988, 3, 14), "35-39 jaar eerder"),
    ],
)  # fmt: skip
def test_a_day_is_told_in_the_largest_fitting_unit(day: date, form: str) -> None:
    assert relative(day, REFERENCE) == form


def test_a_birth_date_is_always_a_band() -> None:
    assert relative(date(2016, 1, 1), REFERENCE, birth=True) == "4-11 jaar eerder"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("28 februari tot 12 maart 2026", ((Day(2026, 2, 28), Day(2026, 3, 12)),)),
        ("28 dec t/m 3 januari 2026", ((Day(2025, 12, 28), Day(2026, 1, 3)),)),
        ("16, 17 en 18 maart", ((Day(None, 3, 16),), (Day(None, 3, 17),), (Day(None, 3, 18),))),
        ("ma 16-3 t/m wo 18-3 of 2-4", ((Day(None, 3, 16), Day(None, 3, 18)), (Day(None, 4, 2),))),
        ("23 t/m 29 april", ((Day(None, 4, 23), Day(None, 4, 29)),)),
        ("26 maart om 10.30 uur", ((Day(None, 3, 26),),)),
        ("maart 2026", ((Day(2026, 3, None),),)),
        ("zeventien maart 2026", ()),
        ("28.02 tot 12 maart", ()), ("18 maart en 45-13-2020", ()), ("maart", ()), ("", ()),
    ],
)  # fmt: skip
def test_every_day_of_a_place_is_read_or_none(text: str, days: tuple[tuple[Day, ...], ...]) -> None:
    assert ranges(text) == days


def test_a_place_is_read_with_the_days_that_are_joined_to_it() -> None:
    text = "loopt van 28 juni tot en met donderdag 12 maart 2026, dus 3 weken"
    both = ((Day(2025, 6, 28), Day(2026, 3, 12)),)
    for part in ("28 juni", "12 maart 2026", "12 maart"):
        start = text.index(part)
        assert ranges(text, start, start + len(part)) == both


def test_the_words_around_a_day_tell_whether_it_is_past() -> None:
    for text, past in (
        ("Sinds 14 juni gaat het mis", True),
        ("Sinds de zomer gaat het mis. Intake 14 juni", False),
        ("de brief van 14 juni ligt er", True),
        ("wij beginnen 14 juni", False),
    ):
        start = text.index("14 juni")
        assert told_as_past(text, start, start + 7) is past
