"""Case-local, consistent replacements of one fixed form, and the way back.

One original keeps one pseudonym within a text, and a pseudonym says nothing of its original: letters are given by
first appearance, ages and birth dates become bands, other days become time relative to a reference day.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from anonymisation.document import OMITTED, EntityType, MapEntry, ProtectedText, Replacement, Span, require_ordered
from anonymisation.folding import fold
from anonymisation.forms import (
    ALL_NOUNS,
    BSN_FORM,
    LETTERS,
    NOUN,
    NOUNS,
    OMITTED_FORM,
    PSEUDONYM,
    REFERENCE_FORM,
    RELATION,
    band,
    letters,
    pseudonym_spans,
)
from anonymisation.known import Known
from anonymisation.persons import same_person
from anonymisation.relative import read, relative, resolved, told_as_past
from anonymisation.scan import outside_forms

__all__ = ["PSEUDONYM", "protect", "pseudonym_spans", "translate_back"]

_CARE = (
    (re.compile(r"ggz|psychiat|psycholo|verslaving|fact|detox|afkick|forensisch"), "GGZ-instelling"),
    (re.compile(r"huisarts|\bhap\b|gezondheidscentrum|gezondheidsplein|dokterspraktijk|\bha\b"), "huisartsenpraktijk"),
    (re.compile(r"ziekenhuis|gasthuis|medisch centrum|\b\w*umc\w*|\bmc\b|\bseh\b|geheugenpoli|\bic\b"), "ziekenhuis"),
    (re.compile(r"wijkteam|buurtteam|gebiedsteam|dorpsteam|sociaal (?:wijk)?team|kernteam|jeugdteam"), "wijkteam"),
)
_ORG = (
    (
        re.compile(
            r"school|college|lyceum|gymnasium|\broc\b|\bcsg\b|\brsg\b|\bisk\b|\bmbo\b|\bhbo\b|universiteit|opleiding|\bopl\b|leerling"
        ),
        "school",
    ),
    (
        re.compile(r"wonen|woningcorp|woonsticht|woningsticht|verhuur|corporatie|huurachterstand|hoekhuis van"),
        "verhuurder",
    ),
    (
        re.compile(r"\bvv\b|\bsv\b|\bfc\b|\bhc\b|vereniging|club|koor|scouting|harmonie|fanfare|voetbal|sport"),
        "vereniging",
    ),
    (
        re.compile(
            r"\bb\.?v\b|\bn\.?v\b|\bvof\b|werkt|werkte|werkgever|uzb|uitzend|dienst bij|slagerij|bakkerij|bedrijf|"
            r"kwekerij|firma|\bfa\b|baan bij"
        ),
        "werkgever",
    ),
)
_BIRTH = re.compile(r"\b(?:geb|geboren|gebdat|geboortedatum|geb\.?datum)\b[.: ]{0,3}(?:op )?$", re.IGNORECASE)
_UNIT_FOLLOWS = re.compile(r"[ ]?-?[ ]?jarig|[ ]?(?:jaar|jr|j)\b", re.IGNORECASE)
_ALIAS_BETWEEN = re.compile(
    r"[,\s(]{0,4}(?:roepnaam|noemt zich|genaamd|alias|ook wel|zegt)?[:\s]{0,3}[\"'‘“(]{0,2}", re.IGNORECASE
)
_CLOSING = {"(": ")", '"': '"', "'": "'", "‘": "’", "“": "”"}
_KIND_WINDOW = 28
_BSN = EntityType.NL_BSN


@dataclass(slots=True)
class _Desk:
    """Hands out pseudonyms for one text."""

    text: str
    reference: date | None
    birth_date: date | None
    person: dict[int, int]
    behind: dict[int, int]
    """The end of the original before each, by the start of each."""
    used: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    given: dict[tuple[str, str], str] = field(default_factory=dict)
    next: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def form(self, span: Span) -> str:
        """Return the fixed form for one span."""
        original = self.text[span.start : span.end]
        if span.source == OMITTED:
            return OMITTED_FORM
        if span.label is _BSN:
            return BSN_FORM
        if span.label is EntityType.AGE:
            return self._age(span, original)
        if span.label is EntityType.DATE_TIME:
            return self._day(span, original)
        if span.label is EntityType.PERSON:
            return self._lettered(NOUNS[span.label], "person", str(self.person[span.start]))
        if span.label in {EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION}:
            # Not over the original before it: how long that is must not decide what stands here.
            before = self.text[max(self.behind[span.start], span.start - _KIND_WINDOW) : span.start]
            return self._lettered(_kind(span.label, original, before), "organisation", same_key(span.label, original))
        return self._lettered(NOUNS[span.label], span.label.value, same_key(span.label, original))

    def _lettered(self, noun: str, family: str, key: str) -> str:
        """Return the pseudonym that this key has, or the next free letters of its noun."""
        known = self.given.get((family, key))
        if known is None:
            number = self.next[noun]
            while letters(number) in self.used[noun]:
                number += 1
            self.next[noun] = number + 1
            known = self.given[family, key] = f"{noun} {letters(number)}"
        return known

    def _age(self, span: Span, original: str) -> str:
        found = re.search(r"\d{1,3}", original)
        if found is None:
            return self._lettered(NOUNS[EntityType.AGE], "age", fold(original))
        unit = _UNIT_FOLLOWS.match(self.text, span.end)
        rest = original[found.end() :] if _UNIT_FOLLOWS.match(original, found.end()) else ""
        return band(int(found.group())) + ("" if unit else rest or " jaar")

    def _day(self, span: Span, original: str) -> str:
        day = read(original)
        before = self.text[max(0, span.start - 24) : span.start]
        to_come = bool(day) and not _BIRTH.search(before) and not told_as_past(self.text, span.start, span.end)
        place = resolved(day, self.reference, to_come=to_come) if day and self.reference else None
        if place is None or self.reference is None:
            return self._lettered(NOUNS[EntityType.DATE_TIME], "day", str(day) if day else fold(original))
        birth = bool(_BIRTH.search(before)) or place[0] == self.birth_date
        form = relative(place[0], self.reference, exact=place[1], birth=birth and place[0] <= self.reference)
        return f"op {form}" if form == REFERENCE_FORM and not before.lower().endswith("op ") else form


def protect(
    text: str, spans: Iterable[Span], *, reference: date | None = None, known: Known | None = None, beside: str = ""
) -> ProtectedText:
    """Replace every span by its fixed form; what already is a fixed form stays as it is.

    `reference` is the day that other days are told from: when it is not given, the latest full date among the spans.
    Letters that `text` or the text `beside` it already uses are not given again.

    Raises:
        InvalidSpan: the spans are out of order, overlap, or lie outside the text.
    """
    chosen = outside_forms(require_ordered(spans, len(text)), text)
    desk = _Desk(
        text,
        reference or _latest(text, chosen),
        known.birth_date if known else None,
        _persons(text, chosen, known),
        {span.start: end for span, end in zip(chosen, [0, *(span.end for span in chosen)], strict=False)},
    )
    for match in re.finditer(rf"(?<!\w)({NOUN}|{RELATION} van) ({LETTERS})(?!\w)", f"{beside}\n{text}"):
        noun = next((one for one in ALL_NOUNS if one.lower() == match[1].lower()), NOUNS[EntityType.PERSON])
        desk.used[noun].add(match[2])
    return _written(text, chosen, desk)


def _written(text: str, spans: tuple[Span, ...], desk: _Desk) -> ProtectedText:
    """Write the protected text piece by piece; a form never touches a letter or digit beside it."""
    parts: list[str] = []
    replacements: list[Replacement] = []
    mapping: dict[MapEntry, None] = {}
    position = length = 0
    for span in spans:
        form = desk.form(span)
        between = text[position : span.start]
        last = between[-1:] or (parts[-1][-1:] if parts else "")
        if (last.isalnum() or last == "_" or (replacements and not between)) and form[0].isalnum() and last != " ":
            between += " "
        parts += [between, form]
        start = length + len(between)
        length = start + len(form)
        replacements.append(Replacement(span, form, start, length))
        if form not in {BSN_FORM, OMITTED_FORM}:
            mapping[MapEntry(form, text[span.start : span.end], span.label)] = None
        position = span.end
        after = text[position : position + 1]
        if (after.isalnum() or after == "_") and not (
            span.label is EntityType.AGE and _UNIT_FOLLOWS.match(text, position)
        ):
            parts.append(" ")
            length += 1
    parts.append(text[position:])
    return ProtectedText("".join(parts), tuple(replacements), tuple(mapping))


def _latest(text: str, spans: Iterable[Span]) -> date | None:
    """Return the latest full date among the spans that is no birth date."""
    days = (
        read(text[span.start : span.end])
        for span in spans
        if span.label is EntityType.DATE_TIME and not _BIRTH.search(text[max(0, span.start - 24) : span.start])
    )
    full = [on for on in (day.on() for day in days if day) if on]
    return max(full, default=None)


def _persons(text: str, spans: tuple[Span, ...], known: Known | None) -> dict[int, int]:
    """Map the start of every PERSON span to the number of its person."""
    people = [span for span in spans if span.label is EntityType.PERSON]
    mentions = [text[span.start : span.end] for span in people]
    aliases = [
        (n, n + 1)
        for n, (one, two) in enumerate(pairwise(people))
        if 0 < two.start - one.end <= 20
        and any(char in "\"'‘“(" or char.isalpha() for char in text[one.end : two.start])
        and _ALIAS_BETWEEN.fullmatch(text, one.end, two.start)
        and _closed(text[one.end : two.start], text[two.end : two.end + 1])
    ]
    numbers = same_person(mentions, aliases, known.names if known else (), known.relatives if known else ())
    return {span.start: number for span, number in zip(people, numbers, strict=True)}


def _closed(between: str, after: str) -> bool:
    """Say whether a quote or bracket before a name is closed behind it: `(Willy)`; `(Koolmees was er niet)` is not."""
    opening = between[-1:]
    return opening not in _CLOSING or after == _CLOSING[opening]


def _kind(label: EntityType, original: str, before: str) -> str:
    """Choose the noun of an organisation by the kind word in its name, else by the words before it."""
    kinds, otherwise = (_CARE, "zorginstelling") if label is EntityType.CARE_ORGANIZATION else (_ORG, "organisatie")
    for place in (fold(original), fold(before)):
        for pattern, noun in kinds:
            if pattern.search(place):
                return noun
    return otherwise


_KIND_WORDS = frozenset(
    [
        "huisartsenpraktijk",
        "huisartspraktijk",
        "gezondheidscentrum",
        "psychologenpraktijk",
        "praktijk",
        "ggz",
        "wijkteam",
        "buurtteam",
        "hap",
        "stichting",
        "basisschool",
        "school",
        "kliniek",
        "ziekenhuis",
        "verslavingszorg",
        "woonvorm",
        "jeugdhulp",
        "zorg",
        "bv",
        "nv",
        "vof",
        "b",
        "v",
        "n",
        "de",
        "het",
    ]
)


def same_key(label: EntityType, original: str) -> str:
    """Return a key that two ways to write one identifier share."""
    if label in {EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION}:
        return _own_name(original)
    return _key(label, original)


def _own_name(original: str) -> str:
    """Fold an organisation's name to the words that are its own."""
    words = re.findall(r"[^\W_]+", fold(original))
    return " ".join(word for word in words if word not in _KIND_WORDS) or " ".join(words)


def _key(label: EntityType, original: str) -> str:
    """Fold an original so that two ways to write it are one."""
    folded = fold(original)
    bare = "".join(char for char in folded if char.isalnum())
    if label is EntityType.PHONE_NUMBER:
        return re.sub(r"^(?:0031|31|0)0?(?=\d{9}$)", "", "".join(char for char in bare if char.isdecimal())) or bare
    if label is EntityType.URL:
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", folded).rstrip("/")
    if label in {EntityType.PROFESSION, EntityType.NATIONALITY}:
        return bare.removesuffix("e")
    if label in {EntityType.LOCATION, EntityType.STREET_ADDRESS}:
        return " ".join(re.findall(r"[^\W_]+", folded))
    return bare or folded


def translate_back(text: str, mapping: Iterable[MapEntry]) -> str:
    """Put the originals back for the pseudonyms that carry letters; the fullest original of each is used.

    Bands and relative time are left: `3 weken later` in an outcome is not the day that the case told so.
    """
    originals: dict[str, str] = {}
    for entry in mapping:
        if re.fullmatch(rf"{NOUN} {LETTERS}", entry.pseudonym):
            key = entry.pseudonym.lower()
            originals[key] = max(originals.get(key, ""), entry.original, key=len)
    if not originals:
        return text

    def _back(match: re.Match[str]) -> str:
        if match["relation"]:
            found = originals.get(f"persoon {match['letters']}".lower())
            return f"{match['relation']} {found}" if found else match.group()
        return originals.get(match.group().lower(), match.group())

    return re.sub(rf"(?<!\w)(?:(?P<relation>{RELATION} van)|{NOUN}) (?P<letters>{LETTERS})(?!\w)", _back, text)
