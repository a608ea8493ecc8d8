"""Preparing a case at the partner: raw fields in, protected fields out, and the map that stays.

All fields of a form are one text with one set of pseudonyms, so that `Persoon B` in the question is `Persoon B` in the
description. What a person must decide (doubtful marks, warnings, what a second look still finds) stands in `pending`.
"""

from __future__ import annotations

import contextlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from anonymisation.analyser import Analyser
from anonymisation.document import HARD, OMITTED, EntityType, MapEntry, ProtectedText, Span
from anonymisation.errors import InvalidDecision
from anonymisation.known import Known
from anonymisation.pseudonyms import protect, translate_back
from anonymisation.review import Choice, Decision, ReasonCode, Rejected, Review
from anonymisation.risk import Risk, assess
from anonymisation.scan import remaining
from clients.station.unchanged import Stretch, unchanged

SEPARATOR = "\n\x1e\n"
"""Stands between the fields while they are one text; ASCII's record separator, which no form field may hold."""
RESCAN = "rescan"
"""The source of a mark that was found in the protected text, not in the original."""


class Act(StrEnum):
    """What a ruling does with its place."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    ADD = "add"
    OMIT = "omit"
    KEEP = "keep"
    """Let the words of a warning stand."""


_CHOICES = {
    Act.ACCEPT: Choice.ACCEPT,
    Act.REJECT: Choice.REJECT,
    Act.RELABEL: Choice.RELABEL,
    Act.ADD: Choice.ADD,
    Act.OMIT: Choice.OMIT,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision of the submitter on `fields[field][start:end]`, in code points of the original field."""

    act: Act
    field: str
    start: int
    end: int
    label: EntityType | None = None
    reason: ReasonCode | None = None
    everywhere: bool = False
    warning: str = ""
    """Of a KEEP: the reason of the warning that was read; another warning about the same words asks again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a field, in code points."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning with its place in the original field and in the protected one, and what was decided on it."""

    risk: Risk
    original: Place
    protected: Place
    decided: Act | None


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """The fields of a form and the marks that were found in them: the costly half, kept while a person decides.

    `spans` are in the joined text and never cross from one field into another.
    """

    fields: Mapping[str, str]
    known: Known
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, analyser: Analyser, fields: Mapping[str, str], known: Known | None = None) -> Material:
        """Look for identifiers in all fields at once, so that a name in one is found in the others.

        Raises:
            TextTooLarge: the fields together are longer than the analyser's limit.
        """
        clean = {name: value.replace("\x1e", " ") for name, value in fields.items()}
        joined = SEPARATOR.join(clean.values())
        known = known or Known()
        found = analyser.find(joined, known) if joined.strip() else ()
        made = cls(clean, known, ())
        return replace(made, spans=tuple(one for span in found for one in made.split(span)))

    def __repr__(self) -> str:
        return f"Material({len(self.fields)} fields, {len(self.spans)} marks)"

    @property
    def text(self) -> str:
        """The fields as one text."""
        return SEPARATOR.join(self.fields.values())

    def split(self, span: Span) -> list[Span]:
        """Cut a span at the borders of the fields that it touches."""
        pieces = []
        for start, end in zip(*self.borders(), strict=True):
            low, high = max(start, span.start), min(end, span.end)
            if low < high:
                pieces.append(replace(span, start=low, end=high))
        return pieces

    def borders(self) -> tuple[list[int], list[int]]:
        """Return where each field starts and ends in the joined text."""
        return _borders(self.fields.values())

    def joined(self, place: Place | Ruling) -> tuple[int, int] | None:
        """Return a place of a field in the joined text; None when the field is not there or is shorter."""
        names = list(self.fields)
        if place.field not in names or not 0 <= place.start < place.end <= len(self.fields[place.field]):
            return None
        start = self.borders()[0][names.index(place.field)]
        return start + place.start, start + place.end

    def place(self, start: int, end: int) -> Place:
        """Return a place of the joined text in the field in which it starts."""
        return _place(list(self.fields), self.borders(), start, end)


@dataclass(frozen=True, repr=False)
class Preparation:
    """What marks and decisions make of a case: `fields` may leave the station, `mapping` never does.

    `found` are places in the original fields that a later scan (our own second look, or the service's) doubts.
    """

    material: Material
    rulings: tuple[Ruling, ...] = ()
    reference: date | None = None
    found: tuple[tuple[Place, EntityType], ...] = ()

    def __repr__(self) -> str:
        return f"Preparation({self.material!r}, {len(self.rulings)} rulings)"

    # --- what stands -------------------------------------------------------------------------------------------

    @cached_property
    def review(self) -> Review:
        """The marks of the joined text with every ruling on them that still has its place."""
        spots = [(self.material.joined(place), label) for place, label in self.found]
        found = [Span(*spot, label, 0.5, certain=label in HARD, source=RESCAN) for spot, label in spots if spot]
        review = self._played(self.material.spans, found)
        # What may never stay was found where a mark stands rejected: the mark gives way.
        stays = {one.span for one in review.rejected() for hard in found if hard.certain and hard.overlaps(one.span)}
        if stays:
            review = self._played([one for one in self.material.spans if one not in stays], found)
        return review

    def _played(self, marks: Iterable[Span], found: Iterable[Span]) -> Review:
        """Return the review of these marks, and of what was found outside them, with the rulings taken."""
        text, spans = self.material.text, [*marks]
        for one in found:
            spans += _outside(one, spans, text)
        review = Review.of(text, sorted(spans, key=lambda one: one.start))
        for ruling in self.rulings:
            spot = self.material.joined(ruling)
            if spot and ruling.act in _CHOICES:
                # A ruling whose mark is gone (another text, another model) falls away: the place is decided again.
                with contextlib.suppress(InvalidDecision):
                    review = review.decide(_decision(ruling, spot))
        return review

    @cached_property
    def protected(self) -> ProtectedText:
        """The joined text with every certain, accepted and undecided mark replaced: doubt is replaced until decided."""
        spans = (*self.review.accepted(), *self.review.pending())
        spans = tuple(one for span in spans for one in self.material.split(span))
        chosen = _disjoint(spans)
        return protect(self.material.text, chosen, reference=self.reference, known=self.material.known)

    @cached_property
    def fields(self) -> dict[str, str]:
        """The protected fields."""
        parts = self.protected.text.split(SEPARATOR)
        return dict(zip(self.material.fields, parts, strict=True))

    @property
    def mapping(self) -> tuple[MapEntry, ...]:
        """The map pseudonym ↔ original."""
        return self.protected.mapping

    @cached_property
    def warnings(self) -> tuple[Warned, ...]:
        """What still singles the person out in the protected text, with what was decided on each."""
        marks = [
            replace(one.span, start=one.start, end=one.end)
            for one in self.protected.replacements
            if one.span.source != OMITTED
        ]
        kept = {(one.field, one.start, one.end, one.warning) for one in self.rulings if one.act is Act.KEEP}
        result = []
        for risk in assess(self.protected.text, marks):
            original = self.material.place(*self._original(risk.start, risk.end))
            protected = self._protected_place(risk.start, risk.end)
            key = (original.field, original.start, original.end, risk.reason)
            decided = Act.KEEP if key in kept else None
            result.append(Warned(risk, original, protected, decided))
        return tuple(result)

    def decided(self, ruling: Ruling) -> Preparation:
        """Return the preparation with one more ruling.

        Raises:
            InvalidDecision: there is no such place, mark or warning, or the ruling lacks its reason or kind.
        """
        spot = self.material.joined(ruling)
        if spot is None:
            raise InvalidDecision("a decision needs a place inside the text")
        here = Place(ruling.field, ruling.start, ruling.end)
        if ruling.act is Act.KEEP:
            if not any((one.original, one.risk.reason) == (here, ruling.warning) for one in self.warnings):
                raise InvalidDecision("there is no warning at that place")
        else:
            self.review.decide(_decision(ruling, spot))
        return replace(self, rulings=(*self.rulings, ruling))

    # --- what is open ------------------------------------------------------------------------------------------

    @property
    def pending(self) -> int:
        """How many decisions are still asked."""
        return len(self.review.pending()) + sum(one.decided is None for one in self.warnings)

    def leftovers(self, analyser: Analyser) -> tuple[tuple[Place, EntityType], ...]:
        """Return what a second look finds in the protected fields and nobody decided on, in places of the originals."""
        excused = [place for place, _, _ in self._excused()]
        result = []
        for name, value in self.fields.items():
            for span in remaining(analyser, value):
                here = Place(name, span.start, span.end)
                if (span.hard and span.certain) or not _within(here, excused, value):
                    result.append((self.original_of(here), span.label))
        return tuple(dict.fromkeys(result))

    def rejected(self, analyser: Analyser) -> tuple[tuple[Place, EntityType, ReasonCode], ...]:
        """Return the rejected marks as they travel: places in the protected fields, as a second look finds them.

        A rejected mark that the second look does not find travels with its own kind and place.
        """
        result = list(self._excused())
        excused = [place for place, _, _ in self._excused()]
        for name, value in self.fields.items():
            for span in remaining(analyser, value):
                here = Place(name, span.start, span.end)
                reason = next((reason for place, _, reason in self._excused() if _overlap(here, place)), None)
                if reason is not None and _within(here, excused, value):
                    result.append((here, span.label, reason))
        return tuple(dict.fromkeys(result))

    def carried(self, fields: Mapping[str, str]) -> tuple[Ruling, ...]:
        """Return the rulings that still hold when the fields become others: each goes with its words.

        A ruling whose words are gone is dropped. One that lets words stand goes only with the words that were read:
        the same words elsewhere may be another's name. One that takes words away may go to the nearest.
        """
        result = []
        ways: dict[str, tuple[Stretch, ...]] = {}
        for ruling in self.rulings:
            before, after = self.material.fields.get(ruling.field, ""), fields.get(ruling.field, "")
            if before != after and ruling.field not in ways:
                ways[ruling.field] = unchanged(before, after)
            start = ruling.start if before == after else _moved(ruling, before, after, ways[ruling.field])
            if start >= 0:
                result.append(replace(ruling, start=start, end=start + ruling.end - ruling.start))
        return tuple(result)

    def translate_back(self, text: str) -> str:
        """Return an answer of the circle in the submitter's own names."""
        return translate_back(text, self.mapping)

    # --- places ------------------------------------------------------------------------------------------------

    def original_of(self, place: Place) -> Place:
        """Return the place in the original field of a place in a protected one, wide enough to hold it."""
        names = list(self.fields)
        start = _borders(self.fields.values())[0][names.index(place.field)]
        low, high = self._original(start + place.start, start + place.end)
        return self.material.place(low, high)

    def _excused(self) -> tuple[tuple[Place, EntityType, ReasonCode], ...]:
        rejected: Sequence[Rejected] = self.review.rejected()
        places = ((self._written(one.span.start, one.span.end), one) for one in rejected)
        return tuple((self._protected_place(*place), one.span.label, one.reason) for place, one in places)

    def _written(self, start: int, end: int) -> tuple[int, int]:
        """Return where a place of the joined original stands in the joined protected text."""

        def moved(at: int, *, ahead: bool) -> int:
            shift = 0
            for one in self.protected.replacements:
                if one.span.end <= at:
                    shift = one.end - one.span.end
                elif one.span.start < at:
                    return one.end if ahead else one.start
            return at + shift

        return moved(start, ahead=False), moved(end, ahead=True)

    def _original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a place of the joined protected text stands in the joined original."""
        low, high, shift_low, shift_high = start, end, 0, 0
        for one in self.protected.replacements:
            if one.end <= start:
                shift_low = one.span.end - one.end
            elif one.start <= start:
                low, shift_low = one.span.start, 0
            if one.end < end:
                shift_high = one.span.end - one.end
            elif one.start < end:
                high, shift_high = one.span.end, 0
        length = len(self.material.text)
        low = min(max(0, low + shift_low), length - 1)
        return low, min(max(low + 1, high + shift_high), length)

    def _protected_place(self, start: int, end: int) -> Place:
        return _place(list(self.fields), _borders(self.fields.values()), start, end)


def _decision(ruling: Ruling, spot: tuple[int, int]) -> Decision:
    return Decision(_CHOICES[ruling.act], *spot, ruling.label, ruling.reason, ruling.everywhere)


def _borders(values: Iterable[str]) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    offset = 0
    for value in values:
        starts.append(offset)
        ends.append(offset + len(value))
        offset += len(value) + len(SEPARATOR)
    return starts, ends


def _place(names: Sequence[str], borders: tuple[list[int], list[int]], start: int, end: int) -> Place:
    starts, ends = borders
    number = max(0, bisect_right(starts, start) - 1)
    low = min(start, max(starts[number], ends[number] - 1))
    return Place(names[number], low - starts[number], max(low + 1, min(end, ends[number])) - starts[number])


def _overlap(one: Place, other: Place) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end


def _within(place: Place, others: Sequence[Place], text: str) -> bool:
    """Does every letter and digit of a place of this field lie in one of the others?"""
    inside = {at for one in others if one.field == place.field for at in range(one.start, one.end)}
    return all(at in inside for at in range(place.start, place.end) if text[at].isalnum())


def _outside(found: Span, marks: Sequence[Span], text: str) -> list[Span]:
    """Return the stretches of a find that lie in no mark and hold a letter or digit."""
    inside = {at for one in marks for at in range(max(one.start, found.start), min(one.end, found.end))}
    pieces: list[Span] = []
    start = found.start
    for at in range(found.start, found.end + 1):
        if at == found.end or at in inside:
            said = [one for one in range(start, at) if text[one].isalnum()]
            pieces += [replace(found, start=said[0], end=said[-1] + 1)] if said else []
            start = at + 1
    return pieces


def _moved(ruling: Ruling, before: str, after: str, ways: Iterable[Stretch]) -> int:
    """Return where the words of a ruling stand now; -1 when they are gone, or may be other words."""
    length = ruling.end - ruling.start
    whole = (one for one in ways if one.before <= ruling.start and ruling.end <= one.before + one.length)
    start = next((ruling.start + one.after - one.before for one in whole), -1)
    if ruling.act not in {Act.REJECT, Act.KEEP}:
        return start if start >= 0 else _nearest(after, before[ruling.start : ruling.end], ruling.start)
    same = start >= 0 and _sides(before, ruling.start, ruling.end) == _sides(after, start, start + length)
    return start if same else -1


def _sides(text: str, start: int, end: int) -> tuple[bool, bool]:
    """Does a word go on before a place, and behind it? `Wil` in `Wilma` is not the word that was read."""
    return text[start - 1 : start].isalnum() if start else False, text[end : end + 1].isalnum()


def _nearest(text: str, words: str, start: int) -> int:
    """Return where the words stand nearest to a place; -1 when they are not there."""
    if not words:
        return -1
    ahead, behind = text.find(words, start), text.rfind(words, 0, start + len(words))
    if ahead < 0 or behind < 0:
        return max(ahead, behind)
    return ahead if ahead - start <= start - behind else behind


def _disjoint(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans in order, each cut where the one before it ends."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        start = max(span.start, result[-1].end) if result else span.start
        if start < span.end:
            result.append(replace(span, start=start))
    return tuple(result)


def prepare(
    analyser: Analyser, fields: Mapping[str, str], *, known: Known | None = None, reference: date | None = None
) -> Preparation:
    """Prepare without a person: every mark, certain or doubtful, is replaced.

    `reference` is the day from which dates are told.

    Raises:
        TextTooLarge: the fields are longer than the analyser's limit.
    """
    return Preparation(Material.of(analyser, fields, known), reference=reference)
