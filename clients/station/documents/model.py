"""What comes out of a document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ExtraKind(StrEnum):
    """What can stand beside the plain body.

    INSERTED and QUOTED repeat what is in the text too, as does a link that is spelled out there; the others are
    not in the text.
    """

    METADATA = "metadata"
    COMMENT = "comment"
    DELETED = "deleted"
    INSERTED = "inserted"
    HIDDEN = "hidden"
    HEADER = "header"
    FOOTNOTE = "footnote"
    TEXT_BOX = "text_box"
    ATTACHMENT = "attachment"
    IMAGE = "image"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True, repr=False)
class Extra:
    """One thing beside the body; `place` says in a few Dutch words where it stands."""

    kind: ExtraKind
    text: str
    place: str

    def __repr__(self) -> str:
        return f"Extra({self.kind.value}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """An opened document: `text` is the body in reading order; `pages` is known for a PDF only."""

    text: str
    extras: tuple[Extra, ...]
    pages: int | None

    def __repr__(self) -> str:
        return f"Opened({len(self.text)} characters, {len(self.extras)} extras)"
