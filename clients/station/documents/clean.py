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
_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
# Invisible signs that can split a name or turn a line around before it is looked at. The joiners stay: other scripts
# and emoji are written with them.
_INVISIBLE: Final = (
    "\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff"
)
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
