"""Which requests a data subject can make, through the submitter, and when the answer is due.

Source: AVG art. 12(3) (one month, two more for complex requests) and art. 15-21.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from consent.agreements import require_aware

ANSWER_MONTHS = 1
EXTENSION_MONTHS = 2


class RightsRequestKind(StrEnum):
    """What a person can ask."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Right:
    """One right: its article, and what the service does for the submitter who answers."""

    article: int
    description_nl: str


RIGHTS: Mapping[RightsRequestKind, Right] = MappingProxyType(
    {
        RightsRequestKind.ACCESS: Right(15, "inzage: een overzicht van wie de casus heeft ingezien, en de casus zelf"),
        RightsRequestKind.RECTIFICATION: Right(
            16, "verbetering: de inbrenger trekt de casus in en dient hem opnieuw in"
        ),
        RightsRequestKind.ERASURE: Right(17, "wissen: de tekst van de casus wordt direct gewist"),
        RightsRequestKind.RESTRICTION: Right(18, "beperking: de casus gaat van de agenda tot er een besluit is"),
        RightsRequestKind.PORTABILITY: Right(20, "overdragen: de inbrenger geeft de gegevens uit het eigen dossier"),
        RightsRequestKind.OBJECTION: Right(21, "bezwaar: de casus wordt niet verder besproken tot er een besluit is"),
    }
)


def answer_due(received_at: datetime, *, extended: bool = False) -> datetime:
    """Return the last moment to answer: the same day next month, or the last day of that month if it is shorter."""
    require_aware(received_at)
    months = received_at.month - 1 + ANSWER_MONTHS + (EXTENSION_MONTHS if extended else 0)
    year, month = received_at.year + months // 12, months % 12 + 1
    day = min(received_at.day, calendar.monthrange(year, month)[1])
    return received_at.replace(year=year, month=month, day=day)
