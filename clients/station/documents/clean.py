"""The bytes of a document as text, written one way."""

from __future__ import annotations

import codecs
import re
from typing import Final

from anonymisation.writing import plain
from clients.errors import DocumentRefused
from clients.station.documents import limits

_CHARSET: Final = re.compile(
    r"utf-?(?:8|16|32)(?:-?[bl]e)?|us-ascii|ascii|iso-?8859-?\d+|latin-?\d+|windows-?12\d\d|cp12\d\d|koi8-[ru]"
    r"|macintosh|gb2312|gbk|gb18030|big5|shift_jis|euc-(?:jp|kr)|iso-2022-jp"
)


def clean(text: str) -> str:
    """Return the text of a document as `plain` writes it.

    Raises:
        DocumentRefused: the text is far longer than any document may be.
    """
    if len(text) > 4 * limits.TEXT_CHARACTERS:
        raise DocumentRefused("too_large")
    return plain(text)


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
