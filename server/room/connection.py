"""One connection of one member: who it is, and a bounded outbox, so that a slow reader slows nobody else down."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from server.accounts.model import Actor
from server.protocol import codec, live
from server.protocol.live import Close
from server.protocol.session import Participant
from server.storage.audit_log import Who

OUTBOX_BYTES = 1024 * 1024
"""Most bytes that may wait for one member."""

OUTBOX_SECONDS = 20.0
"""Longest that a socket may refuse what waits for it."""

AT_ONCE = 64 * 1024
"""Bytes given to the socket in one write."""

_numbers = itertools.count(1)


class Line(Protocol):
    """What carries frames to a member."""

    @property
    def is_open(self) -> bool:
        """May frames still be sent?"""

    def write(self, frames: bytes) -> None:
        """Send whole frames."""

    def end(self, code: int) -> None:
        """Close with this code."""

    def abort(self) -> None:
        """End at once."""


def encoded(message: live.ToClient) -> bytes:
    """Return a message as a frame."""
    return framed(codec.encode(message))


def framed(text: bytes) -> bytes:
    """Return a whole text frame of a server: no mask, no fragments, no extension. Source: RFC 6455 §5.2."""
    size = len(text)
    if size < 126:
        return b"\x81%c%b" % (size, text)
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


@dataclass(slots=True, eq=False)
class Connection:
    """A member's socket. `joined` is true once it has had its welcome.

    What is put in one turn of the event loop leaves in one write.
    """

    actor: Actor
    participant: Participant
    who: Who
    number: int = field(default_factory=lambda: next(_numbers))
    joined: bool = False
    _line: Line | None = None
    _frames: deque[bytes] = field(default_factory=deque)
    _bytes: int = 0
    _ready: bool = True
    _flushing: bool = False
    _patience: asyncio.TimerHandle | None = None
    _close: int | None = None

    def attach(self, line: Line) -> None:
        """Say over what the frames leave."""
        self._line = line
        self._soon()

    def put(self, frame: bytes) -> None:
        """Queue a whole frame; a member whose outbox is full is closed as slow and recovers by number."""
        if self._close is not None:
            return
        if self._frames and self._bytes + len(frame) > OUTBOX_BYTES:
            # One frame alone may be larger: a welcome can hold a whole session, and must be able to arrive.
            self._frames.clear()
            self._bytes = 0
            self._close = Close.SLOW
            self._end(Close.SLOW)
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._soon()

    def forget(self, seq: int) -> None:
        """Drop what waits if event `seq` is in it, which may not leave any more; the member recovers by number."""
        mark = b'"seq":%d,' % seq
        if any(mark in frame for frame in self._frames):
            self._frames.clear()
            self._bytes = 0
            self.close(Close.SLOW)

    def close(self, code: int) -> None:
        """End the connection with this code, after what is queued has left; the first code counts."""
        if self._close is None:
            self._close = code
            self._wait(OUTBOX_SECONDS)
        self._soon()

    @property
    def closing(self) -> bool:
        """Has this connection to end?"""
        return self._close is not None

    def writable(self, *, ready: bool) -> None:
        """Does the socket take more, or must what is left wait?"""
        self._ready = ready
        if self._close is None:
            self._wait(None if ready else OUTBOX_SECONDS)
        if ready:
            self._soon()

    def ended(self) -> None:
        """The socket is gone: nothing is sent any more."""
        self._line = None
        self._frames.clear()
        self._wait(None)

    def _wait(self, seconds: float | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
        self._patience = None
        if seconds is not None:
            self._patience = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        # Who reads nothing cannot be told why: its socket ends, and it comes back by number.
        if self._line is not None:
            self._line.abort()

    def _soon(self) -> None:
        if not self._flushing and self._line is not None:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        line, frames = self._line, self._frames
        if line is None or not line.is_open:
            frames.clear()
            return
        while frames and self._ready:
            if self._bytes <= AT_ONCE:
                whole = b"".join(frames)
                frames.clear()
                self._bytes = 0
            else:
                whole = frames.popleft()
                self._bytes -= len(whole)
            line.write(whole)
        if not frames and self._ready and self._close is not None:
            self._end(self._close)

    def _end(self, code: int) -> None:
        self._wait(None)
        if self._line is not None:
            self._line.end(code)
