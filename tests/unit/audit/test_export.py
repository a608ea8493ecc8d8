"""An export is written whole or not at all, in the layout that other programs read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.checkpoint import Checkpoint, Signer, sign
from audit.errors import ExportMismatch, TargetNotEmpty, UnknownKey
from audit.export import write_export
from audit.tree import leaf_hash, root_of

SIGNER = Signer("log.example/kring", b"s" * 32)
KEY = str(SIGNER.verifier_key)
LINES = [b'{"entry":%d}' % number for number in range(5)]


def note_over(lines: list[bytes]) -> str:
    return sign(Checkpoint("log.example/2025", len(lines), root_of(map(leaf_hash, lines))), SIGNER)


def test_the_layout_is_fixed(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "export"
    point = write_export(out, iter(LINES), note_over(LINES), KEY)
    assert point.size == 5
    assert sorted(path.name for path in out.iterdir()) == ["checkpoint", "entries.ndjson", "leaves", "log.pub"]
    assert (out / "entries.ndjson").read_bytes() == b"".join(line + b"\n" for line in LINES)
    assert (out / "leaves").read_bytes() == b"".join(hashlib.sha256(b"\0" + line).digest() for line in LINES)
    assert (out / "checkpoint").read_text(encoding="utf-8") == note_over(LINES)
    assert (out / "log.pub").read_text(encoding="utf-8") == f"{KEY}\n"
    assert [path.name for path in out.parent.iterdir()] == ["export"]


def test_an_empty_log_and_an_empty_folder_are_fine(tmp_path: Path) -> None:
    write_export(tmp_path, [], note_over([]), KEY)
    assert (tmp_path / "leaves").read_bytes() == b""


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    with pytest.raises(TargetNotEmpty):
        write_export(tmp_path, LINES, note_over(LINES), KEY)
    with pytest.raises(TargetNotEmpty):
        write_export(tmp_path / "mine", LINES, note_over(LINES), KEY)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def interrupted() -> Iterator[bytes]:
    yield LINES[0]
    raise KeyboardInterrupt


def test_nothing_is_left_of_an_export_that_failed(tmp_path: Path) -> None:
    out = tmp_path / "export"
    for lines in (LINES[:4], LINES[::-1], [*LINES, b"{}"], [b"a\nb"]):
        with pytest.raises(ExportMismatch):
            write_export(out, lines, note_over(LINES), KEY)
    with pytest.raises(UnknownKey):
        write_export(out, LINES, note_over(LINES), str(Signer("other.example", b"o" * 32).verifier_key))
    with pytest.raises(KeyboardInterrupt):
        write_export(out, interrupted(), note_over(LINES), KEY)
    assert list(tmp_path.iterdir()) == []
