"""Every reason can be said to a person, in both languages."""

from __future__ import annotations

import pytest

from consent.reasons import SENTENCES_EN, SENTENCES_NL, Reason, sentence


def test_every_reason_has_a_sentence_of_its_own() -> None:
    for sentences in (SENTENCES_NL, SENTENCES_EN):
        assert set(sentences) == set(Reason)
        assert len(set(sentences.values())) == len(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_sentences_are_whole_and_make_no_false_promise(reason: Reason) -> None:
    assert sentence(reason).endswith(".")
    assert sentence(reason, "en").endswith(".")
    assert "anoniem" not in sentence(reason).lower()
