"""Five failures make an account wait, a login ends by the clock or its owner, and nobody learns who exists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.events import Event
from clients.api import Client
from clients.errors import ConnectionEnded
from server.accounts.service import LOCK_MINUTES, MAX_FAILURES
from server.demo.network import PASSWORD, PEOPLE
from server.protocol.live import Close
from server.storage.tables import LoginRow, MemberRow
from tests.support.service import Service
from tests.support.table import entries, refusal

LOGIN = PEOPLE["gp"].login
WRONG = "niet-het-wachtwoord"


def _newcomer(service: Service) -> Client:
    client = Client(service.origin)
    service.clients.append(client)
    return client


async def test_five_failures_make_the_account_wait_a_quarter_of_an_hour(service: Service) -> None:
    client = _newcomer(service)
    for _attempt in range(MAX_FAILURES - 1):
        assert (await refusal(client.log_in(LOGIN, WRONG))).code == "login_refused"
    await client.log_in(LOGIN.upper(), PASSWORD)
    for _attempt in range(MAX_FAILURES):
        await refusal(client.log_in(LOGIN, WRONG))
    waiting = await refusal(client.log_in(LOGIN, PASSWORD))
    assert (waiting.status, waiting.code) == (401, "login_refused")
    # An earlier login is not touched, so that nobody can throw a colleague out of a session by guessing.
    assert await client.circles()
    service.clock.offset = timedelta(minutes=LOCK_MINUTES, seconds=1)
    await client.log_in(LOGIN, PASSWORD)
    logged = [one for one in await entries(service.store) if one.event is Event.LOGIN_REFUSED]
    assert len(logged) == 2 * MAX_FAILURES
    assert {len(one.objects) for one in logged} == {1}


async def test_an_unknown_name_gets_the_same_answer_and_the_same_work(service: Service) -> None:
    client = _newcomer(service)
    unknown = await refusal(client.log_in("niemand@voorbeeld.nl", PASSWORD))
    known = await refusal(client.log_in(LOGIN, WRONG))
    assert (unknown.status, unknown.code, unknown.detail) == (known.status, known.code, known.detail)
    logged = [one for one in await entries(service.store) if one.event is Event.LOGIN_REFUSED]
    # The name that was typed may be somebody's password: the log has only what it knows already.
    assert [len(one.objects) for one in logged] == [0, 1]
    assert {one.actor for one in logged} == {"anonymous"}


async def test_a_login_ends_by_the_clock(service: Service) -> None:
    client = await service.client("gp")
    service.clock.offset = timedelta(hours=service.settings.login_hours) - timedelta(minutes=1)
    assert await client.circles()
    service.clock.offset += timedelta(minutes=2)
    assert (await refusal(client.circles())).code == "unauthenticated"


async def test_logging_out_ends_the_login_and_its_live_connection(service: Service) -> None:
    client, other = await service.sign_in("gp"), await service.sign_in("gp")
    async with client.live(service.network.session) as at_gp:
        token = client._token
        await client.log_out()
        with pytest.raises(ConnectionEnded) as ended:
            await at_gp.until(lambda _view: False)
        assert ended.value.close_code == Close.SIGNED_OUT
    client._token = token
    assert (await refusal(client.circles())).code == "unauthenticated"
    assert await other.circles()


async def test_an_inactive_member_is_out_everywhere(service: Service) -> None:
    client = await service.client("gp")
    async with service.store.database.transaction() as uow:
        member = (await uow.rows.scalars(select(MemberRow).where(MemberRow.login_name == LOGIN))).one()
        member.active = False
    assert (await refusal(client.circles())).code == "unauthenticated"
    assert (await refusal(_newcomer(service).log_in(LOGIN, PASSWORD))).code == "login_refused"


async def test_neither_token_nor_password_is_stored(service: Service) -> None:
    client = await service.client("gp")
    async with AsyncSession(service.store.database.engine) as rows:
        hashes = (await rows.scalars(select(LoginRow.token_hash))).all()
        stored = (await rows.scalars(select(MemberRow.password_hash))).all()
    assert len(client._token) == 64
    assert client._token not in hashes
    assert all(one.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for one in stored)
    assert len(set(stored)) == len(stored)
