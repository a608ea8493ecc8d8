"""What runs inside a worker process of the detector. Importing it loads spaCy and Presidio, but no model yet."""

from __future__ import annotations

from anonymisation.analyser import Analyser
from anonymisation.document import Span
from anonymisation.guard import AllowList, Verdict
from anonymisation.guard import check as guard_check
from anonymisation.scan import remaining

_loaded: list[Analyser] = []


def load(model: str) -> None:
    """Load the pipeline once per process."""
    _loaded.append(Analyser.load(model=model or None))
    _loaded[0].find("Warm worden: mw. De Wit, 12 mei 2025.")


def scan(texts: tuple[str, ...]) -> list[tuple[Span, ...]]:
    """Return what remains in each text."""
    return [remaining(_loaded[0], text) for text in texts]


def check(text: str, allow: AllowList) -> Verdict:
    """Return the guard's verdict."""
    return guard_check(_loaded[0], text, allow)
