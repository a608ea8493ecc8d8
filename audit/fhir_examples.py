"""The page of examples: one AuditEvent of each kind in the catalogue, as the export writes them.

`python -m audit.fhir_examples` writes it anew; a test compares it with what is there and has a FHIR library read it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

from audit.entry import AccessPoint, AccessPointKind, Entry, ObjectRef, Source, make
from audit.events import SPEC, Event
from audit.fhir import audit_event

PAGE = Path("docs/audit-events.ndjson")
NOW = datetime(2026, 3, 4, 13, 5, 6, 789_000, tzinfo=UTC)


def examples() -> str:
    """Return one line per event: invented references, the fields that such an entry has."""
    return "".join(json.dumps(audit_event(_entry(event)), ensure_ascii=False) + "\n" for event in Event)


def _entry(event: Event) -> Entry:
    kind = SPEC[event].object_kind
    return make(
        event,
        actor="m-4f2a9c",
        source=Source("casuskring", "service"),
        now=NOW,
        random_bytes=lambda count: hashlib.sha256(event.value.encode()).digest()[:count],
        organisation="org-12ab",
        role="member",
        access_point=AccessPoint(AccessPointKind.URI, "ap-88c1"),
        objects=[] if kind is None else [ObjectRef(kind, "ref-0a1b2c")],
        agreement="art26/3",
    )


if __name__ == "__main__":
    PAGE.write_text(examples(), encoding="utf-8")
