"""Which stretches of a text are still there after it was edited, and where."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import Final, NamedTuple

_WORDS: Final = re.compile(r"\s+|[^\s]+")
_ENOUGH: Final = 7
"""Words and the blanks between them that must stand together to be told from the same words elsewhere."""
_LONGEST: Final = 20_000
"""Words between the first and the last change beyond which comparing would take its time."""


class Stretch(NamedTuple):
    """`length` code points that stood at `before` and now stand at `after`."""

    before: int
    after: int
    length: int


def unchanged(before: str, after: str) -> tuple[Stretch, ...]:
    """Return the stretches that are the same words for certain, in order.

    Where a text could have been changed in two ways (one of two equal words next to each other is gone), what belongs
    to the beginning in one way and to the end in the other counts as changed.
    """
    head = _shared(before, after)
    tail = _shared(before[::-1], after[::-1])
    shortest = min(len(before), len(after))
    first, last = max(0, min(head, shortest - tail)), max(0, min(tail, shortest - head))
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    return (
        Stretch(0, 0, first),
        *(Stretch(one.before + first, one.after + first, one.length) for one in _between(old, new)),
        Stretch(len(before) - last, len(after) - last, last),
    )


def _shared(one: str, other: str) -> int:
    """Return how many code points two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (mine, yours) in pairs if mine != yours), min(len(one), len(other)))


def _between(old: str, new: str) -> list[Stretch]:
    """Return what several words in a row have in common between the first change and the last."""
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(one), len(other)) > _LONGEST:
        return []
    starts, places = ([0, *accumulate(map(len, words))] for words in (one, other))
    return [
        Stretch(starts[block.a], places[block.b], starts[block.a + block.size] - starts[block.a])
        for block in SequenceMatcher(None, one, other).get_matching_blocks()
        if block.size >= _ENOUGH
    ]
