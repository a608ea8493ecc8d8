"""Nationality as an adjective; languages and Dutch itself are left."""

from __future__ import annotations

from anonymisation.recognisers.origin import OriginRecogniser


def found(text: str) -> set[str]:
    """Return the origins found in a text."""
    return {text[hit.start : hit.end] for hit in OriginRecogniser().hits(text)}


def test_an_adjective_and_a_labelled_word_are_found() -> None:
    assert found("Syrische man, nationaliteit: Pools") == {"Syrische", "Pools"}


def test_languages_dutch_and_things_are_left() -> None:
    assert found("spreekt Turks en Engels, Nederlandse vrouw, Duitse herder, nationaliteit: Nederlands") == set()
