"""What members are shown: events as each may see them, and what a member gets who comes in or comes back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from server import metrics
from server.protocol import live
from server.protocol.live import Event, SessionView
from server.protocol.rules import REFUSAL_NL
from server.protocol.session import SessionMachine
from server.protocol.view import redact
from server.room.connection import Connection, encoded
from server.room.work import Arrival
from server.sessions.model import StoredEvent

MAX_REPLAY = 2000
"""A member who misses more events than this gets a snapshot."""

HEARTBEAT_SECONDS = 15.0

Replays = dict[tuple[int, frozenset[str | None]], tuple[Event, ...]]
"""What is shown again after a number, by the cases of which the words are gone: members who come back share it."""


def send(machine: SessionMachine, events: Sequence[StoredEvent], connections: Collection[Connection]) -> None:
    """Send events to everyone who has joined: each distinct view of them is made once."""
    if not events:
        return
    views: dict[frozenset[str | None], bytes] = {}
    sent = 0
    for connection in connections:
        if not connection.joined:
            continue
        gone = _gone(machine, events, connection.actor.member)
        frame = views.get(gone)
        if frame is None:
            seen = (redact(one.event, gone=one.case in gone) for one in events)
            frame = views[gone] = encoded(live.Events(tuple(seen)))
        connection.put(frame)
        sent += 1
    metrics.FRAMES_SENT.inc(sent)


def welcome(
    machine: SessionMachine, history: Sequence[StoredEvent], arrival: Arrival, replays: Replays
) -> live.Welcome:
    """Return what a member gets who comes in: all that they miss, or a snapshot. `replays` is shared by a group."""
    member = arrival.connection.actor.member
    view = machine.snapshot(member)
    since = resumes_after(machine.view, arrival.join)
    if since is None:
        return live.Welcome("snapshot", view.epoch, view.seq, HEARTBEAT_SECONDS, snapshot=view)
    missed = history[since:]
    gone = _gone(machine, missed, member)
    events = replays.get((since, gone))
    if events is None:
        shown = (machine.shown(one.event, gone=one.case in gone) for one in missed)
        events = replays[since, gone] = tuple(shown)
    return live.Welcome("events", view.epoch, view.seq, HEARTBEAT_SECONDS, events=events)


def resumes_after(view: SessionView, join: live.Join) -> int | None:
    """Return after which number a member goes on, or None for a snapshot."""
    if join.seq is None or join.epoch != view.epoch or join.seq > view.seq:
        return None
    return join.seq if view.seq - join.seq <= MAX_REPLAY else None


def refused(key: str, code: str, spans: tuple[live.HeldSpan, ...] = ()) -> live.Refused:
    """Return a refusal with its Dutch sentence."""
    return live.Refused(key, code, REFUSAL_NL.get(code, REFUSAL_NL["try_again"]), spans)


def _gone(machine: SessionMachine, events: Sequence[StoredEvent], member: str) -> frozenset[str | None]:
    """Return the cases of these events of which the words are gone for a member."""
    return frozenset(case for case in {one.case for one in events} if machine.is_gone(case, member))
