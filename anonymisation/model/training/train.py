"""Trains the pipeline from the repository alone: `python -m anonymisation.model.training.train --out FOLDER`.

Templates are filled; a linear-chain field is trained without each of three parts in turn, and the judge is fitted on
what the fields find in the texts that they have not seen. Then the field that ships is trained on all templates.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import spacy
from spacy.language import Language

from anonymisation.analyser import Analyser
from anonymisation.document import INDIRECT, EntityType
from anonymisation.judge import Judge
from anonymisation.model.crf import Field, Weights
from anonymisation.model.features import View, view
from anonymisation.model.lexicon import LOOKALIKES, Lexicon, read_words
from anonymisation.model.tagger import FACTORY, OUTSIDE, Tagger
from anonymisation.model.tokens import NAME, split
from anonymisation.model.training import examples, optimise
from anonymisation.model.training.fill import Filled
from anonymisation.model.training.judging import Observed, fit_judge, inside, observe
from anonymisation.model.training.names import LISTS, Lists, load_lists, read_list
from anonymisation.model.training.templates import Template

HIDDEN = 96
"""Of 256 names, how many the lists do not know during training and measuring, as it will be with real names."""
FOLDS = 3
"""In how many parts the templates are divided: the judge sees finds in texts that the field was not trained on."""
COMMON = 10_000
"""How many of the most frequent words the pipeline learns when it is loaded."""
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
        lookalike=lookalikes(ordinary),
    )


def lookalikes(ordinary: frozenset[str]) -> dict[str, str]:
    """Return the words of medicines, tests, diseases and the like with the letters of their kinds."""
    found: dict[str, set[str]] = {}
    for kind, values in read_list("lookalikes.txt").items():
        for value in values:
            parts = [part.lower() for part in split(value)[0] if part[0].isalpha()]
            # Of several words only those that are no ordinary Dutch say anything about one alone.
            for part in parts if len(parts) == 1 else (one for one in parts if len(one) > 2 and one not in ordinary):
                found.setdefault(part, set()).add(LOOKALIKES[kind])
    return {word: "".join(sorted(letters)) for word, letters in found.items()}


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


def train_field(
    filled: Iterable[Filled], lexicon: Lexicon, options: argparse.Namespace
) -> tuple[Weights, tuple[str, ...]]:
    """Return the weights for the filled documents, and their most frequent words."""
    labels = (OUTSIDE, *(str(one) for one in EntityType))
    documents = ((seen, marked) for seen, _, marked in map(token_labels, filled))
    settings = optimise.Options(
        seed=options.seed + 1,
        passes=options.passes,
        rate=options.rate,
        l1=options.c1,
        l2=options.c2,
        forget=options.forget,
    )
    corpus = optimise.corpus_of(documents, lexicon.hiding(HIDDEN), labels, settings.least)
    print(f"training on {corpus.tokens} tokens", flush=True)
    return optimise.train(corpus, settings), tuple(corpus.words[:COMMON])


def pipeline(field: Field, judge: dict[str, float]) -> Language:
    """Return the spaCy pipeline of a field and its judge."""
    nlp = spacy.blank("nl", config={"nlp": {"tokenizer": {"@tokenizers": NAME}}})
    tagger = nlp.add_pipe(FACTORY)
    assert isinstance(tagger, Tagger)  # noqa: S101 - the factory of that name makes nothing else
    tagger.use(field, judge)
    nlp.meta.update({"name": "casuskring", "version": "0.2.0", "license": "EUPL-1.2", "author": "Casuskring"})
    return nlp


def report(analyser: Analyser, filled: Sequence[Filled]) -> None:
    """Print recall of direct identifiers and character precision of certain marks, and of certain and doubtful ones."""
    found = [analyser.find(one.text) for one in filled]
    for name, only in (("certain", True), ("all", False)):
        hit = gold = right = marked = clean = 0
        for one, spans in zip(filled, found, strict=True):
            covered, truth = bytearray(len(one.text)), inside(one)
            for span in spans:
                if span.certain or not only:
                    covered[span.start : span.end] = b"\x01" * (span.end - span.start)
            missed = 0
            for start, end, label in one.spans:
                if label not in INDIRECT:
                    gold += 1
                    missed += 0 in covered[start:end]
            hit -= missed
            clean += not missed
            marked += sum(covered)
            right += sum(c & g for c, g in zip(covered, truth, strict=True))
        print(
            f"dev {name:8}: recall {(gold + hit) / max(gold, 1):6.1%}  precision {right / max(marked, 1):6.1%}"
            f"  clean documents {clean / max(len(filled), 1):6.1%}  ({gold} identifiers, {len(filled)} documents)"
        )


def arguments() -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(prog="python -m anonymisation.model.training.train", description=__doc__)
    parser.add_argument("--out", type=Path, help="folder of the pipeline; without it nothing is kept")
    parser.add_argument("--seed", type=int, default=20251122)
    parser.add_argument("--copies", type=int, default=1, help="fillings per sentence")
    parser.add_argument("--note-copies", type=int, default=2, help="fillings per note")
    parser.add_argument("--share", type=float, default=1.0, help="share of the templates, for a learning curve")
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--rate", type=float, default=0.25)
    parser.add_argument("--c1", type=float, default=0.05, help="L1 regularisation")
    parser.add_argument("--c2", type=float, default=1.0, help="L2 regularisation")
    parser.add_argument("--judge-l2", type=float, default=2.0, help="L2 regularisation of the judge")
    parser.add_argument("--forget", type=float, default=FORGET, help="share of strange words that lose their identity")
    parser.add_argument("--measure-only", action="store_true", help="do not train on all templates")
    return parser.parse_args()


def main() -> None:
    """Train, print the scores, save."""
    options = arguments()
    began = time.monotonic()
    lists, lexicon = load_lists(), build_lexicon()
    templates = examples.share_of(examples.corpus(), options.share, options.seed)
    print(f"{len(templates)} templates, {sum(one.note for one in templates)} of them notes")
    weights, common, judge = cross_fitted(templates, lists, lexicon, options)
    if not options.measure_only:
        weights, common = train_field(_filled(templates, lists, options), lexicon, options)
    if options.out:
        pipeline(Field(weights, replace(lexicon, common=common)), judge).to_disk(options.out)
    print(f"done in {time.monotonic() - began:.0f} s")


def _filled(
    templates: Sequence[Template], lists: Lists, options: argparse.Namespace, *, once: bool = False
) -> Iterable[Filled]:
    note_copies = 1 if once else options.note_copies
    return examples.documents(
        templates, lists, seed=options.seed, dev=False, copies=options.copies, note_copies=note_copies
    )


def cross_fitted(
    templates: Sequence[Template], lists: Lists, lexicon: Lexicon, options: argparse.Namespace
) -> tuple[Weights, tuple[str, ...], dict[str, float]]:
    """Train a field without each part of the templates in turn, and fit the judge on its finds in that part.

    The report is of the first part: a field and a judge that have seen nothing of it.
    """
    hiding = lexicon.hiding(HIDDEN)
    parts = range(FOLDS)
    observed: list[Observed] = []
    first: tuple[Weights, tuple[str, ...]] | None = None
    for part in parts:
        rest = [one for one in templates if examples.part_of(one, FOLDS) != part]
        weights, common = train_field(_filled(rest, lists, options, once=True), lexicon, options)
        first = first or (weights, common)
        proposing = Analyser(pipeline(Field(weights, hiding), {}), Judge({}, hiding))
        observed.append(observe(proposing, hiding, _unseen(templates, part, lists, options)))
    if first is None:
        raise ValueError("there are no parts")
    judge = fit_judge(observed[1:], l2=options.judge_l2)
    report(
        Analyser(pipeline(Field(first[0], hiding), judge), Judge(judge, hiding)), _unseen(templates, 0, lists, options)
    )
    return *first, judge if options.measure_only else fit_judge(observed, l2=options.judge_l2)


def _unseen(templates: Sequence[Template], part: int, lists: Lists, options: argparse.Namespace) -> list[Filled]:
    """Return the documents of one part, filled with names that no field was trained on."""
    mine = [one for one in templates if examples.part_of(one, FOLDS) == part]
    return list(examples.documents(mine, lists, seed=options.seed + 2 + part, dev=True, copies=1, note_copies=2))


if __name__ == "__main__":
    main()
