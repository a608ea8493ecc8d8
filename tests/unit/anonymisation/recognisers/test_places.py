"""Postcodes, addresses and towns; and units, years and words that only look like one."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType
from anonymisation.recognisers.places import AddressRecogniser, PostcodeRecogniser, TownRecogniser
from anonymisation.recognisers.rule import RuleRecogniser


def found(recogniser: RuleRecogniser, text: str) -> set[str]:
    """Return what a recogniser finds, as text."""
    return {text[hit.start : hit.end] for hit in recogniser.hits(text)}


@pytest.mark.parametrize("code", ["9712 HK", "3991KL", "2691PT", "5801 BD", "3991kl"])
def test_a_postcode_is_found(code: str) -> None:
    assert found(PostcodeRecogniser(), f"Heidelaan 1, {code}") == {code}


@pytest.mark.parametrize(
    "text", ["2000 mg", "1500 ml", "0123 AB", "1234 SS", "in 2019 PP gehad", "2023 en 2024", "1000 kg"]
)
def test_units_and_years_are_no_postcode(text: str) -> None:
    assert found(PostcodeRecogniser(), text) == set()


def test_the_town_behind_a_postcode_is_found() -> None:
    hits = {(hit.label, hit.start, hit.end) for hit in PostcodeRecogniser().hits("9301 VN Verzonnendorp")}
    assert (EntityType.LOCATION, 8, 21) in hits


@pytest.mark.parametrize(
    "address",
    [
        "Oude Touwslagerspad 16b", "Oosterdijk 7-bis", "Molenstr. 9", "Veilingweg 31 kmr 118",
        "Laan van Meerdervoort 22",
        "Van Speykstraat 4b", "Prins Bernhardlaan 12 hs", "1e Oosterparkstraat 101-3", "Burg. van der Kolkmanplein 3",
        "Lange Haven 3", "Postbus 123", "De Ruijterkade 5",
    ],
)  # fmt: skip
def test_an_address_is_found_whole(address: str) -> None:
    assert address in found(AddressRecogniser(), f"Woont op {address}, alleen.")


def test_words_around_a_street_stay_outside() -> None:
    text = "Gerrit woont aan de Broekhuizerweg 218 te Melderslo, buren op nr 220"
    assert found(AddressRecogniser(), text) == {"Broekhuizerweg 218", "Broekhuizerweg", "220"}


@pytest.mark.parametrize(
    "text", ["onderweg 3 keer", "Sertraline 100 mg", "PHQ 9", "Vandaag 3 afspraken", "Groep 7", "Stap 2"]
)
def test_other_words_with_a_number_are_no_address(text: str) -> None:
    assert found(AddressRecogniser(), text) == set()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("woont in Dieren", "Dieren"), ("gem. Borsele", "Borsele"), ("geboren te Asmara", "Asmara"),
        ("verongelukt op de A28", "A28"), ("naar Capelle aan den IJssel", "Capelle aan den IJssel"),
        ("regio West-Friesland",
        "West-Friesland"),
    ],
)  # fmt: skip
def test_a_place_is_found_after_a_word_for_a_place(text: str, place: str) -> None:
    assert found(TownRecogniser(), text) == {place}


@pytest.mark.parametrize(
    "text", ["dhr. Best belde", "Spreekt op A2-niveau", "woont in Begeleid wonen", "Ede is een naam"]
)
def test_a_place_name_without_context_is_left(text: str) -> None:
    assert found(TownRecogniser(), text) == set()
