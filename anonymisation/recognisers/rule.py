"""What every rule-based recogniser shares: a rule yields hits, Presidio receives results."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.lean import lean_imports
from anonymisation.page import Page

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


class Paged(NlpArtifacts):  # type: ignore[misc, unused-ignore]
    """Artifacts that carry the text taken apart, so that every recogniser need not do that again."""

    page: Page


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

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every find in the text, in any order; overlaps are resolved later."""
        return self.on(Page(text))

    @abstractmethod
    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every find in a text that is taken apart already."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature; the engine always asks for everything
        nlp_artifacts: NlpArtifacts | None = None,
    ) -> list[RecognizerResult]:
        """Return the finds as Presidio results; the score alone says whether a find is certain."""
        page = nlp_artifacts.page if isinstance(nlp_artifacts, Paged) else Page(text)
        return [result_of(hit, self) for hit in self.on(page)]


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
