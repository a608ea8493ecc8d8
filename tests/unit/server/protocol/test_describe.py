"""The pages of `docs/protocol/` say what the tables say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from server.protocol.describe import AFTERWARDS, CAUSES, COMMAND, FOLDER, RIGHTS, SHOWN_BY, pages, write
from server.protocol.live import CLOSE_NL, Close, FromClient, ToClient
from server.protocol.rules import REFUSAL_NL, TRANSITIONS, Right

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("name", pages())
def test_the_page_is_what_the_tables_say(name: str) -> None:
    assert (ROOT / FOLDER / name).read_text(encoding="utf-8") == pages()[name], f"run: {COMMAND}"


def test_there_are_no_other_pages() -> None:
    assert {one.name for one in (ROOT / FOLDER).iterdir()} == set(pages())


def test_nothing_is_left_out() -> None:
    assert set(CLOSE_NL) == set(CAUSES) == set(AFTERWARDS) == set(SHOWN_BY)
    assert set(RIGHTS) == set(Right)
    assert all(f"`{code}`" in pages()["refusals.md"] for code in REFUSAL_NL)
    for stage, command in TRANSITIONS:
        assert f"| {stage.value} | `{command.__struct_config__.tag}` |" in pages()["transitions.md"]


@pytest.mark.parametrize("code", SHOWN_BY)
def test_the_test_that_shows_a_close_code_is_there_and_is_about_it(code: int) -> None:
    file, name = SHOWN_BY[code]
    text = (ROOT / file).read_text(encoding="utf-8")
    [meaning] = [one for one, value in vars(Close).items() if value == code]
    assert f"def {name}(" in text
    assert re.search(rf"\bClose\.{meaning}\b", text)


def test_the_messages_are_described_for_other_programs() -> None:
    described = json.loads(pages()["asyncapi.json"])
    messages = described["components"]["messages"]
    kinds = {one.__struct_config__.tag: one for one in (*get_args(FromClient), *get_args(ToClient))}
    assert set(messages) == set(kinds) == set(described["channels"]["session"]["messages"])
    named = {part["$ref"].rpartition("/")[2] for one in described["operations"].values() for part in one["messages"]}
    assert named == set(kinds)
    for name, message in messages.items():
        assert message["payload"]["$ref"].rpartition("/")[2] in described["components"]["schemas"]
        assert message["summary"].startswith((kinds[name].__doc__ or "").split()[0])


def test_writing_makes_the_same_pages(tmp_path: Path) -> None:
    write(tmp_path / "new")
    assert {one.name: one.read_text(encoding="utf-8") for one in (tmp_path / "new").iterdir()} == pages()
