"""A report gives the verdict first, in the language that was asked for."""

from __future__ import annotations

import pytest

from audit.checkpoint import Checkpoint
from audit.errors import ForkedLog, Lang
from audit.report import describe
from audit.verify import VerifiedExport

POINT = Checkpoint("log.example/2025", 12, b"\xab" * 32)


@pytest.mark.parametrize(("lang", "first"), [("nl", "De export klopt: 12"), ("en", "The export holds: 12")])
def test_a_good_export(lang: Lang, first: str) -> None:
    report = describe(VerifiedExport(POINT, own_key=False, since=None), lang)
    assert report.startswith(first)
    assert "ab" * 32 in report
    assert len(report.splitlines()) == 2


@pytest.mark.parametrize(("lang", "word"), [("nl", "verwacht"), ("en", "expected")])
def test_a_fork_shows_the_evidence_that_there_is(lang: Lang, word: str) -> None:
    report = describe(ForkedLog(earlier_size=3, size=2, expected="aa", actual=None), lang)
    assert report.splitlines()[1:] == [f"{word}: aa", "code: forked_log"]
