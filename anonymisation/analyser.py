"""The only module that builds Presidio and spaCy: rules and learned model side by side, one list of spans out.

Every recogniser is ours and is run by Presidio's engine; none of Presidio's own recognisers is loaded, because they
bring country-agnostic patterns and one that fetches a list from the internet. Offsets are code points of the text as
it was given: nothing is normalised on the way.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    LocalRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from anonymisation.consistency import repeated_names
from anonymisation.document import HARD, EntityType, Span
from anonymisation.errors import ModelUnavailable, TextTooLarge
from anonymisation.forms import neutral
from anonymisation.known import Known
from anonymisation.plausible import plausible, says_only_its_kind
from anonymisation.recognisers.ages import AgeRecogniser
from anonymisation.recognisers.contact import EmailRecogniser, HandleRecogniser, PhoneRecogniser, UrlRecogniser
from anonymisation.recognisers.dates import DateRecogniser
from anonymisation.recognisers.identifiers import (
    BsnRecogniser,
    IbanRecogniser,
    PlateRecogniser,
    RecordNumberRecogniser,
)
from anonymisation.recognisers.known import KnownRecogniser
from anonymisation.recognisers.organisations import OrganisationRecogniser
from anonymisation.recognisers.origin import OriginRecogniser
from anonymisation.recognisers.people import PersonRecogniser
from anonymisation.recognisers.places import AddressRecogniser, PostcodeRecogniser, TownRecogniser
from anonymisation.recognisers.rule import Hit, result_of
from anonymisation.resolve import resolve

MAX_LENGTH: Final = 1_100_000
"""Longest text in code points; a longer one is refused before anything reads it."""

CERTAIN_AT: Final[Mapping[EntityType, float]] = dict.fromkeys(EntityType, 0.5)
"""From this score on a mark is accepted without asking, per label. Rules score 0.4 or at least 0.6."""
DOUBTFUL_AT: Final[Mapping[EntityType, float]] = {label: 0.15 if label in HARD else 0.05 for label in EntityType}
"""Below this score the learned model's finds are dropped, per label.

A soft mark in doubt costs the submitter one decision, and a missed name cannot be taken back, so soft labels begin low.
A hard mark in doubt stops a submission until somebody decides, and rules find most of those: hard labels begin higher.
"""

SETTING: Final = "CASUSKRING_SPACY_MODEL"
"""Environment variable that names another spaCy pipeline, by package name or path."""
SHIPPED: Final = Path(__file__).parent / "model" / "nl_casuskring"

_PIECE: Final = 20_000
"""Longest piece in code points that the pipeline reads at once; bounds its memory."""
_FOREIGN_SCORE: Final = 0.6
_FOREIGN_LABELS: Final = {
    "PER": EntityType.PERSON,
    "PERSON": EntityType.PERSON,
    "LOC": EntityType.LOCATION,
    "GPE": EntityType.LOCATION,
    "ORG": EntityType.ORGANIZATION,
}
_ORGANISATIONS: Final = frozenset({EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION})
_LEARNED: Final = "LEARNED_"
_OWN_LABELS: Final = {label.value: label for label in EntityType}


_NO_TOKENS: Final = Doc(Vocab())


class _Artifacts(NlpArtifacts):  # type: ignore[misc, unused-ignore]
    """What the pipeline found in one text, in the text's own offsets."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        super().__init__(
            entities=[], tokens=_NO_TOKENS, tokens_indices=[], lemmas=[], nlp_engine=None, language="nl", scores=[0.0]
        )
        self.hits = hits


class _Pipeline(NlpEngine):
    """Presidio's view of the spaCy pipeline; without a pipeline it finds nothing and costs nothing."""

    def __init__(self, nlp: Language | None) -> None:
        self._nlp = nlp

    def load(self) -> None:
        """Nothing to do: the pipeline is given loaded."""

    def is_loaded(self) -> bool:
        """Is the pipeline ready? Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002 - Presidio's signature
        """Run the pipeline once over the text, in pieces that end at a line break or a space."""
        if self._nlp is None:
            return _Artifacts(())
        pieces = list(_pieces(text))
        docs = self._nlp.pipe((text[start:end] for start, end in pieces), batch_size=4)
        return _Artifacts(tuple(hit for (start, _), doc in zip(pieces, docs, strict=True) for hit in _hits(doc, start)))

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,  # noqa: ARG002 - Presidio's signature
        n_process: int = 1,  # noqa: ARG002 - Presidio's signature
        **_: Any,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Run the pipeline over each text in turn."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """Is the word too common to be context? Never: our rules look for their own context."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002 - Presidio's signature
        """Is the word punctuation? Never: our rules look for their own context."""
        return False

    def get_supported_entities(self) -> list[str]:
        """Name every label that a pipeline may find."""
        return [label.value for label in EntityType]

    def get_supported_languages(self) -> list[str]:
        """Dutch alone."""
        return ["nl"]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut the text after a line break, else a space, else anywhere, into pieces of bounded length."""
    start = 0
    while start < len(text):
        end = min(start + _PIECE, len(text))
        if end < len(text):
            half = start + _PIECE // 2
            cut = max(text.rfind("\n", half, end), -1)
            cut = cut if cut >= 0 else text.rfind(" ", half, end)
            end = cut + 1 if cut >= 0 else end
        yield start, end
        start = end


def _hits(doc: Doc, offset: int) -> Iterator[Hit]:
    """Read the finds of our own pipeline, or those of any other pipeline with a fixed score."""
    if "pii" in doc.spans:
        group = doc.spans["pii"]
        scores = group.attrs.get("scores") or [_FOREIGN_SCORE] * len(group)
        for span, score in zip(group, scores, strict=True):
            label = _OWN_LABELS.get(span.label_)
            if label is not None and span.end_char > span.start_char and score >= DOUBTFUL_AT[label]:
                yield Hit(span.start_char + offset, span.end_char + offset, label, min(1.0, float(score)))
        return
    for span in doc.ents:
        label = _FOREIGN_LABELS.get(span.label_)
        if label is not None:
            yield Hit(span.start_char + offset, span.end_char + offset, label, _FOREIGN_SCORE)


class LearnedRecogniser(LocalRecognizer):
    """Hands the pipeline's finds to Presidio, under types of their own.

    Presidio drops a find that lies inside another of its type: a rule's exact edges would be lost in a longer guess.
    """

    def __init__(self) -> None:
        super().__init__(
            supported_entities=[_LEARNED + label.value for label in EntityType],
            name="LearnedRecogniser",
            supported_language="nl",
        )

    def load(self) -> None:
        """Nothing to load: the pipeline is given loaded."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature
        nlp_artifacts: NlpArtifacts | None = None,
    ) -> list[RecognizerResult]:
        """Return what the pipeline found in this text and has the form of its kind."""
        hits = nlp_artifacts.hits if isinstance(nlp_artifacts, _Artifacts) else ()
        kept = (plausible(hit, text) for hit in hits)
        results = [result_of(hit, self) for hit in kept if hit is not None]
        for result in results:
            result.entity_type = _LEARNED + result.entity_type
        return results


class _NoEnhancer(ContextAwareEnhancer):
    """Leaves every score as it is: our rules read their own context, so Presidio's lemma windows are not built."""

    def __init__(self) -> None:
        super().__init__(0.0, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - Presidio's signature
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - Presidio's signature
        recognizers: list[EntityRecognizer],  # noqa: ARG002 - Presidio's signature
        context: list[str] | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return the results unchanged."""
        return raw_results


class Analyser:
    """Finds identifiers in Dutch text. Made once, used for many texts; holds no text between calls."""

    RECOGNISERS: ClassVar[tuple[type[LocalRecognizer], ...]] = (
        BsnRecogniser,
        IbanRecogniser,
        PlateRecogniser,
        RecordNumberRecogniser,
        PhoneRecogniser,
        EmailRecogniser,
        UrlRecogniser,
        HandleRecogniser,
        DateRecogniser,
        AgeRecogniser,
        PostcodeRecogniser,
        AddressRecogniser,
        TownRecogniser,
        PersonRecogniser,
        OrganisationRecogniser,
        OriginRecogniser,
    )

    def __init__(self, nlp: Language | None) -> None:
        own = [recogniser() for recogniser in self.RECOGNISERS]  # type: ignore[call-arg, unused-ignore]
        registry = RecognizerRegistry(recognizers=[*own, LearnedRecogniser()], supported_languages=["nl"])
        self._engine = AnalyzerEngine(
            registry=registry,
            nlp_engine=_Pipeline(nlp),
            supported_languages=["nl"],
            context_aware_enhancer=_NoEnhancer(),
        )
        self.has_model = nlp is not None

    @classmethod
    def load(cls, *, model: str | None = None, use_model: bool = True) -> Analyser:
        """Build an analyser with the pipeline `model`, else the one the environment names, else the one that ships.

        Raises:
            ModelUnavailable: the pipeline cannot be loaded. `use_model=False` needs none.
        """
        if not use_model:
            return cls(None)
        name = model or os.environ.get(SETTING) or str(SHIPPED)
        try:
            # Importing the package registers the shipped pipeline's own parts with spaCy.
            importlib.import_module("anonymisation.model")
            nlp = spacy.load(name)
        except (OSError, ValueError, ImportError, KeyError) as error:
            raise ModelUnavailable(f"the Dutch pipeline cannot be loaded: check {SETTING} or reinstall") from error
        nlp.max_length = max(nlp.max_length, MAX_LENGTH)
        return cls(nlp)

    def find(self, text: str, known: Known | None = None) -> tuple[Span, ...]:
        """Return every identifier in the text: sorted, disjoint, each certain or doubtful.

        Raises:
            TextTooLarge: the text is longer than `MAX_LENGTH` code points.
        """
        if len(text) > MAX_LENGTH:
            raise TextTooLarge(f"a text may hold {MAX_LENGTH} code points")
        if not text.strip():
            return ()
        text = neutral(text)
        ad_hoc: list[EntityRecognizer] = [KnownRecogniser(known)] if known else []
        results = self._engine.analyze(text=text, language="nl", ad_hoc_recognizers=ad_hoc)
        candidates = [span for span in map(_span, results) if not _is_only_a_kind(span, text)]
        first = resolve(candidates, text)
        more = repeated_names(first, text)
        return resolve([*candidates, *more], text) if more else first


def _is_only_a_kind(span: Span, text: str) -> bool:
    """Is this an organisation's kind without a name of its own, whoever found it?"""
    return span.label in _ORGANISATIONS and says_only_its_kind(text[span.start : span.end])


def _span(result: RecognizerResult) -> Span:
    """Read a Presidio result as a span; the score decides whether it is certain."""
    label = _OWN_LABELS[result.entity_type.removeprefix(_LEARNED)]
    name = (result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "")
    return Span(result.start, result.end, label, float(result.score), result.score >= CERTAIN_AT[label], name)
