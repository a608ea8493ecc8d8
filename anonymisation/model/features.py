"""Says what a token looks like, alone and among its neighbours, as hashes that the model has weights for.

What depends on the word alone is kept per word type, since a text repeats its words; what depends on the place in the
text is made anew, for all tokens at once. Training and use read the same functions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from anonymisation.model.hashing import Hashes, Pieces, mix, mix_each, mixed, text_hash
from anonymisation.model.lexicon import Lexicon, word_set

LONGEST = 24
"""Letters of a word that are looked at; the rest adds nothing and would cost time on absurd input."""
DISTANCES = (-3, -2, -1, 0, 1, 2, 3)
"""How far from a token a word may stand that says something about it."""
CONTEXTS = 34
"""Features per token that depend on its place."""

_TITLES = word_set(
    """mw mevr mevrouw mej mejuffrouw dhr hr heer heren meneer mijnheer fam familie dr drs mr ds prof ing ir juf
    meester zr zuster pastoor pater dominee imam dokter notaris broeder weduwe wed gezin echtpaar kind"""
)
_ROLES = word_set(
    """moeder vader ma pa mama papa zus zusje broer broertje zoon dochter oma opa tante oom neef nicht partner ex man
    vrouw echtgenoot echtgenote vriend vriendin stiefvader stiefmoeder pleegmoeder pleegvader schoonzus zwager
    schoonmoeder buurvrouw buurman buren wijkagent agent huisarts ha poh spv psychiater psycholoog behandelaar
    begeleider consulent coach mentor bewindvoerder curator advocaat verpleegkundige vpk wijkverpleegkundige tolk
    collega arts casemanager regiehouder cliënt cliënte client patiënt patient pt pte ouders kinderen kleinzoon
    kleindochter naam groet groeten vriendelijke mvg aan van cc betreft"""
)
_END = frozenset(".!?")
_OPENERS = (":", "(", '"', "'", "“", "‘", ",", "/", "-", "–", "<", "[", "@", "#", "*", ">")
_LINE = ("\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c")
_STREETS = (
    *("straat", "str", "laan", "weg", "plein", "dijk", "kade", "hof", "singel", "gracht", "pad", "steeg", "dreef"),
    *("plantsoen", "park", "hoek", "akker", "kamp", "veld", "erf", "burg", "ring", "berg", "baan", "markt", "wal"),
    *("werf", "oord", "horst", "brink", "donk", "meent", "gaarde", "weide", "hoeve", "waard", "sluis", "haven"),
    "boulevard",
)
_NONE = np.uint64(0)
_LONGEST_RUN = 12
"""Tokens; a longer run without spaces is seen as more than one."""
_EDGE_LEFT, _EDGE_RIGHT = np.uint64(1), np.uint64(2)


def shape(word: str) -> str:
    """Return the case and kind of a token: `xx`, `Xx`, `XX`, `X`, `xX`, one `d` per digit up to nine, or the sign."""
    first = word[0]
    if first.isdigit():
        return "d" * min(len(word), 9)
    if not first.isalpha():
        return "_" if first.isspace() else first
    if word.islower():
        return "x" if len(word) == 1 else "xx"
    if len(word) == 1:
        return "X"
    if word.isupper():
        return "XX"
    return "Xx" if first.isupper() and word[1:].islower() else "xX"


def normal(word: str) -> str:
    """Return the word in lower case, capped, with digits by their number alone."""
    if word[0].isdigit():
        return word if len(word) == 1 else "0" * min(len(word), 12)
    # A letter and its accent apart are the letter that the lists hold as one.
    return word[:LONGEST].lower() if word.isascii() else unicodedata.normalize("NFC", word[:LONGEST]).lower()


@lru_cache(maxsize=20_000)
def chunk_shape(chunk: str) -> str:
    """Return a run without spaces as a pattern: digits `d`, letters `x`/`X`, repeated letters once, the signs kept."""
    return _RUNS.sub(r"\1\1", chunk[:28].translate(_CODES))


def _own_chunk(word: str, kind: str) -> str:
    """Return the pattern of a single word, without a search where its shape says it all."""
    if kind == "xx" and word.isalpha():
        return "xx"
    if kind == "Xx" and word.isalpha():
        return "Xx" if len(word) == 2 else "Xxx"
    if kind == "XX" and word.isascii() and word.isalpha():
        return "XX"
    return chunk_shape(word)


class _Codes(dict[int, int]):
    """The code of each code point in a pattern, worked out once."""

    def __missing__(self, point: int) -> int:
        c = chr(point)
        code = "d" if c.isdigit() else ("X" if c.isupper() else "x") if c.isalpha() else c
        self[point] = ord(code)
        return self[point]


_CODES = _Codes()
_RUNS = re.compile(r"(x|X)\1{2,}")


@dataclass(frozen=True, slots=True)
class View:
    """The tokens of a text that are not white space, with what stands between them.

    `before[i]` is 0 when token i touches the one before, 1 after a space, 2 on a new line, 3 after an empty line.
    """

    words: list[str]
    before: list[int]


def view(words: Sequence[str], spaces: Sequence[bool]) -> tuple[View, list[int]]:
    """Return the view of a tokenised text and, per token in it, its index among all tokens."""
    kept: list[str] = []
    before: list[int] = []
    index: list[int] = []
    gap = 3
    for i, word in enumerate(words):
        if word.isspace():
            lines = word.count("\n") or (1 if word[0] in _LINE else 0)
            gap = 3 if lines > 1 or gap == 3 else 2 if lines else max(gap, 1)
            continue
        kept.append(word)
        before.append(gap)
        index.append(i)
        gap = 1 if spaces[i] else 0
    return View(kept, before), index


class Types:
    """Word types: all that is known of a word without its place, in arrays that grow with the words that were seen."""

    COLUMNS = ("low", "cls", "flags", "cue", "shape", "opener", "chunk", "tail3", "tail2", "head3")

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.clear()

    def clear(self) -> None:
        """Forget every word."""
        self.ids: dict[str, int] = {}
        self.words: list[str] = []
        self._hashes = np.zeros((1024, len(self.COLUMNS)), dtype=np.uint64)
        self._facts = np.zeros((1024, 6), dtype=np.int64)
        self._lows: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.words)

    def learn(self, words: Sequence[str]) -> tuple[NDArray[np.int64], int]:
        """Return the number of each word, and from which number on the words are new."""
        ids = self.ids
        first_new = len(self.words)
        out = np.empty(len(words), dtype=np.int64)
        for k, word in enumerate(words):
            key = word[:64]
            number = ids.get(key)
            if number is None:
                number = ids[key] = len(self.words)
                self.words.append(key)
            out[k] = number
        if len(self.words) > first_new:
            self._describe(first_new)
        return out, first_new

    def column(self, name: str, ids: NDArray[np.int64]) -> Hashes:
        """Return one kind of hash per token."""
        found: Hashes = self._hashes[ids, self.COLUMNS.index(name)]
        return found

    def facts(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return per token: is it letters, is it in lower case, does it end a sentence, is it a colon, which word in
        lower case it is (-1: none that counts), is it strange."""
        found: NDArray[np.int64] = self._facts[ids]
        return found

    def _describe(self, first: int) -> None:
        while len(self._hashes) < len(self.words):
            self._hashes = np.concatenate([self._hashes, np.zeros_like(self._hashes)])
            self._facts = np.concatenate([self._facts, np.zeros_like(self._facts)])
        told = [self._told(word) for word in self.words[first:]]
        self._hashes[first : len(self.words)] = [hashes for hashes, _ in told]
        self._facts[first : len(self.words)] = [facts for _, facts in told]

    def _told(self, word: str) -> tuple[list[int], tuple[int, ...]]:
        """Return what is known of one word: its hashes, in the order of the columns, and its facts."""
        low, kind = normal(word), shape(word)
        alpha = word[0].isalpha()
        cls, flags, cue, head, tail3, tail2 = kind, "-", "-", "", "", ""
        place = -1
        if alpha:
            cls = kind + self.lexicon.word_class(low)
            flags = self.lexicon.flags(low)
            cue = "t" if low in _TITLES else "r" if low in _ROLES else "-"
            head, tail3, tail2 = low[:3], low[-3:], low[-2:]
            if len(low) > 2:
                place = self._lows.setdefault(low, len(self._lows))
        opener = word if word in _OPENERS else "-"
        chunk = _own_chunk(word, kind)
        hashes = [text_hash(one) for one in (low, cls, flags, cue, kind, opener, chunk, tail3, tail2, head)]
        return hashes, (alpha, kind[0] == "x", word in _END, word == ":", place, alpha and cls[-1] == "n")

    def own(self, first: int, last: int) -> tuple[Hashes, NDArray[np.int64], NDArray[np.bool_]]:
        """Return the features of the words `first` to `last` at their own place: hashes, whose they are, and which of
        them tell the identity of the word. Sorted by word."""
        words = self.words[first:last]
        lows = [normal(word) for word in words]
        alpha = self._facts[first:last, 0].astype(bool)
        who = np.arange(last - first, dtype=np.int64)
        found: list[Hashes] = []
        whose: list[NDArray[np.int64]] = []
        lexical: list[NDArray[np.bool_]] = []

        def add(hashes: Hashes, owners: NDArray[np.int64], *, identity: bool) -> None:
            found.append(hashes)
            whose.append(owners)
            lexical.append(np.full(len(owners), identity))

        low, cls, flags, shapes = (self._hashes[first:last, k] for k in (0, 1, 2, 4))
        add(mix("w", low), who, identity=True)
        add(mix("s", shapes), who, identity=False)
        add(mix("c", cls), who, identity=False)
        letters = who[alpha]
        add(mix("G", flags[letters]), letters, identity=False)
        add(mix("Gc", flags[letters], cls[letters]), letters, identity=False)
        lengths = np.array([min(len(one), 15) for one in lows], dtype=np.uint64)
        add(mix("l", lengths[letters]), letters, identity=False)
        streets = np.array([n for n in letters.tolist() if lows[n].endswith(_STREETS)], dtype=np.int64)
        add(mix("S", shapes[streets]), streets, identity=False)
        if len(letters):
            pieces, owners, known = _stretches([lows[n] for n in letters.tolist()])
            found.append(pieces)
            whose.append(letters[owners])
            lexical.append(known)
        hashes, owners = np.concatenate(found), np.concatenate(whose)
        order = np.argsort(owners, kind="stable")
        return hashes[order], owners[order], np.concatenate(lexical)[order]

    def around(self, first: int, last: int, distance: int) -> tuple[Hashes, NDArray[np.int64]]:
        """Return what the words `first` to `last` tell about a token `-distance` further on: hashes and owners."""
        features = [one for one in AROUND if one.distance == distance]
        hashes, counts = self.neighbours(first, last, features)
        owners = [np.flatnonzero(one) for one in counts]
        return np.concatenate([h[o] for h, o in zip(hashes, owners, strict=True)]), np.concatenate(owners)

    def neighbours(self, first: int, last: int, features: Sequence[Around]) -> tuple[Hashes, NDArray[np.bool_]]:
        """Return per feature and word from `first` to `last` what it tells of a neighbour, and whether it counts."""
        columns = [self.COLUMNS.index(one.column) for one in features]
        hashes = self._hashes[first:last].T[columns]
        kinds = np.array([text_hash(f"{one.distance}{one.kind}") for one in features], dtype=np.uint64)
        of_letters = np.array([one.of_letters for one in features])
        alpha = self._facts[first:last, 0] == 1
        return mixed(hashes + kinds[:, None]), ~of_letters[:, None] | alpha


@dataclass(frozen=True, slots=True)
class Around:
    """One thing that a word tells of a token at a distance: what of the word, and whether only letters tell it."""

    distance: int
    kind: str
    column: str
    of_letters: bool


def _around(distance: int) -> Iterator[Around]:
    yield Around(distance, "w", "low", of_letters=False)
    yield Around(distance, "c", "cls", of_letters=False)
    if abs(distance) <= 2:
        yield Around(distance, "q", "cue", of_letters=True)
    if abs(distance) == 1:
        yield Around(distance, "G", "flags", of_letters=False)
        yield Around(distance, "f3", "tail3", of_letters=True)
        yield Around(distance, "f2", "tail2", of_letters=True)


AROUND = tuple(one for distance in DISTANCES if distance for one in _around(distance))
"""What a word tells of the tokens around it, by distance."""


def _stretches(lows: list[str]) -> tuple[Hashes, NDArray[np.int64], NDArray[np.bool_]]:
    """Return beginnings, endings and runs of three and four letters of the words: hashes, owners, identity."""
    pieces = Pieces(lows)
    starts, lengths = pieces.starts, pieces.lengths
    sizes = np.repeat(np.arange(1, 6), 2)[:, None]
    # Per size the beginnings and then the endings, as `_ENDS` names them.
    firsts = np.where(np.arange(10)[:, None] % 2, starts + lengths - sizes, starts)
    which, owners = np.nonzero(lengths > sizes)
    found = [pieces(firsts[which, owners], sizes[which, 0]) + _ENDS[which]]
    whose, identity = [owners], [which >= 6]
    edged = Pieces([f"^{low[:14]}$" for low in lows])
    for kind, n in (("g", 3), ("h", 4)):
        counts = np.maximum(edged.lengths - n + 1, 0)
        owners = np.repeat(np.arange(len(lows)), counts)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(counts) - counts, counts)
        found.append(edged(edged.starts[owners] + within, n) + np.uint64(text_hash(kind)))
        whose.append(owners)
        identity.append(np.full(len(owners), n > 3))
    return mixed(np.concatenate(found)), np.concatenate(whose), np.concatenate(identity)


_ENDS = np.array([text_hash(f"{end}{n}") for n in range(1, 6) for end in "pf"], dtype=np.uint64)


def _shift(values: Hashes, by: int, edge: np.uint64) -> Hashes:
    """Return the value `by` tokens further on (negative: back) per token, the edge where there is none."""
    out = np.empty_like(values)
    if by > 0:
        out[:-by], out[-by:] = values[by:], edge
    else:
        out[-by:], out[:-by] = values[:by], edge
    return out


def contexts(seen: View, types: Types, ids: NDArray[np.int64]) -> Hashes:
    """Return per token the `CONTEXTS` features that depend on its place: neighbours, chunk, line and document."""
    before = np.array(seen.before, dtype=np.int64)
    facts = types.facts(ids)
    low, cls, flags, cue = (types.column(name, ids) for name in ("low", "cls", "flags", "cue"))
    w1, w2 = _shift(low, -1, _EDGE_LEFT), _shift(low, -2, _EDGE_LEFT)
    v1, v2 = _shift(low, 1, _EDGE_RIGHT), _shift(low, 2, _EDGE_RIGHT)
    c1, d1 = _shift(cls, -1, _EDGE_LEFT), _shift(cls, 1, _EDGE_RIGHT)
    c2, d2 = _shift(cls, -2, _EDGE_LEFT), _shift(cls, 2, _EDGE_RIGHT)
    g1, h1 = _shift(flags, -1, _NONE), _shift(flags, 1, _NONE)
    left1, left2, right = _words_around(facts[:, 0].astype(bool))
    p1, p2 = _at(low, left1, _EDGE_LEFT), _at(low, left2, _EDGE_LEFT)
    q1, q2 = _at(cue, left1, _NONE), _at(cue, left2, _NONE)
    n1 = _at(low, right, _EDGE_RIGHT)
    chunk, inside, previous = _chunks(seen, types, ids)
    start, key = _lines(before, facts, types.column("opener", ids), low)
    document, speaker = _document(before, facts, cue)
    gap = before.astype(np.uint64)
    gap_after = _shift(gap, 1, np.uint64(3))
    return mix_each(
        (
            ("a", w1, low),
            ("b", low, v1),
            ("e", c1, cls),
            ("i", cls, d1),
            ("t", c1, cls, d1),
            ("u", w1, cls),
            ("v", cls, v1),
            ("x", w2, w1, cls),
            ("y", w1, cls, v1),
            ("z", cls, v1, v2),
            ("P", p1, cls),
            ("Q", q1, cls),
            ("R", p2, p1),
            ("N", n1, cls),
            ("C", chunk),
            ("Ci", chunk, inside),
            ("Cp", previous, chunk),
            ("Cw", chunk, p1),
            ("K", key, cls),
            ("B", start, cls),
            ("n", g1, flags, h1),
            ("m", g1, cls, h1),
            ("D", document, cls),
            ("T", gap),
            ("Tb", gap, gap_after, cls),
            ("t2", c2, c1, cls),
            ("t3", cls, d1, d2),
            ("t5", c2, c1, cls, d1, d2),
            ("Q2", q2, q1, cls),
            ("Rc", p2, p1, cls),
            ("Sp", speaker, cls),
            ("Kc", key, chunk),
            ("Bg", start, flags, d1),
            ("Pn", p1, cls, n1),
        )
    )


def _at(values: Hashes, places: NDArray[np.int64], edge: np.uint64) -> Hashes:
    return np.where(places >= 0, values[places], edge)


def _words_around(alpha: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Per token: the index of the first and second word to its left and the first to its right (-1: none)."""
    n = len(alpha)
    last = np.maximum.accumulate(np.where(alpha, np.arange(n), -1))
    left1 = np.concatenate([[-1], last[:-1]]).astype(np.int64)
    left2 = np.where(left1 >= 0, left1[left1], -1)
    following = np.minimum.accumulate(np.where(alpha, np.arange(n), n)[::-1])[::-1]
    right = np.concatenate([following[1:], [n]]).astype(np.int64)
    return left1, left2, np.where(right == n, -1, right)


def _chunks(seen: View, types: Types, ids: NDArray[np.int64]) -> tuple[Hashes, Hashes, Hashes]:
    """Per token: the pattern of the run of touching tokens that it stands in, its place there, the pattern before."""
    n = len(ids)
    pattern = types.column("chunk", ids)
    places = np.arange(n)
    # A run starts at a gap, and anew after every twelve tokens.
    start = np.array(seen.before) != 0
    start[:1] = True
    within = places - np.maximum.accumulate(np.where(start, places, 0))
    if n and within.max() >= _LONGEST_RUN:
        within %= _LONGEST_RUN
        start = within == 0
    first = np.flatnonzero(start)
    lengths = np.diff(first, append=n)
    words = seen.words
    longer = np.flatnonzero(lengths > 1)
    shapes = [
        text_hash(chunk_shape("".join(words[i : i + length])))
        for i, length in zip(first[longer].tolist(), lengths[longer].tolist(), strict=True)
    ]
    of_run = pattern[first]
    of_run[longer] = np.array(shapes, dtype=np.uint64)
    inside = np.where(np.repeat(lengths > 1, lengths), within, 0).astype(np.uint64)
    before = np.concatenate([np.zeros(1, dtype=np.uint64), of_run[:-1]]) if n else of_run
    return np.repeat(of_run, lengths), inside, np.repeat(before, lengths)


def _lines(before: NDArray[np.int64], facts: NDArray[np.int64], openers: Hashes, low: Hashes) -> tuple[Hashes, Hashes]:
    """Per token: where it stands (line or sentence start, after a sign, inside) and the label `naam:` of its line."""
    n = len(before)
    places = np.arange(n)
    opener = _shift(openers, -1, _NONE)
    ended = np.concatenate([[False], facts[:-1, 2].astype(bool)]) & (before == 1)
    start = np.where(before >= 2, np.uint64(text_hash("L")), np.where(ended, np.uint64(text_hash("S")), opener))
    line = np.maximum.accumulate(np.where(before >= 2, places, 0))
    word = np.maximum.accumulate(np.where(facts[:, 0] == 1, places, -1))
    labelled = (facts[:, 3] == 1) & (word >= line)
    colon = np.maximum.accumulate(np.where(labelled, places, -1))
    near = (colon >= line) & (colon >= 0) & (places - colon < 7)
    return start, np.where(near, low[word[colon]], _NONE)


def _document(before: NDArray[np.int64], facts: NDArray[np.int64], cue: Hashes) -> tuple[Hashes, Hashes]:
    """Per token: how the same word is written and introduced elsewhere in the document, and whether it speaks there."""
    n = len(before)
    alpha, lower, word = facts[:, 0].astype(bool), facts[:, 1].astype(bool), facts[:, 4]
    counted = word >= 0
    _, group = np.unique(np.where(counted, word, -1), return_inverse=True)
    groups = int(group.max()) + 1 if n else 0

    def others(flag: NDArray[np.bool_]) -> NDArray[np.int64]:
        weights = (flag & counted).astype(np.float64)
        total = np.bincount(group, weights=weights, minlength=groups)
        return (total[group] - weights).astype(np.int64)

    is_title = cue == np.uint64(text_hash("t"))
    is_role = cue == np.uint64(text_hash("r"))
    end = facts[:, 2].astype(bool)
    first = np.concatenate([[False], is_title[:-1]]) if n else np.zeros(0, dtype=bool)
    dotted = np.zeros(n, dtype=bool)
    if n > 2:
        dotted[2:] = is_title[:-2] & end[1:-1]
    introduced = first | dotted
    role = np.concatenate([[False], is_role[:-1]]) if n else first
    after_end = np.concatenate([[True], end[:-1]]) if n else first
    within = introduced | ((before < 2) & ~after_end)
    colon_next = np.concatenate([facts[1:, 3] == 1, [False]]) if n else first
    speaks = alpha & colon_next & (before >= 2)
    capital = alpha & ~lower
    state = (
        (others(alpha & lower) > 0) * 1
        + (others(capital & within) > 0) * 2
        + (others(introduced) > 0) * 4
        + (others(role & capital) > 0) * 8
    )
    letters, capitals = int(alpha.sum()), int(capital.sum())
    style = 1 if capitals == 0 else 2 if capitals > 0.8 * letters else 3
    speaker = np.minimum(others(speaks), 2) + 3 * speaks
    state = np.where(counted, state, 31) * 4 + style
    return state.astype(np.uint64), np.where(counted | speaks, speaker, 9).astype(np.uint64)
