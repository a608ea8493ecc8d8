"""The closed vocabularies that both ends share, with the Dutch word for each where a person reads it."""

from __future__ import annotations

from enum import StrEnum


class Domain(StrEnum):
    """The three domains that must all be present (quorum)."""

    GP = "gp"
    GGZ = "ggz"
    SOCIAL = "social"


DOMAIN_NL = {Domain.GP: "huisarts", Domain.GGZ: "GGZ", Domain.SOCIAL: "sociaal domein"}


class SeatFunction(StrEnum):
    """What a seat does in every session of its circle."""

    CHAIR = "chair"
    NOTE_TAKER = "note_taker"
    MEMBER = "member"


FUNCTION_NL = {
    SeatFunction.CHAIR: "voorzitter",
    SeatFunction.NOTE_TAKER: "notulist",
    SeatFunction.MEMBER: "deelnemer",
}


class Role(StrEnum):
    """A member's role outside the session. Rights follow organisation, seat, role, phase and purpose."""

    MEMBER = "member"
    COORDINATOR = "coordinator"
    MANDATE_HOLDER = "mandate_holder"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


ROLE_NL = {
    Role.MEMBER.value: "deelnemer",
    Role.COORDINATOR.value: "regiocoördinator",
    Role.MANDATE_HOLDER.value: "mandaathouder",
    Role.PRIVACY_OFFICER.value: "privacyfunctionaris",
    Role.ADMINISTRATOR.value: "beheerder",
}


class Trigger(StrEnum):
    """Why a case enters the review (the two ways that the network's source names)."""

    ASKS_FOR_HELP = "asks_for_help"
    CARE_NO_LONGER_FITS = "care_no_longer_fits"


TRIGGER_NL = {
    Trigger.ASKS_FOR_HELP: "een partner vraagt om hulp",
    Trigger.CARE_NO_LONGER_FITS: "de zorg of ondersteuning van een partner past niet meer",
}


class RequestType(StrEnum):
    """What the submitter asks of the circle."""

    CONSULTATION = "consultation"
    IN_OUTFLOW = "in_outflow"
    TRANSFER = "transfer"


class CaseState(StrEnum):
    """The way of a case through the service."""

    SUBMITTED = "submitted"
    RELEASED = "released"
    DISCUSSED = "discussed"
    WITHHELD = "withheld"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


CASE_STATE_NL = {
    CaseState.SUBMITTED: "wacht op vrijgave",
    CaseState.RELEASED: "vrijgegeven",
    CaseState.DISCUSSED: "besproken",
    CaseState.WITHHELD: "van tafel gehaald",
    CaseState.WITHDRAWN: "ingetrokken",
    CaseState.ERASED: "gewist",
}


class BasisKind(StrEnum):
    """On which ground the case is discussed (BW 7:457 asks one per case)."""

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


class OutcomeKind(StrEnum):
    """What a discussion can end in."""

    ADVICE = "advice"
    TO_GP = "to_gp"
    TO_BASIC_GGZ = "to_basic_ggz"
    TO_SPECIALISED_GGZ = "to_specialised_ggz"
    TO_ADDICTION_CARE = "to_addiction_care"
    TO_SOCIAL_DOMAIN = "to_social_domain"
    EXPLORATORY_CONVERSATION = "exploratory_conversation"
    TO_LONG_TERM_CARE = "to_long_term_care"
    COMBINATION = "combination"
    BRIDGING_SUPPORT = "bridging_support"
    SECOND_DISCUSSION = "second_discussion"
    NO_FITTING_OFFER = "no_fitting_offer"
    OUT_OF_SCOPE = "out_of_scope"


OUTCOME_NL = {
    OutcomeKind.ADVICE: "advies aan de inbrenger",
    OutcomeKind.TO_GP: "overdracht aan de huisarts",
    OutcomeKind.TO_BASIC_GGZ: "overdracht aan de basis-GGZ",
    OutcomeKind.TO_SPECIALISED_GGZ: "overdracht aan de gespecialiseerde GGZ",
    OutcomeKind.TO_ADDICTION_CARE: "overdracht aan de verslavingszorg",
    OutcomeKind.TO_SOCIAL_DOMAIN: "overdracht aan het sociaal domein",
    OutcomeKind.EXPLORATORY_CONVERSATION: "verkennend gesprek",
    OutcomeKind.TO_LONG_TERM_CARE: "overdracht aan de langdurige zorg",
    OutcomeKind.COMBINATION: "combinatie",
    OutcomeKind.BRIDGING_SUPPORT: "overbruggende ondersteuning",
    OutcomeKind.SECOND_DISCUSSION: "tweede bespreking",
    OutcomeKind.NO_FITTING_OFFER: "geen passend aanbod",
    OutcomeKind.OUT_OF_SCOPE: "hoort niet aan deze tafel of is crisis",
}


class BottleneckCode(StrEnum):
    """The clusters of structural bottlenecks."""

    K1 = "K1"
    K2 = "K2"
    K3 = "K3"
    K4 = "K4"
    K5 = "K5"
    K6 = "K6"
    K7 = "K7"
    K8 = "K8"
    K9 = "K9"
    K10 = "K10"
    K11 = "K11"
    K12 = "K12"
    K99 = "K99"


BOTTLENECK_NL = {
    BottleneckCode.K1: "uitsluitcriteria",
    BottleneckCode.K2: "geen aanbod in de regio",
    BottleneckCode.K3: "wachttijd boven de Treeknorm",
    BottleneckCode.K4: "domeinen wachten op elkaar",
    BottleneckCode.K5: "wonen",
    BottleneckCode.K6: "bekostiging of indicatie",
    BottleneckCode.K7: "regiobinding",
    BottleneckCode.K8: "overgang 18-/18+",
    BottleneckCode.K9: "verzekering, verblijfsstatus of taal",
    BottleneckCode.K10: "delen van informatie of toestemming",
    BottleneckCode.K11: "verwijsroute of administratie",
    BottleneckCode.K12: "crisis- en outreachcapaciteit",
    BottleneckCode.K99: "anders",
}


class BottleneckAnswer(StrEnum):
    """The answer to the closing question of every preset: a structural bottleneck?"""

    NO = "no"
    NEW = "new"
    EXISTING = "existing"


class OverruleReason(StrEnum):
    """Why a member sends a message with a soft label all the same."""

    ORDINARY_WORD = "ordinary_word"
    NOT_A_PERSON = "not_a_person"
    GENERAL_PLACE = "general_place"
    OFFER_NAME = "offer_name"


OVERRULE_NL = {
    OverruleReason.ORDINARY_WORD: "gewoon woord, geen naam",
    OverruleReason.NOT_A_PERSON: "geen persoon uit de casus",
    OverruleReason.GENERAL_PLACE: "algemene plaats",
    OverruleReason.OFFER_NAME: "naam van een aanbod",
}


class IdentifierKind(StrEnum):
    """What a reader thinks that something recognisable is: the labels of `anonymisation`, or none of them."""

    UNKNOWN = "UNKNOWN"
    PERSON = "PERSON"
    DATE_TIME = "DATE_TIME"
    LOCATION = "LOCATION"
    STREET_ADDRESS = "STREET_ADDRESS"
    NL_POSTCODE = "NL_POSTCODE"
    ORGANIZATION = "ORGANIZATION"
    CARE_ORGANIZATION = "CARE_ORGANIZATION"
    NL_BSN = "NL_BSN"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    URL = "URL"
    IBAN_CODE = "IBAN_CODE"
    NL_LICENSE_PLATE = "NL_LICENSE_PLATE"
    ID = "ID"
    SOCIAL_HANDLE = "SOCIAL_HANDLE"
    AGE = "AGE"
    PROFESSION = "PROFESSION"
    NATIONALITY = "NATIONALITY"
