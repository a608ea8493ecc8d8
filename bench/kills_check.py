"""What must be so after kills: each acknowledged action with its entry, each entry with its action, one whole log."""

from __future__ import annotations

import secrets as chance
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from audit.entry import Entry, parse
from audit.errors import AuditError
from audit.events import Event as Logged
from audit.export import ENTRIES
from audit.tree import Frontier, leaf_hash
from audit.verify import verify_export
from consent.activities import Purpose
from server.app import create_store, log_signer
from server.commands.audit import export
from server.settings import Settings
from server.storage.audit_references import REFERENCES, references
from server.storage.database import UnitOfWork
from server.storage.tables import AuditNodeRow, CaseRow, EventRow, SessionRow

NODES = AuditNodeRow.metadata.tables[AuditNodeRow.__tablename__]
LOG = 1
"""The first log of a fresh database."""

Place = tuple[str, int]
"""A session and the number of one of its events."""

Wrong = list[str]
"""What is wrong, a sentence each."""


@dataclass(slots=True)
class Done:
    """What was asked of the service and what it acknowledged.

    `sent` has the session and `acknowledged` the number of each contribution by its key, `submitted` the case.
    """

    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    submitted: dict[str, str] = field(default_factory=dict)
    read_attempts: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    notes: set[str] = field(default_factory=set)
    killed_idle: int = 0
    entries: int = 0

    def counts(self) -> dict[str, int]:
        """Return how much of each there was."""
        return {
            "contributions": len(self.acknowledged),
            "submissions": len(self.submitted),
            "reads": self.reads.total(),
            "checkpoints": len(self.notes),
            "entries": self.entries,
            "killed idle": self.killed_idle,
        }


async def check(done: Done, settings: Settings, folder: Path) -> Wrong:
    """Return what is wrong with the stopped service's database and its log."""
    wrong = [f"{len(done.sent.keys() - done.acknowledged.keys())} never answered"] if _unanswered(done) else []
    with tempfile.TemporaryDirectory(dir=folder) as name:
        out = Path(name) / "export"
        await export(settings, out, now=_now, random_bytes=chance.token_bytes)
        wrong += _log(done, settings, out, Path(name) / "since")
        lines = (out / ENTRIES).read_bytes().splitlines()
    done.entries = len(lines)
    store = create_store(settings, now=_now, random_bytes=chance.token_bytes)
    try:
        async with store.database.transaction() as uow:
            wrong += await _actions(done, uow, [parse(line) for line in lines])
        wrong += await store.database.run(lambda connection: _stored(connection, lines))
    finally:
        await store.close()
    return wrong


def _now() -> datetime:
    return datetime.now(UTC)


def _unanswered(done: Done) -> bool:
    return done.sent.keys() != done.acknowledged.keys()


def _log(done: Done, settings: Settings, out: Path, since: Path) -> Wrong:
    """The tree verifies, and extends every checkpoint that was handed out."""
    wrong: Wrong = []
    key = log_signer(settings).verifier_key
    for note in done.notes:
        since.write_text(note, encoding="utf-8")
        try:
            verify_export(out, key=key, since=since)
        except AuditError as error:
            wrong.append(f"{error.code} since {note.split(chr(10), 2)[1]}")
    return wrong


async def _actions(done: Done, uow: UnitOfWork, entries: list[Entry]) -> Wrong:
    """Each action is stored once and has one entry, and the other way round."""
    contributed = {(done.sent[key], seq) for key, seq in done.acknowledged.items()}
    commands = Counter(_places(entries, Logged.ROOM_COMMAND, reason="Contributed"))
    deliveries = Counter(_places(entries, Logged.ROOM_EVENT_DELIVERED))
    not_once = _not_once(deliveries, contributed, set(_places(entries, Logged.SESSION_RESUMED)))
    events = (await uow.rows.scalars(select(EventRow))).all()
    rows = [row for row in events if row.kind == "contributed"]
    stored = {row.command_key: (row.session_id, row.seq) for row in rows}
    cases = (await uow.rows.execute(select(CaseRow.id, CaseRow.submission_key))).all()
    submitted = Counter(_refs(entries, Logged.CASE_SUBMITTED))
    # Whoever releases a case has read it too, under another purpose.
    read = Counter(_refs(entries, Logged.CASE_READ, purpose=Purpose.READ_CASE))
    heads = {row[0]: row[1] for row in await uow.rows.execute(select(SessionRow.id, SessionRow.head))}
    numbers = {(row.session_id, row.seq) for row in events}
    found = {
        "a contribution is stored twice, or elsewhere than acknowledged": len(rows) == len(stored)
        and stored == {key: (done.sent[key], seq) for key, seq in done.acknowledged.items()},
        "a contribution without an entry, or the other way round": commands == Counter(contributed),
        f"a contribution that was not delivered once: {not_once}": not not_once,
        "a delivery of nothing": deliveries.keys() <= numbers and deliveries.total() == len(deliveries),
        "a session with a hole": numbers
        == {(session, seq) for session, head in heads.items() for seq in range(1, head + 1)},
        "a case without an entry, or the other way round": submitted == Counter(one.id for one in cases),
        "a submission that is lost": done.submitted.items() <= {one.submission_key: one.id for one in cases}.items(),
        "a reading without an entry": all(read[case] >= count for case, count in done.reads.items()),
        "an entry without a reading": all(read[case] <= count for case, count in done.read_attempts.items()),
    }
    return [sentence for sentence, holds in found.items() if not holds]


def _not_once(deliveries: Counter[Place], contributed: set[Place], resumed: set[Place]) -> dict[int, int]:
    """Return how many contributions have how many deliveries, where that is not one.

    What was stored together with the first return of a member reaches all by their welcome, and needs no other entry.
    """
    times = (deliveries[place] or int(place in resumed) for place in contributed)
    return dict(Counter(one for one in times if one != 1))


def _places(entries: list[Entry], event: Logged, *, reason: str | None = None) -> Iterator[Place]:
    """Yield the place of every event that these entries number; a welcome with a snapshot numbers none."""
    for entry in entries:
        if entry.event is event and entry.reason == reason and (entry.objects[0].detail or "").startswith("seq:"):
            first, _dash, last = (entry.objects[0].detail or "").removeprefix("seq:").partition("-")
            for seq in range(int(first), int(last or first) + 1):
                yield entry.objects[0].ref, seq


def _refs(entries: list[Entry], event: Logged, *, purpose: Purpose | None = None) -> Iterator[str]:
    """Yield what every entry of this event (and purpose, when one is given) is about."""
    for entry in entries:
        if entry.event is event and purpose in (None, entry.purpose):
            yield entry.objects[0].ref


def _stored(connection: Connection, lines: list[bytes]) -> Wrong:
    """The stored nodes and the desk's index are those of these entries."""
    nodes = sorted(Frontier().extend([leaf_hash(line) for line in lines]))
    kept = connection.execute(select(NODES.c.level, NODES.c.number, NODES.c.digest).where(NODES.c.log_id == LOG))
    indexed = connection.execute(select(REFERENCES).where(REFERENCES.c.log_id == LOG))
    wanted = sorted(references(connection, LOG, list(enumerate(lines))))
    found = {
        "a node of the tree": sorted((row[0], row[1], bytes(row[2])) for row in kept) == nodes,
        "a row of the index": sorted(tuple(row) for row in indexed) == wanted,
    }
    return [f"{what} is not what the entries give" for what, holds in found.items() if not holds]
