"""The service without its guard, for the room's benchmark alone: what does the room itself cost?"""

from __future__ import annotations

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from anonymisation.document import Span
from anonymisation.guard import AllowList, Verdict
from server.detection import Detector


@dataclass(slots=True)
class PassesAll(Detector):
    """A detector without a model or workers that holds nothing."""

    def begin(self) -> None:
        """Do nothing."""

    async def start(self) -> None:
        """Do nothing."""

    async def scan(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Find nothing."""
        return [()] * len(texts)

    async def check(self, text: str, _allow: AllowList, _in_use: str = "") -> Verdict:
        """Let everything pass."""
        return Verdict((), hard=False, proposal=text)

    async def check_many(self, messages: Sequence[tuple[str, AllowList]]) -> list[Verdict | None]:
        """Let everything pass."""
        return [None] * len(messages)


def main() -> None:
    """Run the service as `casuskring serve` does, with nothing that reads what is typed."""
    import os

    from server import settings as all_settings
    from server.commands.serving import serve

    settings = all_settings.read(os.environ)
    serve(settings, now=lambda: datetime.now(UTC), random_bytes=chance.token_bytes, detector=PassesAll())
