"""One way of writing for all text that comes out of a document."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from clients.errors import DocumentRefused
from clients.station.documents import limits

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
_CHARSET: Final = re.compile(
    r"utf-?(?:8|16|32)(?:-?[bl]e)?|us-ascii|ascii|iso-?8859-?\d+|latin-?\d+|windows-?12\d\d|cp12\d\d|koi8-[ru]"
    r"|macintosh|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)|iso-2022-jp"
)


def clean(text: str) -> str:
    """Return `text` with lines that end in a newline only, in composed form, without signs that nobody sees.

    Raises:
        DocumentRefused: the text is far longer than any document may be.
    """
    if len(text) > 4 * limits.TEXT_CHARACTERS:
        raise DocumentRefused("too_large")
    text = _SURROGATES.sub("\ufffd", text.replace("\r\n", "\n"))
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    text = _JOINED.sub("", text)
    # A foreign letter that looks like one of ours, in a word of ours, comes from a scan or a trick, not from a name.
    text = _MIXED.sub(lambda found: found[0].translate(_ALIKE), text)
    return unicodedata.normalize("NFC", _break_runs(text))


def _break_runs(text: str) -> str:
    """Return `text` with at most thirty accents in a row, as Unicode advises; ordering more of them takes forever."""
    parts: list[str] = []
    run = start = 0
    for place, sign in enumerate(text):
        if sign < "\u0300" or not unicodedata.combining(sign):
            run = 0
            continue
        run += 1
        if run > _MARKS_IN_A_ROW:
            parts += (text[start:place], "\u034f")
            start, run = place, 1
    return "".join(parts) + text[start:] if parts else text


def decode(data: bytes, charset: str | None = None) -> str:
    """Return the text of `data`; without a known `charset` it is UTF-8, UTF-16 with a mark, or Windows' own."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    named = _named(charset)
    if named:
        return data.decode(named, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five bytes mean nothing in cp1252; as control characters they go with the others.
        return "".join(_WINDOWS[byte] for byte in data)


def _named(charset: str | None) -> str | None:
    """Return the codec to use, or None: some codecs that Python knows are no character sets, or slow ones."""
    name = (charset or "").strip().strip("'\"").lower()
    if not _CHARSET.fullmatch(name) or name in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return None
    if name in {"iso-8859-1", "iso8859-1", "latin1", "latin-1"}:
        return None  # what calls itself Latin 1 is UTF-8 by mistake, or Windows' own
    if name == "macintosh":
        return "mac_roman"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


_WINDOWS: Final = tuple(bytes([byte]).decode("cp1252", "ignore") for byte in range(256))
