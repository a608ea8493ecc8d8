"""Organisations by kind word, legal form or list; generic bodies are left."""

from __future__ import annotations

import pytest

from anonymisation.document import EntityType
from anonymisation.recognisers.organisations import OrganisationRecogniser


def found(text: str) -> set[tuple[str, EntityType]]:
    """Return what is found, with its label."""
    return {(text[hit.start : hit.end], hit.label) for hit in OrganisationRecogniser().hits(text)}


CARE, ORG = EntityType.CARE_ORGANIZATION, EntityType.ORGANIZATION


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Huisartsenpraktijk De Drie Eiken,", "Huisartsenpraktijk De Drie Eiken", CARE),
        ("op wachtlijst GGZ Duin & Veld", "GGZ Duin & Veld", CARE),
        ("bij wijkteam Oosterplas", "wijkteam Oosterplas", CARE),
        ("in kliniek De Vossenhoek", "De Vossenhoek", CARE),
        ("bij Johannes Vecht GGZ", "Johannes Vecht GGZ", CARE),
        ("SEH Isala", "Isala", CARE),
        ("op basisschool De Vlieger", "De Vlieger", ORG),
        ("Stichting IJsselrand Wonen", "Stichting IJsselrand Wonen", ORG),
        ("bij Tulp Kustlicht B.V. via", "Tulp Kustlicht B.V.", ORG),
        ("op het Berkenveld College", "Berkenveld College", ORG),
        ("vv De Heuvelrand", "De Heuvelrand", ORG),
        ("café De Zeeman", "De Zeeman", ORG),
        ("ROC Zuidpoort Helmond", "ROC Zuidpoort Helmond", ORG),
    ],
)
def test_a_named_organisation_is_found(text: str, name: str, label: EntityType) -> None:
    assert (name, label) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "FACT-team Noord", "het wijkteam belt", "GGZ zegt nee", "Stichting is failliet", "POH-GGZ Jansen",
        "thuiszorg komt",
        "Thuiszorg komt langs", "de School was dicht", "UWV en Wmo", "kliniek GGZ", "sGGZ nog passend",
    ],
)  # fmt: skip
def test_generic_bodies_are_left(text: str) -> None:
    assert found(text) == set()
