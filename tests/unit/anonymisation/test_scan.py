"""A second look at protected text finds what is left, never a fixed form."""

from __future__ import annotations

import pytest

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, Span
from anonymisation.scan import outside_forms, remaining


@pytest.mark.parametrize(
    "text",
    [
        "mw. Persoon A, rekeningnummer A. Huurachterstand bij verhuurder A, geb. 35-39 jaar eerder in plaats B",
        "dhr. Persoon AB (4-11 jaar) woont op adres A, postcode A plaats A. [BSN verwijderd]",
        "op de peildatum, 3 weken eerder, moeder van A, GGZ-instelling C, school XAA",
    ],
)
def test_protected_text_is_clean(analyser: Analyser, text: str) -> None:
    assert remaining(analyser, text) == ()


def test_a_name_beside_a_form_is_found(analyser: Analyser) -> None:
    text = "Persoon A belt mw. Jansen op 06-12345678"
    assert {text[span.start : span.end] for span in remaining(analyser, text)} == {"Jansen", "06-12345678"}


def test_only_the_part_outside_a_form_stays() -> None:
    text = "Persoon A Jansen, plaats B"
    spans = [Span(0, 16, EntityType.PERSON, 0.9, certain=True), Span(18, 26, EntityType.LOCATION, 0.9, certain=True)]
    assert [(span.start, span.end) for span in outside_forms(spans, text)] == [(10, 16)]
