"""Where people live and go: postcodes, street addresses, towns and regions.

A street with its number is recognised by the ending of the street's name; a town by the words around it, because half
of the Dutch towns are also a surname or an ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import entries, words
from anonymisation.page import Page, Triggered, first_words, glued
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, NOT_BEFORE, UPPER, any_of
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_UNITS = frozenset(words("""
    mg ml kg cm mm km gr st ie en in of op te al zo is we ik ze wk dg jr uu pp ug cc kj cl dl mt na om er ma
    di wo do vr za zo
"""))  # fmt: skip
_ABBREVIATIONS = frozenset(words("""
    HA PP VG SI SP PT GG IQ VT OK IC AB ZB BW GP JW PW GZ WW RM ZM IB OM CM ED FT MG ML KG KM MW NA PV SE
"""))  # fmt: skip
_SMALL_WORDS = frozenset(
    words("aan af al de en er ex in is je ik om op of na nu ze zo we wc te tv pt mw hr nr ml mg kg km cm")
)
_TOWN_NAME = (
    rf"(?:(?:Den|De|Het|'[ts]|’[ts]|Sint|St\.?|Nieuw|Oud|Oude|Nieuwe|Ter|Ten)[ -])?{CAP_WORD}"
    rf"(?:[ ](?:aan|op|bij|en|van)(?:[ ](?:den|de|het))?[ ]{CAP_WORD}"
    r"|[ ](?:Haven|Buiten|Poort|Noord|Oost|Zuid|West|Stad|Zuidoost))?"
)


class PostcodeRecogniser(RuleRecogniser):
    """Dutch postcodes: four digits and two letters that are not SA, SD or SS.

    Source: PostNL's rule for the letters of a postcode.
    """

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.NL_POSTCODE, EntityType.LOCATION)

    _CODE = Triggered(
        r"(?<![\w.,/\-])(?P<digits>[1-9]\d{3})(?P<gap>[ \u00a0]{0,2}|[-–])(?P<letters>[A-Za-z]{2})"
        rf"{NOT_BEFORE}(?!['’.]\w)",
        numbers=True,
        size=4,
    )
    _TOWN = re.compile(rf"[ \u00a0,]{{1,3}}(?P<town>{_TOWN_NAME})")
    _NAMED_BEFORE = re.compile(r"\b(?:postcode|pc)[ :]{1,2}$", re.IGNORECASE)
    _ADDRESS_BEFORE = re.compile(r"(?:\d[ ]?[a-z]{0,3},?|etage|postcode:?|pc:?|,|[–-])[ ]{0,2}$")

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every postcode, and the capitalised town that follows one."""
        text = page.text
        for match in self._CODE.finditer(page):
            letters, gap = match["letters"], match["gap"]
            capital = letters.isupper()
            if letters.upper() in {"SA", "SD", "SS"} or (letters.lower() in _UNITS and not capital):
                continue
            town = self._TOWN.match(text, match.end())
            year = 1940 <= int(match["digits"]) <= 2040
            if not town and not capital and (gap or year):
                before = text[max(0, match.start() - 14) : match.start()]
                if not year and letters not in _SMALL_WORDS and self._ADDRESS_BEFORE.search(before):
                    score = CERTAIN if self._NAMED_BEFORE.search(before) else DOUBTFUL
                    yield Hit(match.start(), match.end(), EntityType.NL_POSTCODE, score)
                continue
            if not town and year and gap and letters in _ABBREVIATIONS:
                continue
            unsure = not town and year and gap
            yield Hit(match.start(), match.end(), EntityType.NL_POSTCODE, DOUBTFUL if unsure else CERTAIN)
            if town:
                yield Hit(town.start("town"), town.end("town"), EntityType.LOCATION, LIKELY)


_CLEAR_ENDINGS = words("""
    straat straatje str laan laantje weg plein dijk kade singel gracht pad steeg dreef plantsoen boulevard hof
""")
_ENDINGS = _CLEAR_ENDINGS + words("""
    wegje pleintje dijkje hofje paadje steegje park burg werf haven markt wal vest poort brink baan kamp akker veld erf
    oord ring wijk horst meent gaarde oever allee passage berg beek bos hoek donk es enk weide wei tuin sloot
    vaart zijde
    rade sluis brug molen eind einde rand duin polder schans wetering heuvel heide landen kreek rak stee stede
""")
_NO_STREET = frozenset(words("""
    onderweg vanweg omweg snelweg halverweg rijbaan loopbaan werkweg uitweg terugweg wandelpad fietspad straat
    weg plein hof laan pad kade park dijk markt haven wijk ziekenhuis luchtweg urineweg luchtwegen zijweg
    achterweg terrein hoofdstuk woensdag vandaag psychiatrisch begeleidingsplan behandelplan stappenplan
    maandag zorgplein gezondheidsplein wijkteam snelwegen urinewegen hoofdweg doodlopendeweg
"""))  # fmt: skip
_OPENERS = frozenset(words("laan plein weg dijk straat kade park hof pad gracht singel burg. burgemeester"))
_NOT_IN_STREET = frozenset(words("""
    adres postadres woonadres woont wonend verblijft verhuisd bezoekadres verblijfadres is in te op aan naar
    mw mw. dhr dhr. mevr mevr. een mevrouw meneer vanuit van uit bij
"""))  # fmt: skip


_CAPITAL_KEPT = {True: frozenset({"van", "te"}), False: frozenset[str]()}
"""A capital makes these words part of a street's name (`Van Speykstraat`)."""


_ROADS = words("straat laan plein singel gracht steeg dreef kade weg plantsoen str dijk pad")
_ROAD_LISTED = tuple(f"{ending}\n" for ending in _ROADS)


class AddressRecogniser(RuleRecogniser):
    """A street with a house number and its additions, a numbered post box, a bare house number after `op nr`."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.STREET_ADDRESS,)

    _FLOOR = any_of("bis hs huis boven beneden zw rd rood zwart I II III IV")
    _ADDITION = (
        rf"(?:(?:[ ]?{DASH}[ ]?|/|[ ])?{_FLOOR}{NOT_BEFORE}|(?:{DASH}|/)\d{{1,4}}{NOT_BEFORE}"
        rf"|(?:[ ]?{DASH}[ ]?)?[A-Za-z]{NOT_BEFORE}(?!['’.]\w)(?:{DASH}\d{{1,3}}{NOT_BEFORE})?|[ ][A-Z]{NOT_BEFORE})?"
        rf"(?:,?[ ](?:kmr|kamer|app|apt|appartement|unit|k|flat|nr|bus)\.?[ ]?\d{{1,4}}[a-z]?{NOT_BEFORE})?"
    )
    _NUMBER = rf"(?:(?:nr|no|huisnr|nummer)\.?[ ])?\d{{1,5}}(?!\d){_ADDITION}{NOT_BEFORE}"
    _WORD = rf"(?:{UPPER}|['’][st]|\d{{1,2}}e)[^\W_]{{0,30}}(?:['’\u2010\-][^\W_]{{1,25}}){{0,4}}\.?"
    _LINK = any_of("van der den de het 't ’t 's ’s ten ter te en la du")
    _STREET = Triggered(
        rf"{NOT_AFTER}(?P<street>{_WORD}(?:[ ](?:{_LINK}[ ]){{0,3}}{_WORD}){{0,3}})[ \u00a0]{{1,2}}(?P<nr>{_NUMBER})"
        r"(?![.,]\d|[ ]?(?:%|mg|ml|kg|uur|jaar|jr))",
        capitals=True,
        numbers=True,
        signs="'’",
    )
    _OPENED = Triggered(
        rf"{NOT_AFTER}(?P<street>(?:Laan|Weg|Plein|Dijk|Kade|Straat|Pad|Hof)[ ](?:van|naar|op|aan|der|den|de)[ ]"
        rf"(?:(?:de|den|der|het|'t)[ ])?{_WORD}(?:[ ]{_WORD})?)[ ](?P<nr>{_NUMBER})(?![.,]\d)",
        first_words("laan weg plein dijk kade straat pad hof"),
    )
    _LOWER_STREET = Triggered(
        rf"{NOT_AFTER}(?P<street>[^\W\d_]{{3,25}}(?:straat|laan|plein|singel|gracht|steeg|dreef|kade|weg|plantsoen|str\.))"
        rf"[ ](?P<nr>{_NUMBER})(?![.,]\d)",
        endings=_ROADS,
        listed=_ROAD_LISTED,
    )
    _BARE = Triggered(
        rf"\b(?i:aan|in|op|van|rond|bij|naar|uit|langs|door|achter|nabij|vanaf|adres:?)[ ](?:(?i:de|het|'t)[ ])?"
        rf"(?P<street>(?:{_WORD}[ ]){{0,2}}{UPPER}[^\W\d_]{{2,25}}(?:straat|laan|weg|plein|gracht|singel|steeg|dreef"
        rf"|plantsoen|kade|dijk|pad)){NOT_BEFORE}",
        first_words("aan in op van rond bij naar uit langs door achter nabij vanaf adres"),
        listed=_ROAD_LISTED,
    )
    _BOX = Triggered(
        rf"{NOT_AFTER}(?P<nr>(?i:postbus|antwoordnummer)[ ]\d{{1,6}}){NOT_BEFORE}",
        first_words("postbus antwoordnummer"),
    )
    _HOUSE = Triggered(
        rf"{NOT_AFTER}(?i:op|huis|op huis|van|naast|overkant|woning|flat|portiek|deur van)[ ]?[(]?"
        rf"(?i:nr|nummer)\.?[ ]{{0,2}}"
        rf"(?P<nr>\d{{1,4}}(?:[ -]?[a-z]{NOT_BEFORE})?){NOT_BEFORE}",
        glued(words("op huis van naast overkant woning flat portiek deur"), "nr", "nummer"),
        needs=("nr", "nummer"),
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every address; the street's words are kept from the first that belongs to its name."""
        for match in self._STREET.finditer(page):
            words = match["street"].split(" ")
            if words[-1].endswith(".") and match["nr"][0] == "n" and not _ABBREVIATED.search(words[-1]):
                continue
            first = _first_of_street(words)
            if first is not None:
                offset = sum(len(word) + 1 for word in words[:first])
                yield Hit(match.start() + offset, match.end(), EntityType.STREET_ADDRESS, CERTAIN)
        for match in self._OPENED.finditer(page):
            yield Hit(match.start(), match.end(), EntityType.STREET_ADDRESS, CERTAIN)
        for pattern in (self._LOWER_STREET, self._BARE):
            for match in pattern.finditer(page):
                if match["street"].lower() not in _NO_STREET:
                    end = match.end()
                    yield Hit(match.start("street"), end, EntityType.STREET_ADDRESS, LIKELY)
        for pattern in (self._BOX, self._HOUSE):
            for match in pattern.finditer(page):
                yield Hit(match.start("nr"), match.end("nr"), EntityType.STREET_ADDRESS, CERTAIN)


_ABBREVIATED = re.compile(r"(?:str|ln|wg|pl|sngl|gr|dr|st)\.$", re.IGNORECASE)
"""A full stop behind a street's name stands for the rest of the word; elsewhere it ends a sentence."""


def _first_of_street(words: list[str]) -> int | None:
    """Return the index of the first word of a street's name, or None when the words do not name a street."""
    last = words[-1].rstrip(".").lower()
    opener = any(word.lower() in _OPENERS for word in words[:-1])
    if not opener and (not last.endswith(_ENDINGS) or (last in _NO_STREET and len(words) == 1)):
        return None
    if len(words) == 1 and last in _ENDINGS:
        return None
    if not opener and not last.endswith(_CLEAR_ENDINGS) and last in _PLACE_WORDS:
        return None
    first = 0
    while (
        first < len(words) - 1
        and words[first].lower().rstrip(":") in _NOT_IN_STREET - _CAPITAL_KEPT[words[first][:1].isupper()]
    ):
        first += 1
    return first


_PLACES = entries("places")
_PLACE_WORDS = frozenset(name.lower() for name in _PLACES)
_ANY_PLACE_WORD = any_of("""
    te in uit naar nabij omgeving regio rondom rond gem gem. gemeente provincie stad dorp wijk buurt
    woonachtig wonend wonende woonplaats woonplaats: plaats plaats: locatie vestiging poli polikliniek afd
    afd. bij richting van regio's tussen en of vanuit omtrek eiland op =
""")
_FIRM_PLACE_WORD = any_of("""
    te uit in naar nabij omgeving regio gem gem. gemeente provincie woonplaats woonplaats: plaats plaats:
""")
_ONLY_PLACE_WORDS = """
    geboren_te geboren_in wonend_te wonende_te wonend_in wonende_in woont_in woont_te woonachtig_te
    woonachtig_in verhuisd_naar verhuisde_naar afkomstig_uit gevlucht_uit gem. gemeente woonplaats woonplaats:
    dorpje dorp stadje het_eiland woont_op opgegroeid_in kwam_uit komt_uit P+R station
"""
_ONLY_PLACE = any_of(_ONLY_PLACE_WORDS)


class TownRecogniser(RuleRecogniser):
    """Towns, villages, regions, neighbourhoods and motorways, by the words in front of them."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.LOCATION,)

    _NAMES = any_of(" ".join(name.replace(" ", "_") for name in _PLACES))
    _LISTED = Triggered(
        rf"(?<![\w@.\-])(?:{_NAMES})(?:[ -](?:Noord|Oost|Zuid|West|Centrum|Zuidoost|Noordoost|Stad))?(?![\w@])",
        first_words(*(name.replace(" ", "_") for name in _PLACES)),
    )
    _BEFORE = re.compile(rf"(?:(?:(?<!\w){_ANY_PLACE_WORD}[ ]{{1,2}})|[,(/][ ]?)$", re.IGNORECASE)
    _FIRM = re.compile(rf"(?<!\w){_FIRM_PLACE_WORD}[ ]{{1,2}}$", re.IGNORECASE)
    _UNLISTED = Triggered(
        rf"(?<!\w)(?i:{_ONLY_PLACE})[ ](?P<place>(?:(?:Den|De|Het|Sint|St\.|Nieuw|Oud)[ -])?{CAP_WORD}"
        rf"(?:[ ](?:aan|op|bij)(?:[ ](?:den|de))?[ ]{CAP_WORD})?){NOT_BEFORE}",
        first_words(_ONLY_PLACE_WORDS),
    )
    _ROAD = Triggered(
        rf"{NOT_AFTER}(?i:de|langs|over|snelweg)[ ](?P<place>[AN]\d{{1,3}}){NOT_BEFORE}(?![ -]niveau)",
        numbers=True,
        ahead=tuple([len(word) + 2 for word in ("de", "langs", "over", "snelweg")]),
    )
    _NOT_PLACE = frozenset(entries("not_names"))

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every place: listed ones after any place word, others after a word that takes nothing else."""
        for match in self._LISTED.finditer(page):
            before = page.text[max(0, match.start() - 20) : match.start()]
            if self._FIRM.search(before):
                yield Hit(match.start(), match.end(), EntityType.LOCATION, LIKELY)
            elif self._BEFORE.search(before) or " " in match.group():
                yield Hit(match.start(), match.end(), EntityType.LOCATION, 0.6)
        for pattern, score in ((self._UNLISTED, 0.6), (self._ROAD, LIKELY)):
            for match in pattern.finditer(page):
                if match["place"].lower().split("-")[0] not in self._NOT_PLACE:
                    yield Hit(match.start("place"), match.end("place"), EntityType.LOCATION, score)
