"""Statements that run once per audit entry, handed to the driver as they are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection


def execute_many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement of ours for each of these rows, in order; `?` is the place of a value on both databases."""
    if connection.dialect.paramstyle != "qmark":
        numbers = count(1)
        statement = "".join(f"${next(numbers)}" if one == "?" else one for one in statement)
    connection.exec_driver_sql(statement, list(rows))
