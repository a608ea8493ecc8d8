from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def test_an_empty_register_says_how_it_fills_and_names_the_threshold(service: Service) -> None:
    async with Reader(service, "gp") as member:
        page = (await member.get("/knelpunten")).text
        assert "Er staan nog geen knelpunten in het register." in page
        assert "vanaf 5 casussen van 3 organisaties" in page
