"""What still singles a person out after masking, along the three tests of WP29 05/2014.

A warning is a place and a plain Dutch reason; it never repeats the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from anonymisation.document import EntityType, Span


class RiskTest(StrEnum):
    """The three tests. Source: WP29 opinion 05/2014 on anonymisation techniques."""

    SINGLING_OUT = "SINGLING_OUT"
    LINKABILITY = "LINKABILITY"
    INFERENCE = "INFERENCE"


@dataclass(frozen=True, slots=True)
class Risk:
    """One warning: the test it fails, a plain Dutch reason, and where, in code points of the protected text."""

    test: RiskTest
    reason: str
    start: int
    end: int


_S, _L, _I = RiskTest.SINGLING_OUT, RiskTest.LINKABILITY, RiskTest.INFERENCE
_RULES: tuple[tuple[RiskTest, str, str], ...] = (
    (
        _S,
        "Hier staat dat iemand de enige of de eerste is. Dat kan de persoon herkenbaar maken.",
        (
            r"(?:de|het|als|is|was) (?:enige|eerste|laatste|oudste|jongste)\b(?! (?:keer|maal|stap|week|maand|dag|"
            r"gesprek|contact|afspraak|jaar|optie|vraag|instantie|tijd|periode|weken|maanden|dagen|jaren))"
        ),
    ),
    (
        _S,
        "Hier staat dat er maar één van is. Dat kan de persoon herkenbaar maken.",
        r"(?:er (?:is|was|zijn) maar (?:1|één|een|twee|2)|unieke? (?:in|voor)|iedereen kent)\b",
    ),
    (
        _S,
        "Hier staat dat iemand bekend is. Dat maakt zoeken makkelijk.",
        (
            r"(?:bekend van|bekende (?:nederlander|sporter|artiest|ondernemer|kunstenaar|schrijver|politicus)|"
            r"oud-(?:wethouder|burgemeester|kampioen|international)|lokale beroemdheid)\b"
        ),
    ),
    (
        _L,
        "Deze gebeurtenis stond in het nieuws. Iemand kan de tekst daaraan koppelen.",
        (
            r"(?:in (?:de|het|alle|een) (?:krant(?:en)?|nieuws|media|journaal|dagblad)|"
            r"op (?:tv|televisie|het nieuws|de radio|youtube)|krantenartikel|nieuwsbericht|viraal)\b"
        ),
    ),
    (
        _L,
        "Een rechtszaak of een bericht van de politie is vaak elders te vinden.",
        r"(?:rechtszaak|strafzaak|persbericht|rechtspraak\.nl|getuigenoproep|opsporing verzocht|burgernet)\b",
    ),
    (
        _S,
        "Een opvallend uiterlijk kenmerk maakt herkennen makkelijk.",
        (
            r"(?:houten been|glazen oog|gezichtstatoeage|tatoeage (?:in|op) (?:het )?(?:gezicht|hals|nek)|geamputeerd|"
            r"brandwonden in het gezicht|drieling|vierling|siamese)\b"
        ),
    ),
    (
        _I,
        "Uit de familie of de generatie is af te leiden om wie het gaat.",
        r"(?:(?:tweede|derde|vierde|vijfde) generatie|familiebedrijf)\b",
    ),
    (
        _I,
        "Een zeldzame aandoening of situatie in een klein gebied kan iemand verraden.",
        r"(?:zeldzame (?:ziekte|aandoening|afwijking|stofwisselingsziekte)|(?:een|één) van de weinigen?)\b",
    ),
)
_PATTERNS = tuple((test, reason, re.compile(rf"\b{pattern}", re.IGNORECASE)) for test, reason, pattern in _RULES)
_NEAR = 300
_QUASI = 4


def assess(protected_text: str, spans: Iterable[Span]) -> tuple[Risk, ...]:
    """Return the warnings for a protected text, in order of place.

    `spans` are the marks that remain in or stand for the protected text, in its own offsets: forms of indirect kinds
    that stand close together are a combination that may point at one person.
    """
    found = {
        Risk(test, reason, match.start(), match.end())
        for test, reason, pattern in _PATTERNS
        for match in pattern.finditer(protected_text)
    }
    found |= set(_combinations(sorted(spans, key=lambda span: span.start)))
    return tuple(sorted(found, key=lambda risk: (risk.start, risk.end, risk.test, risk.reason)))


def _combinations(spans: list[Span]) -> Iterable[Risk]:
    """Yield a warning where rare work or origin stands near a place, and where many indirect marks stand together."""
    places = [span for span in spans if span.label is EntityType.LOCATION]
    for span in spans:
        if span.label in {EntityType.PROFESSION, EntityType.NATIONALITY} and any(
            abs(place.start - span.start) <= _NEAR for place in places
        ):
            yield Risk(
                _S, "Een beroep of afkomst samen met een plaats kan één persoon aanwijzen.", span.start, span.end
            )
    indirect = [span for span in spans if span.label in {EntityType.AGE, EntityType.PROFESSION, EntityType.NATIONALITY}]
    for first, last in zip(indirect, indirect[_QUASI - 1 :], strict=False):
        kinds = {one.label for one in indirect if first.start <= one.start <= last.start}
        if last.start - first.start <= _NEAR and len(kinds) > 1:
            yield Risk(_I, "Leeftijd, beroep en afkomst samen kunnen één gezin aanwijzen.", first.start, last.end)
