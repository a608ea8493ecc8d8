"""What `make test` runs: the whole suite, with the coverage of our packages."""

from __future__ import annotations

import sys

import pytest


def main() -> int:
    """Run pytest and return its exit status."""
    packages = ("anonymisation", "consent", "audit", "server", "clients")
    coverage = [f"--cov={name}" for name in packages] + ["--cov-branch", "--cov-report=term:skip-covered"]
    arguments = sys.argv[1:]
    return int(pytest.main([*([] if arguments else coverage), *arguments]))


if __name__ == "__main__":
    sys.exit(main())
