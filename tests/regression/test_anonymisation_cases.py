"""The behaviour of the rules as cases, with the exact set of those that fail.

A case is a sentence with `[[text|LABEL]]` marks. It passes when the analyser, without the learned model, finds these
marks and nothing else. A case that starts to pass must leave the set of known failures, and none may enter it unseen.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from anonymisation.analyser import Analyser

CASES = Path(__file__).parent / "anonymisation_cases.json"
KNOWN_FAILURES = frozenset(
    {
        # These need more than a shape: the learned model is there for them.
        "bare-first-name",
        "lower-case-name",
        "bare-hospital-less-known",
        "bare-employer",
        "rare-work",
        "unlisted-town",
        "written-out-day",
    }
)
_MARK = re.compile(r"\[\[([^|\]]+)\|([A-Z_]+)\]\]")


def _read(marked: str) -> tuple[str, set[tuple[int, int, str]]]:
    """Return a sentence without its marks, and the marks."""
    plain, marks, position = "", set(), 0
    for match in _MARK.finditer(marked):
        plain += marked[position : match.start()]
        marks.add((len(plain), len(plain) + len(match[1]), match[2]))
        plain += match[1]
        position = match.end()
    return plain + marked[position:], marks


def test_exactly_the_known_cases_fail() -> None:
    analyser = Analyser.load(use_model=False)
    failing = set()
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        text, wanted = _read(case["text"])
        found = {(span.start, span.end, span.label.value) for span in analyser.find(text)}
        if found != wanted:
            failing.add(case["id"])
    assert failing == KNOWN_FAILURES


def test_every_case_has_an_id_of_its_own() -> None:
    names = [case["id"] for case in json.loads(CASES.read_text(encoding="utf-8"))]
    assert len(set(names)) == len(names)
    assert set(names) >= KNOWN_FAILURES
