"""The values of the package refuse what cannot be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from anonymisation.document import HARD, INDIRECT, EntityType, ProtectedText, Replacement, Span, require_ordered
from anonymisation.errors import InvalidSpan


@pytest.mark.parametrize(("start", "end", "score"), [(-1, 2, 0.5), (2, 2, 0.5), (3, 2, 0.5), (0, 1, 1.1), (0, 1, -0.1)])
def test_an_impossible_span_is_refused(start: int, end: int, score: float) -> None:
    with pytest.raises(InvalidSpan):
        Span(start, end, EntityType.PERSON, score, certain=True)


def test_hard_and_indirect_labels_are_apart() -> None:
    assert not HARD & INDIRECT
    assert Span(0, 1, EntityType.NL_BSN, 1, certain=True).hard


def test_overlap_is_sharing_a_code_point() -> None:
    one, two = Span(0, 3, EntityType.ID, 1, certain=True), Span(3, 5, EntityType.ID, 1, certain=True)
    assert not one.overlaps(two)
    assert one.overlaps(Span(2, 3, EntityType.ID, 1, certain=True))
    assert require_ordered([one, two], 5) == (one, two)


def test_a_replacement_stands_where_it_says() -> None:
    span = Span(0, 3, EntityType.PERSON, 1, certain=True)
    with pytest.raises(InvalidSpan):
        ProtectedText("Persoon A", (Replacement(span, "Persoon B", 0, 9),), ())


@pytest.mark.parametrize(
    "module", ["document", "forms", "known", "resolve", "pseudonyms", "review", "risk", "guard", "batch"]
)
def test_light_modules_load_no_model_library(module: str) -> None:
    check = (
        f"import sys, logging; before = logging.getLogger().level; import anonymisation.{module}; "
        "assert not {'spacy', 'presidio_analyzer', 'numpy'} & set(sys.modules); "
        "assert logging.getLogger().level == before and not logging.getLogger().handlers"
    )
    subprocess.run([sys.executable, "-c", check], check=True, timeout=60)
