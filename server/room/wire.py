"""The socket under a live session: uvicorn's own WebSocket protocol, with a short way in and out for text frames.

Through ASGI every frame is a message in a queue, a task that wakes up, and a socket that stops and starts reading. Here
a whole text frame goes straight to the member's connection, and what waits for a member leaves as one write. All else
(the handshake, pings, fragments, closing, whatever is malformed) takes uvicorn's way, which is that of `websockets`.
Source: RFC 6455 §5.2.
"""

from __future__ import annotations

from typing import Any, Protocol

from starlette.types import Scope
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled part
    from websockets.utils import apply_mask

WIRE = "casuskring.wire"
"""Under which name the state of the ASGI scope holds the wire."""

_WHOLE_TEXT = 0x81
_MASKED = 0x80


class Receiver(Protocol):
    """Who takes what comes in on a wire."""

    def text(self, frame: bytes) -> None:
        """Take a whole text message."""

    def other(self) -> None:
        """A message of another kind came in."""

    def writable(self, *, ready: bool) -> None:
        """Does the socket take more, or must what is left wait?"""


class Wire(WebSocketsSansIOProtocol):
    """One connection. Until a receiver is attached, and for all but whole text frames, it is uvicorn's protocol."""

    receiver: Receiver | None = None
    _rest: bytes = b""
    _early: bool = False

    @staticmethod
    def of(scope: Scope) -> Wire:
        """Return the wire of a connection.

        Raises:
            TypeError: the service runs under something else than `serve` makes of uvicorn.
        """
        wire = scope.get("state", {}).get(WIRE)
        if not isinstance(wire, Wire):
            raise TypeError("the live session needs server.room.wire as uvicorn's WebSocket protocol")
        return wire

    def attach(self, receiver: Receiver) -> None:
        """From here on text goes to the receiver; what came in before the handshake was answered goes first."""
        self.receiver = receiver
        while not self.queue.empty():
            message: Any = self.queue.get_nowait()
            if message["type"] != "websocket.receive":
                self.queue.put_nowait(message)
                break
            if message.get("text") is None:
                receiver.other()
            else:
                receiver.text(message["text"].encode())
        self._read(on=True)

    def handle_connect(self, event: Request) -> None:
        """Begin as uvicorn does, and give the application its wire."""
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["state"][WIRE] = self

    # --- in ------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Take what came in, frame by frame."""
        if self.receiver is None or self._early:
            # Who sends before the answer to the handshake stays with the library, which knows where a frame began.
            self._early |= self.handshake_initiated or not data.endswith(b"\r\n\r\n")
            super().data_received(data)
            return
        data = self._rest + data if self._rest else data
        at = 0
        while at < len(data):
            end = self._frame_end(data, at)
            if not end:
                break
            if self._take_text(data, at, end):
                at = end
                continue
            super().data_received(data[at:end])
            at = end
        self._rest = data[at:] if at else data

    def _frame_end(self, data: bytes, at: int) -> int:
        """Return where the frame that begins at `at` ends, or 0 when it is not whole yet."""
        if len(data) - at < 2:
            return 0
        size, start = data[at + 1] & 127, at + 2
        if size > 125:
            start += 2 if size == 126 else 8
            if start > len(data):
                return 0
            size = int.from_bytes(data[at + 2 : start], "big")
            if size > self.config.ws_max_size:
                return len(data)  # the library refuses it by its length, and never sees the rest
        end = start + size + (4 if data[at + 1] & _MASKED else 0)
        return end if end <= len(data) else 0

    def _take_text(self, data: bytes, at: int, end: int) -> bool:
        """Give the receiver a whole text frame; false for any other."""
        second = data[at + 1]
        if data[at] != _WHOLE_TEXT or second < _MASKED or self.frames or self.receiver is None or not self.is_open:
            return False
        size = second & 127
        if size == 127:
            return False
        start = at + (2 if size < 126 else 4)
        self.receiver.text(apply_mask(data[start + 4 : end], data[start : start + 4]))
        return True

    def send_receive_event_to_app(self) -> None:
        """Give the receiver a message that came in fragments, or with the handshake."""
        if self.receiver is None:
            super().send_receive_event_to_app()
            return
        whole = b"".join(self.frames)
        self.frames = []
        if self.close_sent:
            return
        if self.curr_msg_data_type == "text":
            self.receiver.text(whole)
        else:
            self.receiver.other()

    def read(self, *, on: bool) -> None:
        """Go on reading, or stop until the member's messages have been dealt with."""
        if not self.transport.is_closing():
            self._read(on=on)

    def _read(self, *, on: bool) -> None:
        if on and self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        elif not on and not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()

    # --- out -----------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """May text still be sent and received?"""
        return self.conn.state is State.OPEN and not self.close_sent and not self.transport.is_closing()

    def write(self, frames: bytes) -> None:
        """Send whole frames, made by `connection.framed`."""
        self.transport.write(frames)

    def pause_writing(self) -> None:
        """The socket takes no more for now."""
        super().pause_writing()
        if self.receiver is not None:
            self.receiver.writable(ready=False)

    def resume_writing(self) -> None:
        """The socket takes more again."""
        super().resume_writing()
        if self.receiver is not None:
            self.receiver.writable(ready=True)

    def close(self, code: int, *, seconds: float) -> None:
        """Say that this is the end and why; a socket that is still there after so many seconds is cut off.

        Also to who reads nothing now: the code is what they get first when they read again.
        """
        if not self.is_open:
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        self.conn.send_close(code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self._read(on=True)
        self.close_timer = self.loop.call_later(seconds, self.transport.abort)

    def abort(self) -> None:
        """End the connection at once, with whatever has not left."""
        self.transport.abort()
