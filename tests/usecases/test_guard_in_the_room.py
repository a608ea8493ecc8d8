"""The guard reads every typed word before anyone receives it, and what it holds stays with its author."""

from __future__ import annotations

from audit.events import Event
from clients.api import new_key
from clients.live import LiveSession
from server.protocol import codec, live
from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, OutcomeKind, OverruleReason
from tests.support.service import Service
from tests.support.table import Table, entries, refused_code, sitting

PHONE = "06-12345678"
HARD = f"De moeder van A is te bereiken op {PHONE}, overdag."
SOFT = "Zie https://www.voorbeeldstraatkrant.nl/berichten voor het verhaal."


async def _held(author: LiveSession, text: str) -> live.Held:
    key = new_key()
    assert await refused_code(author.send(live.Contribute(key, text))) == "held"
    return author.held[key]


async def _received(table: Table, marker: str) -> dict[str, str]:
    """Return all words that each member has received, once everybody has got the marker that the note-taker types."""
    seq = await table.at["social"].send(live.Contribute(new_key(), marker))
    await table.everyone_has(seq)
    return {name: " ".join(codec.encode(one).decode() for one in at.events) for name, at in table.at.items()}


async def test_a_telephone_number_is_held_and_goes_out_protected(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz = table.at["gp"], table.at["ggz"]
        held = await _held(gp, HARD)
        assert not held.may_overrule
        assert [(HARD[one.start : one.end], one.label, one.hard) for one in held.spans] == [
            (PHONE, "PHONE_NUMBER", True)
        ]
        assert PHONE not in held.proposal
        # Only its author has heard of it, and only its author can do something with it.
        received = await _received(table, "Even een tussenzin.")
        assert not any(held.proposal in words or PHONE in words for words in received.values())
        for command in (live.SendHeld(new_key(), held.hold), live.Overrule(new_key(), held.hold, _REASON)):
            assert await refused_code(ggz.send(command)) == "hold_unknown"
        assert await refused_code(gp.send(live.Overrule(new_key(), held.hold, _REASON))) == "hold_hard"
        sent = await gp.send(live.SendHeld(new_key(), held.hold))
        view = await ggz.until(lambda view: view.seq >= sent)
        assert view.discussion is not None
        last = view.discussion.contributions[-1]
        assert (last.text, last.protected) == (held.proposal, True)
        assert await refused_code(gp.send(live.SendHeld(new_key(), held.hold))) == "hold_unknown"
    logged = [(one.event, one.reason) for one in await entries(service.store)]
    assert (Event.MESSAGE_HELD, "hard_label") in logged


_REASON = OverruleReason.OFFER_NAME


async def test_a_soft_label_can_be_overruled_with_a_reason_and_dropped(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz = table.at["gp"], table.at["ggz"]
        held = await _held(gp, SOFT)
        assert held.may_overrule
        assert {one.hard for one in held.spans} == {False}
        sent = await gp.send(live.Overrule(new_key(), held.hold, _REASON))
        view = await ggz.until(lambda view: view.seq >= sent)
        assert view.discussion is not None
        assert view.discussion.contributions[-1].text == SOFT
        said = ggz.events[-1].body
        assert isinstance(said, live.Contributed)
        assert said.overruled is _REASON
        dropped = await _held(gp, SOFT)
        await gp.send(live.DropHeld(new_key(), dropped.hold))
        assert await refused_code(gp.send(live.SendHeld(new_key(), dropped.hold))) == "hold_unknown"
        received = await _received(table, "Weer verder.")
        assert received["ggz"].count("voorbeeldstraatkrant") == 1
    overruled = [one for one in await entries(service.store) if one.event is Event.HELD_MESSAGE_OVERRULED]
    assert [one.reason for one in overruled] == [_REASON.value]


async def test_the_outcome_and_the_title_of_a_bottleneck_are_guarded_too(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.to_decision()
        social = table.at["social"]
        text = f"Bel {PHONE} voor de intake."
        outcome = live.RecordOutcome(new_key(), OutcomeKind.ADVICE, text, Domain.SOCIAL)
        assert await refused_code(social.send(outcome)) == "held_text"
        dissent = live.RecordOutcome(new_key(), OutcomeKind.ADVICE, "Rust.", Domain.SOCIAL, dissent=text)
        assert await refused_code(social.send(dissent)) == "held_text"
        await table.decide()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        title = live.AnswerBottleneck(
            new_key(), BottleneckAnswer.NEW, BottleneckCode.K2, f"Loket {PHONE} neemt niet op"
        )
        assert await refused_code(social.send(title)) == "held_text"
        received = await _received(table, "Weer verder.")
        assert not any(PHONE in words for words in received.values())
    assert await table.clients["gp"].bottlenecks() == []


async def test_the_table_may_name_itself_and_its_organisations(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        for text in (
            "Hanneke Jansen belt volgende week met Samira El Amrani.",
            "Wijkteam De Brug en GGZ Waterkant spreken dit samen af.",
            "Marloes Bos of Tom Wibisono gaat erheen.",
        ):
            await table.at["gp"].send(live.Contribute(new_key(), text))
        received = await _received(table, "Afgesproken.")
        assert "Samira El Amrani" in received["social"]


async def test_a_held_message_is_nobody_elses_even_after_reconnecting(service: Service) -> None:
    """The hold lives in memory for its author: a dropped connection keeps it, another member cannot reach it."""
    async with sitting(service) as table:
        await table.open_case()
        gp = table.at["gp"]
        held = await _held(gp, HARD)
        await gp.drop()
        sent = await gp.send(live.SendHeld(new_key(), held.hold))
        await table.everyone_has(sent)
        # One command, twice under the same key, takes effect once.
        command = live.Contribute(new_key(), "Persoon A komt morgen langs.")
        first = await gp.send(command)
        assert await gp.send(command) == first
