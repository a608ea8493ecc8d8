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
        ("BSN 999971153", "999971153"),
        ("bsn: 999 971 153 (mw.)", "999 971 153"),
        ("zie 9999.27.176 in het dossier", "9999.27.176"),
        ("zie 9999 27 176.", "9999 27 176"),
        ("burgerservicenummer is 123456789", "123456789"),
        ("sofinr. 99997115", "99997115"),
        ("los getal 999971153 zonder woord", "999971153"),
        ("BSN ９９９９７１１５３", "９９９９７１１５３"),
    ],
)
def test_a_bsn_is_found_in_every_grouping(text: str, number: str) -> None:
    assert found(BsnRecogniser(), text) == {number}


@pytest.mark.parametrize(
    "text", ["order 999971154", "tel 0612345678", "+31 999 971 153", "€ 999.971.153,00", "12-05-2025"]
)
def test_other_numbers_are_no_bsn(text: str) -> None:
    assert found(BsnRecogniser(), text) == set()


def test_a_mistyped_bsn_scores_below_a_valid_one() -> None:
    (wrong,) = BsnRecogniser().hits("BSN 123456789")
    (right,) = set(BsnRecogniser().hits("BSN 999971153"))
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


@pytest.mark.parametrize("plate", ["XX-99-XX", "12-ABC-3", "G-123-BB", "1-ABC-23", "99-XX-99", "GB-001-B", "12-BB-CC"])
def test_every_side_code_is_a_plate(plate: str) -> None:
    assert found(PlateRecogniser(), f"een rode Golf ({plate}) voor de deur") == {plate}


def test_a_plate_without_hyphens_needs_a_vehicle() -> None:
    assert found(PlateRecogniser(), "kenteken gb001b") == {"gb001b"}
    assert found(PlateRecogniser(), "versie gb001b") == set()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("dossiernr. 2024.1187", "2024.1187"),
        ("Kenmerk: WMO/2025/09233", "WMO/2025/09233"),
        ("cliëntnummer 0093317 bij ons", "0093317"),
        ("(PV PL0600-2025381142)", "PL0600-2025381142"),
        ("BIG 49012345630", "49012345630"),
        ("AGB-code 01023456", "01023456"),
        ("V-nr 2871.445.903", "2871.445.903"),
        ("polisnr 304417882.", "304417882"),
        ("zie RL-2025-044871", "RL-2025-044871"),
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
