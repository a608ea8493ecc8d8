"""Numbers that name one person, account, car or dossier: BSN, IBAN, licence plate, and record numbers.

Check digits come from `python-stdnum`. A number that passes them needs no further context; a number that fails them
is still marked where the text calls it a BSN or where it looks like an IBAN: someone mistyped a real one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import ClassVar

from stdnum import iban
from stdnum.nl import bsn

from anonymisation.document import EntityType
from anonymisation.lists import words
from anonymisation.page import Page, Triggered, first_words, glued
from anonymisation.recognisers.letters import DASH, NOT_AFTER, NOT_BEFORE, any_of
from anonymisation.recognisers.rule import CERTAIN, CHECKED, DOUBTFUL, LIKELY, Hit, RuleRecogniser

MISTYPED = 0.9
"""A number that fails its check digits where the text or its shape says what it is."""


def digits_of(text: str) -> str:
    """Keep only the decimal digits, of whatever script, as ASCII."""
    return "".join(str(unicodedata.decimal(char)) for char in text if unicodedata.decimal(char, None) is not None)


class BsnRecogniser(RuleRecogniser):
    """Citizen service numbers, with or without the eleven-test passed when the text itself says BSN."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.NL_BSN,)

    _GROUPINGS = ((9,), (4, 2, 3), (3, 3, 3), (2, 3, 4), (3, 2, 4), (2, 2, 2, 2, 1), (1, 2, 2, 2, 2))
    _GROUPED = Triggered(
        r"(?<![\w+])(?<!\+\d\d[ ])(?<!\d[.,\-])(?:"
        + "|".join(
            rf"\d{{{sizes[0]}}}"
            + "".join(
                (rf"(?P<s{number}>{separator})" if place == 0 else rf"(?P=s{number})") + rf"\d{{{size}}}"
                for place, size in enumerate(sizes[1:])
            )
            for number, (sizes, separator) in enumerate((sizes, rf"(?:[. \u00a0]|{DASH})") for sizes in _GROUPINGS)
        )
        + r")(?!\w)(?![.,\-]\d)",
        numbers=True,
    )
    _CONTEXT = Triggered(
        rf"{NOT_AFTER}(?:b\.?s\.?n\.?|burgerservicen(?:umme)?r\.?|sofi(?:-?n(?:umme)?r)?\.?|sofinummer)"
        r"(?:[ \t]{0,3}-?(?:nr|nummer)\.?)?[\s:=(#.]{0,6}(?:is|was|luidt|van[ ]\w{1,20})?[\s:=(]{0,4}"
        rf"(?P<nr>\d(?:[. \u00a0/]?\d|{DASH}\d){{6,9}})(?!\d)",
        listed=("\nb\n", "\nbs", "\nburgerservicen", "\nsofi"),
        flags=re.IGNORECASE,
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every number that passes the eleven-test, and every number that the text calls a BSN."""
        for match in self._GROUPED.finditer(page):
            if bsn.is_valid(digits_of(match.group())):
                yield Hit(match.start(), match.end(), EntityType.NL_BSN, CHECKED)
        for match in self._CONTEXT.finditer(page):
            number = digits_of(match["nr"])
            score = CHECKED if len(number) in {8, 9} and bsn.is_valid(number.zfill(9)) else MISTYPED
            yield Hit(match.start("nr"), match.end("nr"), EntityType.NL_BSN, score)


class IbanRecogniser(RuleRecogniser):
    """Bank account numbers of every country; a Dutch shape is marked even when its check digits fail."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.IBAN_CODE,)

    _SHAPE = Triggered(
        rf"{NOT_AFTER}[A-Za-z]{{2}}[ ]?\d[ ]?\d(?:[ \u00a0.]?[A-Za-z0-9]|{DASH}[A-Za-z0-9]){{11,30}}{NOT_BEFORE}",
        numbers=True,
        ahead=(2, 3),
    )
    _DUTCH = Triggered(
        rf"{NOT_AFTER}[Nn][Ll](?:[ .\-]?\d){{2}}(?:[ .\-]?[A-Za-z]){{4}}(?:[ .\-]?\d){{9,10}}(?![ ]?\d)",
        frozenset({"nl"}),
    )
    _OLD = Triggered(
        rf"{NOT_AFTER}(?:bankrek(?:ening)?|rek(?:ening)?|giro)\.?(?:[ ]?(?:nr|nummer))?\.?[ :]{{1,3}}"
        rf"(?P<nr>\d(?:[. ]?\d){{6,9}}){NOT_BEFORE}",
        glued(("bankrek", "bankrekening", "rek", "rekening", "giro"), "nr", "nummer"),
        flags=re.IGNORECASE,
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every account number, valid by its check digits or Dutch by its shape."""
        for match in self._DUTCH.finditer(page):
            score = CHECKED if iban.is_valid(match.group(), check_country=False) else MISTYPED
            yield Hit(match.start(), match.end(), EntityType.IBAN_CODE, score)
        for match in self._SHAPE.finditer(page):
            end = self._valid_end(match.group())
            if end:
                yield Hit(match.start(), match.start() + end, EntityType.IBAN_CODE, CHECKED)
        for match in self._OLD.finditer(page):
            yield Hit(match.start("nr"), match.end("nr"), EntityType.IBAN_CODE, LIKELY)

    @staticmethod
    def _valid_end(shape: str) -> int:
        """Return the length of the longest head of the shape that is a valid IBAN, 0 when there is none."""
        ends = [place for place in range(len(shape), 14, -1) if place == len(shape) or not shape[place].isalnum()]
        return next((place for place in ends if iban.is_valid(shape[:place], check_country=False)), 0)


class PlateRecogniser(RuleRecogniser):
    """Dutch licence plates of every side code; without hyphens only where the text speaks of a vehicle.

    Source: RDW, the side codes of Dutch number plates; the shape is taken wider (any two or three letters).
    """

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.NL_LICENSE_PLATE,)

    _CODES = words("""
        LL-DD-DD DD-DD-LL DD-LL-DD LL-DD-LL LL-LL-DD DD-LL-LL DD-LLL-D D-LLL-DD LL-DDD-L L-DDD-LL LLL-DD-L L-DD-LLL
        D-LL-DDD DDD-LL-D LLL-DD-D D-DD-LLL
    """)
    _FIXED = "|".join(code.replace("-", DASH).replace("D", r"\d").replace("L", "[A-Z]") for code in _CODES)
    _HYPHENATED = Triggered(rf"(?<![\w\-/.])(?:{_FIXED})(?![\w\-/])", capitals=True, numbers=True)
    # With spaces and no word for a vehicle only the side codes with three digits: `HD 88 PR` is a ship, too.
    _SPACED = Triggered(
        r"(?<![\w\-/.])(?:(?P<two>[A-Z]{2})[ ]\d{3}[ ][A-Z]|[A-Z][ ]\d{3}[ ](?P<end>[A-Z]{2}))(?![\w\-/])",
        capitals=True,
        size=3,
    )
    _CONTEXT = Triggered(
        rf"{NOT_AFTER}(?:(?P<plate>(?:kenteken(?:plaat|nummer)?|nummerbord)s?)"
        r"|kent\.?|auto|bus(?:je)?|bestelbus|scooter|motor|brommer)"
        r"[\s:(,]{1,4}(?:met[ ])?(?P<again>kenteken[ :]{1,3})?(?:(?:is|was|luidt|nr\.?|nummer)[ :]{1,2})?"
        rf"(?P<nr>[A-Za-z0-9]{{1,6}}(?:(?:{DASH}|[ ])[A-Za-z0-9]{{1,3}}){{0,2}})",
        glued(("kenteken", "kentekenplaat", "kentekennummer", "nummerbord"), "s")
        | first_words("kent auto bus busje bestelbus scooter motor brommer"),
        flags=re.IGNORECASE,
    )
    _APART = Triggered(rf"(?<![\w\-/.])(?:{_FIXED.replace(DASH, '[ ]')})(?![\w\-/])", capitals=True, numbers=True)
    _VEHICLE = re.compile(
        r"\b(?:kenteken|nummerbord|plaatje|voertuig|auto|bus(?:je)?|scooter|motor|brommer|scootmobiel|caravan|aanhanger"
        r"|garage|parkeer|gehandicaptenparkeer|bekeuring|boetes?\b|aanrijding)",
        re.IGNORECASE,
    )
    _NEAR = 60
    """Characters on either side in which a word for a vehicle makes a spaced plate one."""
    _SHAPES = frozenset(code.replace("-", "") for code in _CODES)
    _NO_PLATE = frozenset(words("RR HR HF IQ CK LD AF QT BP PD GT NA KV MG ML IE MM CM KG KM EH UUR EU"))
    """Measures and units that stand before or after three digits."""

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every plate, in capitals or after a word for a vehicle."""
        for match in self._HYPHENATED.finditer(page):
            yield Hit(match.start(), match.end(), EntityType.NL_LICENSE_PLATE, CERTAIN)
        for match in self._SPACED.finditer(page):
            if (match["two"] or match["end"]) not in self._NO_PLATE:
                yield Hit(match.start(), match.end(), EntityType.NL_LICENSE_PLATE, LIKELY)
        for match in self._APART.finditer(page):
            around = page.text[max(0, match.start() - self._NEAR) : match.end() + self._NEAR]
            if self._VEHICLE.search(around):
                yield Hit(match.start(), match.end(), EntityType.NL_LICENSE_PLATE, CERTAIN)
        for match in self._CONTEXT.finditer(page):
            # "kent" is a verb too, and a bus can be late: small letters apart from each other need the word itself.
            size = self._plate_size(
                page.text, match.start("nr"), match.end("nr"), apart=bool(match["plate"] or match["again"])
            )
            if size:
                yield Hit(match.start("nr"), match.start("nr") + size, EntityType.NL_LICENSE_PLATE, CERTAIN)

    @classmethod
    def _plate_size(cls, text: str, start: int, end: int, *, apart: bool) -> int:
        """Return the length of the longest head that is a plate and ends with a word, 0 when there is none."""
        for place in range(end, start + 5, -1):
            head = text[start:place]
            if text[place : place + 1].isalnum() or not head[-1].isalnum():
                continue
            shape = "".join("D" if char.isdigit() else "L" for char in head if char.isalnum())
            if shape in cls._SHAPES and (apart or " " not in head or head == head.upper()):
                return len(head)
        return 0


_KIND_WORDS = """
    patiënt patient patiënten patienten pat pt pte cliënt client cliënten clienten cl klant zz zorgzaak
    dossier doss zaak kenmerk ref referentie polis polisblad verzekering verzekerings verzekerden relatie
    paspoort rijbewijs idkaart id-kaart identiteitskaart identiteitsbewijs document vreemdelingen v cva cjib
    coa ind agb agb-code agbcode big big-registratie kvk proces-verbaal procesverbaal pv aangifte melding
    meldings registratie inschrijf besluit beschikking aanvraag indicatie lidmaatschap lidmaatschaps
    personeels student studenten leerling leerlingen mrn his epd ons factuur order complex
    onder_vermelding_van huurder wmo-vervoerspas betalings contract klacht klachten incident vt zorgdossier
    behandel opname casus ggz- huur huurders uwv- svb- wmo- rekest rol
"""
_KIND = any_of(_KIND_WORDS)
_SELF_EXPLAINING_WORDS = """
    kenmerk dossier polis paspoort agb big zaak procesverbaal proces-verbaal rijbewijs idkaart id-kaart
    agb-code agbcode referentie
"""
_SELF_EXPLAINING = any_of(_SELF_EXPLAINING_WORDS)
_BY_WORD = glued(first_words(_KIND_WORDS, "v"), "nrs", "nr", "no", "num", "nummer", "code", "id")
_BY_ITSELF = tuple(sorted(first_words(_SELF_EXPLAINING_WORDS, "pv")))
"""Behind these words a number may start without a space."""
_ABBREVIATED = frozenset(
    {
        "EUR",
        "CRP",
        "HBA",
        "MRI",
        "DD",
        "OP",
        "KWH",
        "BSN",
        "BIG",
        "AGB",
        "NR",
        "TEL",
        "RR",
        "HR",
        "IQ",
        "BMI",
        "ICD",
        "DSM",
        "GAF",
    }
)


class RecordNumberRecogniser(RuleRecogniser):
    """Patient, client, dossier, case, policy, passport, AGB, BIG and police-report numbers."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.ID,)

    _NUMBER_WORD = r"(?:[ ]?-?[ ]?(?:nrs|nr|no|num|nummer|code|id)\b\.?)"
    _VALUE = (
        rf"(?P<nr>(?:[A-Z]{{1,5}}[ .\-/]?){{0,3}}\d"
        rf"(?:[A-Za-z0-9]|[./\-_](?=[A-Za-z0-9])|[ ](?=\d{{2,}})|{DASH}(?=\d)){{2,30}})"
    )
    _LABELLED = Triggered(
        rf"{NOT_AFTER}(?:(?i:{_KIND})\.?(?i:{_NUMBER_WORD})|(?i:{_SELF_EXPLAINING})|PV|V-nr)"
        rf"[ ]{{0,2}}[:=#(]?[ ]{{0,2}}(?i:is[ ]|nr\.?[ ])?{_VALUE}{NOT_BEFORE}",
        _BY_WORD,
        beginnings=_BY_ITSELF,
    )
    _BARE_NUMBER_WORD = Triggered(
        rf"{NOT_AFTER}(?i:nr|nummer)\.?[ ]?[:#]?[ ]?{_VALUE}{NOT_BEFORE}", listed=("\nnr", "\nnummer")
    )
    _PAREN = Triggered(rf"\((?:(?i:ref|kenmerk|nr|zaak|dossier|melding|pv)\.?[ ]?[:#]?[ ]?)?{_VALUE}\)", signs="(")
    _TYPICAL = Triggered(
        r"(?<![\w/\-.])(?P<nr>PL\d{4}-?\d{4,12}(?:-\d{1,3})?"
        r"|[A-Z]{1,6}(?:[/\-][A-Z]{1,6})?[/\- ]?(?:19|20)?\d\d[/\-]\d{3,8}(?:-\d{1,4})?"
        r"|(?:19|20)\d\d/[A-Z]{1,4}/\d{3,6}"
        r"|[A-Z]{1,4}[/\-]\d{1,3}[/\-]\d{3,8}|[A-Z]{2,3}-\d{4,8})(?![\w/])",
        capitals=True,
        numbers=True,
    )
    _LETTERS_DIGITS = Triggered(r"(?<![\w/\-.])(?P<nr>(?P<letters>[A-Z]{1,3})[ ]?\d{6,10})(?![\w/\-])", capitals=True)

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every record number: by its word, or by a shape that no other number has."""
        for match in self._LABELLED.finditer(page):
            yield self._hit(match, CERTAIN)
        for match in self._BARE_NUMBER_WORD.finditer(page):
            if sum(map(str.isdigit, match["nr"])) >= 4:
                yield self._hit(match, LIKELY)
        for match in self._TYPICAL.finditer(page):
            yield self._hit(match, LIKELY)
        for match in self._LETTERS_DIGITS.finditer(page):
            if match["letters"] not in _ABBREVIATED:
                yield self._hit(match, LIKELY)
        for match in self._PAREN.finditer(page):
            if sum(map(str.isdigit, match["nr"])) >= 6:
                yield self._hit(match, DOUBTFUL)

    @staticmethod
    def _hit(match: re.Match[str], score: float) -> Hit:
        """Return the number without an abbreviation that only says what kind of number it is."""
        start, value = match.start("nr"), match["nr"]
        head = re.match(r"([A-Z]{2,4})[ ]", value)
        if head and head[1] in _ABBREVIATED:
            start += head.end()
        return Hit(start, match.end("nr"), EntityType.ID, score)
