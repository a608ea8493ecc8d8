"""What `risk` can say: a test with its reason in plain Dutch, and how a rule or a pair of places comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class RiskTest(StrEnum):
    """The three tests. Source: WP29 opinion 05/2014 on anonymisation techniques."""

    SINGLING_OUT = "SINGLING_OUT"
    LINKABILITY = "LINKABILITY"
    INFERENCE = "INFERENCE"


@dataclass(frozen=True, slots=True)
class Warned:
    """A test with its plain Dutch reason; `kind` is what the place is for `PAIRS`."""

    test: RiskTest
    reason: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Wakes up on any of `words`; then `after` must start behind it, `before` end at it, and `unless` not end at it.

    A group `from` in `before` makes the warning begin there.

    A rule that gives a kind in place of a `Warned` warns of nothing by itself.
    """

    gives: Warned | str
    words: str
    after: str = ""
    before: str = ""
    unless: str = ""


_S, _L, _I = RiskTest.SINGLING_OUT, RiskTest.LINKABILITY, RiskTest.INFERENCE

ONLY: Final = Warned(_S, "Hier staat dat iemand de enige is. Wie de omgeving kent, weet dan om wie het gaat.")
FEW: Final = Warned(_S, "Hier staat dat er bijna niemand zo is. Dat kan de persoon herkenbaar maken.")
MOST: Final = Warned(_S, "Hier staat dat iemand de eerste, de oudste of de beste is. Zo iemand is te vinden.")
FAME: Final = Warned(_S, "Hier staat dat veel mensen deze persoon kennen. Dan helpt een andere naam niet.")
PRIZE: Final = Warned(_S, "Een prijs, titel of record staat in lijsten. Daarin is de naam op te zoeken.")
CHAIR: Final = Warned(_S, "Wie iets oprichtte, bezit of leidt, is met een zoekmachine te vinden.")
OFFICE: Final = Warned(_S, "Wie een openbare functie heeft, is bekend. De naam is op te zoeken.")
WORK: Final = Warned(_S, "Dit werk is zeldzaam. Samen met de streek wijst het één persoon aan.", "work")
BODY: Final = Warned(_S, "Een opvallend lichaam of uiterlijk maakt herkennen makkelijk.")
OWNED: Final = Warned(_S, "Een bijzonder dier, voertuig, huis of bezit maakt herkennen makkelijk.")
FAMILY: Final = Warned(_S, "Een gezin met deze samenstelling komt weinig voor. Dat valt op.")
MEDIA: Final = Warned(_L, "Dit is in de media of op internet te vinden. Iemand kan de tekst daaraan koppelen.", "event")
NEWS: Final = Warned(_L, "Over deze gebeurtenis is vaak geschreven. Iemand kan de tekst daaraan koppelen.", "event")
COURT: Final = Warned(_L, "Een rechtszaak of een bericht van de politie is vaak elders te vinden.", "event")
CASES: Final = Warned(_L, "Dit verwijst naar een andere casus. Dan zijn twee teksten aan elkaar te koppelen.")
MADE: Final = Warned(_L, "Een eigen boek, lied of ander werk is op te zoeken, met de naam van de maker erbij.")
QUOTE: Final = Warned(_L, "Een lang letterlijk citaat is woord voor woord op te zoeken. Gebruik eigen woorden.")
MONEY: Final = Warned(_L, "Een precies bedrag bij een gebeurtenis is elders terug te vinden. Rond het af.")
CLOCK: Final = Warned(_L, "Een precieze tijd bij een gebeurtenis is elders terug te vinden. Schrijf het dagdeel op.")
AGAIN: Final = Warned(_L, "Dit precieze bedrag of deze datum staat hier vaker. Daarmee zijn teksten te koppelen.")
LINE: Final = Warned(_I, "Uit de familie of de generatie is af te leiden om wie het gaat.")
GROUP: Final = Warned(_I, "Deze groep is klein. Wie de groep kent, kan afleiden om wie het gaat.")
ILLNESS: Final = Warned(_I, "Een zeldzame aandoening in een klein gebied kan iemand verraden.", "illness")
ORIGIN: Final = Warned(_I, "Afkomst samen met een kleine plaats laat weinig gezinnen over.")
GENDER: Final = Warned(_I, "In een kleine plaats laat dit kenmerk weinig mensen over.")
TWINS: Final = Warned(_I, "Een tweeling en een zeldzame aandoening samen laten bijna niemand over.")
WHEELS: Final = Warned(_I, "Een beroep en een rolstoel samen laten weinig mensen over.")

LISTED: Final[tuple[tuple[Warned, str], ...]] = (
    (WORK, "risk_work"),
    (OWNED, "risk_possessions"),
    (ILLNESS, "risk_illnesses"),
    (NEWS, "risk_events"),
    (FAME, "risk_fame"),
    (PRIZE, "risk_prizes"),
    (OFFICE, "risk_offices"),
    (BODY, "risk_looks"),
    (MEDIA, "risk_media"),
    (COURT, "risk_court"),
)
"""Lists of which every entry warns by itself, in the plural too."""

PAIRS: Final[tuple[tuple[Warned, str, str, int], ...]] = (
    (ORIGIN, "origin", "small", 60),
    (GENDER, "gender", "small", 80),
    (TWINS, "twin", "illness", 100),
    (WHEELS, "wheels", "work", 40),
    (MONEY, "amount", "windfall", 80),
    (MONEY, "amount", "event", 80),
    (CLOCK, "clock", "event", 80),
)
"""A warning at every place of the first kind that has one of the second kind within so many characters."""
