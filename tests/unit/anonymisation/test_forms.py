"""One pattern recognises every fixed form, and nothing that a person would write instead."""

from __future__ import annotations

import pytest

from anonymisation.forms import ALL_NOUNS, BANDS, PSEUDONYM, band, letters, neutral, pseudonym_spans


def test_letters_count_on_after_z_and_never_repeat() -> None:
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "XAA"]
    assert len({letters(number) for number in range(20_000)}) == 20_000


@pytest.mark.parametrize("number", [0, 25, 26, 701, 702, 5_000, 19_000])
@pytest.mark.parametrize("noun", ALL_NOUNS)
def test_every_noun_with_its_letters_is_a_form(noun: str, number: int) -> None:
    form = f"{noun} {letters(number)}"
    assert PSEUDONYM.fullmatch(form)
    assert list(pseudonym_spans(f"de {form}, en")) == [(3, 3 + len(form))]


@pytest.mark.parametrize(
    "form",
    [
        "[BSN verwijderd]", "moeder van A", "3 weken eerder", "1 dag later", "op de peildatum",
        "35-39 jaar eerder", "Plaats B",
        "35-39 jaar", "90+ jaar",
    ],
)  # fmt: skip
def test_other_forms_are_recognised_whole(form: str) -> None:
    assert PSEUDONYM.fullmatch(form)


@pytest.mark.parametrize("band_text", BANDS)
def test_a_band_is_a_form_only_as_an_age(band_text: str) -> None:
    assert PSEUDONYM.match(f"{band_text}-jarige")
    assert not PSEUDONYM.match(f"{band_text} gezien")


@pytest.mark.parametrize(
    "text",
    [
        "school ISK",
        "Persoon Jansen",
        "nummer 12",
        "plaatsA",
        "Persoon ABC",
        "4-11",
        "groep A",
        "account jan",
        "persoon a",
        "kenteken AO-012-E",
        "kenteken VE-05-AI",
        "kenteken UA 010 E",
        "kenteken AO\u2013012\u2013E",
        "rekeningnummer NL 91 ABNA 0417",
        "nummer AB/2024/33",
        "nummer AB.2024.33",
    ],
)
def test_ordinary_words_are_no_form(text: str) -> None:
    assert not list(pseudonym_spans(text))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (0, "0-3"),
        (3, "0-3"),
        (4, "4-11"),
        (15, "12-15"),
        (17, "16-17"),
        (18, "18-19"),
        (37, "35-39"),
        (89, "85-89"),
        (104, "90+"),
    ],
)
def test_ages_fall_in_their_band(age: int, expected: str) -> None:
    assert band(age) == expected


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Persoon A/Persoon B belt", ["Persoon A", "Persoon B"]),
        ("Persoon A/zus van B", ["Persoon A", "zus van B"]),
        ("Persoon A - en nummer B.", ["Persoon A", "nummer B"]),
        ("kenteken A 3 keer gezien", ["kenteken A"]),
    ],
)
def test_what_stands_behind_a_form_does_not_hide_it(text: str, forms: list[str]) -> None:
    assert [text[start:end] for start, end in pseudonym_spans(text)] == forms


def test_neutral_text_leaves_a_value_as_it_is() -> None:
    assert neutral("kenteken AO-012-E, nummer AB/2024/33") == "kenteken AO-012-E, nummer AB/2024/33"


def test_neutral_text_keeps_its_length_and_hides_the_letters() -> None:
    text = "zie nummer A. Huur van Persoon B"
    assert neutral(text) == "zie nummer a. Huur van persoon b"
