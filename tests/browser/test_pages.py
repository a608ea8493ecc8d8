"""The pages in a browser: signing in, releasing, withdrawing, and whether everyone can use them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from playwright.async_api import expect

from server.demo.network import PASSWORD, PEOPLE
from server.protocol.http import RejectedMark
from server.protocol.words import OverruleReason
from tests.browser.conftest import LOOKS, Visitors
from tests.support.service import Service, protected_case


async def test_signing_in_takes_two_tries_and_signing_out_ends_it(visitors: Visitors) -> None:
    visitor = await visitors.new()
    page = visitor.page
    await visitor.goes_to("/knelpunten")
    await page.get_by_label("Inlognaam").fill(PEOPLE["gp"].login)
    await page.get_by_label("Wachtwoord").fill("verkeerd wachtwoord")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Deze combinatie van naam en wachtwoord klopt niet.")
    assert await visitor.problems() == []
    await page.get_by_label("Inlognaam").fill(PEOPLE["gp"].login)
    await page.get_by_label("Wachtwoord").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Structurele knelpunten")).to_be_visible()
    [cookie] = await visitor.context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
    await page.get_by_role("button", name="Afmelden").click()
    await expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()
    await visitor.goes_to("/")
    await expect(page.get_by_role("heading", name="Aanmelden")).to_be_visible()


async def test_a_case_is_read_released_and_withdrawn(visitors: Visitors, service: Service) -> None:
    submitter = await service.sign_in("gp")
    case = await submitter.submit(protected_case(service.network.circle))
    colleague = await visitors.new("gp_colleague")
    await colleague.goes_to("/")
    await colleague.page.get_by_role("link", name="Casussen").click()
    await colleague.page.get_by_role("link", name="Wie pakt de regie").click()
    await colleague.page.get_by_role("button", name="Vrijgeven voor de kring").click()
    await expect(colleague.page.get_by_role("status")).to_contain_text("De casus is vrijgegeven")

    owner = await visitors.new("gp")
    await owner.goes_to(f"/casussen/{case}")
    await owner.page.get_by_role("link", name="Casus intrekken").click()
    await owner.page.get_by_role("link", name="Nee, terug").click()
    await owner.page.get_by_role("link", name="Casus intrekken").click()
    await owner.page.get_by_role("button", name="Ja, trek de casus in").click()
    await expect(owner.page.get_by_role("status")).to_contain_text("De sleutel is vernietigd")


@LOOKS
async def test_every_page_is_accessible_and_fits(visitors: Visitors, service: Service, look: dict[str, Any]) -> None:
    submitter = await service.sign_in("gp")
    kept = RejectedMark("text", 0, 7, "LOCATION", OverruleReason.GENERAL_PLACE)
    case = await submitter.submit(replace(protected_case(service.network.circle), rejected=(kept,)))
    session = f"/sessies/{service.network.session}"
    paths = {
        "gp": [f"/casussen/{case}", f"/casussen/{case}/intrekken", session, f"{session}/live", "/knelpunten", "/weg"],
        "social_deputy": ["/casussen/nieuw"],
        "gp_colleague": ["/", "/casussen", f"/casussen/{case}"],
    }
    for who, mine in paths.items():
        visitor = await visitors.new(who, **look)
        for path in mine:
            await visitor.goes_to(path)
            await visitor.looks_well(f"{who}{path.replace(case, 'nummer').replace(service.network.session, 'nummer')}")


async def test_the_first_tab_leads_to_the_content(visitors: Visitors) -> None:
    visitor = await visitors.new("gp")
    await visitor.goes_to("/casussen")
    await visitor.page.keyboard.press("Tab")
    skip = visitor.page.get_by_role("link", name="Naar de inhoud")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("main")).to_be_focused()
