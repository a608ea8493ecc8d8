"""Versions of an agreement and their states: in review → approved → established → expired.

A version is approved once a mandate holder of every party has approved it, and cannot change any more once it is
established: another party or another text is another version.

Source: AVG art. 26 (joint controllers) and art. 28(3) (processor).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from consent.errors import IllegalTransition, InvalidAgreement, NaiveTime


class AgreementKind(StrEnum):
    """Which article of the AVG the agreement answers to."""

    ART26 = "art26"
    ART28 = "art28"


class AgreementState(StrEnum):
    """Where a version stands."""

    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ESTABLISHED = "established"
    EXPIRED = "expired"


STATE_NL = {
    AgreementState.IN_REVIEW: "in beoordeling",
    AgreementState.APPROVED: "akkoord vastgelegd",
    AgreementState.ESTABLISHED: "vastgesteld",
    AgreementState.EXPIRED: "vervallen",
}


@dataclass(frozen=True, slots=True)
class Approval:
    """The recorded approval of one party: which organisation, by which mandate holder, when (UTC)."""

    organisation: str
    mandate_holder: str
    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement, valid from birth.

    `expires` is the first moment at which it no longer holds. `review_date` asks for attention and does not end it.

    Raises:
        InvalidAgreement: fewer parties than one, an approval of somebody who is no party, or dates out of order.
    """

    kind: AgreementKind
    version: int
    parties: tuple[str, ...]
    review_date: date
    expires: datetime
    state: AgreementState = AgreementState.IN_REVIEW
    approvals: tuple[Approval, ...] = ()
    established: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.expires)
        if self.version < 1:
            raise InvalidAgreement("versions count from 1")
        if not self.parties or len(set(self.parties)) != len(self.parties):
            raise InvalidAgreement("an agreement has at least one party, each named once")
        signed = [approval.organisation for approval in self.approvals]
        if len(set(signed)) != len(signed) or not set(signed) <= set(self.parties):
            raise InvalidAgreement("each party approves at most once, and nobody else does")
        complete = set(signed) == set(self.parties)
        if (self.state in {AgreementState.APPROVED, AgreementState.ESTABLISHED}) and not complete:
            raise InvalidAgreement("a version is approved only by all its parties")
        if self.state is AgreementState.ESTABLISHED and self.established is None:
            raise InvalidAgreement("an established version has a moment of establishment")
        if self.established is not None:
            require_aware(self.established)
            if self.established >= self.expires:
                raise InvalidAgreement("a version is established before it expires")

    @property
    def ref(self) -> str:
        """How log entries name this version, such as `art26/3`."""
        return f"{self.kind}/{self.version}"

    def is_signed_by(self, organisation: str) -> bool:
        """Return whether the approval of this organisation's mandate holder is recorded."""
        return any(approval.organisation == organisation for approval in self.approvals)

    def is_in_force(self, on: datetime) -> bool:
        """Return whether this version is established and holds at that moment."""
        require_aware(on)
        return (
            self.state is AgreementState.ESTABLISHED
            and self.established is not None
            and self.established <= on < self.expires
        )

    def is_review_due(self, on: date) -> bool:
        """Return whether the review date of an established version has come."""
        return self.state is AgreementState.ESTABLISHED and on >= self.review_date


def approve(agreement: Agreement, approval: Approval) -> Agreement:
    """Return the version with one more approval; the last one makes it approved.

    Raises:
        IllegalTransition: the version is no longer in review, or this party has approved already.
        InvalidAgreement: the approver is no party.
    """
    if agreement.state is not AgreementState.IN_REVIEW:
        raise IllegalTransition("only a version in review can be approved")
    if agreement.is_signed_by(approval.organisation):
        raise IllegalTransition("a party approves a version once")
    signed = replace(agreement, approvals=(*agreement.approvals, approval))
    if all(signed.is_signed_by(party) for party in signed.parties):
        return replace(signed, state=AgreementState.APPROVED)
    return signed


def establish(agreement: Agreement, at: datetime) -> Agreement:
    """Return the approved version as established at that moment; from here on nothing in it changes but its end.

    Raises:
        IllegalTransition: not every party has approved, it was established before, or its end has passed.
    """
    require_aware(at)
    if agreement.state is not AgreementState.APPROVED:
        raise IllegalTransition("only an approved version can be established")
    if at >= agreement.expires:
        raise IllegalTransition("a version whose end has passed cannot be established")
    return replace(agreement, state=AgreementState.ESTABLISHED, established=at)


def expire(agreement: Agreement) -> Agreement:
    """Return the version as expired: ended early, replaced by another, or never established.

    Raises:
        IllegalTransition: it had expired already.
    """
    if agreement.state is AgreementState.EXPIRED:
        raise IllegalTransition("an expired version stays expired")
    return replace(agreement, state=AgreementState.EXPIRED)


def in_force(agreements: Iterable[Agreement], organisation: str, on: datetime) -> Agreement | None:
    """Return the version that binds this organisation at that moment, or None.

    Where several do, the arrangement of joint controllers goes before the processing agreement, then the latest one.
    """
    binding = [item for item in agreements if item.is_in_force(on) and item.is_signed_by(organisation)]
    return max(binding, key=lambda item: (item.kind is AgreementKind.ART26, item.version), default=None)


def require_aware(moment: datetime) -> None:
    """Raise `NaiveTime` when a moment has no time zone."""
    if moment.utcoffset() is None:
        raise NaiveTime("a moment needs a time zone")
