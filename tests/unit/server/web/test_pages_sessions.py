from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service, protected_case


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def test_the_agenda_shows_released_cases_to_the_circle(service: Service) -> None:
    submitter, colleague = await service.sign_in("gp"), await service.sign_in("gp_colleague")
    path = f"/sessies/{service.network.session}"
    async with Reader(service, "ggz") as member:
        assert "Er staat nog niets op de agenda." in (await member.get(path)).text
        case = await submitter.submit(protected_case(service.network.circle))
        assert "Er staat nog niets op de agenda." in (await member.get(path)).text
        await colleague.release(case)
        page = (await member.get(path)).text
        assert f'href="/casussen/{case}">Wie pakt de regie' in page
        assert "nog te bespreken" in page
        assert f'href="{path}/live">Naar de sessie' in page


async def test_an_outsider_finds_no_session_and_a_coordinator_no_room(service: Service) -> None:
    path = f"/sessies/{service.network.session}"
    async with Reader(service, "outsider") as outsider:
        assert (await outsider.get(path)).status_code == 404
        assert (await outsider.get(f"{path}/live")).status_code == 404
    async with Reader(service, "coordinator") as coordinator:
        page = await coordinator.get(path)
        assert page.status_code == 200
        assert "Naar de sessie" not in page.text
        refused = await coordinator.get(f"{path}/live")
        assert refused.status_code == 404
        assert "U hebt geen plaats in deze kring." in refused.text


async def test_the_live_page_says_what_to_do_without_scripts_and_brings_its_setup(service: Service) -> None:
    async with Reader(service, "gp") as member:
        page = (await member.get(f"/sessies/{service.network.session}/live")).text
        assert re.search(r"<noscript>.*Zet JavaScript aan.*</noscript>", page, re.DOTALL)
        found = re.search(r'data-setup="([^"]*)"', page)
        assert found
        setup = json.loads(html.unescape(found[1]))
        assert setup["session"] == service.network.session
        assert setup["labels"]["PHONE_NUMBER"] == "telefoonnummer"
        assert list(setup["fields"])[:2] == ["question", "why_now"]
        assert re.compile(setup["pseudonym"]).fullmatch("Persoon A")
