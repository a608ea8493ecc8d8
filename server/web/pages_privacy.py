"""The privacy officer's desk: search the log, who saw a case, the overview to hand over, sign off a review."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from server.accounts.model import Actor
from server.errors import BadRequest
from server.privacy import overview as overviews
from server.privacy import service as privacy
from server.privacy.model import Overview, Question
from server.protocol.dutch import clock, day, moment
from server.web.context import context_of, signed_in
from server.web.pages_login import read_form
from server.web.pages_render import HEADERS, render
from server.web.pages_words import NOTICES_NL
from server.web.routing import calendar_day, place

FIELDS = {"casus": "", "lid": "", "van": "", "tot": ""}


async def start(request: Request) -> Response:
    """Show the search form, the last review, and what is unusual since."""
    return await _start(request, await signed_in(request), FIELDS)


async def _start(
    request: Request, actor: Actor, asked: dict[str, str], *, problem: str = "", status: int = 200
) -> Response:
    found = await privacy.start(context_of(request).store.database, actor)
    return render(request, "oversight.html", actor=actor, status=status, desk=found, asked=asked, problem=problem)


async def entries(request: Request) -> Response:
    """Show a page of entries; a question that cannot be asked brings the form back with what is wrong."""
    actor = await signed_in(request)
    asked = {name: request.query_params.get(name, "").strip() for name in FIELDS}
    try:
        question = _question(request.query_params)
        page = await privacy.entries_of(context_of(request).store.database, actor, question)
    except BadRequest as problem:
        # What was sent does not come back: only the fields that hold a day, and only when they do.
        kept = FIELDS | {name: asked[name] for name in ("van", "tot") if _is_day(asked[name])}
        return await _start(request, actor, kept, problem=problem.message, status=problem.status)
    following = {name: value for name, value in asked.items() if value} | {"voor": str(page.before)}
    return render(
        request,
        "oversight_entries.html",
        actor=actor,
        page=page,
        question=question,
        following="?" + urlencode(following) if page.before is not None else "",
    )


def _question(query: QueryParams) -> Question:
    asked = {name: value.strip() for name, value in query.items() if value.strip()}
    return Question(
        case=asked.get("casus"),
        member=asked.get("lid"),
        since=calendar_day(asked["van"]) if "van" in asked else None,
        until=calendar_day(asked["tot"]) if "tot" in asked else None,
        before=place(asked["voor"]) if "voor" in asked else None,
    )


def _is_day(value: str) -> bool:
    try:
        calendar_day(value)
    except BadRequest:
        return False
    return True


async def case(request: Request) -> Response:
    """Show who has seen one of my organisation's cases, with a bar for each day."""
    actor = await signed_in(request)
    found = await _overview(request, actor, hand_over=False)
    return render(
        request, "oversight_case.html", actor=actor, found=found, most=max((n for _d, n in found.days), default=0)
    )


async def overview(request: Request) -> Response:
    """Show the overview that the submitter hands to the person concerned, to be printed."""
    actor = await signed_in(request)
    found = await _overview(request, actor, hand_over=True)
    return render(request, "oversight_overview.html", actor=actor, found=found)


async def overview_text(request: Request) -> Response:
    """Give the same overview as plain text."""
    found = await _overview(request, await signed_in(request), hand_over=True)
    headers = HEADERS | {"Content-Disposition": 'attachment; filename="overzicht-inzage.txt"'}
    return PlainTextResponse(as_text(found), headers=headers)


async def _overview(request: Request, actor: Actor, *, hand_over: bool) -> Overview:
    database = context_of(request).store.database
    return await overviews.overview(database, actor, request.path_params["case"], hand_over=hand_over)


def as_text(found: Overview) -> str:
    """Return the overview in lines for a letter."""
    lines = [
        "Overzicht van wie de casus heeft gezien",
        "",
        f"Casus {found.case}, ingebracht door {found.organisation} op {moment(found.submitted_at)}.",
        f"Gemaakt op {moment(found.made_at)}.",
        "",
        "De casus is gepseudonimiseerd: er staan geen namen in. Van mensen van andere organisaties",
        "staan hier de rol en de organisatie. Wilt u meer weten, vraag het aan wie de casus inbracht.",
        "",
    ]
    if not found.accesses:
        lines.append("Niemand heeft de casus gezien.")
    for one in found.accesses:
        times = (
            f"om {clock(one.first)}"
            if one.times == 1
            else f"{one.times} keer, van {clock(one.first)} tot {clock(one.last)}"
        )
        lines.append(f"- {day(one.day)}, {times}: {one.who} {one.what}.")
        if one.purpose or one.agreement:
            basis = [
                f"Doel: {one.purpose}." if one.purpose else "",
                f"Afspraak: {one.agreement}." if one.agreement else "",
            ]
            lines.append("  " + " ".join(part for part in basis if part))
    return "\n".join(lines) + "\n"


async def reviews(request: Request) -> Response:
    """Show the reviews of my organisation, and the form to sign one off."""
    return await _reviews(request, await signed_in(request))


async def _reviews(request: Request, actor: Actor, *, problem: str = "", status: int = 200) -> Response:
    database = context_of(request).store.database
    return render(
        request,
        "oversight_reviews.html",
        actor=actor,
        status=status,
        reviews=await privacy.reviews_of(database, actor),
        problem=problem,
        notice=NOTICES_NL.get(request.query_params.get("gelukt", ""), ""),
    )


async def sign_off(request: Request) -> Response:
    """Record a review; days that cannot be bring the form back with what is wrong."""
    actor = await signed_in(request)
    fields = await read_form(request)
    try:
        since, until = calendar_day(fields.get("van", "")), calendar_day(fields.get("tot", ""))
        await privacy.sign_off(context_of(request).store.database, actor, since, until)
    except BadRequest as problem:
        return await _reviews(request, actor, problem=problem.message, status=problem.status)
    return RedirectResponse("/toezicht/beoordelingen?gelukt=afgetekend", 303, headers=HEADERS)
