"""One connection of one member: who it is, and a bounded outbox, so that a slow reader slows nobody else down."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field

from server.accounts.model import Actor
from server.protocol.live import Close
from server.protocol.session import Participant

OUTBOX_BYTES = 1024 * 1024
"""Most bytes that may wait for one member."""

OUTBOX_SECONDS = 20.0
"""Longest that one frame may take to leave."""

_numbers = itertools.count(1)


class Closed(Exception):
    """The connection has to end; `code` is the close code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(slots=True, eq=False)
class Connection:
    """A member's socket. `joined` is true once it has had its welcome."""

    actor: Actor
    participant: Participant
    number: int = field(default_factory=lambda: next(_numbers))
    joined: bool = False
    _frames: deque[bytes] = field(default_factory=deque)
    _bytes: int = 0
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _close: int | None = None

    def put(self, frame: bytes) -> None:
        """Queue a frame; a member whose outbox is full is closed as slow and recovers by number."""
        if self._close is not None:
            return
        if self._frames and self._bytes + len(frame) > OUTBOX_BYTES:
            # One frame alone may be larger: a welcome can hold a whole session, and must be able to arrive.
            self._frames.clear()
            self._bytes = 0
            self.close(Close.SLOW)
            return
        self._frames.append(frame)
        self._bytes += len(frame)
        self._ready.set()

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
        self._ready.set()

    async def take(self) -> bytes:
        """Return the next frame.

        Raises:
            Closed: nothing is left and the connection has to end.
        """
        while not self._frames:
            if self._close is not None:
                raise Closed(self._close)
            self._ready.clear()
            await self._ready.wait()
        frame = self._frames.popleft()
        self._bytes -= len(frame)
        return frame
