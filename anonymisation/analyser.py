"""The only module that builds Presidio and spaCy: rules and learned model side by side, one list of spans out.

Every recogniser is ours and is run by Presidio's engine; none of Presidio's own recognisers is loaded, because they
bring country-agnostic patterns and one that fetches a list from the internet. Offsets are code points of the text as
it was given: nothing is normalised on the way.
"""

from __future__ import annotations

import gc
import importlib
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from anonymisation.consistency import repeated_names
from anonymisation.document import EntityType, Span
from anonymisation.errors import ModelUnavailable, TextTooLarge
from anonymisation.forms import neutral
from anonymisation.judge import Document, Evidence, Judge, settled, within_the_name
from anonymisation.known import Known
from anonymisation.lean import lean_imports
from anonymisation.page import Page
from anonymisation.plausible import impossible, plausible, says_only_its_kind
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
from anonymisation.recognisers.rule import Hit, Paged, result_of
from anonymisation.resolve import resolve

with lean_imports():
    import spacy
    from presidio_analyzer import (
        AnalyzerEngine,
        EntityRecognizer,
        LocalRecognizer,
        RecognizerRegistry,
        RecognizerResult,
    )
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

MAX_LENGTH: Final = 1_100_000
"""Longest text in code points; a longer one is refused before anything reads it."""

CERTAIN_AT: Final[Mapping[EntityType, float]] = dict.fromkeys(EntityType, 0.5)
"""From this score on a mark is accepted without asking, per label."""
DOUBTFUL_AT: Final[Mapping[EntityType, float]] = dict.fromkeys(EntityType, 0.02)
"""Below this score a candidate is dropped, per label.

A mark in doubt costs the submitter one decision, and a missed name cannot be taken back. Both points were chosen on the
development documents (`bench/data/dev`): see docs/benchmarks.md.
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


FACTORY: Final = "casuskring_tagger"
"""Name of the pipeline's part that tells what it thinks of every token and brings the judge fitted with it."""
EVIDENCE: Final = "casuskring_evidence"
"""Where a document of that part keeps it."""

_NO_TOKENS: Final = Doc(Vocab())


class _Artifacts(Paged):
    """What the pipeline found in one text, in the text's own offsets, and what it thinks of every token."""

    def __init__(self, page: Page, hits: tuple[Hit, ...], evidence: Evidence | None = None) -> None:
        super().__init__(
            entities=[], tokens=_NO_TOKENS, tokens_indices=[], lemmas=[], nlp_engine=None, language="nl", scores=[0.0]
        )
        self.page = page
        self.hits = hits
        self.evidence = evidence


class _Pipeline(NlpEngine):
    """Presidio's view of the spaCy pipeline; without a pipeline it finds nothing and costs nothing."""

    def __init__(self, nlp: Language | None, floors: Mapping[EntityType, float]) -> None:
        self._nlp = nlp
        self._floors = floors
        tagger: Any = nlp.get_pipe(FACTORY) if nlp is not None and FACTORY in nlp.pipe_names else None
        self._tagger = tagger if tagger is not None and tagger.reads_alone(nlp) else None

    def load(self) -> None:
        """Nothing to do: the pipeline is given loaded."""

    def is_loaded(self) -> bool:
        """Is the pipeline ready? Always."""
        return True

    def process_text(self, text: str, language: str) -> _Artifacts:  # noqa: ARG002 - Presidio's signature
        """Run the pipeline once over the text, in pieces that end at a line break or a space."""
        if self._nlp is None:
            return _Artifacts(Page(text), ())
        pieces = list(_pieces(text))
        hits: list[Hit] = []
        evidence: list[Evidence] = []
        if self._tagger is not None:
            for start, end in pieces:
                marks, told = self._tagger.read(text[start:end])
                evidence.append(told.shifted(start))
                hits += [
                    Hit(first + start, last + start, _OWN_LABELS[label], min(1.0, score))
                    for first, last, label, score in marks
                    if label in _OWN_LABELS and score >= self._floors[_OWN_LABELS[label]]
                ]
            return _Artifacts(Page(text), tuple(hits), Evidence.joined(evidence))
        docs = self._nlp.pipe((text[start:end] for start, end in pieces), batch_size=1)
        for (start, _), doc in zip(pieces, docs, strict=True):
            hits += _hits(doc, start, self._floors)
            if (told := doc.user_data.get(EVIDENCE)) is not None:
                evidence.append(told.shifted(start))
        return _Artifacts(Page(text), tuple(hits), Evidence.joined(evidence) if len(evidence) == len(pieces) else None)

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


def _hits(doc: Doc, offset: int, floors: Mapping[EntityType, float]) -> Iterator[Hit]:
    """Read the finds of our own pipeline, or those of any other pipeline with a fixed score."""
    if "pii" in doc.spans:
        group = doc.spans["pii"]
        scores = group.attrs.get("scores") or [_FOREIGN_SCORE] * len(group)
        for span, score in zip(group, scores, strict=True):
            label = _OWN_LABELS.get(span.label_)
            if label is not None and span.end_char > span.start_char and score >= floors[label]:
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
        if not isinstance(nlp_artifacts, _Artifacts):
            return []
        hits = (hit for hit in nlp_artifacts.hits if not impossible(hit, text))
        trimmed = ((hit, plausible(hit, text)) for hit in hits)
        # With a judge an unlikely form speaks against a find, without one it decides.
        judged = nlp_artifacts.evidence is not None
        kept = (better or (hit if judged else None) for hit, better in trimmed)
        results = [result_of(hit, self) for hit in kept if hit is not None]
        for result in results:
            result.entity_type = _LEARNED + result.entity_type
        return results


class _Engine(AnalyzerEngine):  # type: ignore[misc, unused-ignore]
    """Presidio's engine without its context windows: our rules read their own context."""

    def _enhance_using_context(
        self,
        text: str,  # noqa: ARG002 - Presidio's signature
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,  # noqa: ARG002 - Presidio's signature
        recognizers: list[EntityRecognizer],  # noqa: ARG002 - Presidio's signature
        context: list[str] | None = None,  # noqa: ARG002 - Presidio's signature
    ) -> list[RecognizerResult]:
        """Return the results unchanged, without a look at every pair of recogniser and result."""
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

    def __init__(self, nlp: Language | None, judge: Judge | None = None) -> None:
        own = [recogniser() for recogniser in self.RECOGNISERS]  # type: ignore[call-arg, unused-ignore]
        self._judge = judge
        self._pipeline = _Pipeline(nlp, DOUBTFUL_AT if judge is None else dict.fromkeys(EntityType, 0.0))
        registry = RecognizerRegistry(recognizers=[*own, LearnedRecogniser()], supported_languages=["nl"])
        self._engine = _Engine(
            registry=registry,
            nlp_engine=self._pipeline,
            supported_languages=["nl"],
        )
        self.has_model = nlp is not None

    @classmethod
    def load(cls, *, model: str | None = None, use_model: bool = True) -> Analyser:
        """Build an analyser with the pipeline `model`, else the one the environment names, else the one that ships.

        What is loaded stays for good: it is taken out of the sight of Python's garbage collector, which would look at
        all of it again and again.

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
        made = cls(nlp, _judge_of(nlp))
        gc.collect()
        gc.freeze()
        return made

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
        candidates, evidence = self.candidates(text, known)
        document = None if self._judge is None or evidence is None else Document(candidates, text, evidence)
        first = resolve(self._judged(candidates, document), text)
        more = [one for one in repeated_names(first, text) if not _told(one, first)]
        if not more:
            return first
        if document is not None:
            document.add(more)
        believed = self._judged(more, document)
        return resolve([*first, *believed], text) if believed else first

    def candidates(self, text: str, known: Known | None = None) -> tuple[list[Span], Evidence | None]:
        """Return what rules and model propose, overlapping and unjudged, with what the model thinks of every token."""
        ad_hoc: list[EntityRecognizer] = [KnownRecogniser(known)] if known else []
        artifacts = self._pipeline.process_text(text, "nl")
        results = self._engine.analyze(text=text, language="nl", ad_hoc_recognizers=ad_hoc, nlp_artifacts=artifacts)
        found = [span for span in map(_span, results) if not _is_only_a_kind(span, text)]
        evidence = artifacts.evidence
        if evidence is None:
            return found, None
        rules = {EntityType.PERSON: "PersonRecogniser"}
        return [
            within_the_name(one, evidence, text) if rules.get(one.label) == one.source else one for one in found
        ], evidence

    def _judged(self, candidates: list[Span], document: Document | None) -> list[Span]:
        """Return the candidates with the judge's score and certainty, without those that it does not believe."""
        if self._judge is None or document is None:
            return candidates
        stand, open_ = settled(candidates)
        scores = self._judge.scores(open_, document)
        return [
            *stand,
            *(
                Span(one.start, one.end, one.label, score, score >= CERTAIN_AT[one.label], one.source)
                for one, score in zip(open_, scores, strict=True)
                if score >= DOUBTFUL_AT[one.label]
            ),
        ]


def _told(span: Span, among: Sequence[Span]) -> bool:
    """Does a certain mark of sorted ones cover the span already?"""
    place = bisect_right(among, span.start, key=lambda one: one.start) - 1
    return place >= 0 and among[place].certain and among[place].end >= span.end


def _judge_of(nlp: Language) -> Judge | None:
    """Return the judge that was fitted with this pipeline; another pipeline has none."""
    if FACTORY not in nlp.pipe_names:
        return None
    tagger: Any = nlp.get_pipe(FACTORY)
    return Judge(tagger.judge, tagger.field.lexicon) if tagger.judge else None


def _is_only_a_kind(span: Span, text: str) -> bool:
    """Is this an organisation's kind without a name of its own, whoever found it?"""
    return span.label in _ORGANISATIONS and says_only_its_kind(text[span.start : span.end])


def _span(result: RecognizerResult) -> Span:
    """Read a Presidio result as a span; the score decides whether it is certain."""
    label = _OWN_LABELS[result.entity_type.removeprefix(_LEARNED)]
    name = (result.recognition_metadata or {}).get(RecognizerResult.RECOGNIZER_NAME_KEY, "")
    return Span(result.start, result.end, label, float(result.score), result.score >= CERTAIN_AT[label], name)
