"""Whatever is done to the entries of an export, it is refused, with the number of the first entry that is not right."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, Signer, sign
from audit.errors import (
    EntryChanged,
    EntryError,
    EntryMissing,
    EntryMoved,
    EntryRepeated,
    EntryUnexpected,
    ExportError,
    FileTruncated,
    ForkedLog,
)
from audit.export import ENTRIES, write_export
from audit.tree import leaf_hash, root_of
from audit.verify import verify_export

SIGNER = Signer("log.example/kring", b"s" * 32)
COUNT = 40
LINES = tuple(b'{"entry":%d,"padding":"%s"}' % (number, b"x" * (number % 7)) for number in range(COUNT))
places = st.integers(0, COUNT - 1)


def note_over(lines: tuple[bytes, ...]) -> str:
    root = root_of(leaf_hash(line) for line in lines)
    return sign(Checkpoint("log.example/kring/2025", len(lines), root), SIGNER)


@functools.cache
def original() -> tempfile.TemporaryDirectory[str]:
    """One export for the whole module; its object is kept alive by the cache and removed with it."""
    folder = tempfile.TemporaryDirectory()
    write_export(Path(folder.name) / "export", LINES, note_over(LINES), str(SIGNER.verifier_key))
    return folder


@pytest.fixture(scope="module", autouse=True)
def _remove_original() -> Iterator[None]:
    yield
    original().cleanup()
    original.cache_clear()


@contextmanager
def export_with(entries: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "export"
        shutil.copytree(Path(original().name) / "export", folder)
        (folder / ENTRIES).write_bytes(entries)
        yield folder


def refusal(entries: bytes) -> ExportError:
    with export_with(entries) as folder, pytest.raises(ExportError) as caught:
        verify_export(folder, key=SIGNER.verifier_key, since=None)
    return caught.value


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def test_the_untouched_export_holds() -> None:
    with export_with(joined(list(LINES))) as folder:
        assert verify_export(folder, key=SIGNER.verifier_key, since=None).checkpoint.size == COUNT


@given(data=st.data(), place=places)
def test_a_changed_byte_names_its_entry(data: st.DataObject, place: int) -> None:
    line = LINES[place]
    at = data.draw(st.integers(0, len(line) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value not in {line[at], ord("\n")}))
    changed = line[:at] + bytes([value]) + line[at + 1 :]
    error = refusal(joined([*LINES[:place], changed, *LINES[place + 1 :]]))
    assert isinstance(error, EntryChanged)
    assert (error.index, error.expected, error.actual) == (place, leaf_hash(line).hex(), leaf_hash(changed).hex())


@given(data=st.data())
def test_any_single_byte_change_is_refused_at_its_line(data: st.DataObject) -> None:
    whole = joined(list(LINES))
    at = data.draw(st.integers(0, len(whole) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    error = refusal(whole[:at] + bytes([value]) + whole[at + 1 :])
    assert isinstance(error, EntryError | FileTruncated)
    assert error.index == whole[:at].count(b"\n")


@given(place=places)
def test_a_deleted_entry_is_missing(place: int) -> None:
    error = refusal(joined([*LINES[:place], *LINES[place + 1 :]]))
    assert isinstance(error, EntryMissing)
    assert (error.index, error.count) == (place, 1)


@given(places, places)
def test_swapped_entries_stand_where_the_other_should(one: int, other: int) -> None:
    assume(one < other)
    lines = list(LINES)
    lines[one], lines[other] = lines[other], lines[one]
    error = refusal(joined(lines))
    assert isinstance(error, EntryMoved)
    assert (error.index, error.other, error.place) == (one, other, other)


@given(places, places)
def test_a_moved_entry_is_found(origin: int, target: int) -> None:
    assume(origin != target)
    lines = list(LINES)
    lines.insert(target, lines.pop(origin))
    error = refusal(joined(lines))
    assert isinstance(error, EntryMoved)
    assert error.index == min(origin, target)
    assert lines[error.index] == LINES[error.other or 0]
    assert lines[error.place or 0] == LINES[error.index]


@given(place=st.integers(0, COUNT), line=st.binary(max_size=40).filter(lambda line: b"\n" not in line))
def test_an_added_entry_does_not_belong(place: int, line: bytes) -> None:
    error = refusal(joined([*LINES[:place], line, *LINES[place:]]))
    assert isinstance(error, EntryUnexpected)
    assert error.index == place


@given(copied=places, place=st.integers(0, COUNT))
def test_a_copied_entry_is_repeated(copied: int, place: int) -> None:
    assume(place not in {copied, copied + 1})
    error = refusal(joined([*LINES[:place], LINES[copied], *LINES[place:]]))
    assert isinstance(error, EntryRepeated)
    assert (error.index, error.other) == (place, copied)


@given(place=places)
def test_an_entry_doubled_on_the_spot_is_repeated_at_the_next_line(place: int) -> None:
    error = refusal(joined([*LINES[: place + 1], *LINES[place:]]))
    assert isinstance(error, EntryRepeated)
    assert (error.index, error.other) == (place + 1, place)


@given(data=st.data())
def test_a_truncated_file_names_the_first_entry_that_is_not_whole(data: st.DataObject) -> None:
    whole = joined(list(LINES))
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    error = refusal(cut)
    assert isinstance(error, EntryMissing | FileTruncated)
    assert error.index == cut.count(b"\n")
    assert isinstance(error, EntryMissing) == (cut == b"" or cut.endswith(b"\n"))


@given(data=st.data(), size=st.integers(1, COUNT))
def test_a_log_rewritten_and_signed_anew_holds_alone_but_not_against_an_earlier_checkpoint(
    data: st.DataObject, size: int
) -> None:
    changed = data.draw(st.integers(0, size - 1))
    rewritten = (*LINES[:changed], b'{"entry":"rewritten"}', *LINES[changed + 1 :])
    with tempfile.TemporaryDirectory() as name:
        folder, earlier = Path(name) / "export", Path(name) / "earlier"
        write_export(folder, rewritten, note_over(rewritten), str(SIGNER.verifier_key))
        earlier.write_text(note_over(LINES[:size]), encoding="utf-8")
        verify_export(folder, key=SIGNER.verifier_key, since=None)
        with pytest.raises(ForkedLog):
            verify_export(folder, key=SIGNER.verifier_key, since=earlier)


@given(size=st.integers(0, COUNT))
def test_every_earlier_checkpoint_of_the_same_log_is_extended(size: int) -> None:
    with export_with(joined(list(LINES))) as folder:
        earlier = folder.parent / "earlier"
        earlier.write_text(note_over(LINES[:size]), encoding="utf-8")
        found = verify_export(folder, key=SIGNER.verifier_key, since=earlier)
    assert found.since is not None
    assert found.since.size == size
