"""Turns an entry into a FHIR R4 AuditEvent, references and codes only.

The shape follows the patterns of IHE BALP (DICOM event types, the actor as requesting agent, the organisation as a
further agent, objects as entities), but claims none of its profiles: those ask for a patient entity, which this service
does not have. A test has fhir.resources read every kind of event; HL7's own validator has not seen them.

Source: FHIR R4 AuditEvent; DICOM PS3.15 A.5.3 (which type codes go with which event).
"""

from __future__ import annotations

from typing import Any

from audit.entry import Entry, ObjectRef, format_time
from audit.events import SPEC, EventType, ObjectKind

BASE = "https://casuskring.example/fhir"
"""Where our own code systems live; an installation may use its own name."""

_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_OBJECT_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
_USER_AUTHENTICATION = "110114"

_DISPLAY = {
    EventType.APPLICATION_ACTIVITY: "Application Activity",
    EventType.AUDIT_LOG_USED: "Audit Log Used",
    EventType.EXPORT: "Export",
    EventType.PATIENT_RECORD: "Patient Record",
    EventType.QUERY: "Query",
    EventType.SECURITY_ALERT: "Security Alert",
    EventType.LOGIN: "Login",
    EventType.LOGOUT: "Logout",
    EventType.SECURITY_CONFIGURATION: "Security Configuration",
    EventType.RESTRICTED_FUNCTION: "Use of Restricted Function",
    EventType.RECORDING_STOPPED: "Audit Recording Stopped",
    EventType.RECORDING_STARTED: "Audit Recording Started",
    EventType.ROLES_CHANGED: "Security Roles Changed",
    EventType.USER_SECURITY_CHANGED: "User Security Attributes Changed",
}

# DICOM gives logins and security events two codes: the event itself, and below it the kind.
_PARENT = {
    EventType.LOGIN: _USER_AUTHENTICATION,
    EventType.LOGOUT: _USER_AUTHENTICATION,
    EventType.SECURITY_CONFIGURATION: EventType.SECURITY_ALERT.value,
    EventType.RESTRICTED_FUNCTION: EventType.SECURITY_ALERT.value,
    EventType.RECORDING_STOPPED: EventType.SECURITY_ALERT.value,
    EventType.RECORDING_STARTED: EventType.SECURITY_ALERT.value,
    EventType.ROLES_CHANGED: EventType.SECURITY_ALERT.value,
    EventType.USER_SECURITY_CHANGED: EventType.SECURITY_ALERT.value,
}

_ROLE_DOMAIN_RESOURCE = ("4", "Domain Resource")
_ROLE_SECURITY_RESOURCE = ("13", "Security Resource")
_ROLE_SECURITY_USER = ("11", "Security User Entity")
_ROLES = {
    ObjectKind.MEMBER: _ROLE_SECURITY_USER,
    ObjectKind.CHECKPOINT: _ROLE_SECURITY_RESOURCE,
    ObjectKind.CREDENTIAL: _ROLE_SECURITY_RESOURCE,
    ObjectKind.KEY: _ROLE_SECURITY_RESOURCE,
    ObjectKind.LOG: _ROLE_SECURITY_RESOURCE,
    ObjectKind.SETTING: _ROLE_SECURITY_RESOURCE,
}


def audit_event(entry: Entry, base: str = BASE) -> dict[str, Any]:
    """Return the AuditEvent resource of one entry, ready to be written as JSON."""
    kind = SPEC[entry.event].type_code
    parent = _PARENT.get(kind)
    event = {"system": f"{base}/event", "code": entry.event.value, "display": SPEC[entry.event].description_nl}
    resource: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": entry.entry_id,
        "type": _dicom(kind) if parent is None else {"system": _DCM, "code": parent},
        "subtype": [event] if parent is None else [_dicom(kind), event],
        "action": entry.action.value,
        "recorded": format_time(entry.at),
        "outcome": str(entry.outcome.value),
        "agent": _agents(entry, base),
        "source": {
            "site": entry.source.site,
            "observer": _reference(f"{base}/system", entry.source.system),
            "type": [{"system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4"}],
        },
    }
    if entry.reason is not None:
        resource["outcomeDesc"] = entry.reason
    if entry.purpose is not None:
        resource["purposeOfEvent"] = [_concept(f"{base}/purpose", entry.purpose)]
    if entry.objects:
        resource["entity"] = [_entity(item, base) for item in entry.objects]
    return resource


def _agents(entry: Entry, base: str) -> list[dict[str, Any]]:
    actor: dict[str, Any] = {"who": _reference(f"{base}/member", entry.actor), "requestor": True}
    if entry.role is not None:
        actor["role"] = [_concept(f"{base}/role", entry.role)]
    if entry.agreement is not None:
        actor["policy"] = [f"{base}/agreement/{entry.agreement}"]
    if entry.access_point is not None:
        actor["network"] = {"address": entry.access_point.ref, "type": str(entry.access_point.kind.value)}
    agents = [actor]
    if entry.on_behalf_of is not None:
        agents.append({"who": _reference(f"{base}/member", entry.on_behalf_of), "requestor": False})
    if entry.organisation is not None:
        agents.append({"who": _reference(f"{base}/organisation", entry.organisation), "requestor": False})
    return agents


def _entity(item: ObjectRef, base: str) -> dict[str, Any]:
    code, display = _ROLES.get(item.kind, _ROLE_DOMAIN_RESOURCE)
    entity: dict[str, Any] = {
        "what": _reference(f"{base}/{item.kind.value}", item.ref),
        "type": {"system": f"{base}/object-kind", "code": item.kind.value},
        "role": {"system": _OBJECT_ROLE, "code": code, "display": display},
    }
    if item.detail is not None:
        entity["detail"] = [{"type": "detail", "valueString": item.detail}]
    return entity


def _dicom(kind: EventType) -> dict[str, str]:
    return {"system": _DCM, "code": kind.value, "display": _DISPLAY[kind]}


def _reference(system: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": system, "value": value}}


def _concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}
