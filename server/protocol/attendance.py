"""Who is at the table without a connection of their own: marked present by chair or note-taker.

A mark proves attendance for the quorum and nothing else. It is kept apart from `present` everywhere: who is marked
gives no commands, receives nothing, cannot lead, and leaves when they are marked absent, come in themselves, or the
session is sealed. Whether a person may sit there at all is asked outside (`server.sessions.access`).
"""

from __future__ import annotations

from msgspec.structs import replace

from server.protocol import live
from server.protocol.live import Marked, SessionView

REFUSAL_NL = {
    "sits_there": "Op deze plaats heeft iemand zelf verbinding. Aanvinken is niet nodig.",
    "sits_elsewhere": "Deze persoon is al aanwezig op een andere plaats.",
    "not_marked": "Op deze plaats is niemand aangevinkt als aanwezig.",
    "not_of_this_seat": "Deze persoon hoort niet bij deze plaats. Kies de vaste deelnemer of een vervanger.",
    "no_agreement": "De organisatie van deze persoon heeft nu geen geldige afspraak. Deze plaats telt niet mee.",
}


def seats_marked(view: SessionView, away: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the seats that are marked present, leaving out members who left the case on the table and in `away`."""
    left = away.union(view.discussion.recused if view.discussion else ())
    return tuple(one.seat for one in view.marked if one.member not in left)


def marked_in(view: SessionView, seat: str) -> Marked | None:
    """Return who is marked present in a seat."""
    return next((one for one in view.marked if one.seat == seat), None)


def why_not_mark(view: SessionView, seat: str, member: str) -> str | None:
    """Return the code of the refusal to mark this member in this seat, or None when it is possible."""
    if any(one.seat == seat for one in view.present):
        return "sits_there"
    here = {one.member for one in view.present} | {one.member for one in view.marked if one.seat != seat}
    return "sits_elsewhere" if member in here else None


def folded(view: SessionView, body: live.MemberMarked | live.MarkEnded) -> SessionView:
    """Return the view after a seat was marked, or is not marked any more."""
    others = tuple(one for one in view.marked if one.seat != body.seat)
    if isinstance(body, live.MarkEnded):
        return replace(view, marked=others)
    mark = Marked(body.seat, body.member, body.name, body.deputy, body.by)
    return replace(view, marked=tuple(sorted((*others, mark), key=lambda one: one.seat)))


def replaced(view: SessionView, body: live.MemberArrived) -> SessionView:
    """Return the view in which who comes in themselves, or takes the seat, is not marked any more."""
    if not view.marked:
        return view
    stay = tuple(one for one in view.marked if one.seat != body.seat and one.member != body.member)
    return replace(view, marked=stay)
