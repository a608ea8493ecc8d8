"""Words that were broken at the end of a line."""

from __future__ import annotations

import re
from typing import Final

_BROKEN: Final = re.compile(r"(?P<head>[^\W\d_]{2,})-\n(?P<tail>[^\W\d_]+)")
_COMPOUND: Final = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}-[^\W\d_]+")
_LINKS: Final = {"en", "of", "als", "tot", "dan", "noch", "maar", "ofwel"}
"""After these the hyphen stands for a word left out: "voor- en nadelen"."""


def join_broken_words(text: str) -> str:
    """Join a word that was broken before a lower-case letter; a compound seen elsewhere keeps its hyphen."""
    compounds = {found[0].casefold() for found in _COMPOUND.finditer(text)}

    def one(found: re.Match[str]) -> str:
        head, tail = found["head"], found["tail"]
        if not tail[0].islower() or tail in _LINKS:
            return found[0]
        kept = f"{head}-{tail}"
        return kept if kept.casefold() in compounds else head + tail

    return _BROKEN.sub(one, text)
