"""The service is killed ten times in the middle of its work: nothing acknowledged is lost, nothing happens twice.

A real process under load: three members with several commands in flight each. After every kill the same clients come
back by number and repeat what was not answered, under the same keys.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets as chance
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.checkpoint import VerifierKey
from audit.entry import parse
from audit.events import Event as Logged
from audit.verify import verify_export
from clients.api import Client, new_key
from clients.live import LiveSession
from server.app import create_store
from server.commands.audit import export
from server.demo.network import PASSWORD, PEOPLE
from server.protocol import live
from server.settings import Settings
from server.storage.tables import EventRow, SessionRow
from tests.support.process import ServiceProcess, alive, descendants
from tests.support.service import Template, free_port, protected_case, settings_for
from tests.support.table import welcomed_again

CYCLES = 3
PER_CYCLE = 50
"""Fewest acknowledged events between two kills."""
IN_FLIGHT = 3
"""Commands that each member has under way at the same time."""
ANSWER_SECONDS = 60.0
LONGEST_PAUSE = 0.3
"""Seconds between two attempts to come back: shorter than what members use, only to wait less here."""
MEMBERS = ("gp", "ggz", "social_deputy")


def utc_now() -> datetime:
    """Return the moment now."""
    return datetime.now(UTC)


async def gone(pids: set[int], *, seconds: float = 20.0) -> bool:
    """Do these processes end by themselves in time? They learn of the death of their service from a closed pipe."""
    for _turn in range(int(seconds / 0.2)):
        if not alive(pids):
            return True
        await asyncio.sleep(0.2)
    return False


@dataclass
class Load:
    """Members who contribute without a pause, with what they sent and which number each of it was given."""

    rooms: list[LiveSession]
    sent: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    wanted: int = 0
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False

    async def contribute(self, room: LiveSession) -> None:
        """Send one contribution after another; the last one is awaited, however often the service dies."""
        while not self.stopping:
            command = live.Contribute(new_key(), f"Bijdrage {len(self.sent) + 1} over de woonplek.")
            self.sent[command.key] = command.text
            self.acknowledged[command.key] = await room.send(command, seconds=ANSWER_SECONDS)
            if len(self.acknowledged) >= self.wanted:
                self.reached.set()

    async def until_killed(self, process: ServiceProcess, *, after: float) -> None:
        """Load the service, kill it under that load, start it again, and wait until every command is answered.

        `after` is how many seconds lie between the last acknowledgement that is waited for and the kill.
        """
        self.stopping = False
        self.wanted = len(self.acknowledged) + PER_CYCLE
        self.reached.clear()
        async with asyncio.TaskGroup() as group:
            for room in self.rooms * IN_FLIGHT:
                group.create_task(self.contribute(room))
            await self.reached.wait()
            await asyncio.sleep(after)
            helpers = descendants(process.pid)
            welcomed = [len(room.resumed) for room in self.rooms]
            under_way = self.sent.keys() - self.acknowledged.keys()
            process.kill()
            self.stopping = True
            assert under_way, "the service was idle when it was killed"
            assert helpers, "the service had no workers"
            await process.start()
            for room, times in zip(self.rooms, welcomed, strict=True):
                await welcomed_again(room, times)
        assert await gone(helpers), "a killed service left processes behind"


async def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(
    seeded: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.live.LONGEST_DELAY", LONGEST_PAUSE)
    settings = settings_for(seeded.urls, tmp_path, free_port())
    session = seeded.network.session
    notes: list[Path] = []
    async with contextlib.AsyncExitStack() as stack:
        process = await stack.enter_async_context(ServiceProcess(settings, tmp_path / "output").running())
        clients = [await stack.enter_async_context(await signed_in(settings, who)) for who in MEMBERS]
        rooms = [await stack.enter_async_context(client.live(session)) for client in clients]
        await put_a_case_on_the_table(settings, seeded.network.circle, chair=rooms[MEMBERS.index("ggz")])
        load = Load(rooms)
        for cycle in range(CYCLES):
            notes.append(tmp_path / f"checkpoint-{cycle}")
            notes[-1].write_text((await clients[0].checkpoint()).checkpoint)
            await load.until_killed(process, after=cycle * 0.003)
        key = VerifierKey.parse((await clients[0].checkpoint()).key)
        assert len(load.acknowledged) == len(load.sent) >= CYCLES * PER_CYCLE
        for client, room in zip(clients, rooms, strict=True):
            await check_member(load, client, room)
        check_same_history(rooms)
    await check_database(load, settings, session)
    await check_log(load, settings, tmp_path / "export", key, notes)


async def signed_in(settings: Settings, who: str) -> Client:
    """Return a signed-in client of a member of the region."""
    client = Client(settings.public_origin)
    await client.log_in(PEOPLE[who].login, PASSWORD)
    return client


async def put_a_case_on_the_table(settings: Settings, circle: str, *, chair: LiveSession) -> None:
    """Bring a case to the phase in which everybody may speak."""
    async with await signed_in(settings, "gp") as gp, await signed_in(settings, "gp_colleague") as colleague:
        case = await gp.submit(protected_case(circle))
        await colleague.release(case)
    await chair.until(lambda view: len(view.present) == len(MEMBERS))
    await chair.send(live.OpenSession(new_key()))
    await chair.send(live.OpenCase(new_key(), case))
    await chair.send(live.NextPhase(new_key()))


async def check_member(load: Load, client: Client, room: LiveSession) -> None:
    """A member has every event once, came back by number each time, and sees what a newcomer would see."""
    head = max(load.acknowledged.values())
    view = await room.until(lambda view: view.seq >= head and len(view.present) == len(MEMBERS))
    assert room.resumed == ["snapshot"] + ["events"] * CYCLES
    numbers = [event.seq for event in room.events]
    assert numbers == list(range(numbers[0], view.seq + 1))
    assert view.discussion is not None
    said = [(one.seq, one.text) for one in view.discussion.contributions]
    assert sorted(said) == sorted((seq, load.sent[key]) for key, seq in load.acknowledged.items())
    async with client.live(room.session) as fresh:
        assert fresh.resumed == ["snapshot"]
        assert fresh.view == room.view


def check_same_history(rooms: Sequence[LiveSession]) -> None:
    """All members have the same events under the same numbers, from when the last of them came in."""
    first = max(room.events[0].seq for room in rooms)
    histories = [[event for event in room.events if event.seq >= first] for room in rooms]
    assert all(history == histories[0] for history in histories)


async def check_database(load: Load, settings: Settings, session: str) -> None:
    """The journal holds every command once, under the number that was acknowledged, and its numbers have no hole."""
    store = create_store(settings, now=utc_now, random_bytes=chance.token_bytes)
    async with store.database.transaction() as uow:
        rows = (await uow.rows.scalars(select(EventRow).where(EventRow.session_id == session))).all()
        head = (await uow.rows.get_one(SessionRow, session)).head
    await store.close()
    assert sorted(row.seq for row in rows) == list(range(1, head + 1))
    stored = [(row.command_key, row.seq) for row in rows if row.kind == "contributed"]
    assert sorted(stored) == sorted(load.acknowledged.items())


async def check_log(load: Load, settings: Settings, out: Path, key: VerifierKey, notes: Sequence[Path]) -> None:
    """The log verifies, extends each checkpoint that it gave out before a kill, and names every contribution once."""
    await export(settings, out, now=utc_now, random_bytes=chance.token_bytes)
    for note in notes:
        verify_export(out, key=key, since=note)
    commands: Counter[str | None] = Counter()
    deliveries: Counter[int] = Counter()
    for line in (out / "entries.ndjson").read_bytes().splitlines():
        entry = parse(line)
        if entry.event is Logged.ROOM_COMMAND and entry.reason == "Contributed":
            commands[entry.objects[0].detail] += 1
        if entry.event is Logged.ROOM_EVENT_DELIVERED:
            deliveries.update(numbers_of(entry.objects[0].detail))
    contributed = {f"seq:{seq}" for seq in load.acknowledged.values()}
    assert commands == Counter(contributed)
    assert {seq: deliveries[seq] for seq in load.acknowledged.values()} == dict.fromkeys(load.acknowledged.values(), 1)


def numbers_of(detail: str | None) -> range:
    """Return the numbers that an entry is about: `seq:12` or `seq:12-40`."""
    first, _, last = (detail or "").removeprefix("seq:").partition("-")
    return range(int(first), int(last or first) + 1)
