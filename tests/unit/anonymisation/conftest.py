"""One rules-only analyser for all unit tests of the package: it is frozen, so sharing it is safe."""

from __future__ import annotations

import pytest

from anonymisation.analyser import Analyser


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """An analyser without a learned model: the same finds on every machine."""
    return Analyser.load(use_model=False)
