"""What is known of a word without its context: is it ordinary Dutch, a first name, a surname, a place?"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_ENDINGS = ("'s", "jes", "tje", "je", "en", "es", "ers", "er", "s", "e", "t", "n", "de", "te", "den", "ten")
FILES = ("ordinary", "proper", "first", "last", "place", "brand")
"""The word sets of a lexicon; each is kept as `<name>.txt.gz`, sorted, one word a line, lower case."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Sets of lower-case words. `hidden` is the share of names (in halves of 256) that training pretends not to know,
    so that the model learns to do without."""

    ordinary: frozenset[str]
    proper: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    place: frozenset[str]
    brand: frozenset[str]
    hidden: int = 0

    def word_class(self, low: str) -> str:
        """Return `w` for an ordinary word, `s` for an inflection of one, `c` for a compound of two, `n` for none."""
        if low in self.ordinary:
            return "w"
        for ending in _ENDINGS:
            if low.endswith(ending) and len(low) - len(ending) >= 3 and low[: -len(ending)] in self.ordinary:
                return "s"
        return "c" if self._compound(low) else "n"

    def _compound(self, low: str) -> bool:
        words = self.ordinary
        for cut in range(4, len(low) - 3):
            if low[cut:] not in words and low[cut:].rstrip("sne") not in words:
                continue
            head = low[:cut]
            if head in words or head.rstrip("s") in words or head.removesuffix("en") in words:
                return True
        return False

    def flags(self, low: str) -> str:
        """Return the letters of the name lists that hold the word: first, last, place, brand, other proper noun."""
        if self.hidden and hashlib.blake2b(low.encode(), digest_size=1).digest()[0] < self.hidden:
            return "-"
        found = ""
        if low in self.first:
            found += "f"
        if low in self.last:
            found += "l"
        if low in self.place:
            found += "p"
        if low in self.brand:
            found += "b"
        if not found and low in self.proper:
            found = "o"
        return found or "-"

    def hiding(self, share: int) -> Lexicon:
        """Return the same lexicon that hides `share`/256 of the names."""
        return Lexicon(self.ordinary, self.proper, self.first, self.last, self.place, self.brand, share)

    @classmethod
    def of(cls, sets: Mapping[str, frozenset[str]]) -> Lexicon:
        """Return the lexicon of the named sets."""
        return cls(sets["ordinary"], sets["proper"], sets["first"], sets["last"], sets["place"], sets["brand"])

    @classmethod
    def read(cls, folder: Path) -> Lexicon:
        """Return the lexicon that `write` wrote."""
        return cls.of({name: read_words(folder / f"{name}.txt.gz") for name in FILES})

    def write(self, folder: Path) -> None:
        """Write the sets; the same sets give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            data = "\n".join(sorted(getattr(self, name))).encode()
            (folder / f"{name}.txt.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def read_words(path: Path) -> frozenset[str]:
    """Return the words of a compressed list, one a line."""
    return frozenset(gzip.decompress(path.read_bytes()).decode().split("\n"))


def word_set(text: str) -> frozenset[str]:
    """Return the words that a text lists with spaces between them."""
    return frozenset(text.split())
