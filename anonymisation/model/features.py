"""Says what a token looks like, alone and among its neighbours, as short strings that the model has weights for.

What depends on the word alone is kept per word type, since a text repeats its words; what depends on the place in the
text is made anew. Training and use read the same functions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from anonymisation.model.lexicon import Lexicon, word_set

LONGEST = 24
"""Letters of a word that are looked at; the rest adds nothing and would cost time on absurd input."""
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
_LINE = ("\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c")
_STREET = re.compile(
    r"(?:straat|str|laan|weg|plein|dijk|kade|hof|singel|gracht|pad|steeg|dreef|plantsoen|park|hoek|akker|kamp|veld|erf|"
    r"burg|ring|berg|baan|markt|wal|werf|oord|horst|brink|donk|meent|gaarde|weide|hoeve|waard|sluis|haven|boulevard)$"
)
_DIGIT = re.compile(r"\d")
_LOWER = re.compile(r"[a-zß-ÿœāăąćčďđēęěğīıłńňőřśşšţťūůűźżž]")


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
    return word[:LONGEST].lower()


@dataclass(frozen=True, slots=True)
class WordType:
    """All that is known of a word without its place: its forms, and the strings it gives at distance 0, 1, 2 and 3."""

    low: str
    cls: str
    flags: str
    cue: str
    alpha: bool
    own: tuple[str, ...]
    bare: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    furthest: tuple[str, ...]


def word_type(word: str, lexicon: Lexicon) -> WordType:
    """Return what is known of a word without its place. `bare` is `own` without the identity of the word."""
    low, kind = normal(word), shape(word)
    alpha = word[0].isalpha()
    cls, flags, cue = kind, "-", "-"
    lexical = [f"w={low}"]
    bare = [f"s={kind}"]
    if alpha:
        cls = f"{kind}{lexicon.word_class(low)}"
        flags = lexicon.flags(low)
        cue = "t" if low in _TITLES else "r" if low in _ROLES else "-"
        lexical += [f"p{n}={low[:n]}" for n in (4, 5) if len(low) > n]
        lexical += [f"f{n}={low[-n:]}" for n in (4, 5) if len(low) > n]
        bare += [f"p{n}={low[:n]}" for n in (1, 2, 3) if len(low) > n]
        bare += [f"f{n}={low[-n:]}" for n in (1, 2, 3) if len(low) > n]
        edged = f"^{low[:14]}$"
        bare += [f"g={edged[i : i + 3]}" for i in range(len(edged) - 2)]
        lexical += [f"h={edged[i : i + 4]}" for i in range(len(edged) - 3)]
        bare.append(f"l={min(len(low), 15)}")
        if _STREET.search(low):
            bare.append(f"S={kind}")
        bare += [f"G={flags}", f"Gc={flags}|{cls}"]
    bare.append(f"c={cls}")
    near = [f"w={low}", f"c={cls}", f"G={flags}"]
    if alpha:
        near += [f"f3={low[-3:]}", f"f2={low[-2:]}", f"q={cue}"]
    far = (f"w={low}", f"c={cls}", f"q={cue}")
    return WordType(
        low, cls, flags, cue, alpha, (*lexical, *bare), tuple(bare), tuple(near), far, (f"w={low}", f"c={cls}")
    )


@lru_cache(maxsize=20_000)
def chunk_shape(chunk: str) -> str:
    """Return a run without spaces as a pattern: digits `d`, letters `x`/`X`, repeated letters once, the signs kept."""
    out = ""
    for c in chunk[:28]:
        code = "d" if c.isdigit() else ("X" if c.isupper() else "x") if c.isalpha() else c
        if code in "xX" and out.endswith(code * 2):
            continue
        out += code
    return out


@dataclass(frozen=True, slots=True)
class View:
    """The tokens of a text that are not white space, with what stands between them.

    `before[i]` is 0 when token i touches the one before, 1 after a space, 2 on a new line, 3 after an empty line.
    """

    words: list[str]
    before: list[int]


def view(words: list[str], spaces: list[bool]) -> tuple[View, list[int]]:
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


def contexts(seen: View, types: list[WordType]) -> Iterator[list[str]]:
    """Yield per token the strings that depend on its place: neighbours, chunk, line and document."""
    n = len(types)
    low = ["<s>", "<s>", *(t.low for t in types), "</s>", "</s>"]
    cls = ["<s>", "<s>", *(t.cls for t in types), "</s>", "</s>"]
    flags = ["-", *(t.flags for t in types), "-"]
    chunks = _chunks(seen)
    lines = _lines(seen, types)
    document = _document(seen, types)
    left1, left2, right = _words_around(types)
    for i in range(n):
        w2, w1, w0, v1 = low[i], low[i + 1], low[i + 2], low[i + 3]
        c1, c0, d1 = cls[i + 1], cls[i + 2], cls[i + 3]
        text, place, previous = chunks[i]
        start, key = lines[i]
        p1 = types[left1[i]] if left1[i] >= 0 else None
        cue = p1.cue if p1 else "-"
        pw = p1.low if p1 else "<s>"
        yield [
            f"a={w1}|{w0}",
            f"b={w0}|{v1}",
            f"e={c1}|{c0}",
            f"i={c0}|{d1}",
            f"t={c1}|{c0}|{d1}",
            f"u={w1}|{c0}",
            f"v={c0}|{v1}",
            f"x={w2}|{w1}|{c0}",
            f"y={w1}|{c0}|{v1}",
            f"z={c0}|{v1}|{low[i + 4]}",
            f"P={pw}|{c0}",
            f"Q={cue}|{c0}",
            f"R={types[left2[i]].low if left2[i] >= 0 else '<s>'}|{pw}",
            f"N={types[right[i]].low if right[i] >= 0 else '</s>'}|{c0}",
            f"C={text}",
            f"Ci={text}|{place}",
            f"Cp={previous}|{text}",
            f"Cw={text}|{pw}",
            f"K={key}|{c0}",
            f"B={start}|{c0}",
            f"n={flags[i]}|{flags[i + 1]}|{flags[i + 2]}",
            f"m={flags[i]}|{c0}|{flags[i + 2]}",
            document[i],
            f"T={seen.before[i]}",
        ]


def _chunks(seen: View) -> list[tuple[str, int, str]]:
    """Per token: the pattern of the run of touching tokens that it stands in, its place there, the pattern before."""
    out: list[tuple[str, int, str]] = []
    previous = "<s>"
    i, n = 0, len(seen.words)
    while i < n:
        j = i + 1
        while j < n and seen.before[j] == 0 and j - i < 12:
            j += 1
        text = chunk_shape("".join(seen.words[i:j]))
        out.extend((text, k, previous) for k in range(j - i))
        previous = text
        i = j
    return out


def _lines(seen: View, types: list[WordType]) -> list[tuple[str, str]]:
    """Per token: where it stands (line start, sentence start, in quotes, inside) and the label `naam:` of its line."""
    out: list[tuple[str, str]] = []
    key, last_word, distance = "-", "-", 9
    for i, one in enumerate(types):
        gap = seen.before[i]
        if gap >= 2:
            key, last_word, distance = "-", "-", 9
        before = seen.words[i - 1] if i else ""
        if gap >= 2:
            start = "L"
        elif before in _END and gap == 1:
            start = "S"
        elif before in {":", "(", '"', "'", "“", "‘", ",", "/", "-", "–"}:
            start = before
        else:
            start = "-"
        if seen.words[i] == ":" and last_word != "-":
            key, distance = last_word, 0
        elif one.alpha:
            last_word = one.low
        distance += 1
        out.append((start, key if distance < 8 else "-"))
    return out


def _words_around(types: list[WordType]) -> tuple[list[int], list[int], list[int]]:
    """Per token: the index of the first and second word to its left and the first to its right (-1: none)."""
    left1: list[int] = []
    left2: list[int] = []
    one = two = -1
    for i, kind in enumerate(types):
        left1.append(one)
        left2.append(two)
        if kind.alpha:
            one, two = i, one
    right = [-1] * len(types)
    following = -1
    for i in range(len(types) - 1, -1, -1):
        right[i] = following
        if types[i].alpha:
            following = i
    return left1, left2, right


def _document(seen: View, types: list[WordType]) -> list[str]:
    """Per token: how the same word is written and introduced in the rest of the document."""
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    cued: Counter[str] = Counter()
    capitals = words = 0
    introduced: list[bool] = []
    inside: list[bool] = []
    for i, one in enumerate(types):
        title = i > 0 and (types[i - 1].cue == "t" or (i > 1 and types[i - 2].cue == "t" and seen.words[i - 1] == "."))
        introduced.append(title)
        inside.append(title or (i > 0 and seen.before[i] < 2 and seen.words[i - 1] not in _END))
        if not one.alpha:
            continue
        words += 1
        if one.cls[0] == "x":
            lower[one.low] += 1
        else:
            capitals += 1
            upper[one.low] += inside[i]
        if title:
            cued[one.low] += 1
    style = "l" if capitals == 0 else "u" if words and capitals > 0.8 * words else "n"
    out: list[str] = []
    for i, one in enumerate(types):
        if not one.alpha or len(one.low) < 3:
            out.append(f"D={style}")
            continue
        is_lower = one.cls[0] == "x"
        other_lower = lower[one.low] - is_lower > 0
        other_upper = upper[one.low] - (not is_lower and inside[i]) > 0
        other_cued = cued[one.low] - introduced[i] > 0
        out.append(
            f"D={style}{'l' if other_lower else ''}{'U' if other_upper else ''}{'c' if other_cued else ''}|{one.cls}"
        )
    return out
