"""Days read from Dutch text and rewritten as time relative to a reference day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from anonymisation.folding import fold
from anonymisation.forms import REFERENCE_FORM, band

MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""The first three letters of every way to write a month, with its number."""

_PIVOT = 35
"""Two-digit years up to this one are in this century."""
_DAYS_UP_TO = 13
_WEEKS_UP_TO = 91
_MONTHS_UP_TO = 730
_BAND_FROM_YEARS = 16


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says of one day; `year` or `day` is None where the text leaves it out."""

    year: int | None
    month: int
    day: int | None

    def on(self) -> date | None:
        """Return the calendar day when day, month and year are there and exist."""
        if self.year is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


def read(text: str) -> Day | None:
    """Read the last day that a DATE_TIME span names; None when it names none in a way we know."""
    folded = re.sub(r"\s*([-/.])\s*", r"\1", fold(text)).replace("'", " ").strip()
    for reader in (_numeric, _solid, _words):
        found = reader(folded)
        if found is not None and 1 <= found.month <= 12 and (found.day is None or 1 <= found.day <= 31):
            return found
    return None


def _numeric(text: str) -> Day | None:
    if match := re.search(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", text):
        return Day(int(match[1]), int(match[2]), int(match[3]))
    if match := re.search(r"(?<!\d)(\d{1,2})[-/. ](\d{1,2})[-/. ] ?(\d{4}|\d{2})(?!\d)", text):
        return Day(_year(match[3]), int(match[2]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})[-/](\d{4})", text):
        return Day(int(match[2]), int(match[1]), None)
    if match := re.fullmatch(r"(\d{1,2})[-/](\d{1,2})", text):
        return Day(None, int(match[2]), int(match[1]))
    return None


def _solid(text: str) -> Day | None:
    if not re.fullmatch(r"\d{8}", text):
        return None
    if text[:2] in {"19", "20"} and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31:
        return Day(int(text[:4]), int(text[4:6]), int(text[6:]))
    return Day(int(text[4:]), int(text[2:4]), int(text[:2]))


def _words(text: str) -> Day | None:
    match = re.search(
        r"(?:(\d{1,2})(?:e|ste|de|\.)?[ \-]{0,3})?\b([a-z]{3,9})\b\.?[ \-,]{0,3}(\d{4}|\d{2})?(?!\d)", _tail(text)
    )
    if match is None or match[2][:3] not in MONTHS:
        return None
    year = _year(match[3]) if match[3] else None
    day = int(match[1]) if match[1] else None
    return None if day is None and year is None else Day(year, MONTHS[match[2][:3]], day)


def _tail(text: str) -> str:
    """Drop what stands before the month's own day: a weekday, the first day of a range."""
    months = [
        match
        for match in re.finditer(r"[a-z]{3,9}", text)
        if match.group()[:3] in MONTHS and match.group() != "maandag"
    ]
    if not months:
        return ""
    start = months[-1].start()
    head = re.search(r"\d{1,2}(?:e|ste|de|\.)?[ \-]{0,3}$", text[:start])
    return text[head.start() if head else start :]


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return 2000 + number if number <= _PIVOT else 1900 + number


def resolved(day: Day, reference: date) -> tuple[date, bool] | None:
    """Return the day on the calendar and whether it is exact to the day; without a year the nearest past one."""
    if day.day is None:
        return (date(day.year, day.month, 15), False) if day.year and 1 <= day.year <= 9998 else None
    if day.year is not None:
        on = day.on()
        return (on, True) if on else None
    for year in range(reference.year, reference.year - 9, -1):
        if day.day <= monthrange(year, day.month)[1] and date(year, day.month, day.day) <= reference:
            return date(year, day.month, day.day), True
    return None


def relative(day: date, reference: date, *, exact: bool = True, birth: bool = False) -> str:
    """Write a day as time before or after the reference; a birth date or one of long ago becomes a band of years."""
    days = (day - reference).days
    direction = "later" if days > 0 else "eerder"
    days = abs(days)
    years = abs(reference.year - day.year) - (
        (reference.month, reference.day) < (day.month, day.day) if direction == "eerder" else 0
    )
    if birth or (direction == "eerder" and years >= _BAND_FROM_YEARS):
        return f"{band(max(0, years))} jaar {direction}"
    if days == 0 and exact:
        return REFERENCE_FORM
    if exact and days <= _DAYS_UP_TO:
        return f"{days} {'dag' if days == 1 else 'dagen'} {direction}"
    if exact and days <= _WEEKS_UP_TO:
        weeks = max(1, round(days / 7))
        return f"{weeks} {'week' if weeks == 1 else 'weken'} {direction}"
    if days <= _MONTHS_UP_TO:
        months = max(1, round(days / 30.44))
        return f"{months} {'maand' if months == 1 else 'maanden'} {direction}"
    return f"{round(days / 365.25)} jaar {direction}"
