"""The short way into the journal, for what is by far the most: events from which no other row follows.

All rooms' events that wait go in together, in one transaction: one sync of the disk for the whole node. What is
stored is what `journal.append` stores for the same events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from audit.events import Event as Logged
from server.protocol import live
from server.protocol.view import Stage
from server.sessions.forms import Forms
from server.sessions.journal import Happened, Journal, Outdated
from server.storage.audit_log import SERVICE, record
from server.storage.database import UnitOfWork
from server.storage.driver_sql import execute_many

PLAIN = (live.Contributed, live.PhaseStarted, live.MemberArrived, live.MemberLeft)
"""Bodies from which nothing follows but an entry in the log."""

EVENTS = (
    "INSERT INTO session_events "
    "(session_id, seq, at, actor, command_key, kind, case_id, key_id, body_box, subkey_id, receivers) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
LINES = "INSERT INTO audit_entries (line) VALUES (?)"
ONE_HEAD = "UPDATE sessions SET head = ?, stage = ? WHERE id = ? AND head = ?"
ALL_HEADS = (
    "UPDATE sessions SET head = new.head, stage = new.stage "
    "FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) AS new(head, stage, id, before) "
    "WHERE sessions.id = new.id AND sessions.head = new.before"
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one room has to store: its events, numbered on from `before`, and their audit entries."""

    session: str
    before: int
    stage: str
    events: Sequence[tuple[Any, ...]]
    lines: list[bytes] = field(default_factory=list)


def is_plain(items: Sequence[Happened]) -> bool:
    """Does nothing follow from these events but entries in the log?"""
    return all(isinstance(one.event.body, PLAIN) for one in items)


def note(uow: UnitOfWork, journal: Journal, items: Sequence[Happened], forms: Forms) -> None:
    """Write the entries of plain events, the same that `journal.append` writes."""
    for one in items:
        body, who, seq = one.event.body, one.cause.who, one.event.seq
        if isinstance(body, live.MemberArrived | live.MemberLeft):
            event = Logged.SESSION_JOINED if isinstance(body, live.MemberArrived) else Logged.SESSION_LEFT
            record(uow, event, who, objects=(("session", journal.session, f"seq:{seq}"), ("seat", body.seat)))
        else:
            uow.entries.append(forms.command(uow, who, type(body).__name__).line(uow.now, seq, seq))


def batch(
    journal: Journal,
    items: Sequence[Happened],
    stage: Stage,
    lines: list[bytes],
    *,
    receivers: Mapping[str | None, str],
) -> Batch:
    """Return what there is to store of a room: at least one event, and audit entries.

    `receivers` is as in `journal.append`.
    """
    events = [
        (
            journal.session,
            one.event.seq,
            one.event.at,
            one.cause.member or SERVICE.ref,
            one.cause.command_key,
            one.event.body.__struct_config__.tag,
            one.case,
            one.key_id,
            one.box,
            one.subkey_id,
            receivers.get(one.case) if one.subkey_id else None,
        )
        for one in items
    ]
    return Batch(journal.session, items[0].event.seq - 1, stage.value, events, lines)


def store(batches: Sequence[Batch], connection: Connection) -> None:
    """Store batches of different sessions in the transaction at hand.

    Raises:
        Outdated: another node has written to one of these sessions; nothing may be committed.
    """
    heads = [(one.before + len(one.events), one.stage, one.session, one.before) for one in batches if one.events]
    sqlite = connection.dialect.name == "sqlite"
    if heads:
        # In one order everywhere, so that two nodes never wait for each other.
        _advance(connection, sorted(heads, key=lambda one: one[2]), sqlite=sqlite)
        rows = [row for one in batches for row in one.events]
        if sqlite:
            rows = [(*row[:2], _as_text(row[2]), *row[3:]) for row in rows]
        execute_many(connection, EVENTS, rows)
    lines = [(line,) for one in batches for line in one.lines]
    if lines:
        execute_many(connection, LINES, lines)


def _advance(connection: Connection, heads: list[tuple[int, str, str, int]], *, sqlite: bool) -> None:
    if sqlite:
        moved = connection.exec_driver_sql(ONE_HEAD, heads).rowcount
    else:
        columns = tuple(list(column) for column in zip(*heads, strict=True))
        moved = connection.exec_driver_sql(ALL_HEADS, columns).rowcount
    if moved != len(heads):
        raise Outdated


def _as_text(at: datetime) -> str:
    """Return a moment as SQLAlchemy stores it in SQLite: UTC without its zone."""
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")
