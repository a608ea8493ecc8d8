"""A case at a station in which a nickname slipped through: sent, released, and reported by a reader."""

from __future__ import annotations

from datetime import date

from anonymisation.review import ReasonCode
from clients.station.desk import Change, Desk
from clients.station.draft import Draft
from clients.station.outbox import Outbox
from clients.station.preparation import Act, Ruling
from server.protocol.http import BasisForm
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, Trigger
from tests.support.station import Station

NICKNAME = "kwibuswijf"
RAW = (
    "Betreft mw. Saskia van der Heijden-Ribbers, geb. 14-03-1988, Oude Kwekerijpad 22a, 7131 ZG Lichtenvoorde. "
    f"In de buurt heet zij het {NICKNAME}. Haar zoon Jayden zit thuis. Iedereen kent het {NICKNAME}."
)
BASIS = BasisForm(
    BasisKind.CONSENT,
    date(2026, 11, 20),
    informed=True,
    how=ConsentHow.ORAL,
    scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
)


def decided(desk: Desk, case: str) -> None:
    """Decide what is open: the nickname is no name, the rest is replaced or left out."""
    for _ in range(60):
        prepared = desk.preparation(desk.draft(case))
        for span in prepared.review.pending():
            place = prepared.material.place(span.start, span.end)
            ordinary = NICKNAME in prepared.material.text[span.start : span.end]
            act, reason = (Act.REJECT, ReasonCode.ORDINARY_WORD) if ordinary else (Act.ACCEPT, None)
            desk.decide(case, Ruling(act, place.field, place.start, place.end, reason=reason))
            break
        else:
            waiting = [one for one in prepared.warnings if one.decided is None]
            if not waiting and not desk.second_look(case):
                return
            for one in waiting[:1]:
                place = one.original
                desk.decide(case, Ruling(Act.KEEP, place.field, place.start, place.end))
    raise AssertionError("there is always something left to decide")


async def sent_and_released(station: Station) -> tuple[Desk, Draft]:
    """Send a case in which a nickname slips through, and release it as a colleague."""
    desk = station.desk()
    begun = desk.begin(RAW, known={"names": ["Saskia van der Heijden-Ribbers"]})
    fields = {"question": "Wie helpt Saskia?", "why_now": "De huur loopt af.", "what_is_new": "Zij is gescheiden."}
    change = Change(
        fields=fields,
        trigger=Trigger.ASKS_FOR_HELP,
        basis=BASIS,
        acute=False,
        circle=station.service.network.circle,
    )
    desk.edit(begun.id, change)
    place = RAW.index("Haar zoon")
    desk.decide(begun.id, Ruling(Act.OMIT, "text", place, place + len("Haar zoon")))
    decided(desk, begun.id)
    async with Outbox.of(desk, station.connect) as line:
        sent = await line.send(begun.id)
    async with Outbox.of(station.desk("gp_colleague"), station.connect) as line:
        await line.release(sent.case)
    return desk, sent


async def reported(station: Station, draft: Draft, words: str = NICKNAME, number: int = 0) -> None:
    """Report words as a member of the circle sees them."""
    ggz = await station.service.client("ggz")
    text = (await ggz.case(draft.case)).form.text
    start = -1
    for _ in range(number + 1):
        start = text.index(words, start + 1)
    await ggz.report_missed(draft.case, "text", start, start + len(words), "PERSON")


async def refreshed(station: Station, desk: Desk) -> None:
    """Ask the service how things stand."""
    async with Outbox.of(desk, station.connect) as line:
        await line.refresh()
