"""The load of the room's benchmark: rooms full of members, at full speed and at a fixed rate."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from server.commands.bench_report import BenchError
from server.commands.bench_wire import Member, Tally, arrived, framed
from server.protocol import codec, live

SENTENCES = (
    "De huur is twee maanden niet betaald en de post blijft ongeopend liggen.",
    "Wij kunnen een kennismaking aanbieden, maar de behandeling begint pas na de wachttijd.",
    "De schulden houden de klachten in stand; eerst rust in het geld, dan pas therapie.",
    "Wie houdt contact in de weken dat er nog geen behandelaar is?",
    "Het wijkteam kan wekelijks langsgaan en helpt met de aanvraag voor bijzondere bijstand.",
    "De praktijkondersteuner belt elke week en houdt de slaap en de medicatie in de gaten.",
    "Graag een gezamenlijk gesprek, zodat niet iedereen dezelfde vragen stelt.",
    "Bij oplopende spanning is de afspraak dat de huisarts nog dezelfde dag wordt gebeld.",
)
"""Ordinary sentences of a case discussion, protected already."""

FRAME_BYTES = 200
_numbers = itertools.count(1)


@dataclass(slots=True)
class Rooms:
    """Members in rooms on one server; `cases` are what is on the table in each room.

    Of the first room, `missing` members are not counted: they neither send nor read.
    """

    members: list[Member]
    per_room: int
    cases: Sequence[str]
    missing: int = 0

    async def flood(self, each: int, *, window: int) -> Tally:
        """Let every member send this many messages, at most `window` unanswered, and wait for every delivery.

        Raises:
            BenchError: a message was held, refused or lost.
        """
        tally = self._begin(exact=False)
        for member in self.members:
            frames = [self._frame(member)[1] for _ in range(each)]
            member.queue = frames[window:]
            for frame in frames[:window]:
                member.transport.write(frame)
        sent = each * len(self.members)
        await arrived(self.members, tally, sent, sent * self.per_room)
        return tally

    async def stream(self, rate: float, seconds: float) -> list[float]:
        """Send `rate` messages a second, by all members in turn, and return how long each delivery took, in seconds.

        Raises:
            BenchError: as `flood`.
        """
        tally = self._begin(exact=True)
        sent = delivered = 0
        turns = sorted(self.members, key=lambda one: (one.place % self.per_room, one.room))
        began = time.perf_counter()
        while sent < rate * seconds:
            member = turns[sent % len(turns)]
            key, frame = self._frame(member)
            tally.sent[key] = (member.room, time.perf_counter())
            member.transport.write(frame)
            sent += 1
            delivered += self.per_room - (0 if member.room else self.missing)
            await asyncio.sleep(max(0.0, began + sent / rate - time.perf_counter()))
        await arrived(self.members, tally, sent, delivered)
        return self._latencies(tally)

    def _latencies(self, tally: Tally) -> list[float]:
        sent = {(room, tally.names.get(key, key.encode())): at for key, (room, at) in tally.sent.items()}
        return [now - sent[room, name] for room, name, now in tally.receipts if (room, name) in sent]

    def _begin(self, *, exact: bool) -> Tally:
        tally = Tally(exact=exact)
        for member in self.members:
            member.tally, member.frames = tally, 0
        return tally

    def _frame(self, member: Member) -> tuple[str, bytes]:
        number = next(_numbers)
        command = live.Contribute(f"{member.place}-bench-{number}", "", case=self.cases[member.room])
        words = SENTENCES[number % 8] + " " + SENTENCES[(number * 3 + 1) % 8]
        room = FRAME_BYTES - len(codec.encode(command))
        # Whole words: half a word can look like a name, and the guard would hold it.
        text = words[:room].rpartition(" ")[0].ljust(room)
        return command.key, framed(member.speech.dress(codec.encode(replace(command, text=text))))

    @property
    def frames(self) -> int:
        """How many frames with deliveries came in since the last measurement began."""
        return sum(one.frames for one in self.members)

    def close(self) -> None:
        """End all connections."""
        for member in self.members:
            member.transport.abort()


def require_open(members: Sequence[Member]) -> None:
    """Return when nobody's connection ended.

    Raises:
        BenchError: one did.
    """
    if any(one.closed for one in members):
        raise BenchError("een server van de meting sloot een verbinding")
