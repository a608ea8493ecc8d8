"""The errors of the consent package. Messages state the broken rule and never hold what somebody typed."""

from __future__ import annotations


class ConsentError(Exception):
    """Base of every error that this package raises on purpose; `code` is stable."""

    code = "consent_error"


class InvalidAgreement(ConsentError):
    """A version of an agreement breaks an invariant (parties, dates, approvals)."""

    code = "invalid_agreement"


class IllegalTransition(ConsentError):
    """An agreement, breach or request cannot go to that state from the one it is in."""

    code = "illegal_transition"


class InvalidBasis(ConsentError):
    """A basis lacks what its kind needs, or holds what belongs to the other kind."""

    code = "invalid_basis"


class InvalidTerms(ConsentError):
    """Retention terms are shorter than the law or the follow-up allows."""

    code = "invalid_terms"


class NaiveTime(ConsentError):
    """A moment was given without a time zone, so that a term could not be reckoned."""

    code = "naive_time"
