"""The yardsticks of the room: `websockets.broadcast`, and python-socketio and Django Channels where they are installed.

The latter two are no dependencies: `CASUSKRING_PEERS_PYTHON` names a Python that has them, with uvicorn and websockets.
Neither does anything but pass on: no login, guard, order, storage or log.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server.commands.bench_load import Rooms
from server.commands.bench_process import free_port, process, wait_for_port
from server.commands.bench_wire import Member, Speech, join, request

PEERS = "CASUSKRING_PEERS_PYTHON"

_BROADCAST = "import runpy; runpy.run_module('server.commands.bench_broadcast', run_name='__main__')"

_SOCKETIO = """
import sys, socketio, uvicorn
sio = socketio.AsyncServer(async_mode="asgi", allow_upgrades=False, transports=["websocket"])
@sio.event
async def come(sid, room):
    await sio.enter_room(sid, room)
    await sio.save_session(sid, room)
    await sio.emit("in", to=sid)
@sio.event
async def say(sid, message):
    await sio.emit("said", message, room=await sio.get_session(sid))
uvicorn.run(socketio.ASGIApp(sio), host="127.0.0.1", port=int(sys.argv[1]), ws="websockets-sansio",
            ws_per_message_deflate=False, access_log=False, log_level="error")
"""

_CHANNELS = """
import sys, django, uvicorn
from django.conf import settings
settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer",
                                               "CONFIG": {"capacity": 1000000}}})
django.setup()
from channels.generic.websocket import AsyncWebsocketConsumer
class Room(AsyncWebsocketConsumer):
    async def connect(self):
        self.room = self.scope["path"].strip("/")
        await self.channel_layer.group_add(self.room, self.channel_name)
        await self.accept()
    async def disconnect(self, code):
        await self.channel_layer.group_discard(self.room, self.channel_name)
    async def receive(self, text_data=None, bytes_data=None):
        await self.channel_layer.group_send(self.room, {"type": "said", "text": text_data})
    async def said(self, event):
        await self.send(text_data=event["text"])
uvicorn.run(Room.as_asgi(), host="127.0.0.1", port=int(sys.argv[1]), ws="websockets-sansio",
            ws_per_message_deflate=False, access_log=False, log_level="error", lifespan="off")
"""

KEYS = re.compile(rb'"key":"([^"]+)"')
PLAIN = Speech(delivery=b'"key":"', numbers=KEYS)


@dataclass(frozen=True, slots=True)
class Peer:
    """A yardstick: its name, its program, which Python runs it, and how many messages each member sends in a round."""

    name: str
    program: str
    python: str
    each: int

    def member(self, room: int, place: int) -> Member:
        """Return a member of a room that has yet to connect."""
        if self.program is not _SOCKETIO:
            return Member(PLAIN, room, place, request(f"/room-{room}"))
        speech = Speech(
            delivery=b'"key":"',
            numbers=KEYS,
            dress=lambda message: b'42["say",' + message + b"]",
            hello=(b"40", b'42["come","room-%d"]' % room),
            welcome=b'42["in"',
        )
        return Member(speech, room, place, request("/socket.io/?EIO=4&transport=websocket"))


def found() -> list[Peer]:
    """Return the yardsticks that can be measured here."""
    peers = [Peer("websockets.broadcast", _BROADCAST, sys.executable, 100)]
    python = os.environ.get(PEERS, "")
    for name, module, program, each in (
        ("python-socketio", "socketio", _SOCKETIO, 50),
        ("Django Channels, in memory", "channels", _CHANNELS, 8),
    ):
        if (
            python
            and not subprocess.run(  # noqa: S603 - the Python that the user names
                [python, "-c", f"import {module}, uvicorn, websockets"], check=False, capture_output=True
            ).returncode
        ):
            peers.append(Peer(name, program, python, each))
    return peers


@contextmanager
def serving(peer: Peer, folder: Path) -> Iterator[tuple[int, int]]:
    """Run a yardstick and give its process id and port."""
    port = free_port()
    log = folder / "peer.log"
    with process(peer.program, str(port), python=peer.python, log=log) as pid:
        wait_for_port(port)
        yield pid, port


async def fill(peer: Peer, port: int, rooms: int, per_room: int, cases: Sequence[str]) -> Rooms:
    """Return rooms full of members of a yardstick."""
    members = []
    for room in range(rooms):
        places = range(room * per_room, (room + 1) * per_room)
        members += [await join(port, peer.member(room, place)) for place in places]
    return Rooms(members, per_room, cases)
