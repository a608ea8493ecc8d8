"""The short way in: however the bytes come, the receiver gets each text once, whole and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from server.room.connection import framed
from server.room.wire import Wire

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
LIMIT = 70_000


class Transport(asyncio.Transport):
    """What keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.sent += bytes(data)

    def is_closing(self) -> bool:
        """Was it closed?"""
        return self.closed

    def close(self) -> None:
        """Close it."""
        self.closed = True

    abort = close

    def pause_reading(self) -> None:
        """Nothing is read here."""

    def resume_reading(self) -> None:
        """Nothing is read here."""


class Heard:
    """A receiver that remembers."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self.others = 0

    def text(self, frame: bytes) -> None:
        """Remember a text."""
        self.texts.append(frame)

    def other(self) -> None:
        """Count what is no text."""
        self.others += 1

    def writable(self, *, ready: bool) -> None:
        """Do nothing."""


async def application(_scope: Any, _receive: Any, _send: Any) -> None:
    """Wait for ever."""
    await asyncio.Event().wait()


async def opened(early: bytes = b"") -> tuple[Wire, Heard, Transport]:
    """Return a wire behind its handshake; `early` comes before the answer to it."""
    config = Config(application, ws=Wire, ws_max_size=LIMIT, ws_per_message_deflate=False, ws_ping_interval=None)
    config.load()
    wire, heard, transport = Wire(config, ServerState(), {}), Heard(), Transport()
    wire.connection_made(transport)
    wire.data_received(HANDSHAKE + early)
    assert (await wire.receive())["type"] == "websocket.connect"
    await wire.send({"type": "websocket.accept"})
    transport.sent = b""
    wire.attach(heard)
    return wire, heard, transport


def frame(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    """Return a frame of a client."""
    return Frame(opcode, data, fin).serialize(mask=True)


TEXT = st.one_of(
    st.text(max_size=200).map(str.encode), st.sampled_from([b"x" * 125, b"y" * 126, b"z" * 65_535, b"w" * 65_536])
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[list[bytes], bytes, int]:
    """Return texts, the bytes that carry them (whole or in fragments, with pings anywhere), and how many pings."""
    texts, stream, pings = draw(st.lists(TEXT, max_size=6)), b"", 0
    for text in texts:
        if draw(st.booleans()):
            stream += frame(Opcode.PING, b"?")
            pings += 1
        if draw(st.booleans()):
            stream += frame(Opcode.TEXT, text)
            continue
        cut = draw(st.integers(0, len(text)))
        stream += frame(Opcode.TEXT, text[:cut], fin=False)
        if draw(st.booleans()):
            stream += frame(Opcode.PING, b"!")
            pings += 1
        stream += frame(Opcode.CONT, text[cut:])
    return texts, stream, pings


def parts(stream: bytes, cuts: list[int]) -> Iterator[bytes]:
    """Cut a stream in pieces."""
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    yield from (stream[start:end] for start, end in pairwise(places))


@settings(deadline=None)
# Repeating a failure prints what was drawn; with texts as long as these that is a warning, and it hides the failure.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@given(said=messages(), cuts=st.lists(st.integers(0, 200_000), max_size=8), early=st.booleans())
def test_texts_arrive_once_whole_and_in_order(
    said: tuple[list[bytes], bytes, int], cuts: list[int], *, early: bool
) -> None:
    async def play() -> None:
        texts, stream, pings = said
        pieces = list(parts(stream, cuts))
        first = pieces.pop(0) if early and pieces else b""
        wire, heard, transport = await opened(first)
        for piece in pieces:
            wire.data_received(piece)
        assert heard.texts == texts
        assert not transport.closed
        assert early or transport.sent.count(b"\x8a\x01") == pings
        for task in wire.tasks:
            task.cancel()

    asyncio.run(play())


def test_what_is_too_large_unmasked_or_binary_is_not_taken() -> None:
    async def play() -> None:
        for bad in (b"\x81\xff" + (LIMIT + 1).to_bytes(8, "big"), framed(b"no mask"), b"\xc1\x80mask"):
            wire, heard, transport = await opened()
            wire.data_received(frame(Opcode.TEXT, b"good") + bad)
            assert heard.texts == [b"good"]
            assert transport.closed
            wire.data_received(frame(Opcode.TEXT, b"more"))
            assert heard.texts == [b"good"]
        wire, heard, transport = await opened()
        wire.data_received(frame(Opcode.BINARY, b"\x00"))
        assert (heard.texts, heard.others) == ([], 1)
        wire.close(4400, seconds=0.01)
        assert transport.sent[-4:] == b"\x88\x02" + (4400).to_bytes(2, "big")
        wire.data_received(frame(Opcode.TEXT, b"too late"))
        assert heard.texts == []
        await asyncio.sleep(0.05)
        assert transport.closed

    asyncio.run(play())
