"""The cases of the station by a short number that stays theirs."""

from __future__ import annotations

import msgspec

from clients.errors import NoSuchCase, StationError
from clients.station.desk import Desk
from clients.station.draft import KIND, Draft

NUMBERS = "numbers"
"""The kind, and the id, of the record with the short numbers."""
SHORTEST_START = 4
"""Fewer signs of an id are taken for a number only."""
NO_SUCH = "Deze casus is er niet. Met ‘casuskring station lijst’ ziet u de nummers."
AMBIGUOUS = "Dit begin past op meer dan één casus. Typ er meer tekens bij, of het nummer uit de lijst."


class _Numbers(msgspec.Struct):
    last: int = 0
    of: dict[str, int] = {}


def numbers(desk: Desk) -> dict[str, int]:
    """Return the short number of every case. A number is given once: after a case is thrown away nobody gets it."""
    kept = _Numbers()
    if NUMBERS in desk.vault.ids(NUMBERS):
        kept = msgspec.json.decode(desk.vault.read(NUMBERS), type=_Numbers)
    ids = desk.vault.ids(KIND)
    new = [one for one in ids if one not in kept.of]
    if new or len(kept.of) > len(ids):
        of = {one: number for one, number in kept.of.items() if one in ids}
        of |= {one: kept.last + place for place, one in enumerate(new, 1)}
        kept = _Numbers(kept.last + len(new), of)
        desk.vault.write(NUMBERS, NUMBERS, msgspec.json.encode(kept))
    return kept.of


def find(desk: Desk, named: str) -> Draft:
    """Return the case of a short number, or of a beginning of its id that no other case has.

    Raises:
        NoSuchCase, StationError: none has it, or more than one.
    """
    named = named.strip().lower()
    found = [one for one, number in numbers(desk).items() if str(number) == named]
    if not found and len(named) >= SHORTEST_START:
        found = [one for one in desk.vault.ids(KIND) if one.startswith(named)]
    if not found:
        raise NoSuchCase(NO_SUCH)
    if len(found) > 1:
        raise StationError(AMBIGUOUS, code="ambiguous")
    return desk.draft(found[0])


def number_of(desk: Desk, draft: Draft) -> int:
    """Return the short number of a case."""
    return numbers(desk)[draft.id]
