"""The signs and numbers before the items of a list, which a word processor computes and does not store."""

from __future__ import annotations

from collections import Counter
from typing import Final

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_HIGHEST: Final = 10_000
"""Above it a number stays a number in figures."""
LEVELS: Final = 9
BULLET: Final = "- "


class Counters:
    """Counts the items of every list of a document, level by level."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[int]] = {}

    def next(self, key: str, level: int, first: int = 1) -> int:
        """Return the number of the next item of list `key`; a higher level starts the lower ones anew."""
        counts = self._counts.setdefault(key, Counter())
        counts[level] = counts[level] + 1 if level in counts else first
        for lower in [one for one in counts if one > level]:
            del counts[lower]
        return counts[level]

    def at(self, key: str, level: int) -> int:
        """Return the number at which a level stands."""
        return self._counts.get(key, Counter()).get(level, 1)


def figure(number: int, form: str) -> str:
    """Return a number in the form that Word or OpenDocument names."""
    if not 0 < number < _HIGHEST:
        return str(number)
    match form:
        case "lowerLetter" | "a":
            return _letters(number)
        case "upperLetter" | "A":
            return _letters(number).upper()
        case "lowerRoman" | "i":
            return _roman(number)
        case "upperRoman" | "I":
            return _roman(number).upper()
        case _:
            return str(number)


def _letters(number: int) -> str:
    """Return a, b, …, z, aa, bb, … as word processors do."""
    rounds, place = divmod(number - 1, len(_LETTERS))
    return _LETTERS[place] * min(rounds + 1, LEVELS)


def _roman(number: int) -> str:
    parts: list[str] = []
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        parts.append(sign * times)
    return "".join(parts)
