"""Who is signed in at the station, and the vault that is open while somebody is."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from anonymisation.analyser import Analyser
from clients.errors import StationError, VaultDamaged, VaultLocked, WrongPassphrase
from clients.station import keyring_store
from clients.station.desk import Desk
from clients.station.vault import Vault
from clients.station.vault.keys import worker_name

IDLE = timedelta(minutes=30)
"""After so long without a request a login ends; with the last one the vault is locked."""
TRIES = 5
WAIT = timedelta(minutes=1)


class TooManyTries(StationError):
    """Wrong passphrases in a row: the next one has to wait."""

    code = "too_many_tries"
    detail = "Te vaak een verkeerde wachtzin. Wacht een minuut en probeer het opnieuw."


@dataclass(slots=True)
class _Login:
    desk: Desk
    seen: datetime


@dataclass(slots=True)
class _Failures:
    count: int
    last: datetime


@dataclass(slots=True)
class Keeper:
    """Opens and locks the vault in `folder`. `analyser` gives the analyser, loaded once."""

    folder: Path
    analyser: Callable[[], Analyser]
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    damage: str = ""
    """What is damaged in the open vault, as a Dutch sentence; the rest can be used."""
    _vault: Vault | None = field(default=None, repr=False)
    _logins: dict[str, _Login] = field(default_factory=dict, repr=False)
    _failures: dict[str, _Failures] = field(default_factory=dict, repr=False)

    @property
    def exists(self) -> bool:
        """Is there a vault?"""
        return Vault.exists(self.folder)

    @property
    def vault(self) -> Vault:
        """The open vault.

        Raises:
            StationError: nobody is signed in.
        """
        if self._vault is None:
            raise StationError("Meld u eerst aan bij het station.", code="locked")
        return self._vault

    def create(self, worker: str, passphrase: str) -> str:
        """Make the vault with its first worker and return a login token."""
        return self._admit(Vault.create(self.folder, worker, passphrase, random_bytes=self.random_bytes), worker)

    def sign_in(self, worker: str, passphrase: str) -> str:
        """Open the vault for a worker and return a login token.

        Raises:
            WrongPassphrase, VaultDamaged, TooManyTries, ClientError: as `Vault.open`.
        """
        self._drop_idle()
        failed = self._failures.get(worker)
        if failed is not None and failed.count >= TRIES and self.now() - failed.last < WAIT:
            raise TooManyTries
        vault = self._vault
        try:
            if vault is None:
                vault = Vault.open(self.folder, worker, passphrase, random_bytes=self.random_bytes)
                self.damage = _damage(vault)
            elif not vault.admits(worker, passphrase):
                raise WrongPassphrase
        except WrongPassphrase:
            count = failed.count + 1 if failed else 1
            self._failures = {name: one for name, one in self._failures.items() if self.now() - one.last < WAIT}
            self._failures[worker] = _Failures(count, self.now())
            raise
        self._failures.pop(worker, None)
        return self._admit(vault, worker)

    def in_keyring(self) -> tuple[str, ...]:
        """Return whom the system's keyring can let in."""
        return keyring_store.workers(self.folder)

    def sign_in_with_keyring(self, worker: str) -> str:
        """Open the vault for a worker with the secret in the system's keyring and return a login token.

        Raises:
            StationError: the keyring has no secret that opens it.
            VaultDamaged, ClientError: as `Vault.open_with_secret`.
        """
        self._drop_idle()
        secret = keyring_store.find(self.folder, worker)
        try:
            if secret is None:
                raise WrongPassphrase
            vault = self._vault
            if vault is None:
                vault = Vault.open_with_secret(self.folder, worker, secret, random_bytes=self.random_bytes)
                self.damage = _damage(vault)
            elif not vault.admits(worker, secret):
                raise WrongPassphrase
        except WrongPassphrase:
            raise StationError(keyring_store.NO_LONGER, code="keyring") from None
        return self._admit(vault, worker)

    def desk(self, token: str) -> Desk | None:
        """Return the desk of a login, or None when it has ended."""
        self._drop_idle()
        login = self._logins.get(_digest(token))
        if login is None:
            return None
        login.seen = self.now()
        return login.desk

    def any_desk(self) -> Desk | None:
        """Return some desk while the vault is open, for what a record system hands over."""
        self._drop_idle()
        return next((one.desk for one in self._logins.values()), None)

    def sign_out(self, token: str) -> None:
        """End a login; with the last one the vault is locked."""
        self._logins.pop(_digest(token), None)
        self._lock_when_empty()

    def lock(self) -> None:
        """End every login."""
        self._logins.clear()
        self._lock_when_empty()

    def _admit(self, vault: Vault, worker: str) -> str:
        token = secrets.token_urlsafe(32)
        # The name as the vault has it, for it says whose a case is. The login first: a vault without one is locked by
        # whatever asks for a page at this moment.
        desk = Desk(vault, worker_name(worker), self.analyser, self.now)
        self._logins = self._logins | {_digest(token): _Login(desk, self.now())}
        self._vault = vault
        try:
            vault.workers()
        except VaultLocked:
            # The last other login ended while this passphrase was tried.
            self.sign_out(token)
            raise
        return token

    def _drop_idle(self) -> None:
        at = self.now()
        self._logins = {one: login for one, login in self._logins.items() if at - login.seen < IDLE}
        self._lock_when_empty()

    def _lock_when_empty(self) -> None:
        if not self._logins and self._vault is not None:
            self._vault.lock()
            self._vault = None


def _damage(vault: Vault) -> str:
    try:
        vault.check()
    except VaultDamaged as error:
        return error.detail
    return ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
