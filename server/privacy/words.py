"""Entries in plain Dutch: who, what, for which purpose, and why not."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from audit.entry import ANONYMOUS, SERVICE, Entry, Outcome
from audit.events import SPEC, ObjectKind
from consent.activities import REGISTER, Purpose
from consent.breaches import BreachState, Delay, NoNotice, Risk, Telling
from consent.reasons import SENTENCES_NL, Reason
from server.accounts.model import Actor
from server.privacy.model import Found, Line
from server.protocol.dutch import IDENTIFIER_NL, day
from server.protocol.words import ROLE_NL
from server.storage.database import UnitOfWork
from server.storage.tables import CaseRow, MemberRow, OrganisationRow

RISK_NL = {
    Risk.NONE: "geen risico te verwachten",
    Risk.SOME: "wel een risico, geen hoog risico",
    Risk.HIGH: "een hoog risico",
}

NO_NOTICE_NL = {
    NoNotice.NOT_RECOGNISABLE: "het was bij nader inzien niet herkenbaar",
    NoNotice.BOUND_BY_SECRECY: "alleen mensen met een geheimhoudingsplicht zagen het; er is geen risico te verwachten",
    NoNotice.NOT_SHOWN: "niemand heeft het gezien",
    NoNotice.SAME_BREACH: "het hoort bij een ander dossier",
}

DELAY_NL = {
    Delay.FACTS_CAME_LATE: "de feiten werden pas later bekend",
    Delay.OFFICER_AWAY: "er was niemand om te beoordelen",
    Delay.JUDGED_OTHERWISE_FIRST: "het leek eerst niet te hoeven",
}

TELLING_NL = {
    Telling.TOLD: "de betrokkene is geïnformeerd",
    Telling.NO_HIGH_RISK: "niet nodig: geen hoog risico",
    Telling.MEASURES_TOOK_THE_RISK_AWAY: "niet nodig: de maatregelen hebben het risico weggenomen",
}

BREACH_STATE_NL = {
    BreachState.DRAFT: "wacht op beoordeling",
    BreachState.NOTIFIED: "gemeld bij de toezichthouder",
    BreachState.NOT_NOTIFIABLE: "niet gemeld",
    BreachState.CLOSED: "gesloten",
}

REASON_NL = {
    "role": "de rol gaf geen recht",
    "desk": "niet van de eigen organisatie",
    "case": "de casus is niet voor dit lid",
    "circle": "de kring is niet voor dit lid",
    "session": "de sessie is niet voor dit lid",
    "seat": "geen plaats in de kring",
    "no_party": "geen partij bij de afspraak",
    "second_person": "een tweede persoon moet vrijgeven",
    "acute": "acute situatie",
    "hard_label": "er stonden herkenbare gegevens in",
    "soft_label_undecided": "er stonden woorden in die herkenbaar kunnen zijn",
    "login_expired": "de aanmelding was verlopen of het account is gesloten",
    "term_passed": "de bewaartermijn is voorbij",
    "withdrawn": "ingetrokken",
    "opened": "op tafel gelegd",
    "closed": "afgerond",
    "postponed": "doorgeschoven",
    "withheld": "van tafel gehaald: er stond iets herkenbaars",
    "blanked": "er stond iets herkenbaars",
    "notified": "gemeld bij de toezichthouder",
    "not_notifiable": "niet gemeld bij de toezichthouder",
    **{one.value: title for one, title in NO_NOTICE_NL.items()},
    **{one.value: title for one, title in TELLING_NL.items()},
    **{one.value: title for one, title in IDENTIFIER_NL.items()},
    "card_key_offered": "publieke sleutel ingeleverd",
    "card_key_confirmed": "sleutel bevestigd: kaarten van leden worden ervoor verzegeld",
    "card_key_replaced": "sleutel vervangen door een nieuwe",
    "card_key_revoked": "sleutel ingetrokken",
    "fingerprint_differs": "de vingerafdruk was anders dan die van de sleutel",
    "not_your_key": "de sleutel is van een ander",
    "resealed": "herverzegeld door de functionaris",
}

OBJECT_NL = {
    ObjectKind.SESSION: "sessie",
    ObjectKind.BOTTLENECK: "knelpunt",
    ObjectKind.AGREEMENT: "afspraak",
    ObjectKind.REVIEW: "controle",
    ObjectKind.BREACH: "dossier",
    ObjectKind.KEY: "sleutel",
}

NOBODY_NL = {SERVICE: "De dienst", ANONYMOUS: "Iemand die niet was aangemeld"}

SHOWN_CASES = 5
"""A look at a list can be about a hundred cases: more than these are counted."""


@dataclass(frozen=True, slots=True)
class Names:
    """What references are called: own members by their ref, organisations by id, and which cases are our own."""

    members: dict[str, str]
    organisations: dict[str, str]
    cases: frozenset[str]

    def who(self, entry: Entry) -> str:
        """Return who acted: an own member by name, another by role and organisation."""
        if entry.actor in NOBODY_NL:
            return NOBODY_NL[entry.actor]
        role = ROLE_NL.get(entry.role or "", "deelnemer")
        organisation = self.organisations.get(entry.organisation or "", "een andere organisatie")
        name = self.members.get(entry.actor)
        return f"{name} ({role}, {organisation})" if name else f"Een {role} van {organisation}"


async def names_for(uow: UnitOfWork, actor: Actor, entries: Iterable[Entry]) -> Names:
    """Return the names that these entries need: people of the officer's own organisation only."""
    known = list(entries)
    refs = {one.actor for one in known}
    refs |= {thing.ref for one in known for thing in one.objects if thing.kind is ObjectKind.MEMBER}
    members = await uow.rows.execute(
        select(MemberRow.ref, MemberRow.name).where(
            MemberRow.organisation_id == actor.organisation, MemberRow.ref.in_(refs)
        )
    )
    organisations = await uow.rows.execute(
        select(OrganisationRow.id, OrganisationRow.name).where(
            OrganisationRow.id.in_({one.organisation for one in known if one.organisation})
        )
    )
    about = {thing.ref for one in known for thing in one.objects if thing.kind is ObjectKind.CASE}
    cases: set[str] = set()
    for some in _parts(sorted(about), 1000):
        cases.update(
            await uow.rows.scalars(
                select(CaseRow.id).where(CaseRow.organisation_id == actor.organisation, CaseRow.id.in_(some))
            )
        )
    return Names({row.ref: row.name for row in members}, {row.id: row.name for row in organisations}, frozenset(cases))


def _parts(found: list[str], size: int) -> Iterable[list[str]]:
    return (found[start : start + size] for start in range(0, len(found), size))


def line_of(found: Found, names: Names) -> Line:
    """Return an entry in words; what belongs to others is counted or left out, never named."""
    entry = found.entry
    return Line(
        number=found.number,
        at=entry.at,
        event=entry.event.value,
        who=names.who(entry),
        what=SPEC[entry.event].description_nl,
        about=tuple(_about(entry, names)),
        purpose=purpose_nl(entry.purpose),
        agreement=entry.agreement or "",
        refused=entry.outcome is not Outcome.SUCCESS,
        reason=reason_nl(entry.reason),
    )


def purpose_nl(purpose: str | None) -> str:
    """Return what something was for, as the register of processing activities says it."""
    if not purpose:
        return ""
    known = next((one for one in Purpose if one.value == purpose), None)
    return REGISTER[known].goal_nl if known is not None else purpose


def reason_nl(reason: str | None) -> str:
    """Return a reason in words; nothing for the codes that only programs read."""
    if not reason:
        return ""
    known = next((one for one in Reason if one.value == reason), None)
    if known is not None:
        return SENTENCES_NL[known].partition(". ")[0].rstrip(".")
    return REASON_NL.get(reason, "")


def _about(entry: Entry, names: Names) -> Iterable[str]:
    cases = list(dict.fromkeys(one.ref for one in entry.objects if one.kind is ObjectKind.CASE))
    own = [one for one in cases if one in names.cases]
    yield from (f"casus {one}" for one in own[:SHOWN_CASES])
    if len(own) > SHOWN_CASES:
        yield f"en nog {len(own) - SHOWN_CASES} eigen casussen"
    if entry.actor in names.members and len(cases) > len(own):
        others = len(cases) - len(own)
        yield f"{others} casus van een andere organisatie" if others == 1 else f"{others} casussen van anderen"
    for one in entry.objects:
        if one.kind is ObjectKind.MEMBER and one.ref != entry.actor and one.ref in names.members:
            yield f"lid {names.members[one.ref]}"
        elif one.kind in OBJECT_NL:
            yield f"{OBJECT_NL[one.kind]} {one.ref}"
        elif one.kind is ObjectKind.LOG and one.detail:
            yield asked_nl(one.detail)


ASKED_NL = {
    "from": "van {}",
    "to": "tot en met {}",
    "before": "vóór vermelding {}",
    "entry": "vermelding {}",
    "reviews": "de beoordelingen",
}


def asked_nl(detail: str) -> str:
    """Return what was asked of the log in words; what is not a period stands as it is."""
    said = []
    for part in detail.split("/"):
        name, _colon, value = part.partition(":")
        with contextlib.suppress(ValueError):
            value = day(date.fromisoformat(value))
        said.append(ASKED_NL.get(name, "{}").format(value or name))
    return " ".join(said)
