"""The messages of the live session: subprotocol `casuskring.v1`, one JSON text frame per message.

A client sends commands (imperative; `commands.py`), the service answers and sends events (past tense; `events.py`).
Here is what it sends, and all of them under one name. Every struct is tagged by `type`; unknown types, unknown fields
and wrong types are refused. Lengths are in code points.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from server.protocol.closing import CLOSE_NL as CLOSE_NL  # noqa: PLC0414 - readers look for it beside the messages
from server.protocol.closing import Close as Close  # noqa: PLC0414 - the same
from server.protocol.commands import *  # noqa: F403 - the same, for all that a client says
from server.protocol.events import *  # noqa: F403 - the same, for all that happens
from server.protocol.events import BottleneckAnswered, Event, OutcomeRecorded
from server.protocol.words import Domain, SeatFunction

SUBPROTOCOL = "casuskring.v1"
MAX_FRAME_BYTES = 64 * 1024
"""Largest frame that a client may send, in bytes: the longest outcome of four-byte characters fits."""


class Deputy(Struct, frozen=True):
    """Who may take a seat instead of its holder."""

    member: str
    name: str


class Marked(Struct, frozen=True):
    """Who is marked present in a seat, by whoever sat in seat `by`: no connection of their own, and no rights by it."""

    seat: str
    member: str
    name: str
    deputy: bool
    by: str


class SeatView(Struct, frozen=True):
    """One seat of the fixed composition. `name` is its holder."""

    seat: str
    domain: Domain
    function: SeatFunction
    name: str
    organisation: str
    deputies: tuple[Deputy, ...] = ()


class Present(Struct, frozen=True):
    """Who sits in a seat now."""

    seat: str
    member: str
    name: str
    deputy: bool


class AgendaView(Struct, frozen=True):
    """One line of the agenda: `state` is waiting, open, done, postponed or removed.

    `submitter` is the member who brought the case in.
    """

    case: str
    question: str
    submitter: str | None
    state: str


class ContributionView(Struct, frozen=True):
    """One contribution as the circle sees it; one that is `blanked` has no words any more."""

    seq: int
    at: datetime
    seat: str
    text: str
    protected: bool
    blanked: bool = False


class MinutesView(Struct, frozen=True):
    """The latest version of the minutes: its number, moment, author's seat and text, which is gone when `blanked`."""

    seq: int
    at: datetime
    by: str
    text: str
    blanked: bool = False


class Discussion(Struct, frozen=True):
    """The case on the table. `hidden` is true for a member who left this case; then all content is empty.

    `submitter` is the member who brought the case in, `recused` are members.
    """

    case: str
    submitter: str | None
    phase: int
    ends_at: datetime | None
    contributions: tuple[ContributionView, ...] = ()
    outcome: OutcomeRecorded | None = None
    bottleneck: BottleneckAnswered | None = None
    recused: tuple[str, ...] = ()
    hidden: bool = False
    minutes: MinutesView | None = None


class SessionView(Struct, frozen=True):
    """Everything that one member may know of a session after event `seq`. `me` is that member.

    `chair` is the seat that leads; empty means the seat with that function. `present` have a connection of their own;
    `marked` are at the table without one.
    """

    session: str
    epoch: str
    seq: int
    stage: str
    preset: str
    me: str | None
    seats: tuple[SeatView, ...]
    present: tuple[Present, ...]
    agenda: tuple[AgendaView, ...]
    discussion: Discussion | None = None
    digest: str = ""
    chair: str = ""
    marked: tuple[Marked, ...] = ()


class ServerMessage(Struct, tag_field="type", frozen=True):
    """Base of everything that the service sends."""


class Welcome(ServerMessage, tag="welcome", frozen=True):
    """Answer to `join`: either all missing events in order, or a snapshot; `mode` says which."""

    mode: str
    epoch: str
    seq: int
    heartbeat_seconds: float
    snapshot: SessionView | None = None
    events: tuple[Event, ...] = ()


class Events(ServerMessage, tag="events", frozen=True):
    """Events in order, without a gap."""

    events: tuple[Event, ...]


class Answer(ServerMessage, tag="answer", frozen=True):
    """The command with `key` took effect at `seq`."""

    key: str
    seq: int


class HeldSpan(Struct, frozen=True):
    """A place in the author's own text that looks like an identifier. `field` is the field of the command."""

    field: str
    start: int
    end: int
    label: str
    hard: bool


class Refused(ServerMessage, tag="refused", frozen=True):
    """The command with `key` had no effect. `code` is stable, `message` is Dutch and says what to do.

    `spans` says where, when the reason is an identifier in the author's own text.
    """

    key: str
    code: str
    message: str
    spans: tuple[HeldSpan, ...] = ()


class Held(ServerMessage, tag="held", frozen=True):
    """To its author only: the message was kept back. Nobody else received anything; it has no `seq`."""

    key: str
    hold: str
    spans: tuple[HeldSpan, ...]
    proposal: str
    may_overrule: bool


class Heartbeat(ServerMessage, tag="heartbeat", frozen=True):
    """A sign of life with the number of the last event."""

    head: int


ToClient = Welcome | Events | Answer | Refused | Held | Heartbeat
