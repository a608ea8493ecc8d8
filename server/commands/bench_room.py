"""`casuskring bench room`: ten rooms of twenty members in a real service, beside servers that only pass on."""

from __future__ import annotations

import asyncio
import os
import re
import secrets as chance
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server import settings as all_settings
from server.commands import bench_peers, bench_region, bench_strain
from server.commands.bench_load import FRAME_BYTES, Rooms, require_open
from server.commands.bench_process import SERVE, cpu_seconds, free_port, helpers, service
from server.commands.bench_region import PER_ROOM, ROOMS
from server.commands.bench_report import Figure, Report, median, percentile
from server.commands.bench_strain import Door
from server.commands.bench_wire import Speech, join
from server.commands.serving import migrate, opened
from server.protocol import codec, live
from server.settings import Settings

ROUNDS = 3
EACH = 100
"""Messages per member and round: under the 120 frames that the service lets a member send at once."""
EACH_GUARDED = 40
"""The guard's one worker reads about a thousand messages a second, so fewer are enough."""
WINDOW = 12
REFILL_SECONDS = 3.2
"""After this rest a member may send 120 frames at once again (40 a second)."""
SETTLE_SECONDS = 0.8
"""The log is numbered and signed within a second: that work counts too."""
DELIVERIES_A_SECOND = 4000
STREAM_SECONDS = 10

UNGUARDED = "from server.commands.bench_unguarded import main; main()"

ROOM = Speech(
    delivery=b'"type":"contributed"',
    numbers=re.compile(rb'"seq":(\d+),"at"'),
    answers=re.compile(rb'"type":"answer","key":"([^"]+)","seq":(\d+)'),
    hello=(codec.encode(live.Join()),),
    welcome=b'"type":"welcome"',
    ack=b'{"type":"ack","seq":%b}',
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One server under the load. CPU seconds of the server itself and of its helpers; latencies in seconds."""

    delivered: int
    frames: int
    own_cpu: float
    helper_cpu: float
    seconds: float
    per_cpu: tuple[float, ...]
    latencies: tuple[float, ...]

    @property
    def per_own_cpu(self) -> float:
        """Deliveries per CPU second of the server itself, the middle one of the rounds."""
        return median(self.per_cpu)

    @property
    def per_all_cpu(self) -> float:
        """Deliveries per CPU second of the server and its helpers."""
        return self.delivered / (self.own_cpu + self.helper_cpu)


def measure() -> Report:
    """Measure the room and the yardsticks, one after the other, and return the report.

    Raises:
        BenchError: the service did not start, or held or lost a message.
    """
    return asyncio.run(_measure())


async def _measure() -> Report:
    with tempfile.TemporaryDirectory(prefix="casuskring-bench-") as name:
        folder = Path(name)
        peers = [(peer.name, await _peer(peer, folder)) for peer in bench_peers.found()]
        (folder / "bare").mkdir()
        (folder / "guarded").mkdir()
        _ready, bare, strain = await room(folder / "bare", UNGUARDED, EACH)
        ready, guarded, _none = await room(folder / "guarded", SERVE, EACH_GUARDED)
    return _report(guarded, bare, peers, ready, strain)


async def _peer(peer: bench_peers.Peer, folder: Path) -> Measured:
    with bench_peers.serving(peer, folder) as (pid, port):
        rooms = await bench_peers.fill(peer, port, ROOMS, PER_ROOM, ["x" * 32] * ROOMS)
        measured = await _load(rooms, pid, peer.each)
        rooms.close()
    return measured


async def room(folder: Path, code: str, each: int) -> tuple[float, Measured, list[Figure]]:
    """Return how long the service took to start, what it does under the load and, without its guard, under strain."""
    settings = settings_in(folder)
    await migrate(settings, now=_now, random_bytes=chance.token_bytes)
    async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
        tables = await bench_region.seed(store)
    strain: list[Figure] = []
    with service(settings, folder, code) as (pid, ready):
        clients = await bench_region.sign_in(settings.public_origin, tables)
        try:
            door = Door(settings.port, tables.sessions, [client.live("").token for client in clients], ROOM)
            if code != SERVE:
                strain += await bench_strain.idle_memory(door, pid, folder)
            rooms = await _fill(door, lambda: bench_region.open_cases(clients, tables))
            measured = await _load(rooms, pid, each)
            if code != SERVE:
                strain += await bench_strain.stall(rooms, DELIVERIES_A_SECOND / rooms.per_room)
                rooms.close()
                strain += await bench_strain.come_back(door, pid)
        finally:
            for client in clients:
                await client.__aexit__(None, None, None)
    return ready, measured, strain


def settings_in(folder: Path) -> Settings:
    """Return the settings of a service in this folder."""
    port = free_port()
    found = all_settings.read(os.environ)
    database = found.database_url if found.database_url.startswith("postgresql") else f"sqlite:///{folder}/c.sqlite"
    return Settings(
        database_url=database,
        secrets_dir=folder / "secrets",
        public_origin=f"http://127.0.0.1:{port}",
        port=port,
        spacy_model=found.spacy_model,
    )


async def _fill(door: Door, arrange: Callable[[], Awaitable[list[str]]]) -> Rooms:
    """Return rooms full of members of the service. `arrange` is awaited once all sit at their tables."""
    members = []
    for number in range(len(door.sessions)):
        members += [await join(door.port, door.member(number, seat)) for seat in range(len(door.tokens))]
    return Rooms(members, len(door.tokens), await arrange())


def _now() -> datetime:
    return datetime.now(UTC)


async def _load(rooms: Rooms, pid: int, each: int) -> Measured:
    await rooms.flood(each // 4, window=WINDOW)
    await asyncio.sleep(REFILL_SECONDS)
    latencies = await rooms.stream(DELIVERIES_A_SECOND / rooms.per_room, STREAM_SECONDS)
    others = helpers(pid)
    delivered = frames = 0
    seconds = own = helped = 0.0
    per_cpu = []
    for _ in range(ROUNDS):
        await asyncio.sleep(REFILL_SECONDS)
        before = cpu_seconds([pid]), cpu_seconds(others), asyncio.get_running_loop().time()
        tally = await rooms.flood(each, window=WINDOW)
        seconds += asyncio.get_running_loop().time() - before[2]
        await asyncio.sleep(SETTLE_SECONDS)
        used = cpu_seconds([pid]) - before[0]
        own += used
        helped += cpu_seconds(others) - before[1]
        delivered += tally.delivered
        frames += rooms.frames
        per_cpu.append(tally.delivered / used)
    require_open(rooms.members)
    return Measured(delivered, frames, own, helped, seconds, tuple(per_cpu), tuple(latencies))


def _report(
    guarded: Measured, bare: Measured, peers: list[tuple[str, Measured]], ready: float, strain: list[Figure]
) -> Report:
    yardstick = peers[0][1].per_own_cpu
    share = guarded.helper_cpu / (guarded.own_cpu + guarded.helper_cpu)
    messages = guarded.delivered / PER_ROOM
    us, apart, without = "casuskring", "casuskring, controle afgetrokken", "casuskring, zonder controle"
    figures = [
        Figure(us, "start_seconds", ready, "s", "start tot eerste antwoord, model geladen"),
        *_figures(us, guarded, guarded.per_all_cpu, yardstick),
        Figure(us, "guard_share", 100 * share, "%", "aandeel van de controle in alle CPU"),
        Figure(us, "guard_cpu_ms", 1000 * guarded.helper_cpu / messages, "ms", "CPU van de controle per bericht"),
        Figure(apart, "delivered_per_cpu_second", guarded.per_own_cpu, "/s", "bezorgd per CPU-seconde"),
        Figure(apart, "ratio", guarded.per_own_cpu / yardstick, "x", "verhouding tot websockets.broadcast"),
        *_figures(without, bare, bare.per_own_cpu, yardstick),
    ]
    figures += [
        Figure(without, f"beside_{name}", bare.per_own_cpu / one.per_own_cpu, "x", f"naast {name}")
        for name, one in peers[1:]
    ]
    for name, one in peers:
        figures += _figures(name, one, one.per_own_cpu, yardstick)
    return Report(
        "room",
        f"{ROOMS} sessies met {PER_ROOM} leden op de lus van deze computer, berichten van {FRAME_BYTES} bytes",
        "een echt proces `casuskring serve`: aanmelding, vaste volgorde, versleuteld en duurzaam, ondertekend logboek",
        "servers die alleen doorgeven: geen aanmelding, opslag, controle, volgorde of logboek; zelfde berichten en run",
        (*figures, *strain),
        (
            f"Druk: zo snel als de dienst laat zenden; wachttijden bij {DELIVERIES_A_SECOND} bezorgingen per seconde.",
            "CPU is van de dienst, met het ondertekenen van het logboek, en van zijn hulpprocessen; niet van de leden.",
            f"python-socketio en Django Channels worden gemeten als {bench_peers.PEERS} een Python noemt die ze heeft.",
        ),
    )


def _figures(of: str, one: Measured, per_cpu: float, yardstick: float) -> list[Figure]:
    figures = [
        Figure(of, "delivered_per_cpu_second", per_cpu, "/s", "bezorgd per CPU-seconde"),
        Figure(of, "ratio", per_cpu / yardstick, "x", "verhouding tot websockets.broadcast"),
        Figure(of, "delivered_per_second", one.delivered / one.seconds, "/s", "bezorgd per seconde"),
        Figure(of, "deliveries_per_frame", one.delivered / one.frames, "", "bezorgingen per frame, druk"),
    ]
    for share in (50, 99):
        value = 1000 * percentile(one.latencies, share / 100)
        figures.append(Figure(of, f"p{share}_ms", value, "ms", f"van zenden tot bezorgd, p{share}"))
    return figures
