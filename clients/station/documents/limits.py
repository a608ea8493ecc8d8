"""How much a document may be. Everything above is refused as too large."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 20 * 1024 * 1024
TEXT_CHARACTERS: Final = 1_000_000
"""For the body; the extras together may be as much again."""
UNPACKED_BYTES: Final = 100 * 1024 * 1024
PART_BYTES: Final = 50 * 1024 * 1024
"""For one part that is read as XML; its tree takes many times as much."""
MEMBERS: Final = 2_000
PAGES: Final = 500
EXTRAS: Final = 5_000
PDF_SECONDS: Final = 30.0
"""A letter of hundreds of pages takes a few seconds; what takes this long was made to."""
