"""Ages: the digits alone, so that `37-jarige` stays readable. A number of years that measures a duration is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from anonymisation.document import EntityType
from anonymisation.page import Page, Triggered, first_words
from anonymisation.recognisers.letters import CAP_WORD, DASH, NOT_AFTER, any_of
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL, Hit, RuleRecogniser

OLDEST: Final = 120
"""Years; a larger number is no age."""

_PERSON_WORDS = """
    jongen meisje man vrouw zoon zoontje dochter dochtertje broer broertje zus zusje kind kleinkind kleinzoon
    kleindochter peuter kleuter puber tiener baby dame heer student studente leerling jongere jongeman
    jongedame weduwe weduwnaar mevrouw meneer moeder vader oma opa tante oom neef nicht partner vriend
    vriendin stiefkind pleegkind
"""
_PERSON_WORD = any_of(_PERSON_WORDS)
_NOT_YEARS = any_of("uur u mnd maanden weken wkn wk dgn dagen kg cm mg x keer euro km min m ml tabletten stuks")
_DURATION_WORD = any_of("""
    sinds al na over binnen elke per gedurende ruim bijna afgelopen laatste komende vorige om_de in vanaf
    circa ca ongeveer plm minimaal minstens maximaal tot voor nog zo'n hele heel eerste volgende meer_dan
    langer_dan zeker straf cel eis duurt duurde om toen van à geldig bewaartermijn: bewaartermijn termijn
""")
_AFTER_DURATION = any_of("""
    geleden lang later eerder na voor gehuwd getrouwd samen ervaring werkzaam in_dienst cel gevangenis nuchter
    clean abstinent wachttijd wachten contact relatie huwelijk bij aan therapie behandel in_zorg in_beeld
    bekend gebruik gerookt zonder durend niet geen dakloos werkloos tbs gewerkt gewoond verslaafd weduw
    gescheiden terug nodig onder gedetineerd voorwaardelijk depress azc garantie wachtlijst schuld
""")


class AgeRecogniser(RuleRecogniser):
    """The digits of an age, in years."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.AGE,)

    _ADJECTIVE = Triggered(
        rf"(?<![\w.,/\-])(?P<age>\d{{1,3}})(?:[ ]?{DASH}?[ ]?jarig(?:en?)?\b"
        r"|[ ](?:jaar|jr\.?)[ ]oude?\b|[ ]?jr[ ]oud\b)",
        numbers=True,
        flags=re.IGNORECASE,
    )
    _YEARS = Triggered(r"(?<![\w.,/\-+±])(?P<age>\d{1,3})[ ]?(?:jaar|jr|j)\b\.?", numbers=True, flags=re.IGNORECASE)
    _PERSON_OF = Triggered(
        rf"(?<!\w)(?:{_PERSON_WORD}|leeftijd|lft)\.?(?:[ ]van(?:[ ]ca\.?)?|[ ]?[:,])?[ ][(]?(?P<age>\d{{1,3}})"
        rf"(?![\w/%\-])(?![.,:]\d)(?![ ]?{_NOT_YEARS}\b)",
        first_words(_PERSON_WORDS, "leeftijd lft"),
        flags=re.IGNORECASE,
    )
    _NAME_PAREN = Triggered(
        rf"{NOT_AFTER}{CAP_WORD}[ ]\((?P<age>\d{{1,3}})(?=\)|,|[ ]?(?:jr|jaar|j)\b)", capitals=True, after=" ("
    )
    _NAME_COMMA = Triggered(
        rf"{NOT_AFTER}{CAP_WORD},[ ](?P<age>\d{{1,2}})(?=,[ ]|[.]?\n|[ ]?(?:jr|jaar)\b)", capitals=True, after=", "
    )
    _QUOTED_COMMA = Triggered(r"['’\"”], (?P<age>\d{1,2})\)", after=", ", needs=("', ", "’, ", '", ', "”, "))
    _SEX = Triggered(
        r"(?<![\w/])(?:[mv]|man|vrouw)[ /,]{1,2}(?P<age>\d{1,3})(?:[ ]?(?:jr|j|jaar)\b|(?=[,)\n]))",
        first_words("m v man vrouw"),
        flags=re.IGNORECASE,
    )
    _DURATION = re.compile(rf"(?:(?<!\w){_DURATION_WORD}[.]?|\d)[ ]{{1,2}}$", re.IGNORECASE)
    _DURATION_AFTER = re.compile(rf"[ ,]{{0,2}}{_AFTER_DURATION}", re.IGNORECASE)
    _CLEAR = re.compile(
        r"(?:\b(?:is|was|wordt|werd|nu|pas|inmiddels|leeftijd:?|man|vrouw|jongen|meisje|zoon|dochter|van)|[(])"
        r"[ ]{0,2}$",
        re.IGNORECASE,
    )
    _PERSON_BEFORE = re.compile(rf"(?<!\w){_PERSON_WORD} van[ ]$", re.IGNORECASE)

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield the digits of every age; a bare number after a name is doubtful."""
        for pattern in (self._ADJECTIVE, self._PERSON_OF, self._SEX):
            for match in pattern.finditer(page):
                yield from _hit(match, CERTAIN)
        for match in self._YEARS.finditer(page):
            yield from self._years(page.text, match)
        for pattern in (self._NAME_PAREN, self._NAME_COMMA, self._QUOTED_COMMA):
            for match in pattern.finditer(page):
                yield from _hit(match, DOUBTFUL)

    def _years(self, text: str, match: re.Match[str]) -> Iterator[Hit]:
        """Yield a number of years unless the words before or after it make it a duration."""
        before = text[max(0, match.start() - 24) : match.start()]
        person = bool(self._PERSON_BEFORE.search(before))
        if not person and (self._DURATION_AFTER.match(text, match.end()) or self._DURATION.search(before)):
            return
        enclosed = before.rstrip(" ")[-1:] in {",", ";"} and text[match.end() : match.end() + 1] in {
            ",",
            ";",
            ")",
            "\n",
            "",
        }
        clear = person or enclosed or bool(self._CLEAR.search(before))
        yield from _hit(match, CERTAIN if clear else DOUBTFUL)


def _hit(match: re.Match[str], score: float) -> Iterator[Hit]:
    if int(match["age"]) <= OLDEST:
        yield Hit(match.start("age"), match.end("age"), EntityType.AGE, score)
