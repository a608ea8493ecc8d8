"""Which references an entry is found by at the privacy officer's desk, made when the sequencer numbers it.

One kind decides who may see an entry at all: `organisation` holds the organisation of its actor, that of every case it
names, and that of the member whose login was refused. The other kinds narrow a question down. Deliveries in a live
session are not in here: they are by far the most, and joining and leaving say who sat at the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, String, column, select, table

from audit.entry import ANONYMOUS, SERVICE
from audit.events import Event, ObjectKind
from server.storage.driver_sql import execute_many
from server.storage.instants import milliseconds
from server.storage.tables import AuditReferenceRow

REFERENCES = AuditReferenceRow.metadata.tables[AuditReferenceRow.__tablename__]

INSERT = "INSERT INTO audit_references (log_id, kind, ref, at, number) VALUES (?, ?, ?, ?, ?)"

LOOKED_UP_AT_ONCE = 1000
"""Identifiers in one question, well under what either database can bind."""

CASE_KINDS = frozenset({ObjectKind.CASE.value, ObjectKind.OUTCOME.value})

PRESENCE = frozenset(
    one.value
    for one in (
        Event.SESSION_JOINED,
        Event.SESSION_LEFT,
        Event.CASE_AGENDA_CHANGED,
        Event.MEMBER_RECUSED,
        Event.MEMBER_RECUSED_ON_WORD,
    )
)
"""What says who sat at a table while which case was on it."""

# Their two columns are named here, so that the migration can use them whatever the tables look like by then.
CASES = table("cases", column("id", String), column("organisation_id", String))
MEMBERS = table("members", column("ref", String), column("organisation_id", String))


class Kind(StrEnum):
    """What a reference is."""

    ORGANISATION = "organisation"  # whose officer may see the entry
    MEMBER = "member"  # who acted or, when nobody was signed in, whose login it was about
    CASE = "case"
    SESSION = "session"  # of the events that say who sat at the table


class _Object(msgspec.Struct):
    kind: str
    ref: str


class _Line(msgspec.Struct):
    """The few fields that matter here; the others are passed over, which is much faster than `audit.entry.parse`."""

    at: datetime
    event: str
    actor: str
    objects: tuple[_Object, ...]
    organisation: str = ""

    def cases(self) -> list[str]:
        """Return the cases that the entry is about; an outcome goes by the name of its case."""
        return _once([one.ref for one in self.objects if one.kind in CASE_KINDS])

    def members(self) -> list[str]:
        """Return whose entry it is."""
        if self.actor == ANONYMOUS:
            return _once([one.ref for one in self.objects if one.kind == "member"])
        return [] if self.actor == SERVICE else [self.actor]


def _once(refs: list[str]) -> list[str]:
    return list(dict.fromkeys(refs)) if len(refs) > 1 else refs


_decoder = msgspec.json.Decoder(_Line)


Reference = tuple[int, str, str, int, int]
"""A row of the index: log, kind, reference, moment, number."""


def write_references(connection: Connection, log_id: int, entries: Sequence[tuple[int, bytes]]) -> None:
    """Put these entries, each a number and a line, into the index."""
    # In the order of the key: the tree that holds them is walked once.
    if rows := sorted(references(connection, log_id, entries)):
        execute_many(connection, INSERT, rows)


def references(connection: Connection, log_id: int, entries: Sequence[tuple[int, bytes]]) -> list[Reference]:
    """Return the rows of the index for these entries, each a number and a line."""
    lines = [(number, _decoder.decode(line)) for number, line in entries]
    cases = _owners(
        connection, CASES.c.id, CASES.c.organisation_id, (one for _n, line in lines for one in line.cases())
    )
    refused = (one for _n, line in lines if line.actor == ANONYMOUS for one in line.members())
    members = _owners(connection, MEMBERS.c.ref, MEMBERS.c.organisation_id, refused)
    rows: list[Reference] = []
    # This runs for every entry of a busy room: one plain loop, because generators would take as long as the database.
    for number, line in lines:
        at = milliseconds(line.at)
        about, whose = line.cases(), line.members()
        owners = [line.organisation, *(cases.get(one, "") for one in about)]
        if line.actor == ANONYMOUS:
            owners += [members.get(one, "") for one in whose]
        rows += [(log_id, "organisation", one, at, number) for one in _once(owners) if one]
        rows += [(log_id, "member", one, at, number) for one in whose]
        rows += [(log_id, "case", one, at, number) for one in about]
        if line.event in PRESENCE:
            sessions = _once([one.ref for one in line.objects if one.kind == "session"])
            rows += [(log_id, "session", one, at, number) for one in sessions]
    return rows


def _owners(connection: Connection, key: Any, owner: Any, wanted: Iterable[str]) -> dict[str, str]:
    keys = sorted(set(wanted))
    found: dict[str, str] = {}
    for start in range(0, len(keys), LOOKED_UP_AT_ONCE):
        part = keys[start : start + LOOKED_UP_AT_ONCE]
        found.update((row[0], row[1]) for row in connection.execute(select(key, owner).where(key.in_(part))))
    return found
