"""Every event becomes an AuditEvent with the elements that R4 demands, and nothing that the entry does not say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from audit.entry import AccessPoint, AccessPointKind, Entry, ObjectRef, Outcome, Source, canonical, make
from audit.events import SPEC, Event, ObjectKind
from audit.fhir import audit_event

NOW = datetime(2025, 3, 4, 5, 6, 7, 123_000, tzinfo=UTC)


def entry_of(event: Event) -> Entry:
    kind = SPEC[event].object_kind or ObjectKind.CIRCLE
    return make(
        event,
        actor="m:4fzz",
        source=Source("casuskring", "node-1"),
        now=NOW,
        random_bytes=bytes,
        outcome=Outcome.MINOR_FAILURE,
        organisation="org:12ab",
        role="member",
        purpose="read_case",
        on_behalf_of="m:9gg1",
        access_point=AccessPoint(AccessPointKind.IP_ADDRESS, "ap:88c1"),
        objects=(ObjectRef(kind, "thing:1", "seq:12-40"),),
        reason="agreement_expired",
        agreement="art26/3",
    )


@pytest.mark.parametrize("event", list(Event))
def test_every_event_has_the_mandatory_elements(event: Event) -> None:
    resource = audit_event(entry_of(event))
    assert resource["resourceType"] == "AuditEvent"
    assert resource["type"]["code"].isdecimal()
    assert resource["subtype"][-1]["code"] == event.value
    assert resource["action"] in "CRUDE"
    assert resource["recorded"] == "2025-03-04T05:06:07.123Z"
    assert resource["outcome"] == "4"
    assert [agent["requestor"] for agent in resource["agent"]] == [True, False, False]
    assert resource["source"]["observer"]["identifier"]["value"] == "node-1"
    assert resource["entity"][0]["what"]["identifier"]["value"] == "thing:1"


def test_every_value_of_the_entry_arrives() -> None:
    entry = entry_of(Event.CASE_READ)
    text = json.dumps(audit_event(entry))
    values = json.loads(canonical(entry))
    for name in ("id", "at", "actor", "organisation", "role", "purpose", "on_behalf_of", "reason", "agreement"):
        assert values[name] in text
    assert "ap:88c1" in text
    assert "seq:12-40" in text


def test_a_bare_entry_gives_no_empty_elements() -> None:
    entry = make(
        Event.LOGIN_REFUSED, actor="anonymous", source=Source("casuskring", "node-1"), now=NOW, random_bytes=bytes
    )
    resource = audit_event(entry)
    assert not {"entity", "purposeOfEvent", "outcomeDesc"} & set(resource)
    assert len(resource["agent"]) == 1
    assert resource["type"]["code"] == "110114"
    assert resource["subtype"][0]["code"] == "110122"


def test_an_installation_may_use_its_own_name() -> None:
    resource = audit_event(entry_of(Event.CASE_READ), "https://netwerk.example")
    assert resource["subtype"][0]["system"] == "https://netwerk.example/event"
