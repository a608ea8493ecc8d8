"""What runs inside a worker process of the detector. Importing it loads spaCy and Presidio, but no model yet."""

from __future__ import annotations

from anonymisation.analyser import Analyser
from anonymisation.document import Span
from anonymisation.errors import AnonymisationError, ModelUnavailable
from anonymisation.guard import AllowList, Verdict
from anonymisation.guard import check as guard_check
from anonymisation.scan import remaining

_loaded: list[Analyser] = []


def load(model: str) -> None:
    """Load the pipeline once per process and warm it.

    Raises nothing: an initialiser that raises prints a traceback; a worker without a model refuses its work instead.
    """
    try:
        analyser = Analyser.load(model=model or None)
    except AnonymisationError:
        return
    analyser.find("Warm worden: mw. De Wit, 12 mei 2025.")
    _loaded.append(analyser)


def scan(texts: tuple[str, ...]) -> list[tuple[Span, ...]]:
    """Return what remains in each text.

    Raises:
        ModelUnavailable: this worker could not load its model.
    """
    return [remaining(_analyser(), text) for text in texts]


def check(text: str, allow: AllowList, in_use: str) -> Verdict:
    """Return the guard's verdict.

    Raises:
        ModelUnavailable: this worker could not load its model.
    """
    return guard_check(_analyser(), text, allow, case_text=in_use)


def _analyser() -> Analyser:
    if not _loaded:
        raise ModelUnavailable("the Dutch pipeline cannot be loaded")
    return _loaded[0]
