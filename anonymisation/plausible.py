"""What the model finds must have the form of its kind: a date a date, a number a number, a name more than a kind word.

The model reads context and generalises; it does not count digits. These rules trim what it took too wide and drop what
cannot be an identifier of that kind. They never apply to what the recognisers of our own found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from anonymisation.document import EntityType
from anonymisation.lists import entries, words
from anonymisation.recognisers.organisations import LOWER_INSIDE
from anonymisation.recognisers.rule import Hit

_MONTH: Final = (
    r"(?:jan(?:uari)?|feb(?:r(?:uari)?)?|mrt|maart|apr(?:il)?|mei|jun(?:i)?|jul(?:i)?|aug(?:ustus)?|sep(?:t(?:ember)?)?"
    r"|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER_WORD: Final = (
    r"(?:een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|dertien|veertien|\w+tien|\w*twintig|\w*dertig"
    r"|\w+de|\w+ste)"
)
_FEAST: Final = (
    r"(?:sinterklaas|kerst\w*|nieuwjaar\w*|oud en nieuw|oudjaar\w*|pasen|paas\w*|pinkster\w*|hemelvaart\w*|koningsdag"
    r"|koninginnedag|carnaval|vastenavond|moederdag|vaderdag|bevrijdingsdag|dodenherdenking|suikerfeest|offerfeest"
    r"|ramadan\w*|keti koti|sint[- ]maarten|driekoningen|halloween|nawroz|newroz|divali|diwali|holi)"
)
_DATE: Final = re.compile(
    rf"""(?<![^\W\d_])(?-i:[\dlO]){{1,4}}\s?[-/.–]\s?(?-i:[\dlO]){{1,2}}
        (?:\s?[-/.–]\s?['’]?(?-i:[\dlO]){{2,4}})?                                     # 14-03-1988, 11/2
    |\d{{8}}|\d{{1,2}}\s\d{{1,2}}\s\d{{4}}                                          # 19990817, 18 02 2027
    |\d{{1,2}}\s?(?:e|ste|de)?\s?{_MONTH}\b                                       # 8 sept
    |\b{_MONTH}[.]?\s+['’]?\d{{2,4}}                                              # mrt '24
    |\b{_NUMBER_WORD}\s+{_MONTH}\b                                                # zeventien maart
    |{_FEAST}\W{{1,3}}['’]?\d{{2,4}}                                              # Sinterklaas 2020
    |\d{{1,2}}\s?(?:t/m|tot(?:\sen\smet)?|en|op|[-–])\s?\w{{0,4}}\s?\d{{1,2}}     # 23 t/m 29 …
    |\d{{1,2}}[-./ ](?-i:[IVX]{{1,4}})[-./ ]['’]?\d{{2,4}}                          # 31-III-2025
    |\d{{1,2}}\s?\n\s*{_MONTH}""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED: Final = re.compile(
    r"\s?(?:u\b|uur|uren|min\b|x\b|keer|maal|dgn|dagen|wkn?\b|weken|mnd\b|maanden|jr\b|jaar|glazen|flessen|joints|"
    r"tabl|tabletten|stuks|gram|kg|mg|ml|cm|km|%|personen|sessies|gesprekken|contacten|bedden|kinderen|p\.?d\b|dd\b)",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(r"\d{1,2}\s?[-–/.]\s?\d{1,2}")

KIND_WORDS: Final = frozenset(
    words(
        "de het een ggz sggz bggz g-ggz poh poh-ggz ha haps hap huisarts huisartsen huisartsenpraktijk "
        "wijkteam wijkteams huisartsenpost buurtteam team teams fact fact-team factteam act-team iht hic spv "
        "sociaal domein crisisdienst crisisteam verslavingszorg jeugdzorg jeugdhulp jeugdteam jeugdwet "
        "thuiszorg wijkverpleging ggd politie gemeente schuldhulp schuldhulpverlening woningcorporatie "
        "corporatie verhuurder werkgever school praktijk seh ziekenhuis kliniek polikliniek poli instelling "
        "zorg instellingen organisatie wmo uwv svb ciz cjib duo ind coa belastingdienst reclassering veilig "
        "thuis opvang noodopvang maatschappelijke maatschappelijk werk wlz zvw wsnp noord zuid oost west "
        "midden centrum noordoost noordwest zuidoost zuidwest leerplicht rmc apotheek dagbesteding beschermd "
        "wonen ambulant ambulante kinderbescherming raad rechtbank zorgverzekeraar verzekeraar casusoverleg "
        "transfertafel"
    )
)
"""Words that say what kind of organisation it is, and which one of many it is not."""

_VERBS: Final = frozenset(
    words(
        "is was heeft had kan kon wil wilde moet moest mag mocht zou zal gaat ging komt kwam zegt zei vindt vond geeft "
        "gaf krijgt kreeg woont woonde werkt werkte slaapt belt belde blijft bleef doet deed neemt ziet zag weet wist "
        "vraagt vroeg loopt staat zit ligt houdt voelt drinkt gebruikt ervaart meldt geldt volgt start stopt wacht "
        "mist hoort"
    )
)
_EPONYMS: Final = frozenset(entries("not_names_without_title"))
_TITLE: Final = re.compile(
    r"(?:mw|mevr|mevrouw|dhr|heer|hr|fam|familie|dr|drs|mr|ds|prof|ing|ir|agt|zr|br)\.?\s$", re.IGNORECASE
)
_KIN: Final = re.compile(
    r"\b(?:moeder|vader|ouders?|zus(?:je|ter)?|broer(?:tje)?|zoon(?:tje)?|dochter(?:tje)?|kind(?:eren)?|oma|opa|tante"
    r"|oom|nicht|neef|vriend(?:in)?|partner|ex|man|vrouw|buur(?:man|vrouw)|gescheiden|verzoek|namens|brief|mail)\s$",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"(?:ma|di|wo|do|vr|za|zo)(?:andag|nsdag|ensdag|nderdag|ijdag|terdag|ndag)?\.?\s*$", re.IGNORECASE
)
_NOT_NAMES: Final = frozenset(entries("not_names")) | KIND_WORDS | _VERBS
_PLACES: Final = frozenset(one.lower() for one in entries("places"))
_BEFORE_NAMES: Final = frozenset(words("aan bij door en met mevr mw naar of om tegen voor vraagt zegt"))
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_OF_A: Final = re.compile(r"van [A-Z]|['’]?t (?:meer|beste|minst|meest|liefst|eens|wel|niet|nu|dan|ook|kost)")
_HOURS: Final = re.compile(r"(?:m )?(?:ma|di|wo|do|vr|za|zo) \d{1,2}-\d{1,2}")
_DAY_RANGE: Final = re.compile(r"\b(?:ma|di|wo|do|vr|za|zo) (?:t/m |t/|tot )$")
_CERTAIN_ENOUGH: Final = 0.5
_SURE: Final = 0.8
"""From here on the model is believed about a name that is also an ordinary word ("haar zus April")."""

_DIGITS: Final[dict[EntityType, int]] = {
    EntityType.PHONE_NUMBER: 6,
    EntityType.NL_BSN: 6,
    EntityType.IBAN_CODE: 6,
    EntityType.NL_POSTCODE: 3,
    EntityType.NL_LICENSE_PLATE: 1,
    EntityType.ID: 2,
}
"""Fewest digits that a find of this kind may have; OCR's l and O count as digits."""


def plausible(hit: Hit, text: str) -> Hit | None:
    """Return the find, trimmed where it was too wide, or None when it cannot be of its kind."""
    found = text[hit.start : hit.end]
    if hit.label in _DIGITS:
        return hit if len(re.findall(r"[\dlO]", found)) >= _DIGITS[hit.label] else None
    judge = _JUDGES.get(hit.label)
    return judge(hit, found, text) if judge else hit


def _date(hit: Hit, found: str, text: str) -> Hit | None:
    match = _DATE.search(found)
    # "3-4 u" and "3-4 joints" are counts, "10-11" alone is a day.
    if match is None or (_RANGE.fullmatch(found) and _COUNTED.match(text, hit.end)):
        return None
    weekday = _WEEKDAY.search(found[: match.start()])
    start = weekday.start() if weekday else match.start()
    return Hit(hit.start + start, hit.end - _loose_end(found, match.end()), hit.label, hit.score)


def _loose_end(found: str, end: int) -> int:
    """Return how many characters after a date are words that do not belong to it."""
    rest = found[end:]
    if not any(char.isalpha() for char in rest) or any(char.isdigit() for char in rest):
        return 0
    return 0 if re.search(rf"\b{_MONTH}\b", rest, re.IGNORECASE) else len(rest)


def _age(hit: Hit, found: str, text: str) -> Hit | None:
    rest = text[hit.end : hit.end + 2]
    part_of_number = len(rest) == 2 and rest[0] in ".,:" and rest[1].isdigit()
    sure = found.isdigit() and len(found) <= 3 and hit.score >= _CERTAIN_ENOUGH and not part_of_number
    return hit if sure and int(found) <= 115 else None


def _contact(hit: Hit, found: str, text: str) -> Hit | None:  # noqa: ARG001 - one shape for all judges
    sign = "@" if hit.label is EntityType.EMAIL_ADDRESS else "."
    return hit if sign in found or " at " in found.lower() else None


def _organisation(hit: Hit, found: str, text: str) -> Hit | None:  # noqa: ARG001 - one shape for all judges
    names = [one for one in _WORD.finditer(found) if one[0].lower() not in KIND_WORDS]
    if not any(char.isdigit() for char in found) and not any(_could_name(one[0], hit.score) for one in names):
        return None
    return _from(hit, hit.start + _kind_outside(found))


def _kind_outside(found: str) -> int:
    """Return how many characters at the start are an ordinary noun before an own name: `rijschool Plankgas`."""
    start = 0
    while match := _NOUN_BEFORE.match(found, start):
        if match["noun"] in LOWER_INSIDE:
            break
        start = match.end()
    return start


def impossible(hit: Hit, text: str) -> bool:
    """Can this be no identifier, whatever the model thinks?

    `van A` behind a pseudonymised relation, `t meer` for "het meer", the years of `9 jr`, and the opening hours in
    `ma t/m vr 9-12`.
    """
    found = text[hit.start : hit.end]
    if hit.label is EntityType.PERSON:
        years = found.lower() == "jr" and text[max(0, hit.start - 2) : hit.start].strip()[-1:].isdigit()
        return years or (bool(_OF_A.fullmatch(found)) and text[hit.end : hit.end + 1] != ".")
    if hit.label is EntityType.DATE_TIME:
        return bool(_HOURS.match(found)) and bool(_DAY_RANGE.search(text[max(0, hit.start - 8) : hit.start]))
    return False


def is_known_lookalike(lows: Sequence[str]) -> str:
    """Say what the lists of ordinary words and eponyms hold of these words in lower case: all, some or none of them."""
    listed = [low in _NOT_NAMES for low in lows]
    if not any(listed):
        return "e" if lows and all(low in _EPONYMS for low in lows) else "-"
    return "n" if all(listed) else "s"


_NOUN_BEFORE: Final = re.compile(
    r"(?P<noun>[^\W\d_A-Z]{3,}(?:-[^\W\d_]+)?)\s(?=(?:[^\W\d_]{3,}\s)?(?:['’][ts]\s)?[A-Z][^\W\d_]|['’][ts]\s)"
)


def says_only_its_kind(found: str) -> bool:
    """Is this only a word for a kind of organisation ("de GGZ"), which names none of them?"""
    return all(one.lower() in KIND_WORDS for one in _WORD.findall(found)) and not any(one.isdigit() for one in found)


def _could_name(word: str, score: float) -> bool:
    """May this word be part of an organisation's own name? In lower case only when the model is sure."""
    return word[:1].isupper() or (score >= _CERTAIN_ENOUGH and word.lower() not in _NOT_NAMES)


def _location(hit: Hit, found: str, text: str) -> Hit | None:  # noqa: ARG001 - one shape for all judges
    found_words = [one.lower() for one in _WORD.findall(found)]
    if not any(char.isdigit() for char in found) and all(one in _NOT_NAMES for one in found_words):
        return None
    # In lower case a doubtful place is nearly always an ordinary noun; a place that we know is one all the same.
    lower = found == found.lower() and hit.score < _CERTAIN_ENOUGH
    return None if lower and " ".join(found_words) not in _PLACES else hit


def _is_preposition(found_words: list[re.Match[str]], hit: Hit, text: str) -> bool:
    """Is a leading `van` the preposition ("gescheiden van Piet Bos") and not part of a surname ("mw. van Dijk")?"""
    if found_words[0][0] != "van" or found_words[0].start():
        return False
    before = text[max(0, hit.start - 24) : hit.start]
    capitals = sum(one[0][:1].isupper() for one in found_words[1:])
    return bool(_KIN.search(before)) or (
        capitals > 1 and bool(re.search(r"[a-z]{3}\s$", before)) and not _TITLE.search(before)
    )


def _person(hit: Hit, found: str, text: str) -> Hit | None:
    found_words = list(_WORD.finditer(found))
    while found_words and (found_words[0][0] in _BEFORE_NAMES or _is_preposition(found_words, hit, text)):
        found_words.pop(0)
    if not found_words:
        return hit if any(char.isalnum() for char in found) and hit.score >= _CERTAIN_ENOUGH else None
    lowered = {one[0].lower() for one in found_words}
    unsure = hit.score < _SURE or found == found.lower()
    if (lowered <= _NOT_NAMES and unsure) or (
        lowered <= _EPONYMS and not _TITLE.search(text[max(0, hit.start - 12) : hit.start])
    ):
        return None
    start = hit.start + found_words[0].start() if found_words[0].start() and found[0].isalpha() else hit.start
    return _from(hit, start)


def _from(hit: Hit, start: int) -> Hit:
    return hit if start == hit.start else Hit(start, hit.end, hit.label, hit.score)


_JUDGES: Final[dict[EntityType, Callable[[Hit, str, str], Hit | None]]] = {
    EntityType.DATE_TIME: _date,
    EntityType.AGE: _age,
    EntityType.EMAIL_ADDRESS: _contact,
    EntityType.URL: _contact,
    EntityType.ORGANIZATION: _organisation,
    EntityType.CARE_ORGANIZATION: _organisation,
    EntityType.PERSON: _person,
    EntityType.LOCATION: _location,
}
