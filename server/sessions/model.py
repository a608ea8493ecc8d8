"""The values of this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from server.network.model import Circle
from server.protocol.live import Event
from server.protocol.session import Participant
from server.protocol.words import Domain, OutcomeKind
from server.storage.crypto import Key


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A case on an agenda. `question` is empty where the member may not read the case or its text is gone."""

    case: str
    question: str
    state: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session with its agenda, as a member may see it."""

    id: str
    circle: str
    circle_name: str
    starts_at: datetime
    stage: str
    preset: str
    digest: str
    agenda: tuple[AgendaItem, ...]


@dataclass(frozen=True, slots=True)
class Seated:
    """A member who may sit in a session: where, and for whom the audit log writes it down."""

    participant: Participant
    circle: Circle
    agreement: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a circle decided about a case, in pseudonyms."""

    case: str
    session: str
    kind: OutcomeKind
    text: str
    owner: Domain
    due: date | None
    dissent: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event out of the journal with the case it belongs to."""

    event: Event
    case: str | None


@dataclass(frozen=True, slots=True)
class CaseOnAgenda:
    """A case as the room needs it: its key for sealing, its question and text, who brought it in, who left it."""

    case: str
    key: Key
    question: str
    text: str
    submitter: str
    recused: frozenset[str]
