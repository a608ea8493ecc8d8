"""Use cases of officers' keys: hand one in, confirm it by its fingerprint, revoke one.

A key is a right to know who the references in the log are, so every step is a change of rights in the log, which names
the key by its fingerprint. Private halves never come here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from audit.cards import MARK_OF_PRIVATE, CardKey, unspoken
from audit.errors import InvalidCardKey
from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.errors import BadRequest, Conflict, NotAllowed
from server.network.cards import KeyState, keys_in_use, lock_organisation, seal_everyone
from server.privacy.access import require_key, require_officer
from server.privacy.model import KeyLine, Keys
from server.privacy.sealed import Place, drop_needless, heirs, places
from server.privacy.service import look
from server.storage.audit_log import record, refuse
from server.storage.database import Database, UnitOfWork
from server.storage.tables import MemberRow, OfficerKeyRow

MOST_KEYS = 100
"""Keys of one organisation, ended ones too."""


async def keys_of(database: Database, actor: Actor) -> Keys:
    """Return the keys of the officer's organisation, and what only ended keys still open; the look is logged.

    Raises:
        NotFound: the actor is no officer.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        look(uow, actor, log_id, detail="keys")
        in_use = await keys_in_use(uow, actor.organisation)
        found = await uow.rows.execute(
            select(OfficerKeyRow, MemberRow.name)
            .join(MemberRow, MemberRow.id == OfficerKeyRow.holder_id)
            .where(OfficerKeyRow.organisation_id == actor.organisation)
            .order_by(OfficerKeyRow.added_at.desc(), OfficerKeyRow.id)
        )
        rows = [(row, name) for row, name in found]
        held = await places(uow, [row.id for row, _name in rows])
        lines = tuple(_line(actor, row, name, held, in_use) for row, name in rows)
        used = set[Place]().union(*(held[one.id] for one in in_use))
        old = set[Place]().union(*held.values()) - used
        people = {ref for ref, _at in old} - {ref for ref, _at in used}
        return Keys(lines, len(old), len(people) - await _named(uow, sorted(people)))


async def _named(uow: UnitOfWork, refs: list[str]) -> int:
    """Return how many of these have a name in the register."""
    known = 0
    for start in range(0, len(refs), 1000):
        wanted = select(func.count()).select_from(MemberRow).where(MemberRow.name != "")
        known += await uow.rows.scalar(wanted.where(MemberRow.ref.in_(refs[start : start + 1000]))) or 0
    return known


async def key_of(database: Database, actor: Actor, key_id: str) -> KeyLine:
    """Return one key of the officer's organisation; the look is logged.

    Raises:
        NotFound: the actor is no officer, or the key is none of their organisation.
    """
    async with database.transaction() as uow:
        log_id = await require_officer(uow, actor)
        row = await require_key(uow, actor, key_id)
        look(uow, actor, log_id, detail="keys")
        in_use = await keys_in_use(uow, actor.organisation)
        holder = await uow.rows.get_one(MemberRow, row.holder_id)
        held = await places(uow, [row.id, *(one.id for one in in_use)])
        return _line(actor, row, holder.name, held, in_use)


def _line(
    actor: Actor, row: OfficerKeyRow, name: str, held: dict[str, set[Place]], in_use: Sequence[OfficerKeyRow]
) -> KeyLine:
    mine = held[row.id]
    sealed_anew = set[Place]().union(*(held[one.id] for one in heirs(row, in_use)))
    return KeyLine(
        id=row.id,
        holder=name or "een eerdere functionaris",
        mine=row.holder_id == actor.member,
        fingerprint=row.fingerprint,
        public=str(CardKey(row.public)),
        state=KeyState(row.state),
        in_use=row in in_use,
        added_at=row.added_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
        cards=len(mine),
        left=len(mine - sealed_anew) if row not in in_use else 0,
    )


async def offer_key(database: Database, actor: Actor, line: str) -> str:
    """Take the public half of the officer's own key and return its id; nothing is sealed to it until it is confirmed.

    The same key again is harmless while it waits; another one takes the place of one that waits.

    Raises:
        NotFound: the actor is no officer.
        BadRequest: it is no public key; a private one is said to be so, and is kept nowhere.
        Conflict: the organisation has had this key before, or has too many.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        key = _parsed(line)
        await lock_organisation(uow, actor.organisation)
        mine = select(OfficerKeyRow).where(OfficerKeyRow.organisation_id == actor.organisation)
        rows = (await uow.rows.scalars(mine)).all()
        waiting = [one for one in rows if one.holder_id == actor.member and one.state == KeyState.WAITING.value]
        for one in rows:
            if one.fingerprint == key.fingerprint:
                if one in waiting:
                    return one.id
                raise Conflict("Deze sleutel is hier al eerder gebruikt. Maak een nieuwe sleutel.", code="key_known")
        if len(rows) >= MOST_KEYS:
            raise Conflict("Uw organisatie heeft te veel sleutels. Vraag de beheerder.", code="too_many_keys")
        for one in waiting:
            await uow.rows.delete(one)
        row = _new_key(uow, actor, key)
        _rights(uow, actor, actor.ref, row, "card_key_offered")
    return row.id


def _new_key(uow: UnitOfWork, actor: Actor, key: CardKey) -> OfficerKeyRow:
    row = OfficerKeyRow(
        id=uow.new_id(),
        organisation_id=actor.organisation,
        holder_id=actor.member,
        fingerprint=key.fingerprint,
        public=key.raw,
        state=KeyState.WAITING.value,
        added_at=uow.now,
    )
    uow.rows.add(row)
    return row


def _parsed(line: str) -> CardKey:
    if MARK_OF_PRIVATE in line:
        raise BadRequest(
            "Dit is uw geheime sleutel. Die hoort op uw eigen computer te blijven; hij is hier niet bewaard. "
            "Maak een nieuwe sleutel en plak hier de publieke.",
            code="private_key_sent",
        )
    try:
        return CardKey.parse(line)
    except InvalidCardKey as error:
        raise BadRequest(error.sentence("nl"), code=error.code) from None


async def confirm_key(database: Database, actor: Actor, key_id: str, typed: str) -> int:
    """Begin sealing to the officer's own key, now that its fingerprint was compared; return how many cards were sealed.

    The officer's earlier key is replaced: no new card is sealed to it. A fingerprint that differs is logged as a
    refused change of rights, because it can mean that the key was exchanged on its way.

    Raises:
        NotFound: the actor is no officer, or the key is none of their organisation.
        NotAllowed: it is a colleague's key.
        Conflict: it does not wait for this.
        BadRequest: the fingerprint is another one.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        await lock_organisation(uow, actor.organisation)
        row = await require_key(uow, actor, key_id)
        if row.holder_id != actor.member:
            _refuse(uow, actor, row, "not_your_key")
            raise NotAllowed("Alleen wie de sleutel heeft gemaakt, kan hem bevestigen.", code="not_your_key")
        if row.state != KeyState.WAITING.value:
            raise Conflict("Deze sleutel wacht niet (meer) op bevestiging.", code="key_state")
        if unspoken(typed) != row.fingerprint:
            _refuse(uow, actor, row, "fingerprint_differs")
            raise BadRequest(
                "Deze vingerafdruk is anders dan die van de sleutel die hier is aangekomen. Kijk of u niets verkeerd "
                "overnam. Blijft het verschil, gebruik de sleutel dan niet en waarschuw de beheerder.",
                code="fingerprint_differs",
            )
        await _replace_earlier(uow, actor)
        row.state, row.confirmed_at = KeyState.ACTIVE.value, uow.now
        _rights(uow, actor, actor.ref, row, "card_key_confirmed")
        return await seal_everyone(uow, actor.who, row)


async def _replace_earlier(uow: UnitOfWork, actor: Actor) -> None:
    earlier = await uow.rows.scalars(
        select(OfficerKeyRow).where(
            OfficerKeyRow.organisation_id == actor.organisation,
            OfficerKeyRow.holder_id == actor.member,
            OfficerKeyRow.state == KeyState.ACTIVE.value,
        )
    )
    for one in earlier:
        one.state, one.ended_at = KeyState.REPLACED.value, uow.now
        _rights(uow, actor, actor.ref, one, "card_key_replaced")


async def revoke_key(database: Database, actor: Actor, key_id: str) -> None:
    """Seal nothing to this key any more: it was lost, or is in wrong hands. Any officer of the organisation can.

    Its cards that the service itself sealed to another key in use too are deleted; the others stay, because they may be
    the last of somebody.

    Raises:
        NotFound: the actor is no officer, or the key is none of their organisation.
        Conflict: it was revoked already.
    """
    async with database.transaction() as uow:
        await require_officer(uow, actor)
        await lock_organisation(uow, actor.organisation)
        row = await require_key(uow, actor, key_id)
        if row.state == KeyState.REVOKED.value:
            raise Conflict("Deze sleutel is al ingetrokken.", code="key_state")
        row.state, row.ended_at = KeyState.REVOKED.value, uow.now
        holder = await uow.rows.get_one(MemberRow, row.holder_id)
        _rights(uow, actor, holder.ref, row, "card_key_revoked")
        await uow.rows.flush()
        await drop_needless(uow, actor.organisation)


def _rights(uow: UnitOfWork, actor: Actor, holder: str, row: OfficerKeyRow, reason: str) -> None:
    objects = (("member", holder), ("key", row.fingerprint))
    record(uow, Event.RIGHTS_CHANGED, actor.who, objects=objects, purpose=Purpose.AUDIT.value, reason=reason)


def _refuse(uow: UnitOfWork, actor: Actor, row: OfficerKeyRow, reason: str) -> None:
    objects = (("member", actor.ref), ("key", row.fingerprint))
    refuse(uow, Event.RIGHTS_CHANGED, actor.who, objects=objects, purpose=Purpose.AUDIT.value, reason=reason)
