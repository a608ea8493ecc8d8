"""The two stores together, with sealing and opening under a stored key."""

from __future__ import annotations

from dataclasses import dataclass

from server.storage.crypto import Key, seal, unseal
from server.storage.database import Database
from server.storage.keystore import KeyStore
from server.storage.subkeys import Subkeys


@dataclass(frozen=True, slots=True)
class Store:
    """What every use case gets: the database and the store of keys."""

    database: Database
    keys: KeyStore
    subkeys: Subkeys

    def seal(self, key: Key, context: str, plain: bytes, subkey: Key | None = None) -> bytes:
        """Return the envelope of `plain` for this place."""
        return seal(key, context, plain, self.database.random_bytes, subkey)

    async def unseal(self, key_id: str, context: str, box: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            KeyDestroyed: the key was destroyed, so the content is gone.
            StorageError: the box is damaged or belongs elsewhere.
        """
        return unseal(await self.keys.get(key_id), context, box)

    async def close(self) -> None:
        """Close all connections."""
        await self.subkeys.close()
        await self.database.close()
        await self.keys.close()
