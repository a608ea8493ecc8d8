"""Bad frames on the live connection end it with a code; the session, and everybody else in it, goes on unharmed."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from clients.api import new_key
from server.protocol import codec, live
from server.protocol.live import MAX_FRAME_BYTES, SUBPROTOCOL, Close
from server.protocol.words import BottleneckAnswer, BottleneckCode
from server.storage.tables import EventRow
from tests.support.service import Service
from tests.support.table import refused_code, sitting

HELLO = codec.encode(live.Join()).decode()
MARK = "kwelgeestje"

FIRST_FRAMES: dict[str, tuple[str | bytes, int]] = {
    "not JSON": (MARK, Close.PROTOCOL),
    "truncated": (HELLO[:-3], Close.PROTOCOL),
    "unknown type": (f'{{"type":"{MARK}"}}', Close.PROTOCOL),
    "unknown field": (f'{{"type":"join","{MARK}":1}}', Close.PROTOCOL),
    "wrong type": ('{"type":"join","seq":"1"}', Close.PROTOCOL),
    "negative number": ('{"type":"join","seq":-1}', Close.PROTOCOL),
    "number beyond all bounds": (f'{{"type":"join","seq":{2**70}}}', Close.PROTOCOL),
    "lone surrogate": ('{"type":"join","epoch":"\\ud800"}', Close.PROTOCOL),
    "deep nesting": ("[" * 20_000, Close.PROTOCOL),
    "binary": (HELLO.encode(), Close.PROTOCOL),
    "a command first": (f'{{"type":"open_session","key":"{"k" * 8}"}}', Close.PROTOCOL),
    "over the limit": (json.dumps({"type": "join", "epoch": "x" * (MAX_FRAME_BYTES + 1)}), 1009),
}


def _address(service: Service, session: str | None = None) -> str:
    return service.origin.replace("http", "ws", 1) + f"/ws/v1/sessions/{session or service.network.session}"


async def _closed_with(service: Service, token: str, *frames: str | bytes) -> int:
    """Send frames on a fresh connection and return the code with which the service ends it."""
    async with connect(
        _address(service),
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        additional_headers={"Authorization": f"Bearer {token}"},
        proxy=None,
    ) as socket:
        try:
            for frame in frames:
                await socket.send(frame)
            while True:
                assert MARK not in str(await socket.recv())
        except ConnectionClosed:
            assert MARK not in (socket.close_reason or "")
            return socket.close_code or 0


async def _stored(service: Service) -> int:
    async with AsyncSession(service.store.database.engine) as rows:
        return len((await rows.scalars(select(EventRow.seq))).all())


async def test_a_bad_first_frame_ends_the_connection_and_stores_nothing(service: Service) -> None:
    token = (await service.client("gp"))._token
    before = await _stored(service)
    for name, (frame, code) in FIRST_FRAMES.items():
        assert await _closed_with(service, token, frame) == code, name
    assert await _stored(service) == before


async def test_a_bad_later_frame_ends_only_its_own_connection(service: Service) -> None:
    async with sitting(service, "ggz", "social") as table:
        token = (await service.client("gp"))._token
        for frame in (HELLO, MARK, f'{{"type":"contribute","key":"{MARK}"}}', b"\x00"):
            assert await _closed_with(service, token, HELLO, frame) == Close.PROTOCOL
        gp = await service.client("gp")
        async with gp.live(service.network.session) as at_gp:
            opened = await table.at["ggz"].send(live.OpenSession(new_key()))
            await at_gp.until(lambda view: view.seq >= opened)


async def test_a_character_that_cannot_be_stored_is_refused_and_harms_nobody(service: Service) -> None:
    """PostgreSQL stores no NUL: unchecked, one member's text would fail the commit of everybody's group."""
    async with sitting(service) as table:
        await table.open_case()
        gp, social = table.at["gp"], table.at["social"]
        assert await refused_code(gp.send(live.Contribute(new_key(), "Persoon A\0 belt."))) == "unprintable"
        strange = "Persoon A komt \u200b\u202emorgen\u202c e\u0301e\u0301n keer \U0001f642\x7f\x01."
        said = await gp.send(live.Contribute(new_key(), strange))
        view = await social.until(lambda view: view.seq >= said)
        assert view.discussion is not None
        assert view.discussion.contributions[-1].text == strange
        await table.to_decision()
        await table.decide()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        title = live.AnswerBottleneck(new_key(), BottleneckAnswer.NEW, BottleneckCode.K2, "Geen aanbod\0")
        assert await refused_code(social.send(title)) == "unprintable"


async def test_the_handshake_asks_for_origin_protocol_and_login(service: Service) -> None:
    token = (await service.client("gp"))._token
    signed_in, ours = {"Authorization": f"Bearer {token}"}, [Subprotocol(SUBPROTOCOL)]
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            _address(service),
            subprotocols=ours,
            additional_headers=signed_in,
            origin=Origin("https://x.example"),
            proxy=None,
        ):
            pass
    assert refused.value.response.status_code == 403
    with pytest.raises(InvalidStatus):
        async with connect(_address(service), additional_headers=signed_in, proxy=None):
            pass
    for session in ("%00", f"{MARK}%00", "..%2f..", "x" * 3000):
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            async with connect(
                _address(service, session), subprotocols=ours, additional_headers=signed_in, proxy=None
            ) as socket:
                await socket.recv()
    for token in ("", MARK, "0" * 64):
        async with connect(
            _address(service),
            subprotocols=ours,
            additional_headers={"Authorization": f"Bearer {token}x"},
            proxy=None,
        ) as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert (socket.close_code, socket.close_reason) == (Close.SIGNED_OUT, "unauthenticated")
