"""The register of structural bottlenecks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.bottlenecks import service as bottlenecks
from server.web.context import context_of, signed_in
from server.web.pages_render import render


async def index(request: Request) -> Response:
    """Show the register; numbers stay away below the threshold."""
    actor = await signed_in(request)
    found = await bottlenecks.list_bottlenecks(context_of(request).store.database, actor)
    return render(
        request,
        "bottlenecks.html",
        actor=actor,
        bottlenecks=found,
        min_cases=bottlenecks.MIN_CASES,
        min_organisations=bottlenecks.MIN_ORGANISATIONS,
    )
