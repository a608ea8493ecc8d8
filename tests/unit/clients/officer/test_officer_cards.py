"""A file of cards is opened as far as it goes, shown harmlessly, and sealed anew whole."""

from __future__ import annotations

import csv
import io
import secrets
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.cards import Card, seal_card
from clients.errors import CardsUnusable, FileUnusable, NothingToReseal
from clients.officer import cards
from clients.officer.cards import as_csv, as_lines, distinct, open_file, read_file, reseal
from clients.officer.keyfile import new_key
from server.protocol.cards import CardsFile, NamedKey, SealedCard

MINE, OTHER = new_key(secrets.token_bytes), new_key(secrets.token_bytes)
ORGANISATION = "0a" * 16
AT = 1_770_000_000_000


def card(number: int, at: int = AT, **changed: object) -> Card:
    """Return a card of an invented member."""
    made = Card(
        f"{number:032x}", at, f"Lid {number}", f"lid{number}@x.nl", ORGANISATION, "De Vlier", "arts", ("member",)
    )
    return msgspec.structs.replace(made, **changed)


def sealed(one: Card, key: object = MINE, resealed_by: str | None = None) -> SealedCard:
    """Return a card for a key as the file holds it."""
    assert isinstance(key, type(MINE))
    return SealedCard(one.member, one.at, key.public.fingerprint, seal_card(one, key.public), resealed_by)


def file(*found: SealedCard) -> CardsFile:
    """Return a file with these cards."""
    named = (NamedKey(MINE.public.fingerprint, "active"),)
    return CardsFile("casuskring-cards-1", ORGANISATION, "De Vlier", datetime.now(UTC), named, found)


def test_one_card_that_does_not_open_hides_no_other() -> None:
    good = sealed(card(1))
    *kept, last = sealed(card(2)).sealed
    broken = msgspec.structs.replace(sealed(card(2)), sealed=bytes([*kept, last ^ 1]))
    foreign = sealed(card(3, organisation="0b" * 16))
    result = open_file(file(broken, foreign, sealed(card(4), OTHER), good, good), MINE)
    assert [one.card for one in result.opened] == [card(1)]
    assert (result.unreadable, result.others, result.members) == (2, 1, 1)


def test_what_was_sealed_anew_says_the_same_to_the_new_key_alone() -> None:
    there = file(*(sealed(card(n, AT + n)) for n in range(5)), sealed(card(0, AT), OTHER))
    [part] = reseal(there, open_file(there, MINE), OTHER.public)
    # What the other key has already is not made again.
    assert len(part.cards) == 4
    assert [one.card for one in open_file(part, OTHER).opened] == [card(n, AT + n) for n in range(1, 5)]
    assert open_file(part, MINE).opened == ()
    with pytest.raises(NothingToReseal):
        reseal(there, open_file(part, MINE), OTHER.public)


def test_more_cards_than_one_upload_takes_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS", 3)
    there = file(*(sealed(card(n)) for n in range(7)))
    parts = reseal(there, open_file(there, MINE), OTHER.public)
    assert [len(one.cards) for one in parts] == [3, 3, 1]


def test_the_same_said_twice_is_shown_once_from_its_first_moment() -> None:
    said = [card(1), card(1, AT + 1), card(1, AT + 2, name="Anders"), card(1, AT + 3), card(2, AT + 4), card(2, AT + 5)]
    result = open_file(file(*(sealed(one) for one in said)), MINE)
    assert [one.card.at - AT for one in distinct(result.opened)] == [0, 2, 3, 4]


HOSTILE = [
    "=cmd|'/c calc'!A0",
    "+1",
    "-1",
    "@x",
    "\x1b]0;kwaad\x07Naam",
    "a\r\nb",
    'a"b,c',
    "\u202etxt.exe",
    "  =1",
    "\t=1",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_neither_a_formula_nor_a_sign_for_the_terminal(name: str) -> None:
    opened = open_file(file(sealed(card(1, name=name), resealed_by="0c" * 16)), MINE).opened
    table = list(csv.reader(io.StringIO(as_csv(opened))))
    assert len(table) == 2
    assert all(len(row) == len(cards.COLUMNS) for row in table)
    assert not any(cell.startswith(cards.FORMULA) for row in table for cell in row)
    shown = as_lines(opened)
    assert shown.count("\n") == 4
    assert not set(shown) & {"\x1b", "\x07", "\r", "\u202e"}
    assert "herverzegeld door 0c0c" in shown


@given(
    name=st.text(st.characters(codec="utf-8"), max_size=60), login=st.text(st.characters(codec="utf-8"), max_size=60)
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_register_held_there_is_one_row_for_a_card(name: str, login: str) -> None:
    opened = open_file(file(sealed(card(1, name=name, login=login)), sealed(card(2))), MINE).opened
    table = list(csv.reader(io.StringIO(as_csv(opened))))
    assert [len(row) for row in table] == [len(cards.COLUMNS)] * 3
    assert not any(cell.startswith(cards.FORMULA) for row in table for cell in row)
    assert as_lines(opened).count("\n") == 8


def test_a_moment_beyond_every_calendar_is_shown_as_such() -> None:
    opened = open_file(file(sealed(card(1, 2**53))), MINE).opened
    assert "vanaf ?" in as_lines(opened)
    assert cards.moment_of(0) == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[" * 200_000, b"\xff", b"null", bytes(1000), b'{"format":"casuskring-cards-2","cards":[]}'],
)
def test_garbage_is_no_file_of_cards(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(CardsUnusable):
        read_file(tmp_path / "x")


def test_a_cut_a_huge_and_a_missing_file_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, path = msgspec.json.encode(file(sealed(card(1)))), tmp_path / "x"
    for cut in range(0, len(whole), 41):
        path.write_bytes(whole[:cut])
        with pytest.raises(CardsUnusable):
            read_file(path)
    path.write_bytes(whole)
    assert len(read_file(path).cards) == 1
    monkeypatch.setattr(cards, "MOST_BYTES", len(whole) - 1)
    with pytest.raises(CardsUnusable):
        read_file(path)
    with pytest.raises(FileUnusable):
        read_file(tmp_path / "weg")
