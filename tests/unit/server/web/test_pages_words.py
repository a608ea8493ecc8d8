from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import pytest

from anonymisation.document import EntityType
from server.cases.model import TEXT_FIELDS
from server.protocol.view import AgendaState
from server.protocol.words import ConsentHow, ConsentScope, OtherGround, RequestType
from server.web import pages_words


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (pages_words.LABEL_NL, EntityType),
        (pages_words.REQUEST_NL, RequestType),
        (pages_words.CONSENT_HOW_NL, ConsentHow),
        (pages_words.CONSENT_SCOPE_NL, ConsentScope),
        (pages_words.GROUND_NL, OtherGround),
        (pages_words.AGENDA_NL, AgendaState),
    ],
)
def test_every_value_has_its_dutch_word(words: Mapping[Enum, str], kind: type[Enum]) -> None:
    assert set(words) == set(kind)
    assert all(words.values())


def test_every_typed_field_of_a_case_has_its_label() -> None:
    assert set(pages_words.FIELD_NL) == set(TEXT_FIELDS)
