"""What happens in the live session, in the past tense: the bodies of its numbered events."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, OutcomeKind, OverruleReason


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
    """Something recognisable stood in `message`, from this seat; its words are gone for everyone."""

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
    """A version of the minutes of the case on the table, from the seat `by`; its number is that of the event.

    One that is `blanked` has its place and its seat, and no words.
    """

    text: str
    by: str
    blanked: bool = False


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
