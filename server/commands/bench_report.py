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
class Report:
    """One benchmark's outcome. `remarks` say what a reader must know to use the figures."""

    benchmark: str
    measured: str
    on: str
    beside: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = ()

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
