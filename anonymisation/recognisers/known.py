"""Every written variant of what the submitter knows of the person: never silently kept.

The text is folded (case, diacritics, typographic dashes and quotes, invisible characters) with the way back to its own
offsets, and then searched with patterns made of the known values for this one call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from anonymisation.document import EntityType
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.known import Known
from anonymisation.lists import entries
from anonymisation.recognisers.identifiers import digits_of
from anonymisation.recognisers.letters import PREFIXES
from anonymisation.recognisers.rule import CERTAIN, CHECKED, DOUBTFUL, Hit, RuleRecogniser

_GAP = r"[\s\-.,/]{1,4}"
_OPEN_GAP = r"[\s\-.,/]{0,4}"
_START = r"(?<![^\W_])"
_END = r"(?![^\W_])"
_NAME_END = r"(?=(?:'?s)?(?![^\W_]))"
_ORDINARY = frozenset(entries("ordinary_words")) | frozenset(entries("not_names_without_title"))
_PREFIXES = frozenset(PREFIXES)
_MONTH_WORDS = (
    "jan(?:uari)?", "feb(?:r(?:uari)?)?", "(?:maart|mrt|maa)", "apr(?:il)?", "mei", "juni?", "juli?", "aug(?:ustus)?",
    "sep(?:t(?:ember)?)?", "okt(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
)  # fmt: skip


class KnownRecogniser(RuleRecogniser):
    """Finds the values of one `Known`; made for one call and thrown away with it."""

    LABELS: ClassVar[tuple[EntityType, ...]] = tuple(EntityType)

    def __init__(self, known: Known) -> None:
        super().__init__()
        self._patterns = [
            (re.compile(pattern), label, score) for pattern, label, score in (*_values(known), *_people(known))
        ]
        self._initials = _initials([*known.names, *known.relatives])
        self._fuzzy = _fuzzy_index([*known.names, *known.relatives])
        self._exact = frozenset(word for name in (*known.names, *known.relatives) for word in _words(name))

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield every variant; an ordinary word in lower case and a word with one typing error are doubtful."""
        folded, offsets = fold_with_offsets(text)
        for pattern, label, score in self._patterns:
            for match in pattern.finditer(folded):
                start, end = offsets[match.start()], offsets[match.end()]
                if start < end:
                    yield Hit(start, end, label, _judged(text[start:end], match.group(), label, score))
        for initials, score in self._initials:
            for match in re.finditer(rf"(?<![\w.]){initials}(?!\w)", text):
                yield Hit(match.start(), match.end(), EntityType.PERSON, score)
        yield from self._typing_errors(text, folded, offsets)

    def _typing_errors(self, text: str, folded: str, offsets: object) -> Iterator[Hit]:
        """Yield words that differ from a known name of five or more letters by one insertion, deletion or exchange."""
        if not self._fuzzy:
            return
        verdicts: dict[str, str | None] = {}
        for match in re.finditer(r"[^\W\d_]{4,40}", folded):
            word = match.group()
            if word not in verdicts:
                verdicts[word] = None if word in self._exact else _nearest(word, self._fuzzy)
            name = verdicts[word]
            if name is None or word.removesuffix("s") in self._exact:
                continue
            start, end = offsets[match.start()], offsets[match.end()]  # type: ignore[index]
            close = word[0] == name[0] and len(word) >= 6 and text[start].isupper()
            if text[start].isupper() or (word[0] == name[0] and len(word) >= 6):
                yield Hit(start, end, EntityType.PERSON, 0.6 if close else DOUBTFUL)


def _judged(original: str, folded: str, label: EntityType, score: float) -> float:
    """Lower the score of a single ordinary word that the text writes without a capital."""
    words = [word for word in re.findall(r"[^\W\d_]+", folded) if word not in _PREFIXES]
    ordinary = len(words) == 1 and (words[0] in _ORDINARY or len(words[0]) <= 2)
    if label in {EntityType.PERSON, EntityType.LOCATION} and ordinary and original == original.lower():
        return DOUBTFUL
    return score


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", fold(name))


def _joined(words: list[str]) -> str:
    """Write the words of a value with any white space, hyphen or line break between them."""
    return _GAP.join(re.escape(word) for word in words)


def _people(known: Known) -> Iterator[tuple[str, EntityType, float]]:
    """Yield a pattern for every order and shortening of every known name."""
    seen: set[str] = set()
    for name in (*known.names, *known.relatives):
        for pattern in _name_patterns(name):
            if pattern not in seen:
                seen.add(pattern)
                yield _START + pattern + _NAME_END, EntityType.PERSON, CERTAIN


def _name_patterns(name: str) -> Iterator[str]:
    """Yield patterns of one name: whole, reversed, with initials, and each part alone with and without its prefix."""
    first, prefix, last = _parts(name)
    prefix_pattern = "".join(rf"{re.escape(word)}\.?{_OPEN_GAP}" for word in prefix)
    optional = f"(?:{prefix_pattern})?" if prefix else ""
    whole = [re.escape(word) for word in _words(name)]
    if whole:
        yield (r"[\s\-.,/'()]{0,4}" if len(whole) > 1 else "").join(whole)
    surnames = [_joined(last)] if last else []
    surnames += [re.escape(word) for word in last if len(word) >= 2 and len(last) > 1 and word not in _PREFIXES]
    for surname in surnames:
        yield optional + surname
        if first:
            one = re.escape(first[0])
            many = "".join(rf"(?:{re.escape(word[0])}[.\s]{{0,3}})?" for word in first[1:])
            yield rf"{one}{_GAP}(?:[a-z][.\s]{{1,3}}){{0,3}}{optional}{surname}"
            yield rf"{re.escape(first[0][0])}[.\s]{{1,3}}{many}{optional}{surname}"
            yield rf"{optional}{surname}\s{{0,2}},\s{{0,3}}{one}"
            yield rf"{surname}\s{{0,2}},\s{{0,3}}{re.escape(first[0][0])}\.?{many}{_OPEN_GAP}{optional}".removesuffix(
                _OPEN_GAP
            )
    for word in first:
        if len(word) >= 2:
            yield re.escape(word)
    if first and last:
        yield rf"{re.escape(first[0])}\s{re.escape(last[0][0])}\.?{_END}"


def _parts(name: str) -> tuple[list[str], list[str], list[str]]:
    """Split a name into first names, prefix words and surname words, folded; `Jansen, P.` is turned around."""
    if name.count(",") == 1:
        head, _, tail = name.partition(",")
        name = f"{tail.strip()} {head.strip()}"
    tokens = [token for token in re.split(r"[\s.()\"]+", fold(name)) if token.strip("-',")]
    place = next((n for n, token in enumerate(tokens) if n and token in _PREFIXES), None)
    if place is None:
        place = len(tokens) - 1 if len(tokens) > 1 else len(tokens)
    first, rest = tokens[:place], tokens[place:]
    prefix = []
    while rest and rest[0] in _PREFIXES:
        prefix.append(rest.pop(0))
    last = [word for token in rest for word in re.findall(r"[^\W\d_]+", token)]
    given = [word for token in first for word in re.findall(r"[^\W\d_]+", token)]
    return given, prefix, last


def _initials(names: list[str]) -> list[tuple[str, float]]:
    """Yield patterns of bare initials: with full stops certain, three or more bare capitals doubtful."""
    result: dict[str, float] = {}
    for name in names:
        first, prefix, last = _parts(name)
        letters = [word[0].upper() for word in (*first, *last)]
        if not first or not last or not all(letter.isalpha() for letter in letters):
            continue
        middle = "".join(rf"{re.escape(word[0])}\.?" for word in prefix)
        for chosen in ([*[word[0].upper() for word in first], last[0][0].upper()], letters):
            if len(chosen) < 2:
                continue
            given, family = chosen[: len(first)], chosen[len(first) :]
            dotted = "".join(rf"{re.escape(one)}\.[ ]?" for one in given)
            result[
                dotted + (f"(?:{middle})?" if middle else "") + r"\.?[ ]?-?".join(map(re.escape, family)) + r"\."
            ] = CERTAIN
            if len(chosen) >= 3:
                result["".join(map(re.escape, chosen))] = DOUBTFUL
    return list(result.items())


def _values(known: Known) -> Iterator[tuple[str, EntityType, float]]:
    """Yield patterns for everything known that is not a name."""
    if known.birth_date:
        for pattern in _date_patterns(known.birth_date):
            yield rf"(?<!\d){pattern}(?!\d)", EntityType.DATE_TIME, CERTAIN
    number = digits_of(known.bsn)
    if len(number) >= 4:
        yield rf"(?<!\d){_digits(number)}(?!\d)", EntityType.NL_BSN, CHECKED
        if len(number) == 9 and number.startswith("0"):
            yield rf"(?<!\d){_digits(number[1:])}(?!\d)", EntityType.NL_BSN, CHECKED
    for phone in known.phones:
        digits = digits_of(phone)
        if len(digits) >= 6:
            national = re.sub(r"^(?:0031|31|0)(?=\d{8,9}$)", "", digits)
            yield (
                rf"(?<!\d)(?:\+?(?:00)?31[\s().\-/]{{0,4}})?(?:\(?0\)?)?[\s().\-/]{{0,4}}{_digits(national)}(?!\d)",
                EntityType.PHONE_NUMBER,
                CERTAIN,
            )
    for email in known.emails:
        yield (
            _START + r"\s?@\s?".join(re.escape(part) for part in fold(email).split("@")) + _END,
            EntityType.EMAIL_ADDRESS,
            CERTAIN,
        )
    for address in known.addresses:
        yield from _address_patterns(address)
    for other in known.others:
        words = re.findall(r"[^\W_]+", fold(other))
        if words:
            yield _START + r"[\W_]{0,4}".join(map(re.escape, words)) + _NAME_END, _kind_of(other), CERTAIN


def _digits(number: str) -> str:
    return r"[\s.\-/()]{0,3}".join(number)


def _date_patterns(day: date) -> Iterator[str]:
    """Yield every way to write one day, with or without its year."""
    year = rf"(?:{day.year}|'?{day.year % 100:02d})"
    sep = r"\s?[-/. ]\s?"
    yield rf"0?{day.day}{sep}0?{day.month}{sep}{year}"
    yield rf"{day.year}{sep}0?{day.month}{sep}0?{day.day}"
    yield f"{day:%Y%m%d}"
    yield f"{day:%d%m%Y}"
    yield f"{day:%d%m%y}"
    word = _MONTH_WORDS[day.month - 1]
    yield rf"0?{day.day}(?:e|ste|de)?[\s\-.]{{0,3}}{word}\b\.?(?:[\s\-,]{{0,3}}{year})?"
    yield rf"{day.day:02d}[-/]{day.month:02d}"


def _address_patterns(address: str) -> Iterator[tuple[str, EntityType, float]]:
    """Yield patterns for street with number, street alone, postcode and town of a known address."""
    folded = fold(address)
    postcode = re.search(r"\b([1-9]\d{3})\s?([a-z]{2})\b", folded)
    rest = folded
    if postcode:
        yield rf"(?<!\d){postcode[1]}\s{{0,2}}{postcode[2]}{_END}", EntityType.NL_POSTCODE, CERTAIN
        rest = folded[: postcode.start()] + "," + folded[postcode.end() :]
    for part in re.split(r"[,\n;]+", rest):
        street = re.match(r"\s*(?P<name>\D*[^\W\d_]\D*?)[\s.]*(?P<nr>\d.*)$", part)
        if street:
            name = re.findall(r"[^\W\d_]+", street["name"])
            number = re.findall(r"\d+|[^\W\d_]+", street["nr"])
            yield (
                _START + _joined(name) + rf"{_OPEN_GAP}(?:nr\.?\s)?" + _OPEN_GAP.join(map(re.escape, number)) + _END,
                EntityType.STREET_ADDRESS,
                CERTAIN,
            )
            if len("".join(name)) >= 4:
                yield (
                    _START + _joined(name) + rf"(?:{_OPEN_GAP}{number[0]}(?:{_OPEN_GAP}[a-z])?)?" + _END,
                    EntityType.STREET_ADDRESS,
                    CERTAIN,
                )
        else:
            words = re.findall(r"[^\W\d_]+", part)
            if len("".join(words)) >= 2:
                label = (
                    EntityType.STREET_ADDRESS
                    if words[-1].endswith(("straat", "laan", "weg", "plein"))
                    else EntityType.LOCATION
                )
                yield _START + _joined(words) + _NAME_END, label, CERTAIN


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


def _fuzzy_index(names: list[str]) -> dict[str, frozenset[str]]:
    """Map every one-letter deletion of every known name of five or more letters to the names it came from."""
    index: dict[str, set[str]] = {}
    for name in names:
        for word in _words(name):
            if len(word) >= 5 and word not in _ORDINARY and word not in _PREFIXES:
                for key in _deletions(word):
                    index.setdefault(key, set()).add(word)
    return {key: frozenset(words) for key, words in index.items()}


def _deletions(word: str) -> set[str]:
    return {word, *(word[:n] + word[n + 1 :] for n in range(len(word)))}


def _nearest(word: str, index: dict[str, frozenset[str]]) -> str | None:
    """Return the known name within one edit (an exchange of neighbours counts as one), None when there is none."""
    candidates = {name for key in _deletions(word) for name in index.get(key, ())}
    return next((name for name in sorted(candidates) if _one_edit(word, name)), None)


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
