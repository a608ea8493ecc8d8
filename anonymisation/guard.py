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
from anonymisation.lists import entries, words
from anonymisation.pseudonyms import protect, same_key
from anonymisation.recognisers.letters import DASH, PREFIXES
from anonymisation.relative import Day, ranges, told_as_past
from anonymisation.scan import remaining

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser

DOUBTFUL_PERSON_AT: Final = 0.45
"""A doubtful name with at least this score holds a message too: it cannot be taken back once it was received."""
DOUBTFUL_FORM_AT: Final = 0.1
"""The same for what looks like a postcode, a number or an e-mail address: ordinary advice holds nothing like it."""
_FORMS: Final = frozenset(
    {
        EntityType.NL_BSN,
        EntityType.PHONE_NUMBER,
        EntityType.EMAIL_ADDRESS,
        EntityType.IBAN_CODE,
        EntityType.NL_LICENSE_PLATE,
        EntityType.NL_POSTCODE,
    }
)
_AHEAD: Final = timedelta(days=183)
"""A day without a year is read as the coming one when that is at most this far away, else as the past one: and as
the past one however near it is when the words around it say so."""
_CONTACT = frozenset({EntityType.PHONE_NUMBER, EntityType.EMAIL_ADDRESS, EntityType.URL})
_BY_NAME = frozenset({EntityType.PERSON, EntityType.LOCATION, EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION})
"""Labels under which the model finds organisations: "ik bel Rijnoever" can be a person to it."""


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
    if span.label in _FORMS and span.score >= DOUBTFUL_FORM_AT:
        return True
    return span.certain or (span.label is EntityType.PERSON and span.score >= DOUBTFUL_PERSON_AT)


def _allowed(span: Span, text: str, allow: AllowList) -> bool:
    """Is this something the table may name?"""
    original = text[span.start : span.end]
    if span.label is EntityType.DATE_TIME:
        return allow.dates_from is not None and _is_to_come(span, text, allow.dates_from)
    if span.label in _CONTACT:
        return same_key(span.label, original) in _contact_keys(allow.contacts, span.label)
    if span.label is EntityType.PERSON and _are_holders(span, text, allow.names):
        return True
    return span.label in _BY_NAME and _is_organisation(span, text, allow.organisations)


@lru_cache(maxsize=128)
def _contact_keys(values: frozenset[str], label: EntityType) -> frozenset[str]:
    return frozenset(same_key(label, value) for value in values)


def _is_to_come(span: Span, text: str, first: date) -> bool:
    """Does every day that the span names or is joined to lie on or after the first allowed one? In doubt: no."""
    told = ranges(text, span.start, span.end)
    open_year = any(day.year is None for days in told for day in days)
    if not told or (open_year and told_as_past(text, span.start, span.end)):
        return False
    return all(_from(days, first) for days in told)


def _from(days: tuple[Day, ...], first: date) -> bool:
    """Do the days of one range all lie on or after the first allowed one, in their order?"""
    on = [one for one in (_coming(day, first) for day in days) if one is not None and one >= first]
    # "28 juni tot 12 maart", said in March: the range has begun long ago, whatever the coming 28 June is.
    return len(on) == len(days) and on == sorted(on)


def _coming(day: Day, first: date) -> date | None:
    """Return the day on the calendar: of a month the first day, without a year the coming one when that is near."""
    if day.year is not None:
        return Day(day.year, day.month, day.day or 1).on()
    coming = (Day(year, day.month, day.day).on() for year in (first.year, first.year + 1))
    return next((on for on in coming if on is not None and first <= on <= first + _AHEAD), None)


_TITLE: Final = r"(?:mw|mevr|mevrouw|dhr|de heer|heer|meneer|drs?|prof|mr|ds|ir|ing)\.?"
_AFTER_TITLE: Final = re.compile(
    rf"\b(?:{_TITLE}|fam\.?|familie|gezin|moeder|vader|ouders?|zus(?:je)?|broer(?:tje)?|zoon(?:tje)?|dochter(?:tje)?"
    r"|kind(?:eren)?|oma|opa|tante|oom|nicht|neef|vriend(?:in)?|partner|ex|client(?:e)?|pati[eë]nt(?:e)?|buur(?:man|vrouw)"
    r"|juf|meester|tandarts|dominee|heet|genaamd)\s+$"
)
"""Behind these words stands a person's name, and a surname rather than a name in the genitive."""
_OF_A_FAMILY: Final = re.compile(
    r"\b(?:fam\.?|famil(?:ie|ies)|gezin|kind(?:eren)?|(?:moe|va)der|ouders?)\s+(?:van\s+)?$"
)
"""Behind these words a seat holder's surname is somebody else's: no table discusses the family of its own chair."""
_BETWEEN_NAMES: Final = re.compile(r"\s*(?:(?<!\b[vV])/|[&+,]|\b(?:en|of)\b)\s*")
_SURNAMES_IN_S: Final = frozenset(
    words("""
    aarts adams adriaans alberts alders andries arends barends bartels bernards boudewijns christiaans claes daniels
    davids derks diederiks diepens dirks engels everts evers franks frans frederiks freriks geerts gerards gerrits
    goossens harms heijns hendriks henriks hermans huberts jacobs jans jansens joosts josephs koens lamberts laurens
    leenders leonards lucas lukas marks martens matthijs meinders michiels otters pauls peters philips pieters
    reijnders reinders richards roberts roelofs rogers rutgers sanders sieberts simons stevens theunis thomas victors
    willems wolters wouters zegers
""")
)
"""Names of their own that look like a first name in the genitive: holder Peter does not make `Peters` known."""


@dataclass(frozen=True, slots=True)
class _Holder:
    """What one seat holder is called, as keys; `initials` keep their capitals."""

    firsts: frozenset[str]
    families: frozenset[str]
    full: frozenset[str]
    names: frozenset[str]
    initials: frozenset[str]


def _are_holders(span: Span, text: str, names: frozenset[str]) -> bool:
    """Are all people that the span names seat holders?"""
    original, holders = text[span.start : span.end], _holders(names)
    before, after = fold(text[max(0, span.start - 24) : span.start]), text[span.end : span.end + 4]
    if _OF_A_FAMILY.search(before):
        return False
    if _is_holder(original, holders):
        return True
    *heads, last = _BETWEEN_NAMES.split(original)
    return all(_is_holder(head, holders) for head in heads) and (
        (bool(heads) and _is_holder(last, holders))
        or (bool(re.match(r"\s+[a-z]", after)) and not _AFTER_TITLE.search(before) and _is_genitive(last, holders))
    )


def _is_holder(original: str, holders: tuple[_Holder, ...]) -> bool:
    """Is this one of the ways to write a seat holder, with or without a title in front and `'s` behind?"""
    name = re.sub(rf"^(?i:{_TITLE})\s+|['’‘`´]s?$", "", original.strip())
    key, initials = _name_key(name), _initials(name)
    return any(
        key in one.names or bool(initials & one.initials) or _is_with_partner(name, one) for one in holders if key
    )


def _is_genitive(original: str, holders: tuple[_Holder, ...]) -> bool:
    """Is this a first name with an s ("Sannes voorstel") and not a name of its own ("Peters")?"""
    key = _name_key(original)
    return key.endswith("s") and key not in _SURNAMES_IN_S and any(key[:-1] in one.firsts for one in holders)


def _is_with_partner(name: str, holder: _Holder) -> bool:
    """Is this the holder's name joined by a dash to one other surname, in either order?"""
    for dash in re.finditer(rf"\s?{DASH}\s?", name):
        left, right = name[: dash.start()], name[dash.end() :]
        if _name_key(left) in holder.full and _is_surname(right):
            return True
        given, _, other = left.strip().partition(" ")
        # Here the own surname comes last, and initials would be too little to go by.
        if len(given) > 2 and _name_key(given) in holder.firsts and _is_surname(other):
            return _name_key(right) in holder.families
    return False


def _is_surname(text: str) -> bool:
    *prefixes, name = text.strip().split(" ")
    return len(_name_key(name)) > 2 and name.isalpha() and all(fold(one) in PREFIXES for one in prefixes)


def _name_key(name: str) -> str:
    """Fold a name to its words. A capital V is an initial, a small one short for `van`: they are kept apart."""
    marked = re.sub(r"\bV\b(?!\.?\s?d\b)", "V_", name)
    return " ".join(re.findall(r"[^\W\d]+", fold(marked)))


def _initials(name: str) -> frozenset[str]:
    """Read `BK`, `SdG` and `S.d.G.`; in small letters only with full stops, for `jo` is a name."""
    bare = "".join(fold(char).upper() if char.isupper() else fold(char) for char in re.sub(r"[.\s]", "", name))
    dotted = re.fullmatch(r"[^\W\d_](?:\.\s?[^\W\d_])+\.?", name.strip())
    return frozenset({bare, bare.upper()} if dotted else {bare})


@lru_cache(maxsize=64)
def _holders(names: frozenset[str]) -> tuple[_Holder, ...]:
    return tuple(_holder(name) for name in sorted(names) if name.strip())


def _holder(name: str) -> _Holder:
    """Work out what one seat holder may be called: given names, initials and each half of the surname."""
    parts = name.split()
    start = next((n for n, part in enumerate(parts) if n and fold(part) in PREFIXES), max(1, len(parts) - 1))
    given, family = parts[:start], " ".join(parts[start:])
    halves = re.split(rf"\s?{DASH}\s?", family)
    heads = [half[0] for part in given for half in re.split(DASH, part) if half]
    firsts = {" ".join(given), given[0]}
    short = {heads[0], ".".join(heads), "".join(heads)}
    families = {one for half in (family, "-".join(reversed(halves)), *halves) if half for one in _written(half)}
    full = {f"{first} {one}" for first in firsts | short | {head.lower() for head in short} for one in families}
    tails = {"".join(_letters(half) for half in part) for part in (halves, halves[:1])} if family else set()
    plain = {head + tail for head in (heads[0], "".join(heads)) for tail in tails}
    return _Holder(
        firsts=frozenset(map(_name_key, firsts)),
        families=frozenset(map(_name_key, families)),
        full=frozenset(map(_name_key, full)),
        names=frozenset(map(_name_key, firsts | families | full)),
        initials=frozenset(one for head in plain for one in (_cased(head), _cased(head).upper())),
    )


def _written(family: str) -> set[str]:
    """Return a surname with its prefix, without it, and with `van` and `van der` cut short."""
    bare = " ".join(word for word in family.split(" ") if fold(word) not in PREFIXES)
    result = {family, bare or family}
    if match := re.match(r"van\s+(der?|den)\s+(.+)", family, re.IGNORECASE):
        result |= {f"{short} {match[2]}" for short in ("vd", "v d", f"v {match[1]}")}
    elif match := re.match(r"van\s+(.+)", family, re.IGNORECASE):
        result.add(f"v {match[1]}")
    return result


def _letters(family: str) -> str:
    """Return the initials of a surname, small for its prefix."""
    return "".join(word[0].lower() if fold(word) in PREFIXES else word[0].upper() for word in family.split())


def _cased(text: str) -> str:
    return "".join(fold(char).upper() if char.isupper() else fold(char) for char in text)


_CARE_KINDS: Final = (
    r"huisarts\w*|dokters?\w*|gezondheids(?:centrum|plein)|hap|praktijk",
    r"\w*ggz\w*|psych\w+|fact\w*|\w*kliniek|\w*instelling|praktijk|dagbehandeling|poli\w*|afdeling|crisisdienst",
    r"verslaving\w*|afkick\w*|detox\w*|\w*kliniek|\w*instelling|poli\w*|afdeling",
    r"\w*ziekenhuis|gasthuis|\w*umc|\w*kliniek|poli\w*|seh|hospice|afdeling",
    r"(?:wijk|buurt|gebieds|dorps|kern|jeugd|gezins|sociaal)\w*team|team|sociaal",
    r"\w*stichting",
    r"jeugd(?:zorg|hulp|psychiatrie)|gezinshuis",
    r"(?:thuis|wijk|kraam|buurt|ouderen)(?:zorg|verpleging|begeleiding)|zorggroep|zorgaanbieder",
)
_OTHER_KINDS: Final = (
    r"\w*school|school\w+|\w*college|\w*lyceum|gymnasium|mavo|roc|mbo|hbo|isk|csg|rsg|obs|cbs|rkbs|ikc|academie",
    r"\w*opvang|kinderdagverblijf|kdv|bso|creche|peuter\w+",
    (
        r"woon\w+|wonen|\w*corporatie|verhuurder|huize|\w*tehuis|ver(?:pleeg|zorgings)huis|zorgvilla|(?:woon|leef)?groep"
        r"|(?:woon)?zorgcentrum|dagbesteding|\w*boerderij"
    ),
    r"vv|sv|fc|hc|\w*club|\w*vereniging|\w*koor|scouting|fanfare|harmonie|manege|sport\w*|\w*bad",
    (
        r"\w*(?:winkel|bedrijf|markt|bar|kroeg|cafe|restaurant|hotel|camping|garage|salon|fabriek|kwekerij|bakkerij|slagerij"
        r"|kringloop|kantoor|bureau|apotheek|drogist|firma|werkgever|(?<!be)handel|loods|magazijn|werkplaats)|fa|uzb|bank"
    ),
    r"\w*(?:kerk|moskee|parochie|klooster|synagoge|tempel)",
    r"\w*(?:tandarts|fysio|verloskund|therapeut|therapie|logoped|notaris|advoca|bewind|verzekeraar)\w*|praktijk",
    (
        r"\w*(?:straat|laan|plein|flat|park|hof|wijk|buurt|dorp|stad|gemeente|(?<!t)huis|gebouw|complex|theater|museum"
        r"|bibliotheek|haven|polder|eiland|gracht|kade)|\w+centrum|tuin\w*|straat|weg"
    ),
)
_KINDS: Final = tuple(map(re.compile, (*_CARE_KINDS, *_OTHER_KINDS)))
"""Kinds of organisation, each with the words that say it; a word that says more than one fits each of them."""
_PLACE: Final = len(_KINDS) - 1
"""A word of this kind is no kind word at an end of a name: De Nieuwe Kade is more than De Nieuwe."""
_LOOKS_OTHER: Final = frozenset({EntityType.PERSON, EntityType.LOCATION})
_LEGAL: Final = frozenset({"bv", "nv", "vof", "b", "v", "n"})
_ARTICLES: Final = frozenset({"de", "het", "t"})
_OF_PEOPLE: Final = frozenset(PREFIXES) - _ARTICLES
_BEFORE_NAME: Final = re.compile(
    r"(?P<word>v\.v\.|s\.v\.|fa\.|[^\W\d_][\w-]*)(?:\s+(?:de|het|'t)(?=\W))?[\s\"'“”„(:]*$"
)
_ARTICLE_BEFORE: Final = re.compile(r"\b(?:de|het|'t)\s+$")
_BRACKET_BEHIND: Final = re.compile(r"[\"'”]?\s*\((?:de|het|een)?\s*(?P<word>[^\W\d_][\w-]*)")


@dataclass(frozen=True, slots=True)
class _Organisation:
    """An organisation's own name with the kinds that its kind words say, one set for every such word."""

    own: tuple[str, ...]
    kinds: tuple[frozenset[int], ...]


def _is_organisation(span: Span, text: str, organisations: frozenset[str]) -> bool:
    """Is this one of the table's organisations, and does no kind word beside it say that it is another?"""
    before, after = fold(text[max(0, span.start - 40) : span.start]), fold(text[span.end : span.end + 40])
    said = _organisation(text[span.start : span.end])
    beside = [found["word"] for found in (_BEFORE_NAME.search(before), _BRACKET_BEHIND.match(after)) if found]
    kinds = (*said.kinds, *(kind for kind in map(_kinds_of, beside) if kind))
    article = said.own[:1] if said.own and said.own[0] in _ARTICLES else ()
    has_article = bool(article or _ARTICLE_BEFORE.search(before))
    for one in map(_organisation, organisations):
        if _without_article(one.own) != _without_article(said.own):
            continue
        own_kinds: frozenset[int] = frozenset().union(*one.kinds)
        if all(kind & own_kinds for kind in kinds) and (
            kinds or span.label not in _LOOKS_OTHER or _stands_alone(one.own, span.label, before, article=has_article)
        ):
            return True
    return False


def _stands_alone(own: tuple[str, ...], label: EntityType, before: str, *, article: bool) -> bool:
    """May an own name that was taken for a person or a place go without its kind word?

    Not where it can be a person (`mw. Van Dongen`, `Linde` for De Linde) or a town: a table names its clients too.
    """
    if not article and own[0] in _ARTICLES:
        return False
    if label is EntityType.PERSON:
        return own[0] not in _OF_PEOPLE and not _AFTER_TITLE.search(before)
    return " ".join(own) not in _towns()


@lru_cache(maxsize=1)
def _towns() -> frozenset[str]:
    return frozenset(map(fold, entries("places")))


@lru_cache(maxsize=512)
def _organisation(name: str) -> _Organisation:
    """Take the kind words at both ends off a name; a name of kind words alone keeps them."""
    parts = re.findall(r"[^\W_]+", fold(name).replace("-", ""))
    start, end = 0, len(parts)
    if len(parts) > 1 and parts[0] in _ARTICLES and min(_kinds_of(parts[1]), default=_PLACE) < _PLACE:
        start = 1
    while start < end and min(_kinds_of(parts[start]), default=_PLACE) < _PLACE:
        start += 1
    while end > start and (
        parts[end - 1] in _LEGAL or min(_kinds_of(parts[end - 1]), default=_PLACE) < len(_CARE_KINDS)
    ):
        end -= 1
    own = tuple(parts[start:end])
    kinds = tuple(kind for kind in map(_kinds_of, parts[:start] + parts[end:]) if kind)
    return _Organisation(own or tuple(parts), kinds)


def _without_article(own: tuple[str, ...]) -> tuple[str, ...]:
    return own[1:] if len(own) > 1 and own[0] in _ARTICLES else own


@lru_cache(maxsize=2048)
def _kinds_of(word: str) -> frozenset[int]:
    bare = re.sub(r"[-.]", "", word)
    return frozenset(number for number, kind in enumerate(_KINDS) if kind.fullmatch(bare))
