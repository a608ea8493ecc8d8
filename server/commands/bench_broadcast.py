"""The yardstick of the room: a bare `websockets.broadcast`, without login, guard, order, storage or log."""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict

from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: defaultdict[str, set[ServerConnection]] = defaultdict(set)


async def pass_on(connection: ServerConnection) -> None:
    """Send what one member sends to all in the room that the path names, as soon as it comes in."""
    members = rooms[connection.request.path if connection.request else ""]
    members.add(connection)
    try:
        async for message in connection:
            broadcast(members, message)
    finally:
        members.discard(connection)


async def run(port: int) -> None:
    """Serve until ended."""
    async with serve(pass_on, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1])))
