"""The messages of the live session: subprotocol `casuskring.v1`, one JSON text frame per message.

A client sends commands (imperative), the service answers and sends events (past tense). Every struct is tagged by
`type`; unknown types, unknown fields and wrong types are refused. Lengths are in code points.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from server.protocol.closing import CLOSE_NL as CLOSE_NL  # noqa: PLC0414 - readers look for it beside the messages
from server.protocol.closing import Close as Close  # noqa: PLC0414 - the same
from server.protocol.words import (
    BottleneckAnswer,
    BottleneckCode,
    Domain,
    IdentifierKind,
    OutcomeKind,
    OverruleReason,
    SeatFunction,
)

SUBPROTOCOL = "casuskring.v1"
MAX_FRAME_BYTES = 64 * 1024
"""Largest frame that a client may send, in bytes: the longest outcome of four-byte characters fits."""

# Python's `$` also matches before a closing line break; what follows it here refuses that.
Key = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Ref = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
LongText = Annotated[str, Meta(min_length=1, max_length=8000)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]


# --- what a client sends -------------------------------------------------------------------------------------------


class ClientMessage(Struct, tag_field="type", forbid_unknown_fields=True, frozen=True):
    """Base of everything that a client may send."""


class Join(ClientMessage, tag="join", frozen=True):
    """First message on a connection: what the client already has. Without `epoch` it asks for a snapshot."""

    epoch: Ref | None = None
    seq: Seq | None = None


class Ack(ClientMessage, tag="ack", frozen=True):
    """The client has shown everything up to and including `seq`."""

    seq: Seq


class Command(ClientMessage, tag=True, frozen=True):
    """Base of everything that may change the session. `key` makes a repetition harmless."""

    key: Key


class OpenSession(Command, tag="open_session", frozen=True):
    """The chair opens the session; needs the quorum."""


class OpenCase(Command, tag="open_case", frozen=True):
    """The chair opens a case of the agenda; needs the quorum."""

    case: Ref


class PostponeCase(Command, tag="postpone_case", frozen=True):
    """The chair moves a case of the agenda to a later session."""

    case: Ref


class TableCommand(Command, tag=True, kw_only=True, frozen=True):
    """Base of what is meant for the case on the sender's table.

    With `case`, the command is refused when another case is on the table by the time it arrives, so that words about
    one case never land in another, whose circle of readers may differ. Without it, the case on the table when the
    service receives the command counts.
    """

    case: Ref | None = None


class NextPhase(TableCommand, tag="next_phase", frozen=True):
    """The chair starts the next phase."""


class Contribute(TableCommand, tag="contribute", frozen=True):
    """A whole contribution, never a keystroke. The guard reads it before anyone receives it."""

    text: Text


class SendHeld(TableCommand, tag="send_held", frozen=True):
    """Send the protected proposal of a held message."""

    hold: Ref


class Overrule(TableCommand, tag="overrule", frozen=True):
    """Send a held message as it was typed, with a reason; impossible where a hard label was found."""

    hold: Ref
    reason: OverruleReason


class DropHeld(Command, tag="drop_held", frozen=True):
    """Throw a held message away."""

    hold: Ref


class Recuse(TableCommand, tag="recuse", frozen=True):
    """ "I recognise this person": the member leaves this case at once and sees nothing of it any more."""


class RecordOutcome(TableCommand, tag="record_outcome", frozen=True):
    """Chair or note-taker records what was decided; needs the quorum and a phase that allows it."""

    outcome: OutcomeKind
    text: LongText
    owner: Domain
    due: date | None = None
    dissent: Annotated[str, Meta(max_length=4000)] = ""


class AnswerBottleneck(TableCommand, tag="answer_bottleneck", frozen=True):
    """Chair or note-taker answers: a structural bottleneck? `new` needs `code` and `title`, `existing` an id."""

    answer: BottleneckAnswer
    code: BottleneckCode | None = None
    title: Annotated[str, Meta(max_length=200)] = ""
    bottleneck: Ref | None = None


class CloseCase(TableCommand, tag="close_case", frozen=True):
    """The chair closes the case; needs an outcome and the answer about a bottleneck."""


class TakeChair(Command, tag="take_chair", frozen=True):
    """A member leads the session from now on, because whoever did is not at the table or left this case."""


class GiveChair(Command, tag="give_chair", frozen=True):
    """The chair lets another member at the table lead; `seat` is where they sit."""

    seat: Ref


class SealSession(Command, tag="seal_session", frozen=True):
    """The chair closes and seals the session: nothing can be added after it."""


class ReportVisible(Command, tag="report_visible", frozen=True):
    """ "Something recognisable stands here": contribution `seq` is blanked for everyone, and a breach draft opens."""

    seq: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    label: IdentifierKind


class ReportCase(Command, tag="report_case", frozen=True):
    """The same for a field of a case's own text: the case leaves the table and every agenda at once.

    `words` may say which; they are looked up in that field, their places are kept for the submitter's side, and they
    themselves nowhere.
    """

    case: Ref
    field: Annotated[str, Meta(min_length=1, max_length=30)]
    label: IdentifierKind
    words: Annotated[str, Meta(max_length=280)] = ""


# attendance: who sits at the table without a connection of their own


class MarkPresent(Command, tag="mark_present", frozen=True):
    """Chair or note-taker: the holder of a seat, or the named deputy with this member id, is at the table.

    It proves attendance and gives access to nothing: who is marked receives nothing and gives no commands.
    """

    seat: Ref
    deputy: Ref | None = None


class MarkAbsent(Command, tag="mark_absent", frozen=True):
    """Chair or note-taker: whoever was marked present in a seat is not (or no longer) at the table."""

    seat: Ref


class RecuseMarked(TableCommand, tag="recuse_marked", frozen=True):
    """Chair or note-taker: who is marked present in a seat says that they recognise the person, and leaves the case."""

    seat: Ref


# minutes


class WriteMinutes(TableCommand, tag="write_minutes", frozen=True):
    """Chair or note-taker writes the minutes of the case on the table; `base` is the version it builds on, 0 for none.

    It replaces the version before. When somebody wrote another one meanwhile, it is refused (`minutes_changed`).
    """

    text: LongText
    base: Seq


AnyCommand = (
    OpenSession
    | OpenCase
    | PostponeCase
    | NextPhase
    | Contribute
    | SendHeld
    | Overrule
    | DropHeld
    | Recuse
    | RecordOutcome
    | AnswerBottleneck
    | CloseCase
    | TakeChair
    | GiveChair
    | SealSession
    | ReportVisible
    | ReportCase
    | MarkPresent
    | MarkAbsent
    | RecuseMarked
    | WriteMinutes
)
FromClient = Join | Ack | AnyCommand


# --- events --------------------------------------------------------------------------------------------------------


class Body(Struct, tag_field="type", frozen=True, forbid_unknown_fields=True):
    """Base of what happened."""


class MemberArrived(Body, tag="member_arrived", frozen=True):
    """A seat is taken, by its holder or a named deputy."""

    seat: str
    member: str
    name: str
    deputy: bool


class MemberLeft(Body, tag="member_left", frozen=True):
    """A seat is empty again: its last connection ended."""

    seat: str


class ChairChanged(Body, tag="chair_changed", frozen=True):
    """Who sits in this seat leads the session from now on, until it changes again."""

    seat: str


class SessionOpened(Body, tag="session_opened", frozen=True):
    """The session is open; `seats` had a connection and `marked` were marked present: both prove the quorum."""

    seats: tuple[str, ...]
    marked: tuple[str, ...] = ()


class CaseAdded(Body, tag="case_added", frozen=True):
    """A released case came onto the agenda."""

    case: str
    question: str
    submitter: str | None


class CaseOpened(Body, tag="case_opened", frozen=True):
    """A case is on the table; `recused` are members who left this case before.

    `seats` had a connection and `marked` were marked present: together they prove the quorum.
    """

    case: str
    seats: tuple[str, ...]
    recused: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()


class PhaseStarted(Body, tag="phase_started", frozen=True):
    """A phase has begun; `ends_at` is when its time box is over (a gentle limit)."""

    index: int
    ends_at: datetime


class Contributed(Body, tag="contributed", frozen=True):
    """A contribution that passed the guard. `protected` says that a proposal was sent instead of the typed text.

    One that is `blanked` has its place and its seat, and no words.
    """

    seat: str
    text: str
    protected: bool = False
    overruled: OverruleReason | None = None
    blanked: bool = False


class Blanked(Body, tag="blanked", frozen=True):
    """Something recognisable stood in contribution `message`, from this seat; its words are gone for everyone."""

    message: int
    seat: str


class Recused(Body, tag="recused", frozen=True):
    """A member recognised the person and left the case; `by` is the seat that wrote it down, if not their own."""

    seat: str
    member: str
    by: str = ""


class OutcomeRecorded(Body, tag="outcome_recorded", frozen=True):
    """What was decided; a later one replaces an earlier one. `seats` and `marked` prove the quorum."""

    outcome: OutcomeKind
    text: str
    owner: Domain
    due: date | None
    dissent: str
    by: str
    seats: tuple[str, ...]
    marked: tuple[str, ...] = ()


class BottleneckAnswered(Body, tag="bottleneck_answered", frozen=True):
    """The answer to the closing question."""

    answer: BottleneckAnswer
    code: BottleneckCode | None
    title: str
    bottleneck: str | None


class CaseClosed(Body, tag="case_closed", frozen=True):
    """The case is done."""

    case: str


class CasePostponed(Body, tag="case_postponed", frozen=True):
    """The case waits for a later session."""

    case: str


class CaseRemoved(Body, tag="case_removed", frozen=True):
    """The case was withdrawn, erased or withheld; it is no longer on the agenda."""

    case: str


class SessionSealed(Body, tag="session_sealed", frozen=True):
    """Nothing can be added any more; `digest` is the SHA-256 chain over the session's sealed events, in hex."""

    digest: str


class MemberMarked(Body, tag="member_marked", frozen=True):
    """A seat is marked present by who sits in seat `by`: they are at the table without a connection of their own."""

    seat: str
    member: str
    name: str
    deputy: bool
    by: str


class MarkEnded(Body, tag="mark_ended", frozen=True):
    """A seat is not marked present any more. `by` is the seat that said so; empty means the service."""

    seat: str
    by: str = ""


class MinutesWritten(Body, tag="minutes_written", frozen=True):
    """A version of the minutes of the case on the table, from the seat `by`; its number is that of the event."""

    text: str
    by: str


class Hidden(Body, tag="hidden", frozen=True):
    """Something that this member may not see; it keeps the numbering whole."""


AnyBody = (
    MemberArrived
    | MemberLeft
    | ChairChanged
    | SessionOpened
    | CaseAdded
    | CaseOpened
    | PhaseStarted
    | Contributed
    | Blanked
    | Recused
    | OutcomeRecorded
    | BottleneckAnswered
    | CaseClosed
    | CasePostponed
    | CaseRemoved
    | SessionSealed
    | Hidden
    | MemberMarked
    | MarkEnded
    | MinutesWritten
)


class Event(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happened: its dense number in the session, when (UTC), and what."""

    seq: int
    at: datetime
    body: AnyBody


# --- what the service sends ----------------------------------------------------------------------------------------


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
    """The latest version of the minutes: its number, moment, author's seat and text."""

    seq: int
    at: datetime
    by: str
    text: str


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
