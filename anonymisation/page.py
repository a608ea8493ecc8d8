"""A text with its words, numbers and capitals by place, and patterns that are tried only where they can match.

A pattern is looked for at every letter of a text; most can only begin at a known word, a number or a capital, and many
need a word that the text does not hold. Asking that first costs a fraction and finds the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final

from anonymisation.recognisers.letters import ANY_CAPITAL, plain, plain_text

_RUN_OF_LETTERS: Final = re.compile(r"([^\W\d_]+)")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DIGITS: Final = re.compile(r"\d+")
_QUOTES: Final = frozenset("'‘\"“")
_ODD: Final = {0x131: "i", 0x130: "I", 0x17F: "s"}
"""Letters that `re` takes for an i or s when case does not count, and `str.lower` does not."""


class Page:
    """One text, taken apart once for all the patterns that are looked for in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = bare = plain_text(text)
        """What the patterns are looked for in; every place is the same as in the text."""
        if not bare.isascii() and any(chr(code) in bare for code in _ODD):
            bare = bare.translate(_ODD)
        self.low = bare.lower()
        """The text in lower case; for asking what it holds, not where: some letters are longer in lower case."""
        # Every second part is a run of letters, and what comes before it says where it starts.
        parts = _RUN_OF_LETTERS.split(bare)
        runs = parts[1::2]
        starts = list(accumulate(map(len, parts)))[::2]
        self.places: dict[str, list[int]] = {}
        """Every run of letters in lower case, with the places where it starts, in order."""
        for word, start in zip(map(str.lower, runs), starts, strict=False):
            if word in self.places:
                self.places[word].append(start)
            else:
                self.places[word] = [start]
        self.words = self.places.keys()
        self.capitals = [start for run, start in zip(runs, starts, strict=False) if run[0].isupper()]
        """Where a run of letters starts with a capital."""
        found = [match.span() for match in _DIGITS.finditer(text)]
        self.numbers = [start for start, _ in found]
        """Where a run of digits starts."""
        self.sizes = {end - start for start, end in found}
        """How many digits the numbers have."""

    @cached_property
    def listed(self) -> str:
        """The different words, each on a line of its own: `\\nhand` asks for a beginning, `hand\\n` for an ending."""
        return "\n" + "\n".join(self.words) + "\n"

    def signs(self, signs: str) -> list[int]:
        """Return every place where one of the signs stands; in order per sign."""
        found: list[int] = []
        for sign in signs:
            place = self.text.find(sign)
            while place >= 0:
                found.append(place)
                place = self.text.find(sign, place + 1)
        return found


def first_words(*lists: str) -> frozenset[str]:
    """Return the first run of letters of every keyword of the lists, in lower case; `_` in a keyword is a space."""
    found = (_LETTERS.search(word) for text in lists for word in text.lower().split())
    return frozenset(match.group() for match in found if match)


def glued(heads: Iterable[str], *tails: str) -> frozenset[str]:
    """Return every head by itself and with each of the tails directly behind it."""
    return frozenset(head + tail for head in heads for tail in ("", *tails))


class Triggered:
    """A pattern that is tried only where it can begin, in a text that holds what it needs; compiled when first tried.

    It begins with one of the runs of letters `words`, in lower case, or with a run that has one of the `endings` or
    `beginnings`, or at a capital (also `inside` a word), at a number (or as many places `ahead` of one) or at one of
    the `signs`. With none of these it is looked for everywhere. Of `needs`, in lower case, a match contains at least
    one; of `listed` the same, written as in `Page.listed`; of the runs of letters `among` as well. `after` stands
    directly before a number in it, and `size` is how many digits one of its numbers has.
    """

    def __init__(
        self,
        pattern: str,
        words: frozenset[str] = frozenset(),
        endings: tuple[str, ...] = (),
        *,
        beginnings: tuple[str, ...] = (),
        capitals: bool = False,
        inside: bool = False,
        numbers: bool = False,
        signs: str = "",
        needs: tuple[str, ...] = (),
        listed: tuple[str, ...] = (),
        among: frozenset[str] = frozenset(),
        after: str = "",
        size: int = 0,
        ahead: tuple[int, ...] = (0,),
        flags: int = 0,
    ) -> None:
        self.source, self.flags = pattern, flags
        self._words, self._endings, self._beginnings = words, endings, beginnings
        self._capitals, self._inside, self._numbers, self._signs = capitals, inside, numbers, signs
        self._needs, self._listed, self._size, self._ahead = needs, listed, size, ahead
        self._among, self._after = among, after
        self._anywhere = not (words or endings or beginnings or capitals or inside or numbers or signs)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern itself, for `Page.plain`."""
        return re.compile(plain(self.source), self.flags)

    def finditer(self, page: Page, until: Callable[[re.Match[str]], int] = re.Match.end) -> Iterator[re.Match[str]]:
        """Yield the matches in order, as `re.finditer` would.

        The next is looked for from the place that `until` returns: the end of the match, or of what is kept of it.
        """
        if not self._possible(page):
            return
        if self._anywhere:
            yield from self.pattern.finditer(page.plain)
            return
        places = self._places(page)
        if not places:
            return
        text, match, quoted = page.plain, self.pattern.match, bool(self._words)
        end = 0
        for start in places:
            if start < end:
                continue
            found = match(text, start)
            if found is None and quoted and start and text[start - 1] in _QUOTES:
                found = match(text, start - 1)
            if found is not None:
                yield found
                end = until(found)

    def _possible(self, page: Page) -> bool:
        """Does the text hold what every match does?"""
        if self._size and self._size not in page.sizes:
            return False
        if self._among and page.words.isdisjoint(self._among):
            return False
        if self._after and not any(page.plain.endswith(self._after, 0, number) for number in page.numbers):
            return False
        return _holds(page.low, self._needs) and (not self._listed or _holds(page.listed, self._listed))

    def _places(self, page: Page) -> list[int]:
        """Return every place where a match may begin, in order."""
        sources = [page.places[word] for word in page.words & self._words] if self._words else []
        if endings := self._endings:
            sources += [places for word, places in page.places.items() if word.endswith(endings)]
        if beginnings := self._beginnings:
            sources += [places for word, places in page.places.items() if word.startswith(beginnings)]
        if self._capitals:
            sources.append(page.capitals)
        if self._inside:
            sources.append([match.start() for match in ANY_CAPITAL.finditer(page.plain)])
        if self._numbers:
            sources += [
                [place - ahead for place in page.numbers if place >= ahead] if ahead else page.numbers
                for ahead in self._ahead
            ]
        if self._signs:
            sources.append(page.signs(self._signs))
        if len(sources) <= 1:
            return sources[0] if sources else []
        return sorted([place for places in sources for place in places])


def _holds(text: str, needs: tuple[str, ...]) -> bool:
    """Does the text hold one of the needs, if there are any?"""
    for need in needs:
        if need in text:
            return True
    return not needs
