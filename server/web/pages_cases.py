"""Cases: which I may know of, one as the circle sees it, release, withdrawal, outcome."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.accounts.model import Actor
from server.cases import service as cases
from server.cases.model import CaseSummary
from server.errors import AgreementMissing, NotFound
from server.network import service as network
from server.protocol.dutch import CONSENT_HOW_NL, CONSENT_SCOPE_NL, FIELD_NL, GROUND_NL, REQUEST_NL, day
from server.protocol.http import BasisForm, CaseForm, RejectedMark
from server.protocol.words import TRIGGER_NL, BasisKind, CaseState, Role
from server.sessions import service as sessions
from server.web.context import context_of, signed_in
from server.web.pages_missed import missed_of
from server.web.pages_render import HEADERS, render
from server.web.pages_words import NOTICES_NL

GONE = (CaseState.WITHDRAWN, CaseState.ERASED)


async def index(request: Request) -> Response:
    """Show the cases that I may know of: first those that wait for me to release them."""
    context, actor = context_of(request), await signed_in(request)
    found = await cases.list_cases(context.store, actor)
    to_release = [one for one in found if _may_release(actor, one.state, one.submitter, one.organisation)]
    waiting = {one.id for one in to_release}
    return render(
        request,
        "cases.html",
        actor=actor,
        to_release=to_release,
        mine=[one for one in found if one.submitter == actor.member],
        others=[one for one in found if one.submitter != actor.member and one.id not in waiting],
        ways=await cases.ways_to_submit(context.store, actor),
        notice=_notice(request),
    )


async def case(request: Request) -> Response:
    """Show a case as the circle sees it, with what I may do with it."""
    context, actor = context_of(request), await signed_in(request)
    found = await cases.read_case(context.store, actor, request.path_params["case"])
    mine = found.row.submitter_id == actor.member
    may_release = _may_release(actor, found.state, found.row.submitter_id, found.row.organisation_id)
    circles = await network.list_circles(context.store.database, actor)
    return render(
        request,
        "case.html",
        actor=actor,
        case=found,
        circle=next((one for one in circles if one.id == found.row.circle_id), None),
        facts=facts(found.form),
        fields=fields(found.form),
        rejected=list(enumerate(found.rejected, 1)) if may_release or mine else [],
        marks=marks_by_field(found.rejected) if may_release or mine else {},
        mine=mine,
        may_release=may_release,
        notice=_notice(request),
        missed=await missed_of(request, actor, found),
    )


def marks_by_field(marks: Sequence[RejectedMark]) -> dict[str, list[tuple[int, RejectedMark]]]:
    """Return the marks that stayed, numbered from 1, by their field."""
    result: dict[str, list[tuple[int, RejectedMark]]] = {}
    for number, mark in enumerate(marks, 1):
        result.setdefault(mark.field, []).append((number, mark))
    return result


def fields(form: CaseForm) -> list[tuple[str, str, str]]:
    """Return what was typed, as (name, label, text), without the question: that is the page's title."""
    typed = [(name, label, getattr(form, name)) for name, label in FIELD_NL.items() if name != "question"]
    return [one for one in typed if one[2]]


def facts(form: CaseForm) -> list[tuple[str, str]]:
    """Return what a form says in codes, as (label, Dutch words)."""
    result = [("Aanleiding", TRIGGER_NL[form.trigger])]
    if form.request is not None:
        result.append(("Soort vraag", REQUEST_NL[form.request]))
    result.append(("Grondslag", basis_sentence(form.basis)))
    return result


def basis_sentence(basis: BasisForm) -> str:
    """Return on which ground a case is discussed."""
    informed = "De betrokkene weet van het netwerk." if basis.informed else "De betrokkene weet niet van het netwerk."
    if basis.kind is BasisKind.CONSENT and basis.how is not None and basis.scope is not None:
        how, scope = CONSENT_HOW_NL[basis.how], CONSENT_SCOPE_NL[basis.scope]
        return f"Toestemming, {how} gegeven op {day(basis.on)}, {scope}. {informed}"
    ground = GROUND_NL[basis.reason] if basis.reason is not None else "andere grond"
    return f"Andere grond: {ground}, afgewogen op {day(basis.on)}. {informed}"


async def release(request: Request) -> Response:
    """Let the circle have a case, as a second person, and say onto which agenda it came."""
    context, actor, case_id = context_of(request), await signed_in(request), request.path_params["case"]
    session = await sessions.release_case(context.store, actor, case_id)
    if session is not None:
        context.hub.agenda_changed(session)
    return _go(f"/casussen/{case_id}?gelukt={'wacht' if session is None else 'vrijgegeven'}")


async def confirm_withdrawal(request: Request) -> Response:
    """Ask once more before a key is destroyed; this page needs no agreement, since withdrawing needs none."""
    actor = await signed_in(request)
    return render(request, "withdraw.html", actor=actor, case=await _my_case(request, actor))


async def _my_case(request: Request, actor: Actor) -> CaseSummary:
    for one in await cases.list_cases(context_of(request).store, actor):
        if one.id == request.path_params["case"] and one.submitter == actor.member and one.state not in GONE:
            return one
    raise NotFound


async def withdraw(request: Request) -> Response:
    """Take my case back: it leaves every agenda and its key is destroyed."""
    context, actor = context_of(request), await signed_in(request)
    for session in await sessions.withdraw_case(context.store, actor, request.path_params["case"]):
        context.hub.agenda_changed(session)
    return _go("/casussen?gelukt=ingetrokken")


async def outcome(request: Request) -> Response:
    """Show what the circle decided. The submitter's side may read its answer without an agreement too."""
    store, actor, case_id = context_of(request).store, await signed_in(request), request.path_params["case"]
    try:
        found = await sessions.read_outcome(store, actor, case_id)
    except AgreementMissing:
        found = await sessions.read_outcome(store, actor, case_id, fetch=True)
    return render(request, "outcome.html", actor=actor, outcome=found)


def _may_release(actor: Actor, state: CaseState, submitter: str, organisation: str) -> bool:
    colleague = organisation == actor.organisation or actor.has(Role.COORDINATOR)
    return state is CaseState.SUBMITTED and submitter != actor.member and colleague


def _notice(request: Request) -> str:
    return NOTICES_NL.get(request.query_params.get("gelukt", ""), "")


def _go(address: str) -> Response:
    return RedirectResponse(address, 303, headers=HEADERS)
