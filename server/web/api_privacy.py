"""The privacy officer's part of the HTTP API: what the log says, and the proof of an entry."""

from __future__ import annotations

import base64

from server.privacy import service as privacy
from server.privacy.model import Line, Question
from server.protocol import http
from server.web.routing import Call, Endpoint, calendar_day, place


async def audit_entries(call: Call) -> http.AuditEntriesAnswer:
    """What the log says about my organisation's people and cases, newest first; looking is itself logged."""
    asked = {name: value for name, value in call.query.items() if value}
    question = Question(
        case=asked.get("case"),
        member=asked.get("member"),
        since=calendar_day(asked["from"]) if "from" in asked else None,
        until=calendar_day(asked["to"]) if "to" in asked else None,
        before=place(asked["before"]) if "before" in asked else None,
    )
    page = await privacy.entries_of(call.context.store.database, call.who(), question)
    return http.AuditEntriesAnswer(tuple(_view(one) for one in page.lines), page.before)


def _view(line: Line) -> http.AuditEntryView:
    return http.AuditEntryView(
        number=line.number,
        at=line.at,
        event=line.event,
        who=line.who,
        what=line.what,
        about=line.about,
        purpose=line.purpose,
        agreement=line.agreement,
        refused=line.refused,
        reason=line.reason,
    )


async def audit_proof(call: Call) -> http.InclusionAnswer:
    """The proof that an entry is in the signed log; it can be checked without the service."""
    number = place(call.path["number"])
    found = await privacy.prove(call.context.store.database, call.who(), number)
    return http.InclusionAnswer(
        number=found.number,
        size=found.size,
        hashes=tuple(base64.b64encode(one).decode() for one in found.hashes),
        leaf=base64.b64encode(found.leaf).decode(),
        line=found.line.decode(),
        checkpoint=found.note,
        key=call.context.log_key,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/audit/entries",
        "Vermeldingen in het logboek, voor de privacyfunctionaris",
        audit_entries,
        gives=http.AuditEntriesAnswer,
        options=(("case", "string"), ("member", "string"), ("from", "string"), ("to", "string"), ("before", "integer")),
    ),
    Endpoint(
        "GET",
        "/audit/entries/{number}/proof",
        "Bewijs dat een vermelding in het ondertekende logboek staat",
        audit_proof,
        gives=http.InclusionAnswer,
    ),
)
