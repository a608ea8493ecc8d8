"""The composition root: puts the parts of the service together."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from audit.checkpoint import Signer
from audit.entry import Source
from consent.retention import RetentionTerms
from server.cases.erasure import erase_due
from server.detection import Detector
from server.errors import ServiceError
from server.room.bridge import LiveEndpoint
from server.room.hub import Hub
from server.room.showing import HEARTBEAT_SECONDS
from server.settings import Settings
from server.storage import secrets
from server.storage.audit_log import Sequencer
from server.storage.crypto import RandomBytes
from server.storage.database import KEY_SCHEMA, Database, connect, is_sqlite, keystore_url
from server.storage.keystore import KeyStore
from server.storage.migrate import require_current
from server.storage.store import Store
from server.storage.subkeys import Subkeys
from server.web import api, openapi, pages
from server.web.context import Context, require_token
from server.web.middleware import Surroundings, not_found, service_error

Clock = Callable[[], datetime]

ERASE_SECONDS = 3600.0
"""How often the service looks for case text whose term has passed."""

log = structlog.get_logger()


def create_store(settings: Settings, *, now: Clock, random_bytes: RandomBytes) -> Store:
    """Return the two stores that the settings name.

    Raises:
        SettingsError: the secrets cannot be read.
    """
    keys_url = keystore_url(settings.database_url, settings.keystore_url)
    schema = None if settings.keystore_url else KEY_SCHEMA
    database = Database(
        engine=connect(settings.database_url),
        now=now,
        random_bytes=random_bytes,
        source=Source(settings.site, "service"),
        sqlite=is_sqlite(settings.database_url),
    )
    keys = KeyStore(
        engine=connect(keys_url, schema=schema),
        master=secrets.load(settings.secrets_dir).master,
        random_bytes=random_bytes,
        sqlite=is_sqlite(keys_url),
    )
    return Store(database, keys, Subkeys(keys, now))


def log_signer(settings: Settings) -> Signer:
    """Return the key that signs the audit log's checkpoints."""
    return Signer(settings.log_origin, secrets.load(settings.secrets_dir).log_seed)


def create_app(
    settings: Settings,
    *,
    now: Clock,
    random_bytes: RandomBytes,
    grace: float = 5.0,
    detector: Detector | None = None,
) -> Starlette:
    """Return the service. `now` gives UTC; `grace` is how many seconds a seat stays taken after its connection dropped.

    A `detector` that is given may have begun already, and is left running when the service stops.

    Raises:
        SettingsError: the settings or the secrets cannot work.
    """
    store = create_store(settings, now=now, random_bytes=random_bytes)
    signer = log_signer(settings)
    own = detector is None
    detector = detector or Detector(workers=settings.detector_workers, model=settings.spacy_model)
    hub = Hub(store, detector, grace)
    sequencer = Sequencer(store.database, signer)
    store.database.wake_sequencer = sequencer.wake

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await require_current(store)
        await detector.start()
        terms = RetentionTerms(case_text_days=settings.retention_days)
        jobs = (sequencer.run(), _beat(hub), _erase(store, terms, hub))
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            yield
        finally:
            await hub.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            # What was written last gets its number and signature before the process ends.
            await sequencer.sequence()
            if own:
                detector.stop()
            await store.close()

    live = LiveEndpoint(hub, settings.public_origin, require_token)
    app = Starlette(
        routes=[
            *(endpoint.route() for endpoint in api.ENDPOINTS),
            Route("/api/v1/openapi.json", openapi.serve),
            WebSocketRoute("/ws/v1/sessions/{session}", live),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "web" / "static"), name="static"),
            *pages.routes(),
        ],
        exception_handlers={ServiceError: service_error, 404: not_found, 405: not_found},
        lifespan=lifespan,
    )
    app.add_middleware(Surroundings, origin=settings.public_origin, secure=settings.secure)
    app.state.context = Context(settings, store, detector, hub, str(signer.verifier_key))
    return app


async def _erase(store: Store, terms: RetentionTerms, hub: Hub) -> None:
    while True:
        try:
            if await erase_due(store, terms):
                hub.agendas_changed()
        except (SQLAlchemyError, OSError, ServiceError) as error:
            log.error("erasure_failed", kind=type(error).__name__)
        await asyncio.sleep(ERASE_SECONDS)


async def _beat(hub: Hub) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        hub.beat()
        try:
            await hub.recheck()
        except (SQLAlchemyError, OSError) as error:
            log.error("recheck_failed", kind=type(error).__name__)
