"""Folding never loses the way back to the text's own offsets."""

from __future__ import annotations

import pytest

from anonymisation.folding import fold, fold_with_offsets


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Dąbrowska", "dabrowska"), ("Łódź", "lodz"), ("Jose\u0301", "jose"), ("’t Hof–Bos", "'t hof-bos"),
        ("Groß", "gross"),
        ("a\u00adb\u200bc", "abc"), ("Ｊａｎ", "jan"), ("İstanbul", "istanbul"), ("", ""), ("😀", "😀"),
    ],
)  # fmt: skip
def test_variants_of_one_word_fold_to_one(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold_with_offsets(text)[0] == folded


def test_every_place_leads_back_past_marks_and_doubled_letters() -> None:
    text = "aé\u0301x\u00adß😀z"
    folded, offsets = fold_with_offsets(text)
    assert folded == "aexss😀z"
    assert list(offsets) == [0, 1, 3, 5, 5, 6, 7, 8]
    assert text[offsets[1] : offsets[2]] == "é\u0301"


def test_ascii_keeps_its_offsets() -> None:
    folded, offsets = fold_with_offsets("Jan\r\n\x00")
    assert (folded, list(offsets)) == ("jan\r\n\x00", list(range(7)))
