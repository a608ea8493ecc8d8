"""The review screen's state as it goes to the browser: fields cut into pieces, and what asks for a decision.

Places stay on the server's side: the browser shows pieces of text and sends back the place that a piece came with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from anonymisation.document import OMITTED
from anonymisation.review import Choice
from clients.station.desk import Desk
from clients.station.draft import Draft
from clients.station.preparation import Preparation, Warned
from clients.station.words import LACKING_NL, TEST_NL
from server.protocol.dutch import FIELD_NL, LABEL_NL


class Piece(Struct, frozen=True):
    """A stretch of a field. `kind`: plain, certain, doubt, accepted, rejected, omitted, pseudonym, warning.

    `start` is the place in the original field in code points (of a piece of the original only), `item` the id of what
    was or must be decided about it.
    """

    text: str
    kind: str = "plain"
    start: int = 0
    item: str = ""
    label: str = ""


class Item(Struct, frozen=True):
    """A mark or a warning. `state`: open, accepted, rejected, omitted, kept, certain."""

    id: str
    kind: str
    field: str
    field_name: str
    start: int
    end: int
    words: str
    label: str
    becomes: str
    why: str
    state: str
    hard: bool
    warning: str = ""


class FieldView(Struct, frozen=True):
    """A field: as typed on the left, as the circle will see it on the right."""

    name: str
    title: str
    original: tuple[Piece, ...]
    protected: tuple[Piece, ...]


class State(Struct, frozen=True):
    """Everything that the review screen shows."""

    fields: tuple[FieldView, ...]
    items: tuple[Item, ...]
    open: int
    undoable: bool
    lacking: tuple[str, ...]


def state_of(desk: Desk, draft: Draft) -> State:
    """Return the state of a case's review."""
    prepared = desk.preparation(draft)
    marks, warnings = list(_marks(prepared)), list(_warnings(prepared))
    items = sorted([*marks, *warnings], key=lambda one: (list(prepared.fields).index(one.field), one.start, one.end))
    lacking = tuple(LACKING_NL.get(one, one) for one in desk.lacking(draft) if not one.startswith("too_long:"))
    lacking += tuple(
        f"een kortere tekst bij ‘{FIELD_NL[one.removeprefix('too_long:')]}’"
        for one in desk.lacking(draft)
        if one.startswith("too_long:")
    )
    views = [_field(prepared, name, marks, warnings) for name in prepared.fields]
    return State(tuple(views), tuple(items), prepared.pending, bool(draft.rulings), lacking)


def _marks(prepared: Preparation) -> Iterator[Item]:
    text, becomes = prepared.material.text, _becomes(prepared)
    pending = {(one.start, one.end) for one in prepared.review.pending()}
    for span, decision in prepared.review.standing():
        place = prepared.material.place(span.start, span.end)
        if (span.start, span.end) in pending:
            state = "open"
        elif decision is None:
            state = "certain"
        elif decision.choice is Choice.REJECT:
            state = "rejected"
        else:
            state = "omitted" if span.source == OMITTED else "accepted"
        label = "" if span.source == OMITTED else span.label.value
        yield Item(
            f"m{span.start}-{span.end}",
            "mark",
            place.field,
            FIELD_NL[place.field],
            place.start,
            place.end,
            text[span.start : span.end],
            label,
            becomes.get(span.start, ""),
            LABEL_NL[label] if label else "weggelaten",
            state,
            span.hard,
        )


def _becomes(prepared: Preparation) -> dict[int, str]:
    return {one.span.start: one.text for one in prepared.protected.replacements}


def _warnings(prepared: Preparation) -> Iterator[Item]:
    for number, warned in enumerate(prepared.warnings):
        yield Item(
            f"w{number}",
            "warning",
            warned.original.field,
            FIELD_NL[warned.original.field],
            warned.original.start,
            warned.original.end,
            _shown(prepared, warned),
            "",
            "[weggelaten]",
            f"{warned.risk.reason} ({TEST_NL[warned.risk.test]})",
            "open" if warned.decided is None else "kept",
            hard=False,
            warning=warned.risk.reason,
        )


def _shown(prepared: Preparation, warned: Warned) -> str:
    place = warned.protected
    return prepared.fields[place.field][place.start : place.end]


def _field(prepared: Preparation, name: str, marks: Sequence[Item], warnings: Sequence[Item]) -> FieldView:
    original = [
        (one.start, one.end, "doubt" if one.state == "open" else one.state, one.id, one.label)
        for one in marks
        if one.field == name
    ]
    shown = [(start, end, "pseudonym", "", "") for start, end in _written(prepared, name)]
    shown += [
        (warned.protected.start, warned.protected.end, "warning" if item.state == "open" else "kept", item.id, "")
        for warned, item in zip(prepared.warnings, warnings, strict=True)
        if warned.protected.field == name
    ]
    return FieldView(
        name,
        FIELD_NL[name],
        tuple(_cut(prepared.material.fields[name], sorted(original))),
        tuple(_cut(prepared.fields[name], sorted(shown, key=lambda one: (one[0], one[2] == "pseudonym", -one[1])))),
    )


def _written(prepared: Preparation, name: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for field, value in prepared.fields.items():
        if field == name:
            break
        offset += len(value) + 3
    length = len(prepared.fields[name])
    for one in prepared.protected.replacements:
        if offset <= one.start and one.end <= offset + length:
            yield one.start - offset, one.end - offset


def _cut(text: str, places: Sequence[tuple[int, int, str, str, str]]) -> Iterator[Piece]:
    """Yield the text in pieces; where two places overlap the earlier one keeps its words."""
    at = 0
    for begin, end, kind, item, label in places:
        start = max(begin, at)
        if start >= end:
            continue
        if start > at:
            yield Piece(text[at:start], start=at)
        yield Piece(text[start:end], kind, start, item, label)
        at = end
    if at < len(text):
        yield Piece(text[at:], start=at)
