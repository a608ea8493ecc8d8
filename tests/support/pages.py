"""Reading pages like a browser without scripts: a cookie, forms, redirects that are looked at."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from server.demo.network import PASSWORD, PEOPLE
from tests.support.databases import DatabaseUrls
from tests.support.service import Service


def sqlite_urls(folder: Path) -> DatabaseUrls:
    """One kind of database, for tests of what does not differ between them."""
    return DatabaseUrls("sqlite", f"sqlite:///{folder}/casuskring.sqlite")


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

    async def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, as a browser does from our own pages."""
        return await self.http.post(path, data=fields, headers={"Origin": self.service.origin})
