"""A case travels from submission to a sealed session and back, over HTTP and WebSocket."""

from __future__ import annotations

from clients.api import new_key
from server.protocol import live
from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, OutcomeKind
from tests.support.service import Service, protected_case


async def test_a_case_goes_all_the_way(service: Service) -> None:
    gp, colleague = await service.sign_in("gp"), await service.sign_in("gp_colleague")
    ggz, deputy = await service.sign_in("ggz"), await service.sign_in("social_deputy")
    case = await gp.submit(protected_case(service.network.circle))
    await colleague.release(case)
    session = service.network.session
    async with gp.live(session) as at_gp, ggz.live(session) as at_ggz, deputy.live(session) as at_deputy:
        await at_ggz.send(live.OpenSession(new_key()))
        await at_ggz.send(live.OpenCase(new_key(), case))
        await at_gp.send(live.Contribute(new_key(), "Persoon A belt elke dag en durft de post niet te openen."))
        for _phase in range(3):
            await at_ggz.send(live.NextPhase(new_key()))
        await at_deputy.send(
            live.RecordOutcome(new_key(), OutcomeKind.BRIDGING_SUPPORT, "Wijkteam begint met Persoon A.", Domain.SOCIAL)
        )
        await at_ggz.send(live.NextPhase(new_key()))
        await at_deputy.send(
            live.AnswerBottleneck(
                new_key(), BottleneckAnswer.NEW, BottleneckCode.K4, "Schuldhulp en GGZ wachten op elkaar"
            )
        )
        await at_ggz.send(live.CloseCase(new_key()))
        sealed = await at_ggz.send(live.SealSession(new_key()))
        view = await at_gp.until(lambda view: view.seq >= sealed)
        assert view.stage == "sealed"
        assert len(view.digest) == 64
        assert [event.seq for event in at_gp.events] == sorted({event.seq for event in at_gp.events})
    answer = await gp.answer(case)
    assert answer.outcome is OutcomeKind.BRIDGING_SUPPORT
    assert answer.text == "Wijkteam begint met Persoon A."
    assert [one.title for one in await ggz.bottlenecks()] == ["Schuldhulp en GGZ wachten op elkaar"]
