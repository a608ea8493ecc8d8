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
from anonymisation.lists import entries, words
from anonymisation.page import Page, Triggered, first_words
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, NOT_BEFORE, UPPER, any_of
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_CARE = EntityType.CARE_ORGANIZATION
_ORG = EntityType.ORGANIZATION

_CARE_INSIDE_WORDS = """
    huisartsenpraktijk huisartspraktijk huisartsenpost huisartsengroep dokterspraktijk gezondheidscentrum
    gezondheidsplein medisch_centrum psychologenpraktijk psychologiepraktijk zorggroep woonzorgcentrum
    zorgcentrum verpleeghuis verzorgingshuis woonvorm zorgboerderij wijkteam buurtteam gebiedsteam dorpsteam
    sociaal_team sociaal_wijkteam jeugdteam jeugd-_en_gezinsteam kernteam wijkzorgteam fact-team fact-wijkteam
    verslavingszorg jeugdhulp jeugdzorg thuiszorg thuisbegeleiding ggz ggz-instelling psychiatrisch_centrum
    revalidatiecentrum apotheek verloskundigenpraktijk fysiotherapiepraktijk tandartspraktijk hap huize
    zorgvilla
"""
_CARE_INSIDE = any_of(_CARE_INSIDE_WORDS)
_CARE_OUTSIDE_WORDS = """
    kliniek polikliniek poli ziekenhuis streekziekenhuis opvang vrouwenopvang nachtopvang
    maatschappelijke_opvang crisisopvang ouderenpsychiatrie jeugdpsychiatrie kinder-_en_jeugdpsychiatrie
    geheugenpoli afkickkliniek detoxkliniek verslavingskliniek verloskundige_praktijk verlosk._praktijk
    praktijk gezinshuis dagbehandeling eetstoorniscentrum eetst.centrum inloophuis hospice beschermd_wonen
    woonlocatie zorginstelling aanbieder zorgaanbieder afdeling logeerhuis dagbesteding behandelcentrum
    instelling groepswoning woongroep leefgroep
"""
_CARE_OUTSIDE = any_of(_CARE_OUTSIDE_WORDS)
_ORG_INSIDE_WORDS = """
    stichting woonstichting woningcorporatie woningstichting woningbouwvereniging bouwvereniging wonen roc csg
    rsg osg sg isk ikc obs cbs rkbs scholengemeenschap scholengroep kinderdagverblijf kdv bso hogeschool
    universiteit slagerij bakkerij garage autobedrijf bouwbedrijf schildersbedrijf installatiebedrijf
    transportbedrijf kwekerij kapsalon restaurant hotel eetcafé cafetaria snackbar camping vakantiepark manege
    gebr. gebroeders drukkerij timmerbedrijf loonbedrijf advocatenkantoor notariskantoor moskee parochie
    fanfare harmonie
"""
_ORG_INSIDE = any_of(_ORG_INSIDE_WORDS)
_ORG_ENDINGS = ("kwekerij", "bedrijf", "hotel", "winkel", "handel", "fabriek")
_ORG_COMPOUND = rf"[^\W\d_]{{3,20}}(?:{'|'.join(_ORG_ENDINGS)})"
_ORG_OUTSIDE_WORDS = """
    basisschool middelbare_school school peuterspeelzaal crèche werkgever café kroeg bar winkel supermarkt vv
    v.v. sv s.v. fc hc voetbalclub voetbalvereniging sportvereniging tennisclub hockeyclub judoclub
    turnvereniging muziekvereniging koor vereniging scouting sportschool kerk kerkgenootschap bedrijf
    uitzendbureau uzb verhuurder woningcorp. woningcorp corporatie fabriek magazijn buurthuis wijkcentrum
    dorpshuis jongerencentrum kinderboerderij bewindvoerderskantoor bewindvoeringskantoor fa. firma
"""
_ORG_OUTSIDE = any_of(_ORG_OUTSIDE_WORDS)
_WORD = rf"(?:{CAP_WORD}|{UPPER}{{2,8}}(?!\w))"
_LINK = any_of(
    "van_de van_den van_der van_het van_'t van_’t van der den de het 't ’t op_de op_den aan_de aan_den ter ten"
)
_JOIN = rf"(?:[ ]&[ ]|[ ]{_LINK}[ ]|[ ]{DASH}[ ]|{DASH}|[ ])"
_OWN = rf"(?:(?:De|Het|'t|’t|’s|In|Op|Aan|Ons|Onze)[ ](?:(?:de|het|'t)[ ])?)?{_WORD}(?:{_JOIN}{_WORD}){{0,3}}"
_STOP = frozenset(entries("not_names")) - {"noord", "oost", "zuid", "west"}
_ARTICLES = frozenset({"de", "het", "'t", "’t", "in", "op", "aan", "ons", "onze"})
_LATER = frozenset(
    {"wonen", "zorg", "werk", "jeugd", "thuiszorg", "school", "praktijk", "kliniek", "ziekenhuis", "begeleiding"}
)
"""Words that are ordinary at the start of a name and part of it further on: `Stichting X Wonen`."""
_COMPASS = frozenset({"noord", "oost", "zuid", "west", "centrum"})
_GENERIC = frozenset(words("""
    thuiszorg jeugdzorg verslavingszorg mantelzorg wijkzorg kraamzorg nazorg ouderenzorg mondzorg basiszorg
    ziekenhuis college lyceum gymnasium academie mavo praktijkschool basisschool hogeschool voorschool
    nachtzorg spoedzorg jeugdhulp huisartsenzorg gehandicaptenzorg kinderopvang sggz bggz zorg ouderzorg
    ketenzorg acute langdurige verslavingskliniek psychiatrische
"""))  # fmt: skip
LOWER_INSIDE = frozenset(words("""
    wijkteam buurtteam gebiedsteam dorpsteam jeugdteam kernteam wijkzorgteam ggz hap stichting
    huisartsenpraktijk huisartsenpost gezondheidscentrum woonstichting zorggroep verslavingszorg
""")) | {"sociaal team", "sociaal wijkteam", "medisch centrum", "gebr."}  # fmt: skip
"""Kind words that belong to the name even in lower case; other ordinary nouns in lower case stay outside."""
_NO_OWN_NAME = frozenset({"fact-team", "jeugdteam", "wijkteam", "buurtteam", "sociaal team", "ggz"})


class OrganisationRecogniser(RuleRecogniser):
    """Care providers and other organisations by kind word, legal form or list."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (_CARE, _ORG)

    _KINDS = tuple(
        (
            Triggered(rf"(?<![\w\-])(?P<kind>(?i:{kinds}))[ ]['\"‘“]?(?P<own>{_OWN})", first_words(keywords), endings),
            label,
            inside,
        )
        for kinds, keywords, endings, label, inside in (
            (_CARE_INSIDE, _CARE_INSIDE_WORDS, (), _CARE, True),
            (f"(?:{_ORG_INSIDE}|{_ORG_COMPOUND})", _ORG_INSIDE_WORDS, _ORG_ENDINGS, _ORG, True),
            (_CARE_OUTSIDE, _CARE_OUTSIDE_WORDS, (), _CARE, False),
            (_ORG_OUTSIDE, _ORG_OUTSIDE_WORDS, (), _ORG, False),
        )
    )
    _BEFORE_KIND = Triggered(
        rf"{NOT_AFTER}(?P<own>{_WORD}(?:[ ]{_WORD}){{0,2}}[ ](?:GGZ|Zorggroep|Zorg|Ziekenhuis|Gasthuis|Kliniek))"
        rf"{NOT_BEFORE}(?![ ](?:&[ ])?{UPPER})",
        capitals=True,
        needs=(" ggz", " zorg", " ziekenhuis", " gasthuis", " kliniek"),
    )
    _SCHOOL = Triggered(
        rf"{NOT_AFTER}(?P<own>(?:{_WORD}[ ]){{0,3}}(?:College|Lyceum|Gymnasium|Mavo|Praktijkschool|Academie"
        rf"|{UPPER}[^\W\d_]{{2,25}}(?:school|college|lyceum))){NOT_BEFORE}",
        capitals=True,
        needs=("college", "lyceum", "gymnasium", "mavo", "school", "academie"),
    )
    _LEGAL_FORMS = "B.V. BV N.V. NV V.O.F. VOF vof bv b.v. &_Zn. &_Zn &_Zonen en_Zonen en_Zn. en_Zn C.V."
    _LEGAL_FORM = any_of(_LEGAL_FORMS)
    _LEGAL = Triggered(
        rf"{NOT_AFTER}(?P<own>{_WORD}(?:(?:[ ]&[ ]|[ ](?:van[ ]d(?:er|en|e)|de|der|den)[ ]|[ ]){_WORD}){{0,4}}"
        rf"[ ]{_LEGAL_FORM})(?!\w)",
        capitals=True,
        needs=tuple([" " + form.replace("_", " ") for form in _LEGAL_FORMS.lower().split()]),
    )
    _ENDING = Triggered(
        rf"{NOT_AFTER}(?P<own>{UPPER}[^\W\d_]{{2,20}}(?:ziekenhuis|kliniek|zorggroep|zorg|ggz)){NOT_BEFORE}",
        capitals=True,
        listed=("ziekenhuis\n", "kliniek\n", "zorggroep\n", "zorg\n", "ggz\n"),
    )
    _LISTED = Triggered(
        rf"(?<![\w@.\-]){any_of(' '.join(one.replace(' ', '_') for one in entries('care_names')))}"
        r"(?:[ ](?:ziekenhuis|Ziekenhuis|gasthuis))?(?![\w@])",
        first_words(*(name.replace(" ", "_") for name in entries("care_names"))),
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every organisation that is named."""
        for triggered, label, inside in self._KINDS:
            for match in triggered.finditer(page, _own_end):
                yield from _after_kind(match, label, inside=inside)
        for pattern, label, score in (
            (self._BEFORE_KIND, _CARE, LIKELY),
            (self._SCHOOL, _ORG, LIKELY),
            (self._LEGAL, _ORG, CERTAIN),
            (self._ENDING, _CARE, DOUBTFUL),
        ):
            for match in pattern.finditer(page):
                yield from _before_kind(match, label, score)
        for match in self._LISTED.finditer(page):
            yield Hit(match.start(), match.end(), _CARE, CERTAIN)


def _own_end(match: re.Match[str]) -> int:
    """Return where the own name ends: before the first abbreviation or ordinary word of care records."""
    own_start = match.start("own")
    end = own_start
    for word in re.finditer(r"[^ ]+", match["own"]):
        bare = word.group().strip(".,'’").lower()
        if bare in _ARTICLES:
            continue
        if (bare in _STOP or bare in _GENERIC) and not (bare in _LATER and end > own_start):
            break
        if word.group()[:1].isupper():
            end = own_start + word.end()
    return end


def _after_kind(match: re.Match[str], label: EntityType, *, inside: bool) -> Iterator[Hit]:
    """Yield kind and own name, when it says more than the kind."""
    own_start, end = match.start("own"), _own_end(match)
    own = match.string[own_start:end].lower()
    generic = own in _COMPASS and match["kind"].lower() in _NO_OWN_NAME
    if end > own_start and own not in _ARTICLES and not generic:
        capital = match["kind"][0].isupper()
        before = match.string[max(0, match.start() - 2) : match.start()]
        # At the start of a sentence any word has a capital; within one it belongs to the name.
        within = before.endswith(" ") and before[:1] not in ".!?:\n"
        glued = (inside and (capital or match["kind"] in LOWER_INSIDE)) or (capital and within)
        yield Hit(match.start() if glued else own_start, end, label, LIKELY)


def _before_kind(match: re.Match[str], label: EntityType, score: float) -> Iterator[Hit]:
    """Yield own name and kind, without ordinary words in front; a kind alone is none."""
    words = match["own"].split(" ")
    while len(words) > 1 and words[0].lower() in _STOP and words[0].lower() not in _ARTICLES:
        words.pop(0)
    if words[0].lower() not in _GENERIC and words[0].lower() not in _STOP - _ARTICLES:
        yield Hit(match.end("own") - len(" ".join(words)), match.end("own"), label, score)
