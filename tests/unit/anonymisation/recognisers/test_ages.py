"""Ages are marked, durations are not."""

from __future__ import annotations

import pytest

from anonymisation.recognisers.ages import AgeRecogniser


def found(text: str) -> set[str]:
    """Return the ages found in a text."""
    return {text[hit.start : hit.end] for hit in AgeRecogniser().hits(text)}


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("37-jarige vrouw", "37"), ("een 9 jarig kind", "9"), ("29 jaar, statushouder", "29"), ("Milan (9 jr)", "9"),
        ("is 78 jaar (geb.", "78"), ("Jongen van 19, alleen", "19"), ("Noor (6)", "6"),
        ("zoon Jurre, 12 jaar, thuis", "12"),
        ("m, 54 jr", "54"), ("hij is 12jr.", "12"), ("83 jaar oud", "83"), ("broer Jan, 51, belt", "51"),
    ],
)  # fmt: skip
def test_an_age_is_found(text: str, age: str) -> None:
    assert found(text) == {age}


@pytest.mark.parametrize(
    "text",
    [
        "sinds 3 jaar", "3 jaar geleden", "al 12 jaar", "na 2 jaar", "2 jaar getrouwd", "5 jaar in zorg",
        "wacht 62 weken",
        "om de 3 jaar", "pte 120 tabletten", "man 80 kg", "10 jaar cel", "130-jarige eik", "kind van 3 mnd",
    ],
)  # fmt: skip
def test_a_duration_is_no_age(text: str) -> None:
    assert found(text) == set()
