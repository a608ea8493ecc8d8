"""Organisations by their own name: care providers, schools, clubs, employers, landlords, churches.

A kind word makes the capitalised words behind it a name. A kind word that is written as part of the name
(`Huisartsenpraktijk X`, `GGZ X`, `wijkteam X`) is inside the span; an ordinary noun (`kliniek X`) stays outside.
Nationwide bodies and generic teams without a name of their own are not marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import entries
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, NOT_BEFORE, UPPER
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_CARE_INSIDE = (
    r"(?:huisartsenpraktijk|huisartspraktijk|huisartsenpost|huisartsengroep|dokterspraktijk|praktijk|gezondheidscentrum|gezondheidsplein|"
    r"medisch centrum|psychologenpraktijk|psychologiepraktijk|praktijk voor (?:psychologie|psychotherapie)|"
    r"zorggroep|woonzorgcentrum|zorgcentrum|verpleeghuis|verzorgingshuis|woonvorm|zorgboerderij|"
    r"wijkteam|buurtteam|gebiedsteam|dorpsteam|sociaal (?:wijk)?team|jeugdteam|jeugd- en gezinsteam|kernteam|wijkzorgteam|"
    r"fact-team|fact-?wijkteam|verslavingszorg|verslavingskliniek|jeugdhulp|jeugdzorg|thuiszorg|thuisbegeleiding|ggz|"
    r"ggz-instelling|psychiatrisch centrum|revalidatiecentrum|apotheek|verloskundigenpraktijk|fysiotherapiepraktijk|tandartspraktijk|hap|huize|zorgvilla|"
    r"stichting (?:zorg|opvang)\w{0,20}|instelling)"
)
_CARE_OUTSIDE = (
    r"(?:kliniek|polikliniek|poli|ziekenhuis|streekziekenhuis|opvang|vrouwenopvang|nachtopvang|maatschappelijke opvang|"
    r"crisisopvang|ouderenpsychiatrie|jeugdpsychiatrie|kinder- en jeugdpsychiatrie|geheugenpoli|afkickkliniek|detoxkliniek|"
    r"verloskundige praktijk|verlosk\. praktijk|gezinshuis|dagbehandeling|eetstoorniscentrum|eetst\.centrum|inloophuis|hospice|"
    r"beschermd wonen|woonlocatie|ggz-instelling|zorginstelling|aanbieder|zorgaanbieder|afdeling|logeerhuis|dagbesteding|behandelcentrum)"
)
_ORG_INSIDE = (
    r"(?:stichting|woonstichting|woningcorporatie|woningstichting|woningbouwvereniging|bouwvereniging|wonen|"
    r"roc|csg|rsg|osg|sg|isk|ikc|obs|cbs|rkbs|vso|pro|mbo|scholengemeenschap|scholengroep|kinderdagverblijf|kdv|bso|"
    r"hogeschool|universiteit|slagerij|bakkerij|garage|autobedrijf|bouwbedrijf|schildersbedrijf|installatiebedrijf|transportbedrijf|kwekerij|"
    r"\w{3,20}kwekerij|\w{2,20}bedrijf|kapsalon|restaurant|hotel|\w{2,12}hotel|eetcafé|cafetaria|snackbar|camping|vakantiepark|manege|"
    r"gebr\.|gebroeders|fa\.|firma|drukkerij|timmerbedrijf|loonbedrijf|uitzendbureau|advocatenkantoor|notariskantoor|moskee|parochie|fanfare|harmonie)"
)
_ORG_OUTSIDE = (
    r"(?:basisschool|middelbare school|school|schoolgemeenschap|peuterspeelzaal|crèche|werkgever|café|kroeg|bar|winkel|supermarkt|"
    r"vv|v\.v\.|sv|s\.v\.|fc|hc|voetbalclub|voetbalvereniging|sportvereniging|tennisclub|hockeyclub|judoclub|turnvereniging|"
    r"muziekvereniging|koor|vereniging|scouting|sportschool|kerk|kerkgenootschap|gemeente van|bedrijf|uitzendbureau|uzb|verhuurder|woningcorp\.?|corporatie|"
    r"fabriek|magazijn|buurthuis|wijkcentrum|dorpshuis|jongerencentrum|kinderboerderij|bewindvoerderskantoor|bewindvoeringskantoor)"
)
_WORD = rf"(?:{CAP_WORD}|{UPPER}{{2,8}}(?!\w))"
_JOIN = rf"(?:[ ]&[ ]|[ ](?:van|de|het|der|den|'t|’t|op|aan|in|ten|ter|voor)(?:[ ](?:de|het|den|der|'t))?[ ]|[ ]{DASH}[ ]|{DASH}|[ ])"
_OWN = rf"(?:(?:De|Het|'t|’t|'s|In|Op|Aan|Ons|Onze)[ ](?:(?:de|het|'t)[ ])?)?(?:{_WORD})(?:{_JOIN}{_WORD}){{0,3}}"
_STOP = frozenset(entries("not_names"))
_ARTICLES = frozenset(("de", "het", "'t", "’t", "in", "op", "aan", "ons", "onze"))


class OrganisationRecogniser(RuleRecogniser):
    """Care providers and other organisations by kind word, legal form or list."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.CARE_ORGANIZATION, EntityType.ORGANIZATION)

    _INSIDE = tuple(
        (re.compile(rf"{NOT_AFTER}(?P<kind>(?i:{kinds}))[ ](?P<own>{_OWN})"), label)
        for kinds, label in ((_CARE_INSIDE, EntityType.CARE_ORGANIZATION), (_ORG_INSIDE, EntityType.ORGANIZATION))
    )
    _OUTSIDE = tuple(
        (re.compile(rf"{NOT_AFTER}(?P<kind>(?i:{kinds}))[ ]['\"‘“]?(?P<own>{_OWN})"), label)
        for kinds, label in ((_CARE_OUTSIDE, EntityType.CARE_ORGANIZATION), (_ORG_OUTSIDE, EntityType.ORGANIZATION))
    )
    _BEFORE_GGZ = re.compile(
        rf"{NOT_AFTER}(?P<own>{_WORD}(?:[ ]{_WORD}){{0,2}}[ ](?:GGZ|ggz|Zorggroep|Zorg|Ziekenhuis|Gasthuis|Kliniek)){NOT_BEFORE}"
    )
    _SCHOOL = re.compile(
        rf"{NOT_AFTER}(?P<own>(?:{_WORD}[ ]){{0,3}}(?:College|Lyceum|Gymnasium|Mavo|Praktijkschool|Academie|{UPPER}[^\W\d_]{{2,25}}(?:school|college|lyceum))){NOT_BEFORE}"
    )
    _LEGAL = re.compile(
        rf"{NOT_AFTER}(?P<own>{_WORD}(?:(?:[ ]&[ ]|[ ](?:van|de|der|den)[ ]|[ ]){_WORD}){{0,4}}[ ](?:B\.V\.|BV|N\.V\.|NV|V\.O\.F\.|VOF|vof|bv|b\.v\.|& Zn\.?|& Zonen|en Zonen|en Zn\.?|C\.V\.))(?!\w)"
    )
    _CARE_ENDING = re.compile(
        rf"{NOT_AFTER}(?P<own>{UPPER}[^\W\d_]{{2,20}}(?:ziekenhuis|kliniek|zorggroep|zorg|ggz)){NOT_BEFORE}"
    )
    _CARE_LIST = re.compile(
        r"(?<![\w@.\-])(?:"
        + "|".join(re.escape(one) for one in sorted(entries("care_names"), key=len, reverse=True))
        + r")(?:[ ](?:ziekenhuis|Ziekenhuis|gasthuis))?(?![\w@])"
    )
    _GENERIC = frozenset(
        ["thuiszorg", "jeugdzorg", "verslavingszorg", "mantelzorg", "wijkzorg", "kraamzorg", "nazorg", "ouderenzorg", "jeugdzorg", "mondzorg", "basiszorg"]
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every organisation that is named."""
        for pattern, label in self._INSIDE:
            for match in pattern.finditer(text):
                yield from self._named(match, label, match.start())
        for pattern, label in self._OUTSIDE:
            for match in pattern.finditer(text):
                yield from self._named(match, label, match.start("own"))
        for pattern, label, score in (
            (self._BEFORE_GGZ, EntityType.CARE_ORGANIZATION, LIKELY), (self._SCHOOL, EntityType.ORGANIZATION, LIKELY),
            (self._LEGAL, EntityType.ORGANIZATION, CERTAIN), (self._CARE_ENDING, EntityType.CARE_ORGANIZATION, DOUBTFUL),
        ):  # fmt: skip
            for match in pattern.finditer(text):
                words = match["own"].split(" ")
                while len(words) > 1 and words[0].lower() in _STOP and words[0].lower() not in _ARTICLES:
                    words.pop(0)
                if words[0].lower() in self._GENERIC or (
                    len(words) == 1
                    and words[0].lower()
                    in _STOP | {"college", "lyceum", "gymnasium", "academie", "mavo", "praktijkschool"}
                ):
                    continue
                yield Hit(match.end("own") - len(" ".join(words)), match.end("own"), label, score)
        for match in self._CARE_LIST.finditer(text):
            yield Hit(match.start(), match.end(), EntityType.CARE_ORGANIZATION, LIKELY)

    @staticmethod
    def _named(match: re.Match[str], label: EntityType, start: int) -> Iterator[Hit]:
        """Yield kind and own name, unless the own name is an abbreviation or an ordinary word of care records."""
        own_start = match.start("own")
        end = own_start
        for word in re.finditer(r"[^ ]+", match["own"]):
            bare = word.group().strip(".,'’")
            if bare.lower() in _STOP and bare.lower() not in _ARTICLES and bare[:1].isupper():
                break
            if bare[:1].isupper() and bare.lower() not in {"de", "het", "in", "op", "aan", "ons", "onze"}:
                end = own_start + word.end()
        if end > own_start:
            yield Hit(start, end, label, LIKELY)
