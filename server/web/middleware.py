"""What surrounds every request: limits, origin, headers, and errors that never repeat what was sent."""

from __future__ import annotations

import time

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import metrics
from server.errors import Busy, NotFound, ServiceError, WrongOrigin
from server.protocol.live import Close
from server.web.pages import error_page
from server.web.routing import problem_response

log = structlog.get_logger()

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}
"""The methods that the log names; a client can put any word in that place."""

NUL = "\x00"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Surroundings:
    """ASGI middleware around everything. `origin` is the only origin that may change state from a browser."""

    def __init__(self, app: ASGIApp, *, origin: str, secure: bool) -> None:
        self.app = app
        self.origin = origin
        self.headers = dict(SECURITY_HEADERS)
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass a WebSocket on."""
        if scope["type"] == "websocket" and NUL in scope["path"]:
            await send({"type": "websocket.close", "code": Close.NOT_FOUND})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.monotonic()
        status = 500
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._serve(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - the last place: whatever it is, its text must not get out
            log.error("request_failed", kind=type(error).__name__)
            if not begun:
                await _answer(scope, receive, send_with_headers, _service_error(error))
        finally:
            # The route's pattern, not the path: a path can hold what a person typed.
            route = getattr(scope.get("route"), "path", "-")
            method = scope["method"] if scope["method"] in METHODS else "-"
            metrics.REQUESTS.labels(method, route, status).inc()
            metrics.REQUEST_SECONDS.observe(time.monotonic() - started)
            log.info("request", method=method, route=route, status=status, ms=_since(started))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if NUL in scope["path"]:
            # PostgreSQL cannot even be asked for such a reference, and nothing of ours is named so.
            await _answer(scope, receive, send, NotFound())
            return
        origin = Headers(scope=scope).get("origin")
        if scope["method"] not in SAFE_METHODS and origin is not None and origin != self.origin:
            await _answer(scope, receive, send, WrongOrigin())
            return
        await self.app(scope, receive, send)


def _service_error(error: Exception) -> ServiceError:
    if isinstance(error, ServiceError):
        return error
    return Busy() if isinstance(error, SQLAlchemyError | OSError) else ServiceError()


async def service_error(request: Request, error: Exception) -> Response:
    """Return the answer to a refusal: problem details for the API, a page for people."""
    known = _service_error(error)
    if request.url.path.startswith("/api/"):
        return problem_response(known)
    return await error_page(request, known)


async def not_found(request: Request, _error: Exception) -> Response:
    """Return the answer to an address that does not exist."""
    return await service_error(request, NotFound())


async def _answer(scope: Scope, receive: Receive, send: Send, error: ServiceError) -> None:
    response = await service_error(Request(scope, receive), error)
    await response(scope, receive, send)


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
