"""A connection to the live session without the client: frames in and out, and the code with which it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from clients.api import Client
from server.protocol import codec, live
from server.protocol.live import SUBPROTOCOL

M = TypeVar("M", bound=live.ServerMessage)

PATIENCE_SECONDS = 30.0


@contextlib.asynccontextmanager
async def raw(
    client: Client,
    session: str,
    *,
    token: str | None = None,
    origin: str | None = None,
    subprotocol: str = SUBPROTOCOL,
    max_queue: int = 16,
) -> AsyncIterator[ClientConnection]:
    """Give a WebSocket to a session.

    `token` replaces the client's own; `max_queue` is how many unread frames stop the reading.
    """
    bearer = client._token if token is None else token
    async with connect(
        client.origin.replace("http", "ws", 1) + f"/ws/v1/sessions/{session}",
        subprotocols=[Subprotocol(subprotocol)],
        origin=Origin(origin) if origin else None,
        additional_headers={"Authorization": f"Bearer {bearer}"},
        compression=None,
        max_size=None,
        proxy=None,
        close_timeout=1,
        max_queue=max_queue,
    ) as connection:
        yield connection


async def say(connection: ClientConnection, message: live.FromClient) -> None:
    """Send one message."""
    await connection.send(codec.encode(message).decode())


async def hear(connection: ClientConnection, kind: type[M]) -> M:
    """Return the next message of this kind, passing over others."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            message = codec.decode_server(await connection.recv())
            if isinstance(message, kind):
                return message


async def join(connection: ClientConnection, epoch: str | None = None, seq: int | None = None) -> live.Welcome:
    """Join and return the welcome."""
    await say(connection, live.Join(epoch, seq))
    return await hear(connection, live.Welcome)


async def end_of(connection: ClientConnection) -> int:
    """Return the code with which the service ends the connection, passing over what still arrives."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        try:
            while True:
                await connection.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
