"""A case reaches the circle only after a second person: a colleague of the submitter, or the coordinator."""

from __future__ import annotations

import msgspec

from audit.events import Event
from server.protocol.http import RejectedMark
from server.protocol.words import CaseState, OverruleReason
from tests.support.service import Service, protected_case
from tests.support.table import entries, refusal


async def test_author_colleague_and_stranger(service: Service) -> None:
    gp, colleague = await service.client("gp"), await service.client("gp_colleague")
    ggz, outsider = await service.client("ggz"), await service.client("outsider")
    doubted = RejectedMark("text", 0, 3, "PERSON", OverruleReason.ORDINARY_WORD)
    case = await gp.submit(msgspec.structs.replace(protected_case(service.network.circle), rejected=(doubted,)))
    author = await refusal(gp.release(case))
    assert (author.status, author.code) == (403, "second_person")
    for stranger in (ggz, outsider):
        # A member of the circle is a stranger too until the case is released.
        assert (await refusal(stranger.release(case))).code == "not_found"
        assert (await refusal(stranger.case(case))).code == "not_found"
    seen = await colleague.case(case)
    assert (seen.may_release, seen.mine) == (True, False)
    assert doubted in seen.rejected
    await colleague.release(case)
    assert (await refusal(colleague.release(case))).code == "already_released"
    assert (await ggz.case(case)).state is CaseState.RELEASED
    # The circle is not told where to look for a name.
    assert ((await ggz.case(case)).rejected, doubted in (await gp.case(case)).rejected) == ((), True)
    assert (await refusal(outsider.case(case))).code == "not_found"
    agenda = (await ggz.session(service.network.session)).agenda
    assert [line.case for line in agenda] == [case]
    logged = await entries(service.store)
    refused = [one for one in logged if one.event is Event.CASE_RELEASE_REFUSED]
    assert [one.reason for one in refused] == ["second_person"]
    assert len([one for one in logged if one.event is Event.CASE_RELEASED]) == 1


async def test_the_coordinator_may_release_and_then_reads_no_longer(service: Service) -> None:
    gp, coordinator = await service.client("gp"), await service.client("coordinator")
    case = await gp.submit(protected_case(service.network.circle))
    assert [one.id for one in await coordinator.cases()] == [case]
    await coordinator.release(case)
    # The coordinator has no seat in this circle: releasing was the purpose, reading on is not.
    assert (await refusal(coordinator.case(case))).code == "not_found"
    assert await coordinator.cases() == []
    agenda = (await coordinator.session(service.network.session)).agenda
    assert [(line.case, line.question) for line in agenda] == [(case, "")]
