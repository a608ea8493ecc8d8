"""The pages of one case at the station: text, form, review, answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from anonymisation.document import EntityType
from anonymisation.language import looks_dutch
from anonymisation.review import ReasonCode
from clients.errors import DocumentRefused, StationError
from clients.station.desk import Change, Desk
from clients.station.documents import open_document
from clients.station.draft import Draft, DraftState, ExtraLine
from clients.station.letter import Letter, as_docx, as_pdf, as_text
from clients.station.preparation import Act, Ruling
from clients.station.web.answer import letter_of
from clients.station.web.pages import apart, desk_of, go, setup_of, typed
from clients.station.web.render import render
from clients.station.web.state import State, state_of
from clients.station.words import LACKING_NL
from server.protocol.dutch import CONSENT_HOW_NL, CONSENT_SCOPE_NL, GROUND_NL, REQUEST_NL
from server.protocol.http import TEXT_FIELDS, BasisForm
from server.protocol.words import TRIGGER_NL, BasisKind, ConsentHow, ConsentScope, OtherGround, RequestType, Trigger

E = TypeVar("E")

MAX_FILE_BYTES = 20 * 1024 * 1024
KNOWN_LISTS = ("names", "relatives", "addresses", "phones", "emails", "others")
PERMANENT = "Deze koppeling kent het station niet. Maak bij Instellingen een nieuwe sleutel voor de koppeling."
CHANGED = "De tekst is intussen veranderd. Laad de pagina opnieuw en beslis dan."
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
}


def _case(request: Request) -> tuple[Desk, Draft]:
    desk = desk_of(request)
    return desk, desk.draft(request.path_params["case"])


async def new_page(request: Request) -> Response:
    """Ask for a text or a file, and for what is known of the person."""
    desk = desk_of(request)
    return render(request, "new.html", worker=desk.worker, wrong="", text="", known={})


async def new(request: Request) -> Response:
    """Begin a case with what was pasted or opened."""
    desk = desk_of(request)
    async with request.form(max_files=1, max_fields=100, max_part_size=2 * 1024 * 1024) as form:
        plain = {name: value for name, value in form.items() if isinstance(value, str)}
        file = form.get("bestand")
        given = (file.filename, await file.read(MAX_FILE_BYTES + 1)) if isinstance(file, UploadFile) else ("", b"")
    try:
        draft = await apart(request, lambda: _begun(desk, given[0] or "", given[1], plain))
    except (StationError, DocumentRefused) as error:
        return render(
            request,
            "new.html",
            status=400,
            worker=desk.worker,
            wrong=error.detail,
            text=plain.get("text", ""),
            known=plain,
        )
    if draft.extras:
        return go(f"/casus/{draft.id}/tekst")
    return go(f"/casus/{draft.id}/formulier")


def _begun(desk: Desk, name: str, data: bytes, plain: Mapping[str, str]) -> Draft:
    known = _known(plain)
    if name:
        opened = open_document(name, data)
        extras = [ExtraLine(one.kind.name, one.place, one.text) for one in opened.extras]
        return desk.begin(opened.text, source=name.rsplit(".", 1)[-1].lower()[:8], extras=extras, known=known)
    if plain.get("text", "").strip():
        return desk.begin(plain["text"], known=known)
    raise StationError("Plak een tekst of kies een bestand.", code="empty")


async def overview(request: Request) -> Response:
    """Go to where the case stands."""
    _, draft = _case(request)
    if draft.state is DraftState.BEGUN:
        return go(f"/casus/{draft.id}/{'formulier' if draft.missing() else 'nakijken'}")
    return go(f"/casus/{draft.id}/antwoord")


async def text_page(request: Request) -> Response:
    """Show the text, what stood beside it in the document, and what is known of the person."""
    desk, draft = _case(request)
    return render(request, "text.html", worker=desk.worker, draft=draft, wrong="", known=_shown_known(draft))


async def text(request: Request) -> Response:
    """Keep a changed text and what is known of the person."""
    desk, draft = _case(request)
    form = await typed(request)
    change = Change(fields={"text": form.get("text", "")}, known=_known(form))
    await apart(request, lambda: desk.edit(draft.id, change))
    return _kept(request, draft, "formulier")


async def take_extra(request: Request) -> Response:
    """Put something that stood beside the text into it."""
    desk, draft = _case(request)
    number = (await typed(request)).get("nummer", "")
    place = int(number) if number.isascii() and number.isdigit() else -1
    await apart(request, lambda: desk.take_extra(draft.id, place))
    return go(f"/casus/{draft.id}/tekst?gelukt=onderdeel")


async def form_page(request: Request) -> Response:
    """Show the form: five mandatory fields, the rest folded away."""
    desk, draft = _case(request)
    return render(
        request,
        "form.html",
        worker=desk.worker,
        draft=draft,
        today=desk.now().date(),
        how=CONSENT_HOW_NL,
        scope=CONSENT_SCOPE_NL,
        grounds=GROUND_NL,
        requests=REQUEST_NL,
        triggers=TRIGGER_NL,
        lacking=[LACKING_NL[one] for one in draft.missing()] if request.query_params.get("mist") else [],
    )


async def form(request: Request) -> Response:
    """Keep the form; the crisis question stops it and points the way."""
    desk, draft = _case(request)
    given = await typed(request)
    acute = {"ja": True, "nee": False}.get(given.get("acuut", ""))
    change = Change(
        fields={name: given[name] for name in TEXT_FIELDS if name in given},
        trigger=_one(Trigger, given.get("aanleiding")),
        request_type=_one(RequestType, given.get("soort")),
        basis=_basis(given),
        acute=acute,
    )
    draft = await apart(request, lambda: desk.edit(draft.id, change))
    if request.headers.get("x-autosave"):
        return Response(status_code=204)
    if draft.acute:
        return render(request, "acute.html", worker=desk.worker, draft=draft)
    if draft.missing():
        return go(f"/casus/{draft.id}/formulier?mist=ja")
    return go(f"/casus/{draft.id}/nakijken")


async def review_page(request: Request) -> Response:
    """Show the review screen; the program in the page asks for its state."""
    desk, draft = _case(request)
    if not draft.open:
        return go(f"/casus/{draft.id}")
    state = await apart(request, lambda: _state(desk, draft.id))
    return render(
        request,
        "review.html",
        worker=desk.worker,
        draft=draft,
        state=msgspec.to_builtins(state),
        foreign=not looks_dutch(draft.fields.get("text", "")),
    )


async def review_state(request: Request) -> Response:
    """Return the state of the review as JSON."""
    desk, draft = _case(request)
    return _json(await apart(request, lambda: state_of(desk, draft)))


class Decided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A decision as the review screen sends it; `act` is an act, `all`, or `undo`.

    `words` are those of the mark that was shown: the text may have been changed since, at another screen.
    """

    act: str
    field: str = ""
    start: int = 0
    end: int = 0
    label: str = ""
    reason: str = ""
    everywhere: bool = False
    warning: str = ""
    words: str = ""


async def decide(request: Request) -> Response:
    """Take a decision and return the new state."""
    desk, draft = _case(request)
    try:
        given = msgspec.json.decode(await request.body(), type=Decided)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StationError("Dit besluit is niet te lezen. Laad de pagina opnieuw.", code="bad_request") from None

    def work() -> object:
        if given.act == "undo":
            desk.undo(draft.id)
        elif given.act == "all":
            desk.accept_all(draft.id)
        else:
            if given.words and given.words != _words(desk.draft(draft.id), given):
                raise StationError(CHANGED, code="changed")
            desk.decide(draft.id, _ruling(given))
        return _state(desk, draft.id)

    return _json(await apart(request, work))


def _words(draft: Draft, given: Decided) -> str:
    text = draft.fields.get(given.field, "").replace("\x1e", " ")
    return text[max(0, given.start) : max(0, given.end)]


def _state(desk: Desk, case: str) -> State:
    """Return the state of a review; when all is decided the second look follows at once, and may ask for more."""
    if not desk.preparation(desk.draft(case)).pending:
        desk.second_look(case)
    return state_of(desk, desk.draft(case))


def _ruling(given: Decided) -> Ruling:
    act = _one(Act, given.act)
    if act is None:
        raise StationError("Dit besluit kent het station niet.", code="bad_request")
    label, reason = _one(EntityType, given.label), _one(ReasonCode, given.reason)
    return Ruling(act, given.field, given.start, given.end, label, reason, given.everywhere, given.warning)


async def answer_page(request: Request) -> Response:
    """Show where a sent case stands and, when it is there, the answer in the submitter's own names."""
    desk, draft = _case(request)
    if draft.open:
        return go(f"/casus/{draft.id}")
    text, dissent = desk.own_words(draft)
    return render(request, "answer.html", worker=desk.worker, draft=draft, text=text, dissent=dissent)


async def letter(request: Request) -> Response:
    """Return the answer as a letter for the own record."""
    desk, draft = _case(request)
    if draft.reply is None:
        raise StationError("Er is nog geen antwoord.", code="no_answer")
    made, form = letter_of(desk, draft), request.path_params["form"]
    if form not in TYPES:
        raise StationError("Deze soort brief is er niet.", code="no_such_form")
    data = await apart(request, lambda: _written(made, form))
    headers = {"Content-Disposition": f'attachment; filename="antwoord-casuskring.{form}"'}
    return Response(data, media_type=TYPES[form], headers=headers)


def _written(made: Letter, form: str) -> bytes:
    if form == "docx":
        return as_docx(made)
    return as_pdf(made) if form == "pdf" else as_text(made).encode()


async def forget(request: Request) -> Response:
    """Throw a case away that is not with the network."""
    desk, draft = _case(request)
    await apart(request, lambda: desk.forget(draft.id))
    return go("/?gelukt=weggegooid")


class HandedOver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a record system on this computer hands over: a text, other fields of the form, what is known."""

    text: str
    fields: dict[str, str] = {}
    known: dict[str, Any] = {}


async def hand_over(request: Request) -> Response:
    """Begin a case for a record system that shows the station's token; answers with the page to open."""
    keeper = setup_of(request).keeper
    desk = keeper.any_desk()
    if desk is None:
        raise StationError("Het station is op slot. Meld u eerst aan.", code="locked")
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not desk.may_hand_over(token):
        return JSONResponse({"code": "unknown_token", "detail": PERMANENT}, 401)
    try:
        given = msgspec.json.decode(await request.body(), type=HandedOver)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise StationError("Wat het systeem aanlevert is niet te lezen.", code="bad_request") from None
    draft = desk.begin(given.text, source="koppeling", fields=given.fields, known=given.known)
    return JSONResponse({"id": draft.id, "url": f"{setup_of(request).origin}/casus/{draft.id}/formulier"}, 201)


# --- reading forms -------------------------------------------------------------------------------------------------


def _kept(request: Request, draft: Draft, step: str) -> Response:
    if request.headers.get("x-autosave"):
        return Response(status_code=204)
    return go(f"/casus/{draft.id}/{step}")


def _one(kind: type[E], value: str | None) -> E | None:
    try:
        return kind(value) if value else None  # type: ignore[call-arg]
    except ValueError:
        return None


def _known(form: Mapping[str, str]) -> dict[str, object]:
    """Read what is known of the person: one a line."""
    known: dict[str, object] = {}
    for name in KNOWN_LISTS:
        lines = [line.strip() for line in form.get(f"known_{name}", "").splitlines() if line.strip()]
        if lines:
            known[name] = lines
    for name in ("birth_date", "bsn"):
        if value := form.get(f"known_{name}", "").strip():
            known[name] = value.replace(" ", "-") if name == "birth_date" else value
    return known


def _shown_known(draft: Draft) -> dict[str, str]:
    shown: dict[str, str] = {}
    for name, value in draft.known.items():
        shown[f"known_{name}"] = "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    return shown


def _basis(form: Mapping[str, str]) -> BasisForm | None:
    """Read the ground; None while it is not complete."""
    kind, on = _one(BasisKind, form.get("grondslag")), _day(form.get("op", ""))
    if kind is None or on is None:
        return None
    how, scope = _one(ConsentHow, form.get("hoe")), _one(ConsentScope, form.get("bereik"))
    reason = _one(OtherGround, form.get("reden"))
    informed = form.get("geinformeerd") == "ja"
    if kind is BasisKind.CONSENT:
        return BasisForm(kind, on, informed, how=how, scope=scope) if how and scope else None
    return BasisForm(kind, on, informed, reason=reason) if reason else None


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
