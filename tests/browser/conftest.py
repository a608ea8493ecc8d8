"""Chromium for the tests that look at pages, on one database: what differs between databases is not in a page."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, async_playwright, expect

from server.demo.network import PASSWORD, PEOPLE
from tests.support.databases import DatabaseUrls
from tests.support.service import Service

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "clients/web/node_modules/axe-core/axe.min.js"
BUILD = ROOT / "server/web/static/build"

PATIENCE_MS = 20_000
"""How long a page may take to show something: the machine may be busy with the other half of the suite."""
expect.set_options(timeout=PATIENCE_MS)

NARROWEST = 320
"""CSS pixels: what WCAG 2.2 reflow (1.4.10) asks for, and a window of 1280 at 400 %."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here: it needs Chromium."""
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    """One kind of database is enough here."""
    return DatabaseUrls("sqlite", f"sqlite:///{tmp_path}/casuskring.sqlite")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser of this test's own; the front end must have been built."""
    assert (BUILD / "live.js").exists(), "the front end is not built: run `make setup`"
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        if os.environ.get("CASUSKRING_TEST_REQUIRE_ALL"):
            pytest.fail("no Chromium (Debian: apt-get install chromium)")
        pytest.skip("no Chromium (Debian: apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        await browser.close()


@dataclass
class Visitor:
    """A person at a browser, and what went wrong there."""

    page: Page
    context: BrowserContext
    origin: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def heard(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains about: refused scripts and styles, errors; not a page that is not there."""
        missing = "Failed to load resource" in message.text and "/static/" not in str(message.location.get("url"))
        if message.type == "error" and not missing:
            self.complaints.append(message.text)

    def failed(self, error: Error) -> None:
        """Keep what our own script did not catch."""
        self.complaints.append(str(error))

    def asked(self, request: Request) -> None:
        """Keep every address that is not ours."""
        if not request.url.startswith((self.origin, self.origin.replace("http", "ws", 1), "data:")):
            self.strangers.append(request.url)

    async def goes_to(self, path: str) -> None:
        """Open a page of the service."""
        await self.page.goto(self.origin + path)

    async def signs_in(self, who: str) -> None:
        """Sign in as the form does, without looking at it; one test looks."""
        form: dict[str, str | float | bool] = {"naam": PEOPLE[who].login, "wachtwoord": PASSWORD}
        headers = {"Origin": self.origin}
        answer = await self.context.request.post(
            f"{self.origin}/aanmelden", form=form, headers=headers, max_redirects=0
        )
        assert answer.status == 303

    async def problems(self) -> list[str]:
        """Return what axe finds wrong on the page as it is now."""
        await self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = await self.page.evaluate(
            "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
        )
        return [
            f"{one['id']}: {one['help']} at {json.dumps([node['target'] for node in one['nodes']][:3])}"
            for one in found["violations"]
        ]

    async def scrolls_sideways(self) -> bool:
        """Is the page wider than its window?"""
        wider: bool = await self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wider

    async def looks_well(self, name: str) -> None:
        """Check the page as it is now: axe finds nothing, and it fits its window and the narrowest one.

        A picture is kept in the folder that `CASUSKRING_TEST_PICTURES` names, if any: a person can look, a test cannot.
        """
        if folder := os.environ.get("CASUSKRING_TEST_PICTURES"):
            dark = await self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
            width = await self.page.evaluate("innerWidth")
            picture = f"{name.strip('/').replace('/', '-') or 'begin'}-{'dark' if dark else 'light'}-{width}.png"
            await self.page.screenshot(path=Path(folder) / picture, full_page=True)
        assert await self.problems() == [], name
        assert not await self.scrolls_sideways(), name
        if (usual := self.page.viewport_size) is not None:
            await self.page.set_viewport_size({"width": NARROWEST, "height": usual["height"]})
            assert not await self.scrolls_sideways(), (name, NARROWEST)
            await self.page.set_viewport_size(usual)


LOOKS = pytest.mark.parametrize(
    "look",
    [
        pytest.param({"color_scheme": scheme, "viewport": {"width": width, "height": 800}}, id=f"{scheme}-{width}")
        for scheme, width in (("light", 1280), ("dark", 390))
    ],
)
"""The two ways in which every page is looked at."""


@dataclass
class Visitors:
    """Opens browsers for people, each with cookies of their own."""

    browser: Browser
    service: Service
    everyone: list[Visitor] = field(default_factory=list)

    async def new(self, who: str | None = None, **options: Any) -> Visitor:
        """Return a visitor, signed in as this member of the region when one is named."""
        context = await self.browser.new_context(locale="nl-NL", timezone_id="Europe/Amsterdam", **options)
        context.set_default_timeout(PATIENCE_MS)
        page = await context.new_page()
        visitor = Visitor(page, context, self.service.origin)
        page.on("console", visitor.heard)
        page.on("pageerror", visitor.failed)
        page.on("request", visitor.asked)
        self.everyone.append(visitor)
        if who is not None:
            await visitor.signs_in(who)
        return visitor


@pytest.fixture
async def visitors(chromium: Browser, service: Service) -> AsyncIterator[Visitors]:
    """Opens browsers; afterwards none may have complained or asked anyone else for anything."""
    opened = Visitors(chromium, service)
    yield opened
    for one in opened.everyone:
        await one.context.close()
    assert [line for one in opened.everyone for line in one.complaints] == []
    assert [line for one in opened.everyone for line in one.strangers] == []
