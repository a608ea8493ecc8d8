"""On which ground a case is discussed: recorded per case, because presumed consent does not carry the meeting.

Source: BW 7:457 (professional secrecy), AVG art. 4(11), 6 and 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consent.errors import InvalidBasis


class BasisKind(StrEnum):
    """Consent of the person, or another ground with its reason."""

    CONSENT = "consent"
    OTHER = "other"


class ConsentHow(StrEnum):
    """How the person gave consent."""

    ORAL = "oral"
    WRITTEN = "written"
    ELECTRONIC = "electronic"


class ConsentScope(StrEnum):
    """What the consent covers."""

    PSEUDONYMISED_DISCUSSION = "pseudonymised_discussion"
    DISCUSSION_AND_FOLLOW_UP = "discussion_and_follow_up"


class OtherGround(StrEnum):
    """The reasons that may stand in for consent."""

    CO_TREATMENT = "co_treatment"
    PUBLIC_TASK = "public_task"
    LEGAL_OBLIGATION = "legal_obligation"
    CONFLICT_OF_DUTIES = "conflict_of_duties"


HOW_NL = {
    ConsentHow.ORAL: "mondeling",
    ConsentHow.WRITTEN: "op papier",
    ConsentHow.ELECTRONIC: "digitaal",
}
SCOPE_NL = {
    ConsentScope.PSEUDONYMISED_DISCUSSION: "gepseudonimiseerd bespreken in de kring",
    ConsentScope.DISCUSSION_AND_FOLLOW_UP: "gepseudonimiseerd bespreken en de opvolging volgen",
}
GROUND_NL = {
    OtherGround.CO_TREATMENT: "alle deelnemers zijn rechtstreeks bij de behandeling betrokken",
    OtherGround.PUBLIC_TASK: "een taak van algemeen belang die in de wet staat",
    OtherGround.LEGAL_OBLIGATION: "een wettelijke plicht",
    OtherGround.CONFLICT_OF_DUTIES: "conflict van plichten, met de afweging in het eigen dossier",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """The recorded ground of one case, valid from birth; codes only, the reasoning stays in the submitter's own record.

    `date` is the day on which consent was given or the other ground was weighed.

    Raises:
        InvalidBasis: consent without how and scope, another ground without its reason, or the two mixed.
    """

    kind: BasisKind
    date: date
    informed_of_network: bool
    how: ConsentHow | None = None
    scope: ConsentScope | None = None
    reason: OtherGround | None = None

    def __post_init__(self) -> None:
        if self.kind is BasisKind.CONSENT:
            if self.how is None or self.scope is None:
                raise InvalidBasis("consent names how it was given and what it covers")
            if self.reason is not None:
                raise InvalidBasis("consent needs no other ground")
        elif self.reason is None:
            raise InvalidBasis("another ground names its reason")
        elif self.how is not None or self.scope is not None:
            raise InvalidBasis("how and scope belong to consent")

    def is_informed(self) -> bool:
        """Return whether the ground can stand: consent counts only from a person who was told of the network."""
        return self.informed_of_network or self.kind is BasisKind.OTHER
