"""The one decision: may this organisation process this, for that purpose, now?

Total and pure: the same facts give the same answer, and every combination gives one. What is not explicitly allowed by
an agreement in force is refused, except the few purposes that never lapse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from consent.activities import LAPSES_WITH_AGREEMENT, NEEDS_BASIS, ON_CASE_TEXT, ONLY_OWN_CASE, Purpose
from consent.agreements import Agreement, AgreementState, in_force
from consent.basis import Basis
from consent.reasons import Reason
from consent.retention import DEFAULT_TERMS, CaseFacts, RetentionTerms, text_term_ends

_AHEAD_OF_UTC = timedelta(hours=2)  # a basis is dated by the Dutch calendar, which may already be a day further


@dataclass(frozen=True, slots=True)
class ProcessingDecision:
    """The answer: its reason is a code for the log and the page, `agreement_version` what the log refers to."""

    allowed: bool
    reason: Reason
    agreement_version: str | None


def decide(
    *,
    purpose: Purpose,
    organisation: str,
    agreements: Sequence[Agreement],
    case: CaseFacts | None,
    now: datetime,
    terms: RetentionTerms = DEFAULT_TERMS,
) -> ProcessingDecision:
    """Return whether this organisation may do this now, and the first reason why not.

    Args:
        agreements: every version that names the organisation, whatever its state.
        case: the case that it is about; without one, purposes that work on a case are refused.
        now: a moment with a time zone.
    """
    version = in_force(agreements, organisation, now)
    refusal = (
        _refused_by_agreement(purpose, organisation, agreements, version, now)
        or _refused_by_case(purpose, organisation, case, now, terms)
        or (_refused_by_basis(case.basis, now) if case is not None and purpose in NEEDS_BASIS else None)
    )
    granted = Reason.ALLOWED if purpose in LAPSES_WITH_AGREEMENT else Reason.NEVER_LAPSES
    return ProcessingDecision(
        allowed=refusal is None,
        reason=refusal or granted,
        agreement_version=None if version is None else version.ref,
    )


def _refused_by_agreement(
    purpose: Purpose, organisation: str, agreements: Sequence[Agreement], version: Agreement | None, now: datetime
) -> Reason | None:
    if version is not None or purpose not in LAPSES_WITH_AGREEMENT:
        return None
    signed = [item for item in agreements if item.is_signed_by(organisation)]
    if any(item.state is AgreementState.EXPIRED or item.expires <= now for item in signed):
        return Reason.AGREEMENT_EXPIRED
    if signed:
        return Reason.AGREEMENT_NOT_ESTABLISHED
    return Reason.AGREEMENT_NOT_SIGNED if agreements else Reason.AGREEMENT_NONE


def _refused_by_case(
    purpose: Purpose, organisation: str, case: CaseFacts | None, now: datetime, terms: RetentionTerms
) -> Reason | None:
    if case is None:
        return Reason.CASE_NEEDED if purpose in ON_CASE_TEXT | NEEDS_BASIS else None
    if purpose in ONLY_OWN_CASE and case.organisation != organisation:
        return Reason.NOT_OWN_CASE
    if purpose not in ON_CASE_TEXT:
        return None
    if case.withdrawn_at is not None:
        return Reason.CASE_WITHDRAWN
    if case.text_erased_at is not None:
        return Reason.CASE_ERASED
    return Reason.CASE_TERM_PASSED if now >= text_term_ends(case, terms) else None


def _refused_by_basis(basis: Basis | None, now: datetime) -> Reason | None:
    if basis is None:
        return Reason.BASIS_MISSING
    if basis.date > (now + _AHEAD_OF_UTC).date():
        return Reason.BASIS_IN_FUTURE
    return None if basis.is_informed() else Reason.BASIS_NOT_INFORMED
