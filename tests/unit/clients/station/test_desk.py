"""The desk: what is typed is written one way, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from clients.errors import DraftDamaged
from clients.station.desk import Change, Desk
from clients.station.draft import DraftState
from clients.station.vault import Vault
from tests.support.station import analyser
from tests.support.vaults import WORKER, new_vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    """An empty vault."""
    made = new_vault(tmp_path / "kluis")
    yield made
    made.lock()


@pytest.fixture
def desk(vault: Vault) -> Desk:
    """A worker at the vault."""
    return Desk(vault, WORKER, analyser, lambda: datetime(2026, 12, 3, 13, 0, tzinfo=UTC))


def test_signs_that_nobody_sees_hide_nothing_in_what_is_typed(desk: Desk) -> None:
    known = {"names": ["Zwaan\u2063tje Ribbers"], "birth_date": "14-03-1988", "others": ["vv Groen"]}
    draft = desk.begin("Zwaa\u034fntje, 14-\ufe0f03-1988, van vv gro\u206aen.", known=known)
    draft = desk.edit(draft.id, Change(fields={"question": "Wie belt ribb\u0435rs?\r\nNu?"}))
    assert draft.fields == {"text": "Zwaantje, 14-03-1988, van vv groen.", "question": "Wie belt ribbers?\nNu?"}
    assert draft.known["names"] == ["Zwaantje Ribbers"]
    left = " ".join(desk.preparation(draft).fields.values()).lower()
    assert [one for one in ("zwaa", "ntje", "14", "03", "gro", "ribb") if one in left] == []


def test_the_same_text_sent_again_with_other_line_ends_changes_no_decision(desk: Desk) -> None:
    draft = desk.begin("Saskia Ribbers belt.\nZij noemt Bloem.")
    span = desk.preparation(draft).material.spans[0]
    kept = desk.edit(draft.id, Change(fields={"text": "Saskia Ribbers belt.\r\nZij noemt Bloem."}))
    assert (kept.fields, desk.preparation(kept).material.spans[0]) == (draft.fields, span)


def test_a_case_of_which_what_is_known_cannot_be_read_is_not_prepared_without_it(desk: Desk) -> None:
    draft = desk.begin("Zwaantje belde.", known={"names": ["Zwaantje"]})
    later = msgspec.structs.replace(draft, known={"names": ["Zwaantje"], "nicknames": ["Zwaan"]})
    with pytest.raises(DraftDamaged):
        desk.preparation(later)


def test_days_are_told_from_the_day_of_sending_not_from_that_of_beginning(desk: Desk) -> None:
    begun = desk.now()
    draft = desk.begin("Op 1 december 2026 belde zij.")
    assert "2 dagen eerder" in desk.preparation(draft).fields["text"]
    # Half past twelve at night in the Netherlands, three weeks on.
    desk.now = lambda: begun.replace(hour=23, minute=30) + timedelta(days=18)
    assert "3 weken eerder" in desk.preparation(draft).fields["text"]
    assert desk.today() == date(2026, 12, 22)
    sent = msgspec.structs.replace(draft, state=DraftState.SENT, told_on=date(2026, 12, 4))
    assert "3 dagen eerder" in desk.preparation(sent).fields["text"]
    assert "2 dagen eerder" in desk.preparation(msgspec.structs.replace(sent, told_on=None)).fields["text"]
