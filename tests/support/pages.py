"""Reading pages like a browser without scripts: a cookie, forms, redirects that are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from server.demo.network import PASSWORD, PEOPLE
from tests.support.databases import DatabaseUrls
from tests.support.service import Service

PAGE = "/casussen/nieuw"
"""Where a case is typed."""


def sqlite_urls(folder: Path) -> DatabaseUrls:
    """One kind of database, for tests of what does not differ between them."""
    return DatabaseUrls("sqlite", f"sqlite:///{folder}/casuskring.sqlite")


class Form(HTMLParser):
    """The fields of the form that takes most of a page, as a browser would send them when nothing is touched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.options: list[tuple[str, str]] = []
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self._offered: list[tuple[str, bool]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a field that begins here."""
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        chosen = found.get("type") not in ("radio", "checkbox") or "checked" in found
        if tag == "input" and chosen:
            self.fields.setdefault(name, []).append(value)
        elif tag == "textarea":
            self._text = (name, [])
        elif tag == "select":
            self._select, self._offered = name, []
        elif tag == "option":
            self._offered.append((value, "selected" in found))
            self.options.append((self._select, value))

    def handle_endtag(self, tag: str) -> None:
        """Take what a field held, now that it ends."""
        if tag == "textarea" and self._text is not None:
            name, pieces = self._text
            self.fields.setdefault(name, []).append("".join(pieces).removeprefix("\n"))
            self._text = None
        elif tag == "select":
            chosen = next((value for value, selected in self._offered if selected), self._offered[0][0])
            self.fields.setdefault(self._select, []).append(chosen)

    def handle_data(self, data: str) -> None:
        """Take the words of a field."""
        if self._text is not None:
            self._text[1].append(data)

    def offered(self, name: str) -> list[str]:
        """Return the values that the selects of this name offer."""
        return [value for one, value in self.options if one == name and value]


class Reader:
    """Somebody at a browser, signed in when named."""

    def __init__(self, service: Service, who: str | None = None) -> None:
        self.service, self.who = service, who
        self.http = httpx.AsyncClient(base_url=service.origin, timeout=10)

    async def __aenter__(self) -> Self:
        if self.who is not None:
            answer = await self.send("/aanmelden", naam=PEOPLE[self.who].login, wachtwoord=PASSWORD)
            assert answer.status_code == 303
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path)

    async def send(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form, as a browser does from our own pages."""
        return await self.http.post(path, data=fields, headers={"Origin": self.service.origin})


@dataclass
class Author:
    """Somebody at the form, who sends what the page in front of them holds."""

    reader: Reader
    page: str = ""

    async def opens(self) -> None:
        """Open an empty form."""
        answer = await self.reader.get(PAGE)
        assert answer.status_code == 200
        self.page = answer.text

    async def sends(self, step: str, **changes: str | list[str]) -> httpx.Response:
        """Send the form of the page in front of me with these fields changed; an empty one is left out."""
        fields: dict[str, str | list[str]] = {**Form(self.page).fields, **changes, "stap": step}
        answer = await self.reader.send(PAGE, **{name: value for name, value in fields.items() if value})
        self.page = answer.text
        return answer

    async def checks(self, **changes: str | list[str]) -> httpx.Response:
        """Press the button that checks."""
        return await self.sends("controleren", **changes)


def filled_in(**changes: str) -> dict[str, str]:
    """Return the fields of a form that passes."""
    return {
        "acuut": "nee",
        "aanleiding": "care_no_longer_fits",
        "question": "Wie pakt de regie?",
        "why_now": "De huur wordt niet betaald.",
        "what_is_new": "Persoon A vraagt nu zelf om hulp.",
        "text": "Betreft Persoon A, 35-39 jaar, woont in plaats A. Somber en angstig, schulden lopen op.",
        "grondslag": "consent",
        "hoe": "oral",
        "bereik": "pseudonymised_discussion",
        "geinformeerd": "ja",
        "op": (datetime.now(UTC).date() - timedelta(days=3)).isoformat(),
        **changes,
    }
