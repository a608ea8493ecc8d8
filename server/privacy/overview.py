"""Who has seen a case, told so that the person concerned can read it.

It is made by the privacy officer of the submitting organisation and handed over by the submitter: the service does not
know who the person is. Of other organisations it names roles, never people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from audit.entry import Entry, ObjectRef, Outcome
from audit.events import Event, ObjectKind
from consent.activities import Purpose
from server.accounts.model import Actor
from server.privacy.access import require_officer, require_own_case
from server.privacy.model import Access, Found, Overview
from server.privacy.service import about_case, about_session, look, read
from server.privacy.words import Names, names_for, purpose_nl
from server.protocol.dutch import zone
from server.storage.audit_log import record
from server.storage.database import Database, UnitOfWork

SEEN_NL = {
    Event.CASE_READ: "las de casus",
    Event.CASE_COPIED: "drukte de casus af of kopieerde hem",
    Event.CASE_LISTED: "zag de vraag van de casus in een lijst",
    Event.OUTCOME_READ: "las de uitkomst",
    Event.OUTCOME_FETCHED: "haalde de uitkomst op",
    Event.SESSION_JOINED: "zat aan tafel toen de casus werd besproken",
}
"""The ways to see something of a case."""

OFF_THE_TABLE = frozenset({"closed", "postponed", "withheld"})


async def overview(database: Database, actor: Actor, case_id: str, *, hand_over: bool) -> Overview:
    """Return who has seen an own case; making it is logged, as an overview that is handed over or as a look.

    Raises:
        NotFound: the actor is no officer, or the case is not of their own organisation.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        case = await require_own_case(uow, actor, case_id)
        found = await read(uow, about_case(log_id, actor, case.id))
        seen = [one.entry for one in found if one.entry.event in SEEN_NL]
        for session in sorted(set(_sessions(found))):
            seen += at_the_table([one.entry for one in await read(uow, about_session(log_id, session))], case.id)
        names = await names_for(uow, actor, seen)
        _write_down(uow, actor, log_id, case.id, hand_over=hand_over)
        accesses = gathered((one for one in seen if one.outcome is Outcome.SUCCESS), names)
        return Overview(
            case=case.id,
            organisation=actor.organisation_name,
            submitted_at=case.created_at,
            made_at=uow.now,
            accesses=tuple(accesses),
            days=per_day(accesses),
        )


def _write_down(uow: UnitOfWork, actor: Actor, log_id: int, case_id: str, *, hand_over: bool) -> None:
    about = ("case", case_id)
    if hand_over:
        purpose = Purpose.RIGHTS_REQUEST.value
        record(uow, Event.ACCESS_OVERVIEW_MADE, actor.who, objects=(about,), purpose=purpose)
    else:
        look(uow, actor, log_id, about)


def _sessions(found: Iterable[Found]) -> Iterator[str]:
    """Return the sessions in which the case was put on the table."""
    for one in found:
        if one.entry.event is Event.CASE_AGENDA_CHANGED and one.entry.reason == "opened":
            yield from (thing.ref for thing in one.entry.objects if thing.kind is ObjectKind.SESSION)


@dataclass(slots=True)
class _Table:
    """Who sits where while a session is played back."""

    case: str
    on: bool = False
    seats: dict[str, Entry] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)

    def hears(self, entry: Entry) -> list[Entry]:
        """Take in one entry of the session and return who sees the case by it."""
        about = ObjectRef(ObjectKind.CASE, self.case) in entry.objects
        seat = next((one.ref for one in entry.objects if one.kind is ObjectKind.SEAT), "")
        match entry.event:
            case Event.SESSION_JOINED:
                self.seats[seat] = entry
                return [entry] if self.on and entry.actor not in self.left else []
            case Event.SESSION_LEFT:
                self.seats.pop(seat, None)
            case Event.MEMBER_RECUSED if about:
                self.left.add(entry.actor)
            case Event.MEMBER_RECUSED_ON_WORD if about:
                self.left.update(one.ref for one in entry.objects if one.kind is ObjectKind.MEMBER)
            case Event.CASE_AGENDA_CHANGED if about and entry.reason == "opened":
                self.on = True
                return [_at(one, entry) for one in self.seats.values() if one.actor not in self.left]
            case Event.CASE_AGENDA_CHANGED if about and entry.reason in OFF_THE_TABLE:
                self.on = False
        return []


def _at(joined: Entry, opened: Entry) -> Entry:
    return replace(joined, at=opened.at)


def at_the_table(session: Iterable[Entry], case_id: str) -> list[Entry]:
    """Return who sat in a session while this case was on the table, at the moment from which they saw it.

    Args:
        session: what came and went in one session, in the order of the log.
    """
    table = _Table(case_id)
    return [seen for one in session for seen in table.hears(one)]


def gathered(seen: Iterable[Entry], names: Names) -> list[Access]:
    """Return the accesses, those of one person in one way on one day taken together, the newest day first."""
    found: dict[tuple[date, str, str, str, str], list[Entry]] = {}
    for one in seen:
        day = one.at.astimezone(zone()).date()
        purpose = one.purpose or (Purpose.DISCUSS_CASE.value if one.event is Event.SESSION_JOINED else None)
        key = (day, names.who(one), SEEN_NL[one.event], purpose_nl(purpose), one.agreement or "")
        found.setdefault(key, []).append(one)
    accesses = [
        Access(*key, len(some), min(one.at for one in some), max(one.at for one in some)) for key, some in found.items()
    ]
    return sorted(accesses, key=lambda one: (one.day, one.last, one.who), reverse=True)


def per_day(accesses: Iterable[Access]) -> tuple[tuple[date, int], ...]:
    """Return how many accesses there were on each day that had any, the oldest first."""
    days: Counter[date] = Counter()
    for one in accesses:
        days[one.day] += one.times
    return tuple(sorted(days.items()))
