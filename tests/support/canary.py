"""Looking for words that must be nowhere: every form in which they could lie in a file, a row or an answer."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import asyncpg
import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.cases.access import form_context
from server.protocol import codec, live
from server.sessions.journal import event_context
from server.sessions.service import outcome_context
from server.storage.crypto import Key, unseal
from server.storage.keystore import KeyDestroyed
from server.storage.store import Store
from server.storage.tables import CaseRow, EventRow, OutcomeRow, SessionRow


def forms(word: str) -> dict[str, bytes]:
    """Return the bytes in which a word can hide; the search folds case, so these are in lower case."""
    plain = word.encode()
    shapes = {
        "utf-8": plain,
        "utf-16-le": word.encode("utf-16-le"),
        "utf-16-be": word.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "percent": quote(word, safe="").encode(),
        "escaped": "".join(f"\\u{ord(char):04x}" for char in word).encode(),
        "reversed": plain[::-1],
    }
    for offset in range(3):
        # Base64 depends on what stands before: only the characters that lie wholly within the word are its own. Fewer
        # would turn up by chance.
        first, last = -(-8 * offset // 6), 8 * (offset + len(plain)) // 6
        shapes[f"base64+{offset}"] = base64.b64encode(b"\0" * offset + plain)[first:last]
    return {name: shape.lower() for name, shape in shapes.items()}


def search(places: Mapping[str, bytes], words: Iterable[str]) -> list[tuple[str, str]]:
    """Return (place, form) for every word that lies somewhere."""
    shapes = [(name, shape) for word in words for name, shape in forms(word).items()]
    found: list[tuple[str, str]] = []
    for place, content in places.items():
        folded = content.lower()
        closed_up = folded.replace(b"-", b"")
        found.extend((place, name) for name, shape in shapes if shape in folded or shape in closed_up)
    return found


RANDOM = re.compile(rb"[0-9a-z_+/-]{20,}=*|content-length: \d+|127\.0\.0\.1:\d+")
"""What may hold any few digits by chance: ids, keys and sealed text, the length of a body, a port."""


def spoken(words: Iterable[str], data: bytes) -> list[str]:
    """Return the words that stand in data, in either case.

    A word that is short enough to turn up in a random id (`22a`) counts where it stands on its own.
    """
    folded = data.lower()
    prose = RANDOM.sub(b" ", folded)
    found = []
    for word in words:
        plain = word.lower().encode()
        if re.fullmatch(r"[0-9a-f]{1,5}", word.lower()):
            if re.search(rb"(?<![0-9a-z])" + plain + rb"(?![0-9a-z])", prose):
                found.append(word)
        elif plain in folded:
            found.append(word)
    return found


def files_under(folder: Path) -> dict[str, bytes]:
    """Return every file under a folder, by its path in it; sockets and what vanishes meanwhile are passed over."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(folder))] = _bytes_of(path)
    return found


async def rows_of(url: str) -> dict[str, bytes]:
    """Return every row of every table of a PostgreSQL database as text, and its last queries; binary is in hex."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' "
            "AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        found = {}
        for schema, name in tables:
            rows = await connection.fetch(f'SELECT t::text FROM "{schema}"."{name}" t')  # noqa: S608 - names of tables
            found[f"{schema}.{name}"] = "\n".join(row[0] for row in rows).encode()
        running = await connection.fetch("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        found["pg_stat_activity"] = "\n".join(row[0] or "" for row in running).encode()
        return found
    finally:
        await connection.close()


def _bytes_of(path: Path) -> bytes:
    """Read a file in another process: closing a database file here would drop this process's SQLite locks on it."""
    return subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout


async def opened_boxes(store: Store) -> dict[str, bytes]:
    """Return what all sealed envelopes hold, opened with the keys: encryption must not hide what may not be kept."""
    async with AsyncSession(store.database.engine) as rows:
        cases = (await rows.scalars(select(CaseRow))).all()
        sessions = (await rows.scalars(select(SessionRow))).all()
        events = (await rows.scalars(select(EventRow))).all()
        outcomes = (await rows.scalars(select(OutcomeRow))).all()
    keys: dict[str, Key] = {}
    for key_id in {*(one.key_id for one in cases), *(one.key_id for one in sessions)}:
        try:
            keys[key_id] = await store.keys.get(key_id)
        except KeyDestroyed:
            continue
    subkeys = await store.keys.get_many([one.subkey_id for one in events if one.subkey_id])
    of_case = {case.id: case.key_id for case in cases}
    boxes: list[tuple[str, str, bytes, str | None]] = [
        *((one.key_id, form_context(one.id), one.form_box, None) for one in cases),
        *((one.key_id, event_context(one.session_id, one.seq), one.body_box, one.subkey_id) for one in events),
        *((of_case[one.case_id], outcome_context(one.case_id, one.session_id), one.text_box, None) for one in outcomes),
    ]
    plain = [
        unseal(keys[key], context, box, subkeys.get(subkey or ""))
        for key, context, box, subkey in boxes
        if box and key in keys and (subkey is None or subkey in subkeys)
    ]
    return {"sealed envelopes, opened": b"\n".join(plain)}


@dataclass
class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on and keeps every answer, with its headers."""

    answers: list[bytes] = field(default_factory=list)
    inner: httpx.AsyncHTTPTransport = field(default_factory=lambda: httpx.AsyncHTTPTransport(trust_env=False))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass one request on."""
        response = await self.inner.handle_async_request(request)
        content = await response.aread()
        self.answers.append(b"\n".join([*(b": ".join(pair) for pair in response.headers.raw), content]))
        return response


def frames(events: Sequence[live.Event], *others: object) -> bytes:
    """Return what a member received over the socket, as it travelled."""
    return b"\n".join([*(codec.encode(one) for one in events), *(repr(one).encode() for one in others)])
