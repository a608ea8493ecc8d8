"""One way of writing for every text: what looks the same is the same, and nothing that nobody sees hides a word."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LIGATURES: Final = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
_SPACES: Final = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800\u3000"
)
# Invisible signs that can split a name or turn a line around before it is looked at: the format signs of Unicode, and
# letters that show nothing.
_RANGES: Final = (
    (0x180B, 0x180F), (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFFF9, 0xFFFC),
    (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_SINGLE: Final = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\ufeff\uffa0\ufffe\uffff"
_INVISIBLE: Final = (*_SINGLE, *(chr(code) for first, last in _RANGES for code in range(first, last + 1)))
_BULLETS: Final = "\uf0b7\uf0a7\uf0d8"  # where the symbol fonts of word processors keep their list signs
_CONTROLS: Final = [chr(code) for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"]

_TABLE: Final = str.maketrans(
    dict.fromkeys(_INVISIBLE, "")
    | dict.fromkeys(_CONTROLS, "")
    | dict.fromkeys("\r\x0b\x0c\x85\u2028\u2029", "\n")
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_BULLETS, "•")
    | _LIGATURES
)
_LATIN: Final = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_JOINERS: Final = "[\u200c\u200d\ufe00-\ufe0f]+"
_JOINED: Final = re.compile(rf"(?<=[{_LATIN}0-9]){_JOINERS}|{_JOINERS}(?=[{_LATIN}0-9])")
"""Other scripts and emoji are written with joiners and variants; beside a letter of ours they only hide a word."""
_ALIKE: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ",
    "ABESIJKMHOPCTYXaesijopcyxdhqwABEZHIKMNOPTYXoc",
)
_MIXED: Final = re.compile(rf"[^\W\d_]*(?:[{_LATIN}][\u0370-\u052f]|[\u0370-\u052f][{_LATIN}])[^\W\d_]*")
"""A word that is partly Latin and partly Greek or Cyrillic."""
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_MARKS_IN_A_ROW: Final = 30
_PASSES: Final = 8
"""What one pass makes of a letter can show a joiner beside it to be ours: rarely twice, never without end."""


def plain(text: str) -> str:
    """Return `text` with lines that end in a newline only, in composed form, without signs that nobody sees.

    Doing it twice changes nothing. Half a surrogate pair becomes U+FFFD. Time is linear in the length.
    """
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n"))
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    for _pass in range(_PASSES):
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _once(text: str) -> str:
    text = _JOINED.sub("", text)
    # A foreign letter that looks like one of ours, in a word of ours, comes from a scan or a trick, not from a name.
    text = _MIXED.sub(lambda found: found[0].translate(_ALIKE), text)
    return unicodedata.normalize("NFC", _few_marks(text))


def _few_marks(text: str) -> str:
    """Return `text` with at most thirty accents in a row, as Unicode advises; ordering more of them takes forever."""
    kept: list[str] = []
    run = 0
    for sign in text:
        run = run + 1 if sign >= "\u0300" and unicodedata.combining(sign) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(sign)
    return "".join(kept)
