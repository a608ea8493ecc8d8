"""The desk: what is typed is written one way, whatever way it came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clients.station.desk import Change, Desk
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
