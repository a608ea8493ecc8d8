"""What looks the same is written the same, and nothing that nobody sees hides a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymisation.writing import plain

TRICKY = "aeéеар\u0440\u0395Z9 -\n\r\t\x00\u00ad\u034f\u115f\u200b\u200c\u200d\u202e\u2028"
TRICKY += "\u2800\ufb01\ufe0f\u0301\U000e0041한"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Sas\u200bkia", "Saskia"),
        ("Sas\u00adkia\u2800Ribbers", "Saskia Ribbers"),
        ("S\u0430ski\u0430", "Saskia"),
        ("Саша", "Саша"),
        ("Rene\u0301e", "Ren\u00e9e"),
        ("14-\ufe0f03-1988", "14-03-1988"),
        ("een\r\ntwee\rdrie\u2028vier", "een\ntwee\ndrie\nvier"),
        ("o\ufb03cier", "officier"),
        ("\u202e8891-30-41", "8891-30-41"),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("Z" + "\u0301" * 5000, "\u0179" + "\u0301" * 29),
        ("half \ud800", "half \ufffd"),
        ("", ""),
    ],
)
def test_one_way_of_writing(typed: str, written: str) -> None:
    assert plain(typed) == written


@given(st.text(st.sampled_from(TRICKY), max_size=40))
def test_twice_is_once_and_composed(text: str) -> None:
    once = plain(text)
    assert plain(once) == once == unicodedata.normalize("NFC", once)
    assert "\r" not in once
    assert "\u200b" not in once


@given(st.text(st.characters(codec="ascii", exclude_characters="".join(map(chr, (*range(32), 127)))), max_size=60))
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
