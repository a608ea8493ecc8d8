"""Starting the service and preparing an installation: what the command line's short commands do."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Callable
from types import FrameType

import uvicorn
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server import metrics, observability
from server.app import Clock, create_app, create_store, log_signer
from server.detection import Detector
from server.errors import ServiceError, StorageError
from server.network.model import NewMember
from server.network.service import first_administrator
from server.protocol.live import MAX_FRAME_BYTES
from server.room.hub import Hub
from server.room.wire import Wire
from server.settings import Settings
from server.storage import migrate as schema
from server.storage import secrets
from server.storage.audit_log import Sequencer
from server.storage.crypto import RandomBytes
from server.storage.store import Store


def serve(settings: Settings, *, now: Clock, random_bytes: RandomBytes, detector: Detector) -> None:
    """Run the service until it is told to stop; then the detector stops too.

    Raises:
        SettingsError: the settings or the secrets cannot work.
        StorageError: a database cannot be reached, or its schema is not up to date.
    """
    observability.configure()
    for problem in asyncio.run(check(settings, now=now, random_bytes=random_bytes)):
        # Said here, in a sentence: once the server runs, its log holds kinds of errors only.
        raise StorageError(problem, code="not_ready")
    app = create_app(settings, now=now, random_bytes=random_bytes, detector=detector)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ws=Wire,
        ws_max_size=MAX_FRAME_BYTES,
        # Compression costs 2-3 times the CPU, 33 KB a connection, and mixes secrets in one window.
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    hub: Hub = app.state.context.hub
    stop_metrics = _metrics(settings, hub)
    _collect_seldom()
    try:
        DrainingServer(config, hub, settings.drain_seconds).run()
    finally:
        stop_metrics()
        detector.stop()


class DrainingServer(uvicorn.Server):
    """Before it stops it says that it is not ready, waits until the proxy knows, and sends its members to another node.

    Being told a second time ends the waiting.
    """

    def __init__(self, config: uvicorn.Config, hub: Hub, seconds: int) -> None:
        super().__init__(config)
        self.hub = hub
        self.seconds = seconds
        self._hurry = asyncio.Event()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop came in."""
        if self.should_exit:
            # By way of the loop, which may be asleep: a signal alone does not wake it.
            asyncio.get_running_loop().call_soon_threadsafe(self._hurry.set)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain, then stop as uvicorn does."""
        self.hub.draining = True
        metrics.DRAINING.set(1)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), self.seconds)
        await self.hub.stop()
        await super().shutdown(sockets)


def _metrics(settings: Settings, hub: Hub) -> Callable[[], None]:
    if settings.metrics_port == 0:
        return lambda: None
    try:
        return metrics.serve(settings.metrics_host, settings.metrics_port, hub.census)
    except OSError:
        raise StorageError("Op de poort voor de cijfers luistert al iets anders.", code="metrics_port") from None


def _collect_seldom() -> None:
    """Look for garbage in cycles seldom: what a room keeps is a session, not garbage, and is looked through each time.

    With Python's own thresholds that took a fifth of a busy room's processor time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


async def migrate(settings: Settings, *, now: Clock, random_bytes: RandomBytes) -> None:
    """Bring the schema up to date; make the secrets of a new installation.

    Raises:
        StorageError: the database belongs to another master key.
    """
    secrets.create(settings.secrets_dir, random_bytes)
    async with opened(settings, now=now, random_bytes=random_bytes) as store:
        await schema.upgrade(store, origin=settings.log_origin)
        await Sequencer(store.database, log_signer(settings)).sequence()


@contextlib.asynccontextmanager
async def opened(settings: Settings, *, now: Clock, random_bytes: RandomBytes) -> AsyncIterator[Store]:
    """Give the stores for a moment, and close them."""
    store = create_store(settings, now=now, random_bytes=random_bytes)
    try:
        yield store
    finally:
        await store.close()


async def check(settings: Settings, *, now: Clock, random_bytes: RandomBytes) -> list[str]:
    """Return what would keep the service from running, in sentences; empty when all is well."""
    try:
        async with opened(settings, now=now, random_bytes=random_bytes) as store:
            for engine, what in ((store.database.engine, "database"), (store.keys.engine, "sleutelopslag")):
                try:
                    async with engine.connect() as connection:
                        await connection.execute(text("SELECT 1"))
                except (SQLAlchemyError, OSError) as error:
                    return [f"de {what} is niet te bereiken ({type(error).__name__})"]
            await schema.require_current(store)
    except ServiceError as error:
        return [error.message]
    return []


async def add_administrator(
    settings: Settings,
    *,
    login: str,
    name: str,
    organisation: str,
    password: str,
    now: Clock,
    random_bytes: RandomBytes,
) -> None:
    """Add the first administrator of a new installation.

    Raises:
        Conflict: there is one already.
    """
    async with opened(settings, now=now, random_bytes=random_bytes) as store:
        await schema.require_current(store)
        new = NewMember(login, name, password, "", ("coordinator",))
        await first_administrator(store.database, new, organisation_name=organisation)
        await Sequencer(store.database, log_signer(settings)).sequence()
