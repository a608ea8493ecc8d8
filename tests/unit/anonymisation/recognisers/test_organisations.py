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
        ("Huisartsenpraktijk De Vier Linden,", "Huisartsenpraktijk De Vier Linden", CARE),
        ("op wachtlijst GGZ Rijn & Loo", "GGZ Rijn & Loo", CARE),
        ("bij wijkteam Kromhout", "wijkteam Kromhout", CARE),
        ("in kliniek De Wolfskuil", "De Wolfskuil", CARE),
        ("bij Vincent Maas GGZ", "Vincent Maas GGZ", CARE),
        ("SEH Isala", "Isala", CARE),
        ("op basisschool De Regenboog", "De Regenboog", ORG),
        ("Stichting Lekstede Wonen", "Stichting Lekstede Wonen", ORG),
        ("bij Orchidee Duinlicht B.V. via", "Orchidee Duinlicht B.V.", ORG),
        ("op het Kranenveld College", "Kranenveld College", ORG),
        ("vv De Paasberg", "De Paasberg", ORG),
        ("café De Jutter", "De Jutter", ORG),
        ("ROC Maaspoort Venlo", "ROC Maaspoort Venlo", ORG),
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
