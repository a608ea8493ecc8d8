"""A text with case, diacritics and typographic variants folded away, and the way back to its own offsets."""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache

_SPECIAL = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ŧ": "t", "ħ": "h",
    "’": "'", "‘": "'", "‛": "'", "´": "'", "ʼ": "'", "ʹ": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-",
    "—": "-", "―": "-", "−": "-", "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ",
}  # fmt: skip
_INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """Fold one code point; a combining mark and an invisible character fold to nothing."""
    if char.isascii():
        return _fold_ascii(char)
    if char in _INVISIBLE or unicodedata.combining(char):
        return ""
    parts = unicodedata.normalize("NFKD", char.lower())
    letter = char.isalpha()
    kept = (part for part in parts if not unicodedata.combining(part) and (part.isalnum() or not letter))
    return "".join(_SPECIAL.get(part, part) for part in kept)


def _fold_ascii(text: str) -> str:
    """Fold ASCII text; its length stays."""
    return text.lower().replace("`", "'")


def fold(text: str) -> str:
    """Return the text folded; use it to compare two strings."""
    return _fold_ascii(text) if text.isascii() else "".join(_fold_char(char) for char in text)


def fold_with_offsets(text: str) -> tuple[str, array[int] | range]:
    """Return the folded text and, for every place in it (its end too), the code point of `text` it came from."""
    if text.isascii():
        return _fold_ascii(text), range(len(text) + 1)
    parts: list[str] = []
    offsets = array("l")
    position = 0
    for match in _NOT_ASCII.finditer(text):
        place = match.start()
        parts.append(_fold_ascii(text[position:place]))
        offsets.extend(range(position, place))
        folded = _fold_char(text[place])
        parts.append(folded)
        offsets.extend([place] * len(folded))
        position = place + 1
    parts.append(_fold_ascii(text[position:]))
    offsets.extend(range(position, len(text) + 1))
    return "".join(parts), offsets
