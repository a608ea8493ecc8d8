"""The purposes for which something may be processed, and the register of processing activities over them.

Source: AVG art. 5(1)(b) (purpose limitation) and art. 30(1) (the register's fields).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Purpose(StrEnum):
    """Every purpose that a decision can be asked for."""

    SUBMIT_CASE = "submit_case"
    RELEASE_CASE = "release_case"
    READ_CASE = "read_case"
    DISCUSS_CASE = "discuss_case"
    TAKE_SEAT = "take_seat"
    RECORD_OUTCOME = "record_outcome"
    FETCH_ANSWER = "fetch_answer"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    BREACH = "breach"
    AUDIT = "audit"
    RIGHTS_REQUEST = "rights_request"
    REGISTER_BOTTLENECK = "register_bottleneck"
    MANAGE = "manage"


LAPSES_WITH_AGREEMENT = frozenset(
    {
        Purpose.SUBMIT_CASE,
        Purpose.RELEASE_CASE,
        Purpose.READ_CASE,
        Purpose.DISCUSS_CASE,
        Purpose.TAKE_SEAT,
        Purpose.RECORD_OUTCOME,
        Purpose.REGISTER_BOTTLENECK,
    }
)
"""What ends with the agreement. MANAGE does not: without it no new version could be approved."""

ON_CASE_TEXT = frozenset({Purpose.RELEASE_CASE, Purpose.READ_CASE, Purpose.DISCUSS_CASE, Purpose.RECORD_OUTCOME})
"""What touches the text of a case that is already with the service."""

NEEDS_BASIS = frozenset({Purpose.SUBMIT_CASE, Purpose.RELEASE_CASE, Purpose.DISCUSS_CASE, Purpose.RECORD_OUTCOME})
"""What needs the case's own ground."""

ONLY_OWN_CASE = frozenset({Purpose.SUBMIT_CASE, Purpose.FETCH_ANSWER, Purpose.WITHDRAW})
"""What only the submitting organisation does."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of the register; who the controllers are is filled in from the agreement in force."""

    goal_nl: str
    subjects_nl: str
    data_nl: str
    recipients_nl: str
    term_nl: str


SECURITY_NL = (
    "Gepseudonimiseerd vóór verzending, opnieuw gecontroleerd bij ontvangst, versleuteld per casus, "
    "toegang per zetel en doel, elk gebruik vastgelegd in een logboek dat een buitenstaander kan controleren."
)
TRANSFERS_NL = "Geen doorgifte buiten de Europese Economische Ruimte."

_PERSON = "betrokkene en mensen in diens omgeving, gepseudonimiseerd"
_STAFF = "leden van het netwerk"
_CASE = "gepseudonimiseerde casustekst, leefgebieden, grondslag"
_CIRCLE = "de kring waar de casus op de agenda staat"
_TEXT_TERM = "120 dagen na de uitkomst"
_OUTCOME_TERM = "5 jaar"
_LOG_TERM = "ten minste 5 jaar"

REGISTER: Mapping[Purpose, Activity] = MappingProxyType(
    {
        Purpose.SUBMIT_CASE: Activity("een casus inbrengen", _PERSON, _CASE, "de vrijgever", _TEXT_TERM),
        Purpose.RELEASE_CASE: Activity("een casus vrijgeven aan de kring", _PERSON, _CASE, _CIRCLE, _TEXT_TERM),
        Purpose.READ_CASE: Activity("een casus voorbereiden of nalezen", _PERSON, _CASE, _CIRCLE, _TEXT_TERM),
        Purpose.DISCUSS_CASE: Activity(
            "een casus domeinoverstijgend bespreken",
            _PERSON,
            f"{_CASE}, bijdragen aan het gesprek",
            _CIRCLE,
            _TEXT_TERM,
        ),
        Purpose.TAKE_SEAT: Activity(
            "deelnemen aan een kring", _STAFF, "naam, functie, organisatie", _CIRCLE, _LOG_TERM
        ),
        Purpose.RECORD_OUTCOME: Activity(
            "advies, overdracht en opvolging vastleggen", _PERSON, "uitkomst, eigenaar, termijn", _CIRCLE, _OUTCOME_TERM
        ),
        Purpose.FETCH_ANSWER: Activity(
            "het antwoord terugbrengen naar het eigen dossier", _PERSON, "uitkomst", "de inbrenger", _OUTCOME_TERM
        ),
        Purpose.WITHDRAW: Activity("een casus intrekken", _PERSON, _CASE, "geen", "de tekst vervalt direct"),
        Purpose.ERASE: Activity("wissen na de bewaartermijn", _PERSON, _CASE, "geen", "direct"),
        Purpose.BREACH: Activity(
            "een datalek behandelen",
            f"{_PERSON}; {_STAFF}",
            "aard, ontvangers, gevolgen, maatregelen",
            "privacyfunctionarissen, zo nodig de toezichthouder",
            _LOG_TERM,
        ),
        Purpose.AUDIT: Activity(
            "aantonen wie wat heeft gezien", _STAFF, "verwijzingen en tijdstippen", "privacyfunctionarissen", _LOG_TERM
        ),
        Purpose.RIGHTS_REQUEST: Activity(
            "een verzoek van een betrokkene beantwoorden", _PERSON, "verzoek en antwoord", "de inbrenger", _LOG_TERM
        ),
        Purpose.REGISTER_BOTTLENECK: Activity(
            "knelpunten in het regionale aanbod in kaart brengen",
            "geen personen: aantallen casussen",
            "codes en aantallen, gepubliceerd vanaf 5 casussen van 3 organisaties",
            "regiocoördinator, stuurgroep, zorgverzekeraar en gemeenten",
            _OUTCOME_TERM,
        ),
        Purpose.MANAGE: Activity(
            "organisaties, leden, zetels en afspraken beheren", _STAFF, "naam, functie, rechten", "beheerder", _LOG_TERM
        ),
    }
)
"""One row per purpose; complete, which a test checks."""
