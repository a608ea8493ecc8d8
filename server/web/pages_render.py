"""Turns a template and values into a page, with everything that all pages share."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from audit.cards import spoken
from server.accounts.model import Actor
from server.protocol import dutch, presets, view, words
from server.web import pages_text, pages_words
from server.web.context import context_of

HERE = Path(__file__).parent

HEADERS = {
    "Cache-Control": "no-store",
    # With `no-referrer` browsers send `Origin: null` with a form, and the Origin check could never pass.
    # Source: Fetch standard, "append a request Origin header".
    "Referrer-Policy": "same-origin",
}


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
    templates.policies["json.dumps_kwargs"] = {"sort_keys": False}  # the order of a case's fields has a meaning
    templates.filters.update(
        moment=dutch.moment,
        day=dutch.day,
        clock=dutch.clock,
        segments=pages_text.segments,
        fingerprint=spoken,
    )
    templates.globals.update(
        DOMAIN_NL=words.DOMAIN_NL,
        FUNCTION_NL=words.FUNCTION_NL,
        CASE_STATE_NL=words.CASE_STATE_NL,
        OUTCOME_NL=words.OUTCOME_NL,
        BOTTLENECK_NL=words.BOTTLENECK_NL,
        OVERRULE_NL=words.OVERRULE_NL,
        STAGE_NL=view.STAGE_NL,
        PRESETS=presets.PRESETS,
        LABEL_NL=dutch.LABEL_NL,
        FIELD_NL=dutch.FIELD_NL,
        AGENDA_NL=pages_words.AGENDA_NL,
        LEVEL_NL=pages_words.LEVEL_NL,
        KEY_STATE_NL=pages_words.KEY_STATE_NL,
        static=static_address,
    )
    return templates


@lru_cache(maxsize=16)
def static_address(name: str) -> str:
    """Return the address of a static file with a mark of its content, so that an upgrade is never half old."""
    file = HERE / "static" / name
    mark = hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.exists() else "0"
    return f"/static/{name}?v={mark}"


def render(request: Request, template: str, *, actor: Actor | None, status: int = 200, **values: object) -> Response:
    """Return a page. `actor` is who reads it; None shows no menu."""
    page = environment().get_template(template)
    html = page.render(
        actor=actor,
        region=context_of(request).settings.region,
        path=request.url.path,
        **({"status": status} | values),
    )
    return HTMLResponse(html, status, headers=HEADERS)
