"""Names of people, by the words and marks around them.

A title, a role, a label or initials make a capitalised word a name. Titles and roles stay outside the span. What no
rule reaches is left to the learned model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import entries
from anonymisation.page import Page, Triggered, first_words
from anonymisation.recognisers.letters import (
    CAP_WORD,
    DASH,
    INITIAL,
    INITIALS,
    LETTER,
    NOT_AFTER,
    NOT_BEFORE,
    PREFIX,
    UPPER,
    WRAP,
    any_of,
)
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_TITLE_WORDS = """
    dhr de_heer heer mw mevr mevrouw mevrouwtje meneer mijnheer mej mejuffrouw fam familie drs dr mr ir ing
    prof ds pastoor imam zr br agt agent brigadier hoofdagent juf meester dokter notaris weduwe wed mrs
"""
_TITLE = any_of(_TITLE_WORDS)
_KIN_WORDS = """
    moeder vader mama papa zoon zoontje dochter dochtertje broer broertje zus zusje zuster kind ouder ouders
    partner man vrouw vriend vriendin vriendje vriendinnetje echtgenoot echtgenote verloofde
"""
_KIN = any_of(_KIN_WORDS)
_KIN_HEADS = (
    "stief",
    "pleeg",
    "schoon",
    "groot",
    "ex-",
    "ex",
    "half",
    "adoptie",
    "tweeling",
    "over",
    "klein",
    "achter",
    "oud-",
    "oud",
)
_KIN_HEAD = f"(?:{'|'.join(_KIN_HEADS)})?"
_KIN_FIRSTS = first_words(_KIN_WORDS, *(f"{head}{kin}" for head in _KIN_HEADS for kin in _KIN_WORDS.split()))
_OTHERS_WORDS = """
    ex oma opa omaatje tante oom neef neefje nicht nichtje buurman buurvrouw buurjongen buurmeisje overbuurman
    overbuurvrouw huisgenoot huisgenote kamergenoot mantelzorger mantelzorgster contactpersoon ha huisarts poh
    poh-ggz poh-s poh-jeugd spv vpk vs wijkvpk wijkverpleegkundige verpleegkundige psychiater psycholoog
    psychologe gz-psycholoog kp psychotherapeut therapeut behandelaar regiebehandelaar hoofdbehandelaar
    behandelcoördinator casemanager maatschappelijk_werker maatschappelijk_werkster
    schoolmaatschappelijk_werkster werkster werker soc._werker consulent consulente wmo-consulent
    wmo-consulente wijkagent begeleider begeleidster woonbegeleider ambulant_begeleider mentor bewindvoerder
    curator advocaat advocate docent docente leraar lerares leerkracht coach jobcoach klantmanager arts
    bedrijfsarts jeugdarts tandarts verloskundige apotheker fysiotherapeut diëtist logopedist inbrenger
    inbrengster voogd gezinsvoogd gezinscoach opbouwwerker jongerenwerker straatwerker ouderenadviseur
    ervaringsdeskundige reclasseringswerker vrijwilliger vrijwilligster maatje collega teamleider manager
    voorzitter notulist secretaris stagiair stagiaire assistent assistente doktersassistent doktersassistente
    praktijkondersteuner leerplichtambtenaar hulpverlener hulpverleenster ggd wijk-ggd jeugdteam wijkteam
    meisje jongen baby zoontje collega-arts waarnemer diëtiste logopediste fysiotherapeute kapster internist
    neuroloog cardioloog kinderarts gynaecoloog wijkmanager i-coach klantcoach schuldhulpverlener budgetcoach
    pedagoog orthopedagoog ergotherapeut ergotherapeute verzekeringsarts oogarts therapeute mediator
    buurtcoach wijkcoach wijkwerker sociaal_werker cliëntondersteuner verzorgende rechter griffier bezorger
    conciërge trainer klassendocent directeur intern_begeleider zorgcoördinator schoolarts
    jeugdverpleegkundige jeugdprofessional gezinsbegeleider activiteitenbegeleider pastor dominee wethouder
    verzoeker verzoekster
"""
_OTHERS = any_of(_OTHERS_WORDS)
_OTHERS_FIRSTS = first_words(_OTHERS_WORDS)
_ROLE = rf"(?:{_KIN_HEAD}{_KIN}|{_OTHERS})"
_LABEL_WORDS = """
    naam voornaam achternaam voorletters roepnaam patiënt patient patiënte patiente pt pte cliënt client
    cliënte cliente betreft betr betrokkene inbrenger ingebracht_door door contactpersoon behandelaar
    regiebehandelaar van aan t.a.v tav cc huisarts partner moeder vader ouders kinderen verwijzer aanmelder
    melder steller auteur ondertekend opgesteld_door aanwezig aanwezigen afwezig deelnemers kind zoon dochter
    mantelzorger bewindvoerder mentor voogd groet groeten mvg getekend kids
"""
_LABEL = any_of(_LABEL_WORDS)
_NAMED_WORDS = """
    genaamd genoemd roepnaam noemt_zich heet heette heten geheten bijnaam meisjesnaam gehuwd_met getrouwd_met samen_met
    gescheiden_van overleg_met gesprek_met gebeld_met gesproken_met contact_met iom i.o.m. weduwe_van
    weduwnaar_van vriend_van
    ingebracht_door 'vriend' ‘vriend’ "vriend" 'vriendin' ‘vriendin’
"""
_NAMED = any_of(_NAMED_WORDS)
_MORE = rf"(?:{WRAP}(?:{PREFIX}{WRAP}){{0,3}}{CAP_WORD}|[ ]{UPPER}\.(?=[\s,;)]|$)){{0,3}}"
_NAME = rf"(?:{INITIALS}(?:\({CAP_WORD}\)[ ])?(?:{PREFIX}{WRAP}){{0,3}})?{CAP_WORD}{_MORE}"
_CAPITALS = rf"(?:{INITIALS})?(?:{PREFIX}[ ]){{0,3}}{UPPER}{{4,20}}(?:{DASH}{UPPER}{{2,20}})?(?!\w)"
_TITLED_NAME = rf"(?:(?:{PREFIX}[ ]){{1,3}}{CAP_WORD}{_MORE}|{_NAME}|{_CAPITALS})"
_FULL = rf"{CAP_WORD}(?:[ ](?:{PREFIX}[ ]){{0,3}}{CAP_WORD}){{0,2}}"
_BEFORE_NAME = rf"(?:(?i:{_TITLE})\b\.?[ ]){{0,2}}"
_ONLY_TITLE = frozenset(entries("not_names"))
_STOP = _ONLY_TITLE | frozenset(entries("not_names_without_title"))
_PLACES = frozenset(entries("places"))
_ROLE_WORD = re.compile(rf"{_ROLE}|{_TITLE}", re.IGNORECASE)
_STREET_ENDINGS = ("straat", "laan", "weg", "plein", "gracht", "singel", "dreef", "plantsoen")
_FULL_LINE = 50
_PREFIX_WORD = re.compile(rf"{PREFIX}|in|op|aan|uit|over|onder|voor|bij|het")


class PersonRecogniser(RuleRecogniser):
    """Names after titles, roles and labels, initials with a surname, names with an age, and initials alone."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.PERSON,)

    _TITLED = Triggered(
        rf"{NOT_AFTER}(?i:{_TITLE})\b\.?[ ]{{1,2}}{_BEFORE_NAME}(?P<name>{_TITLED_NAME})", first_words(_TITLE_WORDS)
    )
    _ROLED = Triggered(
        rf"{NOT_AFTER}(?i:{_ROLE})(?:[ ]\({LETTER}{{2,20}}\))?(?:,[ ]|[ ]{{1,2}}|[ ]?[(][ ]?)"
        rf"['\"‘“]?{_BEFORE_NAME}(?P<name>{_NAME})",
        _KIN_FIRSTS | _OTHERS_FIRSTS,
    )
    _RELATED = Triggered(
        rf"{NOT_AFTER}(?i:{_KIN_HEAD}{_KIN}|ex|oma|opa|tante|oom)[ ](?:van|v\.)[ ](?P<name>{_NAME})",
        _KIN_FIRSTS | first_words("ex oma opa tante oom"),
    )
    _ACCORDING = Triggered(
        rf"{NOT_AFTER}(?i:volgens|vlgs\.?|aldus|namens)[ ]{_BEFORE_NAME}(?P<name>{_NAME})",
        first_words("volgens vlgs aldus namens"),
    )
    _LABELLED = Triggered(
        rf"{NOT_AFTER}(?i:{_LABEL})\.?[ ]?:[ \t]{{0,4}}{_BEFORE_NAME}(?P<name>{_NAME}|{_CAPITALS})",
        first_words(_LABEL_WORDS),
    )
    _CALLED = Triggered(
        rf"(?<!\w)(?i:{_NAMED})[ :]{{1,2}}['\"‘“]?{_BEFORE_NAME}(?P<name>{_NAME})", first_words(_NAMED_WORDS)
    )
    _NICKNAMED = Triggered(
        rf"[(][\"“‘'](?P<name>{CAP_WORD})[\"”’'](?:,[ ](?P<more>{UPPER}{{2,4}}))?[)]",
        needs=('("', "(“", "(‘", "('"),
    )
    _INITIALLED = Triggered(
        rf"(?<![\w.])(?P<name>{INITIAL}[ ]?(?:{INITIAL}[ ]?){{0,5}}(?:\({CAP_WORD}\)[ ])?(?:{PREFIX}{WRAP}){{0,3}}"
        rf"{CAP_WORD}(?:[ ]{DASH}[ ](?:{PREFIX}[ ]){{0,3}}{CAP_WORD})?)",
        capitals=True,
        needs=(".",),
    )
    _DOTTED = Triggered(
        rf"(?<![\w.])(?P<name>{UPPER}\.(?:{LETTER}\.?){{1,5}}{UPPER}\.)(?!\w)", capitals=True, needs=(".",)
    )
    _FIRST_INITIAL = Triggered(rf"[(](?P<name>{CAP_WORD}[ ]{UPPER}\.)(?=[,)])", signs="(")
    _REVERSED = Triggered(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD},[ ](?:{INITIAL}[ ]?){{1,4}}(?:(?:{PREFIX}[ ]?){{1,3}}(?=[,;)\s]))?)(?<![ ])",
        capitals=True,
        needs=(", ",),
    )
    _AGED = Triggered(
        rf"{NOT_AFTER}(?P<name>{_FULL})[ ]\(\d{{1,2}}(?P<unit>[ ]?(?:jr|jaar|j)\b\.?)?[,)]",
        capitals=True,
        after=" (",
    )
    _AGED_COMMA = Triggered(
        rf"{NOT_AFTER}(?P<name>{_FULL}),[ ]\d{{1,2}}(?:[ ]?(?:jr|jaar|j)\b|,)",
        capitals=True,
        after=", ",
    )
    _PREFIXED = Triggered(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD}(?:[ ]{CAP_WORD})?[ ]"
        rf"(?P<prefix>{PREFIX}(?:[ ](?:den|der|de|het|'t|’t|la))?)[ ]{CAP_WORD})",
        capitals=True,
    )
    _BEFORE_ROLE = Triggered(rf"(?P<name>{_FULL}),[ ](?i:{_OTHERS}){NOT_BEFORE}", inside=True)

    _TRIGGERED = (
        (_TITLED, CERTAIN),
        (_ROLED, LIKELY),
        (_LABELLED, LIKELY),
        (_RELATED, LIKELY),
        (_ACCORDING, DOUBTFUL),
        (_CALLED, LIKELY),
    )
    _RULES = (
        (_NICKNAMED, LIKELY),
        (_AGED_COMMA, 0.6),
        (_REVERSED, LIKELY),
        (_FIRST_INITIAL, LIKELY),
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every name; doubtful are an abbreviation-like name and a capitalised pair with a prefix between."""
        text = page.text
        for triggered, score in self._TRIGGERED:
            for match in triggered.finditer(page):
                yield from _name(text, match, score)
        for pattern, score in self._RULES:
            for match in pattern.finditer(page):
                yield from _name(text, match, score)
        if _role_behind_comma(page):
            for match in self._BEFORE_ROLE.finditer(page):
                yield from _name(text, match, 0.6)
        yield from self._bracketed(page)
        for match in self._PREFIXED.finditer(page):
            hits = _name(text, match, LIKELY if " " in match["prefix"] else DOUBTFUL)
            yield from (hit for hit in hits if hit.end == match.end("name"))
        for match in self._INITIALLED.finditer(page):
            yield from _initialled(text, match)

    def _bracketed(self, page: Page) -> Iterator[Hit]:
        """Yield names with an age, call names in quotes and initials alone."""
        text = page.text
        for match in self._AGED.finditer(page):
            yield from _name(text, match, LIKELY if match["unit"] else 0.6)
        for match in self._NICKNAMED.finditer(page):
            if match["more"]:
                yield Hit(match.start("more"), match.end("more"), EntityType.PERSON, LIKELY)
        for match in self._DOTTED.finditer(page):
            if match["name"].replace(".", "").lower() not in _STOP:
                bracketed = text[max(0, match.start() - 1) : match.start()] in {"(", '"', "'"}
                mixed = any(char.islower() for char in match["name"])
                score = LIKELY if bracketed or mixed else DOUBTFUL
                yield Hit(match.start(), match.end(), EntityType.PERSON, score)


def _role_behind_comma(page: Page) -> bool:
    """Does a word for a role stand behind a comma anywhere in the text?"""
    return any(
        page.text[start - 2 : start] == ", " for word in page.words & _OTHERS_FIRSTS for start in page.places[word]
    )


def _name(text: str, match: re.Match[str], score: float) -> Iterator[Hit]:
    """Yield the found name without role words in front, up to the first word that is never part of a name."""
    stop = _ONLY_TITLE if score >= CERTAIN else _STOP
    start, end = match.span("name")
    kept = first = start
    words = list(re.finditer(r"\S+", text[start:end]))
    for place, word in enumerate(words):
        if kept > first and (_new_line(text, start, words, place) or _affiliation(words, place)):
            break
        bare = word.group().strip(".,;:()'’\"").lower()
        if _PREFIX_WORD.fullmatch(word.group()):
            continue
        if kept == first and _ROLE_WORD.fullmatch(bare):
            first = kept = start + word.end() + 1
            continue
        if bare.endswith(_STREET_ENDINGS):
            break
        if bare in stop or bare.split("-")[0] in stop:
            break
        kept = start + word.end()
    name = text[first:kept].rstrip(" ,;:")
    if name and not (score < CERTAIN and name in _PLACES):
        yield Hit(first, first + len(name), EntityType.PERSON, score)


def _new_line(text: str, start: int, words: list[re.Match[str]], place: int) -> bool:
    """Does the word stand on a new line that is no continuation of the name? A name wraps only where a line is full."""
    last = words[place - 1]
    if "\n" not in text[start + last.end() : start + words[place].start()]:
        return False
    if _PREFIX_WORD.fullmatch(last.group()) or last.group().endswith("."):
        return False
    head = text[max(0, start + last.end() - _FULL_LINE) : start + last.end()]
    return "\n" in head or len(head) < _FULL_LINE


def _affiliation(words: list[re.Match[str]], place: int) -> bool:
    """Is this the `van` of `Jan de Boer van Woonzorg`, after a name that is already complete?"""
    if words[place].group() != "van" or place + 1 >= len(words) or words[place + 1].group()[0].islower():
        return False
    whole = [one.group() for one in words[:place] if one.group()[0].isupper()]
    return len(whole) >= 2 and (whole[0].endswith(".") or place > len(whole))


def _initialled(text: str, match: re.Match[str]) -> Iterator[Hit]:
    """Yield initials with a surname; one capital at the start of a line may be the number of a heading."""
    name = match["name"]
    surname = re.split(r"[.\s)]+", name)[-1].lower()
    if surname in _STOP or surname.split("-")[0] in _STOP:
        return
    before = text[max(0, match.start() - 4) : match.start()].rstrip(" \t")
    at_line_start = before.endswith("\n") or match.start() == 0
    heading = at_line_start and re.match(rf"{UPPER}\.[ ]{UPPER}", name)
    yield Hit(match.start(), match.end(), EntityType.PERSON, DOUBTFUL if heading else CERTAIN)
