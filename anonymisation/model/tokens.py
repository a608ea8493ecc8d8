"""Cuts Dutch text into runs of letters, runs of digits and single signs, so that any identifier aligns with tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

_TOKEN = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+|\d+|\s+|[\s\S]")
NAME = "casuskring.tokens.v1"
CUT = "casuskring_cut"
"""Where a document keeps its words and whether a space follows each, so that the tagger need not ask token by token."""


def split(text: str) -> tuple[list[str], list[bool]]:
    """Return the words of a text and, per word, whether one space follows; joined they give the text back."""
    words: list[str] = []
    spaces: list[bool] = []
    for piece in _TOKEN.findall(text):
        if words and piece.isspace():
            if piece[0] == " " and not spaces[-1]:
                spaces[-1] = True
                if len(piece) == 1:
                    continue
                words.append(piece[1:])
            else:
                words.append(piece)
        else:
            words.append(piece)
        spaces.append(False)
    return words, spaces


class Tokens:
    """The tokenizer of the pipeline; it keeps nothing of a text, and there is nothing to save."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the text as a document; `doc.text == text` for every text."""
        words, spaces = split(text)
        # A vocabulary keeps every word that it ever saw: each text gets one of its own, that goes with it.
        doc = Doc(Vocab(), words=words, spaces=spaces)
        doc.user_data[CUT] = (words, spaces)
        return doc

    def to_disk(self, path: str | Path, **_kwargs: Any) -> None:
        """Write nothing."""

    def from_disk(self, path: str | Path, **_kwargs: Any) -> Tokens:
        """Read nothing."""
        _ = path
        return self

    def to_bytes(self, **_kwargs: Any) -> bytes:
        """Return nothing to keep."""
        return b""

    def from_bytes(self, data: bytes, **_kwargs: Any) -> Tokens:
        """Take nothing from the bytes."""
        _ = data
        return self


def make_tokens() -> Callable[[Any], Tokens]:
    """Return the maker that spaCy calls with the language object."""

    def build(nlp: Any) -> Tokens:
        return Tokens(nlp.vocab)

    return build


registry.tokenizers(NAME, func=make_tokens)
