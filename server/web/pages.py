"""Pages (first beginning: the error page)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute

from server.errors import ServiceError


def routes() -> list[BaseRoute]:
    """Return the routes of the pages."""
    return []


async def error_page(_request: Request, error: ServiceError) -> Response:
    """Return a page that says what went wrong and what to do."""
    return PlainTextResponse(error.message, error.status)
