"""An agreement that is not in force means no submission and no seat, for whatever reason; what never lapses goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from audit.events import Event
from clients.api import Client, new_key
from clients.errors import ConnectionEnded
from server.demo.network import ADMINISTRATOR, PASSWORD
from server.protocol import live
from server.protocol.http import AgreementRequest, CircleRequest, MemberRequest, SeatRequest
from server.protocol.live import Close
from server.protocol.words import BottleneckAnswer, Domain, Role, SeatFunction
from server.storage.tables import CaseRow
from tests.support.service import Service, protected_case
from tests.support.table import ADVICE, entries, refusal, released_case, sitting, turned_away

PAST_THE_AGREEMENT = timedelta(days=731)


async def _stored_cases(service: Service) -> int:
    async with AsyncSession(service.store.database.engine) as rows:
        return await rows.scalar(select(func.count()).select_from(CaseRow)) or 0


def _agreement(*parties: str) -> AgreementRequest:
    ends = datetime.now(UTC) + timedelta(days=400)
    return AgreementRequest("art26", "Regeling Duinrand", "De kern van de afspraak.", parties, ends.date(), ends)


async def _session_with_duinrand(service: Service, coordinator: Client) -> str:
    members = service.network.members
    seats = (
        SeatRequest(Domain.GP, members["without_agreement"]),
        SeatRequest(Domain.GGZ, members["ggz"], SeatFunction.CHAIR),
        SeatRequest(Domain.SOCIAL, members["social"], SeatFunction.NOTE_TAKER),
    )
    circle = await coordinator.add_circle(CircleRequest("Kring Duinrand", "elke maandag", "overlegtafel", seats))
    return await coordinator.schedule(circle, datetime.now(UTC))


async def _mandate_holder_of_duinrand(service: Service) -> Client:
    administrator = await service.sign_in_as(ADMINISTRATOR.login)
    organisation = service.network.organisations["duinrand"]
    login = "mandaat@voorbeeld.nl"
    await administrator.add_member(
        MemberRequest(login, "Maria Mandaat", PASSWORD, organisation, (Role.MANDATE_HOLDER,))
    )
    return await service.sign_in_as(login)


async def test_each_way_in_which_an_agreement_is_missing_closes_both_doors(service: Service) -> None:
    gp, coordinator = await service.client("without_agreement"), await service.client("coordinator")
    organisations, circle = service.network.organisations, service.network.circle
    session = await _session_with_duinrand(service, coordinator)

    async def doors() -> set[str]:
        refused, ended = await refusal(gp.submit(protected_case(circle))), await turned_away(gp, session)
        assert (refused.status, ended.close_code) == (403, Close.NO_AGREEMENT)
        assert refused.detail.endswith(".")
        return {refused.code, ended.reason}

    assert await doors() == {"agreement_none"}
    version = await coordinator.propose_agreement(_agreement(organisations["duinrand"], organisations["regio"]))
    assert await doors() == {"agreement_not_signed"}
    assert (await refusal(gp.approve_agreement(version))).code == "not_allowed"
    assert (await refusal(coordinator.establish_agreement(version))).code == "agreement_state"
    mandated = await _mandate_holder_of_duinrand(service)
    await mandated.approve_agreement(version)
    assert await doors() == {"agreement_not_established"}
    await coordinator.approve_agreement(version)
    assert await doors() == {"agreement_not_established"}
    assert await _stored_cases(service) == 0

    await coordinator.establish_agreement(version)
    assert await gp.submit(protected_case(circle))
    async with gp.live(session) as at_gp:
        assert at_gp.view is not None
        assert at_gp.view.stage == "planned"

    await coordinator.end_agreement(version)
    assert await doors() == {"agreement_expired"}
    refused = [one for one in await entries(service.store) if one.event is Event.CASE_SUBMISSION_REFUSED]
    assert [one.reason for one in refused] == [
        "agreement_none",
        "agreement_not_signed",
        "agreement_not_established",
        "agreement_not_established",
        "agreement_expired",
    ]


async def test_what_never_lapses_goes_on_when_the_agreement_has_ended_by_the_clock(service: Service) -> None:
    """Withdrawing a case and fetching the answer to one's own case need no agreement; everything else does."""
    async with sitting(service) as table:
        await table.open_case()
        await table.to_decision()
        await table.decide()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        await table.at["social"].send(live.AnswerBottleneck(new_key(), BottleneckAnswer.NO))
        await table.at["ggz"].send(live.CloseCase(new_key()))
    waiting = await released_case(service)
    service.clock.offset = PAST_THE_AGREEMENT
    gp, ggz = await service.sign_in("gp"), await service.sign_in("ggz")
    assert (await refusal(gp.submit(protected_case(service.network.circle)))).code == "agreement_expired"
    assert (await turned_away(ggz, service.network.session)).reason == "agreement_expired"
    for case in (table.case, waiting):
        assert (await refusal(ggz.case(case))).code == "agreement_expired"
    assert (await refusal(ggz.outcome(table.case))).code == "agreement_expired"
    assert await ggz.cases() == []
    assert (await gp.answer(table.case)).text == ADVICE
    await gp.withdraw(waiting)
    assert (await refusal(gp.case(waiting))).code == "not_found"


async def test_a_seat_ends_while_the_session_runs_when_the_agreement_does(service: Service) -> None:
    coordinator = await service.client("coordinator")
    async with sitting(service) as table:
        await table.open_case()
        await coordinator.end_agreement(service.network.agreement)
        for one in table.at.values():
            with pytest.raises(ConnectionEnded) as ended:
                await one.until(lambda _view: False)
            assert ended.value.close_code == Close.NO_AGREEMENT
        with pytest.raises(ConnectionEnded):
            await table.at["gp"].send(live.Contribute(new_key(), "Persoon A wacht nog."))
