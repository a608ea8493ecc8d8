"""Replacements have one fixed form, are consistent, and lead back."""

from __future__ import annotations

from datetime import date

import pytest

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, MapEntry, Span
from anonymisation.errors import InvalidSpan
from anonymisation.known import Known
from anonymisation.pseudonyms import protect, translate_back

E = EntityType


def marked(text: str) -> tuple[str, list[Span]]:
    """Read `[[Jan|PERSON]]` marks: the text without them and the spans."""
    spans: list[Span] = []
    plain = ""
    for piece in text.split("[["):
        inner, mark, rest = piece.partition("]]")
        if not mark:
            plain += piece
            continue
        original, _, label = inner.partition("|")
        spans.append(Span(len(plain), len(plain) + len(original), EntityType(label), 0.9, certain=True))
        plain += original + rest
    return plain, spans


def protected(text: str, reference: date | None = None) -> str:
    """Protect a marked text."""
    plain, spans = marked(text)
    return protect(plain, spans, reference=reference).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mw. [[Jan Bos|PERSON]] en [[Piet Vos|PERSON]], [[Jan|PERSON]]", "mw. Persoon A en Persoon B, Persoon A"),
        ("in [[Dieren|LOCATION]], [[dieren|LOCATION]]", "in plaats A, plaats A"),
        (
            "[[GGZ Rijn|CARE_ORGANIZATION]] en [[Isala ziekenhuis|CARE_ORGANIZATION]]",
            "GGZ-instelling A en ziekenhuis A",
        ),
        ("kliniek [[De Wolf|CARE_ORGANIZATION]]", "kliniek zorginstelling A"),
        ("basisschool [[De Boog|ORGANIZATION]]", "basisschool school A"),
        ("bsn [[999904413|NL_BSN]]", "bsn [BSN verwijderd]"),
        ("[[06-12345678|PHONE_NUMBER]] = [[+31612345678|PHONE_NUMBER]]", "telefoonnummer A = telefoonnummer A"),
        (
            "[[37|AGE]]-jarige, [[29|AGE]] jaar, ([[6|AGE]]), [[12|AGE]]jr",
            "35-39-jarige, 25-29 jaar, (4-11 jaar), 12-15jr",
        ),
        ("[[Poolse|NATIONALITY]] [[smid|PROFESSION]]", "nationaliteit A beroep A"),
        ("[[ja|AGE]]", "leeftijd A"),
        ("x[[Jan|PERSON]]y", "x Persoon A y"),
        ("[[Jan|PERSON]][[Bos B.V.|ORGANIZATION]]", "Persoon A werkgever A"),
        ("[[a@b.nl|EMAIL_ADDRESS]] [[x.nl|URL]] [[12-AB-34|NL_LICENSE_PLATE]]", "e-mailadres A webadres A kenteken A"),
        (
            "[[NL1|IBAN_CODE]] [[7|ID]] [[@j|SOCIAL_HANDLE]] [[1234 AB|NL_POSTCODE]]",
            "rekeningnummer A nummer A account A postcode A",
        ),
    ],
)
def test_every_label_has_its_form(text: str, expected: str) -> None:
    assert protected(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("op [[12-11-2025|DATE_TIME]]", "op de peildatum"),
        ("dd [[12 nov 2025|DATE_TIME]]", "dd op de peildatum"),
        ("sinds [[22 okt|DATE_TIME]]", "sinds 3 weken eerder"),
        ("intake op [[14 november|DATE_TIME]]", "intake op 2 dagen later"),
        ("wordt [[6 jan|DATE_TIME]] opgenomen", "wordt 8 weken later opgenomen"),
        ("werd [[6 jan|DATE_TIME]] opgenomen", "werd 10 maanden eerder opgenomen"),
        ("op [[1 april|DATE_TIME]] bezoek", "op 5 maanden later bezoek"),
        ("op [[1 juni|DATE_TIME]] bezoek", "op 5 maanden eerder bezoek"),
        ("geb. [[14-03-1988|DATE_TIME]]", "geb. 35-39 jaar eerder"),
        ("geb. [[1-6-2021|DATE_TIME]]", "geb. 4-11 jaar eerder"),
        ("[[Pasen 2021|DATE_TIME]] en [[Pasen 2021|DATE_TIME]]", "datum A en datum A"),
    ],
)
def test_days_become_relative_to_the_reference(text: str, expected: str) -> None:
    assert protected(text, date(2025, 11, 12)) == expected


def test_the_latest_full_date_that_is_no_birth_date_is_the_reference() -> None:
    assert protected("[[1-1-2025|DATE_TIME]], [[8-1-2025|DATE_TIME]]") == "7 dagen eerder, op de peildatum"
    assert protected("geb. [[1-1-1990|DATE_TIME]]") == "geb. datum A"


def test_letters_that_are_in_use_are_not_given_again() -> None:
    text, spans = marked("Persoon A ziet [[Jan|PERSON]]")
    assert protect(text, spans).text == "Persoon A ziet Persoon B"
    assert protect("Jan", [Span(0, 3, E.PERSON, 1, certain=True)], beside="moeder van A").text == "Persoon B"


def test_a_form_is_never_replaced() -> None:
    text = "Persoon A en 3 weken eerder"
    whole = [Span(0, 9, E.PERSON, 1, certain=True), Span(13, 27, E.DATE_TIME, 1, certain=True)]
    assert protect(text, whole).text == text


def test_the_map_holds_everything_but_the_bsn() -> None:
    text, spans = marked("[[Jan|PERSON]] [[Jan Bos|PERSON]] [[999904413|NL_BSN]]")
    mapping = protect(text, spans).mapping
    assert mapping == (MapEntry("Persoon A", "Jan", E.PERSON), MapEntry("Persoon A", "Jan Bos", E.PERSON))


def test_known_names_are_one_person_and_a_known_birth_date_is_a_band() -> None:
    text, spans = marked("[[Gosia|PERSON]], [[Malgorzata|PERSON]], [[17-08-1999|DATE_TIME]]")
    known = Known(names=("Malgorzata Dąbrowska", "Gosia"), birth_date=date(1999, 8, 17))
    assert (
        protect(text, spans, known=known, reference=date(2025, 1, 1)).text == "Persoon A, Persoon A, 25-29 jaar eerder"
    )


def test_an_alias_between_quotes_is_the_same_person(analyser: Analyser) -> None:
    text = "dhr. Samuel Haile, roepnaam Sami, en zus Ruta"
    assert protect(text, analyser.find(text)).text == "dhr. Persoon A, roepnaam Persoon A, en zus Persoon B"


def test_offsets_of_replacements_hold() -> None:
    text, spans = marked("😀 [[Jan|PERSON]]\r\n[[é\u0301|PERSON]] \x00 [[6|AGE]]")
    result = protect(text, spans)
    assert [result.text[one.start : one.end] for one in result.replacements] == ["Persoon A", "Persoon B", "4-11 jaar"]


@pytest.mark.parametrize("spans", [[(0, 3), (2, 5)], [(4, 6), (0, 2)], [(0, 99)]])
def test_spans_in_disorder_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(InvalidSpan):
        protect("abc def", [Span(start, end, E.PERSON, 1, certain=True) for start, end in spans])


MAP = (
    MapEntry("Persoon A", "Jan", E.PERSON),
    MapEntry("Persoon A", "Jan Bos", E.PERSON),
    MapEntry("Persoon AB", "Piet", E.PERSON),
    MapEntry("plaats A", "Dieren", E.LOCATION),
    MapEntry("3 weken eerder", "22 okt", E.DATE_TIME),
    MapEntry("35-39", "37", E.AGE),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Persoon A belt Persoon AB", "Jan Bos belt Piet"),
        ("Plaats A: moeder van A", "Dieren: moeder van Jan Bos"),
        ("Persoon A's zus, Persoon ABC, Persoon C", "Jan Bos's zus, Persoon ABC, Persoon C"),
        ("begin 3 weken eerder, 35-39 jaar", "begin 3 weken eerder, 35-39 jaar"),
        ("", ""),
    ],
)
def test_an_outcome_is_translated_back(text: str, expected: str) -> None:
    assert translate_back(text, MAP) == expected


def test_without_a_map_nothing_changes() -> None:
    assert translate_back("Persoon A", ()) == "Persoon A"


def test_an_original_that_looks_like_a_pattern_is_put_back_as_it_is() -> None:
    assert translate_back("Persoon A", [MapEntry("Persoon A", r"\1 \g<0>", E.PERSON)]) == r"\1 \g<0>"


def test_a_name_after_an_open_bracket_is_somebody_else() -> None:
    text = "Zwaluw (Koolmees was er niet)"
    spans = (Span(0, 6, EntityType.PERSON, 0.9, certain=True), Span(8, 16, EntityType.PERSON, 0.9, certain=True))
    assert protect(text, spans).text == "Persoon A (Persoon B was er niet)"


def test_the_noun_of_an_organisation_does_not_depend_on_the_length_of_another_name() -> None:
    for name in ("Bos", "Winterkoning-Scholekster"):
        text = f"de fc is wat {name} leuk vindt Putter"
        start = text.index(name)
        spans = (
            Span(start, start + len(name), EntityType.PERSON, 0.9, certain=True),
            Span(len(text) - 6, len(text), EntityType.ORGANIZATION, 0.9, certain=True),
        )
        assert protect(text, spans).text == "de fc is wat Persoon A leuk vindt organisatie A"
