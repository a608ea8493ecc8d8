"""The fold over events, what one member may see of it, and when the three domains are there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from server.protocol import live
from server.protocol.live import Event
from server.protocol.view import AgendaState, GapError, Stage, apply, project, quorum, redact, seats_taken
from server.protocol.words import BottleneckAnswer, Domain, OutcomeKind
from tests.support.circle import (
    CHAIR,
    DECIDE,
    GP,
    KEY,
    NEW_BOTTLENECK,
    NOW,
    RECUSE,
    SAY,
    SCRIBE,
    discussing,
    give,
    machine,
)

OUTCOME = live.OutcomeRecorded(OutcomeKind.ADVICE, "Advies", Domain.GP, None, "", "seat-gp", ())
WORDS = (
    live.Contributed("seat-gp", "Tekst"),
    OUTCOME,
    live.BottleneckAnswered(BottleneckAnswer.NO, None, "", None),
)
NO_WORDS = (
    live.MemberArrived("seat-gp", "gp", "gp", deputy=False),
    live.MemberLeft("seat-gp"),
    live.SessionOpened(("seat-gp",)),
    live.CaseOpened("case-a", ("seat-gp",)),
    live.PhaseStarted(0, NOW),
    live.Recused("seat-gp", "gp"),
    live.CaseClosed("case-a"),
    live.CasePostponed("case-a"),
    live.CaseRemoved("case-a"),
    live.SessionSealed("00"),
    live.Hidden(),
)


@pytest.mark.parametrize("step", [-1, 0, 2, 1000])
def test_an_event_that_does_not_follow_is_refused(step: int) -> None:
    view = machine().view
    with pytest.raises(GapError):
        apply(view, Event(view.seq + step, NOW, live.Hidden()))


@pytest.mark.parametrize("body", WORDS, ids=lambda body: type(body).__name__)
def test_words_that_are_gone_arrive_empty_with_their_number(body: live.AnyBody) -> None:
    assert redact(Event(7, NOW, body), gone=True) == Event(7, NOW, live.Hidden())
    assert redact(Event(7, NOW, body), gone=False) == Event(7, NOW, body)


@pytest.mark.parametrize("body", NO_WORDS, ids=lambda body: type(body).__name__)
def test_what_holds_no_words_stays(body: live.AnyBody) -> None:
    assert redact(Event(7, NOW, body), gone=True) == Event(7, NOW, body)


def test_a_line_of_the_agenda_stays_without_its_question() -> None:
    added = live.CaseAdded("case-a", "Vraag", "gp")
    assert redact(Event(7, NOW, added), gone=True).body == live.CaseAdded("case-a", "", "gp")


@pytest.mark.parametrize("body", [*WORDS, live.PhaseStarted(0, NOW), live.Recused("seat-gp", "gp"), live.Hidden()])
def test_what_belongs_to_a_table_that_is_empty_only_counts(body: live.AnyBody) -> None:
    view = machine().view
    assert apply(view, Event(view.seq + 1, NOW, body)) == replace(view, seq=view.seq + 1)


def test_a_member_who_left_sees_the_case_without_content_and_the_others_see_it_whole() -> None:
    session = discussing(phase=4)
    give(session, GP, SAY)
    give(session, SCRIBE, DECIDE, NEW_BOTTLENECK)
    give(session, GP, RECUSE)
    away, there = session.snapshot("gp"), session.snapshot("chair")
    assert away.discussion is not None
    assert there.discussion is not None
    assert (away.discussion.hidden, away.discussion.contributions, away.discussion.outcome) == (True, (), None)
    assert (away.discussion.bottleneck, away.agenda[0].question) == (None, "")
    assert away.discussion.phase == there.discussion.phase == 4
    assert (there.discussion.hidden, len(there.discussion.contributions)) == (False, 1)
    assert there.agenda[0].question != ""
    assert (away.me, there.me, session.view.me) == ("gp", "chair", None)


def test_a_case_that_comes_back_after_an_earlier_recusal_is_hidden_from_its_first_event() -> None:
    session = machine()
    view = project(session.view, "gp", frozenset({"case-a"}))
    opened = apply(view, Event(view.seq + 1, NOW, live.CaseOpened("case-a", (), ("gp",))))
    assert opened.discussion is not None
    assert opened.discussion.hidden


def test_removing_another_case_leaves_the_table_alone() -> None:
    session = discussing()
    session.add_case("case-b", "Vraag", None, now=NOW)
    session.remove_case("case-b", now=NOW)
    assert session.case == "case-a"
    assert session.stage is Stage.DISCUSSING
    assert [line.state for line in session.view.agenda] == [AgendaState.OPEN, AgendaState.REMOVED]


def test_the_quorum_is_one_seat_of_each_domain() -> None:
    assert quorum(machine().view)
    assert quorum(machine(GP, CHAIR, SCRIBE).view)
    for missing in (GP, CHAIR, SCRIBE):
        assert not quorum(machine(*{GP, CHAIR, SCRIBE} - {missing}).view)
    view = machine().view
    assert not quorum(view, frozenset({"gp"}))
    assert quorum(view, frozenset({"second"}))
    assert seats_taken(view, frozenset({"gp", "second"})) == ("seat-ggz", "seat-social")


def test_a_late_contribution_stands_under_its_own_number() -> None:
    session = discussing(phase=1)
    (said,) = give(session, GP, live.Contribute(KEY, "Persoon A slaapt."))
    table = session.view.discussion
    assert table is not None
    assert [(one.seq, one.seat, one.text) for one in table.contributions] == [
        (said.seq, "seat-gp", "Persoon A slaapt.")
    ]
