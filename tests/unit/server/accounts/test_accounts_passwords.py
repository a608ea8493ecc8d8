"""Passwords are argon2id at RFC 9106's low-memory profile, and nobody is told apart from somebody."""

from __future__ import annotations

import pytest
from argon2 import extract_parameters, profiles

from server.accounts import passwords
from server.accounts.passwords import hash_password, matches
from server.errors import BadRequest

RIGHT = "een lang genoeg wachtwoord \U0001f642"


async def test_a_password_matches_its_own_hash_only() -> None:
    stored = await hash_password(RIGHT)
    assert await matches(stored, RIGHT)
    assert not await matches(stored, RIGHT + " ")
    assert not await matches(None, RIGHT)
    assert not await matches("no hash at all", RIGHT)
    assert not await matches(stored, RIGHT * 100)


async def test_two_hashes_of_one_password_differ() -> None:
    assert await hash_password(RIGHT) != await hash_password(RIGHT)


@pytest.mark.parametrize("length", [0, 11, 257])
async def test_length_has_bounds(length: int) -> None:
    with pytest.raises(BadRequest) as raised:
        await hash_password("x" * length)
    assert raised.value.code == "password_length"


async def test_the_profile_is_the_rfcs_and_the_stand_in_costs_the_same() -> None:
    """Source: RFC 9106 §4, second recommended option: 64 MiB, 3 passes, 4 lanes."""
    made = extract_parameters(await hash_password(RIGHT))
    stand_in = extract_parameters(passwords._NOBODY)
    assert (made.memory_cost, made.time_cost, made.parallelism) == (65536, 3, 4)
    assert made == profiles.RFC_9106_LOW_MEMORY
    for name in ("memory_cost", "time_cost", "parallelism", "hash_len", "version", "type"):
        assert getattr(stand_in, name) == getattr(made, name)
