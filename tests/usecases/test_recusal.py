"""'I recognise this person' takes a member out of the case at once: live, over HTTP, and in every replay."""

from __future__ import annotations

from audit.events import Event
from clients.api import Client, new_key
from clients.live import LiveSession
from server.protocol import codec, live
from server.protocol.live import Event as LiveEvent
from tests.support.service import Service, protected_case
from tests.support.table import ADVICE, entries, refusal, refused_code, sitting

SECRET = "De moeder van A vangt de kinderen op."
QUESTION = "Wie pakt de regie en welke overbrugging is er tot de behandeling begint?"


def _words(events: list[LiveEvent]) -> str:
    return " ".join(codec.encode(one).decode() for one in events)


async def _replayed(client: Client, session: str) -> list[LiveEvent]:
    """Return the whole history as this member gets it with a legal resume from the beginning."""
    again = client.live(session)
    async with again:
        view = again.view
        assert view is not None
        await again.drop()
        again.view = live.SessionView(
            view.session, view.epoch, 0, "planned", view.preset, view.me, view.seats, present=(), agenda=()
        )
        await again.until(lambda view: view.seq > 0)
        assert again.resumed == ["snapshot", "events"]
        return list(again.events)


async def _upto(member: LiveSession, seq: int) -> list[LiveEvent]:
    await member.until(lambda view: view.seq >= seq)
    return member.events


async def test_a_member_who_recognises_the_person_is_out_at_once(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        gp, ggz, social = table.at["gp"], table.at["ggz"], table.at["social"]
        await gp.send(live.Contribute(new_key(), "Persoon A slaapt al weken slecht."))
        out = await social.send(live.Recuse(new_key()))
        view = await social.until(lambda view: view.seq >= out)
        assert view.discussion is not None
        assert view.discussion.hidden
        assert view.discussion.contributions == ()
        assert QUESTION not in codec.encode(view).decode()
        said = await gp.send(live.Contribute(new_key(), SECRET))
        await social.until(lambda view: view.seq >= said)
        assert SECRET not in _words(social.events)
        assert isinstance(social.events[-1].body, live.Hidden)
        assert SECRET in _words(await _upto(ggz, said))
        # Without the social domain there is no quorum any more for this case.
        assert await refused_code(social.send(live.Contribute(new_key(), "Toch nog iets."))) == "recused"
        assert view.me is not None
        for path in (table.clients["social"].case, table.clients["social"].outcome):
            assert (await refusal(path(table.case))).code == "not_found"
        assert await table.clients["social"].cases() == []
        agenda = (await table.clients["social"].session(service.network.session)).agenda
        assert [(line.case, line.question) for line in agenda] == [(table.case, "")]
    replay = await _replayed(table.clients["social"], service.network.session)
    assert [one.seq for one in replay] == list(range(1, len(replay) + 1))
    assert SECRET not in _words(replay)
    assert "Persoon A" not in _words(replay)
    assert QUESTION not in _words(replay)
    assert SECRET in _words(await _replayed(table.clients["gp"], service.network.session))
    recusals = [one for one in await entries(service.store) if one.event is Event.MEMBER_RECUSED]
    assert len(recusals) == 1


async def test_recusal_breaks_the_quorum_for_the_outcome(service: Service) -> None:
    async with sitting(service) as table:
        await table.open_case()
        await table.to_decision()
        await table.at["gp"].send(live.Recuse(new_key()))
        assert await refused_code(table.decide()) == "no_quorum"
        assert (await refusal(table.clients["gp"].case(table.case))).code == "not_found"


async def test_a_colleague_of_the_submitter_who_left_the_case_does_not_fetch_its_answer(service: Service) -> None:
    colleague, gp = await service.client("gp_colleague"), await service.client("gp")
    case = await colleague.submit(protected_case(service.network.circle))
    await gp.release(case)
    async with sitting(service) as table:
        await table.at["ggz"].send(live.OpenSession(new_key()))
        await table.at["ggz"].send(live.OpenCase(new_key(), case))
        await table.to_decision()
        await table.decide()
        assert (await gp.answer(case)).text == ADVICE
        await table.at["gp"].send(live.Recuse(new_key()))
        assert (await refusal(gp.answer(case))).code == "not_found"
        assert (await colleague.answer(case)).text == ADVICE
