"""The privacy officer's desk in a browser: from a question to an overview, and whether everyone can use it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from audit.cards import spoken
from clients.api import Client
from clients.api import new_key as new_command
from clients.officer.cards import open_file, read_file
from clients.officer.keyfile import new_key
from server.demo.network import PASSWORD
from server.protocol import live
from server.protocol.words import IdentifierKind
from tests.browser.conftest import LOOKS, Visitor, Visitors
from tests.support.cards import add, forget, registered
from tests.support.desk import appoint, officer_login
from tests.support.service import Service
from tests.support.table import released_case, sitting
from tests.support.tampering import settled


async def _officer(visitors: Visitors, **options: Any) -> Visitor:
    visitor = await visitors.new(**options)
    form: dict[str, str | float | bool] = {"naam": officer_login("vlier"), "wachtwoord": PASSWORD}
    headers = {"Origin": visitor.origin}
    answer = await visitor.context.request.post(
        f"{visitor.origin}/aanmelden", form=form, headers=headers, max_redirects=0
    )
    assert answer.status == 303
    return visitor


async def test_from_a_question_to_an_overview_by_keyboard(visitors: Visitors, service: Service) -> None:
    case = await released_case(service)
    await (await service.client("ggz")).case(case)
    await appoint(service)
    await settled(service)
    visitor = await _officer(visitors, java_script_enabled=False)
    page = visitor.page
    await visitor.goes_to("/")
    await page.get_by_role("link", name="Toezicht").click()
    await page.get_by_label("Nummer van de casus").fill(case)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Vermeldingen in het logboek")).to_be_visible()
    await expect(page.get_by_text("Een mandaathouder van GGZ Waterkant: casus ingezien")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Bewijs").first.click()
    assert (await download.value).suggested_filename.startswith("bewijs-")
    await page.get_by_role("link", name="Wie heeft deze casus gezien?").click()
    await page.get_by_role("link", name="Overzicht voor de betrokkene").click()
    await expect(page.get_by_role("cell", name="las de casus").first).to_be_visible()
    await expect(page.get_by_text("Samira")).to_have_count(0)
    async with page.expect_download() as text:
        await page.get_by_role("link", name="Als tekst opslaan").click()
    assert "Een mandaathouder van GGZ Waterkant las de casus." in (await (await text.value).path()).read_text()


async def test_a_period_is_signed_off(visitors: Visitors, service: Service) -> None:
    await appoint(service)
    await settled(service)
    visitor = await _officer(visitors)
    page, today = visitor.page, service.clock().date()
    await visitor.goes_to("/toezicht/beoordelingen")
    await expect(page.get_by_text("nog geen periode afgetekend")).to_be_visible()
    await page.get_by_label("Van").fill(str(today - timedelta(days=5)))
    await page.get_by_label("Tot en met").fill(str(today + timedelta(days=5)))
    await page.get_by_role("button", name="Aftekenen").click()
    await expect(page.get_by_role("alert")).to_contain_text("dagen aftekenen die nog moeten komen")
    assert await visitor.problems() == []
    await page.get_by_label("Van").fill(str(today - timedelta(days=5)))
    await page.get_by_label("Tot en met").fill(str(today - timedelta(days=1)))
    await page.get_by_role("button", name="Aftekenen").click()
    await expect(page.get_by_role("status")).to_contain_text("De beoordeling is vastgelegd")
    await page.get_by_role("link", name="Terug naar toezicht").click()
    await expect(page.get_by_text("U tekende op")).to_be_visible()


async def _every_state_of_a_key(service: Service, officer: Client) -> str:
    """Bring the page of keys to where it shows all that it can, and return the key in use."""
    await add(service, "vlier", "weg@voorbeeld.nl", "Zwaantje Vertrokken")
    await registered(officer)
    await forget(service, "Zwaantje Vertrokken")
    _key, revoked = await registered(officer)
    await officer.revoke_key(revoked)
    _key, used = await registered(officer)
    await officer.offer_key(str(new_key(secrets.token_bytes).public))
    return used


async def test_a_key_is_handed_in_compared_and_used(visitors: Visitors, service: Service, tmp_path: Path) -> None:
    await appoint(service)
    await settled(service)
    visitor = await _officer(visitors, java_script_enabled=False)
    page, key, swapped = visitor.page, new_key(secrets.token_bytes), new_key(secrets.token_bytes)
    await visitor.goes_to("/toezicht")
    await page.get_by_role("link", name="Sleutels en kaarten").click()
    await page.get_by_label("Publieke sleutel").fill(str(key.public))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("Vergelijk nu de vingerafdruk")
    await page.get_by_label("Vingerafdruk op uw eigen scherm").fill(spoken(swapped.public.fingerprint))
    await page.get_by_role("button", name="Bevestigen").click()
    await expect(page.get_by_role("alert")).to_contain_text("Deze vingerafdruk is anders")
    await page.get_by_label("Vingerafdruk op uw eigen scherm").fill(spoken(key.public.fingerprint))
    await page.get_by_role("button", name="Bevestigen").click()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Kaarten ophalen").click()
    file = tmp_path / "kaarten.json"
    await (await download.value).save_as(file)
    assert {one.card.name for one in open_file(read_file(file), key).opened} >= {"Hanneke Jansen", "Ruben Smit"}
    await page.get_by_label("Bestand met herverzegelde kaarten").set_input_files(file)
    await page.get_by_role("button", name="Terugbrengen").click()
    await expect(page.get_by_role("status")).to_contain_text("teruggebracht")
    await page.get_by_role("link", name="Intrekken").click()
    await page.get_by_role("button", name="Ja, trek de sleutel in").click()
    await expect(page.get_by_role("status")).to_contain_text("ingetrokken")


@LOOKS
async def test_every_page_of_the_desk_is_accessible_and_fits(
    visitors: Visitors, service: Service, look: dict[str, Any]
) -> None:
    case = await released_case(service)
    await (await service.client("ggz")).case(case)
    revoke = await _every_state_of_a_key(service, await appoint(service))
    await settled(service)
    visitor = await _officer(visitors, **look)
    paths = ["", "/vermeldingen", "/vermeldingen?van=2001-01-01&tot=2001-01-02", "/vermeldingen?van=x"]
    paths += [f"/casus/{case}", f"/casus/{case}/overzicht", "/beoordelingen", "/casus/weg"]
    paths += ["/sleutels", "/sleutels?gelukt=bevestigd", f"/sleutels/{revoke}/intrekken"]
    for path in paths:
        await visitor.goes_to(f"/toezicht{path}")
        await visitor.looks_well(f"desk{path.replace(case, 'nummer').replace(revoke, 'sleutel').replace('?', '-')}")


@LOOKS
async def test_the_records_of_breaches_are_accessible_and_fit(
    visitors: Visitors, service: Service, look: dict[str, Any]
) -> None:
    async with sitting(service) as table:
        await table.open_case()
        said = await table.at["gp"].send(live.Contribute(new_command(), "Zij is de vrouw met de zeven papegaaien."))
        await table.at["social"].send(live.ReportVisible(new_command(), said, IdentifierKind.PERSON))
    await appoint(service)
    visitor = await _officer(visitors, **look)
    page = visitor.page
    await visitor.goes_to("/toezicht")
    await visitor.looks_well("desk-with-a-breach")
    await page.get_by_role("link", name="Bekijk de dossiers").click()
    await visitor.looks_well("breaches")
    await page.get_by_role("link", name="Gemeld op").click()
    await visitor.looks_well("breach-draft")
    await page.get_by_role("button", name="Leg de beoordeling vast").click()
    await expect(page.get_by_role("alert")).to_contain_text("Kies bij elke vraag een antwoord.")
    await visitor.looks_well("breach-wrong")
    await page.get_by_label("Welk risico is er voor de betrokkene?").select_option("some")
    await page.get_by_label("Hebt u het gemeld").select_option("gemeld")
    await page.get_by_label("Is de betrokkene geïnformeerd?").select_option("told")
    await page.get_by_role("button", name="Leg de beoordeling vast").click()
    await expect(page.get_by_role("status")).to_contain_text("De beoordeling is vastgelegd")
    await visitor.looks_well("breach-judged")
    await page.get_by_role("button", name="Sluit het dossier").click()
    await expect(page.get_by_role("status")).to_contain_text("Het dossier is gesloten.")
    await visitor.looks_well("breach-closed")


async def test_only_an_officer_has_the_menu_item(visitors: Visitors) -> None:
    member = await visitors.new("gp")
    await member.goes_to("/")
    await expect(member.page.get_by_role("link", name="Toezicht")).to_have_count(0)
    await member.goes_to("/toezicht")
    await expect(member.page.get_by_role("heading", name="Niet gevonden")).to_be_visible()
