"""The minutes through the whole service: guarded, refused on an older version, and gone with their case."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.events import Event
from clients.api import new_key
from server.protocol import live
from server.protocol.words import IdentifierKind
from server.storage.keystore import KeyDestroyed
from server.storage.tables import EventRow
from tests.support.service import Service
from tests.support.table import entries, refused_code, sitting

WORDS = "Persoon A wacht al lang; het wijkteam belt."


def minutes_of(view: live.SessionView) -> live.MinutesView | None:
    """Return the minutes of the case on the table."""
    return view.discussion.minutes if view.discussion else None


async def test_everyone_reads_the_latest_minutes_and_an_older_version_replaces_nothing(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = (table.at[one] for one in ("gp", "ggz", "social"))
        first = await social.send(live.WriteMinutes(key=new_key(), text=WORDS, base=0))
        second = await ggz.send(live.WriteMinutes(key=new_key(), text="Aangevuld door de voorzitter.", base=first))
        late = live.WriteMinutes(key=new_key(), text="Te laat.", base=first)
        assert await refused_code(social.send(late)) == "minutes_changed"
        assert await refused_code(gp.send(late)) == "not_chair_or_note_taker"
        held = live.WriteMinutes(key=new_key(), text="Zijn nummer is 06 12345678.", base=second)
        assert await refused_code(social.send(held)) == "held_text"
        found = minutes_of(await gp.until(lambda view: view.seq >= second))
        assert found is not None
        assert (found.seq, found.text) == (second, "Aangevuld door de voorzitter.")
    reasons = [one.reason for one in await entries(service.store) if one.event is Event.ROOM_COMMAND]
    assert reasons.count("MinutesWritten") == 2


async def test_a_reported_version_is_gone_from_screens_store_and_replay(service: Service) -> None:
    hidden, shown = "Dat is de vrouw met de zeven papegaaien.", "Het wijkteam belt."
    async with sitting(service) as table:
        await table.open_case()
        gp, social = table.at["gp"], table.at["social"]
        first = await social.send(live.WriteMinutes(key=new_key(), text=hidden, base=0))
        second = await social.send(live.WriteMinutes(key=new_key(), text=shown, base=first))
        await table.everyone_has(second)
        # Also a version that another has taken the place of: who comes in later would get it by number.
        reported = await gp.send(live.ReportVisible(new_key(), first, IdentifierKind.PERSON))
        await table.everyone_has(reported)
        assert hidden not in repr([(one.view, one.events) for one in table.at.values()])
        async with AsyncSession(service.store.database.engine) as rows:
            row = (await rows.scalars(select(EventRow).where(EventRow.seq == first))).one()
            assert row.receivers
        with pytest.raises(KeyDestroyed):
            await service.store.keys.get(row.subkey_id or "")
        latest = await gp.send(live.ReportVisible(new_key(), second, IdentifierKind.PERSON))
        found = minutes_of(await social.until(lambda view: view.seq >= latest))
        assert found is not None
        assert (found.seq, found.text, found.blanked) == (second, "", True)
    # What is read back from the store agrees with what the room showed.
    async with (await service.client("gp")).live(service.network.session) as again:
        assert hidden not in repr(again.view)
        assert shown not in repr(again.view)
        minutes = minutes_of(again.view) if again.view else None
        assert minutes == found
    assert sum(one.event is Event.MESSAGE_BLANKED for one in await entries(service.store)) == 2


async def test_minutes_survive_a_break_and_go_with_their_case(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.at["social"].send(live.WriteMinutes(key=new_key(), text=WORDS, base=0))
        nurse = table.at["ggz"]
        await nurse.drop()
        found = minutes_of(await nurse.until(lambda view: minutes_of(view) is not None))
        assert found is not None
        assert found.text == WORDS
        await table.clients["gp"].withdraw(table.case)
        view = await nurse.until(lambda view: view.discussion is None)
        assert minutes_of(view) is None
    colleague = await service.client("ggz")
    async with colleague.live(service.network.session) as again:
        assert WORDS not in repr(again.view)
