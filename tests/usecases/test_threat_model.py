"""The pages about what a compromise surrenders name tests that exist, so that no promise stands on nothing."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE.read_text())))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=lambda value: value)
def test_every_named_test_exists(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text())
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert found
    assert not name or name in found


def test_every_place_of_the_design_is_there() -> None:
    headings = re.findall(r"^## (.+)$", PAGE.read_text(), flags=re.MULTILINE)
    for place in ("station", "service", "session", "auditor"):
        assert any(place in heading for heading in headings), place
    assert len(NAMED) > 15
