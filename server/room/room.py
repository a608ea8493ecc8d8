"""One room per session: takes commands in order, stores what they cause, and only then shows it.

Everything that changes a session passes through one queue. What waits there is taken as one group: one transaction
stores its events with their audit entries, and after its commit each member gets them in one write.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from anonymisation.guard import AllowList
from audit.events import Event as Logged
from server.bottlenecks import register
from server.errors import ServiceError
from server.protocol import live
from server.protocol.live import Event
from server.protocol.rules import Refusal
from server.protocol.session import SessionMachine
from server.protocol.words import BottleneckAnswer
from server.room import blanking, showing
from server.room.blanking import Reports
from server.room.connection import Connection, encoded
from server.room.showing import refused
from server.room.work import AgendaChange, Arrival, Departure, Group, MarksLapsed, Order, Work
from server.room.writer import Writer
from server.sessions import deliveries, plain
from server.sessions import journal as journals
from server.sessions.forms import MAX_RECEIVERS, Forms
from server.sessions.journal import Cause, Journal, Outdated
from server.sessions.model import StoredEvent
from server.storage.audit_log import SERVICE, record
from server.storage.database import UnitOfWork
from server.storage.store import Store

log = structlog.get_logger()

GROUP = 64
"""Most pieces of work in one transaction."""

STOP_SECONDS = 5.0
"""How long a room that is told to stop waits for the transaction at hand."""

BY_SERVICE = Cause("", SERVICE)


@dataclass(slots=True, eq=False)
class Room:
    """The live side of one session. `grace` is how many seconds a seat stays taken after its connection dropped."""

    store: Store
    session: str
    writer: Writer
    grace: float = 5.0
    on_empty: Callable[[Room], None] = lambda _room: None
    on_gone: Callable[[Room, Reports], None] = lambda _room, _reports: None
    connections: dict[int, Connection] = field(default_factory=dict)
    allowed: dict[AllowList, AllowList] = field(default_factory=dict)
    _queue: asyncio.Queue[Work] = field(default_factory=asyncio.Queue)
    _machine: SessionMachine | None = None
    _journal: Journal | None = None
    _history: list[StoredEvent] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict, repr=False)
    _acknowledged: dict[str, int] = field(default_factory=dict)
    _shown: int = 0
    _agenda_stale: bool = True
    _broken: bool = False
    _forms: Forms = field(init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._forms = Forms(self.session)

    async def start(self) -> None:
        """Load the session and begin to work."""
        await self._load()
        self._shown = self.head
        self._empty_ghost_seats()
        self._spawn(self._run())

    async def stop(self, code: int) -> None:
        """End every connection and the work."""
        for connection in self.connections.values():
            connection.close(code)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def put(self, work: Work) -> None:
        """Queue a piece of work."""
        self._queue.put_nowait(work)

    def add(self, connection: Connection) -> None:
        """Let a connection in; it gets nothing before its join was answered."""
        self.connections[connection.number] = connection

    def remove(self, connection: Connection) -> None:
        """A connection ended: its member leaves the seat unless another of theirs stands, or one comes in time."""
        self.connections.pop(connection.number, None)
        # One that never joined counts too: it may have kept the seat of an earlier one of the same member.
        self._leave_later(connection.actor.member)

    @property
    def broken(self) -> bool:
        """Did the work of this room end by an error? Then members need another one."""
        return self._broken

    @property
    def machine(self) -> SessionMachine:
        """The state machine."""
        if self._machine is None:
            raise RuntimeError("the room was not started")
        return self._machine

    @property
    def journal(self) -> Journal:
        """The journal."""
        if self._journal is None:
            raise RuntimeError("the room was not started")
        return self._journal

    @property
    def head(self) -> int:
        """The number of the last event that members may have."""
        return len(self._history)

    def words_in_use(self) -> str:
        """Return the pseudonymised text of the case on the table with what was said about it.

        The guard's proposals must not give a letter that already means somebody else.
        """
        table = self.machine.view.discussion
        if table is None:
            return ""
        minutes = (table.minutes.text,) if table.minutes else ()
        return "\n".join((self._texts.get(table.case, ""), *(one.text for one in table.contributions), *minutes))

    def earlier(self, member: str, key: str) -> int | None:
        """Return the number at which a repeated command took effect, or will when it is stored (above `head`)."""
        return self.journal.commands.get((member, key))

    # --- the loop ----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            works = [await self._queue.get()]
            while len(works) < GROUP and not self._queue.empty():
                works.append(self._queue.get_nowait())
            # A group that has begun is brought to its end, also when the room is told to stop meanwhile.
            work = asyncio.ensure_future(self._work(works))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait((work,), timeout=STOP_SECONDS)
                raise

    async def _work(self, works: list[Work]) -> None:
        for attempt in (1, 2):
            try:
                group = await self._gather(works)
                await self._store(group)
            except Outdated:
                # Another node wrote to this session in between: read what it wrote and decide again.
                await self._load()
                if attempt == 2:
                    self._give_up(works)
            except (SQLAlchemyError, OSError, ServiceError, Refusal) as error:
                log.error("room_commit_failed", kind=type(error).__name__)
                self._give_up(works)
                await self._recover()
                return
            else:
                self._show(group)
                return

    def _give_up(self, works: list[Work]) -> None:
        for work in works:
            if isinstance(work, Order):
                work.connection.put(encoded(refused(work.command.key, "try_again")))
            elif isinstance(work, Arrival):
                work.connection.close(live.Close.ERROR)

    async def _recover(self) -> None:
        # The machine is ahead of the database: forget it and read the truth, waiting for a database that is away.
        delay, known = 0.1, self.head
        while True:
            try:
                await self._load()
            except (SQLAlchemyError, OSError, ServiceError) as error:
                log.error("room_load_failed", kind=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
            else:
                break
        self._empty_ghost_seats()
        self._shown = self.head
        if self.head != known:
            # The commit had happened after all: members come back and get by number what they did not see.
            for connection in self.connections.values():
                connection.close(live.Close.ERROR)

    def _empty_ghost_seats(self) -> None:
        here = {one.actor.member for one in self.connections.values()}
        for one in self.machine.view.present:
            if one.member not in here:
                self._leave_later(one.member)

    async def _load(self) -> None:
        async with self.store.database.transaction() as uow:
            loaded = await journals.load(self.store, uow, self.session)
        machine = SessionMachine(
            loaded.beginning, recused={one.case: one.recused for one in loaded.agenda if one.recused}
        )
        machine.replay(one.event for one in loaded.events)
        machine.chain = loaded.journal.chain
        self._machine, self._journal, self._history = machine, loaded.journal, list(loaded.events)
        self._agenda_stale = True
        if loaded.blanked:
            # What a crash left standing between the commit and the end of the key ends now.
            self._spawn(blanking.destroy(self.store, loaded.blanked))

    # --- gathering: what the works cause -----------------------------------------------------------------------

    async def _gather(self, works: list[Work]) -> Group:
        group = Group()
        await self.store.subkeys.prepare(sum(work.speaks for work in works))
        self._agenda_stale |= any(isinstance(work, AgendaChange) for work in works)
        if self._agenda_stale:
            await self._refresh_agenda(group)
        for work in works:
            match work:
                case Order():
                    self._order(group, work)
                case Arrival():
                    self._arrival(group, work)
                case Departure():
                    self._departure(group, work)
                case MarksLapsed():
                    now = self.store.database.now()
                    self._take(group, self.machine.end_marks(work.members, now=now), BY_SERVICE)
                case AgendaChange():
                    pass
        return group

    async def _refresh_agenda(self, group: Group) -> None:
        async with self.store.database.transaction() as uow:
            agenda = await journals.load_agenda(self.store, uow, self.session)
        now = self.store.database.now()
        for one in agenda:
            self.journal.case_keys[one.case] = one.key
            self._texts[one.case] = one.text
            if one.recused:
                self.machine.recused[one.case] = one.recused
            self._take(group, self.machine.add_case(one.case, one.question, one.submitter, now=now), BY_SERVICE)
        there = {one.case for one in agenda}
        for line in self.machine.view.agenda:
            if line.case not in there:
                group.forget = True
                self._take(group, self.machine.remove_case(line.case, now=now), BY_SERVICE)
                self.journal.case_keys.pop(line.case, None)
                self._texts.pop(line.case, None)
        self._agenda_stale = False

    def _order(self, group: Group, order: Order) -> None:
        connection, command = order.connection, order.command
        seq = self.earlier(connection.actor.member, command.key)
        if seq is not None:
            group.answers.append((connection, live.Answer(command.key, seq)))
            return
        if isinstance(command, live.AnswerBottleneck) and command.answer is BottleneckAnswer.NEW:
            order = Order(connection, replace(command, bottleneck=self.store.database.random_bytes(16).hex()))
        try:
            if isinstance(command, live.ReportVisible) and command.seq > self.head:
                # What is being stored at this moment nobody has seen.
                raise Refusal("no_such_message")
            events = self.machine.receive(
                order.command,
                actor=connection.participant,
                now=self.store.database.now(),
                passage=order.passage,
                whom=order.whom,
            )
        except Refusal as refusal:
            group.answers.append((connection, refused(command.key, refusal.code)))
            return
        if not events and isinstance(command, live.ReportVisible):
            group.answers.append((connection, live.Answer(command.key, self.machine.blanked[command.seq])))
            return
        cause = Cause(connection.actor.member, connection.who, command.key)
        self._take(group, events, cause)
        group.orders.append(order)
        self.journal.commands[connection.actor.member, command.key] = events[-1].seq
        if isinstance(command, blanking.Report):
            group.reports.take(connection, command, events[-1].seq)
        else:
            group.answers.append((connection, live.Answer(command.key, events[-1].seq)))

    def _arrival(self, group: Group, arrival: Arrival) -> None:
        connection = arrival.connection
        if connection.number not in self.connections:
            return
        try:
            events = self.machine.arrive(connection.participant, now=self.store.database.now())
        except Refusal as refusal:
            group.answers.append((connection, refused("join", refusal.code)))
            connection.close(live.Close.SEAT_TAKEN)
            return
        self._take(group, events, Cause(connection.actor.member, connection.who))
        group.arrivals.append(arrival)

    def _departure(self, group: Group, departure: Departure) -> None:
        if any(one.actor.member == departure.member for one in self.connections.values()):
            return
        self._take(group, self.machine.leave(departure.member, now=self.store.database.now()), BY_SERVICE)
        group.left.append(departure.member)

    def _take(self, group: Group, events: list[Event], cause: Cause) -> None:
        for event in events:
            case = self._case_of(event)
            last = event is events[-1]
            given = cause if last else Cause(cause.member, cause.who)
            group.happened.append(journals.happened(self.store, self.journal, event, case, given))
        self.machine.chain = self.journal.chain

    def _case_of(self, event: Event) -> str | None:
        body = event.body
        if isinstance(body, live.CaseAdded | live.CaseOpened | live.CaseClosed | live.CasePostponed | live.CaseRemoved):
            return body.case
        if isinstance(body, live.Blanked):
            return self.machine.said[body.message].case
        return self.machine.case

    # --- storing and showing -----------------------------------------------------------------------------------

    async def _store(self, group: Group) -> None:
        if not group.happened and not group.arrivals and self._shown == self.head:
            return
        receivers = deliveries.receivers(self.machine, self._here(), {one.case for one in group.happened})
        if group.arrivals or self._shown < self.head or not plain.is_plain(group.happened):
            async with self.store.database.transaction() as uow:
                await self._store_with_rows(uow, group, receivers)
            return
        uow = self.store.database.unit()
        plain.note(uow, self.journal, group.happened, self._forms)
        self._log(uow, group)
        stage, lines = self.machine.stage, uow.entries
        await self.writer.store(plain.batch(self.journal, group.happened, stage, lines, receivers=receivers))

    async def _store_with_rows(self, uow: UnitOfWork, group: Group, receivers: dict[str | None, str]) -> None:
        """Store a group from which other rows follow than events and entries in the log."""
        if group.happened:
            stage = self.machine.stage
            await journals.append(self.store, uow, self.journal, group.happened, stage, receivers=receivers)
            await self._register_bottlenecks(uow, group)
        else:
            await journals.require_head(uow, self.session, self.head)
        await group.reports.write_down(self.store, uow, self.session, self._acknowledged)
        if self._shown < self.head:
            deliveries.passed_on(uow, self.session, self._here().values(), self._shown + 1, self.head)
        self._log(uow, group)

    def _log(self, uow: UnitOfWork, group: Group) -> None:
        self._log_delivery(uow, group)
        for arrival in group.arrivals:
            self._log_arrival(uow, arrival)
        for order in group.orders:
            if order.passage.overruled is not None:
                objects = (("session", self.session),)
                reason = order.passage.overruled.value
                record(uow, Logged.HELD_MESSAGE_OVERRULED, order.connection.who, objects=objects, reason=reason)

    def _here(self) -> dict[str, str]:
        """Return who has a connection to which events go: member → their reference in the log."""
        return {one.actor.member: one.actor.ref for one in self.connections.values() if one.joined}

    async def _register_bottlenecks(self, uow: UnitOfWork, group: Group) -> None:
        for one in group.happened:
            if isinstance(one.event.body, live.BottleneckAnswered) and one.case is not None:
                await register.answer(
                    uow, one.event.body, case_id=one.case, circle_id=self.journal.circle, who=one.cause.who
                )

    def _log_delivery(self, uow: UnitOfWork, group: Group) -> None:
        # One entry for all that they are about to get at once, durable before the first byte leaves.
        receivers = sorted(set(self._here().values()))
        # Those that another node stored meanwhile are shown with them.
        first, last = self._shown + 1, self.head + len(group.happened)
        if first > last:
            return
        for start in range(0, len(receivers), MAX_RECEIVERS):
            part = tuple(receivers[start : start + MAX_RECEIVERS])
            uow.entries.append(self._forms.delivered(uow, part).line(uow.now, first, last))

    def _log_arrival(self, uow: UnitOfWork, arrival: Arrival) -> None:
        head = self.machine.view.seq
        since = showing.resumes_after(self.machine.view, arrival.join)
        detail = "snapshot" if since is None else f"seq:{since + 1}-{head}"
        objects = (("session", self.session, detail),)
        record(uow, Logged.SESSION_RESUMED, arrival.connection.who, objects=objects)
        deliveries.welcomed(uow, self.machine.view, arrival.connection.who.ref, since=since)

    def _show(self, group: Group) -> None:
        fresh = [StoredEvent(one.event, one.case) for one in group.happened]
        self._history.extend(fresh)
        if group.forget or group.reports.made:
            self._forget(group.reports)
        showing.send(self.machine, self._history[self._shown :], self.connections.values())
        self._shown = self.head
        replays: showing.Replays = {}
        for arrival in group.arrivals:
            arrival.connection.put(encoded(showing.welcome(self.machine, self._history, arrival, replays)))
            arrival.connection.joined = True
        for connection, answer in group.answers:
            connection.put(encoded(answer))
        if group.reports.made:
            self._spawn(group.reports.finish(self.store))
        if group.left and not self.connections:
            self.on_empty(self)

    def _forget(self, reports: Reports) -> None:
        # Words that are gone leave the memory too, not only the screens.
        reports.take_back(self.connections.values())
        self.on_gone(self, reports)
        for case in [case for case in self.journal.case_keys if self.machine.is_gone(case, member="")]:
            del self.journal.case_keys[case]
            self._texts.pop(case, None)
        for place, one in enumerate(self._history):
            if one.event.seq in self.machine.blanked or self.machine.is_gone(one.case, member=""):
                self._history[place] = StoredEvent(self.machine.for_member(one.event, one.case, ""), one.case)

    def acknowledged(self, connection: Connection, seq: int) -> None:
        """A member's side has shown everything up to and including `seq`."""
        ref = connection.actor.ref
        self._acknowledged[ref] = max(self._acknowledged.get(ref, 0), min(seq, self.head))

    # --- leaving -----------------------------------------------------------------------------------------------

    def _leave_later(self, member: str) -> None:
        self._spawn(self._depart(member))

    async def _depart(self, member: str) -> None:
        await asyncio.sleep(self.grace)
        self.put(Departure(member))

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        with contextlib.suppress(asyncio.CancelledError):
            if error := task.exception():
                log.error("room_stopped", kind=type(error).__name__)
                self._broken = True
                for connection in self.connections.values():
                    connection.close(live.Close.ERROR)
                self.on_empty(self)
