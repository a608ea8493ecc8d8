"""Makes documents out of templates: to which part a template belongs, and how often each is filled."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from anonymisation.model.training.fill import Filled, Filler
from anonymisation.model.training.names import Lists
from anonymisation.model.training.templates import Template, read_all

CORPUS = Path(__file__).parent / "corpus"
JOINERS = ("\n", "\n", " ", " ", "\n\n", "\n- ")


def part_of(template: Template, parts: int) -> int:
    """Return the part to which a template belongs; what it says decides, not its place."""
    return hashlib.sha256(template.source.encode("utf-8", "surrogatepass")).digest()[1] % parts


def corpus(folder: Path = CORPUS) -> list[Template]:
    """Return every template of the project.

    Raises:
        TemplateError: a template breaks the format.
    """
    return read_all(folder.glob("*.txt"))


def share_of(templates: Sequence[Template], share: float, seed: int) -> list[Template]:
    """Return a random share of the templates, for a learning curve."""
    if share >= 1:
        return list(templates)
    return random.Random(seed).sample(list(templates), max(1, round(share * len(templates))))


def documents(
    templates: Sequence[Template], lists: Lists, *, seed: int, dev: bool, copies: int, note_copies: int
) -> Iterator[Filled]:
    """Yield filled documents: each note by itself, sentences alone or up to six of one file together.

    The first filling keeps the marked texts as they were written, later ones vary half of the plain ones.
    """
    rng = random.Random(seed)
    filler = Filler(lists, rng, dev=dev)
    notes = [one for one in templates if one.note]
    sentences = [one for one in templates if not one.note]
    for n in range(max(copies, note_copies)):
        vary = 0.0 if n == 0 else 0.5
        if n < note_copies:
            for note in notes:
                yield filler.document([note], joiner="\n", vary=vary)
        if n < copies:
            for group in _groups(sentences, rng):
                yield filler.document(group, joiner=rng.choice(JOINERS), vary=vary)


def _groups(sentences: Sequence[Template], rng: random.Random) -> Iterator[list[Template]]:
    by_file: dict[str, list[Template]] = {}
    for one in sentences:
        by_file.setdefault(one.where.partition(":")[0], []).append(one)
    for name in sorted(by_file):
        rest = list(by_file[name])
        rng.shuffle(rest)
        while rest:
            size = rng.choice((1, 1, 1, 2, 3, 4, 6))
            yield rest[:size]
            del rest[:size]
