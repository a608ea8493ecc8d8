"""Fixtures that the whole suite shares: the databases, a running service, and who signs in to it."""

from __future__ import annotations

import hypothesis
import pytest

# How long an example takes says something about the machine, and nothing about what is tested.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

pytest_plugins = ["tests.support.databases", "tests.support.service", "tests.support.counts"]


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of a developer's own settings may reach the tests."""
    import os

    for name in list(os.environ):
        if name.startswith("CASUSKRING_") and name not in (
            "CASUSKRING_VECTORS",
            "CASUSKRING_TEST_POSTGRESQL",
            "CASUSKRING_TEST_PICTURES",
            "CASUSKRING_TEST_REQUIRE_ALL",
        ):
            del os.environ[name]
