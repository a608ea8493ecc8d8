"""The state machine: each line of the rule book, each refusal, quorum, recusal, and every preset to its end."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from typing import get_args

import pytest

from server.protocol import codec, live
from server.protocol import session as rules
from server.protocol.live import AnyCommand
from server.protocol.presets import PRESETS, Speakers
from server.protocol.rules import REFUSAL_NL, TRANSITIONS, Refusal, Right
from server.protocol.session import Participant, Passage, SessionMachine
from server.protocol.view import AgendaState, GapError, Stage, chairing
from server.protocol.words import BottleneckAnswer, Domain, IdentifierKind, OutcomeKind, OverruleReason
from tests.support.circle import (
    CHAIR,
    CLOSE_CASE,
    DECIDE,
    EVERYONE,
    GP,
    GP_DEPUTY,
    KEY,
    MARK,
    MINUTES,
    NEW_BOTTLENECK,
    NEXT_PHASE,
    NO_BOTTLENECK,
    NOW,
    OPEN_CASE,
    OPEN_SESSION,
    RECUSE,
    RECUSE_MARKED,
    SAY,
    SCRIBE,
    SEAL,
    SECOND,
    TAKE_CHAIR,
    UNMARK,
    discussing,
    give,
    machine,
)

POSTPONE = live.PostponeCase(KEY, "case-a")
COMMANDS: dict[type[AnyCommand], AnyCommand] = {
    type(one): one
    for one in (
        OPEN_SESSION,
        OPEN_CASE,
        POSTPONE,
        NEXT_PHASE,
        SAY,
        live.SendHeld(KEY, "hold"),
        live.Overrule(KEY, "hold", OverruleReason.ORDINARY_WORD),
        live.DropHeld(KEY, "hold"),
        RECUSE,
        DECIDE,
        NO_BOTTLENECK,
        CLOSE_CASE,
        TAKE_CHAIR,
        live.GiveChair(KEY, SECOND.seat),
        SEAL,
        live.ReportVisible(KEY, 1, IdentifierKind.PERSON),
        live.ReportCase(KEY, "case-a", "text", IdentifierKind.PERSON),
        MARK,
        UNMARK,
        RECUSE_MARKED,
        MINUTES,
    )
}
MAY = {
    Right.CHAIR: {CHAIR.member},
    Right.SCRIBE: {CHAIR.member, SCRIBE.member},
    Right.SPEAKER: {GP.member, CHAIR.member, SECOND.member, SCRIBE.member},
    Right.MEMBER: {GP.member, CHAIR.member, SECOND.member, SCRIBE.member},
    Right.SUCCESSOR: {CHAIR.member},
}


def ready(stage: Stage, command: type[AnyCommand]) -> SessionMachine:
    """Return a session at this stage in which nothing but the rule book can be in the way of the command."""
    if command in (live.MarkAbsent, live.RecuseMarked):
        session = ready(stage, live.MarkPresent)
        if stage is not Stage.SEALED:
            give(session, SCRIBE, MARK)
        return session
    if stage is Stage.PLANNED:
        return machine()
    if stage is Stage.DISCUSSING:
        session = discussing(phase=4)
        if command is live.ReportVisible:
            give(session, CHAIR, SAY)
        if command is live.CloseCase:
            give(session, CHAIR, DECIDE, NO_BOTTLENECK)
        if command is live.NextPhase:
            session = discussing(phase=1)
        return session
    session = machine()
    give(session, CHAIR, OPEN_SESSION)
    if command is live.ReportVisible:
        give(session, CHAIR, OPEN_CASE, SAY, POSTPONE)
        session.add_case("case-b", "Wie pakt dit op?", "gp", now=NOW)
        give(session, CHAIR, live.PostponeCase(KEY, "case-b"))
    elif command is live.SealSession or stage is Stage.SEALED:
        give(session, CHAIR, POSTPONE)
    if stage is Stage.SEALED:
        give(session, CHAIR, SEAL)
    return session


def example(session: SessionMachine, command: type[AnyCommand]) -> AnyCommand:
    """Return an example of a command; a report names the last contribution."""
    if command is live.ReportVisible:
        return live.ReportVisible(KEY, max(session.said), IdentifierKind.PERSON)
    return COMMANDS[command]


def refusal(session: SessionMachine, actor: Participant, command: AnyCommand) -> str:
    """Return the code with which a command is refused; nothing may have changed."""
    before = session.view
    with pytest.raises(Refusal) as refused:
        give(session, actor, command)
    assert session.view == before
    return refused.value.code


def test_every_command_has_an_example() -> None:
    assert set(COMMANDS) == set(get_args(AnyCommand))


@pytest.mark.parametrize(("stage", "command"), TRANSITIONS)
@pytest.mark.parametrize("actor", EVERYONE, ids=lambda one: one.member)
def test_a_line_of_the_rule_book_holds_for_who_has_the_right_and_for_nobody_else(
    stage: Stage, command: type[AnyCommand], actor: Participant
) -> None:
    session, rule = ready(stage, command), TRANSITIONS[stage, command]
    if actor.member in MAY[rule.right]:
        events = give(session, actor, example(session, command))
        assert session.stage is rule.to
        assert [event.seq for event in events] == list(range(events[0].seq, session.view.seq + 1))
    else:
        assert refusal(session, actor, COMMANDS[command]) == f"not_{rule.right.value}"


def test_when_the_chair_is_away_one_of_the_table_leads_until_the_chair_takes_it_back() -> None:
    session = discussing(phase=1)
    assert refusal(session, GP, TAKE_CHAIR) == "not_successor"
    session.leave(CHAIR.member, now=NOW)
    give(session, GP, TAKE_CHAIR, NEXT_PHASE)
    assert refusal(session, SECOND, TAKE_CHAIR) == "not_successor"
    session.arrive(CHAIR, now=NOW)
    assert refusal(session, CHAIR, NEXT_PHASE) == "not_chair"
    give(session, CHAIR, TAKE_CHAIR, NEXT_PHASE)
    assert refusal(session, GP, NEXT_PHASE) == "not_chair"
    assert chairing(session.view) == CHAIR.seat


def test_a_chair_lets_another_lead_who_sits_at_the_table_and_takes_part() -> None:
    session = discussing(phase=3)
    session.leave(SECOND.member, now=NOW)
    give(session, GP, RECUSE)
    for seat in (SECOND.seat, GP.seat, "elsewhere"):
        assert refusal(session, CHAIR, live.GiveChair(KEY, seat)) == "seat_empty"
    give(session, CHAIR, live.GiveChair(KEY, SCRIBE.seat))
    assert refusal(session, CHAIR, NEXT_PHASE) == "not_chair"
    give(session, SCRIBE, NEXT_PHASE)
    # The lead belongs to the person who was asked: a deputy in their seat has it too, an empty seat leaves it free.
    session.leave(SCRIBE.member, now=NOW)
    assert refusal(session, GP, TAKE_CHAIR) == "recused"
    give(session, CHAIR, TAKE_CHAIR)


def test_a_chair_who_recognises_the_person_lets_another_lead_or_is_succeeded() -> None:
    session = discussing(phase=1)
    give(session, CHAIR, RECUSE, live.GiveChair(KEY, SECOND.seat))
    give(session, SECOND, NEXT_PHASE)
    assert refusal(session, CHAIR, TAKE_CHAIR) == "recused"
    session = discussing(phase=1)
    give(session, CHAIR, RECUSE)
    give(session, SECOND, TAKE_CHAIR, NEXT_PHASE)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda one: type(one).__name__)
def test_what_is_not_in_the_rule_book_is_refused(stage: Stage, command: AnyCommand) -> None:
    if (stage, type(command)) not in TRANSITIONS:
        expected = "sealed" if stage is Stage.SEALED else "not_now"
        assert refusal(ready(stage, type(command)), CHAIR, command) == expected


@pytest.mark.parametrize(("stage", "command"), [key for key, rule in TRANSITIONS.items() if rule.needs_quorum])
def test_what_needs_the_quorum_is_refused_without_one_of_the_domains(stage: Stage, command: type[AnyCommand]) -> None:
    session = ready(stage, command)
    session.leave(GP.member, now=NOW)
    assert refusal(session, CHAIR, COMMANDS[command]) == "no_quorum"
    session.arrive(GP_DEPUTY, now=NOW)
    give(session, CHAIR, COMMANDS[command])


def test_a_second_seat_of_the_same_domain_keeps_the_quorum() -> None:
    session = discussing(phase=3)
    give(session, SECOND, RECUSE)
    give(session, SCRIBE, DECIDE)
    outcome = session.view.discussion.outcome if session.view.discussion else None
    assert outcome is not None
    assert outcome.seats == ("seat-ggz", "seat-gp", "seat-social")


def test_who_left_a_case_does_not_count_for_its_quorum_and_their_deputy_does() -> None:
    session = discussing(phase=3)
    give(session, GP, RECUSE)
    assert refusal(session, SCRIBE, DECIDE) == "no_quorum"
    session.leave(GP.member, now=NOW)
    session.arrive(GP_DEPUTY, now=NOW)
    (recorded,) = give(session, SCRIBE, DECIDE)
    assert isinstance(recorded.body, live.OutcomeRecorded)
    assert "seat-gp" in recorded.body.seats


def test_who_left_a_case_in_an_earlier_session_does_not_count_when_it_is_opened() -> None:
    session = machine()
    session.recused["case-a"] = frozenset({GP.member})
    give(session, CHAIR, OPEN_SESSION)
    assert refusal(session, CHAIR, OPEN_CASE) == "no_quorum"
    session.leave(GP.member, now=NOW)
    session.arrive(GP_DEPUTY, now=NOW)
    opened = give(session, CHAIR, OPEN_CASE)[0].body
    assert isinstance(opened, live.CaseOpened)
    assert opened.recused == (GP.member,)
    assert opened.seats == ("seat-ggz", "seat-ggz-2", "seat-gp", "seat-social")


def test_who_left_a_case_can_do_nothing_in_it_but_the_chair_can_still_postpone_it() -> None:
    for command in (NEXT_PHASE, SAY, RECUSE, DECIDE, NO_BOTTLENECK, CLOSE_CASE):
        session = discussing(phase=3)
        give(session, CHAIR, RECUSE)
        assert refusal(session, CHAIR, command) == "recused"
    give(session, CHAIR, POSTPONE)
    assert session.stage is Stage.OPEN
    session = discussing(phase=3)
    give(session, SCRIBE, RECUSE)
    assert refusal(session, SCRIBE, POSTPONE) == "not_chair"


def test_only_who_sits_at_the_table_gives_commands() -> None:
    session = machine(GP, CHAIR, SCRIBE)
    assert refusal(session, SECOND, OPEN_SESSION) == "not_present"
    session.leave(CHAIR.member, now=NOW)
    assert refusal(session, CHAIR, OPEN_SESSION) == "not_present"
    assert refusal(session, GP_DEPUTY, OPEN_SESSION) == "not_present"


def test_a_seat_holds_one_member() -> None:
    session = machine()
    with pytest.raises(Refusal, match="seat_taken"):
        session.arrive(GP_DEPUTY, now=NOW)
    assert session.arrive(GP, now=NOW) == [], "a second tab takes no second seat"
    session.leave(GP.member, now=NOW)
    assert session.leave(GP.member, now=NOW) == []
    session.arrive(GP_DEPUTY, now=NOW)
    assert [one.deputy for one in session.view.present if one.seat == "seat-gp"] == [True]


def test_a_sealed_session_can_be_looked_at_by_anyone_with_a_right_to_the_seat() -> None:
    session = ready(Stage.SEALED, live.SealSession)
    head = session.view.seq
    assert session.arrive(GP_DEPUTY, now=NOW) == []
    assert session.leave(GP.member, now=NOW) == []
    assert session.add_case("case-b", "Vraag", None, now=NOW) == []
    assert session.view.seq == head


# --- what may be said, and when -------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_lets_its_speakers_speak_and_can_be_played_to_the_end(preset: str) -> None:
    session = machine(preset=preset)
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE)
    for index, phase in enumerate(PRESETS[preset].phases):
        if index:
            give(session, CHAIR, NEXT_PHASE)
        table = session.view.discussion
        assert table is not None
        assert table.phase == index
        assert table.ends_at == NOW + timedelta(minutes=phase.minutes, seconds=0 if index else 1)
        for actor in EVERYONE:
            allowed = {
                Speakers.ALL: True,
                Speakers.OTHERS: actor is not GP,
                Speakers.CHAIR: actor in (CHAIR, SCRIBE),
                Speakers.SUBMITTER: actor in (GP, CHAIR, SCRIBE),
            }[phase.speakers]
            if allowed:
                give(session, actor, SAY)
            else:
                assert refusal(session, actor, SAY) == "not_your_turn"
        if not phase.outcome:
            assert refusal(session, SCRIBE, DECIDE) == "not_in_this_phase"
        if not phase.bottleneck:
            assert refusal(session, SCRIBE, NO_BOTTLENECK) == "not_in_this_phase"
    assert refusal(session, CHAIR, NEXT_PHASE) == "no_next_phase"
    assert refusal(session, CHAIR, CLOSE_CASE) == "outcome_missing"
    give(session, SCRIBE, DECIDE)
    assert refusal(session, CHAIR, CLOSE_CASE) == "bottleneck_missing"
    give(session, SCRIBE, NEW_BOTTLENECK)
    give(session, CHAIR, CLOSE_CASE, SEAL)
    assert session.stage is Stage.SEALED
    assert [line.state for line in session.view.agenda] == [AgendaState.DONE]


def test_every_preset_ends_with_the_outcome_and_the_question_about_a_bottleneck() -> None:
    for preset in PRESETS.values():
        assert preset.phases[-1].outcome
        assert preset.phases[-1].bottleneck
        assert all(phase.minutes > 0 for phase in preset.phases)


def test_a_case_without_its_submitter_at_the_table_is_presented_by_the_chair() -> None:
    session = machine(submitter="somebody-else")
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE, SAY)
    assert refusal(session, GP, SAY) == "not_your_turn"


def test_a_contribution_says_how_it_passed_the_guard() -> None:
    session = discussing(phase=1)
    passage = Passage(protected=True, overruled=OverruleReason.ORDINARY_WORD)
    (event,) = session.receive(SAY, actor=GP, now=NOW, passage=passage)
    assert event.body == live.Contributed("seat-gp", SAY.text, True, OverruleReason.ORDINARY_WORD)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (live.AnswerBottleneck(KEY, BottleneckAnswer.NEW, None, "Titel", "b-1"), "bottleneck_incomplete"),
        (live.AnswerBottleneck(KEY, BottleneckAnswer.NEW, NEW_BOTTLENECK.code, "  ", "b-1"), "bottleneck_incomplete"),
        (live.AnswerBottleneck(KEY, BottleneckAnswer.NEW, NEW_BOTTLENECK.code, "Titel"), "bottleneck_incomplete"),
        (live.AnswerBottleneck(KEY, BottleneckAnswer.EXISTING), "bottleneck_incomplete"),
        (live.AnswerBottleneck(KEY, BottleneckAnswer.NEW, NEW_BOTTLENECK.code, "Ti\0tel", "b-1"), "unprintable"),
    ],
)
def test_an_answer_about_a_bottleneck_is_complete(answer: live.AnswerBottleneck, code: str) -> None:
    assert refusal(discussing(phase=4), SCRIBE, answer) == code


@pytest.mark.parametrize(
    "command",
    [
        live.Contribute(KEY, "a\0b"),
        live.WriteMinutes(key=KEY, text="a\0b", base=0),
        live.RecordOutcome(KEY, OutcomeKind.ADVICE, "\0", Domain.GP),
        live.RecordOutcome(KEY, OutcomeKind.ADVICE, "Advies", Domain.GP, None, "\0"),
    ],
)
def test_a_character_that_a_database_cannot_store_is_refused(command: AnyCommand) -> None:
    assert refusal(discussing(phase=4), SCRIBE, command) == "unprintable"


@pytest.mark.parametrize("text", ["\N{GRINNING FACE}" * 4000, "regel 1\nregel 2\ttab", "\u202eomgekeerd", "e\u0301"])
def test_other_text_survives_as_it_was_typed(text: str) -> None:
    session = discussing(phase=1)
    give(session, GP, live.Contribute(KEY, text))
    shown = codec.decode_server(codec.encode(live.Welcome("snapshot", "e", 1, 1.0, session.snapshot("gp"))))
    assert isinstance(shown, live.Welcome)
    assert shown.snapshot is not None
    assert shown.snapshot.discussion is not None
    assert shown.snapshot.discussion.contributions[-1].text == text


# --- the agenda -----------------------------------------------------------------------------------------------------


def test_words_for_another_case_than_the_one_on_the_table_are_refused() -> None:
    session = discussing(phase=4)
    for command in (type(one) for one in COMMANDS.values() if isinstance(one, live.TableCommand)):
        meant = COMMANDS[command]
        assert isinstance(meant, live.TableCommand)
        if (Stage.DISCUSSING, command) in TRANSITIONS:
            frame = codec.encode(meant).replace(b'"case":null', b'"case":"case-b"')
            assert refusal(session, CHAIR, codec.decode_client(frame)) == "other_case"  # type: ignore[arg-type]
    give(session, GP, live.Contribute(KEY, "Persoon A wacht.", case="case-a"))


def test_only_a_waiting_case_of_the_agenda_is_opened_or_postponed() -> None:
    session = machine()
    give(session, CHAIR, OPEN_SESSION)
    for command in (live.OpenCase(KEY, "case-x"), live.PostponeCase(KEY, "case-x")):
        assert refusal(session, CHAIR, command) == "not_on_agenda"
    session.add_case("case-b", "Vraag", None, now=NOW)
    give(session, CHAIR, OPEN_CASE)
    assert refusal(session, CHAIR, live.PostponeCase(KEY, "case-b")) == "not_on_agenda", "not while another is open"
    give(session, CHAIR, POSTPONE)
    for command in (OPEN_CASE, POSTPONE):
        assert refusal(session, CHAIR, command) == "not_on_agenda"
    assert refusal(session, CHAIR, SEAL) == "cases_open"


@pytest.mark.parametrize("how", ["waiting", "open", "done", "postponed", "sealed"])
def test_words_of_a_withdrawn_case_go_wherever_it_is(how: str) -> None:
    session = machine()
    give(session, CHAIR, OPEN_SESSION)
    if how in ("open", "done", "sealed"):
        give(session, CHAIR, OPEN_CASE, SAY, *[NEXT_PHASE] * 4, DECIDE, NEW_BOTTLENECK)
    if how in ("done", "sealed"):
        give(session, CHAIR, CLOSE_CASE)
    if how == "postponed":
        give(session, CHAIR, POSTPONE)
    if how == "sealed":
        give(session, CHAIR, SEAL)
    stage = session.stage
    (removed,) = session.remove_case("case-a", now=NOW)
    assert removed.body == live.CaseRemoved("case-a")
    assert session.stage is (Stage.OPEN if stage is Stage.DISCUSSING else stage)
    assert session.remove_case("case-a", now=NOW) == []
    words = [OPEN_CASE.case, "Wie pakt", SAY.text, DECIDE.text, NEW_BOTTLENECK.title]
    shown = codec.encode(session.view).decode()
    assert [word in shown for word in words] == [True, False, False, False, False]


def test_a_case_comes_onto_the_agenda_once() -> None:
    session = machine()
    assert session.add_case("case-a", "Een andere vraag", None, now=NOW) == []
    assert session.remove_case("case-x", now=NOW) == []
    session.remove_case("case-a", now=NOW)
    assert session.add_case("case-a", "Vraag", None, now=NOW) == [], "what was withdrawn does not come back"


def test_sealing_makes_the_digest_over_the_sealed_events_public() -> None:
    session = machine()
    give(session, CHAIR, OPEN_SESSION, POSTPONE)
    session.chain = bytes(range(32))
    (sealed,) = give(session, CHAIR, SEAL)
    assert sealed.body == live.SessionSealed(bytes(range(32)).hex())
    assert session.view.digest == bytes(range(32)).hex()


# --- the whole ------------------------------------------------------------------------------------------------------


def test_a_repeated_command_counts_again_because_the_room_remembers_keys() -> None:
    session = discussing(phase=1)
    first, second = give(session, GP, SAY), give(session, GP, SAY)
    assert (first[0].seq + 1, first[0].body) == (second[0].seq, second[0].body)


def test_replaying_the_stored_events_brings_back_the_same_session() -> None:
    session = machine()
    start = session.view
    steps = (
        (CHAIR, OPEN_SESSION),
        (CHAIR, OPEN_CASE),
        (CHAIR, SAY),
        (GP, RECUSE),
        (CHAIR, NEXT_PHASE),
        (CHAIR, POSTPONE),
    )
    events = [event for actor, command in steps for event in give(session, actor, command)]
    again = SessionMachine(start)
    again.replay(events)
    assert (again.view, again.recused) == (session.view, session.recused)
    with pytest.raises(GapError):
        SessionMachine(start).replay(events[1:])


def test_refusals_have_a_sentence_that_says_what_to_do_and_their_error_holds_the_code_alone() -> None:
    assert all(sentence.endswith(".") and len(sentence) < 130 for sentence in REFUSAL_NL.values())
    assert str(Refusal("recused")) == "recused"


def test_every_code_that_the_machine_can_give_has_a_sentence() -> None:
    assert set(re.findall(r'Refusal\("(\w+)"\)', inspect.getsource(rules))) <= set(REFUSAL_NL)


def said(session: SessionMachine) -> int:
    """Let the chair say something and return its number."""
    return give(session, CHAIR, SAY)[-1].seq


def visible(message: int) -> live.ReportVisible:
    """Return the report of a message."""
    return live.ReportVisible(KEY, message, IdentifierKind.PERSON)


def test_a_reported_message_is_empty_for_everyone_from_then_on() -> None:
    session = discussing()
    message = said(session)
    other = said(session)
    stored = give(session, CHAIR, SAY)[-1]
    [event] = give(session, SCRIBE, visible(message))
    assert event.body == live.Blanked(message=message, seat="seat-ggz")
    for one in EVERYONE:
        table = session.snapshot(one.member).discussion
        assert table is not None
        found = [(line.seq, line.text, line.blanked) for line in table.contributions]
        assert found == [(message, "", True), (other, SAY.text, False), (stored.seq, SAY.text, False)]
    asked = live.Event(message, NOW, live.Contributed("seat-ggz", SAY.text))
    shown = session.for_member(asked, "case-a", GP.member).body
    assert shown == live.Contributed("seat-ggz", "", blanked=True)
    assert session.for_member(stored, "case-a", GP.member) == stored


def test_a_second_report_of_the_same_message_changes_nothing() -> None:
    session = discussing()
    message = said(session)
    [event] = give(session, SCRIBE, visible(message))
    before = session.view
    assert give(session, GP, visible(message)) == []
    assert session.view == before
    assert session.blanked == {message: event.seq}


def test_what_is_no_contribution_or_none_of_theirs_is_refused_alike() -> None:
    session = discussing()
    message = said(session)
    give(session, SECOND, RECUSE)
    assert refusal(session, SECOND, visible(message)) == "no_such_message"
    for number in (1, message + 1, 2**53 - 1):
        assert refusal(session, GP, visible(number)) == "no_such_message"
    session.leave(SCRIBE.member, now=NOW)
    assert refusal(session, SCRIBE, visible(message)) == "not_present"
    session.remove_case("case-a", now=NOW)
    assert refusal(session, GP, visible(message)) == "no_such_message"


def test_who_left_another_case_may_report_in_this_one() -> None:
    session = discussing()
    message = said(session)
    give(session, CHAIR, POSTPONE)
    session.add_case("case-b", "En dit?", "gp", now=NOW)
    give(session, CHAIR, live.OpenCase(KEY, "case-b"))
    give(session, GP, RECUSE)
    assert give(session, GP, visible(message))[-1].body == live.Blanked(message=message, seat="seat-ggz")


def test_a_reported_case_leaves_the_table_with_all_its_words() -> None:
    session = discussing()
    message = said(session)
    report = live.ReportCase(KEY, "case-a", "text", IdentifierKind.PERSON)
    assert refusal(session, GP, live.ReportCase(KEY, "case-a", "basis", IdentifierKind.PERSON)) == "no_such_field"
    assert refusal(session, GP, live.ReportCase(KEY, "case-z", "text", IdentifierKind.PERSON)) == "not_on_agenda"
    assert [one.body for one in give(session, GP, report)] == [live.CaseRemoved(case="case-a")]
    assert (session.stage, session.case) == (Stage.OPEN, None)
    assert session.is_gone("case-a", CHAIR.member)
    asked = live.Event(message, NOW, live.Contributed("seat-ggz", SAY.text))
    assert session.for_member(asked, "case-a", GP.member).body == live.Hidden()
    assert refusal(session, GP, report) == "not_on_agenda"


def test_a_case_that_waits_can_be_reported_while_another_is_on_the_table() -> None:
    session = discussing()
    session.add_case("case-b", "En dit?", "gp", now=NOW)
    give(session, SCRIBE, live.ReportCase(KEY, "case-b", "question", IdentifierKind.PERSON))
    assert (session.stage, session.case) == (Stage.DISCUSSING, "case-a")
    assert [(line.case, line.state, line.question) for line in session.view.agenda][-1] == ("case-b", "removed", "")
