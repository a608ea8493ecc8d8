"""The word lists that ship with the package: one entry a line, each file headed by its source."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def words(text: str) -> tuple[str, ...]:
    """Return the words of a list that is written as running text in the code."""
    return tuple(text.split())


@cache
def entries(name: str) -> tuple[str, ...]:
    """Return the entries of `lists/<name>.txt` in file order, without comments and empty lines."""
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
