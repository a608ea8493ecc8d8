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
from anonymisation.recognisers.letters import (
    CAP_WORD,
    DASH,
    INITIAL,
    INITIALS,
    LETTER,
    NOT_AFTER,
    PREFIX,
    UPPER,
    WRAP,
)
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_TITLE = (
    r"(?:dhr|de[ ]heer|heer|mw|mevr|mevrouw|mevrouwtje|meneer|mijnheer|mej|mejuffrouw|fam|familie|drs|dr|mr|ir|ing|prof|ds|"
    r"pastoor|imam|zr|br|agt|agent|brigadier|hoofdagent|juf|meester|dokter|notaris|weduwe|wed|gebr|mrs)"
)
_ROLE = (
    r"(?:(?:stief|pleeg|schoon|groot|ex-?|half|adoptie|tweeling|over|klein|achter|oud-?)?(?:moeder|vader|mama|papa|zoon|zoontje|"
    r"dochter|dochtertje|broer|broertje|zus|zusje|zuster|kind|ouders?|partner|man|vrouw|vriend|vriendin|vriendje|vriendinnetje|"
    r"echtgenoot|echtgenote|verloofde)|ex|oma|opa|omaatje|tante|oom|neef|neefje|nicht|nichtje|buurman|buurvrouw|buurjongen|"
    r"buurmeisje|overbuurman|overbuurvrouw|huisgenoot|huisgenote|kamergenoot|mantelzorger|mantelzorgster|contactpersoon|"
    r"ha|huisarts|poh|poh-ggz|poh-s|poh-jeugd|spv|vpk|vs|wijkvpk|wijkverpleegkundige|verpleegkundige|psychiater|psycholoog|psychologe|gz-psycholoog|kp|"
    r"psychotherapeut|therapeut|behandelaar|regiebehandelaar|hoofdbehandelaar|behandelcoördinator|casemanager|"
    r"maatschappelijk[ ]werk(?:st)?er|schoolmaatschappelijk[ ]werkster|werkster|werker|consulente?|wmo-consulente?|wijkagent|agent|"
    r"begeleider|begeleidster|woonbegeleider|ambulant[ ]begeleider|mentor|bewindvoerder|curator|advocaat|"
    r"advocate|docent|docente|leraar|lerares|leerkracht|juf|meester|coach|jobcoach|klantmanager|arts|bedrijfsarts|jeugdarts|"
    r"tandarts|verloskundige|apotheker|fysiotherapeut|diëtist|logopedist|inbrenger|inbrengster|tolk|voogd|gezinsvoogd|"
    r"gezinscoach|opbouwwerker|jongerenwerker|straatwerker|ouderenadviseur|ervaringsdeskundige|reclasseringswerker|"
    r"vrijwilliger|vrijwilligster|maatje|collega|teamleider|manager|voorzitter|notulist|secretaris|"
    r"stagiair|stagiaire|assistente?|doktersassistente?|praktijkondersteuner|leerplichtambtenaar|hulpverlener|hulpverleenster)"
)
_LABEL = (
    r"(?:naam|voornaam|achternaam|voorletters|roepnaam|pati[eë]nte?|pte?|cli[eë]nte?|betreft|betr|betrokkene|inbrenger|ingebracht[ ]door|"
    r"door|contactpersoon|behandelaar|regiebehandelaar|van|aan|t\.?a\.?v|cc|huisarts|partner|moeder|vader|ouders|kinderen|"
    r"verwijzer|aanmelder|melder|steller|auteur|ondertekend|opgesteld[ ]door|aanwezig(?:en)?|afwezig|deelnemers|kind|zoon|dochter|"
    r"mantelzorger|bewindvoerder|mentor|voogd|groet|groeten|mvg|getekend)"
)
_NAMED = r"(?:genaamd|genoemd|roepnaam|noemt[ ]zich|heet|heette|heten|geheten|bijnaam|meisjesnaam|gehuwd[ ]met|getrouwd[ ]met|samen[ ]met|gescheiden[ ]van|overleg[ ]met|gesprek[ ]met|gebeld[ ]met|gesproken[ ]met|contact[ ]met|i\.?o\.?m\.?|namens|aldus|vlgs\.?|volgens|weduwe[ ]van|weduwnaar[ ]van)"
_MAIDEN = r"(?:[ ]?(?:-|geb\.|geboren|e/v|e\.v\.)[ ]?)"

_PART = rf"(?:{CAP_WORD}|{UPPER}{{3,20}}(?!\w))"
_NAME = (
    rf"(?:{INITIALS}(?:\({CAP_WORD}\)[ ])?(?:{PREFIX}{WRAP}){{0,3}}{_PART}|(?:{PREFIX}[ ]){{1,3}}{_PART}|{_PART})"
    rf"(?:{WRAP}(?:{PREFIX}{WRAP}){{0,3}}{_PART}|[ ]{UPPER}\.(?=[\s,;)]|$)){{0,3}}"
)
_STOP_TITLED = frozenset(entries("not_names"))
_STOP = _STOP_TITLED | frozenset(entries("not_names_without_title"))
_PLACES = frozenset(entries("places"))


class PersonRecogniser(RuleRecogniser):
    """Names after titles, roles and labels, initials with a surname, names with an age, and initials alone."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.PERSON,)

    _TITLED = re.compile(rf"{NOT_AFTER}(?i:{_TITLE})\b\.?[ ]{{1,2}}(?:(?i:{_TITLE})\b\.?[ ]){{0,2}}(?P<name>{_NAME})")
    _ROLED = re.compile(
        rf"{NOT_AFTER}(?i:{_ROLE})(?:[ ]\({LETTER}{{2,20}}\))?(?:,[ ]|:[ ]?|[ ]{{1,2}}|[ ]?[(][ ]?)['\"‘“]?(?:(?i:{_TITLE})\b\.?[ ]){{0,2}}(?P<name>{_NAME})"
    )
    _LABELLED = re.compile(
        rf"{NOT_AFTER}(?i:{_LABEL})\.?[ ]?:[ \t]{{0,4}}(?:(?i:{_TITLE})\b\.?[ ]){{0,2}}(?P<name>{_NAME})"
    )
    _CALLED = re.compile(
        rf"{NOT_AFTER}(?i:{_NAMED})[ :]{{1,2}}['\"‘“]?(?:(?i:{_TITLE})\b\.?[ ]){{0,2}}(?P<name>{_NAME})"
    )
    _INITIALLED = re.compile(
        rf"(?<![\w.])(?P<name>{INITIAL}[ ]?(?:{INITIAL}[ ]?){{0,5}}(?:\({CAP_WORD}\)[ ])?(?:{PREFIX}{WRAP}){{0,3}}{CAP_WORD}"
        rf"(?:[ ]{DASH}[ ](?:{PREFIX}[ ]){{0,3}}{CAP_WORD})?)"
    )
    _DOTTED = re.compile(rf"(?<![\w.])(?P<name>{UPPER}\.(?:{LETTER}\.?){{1,5}}{UPPER}\.)(?!\w)")
    _REVERSED = re.compile(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD},[ ](?:{INITIAL}[ ]?){{1,4}}(?:(?:{PREFIX}[ ]?){{1,3}}(?=[,;)\s]))?)(?<![ ])"
    )
    _AGED = re.compile(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD}(?:[ ](?:{PREFIX}[ ]){{0,3}}{CAP_WORD}){{0,2}})[ ]\(\d{{1,2}}(?P<unit>[ ]?(?:jr|jaar|j)\b\.?)?[,)]"
    )
    _AGED_COMMA = re.compile(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD}(?:[ ](?:{PREFIX}[ ]){{0,3}}{CAP_WORD}){{0,2}}),[ ]\d{{1,2}}(?:[ ]?(?:jr|jaar|j)\b|,)"
    )
    _PREFIXED = re.compile(
        rf"{NOT_AFTER}(?P<name>{CAP_WORD}(?:[ ]{CAP_WORD})?[ ](?P<prefix>(?:van|von|de|vd|v\.d\.|el|al|ben|dos|da|ter|ten|op|in)(?:[ ](?:den|der|de|het|'t|’t|la))?)[ ]{CAP_WORD})"
    )
    _FIRST_OF_LINE = re.compile(
        rf"(?m)^[ \t]{{0,4}}(?P<name>{_NAME})[ \t]{{0,2}}(?:\((?:HA|POH|SPV|GZ|arts|psycholoog)|,[ ](?:HA|POH|SPV|huisarts|psychiater|psycholoog|arts|vpk|consulent|casemanager|soc))"
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every name; doubtful are an abbreviation-like name and a capitalised pair with a prefix between."""
        for pattern, score in (
            (self._TITLED, CERTAIN), (self._ROLED, LIKELY), (self._LABELLED, LIKELY), (self._CALLED, LIKELY),
            (self._AGED_COMMA, 0.6), (self._FIRST_OF_LINE, LIKELY),
        ):  # fmt: skip
            for match in pattern.finditer(text):
                yield from self._name(text, match, score)
        for match in self._AGED.finditer(text):
            yield from self._name(text, match, LIKELY if match["unit"] else 0.6)
        for match in self._INITIALLED.finditer(text):
            yield from self._initialled(text, match)
        for match in self._REVERSED.finditer(text):
            yield from self._name(text, match, LIKELY)
        for match in self._DOTTED.finditer(text):
            if match["name"].replace(".", "").lower() not in _STOP:
                bracketed = text[max(0, match.start() - 1) : match.start()] in {"(", '"', "'"}
                mixed = any(char.islower() for char in match["name"])
                yield self._hit(match.start(), match.end(), LIKELY if bracketed or mixed else DOUBTFUL)
        for match in self._PREFIXED.finditer(text):
            yield from self._name(text, match, LIKELY if " " in match["prefix"] else DOUBTFUL)

    def _name(self, text: str, match: re.Match[str], score: float) -> Iterator[Hit]:
        """Yield the longest head of the found name that holds no word that is never part of a name."""
        start, end = match.span("name")
        name = text[start:end]
        stop = _STOP_TITLED if score >= CERTAIN else _STOP
        kept = 0
        for word in re.finditer(r"\S+", name):
            bare = word.group().strip(".,;:()'’\"")
            if _is_prefix(bare):
                continue
            if bare.lower() in stop or bare.lower().split("-")[0] in stop:
                break
            kept = word.end()
        if kept and not (score < CERTAIN and name[:kept] in _PLACES):
            yield self._hit(start, start + len(name[:kept].rstrip(" ,;:")), score)

    def _initialled(self, text: str, match: re.Match[str]) -> Iterator[Hit]:
        """Yield initials with a surname; one capital at the start of a line may be the number of a heading."""
        name = match["name"]
        surname = re.split(r"[.\s)]+", name)[-1]
        if surname.lower() in _STOP:
            return
        line_start = text[max(0, match.start() - 2) : match.start()].strip(" \t") in {"", "\n"} or match.start() == 0
        heading = line_start and re.match(rf"{UPPER}\.[ ]{UPPER}", name)
        yield self._hit(match.start(), match.end(), DOUBTFUL if heading else CERTAIN)

    @staticmethod
    def _hit(start: int, end: int, score: float) -> Hit:
        return Hit(start, end, EntityType.PERSON, score)


def _is_prefix(word: str) -> bool:
    return re.fullmatch(PREFIX, word) is not None
