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


class Risk(StrEnum):
    """What the breach may mean for the person concerned, as the privacy officer judges it."""

    NONE = "none"
    SOME = "some"
    HIGH = "high"


class NoNotice(StrEnum):
    """Why a breach need not be notified to the authority (art. 33(1): a risk is unlikely)."""

    NOT_RECOGNISABLE = "not_recognisable"
    BOUND_BY_SECRECY = "bound_by_secrecy"
    NOT_SHOWN = "not_shown"
    SAME_BREACH = "same_breach"


class Delay(StrEnum):
    """Why a notification comes after 72 hours (art. 33(1), last sentence)."""

    FACTS_CAME_LATE = "facts_came_late"
    OFFICER_AWAY = "officer_away"
    JUDGED_OTHERWISE_FIRST = "judged_otherwise_first"


class Telling(StrEnum):
    """Whether the person concerned was told (art. 34), and if not, why not."""

    TOLD = "told"
    NO_HIGH_RISK = "no_high_risk"
    MEASURES_TOOK_THE_RISK_AWAY = "measures_took_the_risk_away"


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach. `aware_at` starts the clock; `receivers` are the member references to whom it was delivered.

    The five texts are what art. 33(3) asks for; the privacy officer writes them, or chooses them as codes, and they
    never enter the log. `telling` is whether the person concerned was told, `delay` why a notification was late.
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
    telling: Telling | None = None
    delay: Delay | None = None

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


def notify(breach: Breach, at: datetime, *, delay: Delay | None = None) -> Breach:
    """Return the breach as notified to the authority; parts may follow later (art. 33(4)).

    Raises:
        IllegalTransition: it was decided upon before, or it is late and `delay` does not say why.
    """
    notified = _decide(replace(breach, delay=delay), BreachState.NOTIFIED, at)
    if at > breach.deadline and delay is None:
        raise IllegalTransition("a notification after 72 hours says why it is late")
    return notified


def require_no_notice(risk: Risk, reason: NoNotice) -> None:
    """Return when a breach with this risk may go without a notification for this reason.

    Raises:
        IllegalTransition: there is a risk, so it is notified (art. 33(1)), unless another record covers it.
    """
    if risk is not Risk.NONE and reason is not NoNotice.SAME_BREACH:
        raise IllegalTransition("a breach with a risk for the person concerned is notified")


def dismiss(breach: Breach, at: datetime) -> Breach:
    """Return the breach as not notifiable; it stays in the internal register (art. 33(5)).

    Raises:
        IllegalTransition: it was decided upon before, or nature, consequences and measures are not written down.
    """
    if {"nature", "consequences", "measures"} & set(breach.missing_fields()):
        raise IllegalTransition("the register needs the facts, the consequences and the measures")
    return _decide(breach, BreachState.NOT_NOTIFIABLE, at)


def tell(breach: Breach, telling: Telling, *, risk: Risk) -> Breach:
    """Return the breach with what was done about telling the person concerned; it may be decided anew until it closes.

    Raises:
        IllegalTransition: the breach is closed, or a high risk is waved away (art. 34(1)).
    """
    if breach.state is BreachState.CLOSED:
        raise IllegalTransition("the record of a closed breach does not change")
    if telling is Telling.NO_HIGH_RISK and risk is Risk.HIGH:
        raise IllegalTransition("with a high risk the person concerned is told, unless measures took the risk away")
    return replace(breach, telling=telling)


def close(breach: Breach) -> Breach:
    """Return the breach as closed.

    Raises:
        IllegalTransition: nothing was decided yet, also about telling the person, or a part is still missing.
    """
    if breach.state not in {BreachState.NOTIFIED, BreachState.NOT_NOTIFIABLE}:
        raise IllegalTransition("a breach is closed after the decision to notify or not")
    if breach.state is BreachState.NOTIFIED and breach.missing_fields():
        raise IllegalTransition("a notified breach is closed when its record is complete")
    if breach.telling is None:
        raise IllegalTransition("a breach is closed after the decision about telling the person concerned")
    return replace(breach, state=BreachState.CLOSED)


def _decide(breach: Breach, state: BreachState, at: datetime) -> Breach:
    require_aware(at)
    if breach.state is not BreachState.DRAFT:
        raise IllegalTransition("whether to notify is decided once, on a draft")
    return replace(breach, state=state, decided_at=at)
