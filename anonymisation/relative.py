"""Days read from Dutch text, alone or in ranges, told as past or not, and rewritten as time from a reference day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from anonymisation.folding import fold
from anonymisation.forms import REFERENCE_FORM, band
from anonymisation.lists import words

MONTHS = {
    "jan": 1, "feb": 2, "mrt": 3, "maa": 3, "mar": 3, "apr": 4, "mei": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "okt": 10, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""The first three letters of every way to write a month, with its number."""
MONTH_WORDS = words("""
    januari jan februari febr feb maart mrt maa april apr mei juni jun juli jul augustus aug september sept
    sep oktober okt november nov december dec
""")
"""Every month in Dutch, in full and as it is shortened."""

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


_MONTH = rf"(?!maand)(?:{'|'.join(MONTHS)})[a-z]{{0,7}}\b"
_WEEKDAY = (
    r"(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag(?:ochtend|middag|avond|nacht)?"
    r"|ma|di|woe|wo|don|do|vrij|vr|zat|za|zo)"
)
_TH = r"(?:(?:e|ste|de)\b)?\.?"
_SHORT_YEAR = rf"\d{{2}}(?!\d|\s?[-/.:]\s?\d|\s?u(?:ur)?\b|\s?{_TH}\s?{_MONTH})"
"""Two digits behind a month are its year, and neither an hour nor the next day."""
_ITEM = re.compile(
    rf"""(?<!\w)(?<!\d[.:,])(?:
      (?P<y1>\d{{4}})\s?[-/.]\s?(?P<m1>\d{{1,2}})\s?[-/.]\s?(?P<d1>\d{{1,2}})(?!\d)
    | (?P<d2>\d{{1,2}})(?:\s?[-/.]\s?(?P<m2>\d{{1,2}})\s?[-/.]\s{{0,2}}|\s(?P<m2b>\d{{1,2}})\s)
      (?P<y2>\d{{4}}|\d{{2}})(?!\d)(?!{_TH}\s{{0,2}}{_MONTH})
    | (?P<d3>\d{{1,2}}){_TH}[\s-]{{0,3}}(?P<w3>{_MONTH})\.?
      (?:[\s,-]{{0,3}}(?P<y3>\d{{4}})(?!\d)|[\s-]{{0,3}}(?P<y3b>{_SHORT_YEAR}))?
    | (?P<w4>{_MONTH})\.?\s(?P<d4>\d{{1,2}}),\s(?P<y4>\d{{4}})(?!\d)
    | (?P<w5>{_MONTH})\.?[\s,-]{{0,3}}(?:van\s)?(?:(?P<y5>\d{{4}})(?!\d)|(?P<y5b>{_SHORT_YEAR}))
    | (?P<m6>\d{{1,2}})\s?[-/]\s?(?P<y6>\d{{4}})(?!\d)
    | (?P<d7>\d{{1,2}})\s?[-/]\s?(?P<m7>\d{{1,2}})(?!\d|\s?[-/.:]\s?\d|\s?u(?:ur)?\b|{_TH}\s{{0,2}}{_MONTH})
    | (?P<solid>\d{{8}})(?!\d)
    | (?P<d8>\d{{1,2}}){_TH}(?![\d%]|[.:,]\d|\s?u(?:ur)?\b)
    )""",
    re.VERBOSE,
)
"""Everything that is a day or a month of a year; last a bare day, which takes its month from the next one."""
_JOIN = re.compile(
    rf"(?:[\s,&+/()-]|t/m|(?:tot|tm|t\.m|en|of|op|met|aan|uiterlijk|ongeveer|circa|ca|de|{_WEEKDAY})\b\.?){{1,12}}"
)
"""What stands between two days of one range or list."""
_RANGE = re.compile(r"\b(?:tot|tm|t/m|t\.m)\b|-")
_BESIDE = re.compile(
    rf"(?:\bom\s)?\b\d{{1,2}}(?:[.:]\d\d)?\s?u(?:ur|ren)?\b|\bom\s\d{{1,2}}(?:[.:]\d\d)?\b|\b\d{{1,2}}:\d\d\b"
    rf"|\b(?:op|de|van|vanaf|per|tot|en|of|in|week|voor|na|uiterlijk|rond|ochtend|middag|avond|nacht|eind|begin|medio"
    rf"|half|aanstaande|komende|{_WEEKDAY})\b|t/m|d\.d\.|a\.s\."
)
"""What a span may hold beside its days: an hour, and words that make it no other day."""
_AROUND = 60
"""So many characters before and after a place can belong to its range."""


def read(text: str) -> Day | None:
    """Read the last day that a DATE_TIME span names; None when it names none in a way we know."""
    days = (_day(match) for match in _ITEM.finditer(_flat(text)) if match["d8"] is None)
    return next(reversed([day for day in days if day is not None]), None)


def ranges(text: str, start: int = 0, end: int | None = None) -> tuple[tuple[Day, ...], ...]:
    """Read every day that `text[start:end]` names or is joined to; the days of one range stand together.

    The first half of a range takes month and year from the second, wherever the mark ends ("28 februari" in "van 28
    februari tot 12 maart 2026"). Nothing is returned when the place holds anything that is not a day as we know them.
    """
    end = len(text) if end is None else end
    before, inside = _flat(text[max(0, start - _AROUND) : start]), _flat(text[start:end])
    whole = before + inside + _flat(text[end : end + _AROUND])
    place = range(len(before), len(before) + len(inside))
    chain = _chain(whole, place)
    if not chain or _says_more(whole, place, chain):
        return ()
    result: list[tuple[Day, ...]] = []
    later: Day | None = None
    for number, item in reversed(list(enumerate(chain))):
        day = later = _filled(item, later)
        if day is None:
            return ()
        joined = number + 1 < len(chain) and _RANGE.search(whole, item.end(), chain[number + 1].start())
        result[:1] = [(day, *result[0])] if joined else [(day,), *result[:1]]
    return tuple(result)


def _flat(text: str) -> str:
    return fold(text).replace("'", " ")


def _chain(whole: str, place: range) -> list[re.Match[str]]:
    """Return the days in the place and those that words like `tot` and `en` join to them, without loose numbers."""
    items = list(_ITEM.finditer(whole))
    inside = [n for n, item in enumerate(items) if item.start() < place.stop and item.end() > place.start]
    if not inside:
        return []
    first, last = inside[0], inside[-1]
    while first and _JOIN.fullmatch(whole, items[first - 1].end(), items[first].start()):
        first -= 1
    while last + 1 < len(items) and _JOIN.fullmatch(whole, items[last].end(), items[last + 1].start()):
        last += 1
    while last >= first and items[last]["d8"]:
        last -= 1
    return items[first : last + 1]


def _says_more(whole: str, place: range, chain: list[re.Match[str]]) -> bool:
    """Does the place hold letters or digits that belong to no day?"""
    rest, position = "", place.start
    for item in chain:
        rest += whole[position : min(item.start(), place.stop)] + " "
        position = max(position, item.end())
    rest += whole[position : place.stop]
    return any(char.isalnum() for char in _BESIDE.sub(" ", rest))


def _filled(item: re.Match[str], later: Day | None) -> Day | None:
    """Return the day, with the month and the year of the later one where it leaves them out; None when it is none."""
    day = _day(item, later.month if later else None)
    if day is None or later is None or day.year is not None or later.year is None:
        return day
    turned = (day.month, day.day) > (later.month, later.day or 31)
    return Day(later.year - turned, day.month, day.day)


def _day(match: re.Match[str], later_month: int | None = None) -> Day | None:
    """Return what one match says, when month and day can exist."""
    found = {key.rstrip("b0123456789"): value for key, value in match.groupdict().items() if value is not None}
    if "solid" in found:
        return _solid(found["solid"])
    month = MONTHS[found["w"][:3]] if "w" in found else int(found.get("m") or later_month or 0)
    year = _year(found["y"]) if "y" in found else None
    day = int(found["d"]) if "d" in found else None
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return Day(year, month, day)


def _solid(text: str) -> Day | None:
    for year, month, day in ((text[:4], text[4:6], text[6:]), (text[4:], text[2:4], text[:2])):
        if (year[:2] in {"19", "20"} or year != text[:4]) and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            return Day(int(year), int(month), int(day))
    return None


_ABBREVIATED = words("""
    as bijv bv ca cl dd dhr dr drs enz etc evt fam geb gem gesch gest ivm jan feb mrt apr jun jul aug sep sept okt
    nov dec jl jr kl lj mbt med mevr min ml mr mnd mw mej nl nr obv oa ong oud par pl plm prof psych pt resp sr sst
    st tel tgv tot tov trv vd vgl vlg vnl vr wo za zo ma di do wkn
""")
_SENTENCE_END = re.compile(r"[!?;\n]|(?<!\b[a-z])" + "".join(rf"(?<!\b{one})" for one in _ABBREVIATED) + r"\.(?=\s|$)")
"""A full stop ends a sentence where no abbreviation stands before it."""
_CLAUSE_END = re.compile(r"([,:])")
_OTHER_WORD = re.compile(rf"\b(?!(?:op|rond|dus|namelijk|{_WEEKDAY})\b)\w")
_OTHER_CLAUSE = re.compile(r"\b(?:dat|omdat|want|maar|zodat|terwijl)\b")
_PAST = re.compile(
    r"\b(?:sinds\w*|sedert|jl|j\.l|jongstleden|afgelopen|voorbije|geleden|vorige?|verleden|destijds|indertijd|toen\w*"
    r"|nadat|vroeger|onlangs|recente?|laatste?|eerder(?!\sdan\b)|(?:eer)?gister\w*|overle\w+|overlijden|sterf\w*|geb"
    r"|geboren|geboorte\w*|gebdat|jarig|verjaardag|dd|d\.d|no\s?show)\b"
)
"""Words that put a day in the past wherever they stand in its clause; the day of a birth is never one to come."""
_PAPER_OF = re.compile(
    r"\b(?:\w*(?:brief|mail|verslag|rapport|beschikking|uitslag|besluit|vonnis|bericht|verbaal|notitie|dossier)|aangifte)"
    r"\s(?:van|op|uit)\s(?:\w+dag\s)?$"
)
_UNTIL_NOW = re.compile(r"\s(?:tot|t/m)\s(?:en\smet\s|aan\s|op\s)?(?:nu|heden|vandaag|gister\w*)\b")
_PAST_VERB = re.compile(
    r"\b(?:was|waren|werd|werden|had|hadden|kwam|kwamen|ging|gingen|stond|stonden|zat|zaten|lag|lagen|bleef|bleven"
    r"|kreeg|kregen|gaf|gaven|nam|namen|zag|zagen|sprak|spraken|liep|liepen|viel|vielen|vond|vonden|deed|deden|dronk"
    r"|dronken|sliep|schreef|schreven|hield|hielden|begon|begonnen|eindigde|startte|overleed|verliet|vertrok|verhuisde"
    r"|scheidde|trouwde|moest|moesten|kon|konden|bracht|brachten|dacht|wist|wisten|hoorde|gebeurde|sloeg|stak|reed"
    r"|brak|ontving|kocht|verloor|verdween|verscheen|weigerde|vroeg|vroegen|zei|zeiden|riep|hing|sprong|trok|beviel"
    r"|gebruikte|vertelde|regelde|belde|belden|meldde|meldden|betaalde|beloofde|beleefde|herstelde|stopten|woonden"
    r"|werkten|wachtte|zette|praatte|bezocht|verbrak|raakte"
    r"|miste|paste|kostte|haalde|maakte|leefde|opende|rookte|\w*(?<!ge)[a-z]eerden?"
    r"|(?!\w*ge|be|ver|ont|her)[a-z]{2,}(?:kt|pt|ft|gd|ld|rd|md|vd|wd|dd|id)e)\b"
)
_NO_VERB = frozenset(
    words("""
    ziekte drukte zwakte sterkte diepte derde vierde waarde aarde beide milde wilde harde hulde zelfde hetzelfde
    zijde leide midde halfde koude oude blijde
""")
)
"""Words that only end as a past tense does; `wilde` is mostly said of what somebody wants now."""
_PARTICIPLE = (
    r"(?:(?:aan|af|op|uit|in|toe|voor|door|mee|terug|over|om|na|weg|bij|neer|samen|vast|ziek|open|dicht|thuis|binnen"
    r"|plaats|schoon|klaar)?ge(?:[a-z]{2,}(?:d|t|en)|[a-z]+aan)|(?:be|ver|ont|her)[a-z]{3,}[dt]|[a-z]{3,}eerd"
    r"|ver[a-z]{3,}en|be(?:gonnen|vallen|sproken|keken|zweken)|ont(?:vangen|slagen|staan|bonden)"
    r"|onder(?:zocht|broken)|over(?:leden|dragen)|mislukt)"
)
_FINITE = r"(?:is|ben|bent|heeft|hebben|heb|hebt)"
_TO_COME = re.compile(
    r"\b(?:moet|moeten|kan|kunnen|zal|zullen|gaat|gaan|wil|willen|mag|mogen|graag|wordt|worden|laat|laten)\b"
)
_NO_PAST_PARTICIPLE = frozenset(
    words("""
    gepland ingepland geagendeerd gereserveerd geboekt verwacht bereid bekend geldig gesprekken gebied gebieden
    geduld gezond geluid gewicht gezicht gerecht gemeenten gezinnen gevallen gegeven gebeuren gebruiken gelden
    bewind verband verbod bericht besluit beleid bestand verstand verdriet verschillen verwijzen verlengen vertellen
    vervolgen verhogen verlagen
""")
)
_NOUN_FOR = re.compile(
    r"\b(?:uitnodiging|afspraak|oproep|agenda|planning|reservering|tolk|taxi|vergadering|overleg|zitting|plek|verzoek)"
    r"\s(?:voor|op|van)\s(?:\w+dag\s)?$"
)
"""The day belongs to the noun, whatever has happened to that: "de uitnodiging voor 24 maart al verstuurd"."""
_PART_BEFORE = re.compile(rf"\b(?P<part>{_PARTICIPLE})\s(?:op|per|in|van|vanaf)?\s?(?:\w+dag\s)?$")
_PART_AFTER = re.compile(rf"\s(?:al|niet|nog|weer)?\s?(?P<part>{_PARTICIPLE})\b")
_SENTENCE_AROUND = 160


def told_as_past(text: str, start: int, end: int) -> bool:
    """Do the words around the day at `text[start:end]` speak of the past? Meant to say yes when it is in doubt."""
    before = fold(text[max(0, start - _SENTENCE_AROUND) : start])
    after = fold(text[end : end + _SENTENCE_AROUND])
    before = "".join(reversed(_clause(_CLAUSE_END.split(_SENTENCE_END.split(before)[-1])[::-1])))
    after = "".join(_clause(_CLAUSE_END.split(_SENTENCE_END.split(after)[0])))
    day = " " + fold(text[start:end]) + " "
    if _PAST.search(f"{before}{day}{after}") or _PAPER_OF.search(before) or _UNTIL_NOW.match(after):
        return True
    before, after = _OTHER_CLAUSE.split(before)[-1], _OTHER_CLAUSE.split(after)[0]
    if any(one.group() not in _NO_VERB for one in _PAST_VERB.finditer(f"{before}{day}{after}")):
        return True
    return not _NOUN_FOR.search(before) and _is_perfect(before, after)


def _clause(parts: list[str]) -> list[str]:
    """Return what stands up to the nearest comma; the next two parts too when that comma only sets the day apart."""
    return parts[: 1 if _OTHER_WORD.search(parts[0]) else 5]


def _is_perfect(before: str, after: str) -> bool:
    """Is there a past participle that goes with the day, with its `is` or `heeft` or in a note that leaves it out?"""
    clause = f"{before} # {after}"
    if _TO_COME.search(clause) and not re.search(rf"\b{_FINITE}\b", clause):
        return False
    beside = (_PART_BEFORE.search(before), _PART_AFTER.match(after))
    if any(one and one["part"] not in _NO_PAST_PARTICIPLE | {"afgesproken"} for one in beside):
        return True
    said = [one for one in re.finditer(rf"\b{_PARTICIPLE}\b", clause) if one.group() not in _NO_PAST_PARTICIPLE]
    finite = re.search(rf"\b{_FINITE}\b", clause)
    # `zijn` is also "his": it counts only with a participle behind the day. `is` may stand on either side of it.
    first = min(finite.start(), len(before)) if finite else len(before)
    return bool(finite or re.search(r"\bzijn\b", clause)) and any(one.start() > first for one in said)


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return 2000 + number if number <= _PIVOT else 1900 + number


def resolved(day: Day, reference: date, *, to_come: bool = False) -> tuple[date, bool] | None:
    """Return the day on the calendar and whether it is exact to the day.

    Without a year it is the nearest past one; when it may be `to_come`, the coming one where that is nearer.
    """
    if day.day is None:
        return (date(day.year, day.month, 15), False) if day.year and 1 <= day.year <= 9998 else None
    if day.year is not None:
        on = day.on()
        return (on, True) if on else None
    years = range(max(1, reference.year - 8), min(reference.year + 8, 9998) + 1)
    days = [on for on in (Day(year, day.month, day.day).on() for year in years) if on]
    past = max((on for on in days if on <= reference), default=None)
    ahead = min((on for on in days if on > reference), default=None) if to_come else None
    if past is None or ahead is None:
        return (past, True) if past else None
    return (ahead if ahead - reference < reference - past else past), True


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
