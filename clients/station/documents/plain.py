"""Plain text."""

from __future__ import annotations

from clients.station.documents.clean import decode
from clients.station.documents.gather import Gather
from clients.station.documents.model import Opened


def read_plain(data: bytes) -> Opened:
    """Return a text as it is.

    Raises:
        DocumentRefused: there is nothing in it, or too much.
    """
    return Gather().opened(decode(data))
