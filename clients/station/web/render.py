"""Turns a template and values into a page of the station."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from anonymisation.forms import pseudonym_spans
from clients.station import words
from clients.station.outbox import alarm_of
from clients.station.witness import Alarm
from server.protocol import dutch
from server.protocol import words as shared

HERE = Path(__file__).parent
COOKIE = "station"
"""Holds the token of a login."""
STATIC = HERE.parent / "static" / "build"


def pieces(text: str) -> list[tuple[str, bool]]:
    """Return a protected text in pieces, each with whether it is a pseudonym."""
    result: list[tuple[str, bool]] = []
    at = 0
    for start, end in pseudonym_spans(text):
        result += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [one for one in (*result, (text[at:], False)) if one[0]]


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates: escaping is on, and a name that a page forgot to give is an error."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.policies["json.dumps_kwargs"] = {"sort_keys": False}
    templates.filters.update(moment=dutch.moment, day=dutch.day, pieces=pieces)
    templates.globals.update(
        {name: value for module in (dutch, words) for name, value in vars(module).items() if name.endswith("_NL")},
        TRIGGER_NL=shared.TRIGGER_NL,
        OUTCOME_NL=shared.OUTCOME_NL,
        DOMAIN_NL=shared.DOMAIN_NL,
        OVERRULE_NL=shared.OVERRULE_NL,
        static=static_address,
    )
    return templates


@lru_cache(maxsize=16)
def static_address(name: str) -> str:
    """Return the address of a static file with a mark of its content, so that an upgrade is never half old."""
    file = STATIC / name
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.exists() else "0"
    return f"/static/{name}?v={mark}"


def _alarm(request: Request) -> Alarm | None:
    """Return the alarm about the network's log: on every page of who is signed in, for none may be sent unseen."""
    desk = request.app.state.setup.keeper.desk(request.cookies.get(COOKIE, ""))
    return alarm_of(desk) if desk is not None else None


def render(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    """Return a page. `worker` among the values is who reads it; without one there is no menu."""
    page = environment().get_template(template)
    notice = words.NOTICE_NL.get(request.query_params.get("gelukt", ""), "")
    alarm = _alarm(request) if values.get("worker") and template != "alarm.html" else None
    html = page.render(**({"path": request.url.path, "notice": notice, "worker": "", "alarm": alarm} | values))
    return HTMLResponse(html, status)


def error_page(request: Request, detail: str, status: int, *, worker: str = "") -> Response:
    """Return the page of a refusal: a sentence that says what to do."""
    return render(request, "error.html", status=status, detail=detail, worker=worker)
