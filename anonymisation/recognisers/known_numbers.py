"""Numbers and one day that the submitter knows, however the text groups and writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from anonymisation.document import EntityType
from anonymisation.known import Known
from anonymisation.recognisers.identifiers import digits_of
from anonymisation.recognisers.known_words import START, Find
from anonymisation.recognisers.rule import CERTAIN, CHECKED, DOUBTFUL
from anonymisation.relative import MONTH_WORDS, MONTHS

Number = tuple[str, EntityType, float, bool]
"""Digits to look for, with their label and score, and whether the code of a country may precede them."""

_MONTH_OF = {word: MONTHS[word[:3]] for word in MONTH_WORDS}
_SEP = r"\s?[-/. ]\s?"
_MONTH = "(?P<m>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_DIGITS = re.compile(r"\d+")
_DAY_MONTH = re.compile(
    rf"(?P<d>\d{{1,2}})(?P<sep>{_SEP})(?P<m>\d{{1,2}})(?!\d)(?P<y>{_SEP}'?(?:\d{{4}}|\d{{2}})(?!\d))?"
)
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}})(?!\d)")
_DAY_WORD = re.compile(
    rf"(?P<d>\d{{1,2}})(?:e|ste|de)?[\s\-./]{{0,3}}{_MONTH}(?P<y>[\s\-,./]{{0,3}}'?(?:\d{{4}}|\d{{2}})(?!\d))?"
)
_NUMBER_YEAR = re.compile(r"(?P<m>\d{1,2})[-/](?P<y>\d{4})(?!\d)")
_WORD_YEAR = re.compile(rf"{START}{_MONTH}[\s\-,/]{{0,3}}(?P<y>\d{{4}}|'\d{{2}})(?!\d)")
_MONTH_STARTS = tuple(
    re.compile("|".join(sorted({word[:3] for word, n in _MONTH_OF.items() if n == month}))) for month in range(1, 13)
)
"""How each month starts in letters: quick to look for."""

_DIGIT_RUN = re.compile(r"\d(?:[\s.\-/()]{0,3}\d)*")
_COUNTRY = ("00310", "0031", "310", "31", "00", "0", "")
"""What may stand before a national number, the longest first."""


def numbers(known: Known) -> Iterator[Number]:
    """Yield everything known that is a number: the BSN, the telephone numbers and the birth date in digits alone."""
    number = digits_of(known.bsn)
    if len(number) >= 4:
        yield number, EntityType.NL_BSN, CHECKED, False
        if len(number) == 9 and number.startswith("0"):
            yield number[1:], EntityType.NL_BSN, CHECKED, False
    for phone in known.phones:
        digits = digits_of(phone).removeprefix("00")
        if len(digits) >= 6:
            yield re.sub(r"^(?:31|0)(?=\d{8,9}$)", "", digits), EntityType.PHONE_NUMBER, CERTAIN, True
    if known.birth_date:
        for form in ("%Y%m%d", "%d%m%Y", "%d%m%y"):
            yield f"{known.birth_date:{form}}", EntityType.DATE_TIME, CERTAIN, False


def number_finds(wanted: Sequence[Number], folded: str) -> Iterator[Find]:
    """Yield every number, however it is grouped, that starts and ends where a group of digits does."""
    if not wanted:
        return
    for run in _DIGIT_RUN.finditer(folded):
        places = [place for place in range(run.start(), run.end()) if folded[place].isdecimal()]
        digits = "".join(folded[place] for place in places)
        for number, label, score, country in wanted:
            at = digits.find(number)
            while at >= 0:
                last = at + len(number) - 1
                if last + 1 == len(places) or places[last + 1] > places[last] + 1:
                    first = _number_start(digits, places, at, _COUNTRY if country else ("",))
                    if first is not None:
                        start = places[first]
                        while start and country and folded[start - 1] in "+(":
                            start -= 1
                        yield start, places[last] + 1, label, score
                at = digits.find(number, at + 1)


def _number_start(digits: str, places: Sequence[int], at: int, before: Sequence[str]) -> int | None:
    """Return where a number starts with what may stand before it; None when it starts inside a group of digits."""
    for one in before:
        first = at - len(one)
        if first >= 0 and digits.startswith(one, first) and (not first or places[first - 1] < places[first] - 1):
            return first
    return None


def date_finds(day: date, folded: str) -> Iterator[Find]:
    """Yield every way to write one day; one that can be a time, a score or a range as well is doubtful."""
    for digits in _DIGITS.finditer(folded):
        start = digits.start()
        for find in (_day_first(day, folded, start), _year_or_month_first(day, folded, start)):
            if find is not None:
                end, score = find
                yield start, end, EntityType.DATE_TIME, score
    for head in _MONTH_STARTS[day.month - 1].finditer(folded):
        match = _WORD_YEAR.match(folded, head.start())
        if match and _MONTH_OF[match["m"]] == day.month and _is_year(match["y"], day):
            yield match.start(), match.end(), EntityType.DATE_TIME, DOUBTFUL


def _day_first(day: date, folded: str, start: int) -> tuple[int, float] | None:
    """Return end and score of a date that starts with its day; without a year, one in numbers may be something else."""
    if (match := _DAY_WORD.match(folded, start)) and (int(match["d"]), _MONTH_OF[match["m"]]) == (day.day, day.month):
        return match.end("y" if match["y"] and _is_year(match["y"], day) else "m"), CERTAIN
    match = _DAY_MONTH.match(folded, start)
    if match is None or (int(match["d"]), int(match["m"])) != (day.day, day.month):
        return None
    if match["y"] and _is_year(match["y"], day):
        return match.end(), CERTAIN
    if match["sep"] not in {"-", "/", "."}:
        return None
    two_digits = len(match["d"]) == len(match["m"]) == 2 and match["sep"] != "."
    return match.end("m"), CERTAIN if two_digits else DOUBTFUL


def _year_or_month_first(day: date, folded: str, start: int) -> tuple[int, float] | None:
    """Return end and score of `1988-03-14`, and of the month with its year in numbers."""
    match = _YEAR_FIRST.match(folded, start)
    if match and (int(match["y"]), int(match["m"]), int(match["d"])) == (day.year, day.month, day.day):
        return match.end(), CERTAIN
    match = _NUMBER_YEAR.match(folded, start)
    if match and (int(match["m"]), int(match["y"])) == (day.month, day.year):
        return match.end(), DOUBTFUL
    return None


def _is_year(written: str, day: date) -> bool:
    """Is this the year, in four digits or two?"""
    digits = digits_of(written)
    return int(digits) == (day.year if len(digits) == 4 else day.year % 100)
