"""The load of the room's benchmark: members who send on one kind of wire, and when each message reached whom."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from clients.api import Client
from server.commands.bench_report import BenchError
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

_numbers = itertools.count(1)
_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame told a member: ids of contributions, the answer to a command of their own, or a refusal."""

    delivered: Sequence[int | str] = ()
    answered: tuple[str, int | str] | None = None
    refused: bool = False


@dataclass(slots=True)
class Member:
    """A member on a wire. `receipts` are the contributions with the moment (seconds) at which they came in."""

    connection: ClientConnection
    receipts: list[tuple[int | str, float]] = field(default_factory=list)
    frames: int = 0


@dataclass(slots=True)
class Wire:
    """Members connected to one server. `read` says what a frame means to the member with that index."""

    members: list[Member]
    read: Callable[[int, str | bytes], Seen]
    sent: dict[str, float] = field(default_factory=dict)
    ids: dict[str, int | str] = field(default_factory=dict)
    refused: int = 0
    _slots: dict[int, asyncio.Semaphore] = field(default_factory=dict)
    _readers: list[asyncio.Task[None]] = field(default_factory=list)

    def listen(self) -> None:
        """Begin to read on every connection."""
        self._readers = [asyncio.create_task(self._listen(place)) for place in range(len(self.members))]

    async def close(self) -> None:
        """End all connections."""
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)
        await asyncio.gather(*(one.connection.close() for one in self.members))

    async def _listen(self, place: int) -> None:
        member = self.members[place]
        while True:
            frame = await member.connection.recv()
            now = time.perf_counter()
            seen = self.read(place, frame)
            if seen.delivered:
                member.frames += 1
                member.receipts += [(one, now) for one in seen.delivered]
            if seen.answered is not None:
                key, given = seen.answered
                self.ids[key] = given
            self.refused += seen.refused
            if seen.answered is not None or seen.refused:
                self._slots[place].release()

    async def send(self, each: int, *, window: int) -> None:
        """Let every member send this many messages, at most `window` unanswered at a time, and wait for all deliveries.

        Raises:
            BenchError: a message was held or refused, or not everything arrived.
        """
        expected = len(self.members[0].receipts) + each * len(self.members)
        self._slots = {place: asyncio.Semaphore(window) for place in range(len(self.members))}
        await asyncio.gather(*(self._send(place, each) for place in self._slots))
        await self._arrived(expected)

    async def send_singly(self, count: int) -> None:
        """Send messages one at a time, by each member in turn; each must have reached all before the next one leaves.

        Raises:
            BenchError: as `send`.
        """
        for number in range(count):
            expected = len(self.members[0].receipts) + 1
            place = number % len(self.members)
            self._slots[place] = asyncio.Semaphore(1)
            await self._send(place, 1)
            await self._arrived(expected)

    async def _send(self, place: int, each: int) -> None:
        for _ in range(each):
            await self._slots[place].acquire()
            number = next(_numbers)
            command = live.Contribute(f"{place}-bench-{number}", SENTENCES[number % len(SENTENCES)])
            frame = codec.encode(command).decode()
            self.sent[command.key] = time.perf_counter()
            await self.members[place].connection.send(frame)

    async def _arrived(self, expected: int) -> None:
        until = time.monotonic() + _SECONDS
        while any(len(one.receipts) < expected for one in self.members) or len(self.ids) < len(self.sent):
            if self.refused:
                raise BenchError("de dienst hield een bericht van de meting vast of weigerde het")
            if time.monotonic() > until or any(reader.done() for reader in self._readers):
                raise BenchError("niet elk bericht van de meting kwam aan")
            await asyncio.sleep(0.0005)

    def latencies(self) -> list[float]:
        """Return the seconds from sending to delivery, for every message at every member."""
        left = {self.ids[key]: at for key, at in self.sent.items()}
        return [now - left[one] for member in self.members for one, now in member.receipts]

    def forget(self) -> None:
        """Begin a new count."""
        self.sent.clear()
        self.ids.clear()
        for member in self.members:
            member.receipts.clear()
            member.frames = 0


async def join_room(clients: Sequence[Client], session: str, arrange: Callable[[], Awaitable[None]]) -> Wire:
    """Return the members joined to a live session. `arrange` is awaited once all sit at the table."""
    members = []
    for client in clients:
        room = client.live(session)
        connection = await connect(
            client.origin.replace("http", "ws", 1) + f"/ws/v1/sessions/{session}",
            subprotocols=[Subprotocol(live.SUBPROTOCOL)],
            additional_headers={"Authorization": f"Bearer {room.token}"},
            compression=None,
        )
        await connection.send(codec.encode(live.Join()).decode())
        await connection.recv()
        members.append(Member(connection))
    await arrange()
    wire = Wire(members, read_room)
    wire.listen()
    return wire


async def join_broadcast(port: int, count: int) -> Wire:
    """Return the members joined to the yardstick."""
    members = [Member(await connect(f"ws://127.0.0.1:{port}", compression=None)) for _ in range(count)]
    wire = Wire(members, read_broadcast)
    wire.listen()
    return wire


def read_room(_place: int, frame: str | bytes) -> Seen:
    """Read a frame of the service."""
    message = codec.decode_server(frame)
    match message:
        case live.Events():
            return Seen([one.seq for one in message.events if isinstance(one.body, live.Contributed)])
        case live.Answer():
            return Seen(answered=(message.key, message.seq))
        case live.Held() | live.Refused():
            return Seen(refused=True)
        case _:
            return Seen()


def read_broadcast(place: int, frame: str | bytes) -> Seen:
    """Read a frame of the yardstick: the message as it was sent; its own sender takes it as the answer."""
    message = codec.decode_client(frame)
    if not isinstance(message, live.Contribute):
        return Seen()
    mine = message.key.startswith(f"{place}-")
    return Seen([message.key], (message.key, message.key) if mine else None)
