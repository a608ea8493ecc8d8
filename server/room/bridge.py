"""The bridge between Starlette's WebSocket and the hub: `/ws/v1/sessions/{id}`, subprotocol `casuskring.v1`."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server import metrics
from server.errors import AgreementMissing, Draining, ServiceError, Unauthenticated
from server.protocol import codec, live
from server.protocol.codec import BadFrame
from server.protocol.live import SUBPROTOCOL, Close
from server.room.connection import OUTBOX_SECONDS
from server.room.hub import Hub, Seat
from server.room.wire import Wire

JOIN_SECONDS = 10.0
"""A connection that has not said `join` by then is closed."""

BACKLOG = 16
"""Messages of one member that may wait while an earlier one is dealt with; beyond that their socket waits."""

FRAMES_PER_SECOND = 40.0
FRAMES_AT_ONCE = 120.0


@dataclass(slots=True)
class Pace:
    """A token bucket: how many frames a member may send."""

    tokens: float = FRAMES_AT_ONCE
    at: float = 0.0

    def allows(self, now: float) -> bool:
        """May one more frame come in now? `now` is a monotonic clock in seconds."""
        if self.at:
            self.tokens = min(FRAMES_AT_ONCE, self.tokens + (now - self.at) * FRAMES_PER_SECOND)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass(slots=True, eq=False)
class Listener:
    """Takes what a member sends, one message after another, and carries to them what their connection holds."""

    hub: Hub
    seat: Seat
    wire: Wire
    _pace: Pace = field(default_factory=Pace)
    _joined: bool = False
    _busy: bool = False
    _backlog: deque[live.FromClient] = field(default_factory=deque)
    _patience: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Listen, and wait a while for the first message."""
        connection, loop = self.seat.connection, asyncio.get_running_loop()
        self._patience = loop.call_later(JOIN_SECONDS, connection.close, Close.PROTOCOL)
        connection.attach(self)
        self.wire.attach(self)

    def end(self, code: int) -> None:
        """Close with this code."""
        metrics.CLOSES.labels(code).inc()
        self.wire.close(code, seconds=OUTBOX_SECONDS)

    def gone(self) -> None:
        """The connection ended; what has begun is still brought to its end."""
        self._backlog.clear()
        if self._patience is not None:
            self._patience.cancel()
        self.seat.connection.ended()

    # --- what the wire says --------------------------------------------------------------------------------------

    def text(self, frame: bytes) -> None:
        """Take a whole text message."""
        connection = self.seat.connection
        if connection.closing:
            return
        if len(frame) > live.MAX_FRAME_BYTES:
            connection.close(Close.TOO_LARGE)
            return
        try:
            message = codec.decode_client(frame)
        except BadFrame:
            connection.close(Close.PROTOCOL)
            return
        metrics.FRAMES.labels(type(message).__struct_config__.tag).inc()
        if isinstance(message, live.Join) is self._joined:
            # The first message is join, and join comes once.
            connection.close(Close.PROTOCOL)
        elif self._joined and not self._pace.allows(time.monotonic()):
            connection.close(Close.TOO_MANY)
        else:
            self._joined = True
            self._take(message)

    def other(self) -> None:
        """A message of another kind came in: frames are text."""
        self.seat.connection.close(Close.PROTOCOL)

    def writable(self, *, ready: bool) -> None:
        """Does the socket take more, or must what is left wait?"""
        self.seat.connection.writable(ready=ready)

    def _take(self, message: live.FromClient) -> None:
        if isinstance(message, live.Join) and self._patience is not None:
            self._patience.cancel()
        if not self._busy:
            self._busy = not self.hub.receive(self.seat, message, self._next)
            return
        self._backlog.append(message)
        if len(self._backlog) >= BACKLOG:
            self.wire.read(on=False)

    def _next(self) -> None:
        self._busy = False
        while self._backlog and not self._busy:
            self._busy = not self.hub.receive(self.seat, self._backlog.popleft(), self._next)
        if len(self._backlog) < BACKLOG:
            self.wire.read(on=True)

    # --- what the connection asks --------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """May frames still be sent?"""
        return self.wire.is_open

    def write(self, frames: bytes) -> None:
        """Send whole frames."""
        self.wire.write(frames)

    def abort(self) -> None:
        """End at once."""
        self.wire.abort()


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """Serves the live session. `token` returns the login that a handshake carries; `origin` is the only one that may.

    `token` raises `Unauthenticated` when there is none.
    """

    hub: Hub
    origin: str
    token: Callable[[WebSocket], str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends (an ASGI application, so that Starlette takes it as it is)."""
        websocket = WebSocket(scope, receive, send)
        wire, origin = Wire.of(scope), websocket.headers.get("origin")
        if (origin is not None and origin != self.origin) or SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.close()
            return
        try:
            seat = await self.hub.sit(self.token(websocket), websocket.path_params["session"])
        except ServiceError as error:
            await websocket.accept(subprotocol=SUBPROTOCOL)
            code = _refused_with(error)
            metrics.CLOSES.labels(code).inc()
            await websocket.close(code, error.code)
            return
        listener = Listener(self.hub, seat, wire)
        try:
            await websocket.accept(subprotocol=SUBPROTOCOL)
            listener.begin()
            with contextlib.suppress(WebSocketDisconnect):
                # Text goes by the wire: all that still comes this way is the end.
                while (await websocket.receive())["type"] != "websocket.disconnect":
                    pass
        finally:
            listener.gone()
            self.hub.rise(seat)


def _refused_with(error: ServiceError) -> int:
    """Return the close code for who may not come in; only a member with a seat learns that an agreement is missing."""
    if isinstance(error, Unauthenticated):
        return Close.SIGNED_OUT
    if isinstance(error, Draining):
        return Close.GOING_AWAY
    return Close.NO_AGREEMENT if isinstance(error, AgreementMissing) else Close.NOT_FOUND
