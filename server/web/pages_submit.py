"""A new case without a station: typed already pseudonymised, checked, shown as the circle will see it, and sent.

Between the steps nothing is kept here: what was typed travels with the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from server.accounts.model import Actor
from server.cases import service as cases
from server.cases.service import Scan, Ways
from server.errors import BadRequest, IdentifiersLeft, NotAllowed, ServiceError, Unauthenticated
from server.protocol.dutch import CONSENT_HOW_NL, CONSENT_SCOPE_NL, FIELD_NL, GROUND_NL, REQUEST_NL, zone
from server.protocol.http import Place, SubmitRequest
from server.protocol.words import OVERRULE_NL, TRIGGER_NL
from server.web.context import context_of, signed_in
from server.web.pages_cases import facts, fields, marks_by_field
from server.web.pages_render import HEADERS, render
from server.web.pages_submit_form import BOUNDS, Kept, Typed, read_typed

AROUND = 40
"""So many code points on each side of a place are shown with it, to find it by."""

NOTHING = Scan((), (), ())
Choice = tuple[str, str, bool]
"""A reason that can be chosen: its value, its words, and whether it is chosen."""

BACK, SEND = "terug", "versturen"
ORDER = {name: number for number, name in enumerate(FIELD_NL)}


@dataclass(frozen=True, slots=True)
class Found:
    """A place in what was typed, shown to its author alone; `start` and `end` count from 1, both included."""

    field: str
    label: str
    start: int
    end: int
    before: str
    word: str
    after: str
    reasons: tuple[Choice, ...] = ()

    def __repr__(self) -> str:
        return "Found(***)"


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that somebody sent, with who it is and where they may submit."""

    request: Request
    actor: Actor
    ways: Ways
    typed: Typed


async def form(request: Request) -> Response:
    """Show the form, or the sentence for who cannot submit."""
    context, actor = context_of(request), await signed_in(request)
    ways = await cases.ways_to_submit(context.store, actor)
    if ways.why_not:
        return _why_not(request, actor, ways)
    today = context.store.database.now().astimezone(zone()).date()
    return _form(Asked(request, actor, ways, Typed.empty(_fresh_key(request), today)))


async def take(request: Request) -> Response:
    """Check what was typed, or submit it; whatever is wrong comes back with the words still in the form."""
    store, actor = context_of(request).store, await signed_in(request)
    typed = await read_typed(request, _fresh_key(request))
    try:
        await cases.begin(store, actor, acute=typed.acute)
    except BadRequest as acute:
        return render(request, "submit_acute.html", actor=actor, status=acute.status, typed=typed)
    ways = await cases.ways_to_submit(store, actor)
    if not ways.circles:
        return _why_not(request, actor, ways)
    asked = Asked(request, actor, ways, typed)
    if typed.step == BACK:
        return _form(asked)
    problems = typed.problems([one.id for one in ways.circles])
    if problems:
        return _form(asked, status=BadRequest.status, problems=problems)
    return await _judged(asked)


async def _judged(asked: Asked) -> Response:
    context = context_of(asked.request)
    try:
        wanted = asked.typed.request()
        if asked.typed.step == SEND:
            await cases.submit(context.store, context.detector, asked.actor, wanted)
            return RedirectResponse("/casussen?gelukt=ingediend", 303, headers=HEADERS)
        scan = await cases.check(context.store, context.detector, asked.actor, wanted)
    except (NotAllowed, Unauthenticated):
        raise
    except IdentifiersLeft as left:
        return _form(asked, status=left.status, scan=_scan_of(left))
    except ServiceError as refused:
        return _form(asked, status=refused.status, problems=[("", refused.message)])
    if scan.refused or scan.undecided:
        return _form(asked, status=IdentifiersLeft.status, scan=scan)
    return _preview(asked, wanted, scan)


def _scan_of(left: IdentifiersLeft) -> Scan:
    details = left.details if isinstance(left.details, tuple) else ()
    places = tuple(one for one in details if isinstance(one, Place))
    hard = left.code == IdentifiersLeft.code
    return Scan(refused=places if hard else (), undecided=() if hard else places, doubtful=())


def _why_not(request: Request, actor: Actor, ways: Ways) -> Response:
    return render(request, "submit_not.html", actor=actor, status=NotAllowed.status, why_not=ways.why_not)


def _form(
    asked: Asked, *, status: int = 200, problems: Sequence[tuple[str, str]] = (), scan: Scan = NOTHING
) -> Response:
    typed = asked.typed
    return render(
        asked.request,
        "submit.html",
        actor=asked.actor,
        status=status,
        typed=typed,
        circles=asked.ways.circles,
        problems=problems,
        wrong=dict(problems),
        refused=[_found(typed, one) for one in _in_order(scan.refused)],
        to_decide=_to_decide(typed, scan.undecided),
        asked=bool(scan.undecided),
        bounds=BOUNDS,
        TRIGGER_NL=TRIGGER_NL,
        REQUEST_NL=REQUEST_NL,
        HOW_NL=CONSENT_HOW_NL,
        SCOPE_NL=CONSENT_SCOPE_NL,
        GROUND_NL=GROUND_NL,
    )


def _preview(asked: Asked, wanted: SubmitRequest, scan: Scan) -> Response:
    stays = (*wanted.rejected, *scan.doubtful)
    return render(
        asked.request,
        "submit_check.html",
        actor=asked.actor,
        typed=asked.typed,
        circle=next(one for one in asked.ways.circles if one.id == wanted.circle),
        question=wanted.form.question,
        facts=facts(wanted.form),
        fields=fields(wanted.form),
        rejected=list(enumerate(stays, 1)),
        marks=marks_by_field(stays),
    )


def _to_decide(typed: Typed, undecided: Sequence[Place]) -> list[Found]:
    """Return the places that still need a decision and those that have one, so that it can be taken otherwise."""
    standing = typed.standing()
    decided = [Place(one.field, one.start, one.end, one.label, hard=False) for one in standing]
    places = {(one.field, one.start, one.end, one.label): one for one in (*decided, *undecided)}
    return [_found(typed, one, _reasons(typed, one)) for one in _in_order(places.values())]


def _in_order(places: Iterable[Place]) -> list[Place]:
    return sorted(places, key=lambda one: (ORDER.get(one.field, len(ORDER)), one.start, one.end))


def _found(typed: Typed, place: Place, reasons: tuple[Choice, ...] = ()) -> Found:
    text = typed.texts.get(place.field, "")
    before, after = text[: place.start][-AROUND:], text[place.end :][:AROUND]
    word = text[place.start : place.end]
    return Found(place.field, place.label, place.start + 1, place.end, before, word, after, reasons)


def _reasons(typed: Typed, place: Place) -> tuple[Choice, ...]:
    word = typed.texts.get(place.field, "")[place.start : place.end]
    # When other words were changed, a place moves: then the reason is proposed again, and counts once it is sent again.
    same = (one for one in typed.kept if (one.field, one.label, one.word) == (place.field, place.label, word))
    chosen = next((one.reason for one in same), None)
    return tuple(
        (Kept(place.field, place.start, place.end, place.label, reason, word).value, words, reason is chosen)
        for reason, words in OVERRULE_NL.items()
    )


def _fresh_key(request: Request) -> str:
    return context_of(request).store.database.random_bytes(16).hex()
