"""What slipped through, in a browser: from the form on the service's page to the list and the new version here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from clients.station.draft import Draft
from tests.browser.conftest import LOOKS, Visitor, Visitors
from tests.support.service import Service
from tests.support.slipped import NICKNAME, refreshed, reported, sent_and_released
from tests.support.station import PASSPHRASE, Station, served


@pytest.fixture
async def station(service: Service, tmp_path: Path) -> AsyncIterator[Station]:
    """A station beside the service; `served` serves it once something was sent."""
    made = Station(service, tmp_path / "station", service.clock)
    yield made
    made.close()


async def signed_in(visitors: Visitors, station: Station, **options: Any) -> Visitor:
    """Return the submitter at the station."""
    visitor = await visitors.new(**options)
    visitor.origin = station.origin
    await visitor.goes_to("/aanmelden")
    await visitor.page.get_by_label("Uw naam").fill("gp")
    await visitor.page.locator("#wachtzin").fill(PASSPHRASE)
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_role("heading", name="Casussen van dit station")).to_be_visible()
    return visitor


async def fetched(station: Station, *, report: bool = True) -> Draft:
    """Send a case, let a reader report what slipped through, and fetch it."""
    desk, sent = await sent_and_released(station)
    if report:
        await reported(station, sent)
        await refreshed(station, desk)
    station.close()
    return sent


@LOOKS
async def test_the_list_is_accessible_and_fits(visitors: Visitors, station: Station, look: dict[str, Any]) -> None:
    await fetched(station)
    async with served(station):
        visitor = await signed_in(visitors, station, **look)
        page = visitor.page
        await visitor.looks_well("station-home-missed")
        await page.get_by_role("link", name="Bekijk wat is gemist (1)").click()
        await expect(page.get_by_role("heading", name="Wat is gemist")).to_be_visible()
        await expect(page.get_by_text(f"‘{NICKNAME}’ in Beschrijving")).to_be_visible()
        await visitor.looks_well("station-missed")
        page.on("dialog", lambda dialog: dialog.accept())
        await page.get_by_role("button", name="Trek in en pas aan").click()
        await expect(page.get_by_text("De oude versie is ingetrokken")).to_be_visible()
        await expect(page.locator(".ck-side--protected").first).not_to_contain_text(NICKNAME)
        await visitor.goes_to("/gemist")
        await expect(page.get_by_text("een nieuwe versie gemaakt")).to_be_visible()
        await visitor.looks_well("station-missed-mended")


async def test_without_a_report_the_page_says_so(visitors: Visitors, station: Station) -> None:
    await fetched(station, report=False)
    async with served(station):
        visitor = await signed_in(visitors, station)
        await expect(visitor.page.get_by_role("link", name="Bekijk wat is gemist")).to_have_count(0)
        await visitor.goes_to("/gemist")
        await expect(visitor.page.get_by_text("Er is niets gemeld.")).to_be_visible()
        await visitor.looks_well("station-missed-none")


@LOOKS
async def test_a_reader_reports_on_the_page_of_the_case(
    visitors: Visitors, station: Station, look: dict[str, Any]
) -> None:
    sent = await fetched(station, report=False)
    reader = await visitors.new("ggz", **look)
    page = reader.page
    await reader.goes_to(f"/casussen/{sent.case}")
    await page.get_by_label("Welke woorden zijn herkenbaar?").fill("staat er niet")
    await page.get_by_role("button", name="Meld deze plek").click()
    await expect(page.get_by_role("alert")).to_contain_text("Deze woorden staan niet in dit deel")
    await reader.looks_well("service-report-refused")
    await page.get_by_label("Welke woorden zijn herkenbaar?").fill(NICKNAME.upper())
    await page.get_by_role("button", name="Meld deze plek").click()
    await expect(page.get_by_role("status")).to_contain_text("Gemeld.")
    own = await visitors.new("gp", **look)
    await own.goes_to(f"/casussen/{sent.case}")
    await expect(own.page.get_by_text(f"gemeld: ‘{NICKNAME}’ in Beschrijving").first).to_be_visible()
    await own.looks_well("service-reported")
