"""Loads the lists and splits them, so that the names of the development set occur nowhere in the training set."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from anonymisation.model.training.errors import ListError

LISTS = Path(__file__).parent / "lists"
DEV_SHARE = 8
"""One name in this many is kept for the development set alone."""


def held_out(text: str, share: int = DEV_SHARE) -> bool:
    """Is this text in the development part? Depends on the text alone, so that it never moves."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] % share == 0


def read_list(name: str) -> dict[str, list[str]]:
    """Return the lines `kind: value, value` of a list file as a mapping.

    Raises:
        ListError: a line has no kind or no values.
    """
    found: dict[str, list[str]] = {}
    for n, line in enumerate((LISTS / name).read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, colon, rest = line.partition(":")
        values = [part.strip() for part in rest.split(",") if part.strip()]
        if not colon or not values:
            raise ListError(f"{name}:{n}: a line needs a kind, a colon and values")
        found.setdefault(kind.strip(), []).extend(values)
    return found


@dataclass(frozen=True, slots=True)
class Pool:
    """Values of one kind in two disjoint parts: for training and for development."""

    train: tuple[str, ...]
    dev: tuple[str, ...]

    @classmethod
    def of(cls, values: list[str]) -> Pool:
        """Split the values; kinds with few values are not split, since they are closed classes."""
        unique = list(dict.fromkeys(values))
        dev = tuple(v for v in unique if held_out(v))
        train = tuple(v for v in unique if not held_out(v))
        if len(unique) < 24 or not dev:
            return cls(tuple(unique), tuple(unique))
        return cls(train, dev)

    def pick(self, rng: random.Random, *, dev: bool) -> str:
        """Draw one value of the part."""
        return rng.choice(self.dev if dev else self.train)


@dataclass(frozen=True, slots=True)
class Lists:
    """All pools that the generator draws from, by kind."""

    pools: dict[str, Pool]
    first_by_origin: dict[str, Pool]
    last_by_origin: dict[str, Pool]

    def pick(self, kind: str, rng: random.Random, *, dev: bool) -> str:
        """Draw one value of a kind."""
        return self.pools[kind].pick(rng, dev=dev)


def load_lists() -> Lists:
    """Return every list of the project, split.

    Raises:
        ListError: a list breaks its format.
    """
    first = read_list("first_names.txt")
    last = read_list("surnames.txt")
    derived = read_list("derived.txt")
    last["derived"] = derived["surnames"]
    pools: dict[str, list[str]] = {}
    for name in ("places.txt", "streets.txt", "organisations.txt", "care.txt", "words.txt"):
        pools.update(read_list(name))
    pools["village"] += derived["places"]
    pools["whole"] += derived["streets"]
    return Lists(
        {kind: Pool.of(values) for kind, values in pools.items()},
        {kind: Pool.of(values) for kind, values in first.items()},
        {kind: Pool.of(values) for kind, values in last.items()},
    )
