"""Opens what a care worker hands over: the plain text, and beside it everything that is not plain body text.

Nothing here touches the network, and nothing is written down.
"""

from __future__ import annotations

from clients.station.documents.model import Extra, ExtraKind, Opened
from clients.station.documents.reading import open_document

__all__ = ["Extra", "ExtraKind", "Opened", "open_document"]
