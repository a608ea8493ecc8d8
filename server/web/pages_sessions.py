"""A session before, during and after: its agenda, its composition, and the live room."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from anonymisation.forms import PSEUDONYM
from server.accounts.model import Actor
from server.errors import NotFound
from server.network import service as network
from server.network.model import Circle
from server.protocol.dutch import FIELD_NL, LABEL_NL
from server.sessions import service as sessions
from server.sessions.model import Session
from server.web.context import context_of, signed_in
from server.web.pages_render import render


async def session(request: Request) -> Response:
    """Show the agenda and who sits at the table."""
    actor = await signed_in(request)
    found, circle = await _read(request, actor)
    return render(request, "session.html", actor=actor, session=found, circle=circle, seat=circle.seat_of(actor.member))


async def live(request: Request) -> Response:
    """Show the live session to who has a seat or may take one."""
    actor = await signed_in(request)
    found, circle = await _read(request, actor)
    if circle.seat_of(actor.member) is None:
        raise NotFound("U hebt geen plaats in deze kring. Daarom kunt u niet aan deze sessie deelnemen.")
    return render(
        request,
        "live.html",
        actor=actor,
        session=found,
        setup={
            "session": found.id,
            "title": found.circle_name,
            "labels": LABEL_NL,
            "fields": FIELD_NL,
            "pseudonym": PSEUDONYM.pattern,
        },
    )


async def _read(request: Request, actor: Actor) -> tuple[Session, Circle]:
    store = context_of(request).store
    found = await sessions.read_session(store, actor, request.path_params["session"])
    circles = await network.list_circles(store.database, actor)
    return found, next(circle for circle in circles if circle.id == found.circle)
