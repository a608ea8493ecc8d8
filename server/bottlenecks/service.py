"""Use cases of the register: list it, with numbers only from the publication threshold on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from audit.events import Event
from server.accounts.model import Actor
from server.protocol.words import BottleneckCode
from server.storage.audit_log import record
from server.storage.database import Database
from server.storage.tables import BottleneckCaseRow, BottleneckRow

MIN_CASES = 5
MIN_ORGANISATIONS = 3


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A bottleneck. `cases` is None below 5 cases from 3 organisations: the unit is cases, not persons."""

    id: str
    code: BottleneckCode
    title: str
    level: int
    opened_at: datetime
    cases: int | None


async def list_bottlenecks(database: Database, actor: Actor) -> list[Bottleneck]:
    """Return the register, newest first."""
    async with database.transaction() as uow:
        rows = await uow.rows.scalars(select(BottleneckRow).order_by(BottleneckRow.opened_at.desc(), BottleneckRow.id))
        counts = await uow.rows.execute(
            select(
                BottleneckCaseRow.bottleneck_id,
                func.count(BottleneckCaseRow.case_id),
                func.count(BottleneckCaseRow.organisation_id.distinct()),
            ).group_by(BottleneckCaseRow.bottleneck_id)
        )
        known = {one: (cases, organisations) for one, cases, organisations in counts}
        result = [
            Bottleneck(
                id=row.id,
                code=BottleneckCode(row.code),
                title=row.title,
                level=row.level,
                opened_at=row.opened_at,
                cases=_publishable(*known.get(row.id, (0, 0))),
            )
            for row in rows
        ]
        record(uow, Event.BOTTLENECK_LISTED, actor.who)
    return result


def _publishable(cases: int, organisations: int) -> int | None:
    return cases if cases >= MIN_CASES and organisations >= MIN_ORGANISATIONS else None
