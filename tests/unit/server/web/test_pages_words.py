from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import pytest

from anonymisation.document import EntityType
from server.cases.model import TEXT_FIELDS
from server.protocol import dutch
from server.protocol.view import AgendaState
from server.protocol.words import ConsentHow, ConsentScope, OtherGround, RequestType
from server.web import pages_words


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (dutch.LABEL_NL, EntityType),
        (dutch.REQUEST_NL, RequestType),
        (dutch.CONSENT_HOW_NL, ConsentHow),
        (dutch.CONSENT_SCOPE_NL, ConsentScope),
        (dutch.GROUND_NL, OtherGround),
        (pages_words.AGENDA_NL, AgendaState),
    ],
)
def test_every_value_has_its_dutch_word(words: Mapping[Enum, str], kind: type[Enum]) -> None:
    assert set(words) == set(kind)
    assert all(words.values())


def test_every_typed_field_of_a_case_has_its_label() -> None:
    assert set(dutch.FIELD_NL) == set(TEXT_FIELDS)
