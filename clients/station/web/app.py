"""The station's web application: routes, what surrounds a request, and errors that repeat nothing of what was typed."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anonymisation.errors import AnonymisationError, ModelUnavailable
from clients.api import Client
from clients.errors import ClientError, Refusal
from clients.station.web import pages, pages_case, pages_missed, pages_network
from clients.station.web.keeper import Keeper
from clients.station.web.render import STATIC, error_page

log = logging.getLogger("casuskring.station")

MAX_BODY_BYTES = 24 * 1024 * 1024
"""A file of 20 MB with its form around it."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
UNREADABLE = "Deze tekst of dit besluit is niet te verwerken. Laad de pagina opnieuw."
NO_MODEL = (
    "Het taalmodel waarmee het station namen vindt, kan niet worden geladen. Zonder dat model gaat er niets door. "
    "Vraag uw beheerder om het station opnieuw te installeren."
)
BROKEN = "Er ging iets mis in het station. Er is niets verloren; probeer het opnieuw."
HTTP_STATUS = {"no_such_case": 404, "locked": 423, "unreachable": 503, "too_many_tries": 429}


@dataclass(slots=True)
class Setup:
    """What a station is started with. `origin` is the address at which browsers reach it."""

    keeper: Keeper
    origin: str
    connect: Callable[[str], Client] = Client
    lock: anyio.Lock = field(default_factory=anyio.Lock)


def create_station(setup: Setup) -> Starlette:
    """Return the application."""
    app = Starlette(
        routes=[
            *(Route(path, _guarded(handler), methods=[method]) for method, path, handler in ROUTES),
            Mount("/static", StaticFiles(directory=STATIC, check_dir=False)),
        ],
        exception_handlers={404: _missing, 405: _missing},
    )
    app.state.setup = setup
    app.add_middleware(Surroundings, origin=setup.origin)
    return app


# A larger upload would be written to a temporary file, in the clear: raw text stays in memory until the vault has it.
MultiPartParser.spool_max_size = MAX_BODY_BYTES

Handler = Callable[[Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/", pages.home),
    ("GET", "/alarm", pages.alarm_page),
    ("GET", "/alarm/bewijs.zip", pages.alarm_evidence),
    ("GET", "/aanmelden", pages.sign_in_page),
    ("POST", "/aanmelden", pages.sign_in),
    ("POST", "/aanmelden/sleutelbos", pages.sign_in_with_keyring),
    ("POST", "/afmelden", pages.sign_out),
    ("GET", "/begin", pages.first_page),
    ("POST", "/begin", pages.first),
    ("GET", "/casus/nieuw", pages_case.new_page),
    ("POST", "/casus/nieuw", pages_case.new),
    ("GET", "/casus/{case}", pages_case.overview),
    ("GET", "/casus/{case}/tekst", pages_case.text_page),
    ("POST", "/casus/{case}/tekst", pages_case.text),
    ("POST", "/casus/{case}/onderdeel", pages_case.take_extra),
    ("GET", "/casus/{case}/formulier", pages_case.form_page),
    ("POST", "/casus/{case}/formulier", pages_case.form),
    ("GET", "/casus/{case}/nakijken", pages_case.review_page),
    ("GET", "/casus/{case}/stand", pages_case.review_state),
    ("POST", "/casus/{case}/besluit", pages_case.decide),
    ("GET", "/casus/{case}/versturen", pages_network.send_page),
    ("POST", "/casus/{case}/versturen", pages_network.send),
    ("GET", "/casus/{case}/antwoord", pages_case.answer_page),
    ("GET", "/casus/{case}/brief.{form}", pages_case.letter),
    ("GET", "/casus/{case}/intrekken", pages_network.withdraw_page),
    ("POST", "/casus/{case}/intrekken", pages_network.withdraw),
    ("POST", "/casus/{case}/weggooien", pages_case.forget),
    ("POST", "/casus/{case}/aanpassen", pages_missed.revise),
    ("GET", "/gemist", pages_missed.page),
    ("POST", "/verversen", pages_network.refresh),
    ("GET", "/vrijgeven", pages_network.releases),
    ("GET", "/vrijgeven/{case}", pages_network.release_page),
    ("POST", "/vrijgeven/{case}", pages_network.release),
    ("GET", "/instellingen", pages_network.settings_page),
    ("POST", "/instellingen/netwerk", pages_network.set_network),
    ("POST", "/instellingen/wachtzin", pages_network.set_passphrase),
    ("POST", "/instellingen/medewerker", pages_network.add_worker),
    ("POST", "/instellingen/reservekopie", pages_network.backup),
    ("POST", "/instellingen/koppeling", pages_network.new_token),
    ("POST", "/api/aanleveren", pages_case.hand_over),
)


def _guarded(handler: Handler) -> Handler:
    """Return the handler with its refusals as pages or, for a program, as JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except pages.NotSignedIn:
            if _wants_json(request):
                return JSONResponse({"code": "not_signed_in", "detail": "U bent niet meer aangemeld."}, 401)
            return RedirectResponse("/aanmelden", 303)
        except Refusal as refusal:
            return _refused(request, refusal.code, refusal.detail, 409)
        except ClientError as error:
            detail = getattr(error, "detail", "Dat kan nu niet.")
            return _refused(request, error.code, detail, HTTP_STATUS.get(error.code, 400))
        except ModelUnavailable as error:
            return _refused(request, error.code, NO_MODEL, 503)
        except AnonymisationError as error:
            return _refused(request, error.code, UNREADABLE, 400)
        except Exception as error:  # noqa: BLE001 - the server would write a traceback, which can hold what was typed
            log.error("station_error kind=%s", type(error).__name__)
            return _refused(request, "internal", BROKEN, 500)

    return answer


def _refused(request: Request, code: str, detail: str, status: int) -> Response:
    if _wants_json(request):
        return JSONResponse({"code": code, "detail": detail}, status)
    return error_page(request, detail, status)


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


async def _missing(request: Request, _error: Exception) -> Response:
    return _refused(request, "not_found", "Deze pagina bestaat niet.", 404)


class Surroundings:
    """ASGI middleware: only our own address, only our own pages, bounded bodies, strict headers.

    The host is checked because another website can let its own name point at this computer (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self.app = app
        self.origin = origin.rstrip("/")
        self.host = self.origin.split("://", 1)[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sender = partial(_with_headers, send, static=scope["path"].startswith("/static/"))
        headers = Headers(scope=scope)
        if headers.get("host") != self.host or "\x00" in scope["path"]:
            await Response("Dit adres hoort niet bij dit station.", 421)(scope, receive, sender)
        elif scope["method"] not in {"GET", "HEAD"} and not self._is_ours(headers, scope["path"]):
            await Response("Deze pagina hoort niet bij dit station.", 403)(scope, receive, sender)
        elif int(length if (length := headers.get("content-length", "0")).isdecimal() else "0") > MAX_BODY_BYTES:
            await Response("Dit bestand is te groot: er past 20 MB in.", 413)(scope, receive, sender)
        else:
            await self.app(scope, _Bounded(receive), sender)

    def _is_ours(self, headers: Headers, path: str) -> bool:
        origin = headers.get("origin")
        # A program on this computer sends no origin; it shows a token instead.
        return origin == self.origin or (origin is None and path.startswith("/api/"))


class _Bounded:
    """Receives a body up to the limit; what is longer ends as if the browser had gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._left = MAX_BODY_BYTES

    async def __call__(self) -> Message:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        return message if self._left >= 0 else {"type": "http.disconnect"}


async def _with_headers(send: Send, message: Message, *, static: bool) -> None:
    if message["type"] == "http.response.start":
        headers = MutableHeaders(scope=message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if not static:
            headers.setdefault("Cache-Control", "no-store")
    await send(message)
