"""The values of this room: what an officer asks of the log, and the answers in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from audit.entry import Entry
from consent.breaches import BreachState, Delay, NoNotice, Risk, Telling
from server.network.cards import KeyState
from server.privacy.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Question:
    """What an officer asks. Days are of the Dutch calendar and both count; `before` goes on after that entry."""

    case: str | None = None
    member: str | None = None
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `who` is a name for an own member, a role and organisation for others."""

    number: int
    at: datetime
    event: str
    who: str
    what: str
    about: tuple[str, ...]
    purpose: str
    agreement: str
    refused: bool
    reason: str

    @property
    def sentence(self) -> str:
        """Return what happened, without its moment, as one sentence."""
        parts = [f"{self.who}: {self.what}"]
        if self.about:
            parts.append(", ".join(self.about))
        if self.purpose:
            parts.append(f"doel: {self.purpose}")
        if self.agreement:
            parts.append(f"afspraak: {self.agreement}")
        if self.refused:
            parts.append("geweigerd" + (f" ({self.reason})" if self.reason else ""))
        elif self.reason:
            parts.append(self.reason)
        return "; ".join(parts) + "."


@dataclass(frozen=True, slots=True)
class Page:
    """A page of entries, newest first. `before` asks for the next page; None when this was the last."""

    lines: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the officer's own organisation, to choose from."""

    id: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Access:
    """How often one person saw a case in one way, on one day of the Dutch calendar."""

    day: date
    who: str
    what: str
    purpose: str
    agreement: str
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Who has seen a case, the newest day first. `days` counts accesses per day, the oldest first."""

    case: str
    organisation: str
    submitted_at: datetime
    made_at: datetime
    accesses: tuple[Access, ...]
    days: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A period of the log that an officer has looked through."""

    id: str
    officer: str
    since: date
    until: date
    at: datetime
    entries: int
    checkpoint_size: int


@dataclass(frozen=True, slots=True)
class Notice:
    """Something unusual, and of whom. The case is named only when it is the officer's own organisation's."""

    who: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Start:
    """What the desk opens with. `since` is the first day after the officer's own last review, `fresh` how many entries
    there are since; not `complete`, when only the newest of them were looked through for patterns. `breaches` wait
    for a decision, the first of them until `first_deadline`.
    """

    colleagues: tuple[Colleague, ...]
    last: Review | None
    since: date
    fresh: int
    notices: tuple[Notice, ...]
    complete: bool
    today: date
    breaches: int
    first_deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Proven:
    """The proof that an entry is in the signed log. `line` is empty where it names what is not for this officer."""

    number: int
    size: int
    hashes: tuple[bytes, ...]
    leaf: bytes
    note: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with its number and bytes."""

    number: int
    line: bytes
    entry: Entry


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One record of a breach on the list. `decides` says whether the officer's own organisation decides about it."""

    id: str
    state: BreachState
    label: str
    aware_at: datetime
    deadline: datetime
    hours_left: int
    decides: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """To whom a message was sent; `confirmed` when their side said that it was shown."""

    who: str
    confirmed: bool
    author: bool


@dataclass(frozen=True, slots=True)
class BreachRecord:
    """A record in words. `case` is named to the organisation that brought it in, `field` is of a case's own text."""

    line: BreachLine
    organisation: str
    case: str | None
    field: str | None
    reporter: str
    author: str | None
    receivers: tuple[Receiver, ...]
    complete: bool
    risk: Risk | None
    reason: NoNotice | None
    delay: Delay | None
    telling: Telling | None
    decided_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeyLine:
    """An officer's key. `cards` are sealed to it; `left` of them no key in use opens instead."""

    id: str
    holder: str
    mine: bool
    fingerprint: str
    public: str
    state: KeyState
    in_use: bool
    added_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    cards: int
    left: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of an organisation, the newest first. `only_old` counts cards that no key in use opens; `people`, whom
    nobody can name without those, because they are not in the register any more.
    """

    lines: tuple[KeyLine, ...]
    only_old: int
    people: int
