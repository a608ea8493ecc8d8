"""The scoring library counts what the figures say they count."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _load() -> ModuleType:
    path = Path(__file__).parents[3] / "bench" / "anonymise_score.py"
    spec = importlib.util.spec_from_file_location("anonymise_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["anonymise_score"] = module
    spec.loader.exec_module(module)
    return module


scoring = _load()
TEXT = "Jan Bos (37) woont in Ede en werkt."
GOLD = ((0, 7, "PERSON"), (9, 11, "AGE"), (22, 25, "LOCATION"))


def _score(marks: list[tuple[int, int, str]]) -> object:
    return scoring.score([scoring.Gold("a", TEXT, GOLD, "brief")], {"a": marks})


def test_everything_found_is_perfect() -> None:
    total = _score(list(GOLD)).total  # type: ignore[attr-defined]
    assert (total.recall, total.precision, total.clean_share, total.false_per_100) == (1.0, 1.0, 1.0, 0.0)


def test_a_half_covered_name_leaks_and_any_label_covers() -> None:
    result = _score([(0, 3, "LOCATION"), (22, 25, "PERSON")])
    assert result.total.recall == 0.5  # type: ignore[attr-defined]
    assert result.total.clean == 0  # type: ignore[attr-defined]
    assert [leak.label for leak in result.leaks] == ["PERSON", "AGE"]  # type: ignore[attr-defined]


def test_two_marks_may_cover_one_name_together() -> None:
    assert _score([(0, 4, "PERSON"), (4, 7, "PERSON"), (22, 25, "LOCATION")]).total.recall == 1.0  # type: ignore[attr-defined]


def test_indirect_identifiers_count_for_precision_alone() -> None:
    with_age = _score([(0, 7, "PERSON"), (9, 11, "AGE"), (22, 25, "LOCATION")])
    without = _score([(0, 7, "PERSON"), (22, 25, "LOCATION")])
    assert with_age.total.precision == 1.0  # type: ignore[attr-defined]
    assert without.total.recall == 1.0  # type: ignore[attr-defined]
    assert without.total.clean_share == 1.0  # type: ignore[attr-defined]


def test_false_marks_count_per_100_words_and_against_precision() -> None:
    total = _score([(0, 7, "PERSON"), (22, 25, "LOCATION"), (29, 34, "PERSON")]).total  # type: ignore[attr-defined]
    assert total.precision == pytest.approx(10 / 15)
    assert total.false_per_100 == pytest.approx(100 / len(TEXT.split()))
    assert total.false_marks["PERSON"] == 1


def test_a_document_without_prediction_leaks() -> None:
    assert scoring.score([scoring.Gold("a", TEXT, GOLD)], {}).total.recall == 0.0


def test_marked_text_is_read() -> None:
    gold = scoring.parse_inline("[[PERSON|Jan\nBos]] uit [[LOCATION|Ede]].", "x", "brief")
    assert gold.text == "Jan\nBos uit Ede."
    assert gold.spans == ((0, 7, "PERSON"), (12, 15, "LOCATION"))


@pytest.mark.parametrize("text", ["[[PERSON|Jan", "Jan]] x", "[[person|Jan]]"])
def test_broken_marking_is_refused_without_its_text(text: str) -> None:
    with pytest.raises(scoring.GoldError) as caught:
        scoring.parse_inline(text, "bron")
    assert "Jan" not in str(caught.value)


def test_gold_lines_are_read_and_checked(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id":"a","text":"Jan","spans":[{"start":0,"end":3,"label":"PERSON"}]}\n', encoding="utf-8")
    (one,) = scoring.read_jsonl(path)
    assert one.spans == ((0, 3, "PERSON"),)
    for bad in ('{"id":"a"}', "geen json", '{"id":"a","text":"Jan","spans":[{"start":0,"end":9,"label":"X"}]}'):
        path.write_text(bad + "\n", encoding="utf-8")
        with pytest.raises(scoring.GoldError):
            scoring.read_jsonl(path)


def test_the_table_has_a_line_per_kind_and_label() -> None:
    lines = scoring.table(_score(list(GOLD))).splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["all", "brief"]
    assert {line.split()[0] for line in lines[4:]} == {"PERSON", "AGE", "LOCATION"}
