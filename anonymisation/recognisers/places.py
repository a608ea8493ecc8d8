"""Where people live and go: postcodes, street addresses, towns and regions.

A street with its number is recognised by the ending of the street's name; a town by the words around it, because half
of the Dutch towns are also a surname or an ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import entries
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, NOT_BEFORE, UPPER
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, LIKELY, Hit, RuleRecogniser

_UNITS = frozenset(
    ["mg", "ml", "kg", "cm", "mm", "km", "gr", "st", "ie", "en", "in", "of", "op", "te", "al", "zo", "is", "we", "ik", "ze", "hij", "wk", "dg", "jr", "uu", "pp", "ug", "mm", "cc", "kj", "cl", "dl"]
)


class PostcodeRecogniser(RuleRecogniser):
    """Dutch postcodes: four digits and two letters that are not SA, SD or SS.

    Source: PostNL's rule for the letters of a postcode.
    """

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.NL_POSTCODE, EntityType.LOCATION)

    _CODE = re.compile(
        rf"(?<![\w.,/\-])(?P<digits>[1-9]\d{{3}})(?P<gap>[ \u00a0]{{0,2}})(?P<letters>[A-Za-z]{{2}}){NOT_BEFORE}(?!['’.]\w)"
    )
    _TOWN = re.compile(
        rf"[ \u00a0,]{{1,3}}(?P<town>(?:(?:Den|De|Het|'[ts]|’[ts]|Sint|St\.?|Nieuw|Oud|Oude|Nieuwe|Ter|Ten)[ -])?{CAP_WORD}"
        rf"(?:[ ](?:aan|op|bij|en|van)(?:[ ](?:den|de|het))?[ ]{CAP_WORD}|[ ](?:Haven|Buiten|Poort|Noord|Oost|Zuid|West|Stad|Zuidoost))?)"
    )
    _ABBREVIATION = frozenset(["HA", "PP", "VG", "SI", "SP", "PT", "GG", "IQ", "VT", "OK", "IC", "AB", "ZB", "BW", "GP", "JW", "PW", "GZ", "WW", "RM", "ZM", "IB", "OM"])

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every postcode, and the capitalised town that follows one."""
        for match in self._CODE.finditer(text):
            letters, gap = match["letters"], match["gap"]
            if letters.upper() in {"SA", "SD", "SS"} or (letters.lower() in _UNITS and not letters.isupper()):
                continue
            town = self._TOWN.match(text, match.end())
            year = 1940 <= int(match["digits"]) <= 2040
            if not letters.isupper() and (gap or year) and not town:
                continue
            odd = year and gap and (letters in self._ABBREVIATION or not letters.isupper())
            if odd and not town:
                continue
            yield Hit(match.start(), match.end(), EntityType.NL_POSTCODE, DOUBTFUL if odd else CERTAIN)
            if town:
                yield Hit(town.start("town"), town.end("town"), EntityType.LOCATION, LIKELY)


_ENDINGS = (
    "straat", "straatje", "str", "laan", "laantje", "weg", "wegje", "plein", "pleintje", "dijk", "dijkje", "kade", "hof",
    "hofje", "singel", "gracht", "pad", "paadje", "steeg", "steegje", "dreef", "park", "plantsoen", "burg", "werf",
    "haven", "markt", "wal", "vest", "poort", "brink", "baan", "kamp", "akker", "veld", "erf", "oord", "ring", "wijk", "horst",
    "meent", "gaarde", "oever", "boulevard", "allee", "passage", "berg", "beek", "bos", "hoek", "donk", "es", "enk", "weide",
    "wei", "tuin", "sloot", "vaart", "zijde", "rade", "sluis", "brug", "molen", "eind", "einde", "rand", "duin", "polder",
    "straat", "schans", "wetering", "heuvel", "heide", "landen", "kreek", "rak", "stee", "stede",
)  # fmt: skip
_CLEAR_ENDINGS = (
    "straat", "straatje", "str", "laan", "laantje", "weg", "plein", "dijk", "kade", "singel", "gracht", "pad", "steeg",
    "dreef", "plantsoen", "boulevard", "hof",
)  # fmt: skip
_NO_STREET = frozenset(
    ["onderweg", "vanweg", "omweg", "snelweg", "halverweg", "rijbaan", "loopbaan", "werkweg", "uitweg", "terugweg", "wandelpad", "fietspad", "straat", "weg", "plein", "hof", "laan", "pad", "kade", "park", "dijk", "markt", "haven", "wijk", "hoofdstraat-achtig", "ziekenhuis", "luchtweg", "urineweg", "doodsstrijd", "verblijf", "achterweg", "doorweg", "zijweg", "luchtwegen", "buitenhof-achtig", "terrein", "rijkswaterstaat"]
)


class AddressRecogniser(RuleRecogniser):
    """A street with a house number and its additions, a numbered post box, a bare house number after `op nr`."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.STREET_ADDRESS,)

    _ADDITION = (
        rf"(?:(?:[ ]?{DASH}[ ]?|/|[ ])?(?:bis|hs|huis|boven|beneden|zw|rd|rood|zwart|[IVX]{{1,4}}){NOT_BEFORE}"
        rf"|(?:{DASH}|/)\d{{1,4}}{NOT_BEFORE}|(?:[ ]?{DASH}[ ]?)?[A-Za-z]{NOT_BEFORE}(?!['’.]\w)(?:{DASH}\d{{1,3}}{NOT_BEFORE})?|[ ][A-Z]{NOT_BEFORE})?"
        rf"(?:,?[ ](?:kmr|kamer|app|apt|appartement|unit|k|flat|nr|bus)\.?[ ]?\d{{1,4}}[a-z]?{NOT_BEFORE})?"
    )
    _NUMBER = rf"(?:(?:nr|no|huisnr|nummer)\.?[ ])?\d{{1,5}}(?!\d){_ADDITION}{NOT_BEFORE}"
    _WORD = rf"(?:{UPPER}|['’][st]|\d{{1,2}}e)[^\W_]{{0,30}}(?:['’{chr(0x2010)}\-][^\W_]{{1,25}}){{0,4}}\.?"
    _LINK = r"(?:van|der|den|de|het|'t|’t|'s|’s|ten|ter|te|aan|op|in|en|bij|naar|la|du|over)"
    _STREET = re.compile(
        rf"{NOT_AFTER}(?P<street>{_WORD}(?:[ ](?:{_LINK}[ ]){{0,3}}{_WORD}){{0,3}})[ \u00a0]{{1,2}}(?P<nr>{_NUMBER})(?![.,]\d|[ ]?(?:%|mg|ml|kg|uur|jaar|jr))"
    )
    _LOWER_STREET = re.compile(
        rf"{NOT_AFTER}(?P<street>[^\W\d_]{{3,25}}(?:straat|laan|plein|singel|gracht|steeg|dreef|kade|weg|plantsoen|str\.))[ ](?P<nr>{_NUMBER})(?![.,]\d)"
    )
    _BARE = re.compile(
        rf"\b(?i:aan|in|op|van|adres:?)[ ](?:(?i:de|het|'t)[ ])?(?P<street>(?:{_WORD}[ ]){{0,2}}{UPPER}[^\W\d_]{{2,25}}(?:straat|laan|weg|plein|gracht|singel|"
        rf"steeg|dreef|plantsoen|kade|dijk|pad)){NOT_BEFORE}"
    )
    _BOX = re.compile(rf"{NOT_AFTER}(?:Postbus|postbus|POSTBUS|Antwoordnummer|antwoordnummer)[ ]\d{{1,6}}{NOT_BEFORE}")
    _HOUSE = re.compile(
        rf"{NOT_AFTER}(?i:op|huis)[ ]?(?:(?i:huis))?(?i:nr|nummer)\.?[ ]{{0,2}}(?P<nr>\d{{1,4}}(?:[ -]?[a-z]{NOT_BEFORE})?){NOT_BEFORE}"
    )

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every address; the street's words are kept from the first that belongs to its name."""
        for match in self._STREET.finditer(text):
            words = match["street"].split(" ")
            first = _first_of_street(words)
            if first is not None:
                offset = sum(len(word) + 1 for word in words[:first])
                yield Hit(match.start() + offset, match.end(), EntityType.STREET_ADDRESS, CERTAIN)
        for match in self._LOWER_STREET.finditer(text):
            if match["street"].lower() not in _NO_STREET:
                yield Hit(match.start(), match.end(), EntityType.STREET_ADDRESS, LIKELY)
        for match in self._BARE.finditer(text):
            if match["street"].lower() not in _NO_STREET:
                yield Hit(match.start("street"), match.end("street"), EntityType.STREET_ADDRESS, LIKELY)
        for pattern in (self._BOX, self._HOUSE):
            for match in pattern.finditer(text):
                group = "nr" if pattern is self._HOUSE else 0
                yield Hit(match.start(group), match.end(group), EntityType.STREET_ADDRESS, CERTAIN)


_OPENERS = frozenset(["laan", "plein", "weg", "dijk", "straat", "kade", "park", "hof", "pad", "gracht", "singel", "burg.", "burgemeester"])
_NOT_IN_STREET = frozenset(
    ["adres", "postadres", "woonadres", "woont", "wonend", "verblijft", "verhuisd", "bezoekadres", "verblijfadres", "is", "in", "te", "op", "aan", "naar", "mw", "mw.", "dhr", "dhr.", "mevr", "mevr.", "de", "het", "een"]
)


def _first_of_street(words: list[str]) -> int | None:
    """Return the index of the first word of a street's name, or None when the words do not name a street."""
    last = words[-1].rstrip(".").lower()
    opener = next((n for n, word in enumerate(words) if word.lower() in _OPENERS and n + 1 < len(words)), None)
    if not (last.endswith(_ENDINGS) and last not in _NO_STREET) and opener is None:
        return None
    if last in _ENDINGS and len(words) == 1:
        return None
    if not last.endswith(_CLEAR_ENDINGS) and opener is None and last in _PLACE_WORDS:
        return None
    first = 0
    while (
        first < len(words) - 1
        and words[first].lower().rstrip(":") in _NOT_IN_STREET
        and words[first] not in {"De", "Het"}
    ):
        first += 1
    return first


_PLACES = entries("places")
_PLACE_WORDS = frozenset(name.lower() for name in _PLACES)


class TownRecogniser(RuleRecogniser):
    """Towns, villages, regions, neighbourhoods and motorways, by the words in front of them."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.LOCATION,)

    _NAMES = "|".join(re.escape(name) for name in sorted(_PLACES, key=len, reverse=True))
    _LISTED = re.compile(
        rf"(?<![\w@.\-])(?:{_NAMES})(?:[ -](?:Noord|Oost|Zuid|West|Centrum|Zuidoost|Noordoost|Stad))?(?![\w@])"
    )
    _BEFORE = re.compile(
        r"(?:\b(?:te|in|uit|naar|nabij|omgeving|regio|rondom|rond|gem\.?|gemeente|provincie|stad|dorp|wijk|buurt|woonachtig|"
        r"wonend(?:e)?|woonplaats:?|plaats:?|locatie|vestiging|poli|polikliniek|afd\.?|bij|richting|van|regio's|tussen|en|of|vanuit|omtrek|eiland|op)[ ]{1,2}|[,(/][ ]?)$",
        re.IGNORECASE,
    )
    _FIRM = re.compile(
        r"\b(?:te|uit|wonend(?:e)? in|woont in|woonachtig in|geboren in|geboren te|naar|nabij|omgeving|regio|gem\.?|gemeente|provincie|woonplaats:?|plaats:?|in)[ ]{1,2}$",
        re.IGNORECASE,
    )
    _CAP = rf"(?P<place>(?:(?:Den|De|Het|Sint|St\.|Nieuw|Oud)[ -])?{CAP_WORD}(?:[ ](?:aan|op|bij)(?:[ ](?:den|de))?[ ]{CAP_WORD})?)"
    _UNLISTED = re.compile(
        rf"\b(?i:geboren te|geboren in|wonende? te|wonende? in|woont in|woont te|woonachtig te|woonachtig in|verhuisd naar|"
        rf"verhuisde naar|afkomstig uit|gevlucht uit|gem\.|gemeente|woonplaats:?|dorpje|dorp|stadje|het eiland|woont op)[ ]{_CAP}{NOT_BEFORE}"
    )
    _ROAD = re.compile(rf"{NOT_AFTER}(?i:de|op|langs|over)[ ](?P<place>[AN]\d{{1,3}}){NOT_BEFORE}")
    _NOT_PLACE = frozenset(["wijk", "haven", "huis", "beschermd", "begeleid", "zorg", "kliniek"])

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every place: listed ones with any place word before them, others after a word that only takes a place."""
        for match in self._LISTED.finditer(text):
            before = text[max(0, match.start() - 20) : match.start()]
            if self._FIRM.search(before):
                yield Hit(match.start(), match.end(), EntityType.LOCATION, LIKELY)
            elif self._BEFORE.search(before):
                yield Hit(match.start(), match.end(), EntityType.LOCATION, 0.6)
        for pattern, score in ((self._UNLISTED, 0.6), (self._ROAD, LIKELY)):
            for match in pattern.finditer(text):
                if match["place"].lower() not in self._NOT_PLACE:
                    yield Hit(match.start("place"), match.end("place"), EntityType.LOCATION, score)
