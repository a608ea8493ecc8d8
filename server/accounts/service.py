"""Signing in and out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select

from audit.events import Event
from server.accounts.model import Actor, NewLogin
from server.accounts.passwords import matches
from server.errors import LoginRefused, Unauthenticated
from server.protocol.words import Domain, Role
from server.storage.audit_log import ANONYMOUS, record, refuse
from server.storage.database import Database, UnitOfWork
from server.storage.tables import LoginRow, MemberRow, OrganisationRow

MAX_FAILURES = 5
LOCK_MINUTES = 15


async def log_in(database: Database, name: str, password: str, *, hours: int) -> NewLogin:
    """Return a fresh login for a member who knows the password.

    Raises:
        LoginRefused: unknown name, wrong password, inactive member, or waiting after five failures; outwardly equal.
    """
    async with database.transaction() as uow:
        member = await _by_login_name(uow, name)
        stored = member.password_hash if member and member.active else None
        waiting = bool(member and member.locked_until and member.locked_until > uow.now)
    # The costly check runs outside any transaction, so that it keeps no writer waiting.
    right = await matches(stored, password) and not waiting
    async with database.transaction() as uow:
        member = await _by_login_name(uow, name)
        if member is None or not right:
            await _count_failure(uow, member)
            error: LoginRefused | None = LoginRefused()
        else:
            error = None
            login = await _open(uow, member, hours)
    if error is not None:
        raise error
    return login


async def _by_login_name(uow: UnitOfWork, name: str) -> MemberRow | None:
    if "\x00" in name:
        # PostgreSQL refuses to be asked for it; nobody has such a name.
        return None
    found = await uow.rows.scalars(select(MemberRow).where(MemberRow.login_name == name.strip().lower()))
    return found.one_or_none()


async def _count_failure(uow: UnitOfWork, member: MemberRow | None) -> None:
    objects = (("member", member.ref),) if member else ()
    record(uow, Event.LOGIN_REFUSED, ANONYMOUS, objects=objects, denied=True)
    if member is None:
        return
    member.failed_logins += 1
    if member.failed_logins >= MAX_FAILURES:
        member.failed_logins = 0
        member.locked_until = uow.now + timedelta(minutes=LOCK_MINUTES)


async def _open(uow: UnitOfWork, member: MemberRow, hours: int) -> NewLogin:
    token = uow.random_bytes(32).hex()
    row = LoginRow(
        token_hash=_hash(token),
        id=uow.new_id(),
        member_id=member.id,
        created_at=uow.now,
        expires_at=uow.now + timedelta(hours=hours),
    )
    member.failed_logins = 0
    member.locked_until = None
    uow.rows.add(row)
    organisation = await uow.rows.get_one(OrganisationRow, member.organisation_id)
    actor = _actor(member, organisation, row)
    record(uow, Event.LOGIN_SUCCEEDED, actor.who, objects=(("member", actor.ref),))
    return NewLogin(token, actor)


async def resolve(database: Database, token: str) -> Actor:
    """Return who a token belongs to.

    Raises:
        Unauthenticated: unknown, expired, ended, or the member is no longer active.
    """
    async with database.transaction() as uow:
        actor = (await resolve_all(uow, [token])).get(token)
        if actor is None:
            raise Unauthenticated
        return actor


async def resolve_all(uow: UnitOfWork, tokens: Collection[str]) -> dict[str, Actor]:
    """Return whose each of these tokens is; one that `resolve` would refuse is not in the answer, and logged alike."""
    hashes = {_hash(token): token for token in tokens}
    found = await uow.rows.execute(
        select(LoginRow, MemberRow, OrganisationRow)
        .join(MemberRow, MemberRow.id == LoginRow.member_id)
        .join(OrganisationRow, OrganisationRow.id == MemberRow.organisation_id)
        .where(LoginRow.token_hash.in_(hashes))
    )
    actors = {}
    for login, member, organisation in found:
        if login.expires_at <= uow.now or not member.active:
            refuse(uow, Event.LOGIN_REFUSED, ANONYMOUS, objects=(("member", member.ref),), reason="login_expired")
        else:
            actors[hashes[login.token_hash]] = _actor(member, organisation, login)
    return actors


async def log_out(database: Database, actor: Actor) -> None:
    """End this login; its token is worth nothing afterwards."""
    async with database.transaction() as uow:
        await uow.rows.execute(delete(LoginRow).where(LoginRow.id == actor.login))
        record(uow, Event.LOGIN_ENDED, actor.who, objects=(("member", actor.ref),))


def _actor(member: MemberRow, organisation: OrganisationRow, login: LoginRow) -> Actor:
    return Actor(
        member=member.id,
        ref=member.ref,
        name=member.name,
        organisation=organisation.id,
        organisation_name=organisation.name,
        domain=Domain(organisation.domain),
        roles=frozenset(Role(one) for one in member.roles),
        login=login.id,
        expires_at=login.expires_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
