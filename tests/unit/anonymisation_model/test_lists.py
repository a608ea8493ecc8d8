"""The lists are large, and their page of sources tells the truth about each file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from anonymisation.model.training import derive
from anonymisation.model.training.errors import ListError
from anonymisation.model.training.names import LISTS, held_out, load_lists, read_list


def test_the_page_of_sources_names_every_file_with_its_hash() -> None:
    page = (LISTS / "SOURCES.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", page))
    files = {path.name: path for path in LISTS.iterdir() if path.name != "SOURCES.md"}
    assert set(told) == set(files)
    for name, path in files.items():
        assert told[name] == hashlib.sha256(path.read_bytes()).hexdigest(), name


def test_the_lists_are_large_and_of_wide_origin() -> None:
    first, last, places = read_list("first_names.txt"), read_list("surnames.txt"), read_list("places.txt")
    derived = read_list("derived.txt")
    assert len({name for values in first.values() for name in values}) >= 1500
    assert len({name for values in [*last.values(), derived["surnames"]] for name in values}) >= 2500
    assert len({name for values in places.values() for name in values}) >= 1200
    assert {kind.split(" ")[1] for kind in first} >= {"frisian", "turkish", "moroccan", "polish", "eritrean_ethiopian"}


def test_the_part_of_a_name_depends_on_the_name_alone() -> None:
    assert held_out("Selam") == held_out("Selam")
    share = sum(held_out(f"naam{n}") for n in range(4000)) / 4000
    assert 0.09 < share < 0.16


def test_small_closed_lists_are_not_split() -> None:
    pool = load_lists().pools["team_kind"]
    assert pool.train == pool.dev


def test_a_broken_list_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.txt").write_text("# kop\nzonder dubbele punt\n", encoding="utf-8")
    monkeypatch.setattr("anonymisation.model.training.names.LISTS", tmp_path)
    with pytest.raises(ListError, match=r"^bad\.txt:2: "):
        read_list("bad.txt")


def test_derived_lists_follow_the_endings() -> None:
    words = ["Dorpsstraat", "Hoekstra", "Lekkerkerk", "fiets", "Fiets", "kerk", "lopen", "Amsterdam"]
    found = derive.derived(words)
    assert found == {"streets": ["Dorpsstraat"], "places": ["Amsterdam", "Lekkerkerk"], "surnames": ["Hoekstra"]}
    assert derive.ordinary(words) == ["fiets", "kerk", "lopen"]
    assert derive.proper(words) == ["amsterdam", "dorpsstraat", "hoekstra", "lekkerkerk"]
