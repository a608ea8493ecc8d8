"""The proof of one entry of an export holds for anyone, for every entry of every size of log, in bounded memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from audit import prove
from audit.checkpoint import Checkpoint, Signer, VerifierKey, open_note, sign
from audit.errors import EntryChanged, InvalidProof, NoSuchEntry
from audit.export import write_export
from audit.leaves import BLOCK
from audit.prove import prove_entry
from audit.tree import Tree, inclusion_proof, leaf_hash, root_of, verify_inclusion
from audit.verify import VerifiedExport, verify_export

SIGNER = Signer("log.example/kring", b"s" * 32)
KEY = str(SIGNER.verifier_key)


def lines_of(count: int) -> list[bytes]:
    return [b'{"entry":%d}' % number for number in range(count)]


def written(out: Path, lines: list[bytes]) -> Path:
    note = sign(Checkpoint("log.example/2025", len(lines), root_of(map(leaf_hash, lines))), SIGNER)
    write_export(out, lines, note, KEY)
    return out


@pytest.mark.parametrize("size", [1, 2, 7, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 3])
def test_it_is_the_proof_that_the_whole_tree_gives(tmp_path: Path, size: int) -> None:
    lines = lines_of(size)
    out = written(tmp_path / "export", lines)
    tree = Tree(map(leaf_hash, lines))
    for index in {0, size // 2, max(0, size - 2), size - 1}:
        proven = prove_entry(out, index)
        assert proven.line == lines[index]
        assert list(proven.proof) == inclusion_proof(tree.node, index, size)
        root = open_note(proven.note, [VerifierKey.parse(KEY)]).root
        verify_inclusion(leaf_hash(proven.line), proven.index, proven.checkpoint.size, proven.proof, root)


def test_an_entry_that_is_not_there(tmp_path: Path) -> None:
    out = written(tmp_path / "export", lines_of(5))
    for index in (-1, 5):
        with pytest.raises(NoSuchEntry, match="5 entries"):
            prove_entry(out, index)


def test_nothing_is_proved_of_an_export_that_does_not_hold(tmp_path: Path) -> None:
    out = written(tmp_path / "export", lines_of(5))
    (out / "entries.ndjson").write_bytes(b"".join(line + b"\n" for line in [*lines_of(4), b"{}"]))
    with pytest.raises(EntryChanged):
        prove_entry(out, 0)


def test_nothing_is_proved_of_an_export_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = written(tmp_path / "export", lines_of(5))

    def verified(directory: Path, *, key: VerifierKey | None, since: Path | None) -> VerifiedExport:
        result = verify_export(directory, key=key, since=since)
        (out / "entries.ndjson").write_bytes(b"{}\n" * 5)
        return result

    monkeypatch.setattr(prove, "verify_export", verified)
    with pytest.raises(InvalidProof):
        prove_entry(out, 2)


def _peak(out: Path, size: int) -> int:
    tracemalloc.start()
    prove_entry(out, size // 3)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    small, large = 2 * BLOCK, 40 * BLOCK
    peaks = [_peak(written(tmp_path / f"{size}", lines_of(size)), size) for size in (small, large)]
    assert peaks[1] < 1.2 * peaks[0]
