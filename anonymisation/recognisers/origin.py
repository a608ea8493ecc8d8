"""Nationality and descent as an adjective: indirect, so it is generalised and never refuses a case on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lists import entries
from anonymisation.page import Page, Triggered, first_words
from anonymisation.recognisers.rule import Hit, RuleRecogniser


class OriginRecogniser(RuleRecogniser):
    """Capitalised adjectives such as `Syrische`; names of languages and the adjective Dutch are left alone."""

    LABELS: ClassVar[tuple[EntityType, ...]] = (EntityType.NATIONALITY,)

    _LISTED = Triggered(
        rf"(?<![\w\-])(?:{'|'.join(map(re.escape, entries('nationalities')))})(?!\w)"
        r"(?![ ](?:les|taal|herder|dog|griep|ziekte|pizza|recept|krant|versie|school|kat|bulldog))",
        first_words(*entries("nationalities")),
    )
    _NOUN = Triggered(
        r"(?i:nationaliteit|nat\.)[: ]{1,3}(?P<nr>[A-Z][a-zëïé]{3,20}s)(?!\w)", needs=("nationaliteit", "nat.")
    )

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every listed adjective, and the word after a label for nationality."""
        for match in self._LISTED.finditer(page):
            yield Hit(match.start(), match.end(), EntityType.NATIONALITY, 0.6)
        for match in self._NOUN.finditer(page):
            if match["nr"] != "Nederlands":
                yield Hit(match.start("nr"), match.end("nr"), EntityType.NATIONALITY, 0.6)
