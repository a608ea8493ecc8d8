"""Entries that differ in nothing but their identifier, moment and numbers: checked once, then filled in.

A busy room writes one such entry for everything that is said. Making each through `audit.entry` would check the same
references over and over; the bytes are the same either way, and a test compares them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from audit.entry import format_time
from audit.events import Event
from server.storage.audit_log import Objects, Who, entry_line
from server.storage.database import UnitOfWork

_AT = datetime(2000, 1, 1, tzinfo=UTC)
_ID = "0" * 32
_SEQ = "seq:0"


class EntryForm:
    """The form of an entry about events of a session: the first object is the session with their numbers."""

    __slots__ = ("_form", "_random_bytes")

    def __init__(
        self, uow: UnitOfWork, event: Event, who: Who, session: str, *, rest: Objects = (), reason: str | None
    ) -> None:
        # Another moment and zeros for chance, so that their places are known.
        blank = UnitOfWork(uow.engine, _AT, bytes, uow.source)
        line = entry_line(blank, event, who, (("session", session, _SEQ), *rest), reason=reason)
        form = line
        for name, value in (("at", format_time(_AT)), ("detail", _SEQ), ("id", _ID)):
            place = f'"{name}":"{value}"'.encode()
            if form.count(place) != 1:
                raise ValueError("an entry form needs one place for each value")
            form = form.replace(place, f'"{name}":"'.encode() + b'%b"')
        self._form = form
        self._random_bytes = uow.random_bytes

    def line(self, at: datetime, first: int, last: int) -> bytes:
        """Return the canonical bytes of a new entry about the events `first` to `last`, at a moment in UTC."""
        seq = b"seq:%d" % first if first == last else b"seq:%d-%d" % (first, last)
        return self._form % (format_time(at).encode(), self._random_bytes(16).hex().encode(), seq)
