"""A basis holds what its kind needs, and nothing of the other kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consent.basis import (
    GROUND_NL,
    HOW_NL,
    SCOPE_NL,
    Basis,
    BasisKind,
    ConsentHow,
    ConsentScope,
    OtherGround,
)
from consent.errors import InvalidBasis

DAY = date(2025, 6, 1)
HOW, SCOPE, GROUND = ConsentHow.ORAL, ConsentScope.PSEUDONYMISED_DISCUSSION, OtherGround.PUBLIC_TASK


def test_consent_counts_only_when_the_person_was_informed() -> None:
    assert Basis(BasisKind.CONSENT, DAY, informed_of_network=True, how=HOW, scope=SCOPE).is_informed()
    assert not Basis(BasisKind.CONSENT, DAY, informed_of_network=False, how=HOW, scope=SCOPE).is_informed()
    assert Basis(BasisKind.OTHER, DAY, informed_of_network=False, reason=GROUND).is_informed()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (BasisKind.CONSENT, {}),
        (BasisKind.CONSENT, {"how": HOW}),
        (BasisKind.CONSENT, {"scope": SCOPE}),
        (BasisKind.CONSENT, {"how": HOW, "scope": SCOPE, "reason": GROUND}),
        (BasisKind.OTHER, {}),
        (BasisKind.OTHER, {"reason": GROUND, "how": HOW}),
        (BasisKind.OTHER, {"reason": GROUND, "scope": SCOPE}),
    ],
)
def test_a_basis_is_valid_from_birth(kind: BasisKind, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidBasis):
        Basis(kind, DAY, informed_of_network=True, **fields)


def test_every_code_has_a_dutch_text() -> None:
    assert set(HOW_NL) == set(ConsentHow)
    assert set(SCOPE_NL) == set(ConsentScope)
    assert set(GROUND_NL) == set(OtherGround)
