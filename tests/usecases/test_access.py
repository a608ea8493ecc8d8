"""Every route of the API in threes: who may, who sees less, and who gets "not found" or no entry at all."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from audit.entry import Outcome
from clients.api import new_key
from clients.officer.keyfile import new_key as new_officer_key
from server.demo.network import ADMINISTRATOR, PASSWORD, PEOPLE
from server.protocol import cards, http, live
from server.protocol.words import BottleneckAnswer, Domain, Role, SeatFunction
from server.web.api import ENDPOINTS
from server.web.routing import PREFIX
from tests.support.cards import registered
from tests.support.service import Service, protected_case
from tests.support.table import entries, released_case, sitting
from tests.support.tampering import settled

NOWHERE = "0" * 32


@dataclass
class Region:
    """The prepared region: tokens by short name, and what the rows of the table point at."""

    service: Service
    tokens: dict[str, str]
    ids: dict[str, str]
    bodies: dict[str, msgspec.Struct] = field(default_factory=dict)


@dataclass(frozen=True)
class Try:
    """One attempt: who does what, and the answer that must come."""

    who: str
    endpoint: str
    status: int
    code: str = ""
    ids: tuple[str, ...] = ()
    query: str = ""
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    def path(self, region: Region) -> str:
        """Return the address with its ids filled in."""
        path = self.endpoint.partition(" ")[2]
        for one in self.ids:
            path = path.replace(path[path.index("{") : path.index("}") + 1], region.ids.get(one, NOWHERE), 1)
        return PREFIX + path + self.query


QUESTION = "Wie pakt de regie"
MAY_NOT = (403, "not_allowed")
NOT_THERE = (404, "not_found")

READS = [
    Try("gp", "GET /me", 200, shows=("Hanneke Jansen",)),
    Try("gp", "GET /circles", 200, shows=("Merenland-Zuid",)),
    Try("coordinator", "GET /circles", 200, shows=("Merenland-Zuid",)),
    Try("outsider", "GET /circles", 200, hides=("Merenland-Zuid",)),
    Try("gp", "GET /agreements", 200, shows=("Onderlinge regeling",), hides=("Alleen regio",)),
    Try("coordinator", "GET /agreements", 200, shows=("Onderlinge regeling", "Alleen regio")),
    Try("without_agreement", "GET /agreements", 200, hides=("Onderlinge regeling", "Alleen regio")),
    Try("gp", "GET /sessions", 200, shows=("Merenland-Zuid", QUESTION)),
    Try("coordinator", "GET /sessions", 200, shows=("Merenland-Zuid",), hides=(QUESTION,)),
    Try("outsider", "GET /sessions", 200, hides=("Merenland-Zuid",)),
    Try("ggz", "GET /sessions/{session}", 200, ids=("session",), shows=(QUESTION,)),
    Try("social_deputy", "GET /sessions/{session}", 200, ids=("session",), shows=(QUESTION,)),
    Try("coordinator", "GET /sessions/{session}", 200, ids=("session",), hides=(QUESTION,)),
    Try("outsider", "GET /sessions/{session}", *NOT_THERE, ids=("session",)),
    Try("outsider", "GET /sessions/{session}", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "GET /cases", 200, shows=("submitted", "released", "discussed")),
    Try("ggz", "GET /cases", 200, shows=("released", "discussed"), hides=('submitted"',)),
    Try("coordinator", "GET /cases", 200, shows=("submitted",), hides=("released", "discussed")),
    Try("administrator", "GET /cases", 200, hides=("submitted", "released", "discussed")),
    Try("outsider", "GET /cases", 200, hides=(QUESTION,)),
    Try("gp", "GET /cases/{case}", 200, ids=("released",), shows=(QUESTION, '"may_withdraw":true')),
    Try("ggz", "GET /cases/{case}", 200, ids=("released",), shows=(QUESTION, '"may_withdraw":false')),
    Try("coordinator", "GET /cases/{case}", 200, ids=("submitted",), shows=(QUESTION, '"may_release":true')),
    Try("ggz", "GET /cases/{case}", *NOT_THERE, ids=("submitted",)),
    Try("outsider", "GET /cases/{case}", *NOT_THERE, ids=("released",)),
    Try("administrator", "GET /cases/{case}", *NOT_THERE, ids=("submitted",)),
    Try("administrator", "GET /cases/{case}", *NOT_THERE, ids=("released",)),
    Try("outsider", "GET /cases/{case}", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "GET /cases/{case}/missed", 200, ids=("reported",), shows=("NATIONALITY",)),
    Try("gp_colleague", "GET /cases/{case}/missed", 200, ids=("reported",), shows=("NATIONALITY",)),
    Try("ggz", "GET /cases/{case}/missed", *NOT_THERE, ids=("reported",)),
    Try("coordinator", "GET /cases/{case}/missed", *NOT_THERE, ids=("submitted",)),
    Try("administrator", "GET /cases/{case}/missed", *NOT_THERE, ids=("reported",)),
    Try("outsider", "GET /cases/{case}/missed", *NOT_THERE, ids=("nowhere",)),
    Try("ggz", "GET /cases/{case}/outcome", 200, ids=("discussed",), shows=("Wijkteam belt",)),
    Try("ggz", "GET /cases/{case}/outcome", 404, "no_outcome", ids=("released",)),
    Try("outsider", "GET /cases/{case}/outcome", *NOT_THERE, ids=("discussed",)),
    Try("administrator", "GET /cases/{case}/outcome", *NOT_THERE, ids=("discussed",)),
    Try("outsider", "GET /cases/{case}/outcome", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "GET /cases/{case}/answer", 200, ids=("discussed",), shows=("Wijkteam belt",)),
    Try("gp_colleague", "GET /cases/{case}/answer", 200, ids=("discussed",), shows=("Wijkteam belt",)),
    Try("ggz", "GET /cases/{case}/answer", *NOT_THERE, ids=("discussed",)),
    Try("outsider", "GET /cases/{case}/answer", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "GET /bottlenecks", 200),
    Try("outsider", "GET /bottlenecks", 200),
    Try("nobody", "GET /audit/checkpoint", 200, shows=("test.example/log",)),
    Try("nobody", "GET /audit/consistency", 200, query="?from=1&to=2", shows=("test.example/log", '"hashes":["')),
    Try("nobody", "GET /audit/consistency", 400, "bad_number"),
    Try("nobody", "GET /audit/consistency", 400, "sizes_out_of_order", query="?from=2&to=1"),
    Try("officer", "GET /audit/entries", 200, shows=("regiocoördinator, Regiobureau",), hides=("Hanneke", "De Vlier")),
    Try("officer", "GET /audit/entries", *NOT_THERE, query=f"?case={NOWHERE}"),
    Try("gp", "GET /audit/entries", *NOT_THERE),
    Try("coordinator", "GET /audit/entries", *NOT_THERE),
    Try("administrator", "GET /audit/entries", *NOT_THERE),
    Try("officer", "GET /audit/entries/{number}/proof", 200, ids=("entry",), shows=("test.example/log",)),
    Try("officer", "GET /audit/entries/{number}/proof", *NOT_THERE, ids=("first",)),
    Try("gp", "GET /audit/entries/{number}/proof", *NOT_THERE, ids=("entry",)),
    Try("administrator", "GET /audit/entries/{number}/proof", *NOT_THERE, ids=("entry",)),
    Try("officer", "GET /audit/keys", 200, shows=("active", "waiting"), hides=("De Vlier", "Hanneke")),
    Try("gp", "GET /audit/keys", *NOT_THERE),
    Try("coordinator", "GET /audit/keys", *NOT_THERE),
    Try("administrator", "GET /audit/keys", *NOT_THERE),
    Try("officer", "GET /audit/cards", 200, shows=("casuskring-cards-1", "Regiobureau"), hides=("De Vlier", "@")),
    Try("gp", "GET /audit/cards", *NOT_THERE),
    Try("coordinator", "GET /audit/cards", *NOT_THERE),
    Try("administrator", "GET /audit/cards", *NOT_THERE),
    Try("nobody", "GET /audit/succession", 400, "bad_text", query="?from=1&to=2"),
    Try("nobody", "GET /audit/succession", 400, "bad_text", query="?from=1&to=2&origin=a%00"),
    Try("nobody", "GET /audit/succession", 400, "bad_number", query="?from=0&to=2&origin=a"),
    Try("nobody", "GET /audit/succession", 404, "no_such_log", query="?from=1&to=2&origin=test.example/log"),
    Try("nobody", "GET /health", 200),
    Try("nobody", "GET /health/live", 200),
]

ACTS = [
    Try("nobody", "POST /login", 200, shows=("token",)),
    Try("gp", "POST /check", 200, shows=("PHONE_NUMBER",), hides=("06-12345678",)),
    Try("gp", "POST /organisations", *MAY_NOT),
    Try("coordinator", "POST /organisations", 201),
    Try("administrator", "POST /organisations", 201),
    Try("gp", "POST /members", *MAY_NOT),
    Try("coordinator", "POST /members", *MAY_NOT),
    Try("administrator", "POST /members", 201),
    Try("gp", "POST /members/{member}", *MAY_NOT, ids=("member",)),
    Try("coordinator", "POST /members/{member}", *MAY_NOT, ids=("member",)),
    Try("administrator", "POST /members/{member}", *NOT_THERE, ids=("nowhere",)),
    Try("administrator", "POST /members/{member}", 204, ids=("member",)),
    Try("gp", "POST /circles", *MAY_NOT),
    Try("coordinator", "POST /circles", 201),
    Try("gp", "POST /agreements", *MAY_NOT),
    Try("coordinator", "POST /agreements", 201),
    Try("gp_colleague", "POST /agreements/{agreement}/approval", *MAY_NOT, ids=("proposed",)),
    Try("gp", "POST /agreements/{agreement}/approval", *MAY_NOT, ids=("proposed",)),
    Try("gp", "POST /agreements/{agreement}/approval", *NOT_THERE, ids=("nowhere",)),
    Try("coordinator", "POST /agreements/{agreement}/approval", 204, ids=("proposed",)),
    Try("gp", "POST /agreements/{agreement}/establishment", *MAY_NOT, ids=("proposed",)),
    Try("coordinator", "POST /agreements/{agreement}/establishment", *NOT_THERE, ids=("nowhere",)),
    Try("coordinator", "POST /agreements/{agreement}/establishment", 204, ids=("proposed",)),
    Try("gp", "POST /agreements/{agreement}/end", *MAY_NOT, ids=("proposed",)),
    Try("coordinator", "POST /agreements/{agreement}/end", *NOT_THERE, ids=("nowhere",)),
    Try("coordinator", "POST /agreements/{agreement}/end", 204, ids=("proposed",)),
    Try("ggz", "POST /circles/{circle}/sessions", *MAY_NOT, ids=("circle",)),
    Try("coordinator", "POST /circles/{circle}/sessions", *NOT_THERE, ids=("nowhere",)),
    Try("coordinator", "POST /circles/{circle}/sessions", 201, ids=("circle",)),
    Try("without_agreement", "POST /cases", 403, "agreement_none"),
    Try("administrator", "POST /cases", *MAY_NOT),
    Try("outsider", "POST /cases", 201),
    Try("gp", "POST /cases", 201),
    Try("gp_colleague", "POST /cases/{case}/missed", 201, ids=("submitted",)),
    Try("coordinator", "POST /cases/{case}/missed", 201, ids=("submitted",)),
    Try("ggz", "POST /cases/{case}/missed", *NOT_THERE, ids=("submitted",)),
    Try("ggz", "POST /cases/{case}/missed", 201, ids=("released",)),
    Try("administrator", "POST /cases/{case}/missed", *NOT_THERE, ids=("released",)),
    Try("outsider", "POST /cases/{case}/missed", *NOT_THERE, ids=("released",)),
    Try("outsider", "POST /cases/{case}/missed", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "POST /cases/{case}/release", 403, "second_person", ids=("submitted",)),
    Try("ggz", "POST /cases/{case}/release", *NOT_THERE, ids=("submitted",)),
    Try("administrator", "POST /cases/{case}/release", *NOT_THERE, ids=("submitted",)),
    Try("outsider", "POST /cases/{case}/release", *NOT_THERE, ids=("nowhere",)),
    Try("gp_colleague", "POST /cases/{case}/release", 204, ids=("submitted",)),
    Try("gp_colleague", "POST /cases/{case}/withdrawal", *NOT_THERE, ids=("released",)),
    Try("ggz", "POST /cases/{case}/withdrawal", *NOT_THERE, ids=("released",)),
    Try("outsider", "POST /cases/{case}/withdrawal", *NOT_THERE, ids=("nowhere",)),
    Try("gp", "POST /cases/{case}/withdrawal", 204, ids=("released",)),
    Try("gp", "POST /audit/keys/{key}/confirmation", *NOT_THERE, ids=("waiting",)),
    Try("administrator", "POST /audit/keys/{key}/confirmation", *NOT_THERE, ids=("waiting",)),
    Try("officer", "POST /audit/keys/{key}/confirmation", *NOT_THERE, ids=("nowhere",)),
    Try("officer", "POST /audit/keys/{key}/confirmation", 200, ids=("waiting",)),
    Try("gp", "POST /audit/keys", *NOT_THERE),
    Try("administrator", "POST /audit/keys", *NOT_THERE),
    Try("officer", "POST /audit/keys", 201),
    Try("gp", "POST /audit/cards", *NOT_THERE),
    Try("administrator", "POST /audit/cards", *NOT_THERE),
    Try("officer", "POST /audit/cards", 200, shows=('"stored":0',)),
    Try("gp", "POST /audit/keys/{key}/revocation", *NOT_THERE, ids=("key",)),
    Try("administrator", "POST /audit/keys/{key}/revocation", *NOT_THERE, ids=("key",)),
    Try("officer", "POST /audit/keys/{key}/revocation", *NOT_THERE, ids=("nowhere",)),
    Try("officer", "POST /audit/keys/{key}/revocation", 204, ids=("key",)),
    Try("officer", "POST /logout", 204),
    Try("officer", "GET /me", 401, "unauthenticated"),
]


def test_the_table_has_every_route() -> None:
    tried = {one.endpoint for one in (*READS, *ACTS)}
    routes = {f"{one.method} {one.path}" for one in ENDPOINTS}
    assert tried == routes
    # Only a closed log has a successor: tests/usecases/test_log_periods.py goes that way.
    for route in routes - {"GET /audit/succession"}:
        assert any(one.status < 300 for one in (*READS, *ACTS) if one.endpoint == route), route


async def _tokens(service: Service, http_client: httpx.AsyncClient) -> dict[str, str]:
    wanted = {name: PEOPLE[name].login for name in {one.who for one in (*READS, *ACTS)} if name in PEOPLE}
    tokens = {"nobody": ""}
    for name, login in (wanted | {"administrator": ADMINISTRATOR.login}).items():
        answer = await http_client.post(PREFIX + "/login", json={"login": login, "password": PASSWORD})
        tokens[name] = answer.json()["token"]
    return tokens


async def _cases(service: Service) -> dict[str, str]:
    """Bring one case to each state: discussed, released and only submitted."""
    async with sitting(service) as table:
        await table.open_case()
        await table.to_decision()
        await table.decide()
        await table.at["ggz"].send(live.NextPhase(new_key()))
        await table.at["social"].send(live.AnswerBottleneck(new_key(), BottleneckAnswer.NO))
        await table.at["ggz"].send(live.CloseCase(new_key()))
    gp = await service.client("gp")
    released = await released_case(service)
    submitted = await gp.submit(protected_case(service.network.circle))
    return {"discussed": table.case, "released": released, "submitted": submitted}


async def _keys(service: Service, ids: dict[str, str]) -> dict[str, msgspec.Struct]:
    """Give the officer a key in use and one that waits, and return what is sent about keys."""
    officer = await service.client("officer")
    _key, ids["key"] = await registered(officer)
    waiting, later = new_officer_key(secrets.token_bytes), new_officer_key(secrets.token_bytes)
    ids["waiting"] = await officer.offer_key(str(waiting.public))
    nothing = msgspec.structs.replace(await officer.fetch_cards(), cards=())
    return {
        "POST /audit/keys": cards.OfficerKeyRequest(str(later.public)),
        "POST /audit/keys/{key}/confirmation": cards.FingerprintRequest(waiting.public.fingerprint),
        "POST /audit/cards": nothing,
    }


async def _prepare(service: Service, http_client: httpx.AsyncClient) -> Region:
    network, ends = service.network, datetime.now(UTC) + timedelta(days=100)
    coordinator = await service.client("coordinator")
    regio = network.organisations["regio"]
    agreement = http.AgreementRequest("art28", "Alleen regio", "De kern.", (regio,), ends.date(), ends)
    ids = await _cases(service) | {"session": network.session, "circle": network.circle}
    ids["reported"] = ids["discussed"]
    await (await service.client("social")).report_missed(ids["reported"], "text", 0, 7, "NATIONALITY")
    ids["proposed"] = await coordinator.propose_agreement(agreement)
    await settled(service)
    newest = (await (await service.client("officer")).audit_entries()).entries[0].number
    ids |= {"entry": str(newest), "first": "0"}
    bodies = await _keys(service, ids)
    seats = (
        http.SeatRequest(Domain.GP, network.members["gp"]),
        http.SeatRequest(Domain.GGZ, network.members["outsider"], SeatFunction.CHAIR),
        http.SeatRequest(Domain.SOCIAL, network.members["coordinator"]),
    )
    ids["member"] = network.members["gp_colleague"]
    bodies |= {
        "POST /login": http.LoginRequest(PEOPLE["officer"].login, PASSWORD),
        "POST /check": http.CheckRequest("Bel 06-12345678 even."),
        "POST /organisations": http.OrganisationRequest("Nieuwe praktijk", Domain.GP),
        "POST /members": http.MemberRequest("nieuw@voorbeeld.nl", "Nieuw Lid", PASSWORD, regio),
        "POST /members/{member}": http.MemberChangeRequest("Ruben Smit", (Role.MEMBER,), "praktijkmanager"),
        "POST /circles": http.CircleRequest("Tweede kring", "elke week", "overlegtafel", seats),
        "POST /agreements": agreement,
        "POST /cases/{case}/missed": http.MissedRequest("text", 0, 7, "PERSON"),
        "POST /circles/{circle}/sessions": http.SessionRequest(ends),
    }
    return Region(service, await _tokens(service, http_client), ids, bodies)


async def _attempt(region: Region, http_client: httpx.AsyncClient, one: Try) -> httpx.Response:
    token = region.tokens[one.who]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = region.bodies.get(one.endpoint)
    if one.endpoint == "POST /cases":
        body = protected_case(region.ids["circle"])
    if body is not None:
        headers["Content-Type"] = "application/json"
    content = msgspec.json.encode(body) if body is not None else None
    return await http_client.request(one.endpoint.split(" ")[0], one.path(region), content=content, headers=headers)


async def test_every_route_in_threes(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.origin, trust_env=False, timeout=60) as http_client:
        region = await _prepare(service, http_client)
        for one in (*READS, *ACTS):
            denied = await _denied(service)
            answer = await _attempt(region, http_client, one)
            got = (one.who, one.endpoint, answer.status_code, answer.json().get("code", "") if one.code else "")
            assert got == (one.who, one.endpoint, one.status, one.code)
            for text in one.shows:
                assert text in answer.text, one
            for text in one.hides:
                assert text not in answer.text, one
            # Nobody tries in silence; an outcome that is not there yet hides nothing from who may read it.
            # What is open to everyone without a login names nobody, and is no attempt either.
            tried_in_vain = one.status in (403, 404) and one.code not in ("no_outcome", "no_such_log")
            assert await _denied(service) == denied + tried_in_vain, one


async def _denied(service: Service) -> int:
    """Return how many attempts the log holds as refused."""
    return sum(one.outcome is Outcome.MINOR_FAILURE for one in await entries(service.store))


async def test_without_a_login_no_route_but_the_open_ones_says_anything(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.origin, trust_env=False) as http_client:
        for endpoint in ENDPOINTS:
            path = PREFIX + endpoint.path.replace("{", "").replace("}", "")
            answer = await http_client.request(endpoint.method, path, json={} if endpoint.takes else None)
            if endpoint.login:
                assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), endpoint.path


@pytest.mark.parametrize(
    "path", ["/cases/{}", "/cases/{}/missed", "/cases/{}/outcome", "/cases/{}/answer", "/sessions/{}"]
)
async def test_forbidden_and_missing_are_the_same_answer(service: Service, path: str) -> None:
    case = await released_case(service)
    hidden = service.network.session if "session" in path else case
    outsider = await service.client("outsider")
    headers = {"Authorization": f"Bearer {outsider._token}"}
    async with httpx.AsyncClient(base_url=service.origin + PREFIX, headers=headers, trust_env=False) as http_client:
        forbidden, missing = await http_client.get(path.format(hidden)), await http_client.get(path.format(NOWHERE))
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content
    plain = ("date", "content-length")
    assert {k: v for k, v in forbidden.headers.items() if k not in plain} == {
        k: v for k, v in missing.headers.items() if k not in plain
    }
