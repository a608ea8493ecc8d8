"""A case typed on a page of the service: with the keyboard alone, and whether everyone can use every step of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Error, Locator, Page, expect

from server.demo.network import ADMINISTRATOR, PASSWORD
from tests.browser.conftest import LOOKS, Visitors

PAGE = "/casussen/nieuw"
PROTECTED = "Persoon A krijgt hulp van Persoon B en wacht op de schuldhulp."
SOFT = "Op de markt sprak Kees met de schuldhulp."
HARD = "Persoon A is te bereiken op 06-83920174."


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus."""
    for _press in range(60):
        if await wanted.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not get there")


async def writes(page: Page, label: str, words: str) -> None:
    """Go to a field with the keyboard and write these words instead of what stands there."""
    await tab_to(page, page.get_by_label(label))
    await page.keyboard.press("Control+a")
    await page.keyboard.insert_text(words)


async def picks(page: Page, wanted: Locator, *keys: str) -> None:
    """Go to a choice with the keyboard and press these keys there."""
    await tab_to(page, wanted)
    for key in keys:
        await page.keyboard.press(key)


async def fills_in(page: Page, text: str) -> None:
    """Fill the form in from top to bottom with the keyboard and press the button that checks."""
    await picks(page, page.get_by_role("radio", name="Nee"), "Space")
    await picks(page, page.get_by_role("radio", name="een partner vraagt om hulp"), "Space", "ArrowDown")
    await writes(page, "Eén concrete vraag aan de kring", "Wie pakt de regie?")
    await writes(page, "Waarom nu", "De huurschuld loopt op.")
    await writes(page, "Wat is er nieuw", "Persoon A vraagt om hulp.")
    await writes(page, "Beschrijving", text)
    await picks(page, page.get_by_role("checkbox"), "Space")
    await picks(page, page.get_by_role("radio", name="Toestemming van de betrokkene"), "Space")
    await picks(page, page.get_by_label("Hoe gegeven"), "ArrowDown")
    await picks(page, page.get_by_label("Waarvoor"), "ArrowDown")
    await picks(page, page.locator("summary"), "Enter")
    await writes(page, "Wachten", "Op behandeling.")
    await picks(page, page.get_by_role("button", name="Controleren"), "Enter")


async def test_a_case_is_typed_mended_decided_and_sent_with_the_keyboard_alone(visitors: Visitors) -> None:
    visitor = await visitors.new("gp")
    page = visitor.page
    await visitor.goes_to("/casussen")
    await picks(page, page.get_by_role("link", name="Nieuwe casus"), "Enter")
    await expect(page.get_by_role("heading", name="Nieuwe casus")).to_be_visible()
    await fills_in(page, HARD)

    problem = page.get_by_role("alert")
    await expect(problem).to_be_focused()
    await expect(problem).to_contain_text("niet verstuurd en niet bewaard")
    await expect(page.get_by_label("Beschrijving")).to_have_value(HARD)
    await expect(page.get_by_role("row", name="telefoonnummer")).to_contain_text("06-83920174")
    await writes(page, "Beschrijving", SOFT)
    await picks(page, page.get_by_role("button", name="Controleren"), "Enter")

    choice = page.get_by_label("Wat doet u met “Kees”")
    await expect(choice).to_be_visible()
    await picks(page, choice, "ArrowDown", "ArrowDown")
    await picks(page, page.get_by_role("button", name="Controleer opnieuw"), "Enter")

    await expect(page.get_by_role("heading", name="Zo ziet de kring de casus")).to_be_visible()
    await expect(page.get_by_role("row", name="inbrenger: geen persoon uit de casus")).to_be_visible()
    await picks(page, page.get_by_role("button", name="Verstuur"), "Enter")
    await expect(page.get_by_role("status")).to_contain_text("Een tweede persoon moet hem nog vrijgeven")
    await expect(page.get_by_role("link", name="Wie pakt de regie?")).to_have_count(1)


async def test_a_double_click_is_one_case_and_the_browser_keeps_no_page_with_the_words(visitors: Visitors) -> None:
    visitor = await visitors.new("gp")
    page = visitor.page
    await visitor.goes_to(PAGE)
    await fills_in(page, PROTECTED)
    await page.get_by_role("button", name="Verstuur").dblclick()
    sent = page.get_by_role("link", name="Wie pakt de regie?")
    await expect(sent).to_have_count(1)
    # The browser kept no page with these words in it: it asks whether to send the form again.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        await page.go_back()


async def test_the_form_works_without_scripts(visitors: Visitors) -> None:
    visitor = await visitors.new("gp", java_script_enabled=False)
    page = visitor.page
    await visitor.goes_to(PAGE)
    await page.get_by_role("radio", name="Ja").check()
    await page.get_by_label("Beschrijving").fill(PROTECTED)
    await page.get_by_role("button", name="Controleren").click()
    await expect(page.get_by_role("alert")).to_contain_text("Veilig Thuis, 0800-2000")
    await page.get_by_role("button", name="Terug naar het formulier").click()
    await expect(page.get_by_label("Beschrijving")).to_have_value(PROTECTED)
    await page.get_by_role("button", name="Controleren").click()
    await page.get_by_role("link", name="Kies de aanleiding.").click()
    assert page.url.endswith("#aanleiding")


@LOOKS
async def test_every_step_is_accessible_and_fits(visitors: Visitors, look: dict[str, Any]) -> None:
    visitor = await visitors.new("gp", **look)
    page = visitor.page
    check = page.get_by_role("button", name="Controleren")
    await visitor.goes_to("/casussen")
    await visitor.looks_well("submit-list")
    await visitor.goes_to(PAGE)
    await visitor.looks_well("submit-empty")
    await page.get_by_text("Meer voor de kring").click()
    await check.click()
    await expect(page.get_by_role("alert")).to_contain_text("Kies de aanleiding.")
    await visitor.looks_well("submit-lacking")
    await page.locator("summary").evaluate("one => one.parentElement.open = false")
    await fills_in(page, f"{HARD} {SOFT} Mail naar {'zeer-' * 20}lang@voorbeeld.nl.")
    await expect(page.get_by_text("Beslis over deze plekken")).to_be_visible()
    await visitor.looks_well("submit-refused")
    await page.get_by_label("Beschrijving").fill(SOFT + " Zij is 36 jaar.")
    await page.get_by_label("Wat doet u met “Kees”").select_option(index=1)
    await check.click()
    await page.get_by_label("Wat doet u met “Kees”").select_option(index=1)
    await check.click()
    await expect(page.get_by_role("button", name="Verstuur")).to_be_visible()
    await visitor.looks_well("submit-ready")
    await page.get_by_role("button", name="Terug naar het formulier").click()
    await visitor.looks_well("submit-back")
    await page.get_by_role("radio", name="Ja").check()
    await check.click()
    await visitor.looks_well("submit-acute")


async def test_who_cannot_submit_reads_why_on_a_page_that_everyone_can_use(visitors: Visitors) -> None:
    visitor = await visitors.new()
    await visitor.goes_to("/aanmelden")
    await visitor.page.get_by_label("Inlognaam").fill(ADMINISTRATOR.login)
    await visitor.page.get_by_label("Wachtwoord").fill(PASSWORD)
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_role("heading", name="Mijn kringen")).to_be_visible()
    await visitor.goes_to("/casussen")
    await expect(visitor.page.get_by_text("Een beheerder leest en schrijft geen casussen.")).to_be_visible()
    await expect(visitor.page.get_by_role("link", name="Nieuwe casus")).to_have_count(0)
    await visitor.goes_to(PAGE)
    await expect(visitor.page.get_by_role("heading", name="U kunt hier geen casus inbrengen")).to_be_visible()
    await visitor.looks_well("submit-not")
