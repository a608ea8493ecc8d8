"""The damages of `bench/audit_damage.py` in small: all kinds, each refused as it must be, in bounded memory."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from audit.errors import EntryChanged, LeavesDamaged
from audit.export import ENTRIES
from audit.verify import verify_export
from bench.audit_damage import (
    KINDS,
    SIGNER,
    Damage,
    Export,
    Patch,
    change_text,
    run_damages,
    write,
    wrong_with,
    wrong_with_rewriting,
)

ENTRIES_OF_SMALL = 600
"""More than one block of leaves."""


def draws(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - draws that can be repeated, no secrets


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    folder = tmp_path_factory.mktemp("damage") / "export"
    write(folder, ENTRIES_OF_SMALL)
    return Export(folder)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_of_damage_is_refused_where_it_begins(export: Export, seed: int) -> None:
    good, bad = run_damages(export, 6 * len(KINDS), draws(seed))
    assert bad == []
    assert set(good.values()) == {6}


def test_what_is_accepted_or_found_elsewhere_is_told(export: Export) -> None:
    whole = export.files[ENTRIES]
    nothing = Damage("nothing", (Patch(ENTRIES, 5, 1, whole[5:6]),), EntryChanged, 0)
    assert wrong_with(export, nothing) == "accepted"
    changed = change_text(export, draws(1))
    assert changed.index is not None
    elsewhere = Damage(changed.kind, changed.patches, changed.error, changed.index + 1)
    assert wrong_with(export, elsewhere) == f"EntryChanged at {changed.index}"
    other = Damage(changed.kind, changed.patches, LeavesDamaged, changed.index)
    assert wrong_with(export, other) == f"EntryChanged at {changed.index}"
    assert export.is_restored()


def test_a_log_rewritten_and_signed_anew_is_refused_only_against_an_earlier_checkpoint(tmp_path: Path) -> None:
    assert wrong_with_rewriting(tmp_path, ENTRIES_OF_SMALL, draws(3)) == ""


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    peaks = []
    for count in (2_000, 20_000):
        write(tmp_path / str(count), count)
        tracemalloc.start()
        try:
            verify_export(tmp_path / str(count), key=SIGNER.verifier_key, since=None)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]
