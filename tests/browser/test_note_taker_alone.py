"""A whole case in which only the note-taker touches anything: the others are marked present, one reads along."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE_MS, Visitors
from tests.browser.test_live_session import at_the_table, opened_case, released_case
from tests.support.service import Service

MOST_ACTIONS = 40


@dataclass
class Hands:
    """What the note-taker does, counted: a click, a key, and a text typed in a field are one each."""

    page: Page
    actions: int = 0

    async def press(self, name: str) -> None:
        """Click a button once it can be used."""
        button = self.page.get_by_role("button", name=name, exact=True)
        await expect(button).not_to_have_attribute("aria-disabled", "true", timeout=PATIENCE_MS)
        await button.click()
        self.actions += 1

    async def key(self, key: str, on: Locator | None = None) -> None:
        """Press a key; going to another choice first is an action too."""
        if on is not None:
            await on.focus()
            self.actions += 1
        await self.page.keyboard.press(key)
        self.actions += 1

    async def types(self, label: str, text: str) -> None:
        """Fill in a field."""
        await self.page.get_by_label(label).fill(text)
        self.actions += 1


def choice(page: Page, name: str) -> Locator:
    """Return the first option of a choice, where Tab comes in."""
    return page.get_by_role("group", name=name).get_by_role("radio").first


async def test_a_whole_case_goes_with_one_typist_in_fewer_than_40_actions(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    [scribe] = await at_the_table(visitors, service, "social")
    hands, page = Hands(scribe.page), scribe.page
    opening = page.get_by_role("button", name="Open de sessie")
    await expect(opening).to_have_count(0)
    for name in ("Hanneke Jansen", "Samira El Amrani"):
        await hands.press(name)
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-pressed", "true", timeout=PATIENCE_MS
        )
    await hands.press("Neem het voorzitten over")
    await scribe.looks_well("desk-attendance")
    phone = await visitors.new("gp", viewport={"width": 390, "height": 800})
    await phone.goes_to(f"/sessies/{service.network.session}/live")
    # The GP came in themselves after all, and only reads: there is nothing left to tick.
    await expect(page.get_by_role("button", name="Hanneke Jansen", exact=True)).to_have_count(0, timeout=PATIENCE_MS)
    await hands.press("Open de sessie")
    await hands.press("Leg op tafel")
    for phase in ("Vragen", "Ronde per domein", "Besluit"):
        await hands.press(f"Volgende fase: {phase}")

    await hands.types("Verslag van deze casus", "Persoon A wacht; het wijkteam overbrugt.")
    await hands.press("Leg het verslag vast")
    await expect(page.get_by_text("Er is nog niets veranderd.")).to_be_visible(timeout=PATIENCE_MS)
    await hands.key("a", choice(page, "Soort uitkomst"))
    await expect(page.get_by_label("overbruggende ondersteuning")).to_be_checked()
    await expect(page.get_by_label("overbruggende ondersteuning")).to_be_focused()
    await hands.types("Wat adviseert de kring?", "Het wijkteam gaat wekelijks langs bij Persoon A.")
    await hands.key("3", choice(page, "Welk domein is aan zet?"))
    await scribe.looks_well("desk-outcome")
    await hands.press("Leg de uitkomst vast")
    await hands.press("Volgende fase: Knelpunt?")
    await hands.key("2", choice(page, "Is er een structureel knelpunt?"))
    await hands.key("4", choice(page, "Soort"))
    await hands.types("Titel", "Schulden en behandeling wachten op elkaar")
    await scribe.looks_well("desk-bottleneck")
    await hands.press("Leg het antwoord vast")
    await expect(page.get_by_text("Ja, nieuw: Schulden")).to_be_visible(timeout=PATIENCE_MS)
    await expect(phone.page.get_by_text("Ja, nieuw: Schulden")).to_be_visible(timeout=PATIENCE_MS)
    await expect(phone.page.get_by_text("Het wijkteam gaat wekelijks langs bij")).to_be_visible()
    await phone.looks_well("desk-read-along")
    await hands.press("Sluit de casus")
    await expect(page.get_by_text("De agenda is af.")).to_be_visible(timeout=PATIENCE_MS)
    assert hands.actions < MOST_ACTIONS, hands.actions


async def test_a_member_on_a_phone_reads_along_and_keys_do_nothing_in_a_text_field(
    visitors: Visitors, service: Service
) -> None:
    await released_case(service)
    [scribe] = await at_the_table(visitors, service, "social")
    path = f"/sessies/{service.network.session}/live"
    phone = await visitors.new("ggz", viewport={"width": 390, "height": 800}, color_scheme="dark")
    await phone.goes_to(path)
    await expect(phone.page.get_by_text("Verbonden", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    hands, page = Hands(scribe.page), scribe.page
    await hands.press("Hanneke Jansen")
    people = phone.page.get_by_role("region", name="Aan tafel")
    await expect(people.get_by_text("aangevinkt als aanwezig")).to_be_visible(timeout=PATIENCE_MS)
    chair = Hands(phone.page)
    await chair.press("Open de sessie")
    await chair.press("Leg op tafel")
    for phase in ("Vragen", "Ronde per domein", "Besluit"):
        await chair.press(f"Volgende fase: {phase}")
    text = page.get_by_label("Wat adviseert de kring?")
    await text.press_sequentially("3a")
    await expect(text).to_have_value("3a")
    await expect(page.get_by_label("advies aan de inbrenger")).to_be_checked()
    await choice(page, "Soort uitkomst").focus()
    await page.keyboard.press("Control+c")
    await page.keyboard.press("z")
    await expect(page.get_by_label("advies aan de inbrenger")).to_be_checked()
    await hands.press("Hanneke Jansen herkent de persoon")
    await hands.press("Ja, doet niet mee")
    await expect(people.get_by_text("doet niet mee bij deze casus")).to_be_visible(timeout=PATIENCE_MS)
    await phone.looks_well("desk-phone")
    record = page.get_by_role("button", name="Leg de uitkomst vast")
    await expect(record).to_have_accessible_description("Dit kan als alle drie de domeinen aanwezig zijn.")
    await scribe.looks_well("desk-recused")


async def test_minutes_of_another_are_shown_and_what_was_typed_stays(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    chair, gp, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)
    hands, other = Hands(scribe.page), Hands(chair.page)
    for one in (hands, other):
        await expect(one.page.get_by_label("Verslag van deze casus")).to_be_visible(timeout=PATIENCE_MS)
    await hands.types("Verslag van deze casus", "Mijn tekst over Persoon A.")
    await other.types("Verslag van deze casus", "De tekst van de voorzitter.")
    await other.press("Leg het verslag vast")
    warning = scribe.page.get_by_role("alert").filter(has_text="intussen veranderd")
    await expect(warning.get_by_text("De tekst van de voorzitter.")).to_be_visible(timeout=PATIENCE_MS)
    await expect(scribe.page.get_by_label("Verslag van deze casus")).to_have_value("Mijn tekst over Persoon A.")
    await scribe.looks_well("desk-minutes-changed")
    await hands.press("Ik heb het vergeleken, ga door met mijn tekst")
    await hands.press("Leg het verslag vast")
    read = gp.page.get_by_role("region", name="Verslag")
    await expect(read.get_by_text("Mijn tekst over Persoon A.")).to_be_visible(timeout=PATIENCE_MS)
    await expect(chair.page.get_by_label("Verslag van deze casus")).to_have_value("Mijn tekst over Persoon A.")
