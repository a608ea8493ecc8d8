"""The pages that people read: rendered on the server, useful without JavaScript, except for the live session."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from server.accounts.model import Actor
from server.errors import ServiceError, Unauthenticated
from server.web import (
    pages_breaches,
    pages_cases,
    pages_home,
    pages_keys,
    pages_login,
    pages_missed,
    pages_privacy,
    pages_register,
    pages_sessions,
    pages_submit,
)
from server.web.context import signed_in
from server.web.pages_render import render

TITLES = {
    400: "Dit klopt niet",
    403: "Dit mag niet",
    404: "Niet gevonden",
    409: "Dit kan nu niet",
    413: "Te groot",
    422: "Nog niet klaar",
    503: "Even te druk",
}


def routes() -> list[BaseRoute]:
    """Return every page."""
    return [
        Route("/aanmelden", pages_login.form, methods=["GET"]),
        Route("/aanmelden", pages_login.log_in, methods=["POST"]),
        Route("/afmelden", pages_login.log_out, methods=["POST"]),
        Route("/", pages_home.home, methods=["GET"]),
        Route("/sessies/{session}", pages_sessions.session, methods=["GET"]),
        Route("/sessies/{session}/live", pages_sessions.live, methods=["GET"]),
        Route("/casussen", pages_cases.index, methods=["GET"]),
        Route("/casussen/nieuw", pages_submit.form, methods=["GET"]),
        Route("/casussen/nieuw", pages_submit.take, methods=["POST"]),
        Route("/casussen/{case}", pages_cases.case, methods=["GET"]),
        Route("/casussen/{case}/vrijgeven", pages_cases.release, methods=["POST"]),
        Route("/casussen/{case}/intrekken", pages_cases.confirm_withdrawal, methods=["GET"]),
        Route("/casussen/{case}/intrekken", pages_cases.withdraw, methods=["POST"]),
        Route("/casussen/{case}/gemist", pages_missed.report, methods=["POST"]),
        Route("/casussen/{case}/uitkomst", pages_cases.outcome, methods=["GET"]),
        Route("/toezicht", pages_privacy.start, methods=["GET"]),
        Route("/toezicht/vermeldingen", pages_privacy.entries, methods=["GET"]),
        Route("/toezicht/casus/{case}", pages_privacy.case, methods=["GET"]),
        Route("/toezicht/casus/{case}/overzicht", pages_privacy.overview, methods=["GET"]),
        Route("/toezicht/casus/{case}/overzicht.txt", pages_privacy.overview_text, methods=["GET"]),
        Route("/toezicht/beoordelingen", pages_privacy.reviews, methods=["GET"]),
        Route("/toezicht/beoordelingen", pages_privacy.sign_off, methods=["POST"]),
        Route("/toezicht/datalekken", pages_breaches.index, methods=["GET"]),
        Route("/toezicht/datalekken/{breach}", pages_breaches.one, methods=["GET"]),
        Route("/toezicht/datalekken/{breach}/beoordeling", pages_breaches.assess, methods=["POST"]),
        Route("/toezicht/datalekken/{breach}/informeren", pages_breaches.tell, methods=["POST"]),
        Route("/toezicht/datalekken/{breach}/sluiten", pages_breaches.close, methods=["POST"]),
        Route("/toezicht/sleutels", pages_keys.index, methods=["GET"]),
        Route("/toezicht/sleutels", pages_keys.offer, methods=["POST"]),
        Route("/toezicht/sleutels/{key}/bevestigen", pages_keys.confirm, methods=["POST"]),
        Route("/toezicht/sleutels/{key}/intrekken", pages_keys.ask_revocation, methods=["GET"]),
        Route("/toezicht/sleutels/{key}/intrekken", pages_keys.revoke, methods=["POST"]),
        Route("/toezicht/sleutels/{key}/publiek", pages_keys.public, methods=["GET"]),
        Route("/toezicht/kaarten", pages_keys.fetch, methods=["GET"]),
        Route("/toezicht/kaarten", pages_keys.bring, methods=["POST"]),
        Route("/knelpunten", pages_register.index, methods=["GET"]),
    ]


async def error_page(request: Request, error: ServiceError) -> Response:
    """Return the page for a refusal: its own Dutch sentence and what to do, never what was sent.

    Who is not signed in goes to the login page and comes back afterwards.
    """
    if isinstance(error, Unauthenticated):
        path = request.url.path
        back = f"?next={quote(path)}" if request.method == "GET" and path != "/" else ""
        return RedirectResponse(f"/aanmelden{back}", 303)
    return render(
        request,
        "error.html",
        actor=await _actor(request),
        status=error.status,
        title=TITLES.get(error.status, "Er ging iets mis"),
        message=error.message,
    )


async def _actor(request: Request) -> Actor | None:
    # The error may be that the database is away: then the page comes without a name.
    try:
        return await signed_in(request)
    except Exception:  # noqa: BLE001 - an error page must not fail on the way to its reader
        return None
