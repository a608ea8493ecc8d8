"""Days that can be looked up.

Marked are a full date, a day with its month, a month with its year, and a feast with its year. Not marked are a bare
year, a bare month, a weekday, a duration, and the many numbers in case text that only look like a date: doses, blood
pressures, scores, ratios and ranges. Numeric dates are read in Dutch order, day before month.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import words
from anonymisation.page import Page, Triggered, first_words, glued
from anonymisation.recognisers.letters import DASH, NOT_AFTER, NOT_BEFORE, any_of
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser
from anonymisation.relative import MONTH_WORDS

_MONTHS_WRITTEN = " ".join((*MONTH_WORDS, "oct"))
MONTH = any_of(_MONTHS_WRITTEN) + r"\b\.?"
_MONTHS = first_words(_MONTHS_WRITTEN)
_ENDED_MONTHS = frozenset(ending + month for ending in ("", "e", "ste", "de") for month in _MONTHS)
"""The months, also with the ending of an ordinal number directly before them."""
_WEEKDAY_WORD = (
    r"(?:(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)(?:ochtend|middag|avond|nacht)?"
    r"|ma|di|wo|do|vr|za|zo|zat|vrij|woe|don|din)"
)
_WEEKDAYS = glued(
    words("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"), "ochtend", "middag", "avond", "nacht"
) | frozenset(words("ma di wo do vr za zo zat vrij woe don din"))
_WEEKDAY = rf"(?:{_WEEKDAY_WORD}\b\.?,?[ ]{{1,2}}(?:de[ ])?)?"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?:(?:19|20)\d\d|['’‘]\d\d)"
_TO = rf"(?:[ ]?(?:t/m|tot en met|tot|en|of|op|/|{DASH})[ ]?)"
_FEAST_WORDS = """
    sinterklaas sinterklaasavond pakjesavond kerst kerstmis kerstavond kerstnacht eerste_kerstdag
    tweede_kerstdag 1e_kerstdag 2e_kerstdag eerste_paasdag tweede_paasdag 1e_paasdag 2e_paasdag
    eerste_pinksterdag tweede_pinksterdag pasen paaszondag paasmaandag paasweekend goede_vrijdag pinksteren
    pinksterweekend pinkstermaandag hemelvaart hemelvaartsdag carnaval vastenavond vastelaovend aswoensdag
    koningsdag koninginnedag bevrijdingsdag dodenherdenking oudjaar oudjaarsdag oudjaarsavond oudejaarsavond
    oud_en_nieuw nieuwjaar nieuwjaarsdag nieuwjaarsnacht driekoningen sint_maarten sint-maarten valentijn
    valentijnsdag moederdag vaderdag dierendag halloween prinsjesdag allerheiligen allerzielen suikerfeest
    offerfeest ramadan divali diwali holi chanoeka pesach jom_kippoer keti_koti midwinter palmpasen
    sint_nicolaas
"""
_FEAST = any_of(_FEAST_WORDS)
_FEASTS = first_words(_FEAST_WORDS)
_CUE_WORD = any_of("""
    op dd d.d d.d. per sinds vanaf tot t/m datum dat van ingaande eind begin was is gepland afspraak consult
    intake gesprek brief mail opname opgenomen ontslagen ontslag gemist laatst laatste geb geboren gebdat
    overleden huisbezoek zitting contact overleg mdo seh ok voor na uiterlijk en verzonden ontvangen gebeld
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma di wo do vr za zo verslag notitie
""")
_CUE = re.compile(rf"(?:(?<!\w){_CUE_WORD}[.:,]?[ ]{{0,2}}|[(\n:–—][ ]{{0,2}})$", re.IGNORECASE)
_SCORE_WORD = any_of("""
    rr bp bloeddruk tensie nrs vas score scoort schaal gaf phq gad mmse moca ips pijn cijfer ratio visus apgar
    emv gcs versie v art artikel lid stap fase kamer blok groep pagina p blz zrm mta fazekas gradering stadium
    graad niveau nr nummer
""")
_SCORE = re.compile(rf"(?<!\w){_SCORE_WORD}[.:\-]?\d{{0,2}}[ :=]{{0,3}}$", re.IGNORECASE)
_UNIT_HEAD = any_of("""
    tabl caps daags uur min dag week weken wkn mnd maand jaar keer maal p/ joint glas glazen bier fles halve
    sig stuks personen mensen kinderen punten euro deel delen van_de pogingen sessies gesprekken afspraken
    contacten stappen nachten avonden
""")
_UNIT_WORD = any_of("x mg ml mcg µg kg g gr cm mm mmol tab dd u dgn dg wk jr j per k pw pd p.d. p.w.")
_UNIT = re.compile(rf"[ ]?(?:[×%]|{_UNIT_HEAD}|{_UNIT_WORD}(?!\w))", re.IGNORECASE)


_HOURS_BEFORE = re.compile(r"(?<!\w)(?:ma|di|wo|do|vr|za|zo)\.? (?:t/m|tot|-|–) $", re.IGNORECASE)
"""Days of the week in a row tell opening hours: in `ma t/m vr 9-12` the numbers are no day."""


class DateRecogniser(RuleRecogniser):
    """Calendar days in every way that Dutch records write them."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.DATE_TIME,)

    _FULL = Triggered(
        rf"(?<![\w/.\-])(?P<day>\d{{1,2}})(?P<s>[ ]?(?:[/.]|{DASH})[ ]?)(?P<month>\d{{1,2}})(?P=s)"
        r"['’]?(?P<year>\d{4}|\d\d)(?![\w])(?![/\-]\d)",
        numbers=True,
    )
    _ISO = Triggered(
        rf"(?<![\w/.\-])(?P<year>(?:19|20)\d\d)(?P<s>[/.]|{DASH})(?P<month>\d{{1,2}})(?P=s)(?P<day>\d{{1,2}})(?!\d)",
        numbers=True,
    )
    _SOLID = Triggered(r"(?<![\w/.\-+])(?:19|20)\d{6}(?![\w/\-])(?![.,]\d)", numbers=True, size=8)
    _SOLID_DUTCH = Triggered(
        r"(?i:geb(?:oren|dat|oortedatum)?|geboortedatum)[.:]{0,2}[ ]{0,3}(?P<nr>\d{8})(?!\d)", needs=("geb",), size=8
    )
    _SHORT = Triggered(
        rf"(?<![\w/.,\-+])(?P<whole>{_WEEKDAY}(?P<day>\d{{1,2}})(?P<s>{DASH}|/)(?P<month>\d{{1,2}}))"
        rf"(?![\w/%])(?!{DASH}\w)(?![.,]\d)",
        _WEEKDAYS,
        numbers=True,
        flags=re.IGNORECASE,
    )
    _MONTH_YEAR_DIGITS = Triggered(
        rf"(?<![\w/.\-])(?:0?[1-9]|1[0-2])(?:/|{DASH})(?:19|20)\d\d(?![\w/\-])", numbers=True
    )
    _WORDS = Triggered(
        rf"(?<![\w/.\-]){_WEEKDAY}(?:{_DAY}(?:,[ ]{_DAY})?{_TO}{_WEEKDAY})?{_DAY}(?:e|ste|de|\.)?[ ]?{MONTH}"
        rf"(?:,?[ ]{{1,2}}{_YEAR}{NOT_BEFORE})?",
        _WEEKDAYS,
        numbers=True,
        among=_ENDED_MONTHS,
        flags=re.IGNORECASE,
    )
    _WORDS_SHORT_YEAR = Triggered(
        rf"(?<![\w/.\-]){_WEEKDAY}{_DAY}[ ]?{DASH}?{MONTH}[ ]?{DASH}?\d\d(?![\w:.,]\d)(?!\w)",
        _WEEKDAYS,
        numbers=True,
        among=_MONTHS,
        flags=re.IGNORECASE,
    )
    _WORDS_DASHED = Triggered(
        rf"{NOT_AFTER}{_DAY}{DASH}{MONTH}(?:{DASH}(?:(?:19|20)\d\d|\d\d))?{NOT_BEFORE}",
        numbers=True,
        among=_MONTHS,
        flags=re.IGNORECASE,
    )
    _MONTH_YEAR = Triggered(
        rf"{NOT_AFTER}{MONTH}[ ]{{0,2}}(?:van[ ])?{_YEAR}{NOT_BEFORE}", _MONTHS, flags=re.IGNORECASE
    )
    _MONTH_DAY = Triggered(
        rf"{NOT_AFTER}{MONTH}[ ]{_DAY}(?:,[ ](?:19|20)\d\d){NOT_BEFORE}", _MONTHS, flags=re.IGNORECASE
    )
    _FEAST_YEAR = Triggered(
        rf"{NOT_AFTER}{_FEAST},?[ ]{{1,2}}(?:van[ ]|in[ ])?{_YEAR}(?:/(?:20)?\d\d)?{NOT_BEFORE}",
        _FEASTS,
        numbers=True,
        flags=re.IGNORECASE,
    )
    _ROMAN = Triggered(
        rf"(?<![\w/.\-])(?:{_DAY})[ ]?[-./ ][ ]?(?:I{{1,3}}|IV|VI{{0,3}}|IX|XI{{0,2}})[ ]?[-./ ][ ]?"
        r"(?:(?:19|20)\d\d|['’]?\d\d)(?!\w)(?![.,]\d)",
        numbers=True,
    )
    _DOTTED_RANGE = Triggered(
        r"(?<![\w/.\-])(?P<day>\d{1,2})\.(?P<month>\d{1,2})[ ]?(?:t/m|tot en met|tot)[ ]?"
        r"(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})(?![\w:])(?![.,]\d)(?![ ]?(?:u\b|uur))",
        numbers=True,
    )
    _CLEAR = (_ROMAN, _WORDS, _WORDS_DASHED, _MONTH_YEAR, _MONTH_DAY, _FEAST_YEAR)

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every day; a short numeric one is certain only when the words around it speak of a day."""
        text = page.text
        for pattern in (self._FULL, self._ISO):
            for match in pattern.finditer(page):
                if _real(match["year"], match["month"], match["day"]):
                    yield self._hit(match.start(), match.end(), CERTAIN)
        for pattern in self._CLEAR:
            for match in pattern.finditer(page):
                yield self._hit(match.start(), match.end() - match.group().endswith("."), CERTAIN)
        for match in self._WORDS_SHORT_YEAR.finditer(page):
            if not _UNIT.match(text, match.end()):
                yield self._hit(match.start(), match.end(), LIKELY)
        for match in self._MONTH_YEAR_DIGITS.finditer(page):
            yield self._hit(match.start(), match.end(), LIKELY)
        for match in self._DOTTED_RANGE.finditer(page):
            if _real("2024", match["month"], match["day"]) and _real("2024", match["month2"], match["day2"]):
                yield self._hit(match.start(), match.end(), DOUBTFUL)
        yield from self._solid(page)
        yield from self._short(page)

    def _solid(self, page: Page) -> Iterator[Hit]:
        """Yield eight digits that form a day between 1900 and 2099, year first, or day first after a word for birth."""
        for match in self._SOLID.finditer(page):
            digits = match.group()
            if _real(digits[:4], digits[4:6], digits[6:]):
                yield self._hit(match.start(), match.end(), LIKELY)
        for match in self._SOLID_DUTCH.finditer(page):
            digits = match["nr"]
            if _real(digits[4:], digits[2:4], digits[:2]):
                yield self._hit(match.start("nr"), match.end("nr"), CERTAIN)

    def _short(self, page: Page) -> Iterator[Hit]:
        """Yield a day and month in digits, unless the words around it make it a dose, a score or a range."""
        text = page.text
        for match in self._SHORT.finditer(page):
            day, month = int(match["day"]), int(match["month"])
            if not _real("2024", match["month"], match["day"]) or _UNIT.match(text, match.end()):
                continue
            before = text[max(0, match.start("day") - 24) : match.start("day")]
            weekday = match.start("day") > match.start("whole")
            if weekday and _HOURS_BEFORE.search(text[max(0, match.start() - 10) : match.start()]):
                continue
            if not weekday and _SCORE.search(before):
                continue
            cue = weekday or bool(_CUE.search(before))
            zero = match["month"].startswith("0") or match["day"].startswith("0")
            if not cue and not zero and _looks_like_ratio(match["s"], day, month):
                continue
            two_digits = len(match["day"]) == len(match["month"]) == 2
            firm = weekday or zero or (cue and (match["s"] == "/" or two_digits or day > 12))
            if firm or cue or two_digits or day > 12 or match["s"] == "/":
                yield self._hit(match.start(), match.end(), LIKELY if firm else DOUBTFUL)

    @staticmethod
    def _hit(start: int, end: int, score: float) -> Hit:
        return Hit(start, end, EntityType.DATE_TIME, score)


def _looks_like_ratio(separator: str, first: int, second: int) -> bool:
    """Say whether `1/2`, `3/10`, `3-4` is more likely a share, a mark out of ten or a range than a day."""
    if separator == "/":
        return (first, second) == (24, 7) or (first <= second and second in {2, 3, 4, 5, 6, 7, 8, 10})
    return first < second <= 12 and second - first <= 5 and first <= 10


def _real(year: str, month: str, day: str) -> bool:
    """Say whether the three numbers, written in digits of any script, are a day of the calendar."""
    try:
        date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True
