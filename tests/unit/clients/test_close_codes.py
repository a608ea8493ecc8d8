"""Why connections end: every close code of the protocol, and the handshakes that are refused before there is one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus

from clients.api import new_key
from server.protocol import codec, live
from server.protocol.live import MAX_FRAME_BYTES, Close
from server.room.connection import framed
from server.room.hub import MAX_CONNECTIONS, Hub
from tests.support.raw import end_of, hear, join, raw, say
from tests.support.service import Service
from tests.support.table import sitting, turned_away

Send = Callable[[ClientConnection], Awaitable[None]]


def hub_of(service: Service) -> Hub:
    """Return the hub of the running service."""
    hub: Hub = service.app.state.context.hub
    return hub


async def flood(connection: ClientConnection) -> None:
    """Send more frames at once than anyone may."""
    await join(connection)
    for number in range(400):
        await say(connection, live.Ack(number))


async def twice(connection: ClientConnection) -> None:
    """Join twice."""
    await join(connection)
    await say(connection, live.Join())


def only(frame: str | bytes) -> Send:
    """Return what sends one frame and nothing else."""

    async def send(connection: ClientConnection) -> None:
        await connection.send(frame)

    return send


def after_join(frame: str | bytes) -> Send:
    """Return what joins and then sends a frame."""

    async def send(connection: ClientConnection) -> None:
        await join(connection)
        await connection.send(frame)

    return send


MISBEHAVIOUR: dict[str, tuple[Send, int]] = {
    "the first frame is no join": (only(codec.encode(live.Ack(1)).decode()), Close.PROTOCOL),
    "the first frame is a command": (only(codec.encode(live.OpenSession(new_key())).decode()), Close.PROTOCOL),
    "join comes twice": (twice, Close.PROTOCOL),
    "a binary first frame": (only(codec.encode(live.Join())), Close.PROTOCOL),
    "a binary frame": (after_join(codec.encode(live.Ack(1))), Close.PROTOCOL),
    "no JSON": (after_join("{"), Close.PROTOCOL),
    "a lone surrogate": (
        after_join('{"type": "contribute", "key": "key-00000001", "text": "\\ud800"}'),
        Close.PROTOCOL,
    ),
    "a deep frame": (after_join("[" * MAX_FRAME_BYTES), Close.PROTOCOL),
    "the largest frame": (after_join(" " * MAX_FRAME_BYTES), Close.PROTOCOL),
    "one byte more": (after_join(" " * (MAX_FRAME_BYTES + 1)), Close.TOO_LARGE),
    "far more": (after_join(" " * 4_000_000), Close.TOO_LARGE),
    "a flood": (flood, Close.TOO_MANY),
}


async def test_misbehaviour_ends_the_connection_with_its_code_and_no_other(service: Service) -> None:
    ended = {}
    async with sitting(service) as table:
        for what, (misbehave, _code) in MISBEHAVIOUR.items():
            async with raw(table.clients["gp"], service.network.session) as connection:
                with contextlib.suppress(ConnectionClosed):  # it may end while we are still sending
                    await misbehave(connection)
                ended[what] = await end_of(connection)
        assert ended == {what: code for what, (_misbehave, code) in MISBEHAVIOUR.items()}
        await table.open_case()
        assert [one.resumed for one in table.at.values()] == [["snapshot"]] * 3, "the others noticed nothing"


async def test_who_may_not_come_in_gets_a_code_that_says_no_more_than_that(service: Service) -> None:
    session = service.network.session
    gp, outsider = await service.sign_in("gp"), await service.sign_in("outsider")
    colleague, without = await service.sign_in("gp_colleague"), await service.sign_in("without_agreement")
    for client, wanted in (
        (gp, "0" * 32),
        (gp, "x" * 300),
        (outsider, session),
        (colleague, session),
        (without, session),
    ):
        ended = await turned_away(client, wanted)
        assert (ended.close_code, ended.reason) == (Close.NOT_FOUND, "not_found")
    for token in ("wrong", "x" * 300, "ë"):
        async with raw(gp, session, token=token) as connection:
            assert await end_of(connection) == Close.SIGNED_OUT
    social, deputy = await service.sign_in("social"), await service.sign_in("social_deputy")
    async with gp.live(session) as there:
        async with social.live(session):
            assert (await turned_away(deputy, session)).close_code == Close.SEAT_TAKEN
        await there.until(lambda view: len(view.present) == 1)
        async with deputy.live(session):
            pass


async def test_a_handshake_from_elsewhere_or_without_the_subprotocol_is_refused(service: Service) -> None:
    gp = await service.sign_in("gp")
    session = service.network.session
    for wanted, origin, subprotocol in (
        (session, "https://elders.example", live.SUBPROTOCOL),
        (session, "null", live.SUBPROTOCOL),
        (session, service.origin + ".elders.example", live.SUBPROTOCOL),
        (session, None, "casuskring.v2"),
        ("%00", None, live.SUBPROTOCOL),
    ):
        with pytest.raises(InvalidStatus) as refused:
            async with raw(gp, wanted, origin=origin, subprotocol=subprotocol):
                pass
        assert refused.value.response.status_code == 403
    async with raw(gp, session, origin=service.origin) as connection:
        assert (await join(connection)).mode == "snapshot"
        assert connection.subprotocol == live.SUBPROTOCOL


async def test_a_login_that_ends_takes_its_connections_along(service: Service) -> None:
    session = service.network.session
    gp, again, ggz = await service.sign_in("gp"), await service.sign_in("gp"), await service.sign_in("ggz")
    async with raw(gp, session) as first, raw(again, session) as second, raw(ggz, session) as third:
        for connection in (first, second, third):
            await join(connection)
        await gp.log_out()
        assert await end_of(first) == Close.SIGNED_OUT
        hub_of(service).beat()
        assert await hear(second, live.Heartbeat)
        service.clock.offset = timedelta(days=40)
        hub_of(service).beat()
        assert await end_of(second) == Close.SIGNED_OUT
        assert await end_of(third) == Close.SIGNED_OUT


async def test_the_oldest_of_too_many_connections_ends(service: Service) -> None:
    session = service.network.session
    gp = await service.sign_in("gp")
    async with AsyncExitStack() as stack:
        oldest = await stack.enter_async_context(raw(gp, session))
        await join(oldest)
        kept = await stack.enter_async_context(gp.live(session))
        for _number in range(MAX_CONNECTIONS - 1):
            await join(await stack.enter_async_context(raw(gp, session)))
        assert await end_of(oldest) == Close.TOO_MANY
        assert kept.resumed == ["snapshot"]


async def test_a_room_that_breaks_or_stops_says_so_and_members_come_back(service: Service) -> None:
    async with sitting(service) as table:
        hub, session = hub_of(service), service.network.session
        async with raw(table.clients["gp"], session) as connection:
            await join(connection)
            hub._rooms[session]._machine = None  # what no input should ever cause
            hub.agenda_changed(session)
            assert await end_of(connection) == Close.ERROR
        await table.everyone_is_back()
        await table.open_case()
        async with raw(table.clients["gp"], session) as connection:
            await join(connection)
            await hub.stop()
            assert await end_of(connection) == Close.GOING_AWAY
        seq = await table.at["gp"].send(live.Contribute(new_key(), "Persoon A wacht."))
        await table.everyone_has(seq)
        for one in table.at.values():
            numbers = [event.seq for event in one.events]  # others may come and go meanwhile
            assert numbers == list(range(numbers[0], max(seq, numbers[-1]) + 1))


LONG = framed(codec.encode(live.Held("key", "hold", (), "a" * 500_000, may_overrule=False)))
"""A large frame, as a welcome in a long session is; a room that is full of text would take too long to play."""


async def test_a_slow_reader_is_closed_and_recovers_by_number_and_nobody_else_waits(service: Service) -> None:
    session = service.network.session
    async with sitting(service) as table:
        gp, room = table.clients["gp"], hub_of(service)._rooms[session]
        await table.open_case()
        async with raw(gp, session, max_queue=1) as slow:
            welcome = await join(slow)
            outbox = room.connections[max(room.connections)]
            # From here on nothing is read: the library stops after a frame, the buffers of both ends fill up.
            for _frame in range(200):
                outbox.put(LONG)
                await asyncio.sleep(0.002)
                if outbox._close is not None:
                    break
            seq = await table.at["gp"].send(live.Contribute(new_key(), "Persoon A wacht."))
            await table.everyone_has(seq)
            assert [one.resumed for one in table.at.values()] == [["snapshot"]] * 3
            assert await end_of(slow) == Close.SLOW
        async with raw(gp, session) as back:
            missed = await join(back, welcome.epoch, welcome.seq)
            assert (missed.mode, [event.seq for event in missed.events]) == ("events", [seq])
