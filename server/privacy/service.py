"""Use cases of the desk: search the log, prove an entry, sign off a review. Every look is itself in the log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from audit.entry import Entry, parse
from audit.events import Event, ObjectKind
from audit.tree import leaf_hash
from consent.activities import Purpose
from server.accounts.model import Actor
from server.errors import BadRequest
from server.privacy.access import mine, require_entry, require_officer, require_own_case, require_own_member
from server.privacy.breaches import open_records
from server.privacy.model import Colleague, Found, Line, Notice, Page, Proven, Question, Review, Start
from server.privacy.patterns import Pattern, Window, patterns
from server.privacy.words import Names, line_of, names_for
from server.protocol.dutch import zone
from server.storage.audit_log import inclusions, record
from server.storage.audit_references import Kind
from server.storage.database import Database, UnitOfWork
from server.storage.instants import begin_of, milliseconds
from server.storage.tables import (
    AgendaRow,
    AuditCheckpointRow,
    AuditEntryRow,
    AuditReferenceRow,
    CaseRow,
    LogReviewRow,
    MemberRow,
    SessionRow,
)

PAGE = 50
"""Entries on a page."""
LOOKED_THROUGH = 2000
"""Entries in which patterns are sought at once, the newest: more would keep a running session waiting."""
PARSED_AT_ONCE = 100
FIRST_DAYS = 30
"""How far back a first review begins."""
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
SESSION_LASTS = timedelta(hours=4)
"""Taken for a session that was not sealed."""

OTHERS = (aliased(AuditReferenceRow), aliased(AuditReferenceRow))
"""The index once more for each key but the first, of which a question has three at most; making them takes its time."""

Ref = tuple[str, str] | tuple[str, str, str]


async def entries_of(database: Database, actor: Actor, question: Question) -> Page:
    """Return a page of the entries that answer a question, newest first; the look itself is logged.

    Raises:
        NotFound: the actor is no officer, or the case or member is not of their own organisation.
        BadRequest: dates that cannot be, or `before` is no entry that the officer may see.
    """
    check_period(question)
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        keys, about = await _keys(uow, actor, question)
        wanted = await _after(uow, actor, log_id, question, _wanted(log_id, keys))
        found = await read(uow, wanted.limit(PAGE + 1))
        lines = await _lines(uow, actor, found[:PAGE])
        look(uow, actor, log_id, *about, detail=detail_of(question))
    return Page(tuple(lines), found[PAGE - 1].number if len(found) > PAGE else None)


async def _keys(uow: UnitOfWork, actor: Actor, question: Question) -> tuple[list[tuple[Kind, str]], list[Ref]]:
    """Return what an entry must be about, the narrowest first, and the references that the look is logged with."""
    keys: list[tuple[Kind, str]] = [(Kind.ORGANISATION, actor.organisation)]
    about: list[Ref] = []
    if question.member is not None:
        member = await require_own_member(uow, actor, question.member)
        keys.insert(0, (Kind.MEMBER, member.ref))
        about.append(("member", member.ref))
    if question.case is not None:
        case = await require_own_case(uow, actor, question.case)
        keys.insert(0, (Kind.CASE, case.id))
        about.append(("case", case.id))
    return keys, about


def _wanted(log_id: int, keys: Sequence[tuple[Kind, str]]) -> Select[int, bytes]:
    """Return the select of the entries with all these keys: a walk along the first, with a look at the others."""
    (kind, ref), *others = keys
    first = AuditReferenceRow
    wanted = (
        select(first.number, AuditEntryRow.line)
        .join(AuditEntryRow, and_(AuditEntryRow.log_id == first.log_id, AuditEntryRow.number == first.number))
        .where(first.log_id == log_id, first.kind == kind.value, first.ref == ref)
        .order_by(first.at.desc(), first.number.desc())
    )
    for other, (other_kind, other_ref) in zip(OTHERS, others, strict=False):
        same = and_(other.log_id == first.log_id, other.at == first.at, other.number == first.number)
        wanted = wanted.where(exists().where(same, other.kind == other_kind.value, other.ref == other_ref))
    return wanted


async def _after(
    uow: UnitOfWork, actor: Actor, log_id: int, question: Question, wanted: Select[int, bytes]
) -> Select[int, bytes]:
    """Narrow a select down to the period, and to what comes after the last entry of the page before."""
    wanted = wanted.where(*_within(question.since, question.until))
    if question.before is None:
        return wanted
    known = mine(actor, log_id).where(AuditReferenceRow.number == question.before)
    line = await uow.rows.scalar(
        select(AuditEntryRow.line).where(
            AuditEntryRow.log_id == log_id, AuditEntryRow.number == question.before, exists(known)
        )
    )
    if line is None:
        raise BadRequest("Deze bladzijde bestaat niet. Begin weer bij de nieuwste vermeldingen.", code="bad_number")
    last = tuple_(literal(milliseconds(parse(line).at)), literal(question.before))
    return wanted.where(tuple_(AuditReferenceRow.at, AuditReferenceRow.number) < last)


def _within(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(AuditReferenceRow.at >= milliseconds(begin_of(since)))
    if until is not None:
        found.append(AuditReferenceRow.at < milliseconds(begin_of(until + timedelta(days=1))))
    return found


def check_period(question: Question) -> None:
    """Return when the days of a question can be.

    Raises:
        BadRequest: a day outside 2000 to 2199, or the first after the last.
    """
    for day in (question.since, question.until):
        if day is not None and not EARLIEST <= day <= LATEST:
            raise BadRequest("Kies een datum tussen 1 januari 2000 en 31 december 2199.", code="bad_period")
    if question.since and question.until and question.since > question.until:
        raise BadRequest("De eerste dag ligt na de laatste. Draai de datums om.", code="bad_period")


async def read(uow: UnitOfWork, wanted: Select[int, bytes]) -> list[Found]:
    """Return the entries of a select, giving way to others between a hundred of them."""
    found: list[Found] = []
    for place, row in enumerate((await uow.rows.execute(wanted)).all(), 1):
        found.append(Found(row.number, row.line, parse(row.line)))
        if place % PARSED_AT_ONCE == 0:
            await asyncio.sleep(0)
    return found


def about_case(log_id: int, actor: Actor, case_id: str) -> Select[int, bytes]:
    """Return the select of every entry about an own case, newest first."""
    return _wanted(log_id, [(Kind.CASE, case_id), (Kind.ORGANISATION, actor.organisation)])


def about_session(log_id: int, session_id: str) -> Select[int, bytes]:
    """Return the select of who came, went and spoke of which case in a session, the oldest first.

    It passes no organisation's gate: only for the session of an own case, and to tell roles and organisations.
    """
    return _wanted(log_id, [(Kind.SESSION, session_id)]).order_by(None).order_by(AuditReferenceRow.number)


async def _lines(uow: UnitOfWork, actor: Actor, found: Sequence[Found]) -> list[Line]:
    names = await names_for(uow, actor, (one.entry for one in found))
    return [line_of(one, names) for one in found]


def look(uow: UnitOfWork, actor: Actor, log_id: int, *about: Ref, detail: str = "") -> None:
    """Write down that the officer looked, and at what."""
    log = ("log", f"log-{log_id}", detail) if detail else ("log", f"log-{log_id}")
    record(uow, Event.LOG_READ, actor.who, objects=(log, *about), purpose=Purpose.AUDIT.value)


def detail_of(question: Question) -> str:
    """Return the period and place of a question as the log holds them."""
    parts = [
        f"{name}:{value}"
        for name, value in (("from", question.since), ("to", question.until), ("before", question.before))
        if value is not None
    ]
    return "/".join(parts)


async def prove(database: Database, actor: Actor, number: int) -> Proven:
    """Return the proof that an entry is in the newest signed checkpoint; asking for it is logged.

    Raises:
        NotFound: it is not there, not for this officer, or not signed yet.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        row = await require_entry(uow, actor, log_id, number)
        [proof] = await inclusions(uow, [number])
        entry = parse(row.line)
        names = await names_for(uow, actor, [entry])
        look(uow, actor, log_id, detail=f"entry:{number}")
    line = row.line if _all_ours(actor, entry, names) else b""
    return Proven(number, proof.size, proof.hashes, leaf_hash(row.line), proof.note, line)


def _all_ours(actor: Actor, entry: Entry, names: Names) -> bool:
    """Is nothing in this entry about cases of others, or done by an own member?"""
    cases = {one.ref for one in entry.objects if one.kind is ObjectKind.CASE}
    return entry.organisation == actor.organisation or cases <= names.cases


async def start(database: Database, actor: Actor) -> Start:
    """Return what the desk opens with: the own members, the last review, and what is unusual since.

    Raises:
        NotFound: the actor is no officer.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        today = uow.now.astimezone(zone()).date()
        reviews = await _reviews(uow, actor, own=True)
        last = reviews[0] if reviews else None
        since = last.until + timedelta(days=1) if last else today - timedelta(days=FIRST_DAYS)
        wanted = _wanted(log_id, [(Kind.ORGANISATION, actor.organisation)]).where(*_within(since, None))
        found = await read(uow, wanted.limit(LOOKED_THROUGH + 1))
        notices = await _notices(uow, actor, [one.entry for one in found[:LOOKED_THROUGH]])
        people = await uow.rows.scalars(
            select(MemberRow).where(MemberRow.organisation_id == actor.organisation).order_by(MemberRow.name)
        )
        look(uow, actor, log_id, detail=f"from:{since}")
        waiting, deadline = await open_records(uow, actor)
        return Start(
            colleagues=tuple(Colleague(one.id, one.name, one.active) for one in people),
            last=last,
            since=since,
            fresh=await _count(uow, actor, log_id, since, None),
            notices=tuple(notices),
            complete=len(found) <= LOOKED_THROUGH,
            today=today,
            breaches=waiting,
            first_deadline=deadline,
        )


async def _notices(uow: UnitOfWork, actor: Actor, entries: Sequence[Entry]) -> list[Notice]:
    closed = await uow.rows.scalars(
        select(MemberRow.ref).where(MemberRow.organisation_id == actor.organisation, MemberRow.active.is_(False))
    )
    cases = {one.ref for entry in entries for one in entry.objects if one.kind is ObjectKind.CASE}
    found = patterns(entries, await _windows(uow, cases), inactive=frozenset(closed))
    names = await names_for(uow, actor, entries)
    acting = {one.actor: one for one in entries}
    return [_notice(one, names, acting) for one in found]


def _notice(found: Pattern, names: Names, acting: dict[str, Entry]) -> Notice:
    entry = acting.get(found.member)
    who = names.who(entry) if entry else names.members.get(found.member, "Een lid")
    ours = found if found.case in names.cases else replace(found, case=None)
    return Notice(who, ours)


async def _windows(uow: UnitOfWork, cases: Iterable[str]) -> list[Window]:
    """Return when each of these cases was on an agenda."""
    wanted = sorted(cases)[:LOOKED_THROUGH]
    meetings: dict[str, list[tuple[datetime, datetime]]] = {}
    for case, session in await uow.rows.execute(
        select(AgendaRow.case_id, SessionRow)
        .join(SessionRow, SessionRow.id == AgendaRow.session_id)
        .where(AgendaRow.case_id.in_(wanted))
    ):
        end = session.sealed_at or session.starts_at + SESSION_LASTS
        meetings.setdefault(case, []).append((session.starts_at, end))
    rows = await uow.rows.execute(
        select(CaseRow.id, CaseRow.released_by, MemberRow.ref)
        .join(MemberRow, MemberRow.id == CaseRow.submitter_id)
        .where(CaseRow.id.in_(list(meetings)))
    )
    return [
        Window(case, tuple(meetings[case]), frozenset(one for one in (submitter, releaser) if one))
        for case, releaser, submitter in rows
    ]


async def sign_off(database: Database, actor: Actor, since: date, until: date) -> Review:
    """Record that the officer has looked through these days, both counting.

    Raises:
        BadRequest: days that cannot be, or that are still to come.
        NotFound: the actor is no officer.
    """
    check_period(Question(since=since, until=until))
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        if until > uow.now.astimezone(zone()).date():
            raise BadRequest("U kunt geen dagen aftekenen die nog moeten komen.", code="bad_period")
        size = await uow.rows.scalar(
            select(func.max(AuditCheckpointRow.size)).where(AuditCheckpointRow.log_id == log_id)
        )
        row = LogReviewRow(
            id=uow.new_id(),
            organisation_id=actor.organisation,
            officer_ref=actor.ref,
            since=since,
            until=until,
            at=uow.now,
            entries=await _count(uow, actor, log_id, since, until),
            checkpoint_size=size or 0,
        )
        uow.rows.add(row)
        about = (("review", row.id, f"from:{since}/to:{until}"), ("checkpoint", f"size-{row.checkpoint_size}"))
        record(uow, Event.REVIEW_SIGNED_OFF, actor.who, objects=about, purpose=Purpose.AUDIT.value)
    return _review(row, actor.name)


async def reviews_of(database: Database, actor: Actor) -> list[Review]:
    """Return the reviews of the officer's organisation, the newest first.

    Raises:
        NotFound: the actor is no officer.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        look(uow, actor, log_id, detail="reviews")
        return await _reviews(uow, actor, own=False)


async def _reviews(uow: UnitOfWork, actor: Actor, *, own: bool) -> list[Review]:
    wanted = (
        select(LogReviewRow, MemberRow.name)
        .outerjoin(MemberRow, MemberRow.ref == LogReviewRow.officer_ref)
        .where(LogReviewRow.organisation_id == actor.organisation)
        .order_by(LogReviewRow.at.desc(), LogReviewRow.id)
        .limit(1 if own else 200)
    )
    if own:
        wanted = wanted.where(LogReviewRow.officer_ref == actor.ref)
    return [_review(row, name or "een eerdere functionaris") for row, name in await uow.rows.execute(wanted)]


def _review(row: LogReviewRow, name: str) -> Review:
    return Review(row.id, name, row.since, row.until, row.at, row.entries, row.checkpoint_size)


async def _count(uow: UnitOfWork, actor: Actor, log_id: int, since: date, until: date | None) -> int:
    wanted = mine(actor, log_id).where(*_within(since, until)).subquery()
    return await uow.rows.scalar(select(func.count()).select_from(wanted)) or 0
