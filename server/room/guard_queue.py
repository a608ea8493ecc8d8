"""Messages on their way to the guard: what waits goes to a worker as one bundle, and nobody overtakes anybody.

A journey to a worker costs as much as reading a short message, so a busy room shares it. A worker that is free gets
what there is at once: a quiet room waits for nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from anonymisation.guard import AllowList, Verdict
from server.detection import Detector, DetectorUnavailable

log = structlog.get_logger()

BUNDLE_MESSAGES = 64
BUNDLE_CHARACTERS = 16_000
"""What goes to a worker at once, at most (but always one message): some hundred milliseconds of reading."""

AHEAD = 1
"""Bundles that wait in a worker's own queue, so that it does not stand still between two."""

Answer = Callable[[Verdict | None], None]
"""Takes the verdict on a message that is held, or None for one that may pass."""


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """A message for the guard: whom to tell the verdict, and whom that there is none."""

    text: str
    allow: AllowList
    answer: Answer
    failed: Callable[[], None]


@dataclass(slots=True)
class GuardQueue:
    """The way to the guard for all rooms of a node."""

    detector: Detector
    _waiting: deque[Question] = field(default_factory=deque, repr=False)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _soon: bool = False

    def ask(self, question: Question) -> None:
        """Have a message read. The answer comes later, in the order of asking with one worker."""
        self._waiting.append(question)
        if not self._soon:
            # At the end of this turn of the loop: what came in together goes together.
            self._soon = True
            asyncio.get_running_loop().call_soon(self._send)

    def _send(self) -> None:
        self._soon = False
        while self._waiting and len(self._under_way) < self.detector.workers + AHEAD:
            bundle = [self._waiting.popleft()]
            characters = len(bundle[0].text)
            while self._waiting and len(bundle) < BUNDLE_MESSAGES:
                characters += len(self._waiting[0].text)
                if characters > BUNDLE_CHARACTERS:
                    break
                bundle.append(self._waiting.popleft())
            task = asyncio.create_task(self._read(bundle))
            self._under_way.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._send()

    async def _read(self, bundle: list[Question]) -> None:
        try:
            verdicts = await self.detector.check_many([(one.text, one.allow) for one in bundle])
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing passes and nobody waits for ever
            if not isinstance(error, DetectorUnavailable):
                log.error("guard_failed", kind=type(error).__name__)
            for one in bundle:
                one.failed()
            return
        for one, verdict in zip(bundle, verdicts, strict=True):
            one.answer(verdict)
