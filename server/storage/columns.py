"""What the columns of every table are made of: names of constraints, moments, references and numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, String
from sqlalchemy.types import TypeDecorator

from server.storage.instants import as_utc

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, with its zone on the way out on SQLite too, which forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        """Refuse a moment without a zone."""
        return None if value is None else as_utc(value)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:  # noqa: ARG002 - SQLAlchemy names it
        """Give the zone back."""
        return None if value is None else as_utc(value, assume_utc=True)


Ref = String(64)
"""An opaque reference: random, without meaning."""

Serial = BigInteger().with_variant(Integer, "sqlite")
"""A growing number; SQLite only counts by itself in a plain INTEGER."""
