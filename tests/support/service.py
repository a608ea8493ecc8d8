"""A running service with the fictional region in it, for tests that speak HTTP and WebSocket like everybody else.

The detector is real and shared by the whole run; each test has its own database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets as chance
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from clients.api import Client, new_key
from server.app import create_app, create_store
from server.demo.network import PASSWORD, PEOPLE, Network, seed
from server.detection import Detector
from server.protocol.http import BasisForm, CaseForm, SubmitRequest
from server.protocol.live import MAX_FRAME_BYTES
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, Trigger
from server.settings import Settings
from server.storage import migrate, secrets
from server.storage.store import Store
from tests.support.databases import DatabaseUrls


@dataclass
class Clock:
    """A clock that tests can move."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the moment now, moved by the offset."""
        return datetime.now(UTC) + self.offset


@dataclass
class Service:
    """A running service and the region in it."""

    origin: str
    settings: Settings
    store: Store
    network: Network
    clock: Clock
    app: Starlette
    clients: list[Client] = field(default_factory=list)

    async def sign_in(self, who: str) -> Client:
        """Return a signed-in client of an invented member, by the short names of the demo's region."""
        client = Client(self.origin)
        self.clients.append(client)
        await client.log_in(PEOPLE[who].login, PASSWORD)
        return client


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def settings_for(urls: DatabaseUrls, folder: Path, port: int) -> Settings:
    """Return settings for one test."""
    return Settings(
        database_url=urls.url,
        secrets_dir=folder / "secrets",
        public_origin=f"http://127.0.0.1:{port}",
        port=port,
        log_origin="test.example/log",
        region="Merenland",
    )


@contextlib.asynccontextmanager
async def opened_store(settings: Settings, clock: Clock) -> AsyncIterator[Store]:
    """Give migrated stores without a service around them."""
    secrets.create(settings.secrets_dir, chance.token_bytes)
    store = create_store(settings, now=clock, random_bytes=chance.token_bytes)
    try:
        await migrate.upgrade(store, origin=settings.log_origin)
        yield store
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def running(app: Starlette, port: int) -> AsyncIterator[None]:
    """Serve an app on this port, in this process, the way `casuskring serve` does."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())  # without taking over this process's signals
    try:
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task


@pytest.fixture(scope="session")
def detector() -> AsyncIterator[Detector]:  # type: ignore[misc]
    """The real detector, started once."""
    shared = Detector(model=os.environ.get("CK_TMP_MODEL", ""))
    asyncio.run(shared.start())
    yield shared  # type: ignore[misc]
    shared.stop()


@pytest.fixture
def clock() -> Clock:
    """A clock that the test can move."""
    return Clock()


@pytest.fixture
async def store(database_urls: DatabaseUrls, tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    """Migrated, empty stores."""
    async with opened_store(settings_for(database_urls, tmp_path, 1), clock) as opened:
        yield opened


@pytest.fixture
async def service(
    database_urls: DatabaseUrls, tmp_path: Path, clock: Clock, detector: Detector
) -> AsyncIterator[Service]:
    """A running service with the fictional region."""
    port = free_port()
    settings = settings_for(database_urls, tmp_path, port)
    async with opened_store(settings, clock) as prepared:
        network = await seed(prepared, session_at=clock())
        app = create_app(settings, now=clock, random_bytes=chance.token_bytes, grace=0.05, detector=detector)
        async with running(app, port):
            result = Service(settings.public_origin, settings, prepared, network, clock, app)
            yield result
            for client in result.clients:
                await client.__aexit__(None, None, None)


def protected_case(circle: str, **changes: object) -> SubmitRequest:
    """Return a case that is already pseudonymised and passes the scan."""
    form = CaseForm(
        text=(
            "Betreft Persoon A, 35-39 jaar, woont in plaats A. Somber en angstig, schulden lopen op. "
            "De moeder van A past op de kinderen. GGZ-instelling A wacht op rust in de schulden, "
            "schuldhulp wacht op behandeling."
        ),
        trigger=Trigger.CARE_NO_LONGER_FITS,
        question="Wie pakt de regie en welke overbrugging is er tot de behandeling begint?",
        why_now="De wachttijd is opgelopen en de huur wordt niet betaald.",
        what_is_new="Persoon A vraagt nu zelf om hulp.",
        basis=BasisForm(
            kind=BasisKind.CONSENT,
            on=datetime.now(UTC).date() - timedelta(days=3),
            informed=True,
            how=ConsentHow.ORAL,
            scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
        ),
    )
    if changes:
        from msgspec.structs import replace

        form = replace(form, **changes)
    return SubmitRequest(circle=circle, key=new_key(), form=form)
