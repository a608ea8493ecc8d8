"""Names that the submitter knows, in every way that a text may write them.

A name is taken apart into words, which are looked up one by one; each find takes in the initials and prefixes beside
it, and finds of one name that stand together become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from anonymisation.document import EntityType
from anonymisation.folding import fold
from anonymisation.recognisers.known_words import (
    LETTERS,
    PREFIX_WORDS,
    WORDS,
    Find,
    OtherForms,
    diminutive_score,
    judged,
    typo_score,
)
from anonymisation.recognisers.rule import CERTAIN, DOUBTFUL

_GIVEN, _SURNAME = 1, 2
"""What a word is in a name; a word may be both."""
_TOKEN = re.compile(r"[^\W_]+")
_SPACE = " \t\r\n\f\v\x85\u2028"
"""White space that folding leaves."""
_MOST_WORDS = 6
"""How many words beside a name are looked at for initials and prefixes."""
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d_]{1,3}\.[ ]?-?){1,20}(?:[^\W\d_](?!\w))?\.?(?!\w)")
_NOT_AN_INITIAL = re.compile(r"(?:\d|\b(?:vitamine|hepatitis|cluster|bijlage))[ -]?\Z")
"""What stands before a capital that is a grade, a kind or a part of a house number."""


@dataclass(frozen=True, slots=True)
class _Name:
    """One known name, folded: its words, first names, first names with a hyphen, and surnames with their prefixes.

    `open_` says that some of the first names may be the first half of a double surname: `Kim Brugman Verstraaten`.
    """

    words: tuple[str, ...]
    given: tuple[str, ...]
    compounds: tuple[tuple[str, ...], ...]
    families: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    open_: bool

    @property
    def surnames(self) -> tuple[str, ...]:
        """Every word that can be a surname, without prefixes."""
        own = tuple(word for _, family in self.families for word in family)
        return (*self.given[1:], *own) if self.open_ else own


def _words(name: str) -> list[str]:
    return LETTERS.findall(fold(name))


def _name(name: str) -> _Name:
    """Split a name into first names and surnames with their prefixes; `Jansen, P.` is turned around."""
    if name.count(",") == 1:
        head, _, tail = name.partition(",")
        name = f"{tail.strip()} {head.strip()}"
    tokens = [token for token in re.split(r"[\s.()\"]+", fold(name)) if token.strip("-',")]
    place = next((n for n, token in enumerate(tokens) if n and _starts_surname(token)), None)
    open_ = place is None and len(tokens) > 2
    if place is None:
        place = len(tokens) - 1 if len(tokens) > 1 else len(tokens)
    given = [tuple(_words(token)) for token in tokens[:place]]
    families: list[tuple[list[str], list[str]]] = [([], [])]
    for word in re.findall(r"d'(?=[^\W\d_])|'?[^\W\d_]+", " ".join(tokens[place:])):
        if word in PREFIX_WORDS:
            if families[-1][1]:
                families.append(([], []))
            families[-1][0].append(word.strip("'"))
        else:
            families[-1][1].append(word.lstrip("'"))
    return _Name(
        words=tuple(_words(name)),
        given=tuple(word for words in given for word in words),
        compounds=tuple(words for words in given if len(words) > 1),
        families=tuple((tuple(prefix), tuple(family)) for prefix, family in families if family),
        open_=open_,
    )


def _starts_surname(token: str) -> bool:
    """Does the surname start here: at a prefix, `El-Idrissi`, `d'Ancona`, or the first half of `Hofman-de Jong`?"""
    return token in PREFIX_WORDS or token.startswith("d'") or any(part in PREFIX_WORDS for part in token.split("-"))


class _Beside:
    """What may stand beside the words of one name: its prefixes, in full and shortened, and its initials."""

    def __init__(self, name: _Name) -> None:
        prefixes = [prefix for prefix, _ in name.families if prefix]
        self.prefixes = frozenset(
            form
            for prefix in prefixes
            for form in (*prefix, *(word[0] for word in prefix), "".join(prefix), "".join(word[0] for word in prefix))
        )
        self.surname_letters = frozenset(word[0] for word in name.surnames)
        # A word of one letter, as in Tjon A Fat or O'Neill, connects like an initial.
        self.letters = frozenset(word[0] for word in name.given) | {word for word in name.surnames if len(word) == 1}
        self.together = frozenset(
            name.given[0][0] + rest for rest in _some([word[0] for word in name.given[1:]]) if name.given and rest
        )
        self.abbreviations = frozenset(word[:n] for word in name.given for n in (2, 3) if len(word) > n)


class _Words:
    """The words of one text and how they are joined."""

    def __init__(self, folded: str) -> None:
        self.folded = folded
        matches = list(_TOKEN.finditer(folded))
        self.words = [match.group() for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]

    def between(self, place: int) -> str:
        """Return what stands between this word and the next one; a letter when there is none or it is far."""
        if not 0 <= place < len(self.words) - 1 or self.starts[place + 1] - self.ends[place] > 4:
            return "x"
        return self.folded[self.ends[place] : self.starts[place + 1]]

    def joined(self, place: int, signs: str, longest: int) -> bool:
        """Is this word joined to the next one by some of these signs and white space alone?"""
        gap = self.between(place)
        return len(gap) <= longest and not gap.strip(_SPACE + signs)

    def runs_on(self, place: int) -> bool:
        """Is this a letter of an abbreviation that goes on, as the first one of `i.v.m.`?"""
        return self.between(place) == "."

    def is_initial(self, place: int, beside: _Beside) -> bool:
        """Is the word an initial of the name, some of them in one piece, or an abbreviation such as `Th.`?"""
        word = self.words[place]
        if word in beside.letters or word in beside.together:
            return True
        return word in beside.abbreviations and self.folded[self.ends[place] : self.ends[place] + 1] == "."


@dataclass(slots=True)
class _Piece:
    """A part of one name in a text: its first and last word, its end, and what its outer words are."""

    first: int
    last: int
    end: int
    starts_as: int
    ends_as: int


class Names:
    """Every known name, as words to look up, and what a text says of them."""

    def __init__(self, written: Iterable[str]) -> None:
        names = [_name(one) for one in written]
        self._beside = [_Beside(name) for name in names]
        self._core: dict[str, list[tuple[int, int]]] = {}
        for n, name in enumerate(names):
            roles: dict[str, int] = {}
            for words, role in ((_given_forms(name), _GIVEN), (_surname_forms(name), _SURNAME)):
                for word in words:
                    roles[word] = roles.get(word, 0) | role
            for word, role in roles.items():
                self._core.setdefault(word, []).append((n, role))
        self._forms = OtherForms((word for name in names for word in _given_forms(name)), self._core)
        self._bare, self._dotted = _initials(names)
        self._lone = frozenset(word[0] for name in names for word in (*name.given, *name.surnames))
        self._any = bool(self._core or self._lone)

    def finds(self, text: str, folded: str, offsets: Sequence[int]) -> Iterator[Find]:
        """Yield every variant of every name."""
        if not self._any:
            return
        words = _Words(folded)
        pieces: list[list[_Piece]] = [[] for _ in self._beside]
        verdicts: dict[str, list[str]] = {}
        for place, word in enumerate(words.words):
            core, cut = self._core.get(word), 0
            if core is None and word[-1] == "s":
                core, cut = self._core.get(word[:-1]), 1
            if core is not None:
                for n, role in core:
                    pieces[n].append(_piece(words, place, words.ends[place] - cut, role, self._beside[n]))
            elif len(word) >= 4:
                if word not in verdicts:
                    verdicts[word] = self._forms.origins(word)
                if verdicts[word]:
                    yield self._changed(text, words, offsets, place, verdicts[word])
            if word in self._bare or word in self._lone:
                yield from self._bare_initials(text, words, offsets, place)
        for found in pieces:
            for start, end in _merged(found, words):
                original = text[offsets[start] : offsets[end]]
                yield start, end, EntityType.PERSON, judged(original, folded[start:end], EntityType.PERSON, CERTAIN)
        yield from self._initials_with_stops(text, folded, offsets)

    def _changed(self, text: str, words: _Words, offsets: Sequence[int], place: int, names: Sequence[str]) -> Find:
        """Return the find of a diminutive or of a misspelt name, with the initials and the prefix before it."""
        word, start, end = words.words[place], words.starts[place], words.ends[place]
        at = offsets[start]
        if self._forms.is_diminutive(word):
            return start, end, EntityType.PERSON, diminutive_score(names[0], word, capital=text[at].isupper())
        score = max(typo_score(name, word, text, at) for name in names)
        roles = (role for name in names for role in self._core[name])
        first = min((_before(words, place, self._beside[n]) for n, role in roles if role & _SURNAME), default=place)
        return words.starts[first], end, EntityType.PERSON, score

    def _bare_initials(self, text: str, words: _Words, offsets: Sequence[int], place: int) -> Iterator[Find]:
        """Yield capitals without full stops, unless they are a grade such as `hepatitis B` or two that form a word."""
        word, start, end = words.words[place], words.starts[place], words.ends[place]
        original = text[offsets[start] : offsets[end]]
        if not (original[0].isupper() and original[-1].isupper()):
            return
        around = words.folded[max(0, start - 1) : start] + words.folded[end : end + 1]
        if len(word) == 1:
            bound = words.folded[end : end + 1] in {"'", "-"} and words.between(place) in {"'", "-"}
            if around[:1] in {"'", "-", "_"} or bound or words.folded[end : end + 1] == "_":
                return
            if _NOT_AN_INITIAL.search(words.folded[max(0, start - 12) : start]):
                return
        elif (len(word) == 2 and word in WORDS) or "_" in around:
            return
        yield start, end, EntityType.PERSON, DOUBTFUL

    def _initials_with_stops(self, text: str, folded: str, offsets: Sequence[int]) -> Iterator[Find]:
        """Yield `M.D.` and `M. v. d. K.`, also behind other abbreviations; in lower case they are doubtful."""
        if not self._dotted:
            return
        for match in _DOTTED.finditer(folded):
            letters = [(one.start(), one.end()) for one in LETTERS.finditer(folded, match.start(), match.end())]
            done = 0
            for first in range(len(letters)):
                begin = letters[first][0]
                if begin < done or (first and not folded[letters[first - 1][1] : begin].endswith(" ")):
                    continue
                for last in range(min(len(letters), first + 12), first + 1, -1):
                    end = letters[last - 1][1]
                    if last < len(letters) and " " not in folded[end : letters[last][0]]:
                        continue
                    score = self._dotted.get("".join(folded[start] for start, _ in letters[first:last]))
                    if score is not None:
                        done = end + (folded[end : end + 1] == ".")
                        yield begin, done, EntityType.PERSON, score if text[offsets[begin]].isupper() else DOUBTFUL
                        break


def _given_forms(name: _Name) -> Iterator[str]:
    """Yield the first names, and those with a hyphen in one piece."""
    yield from (word for word in name.given if len(word) >= 2)
    yield from ("".join(words) for words in name.compounds)


def _surname_forms(name: _Name) -> Iterator[str]:
    """Yield the words of the surnames, and what is written in one piece: with its prefix, or the whole name."""
    yield from (word for word in name.surnames if len(word) >= 2)
    for prefix, family in name.families:
        yield "".join((*prefix, *family))
        yield "".join((*prefix, family[0]))
    if len(name.words) > 1:
        yield "".join(name.words)


def _before(words: _Words, place: int, beside: _Beside) -> int:
    """Return the first word of the initials and the prefix that stand before a surname."""
    first = place
    while place - first < _MOST_WORDS and first and words.joined(first - 1, "-.,/'()", 4):
        if words.words[first - 1] not in beside.prefixes:
            break
        first -= 1
    prefix = first
    while prefix - first < _MOST_WORDS and first and words.joined(first - 1, "-.'", 3):
        if not words.is_initial(first - 1, beside):
            break
        first -= 1
    return first


def _piece(words: _Words, place: int, end: int, role: int, beside: _Beside) -> _Piece:
    """Return a word of a name with the initials and prefixes that stand beside it."""
    first, last = place, place
    if role & _SURNAME:
        first = _before(words, place, beside)
        last = _behind_surname(words, place, beside)
    if role & _GIVEN and last == place:
        last = _behind_given(words, place, beside)
        if words.words[place + 1 : place + 2] in (["tje"], ["tjes"]) and words.between(place) == "'":
            last = place + 1
    if last > place:
        end = words.ends[last] + (words.folded[words.ends[last] : words.ends[last] + 1] == ".")
    return _Piece(first, last, end, role, role)


def _prefix_end(words: _Words, place: int, beside: _Beside) -> int:
    """Return the last word of a prefix that stands behind this word; this word itself when there is none."""
    last = place
    signs = ",.'/"
    while last - place < _MOST_WORDS and words.joined(last, signs, 3) and words.words[last + 1] in beside.prefixes:
        last, signs = last + 1, ".'/"
    return last


def _initials_end(words: _Words, place: int, beside: _Beside, signs: str = "-.,") -> int:
    """Return the last of the initials behind this word; this word itself when there are none, or it is `i.v.m.`"""
    last = place
    while last - place < _MOST_WORDS and words.joined(last, signs if last == place else "-.", 4):
        if not words.is_initial(last + 1, beside):
            break
        last += 1
    return place if last > place and words.runs_on(last) else last


def _behind_surname(words: _Words, place: int, beside: _Beside) -> int:
    """Return the last word of `Vries, J. de`, `Vries J.` and `Vries de, J.`: initials, with the prefix behind them."""
    prefix = _prefix_end(words, place, beside)
    if prefix > place and "," in words.between(prefix):
        last = _initials_end(words, prefix, beside, "-.,'")
        # A first name behind the comma is a find of its own, and is joined to this one.
        return max(prefix, last)
    if "\n" in words.between(place) or "." in words.between(place):
        return place
    last = _initials_end(words, place, beside)
    return _prefix_end(words, last, beside) if last > place and "," in words.between(place) else last


def _behind_given(words: _Words, place: int, beside: _Beside) -> int:
    """Return the last word of `Jan V.`, `Jan v.d. B.`, and of `Vries, Jan de`."""
    prefix = _prefix_end(words, place, beside)
    for last in (place, prefix) if words.joined(place, "", 2) and "\n" not in words.between(place) else ():
        letter = words.joined(last, ".", 3) and words.words[last + 1] in beside.surname_letters
        if letter and not words.runs_on(last + 1):
            return last + 1
    filed = "," in words.between(place - 1) or (place > 1 and "," in words.between(place - 2))
    return prefix if filed else place


def _merged(pieces: Sequence[_Piece], words: _Words) -> Iterator[tuple[int, int]]:
    """Join the pieces of one name that stand together; yield start and end of each whole."""
    current: _Piece | None = None
    for piece in pieces:
        if current is not None and _together(current, piece, words):
            current.last, current.ends_as = max(current.last, piece.last), piece.ends_as
            current.end = max(current.end, piece.end)
            continue
        if current is not None:
            yield words.starts[current.first], current.end
        current = piece
    if current is not None:
        yield words.starts[current.first], current.end


def _together(one: _Piece, two: _Piece, words: _Words) -> bool:
    """Are two pieces one mention? A surname and a first name behind it are only in one line, or behind a comma."""
    if two.first <= one.last:
        return True
    if two.first != one.last + 1:
        return _with_letters_between(one, two, words)
    gap = words.between(one.last)
    turned = one.ends_as & _SURNAME and two.starts_as & _GIVEN
    if not gap.strip(" \t"):
        return True
    if gap.strip(_SPACE + "-'") == "":
        return gap.count("\n") <= 1 and not (turned and "\n" in gap)
    return bool(turned) and gap.strip(" \t'") == ","


def _with_letters_between(one: _Piece, two: _Piece, words: _Words) -> bool:
    """Do initials stand between a first name and a surname that the submitter did not give: `Johan W. F. de Vries`?"""
    between = range(one.last + 1, two.first)
    if len(between) > 3 or not (one.ends_as & _GIVEN and two.starts_as & _SURNAME):
        return False
    letters = all(len(words.words[place]) == 1 and words.words[place].isalpha() for place in between)
    return letters and all(words.joined(place, "-.", 3) for place in range(one.last, two.first))


def _some(letters: Sequence[str]) -> list[str]:
    """Return every choice of the letters in their order, also none; of more than five the first five."""
    few = letters[:5]
    return ["".join(chosen) for size in range(len(few) + 1) for chosen in combinations(few, size)]


def _initials(names: Sequence[_Name]) -> tuple[frozenset[str], dict[str, float]]:
    """Return the letters that stand for a name, as capitals in a row, and with full stops, each with its score there.

    The first one is always written; the other first names, the prefix, and all surnames but one may be left out.
    """
    bare: set[str] = set()
    dotted: dict[str, float] = {}
    for name in names:
        if not name.given:
            continue
        first, *rest = (word[0] for word in name.given)
        middles = ["", *("".join(word[0] for word in prefix) for prefix, _ in name.families[:3] if prefix)]
        lasts = [one for one in _some([word[0] for _, family in name.families for word in family]) if one]
        for given in _some(rest):
            for last in lasts:
                for middle in middles:
                    bare.add(first + given + middle + last)
                    dotted[first + given + middle + last] = CERTAIN
            if given:
                bare.add(first + given)
                dotted.setdefault(first + given, CERTAIN if name.open_ else DOUBTFUL)
    return frozenset(bare), dotted
