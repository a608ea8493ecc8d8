from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.databases import DatabaseUrls
from tests.support.pages import Reader, sqlite_urls
from tests.support.service import Service


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    return sqlite_urls(tmp_path)


async def test_a_seat_holder_sees_circle_sessions_seats_and_deputies(service: Service) -> None:
    async with Reader(service, "gp") as member:
        page = (await member.get("/")).text
        assert "Kring Merenland-Zuid" in page
        assert "uw plaats: deelnemer" in page
        assert f'href="/sessies/{service.network.session}/live"' in page
        assert "vervanger: Tom Wibisono" in page
        assert "nog geen casussen op de agenda" in page


async def test_a_deputy_sees_for_whom_they_stand_in(service: Service) -> None:
    async with Reader(service, "social_deputy") as deputy:
        page = (await deputy.get("/")).text
        assert "u bent vervanger van Marloes Bos" in page
        assert "Naar de sessie" in page


async def test_a_coordinator_sees_the_circle_without_a_way_into_the_room(service: Service) -> None:
    async with Reader(service, "coordinator") as coordinator:
        page = (await coordinator.get("/")).text
        assert "u coördineert deze kring" in page
        assert "/live" not in page


async def test_who_sits_in_no_circle_reads_what_to_do(service: Service) -> None:
    async with Reader(service, "outsider") as outsider:
        page = (await outsider.get("/")).text
        assert "Kring Merenland-Zuid" not in page
        assert "Vraag de regiocoördinator om een plaats" in page
