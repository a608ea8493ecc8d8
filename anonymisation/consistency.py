"""A name that is certain once in a document is looked for everywhere in that document.

Found again are its words with and without a capital, its initials, and a word that differs by one letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from anonymisation.document import EntityType, Span
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.lists import entries
from anonymisation.recognisers.letters import PREFIXES

SHORTEST: Final = 3
"""Letters; shorter words of a name are not looked for."""
FORGIVEN_FROM: Final = 5
"""Letters; from this length on one wrong, missing, extra or exchanged letter is forgiven."""
SURE: Final = 0.8
"""Least score of a name that is looked for elsewhere: a find that is only just certain is not multiplied."""
MOST_NAMES: Final = 500
"""Words looked for in one document, the longest first; bounds the work on a hostile text."""

TITLED: Final = 0.95
"""Score of a name behind a title: then `Parkinson` is a person, else it may be the disease."""

_LONGEST = 40
"""Letters; longer words are compared letter by letter only."""
_ONLY_TITLED = frozenset(entries("not_names_without_title"))
_ORDINARY = frozenset(entries("ordinary_words"))
_NEVER = frozenset(entries("not_names")) | frozenset(PREFIXES)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s{1,3}|\n\s{0,4}|[-•*]\s)$")
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+){0,6}")
_PART = re.compile(r"[^\W\d_]+")
_INITIALS = re.compile(
    r"(?<![\w.])(?:[^\W\d_]\.[ ]?(?=[^\W\d_]\.)){1,6}[^\W\d_]\.|(?<![\w.])(?![a-z])[^\W\d_]{3,6}(?![\w.])"
)


def repeated_names(spans: Iterable[Span], text: str) -> list[Span]:
    """Return a span for every mention of the names of certain PERSON spans.

    A capitalised mention is certain, unless the name is an ordinary word and stands where a sentence starts. A mention
    in lower case is certain for a name of four or more letters, doubtful for a shorter one, and left when the name is
    an ordinary word. Initials with full stops are certain, without them doubtful; so is a word with one wrong letter.
    """
    taken = [span for span in spans if span.certain and span.label is EntityType.PERSON and span.score >= SURE]
    originals = [text[span.start : span.end] for span in taken]
    names = _names(originals)
    names -= _ONLY_TITLED - _names(text[span.start : span.end] for span in taken if span.score >= TITLED)
    if not names:
        return []
    if len(names) > MOST_NAMES:
        names = set(sorted(names, key=lambda one: (-len(one), one))[:MOST_NAMES])
    return [*_mentions(names, text), *_initials(originals, text)]


def _names(originals: Iterable[str]) -> set[str]:
    """Take the words of names that are long enough and specific enough to look for."""
    names: set[str] = set()
    for original in originals:
        for word in _WORD.findall(fold(original)):
            parts = (word, *(part for part in word.split("-") if len(part) > SHORTEST))
            names.update(part for part in parts if len(part) >= SHORTEST and part not in _NEVER)
    return names


def _mentions(names: set[str], text: str) -> Iterator[Span]:
    """Yield the words of a text that are one of the names, or nearly one."""
    folded, offsets = fold_with_offsets(text)
    nearly = _nearly_index(names)
    heads = {(key[:1], len(key)) for key in nearly}
    judged: dict[str, str] = {}
    for match in _WORD.finditer(folded):
        whole = match.group()
        if not (judged.get(whole, whole) or "-" in whole or "'" in whole):
            continue
        for start, word in _parts(match):
            name = judged.get(word)
            if name is None:
                name = judged[word] = _exact(word, names) or _nearest(word, nearly, heads)
            if not name:
                continue
            end = start + (len(name) if word.startswith(name) else len(word))
            first, last = offsets[start], offsets[end]
            score = _score(name, text[first:last], text[max(0, first - 6) : first], exact=word.startswith(name))
            if first < last and score:
                yield Span(first, last, EntityType.PERSON, score, certain=score >= 0.5, source="RepeatedName")


def _parts(match: re.Match[str]) -> Iterator[tuple[int, str]]:
    """Yield a word with its place, and its parts when it has a hyphen or an apostrophe."""
    yield match.start(), match.group()
    if "-" in match.group() or "'" in match.group():
        for part in _PART.finditer(match.group()):
            yield match.start() + part.start(), part.group()


def _exact(word: str, names: set[str]) -> str:
    """Return the name that the word is, with or without a possessive ending; an empty text when it is none."""
    for form in (word, word.removesuffix("s"), word.removesuffix("'s")):
        if form in names:
            return form
    return ""


def _score(name: str, mention: str, before: str, *, exact: bool) -> float:
    """Judge one mention by its capital, its length and whether the name is an ordinary word; 0 leaves it."""
    if not exact:
        return 0.3 if mention[:1].isupper() and fold(mention) not in _NEVER | _ORDINARY else 0.0
    if mention[:1].isupper():
        if mention.isupper() and len(mention) <= SHORTEST:
            return 0.0
        return 0.3 if name in _ORDINARY and _SENTENCE_START.search(before) else 0.8
    if name in _ORDINARY:
        return 0.0
    return 0.6 if len(name) > SHORTEST else 0.3


def _nearly_index(names: set[str]) -> dict[str, str]:
    """Map each name of some length, and each of its forms with one letter left out, to the name."""
    index: dict[str, str] = {}
    for name in sorted(names):
        if FORGIVEN_FROM <= len(name) <= _LONGEST + 1 and name not in _ORDINARY:
            for n in range(len(name)):
                index.setdefault(name[:n] + name[n + 1 :], name)
            index[name] = name
    return index


def _nearest(word: str, index: dict[str, str], heads: set[tuple[str, int]]) -> str:
    """Return the name that differs from the word by one letter, an empty text when there is none.

    `heads` is the first letter and the length of every form in the index: what is left when a letter of the word is
    left out must be like one of them.
    """
    if len(word) < FORGIVEN_FROM or len(word) > _LONGEST or not index:
        return ""
    if word in index:
        return index[word]
    if (word[0], len(word) - 1) not in heads:
        return ""
    for n in range(1, len(word)):
        name = index.get(word[:n] + word[n + 1 :])
        if name is not None and abs(len(name) - len(word)) <= 1:
            return name
    return ""


def _initials(originals: Iterable[str], text: str) -> Iterator[Span]:
    """Yield the initials of full names where else they stand: `S.v.d.H.` with full stops, `AWB` without."""
    wanted: set[str] = set()
    for original in originals:
        words = _PART.findall(fold(original))
        if 2 <= len(words) <= 6 and all(len(word) > 1 for word in (words[0], words[-1])):
            wanted.add("".join(word[0] for word in words))
            wanted.add("".join(word[0] for word in words if word not in _NEVER))
    if not wanted:
        return
    for match in _INITIALS.finditer(text):
        found = match.group()
        dotted = "." in found
        if not found[0].isupper() or not (dotted or found[-1].isupper()):
            continue
        letters = "".join(_PART.findall(fold(found)))
        if letters not in wanted:
            continue
        if dotted or letters not in _NEVER:
            score = 0.8 if dotted else 0.4
            yield Span(match.start(), match.end(), EntityType.PERSON, score, certain=dotted, source="RepeatedName")
