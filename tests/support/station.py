"""A partner station beside the running service, and a look at everything that leaves it."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import httpx

from anonymisation.analyser import Analyser
from clients.api import Client
from clients.station.desk import Desk, Login
from clients.station.vault import Cost, Vault
from clients.station.web.app import Setup, create_station
from clients.station.web.keeper import Keeper
from server.demo.network import PASSWORD, PEOPLE
from tests.support.service import Clock, Service, free_port, running

PASSPHRASE = "vier losse woorden samen"
CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
"""A key slot that costs next to nothing: what argon2id itself costs has a test of its own."""


@lru_cache(maxsize=1)
def analyser() -> Analyser:
    """One analyser for the whole run."""
    return Analyser.load()


@dataclass
class Wire:
    """Keeps every byte that leaves; `cut` breaks the line of a submission before or after the service has it."""

    sent: list[bytes] = field(default_factory=list)
    cut: str = ""

    @property
    def everything(self) -> bytes:
        """All that left, in lower case."""
        return b"\n".join(self.sent).lower()


class Tap(httpx.AsyncHTTPTransport):
    """The transport of one client, which a wire listens to."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        body = await request.aread()
        self.wire.sent.append(f"{request.method} {request.url}\n{request.headers}\n".encode() + body)
        submits = request.url.path.endswith("/cases") and request.method == "POST"
        if self.wire.cut == "before" and submits:
            raise httpx.ConnectError("no route")
        answer = await super().handle_async_request(request)
        if self.wire.cut == "after" and submits:
            await answer.aread()
            raise httpx.ReadError("the line went dead")
        return answer


@dataclass
class Station:
    """A station in this process. `desk(who)` is a worker who knows a login at the network."""

    service: Service
    folder: Path
    clock: Clock
    wire: Wire = field(default_factory=Wire)
    origin: str = ""
    _vault: Vault | None = None

    def connect(self, origin: str) -> Client:
        """Return a client whose bytes are seen."""
        return Client(origin, transport=Tap(self.wire))

    @property
    def vault(self) -> Vault:
        """The open vault; made at the first use."""
        if self._vault is None:
            if Vault.exists(self.folder):
                self._vault = Vault.open(self.folder, "gp", PASSPHRASE, random_bytes=secrets.token_bytes)
            else:
                self._vault = Vault.create(self.folder, "gp", PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP)
        return self._vault

    def close(self) -> None:
        """Lock the vault, as the end of the program does."""
        if self._vault is not None:
            self._vault.lock()
            self._vault = None

    def desk(self, who: str = "gp") -> Desk:
        """Return the desk of a worker with a login at the network."""
        desk = Desk(self.vault, who, analyser, self.clock)
        desk.set_login(Login(self.service.origin, PEOPLE[who].login, PASSWORD))
        return desk


@contextlib.asynccontextmanager
async def served(station: Station, *, load: Callable[[], Analyser] = analyser) -> AsyncIterator[Station]:
    """Serve the station's pages."""
    port = free_port()
    station.origin = f"http://127.0.0.1:{port}"
    keeper = Keeper(station.folder, load, station.clock)
    app = create_station(Setup(keeper, station.origin, station.connect))
    async with running(app, port):
        yield station
    keeper.lock()
