"""Prints at the end how many tests ran per database, and makes a skip a failure where nothing may skip."""

from __future__ import annotations

import os
from collections import Counter

import pytest

_counts: Counter[tuple[str, str]] = Counter()


def _database(nodeid: str) -> str:
    for kind in ("sqlite", "postgresql"):
        if f"[{kind}" in nodeid or f"-{kind}" in nodeid:
            return kind
    return "no database"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count each test once, by its database."""
    if report.when == "call" or (report.when == "setup" and report.skipped):
        _counts[_database(report.nodeid), report.outcome] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a line per database."""
    terminalreporter.write_sep("-", "tests per database")
    for kind in ("sqlite", "postgresql", "no database"):
        found = {outcome: count for (name, outcome), count in _counts.items() if name == kind}
        line = ", ".join(f"{count} {outcome}" for outcome, count in sorted(found.items())) or "none"
        terminalreporter.write_line(f"{kind}: {line}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when something was skipped and nothing may."""
    skipped = sum(count for (_kind, outcome), count in _counts.items() if outcome == "skipped")
    if skipped and os.environ.get("CASUSKRING_TEST_REQUIRE_ALL"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
