"""`casuskring bench anonymise|guard|room|audit`: each measures us and its yardsticks in the same run."""

from __future__ import annotations

import json
import sys

from server import observability
from server.commands.bench_report import BenchError, Report


def run(name: str, *, as_json: bool, entries: int | None = None) -> int:
    """Run one benchmark and print its report; 0 when it was measured, 2 when it cannot be measured here.

    `entries` is the size of the log that the officer's questions are put to, in `audit`.
    """
    observability.configure()
    try:
        report = _measure(name, entries)
    except BenchError as error:
        print(f"casuskring: {error}", file=sys.stderr)
        return 2
    print(json.dumps(report.as_json(), ensure_ascii=False, indent=2) if as_json else report.as_text())
    return 0


def _measure(name: str, entries: int | None) -> Report:
    match name:
        case "anonymise" | "anonymise-dev":
            from server.commands.bench_anonymise import measure as anonymise

            return anonymise("dev" if name.endswith("dev") else "test")
        case "guard":
            from server.commands.bench_guard import measure as guard

            return guard()
        case "room":
            from server.commands.bench_room import measure as room

            return room()
        case "audit":
            from server.commands.bench_audit import measure as audit

            return audit(desk_entries=entries) if entries else audit()
        case _:
            raise BenchError(f"er is geen meting met de naam {name!r}")
