"""What this machine can do at best, beside the log: its disk's syncs, its SHA-256, and the proofs of pymerkle."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from audit.events import Event
from audit.tree import Tree, consistency_proof, inclusion_proof, leaf_hash
from server.commands.bench_report import Figure, median
from server.storage.audit_log import SERVICE, record
from server.storage.store import Store

PEERS = "CASUSKRING_PEERS_PYTHON"
"""Environment variable that names the Python in which pymerkle (GPL, never a dependency) may be installed."""
APPENDS = 200
ROUNDS = 9
PROOFS = 500
SECONDS = 300

_PEER = """
import json, sys, time
from pymerkle import InmemoryTree
lines = [bytes.fromhex(one) for one in json.load(sys.stdin)]
tree = InmemoryTree(algorithm="sha256")
for line in lines:
    tree.append_entry(line)
size, took = len(lines), []
for prove in (tree.prove_inclusion, tree.prove_consistency):
    began = time.process_time()
    for turn in range({proofs}):
        prove(1 + turn * 7919 % size, size)
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
    entries: int


async def measure(store: Store, folder: Path, lines: Sequence[bytes]) -> Yardsticks:
    """Measure all yardsticks; one append and one sync of the same bytes in turns, because a disk has its moods."""
    appends, cpu, syncs = [], [], []
    for _turn in range(APPENDS):
        began = time.process_time()
        appends.append(await _append(store))
        cpu.append(time.process_time() - began)
        syncs.append(_sync(folder / "sync", lines[0]))
    hashed = median([_hash(lines) for _round in range(ROUNDS)])
    return Yardsticks(
        *(median(appends), median(cpu), median(syncs), hashed), _our_proofs(lines), _their_proofs(lines), len(lines)
    )


async def _append(store: Store) -> float:
    began = time.perf_counter()
    async with store.database.transaction() as uow:
        record(uow, Event.ROOM_COMMAND, SERVICE, objects=(("session", "5" * 32, "seq:1"),), reason="Contributed")
    return time.perf_counter() - began


def _sync(path: Path, data: bytes) -> float:
    """Append the same bytes to a plain file and wait until they are on disk."""
    with path.open("ab", buffering=0) as file:
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


def _our_proofs(lines: Sequence[bytes]) -> Proofs:
    tree = Tree(leaf_hash(line) for line in lines)
    took = []
    for prove in (inclusion_proof, consistency_proof):
        began = time.process_time()
        for turn in range(PROOFS):
            # pymerkle counts entries from 1 as sizes are counted, so the same numbers serve both kinds.
            number = 1 + turn * 7919 % len(lines)
            prove(tree.node, number - (prove is inclusion_proof), len(lines))
        took.append((time.process_time() - began) / PROOFS)
    return Proofs(*took)


def _their_proofs(lines: Sequence[bytes]) -> Proofs | None:
    """Return pymerkle's times over the same entries in the same turns, or None when it does not run here."""
    python = os.environ.get(PEERS)
    if not python:
        return None
    program = _PEER.replace("{proofs}", str(PROOFS))
    try:
        done = subprocess.run(  # noqa: S603 - the Python that the caller named
            [python, "-c", program],
            input=json.dumps([line.hex() for line in lines]),
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
        Figure(single, "syncs_per_append", found.append / found.sync, "x", "in tijd van fsync op deze schijf"),
        Figure(verifying, "line_sha256_us", 1e6 * found.line_hash, "us", "SHA-256 van elke regel apart"),
        Figure(verifying, "hashes_per_entry", check / found.line_hash, "x", "controle in tijd van SHA-256 per regel"),
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
    told = [f"Bewijzen: over {found.entries} vermeldingen in het geheugen, {PROOFS} van elke soort, zonder controle."]
    if found.theirs is None:
        told.append(f"pymerkle is niet gemeten: {PEERS} noemt geen Python waarin het zit.")
    return told
