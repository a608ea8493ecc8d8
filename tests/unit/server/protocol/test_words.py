"""The vocabularies that travel say the same as those that decide, and every word has its Dutch."""

from __future__ import annotations

from enum import StrEnum

import pytest

from anonymisation.document import EntityType
from consent import basis
from server.protocol import dutch, words
from server.protocol.dutch import IDENTIFIER_NL
from server.protocol.words import IdentifierKind


@pytest.mark.parametrize(
    ("travels", "decides"),
    [
        (words.BasisKind, basis.BasisKind),
        (words.ConsentHow, basis.ConsentHow),
        (words.ConsentScope, basis.ConsentScope),
        (words.OtherGround, basis.OtherGround),
    ],
)
def test_what_travels_is_what_consent_decides_on(travels: type[StrEnum], decides: type[StrEnum]) -> None:
    assert [(one.name, one.value) for one in travels] == [(one.name, one.value) for one in decides]


def test_what_can_be_reported_is_what_the_detector_knows_and_unknown() -> None:
    assert [one.value for one in words.IdentifierKind] == ["UNKNOWN", *(one.value for one in EntityType)]
    assert set(dutch.LABEL_NL) == {one.value for one in EntityType}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (words.Domain, words.DOMAIN_NL),
        (words.SeatFunction, words.FUNCTION_NL),
        (words.Trigger, words.TRIGGER_NL),
        (words.CaseState, words.CASE_STATE_NL),
        (words.OutcomeKind, words.OUTCOME_NL),
        (words.BottleneckCode, words.BOTTLENECK_NL),
        (words.OverruleReason, words.OVERRULE_NL),
        (words.IdentifierKind, dutch.IDENTIFIER_NL),
    ],
)
def test_every_word_that_a_person_reads_has_its_dutch(kind: type[StrEnum], said: dict[StrEnum, str]) -> None:
    assert set(said) == set(kind)


def test_what_a_reader_can_report_is_every_label_that_the_detector_has_or_none_of_them() -> None:
    assert {one.value for one in IdentifierKind} == {one.value for one in EntityType} | {"UNKNOWN"}
    assert set(IDENTIFIER_NL) == set(IdentifierKind)
