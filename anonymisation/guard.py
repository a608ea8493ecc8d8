"""The fast path for one short message typed in the room: may it go out as it stands?

The table may name itself: its seat holders, its organisations, the public contacts of the regional offer, and days
from the session on. Everything else that is certain holds the message, and a hard label cannot be overruled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from anonymisation.document import INDIRECT, EntityType, Span
from anonymisation.folding import fold
from anonymisation.persons import short_forms
from anonymisation.pseudonyms import protect, same_key
from anonymisation.relative import Day, read
from anonymisation.scan import remaining

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser

DOUBTFUL_PERSON_AT: Final = 0.35
"""A doubtful name with at least this score holds a message too: it cannot be taken back once it was received."""
_AHEAD: Final = timedelta(days=183)
"""A day without a year is read as the coming one when that is at most this far away, else as the past one."""
_CONTACT = frozenset({EntityType.PHONE_NUMBER, EntityType.EMAIL_ADDRESS, EntityType.URL})
_ORGANISATION = frozenset({EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION})


@dataclass(frozen=True, slots=True)
class AllowList:
    """What a table may name: seat holders by full name, organisations, public contacts, days from `dates_from` on."""

    names: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    dates_from: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds a message (nothing: it may go), whether any of it is hard, and the message with it replaced."""

    spans: tuple[Span, ...]
    hard: bool
    proposal: str

    @property
    def held(self) -> bool:
        """Must the message wait for its author?"""
        return bool(self.spans)


def check(
    analyser: Analyser,
    text: str,
    allow: AllowList,
    *,
    overruled: frozenset[tuple[int, int]] = frozenset(),
    case_text: str = "",
) -> Verdict:
    """Judge one message. `overruled` are places whose soft mark the author overruled with a reason code.

    `case_text` is the pseudonymised case at the table: the proposal gives no letters that the case already uses.

    Raises:
        TextTooLarge: the message is longer than the analyser's limit.
    """
    held = tuple(
        span
        for span in remaining(analyser, text)
        if _acts(span) and not _allowed(span, text, allow) and (span.hard or (span.start, span.end) not in overruled)
    )
    proposal = protect(text, held, reference=allow.dates_from, beside=case_text).text if held else text
    return Verdict(held, any(span.hard for span in held), proposal)


def _acts(span: Span) -> bool:
    """Does a span of this kind and certainty hold a message at all?"""
    if span.label in INDIRECT:
        return False
    return span.certain or (span.label is EntityType.PERSON and span.score >= DOUBTFUL_PERSON_AT)


def _allowed(span: Span, text: str, allow: AllowList) -> bool:
    """Is this something the table may name?"""
    original = text[span.start : span.end]
    if span.label is EntityType.PERSON:
        return _name_key(original) in _allowed_names(allow.names)
    if span.label in _ORGANISATION:
        return same_key(span.label, original) in _keys(allow.organisations, EntityType.ORGANIZATION)
    if span.label in _CONTACT:
        return same_key(span.label, original) in _keys(allow.contacts, span.label)
    if span.label is EntityType.DATE_TIME and allow.dates_from is not None:
        day = read(original)
        return day is not None and _from(day, allow.dates_from)
    return False


def _name_key(name: str) -> str:
    return " ".join(re.findall(r"[^\W\d_]+", fold(name)))


@lru_cache(maxsize=64)
def _allowed_names(names: frozenset[str]) -> frozenset[str]:
    """Return full names, first names, surnames and initials with surname of the seat holders, folded."""
    return frozenset(_name_key(form) for name in names for form in (name, *short_forms(name)))


@lru_cache(maxsize=128)
def _keys(values: frozenset[str], label: EntityType) -> frozenset[str]:
    return frozenset(same_key(label, value) for value in values)


def _from(day: Day, first: date) -> bool:
    """Does the day lie on or after the first allowed one? Without a year, the coming one counts when it is near."""
    if day.year is not None and day.day is None:
        return (day.year, day.month) >= (first.year, first.month)
    if day.year is not None:
        on = day.on()
        return on is not None and on >= first
    coming = (Day(year, day.month, day.day).on() for year in (first.year, first.year + 1))
    return any(on is not None and first <= on <= first + _AHEAD for on in coming)
