"""What a benchmark says: what was measured, on what, beside what, and its figures; for people and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass


class BenchError(Exception):
    """A benchmark cannot run here; the message is a Dutch sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: of which candidate, its stable name, its value, its unit, and how it reads in Dutch."""

    of: str
    name: str
    value: float
    unit: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    """Figures of one kind for many things beside each other: a row per thing, a column per candidate."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]

    def as_text(self) -> list[str]:
        """Return the table as lines for a terminal."""
        first = max((len(name) for name, _ in self.rows), default=0)
        widths = [max(len(title), *(len(row[n]) for _, row in self.rows)) for n, title in enumerate(self.columns)]
        lines = [self.title, " " * first + "".join(f"  {c:>{w}}" for c, w in zip(self.columns, widths, strict=True))]
        for name, row in self.rows:
            lines.append(f"{name:{first}}" + "".join(f"  {v:>{w}}" for v, w in zip(row, widths, strict=True)))
        return lines

    def as_json(self) -> dict[str, dict[str, str]]:
        """Return the table as plain values: per row, per column."""
        return {name: dict(zip(self.columns, row, strict=True)) for name, row in self.rows}


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark's outcome. `remarks` say what a reader must know to use the figures."""

    benchmark: str
    measured: str
    on: str
    beside: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values: figures by candidate and name, each with its unit."""
        figures: dict[str, dict[str, object]] = {}
        for one in self.figures:
            figures.setdefault(one.of, {})[one.name] = {"value": one.value, "unit": one.unit}
        return {
            "benchmark": self.benchmark,
            "measured": self.measured,
            "on": self.on,
            "beside": self.beside,
            "machine": machine(),
            "figures": figures,
            "tables": {one.title: one.as_json() for one in self.tables},
            "remarks": list(self.remarks),
        }

    def as_text(self) -> str:
        """Return the report as lines for a terminal."""
        lines = [f"Gemeten: {self.measured}", f"Op:      {self.on}", f"Naast:   {self.beside}", f"Machine: {machine()}"]
        of = ""
        for one in self.figures:
            if one.of != of:
                of = one.of
                lines += ["", of]
            lines.append(f"  {one.label:44} {number(one.value):>10} {one.unit}".rstrip())
        for table in self.tables:
            lines += ["", *table.as_text()]
        lines += ["", *(f"- {remark}" for remark in self.remarks)] if self.remarks else []
        return "\n".join(lines)


def number(value: float) -> str:
    """Return a figure with at least three significant digits."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def machine() -> str:
    """Return what the figures were measured on, without the name of the computer."""
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} kernen, "
        f"Python {platform.python_version()}, belasting {load:.1f}"
    )


def median(values: Iterable[float]) -> float:
    """Return the middle value; the lower of the two middle ones of an even number."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2]


def percentile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * 1000) * len(ordered) // 1000) - 1))]
