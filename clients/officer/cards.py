"""Opening and resealing a file of member cards, without any network. What comes in is judged as if a stranger wrote it.

Anyone who has a public key can seal to it, so a card says what somebody sealed. Where it came from is told with it:
the service's register, or the officer who sealed it anew.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from audit.cards import Card, CardKey, open_card, seal_card
from audit.errors import CardUnreadable
from clients.errors import CardsUnusable, NothingToReseal
from clients.officer.keyfile import OfficerKey, read_bytes
from clients.station.terminal.talk import harmless
from server.protocol.cards import MOST_CARDS, CardsFile, SealedCard
from server.protocol.words import ROLE_NL

MOST_BYTES = 64 * 1024 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet calculate a cell. Source: OWASP, CSV injection."""
COLUMNS = ("kenmerk", "vanaf", "naam", "inlognaam", "organisatie", "functie", "rollen", "bron")


@dataclass(frozen=True, slots=True)
class Opened:
    """A card with who sealed it: `resealed_by` is an officer's reference, None is the service's register."""

    card: Card
    resealed_by: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """The cards that a key opened, by member and moment; how many it should have opened, and how many are others'."""

    opened: tuple[Opened, ...]
    unreadable: int
    others: int

    @property
    def members(self) -> int:
        """How many people the cards are of."""
        return len({one.card.member for one in self.opened})


def read_file(path: Path) -> CardsFile:
    """Return a file of cards as the desk gives it.

    Raises:
        FileUnusable: it is not there, or cannot be read.
        CardsUnusable: it is too long, or no such file.
    """
    data = read_bytes(path, MOST_BYTES)
    if len(data) > MOST_BYTES:
        raise CardsUnusable
    try:
        return msgspec.json.decode(data, type=CardsFile)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise CardsUnusable from None


def open_file(file: CardsFile, key: OfficerKey) -> Result:
    """Open every card that is sealed to this key; one that does not open hides no other."""
    mine = key.public.fingerprint
    opened: dict[tuple[str, int], Opened] = {}
    unreadable = others = 0
    for one in file.cards:
        if one.key != mine:
            others += 1
            continue
        try:
            card = open_card(one.sealed, key.private, one.member, one.at)
            if card.organisation != file.organisation:
                raise CardUnreadable
        except CardUnreadable:
            unreadable += 1
            continue
        opened.setdefault((card.member, card.at), Opened(card, one.resealed_by))
    return Result(tuple(opened[place] for place in sorted(opened)), unreadable, others)


def reseal(file: CardsFile, result: Result, target: CardKey) -> list[CardsFile]:
    """Return files with every opened card sealed to another key, each small enough to bring to the desk.

    Left out is what the service itself has sealed to that key already. What somebody brought back before is made again,
    because it may have been worthless.

    Raises:
        NothingToReseal: no card was opened.
    """
    if not result.opened:
        raise NothingToReseal
    there = {(one.member, one.at) for one in file.cards if one.key == target.fingerprint and not one.resealed_by}
    cards = [
        SealedCard(one.card.member, one.card.at, target.fingerprint, seal_card(one.card, target), one.resealed_by)
        for one in result.opened
        if (one.card.member, one.card.at) not in there
    ]
    parts = [cards[start : start + MOST_CARDS] for start in range(0, len(cards), MOST_CARDS)] or [[]]
    return [msgspec.structs.replace(file, keys=(), cards=tuple(part)) for part in parts]


def distinct(opened: Sequence[Opened]) -> Iterator[Opened]:
    """Give the cards without those that say the same of a member as the one before."""
    before: Card | None = None
    for one in opened:
        if before is None or msgspec.structs.replace(one.card, at=before.at) != before:
            yield one
        before = one.card


def as_csv(opened: Sequence[Opened]) -> str:
    """Return the cards as comma-separated values; no cell is a formula for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _row(one)] for one in opened)
    return out.getvalue()


def as_lines(opened: Sequence[Opened]) -> str:
    """Return the cards as lines to read, one person after another."""
    lines: list[str] = []
    for one in opened:
        ref, since, name, login, organisation, function, roles, source = _row(one)
        what = ", ".join(part for part in (function, roles) if part)
        lines += [ref, f"    {name} ({login})", f"    {what}; {organisation}", f"    vanaf {since}; bron: {source}"]
    return "".join(f"{line}\n" for line in lines)


def moment_of(at: int) -> str:
    """Return a moment in milliseconds since 1970 as people and programs read it, in UTC."""
    try:
        return (EPOCH + timedelta(milliseconds=at)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError:
        return "?"


def _row(one: Opened) -> tuple[str, ...]:
    card = one.card
    roles = " + ".join(ROLE_NL.get(role, role) for role in card.roles)
    source = f"herverzegeld door {one.resealed_by}" if one.resealed_by else "ledenregister"
    since = moment_of(card.at)
    values = (card.member, since, card.name, card.login, card.organisation_name, card.function, roles, source)
    return tuple(" ".join(harmless(value).split()) for value in values)


def _cell(value: str) -> str:
    return "'" + value if value.startswith(FORMULA) else value
