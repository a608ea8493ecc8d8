"""A case without a station: typed, checked, shown and sent past every gate; what is refused stays nowhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from anonymisation.writing import plain
from audit.events import Event
from clients.api import new_key
from server.demo.network import ADMINISTRATOR, PASSWORD, PEOPLE
from server.protocol.http import CaseForm, RejectedMark
from server.protocol.words import CaseState, OverruleReason
from server.storage.tables import CaseRow
from server.web.pages_submit_form import MOST_BYTES
from tests.support.canary import files_under, opened_boxes, rows_of, search
from tests.support.pages import PAGE, Author, Form, Reader, filled_in
from tests.support.service import Service, protected_case
from tests.support.table import entries

DONE = "/casussen?gelukt=ingediend"
SOFT = "Persoon A krijgt hulp van een vriend. Op de markt sprak Kees met de schuldhulp."
HARD = "Persoon A is te bereiken op 06-83920174 of via zwaantje@quintenbosch.nl."
CANARIES = ("83920174", "quintenbosch", "zwaantje")
WAIT = "Een tweede persoon moet hem nog vrijgeven"


async def rows(service: Service) -> list[CaseRow]:
    """Return every stored case."""
    async with AsyncSession(service.store.database.engine) as opened:
        return list((await opened.scalars(select(CaseRow))).all())


async def stored_form(service: Service) -> CaseForm:
    """Return what the one stored case holds."""
    [box] = (await opened_boxes(service.store)).values()
    return msgspec.json.decode(box, type=CaseForm)


async def reasons(service: Service) -> list[str]:
    """Return why submissions were refused, as the audit log has it."""
    return [one.reason or "" for one in await entries(service.store) if one.event is Event.CASE_SUBMISSION_REFUSED]


async def signed_in_as(service: Service, login: str) -> Reader:
    """Return a reader with the login of somebody who has no short name in the region."""
    reader = Reader(service)
    answer = await reader.send("/aanmelden", naam=login, wachtwoord=PASSWORD)
    assert answer.status_code == 303
    return reader


# --- the whole way -------------------------------------------------------------------------------------------------


async def test_a_case_is_typed_checked_shown_sent_and_released(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        assert f'href="{PAGE}">Nieuwe casus' in (await reader.get("/casussen")).text
        author = Author(reader)
        await author.opens()
        for words in ("Schrijf nooit namen.", "geweigerd en niet bewaard", "Het station van uw eigen organisatie"):
            assert words in author.page
        checked = await author.checks(**filled_in(tried="Eerste regel.\r\nRust & <regelmaat>."), soort="consultation")
        assert (checked.status_code, checked.headers["cache-control"]) == (200, "no-store")
        assert "Zo ziet de kring de casus" in author.page
        assert '<span class="ck-pseudonym">Persoon A</span>' in author.page
        assert "Rust &amp; &lt;regelmaat&gt;." in author.page
        assert await rows(service) == []
        sent = await author.sends("versturen")
        assert (sent.status_code, sent.headers["location"]) == (303, DONE)
        assert WAIT in (await reader.get(DONE)).text
    [row] = await rows(service)
    form = await stored_form(service)
    assert (row.state, row.circle_id, form.tried) == (
        CaseState.SUBMITTED, service.network.circle, "Eerste regel.\nRust & <regelmaat>."
    )  # fmt: skip
    assert [one.event for one in await entries(service.store) if one.event.value.startswith("case.sub")] == [
        Event.CASE_SUBMITTED
    ]
    async with Reader(service, "gp_colleague") as colleague:
        assert "Vrijgeven voor de kring" in (await colleague.get(f"/casussen/{row.id}")).text
        assert (await colleague.send(f"/casussen/{row.id}/vrijgeven")).status_code == 303
    async with Reader(service, "ggz") as member:
        assert "Wie pakt de regie?" in (await member.get(f"/casussen/{row.id}")).text


async def test_the_page_and_the_api_write_the_same_entries(service: Service) -> None:
    client = await service.client("gp")
    before = len(await entries(service.store))
    await client.submit(protected_case(service.network.circle))
    by_api = (await entries(service.store))[before:]
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        before = len(await entries(service.store))
        await author.checks(**filled_in())
        assert len(await entries(service.store)) == before
        await author.sends("versturen")
        by_page = (await entries(service.store))[before:]

    def told(found: list[object]) -> list[object]:
        return [(one.event, one.outcome, one.purpose, one.agreement, len(one.objects)) for one in found]  # type: ignore[attr-defined]

    assert told([*by_page]) == told([*by_api])


async def test_another_ground_and_every_optional_field_arrive(service: Service) -> None:
    more = dict.fromkeys(("household", "waiting", "wishes", "strengths", "asked_gp", "tried"), "Persoon A wacht.")
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        ground = {"grondslag": "other", "reden": "co_treatment", "geinformeerd": "", "hoe": "", "bereik": ""}
        await author.checks(**filled_in(**ground, **more, soort="transfer", age_band="35-39 jaar"))
        assert "Andere grond: medebehandeling" in author.page
        assert (await author.sends("versturen")).status_code == 303
    form = await stored_form(service)
    assert (form.basis.reason, form.basis.how, form.request) == ("co_treatment", None, "transfer")
    assert all(getattr(form, name) == value for name, value in more.items())


# --- marks ---------------------------------------------------------------------------------------------------------


async def test_a_hard_label_is_refused_and_nothing_of_it_is_kept(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as logged:
        async with Reader(service, "gp") as reader:
            author = Author(reader)
            await author.opens()
            for step in ("controleren", "versturen"):
                answer = await author.sends(step, **filled_in(tried=HARD))
                assert (answer.status_code, answer.headers["cache-control"]) == (422, "no-store")
                assert "Dit moet weg" in author.page
                assert Form(author.page).fields["tried"] == [HARD]
                for words in ("telefoonnummer", "e-mailadres", "Wat is al geprobeerd", "teken 29 tot en met 39"):
                    assert words in author.page
                assert '<mark class="nl-mark ck-mark">06-83920174</mark>' in author.page
            assert "zwaantje" not in (await reader.get(PAGE)).text
    assert await rows(service) == []
    # Checking is no attempt to submit, as with the API; submitting is.
    assert await reasons(service) == ["hard_label"]
    left: Mapping[str, bytes] = files_under(tmp_path) | await opened_boxes(service.store)
    if not service.store.database.sqlite:
        left = {**left, **await rows_of(service.settings.database_url)}
    assert search({**left, "log": repr((logged, caplog.text)).encode()}, CANARIES) == []
    assert [one["route"] for one in logged if one["event"] == "request"].count(PAGE) == 4


async def test_a_soft_label_is_replaced_or_kept_with_a_reason_that_the_releaser_reads(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        asked = await author.checks(**filled_in(text=SOFT, tried="Zij is 36 jaar."))
        assert asked.status_code == 422
        assert "Beslis over deze plekken" in author.page
        assert "Dit moet weg" not in author.page
        [none, *offered] = [value for name, value in Form(author.page).options if name == "plek"]
        assert (none, len(offered)) == ("", len(OverruleReason))
        # Nothing chosen and nothing replaced: asked again.
        assert (await author.checks(plek=[])).status_code == 422
        assert (await author.checks(plek=[offered[1]])).status_code == 200
        assert "inbrenger: geen persoon uit de casus" in author.page
        assert "de controle twijfelt" in author.page
        # Going back shows the decision with its reason, to be taken otherwise.
        assert (await author.sends("terug")).status_code == 200
        assert Form(author.page).fields["plek"] == [offered[1]]
        assert (await author.checks(plek=[offered[0]])).status_code == 200
        assert (await author.sends("versturen")).status_code == 303
    [row] = await rows(service)
    marks = msgspec.convert(row.rejected, tuple[RejectedMark, ...])
    assert [(one.field, one.label, one.reason) for one in marks] == [
        ("text", "PERSON", OverruleReason.ORDINARY_WORD),
        ("tried", "AGE", None),
    ]
    async with Reader(service, "gp_colleague") as colleague:
        page = (await colleague.get(f"/casussen/{row.id}")).text
        assert "inbrenger: gewoon woord, geen naam" in page
        assert "de controle twijfelt" in page
        assert '<mark class="nl-mark ck-mark">Kees' in page


async def test_a_reason_counts_for_its_own_word_alone_and_is_proposed_again_when_it_moves(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        await author.checks(**filled_in(text=SOFT))
        reason = Form(author.page).offered("plek")[0]
        # Another name of the same length at the same place: the reason was not given for this one.
        other = await author.checks(text=SOFT.replace("Kees", "Joep"), plek=[reason])
        assert other.status_code == 422
        assert Form(author.page).fields["plek"] == [""]
        assert "Joep" in author.page
        # The same name further on: proposed, and only counted when sent again.
        moved = await author.checks(text="Even vooraf. " + SOFT, plek=[reason])
        assert moved.status_code == 422
        assert Form(author.page).fields["plek"] != [""]
        assert (await author.checks()).status_code == 200


async def test_marks_for_places_that_are_not_there_change_nothing(service: Service) -> None:
    made_up = [
        "text.0.7.PERSON.ordinary_word.Anders",
        "text.50000.50004.PERSON.ordinary_word.Kees",
        "nergens.0.4.PERSON.ordinary_word.Kees",
        "text.0.7.PERSON.because.Betreft",
        "text.-1.7.PERSON.ordinary_word.x",
        "text.9.2.PERSON.ordinary_word.x",
        "niets",
        "\x00",
        "text.1.1.PERSON.ordinary_word.\x00",
    ]
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        assert (await author.checks(**filled_in(), plek=made_up)).status_code == 200
        assert "plek" not in Form(author.page).fields
        assert (await author.sends("versturen", plek=made_up)).status_code == 303
        # A certain hard mark is excused by no reason, whatever is sent.
        excuse = "tried.28.39.PHONE_NUMBER.ordinary_word.06-83920174"
        await author.opens()
        assert (await author.sends("versturen", **filled_in(tried=HARD), plek=[excuse])).status_code == 422
    [row] = await rows(service)
    assert row.rejected == []


async def test_a_text_that_is_changed_between_the_steps_is_scanned_again(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        await author.checks(**filled_in())
        sent = await author.sends("versturen", text=SOFT)
        assert sent.status_code == 422
        assert "Beslis over deze plekken" in author.page
    assert await rows(service) == []
    assert await reasons(service) == ["soft_label_undecided"]


# --- once ----------------------------------------------------------------------------------------------------------


async def test_a_double_click_and_a_resend_are_one_case_and_changed_words_are_another(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        await author.checks(**filled_in())
        shown = author.page
        twice = await asyncio.gather(*(Author(reader, shown).sends("versturen") for _click in range(3)))
        assert {(one.status_code, one.headers["location"]) for one in twice} == {(303, DONE)}
        again = Author(reader, shown)
        await again.sends("terug")
        await again.checks()
        assert (await again.sends("versturen")).status_code == 303
        assert len(await rows(service)) == 1
        # Nobody may believe that words were sent which were dropped as a repetition.
        await Author(reader, shown).sends("versturen", why_now="De ontruiming is aangekondigd.")
        assert len(await rows(service)) == 2


async def test_a_tampered_key_brings_the_form_back_with_a_new_one(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        for wrong in ("", "x" * 32, "../../etc", "a" * 31, "\x00" * 32, "a" * 4000):
            await author.opens()
            answer = await author.sends("versturen", **filled_in(), sleutel=wrong)
            assert answer.status_code == 400
            assert "Deze pagina was verouderd of veranderd." in author.page
            [fresh] = Form(author.page).fields["sleutel"]
            assert fresh != wrong
            assert Form(author.page).fields["text"] == [filled_in()["text"]]
        assert await rows(service) == []
        assert (await author.checks()).status_code == 200


# --- gates ---------------------------------------------------------------------------------------------------------


async def test_something_acute_stops_whatever_else_is_missing(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        for step in ("controleren", "versturen"):
            await author.opens()
            stopped = await author.sends(step, acuut="ja", text="Persoon A is in nood.")
            assert stopped.status_code == 400
            assert "Bel nu de crisisdienst" in author.page
            assert "Veilig Thuis, 0800-2000" in author.page
        await author.sends("terug")
        assert Form(author.page).fields["text"] == ["Persoon A is in nood."]
        assert "acuut" not in Form(author.page).fields
    assert await rows(service) == []
    assert await reasons(service) == ["acute", "acute"]


async def test_without_an_agreement_the_words_come_back(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        await author.checks(**filled_in())
        coordinator = await service.client("coordinator")
        await coordinator.end_agreement(service.network.agreement)
        for step in ("versturen", "controleren"):
            refused = await author.sends(step)
            assert refused.status_code == 403
            assert "De afspraak van uw organisatie is vervallen." in author.page
            assert Form(author.page).fields["text"] == [filled_in()["text"]]
        assert "vervallen" in (await reader.get("/casussen")).text
        closed = await reader.get(PAGE)
        assert (closed.status_code, "<textarea" in closed.text) == (403, False)
    assert await rows(service) == []
    assert await reasons(service) == ["agreement_expired", "agreement_expired"]


async def test_a_basis_that_does_not_count_comes_back_with_the_words(service: Service) -> None:
    tomorrow = (datetime.now(UTC).date() + timedelta(days=2)).isoformat()
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        for changes, words in (
            ({"geinformeerd": ""}, "Toestemming telt alleen als de persoon weet dat het netwerk meekijkt."),
            ({"op": tomorrow}, "De datum van de grondslag ligt in de toekomst."),
        ):
            refused = await author.checks(**filled_in(**changes))
            assert refused.status_code == 403
            assert words in author.page
            assert Form(author.page).fields["question"] == ["Wie pakt de regie?"]
    assert await reasons(service) == ["basis_not_informed", "basis_in_future"]


async def test_an_administrator_and_who_has_no_circle_read_why_not(service: Service) -> None:
    administrator = await signed_in_as(service, ADMINISTRATOR.login)
    outsider, stranger = Reader(service, "outsider"), Reader(service)
    async with administrator, outsider, stranger:
        for reader, words in ((administrator, "U beheert de dienst."), (outsider, "U zit nog niet in een kring")):
            assert words in (await reader.get("/casussen")).text
            assert PAGE not in (await reader.get("/casussen")).text
            page = await reader.get(PAGE)
            assert (page.status_code, words in page.text, "<textarea" in page.text) == (403, True, False)
            for step in ("controleren", "versturen"):
                fields = filled_in(kring=service.network.circle, sleutel="a" * 32)
                assert (await reader.send(PAGE, **fields, stap=step)).status_code == 403
        to_login = await stranger.send(PAGE, **filled_in())
        assert (to_login.status_code, to_login.headers["location"]) == (303, "/aanmelden")
    assert await rows(service) == []
    # As with the API: an administrator who tries is logged.
    assert await reasons(service) == ["role", "role"]


async def test_a_deputy_and_a_coordinator_may_submit(service: Service) -> None:
    for who in ("social_deputy", "coordinator"):
        async with Reader(service, who) as reader:
            author = Author(reader)
            await author.opens()
            assert (await author.checks(**filled_in())).status_code == 200
            assert (await author.sends("versturen")).status_code == 303
    assert len(await rows(service)) == 2
    assert PEOPLE["social_deputy"].organisation != PEOPLE["coordinator"].organisation


# --- bad input -----------------------------------------------------------------------------------------------------

WRONG: dict[str, tuple[dict[str, str], str]] = {
    "nothing about a crisis": ({"acuut": ""}, "Geef eerst aan of er iets acuuts is."),
    "another word about a crisis": ({"acuut": "misschien"}, "Geef eerst aan of er iets acuuts is."),
    "no circle": ({"kring": ""}, "Kies een kring uit de lijst."),
    "unknown circle": ({"kring": "0" * 32}, "Kies een kring uit de lijst."),
    "no trigger": ({"aanleiding": ""}, "Kies de aanleiding."),
    "unknown trigger": ({"aanleiding": "zomaar"}, "Kies de aanleiding."),
    "unknown request": ({"soort": "zomaar"}, "Kies een soort vraag uit de lijst."),
    "no text": ({"text": ""}, "Vul in: beschrijving."),
    "only spaces": ({"question": " \r\n "}, "Vul in: vraag aan de kring."),
    "no reason for now": ({"why_now": ""}, "Vul in: waarom nu."),
    "nothing new": ({"what_is_new": ""}, "Vul in: wat is er nieuw."),
    "long question": ({"question": "a" * 281}, "hoogstens 280 tekens, u hebt er 281."),
    "long text": ({"text": "\U0001f642" * 60_001}, "hoogstens 60000 tekens, u hebt er 60001."),
    "long paragraph": ({"wishes": "a" * 4001}, "hoogstens 4000 tekens"),
    "NUL": ({"text": "Persoon\x00 A"}, "hierin stond een teken dat niet kan worden opgeslagen."),
    "no ground": ({"grondslag": ""}, "Kies de grondslag"),
    "unknown ground": ({"grondslag": "zomaar"}, "Kies de grondslag"),
    "consent without how": ({"hoe": ""}, "Kies hoe de toestemming is gegeven."),
    "consent without scope": ({"bereik": "alles"}, "Kies waarvoor de toestemming is gegeven."),
    "other ground without reason": ({"grondslag": "other"}, "Kies welke andere grond er is."),
    "a day that is none": ({"op": "2026-02-30"}, "als een dag die bestaat."),
    "a week for a day": ({"op": "2026-W01-1"}, "als een dag die bestaat."),
    "no day": ({"op": ""}, "als een dag die bestaat."),
    "other digits": ({"op": "٢٠٢٦-٠١-٠١"}, "als een dag die bestaat."),
    "words for a day": ({"op": '"><script>'}, "als een dag die bestaat."),
}


async def test_bad_input_comes_back_with_a_sentence_and_the_words(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        for name, (changes, sentence) in WRONG.items():
            for step in ("controleren", "versturen"):
                await author.opens()
                answer = await author.sends(step, **filled_in(household="Woont bij A", **changes))
                assert (answer.status_code, sentence in author.page) == (400, True), name
                assert "<script>" not in author.page
                assert Form(author.page).fields["household"] == ["Woont bij A"], name
        await author.opens()
        nothing = await author.checks()
        assert nothing.status_code == 400
        assert author.page.count("<li><a class=") == 7
    assert await rows(service) == []


async def test_what_is_no_form_or_comes_from_elsewhere_is_refused(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        form, origin = "application/x-www-form-urlencoded", {"Origin": service.origin}
        for kind, body, status in (
            ("application/json", b"{}", 400),
            ("multipart/form-data; boundary=x", b"--x--", 400),
            (form, b"text=%ff%fe", 400),
            (form, b"text=\xff\xfe", 400),
            (form, b"&".join(b"plek=x" for _one in range(2000)), 400),
            (form, b"text=" + b"a" * MOST_BYTES, 413),
        ):
            answer = await reader.http.post(PAGE, content=body, headers={**origin, "Content-Type": kind})
            assert answer.status_code == status, (kind, body[:20])
        for elsewhere in ("https://elders.example", "null", service.origin + ".elders.example"):
            fields = filled_in(kring=service.network.circle, sleutel="a" * 32, stap="versturen")
            answer = await reader.http.post(PAGE, data=fields, headers={"Origin": elsewhere})
            assert answer.status_code == 403
            assert "Deze aanvraag kwam van een andere website." in answer.text
        for method in ("PUT", "DELETE"):
            assert (await reader.http.request(method, PAGE, headers=origin)).status_code == 404
    assert await rows(service) == []


async def test_text_on_its_way_through_the_pages_loses_only_signs_that_nobody_sees(
    service: Service,
) -> None:
    strange = 'De rust is e\u0301e\u0301n keer beter\u200b \U0001f642 & "de slaap\u00ad" ook.\n\n'
    strange += "\tEn 'zo'. \x7f\x01\u202e\u202c."
    async with Reader(service, "gp") as reader:
        author = Author(reader)
        await author.opens()
        checked = await author.checks(**filled_in(wishes="\r\n\r\n" + strange.replace("\n", "\r\n")))
        assert checked.status_code == 200, author.page
        await author.sends("terug")
        await author.checks()
        assert (await author.sends("versturen")).status_code == 303
    assert (await stored_form(service)).wishes == plain(strange)
    assert "beter \U0001f642 & \"de slaap\" ook.\n\n\tEn 'zo'." in plain(strange)


def test_what_was_typed_is_in_no_representation() -> None:
    from server.web.pages_submit_form import Kept, Typed

    typed = Typed.from_fields({"text": ["Kees"], "plek": ["text.0.4.PERSON.ordinary_word.Kees"]}, new_key())
    assert len(typed.standing()) == 1
    assert "Kees" not in repr((typed, typed.kept))
    assert isinstance(typed.kept[0], Kept)
