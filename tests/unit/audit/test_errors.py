"""Every error has a code of its own and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audit import errors
from audit.errors import AuditError


def _all_errors(base: type[AuditError] = AuditError) -> Iterator[type[AuditError]]:
    yield base
    for kind in base.__subclasses__():
        yield from _all_errors(kind)


EXAMPLES: list[AuditError] = [
    errors.InvalidEntry("actor", "a rule"),
    errors.InvalidProof("root_differs"),
    errors.InvalidFrontier(),
    errors.InvalidKey(),
    errors.InvalidCardKey(),
    errors.CardUnreadable(),
    errors.MalformedNote("size"),
    errors.UnknownKey(),
    errors.WrongSignature(which="since"),
    errors.TargetNotEmpty(),
    errors.TargetExists(),
    errors.ExportMismatch(),
    errors.NoSuchEntry(5),
    errors.FileMissing("leaves"),
    errors.FileTruncated("leaves", 3),
    errors.LeavesDamaged(3, expected="aa", actual="bb"),
    errors.RootMismatch(expected="aa", actual="bb"),
    errors.EntryChanged(3, expected="aa", actual="bb"),
    errors.EntryMissing(3, expected="aa"),
    errors.EntryMissing(3, expected="aa", count=4),
    errors.EntryRepeated(3, actual="aa", other=1),
    errors.EntryUnexpected(3, actual="aa"),
    errors.EntryMoved(3, expected="aa", actual="bb", other=5, place=5),
    errors.ForkedLog(earlier_size=3, size=5, expected="aa", actual="bb"),
    errors.OtherLog(),
]


def test_codes_are_distinct() -> None:
    kinds = list(_all_errors())
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_every_error_that_can_be_raised_has_an_example() -> None:
    bases = {errors.AuditError, errors.NoteError, errors.ExportError, errors.EntryError}
    assert {type(error) for error in EXAMPLES} == set(_all_errors()) - bases


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: error.code)
def test_every_error_says_itself_in_both_languages(error: AuditError) -> None:
    dutch, english = error.sentence("nl"), error.sentence("en")
    assert dutch != english
    for sentence in (dutch, english):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence
    assert str(error) == english
