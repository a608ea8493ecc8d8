"""The second stage: judges each candidate with the whole document before it, and says how likely it is an identifier.

Rules and the learned model propose; neither knows what the other found, nor how the same word stands elsewhere in the
document. The judge does. Its score is a probability, fitted on texts that the model had not seen.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Final

from anonymisation.document import Span
from anonymisation.plausible import is_known_lookalike, plausible
from anonymisation.recognisers.rule import CERTAIN, CHECKED, Hit

if TYPE_CHECKING:
    from anonymisation.model.lexicon import Lexicon

LEARNED: Final = "LearnedRecogniser"
"""Source of the candidates that the model proposes; every other source is a rule."""
EXEMPT: Final = frozenset({"KnownRecogniser"})
"""Sources that are not judged: what the submitter told is a guarantee, not a guess."""

_SURE: Final = 0.5
_MESSAGE: Final = 80
"""Tokens; a shorter text is one message."""
_ORGANISATIONS: Final = frozenset({"ORGANIZATION", "CARE_ORGANIZATION"})
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_MOST: Final = 5
"""Log-odds are told in whole steps up to this far from even, then in steps of two."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the model thinks of every token of a text: its place, how likely it is inside, and which label it leans to.

    Four lists of one length, in the order of the text; offsets are code points, end exclusive.
    """

    starts: list[int]
    ends: list[int]
    inside: list[float]
    leaning: list[str]

    @classmethod
    def joined(cls, parts: Sequence[Evidence]) -> Evidence:
        """Return the evidence of consecutive pieces of one text as one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            [place for one in parts for place in one.starts],
            [place for one in parts for place in one.ends],
            [share for one in parts for share in one.inside],
            [label for one in parts for label in one.leaning],
        )

    def shifted(self, by: int) -> Evidence:
        """Return the evidence with every place moved by `by`."""
        if not by:
            return self
        return Evidence([n + by for n in self.starts], [n + by for n in self.ends], self.inside, self.leaning)

    def tokens(self, span: Span) -> tuple[int, int]:
        """Return the first token that a span touches and the first one behind it."""
        return bisect_right(self.ends, span.start), bisect_left(self.starts, span.end)


class Judge:
    """Turns candidates into scored spans; made once per pipeline, holds no text between calls."""

    def __init__(self, weights: Mapping[str, float], lexicon: Lexicon) -> None:
        self._weights = weights
        self._lexicon = lexicon
        self._known = lru_cache(maxsize=20_000)(self._class_and_flags)

    def scores(self, open_: Sequence[Span], document: Document) -> list[float]:
        """Return the probability per open candidate that most of it lies in an identifier, in the light of all."""
        get = self._weights.get
        bias = get("", 0.0)
        # Rule and model often propose the very same span: it gets one judgement.
        alike: dict[tuple[int, int, str], float] = {}
        found: list[float] = []
        for one in open_:
            key = (one.start, one.end, one.label)
            score = alike.get(key)
            if score is None:
                odds = bias + sum(map(get, self.told(one, document), repeat(0.0)))
                score = alike[key] = 1 / (1 + math.exp(-min(max(odds, -30.0), 30.0)))
            found.append(score)
        return found

    def _class_and_flags(self, low: str) -> tuple[str, str]:
        flags = self._lexicon.flags(low)
        return self._lexicon.word_class(low), "" if flags == "-" else "".join(sorted(set(flags)))

    def told(self, one: Span, document: Document) -> list[str]:
        """Return what speaks for and against a candidate, as short strings that training has weights for."""
        words = _LETTERS.findall(document.text, one.start, one.end)
        case = _case(words)
        lows = [word[:24].lower() for word in words]
        return [*self._look(one, document.text, lows, case), *document.look(one, lows, case)]

    def _look(self, span: Span, text: str, lows: Sequence[str], case: str) -> list[str]:
        """Return what the candidate looks like by itself and at its edges."""
        label = span.label.value
        found = text[span.start : span.end]
        if len(lows) == 1:
            rarest, flags = self._known(lows[0])
            short = len(lows[0])
        else:
            known = [self._known(low) for low in lows]
            classes = [of_word for of_word, _ in known]
            rarest = next((one for one in "ncsw" if one in classes), "-")
            flags = "".join(sorted(set("".join([of_word for _, of_word in known]))))
            short = min(map(len, lows), default=0)
        look = f"{case}|{rarest}|{min(len(lows), 4)}"
        kind = plausible(Hit(span.start, span.end, span.label, span.score), text)
        digits = not found.isalpha() and any(map(str.isdigit, found))
        form = "x" if kind is None else "=" if (kind.start, kind.end) == (span.start, span.end) else "<"
        return [
            f"L={label}",
            f"l={label}|{look}",
            f"f={label}|{flags}|{rarest}",
            f"s={label}|{min(short, 4)}|{case}",
            f"k={label}|{form}",
            f"d={label}|{digits}|{min(len(found), 12)}",
            f"n={label}|{is_known_lookalike(lows)}|{case}",
            f"b={label}|{_before(text, span.start)}",
            f"a={label}|{_after(text, span.end)}",
        ]


class Document:
    """What the document says of a candidate: the model's odds inside and beside it, the rules, its other mentions."""

    def __init__(self, candidates: Sequence[Span], text: str, evidence: Evidence) -> None:
        self.text = text
        self._evidence = evidence
        self._rules: list[Span] = []
        self._rule_starts: list[int] = []
        self._rule_names: list[str] = []
        self._longest = 0
        self.add(candidates)
        self._mentions: dict[str, tuple[int, float, float]] = {}
        """How often each word stands in the text, and its highest and second highest probability to be inside."""
        self._lower: set[str] = set()
        for start, end, inside in zip(evidence.starts, evidence.ends, evidence.inside, strict=True):
            if end - start > 2 and text[start].isalpha():
                low = text[start : min(end, start + 24)].lower()
                count, top, second = self._mentions.get(low, (0, 0.0, 0.0))
                top, second = (inside, top) if inside > top else (top, max(second, inside))
                self._mentions[low] = (count + 1, top, second)
                if text[start].islower():
                    self._lower.add(low)
        # One message tells less of a word than a whole note does.
        self._size = "m" if len(evidence.starts) < _MESSAGE else "n"
        letters = list(filter(str.isalpha, text[:2000]))
        capital = sum(map(str.isupper, letters)) / max(len(letters), 1)
        self._style = "l" if capital < 0.005 else "u" if capital > 0.6 else "n"

    def add(self, candidates: Sequence[Span]) -> None:
        """Let the document know of more candidates; those of rules support others."""
        rules = [*self._rules, *(one for one in candidates if one.source != LEARNED)]
        self._rules = sorted(rules, key=lambda one: (one.start, one.end))
        self._rule_starts = [one.start for one in self._rules]
        self._rule_names = [one.source.removesuffix("Recogniser") + _sureness(one.score) for one in self._rules]
        self._longest = max((one.end - one.start for one in self._rules), default=0)

    def look(self, span: Span, lows: Sequence[str], case: str) -> list[str]:
        """Return what the document says of one candidate."""
        label = span.label.value
        evidence = self._evidence
        first, last = evidence.tokens(span)
        inside = evidence.inside[first:last]
        if len(inside) > 1:
            mean, low, high = _step(sum(inside) / len(inside)), _step(min(inside)), _step(max(inside))
        else:
            mean = low = high = _step(inside[0]) if inside else "none"
        leaning = _most(evidence.leaning[first:last])
        agree = "=" if leaning == label else "~" if _alike(leaning, label) else "!"
        rules = self._support(span)
        before = evidence.inside[first - 1] if first else 0.0
        behind = evidence.inside[last] if last < len(evidence.inside) else 0.0
        return [
            f"m={mean}",
            f"M={label}|{mean}",
            f"Ml={low}|{high}",
            f"A={label}|{agree}|{mean}",
            f"r={label}|{rules}",
            f"R={rules}|{mean}",
            f"B={_step(max(before, behind))}|{mean}",
            f"t={self._style}|{case}|{mean}",
            f"z={self._size}|{label}|{mean}",
            f"Z={self._size}|{case}|{rules}",
            *self._elsewhere(span, lows, max(inside, default=0.0), mean),
        ]

    def _support(self, span: Span) -> str:
        """Return which rules cover the candidate, by name and score, and whether they say the same of it."""
        start, end, label = span.start, span.end, span.label
        told: set[str] = set()
        for place in range(bisect_left(self._rule_starts, start - self._longest), bisect_left(self._rule_starts, end)):
            rule = self._rules[place]
            shared = min(rule.end, end) - max(rule.start, start)
            if shared <= 0:
                continue
            whole = "=" if shared == end - start else "<" if 2 * shared >= end - start else "."
            same = "s" if rule.label is label else "a" if _alike(rule.label, label) else "o"
            told.add(f"{self._rule_names[place]}{same}{whole}")
        return "+".join(sorted(told)[:3]) or "-"

    def _elsewhere(self, span: Span, lows: Sequence[str], here: float, mean: str) -> list[str]:
        """Return how the words of the candidate are read where else they stand."""
        best, rest, lower = 0.0, 0, False
        for low in lows:
            mentions, top, second = self._mentions.get(low, (0, 0.0, 0.0))
            if mentions > 1:
                rest = max(rest, mentions - 1)
                best = max(best, top if top > here else second)
            lower = lower or (low in self._lower and self.text[span.start].isupper())
        count = min(rest, 3)
        told = _step(best) if rest else "-"
        return [f"o={count}|{told}|{mean}", f"w={lower}|{mean}", f"O={span.label.value}|{count}"]


def within_the_name(span: Span, evidence: Evidence, text: str) -> Span:
    """Return a rule's name without the organisation at its end, which a rule cannot see: `Jan Bos van Zorg Aan Zet`."""
    first, last = evidence.tokens(span)
    for k in range(first + 1, last):
        if evidence.inside[k] >= _SURE and evidence.leaning[k] in _ORGANISATIONS and text[evidence.starts[k]].isupper():
            words = text[span.start : evidence.starts[k]].rstrip().split(" ")
            while len(words) > 1 and (words[-1].islower() or not words[-1]):
                words.pop()
            return replace(span, end=span.start + len(" ".join(words))) if words[0] else span
    return span


def _sureness(score: float) -> str:
    """Return how sure a rule is, in five grades."""
    for grade, least in (("1", CHECKED), ("c", CERTAIN), ("h", 0.8), ("m", 0.5)):
        if score >= least:
            return grade
    return "l"


def _step_of(p: float) -> str:
    """Return a probability as a step of its log-odds; in the middle probabilities are told apart in quarter per mil."""
    p = round(p * 4000) / 4000 if 0.01 < p < 0.99 else p
    odds = math.log(max(p, 1e-5) / max(1 - p, 1e-5))
    size = abs(odds)
    step = round(size) if size <= _MOST else _MOST + 2 * math.ceil((min(size, 11.0) - _MOST) / 2)
    return f"{'-' if odds < 0 else ''}{step}"


def _steps(low: float, high: float) -> Iterator[tuple[float, str]]:
    """Yield in order the probabilities above `low`, up to `high`, from which on another step is told, with that step.

    A step never falls while the probability grows: where both ends tell the same, so does all between.
    """
    if _step_of(low) == _step_of(high):
        return
    middle = (low + high) / 2
    if middle in {low, high}:
        yield high, _step_of(high)
        return
    yield from _steps(low, middle)
    yield from _steps(middle, high)


_CHANGES: Final = tuple(_steps(0.0, 1.0))
_EDGES: Final = [edge for edge, _ in _CHANGES]
_TOLD: Final = [_step_of(0.0), *(told for _, told in _CHANGES)]


def _step(p: float) -> str:
    """Return what `_step_of` does, without its logarithm."""
    return _TOLD[bisect_right(_EDGES, p)]


def _most(labels: Sequence[str]) -> str:
    different = set(labels)
    if len(different) <= 1:
        return labels[0] if labels else "-"
    return max(sorted(different), key=labels.count)


_NAMES: Final = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "CARE_ORGANIZATION", "STREET_ADDRESS"})
_NUMBERS: Final = frozenset({"ID", "NL_BSN", "PHONE_NUMBER", "IBAN_CODE", "DATE_TIME", "AGE", "NL_LICENSE_PLATE"})


def _alike(one: str, other: str) -> bool:
    return (one in _NAMES and other in _NAMES) or (one in _NUMBERS and other in _NUMBERS)


def _case(words: Sequence[str]) -> str:
    """Return how the words are written: all lower, all capitals, capital first, the first alone, none."""
    if not words:
        return "-"
    first = words[0]
    if len(words) == 1:
        return (
            "x"
            if first.islower()
            else "XX"
            if first.isupper() and len(first) > 1
            else "X"
            if first[0].isupper()
            else "m"
        )
    if all(map(str.islower, words)):
        return "x"
    if all(map(str.isupper, words)) and min(map(len, words)) > 1:
        return "XX"
    if all(word[0].isupper() for word in words):
        return "X"
    return "Xm" if first[0].isupper() else "m"


def _before(text: str, start: int) -> str:
    """Return what stands before a candidate: the start of a line or sentence, a sign, or the kind of word."""
    k = start - 1
    while k >= 0 and text[k] in " \t\u00a0":
        k -= 1
    if k < 0 or text[k] in "\r\n":
        return "L"
    sign = text[k]
    if sign.isdigit():
        return "9"
    if not sign.isalpha():
        return sign + ("_" if k < start - 1 else "")
    return "a" if k < start - 1 else "j"


def _after(text: str, end: int) -> str:
    if end >= len(text):
        return "L"
    sign = text[end]
    if sign in "\r\n":
        return "L"
    if sign in " \t\u00a0":
        following = text[end + 1 : end + 2]
        kind = "9" if following.isdigit() else "X" if following.isupper() else "a" if following.isalpha() else following
        return f"_{kind}"
    return "9" if sign.isdigit() else "j" if sign.isalpha() else sign


def settled(candidates: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """Return the candidates that stand as they are (checked numbers, known identifiers) and those to be judged."""
    stand: list[Span] = []
    open_: list[Span] = []
    for one in candidates:
        settled = one.source in EXEMPT or (one.score >= CHECKED and one.source != LEARNED)
        (stand if settled else open_).append(one)
    return stand, open_
