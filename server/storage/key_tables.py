"""The one table of the store of wrapped keys, which lives apart with a backup term of its own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.storage.columns import NAMING, Instant, Ref


class KeyBase(DeclarativeBase):
    """Base of the store of wrapped keys."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: Instant, bytes: LargeBinary}


class WrappedKeyRow(KeyBase):
    """A key, wrapped by the master key. Destroying it empties `wrapped` and is the deletion of all it sealed."""

    __tablename__ = "wrapped_keys"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
