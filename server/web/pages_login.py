"""Signing in and out in a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.accounts import service as accounts
from server.errors import LoginRefused, Unauthenticated
from server.web.context import context_of, signed_in
from server.web.pages_forms import read_fields
from server.web.pages_render import HEADERS, render

MAX_FORM_BYTES = 8 * 1024


async def form(request: Request) -> Response:
    """Show the login form, or go on for who is signed in already."""
    try:
        await signed_in(request)
    except Unauthenticated:
        return _form(request, safe_next(request.query_params.get("next", "")))
    return RedirectResponse("/", 303)


def _form(request: Request, following: str, *, problem: str = "", status: int = 200) -> Response:
    return render(request, "login.html", actor=None, status=status, next=following, problem=problem)


async def log_in(request: Request) -> Response:
    """Sign in and go to where the reader wanted to be; a refusal shows the form again."""
    fields = await read_form(request)
    context, following = context_of(request), safe_next(fields.get("next", ""))
    name, password = fields.get("naam", ""), fields.get("wachtwoord", "")
    hours = context.settings.login_hours
    if not 0 < len(name) <= 200 or not 0 < len(password) <= 256:
        return _form(request, following, problem=LoginRefused.message, status=LoginRefused.status)
    try:
        login = await accounts.log_in(context.store.database, name, password, hours=hours)
    except LoginRefused as refused:
        return _form(request, following, problem=refused.message, status=refused.status)
    response = RedirectResponse(following or "/", 303, headers=HEADERS)
    response.set_cookie(
        context.cookie,
        login.token,
        max_age=hours * 3600,
        path="/",
        secure=context.settings.secure,
        httponly=True,
        samesite="strict",
    )
    return response


async def log_out(request: Request) -> Response:
    """End the login here and in every room, and forget the cookie."""
    context = context_of(request)
    response = RedirectResponse("/aanmelden", 303, headers=HEADERS)
    response.delete_cookie(context.cookie, path="/", secure=context.settings.secure, httponly=True, samesite="strict")
    try:
        actor = await signed_in(request)
    except Unauthenticated:
        return response
    await accounts.log_out(context.store.database, actor)
    context.hub.end_login(actor.login)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a small form; of a repeated field the last counts.

    Raises:
        BadRequest: it is no form, or not UTF-8.
        TooLarge: it has more than 8 KiB.
    """
    fields = await read_fields(request, most_bytes=MAX_FORM_BYTES, most_fields=20)
    return {name: values[-1] for name, values in fields.items()}


def safe_next(wanted: str) -> str:
    """Return the path to go on to when it is a page of ours, else nothing."""
    if len(wanted) > 300 or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return ""
    if any(char <= " " or char == "\x7f" for char in wanted):
        return ""
    parts = urlsplit(wanted)
    ours = not parts.scheme and not parts.netloc and not parts.path.startswith(("/api", "/static", "/aanmelden"))
    return wanted if ours else ""
