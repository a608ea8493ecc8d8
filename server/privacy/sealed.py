"""Use cases of sealed cards: fetch those for one's own keys, bring back those that were sealed anew for another.

Nothing of a card can be read here. What is known of one is its key, its member and the moment from which it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import aliased

from audit.cards import looks_sealed
from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.errors import BadRequest, Conflict
from server.network.cards import IN_ONE_ENTRY, KeyState, keys_in_use, lock_organisation
from server.privacy.access import require_officer
from server.protocol.cards import MOST_CARDS, CardsFile, NamedKey, SealedCard, Taken
from server.storage.audit_log import record
from server.storage.database import Database, UnitOfWork
from server.storage.tables import MemberCardRow, OfficerKeyRow

ENDED = (KeyState.REPLACED.value, KeyState.REVOKED.value)
FORMAT: Final = "casuskring-cards-1"
GRACE = timedelta(days=90)
"""How long a card stays beside the one that an officer made of it."""
MOST_NAMED = 100
"""Keys named in one entry of the log."""

Place = tuple[str, int]
"""A member's reference, and the moment (milliseconds) from which a card of theirs holds."""


async def cards_of(database: Database, actor: Actor) -> CardsFile:
    """Return the cards that are sealed to the officer's own keys, ended ones too; that they were fetched is logged.

    Raises:
        NotFound: the actor is no officer.
        Conflict: the officer has had no confirmed key yet.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        mine = {one.id: one.fingerprint for one in await _own_keys(uow, actor)}
        if not mine:
            raise Conflict("U hebt nog geen bevestigde sleutel. Er zijn nog geen kaarten voor u.", code="no_key")
        organisation = await lock_organisation(uow, actor.organisation)
        await drop_needless(uow, actor.organisation)
        found = await uow.rows.scalars(
            select(MemberCardRow)
            .where(MemberCardRow.key_id.in_(mine))
            .order_by(MemberCardRow.member_ref, MemberCardRow.at, MemberCardRow.key_id)
        )
        cards = tuple(
            SealedCard(one.member_ref, one.at, mine[one.key_id], one.envelope, one.resealed_by) for one in found
        )
        in_use = await keys_in_use(uow, actor.organisation)
        objects = tuple(("key", one) for one in sorted(mine.values())[:MOST_NAMED])
        record(uow, Event.MEMBER_CARDS_FETCHED, actor.who, objects=objects, purpose=Purpose.AUDIT.value)
        named = tuple(NamedKey(one.fingerprint, one.state) for one in in_use)
        return CardsFile(FORMAT, organisation.id, organisation.name, uow.now, named, cards)


async def _own_keys(uow: UnitOfWork, actor: Actor) -> Sequence[OfficerKeyRow]:
    """Return the keys of this officer at this organisation to which cards have ever been sealed."""
    found = await uow.rows.scalars(
        select(OfficerKeyRow).where(
            OfficerKeyRow.organisation_id == actor.organisation,
            OfficerKeyRow.holder_id == actor.member,
            OfficerKeyRow.confirmed_at.is_not(None),
        )
    )
    return found.all()


async def take_resealed(database: Database, actor: Actor, file: CardsFile) -> Taken:
    """Store cards that the officer sealed anew for keys in use.

    Only a card that the officer could open is taken, so an upload cannot bring in people or moments of its own. A card
    from the register stays as it is, so an upload cannot put another name in its place. A card that was brought back
    before can be brought again by the holder of its key, who is the one to find it wrong.

    Raises:
        NotFound: the actor is no officer.
        BadRequest: another organisation's file, no envelopes, a key that is not in use, or cards that are not theirs.
        Conflict: too many cards for one file.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        await lock_organisation(uow, actor.organisation)
        if len(file.cards) > MOST_CARDS:
            raise Conflict("Dit bestand heeft te veel kaarten. Deel het in delen.", code="too_many_cards")
        if file.organisation != actor.organisation:
            raise BadRequest("Dit bestand is van een andere organisatie.", code="other_organisation")
        in_use = {one.fingerprint: one for one in await keys_in_use(uow, actor.organisation)}
        own = [one.id for one in await _own_keys(uow, actor)]
        readable = set[Place]().union(*(await places(uow, own)).values())
        for card in file.cards:
            _check(card, in_use, readable)
        stored = await _store(uow, actor, file.cards, in_use)
        await uow.rows.flush()
        await drop_needless(uow, actor.organisation)
    return Taken(stored, len(file.cards) - stored)


def _check(card: SealedCard, in_use: dict[str, OfficerKeyRow], readable: set[Place]) -> None:
    if card.key not in in_use:
        raise BadRequest("Een kaart is voor een sleutel die hier niet in gebruik is.", code="key_not_in_use")
    if not looks_sealed(card.sealed):
        raise BadRequest("Een kaart heeft niet de vorm van een verzegelde kaart.", code="card_form")
    if (card.member, card.at) not in readable:
        raise BadRequest("Een kaart is er geen die u van hier hebt opgehaald.", code="card_unknown")


async def places(uow: UnitOfWork, keys: Sequence[str]) -> dict[str, set[Place]]:
    """Return of which members and moments there is a card, for each of these keys."""
    wanted = select(MemberCardRow.key_id, MemberCardRow.member_ref, MemberCardRow.at)
    found: dict[str, set[Place]] = {one: set() for one in keys}
    for key, ref, at in await uow.rows.execute(wanted.where(MemberCardRow.key_id.in_(keys))):
        found[key].add((ref, at))
    return found


async def _store(uow: UnitOfWork, actor: Actor, cards: Sequence[SealedCard], in_use: dict[str, OfficerKeyRow]) -> int:
    """Store what is new, or its key's holder may bring again, and return how many that were."""
    there = {
        (one.key_id, one.member_ref, one.at): one
        for one in await uow.rows.scalars(
            select(MemberCardRow).where(MemberCardRow.key_id.in_([in_use[one].id for one in {c.key for c in cards}]))
        )
    }
    taken: dict[tuple[str, str, int], SealedCard] = {}
    for card in cards:
        key = in_use[card.key]
        place = (key.id, card.member, card.at)
        old = there.get(place)
        mine = old is not None and old.resealed_by is not None and key.holder_id == actor.member
        if place in taken or (old is not None and (not mine or old.envelope == card.sealed)):
            continue
        taken[place] = card
        if old is not None:
            old.envelope, old.resealed_by, old.stored_at = card.sealed, actor.ref, uow.now
        else:
            uow.rows.add(_row(uow, actor, place, card.sealed))
    _log(uow, actor, sorted({one.member for one in taken.values()}), sorted({one.key for one in taken.values()}))
    return len(taken)


def _row(uow: UnitOfWork, actor: Actor, place: tuple[str, str, int], envelope: bytes) -> MemberCardRow:
    key_id, ref, at = place
    return MemberCardRow(
        key_id=key_id, member_ref=ref, at=at, stored_at=uow.now, resealed_by=actor.ref, envelope=envelope
    )


def _log(uow: UnitOfWork, actor: Actor, refs: Sequence[str], keys: Sequence[str]) -> None:
    named = tuple(("key", one) for one in keys[: 128 - IN_ONE_ENTRY])
    for start in range(0, len(refs), IN_ONE_ENTRY):
        members = tuple(("member", one) for one in refs[start : start + IN_ONE_ENTRY])
        record(uow, Event.MEMBER_CARD_SEALED, actor.who, objects=(*members, *named), reason="resealed")


def heirs(old: OfficerKeyRow, in_use: Sequence[OfficerKeyRow]) -> list[OfficerKeyRow]:
    """Return the keys in use that take the place of an old one: its holder's when it was replaced, otherwise any."""
    anyone = old.state != KeyState.REPLACED.value
    return [one for one in in_use if anyone or one.holder_id == old.holder_id]


async def drop_needless(uow: UnitOfWork, organisation: str) -> None:
    """Delete the cards of ended keys that a key in use opens for certain.

    That is so when the service itself sealed the same card to both. Of a card that an officer brought back nobody here
    can tell what is on it: its predecessor stays for another `GRACE`, in which a mistake or a lie can be found.
    """
    in_use = await keys_in_use(uow, organisation)
    ended = await uow.rows.scalars(
        select(OfficerKeyRow).where(OfficerKeyRow.organisation_id == organisation, OfficerKeyRow.state.in_(ENDED))
    )
    for old in ended.all():
        heir = aliased(MemberCardRow)
        same = exists().where(
            heir.key_id.in_([one.id for one in heirs(old, in_use)]),
            heir.member_ref == MemberCardRow.member_ref,
            heir.at == MemberCardRow.at,
            or_(heir.resealed_by.is_(None), heir.stored_at <= uow.now - GRACE),
        )
        await uow.rows.execute(
            delete(MemberCardRow)
            .where(MemberCardRow.key_id == old.id, same)
            .execution_options(synchronize_session=False)
        )
