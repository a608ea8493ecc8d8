"""The browser's reducer and the service's are the same function: both fold the same random sessions."""

from __future__ import annotations

import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from server.protocol import live
from server.protocol.live import AnyCommand, Event, SeatView, SessionView
from server.protocol.rules import Refusal
from server.protocol.session import Participant, SessionMachine
from server.protocol.view import apply, quorum
from server.protocol.words import BottleneckAnswer, Domain, IdentifierKind, OutcomeKind, SeatFunction

WEB = Path(__file__).resolve().parents[2] / "clients/web"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASES = ("c1", "c2", "c3")
SEATS = (
    SeatView("s1", Domain.GGZ, SeatFunction.CHAIR, "Ans", "GGZ Een"),
    SeatView("s2", Domain.GP, SeatFunction.MEMBER, "Bo", "Praktijk Twee"),
    SeatView("s3", Domain.SOCIAL, SeatFunction.NOTE_TAKER, "Cas", "Wijkteam Drie"),
    SeatView("s4", Domain.SOCIAL, SeatFunction.MEMBER, "Dré", "Wijkteam Vier"),
)
PEOPLE = tuple(Participant(f"m{one.seat}", one.seat, one.name, deputy=one.seat == "s4") for one in SEATS)


class Play(msgspec.Struct):
    """A member's view at some moment and the events after it."""

    view: SessionView
    events: list[Event]


class End(msgspec.Struct):
    """Where a play ends: the view, whether the domains are complete, whether its reader may contribute."""

    view: SessionView
    quorum: bool
    speaks: bool


def command(dice: random.Random, number: int, said: list[int], written: int) -> AnyCommand:
    """Return a random command; many are refused, as in life. `said` are the contributions so far.

    `written` is the version of the minutes.
    """
    key = f"key-{number:05d}"
    options: list[AnyCommand] = [
        live.OpenSession(key),
        live.OpenCase(key, dice.choice(CASES)),
        live.NextPhase(key=key),
        live.NextPhase(key=key),
        live.Contribute(key=key, text=f"Woord {number} 😀 over Persoon A"),
        live.Contribute(key=key, text="Persoon B"),
        live.Recuse(key=key),
        live.RecordOutcome(key=key, outcome=OutcomeKind.ADVICE, text="Wacht niet", owner=Domain.GP, dissent="Eén"),
        live.AnswerBottleneck(key=key, answer=BottleneckAnswer.NO),
        live.CloseCase(key=key),
        live.WriteMinutes(key=key, text=f"Verslag {number}", base=written),
        live.PostponeCase(key, dice.choice(CASES)),
        live.ReportVisible(key, dice.choice(said) if said else 1, IdentifierKind.PERSON),
    ]
    if dice.random() < 0.01:
        options = [live.TakeChair(key), live.GiveChair(key, dice.choice(SEATS).seat)]
    if dice.random() < 0.01:
        options = [live.ReportCase(key, dice.choice(CASES), "text", IdentifierKind.PERSON)]
    if dice.random() < 0.1:
        seat = dice.choice(SEATS).seat
        options = [live.MarkPresent(key, seat), live.MarkAbsent(key, seat), live.RecuseMarked(key=key, seat=seat)]
    return dice.choice(options)


def played(seed: int) -> list[Play]:
    """Return one random session as each member saw it from some moment on: as it came, and replayed at the end."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable play, no secret
    view = SessionView("s", "e", 0, "planned", "overlegtafel", None, SEATS, (), ())
    machine = SessionMachine(view)
    log: list[tuple[Event, str | None]] = []
    came: dict[str, list[Event]] = {one.member: [] for one in PEOPLE}
    since: dict[str, SessionView] = {}
    cut = dice.randrange(40)
    for number in range(200):
        now = START + timedelta(seconds=number)
        who = dice.choices(PEOPLE, weights=(6, 2, 3, 1))[0]
        case = machine.case
        step = dice.random()
        try:
            if number < len(PEOPLE):
                events = machine.arrive(PEOPLE[number], now=now)
            elif step < 0.05:
                events = machine.add_case(dice.choice(CASES), f"Vraag {number}?", "ms2", now=now)
            elif step < 0.07:
                case = dice.choice(CASES)
                events = machine.remove_case(case, now=now)
            elif step < 0.10:
                events = machine.leave(who.member, now=now)
            elif step < 0.20:
                events = machine.arrive(who, now=now)
            else:
                table = machine.view.discussion
                written = table.minutes.seq if table and table.minutes else 0
                order = command(dice, number, sorted(machine.said), written)
                seat = order.seat if isinstance(order, live.MarkPresent) else ""
                whom = next((one for one in PEOPLE if one.seat == seat), None)
                events = machine.receive(order, actor=who, now=now, whom=whom)
        except Refusal:
            continue
        fresh = [(event, case_of(machine, event) or case) for event in events]
        log += fresh
        for member, seen in came.items():
            seen += [machine.for_member(event, about, member) for event, about in fresh]
        if len(log) >= cut and not since:
            since = {one.member: machine.snapshot(one.member) for one in PEOPLE}
    replayed = [
        Play(seen, [machine.for_member(event, case, member) for event, case in log if event.seq > seen.seq])
        for member, seen in since.items()
    ]
    return [
        *replayed,
        *(Play(seen, [one for one in came[member] if one.seq > seen.seq]) for member, seen in since.items()),
    ]


def case_of(machine: SessionMachine, event: Event) -> str | None:
    """Return the case that an event names, if any."""
    if isinstance(event.body, live.Blanked):
        return machine.said[event.body.message].case
    return getattr(event.body, "case", None)


def end_of(play: Play) -> End:
    """Return where the service's reducer ends, and what its rules say there."""
    view = play.view
    for event in play.events:
        view = apply(view, event)
    taken = {one.member: one.seat for one in view.present}
    seat = next((one for one in SEATS if view.me is not None and taken.get(view.me) == one.seat), None)
    speaks = False
    if seat is not None and view.discussion is not None:
        actor = next(one for one in PEOPLE if one.member == view.me)
        speaks = SessionMachine(view).may_speak(actor)
    return End(view, quorum(view), speaks)


def folded(plays: list[Play], bundle: Path) -> list[End]:
    """Return where the browser's reducer ends."""
    esbuild = WEB / "node_modules/esbuild/bin/esbuild"
    options = ("--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}", "--log-level=warning")
    subprocess.run([esbuild, "test/fold.ts", *options], check=True, cwd=WEB)
    run = subprocess.run(["node", bundle], check=True, input=msgspec.json.encode(plays), stdout=subprocess.PIPE)
    return msgspec.json.decode(run.stdout, type=list[End])


def test_both_reducers_end_in_the_same_view(tmp_path: Path) -> None:
    plays = [play for seed in range(150) for play in played(seed)]
    happened = {type(event.body) for play in plays for event in play.events}
    assert happened >= {live.CaseOpened, live.Contributed, live.Recused, live.CaseRemoved, live.OutcomeRecorded}
    assert {live.Hidden, live.Blanked, live.MemberMarked, live.MarkEnded, live.MinutesWritten} <= happened
    blanked = [one for play in plays for one in play.events if isinstance(one.body, live.Contributed)]
    assert {one.body.blanked for one in blanked if isinstance(one.body, live.Contributed)} == {True, False}
    expected = [end_of(play) for play in plays]
    assert {one.speaks for one in expected} == {one.quorum for one in expected} == {True, False}
    assert folded(plays, tmp_path / "fold.mjs") == expected
