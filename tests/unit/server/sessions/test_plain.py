"""The short way into the journal stores what the long way stores, and tells a room that another node was first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from audit.entry import Source
from audit.events import Event as Logged
from server.protocol import live
from server.protocol.live import Event
from server.protocol.view import Stage
from server.room.writer import Writer
from server.sessions import journal as journals
from server.sessions import plain
from server.sessions.forms import MAX_FORMS, Forms
from server.sessions.journal import Cause, Happened, Journal, Outdated
from server.storage.audit_log import SERVICE, Who, record
from server.storage.crypto import Key
from server.storage.database import UnitOfWork
from server.storage.store import Store
from server.storage.tables import AuditEntryRow, EventRow, SessionRow
from tests.support.service import Service

NOW = datetime(2026, 3, 5, 14, 7, 9, 123_000, tzinfo=UTC)
REF = st.from_regex(r"[a-f0-9]{32}", fullmatch=True)
WHO = st.builds(Who, ref=REF, role=st.sampled_from(["member", None]), organisation=REF, access_point=REF)
BODY = st.one_of(
    st.builds(live.Contributed, seat=REF, text=st.text(max_size=20)),
    st.builds(live.PhaseStarted, index=st.integers(0, 5), ends_at=st.just(NOW)),
    st.builds(live.MemberArrived, seat=REF, member=REF, name=st.text(max_size=9), deputy=st.booleans()),
    st.builds(live.MemberLeft, seat=REF),
)


def unit() -> UnitOfWork:
    """Return a unit of work that collects entries, with zeros for chance."""
    return UnitOfWork(create_async_engine("sqlite+aiosqlite://"), NOW, bytes, Source("site", "service"))


def journal_of(session: str) -> Journal:
    """Return the journal of a session without cases."""
    return Journal(session, "circle", Key("key", bytes(32)), {}, {})


@given(bodies=st.lists(BODY, min_size=1, max_size=5), who=WHO, first=st.integers(1, 2**40))
def test_the_entries_are_the_same_either_way(bodies: list[live.AnyBody], who: Who, first: int) -> None:
    journal, short, long = journal_of("a" * 32), unit(), unit()
    cause = Cause("member", who)
    items = [Happened(Event(first + n, NOW, body), None, cause, b"", "key") for n, body in enumerate(bodies)]
    plain.note(short, journal, items, Forms(journal.session))

    async def follow() -> None:
        for one in items:
            await journals._follow(None, long, journal, None, one)  # type: ignore[arg-type] # entries are all it makes

    asyncio.run(follow())
    assert short.entries == long.entries


@given(receivers=st.lists(REF, max_size=100, unique=True), first=st.integers(1, 9), more=st.integers(0, 3))
def test_a_delivery_names_its_events_and_receivers(receivers: list[str], first: int, more: int) -> None:
    made = unit()
    detail = f"seq:{first}" if not more else f"seq:{first}-{first + more}"
    members = tuple(("member", ref) for ref in receivers)
    record(made, Logged.ROOM_EVENT_DELIVERED, SERVICE, objects=(("session", "a" * 32, detail), *members))
    line = Forms("a" * 32).delivered(unit(), tuple(receivers)).line(NOW, first, first + more)
    assert [line] == made.entries


def test_forms_do_not_pile_up() -> None:
    forms = Forms("a" * 32)
    for number in range(MAX_FORMS + 9):
        forms.delivered(unit(), (f"member-{number}",))
    assert len(forms._kept) == MAX_FORMS


async def rows_of(store: Store, session: str) -> list[EventRow]:
    """Return the stored events of a session."""
    async with AsyncSession(store.database.engine) as rows:
        found = await rows.scalars(select(EventRow).where(EventRow.session_id == session).order_by(EventRow.seq))
        return list(found.all())


async def test_a_batch_is_stored_and_one_that_comes_too_late_fails_alone(service: Service) -> None:
    store, session = service.store, service.network.session
    async with store.database.transaction() as uow:
        row = await uow.rows.get_one(SessionRow, session)
        head, key = row.head, await store.keys.get(row.key_id)
        other = SessionRow(
            id="f" * 32, circle_id=row.circle_id, starts_at=uow.now, preset=row.preset, stage=row.stage, epoch="e",
            key_id=row.key_id, created_at=uow.now,
        )  # fmt: skip
        uow.rows.add(other)
    journal = Journal(session, row.circle_id, key, {}, {})
    at = store.database.now()

    form = Forms(session).delivered(store.database.unit(), ())
    first, too_late, again = (form.line(at, number, number) for number in (1, 2, 3))

    def batch(journal: Journal, before: int, line: bytes) -> plain.Batch:
        body = live.MemberLeft(seat="seat")
        cause = Cause("member", SERVICE, "command-key")
        items = [journals.happened(store, journal, Event(before + n, at + n * timedelta(seconds=1), body), None, cause)
                 for n in (1, 2)]  # fmt: skip
        return plain.batch(journal, items, Stage.OPEN, [line], receivers={})

    late = Journal("f" * 32, row.circle_id, key, {}, {})
    writer = Writer(store.database)
    results = await asyncio.gather(
        writer.store(batch(journal, head, first)), writer.store(batch(late, 7, too_late)), return_exceptions=True
    )
    assert results[0] is None
    assert isinstance(results[1], Outdated)
    with pytest.raises(Outdated):
        await writer.store(batch(journal, head, again))
    stored = await rows_of(store, session)
    assert [(one.seq, one.at, one.actor, one.command_key, one.kind) for one in stored[-2:]] == [
        (head + n, at + n * timedelta(seconds=1), "member", "command-key", "member_left") for n in (1, 2)
    ]
    assert journals._body(journal, stored[-1], key, None, None) == live.MemberLeft(seat="seat")
    assert await rows_of(store, late.session) == []
    async with store.database.transaction() as uow:
        lines = (await uow.rows.scalars(select(AuditEntryRow.line))).all()
        after = await uow.rows.get_one(SessionRow, session)
    assert first in lines
    assert not {too_late, again} & set(lines)
    assert (after.head, after.stage) == (head + 2, Stage.OPEN.value)
