"""My circles: who sits in them, and which sessions come."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.network import service as network
from server.protocol.view import Stage
from server.protocol.words import Role
from server.sessions import service as sessions
from server.web.context import context_of, signed_in
from server.web.pages_render import render


async def home(request: Request) -> Response:
    """Show my circles with their sessions, the ones to come first."""
    context, actor = context_of(request), await signed_in(request)
    circles = await network.list_circles(context.store.database, actor)
    planned = await sessions.list_sessions(context.store, actor)
    to_come = [one for one in planned if one.stage != Stage.SEALED.value]
    past = [one for one in reversed(planned) if one.stage == Stage.SEALED.value]
    return render(
        request,
        "home.html",
        actor=actor,
        circles=circles,
        to_come={circle.id: [one for one in to_come if one.circle == circle.id] for circle in circles},
        past={circle.id: [one for one in past if one.circle == circle.id] for circle in circles},
        coordinates=actor.has(Role.COORDINATOR),
    )
