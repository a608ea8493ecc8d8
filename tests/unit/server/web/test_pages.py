from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from server.web import pages
from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service

WEB = Path(pages.__file__).parent
SOURCES = sorted([*(WEB / "templates").glob("*.html"), *(WEB.parents[1] / "clients/web/src").rglob("*.ts*")])
CANARY = "kanarie-7f3a"


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


def addresses() -> list[str]:
    """Return every page that can be opened, without those for who is not signed in."""
    found = [one for one in pages.routes() if isinstance(one, Route) and one.methods and "GET" in one.methods]
    return [re.sub(r"\{[a-z]+\}", CANARY, one.path) for one in found if one.path != "/aanmelden"]


async def test_every_page_sends_a_stranger_to_the_login_and_back(service: Service) -> None:
    async with Reader(service) as stranger:
        for address in addresses():
            answer = await stranger.get(address)
            expected = "/aanmelden" if address == "/" else f"/aanmelden?next={address}"
            assert (answer.status_code, answer.headers["location"]) == (303, expected)


async def test_a_form_of_a_stranger_goes_to_the_login_without_a_way_back(service: Service) -> None:
    async with Reader(service) as stranger:
        answer = await stranger.send(f"/casussen/{CANARY}/vrijgeven")
        assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden")


async def test_what_is_not_there_says_so_without_repeating_what_was_asked(service: Service) -> None:
    async with Reader(service, "gp") as member:
        for address in (f"/{CANARY}", f"/casussen/{CANARY}", f"/sessies/{CANARY}", f"/casussen/{CANARY}/uitkomst"):
            answer = await member.get(address)
            assert answer.status_code == 404
            assert "Niet gevonden. Misschien is het verwijderd" in answer.text
            assert CANARY not in answer.text


async def test_a_form_from_another_website_is_refused_on_a_page(service: Service) -> None:
    async with Reader(service, "gp") as member:
        answer = await member.http.post("/afmelden", headers={"Origin": "https://elders.example"})
        assert answer.status_code == 403
        assert "Deze aanvraag kwam van een andere website." in answer.text
        assert (await member.get("/")).status_code == 200


async def test_no_page_is_kept_by_a_cache_and_forms_keep_their_origin(service: Service) -> None:
    async with Reader(service, "gp") as member:
        answer = await member.get("/")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.name)
def test_sources_hold_nothing_that_the_content_policy_forbids_and_promise_nothing_false(source: Path) -> None:
    text = source.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|javascript:|innerHTML|dangerouslySet", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\banoniem|geanonimiseerd", text, re.IGNORECASE)
    assert not re.search(r"localStorage|sessionStorage|indexedDB", text)
