"""What the submitter knows of the person concerned: used for matching, never sent, never stored in a result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from anonymisation.errors import InvalidKnown

_MAX_ENTRIES = 100
_MAX_LENGTH = 300
_EARLIEST_YEAR = 1880


@dataclass(frozen=True, slots=True)
class Known:
    """Identifiers of one case. `names` are all names of the data subject; every field may be empty."""

    names: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    birth_date: date | None = None
    bsn: str = ""
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Is anything known at all?"""
        return any(getattr(self, one.name) for one in fields(self))

    def __repr__(self) -> str:
        """Show that something is known, never what."""
        return "Known(***)" if self else "Known()"

    @classmethod
    def from_mapping(cls, obj: object) -> Known:
        """Read the `known` object of the command line and the station.

        Raises:
            InvalidKnown: not a mapping, an unknown field, a wrong type, or an impossible birth date. The message
                names a field of ours, never a value.
        """
        if not isinstance(obj, Mapping):
            raise InvalidKnown("known must be an object")
        allowed = {one.name for one in fields(cls)}
        if any(key not in allowed for key in obj):
            raise InvalidKnown("known has an unknown field")
        lists = {name: _texts(obj.get(name), name) for name in sorted(allowed - {"birth_date", "bsn"})}
        return cls(birth_date=_birth_date(obj.get("birth_date")), bsn=_text(obj.get("bsn"), "bsn"), **lists)


def _text(value: object, field: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidKnown(f"{field} must be a text")
    if len(value) > _MAX_LENGTH:
        raise InvalidKnown(f"{field} is too long")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise InvalidKnown(f"{field} holds half a surrogate pair")
    return value.strip()


def _texts(value: object, field: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise InvalidKnown(f"{field} must be a list of texts")
    if len(value) > _MAX_ENTRIES:
        raise InvalidKnown(f"{field} has too many entries")
    if any(item is None for item in value):
        raise InvalidKnown(f"{field} must be a list of texts")
    return tuple(text for text in (_text(item, field) for item in value) if text)


def _birth_date(value: object) -> date | None:
    """Read `1988-03-14` or `14-03-1988`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    text = _text(value, "birth_date")
    if not text:
        return None
    parts = text.split("-")
    if len(parts) == 3 and all(part.isascii() and part.isdigit() for part in parts):
        year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
        if len(year) == 4 and int(year) >= _EARLIEST_YEAR:
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                pass
    raise InvalidKnown("birth_date must be a day written as year-month-day or day-month-year")
