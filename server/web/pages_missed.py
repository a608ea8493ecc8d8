"""This was missed, on the page of a case: who reads it says which words are recognisable; only their place is kept."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.accounts.model import Actor
from server.cases import missed
from server.cases.model import Case
from server.errors import BadRequest, Conflict
from server.privacy import breaches
from server.protocol.dutch import FIELD_NL, IDENTIFIER_NL, LABEL_NL
from server.protocol.words import CaseState, IdentifierKind
from server.web.context import context_of, signed_in
from server.web.pages_login import read_form
from server.web.pages_render import HEADERS

WRONG_NL = {
    "words_not_found": missed.NO_WORDS,
    "words_too_common": missed.TOO_OFTEN,
    "no_such_place": missed.NO_PLACE,
    "unknown_label": missed.NO_LABEL,
    "enough_reported": missed.ENOUGH,
}
"""What the form says after a refusal, by the code in its address: what was typed does not come back."""


@dataclass(frozen=True, slots=True)
class MissedPart:
    """The part of a case's page about what was missed. `lines`: field, words, kind; None for another organisation.

    `withheld` are the fields, each with its kind, for which a session took the case off the table.
    """

    choices: tuple[tuple[str, str], ...]
    seen_by_circle: bool
    wrong: str
    lines: tuple[tuple[str, str, str], ...] | None
    withheld: tuple[tuple[str, str], ...]


async def missed_of(request: Request, actor: Actor, case: Case) -> MissedPart:
    """Return what the page of an opened case says about missed places: the list for the submitter's side only."""
    lines, reported = None, []
    if case.state is CaseState.WITHHELD:
        reported = await breaches.reported_fields(context_of(request).store.database, actor, case.row.id)
    if case.row.organisation_id == actor.organisation:
        found = await missed.list_missed(context_of(request).store, actor, case.row.id)
        lines = tuple(_line(case, one.mark) for one in found)
    return MissedPart(
        choices=tuple((name, title) for name, title in FIELD_NL.items() if getattr(case.form, name)),
        seen_by_circle=case.state not in (CaseState.SUBMITTED, CaseState.WITHHELD),
        wrong=WRONG_NL.get(request.query_params.get("mislukt", ""), ""),
        lines=lines,
        withheld=tuple((FIELD_NL[field], IDENTIFIER_NL[IdentifierKind(label)]) for field, label in reported),
    )


def _line(case: Case, mark: missed.Mark) -> tuple[str, str, str]:
    words = getattr(case.form, mark.field)[mark.start : mark.end]
    return FIELD_NL[mark.field], words, LABEL_NL[mark.label]


async def report(request: Request) -> Response:
    """Find the words that a reader typed and report their places; back on the page it says how that went."""
    context, actor, case_id = context_of(request), await signed_in(request), request.path_params["case"]
    typed = await read_form(request)
    field, words, label = (typed.get(name, "") for name in ("veld", "woorden", "soort"))
    page = f"/casussen/{case_id}"
    try:
        await missed.report_words(context.store, actor, case_id, field=field, words=words, label=label)
    except (BadRequest, Conflict) as refusal:
        # Not a page of its own: the reader stays at the case and tries again. The code says all that comes back.
        return RedirectResponse(f"{page}?mislukt={refusal.code}#gemist", 303, headers=HEADERS)
    return RedirectResponse(f"{page}?gelukt=gemeld", 303, headers=HEADERS)
