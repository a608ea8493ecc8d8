"""Officers' keys and cards, the steps that tests of them take."""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import select, update

from clients.api import Client
from clients.errors import Refusal
from clients.officer.cards import Result, open_file, reseal
from clients.officer.keyfile import OfficerKey, new_key
from server.accounts.model import Actor
from server.accounts.service import resolve
from server.demo.network import ADMINISTRATOR, PASSWORD
from server.protocol import http
from server.protocol.words import Role
from server.storage.tables import MemberCardRow, MemberRow
from tests.support.service import Service

VLIER = {"Hanneke Jansen", "Ruben Smit", "Functionaris Vlier"}
GONE = "Zwaantje Vertrokken"


async def registered(officer: Client, key: OfficerKey | None = None) -> tuple[OfficerKey, str]:
    """Hand a key in and confirm it; return it with its id."""
    key = key or new_key(secrets.token_bytes)
    key_id = await officer.offer_key(str(key.public))
    await officer.confirm_key(key_id, key.public.fingerprint)
    return key, key_id


async def add(service: Service, organisation: str, login: str, name: str, *roles: Role) -> str:
    """Add a member and return their id."""
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    where = service.network.organisations[organisation]
    return await administrator.add_member(http.MemberRequest(login, name, PASSWORD, where, roles=roles))


async def second_officer(service: Service, organisation: str = "vlier") -> Client:
    """Give an organisation one more officer and return their signed-in client."""
    login = f"tweede.{organisation}@voorbeeld.nl"
    await add(service, organisation, login, "Tweede Functionaris", Role.PRIVACY_OFFICER)
    return await service.sign_in_as(login)


async def opened(officer: Client, key: OfficerKey) -> Result:
    """Fetch the cards and open them with this key."""
    return open_file(await officer.fetch_cards(), key)


def names(result: Result) -> set[str]:
    """Return who is on the cards."""
    return {one.card.name for one in result.opened}


async def resealed(officer: Client, key: OfficerKey, target: OfficerKey) -> tuple[int, int]:
    """Seal an officer's cards anew for another key and bring them back; return how many were new and how many not."""
    file = await officer.fetch_cards()
    [part] = reseal(file, open_file(file, key), target.public)
    taken = await officer.give_cards(part)
    return taken.stored, taken.known


async def forget(service: Service, name: str) -> str:
    """Make of a member what is left after they were removed: no name in the register. Returns their reference."""
    async with service.store.database.transaction() as uow:
        ref = await uow.rows.scalar(select(MemberRow.ref).where(MemberRow.name == name))
        gone = {"name": "", "login_name": f"weg-{ref}", "profession": "", "active": False}
        await uow.rows.execute(update(MemberRow).where(MemberRow.ref == ref).values(**gone))
    assert ref is not None
    return ref


async def rows(service: Service) -> list[MemberCardRow]:
    """Return every card that is stored."""
    async with service.store.database.transaction() as uow:
        return list((await uow.rows.scalars(select(MemberCardRow))).all())


async def refusal(attempt: object) -> str:
    """Return the code with which an attempt is refused."""
    with pytest.raises(Refusal) as raised:
        await attempt  # type: ignore[misc]
    return raised.value.code


async def actor_of(service: Service, client: Client) -> Actor:
    """Return who a client is signed in as."""
    return await resolve(service.store.database, client._token)
