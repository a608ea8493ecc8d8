"""Logs for people who run the service: JSON lines with codes and counts, never content.

Only the fields in `FIELDS` ever leave; anything else that code tries to log is dropped, so that a slip in one place
cannot put case text, a name or a token into a log.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "kind",
        "code",
        "method",
        "route",
        "status",
        "ms",
        "node",
        "count",
        "port",
        "database",
    }
)


def keep_known_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in FIELDS}


class _CodesOnly(logging.Formatter):
    """Formats a library's record without its arguments or traceback: where it came from and how bad it is."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f'{{"event": "library", "level": "{record.levelname.lower()}", "kind": "{record.name}:{kind}"}}'


def configure() -> None:
    """Set up logging for a process of ours; libraries may not import it, only the command line calls it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_CodesOnly())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # A websockets client prints its text frames at DEBUG, whoever lowers the root's level later.
    logging.getLogger("websockets").setLevel(logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
