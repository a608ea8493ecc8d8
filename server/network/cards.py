"""Member cards of the register: sealed in the transaction that adds or changes a member, to their organisation's keys.

The service can make these cards and cannot open them (`audit.cards`). While a member has a name in the register, a card
can always be made again from there; of who has none any more only cards remain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import func, select

from audit.cards import Card, CardKey, seal_card
from audit.errors import InvalidCardKey
from audit.events import Event
from server.errors import StorageError
from server.protocol.words import Role
from server.storage.audit_log import Who, record
from server.storage.database import UnitOfWork
from server.storage.instants import milliseconds
from server.storage.tables import MemberCardRow, MemberRow, OfficerKeyRow, OrganisationRow

IN_ONE_ENTRY = 100
"""Members named in one entry of the log, which holds at most 128 objects."""


class KeyState(StrEnum):
    """What may still be done with an officer's key."""

    WAITING = "waiting"  # handed in; its fingerprint has not been compared yet, so nothing is sealed to it
    ACTIVE = "active"
    REPLACED = "replaced"  # its holder has a newer one; what was sealed to it stays until it has been sealed anew
    REVOKED = "revoked"  # lost or in wrong hands


async def seal_member(uow: UnitOfWork, who: Who, member: MemberRow) -> int:
    """Seal a new card of a member who was added or whose data changed; return to how many keys, which may be none.

    Every use case that changes what a card says must call this in its own transaction.

    Raises:
        StorageError: a stored key is not what its fingerprint says.
    """
    organisation = await lock_organisation(uow, member.organisation_id)
    keys = await keys_in_use(uow, organisation.id)
    if not keys:
        return 0
    await uow.rows.flush()
    at = (await _moments(uow, [member.ref])).get(member.ref, 0)
    for key in keys:
        uow.rows.add(_sealed(uow, key, card_of(member, organisation, max(at, milliseconds(uow.now)))))
    _record(uow, who, [member.ref], keys)
    return len(keys)


async def seal_everyone(uow: UnitOfWork, who: Who, key: OfficerKeyRow) -> int:
    """Seal the cards of all who have a name in the register of a key's organisation to that key; return how many.

    Raises:
        StorageError: the stored key is not what its fingerprint says.
    """
    organisation = await lock_organisation(uow, key.organisation_id)
    everyone = select(MemberRow).where(MemberRow.organisation_id == organisation.id, MemberRow.name != "")
    members = (await uow.rows.scalars(everyone.order_by(MemberRow.ref))).all()
    moments = await _moments(uow, [one.ref for one in members])
    for place, member in enumerate(members, 1):
        at = max(moments.get(member.ref, 0), milliseconds(uow.now))
        uow.rows.add(_sealed(uow, key, card_of(member, organisation, at)))
        if place % IN_ONE_ENTRY == 0:
            await asyncio.sleep(0)
    _record(uow, who, [one.ref for one in members], [key])
    return len(members)


def card_of(member: MemberRow, organisation: OrganisationRow, at: int) -> Card:
    """Return what the register says of a member, as a card from this moment (milliseconds since 1970) on."""
    return Card(
        member=member.ref,
        at=at,
        name=member.name,
        login=member.login_name,
        organisation=organisation.id,
        organisation_name=organisation.name,
        function=member.profession,
        roles=tuple(member.roles),
    )


async def lock_organisation(uow: UnitOfWork, organisation_id: str) -> OrganisationRow:
    """Return an organisation whose members and keys nobody else changes until this transaction ends.

    Without it a member who is added while a key is confirmed would get no card at all.
    """
    wanted = select(OrganisationRow).where(OrganisationRow.id == organisation_id)
    return (await uow.rows.scalars(wanted.with_for_update(key_share=True))).one()


async def keys_in_use(uow: UnitOfWork, organisation_id: str) -> list[OfficerKeyRow]:
    """Return the keys to which cards of an organisation are sealed now.

    A key counts only while its holder is an active privacy officer of that organisation.
    """
    found = await uow.rows.execute(
        select(OfficerKeyRow, MemberRow.roles)
        .join(MemberRow, MemberRow.id == OfficerKeyRow.holder_id)
        .where(
            OfficerKeyRow.organisation_id == organisation_id,
            OfficerKeyRow.state == KeyState.ACTIVE.value,
            MemberRow.organisation_id == organisation_id,
            MemberRow.active,
        )
        .order_by(OfficerKeyRow.fingerprint)
    )
    return [key for key, roles in found if Role.PRIVACY_OFFICER.value in roles]


def _sealed(uow: UnitOfWork, row: OfficerKeyRow, card: Card) -> MemberCardRow:
    try:
        key = CardKey(row.public)
        if key.fingerprint != row.fingerprint:
            raise InvalidCardKey
        envelope = seal_card(card, key)
    except InvalidCardKey:
        raise StorageError(
            "De sleutel van een privacyfunctionaris is niet meer wat er is vastgelegd. Waarschuw de beheerder.",
            code="officer_key_damaged",
        ) from None
    return MemberCardRow(
        key_id=row.id, member_ref=card.member, at=card.at, stored_at=uow.now, resealed_by=None, envelope=envelope
    )


async def _moments(uow: UnitOfWork, refs: Sequence[str]) -> dict[str, int]:
    """Return the first moment (milliseconds) after each member's last card: two cards never share one."""
    found: dict[str, int] = {}
    for start in range(0, len(refs), 1000):
        some = refs[start : start + 1000]
        wanted = select(MemberCardRow.member_ref, func.max(MemberCardRow.at))
        rows = await uow.rows.execute(
            wanted.where(MemberCardRow.member_ref.in_(some)).group_by(MemberCardRow.member_ref)
        )
        found.update({ref: last + 1 for ref, last in rows})
    return found


def _record(uow: UnitOfWork, who: Who, refs: Sequence[str], keys: Sequence[OfficerKeyRow]) -> None:
    named = tuple(("key", one.fingerprint) for one in keys[: 128 - IN_ONE_ENTRY])
    for start in range(0, len(refs), IN_ONE_ENTRY):
        some = refs[start : start + IN_ONE_ENTRY]
        record(uow, Event.MEMBER_CARD_SEALED, who, objects=(*(("member", one) for one in some), *named))
