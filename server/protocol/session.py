"""The live session as a state machine without I/O: commands in, numbered events out, refusals as errors.

`rules.py` says which command is possible at which stage, who may give it, whether the three domains must be present,
and where it leads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.protocol import attendance, live
from server.protocol.dutch import FIELD_NL
from server.protocol.live import AnyBody, AnyCommand, Event, SessionView
from server.protocol.presets import PRESETS, Phase, Speakers
from server.protocol.rules import TRANSITIONS, Refusal, Right, Transition, typed_words
from server.protocol.view import (
    SAID,
    AgendaState,
    Stage,
    apply,
    chairing,
    emptied,
    project,
    quorum,
    redact,
    said_by,
    seats_taken,
)
from server.protocol.words import BottleneckAnswer, OverruleReason, SeatFunction


@dataclass(frozen=True, slots=True)
class Participant:
    """A member at a seat: who gives a command. `member` is the member's id, `seat` the seat they may take."""

    member: str
    seat: str
    name: str
    deputy: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """How a contribution passed the guard: as the protected proposal, or overruled for a reason."""

    protected: bool = False
    overruled: OverruleReason | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Where a contribution belongs: its case, and the seat of its author."""

    case: str
    seat: str


@dataclass(slots=True)
class SessionMachine:
    """One session. Not thread-safe: one room owns it. `view` is the whole truth and belongs to nobody in particular.

    `recused` maps case → members who left it, `said` the number of a contribution → its case and seat, `blanked` the
    number of one whose words are gone → that of the event which took them. `chain` is the running SHA-256 over the
    sealed events; the room, which seals them, keeps it up to date, and sealing the session makes it public.
    """

    view: SessionView
    recused: dict[str, frozenset[str]] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    blanked: dict[int, int] = field(default_factory=dict)
    chain: bytes = b""

    def replay(self, events: Iterable[Event]) -> None:
        """Bring the machine to where the stored events lead.

        Raises:
            GapError: the stored numbering has a hole.
        """
        for event in events:
            self._take(event)

    def receive(
        self,
        command: AnyCommand,
        *,
        actor: Participant,
        now: datetime,
        passage: Passage | None = None,
        whom: Participant | None = None,
    ) -> list[Event]:
        """Apply one command and return the events it caused, numbered and dated. `now` is UTC.

        `passage` says how a contribution passed the guard; without it, as it was typed. A message that was blanked
        before causes nothing more. `whom` is the member that `mark_present` means, who may sit in that seat.

        Raises:
            Refusal: the command is not possible here, not by this member, or not without the quorum.
        """
        rule = self._rule(command)
        self._require_present(actor)
        self._require_this_case(command)
        if not rule.after_recusal and not rule.own_case:
            self._require_taking_part(actor)
        self._require_right(rule.right, actor)
        if any("\x00" in words for words in typed_words(command)):
            # PostgreSQL cannot store it, and one member's text must not fail everybody's commit.
            raise Refusal("unprintable")
        if rule.needs_quorum and not quorum(self.view, self._away(command)):
            raise Refusal("no_quorum")
        if isinstance(command, live.MarkPresent | live.MarkAbsent | live.RecuseMarked):
            return [self._emit(self._attendance(command, actor, whom), now)]
        return [self._emit(body, now) for body in self._bodies(command, actor, now, passage or Passage())]

    def arrive(self, actor: Participant, *, now: datetime) -> list[Event]:
        """Seat a member; an empty list when they sit there already, or the session is sealed and they only look.

        Raises:
            Refusal: another member sits in that seat.
        """
        if self.stage is Stage.SEALED:
            return []
        for one in self.view.present:
            if one.seat == actor.seat:
                if one.member != actor.member:
                    raise Refusal("seat_taken")
                return []
        body = live.MemberArrived(seat=actor.seat, member=actor.member, name=actor.name, deputy=actor.deputy)
        return [self._emit(body, now)]

    def leave(self, member: str, *, now: datetime) -> list[Event]:
        """Empty the seat of a member whose last connection ended; an empty list when they had none."""
        if self.stage is Stage.SEALED:
            return []
        seats = [one.seat for one in self.view.present if one.member == member]
        return [self._emit(live.MemberLeft(seat=seat), now) for seat in seats]

    def end_marks(self, members: Iterable[str], *, now: datetime) -> list[Event]:
        """Take back the marks of members who may not sit here any more; an empty list when they were not marked."""
        gone = frozenset(members)
        seats = [one.seat for one in self.view.marked if one.member in gone]
        return [self._emit(live.MarkEnded(seat=seat), now) for seat in seats]

    def add_case(self, case: str, question: str, submitter: str | None, *, now: datetime) -> list[Event]:
        """Put a released case on the agenda; an empty list when it was there before, or the session is sealed."""
        if self.stage is Stage.SEALED or self._agenda_state(case) is not None:
            return []
        return [self._emit(live.CaseAdded(case=case, question=question, submitter=submitter), now)]

    def remove_case(self, case: str, *, now: datetime) -> list[Event]:
        """Take a case whose words are gone off the agenda and off the table; an empty list when that was done before.

        Also when it was discussed or postponed, and even after sealing: it adds nothing and takes words away.
        """
        if self._agenda_state(case) in (None, AgendaState.REMOVED):
            return []
        return [self._emit(live.CaseRemoved(case=case), now)]

    @property
    def stage(self) -> Stage:
        """Where the session is."""
        return Stage(self.view.stage)

    @property
    def case(self) -> str | None:
        """The case on the table."""
        return self.view.discussion.case if self.view.discussion else None

    def snapshot(self, member: str) -> SessionView:
        """Return what this member may see now."""
        left = frozenset(case for case, members in self.recused.items() if member in members)
        return project(self.view, member, left)

    def for_member(self, event: Event, case: str | None, member: str) -> Event:
        """Return an event of `case` as this member may see it now, on replay too.

        Words about a case that the member left, or that was withdrawn, never come back, and neither do those of a
        contribution that was blanked.
        """
        return self.shown(event, gone=self.is_gone(case, member))

    def shown(self, event: Event, *, gone: bool) -> Event:
        """Return an event as a member sees it now for whom words about its case are gone, or are not."""
        seen = redact(event, gone=gone)
        return emptied(seen) if event.seq in self.blanked else seen

    def is_gone(self, case: str | None, member: str) -> bool:
        """Has this member no right (any more) to words about this case?"""
        if case is None:
            return False
        return member in self._left(case) or self._agenda_state(case) is AgendaState.REMOVED

    # --- rights ------------------------------------------------------------------------------------------------

    def _rule(self, command: AnyCommand) -> Transition:
        rule = TRANSITIONS.get((self.stage, type(command)))
        if rule is None:
            raise Refusal("sealed" if self.stage is Stage.SEALED else "not_now")
        return rule

    def _require_present(self, actor: Participant) -> None:
        for one in self.view.present:
            if one.seat == actor.seat and one.member == actor.member:
                return
        raise Refusal("not_present")

    def _require_this_case(self, command: AnyCommand) -> None:
        if isinstance(command, live.TableCommand) and command.case not in (None, self.case):
            raise Refusal("other_case")

    def _require_taking_part(self, actor: Participant) -> None:
        if actor.member in self._left(self.case):
            raise Refusal("recused")

    def _away(self, command: AnyCommand) -> frozenset[str]:
        # Who left a case does not count for its quorum, from the moment that it is opened.
        return self._left(command.case if isinstance(command, live.OpenCase) else self.case)

    def _left(self, case: str | None) -> frozenset[str]:
        """Return who left a case."""
        return self.recused.get(case, frozenset()) if case is not None else frozenset()

    def _require_right(self, right: Right, actor: Participant) -> None:
        leads = actor.seat == chairing(self.view)
        notes = self._function(actor) is SeatFunction.NOTE_TAKER
        if right is Right.CHAIR and not leads:
            raise Refusal("not_chair")
        if right is Right.SCRIBE and not (leads or notes):
            raise Refusal("not_chair_or_note_taker")
        if right is Right.SPEAKER and not self.may_speak(actor):
            raise Refusal("not_your_turn")
        if right is Right.SUCCESSOR and not self._may_succeed(actor):
            raise Refusal("not_successor")

    def _function(self, actor: Participant) -> SeatFunction:
        return next(seat.function for seat in self.view.seats if seat.seat == actor.seat)

    def _may_succeed(self, actor: Participant) -> bool:
        # The circle's own chair may always lead again; others only when nobody at the table does.
        own = self._function(actor) is SeatFunction.CHAIR
        return own or chairing(self.view) not in seats_taken(self.view, self._left(self.case))

    def may_speak(self, actor: Participant) -> bool:
        """May this member contribute in the phase of the case on the table?

        Raises:
            Refusal: no case is on the table.
        """
        if self._function(actor) is SeatFunction.NOTE_TAKER:
            return True
        leads = actor.seat == chairing(self.view)
        table = self.view.discussion
        submits = table is not None and table.submitter == actor.member
        match self.phase().speakers:
            case Speakers.ALL:
                return True
            case Speakers.OTHERS:
                return not submits
            case Speakers.CHAIR:
                return leads
            case Speakers.SUBMITTER:
                # The chair presents for a submitter who does not sit at the table.
                return submits or leads

    def phase(self) -> Phase:
        """Return the phase of the case on the table.

        Raises:
            Refusal: no case is on the table.
        """
        if self.view.discussion is None:
            raise Refusal("not_now")
        return PRESETS[self.view.preset].phases[self.view.discussion.phase]

    # --- effects -----------------------------------------------------------------------------------------------

    def _bodies(self, command: AnyCommand, actor: Participant, now: datetime, passage: Passage) -> list[AnyBody]:
        match command:
            case live.OpenSession():
                return [live.SessionOpened(seats_taken(self.view), attendance.seats_marked(self.view))]
            case live.OpenCase():
                return self._open_case(command.case, now)
            case live.PostponeCase():
                return self._postpone(command.case)
            case live.NextPhase():
                return self._next_phase(now)
            case live.Contribute():
                return [live.Contributed(actor.seat, command.text, passage.protected, passage.overruled)]
            case live.Recuse():
                return [live.Recused(seat=actor.seat, member=actor.member)]
            case live.RecordOutcome():
                return self._outcome(command, actor)
            case live.AnswerBottleneck():
                return self._bottleneck(command)
            case live.CloseCase():
                return self._close_case()
            case live.TakeChair() | live.GiveChair():
                return self._chair(actor.seat if isinstance(command, live.TakeChair) else command.seat)
            case live.SealSession():
                return self._seal()
            case _:
                return self._reported(command, actor)

    def _attendance(
        self,
        command: live.MarkPresent | live.MarkAbsent | live.RecuseMarked,
        actor: Participant,
        whom: Participant | None,
    ) -> AnyBody:
        if isinstance(command, live.MarkPresent):
            if whom is None or whom.seat != command.seat:
                raise Refusal("not_of_this_seat")
            if (code := attendance.why_not_mark(self.view, whom.seat, whom.member)) is not None:
                raise Refusal(code)
            return live.MemberMarked(whom.seat, whom.member, whom.name, whom.deputy, by=actor.seat)
        mark = attendance.marked_in(self.view, command.seat)
        if mark is None or (isinstance(command, live.RecuseMarked) and mark.member in self._left(self.case)):
            raise Refusal("not_marked")
        if isinstance(command, live.MarkAbsent):
            return live.MarkEnded(mark.seat, by=actor.seat)
        return live.Recused(seat=mark.seat, member=mark.member, by=actor.seat)

    def _chair(self, seat: str) -> list[AnyBody]:
        if seat not in seats_taken(self.view, self._left(self.case)):
            raise Refusal("seat_empty")
        return [live.ChairChanged(seat=seat)]

    def _agenda_state(self, case: str) -> AgendaState | None:
        return next((AgendaState(line.state) for line in self.view.agenda if line.case == case), None)

    def _open_case(self, case: str, now: datetime) -> list[AnyBody]:
        if self._agenda_state(case) is not AgendaState.WAITING:
            raise Refusal("not_on_agenda")
        away = self._left(case)
        opened = live.CaseOpened(
            case=case,
            seats=seats_taken(self.view, away),
            recused=tuple(sorted(away)),
            marked=attendance.seats_marked(self.view, away),
        )
        return [opened, self._phase_started(0, now)]

    def _phase_started(self, index: int, now: datetime) -> live.PhaseStarted:
        minutes = PRESETS[self.view.preset].phases[index].minutes
        return live.PhaseStarted(index=index, ends_at=now + timedelta(minutes=minutes))

    def _next_phase(self, now: datetime) -> list[AnyBody]:
        index = self.view.discussion.phase + 1 if self.view.discussion else 0
        if index >= len(PRESETS[self.view.preset].phases):
            raise Refusal("no_next_phase")
        return [self._phase_started(index, now)]

    def _postpone(self, case: str) -> list[AnyBody]:
        on_table = self.case
        wanted = AgendaState.OPEN if on_table == case else AgendaState.WAITING
        if self._agenda_state(case) is not wanted or (on_table is not None and on_table != case):
            raise Refusal("not_on_agenda")
        return [live.CasePostponed(case=case)]

    def _outcome(self, command: live.RecordOutcome, actor: Participant) -> list[AnyBody]:
        if not self.phase().outcome:
            raise Refusal("not_in_this_phase")
        recorded = live.OutcomeRecorded(
            outcome=command.outcome,
            text=command.text,
            owner=command.owner,
            due=command.due,
            dissent=command.dissent,
            by=actor.seat,
            seats=seats_taken(self.view),
            marked=attendance.seats_marked(self.view),
        )
        return [recorded]

    def _bottleneck(self, command: live.AnswerBottleneck) -> list[AnyBody]:
        if not self.phase().bottleneck:
            raise Refusal("not_in_this_phase")
        new = command.answer is BottleneckAnswer.NEW
        if new and (command.code is None or not command.title.strip() or command.bottleneck is None):
            raise Refusal("bottleneck_incomplete")
        if command.answer is BottleneckAnswer.EXISTING and command.bottleneck is None:
            raise Refusal("bottleneck_incomplete")
        return [
            live.BottleneckAnswered(
                answer=command.answer, code=command.code, title=command.title, bottleneck=command.bottleneck
            )
        ]

    def _close_case(self) -> list[AnyBody]:
        table = self.view.discussion
        if table is None or table.outcome is None:
            raise Refusal("outcome_missing")
        if table.bottleneck is None:
            raise Refusal("bottleneck_missing")
        return [live.CaseClosed(case=table.case)]

    def _seal(self) -> list[AnyBody]:
        if any(line.state == AgendaState.WAITING for line in self.view.agenda):
            raise Refusal("cases_open")
        return [live.SessionSealed(digest=self.chain.hex())]

    def _reported(self, command: AnyCommand, actor: Participant) -> list[AnyBody]:
        match command:
            case live.ReportVisible():
                return self._blank(command.seq, actor)
            case live.ReportCase():
                return self._withhold(command, actor)
            case live.WriteMinutes():
                return self._minutes(command, actor)
            case _:
                raise Refusal("not_now")

    def _blank(self, message: int, actor: Participant) -> list[AnyBody]:
        said = self.said.get(message)
        if said is None or self.is_gone(said.case, actor.member):
            # One answer for what is no contribution and for what is none of theirs.
            raise Refusal("no_such_message")
        if message in self.blanked:
            return []
        return [live.Blanked(message=message, seat=said.seat)]

    def _minutes(self, command: live.WriteMinutes, actor: Participant) -> list[AnyBody]:
        latest = self.view.discussion.minutes if self.view.discussion else None
        if command.base != (latest.seq if latest else 0):
            raise Refusal("minutes_changed")
        return [live.MinutesWritten(text=command.text, by=actor.seat)]

    def _withhold(self, command: live.ReportCase, actor: Participant) -> list[AnyBody]:
        if command.field not in FIELD_NL:
            raise Refusal("no_such_field")
        if self._agenda_state(command.case) is None or self.is_gone(command.case, actor.member):
            raise Refusal("not_on_agenda")
        return [live.CaseRemoved(case=command.case)]

    # --- bookkeeping -------------------------------------------------------------------------------------------

    def _emit(self, body: AnyBody, now: datetime) -> Event:
        event = Event(seq=self.view.seq + 1, at=now, body=body)
        self._take(event)
        return event

    def _take(self, event: Event) -> None:
        body = event.body
        if isinstance(body, live.Recused) and self.case is not None:
            self.recused[self.case] = self.recused.get(self.case, frozenset()) | {body.member}
        elif isinstance(body, SAID) and self.case is not None:
            self.said[event.seq] = Said(self.case, said_by(body))
            if body.blanked:
                self.blanked.setdefault(event.seq, event.seq)
        elif isinstance(body, live.Blanked):
            self.blanked[body.message] = event.seq
        self.view = apply(self.view, event)
