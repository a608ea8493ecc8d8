"""The detector for the service: scanning in worker processes, so that the event loop never waits for it.

The workers are forked from one clean process that has imported the libraries, and share that memory; each loads the
model once. Text goes to a worker through a pipe and comes back as positions; it is stored and logged nowhere.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import forkserver
from typing import TypeVar

import structlog

from anonymisation.document import Span
from anonymisation.errors import AnonymisationError
from anonymisation.guard import AllowList, Verdict
from server import detection_worker, metrics
from server.errors import ServiceError

log = structlog.get_logger()

T = TypeVar("T")

PRELOADED = ["server.detection_worker", "anonymisation.analyser"]
"""What the process from which the workers are forked imports, so that they share it."""

TIMEOUT_SECONDS = 30.0


class DetectorUnavailable(ServiceError):
    """The scan could not be done, so nothing may pass."""

    code = "guard_unavailable"
    status = 503
    message = "De controle op herkenbare gegevens werkt even niet. Er is niets opgeslagen. Probeer het zo opnieuw."


@dataclass(slots=True)
class Detector:
    """Scans text in `workers` processes. `model` is a pipeline's name or folder; empty means the one that ships."""

    workers: int = 1
    model: str = ""
    _pool: ProcessPoolExecutor | None = field(default=None, repr=False)

    def begin(self) -> None:
        """Let the process from which the workers are forked load its libraries, and return at once."""
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
        forkserver.ensure_running()

    async def start(self) -> None:
        """Return when the first worker can scan; at once when it could before.

        Raises:
            DetectorUnavailable: the model cannot be loaded.
        """
        if self._pool is None:
            self.begin()
            self._pool = self._new_pool()
            await self._run(detection_worker.scan, ("",))

    async def scan(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Return what remains in each already protected text, leaving out our own fixed forms.

        Raises:
            DetectorUnavailable: the scan could not be done.
        """
        return await self._run(detection_worker.scan, tuple(texts))

    async def check(self, text: str, allow: AllowList, in_use: str = "") -> Verdict:
        """Return the guard's verdict on one message. `in_use` is text whose pseudonyms are already given out.

        Raises:
            DetectorUnavailable: the scan could not be done.
        """
        return await self._run(detection_worker.check, text, allow, in_use)

    async def check_many(self, messages: Sequence[tuple[str, AllowList]]) -> list[Verdict | None]:
        """Return the guard's verdict on each message that is held, in one journey to a worker; None may pass.

        Raises:
            DetectorUnavailable: the scan could not be done, so none may pass.
        """
        return await self._run(detection_worker.check_many, messages)

    def stop(self) -> None:
        """End the workers."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _new_pool(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("forkserver")
        return ProcessPoolExecutor(
            self.workers, mp_context=context, initializer=detection_worker.load, initargs=(self.model,)
        )

    async def _run(self, function: Callable[..., T], *arguments: object) -> T:
        if self._pool is None:
            raise DetectorUnavailable
        started = time.monotonic()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *arguments))
            answer = await asyncio.wait_for(future, TIMEOUT_SECONDS)
        except BrokenProcessPool:
            # A worker died (killed, out of memory): the next scan gets new ones; this one is refused.
            metrics.SCANS_FAILED.inc()
            log.error("detector_died")
            self._pool = self._new_pool()
            raise DetectorUnavailable from None
        except (TimeoutError, AnonymisationError) as error:
            metrics.SCANS_FAILED.inc()
            log.error("detector_failed", kind=type(error).__name__)
            raise DetectorUnavailable from None
        metrics.SCAN_SECONDS.labels(function.__name__).observe(time.monotonic() - started)
        return answer
