"""The six words of the package: entity type, span, replacement, protected text, and the two label sets.

Offsets are code points in the text they belong to, end exclusive. Everything is frozen and checked when made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from anonymisation.errors import InvalidSpan


class EntityType(StrEnum):
    """What kind of identifier a span is; Presidio's names where Presidio has one."""

    PERSON = "PERSON"
    DATE_TIME = "DATE_TIME"
    LOCATION = "LOCATION"
    STREET_ADDRESS = "STREET_ADDRESS"
    NL_POSTCODE = "NL_POSTCODE"
    ORGANIZATION = "ORGANIZATION"
    CARE_ORGANIZATION = "CARE_ORGANIZATION"
    NL_BSN = "NL_BSN"
    PHONE_NUMBER = "PHONE_NUMBER"
    EMAIL_ADDRESS = "EMAIL_ADDRESS"
    URL = "URL"
    IBAN_CODE = "IBAN_CODE"
    NL_LICENSE_PLATE = "NL_LICENSE_PLATE"
    ID = "ID"
    SOCIAL_HANDLE = "SOCIAL_HANDLE"
    AGE = "AGE"
    PROFESSION = "PROFESSION"
    NATIONALITY = "NATIONALITY"


HARD: frozenset[EntityType] = frozenset(
    {
        EntityType.NL_BSN,
        EntityType.PHONE_NUMBER,
        EntityType.EMAIL_ADDRESS,
        EntityType.STREET_ADDRESS,
        EntityType.NL_POSTCODE,
        EntityType.IBAN_CODE,
        EntityType.NL_LICENSE_PLATE,
        EntityType.SOCIAL_HANDLE,
        EntityType.ID,
    }
)
"""Labels that refuse a case and hold a message without appeal. All others are soft."""

INDIRECT: frozenset[EntityType] = frozenset({EntityType.AGE, EntityType.PROFESSION, EntityType.NATIONALITY})
"""Labels that identify only in combination (recital 26 AVG); every other label is direct."""


OMITTED = "omitted"
"""The source of a span that a person leaves out of the text altogether."""


@dataclass(frozen=True, slots=True)
class Span:
    """One identifier found in a text: `text[start:end]`, its kind, how sure we are, and whether to act without asking.

    `score` is in [0, 1]. `certain` is true for a mark that is accepted without asking, false for one that a person
    should judge. `source` names the recogniser that found it (never the text).

    Raises:
        InvalidSpan: bounds are negative, empty or reversed, or the score is outside [0, 1].
    """

    start: int
    end: int
    label: EntityType
    score: float
    certain: bool
    source: str = ""

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start:
            raise InvalidSpan("a span needs 0 <= start < end")
        if not 0.0 <= self.score <= 1.0:
            raise InvalidSpan("a score lies between 0 and 1")

    @property
    def hard(self) -> bool:
        """Is this kind refused or held without appeal?"""
        return self.label in HARD

    def overlaps(self, other: Span) -> bool:
        """Do the two spans share at least one code point?"""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Replacement:
    """One span of the input with the fixed-form pseudonym that stands in its place in the protected text.

    `start` and `end` are the place of `text` in the *protected* text.
    """

    span: Span
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One line of the map pseudonym ↔ original. It stays with the submitting organisation and is never sent."""

    pseudonym: str
    original: str
    label: EntityType


@dataclass(frozen=True, slots=True)
class ProtectedText:
    """A text in which every span has been replaced, with the list of replacements and the map that undoes them.

    Raises:
        InvalidSpan: the replacements overlap, are out of order, or do not stand where they say they stand.
    """

    text: str
    replacements: tuple[Replacement, ...]
    mapping: tuple[MapEntry, ...]

    def __post_init__(self) -> None:
        position = 0
        for one in self.replacements:
            if one.start < position or self.text[one.start : one.end] != one.text:
                raise InvalidSpan("a replacement does not stand where it says it stands")
            position = one.end


def require_ordered(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """Return the spans as a tuple when they are sorted, do not overlap, and lie within `length` code points.

    Raises:
        InvalidSpan: they are not.
    """
    result = tuple(spans)
    position = 0
    for span in result:
        if span.start < position or span.end > length:
            raise InvalidSpan("spans must be sorted, disjoint and inside the text")
        position = span.end
    return result
