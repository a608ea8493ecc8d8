"""The station is killed in the middle of a review and in the middle of sending: nothing is lost, nothing goes twice."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from clients.api import Client
from server.demo.network import PASSWORD, PEOPLE
from tests.support.databases import DatabaseUrls
from tests.support.pages import sqlite_urls
from tests.support.service import Service, free_port
from tests.support.station import PASSPHRASE

NOTE = "Betreft mw. Saskia Ribbers, geb. 14-03-1988. Haar zoon Jayden past bij oma Truus. Wil komt ook."
FORM = {
    "acuut": "nee", "aanleiding": "asks_for_help", "question": "Wie pakt de regie?", "why_now": "De huur loopt af.",
    "what_is_new": "Haar moeder kan niet meer.", "geinformeerd": "ja", "grondslag": "consent", "hoe": "oral",
    "bereik": "pseudonymised_discussion", "op": "2026-11-20",
}  # fmt: skip


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    """What the station does is the same beside any database."""
    return sqlite_urls(tmp_path)


@dataclass
class StationProcess:
    """A `casuskring station` of its own, and somebody at a browser."""

    folder: Path
    output: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> httpx.AsyncClient:
        """Start it and return a browser of nobody."""
        command = "from server.cli import main; main()"
        arguments = [sys.executable, "-c", command, "station", "--folder", str(self.folder), "--port", str(self.port)]
        self._run(arguments)
        browser = httpx.AsyncClient(base_url=self.origin, headers={"Origin": self.origin}, timeout=30)
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                await browser.get("/static/icon.svg")
                return browser
            await asyncio.sleep(0.05)
        raise AssertionError("the station did not start")

    def _run(self, arguments: list[str]) -> None:
        with self.output.open("ab") as out:
            self._process = subprocess.Popen(arguments, stdout=out, stderr=out)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Relay:
    """Passes connections on to the service; while `deaf`, answers to a submission never come back."""

    def __init__(self, origin: str) -> None:
        self.target = urlsplit(origin)
        self.deaf = False
        self.submitted = asyncio.Event()
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        up_reader, up_writer = await asyncio.open_connection(self.target.hostname, self.target.port)
        back = asyncio.create_task(self._back(up_reader, writer))
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                # The host is ours to the station and the service's own to the service.
                up_writer.write(data.replace(f"127.0.0.1:{self.port}".encode(), self.target.netloc.encode()))
                if b"POST /api/v1/cases" in data:
                    self.submitted.set()
        up_writer.close()
        back.cancel()
        writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if self.deaf and self.submitted.is_set():
                    continue
                writer.write(data)


@contextlib.asynccontextmanager
async def relayed(origin: str) -> AsyncIterator[Relay]:
    """Give a relay that listens."""
    relay = Relay(origin)
    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    relay.port = server.sockets[0].getsockname()[1]
    async with server:
        yield relay


async def begun(browser: httpx.AsyncClient, network: str) -> str:
    """Make the vault, give the login at the network, begin a case with its form; return the address of the case."""
    first = {"naam": "Hanna", "wachtzin": PASSPHRASE, "nogmaals": PASSPHRASE, "begrepen": "ja"}
    assert (await browser.post("/begin", data=first)).status_code == 303
    login = {"adres": network, "naam": PEOPLE["gp"].login, "wachtwoord": PASSWORD}
    assert (await browser.post("/instellingen/netwerk", data=login)).headers["location"].endswith("aangemeld")
    answer = await browser.post("/casus/nieuw", files={"bestand": ("brief.txt", NOTE.encode())})
    case = answer.headers["location"].removesuffix("/formulier")
    assert (await browser.post(f"{case}/formulier", data=FORM)).headers["location"] == f"{case}/nakijken"
    return case


async def until_there_are_cases(client: Client) -> None:
    """Wait until the service has stored a case."""
    for _ in range(400):
        if await client.cases():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no case came")


async def signed_in(station: StationProcess) -> httpx.AsyncClient:
    """Start the station again and open its vault."""
    browser = await station.start()
    answer = await browser.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})
    assert answer.status_code == 303
    return browser


async def test_a_kill_in_the_middle_of_a_review_loses_nothing(service: Service, tmp_path: Path) -> None:
    station = StationProcess(tmp_path / "kluis", tmp_path / "output")
    try:
        browser = await station.start()
        case = await begun(browser, service.origin)
        state = (await browser.post(f"{case}/besluit", json={"act": "all"})).json()
        mark = next(one for one in state["items"] if one["kind"] == "mark")
        place = {name: mark[name] for name in ("field", "start", "end")}
        ruling = place | {"act": "relabel", "label": "ORGANIZATION"}
        decided = (await browser.post(f"{case}/besluit", json=ruling)).json()
        station.kill()
        await browser.aclose()
        browser = await signed_in(station)
        assert (await browser.get(f"{case}/stand")).json() == decided
        assert "De huur loopt af." in (await browser.get(f"{case}/formulier")).text
        await browser.aclose()
    finally:
        station.kill()
    assert b"askia" not in station.output.read_bytes()


async def test_a_kill_in_the_middle_of_sending_sends_once(service: Service, tmp_path: Path) -> None:
    station = StationProcess(tmp_path / "kluis", tmp_path / "output")
    async with relayed(service.origin) as relay:
        try:
            browser = await station.start()
            case = await begun(browser, f"http://127.0.0.1:{relay.port}")
            await browser.post(f"{case}/besluit", json={"act": "all"})
            relay.deaf = True
            sending = asyncio.create_task(browser.post(f"{case}/versturen", data={"kring": service.network.circle}))
            await asyncio.wait_for(relay.submitted.wait(), 20)
            gp = await service.client("gp")
            await until_there_are_cases(gp)
            station.kill()
            with pytest.raises(httpx.TransportError):
                await sending
            await browser.aclose()
            relay.deaf = False
            browser = await signed_in(station)
            assert "wacht op verzending" in (await browser.get("/")).text
            assert (await browser.post("/verversen")).headers["location"] == "/?gelukt=ververst"
            assert "verstuurd" in (await browser.get(f"{case}/antwoord")).text
            assert (await browser.post("/verversen")).status_code == 303
            await browser.aclose()
        finally:
            station.kill()
    assert len(await (await service.client("gp")).cases()) == 1
    assert b"askia" not in station.output.read_bytes()
