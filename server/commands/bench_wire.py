"""Members of the room's benchmark: bare WebSocket clients that cost the machine as little as possible.

A member sends frames that were made beforehand, counts what arrives, and parses nothing else; so the computer's other
core can load one core of a server. Every kind of server gets the same text in frames of the same size.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from server.commands.bench_report import BenchError

MASK = bytes(4)
"""RFC 6455 wants a mask from clients; of zeros it is one, and costs this side nothing. A server cannot tell."""
_TEXT, _CLOSE, _PING = 1, 8, 9
_ANSWER = b'"type":"answer"'
SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Speech:
    """How a kind of server speaks.

    Attributes:
        delivery: stands once in each delivery.
        numbers: finds what a delivery is called.
        answers: finds key and name in the answer to a command; None where the member's own delivery is the answer.
        dress: puts the message into what the server wants to get.
        hello: sent first, for each member.
        welcome: stands in the frame that lets a member begin; empty: the upgrade does.
        ack: what a member sends once a second, with the name of the last delivery.
    """

    delivery: bytes
    numbers: re.Pattern[bytes]
    answers: re.Pattern[bytes] | None = None
    dress: Callable[[bytes], bytes] = lambda message: message
    hello: tuple[bytes, ...] = ()
    welcome: bytes = b""
    ack: bytes = b""


@dataclass(slots=True)
class Tally:
    """What one measurement gathers over all members. With `exact`, also when each delivery came in at whom."""

    exact: bool = False
    delivered: int = 0
    answered: int = 0
    sent: dict[str, tuple[int, float]] = field(default_factory=dict)
    names: dict[str, bytes] = field(default_factory=dict)
    receipts: list[tuple[int, bytes, float]] = field(default_factory=list)
    trouble: str = ""


class Member(asyncio.Protocol):
    """One member on one connection. `room` is the number of the room, `place` that of the member among all."""

    def __init__(self, speech: Speech, room: int, place: int, request: bytes) -> None:
        self.speech, self.room, self.place = speech, room, place
        self.tally = Tally()
        self.queue: list[bytes] = []
        self.open = asyncio.get_running_loop().create_future()
        self.own = b'"key":"%d-' % place
        self.frames = 0
        self.last = b""
        self.paused = False
        self.closed: int | None = None
        self.closed_at = 0.0
        self.request = request
        self._shaken = False
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    @property
    def transport(self) -> asyncio.Transport:
        """The connection."""
        if self._transport is None:
            raise BenchError("een verbinding van de meting kwam niet tot stand")
        return self._transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP connection is one
        self._transport = transport
        transport.write(self.request)

    def connection_lost(self, _error: Exception | None) -> None:
        """Remember it when nobody asked for it."""
        self.closed = self.closed or 1006
        self.closed_at = self.closed_at or time.perf_counter()
        if not self.open.done():
            self.open.set_exception(BenchError("een server van de meting liet een lid niet toe"))

    def data_received(self, data: bytes) -> None:
        """Take what came in."""
        data = self._buffer + data if self._buffer else data
        if not self._shaken:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self._buffer = head
                return
            if b" 101 " not in head[:16]:
                self.open.set_exception(BenchError("een server van de meting liet een lid niet toe"))
                return
            self._shaken = True
            for one in self.speech.hello:
                self.write(one)
            if not self.speech.welcome:
                self.open.set_result(None)
        self._buffer = self._take(data)

    def _take(self, data: bytes) -> bytes:
        at, end, now = 0, len(data), time.perf_counter()
        while end - at >= 2:
            size, start = data[at + 1] & 127, at + 2
            if size > 125:
                start += 2 if size == 126 else 8
                if start > end:
                    break
                size = int.from_bytes(data[at + 2 : start], "big")
            if start + size > end:
                break
            self._frame(data[at] & 15, data[start : start + size], now)
            at = start + size
        return data[at:]

    def _frame(self, opcode: int, payload: bytes, now: float) -> None:
        if opcode == _TEXT:
            self.hear(payload, now)
        elif opcode == _PING:
            self.transport.write(framed(payload, 10))
        elif opcode == _CLOSE:
            self.closed, self.closed_at = int.from_bytes(payload[:2], "big"), now
            self.transport.close()

    def hear(self, payload: bytes, now: float) -> None:
        """Count one frame."""
        speech, tally = self.speech, self.tally
        if not self.open.done():
            if payload == b"2" or speech.welcome not in payload:
                return
            self.open.set_result(None)
        if payload == b"2":
            self.write(b"3")  # the heartbeat of socket.io
        number = payload.count(speech.delivery)
        if number:
            tally.delivered += number
            self.frames += 1
            self.last = payload
        mine = payload.count(_ANSWER if speech.answers else self.own)
        if mine:
            tally.answered += mine
            for frame in self.queue[:mine]:
                self.transport.write(frame)
            del self.queue[:mine]
        if tally.exact:
            self._note(payload, now)
        if b'"type":"refused"' in payload or b'"type":"held"' in payload:
            tally.trouble = "de dienst hield een bericht van de meting vast of weigerde het"

    def _note(self, payload: bytes, now: float) -> None:
        tally = self.tally
        tally.receipts += [(self.room, one, now) for one in self.speech.numbers.findall(payload)]
        if self.speech.answers:
            tally.names.update((key.decode(), name) for key, name in self.speech.answers.findall(payload))

    def write(self, payload: bytes) -> None:
        """Send one text frame."""
        self.transport.write(framed(payload))

    def acknowledge(self) -> None:
        """Say what was shown, as the clients do once a second."""
        numbers = self.speech.numbers.findall(self.last) if self.speech.ack else ()
        if numbers and not self.transport.is_closing():
            self.write(self.speech.ack % numbers[-1])


def framed(payload: bytes, opcode: int = _TEXT) -> bytes:
    """Return a whole frame of a client."""
    size = len(payload)
    length = bytes([128 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([128 | opcode]) + length + MASK + payload


def request(path: str, *headers: str) -> bytes:
    """Return the bytes that ask for an upgrade."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode()


async def join(port: int, member: Member) -> Member:
    """Connect a member and wait for its welcome.

    Raises:
        BenchError: it was not let in.
    """
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: member, "127.0.0.1", port)
    await asyncio.wait_for(asyncio.shield(member.open), SECONDS)
    return member


async def arrived(members: Sequence[Member], tally: Tally, sent: int, delivered: int) -> None:
    """Return when all was answered and delivered.

    Raises:
        BenchError: a message was held, refused or lost.
    """
    until, acked = time.monotonic() + SECONDS, time.monotonic()
    while tally.delivered < delivered or tally.answered < sent:
        await asyncio.sleep(0.005)
        now = time.monotonic()
        if tally.trouble or now > until:
            raise BenchError(tally.trouble or "niet elk bericht van de meting kwam aan")
        if now - acked > 1:
            acked = now
            for member in members:
                member.acknowledge()
