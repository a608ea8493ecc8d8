"""Derives the word lists from the spelling list of OpenTaal (Debian package `wdutch`): run by hand, results are kept.

`python -m anonymisation.model.training.derive WORDLIST` writes `ordinary.txt.gz` (lower-case words), `proper.txt.gz`
(words that are only written with a capital) and `derived.txt` (street names, surnames and places, told by their
endings) into the lists folder. Deterministic: the same word list gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections.abc import Iterable
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
LONGEST = 14
"""Longer Dutch words are nearly always compounds, which the features take apart themselves."""

_SURNAME = re.compile(
    r"^[A-Z][a-zë]{3,}(?:stra|sma|inga|enga|ema|ink|mans|sen|kers|bers|ders|mers|nks|akker|huis|meijer|meyer|maker|sma)$"
)
_STREET = re.compile(r"^[A-Z][a-zë-]{3,}(?:straat|laan|weg|plein|dijk|kade|singel|gracht|dreef)$")
_PLACE = re.compile(
    r"^[A-Z][a-zë]{2,}(?:veen|dam|huizen|wolde|drecht|dorp|woude?|kerk|loo|broek|wijk|zijl|beek|sluis|hoven|horst|um|oord)$"
)
_NOT_A_NAME = re.compile(r"(?:land|akkers|denkers|werkers)(?:ers)$|^[A-Z][a-z]+isten$")


def ordinary(words: Iterable[str]) -> list[str]:
    """Return the lower-case words of letters alone, up to `LONGEST` letters, sorted."""
    return sorted({w for w in words if w.isalpha() and w == w.lower() and 2 <= len(w) <= LONGEST})


def proper(words: Iterable[str]) -> list[str]:
    """Return the words that the list knows with a capital only, lower-cased, sorted."""
    every = set(words)
    found = {w.lower() for w in every if re.fullmatch(r"[A-ZÀ-Þ][a-zß-ÿ]{2,}", w) and w.lower() not in every}
    return sorted(found)


def derived(words: Iterable[str]) -> dict[str, list[str]]:
    """Return street names, surnames and places that the endings of the capitalised words betray."""
    every = set(words)
    capital = sorted(w for w in every if w[:1].isupper() and w.lower() not in every)
    streets = [w for w in capital if _STREET.match(w)]
    places = [w for w in capital if _PLACE.match(w) and not _STREET.match(w)]
    surnames = [w for w in capital if _SURNAME.match(w) and not _NOT_A_NAME.search(w) and not _STREET.match(w)]
    return {"streets": streets, "places": places, "surnames": surnames}


def main() -> None:
    """Write the three files from the word list that the command line names."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("wordlist", type=Path)
    words = parser.parse_args().wordlist.read_text(encoding="utf-8").split("\n")
    for name, found in (("ordinary", ordinary(words)), ("proper", proper(words))):
        data = gzip.compress("\n".join(found).encode(), 9, mtime=0)
        (LISTS / f"{name}.txt.gz").write_bytes(data)
        print(f"{name}: {len(found)} words, {len(data)} bytes")
    lines = ["# kind: names told by their endings among the capitalised words of OpenTaal (see SOURCES.md)."]
    for kind, names in derived(words).items():
        lines.append(f"{kind}: {', '.join(names)}")
        print(f"{kind}: {len(names)}")
    (LISTS / "derived.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
