from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from server.protocol.http import BasisForm, RejectedMark
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, OtherGround, OverruleReason
from server.web.pages_cases import basis_sentence
from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service, protected_case


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def submitted(service: Service, **changes: object) -> str:
    """Return a case that waits for its release."""
    submitter = await service.sign_in("gp")
    return await submitter.submit(protected_case(service.network.circle, **changes))


async def test_a_case_is_there_for_its_own_side_and_not_yet_for_the_circle(service: Service) -> None:
    path = f"/casussen/{await submitted(service)}"
    async with Reader(service, "gp") as submitter:
        page = (await submitter.get(path)).text
        assert '<span class="ck-pseudonym">Persoon A</span>' in page
        assert "gepseudonimiseerd" in page
        assert "Casus intrekken" in page
        assert "Vrijgeven voor de kring" not in page
    async with Reader(service, "gp_colleague") as colleague:
        page = (await colleague.get(path)).text
        assert "Vrijgeven voor de kring" in page
        assert "Casus intrekken" not in page
        assert "Wacht op vrijgave door u" in (await colleague.get("/casussen")).text
    async with Reader(service, "ggz") as member:
        assert (await member.get(path)).status_code == 404
        assert "Er zijn geen andere casussen" in (await member.get("/casussen")).text


async def test_a_second_person_releases_and_the_submitter_cannot(service: Service) -> None:
    path = f"/casussen/{await submitted(service)}"
    async with Reader(service, "gp") as submitter:
        refused = await submitter.send(f"{path}/vrijgeven")
        assert refused.status_code == 403
        assert "Een ander dan de inbrenger moet de casus vrijgeven" in refused.text
    async with Reader(service, "gp_colleague") as colleague:
        answer = await colleague.send(f"{path}/vrijgeven")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?gelukt=vrijgegeven")
        assert (
            "De casus is vrijgegeven en staat op de agenda" in (await colleague.get(f"{path}?gelukt=vrijgegeven")).text
        )
        again = await colleague.send(f"{path}/vrijgeven")
        assert again.status_code == 409
    async with Reader(service, "ggz") as member:
        assert (await member.get(path)).status_code == 200
    async with Reader(service, "outsider") as outsider:
        assert (await outsider.get(path)).status_code == 404
        assert (await outsider.send(f"{path}/vrijgeven")).status_code == 404


async def test_marks_that_stayed_are_for_the_releaser_and_not_for_the_circle(service: Service) -> None:
    submitter = await service.sign_in("gp")
    request = protected_case(service.network.circle)
    mark = RejectedMark("text", 0, 7, "LOCATION", OverruleReason.GENERAL_PLACE)
    case = await submitter.submit(replace(request, rejected=(mark,)))
    path = f"/casussen/{case}"
    async with Reader(service, "gp_colleague") as colleague:
        page = (await colleague.get(path)).text
        assert "Plekken die zijn blijven staan" in page
        assert "inbrenger: algemene plaats" in page
        assert '<mark class="nl-mark ck-mark">Betreft' in page
        await colleague.send(f"{path}/vrijgeven")
    async with Reader(service, "ggz") as member:
        page = (await member.get(path)).text
        assert "Betreft" in page
        assert "<mark" not in page
        assert "Plekken die zijn blijven staan" not in page


async def test_withdrawing_asks_once_more_and_then_the_case_is_gone(service: Service) -> None:
    path = f"/casussen/{await submitted(service)}"
    async with Reader(service, "gp_colleague") as colleague:
        assert (await colleague.get(f"{path}/intrekken")).status_code == 404
        assert (await colleague.send(f"{path}/intrekken")).status_code == 404
    async with Reader(service, "gp") as submitter:
        page = (await submitter.get(f"{path}/intrekken")).text
        assert "Dit kan niet ongedaan worden gemaakt." in page
        assert (await submitter.get(path)).status_code == 200
        answer = await submitter.send(f"{path}/intrekken")
        assert (answer.status_code, answer.headers["location"]) == (303, "/casussen?gelukt=ingetrokken")
        listed = (await submitter.get("/casussen?gelukt=ingetrokken")).text
        assert "De sleutel is vernietigd" in listed
        assert "De tekst van deze casus is er niet meer." in listed
        assert (await submitter.get(path)).status_code == 404
        assert (await submitter.get(f"{path}/intrekken")).status_code == 404


async def test_withdrawing_needs_no_agreement_and_reading_does(service: Service) -> None:
    path = f"/casussen/{await submitted(service)}"
    service.clock.offset = timedelta(days=740)
    async with Reader(service, "gp") as submitter:
        refused = await submitter.get(path)
        assert refused.status_code == 403
        assert "De afspraak van uw organisatie is vervallen." in refused.text
        assert (await submitter.get(f"{path}/intrekken")).status_code == 200
        assert (await submitter.send(f"{path}/intrekken")).status_code == 303


async def test_what_was_typed_is_text_and_never_markup(service: Service) -> None:
    path = f"/casussen/{await submitted(service, question='Helpt <u>rust</u> & regelmaat?')}"
    async with Reader(service, "gp") as submitter:
        for page in (path, "/casussen", f"{path}/intrekken"):
            text = (await submitter.get(page)).text
            assert "Helpt &lt;u&gt;rust&lt;/u&gt; &amp; regelmaat?" in text
            assert "<u>rust" not in text


async def test_an_outcome_that_is_not_there_yet_says_so(service: Service) -> None:
    case = await submitted(service)
    async with Reader(service, "gp") as submitter:
        answer = await submitter.get(f"/casussen/{case}/uitkomst")
        assert answer.status_code == 404
        assert "Voor deze casus is nog geen uitkomst vastgelegd." in answer.text


def test_a_basis_is_told_in_one_sentence() -> None:
    on = date(2026, 3, 2)
    how, scope = ConsentHow.WRITTEN, ConsentScope.PSEUDONYMISED_DISCUSSION
    consent = BasisForm(BasisKind.CONSENT, on, informed=True, how=how, scope=scope)
    assert basis_sentence(consent) == (
        "Toestemming, schriftelijk gegeven op 2 maart 2026, voor de gepseudonimiseerde bespreking. "
        "De betrokkene weet van het netwerk."
    )
    other = BasisForm(BasisKind.OTHER, on, reason=OtherGround.PUBLIC_TASK)
    assert basis_sentence(other) == (
        "Andere grond: publieke taak, afgewogen op 2 maart 2026. De betrokkene weet niet van het netwerk."
    )
