"""What travels about member cards: officers' keys, and the file of sealed cards that goes to and from their computer.

The service and the officer's own tool read the same file. Sealed bytes are standard base64; moments within cards are
milliseconds since 1970 (UTC). Nothing in here can be read as a name: that is what the envelopes are for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from server.protocol.http import Moment, Name, Ref, Request

MOST_CARDS = 5000
"""Cards in one file that is uploaded."""
MOST_FILE_BYTES = 8 * 1024 * 1024
"""Longest uploaded file; 5,000 cards of the usual length take half of it."""

Fingerprint = Annotated[str, Meta(min_length=40, max_length=40, pattern=r"^[0-9a-f]{40}$")]
Milliseconds = Annotated[int, Meta(ge=0, le=2**53)]


class OfficerKeyRequest(Request, frozen=True):
    """The public half of an officer's key, as the line that their own tool printed."""

    public: Annotated[str, Meta(min_length=1, max_length=4000)]

    def __repr__(self) -> str:
        return "OfficerKeyRequest(***)"


class FingerprintRequest(Request, frozen=True):
    """The fingerprint that the officer's own tool shows; blanks and capitals do not matter."""

    fingerprint: Annotated[str, Meta(min_length=1, max_length=200)]


class OfficerKeyView(Struct, frozen=True):
    """A key of an officer of one's own organisation. `cards` are sealed to it, `left` not anew."""

    id: str
    holder: str
    mine: bool
    fingerprint: str
    public: str
    state: str
    in_use: bool
    added_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    cards: int
    left: int


class OfficerKeysAnswer(Struct, frozen=True):
    """The keys of an organisation, the newest first.

    `only_old` counts cards that are sealed to ended keys alone. `people` counts who can only be named with those: they
    are not in the register any more, and no key in use opens a card of theirs.
    """

    keys: tuple[OfficerKeyView, ...]
    only_old: int
    people: int


class SealedNow(Struct, frozen=True):
    """How many members got a card when a key was confirmed."""

    cards: int


class Taken(Struct, frozen=True):
    """What became of an uploaded file: new cards, and cards that were there already."""

    stored: int
    known: int


class NamedKey(Request, frozen=True):
    """A key as the file names it."""

    fingerprint: Fingerprint
    state: Annotated[str, Meta(max_length=20)]


class SealedCard(Request, frozen=True):
    """A card for one key. `resealed_by` is the reference of the officer who sealed it anew; None: from the register."""

    member: Ref
    at: Milliseconds
    key: Fingerprint
    sealed: Annotated[bytes, Meta(max_length=16 * 1024)]
    resealed_by: Ref | None = None


class CardsFile(Request, frozen=True):
    """Sealed cards of one organisation. `keys` are those to which its cards are sealed now, whoever holds them."""

    format: Literal["casuskring-cards-1"]
    organisation: Ref
    organisation_name: Name
    made_at: Moment
    keys: Annotated[tuple[NamedKey, ...], Meta(max_length=1000)]
    cards: tuple[SealedCard, ...]
