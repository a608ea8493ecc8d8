"""Member cards: sealed by the service, opened by an officer's own tool, and by nobody else."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, update

from audit.entry import Outcome
from audit.events import Event
from clients.officer.cards import distinct, open_file
from clients.officer.keyfile import new_key
from server.demo.network import ADMINISTRATOR
from server.errors import StorageError
from server.network.cards import seal_member
from server.privacy.sealed import GRACE
from server.protocol import http
from server.protocol.words import Role
from server.storage.tables import MemberCardRow, MemberRow, OfficerKeyRow
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
from tests.support.desk import appoint, everything, officer_login
from tests.support.service import Service
from tests.support.table import entries
from tests.support.tampering import settled


async def _logged(service: Service, event: Event) -> list[tuple[str, str | None, frozenset[str]]]:
    """Return (outcome, reason, keys) of every entry of this event."""
    found = [one for one in await entries(service.store) if one.event is event]
    kinds = [frozenset(thing.ref for thing in one.objects if thing.kind.value == "key") for one in found]
    return [
        ("done" if one.outcome is Outcome.SUCCESS else "refused", one.reason, keys)
        for one, keys in zip(found, kinds, strict=True)
    ]


async def test_without_a_key_members_are_added_and_the_first_key_gets_everyone(service: Service) -> None:
    officer = await appoint(service)
    assert await rows(service) == []
    assert await refusal(officer.fetch_cards()) == "no_key"
    key = new_key(secrets.token_bytes)
    key_id = await officer.offer_key(str(key.public))
    # Handed in is not confirmed: nothing is sealed to it yet, and handing it in again is harmless.
    assert await officer.offer_key(f"  {key.public}\n") == key_id
    assert await rows(service) == []
    assert await officer.confirm_key(key_id, key.public.fingerprint.upper()) == 3
    assert names(await opened(officer, key)) == VLIER
    await add(service, "vlier", "nieuw@voorbeeld.nl", "Nieuwe Collega", Role.MANDATE_HOLDER)
    result = await opened(officer, key)
    assert names(result) == VLIER | {"Nieuwe Collega"}
    [new] = [one for one in result.opened if one.card.name == "Nieuwe Collega"]
    assert (new.card.login, new.card.organisation_name) == ("nieuw@voorbeeld.nl", "Huisartsenpraktijk De Vlier")
    assert (new.card.roles, new.resealed_by) == (("mandate_holder", "member"), None)
    assert result.unreadable == result.others == 0


async def test_a_changed_member_gets_a_second_card_and_an_unchanged_one_does_not(service: Service) -> None:
    officer = await appoint(service)
    key, _id = await registered(officer)
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    member = service.network.members["gp_colleague"]
    async with service.store.database.transaction() as uow:
        before = await uow.rows.get_one(MemberRow, member)
    same = http.MemberChangeRequest(before.name, tuple(Role(one) for one in before.roles), before.profession)
    await administrator.change_member(member, same)
    assert len((await opened(officer, key)).opened) == 3
    await administrator.change_member(
        member, http.MemberChangeRequest("Ruben de Wit", (Role.MEMBER,), "praktijkmanager")
    )
    await administrator.change_member(member, http.MemberChangeRequest("Ruben de Wit", (Role.MANDATE_HOLDER,), "ph"))
    mine = [one.card for one in (await opened(officer, key)).opened if one.card.member == before.ref]
    assert [one.name for one in mine] == ["Ruben Smit", "Ruben de Wit", "Ruben de Wit"]
    assert mine[2].roles == ("mandate_holder", "member")
    assert [one.at for one in mine] == sorted({one.at for one in mine})
    assert len(await _logged(service, Event.MEMBER_CHANGED)) == 2
    assert await refusal(administrator.change_member("0" * 32, same)) == "not_found"
    assert await refusal((await service.client("gp")).change_member(member, same)) == "not_allowed"
    async with service.store.database.transaction() as uow:
        mine_id = await uow.rows.scalar(select(MemberRow.id).where(MemberRow.login_name == ADMINISTRATOR.login))
    last = administrator.change_member(mine_id or "", http.MemberChangeRequest("Iemand", (Role.MEMBER,)))
    assert await refusal(last) == "last_administrator"


async def test_a_card_and_its_member_are_stored_together_or_not_at_all(service: Service) -> None:
    officer = await appoint(service)
    await registered(officer)
    actor = await actor_of(service, officer)
    async with service.store.database.transaction() as uow:
        await uow.rows.execute(update(OfficerKeyRow).values(public=new_key(secrets.token_bytes).public.raw))
    # The stored key is no longer what its fingerprint says: somebody exchanged it in the database.
    assert await refusal(add(service, "vlier", "nieuw@voorbeeld.nl", "Nieuwe Collega")) == "officer_key_damaged"
    async with service.store.database.transaction() as uow:
        assert await uow.rows.scalar(select(MemberRow.id).where(MemberRow.name == "Nieuwe Collega")) is None
        member = await uow.rows.scalar(select(MemberRow).where(MemberRow.name == "Ruben Smit"))
        assert member is not None
        with pytest.raises(StorageError):
            await seal_member(uow, actor.who, member)


async def test_two_cards_of_one_moment_do_not_meet(service: Service) -> None:
    officer = await appoint(service)
    key, _id = await registered(officer)
    actor = await actor_of(service, officer)
    async with service.store.database.transaction() as uow:
        member = (await uow.rows.scalars(select(MemberRow).where(MemberRow.name == "Ruben Smit"))).one()
        for name in ("Een", "Twee", "Drie"):
            member.name = name
            assert await seal_member(uow, actor.who, member) == 1
    mine = [one.card for one in (await opened(officer, key)).opened if one.card.member == member.ref]
    assert [one.name for one in mine] == ["Ruben Smit", "Een", "Twee", "Drie"]


async def test_two_officers_each_open_their_own_and_not_each_others(service: Service) -> None:
    first, second = await appoint(service), await second_officer(service)
    (one, _one_id), (two, _two_id) = await registered(first), await registered(second)
    await add(service, "vlier", "nieuw@voorbeeld.nl", "Nieuwe Collega")
    everyone = VLIER | {"Tweede Functionaris", "Nieuwe Collega"}
    assert names(await opened(first, one)) == names(await opened(second, two)) == everyone
    crossed = await opened(first, two)
    assert (crossed.opened, crossed.others) == ((), 5)
    # A file that lies about whose card it is does not open either.
    file = await first.fetch_cards()
    lying = tuple(msgspec.structs.replace(card, key=two.public.fingerprint) for card in file.cards)
    assert open_file(msgspec.structs.replace(file, cards=lying), two).unreadable == 5
    swapped = tuple(
        msgspec.structs.replace(card, member=other.member)
        for card, other in zip(file.cards, reversed(file.cards), strict=True)
        if card.member != other.member
    )
    assert open_file(msgspec.structs.replace(file, cards=swapped), one).opened == ()


async def test_another_organisations_officer_gets_nothing_of_ours(service: Service) -> None:
    ours, theirs = await appoint(service), await appoint(service, "waterkant")
    key, key_id = await registered(ours)
    other, _other_id = await registered(theirs)
    result = await opened(theirs, other)
    assert names(result)
    assert not names(result) & VLIER
    assert key.public.fingerprint not in {one.fingerprint for one in (await theirs.officer_keys()).keys}
    nowhere = "0" * 32
    for one in (key_id, nowhere):
        assert await refusal(theirs.confirm_key(one, key.public.fingerprint)) == "not_found"
        assert await refusal(theirs.revoke_key(one)) == "not_found"
    for who in ("gp", "coordinator", "outsider"):
        person = await service.client(who)
        for attempt in (
            person.officer_keys(),
            person.fetch_cards(),
            person.offer_key(str(key.public)),
            person.confirm_key(key_id, key.public.fingerprint),
            person.revoke_key(key_id),
            person.give_cards(await ours.fetch_cards()),
        ):
            assert await refusal(attempt) == "not_found"
    # The same person may be officer of two organisations, with one key.
    assert await theirs.offer_key(str(key.public))


async def test_a_key_is_confirmed_by_its_holder_with_its_own_fingerprint_only(service: Service) -> None:
    officer, colleague = await appoint(service), await second_officer(service)
    key, swapped = new_key(secrets.token_bytes), new_key(secrets.token_bytes)
    # What arrives is not what was sent.
    key_id = await officer.offer_key(str(swapped.public))
    for typed in (
        key.public.fingerprint,
        swapped.public.fingerprint[:-1],
        swapped.public.fingerprint[:20],
        "x",
        "\u0660",
    ):
        assert await refusal(officer.confirm_key(key_id, typed)) == "fingerprint_differs"
    assert await refusal(colleague.confirm_key(key_id, swapped.public.fingerprint)) == "not_your_key"
    assert await rows(service) == []
    refused = [one for one in await _logged(service, Event.RIGHTS_CHANGED) if one[0] == "refused"]
    assert [one[1] for one in refused] == ["fingerprint_differs"] * 5 + ["not_your_key"]
    # Another key takes its place; the one that waited is gone.
    fresh_id = await officer.offer_key(str(key.public))
    assert await refusal(officer.confirm_key(key_id, swapped.public.fingerprint)) == "not_found"
    assert await officer.confirm_key(fresh_id, key.public.fingerprint) == 4
    assert await refusal(officer.confirm_key(fresh_id, key.public.fingerprint)) == "key_state"
    assert await refusal(colleague.offer_key(str(key.public))) == "key_known"
    assert await refusal(officer.offer_key(str(key.public))) == "key_known"


async def test_every_step_with_a_key_is_in_the_log_by_its_fingerprint(service: Service) -> None:
    officer = await appoint(service)
    first, _id = await registered(officer)
    second, second_id = await registered(officer)
    await officer.fetch_cards()
    await officer.revoke_key(second_id)
    one, two = frozenset({first.public.fingerprint}), frozenset({second.public.fingerprint})
    assert [(reason, named) for _outcome, reason, named in await _logged(service, Event.RIGHTS_CHANGED)] == [
        ("card_key_offered", one),
        ("card_key_confirmed", one),
        ("card_key_offered", two),
        ("card_key_replaced", one),
        ("card_key_confirmed", two),
        ("card_key_revoked", two),
    ]
    assert [named for _o, _r, named in await _logged(service, Event.MEMBER_CARDS_FETCHED)] == [one | two]
    assert [named for _o, _r, named in await _logged(service, Event.MEMBER_CARD_SEALED)] == [one, two]
    await settled(service)
    shown = [one.reason for one in await everything(officer) if one.event == Event.RIGHTS_CHANGED]
    assert "sleutel ingetrokken" in shown
    told = [one for one in await everything(officer) if one.event == Event.MEMBER_CARD_SEALED]
    assert all("lid Ruben Smit" in one.about for one in told)


async def test_rotation_keeps_the_old_cards_until_they_are_sealed_anew(service: Service) -> None:
    officer = await appoint(service)
    await add(service, "vlier", "weg@voorbeeld.nl", GONE)
    old, _old_id = await registered(officer)
    gone = await forget(service, GONE)
    new, _new_id = await registered(officer)
    # From the register for who is still there; of who left only the old card remains.
    assert names(await opened(officer, new)) == VLIER
    assert names(await opened(officer, old)) == VLIER | {GONE}
    answer = await officer.officer_keys()
    assert (answer.only_old, answer.people) == (4, 1)
    states = {(one.state, one.in_use, one.cards, one.left) for one in answer.keys}
    assert states == {("active", True, 3, 0), ("replaced", False, 4, 4)}
    await add(service, "vlier", "nieuw@voorbeeld.nl", "Nieuwe Collega")
    assert "Nieuwe Collega" not in names(await opened(officer, old))

    assert await resealed(officer, old, new) == (4, 0)
    result = await opened(officer, new)
    assert names(result) == VLIER | {GONE, "Nieuwe Collega"}
    [card] = [one for one in result.opened if one.card.member == gone]
    assert (card.card.login, card.resealed_by) == ("weg@voorbeeld.nl", (await actor_of(service, officer)).ref)
    answer = await officer.officer_keys()
    assert (answer.only_old, answer.people) == (0, 0)
    # What an officer brought back cannot be read here, so the old cards stay a while.
    assert {(one.state, one.cards, one.left) for one in answer.keys} == {("active", 8, 0), ("replaced", 4, 0)}
    assert len((await opened(officer, old)).opened) == 4
    service.clock.offset = GRACE + timedelta(minutes=1)
    officer = await service.sign_in_as(officer_login("vlier"))
    assert (await opened(officer, old)).opened == ()
    assert len((await opened(officer, new)).opened) == 8
    # Said twice is shown once, from its first moment on.
    assert len(list(distinct(result.opened))) == 5
    assert len(result.opened) == 8


async def test_a_lost_key_is_made_good_by_a_colleague(service: Service) -> None:
    officer, colleague = await appoint(service), await second_officer(service)
    await add(service, "vlier", "weg@voorbeeld.nl", GONE)
    _lost, lost_id = await registered(officer)
    theirs, _their_id = await registered(colleague)
    await forget(service, GONE)
    await colleague.revoke_key(lost_id)
    new, _new_id = await registered(officer)
    assert GONE not in names(await opened(officer, new))
    stored, _known = await resealed(colleague, theirs, new)
    assert stored == 5
    assert GONE in names(await opened(officer, new))
    assert names(await opened(colleague, theirs)) == names(await opened(officer, new))
    # Again changes nothing.
    assert await resealed(colleague, theirs, new) == (0, 5)


async def test_without_any_working_key_the_desk_says_who_is_lost(service: Service) -> None:
    officer = await appoint(service)
    await add(service, "vlier", "weg@voorbeeld.nl", GONE)
    _lost, lost_id = await registered(officer)
    await forget(service, GONE)
    await officer.revoke_key(lost_id)
    assert await refusal(officer.revoke_key(lost_id)) == "key_state"
    answer = await officer.officer_keys()
    assert (answer.only_old, answer.people) == (4, 1)
    new, _new_id = await registered(officer)
    assert names(await opened(officer, new)) == VLIER
    answer = await officer.officer_keys()
    assert (answer.only_old, answer.people) == (4, 1)


async def test_nothing_is_sealed_to_a_revoked_key_or_to_who_is_no_officer_any_more(service: Service) -> None:
    officer, colleague = await appoint(service), await second_officer(service)
    (_key, key_id), (theirs, _id) = await registered(officer), await registered(colleague)
    await officer.revoke_key(key_id)
    before = len(await rows(service))
    await add(service, "vlier", "een@voorbeeld.nl", "Een")
    assert len(await rows(service)) == before + 1
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    async with service.store.database.transaction() as uow:
        found = await uow.rows.scalar(select(MemberRow.id).where(MemberRow.name == "Tweede Functionaris"))
    # The change that takes the role away is already not sealed to its key.
    await administrator.change_member(found or "", http.MemberChangeRequest("Tweede Functionaris", (Role.MEMBER,)))
    await add(service, "vlier", "twee@voorbeeld.nl", "Twee")
    assert len(await rows(service)) == before + 1
    assert await refusal(colleague.fetch_cards()) == "not_found"
    [line] = [one for one in (await officer.officer_keys()).keys if one.fingerprint == theirs.public.fingerprint]
    assert (line.state, line.in_use) == ("active", False)


async def test_revoking_wipes_what_another_key_opens_and_keeps_what_is_the_last_of_somebody(service: Service) -> None:
    officer, colleague = await appoint(service), await second_officer(service)
    stolen, stolen_id = await registered(officer)
    await registered(colleague)
    await add(service, "vlier", "nieuw@voorbeeld.nl", "Nieuwe Collega")
    assert "Nieuwe Collega" in names(await opened(officer, stolen))
    await officer.revoke_key(stolen_id)
    assert "Nieuwe Collega" not in names(await opened(officer, stolen))
    assert names(await opened(officer, stolen)) == VLIER | {"Tweede Functionaris"}


async def test_a_member_who_is_added_while_a_key_is_confirmed_gets_a_card(service: Service) -> None:
    officer = await appoint(service)
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    key = new_key(secrets.token_bytes)
    key_id = await officer.offer_key(str(key.public))
    where = service.network.organisations["vlier"]
    people = [http.MemberRequest(f"{n}@voorbeeld.nl", f"Lid {n}", "een lang wachtwoord", where) for n in range(6)]
    await asyncio.gather(
        officer.confirm_key(key_id, key.public.fingerprint), *(administrator.add_member(one) for one in people)
    )
    assert names(await opened(officer, key)) == VLIER | {one.name for one in people}
    assert len((await opened(officer, key)).opened) == 9


async def test_many_members_are_sealed_in_entries_that_fit(service: Service) -> None:
    officer = await appoint(service)
    async with service.store.database.transaction() as uow:
        template = (await uow.rows.scalars(select(MemberRow).where(MemberRow.name == "Ruben Smit"))).one()
        for number in range(250):
            uow.rows.add(
                MemberRow(
                    id=uow.new_id(),
                    ref=uow.new_id(),
                    organisation_id=template.organisation_id,
                    login_name=f"lid{number}@voorbeeld.nl",
                    name=f"Lid {number}",
                    profession="",
                    roles=["member"],
                    password_hash="-",
                    created_at=uow.now,
                )
            )
    key, _id = await registered(officer)
    assert len((await opened(officer, key)).opened) == 253
    assert len(await _logged(service, Event.MEMBER_CARD_SEALED)) == 3
    new, _new_id = await registered(officer)
    assert await resealed(officer, key, new) == (253, 0)
    async with service.store.database.transaction() as uow:
        left = (await uow.rows.scalars(select(MemberCardRow.key_id).distinct())).all()
    assert len(left) == 2
