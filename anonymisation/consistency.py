"""A name that is certain once in a document is looked for everywhere in that document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from anonymisation.document import EntityType, Span
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.lists import entries
from anonymisation.recognisers.letters import PREFIXES

SHORTEST: Final = 3
"""Letters; shorter words of a name are not looked for."""
SURE: Final = 0.8
"""Least score of a name that is looked for elsewhere: a find that is only just certain is not multiplied."""
MOST_NAMES: Final = 500
"""Words looked for in one document, the longest first; bounds the work on a hostile text."""

TITLED: Final = 0.95
"""Score of a name behind a title: then `Parkinson` is a person, else it may be the disease."""

_ONLY_TITLED = frozenset(entries("not_names_without_title"))
_ORDINARY = frozenset(entries("ordinary_words"))
_NEVER = frozenset(entries("not_names")) | frozenset(PREFIXES)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s{1,3}|\n\s{0,4}|[-•*]\s)$")


def repeated_names(spans: Iterable[Span], text: str) -> list[Span]:
    """Return a span for every mention of the first names and surnames of certain PERSON spans.

    A capitalised mention is certain, unless the name is an ordinary word and stands where a sentence starts. A mention
    in lower case is certain for a name of four or more letters, doubtful for a shorter one, and left when the name is
    an ordinary word.
    """
    taken = [span for span in spans if span.certain and span.label is EntityType.PERSON and span.score >= SURE]
    names = _names(text[span.start : span.end] for span in taken)
    names -= _ONLY_TITLED - _names(text[span.start : span.end] for span in taken if span.score >= TITLED)
    if not names:
        return []
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=lambda one: (-len(one), one))[:MOST_NAMES])
    folded, offsets = fold_with_offsets(text)
    result = []
    for match in re.finditer(rf"(?<!\w)(?:{alternatives})(?=(?:'?s)?(?!\w))", folded):
        start, end = offsets[match.start()], offsets[match.end()]
        score = _score(match.group(), text[start:end], text[max(0, start - 6) : start])
        if start < end and score:
            result.append(Span(start, end, EntityType.PERSON, score, certain=score >= 0.5, source="RepeatedName"))
    return result


def _names(originals: Iterable[str]) -> set[str]:
    """Take the words of names that are long enough and specific enough to look for."""
    names: set[str] = set()
    for original in originals:
        for word in re.findall(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", fold(original)):
            parts = (word, *(part for part in word.split("-") if len(part) > SHORTEST))
            names.update(part for part in parts if len(part) >= SHORTEST and part not in _NEVER)
    return names


def _score(name: str, mention: str, before: str) -> float:
    """Judge one mention by its capital, its length and whether the name is an ordinary word; 0 leaves it."""
    if mention[:1].isupper():
        if mention.isupper() and len(mention) <= SHORTEST:
            return 0.0
        return 0.3 if name in _ORDINARY and _SENTENCE_START.search(before) else 0.8
    if name in _ORDINARY:
        return 0.0
    return 0.6 if len(name) > SHORTEST else 0.3
