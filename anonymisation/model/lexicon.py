"""What is known of a word without its context: is it ordinary Dutch, a first name, a surname, a place?"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

_ENDINGS = ("'s", "jes", "tje", "je", "en", "es", "ers", "er", "s", "e", "t", "n", "de", "te", "den", "ten")
LOOKALIKES = {
    "medicine": "m",
    "test": "t",
    "disease": "d",
    "law": "w",
    "method": "h",
    "body": "u",
    "product": "q",
    "abbreviation": "a",
    "language": "g",
    "occasion": "s",
    "heading": "k",
}
"""The kinds of words that look like names and are none, each with its letter among the flags."""
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
    lookalike: Mapping[str, str] = field(default_factory=dict)
    """Words of medicines, tests, diseases, laws and the like, each with the letters of its kinds."""
    common: tuple[str, ...] = ()
    """Words that nearly every text holds, as they are written; a pipeline learns them when it is loaded."""
    hidden: int = 0

    def word_class(self, low: str) -> str:
        """Return `w` for an ordinary word, `s` for an inflection of one, `c` for a compound of two, `n` for none."""
        if low in self.ordinary:
            return "w"
        if low.endswith(_ENDINGS):
            for ending in _ENDINGS:
                if low.endswith(ending) and len(low) - len(ending) >= 3 and low[: -len(ending)] in self.ordinary:
                    return "s"
        return "c" if self._compound(low) else "n"

    def _compound(self, low: str) -> bool:
        words, bare = self.ordinary, low.rstrip("sne")
        for cut in range(4, len(low) - 3):
            if low[cut:] not in words and bare[cut:] not in words:
                continue
            head = low[:cut]
            if head in words or head.rstrip("s") in words or head.removesuffix("en") in words:
                return True
        return False

    def flags(self, low: str) -> str:
        """Return the letters of the lists that hold the word: first and last names, places, brands, other proper nouns,
        and the kinds of lookalike (`LOOKALIKES`)."""
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
        return found + self.lookalike.get(low, "") or "-"

    def hiding(self, share: int) -> Lexicon:
        """Return the same lexicon that hides `share`/256 of the names."""
        return replace(self, hidden=share)

    @classmethod
    def read(cls, folder: Path) -> Lexicon:
        """Return the lexicon that `write` wrote."""
        lines = [line.split(" ") for line in read_words(folder / "lookalike.txt.gz") if line]
        sets = {name: read_words(folder / f"{name}.txt.gz") for name in FILES}
        common = tuple(sorted(read_words(folder / "common.txt.gz")))
        return cls(
            ordinary=sets["ordinary"],
            proper=sets["proper"],
            first=sets["first"],
            last=sets["last"],
            place=sets["place"],
            brand=sets["brand"],
            lookalike={word: letters for word, letters in lines},  # noqa: C416 - lists of two are no pairs
            common=common,
        )

    def write(self, folder: Path) -> None:
        """Write the sets; the same sets give the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = {name: sorted(getattr(self, name)) for name in FILES}
        lines["lookalike"] = sorted(f"{word} {letters}" for word, letters in self.lookalike.items())
        lines["common"] = sorted(self.common)
        for name, words in lines.items():
            data = "\n".join(words).encode()
            (folder / f"{name}.txt.gz").write_bytes(gzip.compress(data, 9, mtime=0))


def read_words(path: Path) -> frozenset[str]:
    """Return the words of a compressed list, one a line."""
    return frozenset(gzip.decompress(path.read_bytes()).decode().split("\n"))


def word_set(text: str) -> frozenset[str]:
    """Return the words that a text lists with spaces between them."""
    return frozenset(text.split())
