"""Nodes are killed at random moments under load, two of them on PostgreSQL; and what is spoilt would be noticed."""

from __future__ import annotations

import random
import secrets as chance
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from audit.events import Event
from bench import kills
from bench.kills_check import NODES, Done, check
from consent.activities import Purpose
from server.app import create_store
from server.settings import Settings
from server.storage.audit_log import SERVICE, record
from server.storage.database import UnitOfWork
from server.storage.tables import AuditReferenceRow, CaseRow, EventRow
from tests.support.databases import DatabaseUrls
from tests.support.service import settings_for

KILLS = 2


async def change(settings: Settings, statement: Any) -> None:
    """Do something to the database behind the service's back."""
    store = create_store(settings, now=kills.utc_now, random_bytes=chance.token_bytes)
    async with store.database.transaction() as uow:
        if callable(statement):
            statement(uow)
        else:
            await uow.rows.execute(statement)
    await store.close()


def made_up(event: Event, ref: str) -> Callable[[UnitOfWork], None]:
    """Return what writes an entry of something that did not happen."""
    return lambda uow: record(uow, event, SERVICE, objects=(("case", ref),), purpose=Purpose.READ_CASE.value)


async def test_every_acknowledged_action_has_its_entry_and_the_other_way_round(
    database_urls: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.live.LONGEST_DELAY", kills.LONGEST_DELAY)
    nodes = 2 if database_urls.kind == "postgresql" else 1
    rng = random.Random(7)  # noqa: S311 - draws of moments, no secrets
    done, wrong = await kills.series(database_urls, tmp_path, KILLS, rng, nodes=nodes)
    assert wrong == []
    assert len(done.acknowledged) >= nodes * kills.AFTER_A_KILL
    assert done.notes
    settings = settings_for(database_urls, tmp_path, 1)
    await notices(done, settings, tmp_path)


async def notices(done: Done, settings: Settings, folder: Path) -> None:
    """What is spoilt is told; each on top of what was spoilt before."""
    case = next(iter(done.read_attempts))
    lost = min(done.acknowledged.values())
    spoilt: dict[str, list[Any]] = {
        "an entry without a reading": [made_up(Event.CASE_READ, case)] * (done.read_attempts[case] + 1),
        "a case without an entry": [made_up(Event.CASE_SUBMITTED, "case-x")],
        "a row of the index": [delete(AuditReferenceRow).where(AuditReferenceRow.number == 5)],
        "a node of the tree": [update(NODES).where(NODES.c.level == 1, NODES.c.number == 1).values(digest=bytes(32))],
        "a contribution is stored twice, or elsewhere": [delete(EventRow).where(EventRow.seq == lost)],
        "a submission that is lost": [update(CaseRow).values(submission_key=CaseRow.id)],
    }
    for sentence, statements in spoilt.items():
        for statement in statements:
            await change(settings, statement)
        wrong = await check(done, settings, folder)
        assert any(one.startswith(sentence) for one in wrong), (sentence, wrong)
    done.notes = {note.replace("\n", "\n1", 1) for note in done.notes}
    assert any("since" in one for one in await check(done, settings, folder))
