"""The closed catalogue of what can be logged, with its mapping to NEN 7513.

An event that is not listed here cannot be logged, and what cannot be logged may not happen. The stored values never
change their meaning: an event that falls out of use stays in the catalogue, because old logs name it.

Source: NEN 7513 (logging of access to patient data), field names as publicly described for the 2018 edition; event type
codes from DICOM PS3.16, context groups 400 and 401, which that norm and FHIR AuditEvent use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """EventActionCode: what was done."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class EventType(StrEnum):
    """EventTypeCode: the DICOM code of the kind of event."""

    APPLICATION_ACTIVITY = "110100"
    AUDIT_LOG_USED = "110101"
    EXPORT = "110106"
    PATIENT_RECORD = "110110"
    QUERY = "110112"
    SECURITY_ALERT = "110113"
    LOGIN = "110122"
    LOGOUT = "110123"
    SECURITY_CONFIGURATION = "110129"
    RESTRICTED_FUNCTION = "110132"
    RECORDING_STOPPED = "110133"
    RECORDING_STARTED = "110134"
    ROLES_CHANGED = "110136"
    USER_SECURITY_CHANGED = "110137"


class ObjectKind(StrEnum):
    """What an entry can point at (ParticipantObjectTypeCode in the domain's own words)."""

    AGREEMENT = "agreement"
    BOTTLENECK = "bottleneck"
    BREACH = "breach"
    CASE = "case"
    CHECKPOINT = "checkpoint"
    CIRCLE = "circle"
    CONVERSATION = "conversation"
    CREDENTIAL = "credential"
    KEY = "key"
    LOG = "log"
    MEMBER = "member"
    MESSAGE = "message"
    OFFER = "offer"
    ORGANISATION = "organisation"
    OUTCOME = "outcome"
    REGISTER = "register"
    REVIEW = "review"
    RIGHTS_REQUEST = "rights_request"
    SEAT = "seat"
    SERVICE = "service"
    SESSION = "session"
    SETTING = "setting"


class Event(StrEnum):
    """Everything that can be logged."""

    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_REFUSED = "login.refused"
    LOGIN_ENDED = "login.ended"
    CREDENTIAL_CHANGED = "credential.changed"
    ACCESS_DENIED = "access.denied"

    CASE_SUBMITTED = "case.submitted"
    CASE_SUBMISSION_REFUSED = "case.submission_refused"
    CASE_RELEASED = "case.released"
    CASE_RELEASE_REFUSED = "case.release_refused"
    CASE_READ = "case.read"
    CASE_LISTED = "case.listed"
    CASE_COPIED = "case.copied"
    CASE_CHANGED = "case.changed"
    CASE_AGENDA_CHANGED = "case.agenda_changed"
    CASE_WITHDRAWN = "case.withdrawn"
    CASE_ERASED = "case.erased"
    MISSED_REPORTED = "case.missed_reported"
    KEY_DESTROYED = "key.destroyed"

    SESSION_SCHEDULED = "session.scheduled"
    SESSION_CHANGED = "session.changed"
    SESSION_READ = "session.read"
    SESSION_OPENED = "session.opened"
    SESSION_JOINED = "session.joined"
    SESSION_RESUMED = "session.resumed"
    SESSION_LEFT = "session.left"
    SESSION_CLOSED = "session.closed"
    SESSION_SEALED = "session.sealed"
    ATTENDANCE_MARKED = "session.attendance_marked"
    ATTENDANCE_ENDED = "session.attendance_ended"

    ROOM_COMMAND = "room.command"
    ROOM_EVENT_DELIVERED = "room.event_delivered"
    MESSAGE_HELD = "message.held"
    HELD_MESSAGE_SENT = "message.held_sent"
    HELD_MESSAGE_OVERRULED = "message.held_overruled"
    MESSAGE_BLANKED = "message.blanked"
    MEMBER_RECUSED = "member.recused"
    MEMBER_RECUSED_ON_WORD = "member.recused_on_word"

    OUTCOME_RECORDED = "outcome.recorded"
    OUTCOME_CHANGED = "outcome.changed"
    OUTCOME_READ = "outcome.read"
    OUTCOME_LISTED = "outcome.listed"
    OUTCOME_FETCHED = "outcome.fetched"
    FOLLOW_UP_RECORDED = "outcome.follow_up_recorded"
    CONVERSATION_PLANNED = "conversation.planned"
    CONVERSATION_CHANGED = "conversation.changed"

    BOTTLENECK_OPENED = "bottleneck.opened"
    BOTTLENECK_LINKED = "bottleneck.linked"
    BOTTLENECK_CHANGED = "bottleneck.changed"
    BOTTLENECK_READ = "bottleneck.read"
    BOTTLENECK_LISTED = "bottleneck.listed"
    FIGURES_EXPORTED = "bottleneck.figures_exported"

    AGREEMENT_CREATED = "agreement.created"
    AGREEMENT_APPROVED = "agreement.approved"
    AGREEMENT_ESTABLISHED = "agreement.established"
    AGREEMENT_EXPIRED = "agreement.expired"
    AGREEMENT_READ = "agreement.read"

    ORGANISATION_CHANGED = "organisation.changed"
    MEMBER_ADDED = "member.added"
    MEMBER_CHANGED = "member.changed"
    MEMBER_REMOVED = "member.removed"
    MEMBER_CARD_SEALED = "member.card_sealed"
    MEMBER_CARDS_FETCHED = "member.cards_fetched"
    CIRCLE_CHANGED = "circle.changed"
    SEAT_CHANGED = "seat.changed"
    RIGHTS_CHANGED = "rights.changed"
    OFFER_CHANGED = "offer.changed"
    SETTINGS_CHANGED = "settings.changed"

    BREACH_OPENED = "breach.opened"
    BREACH_CHANGED = "breach.changed"
    BREACH_READ = "breach.read"
    RIGHTS_REQUEST_OPENED = "rights_request.opened"
    RIGHTS_REQUEST_CHANGED = "rights_request.changed"
    ACCESS_OVERVIEW_MADE = "access_overview.made"
    REGISTER_EXPORTED = "register.exported"
    REVIEW_SIGNED_OFF = "review.signed_off"

    LOG_OPENED = "log.opened"
    LOG_CLOSED = "log.closed"
    LOG_RESTORED = "log.restored"
    LOG_READ = "log.read"
    LOG_EXPORTED = "log.exported"
    LOG_SETTINGS_CHANGED = "log.settings_changed"
    CHECKPOINT_SIGNED = "log.checkpoint_signed"
    CHECKPOINT_FETCHED = "log.checkpoint_fetched"
    SERVICE_STARTED = "service.started"
    SERVICE_STOPPED = "service.stopped"


@dataclass(frozen=True, slots=True)
class EventSpec:
    """How one event maps to NEN 7513.

    When `object_kind` is set, every entry of the event points at at least one object of that kind; when it is None, the
    event can happen without one (a refused login of nobody, a list that came out empty).
    """

    action_code: Action
    type_code: EventType
    object_kind: ObjectKind | None
    description_nl: str


_C, _R, _U, _D, _E = Action.CREATE, Action.READ, Action.UPDATE, Action.DELETE, Action.EXECUTE
_T = EventType
_K = ObjectKind

_LOGINS: dict[Event, EventSpec] = {
    Event.LOGIN_SUCCEEDED: EventSpec(_E, _T.LOGIN, _K.MEMBER, "iemand logde in"),
    Event.LOGIN_REFUSED: EventSpec(_E, _T.LOGIN, None, "inloggen geweigerd"),
    Event.LOGIN_ENDED: EventSpec(_E, _T.LOGOUT, _K.MEMBER, "iemand logde uit of werd uitgelogd"),
    Event.CREDENTIAL_CHANGED: EventSpec(_U, _T.USER_SECURITY_CHANGED, _K.MEMBER, "inlogmiddel gewijzigd"),
    Event.ACCESS_DENIED: EventSpec(_E, _T.SECURITY_ALERT, None, "toegang geweigerd"),
}

_CASES: dict[Event, EventSpec] = {
    Event.CASE_SUBMITTED: EventSpec(_C, _T.PATIENT_RECORD, _K.CASE, "casus ingediend"),
    Event.CASE_SUBMISSION_REFUSED: EventSpec(_C, _T.PATIENT_RECORD, None, "indienen van een casus geweigerd"),
    Event.CASE_RELEASED: EventSpec(_E, _T.EXPORT, _K.CASE, "casus vrijgegeven aan de kring"),
    Event.CASE_RELEASE_REFUSED: EventSpec(_E, _T.PATIENT_RECORD, _K.CASE, "vrijgave van een casus geweigerd"),
    Event.CASE_READ: EventSpec(_R, _T.PATIENT_RECORD, _K.CASE, "casus ingezien"),
    Event.CASE_LISTED: EventSpec(_E, _T.QUERY, None, "in casussen gezocht of een lijst bekeken"),
    Event.CASE_COPIED: EventSpec(_R, _T.EXPORT, _K.CASE, "casus afgedrukt of gekopieerd"),
    Event.CASE_CHANGED: EventSpec(_U, _T.PATIENT_RECORD, _K.CASE, "casus gewijzigd"),
    Event.CASE_AGENDA_CHANGED: EventSpec(_U, _T.PATIENT_RECORD, _K.CASE, "plaats van een casus op de agenda gewijzigd"),
    Event.CASE_WITHDRAWN: EventSpec(_U, _T.PATIENT_RECORD, _K.CASE, "casus ingetrokken"),
    Event.CASE_ERASED: EventSpec(_D, _T.PATIENT_RECORD, _K.CASE, "tekst van een casus gewist"),
    Event.MISSED_REPORTED: EventSpec(_C, _T.SECURITY_ALERT, _K.CASE, "herkenbare plek in een casus gemeld"),
    Event.KEY_DESTROYED: EventSpec(_D, _T.PATIENT_RECORD, _K.KEY, "sleutel vernietigd omdat de bewaartermijn om is"),
}

_SESSIONS: dict[Event, EventSpec] = {
    Event.SESSION_SCHEDULED: EventSpec(_C, _T.APPLICATION_ACTIVITY, _K.SESSION, "sessie gepland"),
    Event.SESSION_CHANGED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.SESSION, "sessie gewijzigd"),
    Event.SESSION_READ: EventSpec(_R, _T.PATIENT_RECORD, _K.SESSION, "sessie of verslag ingezien"),
    Event.SESSION_OPENED: EventSpec(_E, _T.APPLICATION_ACTIVITY, _K.SESSION, "sessie geopend"),
    Event.SESSION_JOINED: EventSpec(_E, _T.PATIENT_RECORD, _K.SESSION, "iemand kwam in de sessie"),
    Event.SESSION_RESUMED: EventSpec(_R, _T.PATIENT_RECORD, _K.SESSION, "gemiste gebeurtenissen opnieuw geleverd"),
    Event.SESSION_LEFT: EventSpec(_E, _T.APPLICATION_ACTIVITY, _K.SESSION, "iemand verliet de sessie"),
    Event.SESSION_CLOSED: EventSpec(_E, _T.APPLICATION_ACTIVITY, _K.SESSION, "sessie gesloten"),
    Event.SESSION_SEALED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.SESSION, "sessie verzegeld"),
    Event.ATTENDANCE_MARKED: EventSpec(_C, _T.APPLICATION_ACTIVITY, _K.SESSION, "iemand als aanwezig aangevinkt"),
    Event.ATTENDANCE_ENDED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.SESSION, "vinkje van een aanwezige weggehaald"),
    Event.ROOM_COMMAND: EventSpec(_U, _T.PATIENT_RECORD, _K.SESSION, "handeling in de sessie"),
    Event.ROOM_EVENT_DELIVERED: EventSpec(_R, _T.PATIENT_RECORD, _K.SESSION, "gebeurtenis geleverd aan de aanwezigen"),
    Event.MESSAGE_HELD: EventSpec(_C, _T.SECURITY_ALERT, _K.SESSION, "bericht tegengehouden"),
    Event.HELD_MESSAGE_SENT: EventSpec(_C, _T.PATIENT_RECORD, _K.SESSION, "tegengehouden bericht aangepast verstuurd"),
    Event.HELD_MESSAGE_OVERRULED: EventSpec(_C, _T.SECURITY_ALERT, _K.SESSION, "tegenhouden overruled met reden"),
    Event.MESSAGE_BLANKED: EventSpec(_U, _T.SECURITY_ALERT, _K.SESSION, "bericht onzichtbaar gemaakt"),
    Event.MEMBER_RECUSED: EventSpec(_E, _T.PATIENT_RECORD, _K.CASE, "iemand herkende de persoon en trok zich terug"),
    Event.MEMBER_RECUSED_ON_WORD: EventSpec(
        _E, _T.PATIENT_RECORD, _K.CASE, "terugtrekken van een aangevinkte aanwezige vastgelegd"
    ),
}

_RESULTS: dict[Event, EventSpec] = {
    Event.OUTCOME_RECORDED: EventSpec(_C, _T.PATIENT_RECORD, _K.OUTCOME, "uitkomst vastgelegd"),
    Event.OUTCOME_CHANGED: EventSpec(_U, _T.PATIENT_RECORD, _K.OUTCOME, "uitkomst gewijzigd"),
    Event.OUTCOME_READ: EventSpec(_R, _T.PATIENT_RECORD, _K.OUTCOME, "uitkomst ingezien"),
    Event.OUTCOME_LISTED: EventSpec(_E, _T.QUERY, None, "lijst van uitkomsten bekeken"),
    Event.OUTCOME_FETCHED: EventSpec(_R, _T.EXPORT, _K.OUTCOME, "uitkomst opgehaald door de inbrenger"),
    Event.FOLLOW_UP_RECORDED: EventSpec(_U, _T.PATIENT_RECORD, _K.OUTCOME, "opvolging vastgelegd"),
    Event.CONVERSATION_PLANNED: EventSpec(_C, _T.PATIENT_RECORD, _K.CONVERSATION, "verkennend gesprek gepland"),
    Event.CONVERSATION_CHANGED: EventSpec(_U, _T.PATIENT_RECORD, _K.CONVERSATION, "verkennend gesprek gewijzigd"),
    Event.BOTTLENECK_OPENED: EventSpec(_C, _T.APPLICATION_ACTIVITY, _K.BOTTLENECK, "knelpunt geopend"),
    Event.BOTTLENECK_LINKED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.BOTTLENECK, "knelpunt aan een casus gekoppeld"),
    Event.BOTTLENECK_CHANGED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.BOTTLENECK, "knelpunt gewijzigd"),
    Event.BOTTLENECK_READ: EventSpec(_R, _T.APPLICATION_ACTIVITY, _K.BOTTLENECK, "knelpunt ingezien"),
    Event.BOTTLENECK_LISTED: EventSpec(_E, _T.QUERY, None, "lijst van knelpunten bekeken"),
    Event.FIGURES_EXPORTED: EventSpec(_R, _T.EXPORT, None, "cijfers over knelpunten uitgevoerd"),
}

_NETWORK: dict[Event, EventSpec] = {
    Event.AGREEMENT_CREATED: EventSpec(_C, _T.SECURITY_CONFIGURATION, _K.AGREEMENT, "versie van een afspraak gemaakt"),
    Event.AGREEMENT_APPROVED: EventSpec(
        _U, _T.SECURITY_CONFIGURATION, _K.AGREEMENT, "akkoord op een afspraak vastgelegd"
    ),
    Event.AGREEMENT_ESTABLISHED: EventSpec(_U, _T.SECURITY_CONFIGURATION, _K.AGREEMENT, "afspraak vastgesteld"),
    Event.AGREEMENT_EXPIRED: EventSpec(_U, _T.SECURITY_CONFIGURATION, _K.AGREEMENT, "afspraak vervallen"),
    Event.AGREEMENT_READ: EventSpec(_R, _T.APPLICATION_ACTIVITY, _K.AGREEMENT, "afspraak ingezien"),
    Event.ORGANISATION_CHANGED: EventSpec(_U, _T.SECURITY_CONFIGURATION, _K.ORGANISATION, "organisatie gewijzigd"),
    Event.MEMBER_ADDED: EventSpec(_C, _T.USER_SECURITY_CHANGED, _K.MEMBER, "lid toegevoegd"),
    Event.MEMBER_CHANGED: EventSpec(_U, _T.USER_SECURITY_CHANGED, _K.MEMBER, "gegevens van een lid gewijzigd"),
    Event.MEMBER_REMOVED: EventSpec(_D, _T.USER_SECURITY_CHANGED, _K.MEMBER, "lid verwijderd"),
    Event.MEMBER_CARD_SEALED: EventSpec(_C, _T.USER_SECURITY_CHANGED, _K.MEMBER, "kaart van een lid verzegeld"),
    Event.MEMBER_CARDS_FETCHED: EventSpec(_R, _T.EXPORT, _K.KEY, "verzegelde kaarten van leden opgehaald"),
    Event.CIRCLE_CHANGED: EventSpec(_U, _T.SECURITY_CONFIGURATION, _K.CIRCLE, "kring gewijzigd"),
    Event.SEAT_CHANGED: EventSpec(_U, _T.ROLES_CHANGED, _K.SEAT, "zetel gewijzigd"),
    Event.RIGHTS_CHANGED: EventSpec(_U, _T.ROLES_CHANGED, _K.MEMBER, "rechten van een lid gewijzigd"),
    Event.OFFER_CHANGED: EventSpec(_U, _T.APPLICATION_ACTIVITY, _K.OFFER, "regionaal aanbod gewijzigd"),
    Event.SETTINGS_CHANGED: EventSpec(_U, _T.SECURITY_CONFIGURATION, _K.SETTING, "instelling gewijzigd"),
}

_OVERSIGHT: dict[Event, EventSpec] = {
    Event.BREACH_OPENED: EventSpec(_C, _T.SECURITY_ALERT, _K.BREACH, "datalek gemeld"),
    Event.BREACH_CHANGED: EventSpec(_U, _T.SECURITY_ALERT, _K.BREACH, "dossier van een datalek gewijzigd"),
    Event.BREACH_READ: EventSpec(_R, _T.RESTRICTED_FUNCTION, _K.BREACH, "dossier van een datalek ingezien"),
    Event.RIGHTS_REQUEST_OPENED: EventSpec(
        _C, _T.PATIENT_RECORD, _K.RIGHTS_REQUEST, "verzoek van een betrokkene vastgelegd"
    ),
    Event.RIGHTS_REQUEST_CHANGED: EventSpec(
        _U, _T.PATIENT_RECORD, _K.RIGHTS_REQUEST, "verzoek van een betrokkene bijgewerkt"
    ),
    Event.ACCESS_OVERVIEW_MADE: EventSpec(_R, _T.EXPORT, _K.CASE, "overzicht gemaakt van wie een casus heeft ingezien"),
    Event.REGISTER_EXPORTED: EventSpec(_R, _T.EXPORT, _K.REGISTER, "verwerkingsregister uitgevoerd"),
    Event.REVIEW_SIGNED_OFF: EventSpec(_C, _T.AUDIT_LOG_USED, _K.REVIEW, "controle van het logboek afgetekend"),
    Event.LOG_OPENED: EventSpec(_C, _T.RECORDING_STARTED, _K.LOG, "logboek geopend"),
    Event.LOG_CLOSED: EventSpec(_U, _T.RECORDING_STOPPED, _K.LOG, "logboek gesloten"),
    Event.LOG_RESTORED: EventSpec(
        _C, _T.RECORDING_STARTED, _K.LOG, "logboek geopend na terugzetten van een reservekopie"
    ),
    Event.LOG_READ: EventSpec(_R, _T.AUDIT_LOG_USED, _K.LOG, "logboek ingezien of doorzocht"),
    Event.LOG_EXPORTED: EventSpec(_R, _T.EXPORT, _K.LOG, "logboek uitgevoerd"),
    Event.LOG_SETTINGS_CHANGED: EventSpec(
        _U, _T.SECURITY_CONFIGURATION, _K.LOG, "instellingen van het logboek gewijzigd"
    ),
    Event.CHECKPOINT_SIGNED: EventSpec(_C, _T.AUDIT_LOG_USED, _K.CHECKPOINT, "controlepunt ondertekend"),
    Event.CHECKPOINT_FETCHED: EventSpec(_R, _T.AUDIT_LOG_USED, _K.CHECKPOINT, "controlepunt opgehaald"),
    Event.SERVICE_STARTED: EventSpec(_E, _T.APPLICATION_ACTIVITY, _K.SERVICE, "dienst gestart"),
    Event.SERVICE_STOPPED: EventSpec(_E, _T.APPLICATION_ACTIVITY, _K.SERVICE, "dienst gestopt"),
}

SPEC: Mapping[Event, EventSpec] = MappingProxyType(
    {**_LOGINS, **_CASES, **_SESSIONS, **_RESULTS, **_NETWORK, **_OVERSIGHT}
)
"""The mapping of every event; complete, which a test checks."""


def as_table() -> str:
    """Return the catalogue as the Markdown table that the documentation holds; a test compares the two."""
    head = "| event | action | type | always names | meaning |\n|---|---|---|---|---|\n"
    rows = (
        f"| `{event}` | {spec.action_code} | {spec.type_code} | {spec.object_kind or '-'} | {spec.description_nl} |\n"
        for event, spec in SPEC.items()
    )
    return head + "".join(rows)
