"""One table for the HTTP API: what each route takes, gives and may refuse. OpenAPI is written from the same table."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.accounts.model import Actor
from server.errors import BadRequest, ServiceError, TooLarge
from server.protocol.http import MAX_BODY_BYTES, Place, Problem
from server.web.context import Context, context_of, signed_in

PREFIX = "/api/v1"
NUL = b"\\u0000"
_WHOLE_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_PLACE = re.compile(r"0|[1-9][0-9]{0,17}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"[^\s\x00-\x20\x7f\ud800-\udfff]{1,256}")
T = TypeVar("T", bound=Struct)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, taken apart: the parts of the service, who asks, the body and the path's values."""

    context: Context
    actor: Actor | None
    body: Struct | None
    path: dict[str, str]
    query: dict[str, str]

    def who(self) -> Actor:
        """Return who asks; only routes that need no login may have nobody."""
        if self.actor is None:
            raise RuntimeError("a route without login asked who is signed in")
        return self.actor

    def number(self, name: str) -> int:
        """Return a whole number from 1 that the query must have, as plain digits.

        Raises:
            BadRequest: it is not there, or is written in any other way.
        """
        value = self.query.get(name, "")
        if not _WHOLE_NUMBER.fullmatch(value):
            raise BadRequest(f"Geef bij `{name}` een heel getal vanaf 1.", code="bad_number")
        return int(value)

    def text(self, name: str) -> str:
        """Return a word that the query must have: 1 to 256 characters without spaces.

        Raises:
            BadRequest: it is not there, or is no such word.
        """
        value = self.query.get(name, "")
        if not _WORD.fullmatch(value):
            raise BadRequest(f"Geef bij `{name}` een woord zonder spaties.", code="bad_text")
        return value


def place(value: str) -> int:
    """Return the number of an entry, from 0, out of what an address holds.

    Raises:
        BadRequest: it is no plain number.
    """
    if not _PLACE.fullmatch(value):
        raise BadRequest("Het nummer van een vermelding is een heel getal vanaf 0.", code="bad_number")
    return int(value)


def calendar_day(value: str) -> date:
    """Return a day out of what an address holds, such as `2026-12-03`.

    Raises:
        BadRequest: another form, or a day that does not exist.
    """
    try:
        # The pattern first: Python would also take other forms and other digits.
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise BadRequest("Schrijf een datum als jaar-maand-dag, bijvoorbeeld 2026-12-03.", code="bad_day")
    return found


Handler = Callable[[Call], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the table. What the query must have: `numbers` are whole (from 1), `texts` are words; what it may
    have: `options`, each with its JSON schema type. `most_bytes` bounds the body.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    takes: type[Struct] | None = None
    gives: object = None
    status: int = 200
    login: bool = True
    numbers: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    most_bytes: int = MAX_BODY_BYTES

    def route(self) -> Route:
        """Return the Starlette route."""
        return Route(PREFIX + self.path, self._serve, methods=[self.method], name=self.name)

    @property
    def name(self) -> str:
        """A unique name, which is OpenAPI's operationId."""
        return self.handler.__name__

    async def _serve(self, request: Request) -> Response:
        context = context_of(request)
        actor = await signed_in(request) if self.login else None
        body = decode(await read_body(request, self.most_bytes), self.takes) if self.takes is not None else None
        call = Call(context, actor, body, dict(request.path_params), dict(request.query_params))
        result = await self.handler(call)
        if result is None:
            return Response(status_code=204)
        return json_response(result, self.status)


async def read_body(request: Request, most_bytes: int = MAX_BODY_BYTES) -> bytes:
    """Return the body.

    Raises:
        TooLarge: it has more bytes than `most_bytes`, whatever its header says.
        BadRequest: it is not announced as JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadRequest("Stuur JSON, met Content-Type: application/json.", code="not_json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge
    return bytes(body)


def decode(body: bytes, kind: type[T]) -> T:
    """Return the body as the struct it must be. The error never repeats what was sent.

    Raises:
        BadRequest: not UTF-8, not JSON, an unknown or missing field, a wrong type, a length outside its bounds, or a
            NUL in a text, which PostgreSQL cannot store.
    """
    try:
        decoded = msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadRequest from None
    if NUL in body and _holds_nul(msgspec.to_builtins(decoded)):
        raise BadRequest("In een tekst staat een teken dat niet kan worden opgeslagen.", code="unprintable")
    return decoded


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\x00" in value
        case dict():
            return any(_holds_nul(one) for one in value.values())
        case list() | tuple():
            return any(_holds_nul(one) for one in value)
    return False


def json_response(result: object, status: int = 200) -> Response:
    """Return an answer as JSON that no cache keeps."""
    return Response(
        msgspec.json.encode(result), status, media_type="application/json", headers={"Cache-Control": "no-store"}
    )


def problem_response(error: ServiceError) -> Response:
    """Return a refusal as RFC 9457 problem details."""
    places = tuple(one for one in error.details if isinstance(one, Place)) if isinstance(error.details, tuple) else ()
    problem = Problem("about:blank", type(error).__name__, error.status, error.code, error.message, places)
    headers = {"Cache-Control": "no-store"}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = msgspec.json.encode(problem)
    return Response(body, error.status, media_type="application/problem+json", headers=headers)
