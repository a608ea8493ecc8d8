"""The answer of the circle as a letter for the submitter's own record."""

from __future__ import annotations

from clients.station.desk import Desk
from clients.station.draft import Draft
from clients.station.letter import Letter
from clients.station.moments import day, moment
from server.protocol.words import DOMAIN_NL, OUTCOME_NL, Domain, OutcomeKind

FOOTER = (
    "Dit advies is gegeven op een gepseudonimiseerde casus en op dit station in de eigen namen terugvertaald. "
    "De inbrenger blijft verantwoordelijk voor de zorg; de kring adviseert."
)


def letter_of(desk: Desk, draft: Draft) -> Letter:
    """Return the letter of an answered case."""
    reply = draft.reply
    if reply is None:
        raise ValueError("only an answered case has a letter")
    text, dissent = desk.own_words(draft)
    lines = [
        ("Uitkomst", OUTCOME_NL[OutcomeKind(reply.outcome)]),
        ("Besproken", moment(reply.recorded_at)),
        ("Wie pakt het op", DOMAIN_NL[Domain(reply.owner)]),
    ]
    if reply.due is not None:
        lines.append(("Uiterlijk", day(reply.due)))
    lines.append(("Opgehaald", moment(reply.fetched_at)))
    body = [("Vraag", draft.fields.get("question", "")), ("Advies en afspraken", text)]
    if dissent:
        body.append(("Ander inzicht aan tafel", dissent))
    return Letter(
        title="Antwoord van de casuskring", to=draft.author, lines=tuple(lines), body=tuple(body), footer=FOOTER
    )
