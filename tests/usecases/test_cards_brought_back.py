"""Cards that are brought back: what an officer sealed anew is taken, and what anybody could make is not."""

from __future__ import annotations

import secrets

import httpx
import msgspec
from sqlalchemy import select

from audit.cards import Card, CardKey, seal_card
from clients.officer.keyfile import new_key
from server.protocol.cards import MOST_CARDS, CardsFile, SealedCard
from server.storage.tables import OfficerKeyRow
from server.web.routing import PREFIX
from tests.support.cards import (
    GONE,
    VLIER,
    actor_of,
    add,
    forget,
    names,
    opened,
    refusal,
    registered,
    resealed,
    rows,
    second_officer,
)
from tests.support.desk import appoint
from tests.support.service import Service


def _forged(file: CardsFile, target: CardKey, **changed: object) -> CardsFile:
    """Return a file with one card, sealed to a key as anyone can, with fields changed."""
    one = file.cards[0]
    card = Card(one.member, one.at, "Iemand Anders", "x", file.organisation, file.organisation_name, "", ())
    sealed = SealedCard(one.member, one.at, target.fingerprint, seal_card(card, target))
    return msgspec.structs.replace(file, cards=(msgspec.structs.replace(sealed, **changed),))


async def test_an_upload_brings_in_nobody_and_renames_nobody(service: Service) -> None:
    officer, colleague = await appoint(service), await second_officer(service)
    (mine, _mine_id), (theirs, their_id) = await registered(officer), await registered(colleague)
    file = await officer.fetch_cards()
    before = {(one.key_id, one.member_ref, one.at): one.envelope for one in await rows(service)}
    foreign = await colleague.fetch_cards()
    wrong: list[tuple[str, CardsFile]] = [
        ("card_unknown", _forged(file, mine.public, member="0" * 32)),
        ("card_unknown", _forged(file, mine.public, at=5)),
        ("card_unknown", msgspec.structs.replace(foreign, cards=(foreign.cards[0],))),
        ("key_not_in_use", _forged(file, new_key(secrets.token_bytes).public)),
        ("card_form", _forged(file, mine.public, sealed=b"")),
        ("card_form", _forged(file, mine.public, sealed=b"Hanneke Jansen")),
        ("card_form", _forged(file, mine.public, sealed=b"\x02" + file.cards[0].sealed[1:])),
        ("card_form", _forged(file, mine.public, sealed=file.cards[0].sealed + b"x")),
        ("other_organisation", msgspec.structs.replace(file, organisation=service.network.organisations["waterkant"])),
        ("too_many_cards", msgspec.structs.replace(file, cards=(_tiny(file),) * (MOST_CARDS + 1))),
    ]
    for code, one in wrong:
        assert await refusal(officer.give_cards(one)) == code
    # One wrong card among good ones: nothing of the file is taken.
    good, bad = _forged(file, theirs.public).cards, _forged(file, theirs.public, at=5).cards
    assert await refusal(officer.give_cards(msgspec.structs.replace(file, cards=good + bad))) == "card_unknown"
    # A card that is there stays as it is, whatever is said to be on it.
    taken = await officer.give_cards(_forged(file, mine.public))
    assert (taken.stored, taken.known) == (0, 1)
    assert {(one.key_id, one.member_ref, one.at): one.envelope for one in await rows(service)} == before
    await colleague.revoke_key(their_id)
    assert await refusal(officer.give_cards(_forged(file, theirs.public))) == "key_not_in_use"


def _tiny(file: CardsFile) -> SealedCard:
    return SealedCard(file.cards[0].member, file.cards[0].at, file.cards[0].key, b"")


async def test_what_a_colleague_sealed_anew_is_told_apart_from_the_register(service: Service) -> None:
    """A colleague who lies on a card cannot be prevented: only the new key opens it. That it was them stays."""
    officer, colleague = await appoint(service), await second_officer(service)
    await registered(officer)
    theirs, _id = await registered(colleague)
    file = await officer.fetch_cards()
    assert (await officer.give_cards(_forged(file, theirs.public))).stored == 1
    [lie] = [one for one in (await opened(colleague, theirs)).opened if one.card.name == "Iemand Anders"]
    assert lie.resealed_by == (await actor_of(service, officer)).ref
    claimed = _forged(file, theirs.public, resealed_by="0" * 32, at=file.cards[1].at, member=file.cards[1].member)
    assert (await officer.give_cards(claimed)).stored == 1
    assert {one.resealed_by for one in await rows(service)} == {None, lie.resealed_by}


async def test_garbage_that_is_brought_back_in_an_officers_name_destroys_nothing(service: Service) -> None:
    """A stolen login hands in a key, and brings worthless cards back for it and for a colleague."""
    officer, colleague = await appoint(service), await second_officer(service)
    await add(service, "vlier", "weg@voorbeeld.nl", GONE)
    mine, _id = await registered(officer)
    await forget(service, GONE)
    theirs, _their_id = await registered(colleague)
    await registered(officer)
    file = await officer.fetch_cards()
    in_use = [one for one in (await officer.officer_keys()).keys if one.in_use]
    garbage = [
        msgspec.structs.replace(card, key=key.fingerprint, sealed=b"\x01" + secrets.token_bytes(len(card.sealed) - 1))
        for card in file.cards
        for key in in_use
    ]
    await officer.give_cards(msgspec.structs.replace(file, cards=tuple(garbage)))
    assert GONE in names(await opened(officer, mine))
    broken = await opened(colleague, theirs)
    assert broken.unreadable > 0
    assert names(broken) == VLIER | {"Tweede Functionaris"}
    # Once it is found, the officer brings the right ones for a new key.
    right, _right_id = await registered(officer)
    await resealed(officer, mine, right)
    assert GONE in names(await opened(officer, right))


async def test_the_holder_of_a_key_can_bring_a_resealed_card_again(service: Service) -> None:
    officer = await appoint(service)
    old, _id = await registered(officer)
    new, _new_id = await registered(officer)
    file = await officer.fetch_cards()
    assert (await officer.give_cards(_forged(file, new.public))).stored == 1
    stored, _known = await resealed(officer, old, new)
    assert stored == 3
    assert "Iemand Anders" not in names(await opened(officer, new))


BODIES = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"[" * 100_000,
    b'{"format":"casuskring-cards-2"}',
    b"\xff\xfe\x00kwelgeestje",
    b'{"kwelgeestje":1}',
    b'{"public":1}',
    b'{"public":""}',
    b'{"public":"' + b"kwelgeestje" * 1000 + b'"}',
    b'{"fingerprint":"' + b"0" * 201 + b'"}',
]


async def test_hostile_bodies_are_refused_and_nothing_of_them_comes_back(service: Service) -> None:
    officer = await appoint(service)
    _key, key_id = await registered(officer)
    before = len(await rows(service))
    headers = {"Authorization": f"Bearer {officer._token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=service.origin, headers=headers, trust_env=False, timeout=60) as raw:
        for path in ("/audit/keys", f"/audit/keys/{key_id}/confirmation", "/audit/cards"):
            for body in BODIES:
                answer = await raw.post(PREFIX + path, content=body)
                assert (path, body[:40], answer.status_code) == (path, body[:40], 400)
                assert "kwelgeestje" not in answer.text
        whole = msgspec.json.encode(await officer.fetch_cards())
        for cut in range(0, len(whole), 97):
            assert (await raw.post(PREFIX + "/audit/cards", content=whole[:cut])).status_code == 400
        huge = await raw.post(PREFIX + "/audit/cards", content=b" " * (9 * 1024 * 1024))
        assert (huge.status_code, huge.json()["code"]) == (413, "too_large")
        small = await raw.post(PREFIX + "/audit/keys", content=b" " * (600 * 1024))
        assert small.status_code == 413
        for key in ("%00", "a%00b", "..", "x" * 300, "%ff"):
            for act in ("confirmation", "revocation"):
                path = f"{PREFIX}/audit/keys/{key}/{act}"
                assert (await raw.post(path, content=b'{"fingerprint":"x"}')).status_code == 404
    assert len(await rows(service)) == before


async def test_a_private_key_that_is_sent_by_mistake_is_named_and_not_kept(service: Service) -> None:
    officer = await appoint(service)
    text = '{"format": "casuskring-officer-secret-1", "box": "kanarie"}'
    assert await refusal(officer.offer_key(text)) == "private_key_sent"
    for line in ("", "kanarie", "casuskring-officer-key-1:" + "A" * 43 + "=", "\x01"):
        assert await refusal(officer.offer_key(line)) in ("invalid_card_key", "bad_request")
    async with service.store.database.transaction() as uow:
        assert (await uow.rows.scalars(select(OfficerKeyRow))).all() == []
