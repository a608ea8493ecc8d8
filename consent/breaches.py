"""Breaches: a draft that opens by itself, the 72-hour clock, and what a notification still lacks.

Source: AVG art. 33 (72 hours from awareness, contents, internal register) and art. 34 (telling the person).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from consent.agreements import require_aware
from consent.errors import IllegalTransition

NOTIFY_WITHIN = timedelta(hours=72)


class BreachKind(StrEnum):
    """How the breach came to light."""

    IDENTIFIER_VISIBLE = "identifier_visible"
    PERSON_RECOGNISED = "person_recognised"
    WRONG_RECIPIENT = "wrong_recipient"
    LOST_ACCESS = "lost_access"
    OTHER = "other"


class BreachState(StrEnum):
    """Where the record stands; whatever was decided, it stays in the internal register."""

    DRAFT = "draft"
    NOTIFIED = "notified"
    NOT_NOTIFIABLE = "not_notifiable"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach. `aware_at` starts the clock; `receivers` are the member references to whom it was delivered.

    The five texts are what art. 33(3) asks for; the privacy officer writes them, and they never enter the log.
    """

    kind: BreachKind
    aware_at: datetime
    case_ref: str | None
    receivers: tuple[str, ...]
    state: BreachState = BreachState.DRAFT
    nature: str | None = None
    affected: str | None = None
    contact: str | None = None
    consequences: str | None = None
    measures: str | None = None
    decided_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.aware_at)

    @property
    def deadline(self) -> datetime:
        """The last moment for a notification without reasons for delay."""
        return self.aware_at + NOTIFY_WITHIN

    def time_left(self, now: datetime) -> timedelta:
        """Return how long the clock still runs; negative when it has run out."""
        require_aware(now)
        return self.deadline - now

    def missing_fields(self) -> tuple[str, ...]:
        """Return which parts of a complete notification have not been written yet."""
        names = ("nature", "affected", "contact", "consequences", "measures")
        return tuple(name for name in names if not getattr(self, name))


def draft(kind: BreachKind, *, aware_at: datetime, case_ref: str | None, receivers: tuple[str, ...]) -> Breach:
    """Return a draft, such as the one that "identifier visible" opens with the list of who received the message."""
    return Breach(kind, aware_at, case_ref, receivers)


def notify(breach: Breach, at: datetime) -> Breach:
    """Return the breach as notified to the authority; parts may follow later (art. 33(4)).

    Raises:
        IllegalTransition: it was decided upon before.
    """
    return _decide(breach, BreachState.NOTIFIED, at)


def dismiss(breach: Breach, at: datetime) -> Breach:
    """Return the breach as not notifiable; it stays in the internal register (art. 33(5)).

    Raises:
        IllegalTransition: it was decided upon before, or nature, consequences and measures are not written down.
    """
    if {"nature", "consequences", "measures"} & set(breach.missing_fields()):
        raise IllegalTransition("the register needs the facts, the consequences and the measures")
    return _decide(breach, BreachState.NOT_NOTIFIABLE, at)


def close(breach: Breach) -> Breach:
    """Return the breach as closed.

    Raises:
        IllegalTransition: nothing was decided yet, or a part is still missing.
    """
    if breach.state not in {BreachState.NOTIFIED, BreachState.NOT_NOTIFIABLE}:
        raise IllegalTransition("a breach is closed after the decision to notify or not")
    if breach.state is BreachState.NOTIFIED and breach.missing_fields():
        raise IllegalTransition("a notified breach is closed when its record is complete")
    return replace(breach, state=BreachState.CLOSED)


def _decide(breach: Breach, state: BreachState, at: datetime) -> Breach:
    require_aware(at)
    if breach.state is not BreachState.DRAFT:
        raise IllegalTransition("whether to notify is decided once, on a draft")
    return replace(breach, state=state, decided_at=at)
