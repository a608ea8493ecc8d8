"""What the model finds must have the form of its kind."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType
from anonymisation.plausible import impossible, plausible, says_only_its_kind
from anonymisation.recognisers.rule import Hit


def judged(text: str, found: str, label: EntityType, score: float = 0.9) -> str | None:
    """Return what is left of a find, as text."""
    start = text.index(found)
    hit = plausible(Hit(start, start + len(found), label, score), text)
    return None if hit is None else text[hit.start : hit.end]


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("opname 23 t/m 29 april", "23 t/m 29 april", "23 t/m 29 april"),
        ("gezien op 10-11 mondeling", "10-11", "10-11"),
        ("sinds mrt '24 thuis", "mrt '24", "mrt '24"),
        ("Sinterklaas 2020 overleden", "Sinterklaas 2020", "Sinterklaas 2020"),
        ("geboren zeventien maart", "zeventien maart", "zeventien maart"),
        ("Overbeeke 20 nov.", "Overbeeke 20 nov", "20 nov"),
        ("op zo 5 oktober 2025 met", "zo 5 oktober 2025", "zo 5 oktober 2025"),
        ("17 september samen met", "17 september samen", "17 september"),
        ("slaapt 3-4 u per nacht", "3-4", None),
        ("sinds januari ziek uit", "januari ziek", None),
        ("sinds voorjaar 2023 alleen", "voorjaar 2023", None),
    ],
)
def test_a_date_is_a_date(text: str, found: str, left: str | None) -> None:
    assert judged(text, found, EntityType.DATE_TIME) == left


@pytest.mark.parametrize(
    ("text", "found", "label", "left"),
    [
        ("knelpunt 18-/18+ en", "18-/18+", EntityType.PHONE_NUMBER, None),
        ("bel 06-12345670 nu", "06-12345670", EntityType.PHONE_NUMBER, "06-12345670"),
        ("schuld van 18.000 euro", "18", EntityType.AGE, None),
        ("zij is 41 jaar", "41", EntityType.AGE, "41"),
        ("zie kanaal twee", "kanaal", EntityType.URL, None),
        ("score SCIL 17", "SCIL", EntityType.ID, None),
    ],
)
def test_a_number_has_digits_enough(text: str, found: str, label: EntityType, left: str | None) -> None:
    assert judged(text, found, label) == left


@pytest.mark.parametrize(
    ("text", "found", "left"),
    [
        ("gescheiden van Patrick Bos.", "van Patrick Bos", "Patrick Bos"),
        ("moeder van Lieke belt", "van Lieke", "Lieke"),
        ("Mw. van Dijk belt", "van Dijk", "van Dijk"),
        ("Mw. wil naar huis", "wil", None),
        ("mogelijk Korsakov bij", "Korsakov", None),
        ("Dhr. Korsakov belt", "Korsakov", "Korsakov"),
        ("verwezen naar Joost", "naar Joost", "Joost"),
    ],
)
def test_a_name_is_more_than_a_word_around_it(text: str, found: str, left: str | None) -> None:
    assert judged(text, found, EntityType.PERSON) == left


def test_a_kind_is_no_name() -> None:
    assert says_only_its_kind("De GGZ")
    assert says_only_its_kind("FACT-team Noord")
    assert not says_only_its_kind("GGZ Waterkant")
    assert not says_only_its_kind("Team 4")
    assert judged("start als de GGZ loopt", "GGZ loopt", EntityType.CARE_ORGANIZATION, 0.3) is None
    assert judged("bij GGZ Waterkant in zorg", "GGZ Waterkant", EntityType.CARE_ORGANIZATION) == "GGZ Waterkant"


@pytest.mark.parametrize(
    ("text", "found", "score", "left"),
    [
        ("de Treeknorm wordt overschreden", "Treeknorm", 0.85, None),
        ("melding via de buren", "buren", 0.4, None),
        ("woont in utrecht", "utrecht", 0.4, "utrecht"),
        ("woont in Sneek", "Sneek", 0.4, "Sneek"),
        ("kantoor aan de A73", "A73", 0.9, "A73"),
    ],
)
def test_a_place_is_no_ordinary_noun(text: str, found: str, score: float, left: str | None) -> None:
    assert judged(text, found, EntityType.LOCATION, score) == left


def test_the_years_of_an_age_are_no_name() -> None:
    text = "Jayden (9 jr) en Bos jr"
    assert impossible(Hit(10, 12, EntityType.PERSON, 0.9), text)
    assert not impossible(Hit(21, 23, EntityType.PERSON, 0.9), text)
