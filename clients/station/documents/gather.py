"""Gathers what stands beside the body, and keeps count of it."""

from __future__ import annotations

from collections import Counter

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.clean import clean
from clients.station.documents.model import Extra, ExtraKind, Opened


class Gather:
    """The extras of one document, in the order in which they were found."""

    def __init__(self) -> None:
        self._extras: list[Extra] = []
        self._seen: set[tuple[ExtraKind, str]] = set()
        self._numbers: Counter[str] = Counter()
        self._size = 0

    def add(self, kind: ExtraKind, text: str, place: str, *, once: bool = False) -> None:
        """Keep an extra that says anything; with `once` only if the same text of this kind was not there yet.

        Raises:
            DocumentRefused: there are too many, or they are too long together.
        """
        text = clean(text).strip()
        if not text or (once and (kind, text) in self._seen):
            return
        self._seen.add((kind, text))
        self._size += len(text)
        if self._size > limits.TEXT_CHARACTERS or len(self._extras) >= limits.EXTRAS:
            raise DocumentRefused("too_large")
        self._extras.append(Extra(kind, text, clean(place)))

    def numbered(self, kind: ExtraKind, text: str, word: str, *, once: bool = False) -> None:
        """Keep an extra whose place is `word` with the next number."""
        before = len(self._extras)
        self.add(kind, text, f"{word} {self._numbers[word] + 1}", once=once)
        self._numbers[word] += len(self._extras) - before

    def opened(self, text: str, pages: int | None = None) -> Opened:
        """Return the opened document.

        Raises:
            DocumentRefused: there is too much text, or neither text nor anything that a reader would call content.
        """
        text = clean(text).strip("\n")
        if len(text) > limits.TEXT_CHARACTERS:
            raise DocumentRefused("too_large")
        if not text.strip() and all(one.kind is ExtraKind.METADATA for one in self._extras):
            raise DocumentRefused("empty")
        return Opened(text, tuple(self._extras), pages)


def size_in_words(count: int) -> str:
    """Return a number of bytes as Dutch readers expect it."""
    if count < 1000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{round(count / 1000)} kB"
    return f"{count / 1_000_000:.1f} MB".replace(".", ",")
