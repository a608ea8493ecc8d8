"""The page of keys and cards, as a browser without scripts reads and sends it."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest

from audit.cards import spoken
from clients.officer.cards import open_file, reseal
from clients.officer.keyfile import OfficerKey, new_key
from server.protocol.cards import MOST_FILE_BYTES, CardsFile
from tests.support.cards import add, forget, registered, rows
from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service

WORD = "kwelgeestje"
KEYS, CARDS = "/toezicht/sleutels", "/toezicht/kaarten"


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


@pytest.fixture
async def reader(service: Service) -> AsyncIterator[Reader]:
    """The regional officer at a browser."""
    async with Reader(service, "officer") as found:
        yield found


async def _hand_in(reader: Reader, key: OfficerKey) -> str:
    """Hand a key in and return the address of its form."""
    answer = await reader.send(KEYS, sleutel=str(key.public))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{KEYS}?gelukt=ingeleverd")
    page = (await reader.get(KEYS)).text
    assert page.count(spoken(key.public.fingerprint)) == 2
    found = re.search(r'action="(/toezicht/sleutels/[0-9a-f]+/bevestigen)"', page)
    assert found is not None
    return found[1]


async def _bring(reader: Reader, content: bytes, name: str = "bestand") -> httpx.Response:
    headers = {"Origin": reader.service.origin}
    return await reader.http.post(CARDS, files={name: (WORD, content)}, headers=headers)


async def test_from_a_key_to_its_cards(service: Service, reader: Reader) -> None:
    page = await reader.get(KEYS)
    assert "heeft nog geen sleutel" in page.text
    assert "Kaarten ophalen" not in page.text
    key = new_key(secrets.token_bytes)
    form = await _hand_in(reader, key)
    answer = await reader.send(form, vingerafdruk=spoken(key.public.fingerprint).upper())
    assert answer.headers["location"] == f"{KEYS}?gelukt=bevestigd"
    page = await reader.get(answer.headers["location"])
    assert "de kaarten zijn ervoor verzegeld" in page.text
    assert "in gebruik" in page.text
    found = await reader.get(CARDS)
    assert found.headers["content-disposition"] == 'attachment; filename="kaarten.json"'
    assert found.headers["cache-control"] == "no-store"
    result = open_file(msgspec.json.decode(found.content, type=CardsFile), key)
    assert {one.card.organisation_name for one in result.opened} == {"Regiobureau Merenland"}
    assert all(one.card.name not in found.text for one in result.opened)
    assert "Sleutels en kaarten" in (await reader.get("/toezicht")).text


async def test_another_fingerprint_brings_the_page_back(service: Service, reader: Reader) -> None:
    key = new_key(secrets.token_bytes)
    form = await _hand_in(reader, key)
    for typed in (WORD, spoken(new_key(secrets.token_bytes).public.fingerprint), "\u0000", "x" * 5000, ""):
        answer = await reader.send(form, vingerafdruk=typed)
        assert answer.status_code == 400
        assert "Deze vingerafdruk is anders" in answer.text
        assert 'aria-invalid="true"' in answer.text
        assert WORD not in answer.text
    assert await rows(service) == []
    # A key that nobody wants can be refused at once; then there is nothing to compare any more.
    refuse = form.replace("bevestigen", "intrekken")
    assert (await reader.get(refuse)).status_code == 200
    assert (await reader.send(refuse)).headers["location"] == f"{KEYS}?gelukt=sleutel-ingetrokken"
    assert "Vergelijk de vingerafdruk" not in (await reader.get(KEYS)).text
    again = await reader.send(refuse)
    assert (again.status_code, "al ingetrokken" in again.text) == (409, True)
    late = await reader.send(form, vingerafdruk=key.public.fingerprint)
    assert late.status_code == 409


@pytest.mark.parametrize(
    "line",
    ["", WORD, "casuskring-officer-key-1:" + "A" * 43 + "=", "<script>alert(1)</script>" + WORD, "\u0000" + WORD],
)
async def test_what_is_no_key_brings_the_page_back_without_it(service: Service, reader: Reader, line: str) -> None:
    answer = await reader.send(KEYS, sleutel=line)
    assert answer.status_code == 400
    assert "geen publieke sleutel" in answer.text
    assert WORD not in answer.text
    huge = await reader.send(KEYS, sleutel=WORD * 2000)
    assert (huge.status_code, WORD in huge.text) == (413, False)


async def test_a_private_key_is_named_and_not_repeated(reader: Reader) -> None:
    answer = await reader.send(KEYS, sleutel='{"format": "casuskring-officer-secret-1", "box": "' + WORD + '"}')
    assert answer.status_code == 400
    assert "Dit is uw geheime sleutel" in answer.text
    assert WORD not in answer.text


async def test_cards_are_brought_back_for_a_new_key(service: Service, reader: Reader) -> None:
    await add(service, "regio", "weg@voorbeeld.nl", "Zwaantje Vertrokken")
    officer = await service.client("officer")
    old, _id = await registered(officer)
    await forget(service, "Zwaantje Vertrokken")
    new, _new_id = await registered(officer)
    page = (await reader.get(KEYS)).text
    assert "Eén mens van deze kaarten staat niet meer in het ledenregister." in page
    assert "nog niet herverzegeld" in page
    file = await officer.fetch_cards()
    [part] = reseal(file, open_file(file, old), new.public)
    answer = await _bring(reader, msgspec.json.encode(part))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{KEYS}?gelukt=teruggebracht")
    page = (await reader.get(answer.headers["location"])).text
    assert "niet meer in het ledenregister" not in page
    assert "Kaarten van oude sleutels" not in page


async def test_hostile_files_bring_the_page_back_and_store_nothing(service: Service, reader: Reader) -> None:
    officer = await service.client("officer")
    _key, _id = await registered(officer)
    before, whole = len(await rows(service)), msgspec.json.encode(await officer.fetch_cards())
    for content in (
        b"",
        b"{}",
        WORD.encode(),
        whole[:-20],
        b"[" * 100_000,
        bytes(100_000),
        whole.replace(b"-1", b"-2"),
    ):
        answer = await _bring(reader, content)
        assert answer.status_code == 400, content[:20]
        assert WORD not in answer.text
    assert (await _bring(reader, whole, name="ander")).status_code == 400
    assert (await _bring(reader, b" " * MOST_FILE_BYTES)).status_code == 413
    headers = {"Origin": service.origin}
    two = await reader.http.post(CARDS, files=[("bestand", whole), ("bestand", whole)], headers=headers)
    assert two.status_code == 400
    for kind in (
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "text/plain",
    ):
        answer = await reader.http.post(CARDS, content=b"--y\r\nkwelgeestje", headers=headers | {"Content-Type": kind})
        assert (kind, answer.status_code) == (kind, 400)
        assert WORD not in answer.text
    elsewhere = await reader.http.post(CARDS, files={"bestand": whole}, headers={"Origin": "https://elders.example"})
    assert elsewhere.status_code == 403
    assert len(await rows(service)) == before
    # Cards that are there already are no mistake.
    assert (await _bring(reader, whole)).status_code == 303


async def test_the_public_half_can_be_fetched_by_who_seals_anew(service: Service, reader: Reader) -> None:
    key, key_id = await registered(await service.client("officer"))
    answer = await reader.get(f"{KEYS}/{key_id}/publiek")
    assert answer.text == f"{key.public}\n"
    assert answer.headers["content-disposition"] == f'attachment; filename="{key.public.fingerprint[:8]}.pub"'


async def test_without_a_key_there_is_nothing_to_fetch(reader: Reader) -> None:
    answer = await reader.get(CARDS)
    assert (answer.status_code, "nog geen bevestigde sleutel" in answer.text) == (409, True)


async def test_who_is_no_officer_finds_nothing(service: Service) -> None:
    _key, key_id = await registered(await service.client("officer"))
    async with Reader(service, "coordinator") as other:
        for path in (KEYS, CARDS, f"{KEYS}/{key_id}/intrekken", f"{KEYS}/{key_id}/publiek"):
            assert (await other.get(path)).status_code == 404
        for path in (KEYS, f"{KEYS}/{key_id}/bevestigen", f"{KEYS}/{key_id}/intrekken"):
            assert (await other.send(path, sleutel="x", vingerafdruk="x")).status_code == 404
        assert (await _bring(other, b"{}")).status_code == 404
    async with Reader(service) as nobody:
        assert (await nobody.get(KEYS)).headers["location"].startswith("/aanmelden")
