"""Drawn numbers have the shape and the check digits of real ones."""

# ruff: noqa: S311 - seeded draws of a test are no secrets

from __future__ import annotations

import random
import re
from itertools import pairwise

from stdnum.iso7064 import mod_97_10
from stdnum.nl import bsn

from anonymisation.model.training import numbers


def test_every_bsn_passes_the_eleven_test() -> None:
    rng = random.Random(2)
    assert all(bsn.is_valid(re.sub(r"\D", "", numbers.bsn(rng))) for _ in range(200))


def test_every_iban_has_valid_check_digits() -> None:
    rng = random.Random(3)
    for _ in range(200):
        assert mod_97_10.is_valid(_turned(numbers.iban(rng)))


def _turned(text: str) -> str:
    compact = text.replace(" ", "").upper()
    return compact[4:] + compact[:4]


def test_dates_hold_what_their_slot_promises() -> None:
    rng = random.Random(4)
    assert all(re.search(r"\d", numbers.date_dm(rng)) for _ in range(200))
    assert all(len(re.findall(r"\d", numbers.date(rng))) >= 3 for _ in range(200))
    assert all(re.search(r"\d\d", numbers.date_my(rng)) for _ in range(200))


def test_draws_vary() -> None:
    rng = random.Random(5)
    for kind, draw in numbers.DRAW.items():
        drawn = [draw(rng) for _ in range(30)]
        assert any(a != b for a, b in pairwise(drawn)), kind
