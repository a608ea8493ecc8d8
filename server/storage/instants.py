"""Moments: everything inside is UTC with its zone."""

from __future__ import annotations

from datetime import UTC, datetime


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
