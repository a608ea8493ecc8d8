"""Marked present: it counts for the quorum, is told apart from a connection, and gives no right to anything."""

from __future__ import annotations

import pytest

from server.protocol import codec, live
from server.protocol.rules import REFUSAL_NL, Refusal
from server.protocol.session import Participant, SessionMachine
from server.protocol.view import quorum
from tests.support.circle import (
    CHAIR,
    DECIDE,
    FIFTH,
    GP,
    KEY,
    MARK,
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
    STAND_IN,
    TAKE_CHAIR,
    UNMARK,
    give,
    machine,
)


def refused(session: SessionMachine, command: live.AnyCommand, whom: Participant | None = FIFTH) -> str:
    """Return the code with which the note-taker's command is refused; nothing may have changed."""
    before = session.view
    with pytest.raises(Refusal) as caught:
        session.receive(command, actor=SCRIBE, now=NOW, whom=whom)
    assert session.view == before
    assert caught.value.code in REFUSAL_NL
    return caught.value.code


def marked_table() -> SessionMachine:
    """Return a session without a GP at a connection: the second GP is marked present by the note-taker."""
    session = machine(CHAIR, SCRIBE)
    give(session, SCRIBE, MARK)
    return session


def test_a_marked_seat_counts_and_the_proof_says_that_it_was_marked() -> None:
    session = marked_table()
    opened = give(session, CHAIR, OPEN_SESSION)[0].body
    assert opened == live.SessionOpened(("seat-ggz", "seat-social"), ("seat-gp-2",))
    case = give(session, CHAIR, OPEN_CASE)[0].body
    assert isinstance(case, live.CaseOpened)
    assert (case.seats, case.marked) == (("seat-ggz", "seat-social"), ("seat-gp-2",))
    give(session, CHAIR, *[NEXT_PHASE] * 3)
    outcome = give(session, SCRIBE, DECIDE)[0].body
    assert isinstance(outcome, live.OutcomeRecorded)
    assert (outcome.seats, outcome.marked) == (("seat-ggz", "seat-social"), ("seat-gp-2",))
    mark = session.view.marked[0]
    assert (mark.member, mark.deputy, mark.by) == ("fifth", False, SCRIBE.seat)


def test_without_the_mark_there_is_no_quorum_any_more() -> None:
    session = marked_table()
    give(session, SCRIBE, UNMARK)
    assert not quorum(session.view)
    with pytest.raises(Refusal, match="no_quorum"):
        give(session, CHAIR, OPEN_SESSION)
    give(session, CHAIR, MARK)
    assert session.end_marks({"somebody"}, now=NOW) == []
    (ended,) = session.end_marks({FIFTH.member}, now=NOW)
    assert ended.body == live.MarkEnded("seat-gp-2")
    assert not quorum(session.view)


@pytest.mark.parametrize("command", [SAY, TAKE_CHAIR, MARK, UNMARK, RECUSE], ids=lambda one: type(one).__name__)
def test_who_is_marked_gives_no_commands(command: live.AnyCommand) -> None:
    session = marked_table()
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE)
    with pytest.raises(Refusal, match="not_present"):
        session.receive(command, actor=FIFTH, now=NOW, whom=FIFTH)


def test_a_marked_chair_does_not_lead_and_the_note_taker_can_take_over() -> None:
    session = machine(GP, SCRIBE)
    session.receive(live.MarkPresent(KEY, CHAIR.seat), actor=SCRIBE, now=NOW, whom=CHAIR)
    with pytest.raises(Refusal, match="seat_empty"):
        give(session, SCRIBE, TAKE_CHAIR, live.GiveChair(KEY, CHAIR.seat))
    give(session, SCRIBE, OPEN_SESSION)
    assert quorum(session.view)


def test_only_who_belongs_in_an_empty_seat_is_marked_there_and_only_once() -> None:
    session = machine(CHAIR, SCRIBE, GP)
    assert refused(session, live.MarkPresent(KEY, "seat-gp-2"), whom=None) == "not_of_this_seat"
    assert refused(session, live.MarkPresent(KEY, "seat-ggz-2"), whom=FIFTH) == "not_of_this_seat"
    assert refused(session, live.MarkPresent(KEY, GP.seat), whom=GP) == "sits_there"
    twice = Participant(GP.member, "seat-gp-2", "gp", deputy=True)
    assert refused(session, MARK, whom=twice) == "sits_elsewhere"
    session.receive(MARK, actor=SCRIBE, now=NOW, whom=STAND_IN)
    elsewhere = Participant(STAND_IN.member, "seat-ggz-2", "stand-in", deputy=True)
    assert refused(session, live.MarkPresent(KEY, "seat-ggz-2"), whom=elsewhere) == "sits_elsewhere"
    give(session, SCRIBE, MARK)
    assert [one.member for one in session.view.marked] == ["fifth"], "the holder came after all"


def test_there_is_nothing_to_take_back_where_nobody_is_marked() -> None:
    session = machine(CHAIR, SCRIBE, GP)
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE)
    for command in (UNMARK, RECUSE_MARKED):
        assert refused(session, command) == "not_marked"


@pytest.mark.parametrize("who", [FIFTH, STAND_IN])
def test_who_comes_in_themselves_replaces_the_mark(who: Participant) -> None:
    session = marked_table()
    session.arrive(who, now=NOW)
    assert session.view.marked == ()
    assert [one.member for one in session.view.present if one.seat == who.seat] == [who.member]
    session.leave(who.member, now=NOW)
    assert not quorum(session.view), "the mark does not come back"


def test_a_mark_stays_when_connections_drop_and_ends_with_the_session() -> None:
    session = marked_table()
    assert session.leave(FIFTH.member, now=NOW) == []
    session.leave(CHAIR.member, now=NOW)
    assert [one.seat for one in session.view.marked] == ["seat-gp-2"]
    session.arrive(CHAIR, now=NOW)
    give(session, CHAIR, OPEN_SESSION, live.PostponeCase(KEY, "case-a"), SEAL)
    assert session.view.marked == ()


def test_who_recognises_the_person_leaves_the_case_on_their_word() -> None:
    session = marked_table()
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE, *[NEXT_PHASE] * 3)
    (left,) = give(session, SCRIBE, RECUSE_MARKED)
    assert left.body == live.Recused("seat-gp-2", FIFTH.member, by=SCRIBE.seat)
    assert refused(session, RECUSE_MARKED) == "not_marked", "once is enough"
    assert refused(session, DECIDE) == "no_quorum"
    assert refused(session, live.RecuseMarked(key=KEY, seat="seat-gp-2", case="case-b")) == "other_case"
    session.arrive(FIFTH, now=NOW)
    view = session.snapshot(FIFTH.member)
    assert view.discussion is not None
    assert view.discussion.hidden, "a connection of their own afterwards shows them nothing of it"


def test_a_note_taker_who_left_the_case_still_keeps_the_attendance() -> None:
    session = machine(GP, CHAIR, SCRIBE)
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE)
    give(session, SCRIBE, RECUSE, MARK, UNMARK)
    give(session, SCRIBE, MARK, RECUSE_MARKED)
    with pytest.raises(Refusal, match="recused"):
        give(session, SCRIBE, NO_BOTTLENECK)


def test_what_was_stored_before_there_were_marks_reads_as_nobody_marked() -> None:
    body = codec.decode_body(b'{"type": "session_opened", "seats": ["seat-gp"]}')
    assert body == live.SessionOpened(("seat-gp",), ())
