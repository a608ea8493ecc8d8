"""The form on a case's page for what was missed, and the list for the submitter's side."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.cases.missed import NO_WORDS, TOO_OFTEN
from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service, protected_case
from tests.support.table import released_case

FORM = "Meld deze plek"
LIST = "Gemeld: hier staat nog iets herkenbaars"
TEXT = "In de buurt heet zij het kwibuswijf. " + "Zij zegt het weer. " * 11


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def test_a_reader_reports_and_the_submitters_side_sees_it(service: Service) -> None:
    path = f"/casussen/{await released_case(service, text=TEXT)}"
    async with Reader(service, "ggz") as reader:
        page = (await reader.get(path)).text
        assert FORM in page
        assert "gebruik dan de knop daar" in page
        answer = await reader.send(f"{path}/gemist", veld="text", woorden="Kwibuswijf", soort="PERSON")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?gelukt=gemeld")
        page = (await reader.get(f"{path}?gelukt=gemeld")).text
        assert "Gemeld. Het station van de inbrenger krijgt de plek" in page
        assert LIST not in page
    for who in ("gp", "gp_colleague"):
        async with Reader(service, who) as own:
            page = (await own.get(path)).text
            assert LIST in page
            assert "gemeld: ‘kwibuswijf’ in Beschrijving, lijkt op naam van een persoon" in page


async def test_the_releaser_is_told_to_wait(service: Service) -> None:
    case = await (await service.sign_in("gp")).submit(protected_case(service.network.circle, text=TEXT))
    async with Reader(service, "gp_colleague") as colleague:
        assert "wacht met vrijgeven" in (await colleague.get(f"/casussen/{case}")).text


@pytest.mark.parametrize(
    ("words", "kind", "code", "sentence"),
    [
        ("kwibusvrouw", "PERSON", "words_not_found", NO_WORDS),
        ("", "PERSON", "words_not_found", NO_WORDS),
        ("zij", "PERSON", "words_too_common", TOO_OFTEN),
        ("kwibuswijf", "NAME", "unknown_label", "Deze soort kent de dienst niet"),
        ("kwibuswijf", "", "unknown_label", "Deze soort kent de dienst niet"),
    ],
)
async def test_what_cannot_be_found_is_said_at_the_form(
    service: Service, words: str, kind: str, code: str, sentence: str
) -> None:
    path = f"/casussen/{await released_case(service, text=TEXT)}"
    async with Reader(service, "ggz") as reader:
        answer = await reader.send(f"{path}/gemist", veld="text", woorden=words, soort=kind)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}?mislukt={code}#gemist")
        page = (await reader.get(f"{path}?mislukt={code}")).text
        assert sentence in page
        assert 'aria-describedby="woorden-uitleg gemist-fout"' in page
        assert "kwibusvrouw" not in page
        assert sentence not in (await reader.get(f"{path}?mislukt=onzin")).text


async def test_who_may_not_read_cannot_report(service: Service) -> None:
    path = f"/casussen/{await released_case(service, text=TEXT)}"
    async with Reader(service, "outsider") as outsider:
        answer = await outsider.send(f"{path}/gemist", veld="text", woorden="kwibuswijf", soort="PERSON")
        assert answer.status_code == 404
    async with Reader(service) as nobody:
        assert (await nobody.send(f"{path}/gemist", veld="text")).status_code == 303
