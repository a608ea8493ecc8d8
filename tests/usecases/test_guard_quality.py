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


def test_the_lines_are_what_they_say() -> None:
    advice, planted = _lines("guard_advice.txt"), _lines("guard_planted.txt")
    texts = [_text(line) for line in (*advice, *planted)]
    assert (len(advice), len(planted), len(set(texts))) == (100, 200, 300)
    assert [n for n, text in enumerate(texts, 1) if not 40 <= len(text) <= 300] == []
    assert [n for n, line in enumerate(advice, 1) if _PLANTED.search(line)] == []
    assert [n for n, line in enumerate(planted, 1) if len(_PLANTED.findall(line)) not in {1, 2}] == []
    marks = list(_planted(planted))
    assert {label for label, _ in marks} == set(EntityType) - INDIRECT - {EntityType.URL}
    assert all(bsn.is_valid(text) and text.startswith("99") for label, text in marks if label is EntityType.NL_BSN)
    ibans = [text for label, text in marks if label is EntityType.IBAN_CODE]
    assert all(iban.is_valid(text, check_country=False) for text in ibans)


def test_ordinary_advice_goes_out(shipped: Analyser) -> None:
    advice = _lines("guard_advice.txt")
    held = [number for number, line in enumerate(advice, 1) if check(shipped, line, ALLOW).held]
    assert len(held) <= MOST_HELD, f"held of {len(advice)} pieces of advice: lines {held} of guard_advice.txt"


def test_nobody_else_is_named(shipped: Analyser) -> None:
    planted = _lines("guard_planted.txt")
    passed = [number for number, line in enumerate(planted, 1) if not check(shipped, _text(line), ALLOW).held]
    assert not passed, f"passed of {len(planted)} messages: lines {passed} of guard_planted.txt"
