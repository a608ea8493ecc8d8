"""Marks that stand side by side and say one thing become one mark.

A name in which rules and model see a person and a place, a number of which they found two halves, a date with its
weekday, a call name in quotes: shown in parts, an identifier asks twice and leaves its joints unprotected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from anonymisation.document import OMITTED, EntityType, Span
from anonymisation.recognisers.letters import PREFIXES

_P, _L, _S = EntityType.PERSON, EntityType.LOCATION, EntityType.STREET_ADDRESS
_O, _C = EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION
_D, _A, _H = EntityType.DATE_TIME, EntityType.AGE, EntityType.SOCIAL_HANDLE
_ORGANISATIONS: Final = frozenset({_O, _C})
_NAMES: Final = frozenset({_P, _L, _O, _C, _S})
_CODES: Final = frozenset({EntityType.ID, EntityType.PHONE_NUMBER, _H})
_NUMBERS: Final = _CODES | {
    *(EntityType.NL_BSN, EntityType.IBAN_CODE, EntityType.NL_LICENSE_PLATE, EntityType.NL_POSTCODE),
    *(_D, _A),
}
_CHECKED: Final = frozenset({EntityType.NL_BSN, EntityType.IBAN_CODE})
DECIDED: Final = "review"
"""Source of a mark that a person made or changed."""
_SPACES: Final = frozenset({" ", "\u00a0", "\u202f"})
_SIGNS: Final = frozenset({"", "-", ".", "/", "_", "•", "·", "=", "–", "\u2011"})
_WORTH_JOINING: Final = 0.05
"""A doubtful part below this score stays apart: it would make a certain mark wider for nothing."""
_WRAPPED_LINE: Final = 60
"""A line break inside a name is believed when the line before it is at least this many code points long."""
_LONGEST_GAP: Final = 14
_PREFIX_START: Final = frozenset(
    ("van", "de", "den", "der", "ten", "ter", "el", "'t", "’t", "dos", "bin", "ben", "vd", "v.d.")
)
_QUOTED: Final = {' "': '" ', " '": "' ", " “": "” ", " ‘": "’ ", " (": ") ", " „": "” "}
_RANGE: Final = re.compile(r"\s?(?:t/m|tot en met|tot|-|–)\s?")
_DATE_GAP: Final = re.compile(r"[.,]?\s?")
_PREFIX_WORDS: Final = frozenset(PREFIXES) - {"ben"}
"""Prefixes that say nothing else: `ben` is a verb too."""
_FILED: Final = re.compile(
    r"(?:^|\n|\b(?:naam|leerling|pati[eë]nte?|cli[eë]nte?|betreft|betr|pte?|cl|pat|inwoner|huurder|bew|mw|mevr|mevrouw|dhr"
    r"|heer|meneer|fam)\b)[.: \t]{0,3}$",
    re.IGNORECASE,
)
"""What stands before a name that is written surname first."""

_NAME_SUFFIX: Final = re.compile(r",?[ ](?:jr|sr)\b\.?|[ ]c\.s\.|[ ]cs\b")
_MONTH_AT_END: Final = re.compile(r"(?:jan|feb|febr|mrt|apr|jun|jul|aug|sep|sept|okt|oct|nov|dec)$", re.IGNORECASE)
_WEEKDAY_BEFORE: Final = re.compile(
    r"(?<![\w-])(?:ma|di|wo|do|vr|za|zo|maa|din|dins|woe|woens|don|dond|vrij|zat|zon|mon|tue|wed|thu|fri|sat|sun"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)[.,]{0,2} $",
    re.IGNORECASE,
)
_ADDRESS_SUFFIX: Final = re.compile(
    r"(?:,?[ ](?:gebouw|unit|app|appartement|kamer|kmr|flat|blok|ingang|etage)\.?[ ](?:\d{1,4}[a-z]?|[A-Z])(?!\w)"
    r"|[ ]?[–-][ ]?\d{1,4}(?![\w-])|/[a-z](?!\w))"
)
_LAST_LETTER: Final = re.compile(r"\.?[ ](?:\d{1,4}[a-z]?|[A-Z])(?!\w)")
_ADDRESS_NUMBER: Final = re.compile(r"\.?[ ](?:t\.?h\.?v\.?|t/o|nr\.?|nummer|no\.?|huisnr\.?)[ ]?\d{1,5}[a-z]?(?!\w)")
_SHORT_PREFIX: Final = re.compile(r"(?<![\w.])(?:vd|v\.d\.|v/d|v\. ?d\.) $", re.IGNORECASE)
_ABBREVIATED: Final = frozenset({"Gebr", "Fa", "St", "Mr", "Dr", "Prof", "Ds", "Burg"})
"""First parts of a name that end in a full stop."""
_AT_NUMBER: Final = re.compile(r"\.?[ ]?\d{1,5}[a-z]?(?!\w)")
_ARTICLE_BEFORE: Final = re.compile(r"(?<![\w-])(?:De|Het|It|'t|’t) $")
_HOUSE: Final = re.compile(r"\d{1,4}-\d{3,5}")
"""A house number with the number of a flat behind it, which no day of the calendar is."""
_HYPHENATED_KIND: Final = re.compile(r"(?<!\w)[^\W\d_]{3,20}-[ ](?:en|&)[ ]$")


def joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Return sorted, disjoint spans with neighbours that say one thing joined, and with what belongs to their edges."""
    result: list[Span] = []
    for span in spans:
        edged = _edged(span, text)
        if result and edged.start < result[-1].end:
            edged = replace(edged, start=result[-1].end) if result[-1].end < edged.end else span
        result.append(edged)
        while len(result) > 1 and _one_thing(result[-2], result[-1], text):
            second = result.pop()
            result.append(_edged(_union(result.pop(), second), text))
        _call_name(result, text)
    return [one for n, one in enumerate(result) if not n or one.start >= result[n - 1].end]


def _union(first: Span, second: Span) -> Span:
    strong = max(first, second, key=lambda one: (one.certain, one.score))
    certain = first.certain or second.certain
    return replace(strong, start=first.start, end=second.end, label=_label(first, second), certain=certain)


def _label(first: Span, second: Span) -> EntityType:
    """Choose the label of two parts: an address's or an organisation's when one part is one, else the surer part's."""
    if first.label is second.label:
        return first.label
    for wanted in (frozenset({_S}), _ORGANISATIONS):
        fitting = [one.label for one in (first, second) if one.label in wanted]
        if fitting and {first.label, second.label} <= _NAMES:
            return fitting[0]
    return max(first, second, key=lambda one: (one.certain, one.hard, one.end - one.start, one.score)).label


def _one_thing(first: Span, second: Span, text: str) -> bool:
    """Do two neighbours say one thing?"""
    between = text[first.end : second.start]
    if len(between) > _LONGEST_GAP or _settled(first) or _settled(second):
        return False
    persons = first.label is _P is second.label
    if persons and (_wrapped(first, second, between, text) or _surname_first(first, second, between, text)):
        return True
    if min(first.score, second.score) < _WORTH_JOINING and not _fragment(first, second, text):
        return False
    if first.label is _D is second.label:
        return bool(_RANGE.fullmatch(between)) or (
            bool(_DATE_GAP.fullmatch(between)) and not (first.certain and second.certain)
        )
    if first.label in _NAMES and second.label in _NAMES:
        return _one_name(first, second, between, text)
    if between in _SPACES:
        return (
            (first.label is second.label and first.label is not _A)
            or _halves_of_a_number(first, second)
            or _number_of_a_name(first, second, text)
            or _letters_of_a_postcode(first, second, text)
            or (_H in {first.label, second.label} and not (first.certain and second.certain))
        )
    if between == " – " and first.label is second.label is EntityType.ID:
        return True
    return between in _SIGNS and (
        (first.label is second.label and first.label is not _A)
        or _halves_of_a_number(first, second)
        or _H in {first.label, second.label}
        or (between == "" and not (first.certain and second.certain))
    )


def _settled(span: Span) -> bool:
    """Is it a number that passes its check digits, or what a person decided? Both stay as they are."""
    return span.source in {DECIDED, OMITTED} or (span.label in _CHECKED and span.certain and span.score >= 1.0)


def _one_name(first: Span, second: Span, between: str, text: str) -> bool:
    """Are two names, places or organisations one?"""
    whole_address = first.label is _S and any(char.isdigit() for char in text[first.start : first.end])
    if between in _SPACES:
        if whole_address and second.label is not _S:
            return False
        if second.label is _S and first.label is _P and not text[first.start : first.end].endswith("."):
            return False
        return not _only_a_word_after(first, second, text)
    if between == " & ":
        return not whole_address
    if between == ". ":
        found = text[first.start : first.end]
        return (len(found) == 1 and first.label is _P) or found in _ABBREVIATED
    if between in {" aan ", " op "} and first.label in _ORGANISATIONS:
        return text[second.start : second.end].split(" ", maxsplit=1)[0].lower() in _PREFIX_START
    return between in _SIGNS and (first.label is second.label or between == "")


def _fragment(first: Span, second: Span, text: str) -> bool:
    """Is the weaker part no more than a letter, a prefix or some digits, which say nothing by themselves?"""
    weaker = min(first, second, key=lambda one: one.score)
    found = text[weaker.start : weaker.end]
    return len(found) == 1 or (found.isdigit() and len(found) <= 4) or found.lower() in _PREFIX_WORDS


def _halves_of_a_number(first: Span, second: Span) -> bool:
    """Are both numbers of some kind, and one number together?"""
    labels = {first.label, second.label}
    if not labels <= _NUMBERS or (EntityType.NL_POSTCODE in labels and labels & {_D, _A}):
        return False
    if first.certain and second.certain:
        return bool(labels & _CODES) and not labels & {_D, _A, EntityType.NL_POSTCODE}
    return True


def _number_of_a_name(first: Span, second: Span, text: str) -> bool:
    """Is the second part a number at the end of an organisation's or a street's name (`De Wissel 44`)?"""
    found = text[second.start : second.end]
    doubtful_age = second.label is not _A or not second.certain
    if first.label is _L and _HOUSE.fullmatch(found):
        return True
    return first.label in _NAMES - {_P} and found.isdigit() and len(found) <= 5 and doubtful_age


def _letters_of_a_postcode(first: Span, second: Span, text: str) -> bool:
    """Did the digits of a postcode go with the address before them (`41b 3371`, `am`)?"""
    return (
        first.label is _S
        and second.label is EntityType.NL_POSTCODE
        and second.end - second.start == 2
        and text[first.end - 4 : first.end].isdigit()
    )


def _only_a_word_after(first: Span, second: Span, text: str) -> bool:
    """Is the second part a doubtful word in lower case behind a certain name? Then it is most likely just a word."""
    found = text[second.start : second.end]
    return first.certain and not second.certain and found.islower() and len(found) > 1


def _wrapped(first: Span, second: Span, between: str, text: str) -> bool:
    """Does a line break stand inside one name?"""
    if between not in {"\n", "\r\n", " \n"}:
        return False
    head = text[max(0, first.end - _WRAPPED_LINE) : first.end]
    continues = text[second.start : second.end].split(" ", maxsplit=1)[0].lower() in _PREFIX_START
    last_word = text[first.start : first.end].rsplit(" ", maxsplit=1)[-1].lower()
    open_end = last_word in _PREFIX_START or text[first.end - 1] == "."
    return continues or open_end or (len(head) == _WRAPPED_LINE and "\n" not in head)


def _surname_first(first: Span, second: Span, between: str, text: str) -> bool:
    """Is it `Yilmaz, Fatma` behind a label or at the start of a line, and no list of names?"""
    if between != ", " or "," in text[first.start : first.end] or text[second.end : second.end + 2] == ", ":
        return False
    return bool(_FILED.search(text[max(0, first.start - 14) : first.start])) and " en " not in text[second.end :][:4]


def _call_name(result: list[Span], text: str) -> None:
    """Join `J.W. "Wout" Hesseling`: a name, a call name in quotes or brackets, and the surname."""
    if len(result) >= 2 and result[-2].label is _P is result[-1].label:
        first, last = result[-2:]
        found = text[first.start : first.end]
        opened = text[first.end : last.start] in {'" ', "” "} and sum(found.count(sign) for sign in '"“„') == 1
        second = text[last.start : last.end]
        closed = text[first.end : last.start] == " (" and second.count(")") > second.count("(")
        if opened or closed:
            result[-2:] = [_union(first, last)]
    if len(result) < 3:
        return
    first, middle, last = result[-3:]
    if not first.label is middle.label is last.label is _P:
        return
    opening, closing = text[first.end : middle.start], text[middle.end : last.start]
    initials = text[first.start : first.end].endswith(".")
    if _QUOTED.get(opening) == closing and (initials or opening != " ("):
        result[-3:] = [_union(_union(first, middle), last)]


def _edged(span: Span, text: str) -> Span:
    """Take in what belongs to the edge of a mark: `jr.`, the weekday of a date, the bracket of a number's prefix."""
    start, end = _start(span, text), _end(span, text)
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _end(span: Span, text: str) -> int:
    """Return where a mark ends with what belongs to it."""
    end = span.end
    found, following = text[span.start : end], text[end : end + 1]
    if span.label in {_P, _O} and (suffix := _NAME_SUFFIX.match(text, end)):
        return suffix.end()
    if span.label is _S:
        at_number = found.lower().endswith(("t.h.v", "thv", "nr", "t/o"))
        digits = any(char.isdigit() for char in found)
        if found.lower().endswith(("gebouw", "unit", "kamer", "app", "blok", "ingang", "flat")):
            letter = _LAST_LETTER.match(text, end)
            return letter.end() if letter else end
        pattern = _AT_NUMBER if at_number else _ADDRESS_SUFFIX if digits else _ADDRESS_NUMBER
        suffix = pattern.match(text, end)
        return suffix.end() if suffix else end
    if following == "." and span.label in {_P, _O} and found.endswith((" jr", " sr", " c.s")):
        return end + 1
    if following == "." and span.label is _P:
        return end + (_initial_at_end(found) or (len(found) == 1 and found.isupper()))
    if following == "." and span.label is _D:
        return end + bool(_MONTH_AT_END.search(found))
    return end + (following == ")" and found.count("(") > found.count(")"))


def _start(span: Span, text: str) -> int:
    """Return where a mark starts with what belongs to it."""
    start = span.start
    found = text[start : span.end]
    if span.label is _P and (prefix := _SHORT_PREFIX.search(text[max(0, start - 6) : start])):
        start = max(0, start - 6) + prefix.start()
    if span.label is _D and (weekday := _WEEKDAY_BEFORE.search(text[max(0, start - 14) : start])):
        start = max(0, start - 14) + weekday.start()
    if span.label in _ORGANISATIONS:
        if kind := _HYPHENATED_KIND.search(text[max(0, start - 28) : start]):
            start = max(0, start - 28) + kind.start()
        if article := _ARTICLE_BEFORE.search(text[max(0, start - 5) : start]):
            start = max(0, start - 5) + article.start()
    if span.label is EntityType.PHONE_NUMBER and found.count(")") > found.count("(") and text[start - 1 : start] == "(":
        start -= 1
    if text[start : start + 2] in {"t ", "s "} and text[start - 1 : start] in {"'", "’", "‘"}:
        start -= 1
    return start


def _initial_at_end(found: str) -> bool:
    """Does a name end in a single letter, which takes a full stop?"""
    return len(found) > 1 and found[-1].isalpha() and not found[-2].isalnum() and found[-2] not in "'’"
