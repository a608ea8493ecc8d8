"""What one word can be to a known name: an ordinary word all the same, its diminutive, a misspelling of it.

What all that is known has in common stands here too: how a find is written down, and where a word begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from anonymisation.document import EntityType
from anonymisation.folding import fold
from anonymisation.lists import entries
from anonymisation.recognisers.letters import PREFIXES
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL

Find = tuple[int, int, EntityType, float]
"""A find in the folded text: start, end, label, score."""

START: Final = r"(?<![^\W_])"
"""A pattern for a place with no letter and no digit before it."""
LETTERS: Final = re.compile(r"[^\W\d_]+")
"""A run of letters."""

_ORDINARY = frozenset(entries("ordinary_words")) | frozenset(entries("not_names_without_title"))
PREFIX_WORDS: Final = frozenset(PREFIXES)
"""Words that stand between a first name and a surname, for looking up."""
WORDS: Final = _ORDINARY | PREFIX_WORDS | frozenset(entries("not_names"))
"""Words that are more often a word than a name, whatever the submitter knows."""

_LIKELY_TYPO = 0.6
_FORGIVEN_FROM = 5
_LONGEST_WORD = 40
_SENTENCE_START = re.compile(r"(?:\A|[.!?:\n])[\s\"'“”„()\-•*]*\Z")
_AFTER_TITLE = re.compile(r"\b(?:dhr|hr|mw|mevr|mej|fam|dr|drs|ds|ir|ing|mr|prof|zr|br|[a-z])\.\s{0,2}\Z")


class OtherForms:
    """Words that stand for a known one: the diminutives of first names, and every name with one wrong letter."""

    def __init__(self, given: Iterable[str], every: Iterable[str]) -> None:
        self._diminutives: dict[str, str] = {}
        for word in given:
            for form in _diminutives_of(word):
                self._diminutives.setdefault(form, word)
        self._fuzzy = _fuzzy_index(every)

    def origins(self, word: str) -> list[str]:
        """Return the known words that a word, which is none itself, is a diminutive or a misspelling of.

        A diminutive has one origin, the first that was given; misspellings come in the order of the alphabet.
        """
        if len(word) > _LONGEST_WORD or not word.isalpha():
            return []
        whole = self._diminutives.get(word.removesuffix("s"))
        return [whole] if whole else _nearest(word, self._fuzzy)

    def is_diminutive(self, word: str) -> bool:
        """Is this a diminutive of a first name, with or without an s behind it?"""
        return word.removesuffix("s") in self._diminutives


def judged(original: str, folded: str, label: EntityType, score: float) -> float:
    """Return the score of a find; a single ordinary word that the text writes without a capital is doubtful."""
    if label not in {EntityType.PERSON, EntityType.LOCATION, EntityType.STREET_ADDRESS} or original != original.lower():
        return score
    words = LETTERS.findall(folded)
    core = [word for word in words if word not in PREFIX_WORDS] or words
    ordinary = len(core) == 1 and (core[0] in _ORDINARY or core[0] in PREFIX_WORDS or len(core[0]) <= 2)
    return DOUBTFUL if ordinary and not any(char.isdigit() for char in folded) else score


def diminutive_score(name: str, word: str, *, capital: bool) -> float:
    """Return the score of a diminutive; doubtful is one that is as likely a word.

    That is `bootje` of Bo, and in lower case one of an ordinary word.
    """
    if len(name) <= 2 or (not capital and (len(name) <= 3 or name in WORDS or word in WORDS)):
        return DOUBTFUL
    return CERTAIN


def typo_score(name: str, word: str, text: str, start: int) -> float:
    """Return the score of a misspelling at `text[start]`; believed is only one that nothing but a name can be.

    It is long, has the same first letter, and a capital of its own.
    """
    if not (word[0] == name[0] and len(word) >= 6 and text[start].isupper()) or name in WORDS or word in WORDS:
        return DOUBTFUL
    before = fold(text[max(0, start - 40) : start])
    # A capital at the start of a sentence, and one in a word of capitals, says nothing: the word may be ordinary.
    if text[start + 1 : start + 2].isupper() or (_SENTENCE_START.search(before) and not _AFTER_TITLE.search(before)):
        return DOUBTFUL
    return _LIKELY_TYPO


def _diminutives_of(word: str) -> Iterator[str]:
    """Yield Jantje, Pietje, Willempje, Annetje, Brammetje, Ottootje, and what else the ending may be."""
    for ending in ("je", "tje", "pje", "kje", "etje"):
        yield word + ending
    last, before = word[-1], word[-2]
    if last in "aeiouy":
        yield word + last + "tje"
        yield word + "etje"
        # Anna becomes Annetje; a name of three letters, or one on two vowels, would become `beetje`.
        if before not in "aeiouy" and len(word) >= 4:
            for ending in ("je", "tje", "pje", "etje"):
                yield word[:-1] + ending
    else:
        yield word + last + "etje"
        if last == "g":
            yield word[:-1] + "kje"


def _fuzzy_index(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Map each known name that is long enough, and each of its forms without one letter, to the names it came from."""
    index: dict[str, set[str]] = {}
    for word in words:
        if _FORGIVEN_FROM <= len(word) <= _LONGEST_WORD:
            for key in _deletions(word):
                index.setdefault(key, set()).add(word)
    return {key: frozenset(found) for key, found in index.items()}


def _deletions(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _nearest(word: str, index: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the known names within one edit (an exchange of neighbours counts as one)."""
    candidates = {name for key in _deletions(word) for name in index.get(key, ())}
    return sorted(name for name in candidates if _one_edit(word, name))


def _one_edit(one: str, two: str) -> bool:
    """Say whether the words differ by one insertion, deletion, replacement or exchange of neighbours."""
    if abs(len(one) - len(two)) > 1 or one == two:
        return False
    place = next(
        (n for n, pair in enumerate(zip(one, two, strict=False)) if pair[0] != pair[1]), min(len(one), len(two))
    )
    if len(one) == len(two):
        swapped = one[place + 1 : place + 2] + one[place : place + 1]
        return one[place + 1 :] == two[place + 1 :] or swapped + one[place + 2 :] == two[place:]
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return longer[place + 1 :] == shorter[place:]
