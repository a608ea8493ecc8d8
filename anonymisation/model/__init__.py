"""The Dutch pipeline that ships with the product; importing this lets `spacy.load` find its tokenizer and tagger."""

from __future__ import annotations

from pathlib import Path

from anonymisation.model import tagger, tokens

FOLDER = Path(__file__).parent / "nl_casuskring"
"""The trained pipeline."""

__all__ = ["FOLDER", "tagger", "tokens"]
