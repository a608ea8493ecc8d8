"""Trains the pipeline from the repository alone: `python -m anonymisation.model.training.train --out FOLDER`.

Templates are filled, a linear-chain field is trained on nine in ten of them and measured on the rest, whose names are
others too; the calibration is fitted on that rest; then the shipped field is trained on all templates.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pycrfsuite
import spacy

from anonymisation.model.crf import DISTANCES, Field, Weights, at_distance
from anonymisation.model.features import View, WordType, contexts, view, word_type
from anonymisation.model.lexicon import Lexicon, read_words
from anonymisation.model.tagger import FACTORY, OUTSIDE, Calibration, Tagger, decode
from anonymisation.model.tokens import NAME, split
from anonymisation.model.training import examples
from anonymisation.model.training.calibrate import fit
from anonymisation.model.training.fill import Filled
from anonymisation.model.training.names import LISTS, Lists, load_lists, read_list

HIDDEN = 96
"""Of 256 names, how many the lists do not know during training and measuring, as it will be with real names."""
FORGET = 0.35
"""Share of the words that are no ordinary Dutch whose identity is hidden from the field in one document."""


def build_lexicon() -> Lexicon:
    """Return the lexicon from the lists of the project."""

    def words(values: Iterable[str]) -> frozenset[str]:
        parts = (p for v in values for p in split(v)[0] if p[0].isalpha() and len(p) > 2)
        return frozenset(p.lower() for p in parts if p[0].isupper() or p.lower() not in ordinary)

    ordinary = read_words(LISTS / "ordinary.txt.gz")
    derived, places = read_list("derived.txt"), read_list("places.txt")
    care, other = read_list("care.txt"), read_list("organisations.txt")
    brands = [*care["hospital"], *care["ggz_brand"], *care["care_other"], *care["ggz_own"]]
    brands += [*other["landlord"], *other["company_brand"], *other["school_mbo"], *other["school_college_name"]]
    return Lexicon(
        ordinary=ordinary,
        proper=read_words(LISTS / "proper.txt.gz"),
        first=words(v for values in read_list("first_names.txt").values() for v in values),
        last=words(v for values in [*read_list("surnames.txt").values(), derived["surnames"]] for v in values),
        place=words(v for values in [*places.values(), derived["places"]] for v in values),
        brand=frozenset(word for word in words(brands) if word not in ordinary),
    )


def token_labels(filled: Filled) -> tuple[View, list[int], list[str]]:
    """Return the view of a filled text, the character offset and the label per token."""
    words, spaces = split(filled.text)
    starts, position = [], 0
    for word, space in zip(words, spaces, strict=True):
        starts.append(position)
        position += len(word) + space
    seen, index = view(words, spaces)
    offsets = [starts[i] for i in index]
    labels = [OUTSIDE] * len(index)
    k = 0
    for start, end, label in filled.spans:
        while k < len(index) and offsets[k] < start:
            k += 1
        while k < len(index) and offsets[k] < end:
            labels[k] = str(label)
            k += 1
    return seen, offsets, labels


def begin_inside(labels: Sequence[str]) -> list[str]:
    """Return the labels with `B-` on the first token of a run and `I-` on the others."""
    out: list[str] = []
    for i, label in enumerate(labels):
        inside = i > 0 and labels[i - 1] == label
        out.append(label if label == OUTSIDE else f"{'I' if inside else 'B'}-{label}")
    return out


class Encoder:
    """Writes out all strings of a text for the trainer; in use the field adds up the same strings per word type."""

    def __init__(self, lexicon: Lexicon, rng: random.Random | None = None, forget: float = FORGET) -> None:
        self._forgetting = forget
        self._lexicon = lexicon
        self._rng = rng
        self._known: dict[str, WordType] = {}

    def __call__(self, seen: View) -> list[list[str]]:
        """Return the strings per token; with a random source, some words lose their identity."""
        types = [self._type(word) for word in seen.words]
        place = list(contexts(seen, types))
        forgotten = self._forget(types)
        out: list[list[str]] = []
        for i, kind in enumerate(types):
            strings = list(kind.bare if kind.low in forgotten else kind.own)
            for distance in DISTANCES:
                j = i + distance
                if distance and 0 <= j < len(types) and types[j].low not in forgotten:
                    strings += [f"{distance}{one}" for one in at_distance(types[j], distance)]
            out.append(strings + place[i])
        return out

    def _type(self, word: str) -> WordType:
        if word not in self._known:
            self._known[word] = word_type(word, self._lexicon)
        return self._known[word]

    def _forget(self, types: Sequence[WordType]) -> set[str]:
        if self._rng is None:
            return set()
        strange = sorted({t.low for t in types if t.alpha and t.cls[-1] == "n"})
        return {low for low in strange if self._rng.random() < self._forgetting}


def train_field(filled: Iterable[Filled], lexicon: Lexicon, options: argparse.Namespace) -> Weights:
    """Return the weights that CRFsuite finds for the filled documents."""
    trainer: Any = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": options.c1,
            "c2": options.c2,
            "max_iterations": options.iterations,
            "feature.minfreq": 2,
            "feature.possible_transitions": True,
        }
    )
    encoder = Encoder(lexicon.hiding(HIDDEN), random.Random(options.seed + 1), options.forget)
    tokens = 0
    for one in filled:
        seen, _, labels = token_labels(one)
        trainer.append(encoder(seen), begin_inside(labels) if options.begins else labels)
        tokens += len(labels)
    print(f"training on {tokens} tokens")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "field.crfsuite")
        trainer.train(path)
        tagger: Any = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        labels = sorted(tagger.labels(), key=lambda label: (label != OUTSIDE, label))
        states = {key: weight for key, weight in info.state_features.items() if abs(weight) > options.prune}
        weights = Weights.of(labels, states, info.transitions)
        tagger.close()
    print(f"{len(states)} weights of {len(weights.index)} strings")
    return weights


def observe(field: Field, filled: Iterable[Filled]) -> list[tuple[str, float, bool]]:
    """Return what the calibration is fitted on: per token the likeliest label, its probability, and the truth."""
    outside = field.labels.index(OUTSIDE)
    found: list[tuple[str, float, bool]] = []
    for one in filled:
        seen, _, labels = token_labels(one)
        table = field.probabilities(seen)
        inside = 1 - table[:, outside]
        table[:, outside] = -1
        best = table.argmax(axis=1)
        real = np.array([label != OUTSIDE for label in labels])
        watched = np.flatnonzero((inside > 1e-4) | real)
        found += [(field.labels[best[i]], float(inside[i]), bool(real[i])) for i in watched]
    return found


def predict(field: Field, calibration: Calibration, filled: Filled, at: float) -> list[tuple[int, int, str]]:
    """Return the marks of a text that score at least `at`."""
    seen, offsets, _ = token_labels(filled)
    marks = decode(field.probabilities(seen), field.labels, seen.words, seen.before, calibration)
    return [(offsets[m.first], offsets[m.last] + len(seen.words[m.last]), m.label) for m in marks if m.score >= at]


def report(field: Field, calibration: Calibration, filled: Sequence[Filled]) -> None:
    """Print recall of direct identifiers and character precision at several thresholds."""
    for at in (0.5, 0.3, 0.15, 0.05):
        hit = gold = right = marked = clean = 0
        for one in filled:
            covered, inside = bytearray(len(one.text)), bytearray(len(one.text))
            for start, end, _ in predict(field, calibration, one, at):
                covered[start:end] = b"\x01" * (end - start)
            missed = 0
            for start, end, label in one.spans:
                inside[start:end] = b"\x01" * (end - start)
                if label not in {"AGE", "PROFESSION", "NATIONALITY"}:
                    gold += 1
                    missed += 0 in covered[start:end]
            hit -= missed
            clean += not missed
            marked += sum(covered)
            right += sum(c & g for c, g in zip(covered, inside, strict=True))
        print(
            f"dev at {at:4}: recall {(gold + hit) / max(gold, 1):6.1%}  precision {right / max(marked, 1):6.1%}"
            f"  clean documents {clean / max(len(filled), 1):6.1%}  ({gold} identifiers, {len(filled)} documents)"
        )


def save(field: Field, calibration: Calibration, out: Path) -> None:
    """Write a pipeline that `spacy.load` reads after `import anonymisation.model`."""
    nlp = spacy.blank("nl", config={"nlp": {"tokenizer": {"@tokenizers": NAME}}})
    tagger = nlp.add_pipe(FACTORY)
    assert isinstance(tagger, Tagger)  # noqa: S101 - the factory of that name makes nothing else
    tagger.use(field, calibration)
    nlp.meta.update({"name": "casuskring", "version": "0.1.0", "license": "EUPL-1.2", "author": "Casuskring"})
    nlp.to_disk(out)


def arguments() -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(prog="python -m anonymisation.model.training.train", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder of the pipeline; without it nothing is kept")
    parser.add_argument("--seed", type=int, default=20251122)
    parser.add_argument("--copies", type=int, default=3, help="fillings per sentence")
    parser.add_argument("--note-copies", type=int, default=4, help="fillings per note")
    parser.add_argument("--share", type=float, default=1.0, help="share of the templates, for a learning curve")
    parser.add_argument("--iterations", type=int, default=120)
    parser.add_argument("--c1", type=float, default=0.05, help="L1 regularisation")
    parser.add_argument("--c2", type=float, default=0.5, help="L2 regularisation")
    parser.add_argument("--prune", type=float, default=0.01, help="weights nearer to zero are dropped")
    parser.add_argument("--begins", action="store_true", help="tell the first token of an identifier from the others")
    parser.add_argument("--forget", type=float, default=FORGET, help="share of strange words that lose their identity")
    parser.add_argument("--measure-only", action="store_true", help="do not train again on all templates")
    return parser.parse_args()


def main() -> None:
    """Train, print the scores, save."""
    options = arguments()
    began = time.monotonic()
    lists, lexicon = load_lists(), build_lexicon()
    train, dev = examples.split(examples.corpus())
    train = examples.share_of(train, options.share, options.seed)
    print(f"{len(train)} templates for training, {len(dev)} for development")
    field, calibration = measure(train, dev, lists, lexicon, options)
    if not options.measure_only and options.share >= 1:
        filled = _filled([*train, *dev], lists, options)
        field = Field(train_field(filled, lexicon, options), lexicon)
    if options.out:
        save(Field(field.weights, lexicon), calibration, options.out)
    print(f"done in {time.monotonic() - began:.0f} s")


def _filled(templates: Sequence[Any], lists: Lists, options: argparse.Namespace) -> Iterable[Filled]:
    return examples.documents(
        templates, lists, seed=options.seed, dev=False, copies=options.copies, note_copies=options.note_copies
    )


def measure(
    train: Sequence[Any], dev: Sequence[Any], lists: Lists, lexicon: Lexicon, options: argparse.Namespace
) -> tuple[Field, Calibration]:
    """Train on one part, print the scores on the other, and return the field with its calibration."""
    weights = train_field(_filled(train, lists, options), lexicon, options)
    field = Field(weights, lexicon.hiding(HIDDEN))
    filled = list(examples.documents(dev, lists, seed=options.seed + 2, dev=True, copies=2, note_copies=2))
    calibration = fit(observe(field, filled))
    report(field, calibration, filled)
    return field, calibration


if __name__ == "__main__":
    main()
