"""`casuskring audit`: export a log, close it, verify an export without the service, prove one entry."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sqlalchemy import select

from audit.checkpoint import VerifierKey
from audit.errors import AuditError, Lang, NoSuchEntry
from audit.events import Event
from audit.export import require_empty, writing_export
from audit.prove import prove_entry
from audit.report import describe
from audit.tree import leaf_hash
from audit.verify import verify_export
from server.app import Clock, log_signer
from server.commands.serving import opened
from server.errors import NotFound, StorageError
from server.settings import Settings
from server.storage.audit_log import SERVICE, Sequencer, record
from server.storage.audit_periods import Turned, close_log, last_note, reopen_after_restore
from server.storage.crypto import RandomBytes
from server.storage.database import ENTRIES
from server.storage.migrate import require_current
from server.storage.store import Store
from server.storage.tables import AuditLogRow

PAGE = 1000
"""Entries held at once while a log is written out."""


async def export(
    settings: Settings, out: Path, *, now: Clock, random_bytes: RandomBytes, log: int | None = None
) -> int:
    """Write a log to a new folder and return how many entries it holds; the export itself is logged first.

    Args:
        log: the number of a log; None is the open one.

    Raises:
        StorageError: nothing has been signed yet.
        NotFound: no log has this number.
        AuditError: the folder is not empty.
    """
    signer = log_signer(settings)
    async with opened(settings, now=now, random_bytes=random_bytes) as store:
        await require_current(store)
        async with store.database.transaction() as uow:
            wanted = AuditLogRow.closed_at.is_(None) if log is None else AuditLogRow.id == log
            log_id = await uow.rows.scalar(select(AuditLogRow.id).where(wanted))
            if log_id is None:
                raise NotFound("Een logboek met dit nummer is er niet.", code="no_such_log")
            record(uow, Event.LOG_EXPORTED, SERVICE, objects=(("log", f"log-{log_id}"),))
        sequencer = Sequencer(store.database, signer)
        while await sequencer.sequence():
            pass
        async with store.database.transaction() as uow:
            note = await last_note(uow, log_id)
        if note is None:
            raise StorageError("nothing has been signed yet")
        size = int(note.split("\n", 2)[1])
        with writing_export(out, note, str(signer.verifier_key)) as writer:
            async for page in pages(store, log_id, size):
                writer.add(page)
    return size


async def close(settings: Settings, out: Path, *, now: Clock, random_bytes: RandomBytes) -> Turned:
    """End the open log, open the next, and write the ended one to a new folder.

    The folder is looked at first; when the disk refuses later, the log is closed and `export` can still write it.

    Raises:
        StorageError: no log is open.
        AuditError: the folder is not empty.
    """
    require_empty(out)
    async with opened(settings, now=now, random_bytes=random_bytes) as store:
        await require_current(store)
        async with store.database.transaction() as uow:
            turned = await close_log(uow, log_signer(settings), settings.log_origin)
    await export(settings, out, now=now, random_bytes=random_bytes, log=turned.closed)
    return turned


async def reopen_restored(settings: Settings, *, now: Clock, random_bytes: RandomBytes) -> Turned:
    """Go on in a new log after a backup was put back; the old one stays as the backup has it.

    Raises:
        StorageError: no log is open.
    """
    async with opened(settings, now=now, random_bytes=random_bytes) as store:
        await require_current(store)
        async with store.database.transaction() as uow:
            return await reopen_after_restore(uow, log_signer(settings), settings.log_origin)


async def pages(store: Store, log_id: int, size: int) -> AsyncIterator[Sequence[bytes]]:
    """Yield the first `size` entries of a log in pages, each read by itself: between two of them anyone may write."""
    done = 0
    while done < size:
        async with store.database.engine.connect() as connection:
            page = await connection.scalars(
                select(ENTRIES.c.line)
                .where(ENTRIES.c.log_id == log_id, ENTRIES.c.number >= done, ENTRIES.c.number < size)
                .order_by(ENTRIES.c.number)
                .limit(PAGE)
            )
            lines = page.all()
        if not lines:
            raise StorageError("the log has fewer entries than its checkpoint says", code="log_short")
        yield lines
        done += len(lines)


def verify(directory: Path, *, key_file: Path | None, since: Path | None, lang: Lang) -> int:
    """Print the verdict on an export; 0 when it holds, 1 when it does not, 2 when the key cannot be read."""
    try:
        key = VerifierKey.parse(key_file.read_text()) if key_file else None
        result = verify_export(directory, key=key, since=since)
    except AuditError as error:
        print(describe(error, lang))
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(f"casuskring: een bestand kan niet worden gelezen ({type(error).__name__})", file=sys.stderr)
        return 2
    print(describe(result, lang))
    return 0


def prove(directory: Path, entry: int) -> int:
    """Print the inclusion proof of an entry with its checkpoint, so that anyone can check it by RFC 9162."""
    try:
        proven = prove_entry(directory, entry)
    except NoSuchEntry as error:
        print(f"casuskring: {error.sentence('nl')}", file=sys.stderr)
        return 2
    except AuditError as error:
        print(describe(error, "nl"))
        return 1
    except OSError as error:
        print(f"casuskring: een bestand kan niet worden gelezen ({type(error).__name__})", file=sys.stderr)
        return 2
    proof = {
        "entry": json.loads(proven.line),
        "index": proven.index,
        "size": proven.checkpoint.size,
        "leaf": leaf_hash(proven.line).hex(),
        "proof": [one.hex() for one in proven.proof],
        "checkpoint": proven.note,
    }
    print(json.dumps(proof, indent=2))
    return 0
