"""What runs inside a worker process of the detector. Importing it is cheap; `load` brings in libraries and a model."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from anonymisation.document import Span
from anonymisation.errors import AnonymisationError, ModelUnavailable
from anonymisation.guard import AllowList, Verdict
from anonymisation.guard import check as guard_check
from anonymisation.scan import remaining

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser

_loaded: list[Analyser] = []


def load(model: str) -> None:
    """Load the pipeline once per process and warm it; from here on the process ends when the service does.

    Raises nothing: an initialiser that raises prints a traceback; a worker without a model refuses its work instead.
    """
    if (service := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_after, args=(service,), daemon=True).start()
    # Here and not above: the service itself must not spend its start on libraries that only its workers use.
    from anonymisation.analyser import Analyser

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


def check_many(messages: Sequence[tuple[str, AllowList]]) -> list[Verdict | None]:
    """Return the guard's verdict on each message that is held; None may pass.

    Raises:
        ModelUnavailable: this worker could not load its model.
    """
    verdicts = (guard_check(_analyser(), text, allow) for text, allow in messages)
    return [verdict if verdict.held else None for verdict in verdicts]


def _end_after(service: BaseProcess) -> None:
    # A worker waits for work on a pipe of which it holds both ends itself, so a killed service would leave it for ever.
    service.join()
    os._exit(0)


def _analyser() -> Analyser:
    if not _loaded:
        raise ModelUnavailable("the Dutch pipeline cannot be loaded")
    return _loaded[0]
