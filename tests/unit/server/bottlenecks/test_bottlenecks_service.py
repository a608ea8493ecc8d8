"""A number about a bottleneck is shown from 5 cases of 3 organisations on, and not one case earlier."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.accounts import service as accounts
from server.bottlenecks import register
from server.bottlenecks.register import UnknownBottleneck
from server.bottlenecks.service import MIN_CASES, MIN_ORGANISATIONS, list_bottlenecks
from server.demo.network import PASSWORD, PEOPLE
from server.protocol import live
from server.protocol.words import BottleneckAnswer, BottleneckCode
from server.storage.audit_log import SERVICE
from server.storage.store import Store
from server.storage.tables import BottleneckRow, CaseRow
from tests.support.service import Service

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def _supported_by(service: Service, organisations: list[str], bottleneck: str) -> None:
    """Store a bottleneck that cases of these organisations support."""
    network = service.network
    async with service.store.database.transaction() as uow:
        for number, name in enumerate(organisations):
            case = CaseRow(
                id=f"{bottleneck}-{number}",
                circle_id=network.circle,
                organisation_id=network.organisations[name],
                submitter_id=network.members["gp"],
                domain="gp",
                state="discussed",
                key_id="k",
                form_box=b"",
                rejected=[],
                basis={},
                submission_key=f"{bottleneck}-{number}",
                created_at=NOW,
            )
            uow.rows.add(case)
            await uow.rows.flush()
            if number == 0:
                body = _answered(BottleneckAnswer.NEW, bottleneck, code=BottleneckCode.K2, title=" Geen aanbod ")
            else:
                body = _answered(BottleneckAnswer.EXISTING, bottleneck)
            await register.answer(uow, body, case_id=case.id, circle_id=network.circle, who=SERVICE)


def _answered(
    answer: BottleneckAnswer, bottleneck: str | None, *, code: BottleneckCode | None = None, title: str = ""
) -> live.BottleneckAnswered:
    return live.BottleneckAnswered(answer=answer, code=code, title=title, bottleneck=bottleneck)


async def test_figures_begin_at_the_threshold(service: Service) -> None:
    assert (MIN_CASES, MIN_ORGANISATIONS) == (5, 3)
    support = {
        "four-cases": (["vlier", "brug", "waterkant", "vlier"], None),
        "two-organisations": (["vlier", "brug"] * 3, None),
        "enough": (["vlier", "brug", "waterkant", "vlier", "vlier"], 5),
    }
    for name, (organisations, _shown) in support.items():
        await _supported_by(service, organisations, name)
    actor = (await accounts.log_in(service.store.database, PEOPLE["gp"].login, PASSWORD, hours=1)).actor
    listed = {one.id: one for one in await list_bottlenecks(service.store.database, actor)}
    assert {name: listed[name].cases for name in support} == {name: shown for name, (_o, shown) in support.items()}
    assert {one.title for one in listed.values()} == {"Geen aanbod"}


async def test_a_second_answer_about_a_case_replaces_the_first(service: Service) -> None:
    await _supported_by(service, ["vlier"], "mistaken")
    await _supported_by(service, ["vlier", "brug"], "standing")
    async with service.store.database.transaction() as uow:
        for case in ("mistaken-0", "standing-1"):
            no = _answered(BottleneckAnswer.NO, None)
            await register.answer(uow, no, case_id=case, circle_id=service.network.circle, who=SERVICE)
        await uow.rows.flush()
        # What nothing supports any more was opened by mistake; what another case supports stays.
        assert await uow.rows.get(BottleneckRow, "mistaken") is None
        assert await uow.rows.get(BottleneckRow, "standing") is not None


async def test_a_bottleneck_that_does_not_exist_is_not_linked(store: Store) -> None:
    async with store.database.transaction() as uow:
        command = live.AnswerBottleneck("k" * 8, answer=BottleneckAnswer.EXISTING, bottleneck="nowhere")
        with pytest.raises(UnknownBottleneck):
            await register.require_known(uow, command)
        await register.require_known(uow, live.AnswerBottleneck("k" * 8, answer=BottleneckAnswer.NO))
