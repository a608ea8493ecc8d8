"""What one member sees of a session, as a fold over events: *snapshot + events = fresh snapshot*.

The same reducer runs in the service (over all events, for nobody in particular) and in the Python client (over the
events that this member may see), so that the two cannot drift apart.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from server.protocol import attendance, live
from server.protocol.live import AgendaView, ContributionView, Discussion, Event, Present, SessionView
from server.protocol.words import Domain, SeatFunction


class Stage(StrEnum):
    """Where a session is."""

    PLANNED = "planned"
    OPEN = "open"
    DISCUSSING = "discussing"
    SEALED = "sealed"


STAGE_NL = {
    Stage.PLANNED: "nog niet begonnen",
    Stage.OPEN: "geopend",
    Stage.DISCUSSING: "casus op tafel",
    Stage.SEALED: "gesloten en verzegeld",
}


class AgendaState(StrEnum):
    """Where one case of the agenda is."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    POSTPONED = "postponed"
    REMOVED = "removed"


class GapError(Exception):
    """An event does not follow the one before: something was lost or repeated, so the client must join again."""


def apply(view: SessionView, event: Event) -> SessionView:
    """Return the view after one event.

    Raises:
        GapError: the event is not number `view.seq + 1`.
    """
    if event.seq != view.seq + 1:
        raise GapError("an event is missing or repeated")
    view = replace(view, seq=event.seq)
    body = event.body
    match body:
        case live.MemberArrived() | live.MemberLeft():
            return _presence(view, body)
        case live.MemberMarked() | live.MarkEnded():
            return attendance.folded(view, body)
        case live.ChairChanged():
            return replace(view, chair=body.seat)
        case live.SessionOpened():
            return replace(view, stage=Stage.OPEN.value)
        case live.SessionSealed():
            return replace(view, stage=Stage.SEALED.value, digest=body.digest, marked=())
        case live.CaseAdded():
            line = AgendaView(body.case, body.question, body.submitter, AgendaState.WAITING.value)
            others = tuple(one for one in view.agenda if one.case != body.case)
            return replace(view, agenda=(*others, line))
        case live.CaseOpened() | live.CaseClosed() | live.CasePostponed() | live.CaseRemoved():
            return _agenda(view, body)
        case live.Hidden():
            return view
        case _:
            return _discussion(view, event)


def _presence(view: SessionView, body: live.MemberArrived | live.MemberLeft) -> SessionView:
    others = tuple(one for one in view.present if one.seat != body.seat)
    if isinstance(body, live.MemberLeft):
        return replace(view, present=others)
    view = attendance.replaced(view, body)
    here = Present(seat=body.seat, member=body.member, name=body.name, deputy=body.deputy)
    return replace(view, present=tuple(sorted((*others, here), key=lambda one: one.seat)))


def _agenda(
    view: SessionView, body: live.CaseOpened | live.CaseClosed | live.CasePostponed | live.CaseRemoved
) -> SessionView:
    match body:
        case live.CaseOpened():
            discussion = Discussion(
                case=body.case,
                submitter=next((line.submitter for line in view.agenda if line.case == body.case), None),
                phase=-1,
                ends_at=None,
                recused=body.recused,
                hidden=view.me is not None and view.me in body.recused,
            )
            view = replace(view, stage=Stage.DISCUSSING.value, discussion=discussion)
            return _mark(view, body.case, AgendaState.OPEN)
        case live.CaseClosed():
            return _mark(_off_the_table(view, body.case), body.case, AgendaState.DONE)
        case live.CasePostponed():
            return _mark(_off_the_table(view, body.case), body.case, AgendaState.POSTPONED)
        case live.CaseRemoved():
            return _mark(_off_the_table(view, body.case), body.case, AgendaState.REMOVED)


def _off_the_table(view: SessionView, case: str) -> SessionView:
    if view.discussion is None or view.discussion.case != case:
        return view
    return replace(view, discussion=None, stage=Stage.OPEN.value)


def _mark(view: SessionView, case: str, state: AgendaState) -> SessionView:
    # A withdrawn case keeps its line, so that everyone sees what happened, but none of its words.
    question: dict[str, str] = {"question": ""} if state is AgendaState.REMOVED else {}
    agenda = tuple(replace(line, state=state.value, **question) if line.case == case else line for line in view.agenda)
    return replace(view, agenda=agenda)


def _discussion(view: SessionView, event: Event) -> SessionView:
    table = view.discussion
    if table is None:
        return view
    body = event.body
    match body:
        case live.PhaseStarted():
            table = replace(table, phase=body.index, ends_at=body.ends_at)
        case live.Recused():
            table = replace(table, recused=(*table.recused, body.member))
            if body.member == view.me:
                table = replace(table, hidden=True, contributions=(), outcome=None, bottleneck=None, minutes=None)
                view = _forget_question(view, table.case)
        case live.Contributed():
            said = ContributionView(event.seq, event.at, body.seat, body.text, body.protected, body.blanked)
            # One copy and not three: this runs for everything that is said, and a long discussion has a long tuple.
            table = replace(table, contributions=table.contributions + (said,))  # noqa: RUF005
        case live.Blanked():
            table = _blanked(table, body.message)
        case live.OutcomeRecorded():
            table = replace(table, outcome=body)
        case live.BottleneckAnswered():
            table = replace(table, bottleneck=body)
        case live.MinutesWritten():
            table = replace(table, minutes=live.MinutesView(event.seq, event.at, body.by, body.text, body.blanked))
        case _:
            return view
    return replace(view, discussion=table)


def _blanked(table: Discussion, message: int) -> Discussion:
    if table.minutes is not None and table.minutes.seq == message:
        return replace(table, minutes=replace(table.minutes, text="", blanked=True))
    return replace(table, contributions=tuple(_blank(one, message) for one in table.contributions))


def _blank(said: ContributionView, message: int) -> ContributionView:
    return replace(said, text="", protected=False, blanked=True) if said.seq == message else said


def _forget_question(view: SessionView, case: str) -> SessionView:
    agenda = tuple(replace(line, question="") if line.case == case else line for line in view.agenda)
    return replace(view, agenda=agenda)


def project(view: SessionView, member: str, left: frozenset[str] = frozenset()) -> SessionView:
    """Return what `member` may see of the full view: a case that they left (`left`) holds no content."""
    table = view.discussion
    if table is not None and member in table.recused:
        table = replace(table, hidden=True, contributions=(), outcome=None, bottleneck=None, minutes=None)
    for case in left:
        view = _forget_question(view, case)
    return replace(view, me=member, discussion=table)


SAID = (live.Contributed, live.MinutesWritten)
"""The bodies whose words can be taken away alone, when something recognisable stands in them."""

CONTENT = (
    live.CaseAdded,
    live.Contributed,
    live.Blanked,
    live.OutcomeRecorded,
    live.BottleneckAnswered,
    live.MinutesWritten,
)
"""The bodies that hold what was said about a case, or tell of it; they are sealed under its key."""


def redact(event: Event, *, gone: bool) -> Event:
    """Return the event as a member may see it: words that are gone for them arrive empty, with their number."""
    body = event.body
    if not gone or not isinstance(body, CONTENT):
        return event
    if isinstance(body, live.CaseAdded):
        # The line itself is no secret: without it the rest of the agenda would make no sense.
        return Event(event.seq, event.at, replace(body, question=""))
    return Event(seq=event.seq, at=event.at, body=live.Hidden())


def emptied(event: Event) -> Event:
    """Return what was said without its words, as everyone sees it from when it was blanked; another event as it is."""
    body = event.body
    if not isinstance(body, SAID):
        return event
    return Event(event.seq, event.at, without_words(type(body), said_by(body)))


def said_by(body: live.Contributed | live.MinutesWritten) -> str:
    """Return the seat of who said it."""
    return body.seat if isinstance(body, live.Contributed) else body.by


def without_words(kind: type, seat: str) -> live.Contributed | live.MinutesWritten:
    """Return what is left of what this seat said when its words are gone."""
    if kind is live.MinutesWritten:
        return live.MinutesWritten(text="", by=seat, blanked=True)
    return live.Contributed(seat=seat, text="", blanked=True)


def seats_taken(view: SessionView, away: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the seats that are taken, leaving out members who left the case on the table and those in `away`."""
    left = away.union(view.discussion.recused if view.discussion else ())
    return tuple(one.seat for one in view.present if one.member not in left)


def chairing(view: SessionView) -> str:
    """Return the seat that leads the session: as it was taken or given, otherwise the one with that function."""
    return view.chair or next((one.seat for one in view.seats if one.function is SeatFunction.CHAIR), "")


def quorum(view: SessionView, away: frozenset[str] = frozenset()) -> bool:
    """Are all three domains present, without members who left the case on the table and those in `away`?

    A seat that is marked present counts like one with a connection.
    """
    taken = (*seats_taken(view, away), *attendance.seats_marked(view, away))
    return {seat.domain for seat in view.seats if seat.seat in taken} == set(Domain)
