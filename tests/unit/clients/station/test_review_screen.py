"""What the review screen is sent: the two descriptions of it agree, and its pieces are the texts."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import Struct

from clients.station.desk import Desk
from clients.station.preparation import Act, Ruling
from clients.station.web import state as described
from clients.station.web.pages_case import Decided
from clients.station.web.state import FieldView, Item, Piece, State, state_of
from tests.support.station import analyser

SCREEN = Path(__file__).resolve().parents[4] / "clients/web/src/station/state.ts"


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Piece, "Piece"), (Item, "Item"), (FieldView, "FieldView"), (State, "State"), (Decided, "Ruling")],
)
def test_the_screen_expects_what_it_is_sent(kind: type[Struct], name: str) -> None:
    found = re.search(rf"export interface {name} \{{(.*?)\n\}}", SCREEN.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert tuple(re.findall(r"readonly (\w+)\??:", found[1])) == kind.__struct_fields__


class Memory(dict[str, tuple[str, bytes]]):
    """Records in memory, for what does not ask about the vault."""

    def ids(self, kind: str = "") -> tuple[str, ...]:
        """Return the ids of one kind, or all."""
        return tuple(name for name, one in self.items() if kind in {"", one[0]})

    def kind(self, ref: str, /) -> str:
        """Return the kind of a record."""
        return self[ref][0]

    def read(self, ref: str, /) -> bytes:
        """Return a record."""
        return self[ref][1]

    def write(self, ref: str, kind: str, data: bytes, /) -> None:
        """Keep a record."""
        self[ref] = (kind, data)

    def delete(self, ref: str, /) -> None:
        """Forget a record."""
        del self[ref]


@pytest.mark.parametrize(
    "text",
    [
        "Mw. Saskia Ribbers (37) is de enige vrouwelijke beiaardier van de streek. 😀 Jayden ook, in Ede.",
        "'Ik ben de enige in het dorp die dit kan en iedereen kent mij', zegt Jan Bos\u0301.",
        "  \n\tWil wil naar Wil.\r\n",
    ],
)
def test_the_pieces_are_the_two_texts_and_every_item_has_its_place(text: str) -> None:
    desk = Desk(Memory(), "w", analyser, lambda: datetime(2026, 11, 20, tzinfo=UTC))
    draft = desk.begin(text)
    for _ in range(12):
        draft = desk.draft(draft.id)
        prepared, state = desk.preparation(draft), state_of(desk, draft)
        for view in state.fields:
            assert "".join(one.text for one in view.original) == prepared.material.fields[view.name]
            assert "".join(one.text for one in view.protected) == prepared.fields[view.name]
        for item in state.items:
            original = prepared.material.fields[item.field]
            assert 0 <= item.start < item.end <= len(original)
            if item.kind == "mark":
                assert original[item.start : item.end] == item.words
        assert state.open == sum(one.state == "open" for one in state.items)
        ahead = next((one for one in state.items if one.state == "open"), None)
        if ahead is None:
            break
        desk.decide(draft.id, Ruling(Act.OMIT, ahead.field, ahead.start, ahead.end))
    assert described.state_of(desk, desk.draft(draft.id)).open == 0
