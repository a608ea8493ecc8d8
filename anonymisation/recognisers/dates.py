"""Days that can be looked up, and ages.

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
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, NOT_BEFORE
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

MONTH = (
    r"(?:januari|jan|februari|febr|feb|maart|mrt|maa|april|apr|mei|juni|jun|juli|jul|augustus|aug|september|sept|sep|"
    r"oktober|okt|oct|november|nov|december|dec)\b\.?"
)
_WEEKDAY = (
    r"(?:(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|ma|di|wo|do|vr|za|zo)\b\.?,?[ ]{1,2}(?:de[ ])?)?"
)
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?:(?:19|20)\d\d|['’‘]\d\d)"
_TO = rf"(?:[ ]?(?:t/m|tot en met|tot|en|of|{DASH})[ ]?)"
_FEAST = (
    r"(?:sinterklaas(?:avond)?|pakjesavond|kerst(?:mis|avond|nacht)?|(?:eerste|tweede|1e|2e)[ ](?:kerst|paas|pinkster)dag|"
    r"pasen|paas(?:zondag|maandag|weekend)|goede vrijdag|pinksteren|pinkster(?:weekend|zondag|maandag)|hemelvaart(?:sdag)?|"
    r"carnaval|vastenavond|aswoensdag|koningsdag|koninginnedag|bevrijdingsdag|dodenherdenking|oudjaar(?:savond)?|"
    r"oudejaarsavond|oud en nieuw|nieuwjaar(?:sdag)?|driekoningen|sint[ -]maarten|valentijn(?:sdag)?|moederdag|vaderdag|"
    r"dierendag|halloween|prinsjesdag|allerheiligen|allerzielen|suikerfeest|offerfeest|ramadan|divali|diwali|holi|"
    r"chanoeka|pesach|jom kippoer|keti koti|midwinter|palmpasen|sint[ -]nicolaas)"
)
_CUE = re.compile(
    r"(?:\b(?:op|dd|d\.d|per|sinds|vanaf|tot|t/m|datum|dat|van|ingaande|eind|begin|was|is|gepland|afspraak|consult|"
    r"intake|gesprek|brief|mail|opname|opgenomen|ontslagen|ontslag|gemist|laatst|laatste|geb|geboren|gebdat|"
    r"overleden|huisbezoek|zitting|contact|overleg|mdo|seh|ok|voor|na|uiterlijk|en|en op)[.:,]?[ ]{0,2}|[(\n:–—][ ]{0,2})$",
    re.IGNORECASE,
)
_SCORE = re.compile(
    r"(?:\b(?:rr|bp|bloeddruk|tensie|nrs|vas|score|scoort|schaal|gaf|phq|gad|mmse|moca|ips|pijn|cijfer|ratio|visus|apgar|"
    r"emv|gcs|versie|v|art|artikel|lid|stap|fase|kamer|blok|groep|hond?|pagina|p|blz|zrm)[.:\-]?\d{0,2}[ :=]{0,3})$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"[ ]?(?:x\b|×|%|mg|ml|mcg|µg|kg|gr?\b|cm|mm|mmol|tabl|tab\b|caps|dd\b|daags|uur|u\b|min|dgn?\b|dag|wk|week|weken|mnd|"
    r"maand|jr\b|jaar|j\b|keer|maal|per\b|p/|joint|glas|glazen|biertje|bier|fles|halve|sig|stuks|personen|mensen|kinderen|"
    r"punten|euro|k\b|deel|delen|van de|pogingen|sessies|gesprekken|afspraken|contacten|stappen|nachten|avonden)",
    re.IGNORECASE,
)


class DateRecogniser(RuleRecogniser):
    """Calendar days in every way that Dutch records write them."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.DATE_TIME,)

    _FULL = re.compile(
        rf"(?<![\w/.\-])(?P<day>\d{{1,2}})(?P<s>[ ]?(?:[/.]|{DASH})[ ]?)(?P<month>\d{{1,2}})(?P=s)['’]?(?P<year>\d{{4}}|\d\d)(?![\w])(?![/\-]\d)"
    )
    _ISO = re.compile(
        rf"(?<![\w/.\-])(?P<year>(?:19|20)\d\d)(?P<s>[/.]|{DASH})(?P<month>\d{{1,2}})(?P=s)(?P<day>\d{{1,2}})(?!\d)"
    )
    _SOLID = re.compile(r"(?<![\w/.\-+])(?:19|20)\d{6}(?![\w/\-])(?![.,]\d)")
    _SOLID_DUTCH = re.compile(r"(?i:geb(?:oren|dat|oortedatum)?|geboortedatum)[.:]{0,2}[ ]{0,3}(?P<nr>\d{8})(?!\d)")
    _SHORT = re.compile(
        rf"(?<![\w/.,\-+])(?P<day>\d{{1,2}})(?P<s>{DASH}|/)(?P<month>\d{{1,2}})(?![\w/%])(?!{DASH}\w)(?![.,]\d)"
    )
    _MONTH_YEAR_DIGITS = re.compile(rf"(?<![\w/.\-])(?:0?[1-9]|1[0-2])(?:[/]|{DASH})(?:19|20)\d\d(?![\w/\-])")
    _WORDS = re.compile(
        rf"{NOT_AFTER}{_WEEKDAY}(?:{_DAY}{_TO})?{_DAY}(?:e|ste|de|\.)?[ ]?{MONTH}(?:,?[ ]{{1,2}}{_YEAR}{NOT_BEFORE})?",
        re.IGNORECASE,
    )
    _WORDS_SHORT_YEAR = re.compile(
        rf"{NOT_AFTER}{_WEEKDAY}{_DAY}[ ]?{DASH}?{MONTH}[ ]?{DASH}?\d\d(?![\w:.,]\d)", re.IGNORECASE
    )
    _WORDS_DASHED = re.compile(
        rf"{NOT_AFTER}{_DAY}{DASH}{MONTH}(?:{DASH}(?:(?:19|20)\d\d|\d\d))?{NOT_BEFORE}", re.IGNORECASE
    )
    _MONTH_YEAR = re.compile(rf"{NOT_AFTER}{MONTH}[ ]{{0,2}}(?:van[ ])?{_YEAR}{NOT_BEFORE}", re.IGNORECASE)
    _MONTH_DAY = re.compile(rf"{NOT_AFTER}{MONTH}[ ]{_DAY}(?:,[ ](?:19|20)\d\d){NOT_BEFORE}", re.IGNORECASE)
    _FEAST_YEAR = re.compile(rf"{NOT_AFTER}{_FEAST},?[ ]{{1,2}}(?:van[ ]|in[ ])?{_YEAR}{NOT_BEFORE}", re.IGNORECASE)
    _RANGE_HEAD = re.compile(rf"(?<![\w/.,\-]){_DAY}[ ]?(?:t/m|tot en met)[ ]?$")

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every day; a short numeric one is certain only when the words around it speak of a day."""
        for pattern in (self._FULL, self._ISO):
            for match in pattern.finditer(text):
                if _real(match["year"], match["month"], match["day"]):
                    yield self._hit(match.start(), match.end(), CERTAIN)
        for pattern in (self._WORDS, self._WORDS_DASHED, self._MONTH_YEAR, self._MONTH_DAY, self._FEAST_YEAR):
            for match in pattern.finditer(text):
                yield self._hit(match.start(), match.start() + len(_without_full_stop(text, match)), CERTAIN)
        for match in self._WORDS_SHORT_YEAR.finditer(text):
            if not _UNIT.match(text, match.end()):
                yield self._hit(match.start(), match.end(), LIKELY)
        for match in self._MONTH_YEAR_DIGITS.finditer(text):
            yield self._hit(match.start(), match.end(), LIKELY)
        yield from self._solid(text)
        yield from self._short(text)

    def _solid(self, text: str) -> Iterator[Hit]:
        """Yield eight digits that form a day between 1900 and 2099, year first, or day first after a word for birth."""
        for match in self._SOLID.finditer(text):
            digits = match.group()
            if _real(digits[:4], digits[4:6], digits[6:]):
                yield self._hit(match.start(), match.end(), LIKELY)
        for match in self._SOLID_DUTCH.finditer(text):
            digits = match["nr"]
            if _real(digits[4:], digits[2:4], digits[:2]):
                yield self._hit(match.start("nr"), match.end("nr"), CERTAIN)

    def _short(self, text: str) -> Iterator[Hit]:
        """Yield a day and month in digits, unless the words around it make it a dose, a score or a range."""
        for match in self._SHORT.finditer(text):
            day, month = int(match["day"]), int(match["month"])
            if not _real("2024", match["month"], match["day"]) or _UNIT.match(text, match.end()):
                continue
            before = text[max(0, match.start() - 24) : match.start()]
            cue, zero = bool(_CUE.search(before)), match["month"].startswith("0") or match["day"].startswith("0")
            if _SCORE.search(before) or (not cue and not zero and _looks_like_ratio(match["s"], day, month)):
                continue
            two_digits = len(match["day"]) == len(match["month"]) == 2
            score = LIKELY if zero or (cue and (match["s"] == "/" or two_digits or day > 12)) else DOUBTFUL
            if score == LIKELY or cue or two_digits or day > 12 or match["s"] == "/":
                yield self._hit(match.start(), match.end(), score)

    @staticmethod
    def _hit(start: int, end: int, score: float) -> Hit:
        return Hit(start, end, EntityType.DATE_TIME, score)


def _without_full_stop(text: str, match: re.Match[str]) -> str:
    """Leave out a full stop that ends the sentence rather than the abbreviation (`mei.`)."""
    found = match.group()
    if found.endswith(".") and (match.end() == len(text) or text[match.end() : match.end() + 2] != " '"):
        return found[:-1]
    return found


def _looks_like_ratio(separator: str, first: int, second: int) -> bool:
    """Say whether `1/2`, `3/10`, `3-4` is more likely a share, a mark out of ten or a range than a day."""
    if separator == "/":
        return first < second and second in {2, 3, 4, 5, 6, 7, 8, 10}
    return first < second and second - first <= 5 and second <= 12 and first <= 10


def _real(year: str, month: str, day: str) -> bool:
    """Say whether the three numbers are a day of the calendar."""
    try:
        date(int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


class AgeRecogniser(RuleRecogniser):
    """The digits of an age; a number of years that measures a duration is left alone."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.AGE,)

    _ADJECTIVE = re.compile(
        rf"(?<![\w.,/\-])(?P<age>\d{{1,3}})(?:[ ]?{DASH}?[ ]?jarige?n?\b|[ ](?:jaar|jr\.?)[ ]oude?\b|[ ]?jr[ ]oud\b)",
        re.IGNORECASE,
    )
    _YEARS = re.compile(r"(?<![\w.,/\-+±])(?P<age>\d{1,3})[ ]?(?:jaar|jr|j)\b\.?", re.IGNORECASE)
    _PERSON_OF = re.compile(
        r"\b(?:jongen|meisje|man|vrouw|zoon|zoontje|dochter|dochtertje|broer|broertje|zus|zusje|kind|kleinkind|kleinzoon|"
        r"kleindochter|peuter|kleuter|puber|tiener|baby|dame|heer|student|leerling|pati[eë]nte?|cli[eë]nte?|pte?|mw|dhr|"
        r"jongere|leeftijd|lft)\.?(?:[ ]van|[ ]?[:,])?[ ](?P<age>\d{1,3})(?![\w/%\-])(?![.,:]\d)(?![ ]?(?:uur|u|mnd|maanden|weken|wkn|dgn|"
        r"dagen|kg|cm|mg|x|keer|euro|%|jaar|jr|km|min)\b)",
        re.IGNORECASE,
    )
    _NAME_PAREN = re.compile(rf"{NOT_AFTER}{CAP_WORD}[ ]\((?P<age>\d{{1,3}})(?=\)|,)")
    _NAME_COMMA = re.compile(rf"{NOT_AFTER}{CAP_WORD},[ ](?P<age>\d{{1,2}}),(?=[ ])")
    _QUOTED_COMMA = re.compile(r"['’\"”], (?P<age>\d{1,2})\)")
    _LETTER_FORM = re.compile(
        r"(?<![\w/])(?:[mv]|man|vrouw)[ /,]{1,2}(?P<age>\d{1,3})(?:[ ]?(?:jr|j|jaar)\b|(?=[,)\n]))", re.IGNORECASE
    )

    _DURATION_BEFORE = re.compile(
        r"\b(?:sinds|al|na|over|binnen|elke|per|gedurende|ruim|bijna|afgelopen|laatste|komende|vorige|om de|in|vanaf|circa|ca|"
        r"ongeveer|plm|minimaal|minstens|maximaal|tot|voor|nog|zo'n|hele|heel|eerste|volgende|meer dan|langer dan|zeker|"
        r"straf|cel|eis|duurt|duurde|om|toen|van|à|\d)[.]?[ ]{1,2}$",
        re.IGNORECASE,
    )
    _DURATION_AFTER = re.compile(
        r"[ ,]{0,2}(?:geleden|lang\b|later|eerder|na\b|voor\b|gehuwd|getrouwd|samen|ervaring|werkzaam|in dienst|cel|"
        r"gevangenis|nuchter|clean|abstinent|wachttijd|wachten|contact|relatie|huwelijk|bij\b|aan\b|therapie|behandel|"
        r"in zorg|in beeld|bekend|gebruik|gerookt|zonder|durend|niet|geen|dakloos|werkloos|tbs|gewerkt|gewoond|verslaafd|"
        r"weduw|gescheiden|terug|nodig|onder|gedetineerd|voorwaardelijk|depress)",
        re.IGNORECASE,
    )
    _CLEAR_BEFORE = re.compile(
        r"(?:\bis|\bwas|\bwordt|\bwerd|\bnu|\bpas|\binmiddels|[(]|leeftijd:?|[,;]|\bman|\bvrouw|\bjongen|\bmeisje|\bzoon|\bdochter|"
        r"\bvan)[ ]{0,2}$",
        re.IGNORECASE,
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the digits of every age; a bare number after a name is doubtful."""
        for pattern in (self._ADJECTIVE, self._PERSON_OF, self._LETTER_FORM):
            for match in pattern.finditer(text):
                yield from self._hit(match, CERTAIN)
        for match in self._YEARS.finditer(text):
            yield from self._years(text, match)
        for pattern in (self._NAME_PAREN, self._NAME_COMMA, self._QUOTED_COMMA):
            for match in pattern.finditer(text):
                yield from self._hit(match, DOUBTFUL)

    def _years(self, text: str, match: re.Match[str]) -> Iterator[Hit]:
        """Yield a number of years unless the words before or after it make it a duration."""
        before = text[max(0, match.start() - 20) : match.start()]
        clear = bool(self._CLEAR_BEFORE.search(before))
        person = bool(
            re.search(r"\b(?:man|vrouw|jongen|meisje|zoon|dochter|kind|broer|zus) van[ ]$", before, re.IGNORECASE)
        )
        if self._DURATION_AFTER.match(text, match.end()) and not person:
            return
        if clear and (person or not self._DURATION_BEFORE.search(before)):
            yield from self._hit(match, CERTAIN)
        elif not self._DURATION_BEFORE.search(before):
            yield from self._hit(match, DOUBTFUL)

    @staticmethod
    def _hit(match: re.Match[str], score: float) -> Iterator[Hit]:
        if int(match["age"]) <= 120:
            yield Hit(match.start("age"), match.end("age"), EntityType.AGE, score)
