"""Word lists say where they come from and hold each entry once."""

from __future__ import annotations

from importlib.resources import files

import pytest

from anonymisation.lists import entries, words

NAMES = ["care_names", "nationalities", "not_names", "not_names_without_title", "ordinary_words", "places"]


@pytest.mark.parametrize("name", NAMES)
def test_a_list_names_its_source_and_repeats_nothing(name: str) -> None:
    head = files("anonymisation.lists").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    assert "# Source:" in head
    assert len(set(entries(name))) == len(entries(name)) > 0


def test_running_text_is_read_as_words() -> None:
    assert words(" a  b\n c ") == ("a", "b", "c")
