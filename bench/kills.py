"""`kill -9` at random moments under load: does every acknowledged action have its entry, and the other way round?

`python bench/kills.py --database sqlite --cycles 200` starts the real service on a seeded region, with PostgreSQL as
two nodes of one database. Each node serves the session of a circle of its own: three members contribute over WebSocket,
with several commands under way each, while others read and submit cases and fetch checkpoints over HTTP. At a random
moment a node is killed (on PostgreSQL now and then both), started again, and everybody comes back by number and repeats
under the same keys what was not answered. After a series of kills the service is stopped and everything is compared
(`kills_check.py`); the next series begins on a fresh database, so that a session stays as long as sessions are.

Prints a line per series and the totals; ends with 1 when anything was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import random
import secrets as chance
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import structlog

sys.path.insert(0, str(Path(__file__).parents[1]))

import clients.live
import tests.support.process
from bench.kills_check import Done, Wrong, check
from clients.api import Client, new_key
from clients.errors import CommandRefused, Refusal, Unreachable
from clients.live import LiveSession
from server.app import create_store
from server.commands.serving import migrate
from server.demo.network import PASSWORD, PEOPLE, seed
from server.protocol import live
from server.protocol.http import CircleRequest, SeatRequest
from server.protocol.words import Domain, SeatFunction
from server.settings import Settings
from tests.support.databases import DatabaseUrls, PostgreSQL, found_postgresql
from tests.support.process import ServiceProcess
from tests.support.service import free_port, protected_case, settings_for

MEMBERS = ("gp", "ggz", "social_deputy")
CHAIR = MEMBERS.index("ggz")
IN_FLIGHT = 2
"""Contributions that each member has under way at the same time."""
PAUSE = 0.08
"""Longest pause, in seconds, of a member between an answer and the next contribution."""
ANSWER_SECONDS = 300.0
"""How long anything may take: the machine may be busy with other things, and only being lost is wrong."""
LONGEST_DELAY = 0.3
"""Seconds between two attempts to come back: shorter than what members use, only to wait less here."""
LONGEST_LOAD = 1.5
"""Seconds of load before a kill, at most."""
BOTH = 0.2
"""How often both nodes are killed at once, where there are two."""
AFTER_A_KILL = 5
"""Contributions that a node must have acknowledged since its last kill before the next."""


def utc_now() -> datetime:
    """Return the moment now."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Node:
    """A node, the session that it serves, and who sits there."""

    process: ServiceProcess
    session: str
    case: str
    clients: list[Client]
    rooms: list[LiveSession]
    acknowledged: int = 0
    wanted: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self) -> None:
        """Count an acknowledged contribution."""
        self.acknowledged += 1
        if self.acknowledged >= self.wanted:
            self.reached.set()

    async def work(self, contributions: int) -> None:
        """Wait until so many more have been acknowledged."""
        self.wanted = self.acknowledged + contributions
        self.reached.clear()
        await self.reached.wait()


@dataclass(slots=True)
class Load:
    """Everybody's work until they are told to stop, and what of it was acknowledged."""

    nodes: list[Node]
    done: Done
    circle: str
    rng: random.Random
    stopping: bool = False
    under_way: Counter[str] = field(default_factory=Counter)

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Start all work."""
        for node in self.nodes:
            for room in node.rooms * IN_FLIGHT:
                group.create_task(self._contribute(node, room))
            group.create_task(self._read(node))
            group.create_task(self._submit(node))
            group.create_task(self._keep_checkpoints(node))

    async def _contribute(self, node: Node, room: LiveSession) -> None:
        while not self.stopping:
            command = live.Contribute(new_key(), f"Bijdrage {len(self.done.sent) + 1} over de woonplek.")
            self.done.sent[command.key] = node.session
            self.under_way[node.session] += 1
            while True:
                try:
                    self.done.acknowledged[command.key] = await room.send(command, seconds=ANSWER_SECONDS)
                    break
                except CommandRefused as refused:
                    if refused.code != "try_again":
                        raise
                    await asyncio.sleep(0.1)
            self.under_way[node.session] -= 1
            node.note()
            await asyncio.sleep(self.rng.uniform(0, PAUSE))

    async def _read(self, node: Node) -> None:
        while not self.stopping:
            self.done.read_attempts[node.case] += 1
            with unanswered():
                await node.clients[0].case(node.case)
                self.done.reads[node.case] += 1
            await asyncio.sleep(self.rng.uniform(0, 4 * PAUSE))

    async def _submit(self, node: Node) -> None:
        while not self.stopping:
            request = protected_case(self.circle)
            case = None
            while case is None:
                with unanswered():
                    case = await node.clients[0].submit(request)
                await asyncio.sleep(self.rng.uniform(0, 10 * PAUSE))
            self.done.submitted[request.key] = case

    async def _keep_checkpoints(self, node: Node) -> None:
        while not self.stopping:
            with unanswered():
                self.done.notes.add((await node.clients[1].checkpoint()).checkpoint)
            await asyncio.sleep(self.rng.uniform(0, 5 * PAUSE))

    async def kill(self, nodes: list[Node]) -> None:
        """Kill these nodes now, start them again, and wait until their members are back at work."""
        welcomed = [(room, len(room.resumed)) for node in nodes for room in node.rooms]
        for node in nodes:
            self.done.killed_idle += not self.under_way[node.session]
            node.process.kill()
        await asyncio.gather(*(node.process.start() for node in nodes))
        for room, times in welcomed:
            await _welcomed_again(room, times)
        for node in nodes:
            await node.work(AFTER_A_KILL)


async def _welcomed_again(room: LiveSession, times: int) -> None:
    await room.until(lambda _view: len(room.resumed) > times, seconds=ANSWER_SECONDS)


@contextlib.contextmanager
def unanswered() -> Iterator[None]:
    """Let a question go unanswered by a node that is gone or busy; any other refusal is an error of this program."""
    try:
        yield
    except (httpx.TransportError, Unreachable):
        pass
    except Refusal as refused:
        if refused.status < 500:
            raise


# --- a series ----------------------------------------------------------------------------------------------------


async def series(urls: DatabaseUrls, folder: Path, kills: int, rng: random.Random, *, nodes: int) -> tuple[Done, Wrong]:
    """Kill that often on a fresh database and return what was acknowledged and what is wrong with the log of it."""
    settings = [settings_for(urls, folder, free_port()) for _node in range(nodes)]
    await migrate(settings[0], now=utc_now, random_bytes=chance.token_bytes)
    store = create_store(settings[0], now=utc_now, random_bytes=chance.token_bytes)
    network = await seed(store, session_at=utc_now())
    await store.close()
    done = Done()
    async with contextlib.AsyncExitStack() as stack:
        processes = [ServiceProcess(one, folder / f"output-{place}") for place, one in enumerate(settings)]
        for process in processes:
            await stack.enter_async_context(process.running())
        tables = [(network.circle, network.session)]
        tables += [await _another_table(settings[0], network.members) for _node in range(nodes - 1)]
        opened = [
            await _opened(stack, process, circle, session)
            for process, (circle, session) in zip(processes, tables, strict=True)
        ]
        load = Load(opened, done, network.circle, rng)
        async with asyncio.TaskGroup() as group:
            load.begin(group)
            for _kill in range(kills):
                await asyncio.sleep(rng.uniform(0.0, LONGEST_LOAD))
                await load.kill(opened if rng.random() < BOTH else [rng.choice(opened)])
            load.stopping = True
    return done, await check(done, settings[0], folder)


async def _another_table(settings: Settings, members: dict[str, str]) -> tuple[str, str]:
    """Make a second circle of the same people with a session of its own, because a session belongs on one node."""
    async with await _signed_in(settings, "coordinator") as coordinator:
        seats = (
            SeatRequest(Domain.GP, members["gp"]),
            SeatRequest(Domain.GGZ, members["ggz"], SeatFunction.CHAIR),
            SeatRequest(Domain.SOCIAL, members["social"], SeatFunction.NOTE_TAKER, (members["social_deputy"],)),
        )
        circle = await coordinator.add_circle(CircleRequest("Tweede kring", "wekelijks", "overlegtafel", seats))
        return circle, await coordinator.schedule(circle, utc_now())


async def _opened(stack: contextlib.AsyncExitStack, process: ServiceProcess, circle: str, session: str) -> Node:
    """Let the members come to a node's session, with a case on the table about which everybody may speak."""
    people = [await stack.enter_async_context(await _signed_in(process.settings, who)) for who in MEMBERS]
    async with await _signed_in(process.settings, "gp_colleague") as colleague:
        case = await people[0].submit(protected_case(circle))
        await colleague.release(case)
    rooms = [await stack.enter_async_context(client.live(session)) for client in people]
    chair = rooms[CHAIR]
    await chair.until(lambda view: len(view.present) == len(MEMBERS), seconds=ANSWER_SECONDS)
    for command in (live.OpenSession(new_key()), live.OpenCase(new_key(), case), live.NextPhase(new_key())):
        await chair.send(command, seconds=ANSWER_SECONDS)
    return Node(process, session, case, people, rooms)


async def _signed_in(settings: Settings, who: str) -> Client:
    client = Client(settings.public_origin)
    await client.log_in(PEOPLE[who].login, PASSWORD)
    return client


# --- the command line --------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _fresh(folder: Path, server: PostgreSQL | None) -> AsyncIterator[DatabaseUrls]:
    if server is None:
        yield DatabaseUrls("sqlite", f"sqlite:///{folder}/casuskring.sqlite")
        return
    name = f"casuskring_kills_{os.getpid()}"
    url = await asyncio.to_thread(server.create, name)
    try:
        yield DatabaseUrls("postgresql", url)
    finally:
        await asyncio.to_thread(server.tidy)


async def run(server: PostgreSQL | None, cycles: int, per_series: int, seed_number: int) -> Counter[str]:
    """Run all series, on SQLite when there is no server, print a line for each, and return the totals."""
    kind = "postgresql" if server else "sqlite"
    rng = random.Random(seed_number)  # noqa: S311 - draws of moments, no secrets
    totals: Counter[str] = Counter()
    while totals["kills"] < cycles:
        kills = min(per_series, cycles - totals["kills"])
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="casuskring-kills-") as name:
            async with _fresh(Path(name), server) as urls:
                done, wrong = await series(urls, Path(name), kills, rng, nodes=2 if server else 1)
        totals["kills"] += kills
        totals.update(done.counts())
        totals["wrong"] += len(wrong)
        took = time.monotonic() - began
        print(f"{kind}: {totals['kills']} kills | {took:.0f} s | {done.counts()} | wrong: {wrong or 0}", flush=True)
    return totals


def main(arguments: list[str]) -> int:
    """Kill, compare, print; return 1 when an action or an entry was lost or made up."""
    parser = argparse.ArgumentParser(description="Kill the service at random moments under load.")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--per-series", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    clients.live.LONGEST_DELAY = LONGEST_DELAY
    tests.support.process.START_SECONDS = ANSWER_SECONDS
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    server = found_postgresql() if options.database == "postgresql" else None
    if options.database == "postgresql" and server is None:
        parser.error("no PostgreSQL answers: name one in CASUSKRING_TEST_POSTGRESQL")
    totals = asyncio.run(run(server, options.cycles, options.per_series, options.seed))
    print(f"{options.database}: {dict(totals)}")
    return 1 if totals["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
