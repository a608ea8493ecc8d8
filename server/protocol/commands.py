"""What a client says in the live session: to join, to acknowledge, and every command.

Every struct is tagged by `type`; unknown fields and wrong types are refused. Lengths are in code points.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, IdentifierKind, OutcomeKind, OverruleReason

# Python's `$` also matches before a closing line break; what follows it here refuses that.
Key = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Ref = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$(?!\n)")]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
LongText = Annotated[str, Meta(min_length=1, max_length=8000)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]


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
    """ "Something recognisable stands here": what has number `seq` is blanked for everyone, and a breach draft opens.

    It is a contribution, or a version of the minutes.
    """

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
