"""Which kind of document this is, by its name and its first bytes together."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from clients.errors import DocumentRefused
from clients.station.documents.clean import decode


class Kind(StrEnum):
    """The kinds that can be opened."""

    TEXT = "text"
    WORD = "word"
    ODT = "odt"
    PDF = "pdf"
    MAIL = "mail"


_SUFFIXES: Final = {
    ".txt": Kind.TEXT,
    ".docx": Kind.WORD,
    ".docm": Kind.WORD,  # a .docx that may hold macros; they are listed, never run
    ".odt": Kind.ODT,
    ".pdf": Kind.PDF,
    ".eml": Kind.MAIL,
}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED: Final = "EncryptedPackage".encode("utf-16-le")
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"{\\rtf", b"\x7fELF", b"7z\xbc\xaf",
                 b"Rar!", b"\x1f\x8b", b"OggS", b"\0\0\0")  # fmt: skip
_HEADER: Final = re.compile(r"(?:\s*\n)*(?:From [^\n]*\n)?[!-9;-~]{1,100}:[ \t]?[^\n]*(?:\n|$)")
_HEAD: Final = 4096
_NOISE: Final = 0.1
"""A text may hold stray control characters, but not one in ten."""


def decide(name: str, data: bytes) -> Kind:
    """Return the kind of a document that is not empty.

    Raises:
        DocumentRefused: it is of another kind, protected by a password, or named as something that it is not.
    """
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    if data.startswith(_OLE):
        _refuse_ole(suffix, data)
    if suffix == ".doc":
        raise DocumentRefused("wrong_kind" if data.startswith(_ZIP) or _is_pdf(data) else "old_word")
    kind = _SUFFIXES.get(suffix)
    if kind is None:
        raise DocumentRefused("unknown_kind")
    if not _FITS[kind](data):
        raise DocumentRefused("wrong_kind")
    return kind


def _refuse_ole(suffix: str, data: bytes) -> None:
    """The container of old Word files is also that of protected new ones, and of Outlook's messages."""
    if _PROTECTED in data:
        raise DocumentRefused("password")
    if suffix == ".doc" or _SUFFIXES.get(suffix) is Kind.WORD:
        raise DocumentRefused("old_word")
    raise DocumentRefused("wrong_kind" if suffix in _SUFFIXES else "unknown_kind")


def _is_zip(data: bytes) -> bool:
    # Which of the many kinds that are a zip inside is seen by the reader, from the list of members.
    return data.startswith(_ZIP)


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _is_text(data: bytes) -> bool:
    if _is_zip(data) or data[:5] == b"%PDF-" or data.startswith(_OTHER):
        return False
    head = decode(data[:_HEAD])
    noise = sum(1 for sign in head if sign < " " and sign not in "\t\n\r\f")
    return noise <= _NOISE * len(head)


def _is_mail(data: bytes) -> bool:
    head = data[:_HEAD].decode("latin-1").removeprefix("ï»¿").replace("\r\n", "\n").replace("\r", "\n")
    return _is_text(data) and _HEADER.match(head) is not None


_FITS: Final[dict[Kind, Callable[[bytes], bool]]] = {
    Kind.TEXT: _is_text,
    Kind.WORD: _is_zip,
    Kind.ODT: _is_zip,
    Kind.PDF: _is_pdf,
    Kind.MAIL: _is_mail,
}
