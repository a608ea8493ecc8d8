"""A case at the station, from opened text to answered, as a frozen value that is stored sealed in the vault.

Marks are not stored: they are found again, from the same text by the same analyser. What a person decided is.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from anonymisation.document import EntityType, MapEntry, Replacement
from anonymisation.errors import AnonymisationError
from anonymisation.known import Known
from clients.errors import DraftDamaged
from clients.station.preparation import Place, Ruling
from server.protocol.http import TEXT_FIELDS, BasisForm
from server.protocol.words import BasisKind, RequestType, Trigger

KIND = "case"
"""The kind of a draft's record in the vault."""
MANDATORY = ("text", "question", "why_now", "what_is_new")


class DraftState(StrEnum):
    """Where a case is, seen from the station."""

    BEGUN = "begun"
    SENDING = "sending"
    """It was decided to send it, and the service has not said yes yet: the same request goes out again."""
    SENT = "sent"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class ExtraLine(Struct, frozen=True):
    """Something beside the plain text of an opened document, and whether the submitter took it into the text."""

    kind: str
    place: str
    text: str
    taken: bool = False

    def __repr__(self) -> str:
        return "ExtraLine(***)"


class Reply(Struct, frozen=True):
    """The answer of the circle as it was fetched, still in pseudonyms."""

    outcome: str
    text: str
    owner: str
    due: date | None
    dissent: str
    recorded_at: datetime
    fetched_at: datetime

    def __repr__(self) -> str:
        return "Reply(***)"


class Draft(Struct, frozen=True, kw_only=True):
    """One case. `rulings` and `found` are in places of the original `fields`; `request` is what was or will be sent."""

    id: str
    author: str
    begun_at: datetime
    changed_at: datetime
    state: DraftState = DraftState.BEGUN
    source: str = ""
    fields: dict[str, str] = {}
    extras: tuple[ExtraLine, ...] = ()
    known: dict[str, object] = {}
    trigger: Trigger | None = None
    request_type: RequestType | None = None
    basis: BasisForm | None = None
    acute: bool | None = None
    rulings: tuple[Ruling, ...] = ()
    found: tuple[tuple[Place, EntityType], ...] = ()
    circle: str = ""
    key: str = ""
    request: bytes = b""
    case: str = ""
    sent_at: datetime | None = None
    mapping: tuple[MapEntry, ...] = ()
    replaced: tuple[Replacement, ...] | None = None
    """What was replaced when it was sent, in places of the joined text: a later analyser finds other marks."""
    told_on: date | None = None
    """The day from which other days were told when it was decided to be sent: what the circle reads as now."""
    reply: Reply | None = None
    writers: tuple[str, ...] = ()
    """Who wrote it. `author` is who sent it, or wrote it while it is not sent: the network knows that one alone."""
    version_of: str = ""
    """The withdrawn case of which this one is a new version."""
    refused: str = ""
    """Why the service refused the last attempt, in its own Dutch sentence."""

    def __repr__(self) -> str:
        return f"Draft({self.state})"

    @property
    def title(self) -> str:
        """The question as typed, or the beginning of the text: for this station's own lists only."""
        return (self.fields.get("question") or self.fields.get("text", "")).strip()[:120]

    @property
    def person(self) -> Known:
        """What is known of the person.

        Raises:
            DraftDamaged: it cannot be read; without it, names that were to be found for certain would be missed.
        """
        try:
            return Known.from_mapping(self.known)
        except AnonymisationError:
            raise DraftDamaged from None

    @property
    def open(self) -> bool:
        """May it still be changed?"""
        return self.state is DraftState.BEGUN

    def written_by(self, worker: str) -> bool:
        """Did this worker write or send it? Then another must be its second reader."""
        return worker == self.author or worker in self.writers

    def typed(self) -> dict[str, str]:
        """Return the fields that hold something, in their order."""
        return {name: self.fields[name] for name in TEXT_FIELDS if self.fields.get(name, "").strip()}

    def missing(self) -> tuple[str, ...]:
        """Return what the form still lacks: names of fields, `trigger`, `basis`, `acute`, `informed`."""
        lacking = [name for name in MANDATORY if not self.fields.get(name, "").strip()]
        lacking += [name for name in ("trigger", "basis", "acute") if getattr(self, name) is None]
        if self.basis is not None and self.basis.kind is BasisKind.CONSENT and not self.basis.informed:
            # Consent to what one was not told of is none: the service refuses it too.
            lacking.append("informed")
        return tuple(lacking)

    def to_bytes(self) -> bytes:
        """Return the record for the vault."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, data: bytes) -> Draft:
        """Read a record of the vault.

        Raises:
            DraftDamaged: it was written by another version, or by something else.
        """
        try:
            return msgspec.json.decode(data, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise DraftDamaged from None
