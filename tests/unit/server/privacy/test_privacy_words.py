"""What was asked of the log, in words."""

from __future__ import annotations

import pytest

from server.privacy.words import asked_nl


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("from:2026-10-28", "van 28 oktober 2026"),
        ("from:2026-01-02/to:2199-01-01/before:40", "van 2 januari 2026 tot en met 1 januari 2199 vóór vermelding 40"),
        ("entry:3", "vermelding 3"),
        ("reviews", "de beoordelingen"),
        ("size-12", "size-12"),
        ("from:ooit", "van ooit"),
    ],
)
def test_a_question_is_told_in_words(detail: str, words: str) -> None:
    assert asked_nl(detail) == words
