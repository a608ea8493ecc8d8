"""The state of a review: what is certain, what must be decided, what was decided.

A review is a frozen value. Every decision gives a new one; undo takes the last decision away. Certain marks are
accepted from the start, so that the submitter decides on the doubtful ones only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from anonymisation.adjacency import DECIDED
from anonymisation.document import OMITTED, EntityType, Span, require_ordered
from anonymisation.errors import InvalidDecision, ReviewPending
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.resolve import resolve

OMITTED_LABEL = EntityType.PROFESSION
"""A span needs a kind; of an omitted place none is shown, sent or kept."""


class ReasonCode(StrEnum):
    """Why a mark was rejected; travels to the releaser with kind and position, never with the text."""

    ORDINARY_WORD = "ordinary_word"
    NOT_A_PERSON = "not_a_person"
    GENERAL_PLACE = "general_place"
    OFFER_NAME = "offer_name"


class Choice(StrEnum):
    """What a decision does with its place."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    RELABEL = "RELABEL"
    ADD = "ADD"
    OMIT = "OMIT"
    """Leave the words out, whatever they say: for what singles a person out and is no identifier of any kind."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on `text[start:end]`.

    `reason` belongs to REJECT, `label` to RELABEL and ADD. `everywhere` repeats the decision for every place that
    says the same, whatever its case or accents; a rejected doubt leaves the places alone where the same is certain.
    """

    choice: Choice
    start: int
    end: int
    label: EntityType | None = None
    reason: ReasonCode | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A mark that the submitter rejected, as it travels to the releaser."""

    span: Span
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class Review:
    """The marks of one text and the decisions taken so far, oldest first. Make one with `Review.of`."""

    text: str = field(repr=False)
    spans: tuple[Span, ...]
    decisions: tuple[Decision, ...] = ()

    @classmethod
    def of(cls, text: str, spans: Iterable[Span]) -> Review:
        """Open a review of what was found in a text.

        Raises:
            InvalidSpan: the spans are out of order, overlap, or lie outside the text.
        """
        return cls(text, require_ordered(spans, len(text)))

    def standing(self) -> tuple[tuple[Span, Decision | None], ...]:
        """Return every mark with the last decision on it, in order of place."""
        return tuple(self._state())

    def pending(self) -> tuple[Span, ...]:
        """Return the doubtful marks on which nothing was decided, in order of place."""
        return tuple(span for span, verdict in self._state() if not span.certain and verdict is None)

    def decide(self, decision: Decision) -> Review:
        """Return the review with one more decision.

        Raises:
            InvalidDecision: there is no mark at that place, a reason or label is missing, or a certain hard mark is
                rejected.
        """
        self._require_valid(decision)
        return replace(self, decisions=(*self.decisions, decision))

    def undo(self) -> Review:
        """Return the review without its last decision; without decisions the review itself."""
        return replace(self, decisions=self.decisions[:-1])

    def rejected(self) -> tuple[Rejected, ...]:
        """Return the rejected marks with their reason codes, in order of place."""
        return tuple(
            Rejected(span, verdict.reason)
            for span, verdict in self._state()
            if verdict is not None and verdict.choice is Choice.REJECT and verdict.reason is not None
        )

    def accepted(self) -> tuple[Span, ...]:
        """Return what stands to be replaced now: certain and accepted marks, sorted and disjoint."""
        kept = [
            replace(span, certain=True)
            for span, verdict in self._state()
            if (span.certain and verdict is None) or (verdict is not None and verdict.choice is not Choice.REJECT)
        ]
        return resolve(kept, self.text)

    def finish(self) -> tuple[Span, ...]:
        """Return the marks to replace.

        Raises:
            ReviewPending: a doubtful mark is undecided.
        """
        if self.pending():
            raise ReviewPending("every doubtful mark needs a decision first")
        return self.accepted()

    def _require_valid(self, decision: Decision) -> None:
        if not 0 <= decision.start < decision.end <= len(self.text):
            raise InvalidDecision("a decision needs a place inside the text")
        if decision.choice in {Choice.RELABEL, Choice.ADD} and decision.label is None:
            raise InvalidDecision("this decision needs a label")
        if decision.choice in {Choice.ADD, Choice.OMIT}:
            if not any(char.isalnum() for char in self.text[decision.start : decision.end]):
                raise InvalidDecision("an added mark needs a letter or a digit")
            return
        targets = [span for span, _ in self._state() if (span.start, span.end) == (decision.start, decision.end)]
        if not targets:
            raise InvalidDecision("there is no mark at that place")
        if decision.choice is Choice.REJECT:
            if decision.reason is None:
                raise InvalidDecision("a rejection needs a reason")
            if any(span.hard and span.certain for span in targets) or (decision.start, decision.end) in self._fixed():
                raise InvalidDecision("a certain mark of a hard kind cannot be rejected")

    def _fixed(self) -> frozenset[tuple[int, int]]:
        """Return where certain marks of a hard kind were found: under another kind too they cannot be let stand."""
        return frozenset((span.start, span.end) for span in self.spans if span.hard and span.certain)

    def _state(self) -> list[tuple[Span, Decision | None]]:
        """Play the decisions: every mark with the last decision that touches it, in order of place."""
        state: dict[tuple[int, int], tuple[Span, Decision | None]] = {
            (span.start, span.end): (span, None) for span in self.spans
        }
        fixed = self._fixed()
        for decision in self.decisions:
            for start, end in self._places(decision, state):
                span = state[start, end][0] if (start, end) in state else None
                hard = (start, end) in fixed or (span is not None and span.hard and span.certain)
                if hard and decision.choice is Choice.REJECT:
                    continue
                if decision.choice is Choice.OMIT:
                    span = Span(start, end, OMITTED_LABEL, 1.0, certain=True, source=OMITTED)
                elif span is None or (decision.label is not None and decision.choice in {Choice.RELABEL, Choice.ADD}):
                    label = decision.label or EntityType.PERSON
                    span = Span(start, end, label, 1.0, certain=True, source=DECIDED)
                state[start, end] = (span, decision)
        return [state[place] for place in sorted(state)]

    def _places(
        self, decision: Decision, state: dict[tuple[int, int], tuple[Span, Decision | None]]
    ) -> list[tuple[int, int]]:
        """Return the places that a decision touches."""
        here = (decision.start, decision.end)
        if not decision.everywhere:
            return [here]
        wanted = fold(self.text[decision.start : decision.end])
        if decision.choice in {Choice.ADD, Choice.OMIT}:
            folded, offsets = fold_with_offsets(self.text)
            found = re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded) if wanted else ()
            return [here, *((offsets[one.start()], offsets[one.end()]) for one in found)]
        same = [place for place in state if fold(self.text[place[0] : place[1]]) == wanted]
        if decision.choice is Choice.REJECT and not (here in state and state[here][0].certain):
            # That `wil` is a verb here says nothing of the `Wil` that is certainly a name.
            return [place for place in same if place == here or not state[place][0].certain]
        return same
