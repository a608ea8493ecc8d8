"""Signing in, the first start, and the desk with all cases."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from clients.errors import ClientError, StationError, WrongPassphrase
from clients.station.desk import Desk
from clients.station.draft import DraftState
from clients.station.origins import is_here
from clients.station.outbox import SEEN, alarm_of
from clients.station.web.keeper import TooManyTries
from clients.station.web.render import COOKIE, render
from clients.station.witness import Seen, evidence, seen_from

if TYPE_CHECKING:
    from clients.station.web.app import Setup

T = TypeVar("T")


class NotSignedIn(Exception):
    """Nobody is signed in at this browser."""


def setup_of(request: Request) -> Setup:
    """Return what the station was started with."""
    setup: Setup = request.app.state.setup
    return setup


def desk_of(request: Request) -> Desk:
    """Return the desk of who is signed in at this browser.

    Raises:
        NotSignedIn: nobody is.
    """
    desk = setup_of(request).keeper.desk(request.cookies.get(COOKIE, ""))
    if desk is None:
        raise NotSignedIn
    return desk


async def apart(request: Request, work: Callable[[], T]) -> T:
    """Do what takes a while (detection, argon2id) in a thread, one at a time, so that others' pages go on.

    What changes a case that is not sent goes this way too: it is read, changed and kept in one turn.
    """
    async with setup_of(request).lock:
        return await anyio.to_thread.run_sync(work)


async def typed(request: Request) -> dict[str, str]:
    """Return the fields of a form that were typed; files are left out."""
    async with request.form(max_files=1, max_fields=100, max_part_size=2 * 1024 * 1024) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


def go(address: str) -> Response:
    """Send the browser to another page of ours."""
    return RedirectResponse(address, 303)


def seen_of(desk: Desk) -> Seen | None:
    """Return the last good contact with the network's log, when there was one."""
    found = [seen_from(desk.vault.read(one)) for one in desk.vault.ids(SEEN)]
    return max(found, key=lambda one: one.at, default=None)


async def alarm_page(request: Request) -> Response:
    """Show the alarm about the network's log and what to do."""
    desk = desk_of(request)
    return render(request, "alarm.html", worker=desk.worker, found=alarm_of(desk), seen=seen_of(desk))


async def alarm_evidence(request: Request) -> Response:
    """Return the evidence of the alarm as one file to hand over: hashes and signatures, no word of a case."""
    alarm = alarm_of(desk_of(request))
    if alarm is None:
        raise StationError("Er is geen alarm.", code="no_alarm")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as files:
        for name, data in evidence(alarm).items():
            files.writestr(zipfile.ZipInfo(name), data)
    headers = {"Content-Disposition": 'attachment; filename="bewijs-logboek.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)


async def home(request: Request) -> Response:
    """Show the cases of this station, what waits, and what to do next."""
    desk = desk_of(request)
    drafts = desk.drafts()
    return render(
        request,
        "home.html",
        worker=desk.worker,
        drafts=drafts,
        waiting=[one for one in drafts if one.state is DraftState.SENDING],
        login=desk.login(),
        missed=desk.missed(),
        damage=setup_of(request).keeper.damage,
        seen=seen_of(desk),
        to_release=_number(request.query_params.get("wachten", "")),
    )


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else 0


async def sign_in_page(request: Request) -> Response:
    """Ask for a name and a passphrase; on a new station for the first worker."""
    if not setup_of(request).keeper.exists:
        return go("/begin")
    return await _sign_in_page(request)


async def _sign_in_page(request: Request, *, wrong: str = "", name: str = "", status: int = 200) -> Response:
    """Show the page; the keyring's button only on this computer itself, for elsewhere the keyring is another's."""
    setup = setup_of(request)
    admitted = await apart(request, setup.keeper.in_keyring) if is_here(setup.origin) else ()
    return render(request, "sign_in.html", status=status, wrong=wrong, name=name, keyring=admitted)


async def sign_in(request: Request) -> Response:
    """Open the vault, or say which of the two is wrong: the passphrase, or the vault."""
    keeper, form = setup_of(request).keeper, await typed(request)
    name, passphrase = form.get("naam", "").strip(), form.get("wachtzin", "")
    try:
        token = await apart(request, lambda: keeper.sign_in(name, passphrase))
    except (WrongPassphrase, TooManyTries) as error:
        return await _sign_in_page(request, status=403, wrong=error.detail, name=name)
    except ClientError as error:
        return await _sign_in_page(request, status=409, wrong=getattr(error, "detail", ""), name=name)
    return _signed_in(request, token)


async def sign_in_with_keyring(request: Request) -> Response:
    """Open the vault with the secret in the keyring of this computer."""
    setup, name = setup_of(request), (await typed(request)).get("naam", "")
    try:
        if not is_here(setup.origin):
            raise StationError("Dit kan alleen op de computer van het station zelf.", code="not_here")
        token = await apart(request, lambda: setup.keeper.sign_in_with_keyring(name))
    except ClientError as error:
        return await _sign_in_page(request, status=409, wrong=getattr(error, "detail", ""), name=name)
    return _signed_in(request, token)


async def sign_out(request: Request) -> Response:
    """End the login; with the last one the vault is locked."""
    setup_of(request).keeper.sign_out(request.cookies.get(COOKIE, ""))
    answer = go("/aanmelden")
    answer.delete_cookie(COOKIE)
    return answer


async def first_page(request: Request) -> Response:
    """Explain the vault and ask for the first worker."""
    if setup_of(request).keeper.exists:
        return go("/aanmelden")
    return render(request, "first.html", wrong="", name="")


async def first(request: Request) -> Response:
    """Make the vault."""
    keeper, form = setup_of(request).keeper, await typed(request)
    name, passphrase = form.get("naam", "").strip(), form.get("wachtzin", "")
    try:
        if not name:
            raise StationError("Vul uw naam in.", code="name")
        if passphrase != form.get("nogmaals", ""):
            raise StationError("De twee wachtzinnen zijn niet hetzelfde.", code="not_the_same")
        if form.get("begrepen") != "ja":
            raise StationError("Bevestig eerst dat u weet wat er gebeurt als de kluis verloren gaat.", code="not_told")
        token = await apart(request, lambda: keeper.create(name, passphrase))
    except ClientError as error:
        return render(request, "first.html", status=400, wrong=getattr(error, "detail", ""), name=name)
    return _signed_in(request, token)


def _signed_in(request: Request, token: str) -> Response:
    answer = go("/")
    secure = setup_of(request).origin.startswith("https://")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return answer
