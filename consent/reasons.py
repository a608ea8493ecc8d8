"""Why a decision went as it did: a closed list of codes, each with a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal


class Reason(StrEnum):
    """The codes that decisions, log entries and pages share."""

    ALLOWED = "allowed"
    NEVER_LAPSES = "never_lapses"
    AGREEMENT_NONE = "agreement_none"
    AGREEMENT_NOT_SIGNED = "agreement_not_signed"
    AGREEMENT_NOT_ESTABLISHED = "agreement_not_established"
    AGREEMENT_EXPIRED = "agreement_expired"
    CASE_NEEDED = "case_needed"
    BASIS_MISSING = "basis_missing"
    BASIS_NOT_INFORMED = "basis_not_informed"
    BASIS_IN_FUTURE = "basis_in_future"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_ERASED = "case_erased"
    CASE_TERM_PASSED = "case_term_passed"
    NOT_OWN_CASE = "not_own_case"


SENTENCES_NL: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.ALLOWED: "Dit mag: de afspraak van uw organisatie is van kracht.",
        Reason.NEVER_LAPSES: "Dit mag altijd, ook als de afspraak van uw organisatie is vervallen.",
        Reason.AGREEMENT_NONE: (
            "Uw organisatie heeft nog geen afspraak over de verwerking. "
            "Vraag de regiocoördinator om de afspraak klaar te zetten."
        ),
        Reason.AGREEMENT_NOT_SIGNED: (
            "Uw organisatie heeft de geldende afspraak nog niet goedgekeurd. "
            "Vraag de mandaathouder van uw organisatie om het akkoord vast te leggen."
        ),
        Reason.AGREEMENT_NOT_ESTABLISHED: (
            "De afspraak is nog niet vastgesteld. "
            "Wacht tot alle partijen akkoord zijn, of vraag de regiocoördinator hoe het staat."
        ),
        Reason.AGREEMENT_EXPIRED: (
            "De afspraak van uw organisatie is vervallen. "
            "Vraag de mandaathouder om een nieuwe versie goed te keuren. Intrekken en uw antwoord ophalen kan nog wel."
        ),
        Reason.CASE_NEEDED: "Kies eerst de casus waar het om gaat.",
        Reason.BASIS_MISSING: (
            "Er is geen grondslag vastgelegd. Leg vast of de persoon toestemming gaf, of welke andere grond er is."
        ),
        Reason.BASIS_NOT_INFORMED: (
            "Toestemming telt alleen als de persoon weet dat het netwerk meekijkt. "
            "Vertel het de persoon, vraag opnieuw toestemming en leg dat vast."
        ),
        Reason.BASIS_IN_FUTURE: "De datum van de grondslag ligt in de toekomst. Verbeter de datum.",
        Reason.CASE_WITHDRAWN: (
            "Deze casus is ingetrokken en kan niet meer worden gelezen of besproken. "
            "Heeft u nog een vraag, neem dan contact op met de inbrenger."
        ),
        Reason.CASE_ERASED: "De tekst van deze casus is gewist. De uitkomst blijft voor de inbrenger beschikbaar.",
        Reason.CASE_TERM_PASSED: (
            "De bewaartermijn van deze casus is voorbij. Dien de casus opnieuw in als er een nieuwe vraag is."
        ),
        Reason.NOT_OWN_CASE: "Dit kan alleen de organisatie die de casus heeft ingediend.",
    }
)

SENTENCES_EN: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.ALLOWED: "This is allowed: your organisation's agreement is in force.",
        Reason.NEVER_LAPSES: "This is always allowed, also after your organisation's agreement has expired.",
        Reason.AGREEMENT_NONE: (
            "Your organisation has no agreement on the processing yet. Ask the network coordinator to prepare it."
        ),
        Reason.AGREEMENT_NOT_SIGNED: (
            "Your organisation has not approved the agreement in force. Ask its mandate holder to record the approval."
        ),
        Reason.AGREEMENT_NOT_ESTABLISHED: (
            "The agreement is not established yet. Wait for all parties, or ask the network coordinator."
        ),
        Reason.AGREEMENT_EXPIRED: (
            "Your organisation's agreement has expired. Ask the mandate holder to approve a new version. "
            "Withdrawing a case and fetching your answer are still possible."
        ),
        Reason.CASE_NEEDED: "Choose the case that this is about first.",
        Reason.BASIS_MISSING: "No basis is recorded. Record the person's consent or the other ground.",
        Reason.BASIS_NOT_INFORMED: (
            "Consent counts only when the person knows of the network. Tell the person, ask again, and record it."
        ),
        Reason.BASIS_IN_FUTURE: "The date of the basis lies in the future. Correct the date.",
        Reason.CASE_WITHDRAWN: (
            "This case was withdrawn and can no longer be read or discussed. Ask its submitter if you have a question."
        ),
        Reason.CASE_ERASED: "The text of this case was erased. The outcome remains available to its submitter.",
        Reason.CASE_TERM_PASSED: "The retention term of this case has passed. Submit it again for a new question.",
        Reason.NOT_OWN_CASE: "Only the organisation that submitted the case can do this.",
    }
)


def sentence(reason: Reason, lang: Literal["nl", "en"] = "nl") -> str:
    """Return what to tell the person who asked."""
    return (SENTENCES_NL if lang == "nl" else SENTENCES_EN)[reason]
