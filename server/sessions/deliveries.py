"""Who has received a contribution: what its row and the welcomes say, completed by what members' sides confirmed.

*Sent* means handed to a member's connection; whether a screen showed it is known only when their side said so, by an
acknowledgement or by coming back with a later number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from server.protocol.live import SessionView
from server.protocol.session import SessionMachine
from server.storage.database import UnitOfWork
from server.storage.tables import EventRow, MemberRow, RecusalRow, WelcomeRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """To whom a contribution was sent. `complete` is false for one from before this was written down."""

    receivers: tuple[tuple[str, bool], ...]
    complete: bool


def receivers(machine: SessionMachine, here: Mapping[str, str], cases: Iterable[str | None]) -> dict[str | None, str]:
    """Return, per case, who is about to get what is said about it, as references separated by spaces.

    Args:
        machine: the session as it will be when the words go out.
        here: member → reference, of everyone who has a connection.
    """
    return {
        case: " ".join(sorted(ref for member, ref in here.items() if not machine.is_gone(case, member)))
        for case in cases
    }


def welcomed(uow: UnitOfWork, view: SessionView, member_ref: str, *, since: int | None) -> None:
    """Write down what a member is about to get: everything after number `since`, or else a snapshot of this view.

    A snapshot holds the contributions about the case on the table, and the latest minutes. Who comes back with a
    number says that they have everything up to there.
    """
    first = since + 1 if since is not None else _first_said(view)
    uow.rows.add(
        WelcomeRow(
            id=uow.new_id(),
            session_id=view.session,
            member_ref=member_ref,
            at=uow.now,
            had=since or 0,
            first=first,
            last=view.seq,
        )
    )


def _first_said(view: SessionView) -> int:
    table = view.discussion
    if table is None:
        return view.seq + 1
    said = [one.seq for one in table.contributions[:1]]
    return min(said + ([table.minutes.seq] if table.minutes else []), default=view.seq + 1)


def passed_on(uow: UnitOfWork, session_id: str, member_refs: Iterable[str], first: int, last: int) -> None:
    """Write down that members of this node are about to get events that another node stored."""
    for ref in set(member_refs):
        uow.rows.add(
            WelcomeRow(
                id=uow.new_id(), session_id=session_id, member_ref=ref, at=uow.now, had=0, first=first, last=last
            )
        )


async def receivers_of(uow: UnitOfWork, row: EventRow, acknowledged: Mapping[str, int]) -> Delivery:
    """Return everyone to whom a contribution was sent, in a fixed order, each with whether they confirmed it.

    Args:
        row: the contribution.
        acknowledged: member reference → the highest number that their side said to have shown, as far as known.
    """
    found = set((row.receivers or "").split())
    left = await _left(uow, row.case_id or "")
    confirmed = {ref for ref, seq in acknowledged.items() if seq >= row.seq}
    wanted = select(WelcomeRow).where(WelcomeRow.session_id == row.session_id, WelcomeRow.last >= row.seq)
    for one in (await uow.rows.scalars(wanted)).all():
        if one.had >= row.seq:
            confirmed.add(one.member_ref)
        if one.first <= row.seq and not (one.member_ref in left and left[one.member_ref] <= one.at):
            found.add(one.member_ref)
    return Delivery(tuple((ref, ref in confirmed) for ref in sorted(found)), complete=row.receivers is not None)


async def _left(uow: UnitOfWork, case_id: str) -> dict[str, datetime]:
    """Return from when members who left this case got no words about it any more."""
    rows = await uow.rows.execute(
        select(MemberRow.ref, RecusalRow.at)
        .join(MemberRow, MemberRow.id == RecusalRow.member_id)
        .where(RecusalRow.case_id == case_id)
    )
    return {row.ref: row.at for row in rows}
