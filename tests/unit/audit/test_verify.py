"""Verification of an export: every kind of damage has its own answer, in both languages, with evidence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from audit.checkpoint import MAX_NOTE_BYTES, Checkpoint, Signer, sign
from audit.errors import (
    AuditError,
    EntryChanged,
    EntryMissing,
    EntryMoved,
    EntryRepeated,
    EntryUnexpected,
    FileMissing,
    FileTruncated,
    ForkedLog,
    InvalidKey,
    LeavesDamaged,
    MalformedNote,
    OtherLog,
    RootMismatch,
    UnknownKey,
    WrongSignature,
)
from audit.export import write_export
from audit.report import describe
from audit.tree import leaf_hash, root_of
from audit.verify import verify_export

SIGNER = Signer("log.example/kring", b"s" * 32)
OTHER = Signer("log.example/kring", b"o" * 32)
KEY = SIGNER.verifier_key
ORIGIN = "log.example/kring/2025"
COUNT = 1500  # more than two blocks of leaves, and not a whole number of them
LINES = [b'{"entry":%d,"canary":"KANARIE"}' % number for number in range(COUNT)]


def note_over(lines: list[bytes], signer: Signer = SIGNER, origin: str = ORIGIN) -> str:
    return sign(Checkpoint(origin, len(lines), root_of(map(leaf_hash, lines))), signer)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    out = tmp_path / "export"
    write_export(out, LINES, note_over(LINES), str(KEY))
    return out


def write_lines(export: Path, lines: list[bytes]) -> None:
    (export / "entries.ndjson").write_bytes(b"".join(line + b"\n" for line in lines))


def refusal(export: Path, since: Path | None = None) -> AuditError:
    with pytest.raises(AuditError) as caught:
        verify_export(export, key=KEY, since=since)
    return caught.value


def test_a_good_export_holds(export: Path) -> None:
    found = verify_export(export, key=KEY, since=None)
    assert (found.checkpoint.size, found.own_key, found.since) == (COUNT, False, None)


def test_without_a_key_it_says_whose_key_it_trusted(export: Path) -> None:
    found = verify_export(export, key=None, since=None)
    assert found.own_key
    assert "vraag de sleutel ergens anders op" in describe(found, "nl")
    assert "the export's own key" in describe(found, "en")
    assert "own key" not in describe(verify_export(export, key=KEY, since=None), "en")


def test_an_empty_export_holds(tmp_path: Path) -> None:
    write_export(tmp_path / "empty", [], note_over([]), str(KEY))
    assert verify_export(tmp_path / "empty", key=KEY, since=None).checkpoint.size == 0


def without(place: int) -> list[bytes]:
    return [*LINES[:place], *LINES[place + 1 :]]


@pytest.mark.parametrize("place", [0, 1, 511, 512, 513, 1023, 1024, COUNT - 1])
def test_faults_at_the_edges_of_blocks_are_numbered_right(export: Path, place: int) -> None:
    for lines, kind in (
        ([*LINES[:place], b"changed", *LINES[place + 1 :]], EntryChanged),
        (without(place), EntryMissing),
        ([*LINES[:place], b"added", *LINES[place:]], EntryUnexpected),
    ):
        write_lines(export, lines)
        error = refusal(export)
        assert isinstance(error, kind)
        assert error.index == place


def test_moved_and_repeated_entries_are_told_apart(export: Path) -> None:
    write_lines(export, [LINES[700], *LINES[1:700], LINES[0], *LINES[701:]])
    moved = refusal(export)
    assert isinstance(moved, EntryMoved)
    assert (moved.index, moved.other, moved.place) == (0, 700, 700)
    write_lines(export, [*LINES[:1400], LINES[3], *LINES[1400:]])
    repeated = refusal(export)
    assert isinstance(repeated, EntryRepeated)
    assert (repeated.index, repeated.other) == (1400, 3)
    write_lines(export, [*LINES, LINES[1]])
    repeated = refusal(export)
    assert isinstance(repeated, EntryRepeated)
    assert (repeated.index, repeated.other) == (COUNT, 1)


def test_a_missing_tail_is_counted(export: Path) -> None:
    write_lines(export, LINES[:900])
    error = refusal(export)
    assert isinstance(error, EntryMissing)
    assert (error.index, error.count) == (900, 600)
    assert "900" in error.sentence("nl")
    assert "1499" in error.sentence("nl")


def test_a_file_cut_inside_a_line_is_truncated(export: Path) -> None:
    whole = (export / "entries.ndjson").read_bytes()
    for cut in (-1, -5):
        (export / "entries.ndjson").write_bytes(whole[:cut])
        error = refusal(export)
        assert isinstance(error, FileTruncated)
        assert (error.file, error.index) == ("entries.ndjson", COUNT - 1)


def test_damaged_leaves_with_good_entries(export: Path) -> None:
    leaves = bytearray((export / "leaves").read_bytes())
    leaves[32 * 1200 + 5] ^= 1
    (export / "leaves").write_bytes(leaves)
    error = refusal(export)
    assert isinstance(error, LeavesDamaged)
    assert (error.index, error.expected) == (1200, leaf_hash(LINES[1200]).hex())
    (export / "leaves").write_bytes((export / "leaves").read_bytes() + b"more")
    assert isinstance(refusal(export), LeavesDamaged)


def test_cut_or_extended_leaves_with_good_entries(export: Path) -> None:
    whole = (export / "leaves").read_bytes()
    for leaves, index in ((whole[:-1], COUNT - 1), (whole[: 32 * 7], 7), (b"", 0), (whole + b"\0" * 32, COUNT)):
        (export / "leaves").write_bytes(leaves)
        error = refusal(export)
        assert isinstance(error, LeavesDamaged)
        assert error.index == index


def test_entries_and_leaves_changed_together_cannot_be_told_apart(export: Path) -> None:
    changed = [*LINES[:5], b"rewritten", *LINES[6:]]
    write_lines(export, changed)
    (export / "leaves").write_bytes(b"".join(map(leaf_hash, changed)))
    error = refusal(export)
    assert isinstance(error, RootMismatch)
    assert "cannot be known" in error.sentence("en")


def test_an_export_whose_copy_stopped_half_way(export: Path) -> None:
    (export / "leaves").write_bytes((export / "leaves").read_bytes()[: 32 * 800])
    write_lines(export, LINES[:800])
    error = refusal(export)
    assert isinstance(error, FileTruncated)
    assert (error.file, error.index) == ("leaves", 800)


def test_an_export_signed_with_another_key(export: Path) -> None:
    (export / "checkpoint").write_text(note_over(LINES, OTHER), encoding="utf-8")
    (export / "log.pub").write_text(str(OTHER.verifier_key), encoding="utf-8")
    assert verify_export(export, key=None, since=None).own_key
    assert isinstance(refusal(export), UnknownKey)


def test_a_changed_checkpoint(export: Path) -> None:
    note = note_over(LINES).replace(f"\n{COUNT}\n", f"\n{COUNT + 1}\n")
    (export / "checkpoint").write_text(note, encoding="utf-8")
    assert isinstance(refusal(export), WrongSignature)


def test_an_earlier_checkpoint_must_be_extended(export: Path, tmp_path: Path) -> None:
    since = tmp_path / "earlier"
    for size in (0, 1, 511, 512, 513, COUNT):
        since.write_text(note_over(LINES[:size]), encoding="utf-8")
        found = verify_export(export, key=KEY, since=since)
        assert found.since is not None
        assert found.since.size == size
        assert str(size) in describe(found, "nl")


def test_a_fork_keeps_both_roots_as_evidence(export: Path, tmp_path: Path) -> None:
    since = tmp_path / "earlier"
    since.write_text(note_over([*LINES[:600], b"was here"]), encoding="utf-8")
    error = refusal(export, since)
    assert isinstance(error, ForkedLog)
    assert (error.earlier_size, error.size) == (601, COUNT)
    assert error.expected != error.actual
    since.write_text(note_over([*LINES, b"one more"]), encoding="utf-8")
    shrunk = refusal(export, since)
    assert isinstance(shrunk, ForkedLog)
    assert shrunk.actual is None


def test_an_earlier_checkpoint_of_something_else(export: Path, tmp_path: Path) -> None:
    since = tmp_path / "earlier"
    since.write_text(note_over(LINES[:9], origin="log.example/kring/2024"), encoding="utf-8")
    assert isinstance(refusal(export, since), OtherLog)
    since.write_text(note_over(LINES[:9], OTHER), encoding="utf-8")
    error = refusal(export, since)
    assert isinstance(error, UnknownKey)
    assert error.which == "since"
    since.unlink()
    assert isinstance(refusal(export, since), FileMissing)


@pytest.mark.parametrize("name", ["entries.ndjson", "leaves", "checkpoint"])
def test_a_file_that_is_not_there_or_no_file(export: Path, name: str) -> None:
    (export / name).unlink()
    missing = refusal(export)
    assert isinstance(missing, FileMissing)
    assert missing.file == name
    (export / name).mkdir()
    assert isinstance(refusal(export), FileMissing)
    (export / name).rmdir()
    os.mkfifo(export / name)
    assert isinstance(refusal(export), FileMissing)


@pytest.mark.parametrize("key", [b"", b"\xff", b"KANARIE", b"a+b+c"])
def test_a_broken_own_key(export: Path, key: bytes) -> None:
    (export / "log.pub").write_bytes(key)
    with pytest.raises(InvalidKey):
        verify_export(export, key=None, since=None)


MEGABYTE = 2**20


@pytest.mark.parametrize(
    "garbage", [b"\0" * MEGABYTE, b"\n" * MEGABYTE, b"KANARIE " * (MEGABYTE // 8), b"\xff" * MEGABYTE]
)
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("entries.ndjson", (EntryChanged, FileTruncated)),
        ("leaves", (LeavesDamaged,)),
        ("checkpoint", (MalformedNote,)),
    ],
)
def test_a_megabyte_of_garbage(export: Path, name: str, kinds: tuple[type[AuditError], ...], garbage: bytes) -> None:
    (export / name).write_bytes(garbage)
    error = refusal(export)
    assert isinstance(error, kinds)
    assert "KANARIE" not in str(error) + describe(error, "nl")


def test_a_note_that_is_too_long(export: Path) -> None:
    note = note_over(LINES)
    line = note.split("\n\n")[1]
    (export / "checkpoint").write_text(note + line * (MAX_NOTE_BYTES // len(line)), encoding="utf-8")
    assert isinstance(refusal(export), MalformedNote)


def test_long_lines_are_read_in_pieces(tmp_path: Path) -> None:
    lines = [LINES[0], b"x" * 50_000, b"y" * 8191, b"z" * 8192, LINES[1]]
    out = tmp_path / "export"
    write_export(out, lines, note_over(lines), str(KEY))
    assert verify_export(out, key=KEY, since=None).checkpoint.size == 5
    write_lines(out, [*lines[:3], lines[3][:-1], lines[4]])
    error = refusal(out)
    assert isinstance(error, EntryChanged)
    assert error.index == 3


DAMAGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "entry_changed": lambda lines: [b"changed", *lines[1:]],
    "entry_missing": lambda lines: lines[1:],
    "entry_repeated": lambda lines: [*lines, lines[0]],
    "entry_unexpected": lambda lines: [*lines, b"added"],
    "entry_moved": lambda lines: [lines[1], lines[0], *lines[2:]],
}


@pytest.mark.parametrize("code", DAMAGES)
def test_a_report_is_one_sentence_with_its_evidence(export: Path, code: str) -> None:
    write_lines(export, DAMAGES[code](LINES))
    error = refusal(export)
    assert error.code == code
    for lang in ("nl", "en"):
        report = describe(error, lang)
        assert report.splitlines()[0] == error.sentence(lang)
        assert report.splitlines()[0].count(".") == 1
        assert f"code: {code}" in report
        assert "KANARIE" not in report
        assert "None" not in report
    assert str(error.evidence["index"]) in error.sentence("nl")
