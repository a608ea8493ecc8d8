"""Writing to the register from a session: open a bottleneck or link a case to one, in the room's transaction."""

from __future__ import annotations

from sqlalchemy import delete, select

from audit.events import Event
from consent.activities import Purpose
from server.protocol import live
from server.protocol.words import BottleneckAnswer
from server.storage.audit_log import Who, record
from server.storage.database import UnitOfWork
from server.storage.tables import BottleneckCaseRow, BottleneckRow, CaseRow


class UnknownBottleneck(Exception):
    """The bottleneck that a session wants to link is not in the register."""


async def require_known(uow: UnitOfWork, command: live.AnswerBottleneck) -> None:
    """Return when the answer names no existing bottleneck, or one that exists.

    Raises:
        UnknownBottleneck: it does not exist.
    """
    existing = command.bottleneck if command.answer is BottleneckAnswer.EXISTING else None
    if existing is not None and await uow.rows.get(BottleneckRow, existing) is None:
        raise UnknownBottleneck


async def answer(uow: UnitOfWork, body: live.BottleneckAnswered, *, case_id: str, circle_id: str, who: Who) -> None:
    """Store the answer of a session; a second answer about the same case replaces the first."""
    await _forget_earlier(uow, case_id)
    if body.answer is BottleneckAnswer.NO or body.bottleneck is None:
        return
    objects = (("bottleneck", body.bottleneck), ("case", case_id))
    purpose = Purpose.REGISTER_BOTTLENECK.value
    if body.answer is BottleneckAnswer.NEW and body.code is not None:
        uow.rows.add(
            BottleneckRow(
                id=body.bottleneck,
                code=body.code.value,
                title=body.title.strip(),
                level=1,
                opened_at=uow.now,
                circle_id=circle_id,
            )
        )
        await uow.rows.flush()
        record(uow, Event.BOTTLENECK_OPENED, who, objects=objects, purpose=purpose)
    case = await uow.rows.get_one(CaseRow, case_id)
    uow.rows.add(
        BottleneckCaseRow(
            bottleneck_id=body.bottleneck,
            case_id=case_id,
            organisation_id=case.organisation_id,
            linked_at=uow.now,
        )
    )
    record(uow, Event.BOTTLENECK_LINKED, who, objects=objects, purpose=purpose)


async def _forget_earlier(uow: UnitOfWork, case_id: str) -> None:
    links = await uow.rows.scalars(select(BottleneckCaseRow).where(BottleneckCaseRow.case_id == case_id))
    for link in links.all():
        await uow.rows.delete(link)
        await uow.rows.flush()
        others = await uow.rows.scalars(
            select(BottleneckCaseRow.case_id).where(BottleneckCaseRow.bottleneck_id == link.bottleneck_id)
        )
        if others.first() is None:
            # Nothing supports it any more: it was opened by mistake a moment ago.
            await uow.rows.execute(delete(BottleneckRow).where(BottleneckRow.id == link.bottleneck_id))
