"""Whatever happens: what a member has plus what they missed is a fresh snapshot, and words that are gone stay gone.

The machine here drives `SessionMachine` and the members' views the way the room does: everyone who is connected gets
each event as they may see it, others come back by number or by snapshot, and the service restarts now and then, when
the words of withdrawn cases and of blanked messages can no longer be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from server.protocol import codec, live
from server.protocol.live import Event, SeatView, SessionView
from server.protocol.presets import PRESETS
from server.protocol.rules import Refusal
from server.protocol.session import Participant, SessionMachine
from server.protocol.view import CONTENT, AgendaState, Stage, apply, chairing, emptied, redact
from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, IdentifierKind, OutcomeKind, SeatFunction

BEGIN = datetime(2025, 6, 1, 12, tzinfo=UTC)
SEATS = (
    SeatView("seat-gp", Domain.GP, SeatFunction.MEMBER, "gp", "Praktijk"),
    SeatView("seat-ggz", Domain.GGZ, SeatFunction.CHAIR, "ggz", "Instelling"),
    SeatView("seat-ggz-2", Domain.GGZ, SeatFunction.MEMBER, "ggz-2", "Instelling"),
    SeatView("seat-social", Domain.SOCIAL, SeatFunction.NOTE_TAKER, "social", "Wijkteam"),
)
PEOPLE = {
    one.member: one
    for one in (
        Participant("gp", "seat-gp", "gp", deputy=False),
        Participant("gp-deputy", "seat-gp", "gp-deputy", deputy=True),
        Participant("ggz", "seat-ggz", "ggz", deputy=False),
        Participant("ggz-deputy", "seat-ggz", "ggz-deputy", deputy=True),
        Participant("ggz-2", "seat-ggz-2", "ggz-2", deputy=False),
        Participant("social", "seat-social", "social", deputy=False),
    )
}
ABOUT_A_CASE = (live.CaseAdded, live.CaseOpened, live.CaseClosed, live.CasePostponed, live.CaseRemoved)
CASES = ("case-a", "case-b", "case-c")
MEMBERS = tuple(PEOPLE)
members = st.sampled_from(MEMBERS)
cases = st.sampled_from(CASES)


@dataclass
class Client:
    """A member's side."""

    view: SessionView | None = None
    online: bool = False


def marked(case: str, words: str) -> str:
    """Return words that can be recognised as belonging to a case."""
    return f"{words} ⟦{case}⟧"


class Recovery(RuleBasedStateMachine):
    """A session, its members, and what the database keeps of it."""

    @initialize(preset=st.sampled_from(sorted(PRESETS)), before=st.none() | members)
    def begin(self, preset: str, before: str | None) -> None:
        """Start a session; `before` left the first case in an earlier one."""
        self.beginning = SessionView("s", "epoch-1", 0, Stage.PLANNED.value, preset, None, SEATS, (), ())
        self.now = BEGIN
        self.history: list[tuple[Event, str | None]] = []
        self.withdrawn: set[str] = set()
        self.blanked: dict[int, str] = {}
        self.spoken = 0
        self.clients = {member: Client() for member in MEMBERS}
        self.stored_recusals: dict[str, frozenset[str]] = {CASES[0]: frozenset({before})} if before else {}
        self.machine = SessionMachine(self.beginning, recused=dict(self.stored_recusals))
        self.group: list[tuple[Event, str | None]] = []
        # Most histories are only interesting when the table is set.
        for member in ("gp", "ggz", "social"):
            self.come(member, by_number=False)
        self.add("case-a", "gp")

    # --- as the room does it --------------------------------------------------------------------------------------

    def happen(self, events: list[Event]) -> None:
        for event in events:
            body = event.body
            if isinstance(body, ABOUT_A_CASE):
                self.group.append((event, body.case))
            elif isinstance(body, live.Blanked):
                self.group.append((event, self.machine.said[body.message].case))
            else:
                self.group.append((event, self.machine.case))
            if isinstance(body, live.Recused) and self.machine.case is not None:
                case = self.machine.case
                self.stored_recusals[case] = self.stored_recusals.get(case, frozenset()) | {body.member}

    def show(self) -> None:
        """The commit has returned: show the group to who is connected, and forget words that are gone."""
        fresh, self.group = self.group, []
        self.history.extend(fresh)
        self.history = [
            (self.machine.for_member(event, case, "") if self.is_gone(event, case) else event, case)
            for event, case in self.history
        ]
        for member, client in self.clients.items():
            if client.online:
                for event, case in fresh:
                    self.deliver(member, event, case)

    def is_gone(self, event: Event, case: str | None) -> bool:
        return event.seq in self.machine.blanked or self.machine.is_gone(case, "")

    def welcome(self, member: str, *, by_number: bool) -> None:
        client = self.clients[member]
        if by_number and client.view is not None:
            for event, case in self.history[client.view.seq :]:
                self.deliver(member, event, case)
        else:
            client.view = self.machine.snapshot(member)
        client.online = True

    def deliver(self, member: str, event: Event, case: str | None) -> None:
        client, shown = self.clients[member], self.machine.for_member(event, case, member)
        assert client.view is not None
        client.view = apply(client.view, shown)
        frame = codec.encode(shown).decode()
        assert not any(f"⟦{gone}⟧" in frame for gone in self.gone_for(member)), "words arrived that are gone"
        assert not any(words in frame for words in self.blanked.values()), "a blanked message came back"

    def gone_for(self, member: str) -> set[str]:
        """Return the cases of which this member may hold no words."""
        return self.withdrawn | {case for case, away in self.stored_recusals.items() if member in away}

    # --- what can happen ------------------------------------------------------------------------------------------

    @rule(member=members, by_number=st.booleans())
    def come(self, member: str, *, by_number: bool) -> None:
        """A member joins, with what they had or from nothing; also with a second tab, or over a broken connection."""
        try:
            self.happen(self.machine.arrive(PEOPLE[member], now=self.now))
        except Refusal:
            assert any(one.seat == PEOPLE[member].seat and one.member != member for one in self.machine.view.present)
            return
        self.show()
        self.welcome(member, by_number=by_number)

    @rule(member=members)
    def drop(self, member: str) -> None:
        """A connection breaks; the seat stays taken."""
        self.clients[member].online = False

    @rule(member=members)
    def leave(self, member: str) -> None:
        """The last connection of a member has ended and did not come back."""
        self.clients[member].online = False
        self.happen(self.machine.leave(member, now=self.now))
        self.show()

    @rule(member=members)
    def start_over(self, member: str) -> None:
        """A member resumes with number 0 in the known epoch: everything comes again, as they may see it now."""
        if not self.clients[member].online:
            return
        client = Client(view=replace(self.beginning, me=member))
        self.clients[member] = client
        self.welcome(member, by_number=True)

    @rule(case=cases, submitter=st.none() | members)
    def add(self, case: str, submitter: str | None) -> None:
        """A released case comes onto the agenda."""
        if case not in self.withdrawn:
            question = marked(case, "Vraag")
            self.happen(self.machine.add_case(case, question, submitter, now=self.now))
            self.show()

    @rule(case=cases)
    def withdraw(self, case: str) -> None:
        """The submitter takes a case back, wherever it is: it is off every table before anything else happens."""
        self.withdrawn.add(case)
        self.happen(self.machine.remove_case(case, now=self.now))
        self.show()

    @rule()
    def restart(self) -> None:
        """The service starts again and reads the journal; the words of withdrawn cases have gone with their key."""
        self.history = [
            (redact(event, gone=case in self.withdrawn and isinstance(event.body, CONTENT)), case)
            for event, case in self.history
        ]
        self.history = [(emptied(event) if event.seq in self.blanked else event, case) for event, case in self.history]
        self.machine = SessionMachine(self.beginning, recused=dict(self.stored_recusals))
        self.machine.replay(event for event, _case in self.history)
        for client in self.clients.values():
            client.online = False

    def give(self, member: str, command: live.AnyCommand, whom: Participant | None = None) -> None:
        self.now += timedelta(seconds=7)
        before = self.machine.view
        try:
            self.happen(self.machine.receive(command, actor=PEOPLE[member], now=self.now, whom=whom))
        except Refusal:
            assert self.machine.view == before, "a refused command must not change anything"

    @rule(member=members, key=st.just("k" * 8), opening=st.booleans(), case=cases)
    def lead(self, member: str, key: str, *, opening: bool, case: str) -> None:
        """Open the session or a case."""
        self.give(member, live.OpenSession(key) if opening else live.OpenCase(key, case))
        self.show()

    @precondition(lambda self: self.machine.case is None)
    @rule(case=cases, phases=st.sampled_from([0, 2, 6, 6]))
    def play(self, case: str, phases: int) -> None:
        """A case comes to the table and goes through some of its phases; most of what can go wrong needs one there."""
        for member in ("gp", "ggz", "social"):
            self.come(member, by_number=True)
        self.add(case, "gp")
        chair = self.chair()
        for command in (live.OpenSession("k" * 8), live.OpenCase("k" * 8, case)):
            self.give(chair, command)
        self.speak("social")
        for _phase in range(phases):
            self.give(chair, live.NextPhase("k" * 8))
        self.decide("social")

    @precondition(lambda self: self.machine.case is not None)
    @rule()
    def finish(self) -> None:
        """The chair closes the case when that is possible, and postpones it otherwise."""
        case = self.machine.case
        assert case is not None
        self.give(self.chair(), live.CloseCase("k" * 8))
        self.give(self.chair(), live.PostponeCase("k" * 8, case))
        self.show()

    @precondition(lambda self: self.machine.stage is Stage.OPEN and self.was_discussed())
    @rule()
    def seal(self) -> None:
        """The chair postpones what waits and seals."""
        for line in self.machine.view.agenda:
            self.give(self.chair(), live.PostponeCase("k" * 8, line.case))
        self.give(self.chair(), live.SealSession("k" * 8))
        self.show()

    def was_discussed(self) -> bool:
        return sum(line.state != AgendaState.WAITING for line in self.machine.view.agenda) > 1

    def chair(self) -> str:
        seat = chairing(self.machine.view)
        return next((one.member for one in self.machine.view.present if one.seat == seat), "ggz")

    @precondition(lambda self: self.machine.case is not None)
    @rule(member=members, recuser=members)
    def speak(self, member: str, recuser: str | None = None) -> None:
        """Contribute; in the same group somebody else may recognise the person."""
        if self.machine.case is not None:
            self.spoken += 1
            self.give(member, live.Contribute("k" * 8, marked(self.machine.case, f"Gezegd-{self.spoken}.")))
        if recuser is not None and recuser != member:
            self.give(recuser, live.Recuse("k" * 8))
        self.show()

    @precondition(lambda self: self.machine.case is not None)
    @rule(member=members)
    def decide(self, member: str) -> None:
        """Record an outcome and the answer about a bottleneck."""
        if self.machine.case is not None:
            words = marked(self.machine.case, "Besloten")
            self.give(member, live.RecordOutcome("k" * 8, OutcomeKind.ADVICE, words, Domain.GP, None, words))
            title = marked(self.machine.case, "Knelpunt")
            answer = live.AnswerBottleneck("k" * 8, BottleneckAnswer.NEW, BottleneckCode.K1, title, "b")
            self.give(member, answer)
        self.show()

    @precondition(lambda self: self.machine.case is not None)
    @rule(member=members)
    def recuse(self, member: str) -> None:
        """A member recognises the person."""
        self.give(member, live.Recuse("k" * 8))
        self.show()

    @precondition(lambda self: self.machine.said)
    @rule(member=members, which=st.integers(min_value=0, max_value=50), again=st.none() | members)
    def report(self, member: str, which: int, again: str | None) -> None:
        """Something recognisable stood in a message, of whatever case and however long ago; two may say so at once."""
        message = sorted(self.machine.said)[-1 - which % len(self.machine.said)]
        for one in (member, again):
            if one is not None:
                self.give(one, live.ReportVisible("k" * 8, message, IdentifierKind.UNKNOWN))
        if message in self.machine.blanked and message not in self.blanked:
            stored = next(event.body for event, _case in self.history if event.seq == message)
            assert isinstance(stored, live.Contributed | live.MinutesWritten)
            self.blanked[message] = stored.text
        self.show()

    @rule(member=members, case=cases)
    def report_the_case(self, member: str, case: str) -> None:
        """Something recognisable stands in the case itself: it leaves the table, and its words with it."""
        self.give(member, live.ReportCase("k" * 8, case, "text", IdentifierKind.UNKNOWN))
        if any(line.case == case and line.state == AgendaState.REMOVED for line in self.machine.view.agenda):
            self.withdrawn.add(case)
        self.show()

    @rule(member=members, command=st.sampled_from([live.NextPhase, live.CloseCase, live.SealSession, live.TakeChair]))
    def go_on(
        self, member: str, command: type[live.NextPhase | live.CloseCase | live.SealSession | live.TakeChair]
    ) -> None:
        """Go to the next phase, close the case, seal, or take the chair."""
        self.give(member, command("k" * 8))
        self.show()

    @precondition(lambda self: self.machine.case is not None)
    @rule(member=members, stale=st.booleans())
    def write_minutes(self, member: str, *, stale: bool) -> None:
        """Write the minutes, upon the version that stands or upon another one."""
        table = self.machine.view.discussion
        assert table is not None
        latest = table.minutes.seq if table.minutes else 0
        words = marked(table.case, "Verslag")
        self.give(member, live.WriteMinutes(key="k" * 8, text=words, base=latest + stale))
        now = self.machine.view.discussion
        assert now is not None
        assert not stale or now.minutes == table.minutes
        self.show()

    @rule(member=members, whom=members, lapse=st.booleans())
    def mark(self, member: str, whom: str, *, lapse: bool) -> None:
        """Mark somebody present; in the same group their agreement may turn out to have ended."""
        person = PEOPLE[whom]
        self.give(member, live.MarkPresent("k" * 8, person.seat, whom if person.deputy else None), person)
        if lapse:
            self.happen(self.machine.end_marks({whom}, now=self.now))
        self.show()

    @precondition(lambda self: self.machine.view.marked)
    @rule(member=members, which=st.integers(min_value=0, max_value=3), recuse=st.booleans())
    def tell_about_a_mark(self, member: str, which: int, *, recuse: bool) -> None:
        """Who is marked recognises the person, or is not there any more."""
        marks = self.machine.view.marked
        seat = marks[which % len(marks)].seat
        command = live.RecuseMarked(key="k" * 8, seat=seat) if recuse else live.MarkAbsent("k" * 8, seat)
        self.give(member, command)
        self.show()

    @rule(member=members, case=cases)
    def postpone(self, member: str, case: str) -> None:
        """Move a case to a later session."""
        self.give(member, live.PostponeCase("k" * 8, case))
        self.show()

    # --- what always holds ----------------------------------------------------------------------------------------

    @invariant()
    def what_they_have_plus_what_they_missed_is_a_fresh_snapshot(self) -> None:
        for member, client in self.clients.items():
            if client.view is None:
                continue
            view = client.view
            for event, case in self.history[view.seq :]:
                view = apply(view, self.machine.for_member(event, case, member))
            assert view == self.machine.snapshot(member)

    @invariant()
    def from_number_0_it_is_a_fresh_snapshot_too(self) -> None:
        for member in MEMBERS:
            view = replace(self.beginning, me=member)
            for event, case in self.history:
                view = apply(view, self.machine.for_member(event, case, member))
            assert view == self.machine.snapshot(member)

    @invariant()
    def nobody_has_words_of_a_case_that_is_gone_for_them(self) -> None:
        for member, client in self.clients.items():
            shown = codec.encode(self.machine.snapshot(member)).decode()
            replayed = codec.encode(
                live.Events(tuple(self.machine.for_member(event, case, member) for event, case in self.history))
            ).decode()
            here = codec.encode(client.view).decode() if client.view is not None and client.online else ""
            for case in self.gone_for(member):
                for text in (shown, replayed, here):
                    assert f"⟦{case}⟧" not in text
        kept = codec.encode(self.machine.view).decode() + repr(self.history)
        assert not any(f"⟦{case}⟧" in kept for case in self.withdrawn), "withdrawn words leave the memory too"

    @invariant()
    def nobody_has_a_message_that_was_blanked(self) -> None:
        held = [codec.encode(self.machine.view).decode(), repr(self.history)]
        for member, client in self.clients.items():
            held += [codec.encode(self.machine.snapshot(member)).decode()]
            held += [repr(self.machine.for_member(event, case, member)) for event, case in self.history]
            if client.view is not None and client.online:
                held.append(codec.encode(client.view).decode())
        for words in self.blanked.values():
            assert not any(words in one for one in held)

    @invariant()
    def nobody_is_marked_who_sits_there_or_elsewhere(self) -> None:
        marked, present = self.machine.view.marked, self.machine.view.present
        assert not {one.seat for one in marked} & {one.seat for one in present}
        assert not {one.member for one in marked} & {one.member for one in present}
        assert len({one.member for one in marked}) == len(marked)
        assert not marked or self.machine.stage is not Stage.SEALED

    @invariant()
    def numbers_are_dense(self) -> None:
        assert [event.seq for event, _case in self.history] == list(range(1, self.machine.view.seq + 1))

    @invariant()
    def after_sealing_words_only_go(self) -> None:
        sealed = [event.seq for event, _case in self.history if isinstance(event.body, live.SessionSealed)]
        later = [event.body for event, _case in self.history if sealed and event.seq > sealed[0]]
        # A report of a message is hidden itself once its case is withdrawn.
        assert all(isinstance(body, live.CaseRemoved | live.Blanked | live.Hidden) for body in later)

    @invariant()
    def one_case_at_most_is_on_the_table(self) -> None:
        on_table = [line.case for line in self.machine.view.agenda if line.state == AgendaState.OPEN]
        assert on_table == ([self.machine.case] if self.machine.case else [])
        assert (self.machine.case is not None) == (self.machine.stage is Stage.DISCUSSING)


Recovery.TestCase.settings = settings(max_examples=250, stateful_step_count=30, deadline=None)
TestRecovery = Recovery.TestCase
