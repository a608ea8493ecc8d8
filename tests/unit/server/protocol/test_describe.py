"""The pages of `docs/protocol/` say what the tables say."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.protocol.describe import AFTERWARDS, CAUSES, COMMAND, FOLDER, RIGHTS, pages, write
from server.protocol.live import CLOSE_NL
from server.protocol.session import REFUSAL_NL, TRANSITIONS, Right

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("name", pages())
def test_the_page_is_what_the_tables_say(name: str) -> None:
    assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == pages()[name], f"run: {COMMAND}"


def test_there_are_no_other_pages() -> None:
    assert {one.name for one in (ROOT / FOLDER).iterdir()} == set(pages())


def test_nothing_is_left_out() -> None:
    assert set(CLOSE_NL) == set(CAUSES) == set(AFTERWARDS)
    assert set(RIGHTS) == set(Right)
    assert all(f"`{code}`" in pages()["refusals.md"] for code in REFUSAL_NL)
    for stage, command in TRANSITIONS:
        assert f"| {stage.value} | `{command.__struct_config__.tag}` |" in pages()["transitions.md"]


def test_writing_makes_the_same_pages(tmp_path: Path) -> None:
    write(tmp_path / "new")
    assert {one.name: one.read_text(encoding="utf-8") for one in (tmp_path / "new").iterdir()} == pages()
