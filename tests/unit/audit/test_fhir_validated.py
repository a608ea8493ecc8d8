"""Every event's AuditEvent is accepted by fhir.resources, comes back unchanged, and uses the codes that R4 requires.

The library has R4B, in which AuditEvent is the resource of R4 without a change.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from pydantic import ValidationError

from audit.entry import AccessPoint, AccessPointKind, Entry, ObjectRef, Outcome, Source, make
from audit.events import SPEC, Event, ObjectKind
from audit.fhir import audit_event

NOW = datetime(2025, 3, 4, 5, 6, 7, 123_000, tzinfo=UTC)


def full(event: Event, outcome: Outcome = Outcome.SUCCESS, kind: AccessPointKind = AccessPointKind.URI) -> Entry:
    """Return an entry of this event with every field that there is, and an object of every kind."""
    return make(
        event,
        actor="m:4fzz",
        source=Source("casuskring", "node-1"),
        now=NOW,
        random_bytes=bytes,
        outcome=outcome,
        organisation="org:12ab",
        role="member",
        purpose="read_case",
        on_behalf_of="m:9gg1",
        access_point=AccessPoint(kind, "ap:88c1"),
        objects=[ObjectRef(one, "thing:1", "seq:12-40") for one in ObjectKind],
        reason="agreement_expired",
        agreement="art26/3",
    )


def bare(event: Event) -> Entry:
    """Return an entry of this event with nothing that can be left out."""
    kind = SPEC[event].object_kind
    objects = () if kind is None else (ObjectRef(kind, "thing:1"),)
    return make(event, actor="service", source=Source("s", "n"), now=NOW, random_bytes=bytes, objects=objects)


def accepted(entry: Entry) -> dict[str, Any]:
    """Return the resource, once the library has been seen to read it without losing or adding anything."""
    resource = audit_event(entry)
    read = AuditEvent.model_validate_json(json.dumps(resource))
    again = json.loads(read.model_dump_json())
    again["recorded"] = again["recorded"].replace("123000Z", "123Z")  # the library writes microseconds
    assert again == resource
    return resource


ACTIONS, OUTCOMES, NETWORKS = set("CRUDE"), {"0", "4", "8", "12"}, set("12345")
"""The codes of the required value sets, which the library does not look at."""


@pytest.mark.parametrize("event", list(Event))
def test_every_event_is_accepted_with_all_fields_and_with_none(event: Event) -> None:
    for entry in (full(event), bare(event)):
        resource = accepted(entry)
        assert resource["action"] in ACTIONS
        assert resource["outcome"] in OUTCOMES


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("kind", list(AccessPointKind))
def test_every_outcome_and_access_point_is_accepted(outcome: Outcome, kind: AccessPointKind) -> None:
    resource = accepted(full(Event.CASE_READ, outcome, kind))
    assert resource["outcome"] in OUTCOMES
    assert resource["agent"][0]["network"]["type"] in NETWORKS


def test_the_library_does_refuse() -> None:
    resource = audit_event(full(Event.CASE_READ))
    changes: tuple[dict[str, Any], ...] = (
        {"recorded": "yesterday"},
        {"agent": None},
        {"agent": [{"who": {}}]},
        {"source": {}},
        {"unknown": "x"},
        {"id": "a b"},
    )
    for wrong in changes:
        with pytest.raises(ValidationError):
            AuditEvent.model_validate({**resource, **wrong})
