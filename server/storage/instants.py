"""Moments: everything inside is UTC with its zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from server.protocol.dutch import zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def as_utc(value: datetime, *, assume_utc: bool = False) -> datetime:
    """Return the moment in UTC.

    Raises:
        ValueError: it has no zone and `assume_utc` is false.
    """
    if value.tzinfo is None:
        if not assume_utc:
            raise ValueError("a moment needs a time zone")
        return value.replace(tzinfo=UTC)
    return value.astimezone(UTC)


def begin_of(day: date) -> datetime:
    """Return the moment (UTC) at which a day of the Dutch calendar begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone()).astimezone(UTC)


def milliseconds(at: datetime) -> int:
    """Return the whole milliseconds since 1970."""
    return (at - EPOCH) // MILLISECOND
