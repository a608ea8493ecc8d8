"""`Vault`: an open vault, its records and its workers.

A record is written in this order: its file, `kluis`, `stand`. It is deleted in this: `kluis`, its file, `stand`. Every
writing has the vault's next sequence number as its revision. So, after a kill at any moment,

- a record with exactly the next number was written and not yet listed: it is taken over;
- a file that is not listed and has no later number than the list was deleted from it: it is removed, never taken over;
- a `stand` that is one behind is brought up to date;

and everything else that does not fit is damage.
"""

from __future__ import annotations

import hashlib
import weakref
from dataclasses import dataclass
from os import close
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import Self

import msgspec

from clients.errors import (
    BadName,
    LastWorker,
    RecordMissing,
    TooManyWorkers,
    UnknownWorker,
    VaultDamaged,
    VaultExists,
    VaultLocked,
    WorkerExists,
    WrongPassphrase,
)
from clients.station.vault import archive as archives
from clients.station.vault import files, header, records
from clients.station.vault.header import HEADER_FILE, MAX_SLOTS, STATE_FILE, Entry, Header
from clients.station.vault.keys import (
    KEY_BYTES,
    Cost,
    RandomBytes,
    Slot,
    SlotKind,
    check_new_passphrase,
    make_slot,
    open_slot,
    worker_name,
)
from clients.station.vault.records import RECORDS, Record, Shelf, check_names, label
from clients.station.vault.recovery import find_strays


@dataclass(slots=True, repr=False)
class _Opened:
    """What an open vault has in memory: key, header, list, the SHA-256 of `kluis` on disk, the folder of records."""

    key: bytes
    header: Header
    entries: dict[str, Entry]
    digest: bytes
    shelf: Shelf


class Vault:
    """An open vault, held by this process alone. Safe to use from several threads.

    Every method but `lock` raises VaultLocked once it is locked, and VaultUnusable when the system refuses to read or
    write. An error that comes when a change has half taken its place locks the vault; opening it again finishes or
    forgets that change.
    """

    def __init__(self, folder: Path, worker: str, opened: _Opened, held: int, random_bytes: RandomBytes) -> None:
        """Make one with `create`, `open` or `open_with_secret`."""
        self.worker = worker
        self._folder = folder
        self._inside: _Opened | None = opened
        self._random = random_bytes
        self._turn = RLock()
        self._release = weakref.finalize(self, close, held)

    def __repr__(self) -> str:
        return f"Vault({'locked' if self._inside is None else 'open'})"

    @classmethod
    def create(
        cls,
        folder: Path,
        worker: str,
        passphrase: str,
        *,
        random_bytes: RandomBytes,
        cost: Cost = Cost(),  # noqa: B008
    ) -> Self:
        """Make an empty vault at `folder`, which is not there yet or empty, and open it. `cost` holds for every worker.

        Raises:
            BadName, WeakPassphrase: of the worker.
            VaultExists: `folder` is a file or holds something.
            VaultUnusable: the system refused; nothing was made.
        """
        worker = worker_name(worker)
        check_new_passphrase(passphrase)
        key, vault = random_bytes(KEY_BYTES), random_bytes(header.VAULT_ID_BYTES)
        slot = make_slot(worker, "passphrase", passphrase, vault=vault, key=key, cost=cost, random_bytes=random_bytes)
        front = Header(vault, 1, cost, (slot,))
        kluis = header.compose(front, {}, key, random_bytes)
        digest = hashlib.sha256(kluis).digest()
        with files.told():
            folder = folder.resolve()
            with files.new_folder(folder, token_hex(8)) as draft:
                (draft / RECORDS).mkdir(mode=0o700)
                files.write_new(draft / HEADER_FILE, kluis)
                files.write_new(draft / STATE_FILE, header.compose_state(1, digest))
            held = files.take(folder)
        opened = _Opened(key, front, {}, digest, Shelf(folder / RECORDS, key, vault))
        return cls(folder, worker, opened, held, random_bytes)

    @classmethod
    def open(cls, folder: Path, worker: str, passphrase: str, *, random_bytes: RandomBytes) -> Self:
        """Open a vault with a worker's passphrase, and put right what a kill left half done.

        A damaged record does not keep the others out of reach: it is told by `read` and by `check`.

        Raises:
            WrongPassphrase: the passphrase is wrong or there is no such worker; both take as long.
            VaultMissing, VaultBusy, VaultTooNew: there is nothing here, or not for us now.
            VaultDamaged: `kluis` or `stand` is not what was written.
            TooLittleMemory: argon2id did not get its memory.
        """
        return cls._open(folder, worker, "passphrase", passphrase, random_bytes)

    @classmethod
    def open_with_secret(cls, folder: Path, worker: str, secret: bytes, *, random_bytes: RandomBytes) -> Self:
        """Open a vault with the secret that `add_secret` gave; otherwise as `open`."""
        return cls._open(folder, worker, "secret", secret, random_bytes)

    @classmethod
    def _open(cls, folder: Path, worker: str, kind: SlotKind, word: str | bytes, random_bytes: RandomBytes) -> Self:
        with files.told():
            header.load_header(folder)  # before the lock, which would leave a file where there is no vault
            folder = folder.resolve()
            held = files.take(folder)
            vault: Self | None = None
            try:
                kluis, behind = header.load(folder)
                front = kluis.header
                key = open_slot(front.slots, worker, kind, word, vault=front.vault, cost=front.cost)
                shelf = Shelf(folder / RECORDS, key, front.vault)
                opened = _Opened(key, front, kluis.entries(key), kluis.digest, shelf)
                vault = cls(folder, worker_name(worker), opened, held, random_bytes)
                vault._recover(behind=behind)
            except BaseException:
                if vault is None:
                    close(held)
                else:
                    vault.lock()
                raise
            return vault

    @staticmethod
    def exists(folder: Path) -> bool:
        """Is there a vault here, whole or not?"""
        with files.told():
            return header.has_traces(folder)

    @staticmethod
    def workers_of(folder: Path) -> tuple[str, ...]:
        """Return the workers of a vault without opening it.

        Raises:
            VaultMissing, VaultDamaged, VaultTooNew: `kluis` cannot be read.
        """
        with files.told():
            return header.load_header(folder).header.workers

    @staticmethod
    def with_secret(folder: Path) -> tuple[str, ...]:
        """Return the workers who have a slot for the system's keyring, without opening the vault.

        Raises:
            VaultMissing, VaultDamaged, VaultTooNew: `kluis` cannot be read.
        """
        with files.told():
            slots = header.load_header(folder).header.slots
            return tuple(one.worker for one in slots if one.kind == "secret")

    def lock(self) -> None:
        """Drop the key and let others at the vault; may be called twice."""
        with self._turn:
            self._inside = None
            self._release()

    # Workers

    def workers(self) -> tuple[str, ...]:
        """Return the workers in the order in which they were added."""
        return self._open_state().header.workers

    def add_worker(self, worker: str, passphrase: str) -> None:
        """Give another worker access.

        Raises:
            BadName, WeakPassphrase, WorkerExists, TooManyWorkers: nothing was changed.
        """
        worker = worker_name(worker)
        check_new_passphrase(passphrase)
        with self._turn:
            if worker in self.workers():
                raise WorkerExists
            self._set_slot(worker, "passphrase", passphrase)

    def remove_worker(self, worker: str) -> None:
        """Take away a worker's slots, of passphrase and keyring; the name may be one's own.

        Raises:
            UnknownWorker, LastWorker: nothing was changed.
        """
        with self._turn:
            worker = self._known(worker)
            if len(self.workers()) == 1:
                raise LastWorker
            slots = self._open_state().header.slots
            self._set_slots(tuple(one for one in slots if one.worker != worker))

    def change_passphrase(self, old: str, new: str, *, worker: str = "") -> None:
        """Change a worker's passphrase, this one's when none is named; a secret in the keyring stays as it is.

        Raises:
            WeakPassphrase: the new one; WrongPassphrase: the old one. Nothing was changed.
        """
        check_new_passphrase(new)
        with self._turn:
            worker = worker or self.worker
            if not self.admits(worker, old):
                raise WrongPassphrase
            self._set_slot(worker, "passphrase", new)

    def admits(self, worker: str, word: str | bytes) -> bool:
        """Would this passphrase, or secret, open the vault? For who signs in while another has it open; as slow."""
        front = self._open_state().header
        kind: SlotKind = "passphrase" if isinstance(word, str) else "secret"
        try:
            open_slot(front.slots, worker, kind, word, vault=front.vault, cost=front.cost)
        except WrongPassphrase:
            return False
        return True

    def add_secret(self, worker: str) -> bytes:
        """Make a slot for the system's keyring and return its secret of 32 bytes; an earlier secret opens no more.

        Raises:
            UnknownWorker, TooManyWorkers: nothing was changed.
        """
        with self._turn:
            worker = self._known(worker)
            secret = self._random(KEY_BYTES)
            self._set_slot(worker, "secret", secret)
            return secret

    def remove_secret(self, worker: str) -> None:
        """Take away a worker's slot for the keyring, so that its secret opens no more; without one nothing happens.

        Raises:
            UnknownWorker: nothing was changed.
        """
        with self._turn:
            worker = self._known(worker)
            slots = self._open_state().header.slots
            kept = tuple(one for one in slots if (one.worker, one.kind) != (worker, "secret"))
            if kept != slots:
                self._set_slots(kept)

    def _known(self, worker: str) -> str:
        names = self.workers()
        try:
            worker = worker_name(worker)
        except BadName:
            raise UnknownWorker from None
        if worker not in names:
            raise UnknownWorker
        return worker

    def _set_slot(self, worker: str, kind: SlotKind, word: str | bytes) -> None:
        """Put a slot in the place of the one of this worker and kind, or at the end."""
        inside = self._open_state()
        front = inside.header
        slot = make_slot(
            worker, kind, word, vault=front.vault, key=inside.key, cost=front.cost, random_bytes=self._random
        )
        slots = {(one.worker, one.kind): one for one in front.slots} | {(worker, kind): slot}
        if len(slots) > MAX_SLOTS:
            raise TooManyWorkers
        self._set_slots(tuple(slots.values()))

    def _set_slots(self, slots: tuple[Slot, ...]) -> None:
        inside = self._open_state()
        self._commit(msgspec.structs.replace(inside.header, slots=slots), inside.entries)

    # Records

    def ids(self, kind: str = "") -> tuple[str, ...]:
        """Return the ids of all records, or of those of one kind, in the order of first writing."""
        with self._turn:
            entries = self._open_state().entries.values()
            return tuple(one.id for one in entries if kind in ("", one.kind))

    def kind(self, id: str) -> str:  # noqa: A002
        """Return the kind of a record.

        Raises:
            RecordMissing: there is none of this id.
        """
        with self._turn:
            return self._entry(id).kind

    def read(self, id: str) -> bytes:  # noqa: A002
        """Return the data of a record.

        Raises:
            RecordMissing: there is none of this id.
            VaultDamaged: its file is missing, damaged, old or another's.
        """
        with self._turn:
            return self._load(self._entry(id)).data

    def write(self, id: str, kind: str, data: bytes) -> None:  # noqa: A002
        """Store a record in place of what it was; it is on the disk when this returns.

        Raises:
            BadName, RecordTooLarge: nothing was changed.
            VaultUnusable: the system refused; what was stored before is still there.
        """
        check_names(id, kind)
        with self._turn:
            inside = self._open_state()
            entry = Entry(id, kind, inside.header.sequence + 1)
            record = Record(kind, entry.revision, bytes(data))
            sealed = records.seal_record(inside.key, inside.header.vault, id, record, self._random)
            self._commit(
                inside.header, inside.entries | {id: entry}, before=(files.Put(inside.shelf.path(id), sealed),)
            )

    def delete(self, id: str) -> None:  # noqa: A002
        """Remove a record; it is gone from the folder when this returns.

        Raises:
            RecordMissing: there is none of this id.
        """
        with self._turn:
            self._entry(id)
            inside = self._open_state()
            entries = {one: entry for one, entry in inside.entries.items() if one != id}
            self._commit(inside.header, entries, after=(files.Remove(inside.shelf.path(id)),))

    def check(self) -> None:
        """Hold every file against what was written.

        Raises:
            VaultDamaged: the first file that is missing, damaged, old, or of no record, in `file`.
        """
        with self._turn, files.told():
            inside = self._open_state()
            kluis, behind = header.load(self._folder)
            if behind:
                raise VaultDamaged(STATE_FILE)
            if kluis.digest != inside.digest:
                raise VaultDamaged(HEADER_FILE)
            for entry in inside.entries.values():
                self._load(entry)
            for found in inside.shelf.ids():
                if found not in inside.entries:
                    raise VaultDamaged(label(found))

    def _open_state(self) -> _Opened:
        inside = self._inside
        if inside is None:
            raise VaultLocked
        return inside

    def _entry(self, id: str) -> Entry:  # noqa: A002
        entry = self._open_state().entries.get(id)
        if entry is None:
            raise RecordMissing
        return entry

    def _load(self, entry: Entry) -> Record:
        record = self._open_state().shelf.open(entry.id)
        if (record.kind, record.revision) != (entry.kind, entry.revision):
            raise VaultDamaged(label(entry.id))
        return record

    def _commit(
        self,
        front: Header,
        entries: dict[str, Entry],
        *,
        before: tuple[files.Put, ...] = (),
        after: tuple[files.Remove, ...] = (),
    ) -> None:
        """Write the next `kluis` between what comes before and after it, then `stand`."""
        inside = self._open_state()
        front = msgspec.structs.replace(front, sequence=front.sequence + 1)
        kluis = header.compose(front, entries, inside.key, self._random)
        digest = hashlib.sha256(kluis).digest()
        state = header.compose_state(front.sequence, digest)
        put_header = files.Put(self._folder / HEADER_FILE, kluis)
        put_state = files.Put(self._folder / STATE_FILE, state)
        steps: tuple[files.Put | files.Remove, ...] = (*before, put_header, *after, put_state)
        with files.told():
            files.apply(steps, token_hex(8), self.lock)
        self._inside = _Opened(inside.key, front, entries, digest, inside.shelf)

    def _recover(self, *, behind: bool) -> None:
        """Finish or forget what a kill left half done; see the head of this module."""
        inside = self._open_state()
        strays = find_strays(inside.shelf, inside.header.sequence, inside.entries)
        files.remove_temporary(self._folder)
        files.remove_temporary(inside.shelf.folder)
        steps: list[files.Put | files.Remove] = [files.Remove(inside.shelf.path(one)) for one in strays.deleted]
        if behind:
            state = header.compose_state(inside.header.sequence, inside.digest)
            steps.append(files.Put(self._folder / STATE_FILE, state))
        files.apply(steps, token_hex(8), self.lock)
        if strays.newer is not None:
            self._commit(inside.header, inside.entries | {strays.newer.id: strays.newer})

    # Backup

    def backup(self, to: Path) -> int:
        """Write the whole vault, still sealed, to one new file and return the number of records in it.

        Raises:
            VaultExists: something stands at `to`, or it lies inside the vault's own folder.
            VaultDamaged: the vault is not whole; a backup of it would push out a good one.
        """
        with self._turn, files.told():
            to = to.parent.resolve() / to.name
            if to.is_relative_to(self._folder):
                raise VaultExists
            self.check()
            inside = self._open_state()
            paths = {HEADER_FILE: self._folder / HEADER_FILE}
            paths |= {label(one): inside.shelf.path(one) for one in inside.entries}
            archives.write(to, len(paths), ((name, path.read_bytes()) for name, path in paths.items()), token_hex(8))
            return len(inside.entries)

    @staticmethod
    def restore(archive: Path, folder: Path) -> None:
        """Make a vault at `folder`, which is not there yet or empty, of a backup; all of it or nothing.

        Raises:
            VaultMissing: there is no such archive.
            VaultExists: `folder` is a file or holds something.
            VaultDamaged: the archive is cut, damaged or holds what no backup holds.
            VaultUnusable: the system refused.
        """
        with files.told():
            archives.unpack(archive, folder, token_hex)
