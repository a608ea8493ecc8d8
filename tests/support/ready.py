"""A case at a station that is full of names, filled in and decided, so that it can be sent."""

from __future__ import annotations

from datetime import date

from clients.station.desk import Change, Desk
from clients.station.preparation import Act, Ruling
from server.protocol.http import BasisForm
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, Trigger
from tests.support.station import Station

RAW = (
    "Betreft mw. Saskia van der Heijden-Ribbers, geb. 14-03-1988, BSN 999958379, Oude Kwekerijpad 22a, 7131 ZG "
    "Lichtenvoorde, mob 06-12345670. Haar zoon Jayden zit op basisschool De Regenboog. Huisarts ten Brinke zag haar op "
    "12 nov. 2025. Schuld bij Wonen Oost-Achterhoek, rek. NL91 ABNA 0417 1643 00."
)
BASIS = BasisForm(
    BasisKind.CONSENT,
    date(2026, 11, 20),
    informed=True,
    how=ConsentHow.ORAL,
    scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
)


def filled(desk: Desk, text: str = RAW, question: str = "Wie helpt Saskia met de schulden?") -> str:
    """Begin a case and fill the form in; return its id."""
    draft = desk.begin(text, known={"names": ["Saskia van der Heijden-Ribbers"]})
    fields = {"question": question, "why_now": "De huur van Saskia loopt af.", "what_is_new": "Zij is gescheiden."}
    change = Change(fields=fields, trigger=Trigger.ASKS_FOR_HELP, basis=BASIS, acute=False)
    return desk.edit(draft.id, change).id


def decided(desk: Desk, case: str) -> None:
    """Decide everything the safe way: replace every doubt, leave out what a warning is about."""
    while desk.accept_all(case).pending or desk.second_look(case):
        for one in desk.preparation(desk.draft(case)).warnings:
            if one.decided is None:
                place = one.original
                desk.decide(case, Ruling(Act.OMIT, place.field, place.start, place.end))
                break


def ready(station: Station, **fields: str) -> tuple[Desk, str]:
    """Return a desk and a case that can be sent."""
    desk = station.desk()
    case = filled(desk, **fields)
    decided(desk, case)
    desk.edit(case, Change(circle=station.service.network.circle))
    return desk, case
