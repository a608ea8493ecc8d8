"""A pattern that is tried only where it can begin finds what it would find everywhere."""

from __future__ import annotations

import re

import pytest

from anonymisation.analyser import Analyser
from anonymisation.page import Page, Triggered, first_words, glued

PATTERNS = [
    pytest.param(pattern, id=f"{recogniser.__name__}.{name}")
    for recogniser in Analyser.RECOGNISERS
    for name, pattern in vars(recogniser).items()
    if isinstance(pattern, Triggered)
]
TEXTS = (
    "Betreft mw. Marleen van der Kolk-Wessels (M.v.d.K.), geb. 14-03-1988, BSN 999915101, Oude Touwslagerspad 16b,",
    "9712 HK Appingedam, mob 06-12345678. In Ede, volgens Şükrü Yıldız (37 jr), huisarts van Łęcka, N., arts.",
    "zaaknr. AB/12-3456, kenteken 12-ABC-3, NL91ABNA0417164300, rekeningnr: 1234567, kenmerkAB12345, (ref. 2024/12).",
    "ma 12 mei 2024, 3-4-2023, 3 emei, 12 mrt '24, 1e kerstdag 2024, geb.19880314, 31-III-2025, 1.2 t/m 3.4, 5/2000",
    "Jan, 37, woont op nr. 12 bij de A12. Postbus 12; kerkstraat 14, 'Jan', 12) jarige Piet (12) 12-jarig, man/12 jr",
    "Persoon@x.nl, jan at x punt nl, www.x.nl, http://x.nl, @jan_x, insta: jan.x, 'jan.x' op snap, alias: jan.x",
    "McDonald, huisarts; deJan, arts; J.A. Bos; (Jan B.), (“Wout”), GGZ De Brug, De Brug GGZ, Aap & Zn., X B.V.",
    "İlk Straße 3, ſtraat 12, dochterı Anna, 's-Hertogenbosch, in 's-Hertogenbosch, Ѐва (12), e\u0301Jan (12 jaar)",
    "",
    "12",
    "\u0301\u0301Jan",
    "ǅ ª ² ½ ٣",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_it_finds_what_the_pattern_finds_everywhere(pattern: Triggered) -> None:
    for text in (*TEXTS, " ".join(TEXTS), " ".join(TEXTS).upper(), " ".join(TEXTS).lower()):
        everywhere = [match.span() for match in re.finditer(pattern.source, text, pattern.flags)]
        assert [match.span() for match in pattern.finditer(Page(text))] == everywhere


def test_a_page_knows_where_words_numbers_and_capitals_stand() -> None:
    page = Page("De 12 mannen van de 1e Straat")
    assert page.places["de"] == [0, 17]
    assert page.capitals == [0, 23]
    assert (page.numbers, page.sizes) == ([3, 20], {1, 2})


def test_letters_beyond_latin_1_stay_in_their_places() -> None:
    text = "Şükrü Łęcka Nguyễn Éva Ωmega"
    assert len(Page(text).plain) == len(text)
    assert Page(text).capitals == [0, 6, 12, 19, 23]


def test_keywords_are_known_by_their_first_word() -> None:
    assert first_words("de_heer t.a.v. poh-ggz") == {"de", "t", "poh"}
    assert glued(("zaak",), "nr") == {"zaak", "zaaknr"}
