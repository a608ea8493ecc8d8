"""`casuskring bench room`: one session of nine members in a real service, beside a bare broadcast to nine."""

from __future__ import annotations

import asyncio
import os
import secrets as chance
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server import settings as all_settings
from server.commands import bench_region
from server.commands.bench_load import Wire, join_broadcast, join_room
from server.commands.bench_process import cpu_seconds, free_port, helpers, process, service, wait_for_port
from server.commands.bench_report import Figure, Report, percentile
from server.commands.serving import migrate, opened
from server.settings import Settings

ROUNDS = 3
EACH = 100
"""Messages per member and round: under the 120 frames that the service lets a member send at once."""
WINDOW = 12
SINGLE = 100
REFILL_SECONDS = 3.2
"""After this rest a member may send 120 frames at once again (40 a second)."""
SETTLE_SECONDS = 0.8
"""The log is numbered and signed within a second: that work counts too."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One server under the load. CPU seconds of the server itself and of its helpers; latencies in seconds."""

    delivered: int
    frames: int
    seconds: float
    own_cpu: float
    helper_cpu: float
    quiet: tuple[float, ...]
    busy: tuple[float, ...]


def measure() -> Report:
    """Measure the room and the yardstick, one after the other, and return the report.

    Raises:
        BenchError: the service did not start, or held or lost a message.
    """
    return asyncio.run(_measure())


async def _measure() -> Report:
    with tempfile.TemporaryDirectory(prefix="casuskring-bench-") as name:
        folder = Path(name)
        port = free_port()
        module = "import runpy, sys; runpy.run_module('server.commands.bench_broadcast', run_name='__main__')"
        with process(module, str(port), log=folder / "broadcast.log") as pid:
            wait_for_port(port)
            bare = await _load(await join_broadcast(port, 3 * bench_region.PER_DOMAIN), pid)
        ready, ours = await _service(folder)
    return _report(ours, bare, ready)


async def _service(folder: Path) -> tuple[float, Measured]:
    port = free_port()
    settings = Settings(
        database_url=f"sqlite:///{folder}/casuskring.sqlite",
        secrets_dir=folder / "secrets",
        public_origin=f"http://127.0.0.1:{port}",
        port=port,
        spacy_model=all_settings.read(os.environ).spacy_model,
    )
    await migrate(settings, now=_now, random_bytes=chance.token_bytes)
    async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
        table = await bench_region.seed(store)
    with service(settings, folder) as (pid, ready):
        clients = await bench_region.sign_in(settings.public_origin, table)
        try:
            arrange: Callable[[], Awaitable[None]] = lambda: bench_region.open_case(clients, table)  # noqa: E731
            measured = await _load(await join_room(clients, table.session, arrange), pid)
        finally:
            for client in clients:
                await client.__aexit__(None, None, None)
    return ready, measured


def _now() -> datetime:
    return datetime.now(UTC)


async def _load(wire: Wire, pid: int) -> Measured:
    await wire.send(EACH // 4, window=WINDOW)
    await asyncio.sleep(REFILL_SECONDS)
    wire.forget()
    await wire.send_singly(SINGLE)
    quiet = tuple(wire.latencies())
    wire.forget()
    others = helpers(pid)
    seconds = own = helped = 0.0
    for _ in range(ROUNDS):
        await asyncio.sleep(REFILL_SECONDS)
        before = cpu_seconds([pid]), cpu_seconds(others), time.perf_counter()
        await wire.send(EACH, window=WINDOW)
        seconds += time.perf_counter() - before[2]
        await asyncio.sleep(SETTLE_SECONDS)
        own += cpu_seconds([pid]) - before[0]
        helped += cpu_seconds(others) - before[1]
    delivered = sum(len(one.receipts) for one in wire.members)
    frames = sum(one.frames for one in wire.members)
    busy = tuple(wire.latencies())
    await wire.close()
    return Measured(delivered, frames, seconds, own, helped, quiet, busy)


def _report(ours: Measured, bare: Measured, ready: float) -> Report:
    us, guardless, them = "casuskring", "casuskring, controle apart", "websockets.broadcast"
    per_cpu = ours.delivered / (ours.own_cpu + ours.helper_cpu)
    per_own_cpu = ours.delivered / ours.own_cpu
    yardstick = bare.delivered / bare.own_cpu
    messages = ours.delivered / (3 * bench_region.PER_DOMAIN)
    share = ours.helper_cpu / (ours.own_cpu + ours.helper_cpu)
    figures = [
        Figure(us, "start_seconds", ready, "s", "start tot eerste antwoord, model geladen"),
        *_figures(us, ours, per_cpu),
        Figure(us, "ratio", per_cpu / yardstick, "x", "verhouding tot de maatstaf, alles meegeteld"),
        Figure(guardless, "delivered_per_cpu_second", per_own_cpu, "/s", "bezorgd per CPU-seconde"),
        Figure(guardless, "ratio", per_own_cpu / yardstick, "x", "verhouding tot de maatstaf"),
        Figure(guardless, "guard_share", 100 * share, "%", "aandeel van de controle in alle CPU"),
        Figure(guardless, "guard_cpu_ms", 1000 * ours.helper_cpu / messages, "ms", "CPU van de controle per bericht"),
        *_figures(them, bare, yardstick),
    ]
    return Report(
        "room",
        f"een sessie met 9 leden op de lus van deze computer, {messages:.0f} berichten elk aan alle 9 bezorgd, SQLite",
        "een echt proces `casuskring serve`: aanmelding, controle, vaste volgorde, versleuteld en duurzaam, logboek",
        "`websockets.broadcast` zonder logboek, opslag, controle of volgorde, met dezelfde berichten in dezelfde run",
        tuple(figures),
        (
            "'Rustig' is een bericht tegelijk; 'druk' is zo snel als de dienst laat zenden (120 frames ineens).",
            "CPU is van de dienst en zijn hulpprocessen, met het ondertekenen van het logboek; niet van de leden.",
        ),
    )


def _figures(of: str, one: Measured, per_cpu: float) -> list[Figure]:
    figures = [Figure(of, "delivered_per_cpu_second", per_cpu, "/s", "bezorgd per CPU-seconde")]
    figures.append(Figure(of, "delivered_per_second", one.delivered / one.seconds, "/s", "bezorgd per seconde"))
    figures.append(Figure(of, "events_per_frame", one.delivered / one.frames, "", "gebeurtenissen per frame"))
    for name, label, values in (("quiet", "rustig", one.quiet), ("busy", "druk", one.busy)):
        for share in (50, 99):
            value = 1000 * percentile(values, share / 100)
            figures.append(Figure(of, f"{name}_p{share}_ms", value, "ms", f"van zenden tot bezorgd, {label}, p{share}"))
    return figures
