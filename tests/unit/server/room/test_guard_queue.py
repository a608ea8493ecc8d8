"""Messages for the guard go in bundles; when a bundle fails nothing passes and everyone hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from anonymisation.guard import AllowList, Verdict
from server.detection import Detector, DetectorUnavailable
from server.room.guard_queue import GuardQueue, Question


@dataclass(slots=True)
class Broken(Detector):
    """A detector that fails in this way."""

    error: Exception = field(default_factory=DetectorUnavailable)

    async def check_many(self, messages: Sequence[tuple[str, AllowList]]) -> list[Verdict | None]:  # noqa: ARG002
        """Fail."""
        raise self.error


@pytest.mark.parametrize("error", [DetectorUnavailable(), RecursionError(), ValueError("woorden")], ids=type)
async def test_whatever_breaks_nothing_passes_and_nobody_waits(
    error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    queue, told = GuardQueue(Broken(error=error)), list[str]()
    done = asyncio.Event()

    def failed() -> None:
        told.append("failed")
        if len(told) == 3:
            done.set()

    for _number in range(3):
        queue.ask(Question("Persoon A wacht.", AllowList(), lambda _verdict: told.append("passed"), failed))
    await asyncio.wait_for(done.wait(), 10)
    assert told == ["failed"] * 3
    said = capsys.readouterr()
    assert "woorden" not in said.out + said.err
