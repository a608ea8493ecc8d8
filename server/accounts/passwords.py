"""Passwords: argon2id with RFC 9106's low-memory profile (64 MiB, 3 passes, 4 lanes)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import BadRequest

MIN_LENGTH = 12
MAX_LENGTH = 256
_hasher = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")
"""At most two at a time: each takes 64 MiB, and a burst of logins must not starve a running session."""

# What an unknown name is checked against, so that it takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5bm9ib2R5bm9ibw$eM3mBkHvAxhgpnDkVnKTAfBc8nqPSDSmkB+IkGP3vKU"


async def hash_password(password: str) -> str:
    """Return the argon2id hash.

    Raises:
        BadRequest: shorter than 12 or longer than 256 characters.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadRequest("Een wachtwoord heeft 12 tot 256 tekens.", code="password_length")
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Does the password belong to the hash? Takes equally long where there is no hash."""
    if len(password) > MAX_LENGTH:
        return False
    right = await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored or _NOBODY, password)
    return right and stored is not None


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
