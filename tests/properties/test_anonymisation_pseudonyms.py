"""Protecting is consistent, says nothing of the original, settles, and leads back."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, Span
from anonymisation.forms import pseudonym_spans
from anonymisation.pseudonyms import protect, translate_back
from anonymisation.scan import remaining

REFERENCE = date(2025, 11, 12)
NAMES = [
    "Zwaluw",
    "Koolmees",
    "Winterkoning",
    "Putter",
    "Ijsvogel",
    "Grutto",
    "Kievit",
    "Wulp",
    "Scholekster",
    "Tureluur",
]
FILL = st.text(alphabet="abcdef .,;:\n-()😀é\u0301\x00'", max_size=12)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """An analyser without a learned model."""
    return Analyser.load(use_model=False)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Span, ...]]:
    """Draw a text with marked originals of every label and anything between them."""
    text = draw(FILL)
    spans = []
    for label in draw(st.lists(st.sampled_from(list(EntityType)), max_size=8)):
        original = draw(st.sampled_from(NAMES))
        if label is EntityType.AGE:
            original = str(draw(st.integers(0, 120)))
        if label is EntityType.DATE_TIME:
            original = draw(st.dates(date(1930, 1, 1), date(2026, 1, 1))).strftime("%d-%m-%Y")
        spans.append(Span(len(text), len(text) + len(original), label, 0.9, certain=True))
        text += original + " " + draw(FILL)
    return text, tuple(spans)


@given(marked())
def test_protecting_twice_changes_nothing(case: tuple[str, tuple[Span, ...]]) -> None:
    first = protect(*case, reference=REFERENCE)
    again = [Span(one.start, one.end, one.span.label, 0.9, certain=True) for one in first.replacements]
    assert protect(first.text, again, reference=REFERENCE).text == first.text


@given(marked())
def test_every_replacement_is_a_form_and_no_original_is_left(case: tuple[str, tuple[Span, ...]]) -> None:
    text, spans = case
    result = protect(text, spans, reference=REFERENCE)
    forms = list(pseudonym_spans(result.text))
    for one in result.replacements:
        assert any(start <= one.start < end for start, end in forms)
    for name in NAMES:
        assert name not in result.text


@given(marked(), st.permutations(NAMES))
def test_another_set_of_names_gives_the_same_protected_text(
    case: tuple[str, tuple[Span, ...]], others: list[str]
) -> None:
    text, spans = case
    renamed, moved = "", []
    position = 0
    for span in spans:
        original = text[span.start : span.end]
        new = others[NAMES.index(original)] if original in NAMES else original
        renamed += text[position : span.start]
        moved.append(Span(len(renamed), len(renamed) + len(new), span.label, 0.9, certain=True))
        renamed += new
        position = span.end
    renamed += text[position:]
    assert protect(text, spans, reference=REFERENCE).text == protect(renamed, moved, reference=REFERENCE).text


@given(marked())
def test_one_original_keeps_one_pseudonym_and_no_two_share_one(case: tuple[str, tuple[Span, ...]]) -> None:
    entries = [entry for entry in protect(*case).mapping if entry.label is EntityType.PERSON]
    assert len({entry.original for entry in entries}) == len({entry.pseudonym for entry in entries}) == len(entries)


@given(marked())
def test_lettered_pseudonyms_lead_back(case: tuple[str, tuple[Span, ...]]) -> None:
    text, spans = case
    lettered = [span for span in spans if span.label not in {EntityType.AGE, EntityType.DATE_TIME, EntityType.NL_BSN}]
    organisations = {EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION}
    assume(sum(span.label in organisations for span in lettered) < 2)
    result = protect(text, lettered)
    assume(len(result.replacements) == len(lettered))
    assume(all(text[span.end : span.end + 1].isspace() for span in lettered))
    back = translate_back(result.text, result.mapping)
    assert "".join(back.split()) == "".join(text.split())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.sampled_from(
            [
                "mw. Zwaluw", "dhr. J. de Koolmees", "(M.v.d.K.)", "geb. 14-03-1988", "BSN 999915101", "Heidelaan 45",
                "3991KL Houten", "06-12345678", "jan@voorbeeld.nl", "GGZ Zonneveld", "basisschool De Boog",
                "37-jarige",
                "op 12 nov. 2025", "sinds 8 sept", "in Dieren", "kent. KX-218-Z", "www.voorbeeld.nl", "@jan_88", "(6)",
                "dossiernr 20251188", "Syrische man", "zus Noor (6)", "NL91 ABNA 0417 1643 00", "slaapt slecht", "\n",
            ]
        ),
        max_size=9,
    ),
    joint=st.sampled_from([" ", ", ", ". ", "\n", " en ", "; "]),
)  # fmt: skip
def test_protected_text_scanned_again_is_clean(analyser: Analyser, parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    first = protect(text, analyser.find(text), reference=REFERENCE)
    left = remaining(analyser, first.text)
    assert [first.text[span.start : span.end] for span in left] == []
    assert protect(first.text, analyser.find(first.text), reference=REFERENCE).text == first.text
