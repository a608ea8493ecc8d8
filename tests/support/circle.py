"""A small circle for tests of the live protocol without a service: four seats, who sits there, steps at the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.protocol import live
from server.protocol.live import AnyCommand, Event, SeatView, SessionView
from server.protocol.session import Participant, SessionMachine
from server.protocol.view import Stage
from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, OutcomeKind, SeatFunction

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
KEY = "key-00000001"
SEATS = (
    SeatView("seat-gp", Domain.GP, SeatFunction.MEMBER, "gp", "Praktijk"),
    SeatView("seat-ggz", Domain.GGZ, SeatFunction.CHAIR, "chair", "Instelling"),
    SeatView("seat-ggz-2", Domain.GGZ, SeatFunction.MEMBER, "second", "Instelling"),
    SeatView("seat-social", Domain.SOCIAL, SeatFunction.NOTE_TAKER, "scribe", "Wijkteam"),
    SeatView("seat-gp-2", Domain.GP, SeatFunction.MEMBER, "fifth", "Praktijk", (live.Deputy("stand-in", "stand-in"),)),
)
GP = Participant("gp", "seat-gp", "gp", deputy=False)
GP_DEPUTY = Participant("gp-deputy", "seat-gp", "gp-deputy", deputy=True)
CHAIR = Participant("chair", "seat-ggz", "chair", deputy=False)
SECOND = Participant("second", "seat-ggz-2", "second", deputy=False)
SCRIBE = Participant("scribe", "seat-social", "scribe", deputy=False)
FIFTH = Participant("fifth", "seat-gp-2", "fifth", deputy=False)
"""Comes without a connection of their own, if at all."""
STAND_IN = Participant("stand-in", "seat-gp-2", "stand-in", deputy=True)
EVERYONE = (GP, CHAIR, SECOND, SCRIBE)

OPEN_SESSION = live.OpenSession(KEY)
OPEN_CASE = live.OpenCase(KEY, "case-a")
NEXT_PHASE = live.NextPhase(KEY)
SAY = live.Contribute(KEY, "Persoon A slaapt slecht.")
RECUSE = live.Recuse(KEY)
DECIDE = live.RecordOutcome(KEY, OutcomeKind.ADVICE, "Wijkteam begint.", Domain.SOCIAL)
NO_BOTTLENECK = live.AnswerBottleneck(KEY, BottleneckAnswer.NO)
NEW_BOTTLENECK = live.AnswerBottleneck(KEY, BottleneckAnswer.NEW, BottleneckCode.K4, "Wachten op elkaar", "b-1")
CLOSE_CASE = live.CloseCase(KEY)
SEAL = live.SealSession(KEY)
MARK = live.MarkPresent(KEY, "seat-gp-2")
UNMARK = live.MarkAbsent(KEY, "seat-gp-2")
RECUSE_MARKED = live.RecuseMarked(key=KEY, seat="seat-gp-2")
MINUTES = live.WriteMinutes(key=KEY, text="Persoon A wacht; wijkteam belt.", base=0)
TAKE_CHAIR = live.TakeChair(KEY)


def machine(*present: Participant, preset: str = "overlegtafel", submitter: str | None = "gp") -> SessionMachine:
    """Return a planned session with one case, at which these members sit (by default everyone)."""
    session = SessionMachine(SessionView("s", "epoch", 0, Stage.PLANNED.value, preset, None, SEATS, (), ()))
    for one in present or EVERYONE:
        session.arrive(one, now=NOW)
    session.add_case("case-a", "Wie pakt dit op?", submitter, now=NOW)
    return session


def give(session: SessionMachine, actor: Participant, *commands: AnyCommand) -> list[Event]:
    """Give commands one after the other, a second apart; return what the last one caused. A mark means `FIFTH`."""
    caused: list[Event] = []
    for place, command in enumerate(commands):
        caused = session.receive(command, actor=actor, now=NOW + timedelta(seconds=place), whom=FIFTH)
    return caused


def discussing(*present: Participant, preset: str = "overlegtafel", phase: int = 0) -> SessionMachine:
    """Return a session with its case on the table, in this phase."""
    session = machine(*present, preset=preset)
    give(session, CHAIR, OPEN_SESSION, OPEN_CASE, *[NEXT_PHASE] * phase)
    return session
