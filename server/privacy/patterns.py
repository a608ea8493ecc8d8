"""What is unusual in a stretch of the log. A pattern is a reason to ask, never a verdict."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from audit.entry import ANONYMOUS, SERVICE, Entry, Outcome
from audit.events import Event, ObjectKind

BEFORE_SESSION = timedelta(days=7)
"""Members prepare in the week before: an agenda is made a week ahead."""
AFTER_SESSION = timedelta(days=2)
"""Minutes and follow-up are done within two days."""
MANY_CASES = 12
"""A session has four to six cases; twice that within the hour is more than preparing for two circles takes."""
MANY_WITHIN = timedelta(hours=1)
REFUSED_IN_A_ROW = 5
"""The service makes a login wait after five wrong tries; as many refusals elsewhere deserve the same attention."""
REFUSED_WITHIN = timedelta(hours=1)

READS = frozenset({Event.CASE_READ, Event.CASE_COPIED, Event.OUTCOME_READ})
LOGINS = frozenset({Event.LOGIN_SUCCEEDED, Event.LOGIN_REFUSED})


class Unusual(StrEnum):
    """The kinds of pattern."""

    OUTSIDE_SESSION = "outside_session"
    MANY_CASES = "many_cases"
    INACTIVE_LOGIN = "inactive_login"
    REFUSED_IN_A_ROW = "refused_in_a_row"


REASON_NL: Mapping[Unusual, str] = {
    Unusual.OUTSIDE_SESSION: (
        "las een casus buiten de tijd van een sessie, en is niet de inbrenger of de vrijgever. "
        "Gewoon is: van 7 dagen voor de sessie tot 2 dagen erna."
    ),
    Unusual.MANY_CASES: f"las {MANY_CASES} of meer verschillende casussen binnen een uur.",
    Unusual.INACTIVE_LOGIN: "probeerde aan te melden, maar dit account is niet meer in gebruik.",
    Unusual.REFUSED_IN_A_ROW: f"werd {REFUSED_IN_A_ROW} keer of vaker achter elkaar geweigerd binnen een uur.",
}


@dataclass(frozen=True, slots=True)
class Window:
    """When reading a case is to be expected: the sessions that had it on their agenda, and who may always."""

    case: str
    sessions: tuple[tuple[datetime, datetime], ...]
    always: frozenset[str]

    def holds(self, at: datetime) -> bool:
        """Is this moment around one of the sessions?"""
        return any(begin - BEFORE_SESSION <= at <= end + AFTER_SESSION for begin, end in self.sessions)


@dataclass(frozen=True, slots=True)
class Pattern:
    """Something unusual: of whom, when it began and ended, and in how many entries."""

    kind: Unusual
    member: str
    first: datetime
    last: datetime
    entries: int
    case: str | None = None

    @property
    def reason_nl(self) -> str:
        """Return why this is shown, to follow a name."""
        return REASON_NL[self.kind]


def patterns(
    entries: Iterable[Entry], sessions: Iterable[Window], *, inactive: frozenset[str] = frozenset()
) -> list[Pattern]:
    """Return what is unusual in these entries, the newest first; `inactive` are members whose account is closed.

    Cases without a window are passed over: nothing is known about when they are discussed.
    """
    ordered = sorted(entries, key=lambda one: one.at)
    windows = {one.case: one for one in sessions}
    found = [
        *_outside(ordered, windows),
        *_many(ordered),
        *_inactive(ordered, inactive),
        *_refused(ordered),
    ]
    return sorted(found, key=lambda one: (one.last, one.member, one.kind), reverse=True)


def _outside(entries: Sequence[Entry], windows: Mapping[str, Window]) -> list[Pattern]:
    found: dict[tuple[str, str], Pattern] = {}
    for one in entries:
        if one.event not in READS or one.outcome is not Outcome.SUCCESS:
            continue
        for case in _refs(one, ObjectKind.CASE):
            window = windows.get(case)
            if window is None or one.actor in window.always or window.holds(one.at):
                continue
            earlier = found.get((one.actor, case))
            first, count = (earlier.first, earlier.entries + 1) if earlier else (one.at, 1)
            found[one.actor, case] = Pattern(Unusual.OUTSIDE_SESSION, one.actor, first, one.at, count, case)
    return list(found.values())


def _many(entries: Sequence[Entry]) -> list[Pattern]:
    found: list[Pattern] = []
    recent: dict[str, deque[tuple[datetime, str]]] = defaultdict(deque)
    for one in entries:
        if one.event not in READS or one.outcome is not Outcome.SUCCESS:
            continue
        read = recent[one.actor]
        read.extend((one.at, case) for case in _refs(one, ObjectKind.CASE))
        while read and read[0][0] < one.at - MANY_WITHIN:
            read.popleft()
        if len({case for _at, case in read}) >= MANY_CASES:
            found.append(Pattern(Unusual.MANY_CASES, one.actor, read[0][0], one.at, len(read)))
            read.clear()
    return found


def _inactive(entries: Sequence[Entry], inactive: frozenset[str]) -> list[Pattern]:
    return [
        Pattern(Unusual.INACTIVE_LOGIN, member, one.at, one.at, 1)
        for one in entries
        if one.event in LOGINS
        for member in _refs(one, ObjectKind.MEMBER)
        if member in inactive
    ]


def _refused(entries: Sequence[Entry]) -> list[Pattern]:
    found: list[Pattern] = []
    rows: dict[str, deque[datetime]] = defaultdict(deque)
    for one in entries:
        for member in _whose(one):
            row = rows[member]
            if one.outcome is Outcome.SUCCESS:
                row.clear()
                continue
            row.append(one.at)
            while row[0] < one.at - REFUSED_WITHIN:
                row.popleft()
            if len(row) >= REFUSED_IN_A_ROW:
                found.append(Pattern(Unusual.REFUSED_IN_A_ROW, member, row[0], one.at, len(row)))
                row.clear()
    return found


def _whose(entry: Entry) -> list[str]:
    if entry.actor == SERVICE:
        return []
    return _refs(entry, ObjectKind.MEMBER) if entry.actor == ANONYMOUS else [entry.actor]


def _refs(entry: Entry, kind: ObjectKind) -> list[str]:
    return list(dict.fromkeys(one.ref for one in entry.objects if one.kind is kind))
