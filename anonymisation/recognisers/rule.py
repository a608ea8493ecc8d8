"""What every rule-based recogniser shares: a rule yields hits, Presidio receives results."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lean import lean_imports

with lean_imports():
    from presidio_analyzer import LocalRecognizer, RecognizerResult
    from presidio_analyzer.nlp_engine import NlpArtifacts

CHECKED = 1.0
"""A number that passes its check digits."""
CERTAIN = 0.95
"""A shape that leaves no doubt."""
LIKELY = 0.85
"""A shape that is accepted without asking, and gives way to a better one of the same length."""
DOUBTFUL = 0.4
"""A shape that a person should judge."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One find of one rule, in code points of the text it was given."""

    start: int
    end: int
    label: EntityType
    score: float


Places = list[tuple[int, str]]
"""The words of a text in lower case, each with the place where it starts."""

_LETTERS = re.compile(r"[^\W\d_]+")
_QUOTES = frozenset("'‘\"“")


def word_places(text: str) -> Places:
    """Return every run of letters of a text; made once per text for all the patterns that start with a known word."""
    return [(match.start(), match.group().lower()) for match in _LETTERS.finditer(text)]


def first_words(*lists: str) -> frozenset[str]:
    """Return the first run of letters of every keyword of the lists, in lower case; `_` in a keyword is a space."""
    found = (_LETTERS.search(word) for text in lists for word in text.lower().split())
    return frozenset(match.group() for match in found if match)


class Triggered:
    """A pattern that starts with one of many keywords: it is tried only where a word of a text is one of them.

    That asks a dictionary once per word, where the pattern alone would be tried at every letter.
    """

    def __init__(self, pattern: str, firsts: frozenset[str], endings: tuple[str, ...] = ()) -> None:
        self._pattern = re.compile(pattern)
        self._firsts = firsts
        self._endings = endings

    def finditer(
        self, text: str, places: Places, until: Callable[[re.Match[str]], int] = re.Match.end
    ) -> Iterator[re.Match[str]]:
        """Yield the matches in order, as `re.finditer` would for a pattern that starts at a word.

        The next is looked for from the place that `until` returns: the end of the match, or of what is kept of it.
        """
        firsts, endings, match = self._firsts, self._endings, self._pattern.match
        end = 0
        for start, word in places:
            if start < end or not (word in firsts or (endings and word.endswith(endings))):
                continue
            found = match(text, start)
            if found is None and start and text[start - 1] in _QUOTES:
                found = match(text, start - 1)
            if found is not None:
                yield found
                end = until(found)


class RuleRecogniser(LocalRecognizer):
    """A Presidio recogniser that reads the text alone: no model, no network, no state between texts."""

    LABELS: ClassVar[tuple[EntityType, ...]] = ()

    def __init__(self) -> None:
        super().__init__(
            supported_entities=[label.value for label in self.LABELS],
            name=type(self).__name__,
            supported_language="nl",
            version="1.0.0",
        )

    def load(self) -> None:
        """Nothing to load: the patterns are compiled with the module."""

    @abstractmethod
    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every find in the text, in any order; overlaps are resolved later."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature; the engine always asks for everything
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return the finds as Presidio results; the score alone says whether a find is certain."""
        return [result_of(hit, self) for hit in self.hits(text)]


def result_of(hit: Hit, recogniser: LocalRecognizer) -> RecognizerResult:
    """Write one hit as a Presidio result that names its recogniser."""
    return RecognizerResult(
        entity_type=hit.label.value,
        start=hit.start,
        end=hit.end,
        score=hit.score,
        recognition_metadata={
            RecognizerResult.RECOGNIZER_NAME_KEY: type(recogniser).__name__,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: recogniser.id,
        },
    )
