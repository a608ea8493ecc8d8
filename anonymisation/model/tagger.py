"""The component of the pipeline: turns label probabilities into scored spans under `doc.spans["pii"]`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from anonymisation.errors import ModelUnavailable
from anonymisation.judge import Evidence
from anonymisation.model.crf import Field, Floats, Weights
from anonymisation.model.features import View, view
from anonymisation.model.lexicon import Lexicon, word_set
from anonymisation.model.tokens import CUT, Tokens, split

FACTORY = "casuskring_tagger"
GROUP = "pii"
EVIDENCE = "casuskring_evidence"
"""Where a document keeps what the field thinks of every token."""
OUTSIDE = "O"
CORE_AT = 0.5
"""A span is grown from tokens that are more likely inside than not; what is left over becomes spans of its own."""
LEVELS = (0.1, 0.03, 0.008)
"""Left-over tokens become spans with their equals: a likely token is not watered down by an unlikely neighbour."""
FLOOR = LEVELS[-1]
"""Spans that score less are not told."""
_JOINS = frozenset(".-'’‘/&@_+")
_PREFIXES = word_set("""van de der den ten ter te tot t in op uit aan bij voor von la le du dos da el al ben ait""")
_BETWEEN = word_set("en of van bij met naar via")
_KINDS = word_set(
    """ggz wijkteam buurtteam gebiedsteam dorpsteam jeugdteam sociaal huisartsenpraktijk huisartsen gezondheidscentrum
    stichting ziekenhuis apotheek praktijk thuiszorg zorggroep verpleeghuis woonstichting woningcorporatie roc school
    basisschool gemeente politie hap gezondheidsplein kliniek jeugdzorg jeugdhulp verslavingszorg bureau"""
)
"""Kinds of organisation with which a new name begins."""
_IDLE = word_set(
    """de het een en of in op te tot van voor door bij met om uit aan naar over na per via ook niet is was zijn heeft
    had wordt werd die dat dit deze er hij zij ze we wij ik u je als dan nu nog al maar want dus sinds vanaf ivm mbt
    vlgs volgens dd vd ten ter der den"""
)
"""Words that are no identifier by themselves; they hold a doubtful run neither alive nor at its edges."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of tokens of the view, `first` to `last` inclusive, with its label and score."""

    first: int
    last: int
    label: str
    score: float


def decode(table: Floats, labels: Sequence[str], words: Sequence[str], before: Sequence[int]) -> list[Mark]:
    """Return disjoint marks in order: first the runs at or above `CORE_AT`, then what remains, by level of likelihood.

    `score` of a mark is the mean probability of its tokens to be inside an identifier.
    """
    outside = labels.index(OUTSIDE)
    inside: list[float] = (1.0 - table[:, outside]).tolist()
    return _decoded(table, inside, _best(table, outside).tolist(), labels, View(list(words), list(before)))


def _decoded(table: Floats, score: list[float], best: list[int], labels: Sequence[str], seen: View) -> list[Mark]:
    """Return the marks; `score` is how likely each token is inside, `best` which label it leans to. Both change."""
    words, before = seen.words, seen.before
    strong = [one >= CORE_AT for one in score]
    _bridge(strong, score, best, words, before)
    _prefixes(strong, score, best, words, labels)
    _apart(strong, best, words, labels)
    _one_name(strong, table, best, before, labels)
    core = [i for i, one in enumerate(strong) if one]
    marks = [mark for mark in _runs(core, score, best, labels, words) if _without_idle(mark, words)]
    left = [i for i, one in enumerate(score) if one >= FLOOR and not strong[i]]
    top = 2.0
    for level in LEVELS:
        weak = [i for i in left if level <= score[i] < top]
        top = level
        marks += [kept for mark in _runs(weak, score, best, labels, words) if (kept := _without_idle(mark, words))]
    return sorted(marks, key=lambda mark: mark.first)


def _apart(strong: list[bool], best: list[int], words: Sequence[str], labels: Sequence[str]) -> None:
    """Part two names that a small word joins: `Piet van wijkteam West`, `Wijkteam De Brug en GGZ Waterkant`."""
    own = {labels.index(one) for one in ("ORGANIZATION", "CARE_ORGANIZATION") if one in labels}
    person = labels.index("PERSON") if "PERSON" in labels else -1
    for i in range(1, len(words) - 1):
        if not strong[i] or words[i] not in _BETWEEN or best[i + 1] not in own or not strong[i + 1]:
            continue
        if best[i - 1] == person or words[i + 1].lower() in _KINDS:
            strong[i] = False


def _one_name(strong: list[bool], table: Floats, best: list[int], before: Sequence[int], labels: Sequence[str]) -> None:
    """Give one label to touching parts of an organisation's name that the field reads as a person or a place.

    `Wasserij Snelwit Parkstad` is one name; an identifier cut in two would be shown as two.
    """
    own = [labels.index(one) for one in ("ORGANIZATION", "CARE_ORGANIZATION") if one in labels]
    names = {*own, *(labels.index(one) for one in ("PERSON", "LOCATION") if one in labels)}
    i, n = 0, len(before)
    while i < n:
        if not strong[i]:
            i += 1
            continue
        j = i
        while j + 1 < n and strong[j] and strong[j + 1] and before[j + 1] <= 1 and {best[j], best[j + 1]} <= names:
            j += 1
        if j > i and len(set(best[i : j + 1])) > 1 and set(best[i : j + 1]) & set(own):
            best[i : j + 1] = [max(own, key=lambda label: float(table[i : j + 1, label].sum()))] * (j + 1 - i)
        i = j + 1


def _prefixes(
    strong: list[bool], score: list[float], best: list[int], words: Sequence[str], labels: Sequence[str]
) -> None:
    """Let a surname take the likely prefixes before it: `Van` in `Van der Berg` at the start of a sentence."""
    for i in range(len(words) - 2, -1, -1):
        if strong[i] or not strong[i + 1] or labels[best[i + 1]] != "PERSON" or score[i] < 0.08:
            continue
        if (
            words[i].lower() in _PREFIXES
            and words[i + 1][0].isalpha()
            and words[i + 1].lower() not in _IDLE - _PREFIXES
        ):
            strong[i], best[i], score[i] = True, best[i + 1], max(score[i], CORE_AT)


def _without_idle(mark: Mark, words: Sequence[str]) -> Mark | None:
    """Return the mark without words at its edges that identify nobody, or nothing when no other word is left."""
    first, last = mark.first, mark.last

    def idle(i: int) -> bool:
        return not words[i][0].isalnum() or (words[i].islower() and words[i] in _IDLE)

    while first <= last and idle(last):
        last -= 1
    while first <= last and idle(first):
        first += 1
    if (first, last) == (mark.first, mark.last):
        return mark
    return Mark(first, last, mark.label, mark.score) if first <= last else None


def _best(table: Floats, outside: int) -> NDArray[np.int64]:
    only = table.copy()
    only[:, outside] = -1.0
    best: NDArray[np.int64] = only.argmax(axis=1)
    return best


def _bridge(
    strong: list[bool], score: list[float], best: list[int], words: Sequence[str], before: Sequence[int]
) -> None:
    """Close small gaps between strong tokens of one label: a joining sign, a likely token, `aan den` in a place."""
    for i in range(1, len(words) - 1):
        if strong[i] or not strong[i - 1]:
            continue
        end = i + 1
        if words[i] in _PREFIXES:
            while end < min(i + 3, len(words) - 1) and not strong[end] and words[end] in _PREFIXES:
                end += 1
        if not strong[end] or best[end] != best[i - 1]:
            continue
        sign = words[i] in _JOINS and before[i] == 0
        small = all(words[k] in _PREFIXES and score[k] >= 0.02 for k in range(i, end))
        likely = score[i] >= 0.2 and not (words[i].islower() and len(words[i]) > 1)
        if sign or small or likely:
            for k in range(i, end):
                strong[k], best[k], score[k] = True, best[i - 1], max(score[k], CORE_AT)


def _runs(
    chosen: Sequence[int], score: Sequence[float], best: Sequence[int], labels: Sequence[str], words: Sequence[str]
) -> list[Mark]:
    """Return the runs of neighbouring tokens of one label among the chosen ones, in order."""
    marks: list[Mark] = []
    k = 0
    while k < len(chosen):
        first = last = chosen[k]
        k += 1
        while k < len(chosen) and chosen[k] == last + 1 and best[chosen[k]] == best[first]:
            last = chosen[k]
            k += 1
        if any(word[0].isalnum() for word in words[first : last + 1]):
            mean = sum(score[first : last + 1]) / (last + 1 - first)
            marks.append(Mark(first, last, labels[best[first]], mean))
    return marks


def _cut(doc: Doc) -> tuple[list[str], list[bool]]:
    """Return the words of a document and whether a space follows each."""
    if CUT in doc.user_data:
        words, spaces = doc.user_data.pop(CUT)
        return words, spaces
    return [token.text for token in doc], [bool(token.whitespace_) for token in doc]


def _edges(words: Sequence[str], spaces: Sequence[bool], index: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return where each token of the view starts and ends, in code points of the text."""
    ends = list(accumulate(map(len, words)))
    gaps = [0, *accumulate(spaces)]
    stops = [ends[k] + gaps[k] for k in index]
    return [stop - len(words[k]) for stop, k in zip(stops, index, strict=True)], stops


@Language.factory(FACTORY, default_config={})
def make_tagger(nlp: Language, name: str) -> Tagger:
    """Return an untrained tagger; spaCy calls this when it loads the pipeline."""
    return Tagger(nlp, name)


class Tagger:
    """Marks what may identify a person. Scores are in `doc.spans["pii"].attrs["scores"]`, in the order of the spans."""

    def __init__(self, nlp: Language, name: str = FACTORY) -> None:
        self.vocab = nlp.vocab
        self.name = name
        self.judge: dict[str, float] = {}
        """Weights of the judge that was fitted together with this field; empty when there is none."""
        self._field: Field | None = None

    @property
    def field(self) -> Field:
        """The trained field.

        Raises:
            ModelUnavailable: the component was made and never trained or loaded.
        """
        if self._field is None:
            raise ModelUnavailable("the tagger has no weights; train the model or load a trained pipeline")
        return self._field

    def use(self, field: Field, judge: dict[str, float]) -> None:
        """Take a trained field and the weights of its judge."""
        self._field = field
        self.judge = judge

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["pii"]`; the text is not changed."""
        words, spaces = _cut(doc)
        marks, index, evidence = self._tell(words, spaces)
        spans = [Span(doc, index[m.first], index[m.last] + 1, label=m.label) for m in marks]
        doc.spans[GROUP] = SpanGroup(doc, name=GROUP, attrs={"scores": [round(m.score, 4) for m in marks]}, spans=spans)
        doc.user_data[EVIDENCE] = evidence
        return doc

    def reads_alone(self, nlp: Language) -> bool:
        """Is this all that the pipeline does? Then `read` gives the same without a document of spaCy's."""
        return nlp.pipe_names == [self.name] and isinstance(nlp.tokenizer, Tokens)

    def read(self, text: str) -> tuple[list[tuple[int, int, str, float]], Evidence]:
        """Return what a document of the text would hold: each mark's place, label and score, and the evidence."""
        marks, _, evidence = self._tell(*split(text))
        starts, ends = evidence.starts, evidence.ends
        return [(starts[m.first], ends[m.last], m.label, round(m.score, 4)) for m in marks], evidence

    def _tell(self, words: list[str], spaces: list[bool]) -> tuple[list[Mark], list[int], Evidence]:
        """Return the marks in a text, for each token of its view its index among all, and what each token says."""
        seen, index = view(words, spaces)
        field = self.field
        table = field.probabilities(seen)
        outside = field.labels.index(OUTSIDE)
        inside: list[float] = (1.0 - table[:, outside]).tolist()
        best: list[int] = _best(table, outside).tolist()
        leaning = [field.labels[k] for k in best]
        evidence = Evidence(*_edges(words, spaces, index), inside, leaning)
        return _decoded(table, inside.copy(), best, field.labels, seen), index, evidence

    def to_disk(self, path: str | Path, **_kwargs: Any) -> None:
        """Write weights, word lists and the judge below `path`."""
        folder = Path(path)
        self.field.weights.write(folder / "weights")
        self.field.lexicon.write(folder / "lexicon")
        text = json.dumps(self.judge, indent=0, sort_keys=True, ensure_ascii=False)
        (folder / "judge.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))

    def from_disk(self, path: str | Path, **_kwargs: Any) -> Tagger:
        """Read what `to_disk` wrote.

        Raises:
            ModelUnavailable: the folder does not hold a trained tagger.
        """
        folder = Path(path)
        try:
            judge = json.loads(gzip.decompress((folder / "judge.json.gz").read_bytes()))
            field = Field(Weights.read(folder / "weights"), Lexicon.read(folder / "lexicon"))
            field.warm()
            self.use(field, judge)
        except (OSError, KeyError, ValueError) as error:
            raise ModelUnavailable("the folder holds no trained tagger; run the training command") from error
        return self
