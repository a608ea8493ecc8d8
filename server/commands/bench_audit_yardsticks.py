"""What this machine can do at best, beside the log: its disk's syncs, its SHA-256, and the proofs of pymerkle."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from audit.events import Event
from audit.tree import Tree, consistency_proof, inclusion_proof, leaf_hash
from server.commands.bench_report import Figure, median
from server.storage.audit_log import SERVICE, record
from server.storage.store import Store

PEERS = "CASUSKRING_PEERS_PYTHON"
"""Environment variable that names the Python in which pymerkle (GPL, never a dependency) may be installed."""
APPENDS = 600
WARM = 600
"""Appends before, so that the write-ahead file has the size that it keeps: a file that grows is slower to sync."""
ROUNDS = 9
TREE = 100_000
"""Entries in the trees that proofs are made over."""
PROOFS = 3000
SECONDS = 600

_PEER = """
import json, time
from pymerkle import InmemoryTree
tree = InmemoryTree(algorithm="sha256")
for number in range({tree}):
    tree.append_entry(b"%350d" % number)
took = []
for prove in (tree.prove_inclusion, tree.prove_consistency):
    began = time.process_time()
    for turn in range({proofs}):
        prove(1 + turn * 7919 % {tree}, {tree})
    took.append((time.process_time() - began) / {proofs})
print(json.dumps(took))
"""


@dataclass(frozen=True, slots=True)
class Proofs:
    """Processor seconds per inclusion proof and per consistency proof, in memory."""

    inclusion: float
    consistency: float


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """Seconds per durable append of one entry and per sync; of a processor per append and SHA-256 of a line; proofs."""

    append: float
    append_cpu: float
    sync: float
    line_hash: float
    ours: Proofs
    theirs: Proofs | None


async def measure(store: Store, folder: Path, lines: Sequence[bytes]) -> Yardsticks:
    """Measure all yardsticks; one append and one sync of the same bytes in turns, because a disk has its moods."""
    for _turn in range(WARM):
        await _append(store)
    appends, cpu, syncs = [], [], []
    with (folder / "sync").open("ab", buffering=0) as file:
        for _turn in range(APPENDS):
            began = time.process_time()
            appends.append(await _append(store))
            cpu.append(time.process_time() - began)
            syncs.append(_sync(file, lines[0]))
    hashed = median([_hash(lines) for _round in range(ROUNDS)])
    return Yardsticks(median(appends), median(cpu), median(syncs), hashed, _our_proofs(), _their_proofs())


async def _append(store: Store) -> float:
    began = time.perf_counter()
    async with store.database.transaction() as uow:
        record(uow, Event.ROOM_COMMAND, SERVICE, objects=(("session", "5" * 32, "seq:1"),), reason="Contributed")
    return time.perf_counter() - began


def _sync(file: FileIO, data: bytes) -> float:
    """Append the same bytes to a plain file and wait until they are on disk."""
    began = time.perf_counter()
    file.write(data)
    os.fsync(file.fileno())
    return time.perf_counter() - began


def _hash(lines: Sequence[bytes]) -> float:
    """Hash each line by itself, as a leaf must be, and do nothing else."""
    sha = hashlib.sha256
    began = time.process_time()
    for line in lines:
        sha(line).digest()
    return (time.process_time() - began) / len(lines)


def _our_proofs() -> Proofs:
    tree = Tree(leaf_hash(b"%350d" % number) for number in range(TREE))
    took = []
    for prove in (inclusion_proof, consistency_proof):
        began = time.process_time()
        for turn in range(PROOFS):
            # pymerkle counts entries from 1 as sizes are counted, so the same numbers serve both kinds.
            number = 1 + turn * 7919 % TREE
            prove(tree.node, number - (prove is inclusion_proof), TREE)
        took.append((time.process_time() - began) / PROOFS)
    return Proofs(*took)


def _their_proofs() -> Proofs | None:
    """Return pymerkle's times over as large a tree in the same turns, or None when it does not run here."""
    python = os.environ.get(PEERS)
    if not python:
        return None
    program = _PEER.replace("{proofs}", str(PROOFS)).replace("{tree}", str(TREE))
    try:
        done = subprocess.run(  # noqa: S603 - the Python that the caller named
            [python, "-c", program],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        return Proofs(*json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return None


def figures(found: Yardsticks, check: float) -> list[Figure]:
    """Return the figures; `check` is how many seconds the verification of an export takes per entry."""
    single, verifying = "één duurzame vermelding", "controle tegenover SHA-256"
    told = [
        Figure(single, "ms_per_append", 1e3 * found.append, "ms", "per transactie met één vermelding"),
        Figure(single, "cpu_ms_per_append", 1e3 * found.append_cpu, "ms", "waarvan CPU"),
        Figure(single, "ms_per_sync", 1e3 * found.sync, "ms", "schijf alleen: dezelfde bytes met fsync"),
        Figure(single, "sync_ratio", found.sync / found.append, "x", "snelheid tegenover fsync op deze schijf"),
        Figure(verifying, "line_sha256_us", 1e6 * found.line_hash, "us", "SHA-256 van elke regel apart"),
        Figure(verifying, "sha256_ratio", found.line_hash / check, "x", "snelheid tegenover SHA-256 van elke regel"),
        *_proof_figures("bewijzen, casuskring", found.ours),
    ]
    if found.theirs is not None:
        both = "bewijzen, casuskring tegenover pymerkle"
        told += _proof_figures("bewijzen, pymerkle", found.theirs)
        ratio = found.theirs.inclusion / found.ours.inclusion
        told.append(Figure(both, "inclusion_ratio", ratio, "x", "bewijzen van plaats, zo veel keer zo snel"))
        ratio = found.theirs.consistency / found.ours.consistency
        told.append(Figure(both, "consistency_ratio", ratio, "x", "bewijzen van groei, zo veel keer zo snel"))
    return told


def _proof_figures(of: str, proofs: Proofs) -> list[Figure]:
    return [
        Figure(of, "inclusions_per_second", 1 / proofs.inclusion, "/s", "bewijzen van plaats per seconde CPU"),
        Figure(of, "consistencies_per_second", 1 / proofs.consistency, "/s", "bewijzen van groei per seconde CPU"),
    ]


def remarks(found: Yardsticks) -> list[str]:
    """Return what a reader must know of these figures."""
    told = [f"Bewijzen: over {TREE} vermeldingen in het geheugen, {PROOFS} van elke soort, zonder controle."]
    if found.theirs is None:
        told.append(f"pymerkle is niet gemeten: {PEERS} noemt geen Python waarin het zit.")
    return told
