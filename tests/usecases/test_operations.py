"""Running the service: the figures hold no word of anyone, and a node that stops sends its members on in time."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from clients.api import Client, new_key
from server import metrics
from server.commands.serving import serve
from server.demo.network import PASSWORD, PEOPLE
from server.errors import StorageError
from server.protocol import live
from server.protocol.live import Close
from tests.support.process import ServiceProcess
from tests.support.raw import end_of, hear, join, raw, say
from tests.support.service import Service, Template, free_port, settings_for
from tests.support.table import sitting

CANARY = "kwibuswijf"


async def page(port: int) -> str:
    """Return the figures as Prometheus reads them."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(f"http://127.0.0.1:{port}/metrics")).text


async def test_the_figures_count_and_hold_no_word_of_anyone(service: Service) -> None:
    port = free_port()
    stop = metrics.serve("127.0.0.1", port, service.app.state.context.hub.census)
    try:
        async with sitting(service) as table:
            await table.open_case()
            await table.at["gp"].send(live.Contribute(new_key(), f"Persoon A is geen {CANARY}."))
            async with httpx.AsyncClient(trust_env=False) as client:
                for path in (f"/{CANARY}", f"/casussen/{CANARY}?{CANARY}={CANARY}", f"/api/v1/cases/{CANARY}"):
                    await client.get(service.origin + path)
                await client.request(CANARY.upper(), service.origin)
            figures = await page(port)
            assert 'casuskring_frames_received_total{type="contribute"}' in figures
            assert 'casuskring_requests_total{method="GET",route="/api/v1/cases/{case}",status="401"}' in figures
            assert "casuskring_rooms 1.0\n" in figures
            assert "casuskring_connections 3.0\n" in figures
            assert 'casuskring_scan_seconds_count{what="check"}' in figures
        secret = [CANARY, service.network.session, service.network.circle, table.case, PASSWORD]
        secret += [word for one in PEOPLE.values() for word in (one.login, one.name)]
        assert [word for word in secret if word.lower() in figures.lower()] == []
    finally:
        stop()
    with pytest.raises(httpx.ConnectError):
        await page(port)


async def test_a_port_that_is_taken_is_told_before_anything_is_served(service: Service) -> None:
    taken = replace(service.settings, port=free_port(), metrics_port=service.settings.port)
    context = service.app.state.context

    def begin() -> None:
        serve(taken, now=service.clock, random_bytes=os.urandom, detector=context.detector)

    with pytest.raises(StorageError) as raised:
        await asyncio.to_thread(begin)
    assert raised.value.code == "metrics_port"


async def test_a_draining_node_takes_nobody_new_and_serves_who_is_there(service: Service) -> None:
    hub, session = service.app.state.context.hub, service.network.session
    async with sitting(service) as table, httpx.AsyncClient(trust_env=False, base_url=service.origin) as http:
        await table.open_case()
        hub.draining = True
        assert (await http.get("/api/v1/health")).status_code == 503
        assert (await http.get("/api/v1/health")).json()["code"] == "draining"
        assert (await http.get("/api/v1/health/live")).status_code == 200
        async with raw(table.clients["gp"], session) as late:
            assert await end_of(late) == Close.GOING_AWAY
        seq = await table.at["gp"].send(live.Contribute(new_key(), "Persoon A wacht."))
        await table.everyone_has(seq)


async def test_a_node_that_is_told_to_stop_drains_and_ends_in_order(seeded: Template, tmp_path: Path) -> None:
    settings = replace(settings_for(seeded.urls, tmp_path, free_port()), drain_seconds=30)
    process = ServiceProcess(settings, tmp_path / "output")
    async with process.running(), Client(settings.public_origin) as gp:
        await gp.log_in(PEOPLE["gp"].login, PASSWORD)
        async with raw(gp, seeded.network.session) as connection:
            await join(connection)
            os.kill(process.pid, signal.SIGTERM)
            await until_draining(settings.public_origin)
            # Who was in goes on: an answer still comes, although it is a refusal (nobody opened the session).
            await say(connection, live.NextPhase(new_key()))
            assert (await hear(connection, live.Refused)).code == "not_now"
            os.kill(process.pid, signal.SIGTERM)  # told again: it waits no longer
            assert await end_of(connection) == Close.GOING_AWAY


async def until_draining(origin: str) -> None:
    """Wait until the node says that it is about to stop."""
    async with asyncio.timeout(20), httpx.AsyncClient(trust_env=False) as client:
        while (await client.get(f"{origin}/api/v1/health")).status_code != 503:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
