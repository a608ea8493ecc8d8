from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.demo.network import PASSWORD, PEOPLE
from server.web.pages_login import safe_next
from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service

CANARY = "kanarie-7f3a"
REFUSED = "Deze combinatie van naam en wachtwoord klopt niet."


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def test_the_right_password_opens_the_wanted_page(service: Service) -> None:
    async with Reader(service) as reader:
        page = await reader.get("/aanmelden?next=/casussen")
        assert '<input type="hidden" name="next" value="/casussen">' in page.text
        answer = await reader.send("/aanmelden", naam=PEOPLE["gp"].login.upper(), wachtwoord=PASSWORD, next="/casussen")
        assert (answer.status_code, answer.headers["location"]) == (303, "/casussen")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("casuskring=")
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
        assert (await reader.get("/casussen")).status_code == 200
        assert (await reader.get("/aanmelden")).headers["location"] == "/"


@pytest.mark.parametrize(
    ("name", "password"),
    [(PEOPLE["gp"].login, CANARY), (CANARY, PASSWORD), ("", ""), (PEOPLE["gp"].login, "x" * 300), ("x" * 300, "x")],
)
async def test_a_wrong_login_shows_the_form_again_and_repeats_nothing(
    service: Service, name: str, password: str
) -> None:
    async with Reader(service) as reader:
        answer = await reader.send("/aanmelden", naam=name, wachtwoord=password, next="/knelpunten")
        assert answer.status_code == 401
        assert REFUSED in answer.text
        assert CANARY not in answer.text
        assert 'value="/knelpunten"' in answer.text
        assert "set-cookie" not in answer.headers


async def test_after_signing_out_the_cookie_is_worth_nothing(service: Service) -> None:
    async with Reader(service, "gp") as reader:
        token = reader.http.cookies["casuskring"]
        answer = await reader.send("/afmelden")
        assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden")
        assert 'casuskring=""' in answer.headers["set-cookie"]
        reader.http.cookies.set("casuskring", token)
        assert (await reader.get("/")).status_code == 303
        assert (await reader.send("/afmelden")).status_code == 303


async def test_what_is_no_small_form_is_refused(service: Service) -> None:
    async with Reader(service) as reader:
        assert (await reader.send("/aanmelden", naam="x" * 9000, wachtwoord="y")).status_code == 413
        assert (await reader.http.post("/aanmelden", json={"naam": CANARY})).status_code == 400
        bad = {"content": b"naam=%ff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        assert (await reader.http.post("/aanmelden", **bad)).status_code == 400  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/", "/casussen", "/sessies/abc/live", "/casussen/abc?gelukt=wacht"])
def test_pages_of_ours_are_a_way_back(path: str) -> None:
    assert safe_next(path) == path


ELSEWHERE = ["", "//elders.example", "https://elders.example", "/\\elders.example", "/\t/elders.example"]
NO_PAGES = ["casussen", "/api/v1/me", "/static/x", "/aanmelden?next=/", "/" + "x" * 400]


@pytest.mark.parametrize("path", [*ELSEWHERE, *NO_PAGES])
def test_anything_else_is_not(path: str) -> None:
    assert safe_next(path) == ""


@given(st.text(alphabet="/\\:.@ \t\nabc%", max_size=12))
def test_the_way_back_never_leaves_this_host(wanted: str) -> None:
    found = safe_next(wanted)
    assert found == "" or (found[0] == "/" and found[1:2] not in ("/", "\\") and not set(found) & set("\\ \t\n"))
