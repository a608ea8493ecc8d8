"""A name that is certain once in a document is looked for everywhere in that document."""

from __future__ import annotations

import re
from collections.abc import Iterable

from anonymisation.document import EntityType, Span
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.lists import entries
from anonymisation.recognisers.letters import PREFIXES

_ORDINARY = frozenset(entries("ordinary_words"))
_NEVER = frozenset(entries("not_names"))
_SURE_LENGTH = 4
_MAX_NAMES = 500


def repeated_names(spans: Iterable[Span], text: str) -> list[Span]:
    """Return a span for every further mention of the first names and surnames of certain PERSON spans.

    A capitalised mention is certain. A mention in lower case is certain only when the name is long enough and no
    ordinary word, else doubtful.
    """
    taken = [span for span in spans if span.certain and span.label is EntityType.PERSON]
    names = _names(text[span.start : span.end] for span in taken)
    if not names:
        return []
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=lambda one: (-len(one), one))[:_MAX_NAMES])
    pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?='?s\b|\b)(?!-?\w*\.\w)")
    folded, offsets = fold_with_offsets(text)
    result = []
    for match in pattern.finditer(folded):
        start, end = offsets[match.start()], offsets[match.end()]
        result.append(_mention(start, end, match.group(), text))
    return [span for span in result if span is not None]


def _names(originals: Iterable[str]) -> set[str]:
    """Take the words of names that are long enough and specific enough to look for."""
    names: set[str] = set()
    for original in originals:
        words = re.findall(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", fold(original))
        for word in words:
            if len(word) >= 3 and word not in PREFIXES and word not in _NEVER:
                names.add(word)
                names.update(part for part in word.split("-") if len(part) >= _SURE_LENGTH and part not in _NEVER)
        if len(words) > 1 and all(len(word) < 3 for word in words):
            continue
    return names


def _mention(start: int, end: int, name: str, text: str) -> Span | None:
    """Judge one mention by its capital, its length and whether the name is an ordinary word."""
    if (end < len(text) and text[end] == "s") or start == end:
        pass
    if text[start].isupper():
        upper = text[start:end].isupper() and end - start <= 3
        return None if upper else Span(start, end, EntityType.PERSON, 0.8, certain=True, source="repeated")
    if name in _ORDINARY or len(name) < _SURE_LENGTH:
        if name in _ORDINARY:
            return None
        return Span(start, end, EntityType.PERSON, 0.3, certain=False, source="repeated")
    return Span(start, end, EntityType.PERSON, 0.6, certain=True, source="repeated")
