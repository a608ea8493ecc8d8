"""Bad input over HTTP: refused with a stable code and a Dutch sentence, nothing stored, nothing of it repeated."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from anonymisation.writing import plain
from server.demo.network import ADMINISTRATOR, PEOPLE
from server.protocol.http import MAX_BODY_BYTES
from server.storage.tables import AuditEntryRow, Base
from server.web.routing import PREFIX
from tests.support.service import Service, protected_case
from tests.support.table import refusal

MARK = "kwelgeestje"
BYTES = MARK.encode()


@pytest.fixture
async def raw(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A plain HTTP client with the GP's login, for requests that our own client would not make."""
    gp = await service.client("gp")
    headers = {"Authorization": f"Bearer {gp._token}"}
    async with httpx.AsyncClient(base_url=service.origin, headers=headers, trust_env=False, timeout=30) as client:
        yield client


async def _counts(service: Service) -> dict[str, int]:
    """Return how many rows each table has, save the audit log's own, in which a refusal belongs."""
    async with AsyncSession(service.store.database.engine) as rows:
        return {
            table.name: await rows.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("audit_")
        }


def _case(service: Service) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(msgspec.json.encode(protected_case(service.network.circle)))
    return body


def _with(body: dict[str, Any], path: str, value: object) -> bytes:
    """Return the body as JSON with one value replaced or added; the path names the keys."""
    place = body
    *way, last = path.split(".")
    for key in way:
        place = place[key]
    place[last] = value
    return json.dumps(body).encode()


def _bodies(service: Service) -> dict[str, bytes]:
    whole = json.dumps(_case(service)).encode()
    return {
        "unknown field": _with(_case(service), MARK, 1),
        "unknown inner field": _with(_case(service), f"form.{MARK}", 1),
        "wrong type": _with(_case(service), "form.question", {MARK: 1}),
        "wrong choice": _with(_case(service), "form.trigger", MARK),
        "too long": _with(_case(service), "form.question", MARK * 100),
        "empty where needed": _with(_case(service), "form.why_now", ""),
        "impossible date": _with(_case(service), "form.basis.on", "2026-02-30"),
        "number beyond all bounds": _with(
            _case(service), "rejected", [{"field": "text", "start": 2**70, "end": 2**70 + 1, "label": "PERSON"}]
        ),
        "truncated": whole[: len(whole) // 2] + BYTES,
        "not JSON": BYTES,
        "empty": b"",
        "not UTF-8": whole.replace(b"Betreft", b"\xff\xfe" + BYTES),
        "deep nesting": b'{"circle":' + b"[" * 50_000 + BYTES,
        "deep objects": b'{"a":' * 50_000,
        "lone surrogate": whole.replace(b"Betreft", b"\\ud800" + BYTES),
        "NUL in a text": whole.replace(b"Betreft", b"\\u0000" + BYTES),
        "NUL in a reference": whole.replace(b'"rejected"', b'"' + BYTES + b'\\u0000"'),
        "two documents": whole + whole,
    }


def _refused(answer: httpx.Response, status: int, code: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"].endswith(".")
    assert MARK not in answer.text


async def test_a_body_of_another_form_is_refused_and_nothing_is_stored(
    service: Service, raw: httpx.AsyncClient
) -> None:
    before = await _counts(service)
    headers = {"Content-Type": "application/json"}
    for name, body in _bodies(service).items():
        answer = await raw.post(PREFIX + "/cases", content=body, headers=headers)
        assert answer.status_code == 400, name
        _refused(answer, 400, "unprintable" if name == "NUL in a text" else "bad_request")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "", "application/json5"):
        answer = await raw.post(PREFIX + "/cases", content=b"{}", headers={"Content-Type": kind})
        _refused(answer, 400, "not_json")
    assert await _counts(service) == before
    # The service is none the worse for it.
    good = await raw.post(PREFIX + "/cases", content=json.dumps(_case(service)), headers=headers)
    assert good.status_code == 201


async def test_text_comes_back_exactly_as_it_was_stored(service: Service, raw: httpx.AsyncClient) -> None:
    strange = "De rust is e\u0301e\u0301n keer beter\u200b geworden \U0001f642 en de slaap\u00ad ook."
    strange += "\t\r\n\x7f\x01\uffff\ufeff\u202e\u202c"
    gp = await service.client("gp")
    before = await _counts(service)
    refused = await refusal(gp.submit(protected_case(service.network.circle, wishes=strange)))
    # Signs that nobody sees are not taken away in silence: the sender is told where they stand, the text is not.
    assert (refused.status, refused.code) == (400, "unclear_signs")
    assert "rust" not in str(refused)
    assert await _counts(service) == before
    case = await gp.submit(protected_case(service.network.circle, wishes=plain(strange)))
    assert (await gp.case(case)).form.wishes == plain(strange)


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _part in range(size // 65536):
        yield b" " * 65536


async def test_a_body_over_the_limit_is_refused_with_and_without_a_length(
    service: Service, raw: httpx.AsyncClient
) -> None:
    before = await _counts(service)
    headers = {"Content-Type": "application/json"}
    over = MAX_BODY_BYTES + 65536
    _refused(await raw.post(PREFIX + "/cases", content=b" " * over, headers=headers), 413, "too_large")
    # Chunked: no length is announced, so only counting helps.
    _refused(await raw.post(PREFIX + "/cases", content=_chunks(over), headers=headers), 413, "too_large")
    just_under = b" " * (MAX_BODY_BYTES - 2) + b"{}"
    _refused(await raw.post(PREFIX + "/cases", content=just_under, headers=headers), 400, "bad_request")
    assert await _counts(service) == before


async def test_another_origin_changes_nothing(service: Service, raw: httpx.AsyncClient) -> None:
    before = await _counts(service)
    body = json.dumps(_case(service))
    for origin in ("https://elders.example", "null", "", service.origin + ".elders.example", "http://127.0.0.1:1"):
        headers = {"Content-Type": "application/json", "Origin": origin}
        _refused(await raw.post(PREFIX + "/cases", content=body, headers=headers), 403, "wrong_origin")
    assert await _counts(service) == before
    headers = {"Content-Type": "application/json", "Origin": service.origin}
    assert (await raw.post(PREFIX + "/cases", content=body, headers=headers)).status_code == 201


async def test_an_expired_login_and_a_made_up_token_are_the_same(service: Service, raw: httpx.AsyncClient) -> None:
    for token in (MARK, "0" * 64, "x" * 500, "\xe9" * 10):
        headers = {b"Authorization": b"Bearer " + token.encode("latin-1")}
        _refused(await raw.get(PREFIX + "/me", headers=headers), 401, "unauthenticated")
    assert (await raw.get(PREFIX + "/me")).status_code == 200
    service.clock.offset = timedelta(hours=service.settings.login_hours, seconds=1)
    expired = await raw.get(PREFIX + "/me")
    _refused(expired, 401, "unauthenticated")
    assert expired.headers["www-authenticate"] == "Bearer"


PATHS = [
    "/cases/..%2f..%2fetc%2fpasswd",
    "/cases/%2e%2e%2f%2e%2e",
    "/cases/%00",
    f"/cases/{MARK}%00",
    "/cases/%ff%fe",
    f"/cases/{'x' * 2000}",
    "/cases/%27%20OR%201=1--",
    f"/sessions/{MARK}",
    "/sessions/%00",
    f"/{MARK}",
    "/cases/../../static/../settings",
]


async def test_ids_that_are_none_are_not_found(service: Service, raw: httpx.AsyncClient) -> None:
    for path in PATHS:
        request = raw.build_request("GET", PREFIX)
        request.url = request.url.copy_with(raw_path=(PREFIX + path).encode())
        _refused(await raw.send(request), 404, "not_found")
    for path in ("/static/..%2fapi.py", "/static/../api.py", "/static/%00", "/casussen/%00", "/casussen/..%2f.."):
        request = raw.build_request("GET", "/")
        request.url = request.url.copy_with(raw_path=path.encode())
        answer = await raw.send(request)
        assert answer.status_code in (303, 404), path
        assert "def " not in answer.text


async def test_methods_that_a_route_does_not_have(service: Service, raw: httpx.AsyncClient) -> None:
    before = await _counts(service)
    for method, path in (
        ("OPTIONS", "/cases"),
        ("PUT", "/cases"),
        ("PATCH", "/me"),
        ("DELETE", "/cases"),
        ("TRACE", "/me"),
        ("GET", "/login"),
        (MARK.upper(), "/me"),
    ):
        answer = await raw.request(method, PREFIX + path)
        _refused(answer, 404, "not_found")
    head = await raw.head(PREFIX + "/me")
    assert (head.status_code, head.content) == (200, b"")
    assert (await raw.head(PREFIX + "/login")).status_code == 404
    assert await _counts(service) == before


async def test_what_the_databases_do_not_take_alike_is_refused_before_them(service: Service) -> None:
    """NUL, moments outside UTC and names that grow when folded: PostgreSQL and SQLite would each do something else."""
    administrator, coordinator = await service.sign_in_as(ADMINISTRATOR.login), await service.client("coordinator")
    network = service.network
    before = await _counts(service)
    tries: list[tuple[str, str, dict[str, object], str]] = [
        ("/organisations", administrator._token, {"name": "Praktijk\0", "domain": "gp"}, "unprintable"),
        ("/login", "", {"login": PEOPLE["gp"].login + "\0", "password": "x" * 12}, "unprintable"),
        (
            f"/circles/{network.circle}/sessions",
            coordinator._token,
            {"starts_at": "0001-01-01T00:00:00+12:00"},
            "moment_impossible",
        ),
        (
            f"/circles/{network.circle}/sessions",
            coordinator._token,
            {"starts_at": "2027-01-01T00:00:00"},
            "moment_without_zone",
        ),
        (
            "/members",
            administrator._token,
            {
                "login": "\u0130" * 200,
                "name": "A",
                "password": "x" * 12,
                "organisation": network.organisations["regio"],
            },
            "name_missing",
        ),
    ]
    async with httpx.AsyncClient(base_url=service.origin + PREFIX, trust_env=False, timeout=30) as client:
        for path, token, body, code in tries:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            _refused(await client.post(path, json=body, headers=headers), 400, code)
    assert await _counts(service) == before


async def test_half_a_request_stores_nothing_and_keeps_nobody_waiting(service: Service) -> None:
    """A client that goes away in the middle of its body leaves no case and no damage."""
    gp = await service.client("gp")
    before = await _counts(service)
    reader, writer = await asyncio.open_connection("127.0.0.1", service.settings.port)
    head = f"POST {PREFIX}/cases HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {gp._token}\r\n"
    writer.write(head.encode() + b"Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n" + BYTES)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert reader.at_eof() or await reader.read() == b""
    assert await gp.health()
    assert await _counts(service) == before


async def test_refusals_leave_no_input_in_the_log(service: Service, raw: httpx.AsyncClient) -> None:
    for body in _bodies(service).values():
        await raw.post(PREFIX + "/cases", content=body, headers={"Content-Type": "application/json"})
    await raw.post(PREFIX + "/login", json={"login": MARK, "password": MARK})
    async with AsyncSession(service.store.database.engine) as rows:
        lines = (await rows.scalars(select(AuditEntryRow.line))).all()
    assert any(b"login.refused" in line for line in lines)
    assert not any(BYTES in line for line in lines)
