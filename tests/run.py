"""What `make test` runs: the whole suite, a process for each core. `make coverage` runs it in one process, counted."""

from __future__ import annotations

import sys

import pytest

PACKAGES = ("anonymisation", "consent", "audit", "server", "clients")
# Neighbours stay in one process (what they share is made once) until the other has nothing left to do.
SHARED_OUT = ["-n", "auto", "--dist", "worksteal"]


def main() -> int:
    """Run pytest and return its exit status."""
    arguments = sys.argv[1:]
    if arguments == ["--coverage"]:
        counted = [f"--cov={name}" for name in PACKAGES]
        return int(pytest.main([*counted, "--cov-branch", "--cov-report=term:skip-covered"]))
    return int(pytest.main(arguments or SHARED_OUT))


if __name__ == "__main__":
    sys.exit(main())
