"""What slipped through: the list with whether it is found now, and the way to withdraw and send a better version."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from starlette.requests import Request
from starlette.responses import Response

from clients.station.desk import Desk
from clients.station.draft import Draft, DraftState
from clients.station.missed import Checked
from clients.station.outbox import Outbox
from clients.station.web.pages import apart, desk_of, go, setup_of
from clients.station.web.render import render


@dataclass(frozen=True, slots=True)
class CaseMissed:
    """The reported places of one case. `step`: what this worker can do: revise, ask the author, or nothing more."""

    draft: Draft | None
    lines: tuple[Checked, ...]
    step: str


async def page(request: Request) -> Response:
    """Show what slipped through, by case, and whether the analyser of now finds it."""
    desk = desk_of(request)
    checked = await apart(request, desk.recheck_missed)
    return render(request, "missed.html", worker=desk.worker, cases=_by_case(desk, checked))


def _by_case(desk: Desk, checked: list[Checked]) -> list[CaseMissed]:
    drafts = {one.id: one for one in desk.drafts()}
    newest = {one.missed.draft: number for number, one in reversed(list(enumerate(checked)))}
    ordered = sorted(checked, key=lambda one: newest[one.missed.draft])
    return [
        CaseMissed(drafts.get(ref), found, _step(desk, drafts.get(ref), found))
        for ref, group in groupby(ordered, key=lambda one: one.missed.draft)
        for found in [tuple(group)]
    ]


def _step(desk: Desk, draft: Draft | None, found: tuple[Checked, ...]) -> str:
    if draft is None or draft.open or all(one.missed.revised for one in found):
        return ""
    # The network lets only the one who submitted a case withdraw it.
    return "revise" if draft.state is DraftState.WITHDRAWN or draft.author == desk.worker else "ask"


async def revise(request: Request) -> Response:
    """Withdraw a case and begin it anew with the reported places marked; what broke off halfway is taken up again."""
    desk = desk_of(request)
    draft = desk.draft(request.path_params["case"])
    if draft.state is not DraftState.WITHDRAWN:
        async with Outbox.of(desk, setup_of(request).connect) as line:
            await line.withdraw(draft.id)
    again = await apart(request, lambda: desk.revise(draft.id))
    return go(f"/casus/{again.id}/nakijken?gelukt=aangepast")
