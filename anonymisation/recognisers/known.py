"""Every written variant of what the submitter knows of the person: never silently kept.

The text is folded (case, diacritics, typographic dashes and quotes, invisible characters) with the way back to its own
offsets. Names are looked up word by word (`known_names`, `known_words`); numbers are compared digit by digit
(`known_numbers`); the rest is searched with patterns made of the known values for this one call.
`docs/known-variants.md` is the list of variants that this page promises to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.known import Known
from anonymisation.page import Page
from anonymisation.recognisers.known_names import Names
from anonymisation.recognisers.known_numbers import date_finds, number_finds, numbers
from anonymisation.recognisers.known_words import START, judged
from anonymisation.recognisers.rule import CERTAIN, Hit, RuleRecogniser

_GAP = r"[\s\-.,/'()]{1,4}"
_OPEN_GAP = r"[\s\-.,/]{0,4}"
_END = r"(?![^\W_])"
_NAME_END = r"(?=(?:'?s)?(?![^\W_]))"
_LONGEST_CODE = 40
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


class KnownRecogniser(RuleRecogniser):
    """Finds the values of one `Known`; made for one call and thrown away with it."""

    LABELS: ClassVar[tuple[EntityType, ...]] = tuple(EntityType)

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._patterns = [(re.compile(pattern), label, score) for pattern, label, score in _values(known)]
        self._numbers = list(numbers(known))
        self._day = known.birth_date
        self._names = Names(dict.fromkeys((*known.names, *known.relatives)))

    def on(self, page: Page) -> Iterator[Hit]:
        """Yield every variant; an ordinary word in lower case, a lone initial and an unlikely typing error in doubt."""
        text = page.text
        folded, offsets = fold_with_offsets(text)
        for pattern, label, score in self._patterns:
            for match in pattern.finditer(folded):
                start, end = offsets[match.start()], offsets[match.end()]
                if start < end:
                    yield Hit(start, end, label, judged(text[start:end], match.group(), label, score))
        finds = [*self._names.finds(text, folded, offsets), *number_finds(self._numbers, folded)]
        if self._day:
            finds += date_finds(self._day, folded)
        for begin, stop, label, score in finds:
            start, end = offsets[begin], offsets[stop]
            if start < end:
                yield Hit(start, end, label, score)


def _values(known: Known) -> Iterator[tuple[str, EntityType, float]]:
    """Yield patterns for addresses, e-mail addresses and whatever else is known."""
    for email in known.emails:
        at = r"\s?(?:@|[(\[]at[)\]])\s?"
        yield (
            START + at.join(re.escape(part) for part in fold(email).split("@")) + _END,
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
    return rf"{head}(?<![^\W_]{head}){pattern[1:]}" if head.isalnum() else START + pattern


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
