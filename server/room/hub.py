"""All rooms of this node: finds or starts the room of a session, reads commands, and ends everything in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date

import structlog
from msgspec.structs import replace

from anonymisation.guard import AllowList, Verdict
from audit.events import Event as Logged
from server.accounts.model import Actor
from server.bottlenecks import register
from server.detection import Detector, DetectorUnavailable
from server.errors import AgreementMissing, Draining, NotFound
from server.metrics import Census
from server.network.model import Circle
from server.protocol import live
from server.protocol.live import Close
from server.protocol.rules import TRANSITIONS, Refusal
from server.protocol.session import Participant, Passage
from server.room import guarding
from server.room.blanking import Reports
from server.room.connection import Connection, encoded
from server.room.door import Door
from server.room.guard_queue import GuardQueue, Question
from server.room.guarding import Hold, Holds
from server.room.room import Room
from server.room.showing import refused
from server.room.work import AgendaChange, Arrival, MarksLapsed, Order
from server.room.writer import Writer
from server.sessions import attendance
from server.sessions.access import Gate
from server.storage.audit_log import record
from server.storage.store import Store

log = structlog.get_logger()

NEEDS_THE_QUORUM = tuple({command for (_stage, command), rule in TRANSITIONS.items() if rule.needs_quorum})

MAX_CONNECTIONS = 6
"""Most connections of one member to one session."""


@dataclass(slots=True)
class Seat:
    """A member at a table: their connection, the room, and what the table may name."""

    connection: Connection
    room: Room
    circle: Circle
    _allow: AllowList = field(default_factory=AllowList)

    def allow(self, on: date) -> AllowList:
        """Return what the table may name on this day."""
        if self._allow.dates_from != on:
            self._allow = guarding.shared(guarding.allow_list(self.circle, on), self.room.allowed)
        return self._allow


@dataclass(slots=True)
class Hub:
    """The rooms of this node. `grace` is as in `Room`; while it is `draining` nobody new comes in."""

    store: Store
    detector: Detector
    grace: float = 5.0
    draining: bool = False
    _rooms: dict[str, Room] = field(default_factory=dict)
    _holds: dict[str, Holds] = field(default_factory=dict)
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writer: Writer | None = None
    _guard: GuardQueue | None = None
    _door: Door | None = None

    @property
    def _writing(self) -> Writer:
        if self._writer is None:
            self._writer = Writer(self.store.database)
        return self._writer

    @property
    def _entrance(self) -> Door:
        if self._door is None:
            self._door = Door(self.store.database)
        return self._door

    async def sit(self, token: str, session_id: str) -> Seat:
        """Give whoever this login belongs to a connection to the room of a session.

        Raises:
            Unauthenticated, NotFound, AgreementMissing: as `Door.let_in`.
            Draining: this node is about to stop.
        """
        if self.draining:
            raise Draining
        guest = await self._entrance.let_in(token, session_id)
        actor, seated = guest.actor, guest.seated
        async with self._opening:
            room = self._rooms.get(session_id)
            if room is None or room.broken:
                room = Room(
                    self.store, session_id, self._writing, self.grace, on_empty=self._forget, on_gone=self._gone
                )
                await room.start()
                self._rooms[session_id] = room
            connection = Connection(actor, seated.participant, actor.who)
            room.add(connection)
            self._end_surplus(room, actor)
        return Seat(connection, room, seated.circle)

    def _end_surplus(self, room: Room, actor: Actor) -> None:
        """A member may have a few tabs and devices; beyond that the oldest connection ends."""
        mine = sorted(one.number for one in room.connections.values() if one.actor.member == actor.member)
        for number in mine[:-MAX_CONNECTIONS]:
            room.connections[number].close(Close.TOO_MANY)

    def rise(self, seat: Seat) -> None:
        """A connection ended."""
        seat.room.remove(seat.connection)

    def receive(self, seat: Seat, message: live.FromClient, then: Callable[[], None]) -> bool:
        """Deal with one message of a member; every command gets an answer, now or after its commit.

        Returns whether the member's next message may be dealt with; when not yet, `then` is called once it may.
        """
        match message:
            case live.Join():
                seat.room.put(Arrival(seat.connection, message))
            case live.Ack():
                seat.room.acknowledged(seat.connection, message.seq)
            case _ if self._repeated(seat, message):
                pass
            case live.Contribute():
                self._contribute(seat, message, then)
                return False
            case _:
                self._spawn(self._answered(seat, message), then)
                return False
        return True

    def _spawn(self, work: Coroutine[None, None, None], then: Callable[[], None]) -> None:
        """Begin work that is brought to its end, also when the connection ends meanwhile."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)

        def done(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            if not task.cancelled() and (error := task.exception()):
                log.error("command_failed", kind=type(error).__name__)
            then()

        task.add_done_callback(done)

    def _repeated(self, seat: Seat, command: live.AnyCommand) -> bool:
        """Answer a command that was given before; false when it was not."""
        seq = seat.room.earlier(seat.connection.actor.member, command.key)
        if seq is None:
            return False
        if seq <= seat.room.head:
            seat.connection.put(encoded(live.Answer(command.key, seq)))
        else:
            # It is being stored at this moment: the room answers when that has succeeded.
            seat.room.put(Order(seat.connection, command))
        return True

    def _contribute(self, seat: Seat, command: live.Contribute, then: Callable[[], None]) -> None:
        """Have the guard read a contribution; what may pass goes to the room at once."""
        # While the guard reads, another case may come onto the table: these words are for this one.
        case = command.case or seat.room.machine.case
        if command.case is None and case is not None:
            command = replace(command, case=case)

        def answer(verdict: Verdict | None) -> None:
            if verdict is None:
                seat.room.put(Order(seat.connection, command))
                then()
            else:
                self._spawn(self._answered(seat, command), then)

        def failed() -> None:
            self._refuse(seat, command, "guard_unavailable")
            then()

        self._queue.ask(Question(command.text, seat.allow(self.store.database.now().date()), answer, failed))

    @property
    def _queue(self) -> GuardQueue:
        if self._guard is None:
            self._guard = GuardQueue(self.detector)
        return self._guard

    async def _answered(self, seat: Seat, command: live.AnyCommand) -> None:
        try:
            await self._command(seat, command)
        except Refusal as refusal:
            self._refuse(seat, command, refusal.code)
        except DetectorUnavailable:
            self._refuse(seat, command, "guard_unavailable")
        except Exception:
            seat.connection.close(Close.ERROR)
            raise

    def _refuse(self, seat: Seat, command: live.AnyCommand, code: str) -> None:
        seat.connection.put(encoded(refused(command.key, code)))

    async def _command(self, seat: Seat, command: live.AnyCommand) -> None:
        member, holds = seat.connection.actor.member, self._holds.setdefault(seat.room.session, Holds())
        if isinstance(command, live.TableCommand) and command.case is None:
            # While the guard reads, another case may come onto the table: these words are for this one.
            command = replace(command, case=seat.room.machine.case)
        passage = Passage()
        match command:
            case live.DropHeld():
                holds.drop(member, command.hold)
                seat.connection.put(encoded(live.Answer(command.key, seat.room.head)))
                return
            case live.SendHeld():
                hold = holds.find(member, command.hold, command.key)
                text = live.Contribute(command.key, hold.proposal, case=hold.case)
                if await self._held(seat, text, holds):
                    return
                holds.take(member, command.hold, command.key)
                command, passage = text, Passage(protected=True)
            case live.Overrule():
                hold = holds.find(member, command.hold, command.key)
                if hold.hard:
                    raise Refusal("hold_hard")
                holds.take(member, command.hold, command.key)
                passage = Passage(overruled=command.reason)
                command = live.Contribute(command.key, hold.text, case=hold.case)
            case _:
                if await self._held(seat, command, holds):
                    return
        if isinstance(command, live.AnswerBottleneck):
            await self._require_bottleneck(command)
        whom = await self._marked(seat, command) if isinstance(command, live.MarkPresent) else None
        if isinstance(command, NEEDS_THE_QUORUM):
            await self._end_lapsed_marks(seat.room)
        seat.room.put(Order(seat.connection, command, passage, whom))

    async def _held(self, seat: Seat, command: live.AnyCommand, holds: Holds) -> bool:
        """Read the typed words; when they are held, tell the author alone and log that it happened."""
        allow = seat.allow(self.store.database.now().date())
        verdicts = await guarding.read(self.detector, command, allow, seat.room.words_in_use)
        if not verdicts:
            return False
        actor, spans = seat.connection.actor, guarding.spans_of(verdicts)
        async with self.store.database.transaction() as uow:
            hard = any(verdict.hard for _name, verdict in verdicts)
            objects = (("session", seat.room.session),)
            reason = "hard_label" if hard else "soft_label"
            record(uow, Logged.MESSAGE_HELD, actor.who, objects=objects, reason=reason)
            hold_id = uow.new_id()
        if isinstance(command, live.Contribute):
            proposal = verdicts[0][1].proposal
            holds.keep(actor.member, hold_id, Hold(command.case, command.text, proposal, hard))
            held = live.Held(command.key, hold_id, spans, proposal, may_overrule=not hard)
            seat.connection.put(encoded(held))
        else:
            seat.connection.put(encoded(refused(command.key, "held_text", spans)))
        return True

    async def _require_bottleneck(self, command: live.AnswerBottleneck) -> None:
        try:
            async with self.store.database.transaction() as uow:
                await register.require_known(uow, command)
        except register.UnknownBottleneck:
            raise Refusal("bottleneck_unknown") from None

    async def _marked(self, seat: Seat, command: live.MarkPresent) -> Participant:
        """Return whom a mark is about; who may not sit there now cannot be marked either."""
        try:
            async with self.store.database.transaction() as uow:
                return await attendance.require_markable(uow, seat.room.session, command.seat, command.deputy)
        except NotFound:
            raise Refusal("not_of_this_seat") from None
        except AgreementMissing:
            raise Refusal("no_agreement") from None

    async def _end_lapsed_marks(self, room: Room) -> None:
        """No quorum may be proved by a seat that nobody may take any more, however lately that became so."""
        if marks := room.machine.view.marked:
            async with self.store.database.transaction() as uow:
                gone = await attendance.lapsed(uow, room.session, marks)
            if gone:
                room.put(MarksLapsed(gone))

    def _gone(self, room: Room, reports: Reports) -> None:
        """Words are gone: what was held of them, and the same case on the agendas of other sessions."""
        holds, messages = self._holds.get(room.session, Holds()), reports.messages
        for (member, key), seq in room.journal.commands.items():
            if seq in messages:
                holds.forget(member, key)
        for session in reports.sessions:
            self.agenda_changed(session)

    def agenda_changed(self, session_id: str) -> None:
        """Cases were released onto, or withdrawn from, the agenda of a session."""
        room = self._rooms.get(session_id)
        if room is not None:
            room.put(AgendaChange())

    def agendas_changed(self) -> None:
        """Cases were erased: every room must forget the words that are gone."""
        for room in self._rooms.values():
            room.put(AgendaChange())

    def end_login(self, login: str) -> None:
        """A login ended: its connections end too."""
        for room in self._rooms.values():
            for connection in room.connections.values():
                if connection.actor.login == login:
                    connection.close(Close.SIGNED_OUT)

    def beat(self) -> None:
        """Send every member a sign of life, and end the connections whose login has expired."""
        now = self.store.database.now()
        for room in self._rooms.values():
            if room.session in self._holds:
                self._holds[room.session].keep_only(room.machine.case)
            frame = encoded(live.Heartbeat(room.head))
            for connection in room.connections.values():
                if connection.actor.expires_at <= now:
                    connection.close(Close.SIGNED_OUT)
                elif connection.joined:
                    connection.put(frame)

    async def recheck(self) -> None:
        """End the connections of members who may not sit any more: their agreement or their seat is gone."""
        for room in list(self._rooms.values()):
            await self._end_lapsed_marks(room)
            present = list(room.connections.values())
            async with self.store.database.transaction() as uow:
                stays = await Gate(uow).may_stay([one.actor for one in present], room.session)
            for connection in present:
                if connection.actor.member in stays:
                    continue
                # The gate itself says why, and logs it.
                try:
                    async with self.store.database.transaction() as uow:
                        await Gate(uow).require_seat(connection.actor, room.session)
                except NotFound:
                    connection.close(Close.NOT_FOUND)
                except AgreementMissing:
                    connection.close(Close.NO_AGREEMENT)

    def census(self) -> Census:
        """Return how many rooms and connections there are now."""
        rooms = list(self._rooms.values())
        return Census(len(rooms), sum(len(room.connections) for room in rooms))

    async def stop(self) -> None:
        """End every room; members are told that the service restarts and come back by number."""
        rooms = list(self._rooms.values())
        self._rooms.clear()
        await asyncio.gather(*(room.stop(Close.GOING_AWAY) for room in rooms))

    def _forget(self, room: Room) -> None:
        if room.connections or self._rooms.get(room.session) is not room:
            return
        del self._rooms[room.session]
        self._holds.pop(room.session, None)
        self._spawn(room.stop(Close.GOING_AWAY), lambda: None)
