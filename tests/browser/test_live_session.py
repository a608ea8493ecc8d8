"""A whole session as three people see it: each in a browser, through the real service."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page, expect

from server.protocol.live import Close
from tests.browser.conftest import LOOKS, PATIENCE_MS, Visitor, Visitors
from tests.support.service import Service, protected_case

SOON_MS = PATIENCE_MS


async def released_case(service: Service) -> str:
    """Return a case that is on the agenda of the region's session."""
    submitter, colleague = await service.sign_in("gp"), await service.sign_in("gp_colleague")
    case = await submitter.submit(protected_case(service.network.circle))
    await colleague.release(case)
    return case


async def at_the_table(visitors: Visitors, service: Service, *who: str) -> list[Visitor]:
    """Return these members, each in the live session."""
    path = f"/sessies/{service.network.session}/live"
    found = [await visitors.new(one) for one in who]
    for one in found:
        await one.goes_to(path)
        await expect(one.page.get_by_text("Verbonden", exact=True)).to_be_visible(timeout=SOON_MS)
    return found


async def press(page: Page, name: str) -> None:
    """Press a button by its name, once it can be used."""
    button = page.get_by_role("button", name=name, exact=True)
    await expect(button).not_to_have_attribute("aria-disabled", "true", timeout=SOON_MS)
    await button.click()


async def opened_case(chair: Visitor) -> None:
    """Let the chair open the session and put its one case on the table."""
    await press(chair.page, "Open de sessie")
    await press(chair.page, "Leg op tafel")
    await expect(chair.page.get_by_role("heading", name="Casus op tafel: Inbreng")).to_be_visible(timeout=SOON_MS)


async def says(visitor: Visitor, text: str) -> None:
    """Type a contribution and send it with Enter."""
    box = visitor.page.get_by_label("Uw bijdrage")
    await box.fill(text)
    await box.press("Enter")


async def hears(visitor: Visitor, text: str) -> None:
    """Wait until a contribution is there, exactly once."""
    talk = visitor.page.get_by_role("region", name="Bijdragen")
    await expect(talk.get_by_text(text, exact=True)).to_have_count(1, timeout=SOON_MS)


async def test_a_session_from_opening_to_seal(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    [chair] = await at_the_table(visitors, service, "ggz")
    opening = chair.page.get_by_role("button", name="Open de sessie")
    await expect(opening).to_have_attribute("aria-disabled", "true")
    await expect(opening).to_have_accessible_description("Dit kan als alle drie de domeinen aanwezig zijn.")

    submitter, scribe = await at_the_table(visitors, service, "gp", "social")
    await opened_case(chair)
    await expect(submitter.page.get_by_text("Betreft Persoon A, 35-39 jaar")).to_be_visible(timeout=SOON_MS)
    await says(submitter, "De huur is nu twee maanden niet betaald.")
    await hears(scribe, "De huur is nu twee maanden niet betaald.")
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_have_value("")
    announced = scribe.page.locator("[aria-live=polite]")
    await expect(announced).to_contain_text("Hanneke Jansen, huisarts: De huur is nu", timeout=SOON_MS)
    await scribe.looks_well("live-discussion")

    for phase in ("Vragen", "Ronde per domein", "Besluit"):
        await press(chair.page, f"Volgende fase: {phase}")
    await _record_outcome(scribe.page)
    await expect(submitter.page.get_by_text("Overbruggende ondersteuning").first).to_be_visible(timeout=SOON_MS)

    await press(chair.page, "Volgende fase: Knelpunt?")
    await _record_bottleneck(scribe.page)
    await scribe.looks_well("live-bottleneck")
    await press(chair.page, "Sluit de casus")
    await press(chair.page, "Sluit en verzegel de sessie")
    await press(chair.page, "Ja, sluit en verzegel")
    await expect(submitter.page.get_by_text("Er is 1 casus besproken.")).to_be_visible(timeout=SOON_MS)
    await submitter.looks_well("live-sealed")

    await submitter.page.get_by_role("link", name="Lees de uitkomst").click()
    await expect(submitter.page.get_by_role("heading", name="overbruggende ondersteuning")).to_be_visible()
    await expect(submitter.page.get_by_text("Het wijkteam gaat wekelijks langs bij Persoon A.")).to_be_visible()
    await submitter.goes_to("/knelpunten")
    await expect(submitter.page.get_by_role("rowheader", name="Schulden en behandeling wachten")).to_be_visible()
    await submitter.looks_well("bottlenecks")


async def _record_outcome(page: Page) -> None:
    await page.get_by_label("overbruggende ondersteuning").check()
    await page.get_by_label("Wat adviseert de kring?").fill("Het wijkteam gaat wekelijks langs bij Persoon A.")
    await page.get_by_role("group", name="Welk domein is aan zet?").get_by_label("sociaal domein").check()
    await press(page, "Leg de uitkomst vast")
    await expect(page.get_by_role("button", name="Uitkomst veranderen")).to_be_visible(timeout=SOON_MS)


async def _record_bottleneck(page: Page) -> None:
    await page.get_by_label("Ja, een nieuw knelpunt").check()
    await page.get_by_label("K4 domeinen wachten op elkaar").check()
    await page.get_by_label("Titel").fill("Schulden en behandeling wachten op elkaar")
    await press(page, "Leg het antwoord vast")
    await expect(page.get_by_text("Ja, nieuw: Schulden")).to_be_visible(timeout=SOON_MS)


KEEP_WHAT_IS_SENT = """() => {
    window.sent = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (frame) { window.sent.push(frame); return send.call(this, frame); };
    const ask = window.fetch;
    window.fetch = (...asked) => { window.sent.push(JSON.stringify(asked)); return ask(...asked); };
}"""


async def test_a_held_message_is_for_its_author_alone(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    chair, submitter, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)

    typed = "Haar nummer is 06 12345678, bel gerust."
    await submitter.page.evaluate(KEEP_WHAT_IS_SENT)
    await submitter.page.get_by_label("Uw bijdrage").fill(typed)
    hint = submitter.page.get_by_role("status").filter(has_text="Hier lijkt herkenbaars te staan")
    await expect(hint).to_contain_text("een telefoonnummer")
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_be_focused()
    assert "12345678" not in await submitter.page.evaluate("window.sent.join()")
    await submitter.looks_well("live-hint")
    await says(submitter, typed)
    panel = submitter.page.get_by_role("group", name="Vastgehouden bericht")
    await expect(panel.get_by_text("Uw bericht is vastgehouden.")).to_be_visible(timeout=SOON_MS)
    await expect(panel.get_by_text("(telefoonnummer)")).to_be_visible()
    await expect(panel.get_by_text("Daar is geen uitzondering op.")).to_be_visible()
    await expect(panel.get_by_role("button", name="Toch versturen zoals getypt")).to_have_count(0)
    assert "12345678" in await submitter.page.evaluate("window.sent.join()")
    await submitter.looks_well("live-held")
    await press(submitter.page, "Stuur het voorstel")
    await hears(scribe, "Haar nummer is telefoonnummer A, bel gerust.")
    assert "12345678" not in await scribe.page.content()
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_be_focused()
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_have_value("")

    soft = "De opname was op 12 maart 2024."
    await says(submitter, soft)
    await expect(panel).to_be_visible(timeout=SOON_MS)
    overrule = panel.get_by_role("button", name="Toch versturen zoals getypt")
    await expect(overrule).to_have_accessible_description("Kies eerst een reden.")
    await panel.get_by_label("Klopt het niet?").select_option("ordinary_word")
    await overrule.click()
    await hears(scribe, soft)

    mail = "Mail naar iemand@voorbeeld.nl graag."
    await says(submitter, mail)
    await press(submitter.page, "Pas aan")
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_have_value(mail)
    await says(submitter, mail)
    await expect(panel).to_be_visible(timeout=SOON_MS)
    service.app.state.context.hub._holds.clear()  # what a restart would do
    await press(submitter.page, "Stuur het voorstel")
    await expect(submitter.page.get_by_role("alert")).to_contain_text("Dit bericht wordt niet meer vastgehouden.")
    await expect(submitter.page.get_by_label("Uw bijdrage")).to_have_value(mail)
    await says(submitter, "Mail mij graag.")
    await hears(scribe, "Mail mij graag.")


async def test_a_broken_connection_comes_back_and_loses_and_repeats_nothing(
    visitors: Visitors, service: Service
) -> None:
    await released_case(service)
    chair, submitter, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)
    await says(scribe, "Voor de breuk.")
    await hears(submitter, "Voor de breuk.")

    hub = service.app.state.context.hub
    room = hub._rooms[service.network.session]  # no door to break a connection from outside
    member = service.network.members["gp"]
    for connection in list(room.connections.values()):
        if connection.actor.member == member:
            connection.close(Close.SLOW)
    await says(scribe, "Tijdens de breuk.")
    await hears(submitter, "Tijdens de breuk.")
    await hears(submitter, "Voor de breuk.")
    await expect(submitter.page.get_by_text("Verbonden", exact=True)).to_be_visible(timeout=SOON_MS)
    await says(submitter, "Na de breuk.")
    await hears(scribe, "Na de breuk.")


async def test_who_recognises_the_person_leaves_the_case_at_once(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    chair, submitter, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)
    await says(submitter, "Persoon A slaapt slecht.")
    await hears(scribe, "Persoon A slaapt slecht.")

    await press(scribe.page, "Ik herken deze persoon")
    await scribe.looks_well("live-recused")
    await press(scribe.page, "Nee, terug")
    await expect(scribe.page.get_by_role("button", name="Ik herken deze persoon")).to_be_focused()
    await press(scribe.page, "Ik herken deze persoon")
    await press(scribe.page, "Ja, ik herken deze persoon")
    await expect(scribe.page.get_by_text("U doet niet mee aan deze casus.")).to_be_visible(timeout=SOON_MS)
    left = await scribe.page.locator("#live").inner_text()
    assert "slaapt slecht" not in left
    assert "Betreft Persoon A" not in left
    await expect(scribe.page.get_by_role("heading", name=re.compile("Casus op tafel"))).to_be_focused()
    await expect(chair.page.get_by_text("doet niet mee bij deze casus").first).to_be_visible(timeout=SOON_MS)


@LOOKS
async def test_another_leads_when_the_chair_drops_out_and_the_chair_takes_it_back(
    visitors: Visitors, service: Service, look: dict[str, Any]
) -> None:
    await released_case(service)
    chair, scribe = await at_the_table(visitors, service, "ggz", "social")
    submitter = await visitors.new("gp", **look)
    await submitter.goes_to(f"/sessies/{service.network.session}/live")
    await opened_case(chair)
    takes_over = submitter.page.get_by_role("button", name="Neem het voorzitten over")
    await expect(takes_over).to_have_count(0)
    await chair.page.close()
    await expect(takes_over).to_be_visible(timeout=SOON_MS)
    await submitter.looks_well("live-chair-away")
    await takes_over.focus()
    await submitter.page.keyboard.press("Enter")
    await press(submitter.page, "Volgende fase: Vragen")
    await expect(scribe.page.get_by_text("Hanneke Jansen, voorzitter")).to_be_visible(timeout=SOON_MS)
    await submitter.looks_well("live-chair-taken")

    [back] = await at_the_table(visitors, service, "ggz")
    await press(back.page, "Zit zelf weer voor")
    await back.page.get_by_text("Laat een ander voorzitten").click()
    await back.page.get_by_label("Wie zit verder voor?").select_option(label="Marloes Bos")
    await press(back.page, "Draag over")
    onward = scribe.page.get_by_role("button", name="Volgende fase: Ronde per domein")
    await expect(onward).to_be_visible(timeout=SOON_MS)


async def test_a_message_that_shows_something_recognisable_goes_for_everyone(
    visitors: Visitors, service: Service
) -> None:
    await released_case(service)
    chair, submitter, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)
    visible, other = "Zij is de vrouw met de zeven papegaaien.", "Persoon A slaapt slecht."
    await says(submitter, visible)
    await hears(scribe, visible)
    await says(scribe, other)
    await hears(chair, other)

    # By keyboard alone: to the message, the question, the kind, and yes.
    report = scribe.page.get_by_role("button", name="Herkenbaar? Bericht van Hanneke Jansen")
    await report.focus()
    await scribe.page.keyboard.press("Enter")
    question = scribe.page.get_by_role("dialog", name="Staat hier iets herkenbaars?")
    await expect(question).to_be_visible(timeout=SOON_MS)
    await scribe.looks_well("live-visible")
    await scribe.page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(report).to_be_focused()
    await scribe.page.keyboard.press("Enter")
    await question.get_by_label("Waar lijkt het op?").select_option("PERSON")
    await press(scribe.page, "Ja, scherm dit bericht af")

    for one in (scribe, submitter, chair):
        gone = one.page.get_by_text("Afgeschermd: hier stond iets herkenbaars.")
        await expect(gone).to_be_visible(timeout=SOON_MS)
        await expect(one.page.locator("[aria-live=polite]")).to_contain_text("Een bericht is afgeschermd.")
        assert "papegaaien" not in await one.page.content()
        await hears(one, other)
        await expect(one.page.get_by_role("button", name="Herkenbaar? Bericht van")).to_have_count(1)
    await expect(question).to_have_count(0)
    await scribe.looks_well("live-blanked")
    await submitter.page.reload()
    await hears(submitter, other)
    await expect(submitter.page.get_by_text("Afgeschermd: hier stond iets herkenbaars.")).to_be_visible()
    assert "papegaaien" not in await submitter.page.content()


async def test_a_case_that_shows_something_recognisable_leaves_the_table(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    chair, submitter, scribe = await at_the_table(visitors, service, "ggz", "gp", "social")
    await opened_case(chair)
    await expect(chair.page.get_by_text("Betreft Persoon A, 35-39 jaar")).to_be_visible(timeout=SOON_MS)
    await press(chair.page, "In de casus staat iets herkenbaars")
    question = chair.page.get_by_role("dialog", name="Staat er iets herkenbaars in de casus?")
    await question.get_by_label("Welke woorden?").fill("Persoon A")
    await chair.looks_well("live-visible-case")
    await press(chair.page, "Nee, terug")
    await press(chair.page, "In de casus staat iets herkenbaars")
    await expect(question.get_by_label("Welke woorden?")).to_have_value("")
    await question.get_by_label("Waar staat het?").select_option("text")
    await press(chair.page, "Ja, haal de casus van tafel")
    for one in (chair, submitter, scribe):
        await expect(one.page.get_by_text("Deze casus is van de agenda gehaald.")).to_be_visible(timeout=SOON_MS)
        assert "Betreft Persoon A" not in await one.page.content()
    await submitter.goes_to("/casussen")
    await submitter.page.get_by_role("link", name="Wie pakt de regie").first.click()
    await expect(submitter.page.get_by_role("heading", name="Deze casus is van tafel gehaald")).to_be_visible()
    await submitter.looks_well("case-withheld")


async def test_a_second_person_in_the_same_seat_is_told_why(visitors: Visitors, service: Service) -> None:
    await at_the_table(visitors, service, "social")
    deputy = await visitors.new("social_deputy")
    await deputy.goes_to(f"/sessies/{service.network.session}/live")
    message = deputy.page.get_by_role("alert").get_by_text("Op uw plaats zit al iemand anders.")
    await expect(message.first).to_be_visible(timeout=SOON_MS)


async def test_signing_out_elsewhere_takes_the_words_off_the_screen(visitors: Visitors, service: Service) -> None:
    await released_case(service)
    [member] = await at_the_table(visitors, service, "gp")
    await expect(member.page.get_by_text("Wie pakt de regie").first).to_be_visible(timeout=SOON_MS)
    other = await member.context.new_page()
    await other.goto(service.origin)
    await other.get_by_role("button", name="Afmelden").click()
    await expect(member.page.get_by_role("alert")).to_contain_text("Uw aanmelding is verlopen.", timeout=SOON_MS)
    await expect(member.page.get_by_role("link", name="Opnieuw aanmelden")).to_be_visible()
    await expect(member.page.get_by_text("Wie pakt de regie")).to_have_count(0)
