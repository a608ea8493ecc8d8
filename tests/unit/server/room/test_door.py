"""Who stands at the door at one moment is looked up together; what one of them is told is nobody else's affair."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import SQLAlchemyError

from audit.events import Event
from server.errors import AgreementMissing, NotFound, ServiceError, Unauthenticated
from server.room.door import AT_ONCE, Door, Guest
from server.sessions.access import Gate
from tests.support.service import Service
from tests.support.table import entries


async def _tokens(service: Service, *people: str) -> list[str]:
    return [(await service.client(who))._token for who in people]


def _told(answers: Sequence[Guest | BaseException]) -> list[str | type]:
    return [one.actor.name if isinstance(one, Guest) else type(one) for one in answers]


async def test_each_of_many_gets_their_own_answer_and_every_refusal_is_in_the_log(service: Service) -> None:
    session, door = service.network.session, Door(service.store.database)
    gp, ggz, outsider = await _tokens(service, "gp", "ggz", "outsider")
    asked = [(gp, session), ("unknown", session), (outsider, session), (ggz, session), (ggz, "0" * 32)] * AT_ONCE
    before = Counter(one.event for one in await entries(service.store))
    answers = await asyncio.gather(*(door.let_in(*one) for one in asked), return_exceptions=True)
    names = [_told(answers)[place] for place in (0, 3)]
    assert _told(answers) == [names[0], Unauthenticated, NotFound, names[1], NotFound] * AT_ONCE
    assert names == ["Hanneke Jansen", names[1]]
    after = Counter(one.event for one in await entries(service.store))
    assert after[Event.ACCESS_DENIED] - before[Event.ACCESS_DENIED] == 2 * AT_ONCE


async def test_a_right_that_ends_ends_for_the_next_who_knocks(service: Service) -> None:
    session, door = service.network.session, Door(service.store.database)
    gp, ggz = await _tokens(service, "gp", "ggz")
    assert isinstance(await door.let_in(gp, session), Guest)
    async with await service.client("gp") as leaving:
        await leaving.log_out()
    coordinator = await service.client("coordinator")
    answers = await asyncio.gather(door.let_in(gp, session), door.let_in(ggz, session), return_exceptions=True)
    assert _told(answers)[0] is Unauthenticated
    assert isinstance(answers[1], Guest)
    await coordinator.end_agreement(service.network.agreement)
    with pytest.raises(AgreementMissing):
        await door.let_in(ggz, session)


async def test_one_that_the_database_refuses_keeps_nobody_else_out(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, door = service.network.session, Door(service.store.database)
    gp, ggz = await _tokens(service, "gp", "ggz")
    require_seat = Gate.require_seat

    async def failing(gate: Gate, actor: object, session_id: str) -> object:
        if session_id == "poison":
            raise SQLAlchemyError
        return await require_seat(gate, actor, session_id)  # type: ignore[arg-type]

    monkeypatch.setattr(Gate, "require_seat", failing)
    asked = [(gp, session), (gp, "poison"), (ggz, session)]
    answers = await asyncio.gather(*(door.let_in(*one) for one in asked), return_exceptions=True)
    assert [isinstance(one, Guest) for one in answers] == [True, False, True]
    assert isinstance(answers[1], SQLAlchemyError)
    with pytest.raises(SQLAlchemyError):
        await door.let_in(gp, "poison")


@pytest.mark.parametrize("session", ["\x00", "x" * 5000, "'; DROP TABLE sessions; --", "\ud800"])
async def test_a_session_that_cannot_be_is_refused_and_others_come_in(service: Service, session: str) -> None:
    door = Door(service.store.database)
    gp, ggz = await _tokens(service, "gp", "ggz")
    answers = await asyncio.gather(
        door.let_in(gp, session), door.let_in(ggz, service.network.session), return_exceptions=True
    )
    assert isinstance(answers[0], ServiceError | SQLAlchemyError | UnicodeError)
    assert isinstance(answers[1], Guest)


async def test_who_gives_up_is_passed_over(service: Service) -> None:
    session, door = service.network.session, Door(service.store.database)
    gp, ggz = await _tokens(service, "gp", "ggz")
    gone, stays = (asyncio.create_task(door.let_in(one, session)) for one in (gp, ggz))
    await asyncio.sleep(0)
    gone.cancel()
    assert isinstance(await stays, Guest)
    assert isinstance(await door.let_in(gp, session), Guest)
