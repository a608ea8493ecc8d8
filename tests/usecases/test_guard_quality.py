"""What a table says to each other goes out, and not one message that names anybody else does.

The lines were written for these tests and are no training text. A failing line is named by its number in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from stdnum import iban
from stdnum.nl import bsn

from anonymisation.analyser import Analyser
from anonymisation.document import INDIRECT, EntityType
from anonymisation.guard import AllowList, check

DATA = Path(__file__).parent / "data"
MOST_HELD = 2
"""Of a hundred ordinary messages, as many may be held for nothing."""

ALLOW = AllowList(
    names=frozenset(
        {
            "Sanne de Graaf",
            "Mehmet Yılmaz",
            "Marjan Hofstra",
            "Willemijn van der Heijden",
            "Johan Postma",
            "Fatima el Idrissi",
            "Bart Kuipers",
            "Thijs van Loon",
            "Annelies Vermeer-Smit",
            "Soraya Ramdin",
        }
    ),
    organisations=frozenset(
        {
            "Wijkteam West",
            "Huisartsenpraktijk De Linde",
            "GGZ Rijnoever",
            "Stichting De Kapstok",
            "Verslavingszorg Wendakker",
        }
    ),
    contacts=frozenset(
        {
            "0318-123000",
            "088-1230450",
            "06-12345000",
            "aanmelding@rijnoever.example",
            "overleg@delinde.example",
            "wijkteamwest@gemeente.example",
            "info@wendakker.example",
            "www.dekapstok.example",
        }
    ),
    dates_from=date(2026, 3, 10),
)

_PLANTED = re.compile(r"\[\[([A-Z_]+)\|(.+?)\]\]")


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


def _text(line: str) -> str:
    """Return a line as it is typed, without the marks of what is planted in it."""
    return _PLANTED.sub(r"\2", line)


def _planted(lines: list[str]) -> Iterator[tuple[EntityType, str]]:
    for line in lines:
        for label, text in _PLANTED.findall(line):
            yield EntityType(label), text


@pytest.fixture(scope="module")
def shipped() -> Analyser:
    """The analyser with the model that ships."""
    return Analyser.load()


ADVICE = ("guard_advice.txt", "guard_advice_unseen.txt")
PLANTED = {"guard_planted.txt": 200, "guard_planted_unseen.txt": 300}
"""Files and how many lines they have. The unseen ones were written after the guard: before anything was changed for
what they showed, 293 of their 300 lines were held, and 2 of their 100 pieces of advice."""

STILL_PASSES = {"guard_planted_unseen.txt": [50, 161]}
"""What is not held yet, by line: a street in capitals in a sentence that is not, and a first name that is a word, at
the head of a sentence that could be about the weather. A line that is held from now on must leave this list."""


def planted_lines() -> list[tuple[str, int, str]]:
    """Return all lines with something planted: their file, their number, and their text as it is typed."""
    return [(name, number, _text(line)) for name in PLANTED for number, line in enumerate(_lines(name), 1)]


def planted_words(name: str, number: int) -> list[str]:
    """Return what is planted in a line."""
    return [text for _label, text in _PLANTED.findall(_lines(name)[number - 1])]


@pytest.mark.parametrize(("name", "count"), PLANTED.items())
def test_the_lines_are_what_they_say(name: str, count: int) -> None:
    planted = _lines(name)
    assert (len(planted), len(set(map(_text, planted)))) == (count, count)
    assert [n for n, line in enumerate(planted, 1) if not 40 <= len(_text(line)) <= 300] == []
    assert [n for n, line in enumerate(planted, 1) if len(_PLANTED.findall(line)) not in {1, 2}] == []
    marks = list(_planted(planted))
    assert {label for label, _ in marks} == set(EntityType) - INDIRECT - {EntityType.URL}
    assert all(bsn.is_valid(text) and text.startswith("99") for label, text in marks if label is EntityType.NL_BSN)
    ibans = [text for label, text in marks if label is EntityType.IBAN_CODE]
    assert all(iban.is_valid(text, check_country=False) for text in ibans)


@pytest.mark.parametrize("name", ADVICE)
def test_the_advice_is_what_it_says(name: str) -> None:
    advice = _lines(name)
    assert len(set(advice)) == 100
    assert [n for n, line in enumerate(advice, 1) if _PLANTED.search(line) or not 40 <= len(line) <= 300] == []


@pytest.mark.parametrize("name", ADVICE)
def test_ordinary_advice_goes_out(shipped: Analyser, name: str) -> None:
    held = [number for number, line in enumerate(_lines(name), 1) if check(shipped, line, ALLOW).held]
    assert len(held) <= MOST_HELD, f"held of 100 pieces of advice: lines {held} of {name}"


@pytest.mark.parametrize("name", PLANTED)
def test_nobody_else_is_named(shipped: Analyser, name: str) -> None:
    passed = [number for number, line in enumerate(_lines(name), 1) if not check(shipped, _text(line), ALLOW).held]
    assert passed == STILL_PASSES.get(name, []), f"passed: lines {passed} of {name}"
