"""The live session from a member's side: keeps its view whole over dropped connections.

After a drop it comes back with jittered back-off and asks for what it missed by number; commands that were not answered
are sent again under the same key, so that each takes effect exactly once.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import structlog
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from clients.errors import CommandRefused, ConnectionEnded
from server.protocol import codec, live
from server.protocol.live import CLOSE_NL, Close, Event, SessionView
from server.protocol.view import SAID, GapError, apply, emptied

FINAL = frozenset({Close.SIGNED_OUT, Close.NO_AGREEMENT, Close.NOT_FOUND, Close.SEAT_TAKEN})
"""Close codes after which coming back is of no use."""

NOT_UNDERSTOOD = frozenset({Close.PROTOCOL, Close.TOO_LARGE})
"""Close codes after which what was not answered is given up: sending it again would end the same way."""

FIRST_DELAY = 0.1
LONGEST_DELAY = 10.0
MAX_FRAME_BYTES = 8 * 1024 * 1024
"""A welcome can hold a whole session."""

log = structlog.get_logger()


@dataclass(slots=True)
class Waiting:
    """A command without an answer, and everyone who waits for that answer."""

    command: live.AnyCommand
    futures: list[asyncio.Future[int | live.Held]] = field(default_factory=list)


@dataclass(slots=True)
class LiveSession:
    """A member's live session. `view` is what they may know; `events` is all since the last snapshot, in order."""

    origin: str
    session: str
    token: str = field(repr=False)
    view: SessionView | None = None
    events: list[Event] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    held: dict[str, live.Held] = field(default_factory=dict)
    _connection: ClientConnection | None = None
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _task: asyncio.Task[None] | None = None
    _ended: ConnectionEnded | None = None

    async def __aenter__(self) -> Self:
        """Connect and wait for the welcome.

        Raises:
            ConnectionEnded: the session is not there, or not for this member.
        """
        self._task = asyncio.create_task(self._run())
        try:
            await self.until(lambda _view: True)
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Leave the session."""
        await self._leave()

    async def _leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()

    async def send(self, command: live.AnyCommand, *, seconds: float = 30.0) -> int:
        """Give a command and return the number at which it took effect.

        What is meant for a case is meant for the one that is on the table in `view`, unless it names another.

        Raises:
            CommandRefused: it was refused, or held (`code` "held"; the held message is in `held` under its key).
            ConnectionEnded: the session is over for this member.
            TimeoutError: no answer within `seconds`; giving the same command again is harmless.
        """
        if self._ended is not None:
            raise self._ended
        if isinstance(command, live.TableCommand) and command.case is None and self.view and self.view.discussion:
            command = replace(command, case=self.view.discussion.case)
        future: asyncio.Future[int | live.Held] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(command.key, Waiting(command))
        waiting.futures.append(future)
        await self._try_to_send(command)
        try:
            answer = await asyncio.wait_for(future, seconds)
        finally:
            waiting.futures.remove(future)
            if not waiting.futures:
                self._waiting.pop(command.key, None)
        if isinstance(answer, live.Held):
            self.held[command.key] = answer
            raise CommandRefused("held", "Het bericht wordt vastgehouden: er staat een herkenbaar gegeven in.")
        await self.until(lambda view: view.seq >= answer, seconds=seconds)
        return answer

    async def until(self, condition: Callable[[SessionView], bool], *, seconds: float = 30.0) -> SessionView:
        """Wait until the view meets a condition and return it.

        Raises:
            ConnectionEnded: the session is over for this member.
            TimeoutError: it did not happen within `seconds`.
        """
        async with asyncio.timeout(seconds), self._changed:
            while True:
                if self._ended is not None:
                    raise self._ended
                if self.view is not None and condition(self.view):
                    return self.view
                await self._changed.wait()

    async def drop(self) -> None:
        """Cut the connection without a word, as a failing network does; the session comes back by itself."""
        if self._connection is not None:
            self._connection.transport.abort()

    # --- the connection ------------------------------------------------------------------------------------

    async def _run(self) -> None:
        delay = FIRST_DELAY
        while self._ended is None:
            try:
                async for message in self._connected():
                    delay = FIRST_DELAY
                    await self._take(message)
            except (OSError, InvalidHandshake, GapError, codec.BadFrame, TimeoutError) as error:
                log.info("live_reconnect", kind=type(error).__name__)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                given_up = code in NOT_UNDERSTOOD and self._give_up(code)
                if code in FINAL or (code in NOT_UNDERSTOOD and not given_up):
                    await self._end(ConnectionEnded(code, closed.rcvd.reason if closed.rcvd else ""))
                    return
            await asyncio.sleep(delay * random.uniform(0.5, 1.5))  # noqa: S311 - jitter is no secret
            delay = min(delay * 2, LONGEST_DELAY)

    async def _connected(self) -> AsyncIterator[live.ToClient]:
        url = self.origin.replace("http", "ws", 1) + f"/ws/v1/sessions/{self.session}"
        async with connect(
            url,
            subprotocols=[Subprotocol(live.SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            max_size=MAX_FRAME_BYTES,
            proxy=None,
        ) as connection:
            epoch, seq = (self.view.epoch, self.view.seq) if self.view else (None, None)
            await connection.send(codec.encode(live.Join(epoch, seq)).decode())
            self._connection = connection
            while True:
                yield codec.decode_server(await connection.recv())

    async def _try_to_send(self, command: live.AnyCommand) -> None:
        # Without a connection the command waits: after the next welcome everything unanswered is sent again.
        if self._connection is not None and self.view is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(codec.encode(command).decode())

    async def _take(self, message: live.ToClient) -> None:
        match message:
            case live.Welcome():
                await self._welcome(message)
            case live.Events():
                await self._apply(message.events)
            case live.Answer():
                self._settle(message.key, message.seq)
            case live.Held():
                self._settle(message.key, message)
            case live.Refused():
                self._refuse(message)
            case live.Heartbeat():
                if self.view is not None and message.head > self.view.seq:
                    raise GapError("the heartbeat is ahead")

    async def _welcome(self, welcome: live.Welcome) -> None:
        self.resumed.append(welcome.mode)
        if welcome.snapshot is not None:
            async with self._changed:
                self.view = welcome.snapshot
                # What came before it cannot be told apart from what is gone by now.
                self.events.clear()
                self._changed.notify_all()
        await self._apply(welcome.events)
        for waiting in list(self._waiting.values()):
            await self._try_to_send(waiting.command)

    async def _apply(self, events: tuple[Event, ...]) -> None:
        if self.view is None:
            raise GapError("events came before a welcome")
        async with self._changed:
            for event in events:
                self.view = apply(self.view, event)
                self.events.append(event)
                if isinstance(event.body, live.Blanked):
                    self._forget(event.body.message)
            self._changed.notify_all()
        if events and self._connection is not None:
            await self._connection.send(codec.encode(live.Ack(self.view.seq)).decode())

    def _forget(self, message: int) -> None:
        """Words that are gone for everyone do not stay in this memory either."""
        bodies = [one.body for one in self.events if one.seq == message]
        texts = {one.text for one in bodies if isinstance(one, SAID)}
        self.held = {key: held for key, held in self.held.items() if held.proposal not in texts}
        self.events = [emptied(one) if one.seq == message else one for one in self.events]

    def _settle(self, key: str, answer: int | live.Held) -> None:
        for future in self._unanswered(key):
            future.set_result(answer)

    def _refuse(self, refused: live.Refused) -> None:
        for future in self._unanswered(refused.key):
            future.set_exception(CommandRefused(refused.code, refused.message))

    def _unanswered(self, key: str | None = None) -> list[asyncio.Future[int | live.Held]]:
        """Return who waits for an answer: to the command with this key, or to any."""
        found = self._waiting.values() if key is None else [self._waiting[key]] if key in self._waiting else []
        return [future for waiting in found for future in waiting.futures if not future.done()]

    def _give_up(self, code: int) -> bool:
        """Refuse every command without an answer; return whether there were any."""
        futures = self._unanswered()
        for future in futures:
            future.set_exception(CommandRefused("not_understood", CLOSE_NL[code]))
        return bool(futures)

    async def _end(self, ended: ConnectionEnded) -> None:
        async with self._changed:
            self._ended = ended
            self._changed.notify_all()
        for future in self._unanswered():
            future.set_exception(ended)
