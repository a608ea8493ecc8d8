"""A running service with the fictional region in it, for tests that speak HTTP and WebSocket like everybody else.

The detector is real and shared by the whole run; each test has its own database.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets as chance
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Iterator
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
from server.room.wire import Wire
from server.settings import Settings
from server.storage import migrate, secrets
from server.storage.store import Store
from tests.support.databases import DatabaseUrls, PostgreSQL


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
    signed_in: dict[str, Client] = field(default_factory=dict)

    async def sign_in(self, who: str) -> Client:
        """Return a signed-in client of an invented member, by the short names of the demo's region."""
        return await self.sign_in_as(PEOPLE[who].login)

    async def client(self, who: str) -> Client:
        """Return a client of an invented member who signs in once per test: hashing passwords takes its time."""
        if who not in self.signed_in:
            self.signed_in[who] = await self.sign_in(who)
        return self.signed_in[who]

    async def sign_in_as(self, login: str) -> Client:
        """Return a signed-in client of whoever has this login name."""
        client = Client(self.origin)
        self.clients.append(client)
        await client.log_in(login, PASSWORD)
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
        ws=Wire,
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
def detector() -> Iterator[Detector]:
    """The real detector, started once."""
    shared = Detector()
    asyncio.run(shared.start())
    yield shared
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


@dataclass
class Template:
    """A seeded region that tests copy instead of making it anew: hashing a dozen passwords takes seconds."""

    urls: DatabaseUrls
    secrets_dir: Path
    network: Network


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Template]:
    """The seeded regions made so far, by kind of database."""
    return {}


@pytest.fixture
def template(
    request: pytest.FixtureRequest,
    database_urls: DatabaseUrls,
    templates: dict[str, Template],
    tmp_path_factory: pytest.TempPathFactory,
) -> Template:
    """The seeded region for this kind of database."""
    kind = database_urls.kind
    if kind not in templates:
        folder = tmp_path_factory.mktemp(f"template-{kind}")
        url = f"sqlite:///{folder}/casuskring.sqlite"
        if kind == "postgresql":
            server: PostgreSQL = request.getfixturevalue("postgresql")
            url = server.create(f"casuskring_template_{os.getpid()}")
        urls = DatabaseUrls(kind, url)

        async def make() -> Network:
            async with opened_store(settings_for(urls, folder, 1), Clock()) as store:
                return await seed(store, session_at=datetime.now(UTC))

        templates[kind] = Template(urls, folder / "secrets", asyncio.run(make()))
    return templates[kind]


def copy_template(template: Template, urls: DatabaseUrls, folder: Path, request: pytest.FixtureRequest) -> None:
    """Make this test's database a copy of the seeded region, with the same secrets."""
    shutil.copytree(template.secrets_dir, folder / "secrets")
    if template.urls.kind == "sqlite":
        source, target = (Path(one.url.removeprefix("sqlite:///")) for one in (template.urls, urls))
        for suffix in ("", "-keys"):
            with (
                contextlib.closing(sqlite3.connect(source.with_name(f"casuskring{suffix}.sqlite"))) as old,
                contextlib.closing(sqlite3.connect(target.with_name(f"casuskring{suffix}.sqlite"))) as new,
            ):
                old.backup(new)
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        server.copy(urls.url, template.urls.url)


@pytest.fixture
async def seeded(
    request: pytest.FixtureRequest, template: Template, database_urls: DatabaseUrls, tmp_path: Path
) -> Template:
    """A database of this test's own that holds the fictional region."""
    await asyncio.to_thread(copy_template, template, database_urls, tmp_path, request)
    return Template(database_urls, tmp_path / "secrets", template.network)


@pytest.fixture
async def service(seeded: Template, tmp_path: Path, clock: Clock, detector: Detector) -> AsyncIterator[Service]:
    """A running service with the fictional region."""
    port = free_port()
    settings = settings_for(seeded.urls, tmp_path, port)
    prepared = create_store(settings, now=clock, random_bytes=chance.token_bytes)
    app = create_app(settings, now=clock, random_bytes=chance.token_bytes, grace=0.05, detector=detector)
    async with running(app, port):
        result = Service(settings.public_origin, settings, prepared, seeded.network, clock, app)
        yield result
        for client in result.clients:
            await client.__aexit__(None, None, None)
    await prepared.close()


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
