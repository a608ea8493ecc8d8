"""What `make test` runs: the whole suite, a process for each core. `make coverage` runs it in one process, counted."""

from __future__ import annotations

import sys

import pytest

PACKAGES = ("anonymisation", "consent", "audit", "server", "clients")
# A file stays in one process: what its tests share (a model, a seeded region) is made once.
SHARED_OUT = ["-n", "auto", "--dist", "loadfile"]


def main() -> int:
    """Run pytest and return its exit status."""
    arguments = sys.argv[1:]
    if arguments == ["--coverage"]:
        counted = [f"--cov={name}" for name in PACKAGES]
        return int(pytest.main([*counted, "--cov-branch", "--cov-report=term:skip-covered"]))
    return int(pytest.main(arguments or SHARED_OUT))


if __name__ == "__main__":
    sys.exit(main())
