"""Submitting again under the same key is harmless: one case, the same id, also at the same moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from audit.events import Event
from server.protocol.http import BasisForm
from server.protocol.words import BasisKind, OtherGround
from tests.support.service import Service, protected_case
from tests.support.table import entries, refusal


async def test_a_repeated_submission_gives_the_same_case(service: Service) -> None:
    gp, colleague = await service.client("gp"), await service.client("gp_colleague")
    request = protected_case(service.network.circle)
    first = await gp.submit(request)
    again = await asyncio.gather(*(gp.submit(request) for _attempt in range(3)))
    assert set(again) == {first}
    assert [one.id for one in await gp.cases()] == [first]
    assert len([one for one in await entries(service.store) if one.event is Event.CASE_SUBMITTED]) == 1
    # The key is the submitter's own: the same key of another member is another case.
    assert await colleague.submit(request) != first


async def test_two_first_submissions_at_once_are_one_case(service: Service) -> None:
    gp = await service.client("gp")
    request = protected_case(service.network.circle)
    results = await asyncio.gather(*(gp.submit(request) for _attempt in range(4)))
    assert len(set(results)) == 1
    assert len(await gp.cases()) == 1


async def test_what_stops_the_form_stores_nothing(service: Service) -> None:
    gp = await service.client("gp")
    good = protected_case(service.network.circle)
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    wrong = {
        "acute": replace(good.form, acute=True),
        "basis_incomplete": replace(good.form, basis=replace(good.form.basis, how=None)),
        "basis_not_informed": replace(good.form, basis=replace(good.form.basis, informed=False)),
        "basis_in_future": replace(
            good.form, basis=BasisForm(BasisKind.OTHER, tomorrow, informed=True, reason=OtherGround.PUBLIC_TASK)
        ),
        "identifiers_left": replace(good.form, text="Persoon A heeft BSN 111222333."),
    }
    for code, form in wrong.items():
        assert (await refusal(gp.submit(replace(good, form=form)))).code == code
    assert (await refusal(gp.submit(replace(good, circle="nowhere")))).code == "circle_unknown"
    assert await gp.cases() == []


async def test_identifiers_are_refused_with_place_and_kind_and_never_the_text(service: Service) -> None:
    gp = await service.client("gp")
    text = "Persoon A is te bereiken op 06-12345678."
    refused = await refusal(gp.submit(protected_case(service.network.circle, tried=text)))
    assert (refused.status, refused.code) == (422, "identifiers_left")
    assert [(one.field, text[one.start : one.end], one.label, one.hard) for one in refused.places] == [
        ("tried", "06-12345678", "PHONE_NUMBER", True)
    ]
    logged = [one for one in await entries(service.store) if one.event is Event.CASE_SUBMISSION_REFUSED]
    assert [one.reason for one in logged] == ["hard_label"]
