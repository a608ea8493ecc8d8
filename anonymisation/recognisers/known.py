"""Every written variant of what the submitter knows of the person: never silently kept.

The text is folded (case, diacritics, typographic dashes and quotes, invisible characters) with the way back to its own
offsets. Names are looked up word by word, and each find takes in the initials and prefixes beside it; numbers are
compared digit by digit; the rest is searched with patterns made of the known values for this one call.
`docs/known-variants.md` is the list of variants that this page promises to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.known import Known
from anonymisation.lists import entries
from anonymisation.page import Page
from anonymisation.recognisers.identifiers import digits_of
from anonymisation.recognisers.letters import PREFIXES
from anonymisation.recognisers.rule import CERTAIN, CHECKED, DOUBTFUL, Hit, RuleRecogniser

_LIKELY_TYPO = 0.6
_GAP = r"[\s\-.,/'()]{1,4}"
_OPEN_GAP = r"[\s\-.,/]{0,4}"
_START = r"(?<![^\W_])"
_END = r"(?![^\W_])"
_NAME_END = r"(?=(?:'?s)?(?![^\W_]))"
_ORDINARY = frozenset(entries("ordinary_words")) | frozenset(entries("not_names_without_title"))
_PREFIXES = frozenset(PREFIXES)
_WORDS = _ORDINARY | _PREFIXES | frozenset(entries("not_names"))
"""Words that are more often a word than a name, whatever the submitter knows."""

_TOKEN = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SPACE = " \t\r\n\f\v\x85\u2028"
"""White space that folding leaves."""
_LONGEST_WORD = 40
_LONGEST_CODE = 40
_MOST_WORDS = 6
"""How many words beside a name are looked at for initials and prefixes."""
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d_]{1,3}\.[ ]?-?){1,20}(?:[^\W\d_](?!\w))?\.?(?!\w)")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:\n])[\s\"'“”„()\-•*]*\Z")
_AFTER_TITLE = re.compile(r"\b(?:dhr|hr|mw|mevr|mej|fam|dr|drs|ds|ir|ing|mr|prof|zr|br|[a-z])\.\s{0,2}\Z")
_NOT_AN_INITIAL = re.compile(r"(?:\d|\b(?:vitamine|hepatitis|cluster|bijlage))[ -]?\Z")
"""What stands before a capital that is a grade, a kind or a part of a house number."""

_MONTH_OF = {
    word: n
    for n, words in enumerate((
        "jan januari", "feb febr februari", "mrt maart maa", "apr april", "mei", "jun juni", "jul juli", "aug augustus",
        "sep sept september", "okt oktober", "nov november", "dec december",
    ), 1)
    for word in words.split()
}  # fmt: skip
_SEP = r"\s?[-/. ]\s?"
_MONTH = "(?P<m>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_DIGITS = re.compile(r"\d+")
_DAY_MONTH = re.compile(
    rf"(?P<d>\d{{1,2}})(?P<sep>{_SEP})(?P<m>\d{{1,2}})(?!\d)(?P<y>{_SEP}'?(?:\d{{4}}|\d{{2}})(?!\d))?"
)
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}}){_SEP}(?P<m>\d{{1,2}}){_SEP}(?P<d>\d{{1,2}})(?!\d)")
_DAY_WORD = re.compile(
    rf"(?P<d>\d{{1,2}})(?:e|ste|de)?[\s\-./]{{0,3}}{_MONTH}(?P<y>[\s\-,./]{{0,3}}'?(?:\d{{4}}|\d{{2}})(?!\d))?"
)
_NUMBER_YEAR = re.compile(r"(?P<m>\d{1,2})[-/](?P<y>\d{4})(?!\d)")
_WORD_YEAR = re.compile(rf"{_START}{_MONTH}[\s\-,/]{{0,3}}(?P<y>\d{{4}}|'\d{{2}})(?!\d)")
_MONTH_STARTS = tuple(
    re.compile("|".join(sorted({word[:3] for word, n in _MONTH_OF.items() if n == month}))) for month in range(1, 13)
)
"""How each month starts in letters: quick to look for."""

_STREET = re.compile(
    r"\s*(?P<name>(?:\d{1,2}(?:e|de|ste)\s)?\D*[^\W\d_]\D*?(?:\s(?:1[5-9]|20)\d\d(?:[-/]\d{2,4})?(?=\s\d))?)"
    r"[\s.]*(?P<nr>\d.*)$"
)
_STREET_WORD = re.compile(r"\d{1,2}(?:ste|de|e)\b|\d{2,4}|[^\W\d_]+")
_SHORT_ENDINGS = {"straat": "str", "laan": "ln", "plein": "pln"}
_SHORT_WORDS = {
    "burgemeester": "burg", "dokter": "dr", "dominee": "ds", "professor": "prof", "prins": "pr", "prinses": "pr",
    "sint": "st", "generaal": "gen", "pastoor": "past",
}  # fmt: skip
_DIGIT_RUN = re.compile(r"\d(?:[\s.\-/()]{0,3}\d)*")
_COUNTRY = ("00310", "0031", "310", "31", "00", "0", "")
"""What may stand before a national number, the longest first."""


class KnownRecogniser(RuleRecogniser):
    """Finds the values of one `Known`; made for one call and thrown away with it."""

    LABELS: ClassVar[tuple[EntityType, ...]] = tuple(EntityType)

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._patterns = [(re.compile(pattern), label, score) for pattern, label, score in _values(known)]
        self._numbers = list(_numbers(known))
        self._day = known.birth_date
        self._names = _Names([_name(one) for one in dict.fromkeys((*known.names, *known.relatives))])

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every variant; an ordinary word in lower case, a lone initial and an unlikely typing error in doubt."""
        text = page.text
        folded, offsets = fold_with_offsets(text)
        for pattern, label, score in self._patterns:
            for match in pattern.finditer(folded):
                start, end = offsets[match.start()], offsets[match.end()]
                if start < end:
                    yield Hit(start, end, label, _judged(text[start:end], match.group(), label, score))
        finds = [*self._names.finds(text, folded, offsets), *_number_finds(self._numbers, folded)]
        if self._day:
            finds += _date_finds(self._day, folded)
        for begin, stop, label, score in finds:
            start, end = offsets[begin], offsets[stop]
            if start < end:
                yield Hit(start, end, label, score)


_Find = tuple[int, int, EntityType, float]
"""A find in the folded text: start, end, label, score."""


def _judged(original: str, folded: str, label: EntityType, score: float) -> float:
    """Lower the score of a single ordinary word that the text writes without a capital."""
    if label not in {EntityType.PERSON, EntityType.LOCATION, EntityType.STREET_ADDRESS} or original != original.lower():
        return score
    words = _LETTERS.findall(folded)
    core = [word for word in words if word not in _PREFIXES] or words
    ordinary = len(core) == 1 and (core[0] in _ORDINARY or core[0] in _PREFIXES or len(core[0]) <= 2)
    return DOUBTFUL if ordinary and not any(char.isdigit() for char in folded) else score


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
    return _LETTERS.findall(fold(name))


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
        if word in _PREFIXES:
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
    return token in _PREFIXES or token.startswith("d'") or any(part in _PREFIXES for part in token.split("-"))


_GIVEN, _SURNAME = 1, 2


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


class _Names:
    """Every known name, as words to look up, and what a text says of them."""

    def __init__(self, names: Sequence[_Name]) -> None:
        self._beside = [_Beside(name) for name in names]
        self._core: dict[str, list[tuple[int, int]]] = {}
        for n, name in enumerate(names):
            roles: dict[str, int] = {}
            for words, role in ((_given_forms(name), _GIVEN), (_surname_forms(name), _SURNAME)):
                for word in words:
                    roles[word] = roles.get(word, 0) | role
            for word, role in roles.items():
                self._core.setdefault(word, []).append((n, role))
        self._diminutives = _diminutives(names)
        self._fuzzy = _fuzzy_index(self._core)
        self._bare, self._dotted = _initials(names)
        self._lone = frozenset(word[0] for name in names for word in (*name.given, *name.surnames))
        self._any = bool(self._core or self._lone)

    def finds(self, text: str, folded: str, offsets: Sequence[int]) -> Iterator[_Find]:
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
                    verdicts[word] = self._origins(word)
                if verdicts[word]:
                    yield self._changed(text, words, offsets, place, verdicts[word])
            if word in self._bare or word in self._lone:
                yield from self._bare_initials(text, words, offsets, place)
        for found in pieces:
            for start, end in _merged(found, words):
                original = text[offsets[start] : offsets[end]]
                yield start, end, EntityType.PERSON, _judged(original, folded[start:end], EntityType.PERSON, CERTAIN)
        yield from self._initials_with_stops(text, folded, offsets)

    def _origins(self, word: str) -> list[str]:
        """Return the known names that a word is a diminutive or a misspelling of."""
        if len(word) > _LONGEST_WORD or not word.isalpha():
            return []
        whole = self._diminutives.get(word.removesuffix("s"))
        return [whole] if whole else _nearest(word, self._fuzzy)

    def _changed(self, text: str, words: _Words, offsets: Sequence[int], place: int, names: Sequence[str]) -> _Find:
        """Return the find of a diminutive or of a misspelt name, with the initials and the prefix before it."""
        word, start, end = words.words[place], words.starts[place], words.ends[place]
        at = offsets[start]
        if word.removesuffix("s") in self._diminutives:
            return start, end, EntityType.PERSON, _diminutive_score(names[0], word, capital=text[at].isupper())
        score = max(_typo_score(name, word, text, at) for name in names)
        roles = (role for name in names for role in self._core[name])
        first = min((_before(words, place, self._beside[n]) for n, role in roles if role & _SURNAME), default=place)
        return words.starts[first], end, EntityType.PERSON, score

    def _bare_initials(self, text: str, words: _Words, offsets: Sequence[int], place: int) -> Iterator[_Find]:
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
        elif (len(word) == 2 and word in _WORDS) or "_" in around:
            return
        yield start, end, EntityType.PERSON, DOUBTFUL

    def _initials_with_stops(self, text: str, folded: str, offsets: Sequence[int]) -> Iterator[_Find]:
        """Yield `M.D.` and `M. v. d. K.`, also behind other abbreviations; in lower case they are doubtful."""
        if not self._dotted:
            return
        for match in _DOTTED.finditer(folded):
            letters = [(one.start(), one.end()) for one in _LETTERS.finditer(folded, match.start(), match.end())]
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


def _diminutive_score(name: str, word: str, *, capital: bool) -> float:
    """Doubt a diminutive that is as likely a word: `bootje` of Bo, or one in lower case of an ordinary word."""
    if len(name) <= 2 or (not capital and (len(name) <= 3 or name in _WORDS or word in _WORDS)):
        return DOUBTFUL
    return CERTAIN


def _typo_score(name: str, word: str, text: str, start: int) -> float:
    """Believe a misspelling that only a name can be: long, with the same first letter, and a capital of its own."""
    if not (word[0] == name[0] and len(word) >= 6 and text[start].isupper()) or name in _WORDS or word in _WORDS:
        return DOUBTFUL
    before = fold(text[max(0, start - 40) : start])
    # A capital at the start of a sentence, and one in a word of capitals, says nothing: the word may be ordinary.
    if text[start + 1 : start + 2].isupper() or (_SENTENCE_START.search(before) and not _AFTER_TITLE.search(before)):
        return DOUBTFUL
    return _LIKELY_TYPO


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


def _diminutives(names: Sequence[_Name]) -> dict[str, str]:
    """Map every diminutive of a first name to that name: Jantje, Pietje, Willempje, Annetje, Brammetje, Ottootje."""
    forms: dict[str, str] = {}
    for name in names:
        for word in _given_forms(name):
            for form in _diminutives_of(word):
                forms.setdefault(form, word)
    return forms


def _diminutives_of(word: str) -> Iterator[str]:
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


def _numbers(known: Known) -> Iterator[tuple[str, EntityType, float, bool]]:
    """Yield the digits of everything that is a number, with its label and score, and whether a country may precede."""
    number = digits_of(known.bsn)
    if len(number) >= 4:
        yield number, EntityType.NL_BSN, CHECKED, False
        if len(number) == 9 and number.startswith("0"):
            yield number[1:], EntityType.NL_BSN, CHECKED, False
    for phone in known.phones:
        digits = digits_of(phone).removeprefix("00")
        if len(digits) >= 6:
            yield re.sub(r"^(?:31|0)(?=\d{8,9}$)", "", digits), EntityType.PHONE_NUMBER, CERTAIN, True
    if known.birth_date:
        for form in ("%Y%m%d", "%d%m%Y", "%d%m%y"):
            yield f"{known.birth_date:{form}}", EntityType.DATE_TIME, CERTAIN, False


def _number_finds(numbers: Sequence[tuple[str, EntityType, float, bool]], folded: str) -> Iterator[_Find]:
    """Yield every number, however it is grouped, that starts and ends where a group of digits does."""
    if not numbers:
        return
    for run in _DIGIT_RUN.finditer(folded):
        places = [place for place in range(run.start(), run.end()) if folded[place].isdecimal()]
        digits = "".join(folded[place] for place in places)
        for number, label, score, country in numbers:
            at = digits.find(number)
            while at >= 0:
                last = at + len(number) - 1
                if last + 1 == len(places) or places[last + 1] > places[last] + 1:
                    first = _number_start(digits, places, at, _COUNTRY if country else ("",))
                    if first is not None:
                        start = places[first]
                        while start and country and folded[start - 1] in "+(":
                            start -= 1
                        yield start, places[last] + 1, label, score
                at = digits.find(number, at + 1)


def _number_start(digits: str, places: Sequence[int], at: int, before: Sequence[str]) -> int | None:
    """Return where a number starts with what may stand before it; None when it starts inside a group of digits."""
    for one in before:
        first = at - len(one)
        if first >= 0 and digits.startswith(one, first) and (not first or places[first - 1] < places[first] - 1):
            return first
    return None


def _date_finds(day: date, folded: str) -> Iterator[_Find]:
    """Yield every way to write one day; one that can be a time, a score or a range as well is doubtful."""
    for digits in _DIGITS.finditer(folded):
        start = digits.start()
        for find in (_day_first(day, folded, start), _year_or_month_first(day, folded, start)):
            if find is not None:
                end, score = find
                yield start, end, EntityType.DATE_TIME, score
    for head in _MONTH_STARTS[day.month - 1].finditer(folded):
        match = _WORD_YEAR.match(folded, head.start())
        if match and _MONTH_OF[match["m"]] == day.month and _is_year(match["y"], day):
            yield match.start(), match.end(), EntityType.DATE_TIME, DOUBTFUL


def _day_first(day: date, folded: str, start: int) -> tuple[int, float] | None:
    """Return end and score of a date that starts with its day; without a year, one in numbers may be something else."""
    if (match := _DAY_WORD.match(folded, start)) and (int(match["d"]), _MONTH_OF[match["m"]]) == (day.day, day.month):
        return match.end("y" if match["y"] and _is_year(match["y"], day) else "m"), CERTAIN
    match = _DAY_MONTH.match(folded, start)
    if match is None or (int(match["d"]), int(match["m"])) != (day.day, day.month):
        return None
    if match["y"] and _is_year(match["y"], day):
        return match.end(), CERTAIN
    if match["sep"] not in {"-", "/", "."}:
        return None
    two_digits = len(match["d"]) == len(match["m"]) == 2 and match["sep"] != "."
    return match.end("m"), CERTAIN if two_digits else DOUBTFUL


def _year_or_month_first(day: date, folded: str, start: int) -> tuple[int, float] | None:
    """Return end and score of `1988-03-14`, and of the month with its year in numbers."""
    match = _YEAR_FIRST.match(folded, start)
    if match and (int(match["y"]), int(match["m"]), int(match["d"])) == (day.year, day.month, day.day):
        return match.end(), CERTAIN
    match = _NUMBER_YEAR.match(folded, start)
    if match and (int(match["m"]), int(match["y"])) == (day.month, day.year):
        return match.end(), DOUBTFUL
    return None


def _is_year(written: str, day: date) -> bool:
    """Is this the year, in four digits or two?"""
    digits = digits_of(written)
    return int(digits) == (day.year if len(digits) == 4 else day.year % 100)


def _values(known: Known) -> Iterator[tuple[str, EntityType, float]]:
    """Yield patterns for addresses, e-mail addresses and whatever else is known."""
    for email in known.emails:
        at = r"\s?(?:@|[(\[]at[)\]])\s?"
        yield (
            _START + at.join(re.escape(part) for part in fold(email).split("@")) + _END,
            EntityType.EMAIL_ADDRESS,
            CERTAIN,
        )
    for address in known.addresses:
        yield from _address_patterns(address)
    for other in known.others:
        parts = re.findall(r"[^\W_]+", fold(other))
        letters = "".join(parts)
        if 5 <= len(letters) <= _LONGEST_CODE and any(char.isdigit() for char in letters):
            # A number is grouped as the writer likes: NL91ABNA0417164300 and NL91 ABNA 0417 1643 00.
            yield _from_start(r"[\W_]{0,3}".join(letters)) + _NAME_END, _kind_of(other), CERTAIN
        elif parts:
            yield _from_start(r"[\W_]{0,4}".join(parts)) + _NAME_END, _kind_of(other), CERTAIN


def _from_start(pattern: str) -> str:
    """Let a pattern begin where a word begins.

    Its first letter is asked before what stands before it: `re` then looks for that letter itself, and does not try the
    pattern at every place of the text.
    """
    head = pattern[:1]
    return rf"{head}(?<![^\W_]{head}){pattern[1:]}" if head.isalnum() else _START + pattern


def _address_patterns(address: str) -> Iterator[tuple[str, EntityType, float]]:
    """Yield patterns for street with number, street alone, postcode and town of a known address."""
    folded = fold(address)
    postcode = re.search(r"\b([1-9]\d{3})\s?([a-z]{2})\b", folded)
    rest = folded
    if postcode:
        yield _from_start(rf"{postcode[1]}[\s\-.]{{0,2}}{postcode[2]}{_END}"), EntityType.NL_POSTCODE, CERTAIN
        rest = folded[: postcode.start()] + "," + folded[postcode.end() :]
    for part in re.split(r"[,\n;]+", rest):
        street = _STREET.match(part)
        if street:
            name = _STREET_WORD.findall(street["name"])
            number = re.findall(r"\d+|[^\W\d_]+", street["nr"])
            house = f"(?:{_OPEN_GAP.join(number)}|{number[0]}(?:{_OPEN_GAP}[a-z])?)"
            numbered = rf"{_OPEN_GAP}(?:(?:huis)?(?:nummer|nr|no)\b\.?\s?)?{house}"
            # A street of fewer than four letters is a word (Dam, Wal): it is looked for with its number alone.
            tail = f"(?:{numbered})?" if len("".join(name)) >= 4 else numbered
            yield _from_start(_street(name)) + tail + _END, EntityType.STREET_ADDRESS, CERTAIN
        else:
            words = _STREET_WORD.findall(part)
            if len("".join(words)) >= 2:
                is_street = words[-1].endswith(("straat", "laan", "weg", "plein"))
                label = EntityType.STREET_ADDRESS if is_street else EntityType.LOCATION
                yield _from_start(_street(words) if is_street else _GAP.join(words)) + _NAME_END, label, CERTAIN


def _street(words: Sequence[str]) -> str:
    """Write the name of a street, in full or with the usual abbreviations: `Burg. Bosstr.`"""
    *front, last = words
    heads = [f"(?:{word}|{short})" if (short := _SHORT_WORDS.get(word)) else word for word in front]
    ending = next((one for one in _SHORT_ENDINGS if last.endswith(one)), "")
    if ending:
        last = f"{last.removesuffix(ending)}(?:{ending}|{_SHORT_ENDINGS[ending]})"
    return _GAP.join([*heads, last])


def _kind_of(value: str) -> EntityType:
    """Choose the label of a value about which only its text is known."""
    folded = fold(value)
    if "@" in value:
        return EntityType.EMAIL_ADDRESS if "." in folded.partition("@")[2] else EntityType.SOCIAL_HANDLE
    if folded.startswith(("http", "www.")):
        return EntityType.URL
    if re.search(r"huisarts|ggz|kliniek|ziekenhuis|wijkteam|praktijk|zorg", folded):
        return EntityType.CARE_ORGANIZATION
    return EntityType.ID if any(char.isdigit() for char in value) else EntityType.ORGANIZATION


def _fuzzy_index(words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Map every one-letter deletion of every known name of five or more letters to the names it came from."""
    index: dict[str, set[str]] = {}
    for word in words:
        if 5 <= len(word) <= _LONGEST_WORD:
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
