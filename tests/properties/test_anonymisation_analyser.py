"""Whatever the text, the analyser answers with ordered spans inside it, and so do known values."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anonymisation.analyser import Analyser
from anonymisation.document import require_ordered
from anonymisation.folding import fold, fold_with_offsets
from anonymisation.known import Known
from anonymisation.pseudonyms import protect

TEXT = st.text(max_size=200) | st.text(alphabet="JanvdeBos .,-/()'\"@0123456789\n:A😀é", max_size=200)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """An analyser without a learned model."""
    return Analyser.load(use_model=False)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, name=st.text(max_size=30))
def test_any_text_is_read_and_protected(analyser: Analyser, text: str, name: str) -> None:
    known = Known(names=(name,), relatives=(name,), addresses=(name,), phones=(name,), others=(name,), bsn=name)
    spans = require_ordered(analyser.find(text, known), len(text))
    result = protect(text, spans, known=known)
    assert len(result.replacements) <= len(spans)


@given(TEXT)
def test_folding_leads_back_to_places_in_order(text: str) -> None:
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert list(offsets) == sorted(offsets)
    assert offsets[len(folded)] == len(text)


# Without U+0149, which Unicode deprecates: it is an apostrophe and a letter, and behind an apostrophe stands an ending.
LETTER = st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F, exclude_characters="\u0149")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(alphabet=LETTER, min_size=5, max_size=12),
    before=st.sampled_from(["", "zei ", "(", "\n", "😀 "]),
    after=st.sampled_from(["", " toen", ")", "'s zus", ".", "\n"]),
)
def test_a_known_name_is_never_kept(analyser: Analyser, name: str, before: str, after: str) -> None:
    for written in (name, name.upper(), name.lower()):
        text = f"{before}{written}{after}"
        covered = {place for span in analyser.find(text, Known(names=(name,))) for place in range(span.start, span.end)}
        assert set(range(len(before), len(before) + len(written))) <= covered
