"""Damage of every kind to exports of the log: each must be refused, with the number of the entry where it begins.

`python bench/audit_damage.py` makes exports of real entries through `audit.export`, without a service, verifies them,
and damages them in place: bytes, entries and leaves changed, deleted, swapped, inserted, copied, cut off, and the
checkpoint likewise. What must be found is worked out from the damage itself, never by the verifier. Where `leaves` and
an entry are both damaged no entry may be named. There are two runs, and the output says which:
`--small-entries 2000 --small-damages 10000`, and `--entries 100000 --damages 200` (10,000 take some twenty minutes).

Then a log that was rewritten and signed anew (refused only against an earlier checkpoint), and the peak memory of
`casuskring audit verify` for few and for many entries. The exit status is 1 when anything came out otherwise.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from audit.checkpoint import Checkpoint, Signer, sign  # noqa: E402 - the folder of the project comes first
from audit.entry import ObjectRef, Source, canonical, make  # noqa: E402
from audit.errors import (  # noqa: E402
    AuditError,
    EntryChanged,
    EntryMissing,
    EntryMoved,
    EntryRepeated,
    EntryUnexpected,
    FileTruncated,
    ForkedLog,
    LeavesDamaged,
    NoteError,
    RootMismatch,
)
from audit.events import Event, ObjectKind  # noqa: E402
from audit.export import CHECKPOINT, ENTRIES, LEAVES, write_export  # noqa: E402
from audit.tree import HASH_BYTES, Frontier, leaf_hash  # noqa: E402
from audit.verify import verify_export  # noqa: E402

SIGNER = Signer("bench.example/log", bytes(range(32)))
ORIGIN = "bench.example/log/1"
LARGEST_MEMORY_RATIO = 1.1
_KINDS_OF_ENTRY = 64


@dataclass(frozen=True, slots=True)
class Patch:
    """At this offset of this file, `removed` bytes make place for others."""

    file: str
    offset: int
    removed: int
    inserted: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """What is done, and what must be found: which error, and at which entry (None: the error may name none)."""

    kind: str
    patches: tuple[Patch, ...]
    error: type[AuditError]
    index: int | None


def lines_of(count: int, *, rewritten: int | None = None) -> Iterator[bytes]:
    """Yield the canonical bytes of entries that differ in their identifiers, the same at every call.

    Args:
        rewritten: the number of an entry that gets another identifier than it has without this.
    """
    source = Source("site-bench", "service")
    rng = random.Random(1)  # noqa: S311 - the same draws each time, no secrets
    marker = bytes(16)
    frames = []
    for number in range(_KINDS_OF_ENTRY):
        here = ObjectRef(ObjectKind.SESSION, rng.randbytes(16).hex(), f"seq:{number}")
        moment = datetime(2026, 1, 1, 9, number % 60, tzinfo=UTC)
        entry = make(
            (Event.ROOM_COMMAND, Event.SESSION_READ, Event.SESSION_JOINED)[number % 3],
            actor=rng.randbytes(16).hex(),
            source=source,
            now=moment,
            random_bytes=lambda _count: marker,
            organisation=rng.randbytes(16).hex() if number % 2 else None,
            objects=(here,),
        )
        before, after = canonical(entry).split(marker.hex().encode())
        frames.append((before, after))
    for number in range(count):
        before, after = frames[number % _KINDS_OF_ENTRY]
        identity = hashlib.sha256(f"{number}{'-anew' if number == rewritten else ''}".encode()).hexdigest()[:32]
        yield before + identity.encode() + after


def note_over(count: int, *, rewritten: int | None = None) -> str:
    """Return the signed checkpoint over that many of these lines."""
    frontier = Frontier()
    for line in lines_of(count, rewritten=rewritten):
        frontier.append(leaf_hash(line))
    return sign(Checkpoint(ORIGIN, frontier.size, frontier.root()), SIGNER)


def write(folder: Path, count: int, *, rewritten: int | None = None) -> None:
    """Write an export of that many entries; memory does not grow with it."""
    note = note_over(count, rewritten=rewritten)
    write_export(folder, lines_of(count, rewritten=rewritten), note, str(SIGNER.verifier_key))


class Export:
    """An export on disk with its bytes in memory, so that damage can be worked out, done in place, and undone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {name: (folder / name).read_bytes() for name in (ENTRIES, LEAVES, CHECKPOINT)}
        self.starts = array("Q", [0])
        at = 0
        while (at := self.files[ENTRIES].find(b"\n", at) + 1) > 0:
            self.starts.append(at)
        self.count = len(self.starts) - 1
        earlier = max(1, self.count // 2)
        self.earlier_note = note_over(earlier).encode()

    def line(self, index: int) -> bytes:
        """Return an entry with its newline."""
        return self.files[ENTRIES][self.starts[index] : self.starts[index + 1]]

    def entry_at(self, offset: int) -> int:
        """Return the number of the entry that this byte belongs to."""
        return bisect_right(self.starts, offset) - 1

    @contextmanager
    def damaged(self, damage: Damage) -> Iterator[None]:
        """Change only the bytes from the damage on (only the damage itself where the length stays), then undo it."""
        for patch in damage.patches:
            self._write(patch, patch.inserted, patch.offset + patch.removed)
        try:
            yield
        finally:
            for patch in damage.patches:
                whole = self.files[patch.file]
                original = whole[patch.offset : patch.offset + patch.removed]
                self._write(patch, original, patch.offset + patch.removed)

    def _write(self, patch: Patch, put: bytes, rest: int) -> None:
        whole = self.files[patch.file]
        with (self.folder / patch.file).open("r+b") as file:
            file.seek(patch.offset)
            file.write(put)
            if len(patch.inserted) != patch.removed:
                file.write(memoryview(whole)[rest:])
                file.truncate()

    def is_restored(self) -> bool:
        """Are all files what they were?"""
        return all((self.folder / name).read_bytes() == data for name, data in self.files.items())


# --- entries ---------------------------------------------------------------------------------------------------


def change_text(export: Export, rng: random.Random) -> Damage:
    """Change one byte inside a line to anything but a newline."""
    index = rng.randrange(export.count)
    at = rng.randrange(export.starts[index], export.starts[index + 1] - 1)
    patch = Patch(ENTRIES, at, 1, _other_byte(export.files[ENTRIES][at], rng, but=b"\n"))
    return Damage("entries: a byte changed", (patch,), EntryChanged, index)


def change_end(export: Export, rng: random.Random) -> Damage:
    """Join two lines by changing the newline between them."""
    index = rng.randrange(export.count - 1)
    patch = Patch(ENTRIES, export.starts[index + 1] - 1, 1, _other_byte(10, rng))
    return Damage("entries: two lines joined", (patch,), EntryChanged, index)


def delete(export: Export, rng: random.Random) -> Damage:
    """Delete one to three entries."""
    index = rng.randrange(export.count)
    last = min(export.count, index + rng.randint(1, 3))
    patch = Patch(ENTRIES, export.starts[index], export.starts[last] - export.starts[index], b"")
    return Damage("entries: deleted", (patch,), EntryMissing, index)


def swap(export: Export, rng: random.Random) -> Damage:
    """Swap two entries."""
    one, other = sorted(rng.sample(range(export.count), 2))
    start, end = export.starts[one], export.starts[other + 1]
    between = export.files[ENTRIES][export.starts[one + 1] : export.starts[other]]
    patch = Patch(ENTRIES, start, end - start, export.line(other) + between + export.line(one))
    return Damage("entries: two swapped", (patch,), EntryMoved, one)


def insert(export: Export, rng: random.Random) -> Damage:
    """Insert a line that is no entry of the log."""
    index = rng.randint(0, export.count)
    foreign = export.line(rng.randrange(export.count)).replace(b'"id":"', b'"id":"' + rng.randbytes(4).hex().encode())
    return Damage("entries: one inserted", (Patch(ENTRIES, export.starts[index], 0, foreign),), EntryUnexpected, index)


def copy(export: Export, rng: random.Random) -> Damage:
    """Insert a second copy of an entry somewhere else."""
    copied = rng.randrange(export.count)
    index = rng.choice([place for place in _some_places(export, rng) if place not in {copied, copied + 1}])
    patch = Patch(ENTRIES, export.starts[index], 0, export.line(copied))
    return Damage("entries: one copied", (patch,), EntryRepeated, index)


def overwrite(export: Export, rng: random.Random) -> Damage:
    """Put a copy of another entry in the place of one."""
    index, copied = rng.sample(range(export.count), 2)
    patch = Patch(ENTRIES, export.starts[index], len(export.line(index)), export.line(copied))
    return Damage("entries: one overwritten by another", (patch,), EntryRepeated, index)


def cut(export: Export, rng: random.Random) -> Damage:
    """End the file at any byte."""
    whole = export.files[ENTRIES]
    at = rng.randrange(len(whole))
    index = export.entry_at(at)
    error = EntryMissing if at == export.starts[index] else FileTruncated
    return Damage("entries: cut off", (Patch(ENTRIES, at, len(whole) - at, b""),), error, index)


# --- leaves ----------------------------------------------------------------------------------------------------


def change_leaf(export: Export, rng: random.Random) -> Damage:
    """Change one byte of a leaf; the entries are good, so the place is known."""
    at = rng.randrange(len(export.files[LEAVES]))
    patch = Patch(LEAVES, at, 1, _other_byte(export.files[LEAVES][at], rng))
    return Damage("leaves: a byte changed", (patch,), LeavesDamaged, at // HASH_BYTES)


def move_leaf(export: Export, rng: random.Random) -> Damage:
    """Delete, insert or swap leaves."""
    one, other = sorted(rng.sample(range(export.count), 2))
    leaves = export.files[LEAVES]
    at, end = one * HASH_BYTES, (other + 1) * HASH_BYTES
    first, last = leaves[at : at + HASH_BYTES], leaves[end - HASH_BYTES : end]
    patch = rng.choice(
        (
            Patch(LEAVES, at, HASH_BYTES, b""),
            Patch(LEAVES, at, 0, rng.randbytes(HASH_BYTES)),
            Patch(LEAVES, at, end - at, last + leaves[at + HASH_BYTES : end - HASH_BYTES] + first),
        )
    )
    return Damage("leaves: one deleted, inserted or swapped", (patch,), LeavesDamaged, one)


def cut_leaves(export: Export, rng: random.Random) -> Damage:
    """End `leaves` at any byte, or let it go on after its end."""
    size = len(export.files[LEAVES])
    at = rng.randint(0, size)
    patch = Patch(LEAVES, at, size - at, b"") if at < size else Patch(LEAVES, at, 0, rng.randbytes(7))
    return Damage("leaves: cut off or too long", (patch,), LeavesDamaged, at // HASH_BYTES)


def both(export: Export, rng: random.Random) -> Damage:
    """Damage an entry and a leaf: which entry is wrong cannot be known any more."""
    entry = change_text(export, rng) if rng.random() < 0.5 else swap(export, rng)
    return Damage("leaves and entries", (*entry.patches, *change_leaf(export, rng).patches), RootMismatch, None)


def both_cut(export: Export, rng: random.Random) -> Damage:
    """Cut `leaves` off and damage an entry: it is said where `leaves` ends, and no entry is called wrong."""
    size = len(export.files[LEAVES])
    at = rng.randrange(size)
    patches = (*change_text(export, rng).patches, Patch(LEAVES, at, size - at, b""))
    return Damage("leaves cut off, and entries", patches, FileTruncated, at // HASH_BYTES)


# --- checkpoint ------------------------------------------------------------------------------------------------


def change_note(export: Export, rng: random.Random) -> Damage:
    """Change, delete or insert bytes of the checkpoint, cut it off, or swap two of its lines."""
    note = export.files[CHECKPOINT]
    at = rng.randrange(len(note))
    lines = note.split(b"\n")
    one, other = rng.choice([(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (0, 4)])
    lines[one], lines[other] = lines[other], lines[one]
    patch = rng.choice(
        (
            Patch(CHECKPOINT, at, 1, _other_byte(note[at], rng)),
            Patch(CHECKPOINT, at, 1, b""),
            Patch(CHECKPOINT, at, 0, rng.randbytes(1)),
            Patch(CHECKPOINT, at, len(note) - at, b""),
            Patch(CHECKPOINT, 0, len(note), b"\n".join(lines)),
        )
    )
    return Damage("checkpoint: damaged", (patch,), NoteError, None)


def earlier_note(export: Export, _rng: random.Random) -> Damage:
    """Put an earlier checkpoint of the same log in its place: rightly signed, but not over this."""
    patch = Patch(CHECKPOINT, 0, len(export.files[CHECKPOINT]), export.earlier_note)
    return Damage("checkpoint: an earlier one", (patch,), RootMismatch, None)


KINDS: tuple[Callable[[Export, random.Random], Damage], ...] = (
    *(change_text, change_end, delete, swap, insert, copy, overwrite, cut),
    *(change_leaf, move_leaf, cut_leaves, both, both_cut, change_note, earlier_note),
)


def _other_byte(value: int, rng: random.Random, *, but: bytes = b"") -> bytes:
    return bytes([rng.choice([one for one in range(256) if one != value and one not in but])])


def _some_places(export: Export, rng: random.Random) -> list[int]:
    return [rng.randint(0, export.count) for _time in range(4)] + [0, export.count]


# --- judging ---------------------------------------------------------------------------------------------------


def wrong_with(export: Export, damage: Damage) -> str:
    """Do the damage, verify, undo it; return what came out otherwise than it must, or nothing."""
    with export.damaged(damage):
        try:
            verify_export(export.folder, key=SIGNER.verifier_key, since=None)
        except AuditError as error:
            index = getattr(error, "index", None)
            if not isinstance(error, damage.error) or index != damage.index:
                return f"{type(error).__name__} at {index}"
            if index is not None and str(index) not in error.sentence("nl"):
                return f"{type(error).__name__} does not say {index}"
            return ""
    return "accepted"


def run_damages(export: Export, count: int, rng: random.Random) -> tuple[Counter[str], list[str]]:
    """Do that many damages, the kinds in turn; return how many of each were refused rightly, and what went wrong."""
    good: Counter[str] = Counter()
    bad: list[str] = []
    for number in range(count):
        damage = KINDS[number % len(KINDS)](export, rng)
        if wrong := wrong_with(export, damage):
            wanted = f"{damage.error.__name__} at {damage.index}"
            bad.append(f"{damage.kind}: {wrong}, not {wanted}: {damage.patches}"[:400])
        else:
            good[damage.kind] += 1
    if not export.is_restored():
        bad.append("the export was not put back as it was")
    return good, bad


def wrong_with_rewriting(folder: Path, count: int, rng: random.Random) -> str:
    """Rewrite one old entry and sign anew: this must hold alone, and be refused against an earlier checkpoint."""
    kept = rng.randint(count // 2, count - 1)
    changed = rng.randrange(kept)
    write(folder / "anew", count, rewritten=changed)
    earlier = folder / "kept-checkpoint"
    earlier.write_text(note_over(kept), encoding="utf-8")
    verify_export(folder / "anew", key=SIGNER.verifier_key, since=None)
    try:
        verify_export(folder / "anew", key=SIGNER.verifier_key, since=earlier)
    except ForkedLog as error:
        return "" if (error.earlier_size, error.size) == (kept, count) else "the fork names other sizes"
    return "accepted against an earlier checkpoint"


_VERIFY = """
import atexit, resource
atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
from server.cli import main
main()
"""


def peak_memory(folder: Path, count: int) -> int:
    """Return the KiB that `casuskring audit verify` takes at its peak over an export of that many entries.

    A process counts from what its parent had, so this one must have stayed smaller itself.
    """
    write(folder, count)
    command = [sys.executable, "-c", _VERIFY, "audit", "verify", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603 - our own command
    peak = int(done.stdout.split()[-1])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"memory: {count} entries, peak {peak} KiB (this process: {own} KiB)", flush=True)
    return peak


def _damage_run(entries: int, damages: int, rng: random.Random) -> bool:
    with tempfile.TemporaryDirectory(prefix="casuskring-damage-") as name:
        folder = Path(name) / "export"
        write(folder, entries)
        began = time.perf_counter()
        verify_export(folder, key=SIGNER.verifier_key, since=None)
        print(f"export of {entries} entries: holds, checked in {time.perf_counter() - began:.2f} s", flush=True)
        began = time.perf_counter()
        good, bad = run_damages(Export(folder), damages, rng)
        for kind, count in sorted(good.items()):
            print(f"  {kind} | refused as it must {count}")
        print(f"  {sum(good.values())} of {damages} in {time.perf_counter() - began:.0f} s", flush=True)
        for one in bad[:20]:
            print(f"  WRONG {one}")
        wrong = wrong_with_rewriting(Path(name), entries, rng)
        print(f"  rewritten and signed anew: {wrong or 'holds alone, refused against an earlier checkpoint'}")
    return not bad and not wrong


def main(arguments: list[str]) -> int:
    """Measure memory, damage both exports; print what was done and return 1 when anything came out otherwise."""
    parser = argparse.ArgumentParser(description="Damage exports of the log and see that each is refused.")
    for name, value in (
        *(("entries", 100_000), ("damages", 200), ("small-entries", 2000), ("small-damages", 10_000)),
        *(("memory-few", 10_000), ("memory-many", 1_000_000), ("seed", 1)),
    ):
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args(arguments)
    ok = True
    if options.memory_many:
        with tempfile.TemporaryDirectory(prefix="casuskring-damage-") as name:
            few, many = (
                peak_memory(Path(name) / str(count), count) for count in (options.memory_few, options.memory_many)
            )
        ok = many <= few * LARGEST_MEMORY_RATIO
        print(f"memory: {many / few:.3f} x, {'within' if ok else 'NOT within'} {LARGEST_MEMORY_RATIO} x")
    rng = random.Random(options.seed)  # noqa: S311 - draws that can be repeated, no secrets
    for entries, damages in ((options.small_entries, options.small_damages), (options.entries, options.damages)):
        ok = _damage_run(entries, damages, rng) and ok
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
