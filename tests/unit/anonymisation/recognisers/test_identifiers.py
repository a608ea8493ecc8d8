"""Numbers: check digits, context words and shapes; and numbers that only look like one."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType
from anonymisation.recognisers.identifiers import (
    BsnRecogniser,
    IbanRecogniser,
    PlateRecogniser,
    RecordNumberRecogniser,
    digits_of,
)
from anonymisation.recognisers.rule import RuleRecogniser


def found(recogniser: RuleRecogniser, text: str) -> set[str]:
    """Return what a recogniser finds, as text."""
    return {text[hit.start : hit.end] for hit in recogniser.hits(text)}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("BSN 999904413", "999904413"),
        ("bsn: 999 904 413 (mw.)", "999 904 413"),
        ("zie 9999.13.712 in het dossier", "9999.13.712"),
        ("zie 9999 13 712.", "9999 13 712"),
        ("burgerservicenummer is 123456789", "123456789"),
        ("sofinr. 99990441", "99990441"),
        ("los getal 999904413 zonder woord", "999904413"),
        ("BSN ９９９９０４４１３", "９９９９０４４１３"),
    ],
)
def test_a_bsn_is_found_in_every_grouping(text: str, number: str) -> None:
    assert found(BsnRecogniser(), text) == {number}


@pytest.mark.parametrize(
    "text", ["order 999904414", "tel 0612345678", "+31 999 904 413", "€ 999.904.413,00", "12-05-2025"]
)
def test_other_numbers_are_no_bsn(text: str) -> None:
    assert found(BsnRecogniser(), text) == set()


def test_a_mistyped_bsn_scores_below_a_valid_one() -> None:
    (wrong,) = BsnRecogniser().hits("BSN 123456789")
    (right,) = set(BsnRecogniser().hits("BSN 999904413"))
    assert wrong.score < right.score == 1.0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("op NL91 ABNA 0417 1643 00 gestort", "NL91 ABNA 0417 1643 00"),
        ("op nl91abna0417164300", "nl91abna0417164300"),
        ("NL00 RABO 0123 4567 89 (foutief)", "NL00 RABO 0123 4567 89"),
        ("Belgisch: BE68 5390 0754 7034 graag", "BE68 5390 0754 7034"),
        ("bankrekening 12.34.56.789", "12.34.56.789"),
    ],
)
def test_an_account_number_is_found_valid_or_not(text: str, number: str) -> None:
    assert number in found(IbanRecogniser(), text)


def test_ordinary_words_with_digits_are_no_account_number() -> None:
    assert found(IbanRecogniser(), "de 12 weken en 34 sessies van PHQ9 en GAD7 in 2024 en 2025") == set()


@pytest.mark.parametrize("plate", ["XX-99-XX", "12-ABC-3", "G-123-BB", "1-ABC-23", "99-XX-99", "KX-218-Z", "12-BB-CC"])
def test_every_side_code_is_a_plate(plate: str) -> None:
    assert found(PlateRecogniser(), f"een rode Golf ({plate}) voor de deur") == {plate}


def test_a_plate_without_hyphens_needs_a_vehicle() -> None:
    assert found(PlateRecogniser(), "kenteken kx218z") == {"kx218z"}
    assert found(PlateRecogniser(), "versie kx218z") == set()


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("kent 01eua2 is van hem", "01eua2"),
        ("kenteken 01 eua 2 staat er", "01 eua 2"),
        ("kenteken is kx-218-z", "kx-218-z"),
        ("auto AB 12 CD staat er", "AB 12 CD"),
        ("met kenteken HD 88 PR weg", "HD 88 PR"),
        ("de boetes op UA 010 E lopen", "UA 010 E"),
        ("zag K 718 RD rijden", "K 718 RD"),
    ],
)
def test_a_plate_ends_where_its_shape_ends(text: str, plate: str) -> None:
    assert found(PlateRecogniser(), text) == {plate}


@pytest.mark.parametrize(
    "text",
    [
        "de HD 88 PR vaart uit", "RR 120 P", "vitamine D 800 IE", "hij kent 3 van 10 mensen", "bus 12 en op tijd",
        "bus 99 niet gekomen", "kenteken kx218zz",
    ],
)  # fmt: skip
def test_words_behind_a_vehicle_are_no_plate(text: str) -> None:
    assert found(PlateRecogniser(), text) == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("dossiernr. 2024.1187", "2024.1187"),
        ("Kenmerk: WMO/2024/07118", "WMO/2024/07118"),
        ("cliëntnummer 0048126 bij ons", "0048126"),
        ("(PV PL1700-2024219903)", "PL1700-2024219903"),
        ("BIG 59023456741", "59023456741"),
        ("AGB-code 01023456", "01023456"),
        ("V-nr 3142.908.551", "3142.908.551"),
        ("polisnr 304417881.", "304417881"),
        ("zie MZ-2024-051933", "MZ-2024-051933"),
    ],
)
def test_a_record_number_is_found_by_word_or_shape(text: str, number: str) -> None:
    assert number in found(RecordNumberRecogniser(), text)


@pytest.mark.parametrize(
    "text", ["PHQ-9 19", "MOCA 21", "€ 4.200", "EUR 38.000 schuld", "kamer 12", "BMI 17,1", "DSM-5", "COVID-19 in 2020"]
)
def test_scores_and_amounts_are_no_record_number(text: str) -> None:
    assert found(RecordNumberRecogniser(), text) == set()


def test_digits_of_reads_every_script() -> None:
    assert digits_of("a1 ٢-３") == "123"
    assert EntityType.ID in RecordNumberRecogniser.LABELS
