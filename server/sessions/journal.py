"""The journal of a session: what happened, sealed, numbered, and stored before anyone sees it.

Words about a case are sealed under that case's key, so that they go when it goes; everything else under the session's
key. The journal also keeps the rows that follow from an event (agenda, outcome, recusal, stage), in one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import insert, select

from audit import events as audit_events
from consent.activities import Purpose
from server.cases.access import form_context
from server.errors import StorageError
from server.network.access import load_circle
from server.protocol import codec, live
from server.protocol.http import CaseForm
from server.protocol.live import Event, SeatView, SessionView
from server.protocol.view import CONTENT, SAID, AgendaState, Stage, without_words
from server.protocol.words import CaseState
from server.sessions import attendance
from server.sessions.model import CaseOnAgenda, StoredEvent
from server.sessions.service import outcome_context, put_on_next_agenda
from server.storage.audit_log import SERVICE, Who, record
from server.storage.crypto import Key, unseal
from server.storage.database import UnitOfWork
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import AgendaRow, CaseRow, EventRow, OutcomeRow, RecusalRow, SessionRow

A = audit_events.Event

OFF_EVERY_TABLE = (CaseState.WITHHELD, CaseState.WITHDRAWN, CaseState.ERASED)


@dataclass(slots=True)
class Journal:
    """What the room keeps of a stored session: its keys and the running digest over the sealed events.

    `commands` maps (member, command key) → the number at which that command took effect.
    """

    session: str
    circle: str
    key: Key
    case_keys: dict[str, Key]
    commands: dict[tuple[str, str], int]
    chain: bytes = b""

    def key_for(self, body: live.AnyBody, case: str | None) -> Key:
        """Return the key that seals a body."""
        if case is not None and isinstance(body, CONTENT) and case in self.case_keys:
            return self.case_keys[case]
        return self.key


@dataclass(frozen=True, slots=True)
class Cause:
    """Why events happened: which member's command, or the service itself when `member` is empty."""

    member: str
    who: Who
    command_key: str | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with its cause and its case, ready for the journal; `box` is its sealed body.

    What a member said has a subkey of its own as well, so that it can be destroyed alone.
    """

    event: Event
    case: str | None
    cause: Cause
    box: bytes
    key_id: str
    subkey_id: str | None = None


def happened(store: Store, journal: Journal, event: Event, case: str | None, cause: Cause) -> Happened:
    """Seal an event for the journal and carry the digest on."""
    key = journal.key_for(event.body, case)
    subkey = store.subkeys.take() if isinstance(event.body, SAID) else None
    box = store.seal(key, event_context(journal.session, event.seq), codec.encode(event.body), subkey)
    journal.chain = link(journal.chain, event.seq, box)
    return Happened(event, case, cause, box, key.id, subkey.id if subkey else None)


def link(chain: bytes, seq: int, box: bytes) -> bytes:
    """Return the digest carried on over one sealed event. Over ciphertext, so that it gives no erased word away."""
    return hashlib.sha256(chain + seq.to_bytes(8, "big") + box).digest()


def event_context(session_id: str, seq: int) -> str:
    """Return the place name under which an event is sealed."""
    return f"session:{session_id}:{seq}"


SAID_KINDS = {str(one.__struct_config__.tag): one for one in SAID}
"""What can be blanked, by what its row says of its kind."""


class Outdated(Exception):
    """Another node has written to this session: load it anew."""


async def append(
    store: Store,
    uow: UnitOfWork,
    journal: Journal,
    items: Sequence[Happened],
    stage: Stage,
    *,
    receivers: Mapping[str | None, str],
) -> None:
    """Store events and what follows from them; `stage` is where they lead the session.

    `receivers` says, per case, to whom what was said about it is about to go.

    Raises:
        Outdated: the stored numbering is not where this room thinks it is.
    """
    row = await uow.rows.get(SessionRow, journal.session, with_for_update=True)
    if row is None or row.head != items[0].event.seq - 1:
        raise Outdated
    row.head, row.stage = items[-1].event.seq, stage.value
    await uow.rows.execute(
        insert(EventRow),
        [
            {
                "session_id": journal.session,
                "seq": one.event.seq,
                "at": one.event.at,
                "actor": one.cause.member or SERVICE.ref,
                "command_key": one.cause.command_key,
                "kind": one.event.body.__struct_config__.tag,
                "case_id": one.case,
                "key_id": one.key_id,
                "body_box": one.box,
                "subkey_id": one.subkey_id,
                "receivers": receivers.get(one.case) if one.subkey_id else None,
            }
            for one in items
        ],
    )
    for one in items:
        await _follow(store, uow, journal, row, one)


async def require_head(uow: UnitOfWork, session_id: str, head: int) -> None:
    """Return when nothing was written since event `head`: what is replayed may hold no words that are gone elsewhere.

    Raises:
        Outdated: another node has written to this session.
    """
    if await uow.rows.scalar(select(SessionRow.head).where(SessionRow.id == session_id)) != head:
        raise Outdated


async def _follow(store: Store, uow: UnitOfWork, journal: Journal, row: SessionRow, one: Happened) -> None:
    body, who = one.event.body, one.cause.who
    here = ("session", journal.session, f"seq:{one.event.seq}")
    match body:
        case live.SessionOpened():
            marked = (("seat", seat, "marked") for seat in body.marked)
            record(uow, A.SESSION_OPENED, who, objects=(here, *(("seat", seat) for seat in body.seats), *marked))
        case live.SessionSealed():
            row.digest, row.sealed_at = body.digest, one.event.at
            record(uow, A.SESSION_SEALED, who, objects=(here,))
        case live.MemberArrived():
            record(uow, A.SESSION_JOINED, who, objects=(here, ("seat", body.seat)))
        case live.MemberLeft():
            record(uow, A.SESSION_LEFT, who, objects=(here, ("seat", body.seat)))
        case live.CaseOpened() | live.CaseClosed() | live.CasePostponed():
            await _move_case(uow, journal, one, body)
        case live.Recused():
            await _recused(uow, journal, one, body)
        case live.MemberMarked() | live.MarkEnded():
            await attendance.log(uow, body, who, here)
        case live.OutcomeRecorded():
            await _outcome(store, uow, journal, one, body)
        case (
            live.PhaseStarted()
            | live.ChairChanged()
            | live.CaseAdded()
            | live.CaseRemoved()
            | live.Contributed()
            | live.MinutesWritten()
        ):
            record(uow, A.ROOM_COMMAND, who, objects=(here,), reason=type(body).__name__)
        case live.BottleneckAnswered() | live.Blanked() | live.Hidden():
            pass


async def _recused(uow: UnitOfWork, journal: Journal, one: Happened, body: live.Recused) -> None:
    if one.case is None:
        raise StorageError("a recusal belongs to a case")
    uow.rows.add(RecusalRow(case_id=one.case, member_id=body.member, at=one.event.at))
    objects = (("session", journal.session, f"seq:{one.event.seq}"), ("case", one.case))
    if not body.by:
        record(uow, A.MEMBER_RECUSED, one.cause.who, objects=objects)
        return
    whom = (("seat", body.seat), *await attendance.named(uow, body.member))
    record(uow, A.MEMBER_RECUSED_ON_WORD, one.cause.who, objects=(*objects, *whom))


async def _move_case(
    uow: UnitOfWork, journal: Journal, one: Happened, body: live.CaseOpened | live.CaseClosed | live.CasePostponed
) -> None:
    who = one.cause.who
    match body:
        case live.CaseOpened():
            reason = "opened"
            await _agenda(uow, journal.session, body.case, AgendaState.OPEN)
        case live.CaseClosed():
            reason = "closed"
            await _close_case(uow, journal.session, body.case, one.event.at)
        case live.CasePostponed():
            reason = "postponed"
            await _agenda(uow, journal.session, body.case, AgendaState.POSTPONED)
            await put_on_next_agenda(uow, who, journal.circle, body.case, after=journal.session)
    here = ("session", journal.session, f"seq:{one.event.seq}")
    record(uow, A.CASE_AGENDA_CHANGED, who, objects=(here, ("case", body.case)), reason=reason)


async def _agenda(uow: UnitOfWork, session_id: str, case_id: str, state: AgendaState) -> None:
    line = await uow.rows.get(AgendaRow, (session_id, case_id))
    if line is not None:
        line.state = state.value


async def _close_case(uow: UnitOfWork, session_id: str, case_id: str, at: datetime) -> None:
    await _agenda(uow, session_id, case_id, AgendaState.DONE)
    case = await uow.rows.get(CaseRow, case_id)
    if case is not None:
        case.state = CaseState.DISCUSSED.value
        case.outcome_at = at


async def _outcome(store: Store, uow: UnitOfWork, journal: Journal, one: Happened, body: live.OutcomeRecorded) -> None:
    if one.case is None:
        raise StorageError("an outcome belongs to a case")
    earlier = await uow.rows.get(OutcomeRow, (one.case, journal.session))
    words = msgspec.json.encode((body.text, body.dissent))
    row = earlier or OutcomeRow(case_id=one.case, session_id=journal.session)
    row.kind, row.owner_domain, row.due_on = body.outcome.value, body.owner.value, body.due
    row.text_box = store.seal(journal.case_keys[one.case], outcome_context(one.case, journal.session), words)
    row.recorded_at, row.recorded_by, row.quorum = (
        one.event.at,
        one.cause.who.ref,
        [
            *body.seats,
            *(attendance.MARKED + seat for seat in body.marked),
        ],
    )
    if earlier is None:
        uow.rows.add(row)
    record(
        uow,
        A.OUTCOME_CHANGED if earlier else A.OUTCOME_RECORDED,
        one.cause.who,
        objects=(("outcome", one.case), ("case", one.case), ("session", journal.session, f"seq:{one.event.seq}")),
        purpose=Purpose.RECORD_OUTCOME.value,
    )


@dataclass(frozen=True, slots=True)
class Loaded:
    """A stored session, ready to become a machine: the empty beginning, and all events since.

    `blanked` are the subkeys of what was blanked, which a crash may have left standing.
    """

    journal: Journal
    beginning: SessionView
    events: tuple[StoredEvent, ...]
    agenda: tuple[CaseOnAgenda, ...]
    blanked: tuple[str, ...]


async def load(store: Store, uow: UnitOfWork, session_id: str) -> Loaded:
    """Read a session back. Words whose key was destroyed come back as `Hidden`.

    Raises:
        StorageError: the session is not there, or a box is damaged.
    """
    row = await uow.rows.get(SessionRow, session_id)
    circle = await load_circle(uow, row.circle_id) if row else None
    if row is None or circle is None:
        raise StorageError("the session is missing", code="session_missing")
    agenda = await load_agenda(store, uow, session_id)
    journal = Journal(
        session=row.id,
        circle=row.circle_id,
        key=await store.keys.get(row.key_id),
        case_keys={one.case: one.key for one in agenda},
        commands={},
    )
    seats = tuple(
        SeatView(
            seat.id,
            seat.domain,
            seat.function,
            seat.holder_name,
            seat.organisation_name,
            tuple(live.Deputy(member, name) for member, name in seat.deputies),
        )
        for seat in circle.seats
    )
    beginning = SessionView(
        session=row.id,
        epoch=row.epoch,
        seq=0,
        stage=Stage.PLANNED.value,
        preset=row.preset,
        me=None,
        seats=seats,
        present=(),
        agenda=(),
    )
    wanted = select(EventRow).where(EventRow.session_id == journal.session).order_by(EventRow.seq)
    rows = (await uow.rows.scalars(wanted)).all()
    blanked = tuple(row.subkey_id for row in rows if row.subkey_id and row.blanked_at)
    return Loaded(journal, beginning, tuple(await _events(store, uow, journal, rows)), agenda, blanked)


async def _events(store: Store, uow: UnitOfWork, journal: Journal, rows: Sequence[EventRow]) -> list[StoredEvent]:
    keys = {key.id: key for key in (journal.key, *journal.case_keys.values())}
    found = await uow.rows.execute(
        select(CaseRow.id, CaseRow.submitter_id)
        .join(AgendaRow, AgendaRow.case_id == CaseRow.id)
        .where(AgendaRow.session_id == journal.session)
    )
    submitters = {case: submitter for case, submitter in found.all()}  # noqa: C416 - rows are no pairs to mypy
    subkeys = await store.keys.get_many([row.subkey_id for row in rows if row.subkey_id and not row.blanked_at])
    bodies: dict[int, live.AnyBody] = {}
    kinds = {row.seq: SAID_KINDS[row.kind] for row in rows if row.kind in SAID_KINDS}
    for row in rows:
        journal.chain = row.digest_after or link(journal.chain, row.seq, row.body_box)
        if row.command_key is not None:
            journal.commands[row.actor, row.command_key] = row.seq
        key, subkey = keys.get(row.key_id), subkeys.get(row.subkey_id or "")
        bodies[row.seq] = _body(journal, row, key, subkey, submitters.get(row.case_id or ""))
    for body in list(bodies.values()):
        if isinstance(body, live.Blanked):
            # What was blanked has its place and its seat, as members have it who were there before.
            bodies[body.message] = without_words(kinds.get(body.message, live.Contributed), body.seat)
    return [StoredEvent(Event(row.seq, row.at, bodies[row.seq]), row.case_id) for row in rows]


def _body(journal: Journal, row: EventRow, key: Key | None, subkey: Key | None, submitter: str | None) -> live.AnyBody:
    if row.blanked_at is not None or (row.subkey_id is not None and subkey is None):
        return live.Hidden()
    if key is not None:
        return codec.decode_body(unseal(key, event_context(journal.session, row.seq), row.body_box, subkey))
    # The words are gone with their key; the line on the agenda stays, just as members have it who were there before.
    if row.case_id is not None and row.kind == live.CaseAdded.__struct_config__.tag:
        return live.CaseAdded(case=row.case_id, question="", submitter=submitter)
    return live.Hidden()


async def load_agenda(store: Store, uow: UnitOfWork, session_id: str) -> tuple[CaseOnAgenda, ...]:
    """Return the cases of the agenda whose text still exists, in order."""
    lines = await uow.rows.execute(
        select(AgendaRow, CaseRow)
        .join(CaseRow, CaseRow.id == AgendaRow.case_id)
        .where(
            AgendaRow.session_id == session_id,
            CaseRow.state.not_in([one.value for one in OFF_EVERY_TABLE]),
        )
        .order_by(AgendaRow.position)
    )
    agenda = []
    for _line, case in lines.all():
        try:
            key = await store.keys.get(case.key_id)
        except KeyDestroyed:
            continue
        form = msgspec.json.decode(unseal(key, form_context(case.id), case.form_box), type=CaseForm)
        left = await uow.rows.scalars(select(RecusalRow.member_id).where(RecusalRow.case_id == case.id))
        recused = frozenset(left.all())
        agenda.append(CaseOnAgenda(case.id, key, form.question, form.text, case.submitter_id, recused))
    return tuple(agenda)
