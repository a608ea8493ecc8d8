"""The room under strain: members who come back all at once, one who stops reading, and many who only listen."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from server.commands.bench_load import Rooms
from server.commands.bench_process import cpu_seconds, free_port, process, wait_for_port
from server.commands.bench_report import BenchError, Figure, percentile
from server.commands.bench_wire import SECONDS, Member, Speech, Tally, join, request
from server.protocol import codec, live

MISSED = 100
RETURNING = 1000
STREAM_SECONDS = 8
_EPOCH = re.compile(rb'"epoch":"([^"]+)","seq":(\d+)')

_BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
async def listen(websocket):
    await websocket.accept()
    async for _ in websocket.iter_text():
        pass
uvicorn.run(Starlette(routes=[WebSocketRoute("/", listen)]), host="127.0.0.1", port=int(sys.argv[1]),
            ws="websockets-sansio", ws_per_message_deflate=False, access_log=False, log_level="error")
"""


@dataclass(frozen=True, slots=True)
class Door:
    """Where members come in, each with a request of their own."""

    port: int
    sessions: Sequence[str]
    tokens: Sequence[str]
    speech: Speech

    def member(self, room: int, seat: int, speech: Speech | None = None) -> Member:
        """Return a member of a room that has yet to connect."""
        asked = request(
            f"/ws/v1/sessions/{self.sessions[room]}",
            f"Authorization: Bearer {self.tokens[seat]}",
            f"Sec-WebSocket-Protocol: {live.SUBPROTOCOL}",
        )
        return Member(speech or self.speech, room, room * len(self.tokens) + seat, asked)


class Returning(Member):
    """A member who comes back; `missed` counts the events that the welcome brought."""

    missed = 0
    epoch = b""
    head = 0

    def hear(self, payload: bytes, _now: float) -> None:
        """Look at the welcome and forget the rest."""
        if not self.open.done() and b'"type":"welcome"' in payload:
            self.missed = payload.count(b'"body":')
            if found := _EPOCH.search(payload):
                self.epoch, self.head = found[1], int(found[2])
            self.open.set_result(None)


async def come_back(door: Door, pid: int) -> list[Figure]:
    """Let a thousand connections come back at once, each with a hundred missed events.

    Raises:
        BenchError: not everyone got everything.
    """
    places = [(room, seat) for room in range(len(door.sessions)) for seat in range(len(door.tokens))]
    heads = [await _head(door, room) for room in range(len(door.sessions))]
    members = []
    for room, seat in (places * (1 + RETURNING // len(places)))[:RETURNING]:
        epoch, head = heads[room]
        hello = codec.encode(live.Join(epoch.decode(), head - MISSED))
        base = door.member(room, seat)
        members.append(Returning(replace(door.speech, hello=(hello,)), room, base.place, base.request))
    before, began = cpu_seconds([pid]), time.perf_counter()
    await asyncio.wait_for(asyncio.gather(*(join(door.port, one) for one in members)), SECONDS)
    wall, cpu = time.perf_counter() - began, cpu_seconds([pid]) - before
    if any(one.missed < MISSED for one in members):
        raise BenchError("niet elk lid dat terugkwam kreeg alles")
    for one in members:
        one.transport.abort()
    what = f"{RETURNING} verbindingen terug, elk {MISSED} gemiste gebeurtenissen"
    return [
        Figure("terugkomen", "cpu_seconds", cpu, "s", f"{what}: CPU"),
        Figure("terugkomen", "seconds", wall, "s", "tot iedereen alles had"),
    ]


async def _head(door: Door, room: int) -> tuple[bytes, int]:
    base = door.member(room, 0)
    one = Returning(door.speech, room, base.place, base.request)
    await join(door.port, one)
    one.transport.abort()
    return one.epoch, one.head


async def stall(rooms: Rooms, rate: float) -> list[Figure]:
    """Compare how long deliveries take with and without one member who reads nothing."""
    without = await rooms.stream(rate, STREAM_SECONDS)
    asleep = rooms.members[0]
    asleep.transport.pause_reading()
    others = Rooms(rooms.members[1:], rooms.per_room, rooms.cases)
    others.missing = 1
    beside = await others.stream(rate, STREAM_SECONDS)
    asleep.transport.resume_reading()
    p99 = [1000 * percentile(values, 0.99) for values in (without, beside)]
    return [
        Figure("een lid leest niet", "p99_without_ms", p99[0], "ms", "p99 van de anderen, zonder"),
        Figure("een lid leest niet", "p99_ms", p99[1], "ms", "p99 van de anderen, met"),
        Figure("een lid leest niet", "ratio", p99[1] / p99[0], "x", "verhouding"),
    ]


async def idle_memory(door: Door, pid: int, folder: Path) -> list[Figure]:
    """Compare what a member who only listens takes of memory with a bare Starlette WebSocket."""
    ours = await _grown(pid, [door.member(room, seat) for room in range(10) for seat in range(20)], door.port)
    port = free_port()
    with process(_BARE, str(port), python=sys.executable, log=folder / "bare.log") as bare:
        wait_for_port(port)
        plain = Speech(delivery=b"-", numbers=re.compile(b"-"))
        theirs = await _grown(bare, [Member(plain, 0, place, request("/")) for place in range(200)], port)
    return [
        Figure("geheugen", "bytes_per_member", ours / 1024, "KiB", "per lid dat alleen luistert"),
        Figure("geheugen", "bare_bytes", theirs / 1024, "KiB", "kale WebSocket van Starlette"),
        Figure("geheugen", "ratio", ours / theirs, "x", "verhouding"),
    ]


async def _grown(pid: int, members: list[Member], port: int) -> float:
    # The second hundred: the first one pays for what a process needs once.
    half = len(members) // 2
    for one in members[:half]:
        await join(port, one)
    await asyncio.sleep(1)
    before = _resident(pid)
    for one in members[half:]:
        await join(port, one)
    await asyncio.sleep(1)
    grown = _resident(pid) - before
    for one in members:
        one.tally = Tally()
        one.transport.abort()
    await asyncio.sleep(1)
    return grown / half


def _resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0
