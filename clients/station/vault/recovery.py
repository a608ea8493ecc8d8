"""What a kill left between two writes: what is to be removed, and what is to be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clients.errors import VaultDamaged
from clients.station.vault.header import HEADER_FILE, Entry
from clients.station.vault.records import Shelf


@dataclass(frozen=True, slots=True, repr=False)
class Strays:
    """Ids whose files outlived their deletion, and the record that was written and not yet listed."""

    deleted: tuple[str, ...]
    newer: Entry | None


def find_strays(shelf: Shelf, sequence: int, entries: Mapping[str, Entry]) -> Strays:
    """Hold the files against the list of this sequence.

    A file that is not listed, with a revision that the list has seen, was deleted: had it not been, it would be listed.
    What does not open, or is older than its entry, is left for `read` and `check` to tell.

    Raises:
        VaultDamaged: several records are newer than the list, or one by more than one revision; then the list is old.
    """
    deleted: list[str] = []
    newer: list[Entry] = []
    for record_id in shelf.ids():
        entry = entries.get(record_id)
        if entry is not None and shelf.claimed(record_id) == entry.revision:
            continue
        try:
            record = shelf.open(record_id)
        except VaultDamaged:
            continue
        if record.revision > sequence:
            newer.append(Entry(record_id, record.kind, record.revision))
        elif entry is None:
            deleted.append(record_id)
    if len(newer) > 1 or any(one.revision > sequence + 1 for one in newer):
        raise VaultDamaged(HEADER_FILE)
    return Strays(tuple(deleted), newer[0] if newer else None)
