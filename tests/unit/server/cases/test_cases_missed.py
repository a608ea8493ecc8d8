"""Finding the words that a reader typed: as they stand in the text, whatever their case, accents and white space."""

from __future__ import annotations

import pytest

from server.cases.missed import find


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Zij heet Noëlla.", "noella", ["Noëlla"]),
        ("Zij heet Noe\u0308lla.", "Noëlla", ["Noe\u0308lla"]),
        ("De Zonnebloem en de zonnebloem.", " Zonnebloem ", ["Zonnebloem", "zonnebloem"]),
        ("Bloem heeft bloemen.", "bloem", ["Bloem"]),
        ("Hij heeft bloemen.", "bloem", ["bloem"]),
        ("De heer\n  van Os kwam.", "van os", ["van Os"]),
        ("De heer van\n  Os kwam.", "van os", ["van\n  Os"]),
        ("Code (a.b)* hier.", "(a.b)*", ["(a.b)*"]),
        ("👩‍👧 Truus past op.", "truus", ["Truus"]),
        ("Er staat niets.", "truus", []),
        ("Er staat niets.", " \n", []),
        ("Er staat niets.", ".", []),
        ("", "truus", []),
    ],
)
def test_words_are_found_where_they_stand(text: str, words: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in find(text, words)] == found
