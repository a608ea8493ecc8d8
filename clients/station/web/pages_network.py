"""The pages that speak with the network service: sending, releasing, withdrawing, and the settings."""

from __future__ import annotations

import secrets
import tempfile
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from clients.errors import ClientError, Refusal, StationError, Unreachable
from clients.station.desk import Change, Desk, Login
from clients.station.draft import Draft, DraftState
from clients.station.origins import is_origin
from clients.station.outbox import Outbox
from clients.station.web.changes import changes
from clients.station.web.pages import apart, desk_of, go, setup_of, typed
from clients.station.web.render import render
from clients.station.web.state import state_of
from server.protocol.dutch import FIELD_NL
from server.protocol.http import CircleAnswer


def _outbox(request: Request, desk: Desk) -> Outbox:
    return Outbox.of(desk, setup_of(request).connect)


def _detail(error: ClientError) -> str:
    return str(getattr(error, "detail", "Dat kan nu niet."))


async def send_page(request: Request) -> Response:
    """Show the case exactly as the circle will see it, and ask which circle it is for."""
    desk = desk_of(request)
    draft = desk.draft(request.path_params["case"])
    if not draft.open:
        return go(f"/casus/{draft.id}")
    state = await apart(request, lambda: state_of(desk, draft))
    return await _sending(request, desk, draft, lacking=list(state.lacking), wrong=draft.refused)


async def _sending(
    request: Request, desk: Desk, draft: Draft, *, lacking: list[str], wrong: str, status: int = 200
) -> Response:
    circles: list[CircleAnswer] = []
    offline = ""
    try:
        async with _outbox(request, desk) as line:
            circles = await line.circles()
    except (StationError, Refusal) as error:
        offline = _detail(error)
    prepared = await apart(request, lambda: desk.preparation(draft))
    fields = [(FIELD_NL[name], value) for name, value in prepared.fields.items()]
    return render(
        request,
        "send.html",
        status=status,
        worker=desk.worker,
        draft=draft,
        fields=fields,
        circles=circles,
        offline=offline,
        lacking=lacking,
        wrong=wrong,
    )


async def send(request: Request) -> Response:
    """Send a case; what cannot go out now waits, sealed, and goes out later once."""
    desk = desk_of(request)
    draft = desk.draft(request.path_params["case"])
    circle = (await typed(request)).get("kring", "")
    try:
        if draft.open and circle:
            await apart(request, lambda: desk.edit(draft.id, Change(circle=circle)))
        async with _outbox(request, desk) as line:
            # In its turn: what another page keeps at this moment must not undo that the case goes out.
            await apart(request, lambda: line.commit(draft.id))
            await line.deliver(draft.id)
    except Unreachable as error:
        if desk.draft(draft.id).state is DraftState.SENDING:
            return go("/")
        return await _sending(request, desk, desk.draft(draft.id), lacking=[], wrong=error.detail, status=503)
    except (StationError, Refusal) as error:
        again = desk.draft(draft.id)
        state = await apart(request, lambda: state_of(desk, again)) if again.open else None
        lacking = list(state.lacking) if state else []
        return await _sending(request, desk, again, lacking=lacking, wrong=_detail(error), status=409)
    return go(f"/casus/{draft.id}/antwoord?gelukt=verstuurd")


async def withdraw_page(request: Request) -> Response:
    """Ask once more before a case is taken back."""
    desk = desk_of(request)
    return render(request, "withdraw.html", worker=desk.worker, draft=desk.draft(request.path_params["case"]))


async def withdraw(request: Request) -> Response:
    """Take a case back."""
    desk = desk_of(request)
    async with _outbox(request, desk) as line:
        await line.withdraw(request.path_params["case"])
    return go(f"/casus/{request.path_params['case']}/antwoord?gelukt=ingetrokken")


async def refresh(request: Request) -> Response:
    """Send what waits and fetch what is there; the line itself looks at the network's log at every contact."""
    desk = desk_of(request)
    async with _outbox(request, desk) as line:
        await line.flush()
        waiting = sum(map(line.may_wait, await line.refresh()))
    # A number and no more: what waits is read on its own page, where reading is logged.
    return go(f"/?gelukt=ververst&wachten={waiting}" if waiting else "/?gelukt=ververst")


async def releases(request: Request) -> Response:
    """Show the colleagues' cases that wait for a second person; no content, only that they wait."""
    desk = desk_of(request)
    async with _outbox(request, desk) as line:
        waiting = await line.to_release()
    return render(request, "releases.html", worker=desk.worker, waiting=waiting)


async def release_page(request: Request) -> Response:
    """Show a colleague's case as the circle will see it, with the places that were kept and why."""
    desk = desk_of(request)
    async with _outbox(request, desk) as line:
        case = await line.read(request.path_params["case"])
    fields = [(name, FIELD_NL[name], getattr(case.form, name)) for name in FIELD_NL if getattr(case.form, name)]
    changed = await apart(request, lambda: changes(desk, case.id, case.form))
    return render(request, "release.html", worker=desk.worker, case=case, fields=fields, changed=changed)


async def release(request: Request) -> Response:
    """Let the circle have a colleague's case."""
    desk = desk_of(request)
    async with _outbox(request, desk) as line:
        await line.release(request.path_params["case"])
    return go("/vrijgeven?gelukt=vrijgegeven")


async def settings_page(request: Request) -> Response:
    """Show the settings of this worker and of the station."""
    return _settings(request, desk_of(request))


def _settings(request: Request, desk: Desk, *, wrong: str = "", token: str = "", status: int = 200) -> Response:
    login = desk.login()
    return render(
        request,
        "settings.html",
        status=status,
        worker=desk.worker,
        login=login,
        wrong=wrong,
        token=token,
        workers=setup_of(request).keeper.vault.workers(),
        origin=setup_of(request).origin,
    )


async def set_network(request: Request) -> Response:
    """Keep the worker's login at the network when the service takes it."""
    desk, form = desk_of(request), await typed(request)
    earlier = desk.login()
    origin = form.get("adres", "").strip().rstrip("/")
    name, password = form.get("naam", "").strip(), form.get("wachtwoord", "")
    if not is_origin(origin):
        return _settings(request, desk, wrong="Het adres begint met https://.", status=400)
    if not password:
        # What was given to one service is not shown to another.
        if earlier is None or (earlier.origin, earlier.login) != (origin, name):
            return _settings(request, desk, wrong="Vul ook uw wachtwoord daar in.", status=400)
        password = earlier.password
    login = Login(origin, name, password)
    line = Outbox(desk, setup_of(request).connect(origin), login)
    try:
        async with line:
            await line.watch()
    except ClientError as error:
        return _settings(request, desk, wrong=_detail(error), status=400)
    desk.set_login(login)
    return go("/instellingen?gelukt=aangemeld")


async def set_passphrase(request: Request) -> Response:
    """Change the worker's own passphrase."""
    desk, form = desk_of(request), await typed(request)
    vault = setup_of(request).keeper.vault
    if form.get("nieuw") != form.get("nogmaals"):
        return _settings(request, desk, wrong="De twee nieuwe wachtzinnen zijn niet hetzelfde.", status=400)
    try:
        old, new = form.get("oud", ""), form.get("nieuw", "")
        await apart(request, lambda: vault.change_passphrase(old, new, worker=desk.worker))
    except ClientError as error:
        return _settings(request, desk, wrong=_detail(error), status=400)
    return go("/instellingen?gelukt=wachtzin")


async def add_worker(request: Request) -> Response:
    """Give a colleague a key to the vault."""
    desk, form = desk_of(request), await typed(request)
    vault, name = setup_of(request).keeper.vault, form.get("naam", "").strip()
    try:
        if not name:
            raise StationError("Vul de naam van de collega in.", code="name")
        await apart(request, lambda: vault.add_worker(name, form.get("wachtzin", "")))
    except ClientError as error:
        return _settings(request, desk, wrong=_detail(error), status=400)
    return go("/instellingen?gelukt=medewerker")


async def backup(request: Request) -> Response:
    """Return the whole vault as one file, still sealed."""
    desk_of(request)
    vault = setup_of(request).keeper.vault

    def work() -> bytes:
        with tempfile.TemporaryDirectory(prefix="station-") as folder:
            target = Path(folder) / "kluis.casuskring"
            vault.backup(target)
            return target.read_bytes()

    data = await apart(request, work)
    headers = {"Content-Disposition": 'attachment; filename="kluis.casuskring"'}
    return Response(data, media_type="application/octet-stream", headers=headers)


async def new_token(request: Request) -> Response:
    """Make a new token for the record system on this computer; the old one stops working."""
    desk = desk_of(request)
    token = secrets.token_urlsafe(24)
    desk.set_token(token)
    return _settings(request, desk, token=token)
