"""Names by the words around them; titles, roles and ordinary capitalised words stay outside."""

from __future__ import annotations

import pytest

from anonymisation.recognisers.people import PersonRecogniser


def found(text: str) -> set[str]:
    """Return the names found in a text."""
    return {text[hit.start : hit.end] for hit in PersonRecogniser().hits(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mw. Marleen van der Kolkman-Wessels komt", "Marleen van der Kolkman-Wessels"),
        ("dhr Yüksel belde", "Yüksel"),
        ("fam. El Amrani", "El Amrani"),
        ("wijkagent Bo kwam", "Bo"),
        ("bij moeder Wilma Geraedts", "Wilma Geraedts"),
        ("POH-GGZ K. 't Veld", "K. 't Veld"),
        ("door M.R. dos Reis.", "M.R. dos Reis"),
        ("Naam: Jan de Boer", "Jan de Boer"),
        ("(M.v.d.K.)", "M.v.d.K."),
        ("kinderen: Milan (9 jr)", "Milan"),
        ('staat als "Dabrowski, M." in', "Dabrowski, M."),
        ("dr. H.J. (Hanneke) ter Beek", "H.J. (Hanneke) ter Beek"),
        ("mevr. JANSEN", "JANSEN"),
        ("mw. IJsbrandy", "IJsbrandy"),
        ("de zus van Ismet", "Ismet"),
        ("psychiater Th. Verhulst", "Th. Verhulst"),
        ("(Lieke V., jeugdteam)", "Lieke V."),
        ("ds. Tesfay Haile", "Tesfay Haile"),
        ("mw. Jose\u0301 Pérez", "Jose\u0301 Pérez"),
    ],
)
def test_a_name_is_found_without_its_title(text: str, name: str) -> None:
    assert name in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mw. is vriendelijk", "Moeder Is ziek", "HA vermoedt depressie", "Sertraline 100 mg", "op Maandag", "vlgs. GGZ",
        "huisarts GGZ", "Ziekte van Parkinson", "A. Beloop", "E. coli", "mw. heeft pijn", "Vader komt Maandag",
    ],
)  # fmt: skip
def test_ordinary_words_are_no_names(text: str) -> None:
    assert found(text) == set()


def test_a_name_ends_at_a_place_and_at_an_organisation() -> None:
    assert found("bij neef Tesfay in Dieren") == {"Tesfay"}
    assert "S. Aarnoudse" in found("bewindvoerder S. Aarnoudse van Balans Bewind")


def test_a_label_on_the_next_line_is_no_surname() -> None:
    assert found("Naam: Elena Emerenciana\nHandtekening: (krabbel)") == {"Elena Emerenciana"}


def test_a_name_may_wrap_after_its_prefix() -> None:
    assert "Jan van\nder Berg" in found("Betreft mw. Jan van\nder Berg uit")
