"""The bridge between Starlette's WebSocket and the hub: `/ws/v1/sessions/{id}`, subprotocol `casuskring.v1`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server import metrics
from server.accounts.model import Actor
from server.errors import AgreementMissing, Draining, ServiceError, Unauthenticated
from server.protocol import codec, live
from server.protocol.codec import BadFrame
from server.protocol.live import SUBPROTOCOL, Close
from server.room.connection import OUTBOX_SECONDS, Closed, Connection
from server.room.hub import Hub, Seat

log = structlog.get_logger()

JOIN_SECONDS = 10.0
"""A connection that has not said `join` by then is closed."""

FRAMES_PER_SECOND = 40.0
FRAMES_AT_ONCE = 120.0


class TooLarge(BadFrame):
    """A frame is larger than the protocol allows; servers that check it themselves close with the same code."""


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


@dataclass(frozen=True, slots=True)
class LiveEndpoint:
    """Serves the live session. `sign_in` returns who a handshake belongs to; `origin` is the only one that may."""

    hub: Hub
    origin: str
    sign_in: Callable[[WebSocket], Awaitable[Actor]]
    _at_work: set[asyncio.Task[None]] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until it ends (an ASGI application, so that Starlette takes it as it is)."""
        websocket = WebSocket(scope, receive, send)
        origin = websocket.headers.get("origin")
        if (origin is not None and origin != self.origin) or SUBPROTOCOL not in websocket.scope["subprotocols"]:
            await websocket.close()
            return
        try:
            actor = await self.sign_in(websocket)
            seat = await self.hub.sit(actor, websocket.path_params["session"])
        except ServiceError as error:
            await websocket.accept(subprotocol=SUBPROTOCOL)
            code = _refused_with(error)
            metrics.CLOSES.labels(code).inc()
            await websocket.close(code, error.code)
            return
        try:
            await websocket.accept(subprotocol=SUBPROTOCOL)
            await self._serve(websocket, seat)
        finally:
            self.hub.rise(seat)

    async def _receive(self, seat: Seat, message: live.FromClient) -> None:
        """Deal with one message to its end, also when the connection ends meanwhile: no transaction is cut in two."""
        task = asyncio.ensure_future(self.hub.receive(seat, message))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        await asyncio.shield(task)

    async def _serve(self, websocket: WebSocket, seat: Seat) -> None:
        writer = asyncio.create_task(_write(websocket, seat.connection))
        reader = asyncio.create_task(self._read(websocket, seat))
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            if reader.done() and not writer.done():
                # A reader that ends on its own names a close code, or the client is gone already.
                if error := reader.exception():
                    log.error("connection_failed", kind=type(error).__name__)
                    seat.connection.close(Close.ERROR)
                await asyncio.wait((writer,), timeout=OUTBOX_SECONDS)
        finally:
            for task in (reader, writer):
                task.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)

    async def _read(self, websocket: WebSocket, seat: Seat) -> None:
        connection, pace = seat.connection, Pace()
        try:
            first = await asyncio.wait_for(_frame(websocket), JOIN_SECONDS)
            if not isinstance(first, live.Join):
                raise BadFrame("the first message is join")
            await self._receive(seat, first)
            while True:
                message = await _frame(websocket)
                if not pace.allows(time.monotonic()):
                    connection.close(Close.TOO_MANY)
                    return
                if isinstance(message, live.Join):
                    raise BadFrame("join comes once")
                await self._receive(seat, message)
        except TooLarge:
            connection.close(Close.TOO_LARGE)
        except (BadFrame, TimeoutError):
            connection.close(Close.PROTOCOL)
        except WebSocketDisconnect:
            connection.close(Close.GOING_AWAY)


def _refused_with(error: ServiceError) -> int:
    """Return the close code for who may not come in; only a member with a seat learns that an agreement is missing."""
    if isinstance(error, Unauthenticated):
        return Close.SIGNED_OUT
    if isinstance(error, Draining):
        return Close.GOING_AWAY
    return Close.NO_AGREEMENT if isinstance(error, AgreementMissing) else Close.NOT_FOUND


async def _frame(websocket: WebSocket) -> live.FromClient:
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if text is None:
        raise BadFrame("frames are text")
    if len(text.encode("utf-8", "surrogatepass")) > live.MAX_FRAME_BYTES:
        raise TooLarge("the frame is too large")
    decoded = codec.decode_client(text)
    metrics.FRAMES.labels(type(decoded).__struct_config__.tag).inc()
    return decoded


async def _write(websocket: WebSocket, connection: Connection) -> None:
    try:
        while True:
            frame = await connection.take()
            async with asyncio.timeout(OUTBOX_SECONDS):
                await websocket.send_text(frame.decode())
            metrics.FRAMES_SENT.inc()
    except Closed as closed:
        await _close(websocket, closed.code)
    except TimeoutError:
        await _close(websocket, Close.SLOW)
    except (WebSocketDisconnect, RuntimeError):
        # The client went away while we wrote; what it missed it gets by number.
        return


async def _close(websocket: WebSocket, code: int) -> None:
    metrics.CLOSES.labels(code).inc()
    try:
        async with asyncio.timeout(1.0):
            await websocket.close(code)
    except (TimeoutError, RuntimeError):
        return
