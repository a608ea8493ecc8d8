"""How long what is kept, and what is due to be erased: terms per agreement, reckoned from facts.

The original text never reaches the service. The pseudonymised text goes 120 days after the outcome, so that the
follow-up at 13 weeks fits in; outcomes and codes stay five years, the log at least five.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from consent.agreements import require_aware
from consent.basis import Basis
from consent.errors import InvalidTerms

FOLLOW_UP_DAYS = 13 * 7
MIN_LOG_YEARS = 5  # what NEN 7513 is publicly understood to ask of a log


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """The terms of one agreement.

    `undiscussed_days` counts from the submission of a case that never got an outcome.

    Raises:
        InvalidTerms: the text would go before the last follow-up, the log before its five years, or a term is no term.
    """

    case_text_days: int = 120
    undiscussed_days: int = 365
    outcome_years: int = 5
    log_years: int = 5

    def __post_init__(self) -> None:
        if self.case_text_days < FOLLOW_UP_DAYS:
            raise InvalidTerms("case text is kept until the follow-up at 13 weeks")
        if self.undiscussed_days < 1 or self.outcome_years < 1:
            raise InvalidTerms("a term is at least one day or year")
        if self.log_years < MIN_LOG_YEARS:
            raise InvalidTerms("the log is kept for at least five years")


DEFAULT_TERMS = RetentionTerms()


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What decisions need to know of a case, and nothing of its content. Moments are in UTC."""

    organisation: str
    submitted_at: datetime
    basis: Basis | None
    outcome_at: datetime | None = None
    withdrawn_at: datetime | None = None
    text_erased_at: datetime | None = None
    outcome_erased_at: datetime | None = None

    def __post_init__(self) -> None:
        moments = (
            self.submitted_at,
            self.outcome_at,
            self.withdrawn_at,
            self.text_erased_at,
            self.outcome_erased_at,
        )
        for moment in moments:
            if moment is not None:
                require_aware(moment)


class RetentionAction(StrEnum):
    """What has to be done to a case whose term has passed."""

    ERASE_TEXT = "erase_text"
    ERASE_OUTCOME = "erase_outcome"


def text_term_ends(facts: CaseFacts, terms: RetentionTerms = DEFAULT_TERMS) -> datetime:
    """Return the moment from which the case's text may no longer be read; a withdrawal ends the term at once."""
    if facts.outcome_at is not None:
        end = facts.outcome_at + timedelta(days=terms.case_text_days)
    else:
        end = facts.submitted_at + timedelta(days=terms.undiscussed_days)
    return end if facts.withdrawn_at is None else min(end, facts.withdrawn_at)


def due(facts: CaseFacts, terms: RetentionTerms, on: datetime) -> tuple[RetentionAction, ...]:
    """Return what must be erased of this case at that moment and has not been yet."""
    require_aware(on)
    actions: list[RetentionAction] = []
    if facts.text_erased_at is None and on >= text_term_ends(facts, terms):
        actions.append(RetentionAction.ERASE_TEXT)
    if (
        facts.outcome_at is not None
        and facts.outcome_erased_at is None
        and on >= add_years(facts.outcome_at, terms.outcome_years)
    ):
        actions.append(RetentionAction.ERASE_OUTCOME)
    return tuple(actions)


def is_log_removable(closed_at: datetime, terms: RetentionTerms, on: datetime) -> bool:
    """Return whether a log that was closed then has been kept for its whole term."""
    require_aware(on)
    return on >= add_years(closed_at, terms.log_years)


def add_years(moment: datetime, years: int) -> datetime:
    """Return the same day that many years later; 29 February becomes 1 March, so that no term is a day short."""
    require_aware(moment)
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)
