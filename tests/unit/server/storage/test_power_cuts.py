"""The power cuts of `bench/power_cuts.py` in small: nothing acknowledged is lost, and the simulation can tell."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from bench.power_cuts import SECTOR, Disk, DiskFile, Recorded, cut, record_store
from bench.recording_vfs import Op, Unrecordable, library

CUTS = 250


def draws(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - draws that can be repeated, no secrets


def recorded_store(folder: Path, synchronous: str) -> Recorded:
    try:
        library()
    except Unrecordable as error:
        pytest.skip(str(error))
    return record_store(folder, transactions=20, sessions=2, synchronous=synchronous)


def test_nothing_acknowledged_is_lost_when_the_power_fails(tmp_path: Path) -> None:
    store = recorded_store(tmp_path, "FULL")
    assert {op.kind for op in store.ops} == {"open", "write", "sync", "truncate", "delete", "acknowledge"}
    assert cut(store, CUTS, draws(1)) == {"": CUTS}
    assert cut(store, CUTS, draws(2), ignores_syncs=True)["damaged"] > 0


def test_without_a_sync_at_each_commit_acknowledged_work_is_lost(tmp_path: Path) -> None:
    outcomes = cut(recorded_store(tmp_path, "NORMAL"), CUTS, draws(3))
    assert outcomes["lost"] > 0
    assert set(outcomes) == {"", "lost"}


def test_a_sector_holds_any_content_since_the_last_sync_and_all_of_one() -> None:
    file = DiskFile(bytearray(b"a" * SECTOR))
    file.since += [Op("write", "f", SECTOR - 2, b"bbbb"), Op("write", "f", SECTOR - 2, b"cccc")]
    rng = draws(4)
    left = {file.left(rng, 0.3) for _time in range(400)}
    ends = {one[SECTOR - 2 :] for one in left}
    first, second = (b"aa", b"bb", b"cc"), (b"", b"bb", b"cc")
    assert ends == {one + other for one in first for other in second}
    file.sync()
    assert file.left(rng, 0.0) == b"a" * (SECTOR - 2) + b"cccc"


def test_a_deleted_file_may_be_back_until_its_successor_is_synced() -> None:
    disk = Disk({"f": b"old"})
    rng = draws(5)
    disk.do(Op("delete", "f"))
    assert {disk.left(rng).get("f") for _time in range(100)} == {None, b"old"}
    disk.do(Op("open", "f"))
    disk.do(Op("write", "f", 0, b"new"))
    assert {disk.left(rng).get("f") for _time in range(300)} == {None, b"old", b"", b"new"}
    disk.do(Op("sync", "f"))
    assert {disk.left(rng).get("f") for _time in range(100)} == {b"new"}
