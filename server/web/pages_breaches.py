"""The records of breaches on the privacy officer's desk: the clock, who received it, and the assessment in codes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from consent.breaches import Delay, NoNotice, Risk, Telling
from server.accounts.model import Actor
from server.errors import BadRequest
from server.privacy import breaches
from server.privacy.breaches import Assessment
from server.privacy.words import BREACH_STATE_NL, DELAY_NL, NO_NOTICE_NL, RISK_NL, TELLING_NL
from server.protocol.dutch import IDENTIFIER_NL
from server.web.context import context_of, signed_in
from server.web.pages_login import read_form
from server.web.pages_render import HEADERS, render
from server.web.pages_words import NOTICES_NL

NOTIFIED = "gemeld"
"""The choice that needs no reason; every other one is the reason why it is not notified."""

T = TypeVar("T", bound=StrEnum)

WORDS: dict[str, Any] = {
    "STATE_NL": BREACH_STATE_NL,
    "RISK_NL": RISK_NL,
    "NO_NOTICE_NL": NO_NOTICE_NL,
    "DELAY_NL": DELAY_NL,
    "TELLING_NL": TELLING_NL,
    "IDENTIFIER_NL": IDENTIFIER_NL,
    "not_notified": [(one.value, f"nee: {title}") for one, title in NO_NOTICE_NL.items()],
}


async def index(request: Request) -> Response:
    """Show the records on my desk with their clocks."""
    actor = await signed_in(request)
    found = await breaches.records_of(context_of(request).store.database, actor)
    return render(request, "oversight_breaches.html", actor=actor, found=found, **WORDS)


async def one(request: Request) -> Response:
    """Show one record: what is known, who received it, and what was decided."""
    return await _one(request, await signed_in(request))


async def _one(request: Request, actor: Actor, *, problem: str = "", status: int = 200) -> Response:
    database, breach_id = context_of(request).store.database, request.path_params["breach"]
    return render(
        request,
        "oversight_breach.html",
        actor=actor,
        status=status,
        found=await breaches.read_record(database, actor, breach_id),
        problem=problem,
        notice=NOTICES_NL.get(request.query_params.get("gelukt", ""), ""),
        **WORDS,
    )


async def assess(request: Request) -> Response:
    """Write down what the officer decided; what cannot be brings the form back with what is wrong."""
    actor, fields = await signed_in(request), await read_form(request)
    database, breach_id = context_of(request).store.database, request.path_params["breach"]
    try:
        decision = fields.get("melden", "")
        made = Assessment(
            risk=_chosen(Risk, fields.get("risico", "")),
            telling=_chosen(Telling, fields.get("informeren", "")),
            reason=None if decision == NOTIFIED else _chosen(NoNotice, decision),
            delay=_chosen(Delay, fields["te-laat"]) if fields.get("te-laat") else None,
        )
        await breaches.assess(database, actor, breach_id, made)
    except BadRequest as refusal:
        return await _one(request, actor, problem=refusal.message, status=refusal.status)
    return _back(breach_id, "beoordeeld")


async def tell(request: Request) -> Response:
    """Write down what was done since about telling the person concerned."""
    actor, fields = await signed_in(request), await read_form(request)
    database, breach_id = context_of(request).store.database, request.path_params["breach"]
    try:
        await breaches.tell_later(database, actor, breach_id, _chosen(Telling, fields.get("informeren", "")))
    except BadRequest as refusal:
        return await _one(request, actor, problem=refusal.message, status=refusal.status)
    return _back(breach_id, "beoordeeld")


async def close(request: Request) -> Response:
    """Close a record."""
    actor, breach_id = await signed_in(request), request.path_params["breach"]
    await breaches.close(context_of(request).store.database, actor, breach_id)
    return _back(breach_id, "gesloten")


def _chosen(kind: type[T], value: str) -> T:
    found = next((one for one in kind if one.value == value), None)
    if found is None:
        raise BadRequest(breaches.CHOOSE, code="breach_choice")
    return found


def _back(breach_id: str, done: str) -> Response:
    return RedirectResponse(f"/toezicht/datalekken/{breach_id}?gelukt={done}", 303, headers=HEADERS)
