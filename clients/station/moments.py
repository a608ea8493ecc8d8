"""Days and moments as Dutch readers expect them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def day(value: date) -> str:
    """Return a date in Dutch, such as `3 december 2026`."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Return a moment on the Dutch clock, such as `3 december 2026, 14:00`."""
    local = value.astimezone(ZoneInfo("Europe/Amsterdam"))
    return f"{day(local.date())}, {local:%H:%M}"
