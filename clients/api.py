"""The async Python client: the HTTP API and the live session, for the demo, the tests and a partner's own scripts.

async with Client("https://casuskring.example.nl") as client:
    await client.log_in("h.jansen@voorbeeld.nl", password)
    case = await client.submit(request)
    async with client.live(session) as live:
        await live.send(Contribute(key=new_key(), text="..."))
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec
from msgspec import Struct

from clients.errors import FoundAt, Refusal, UnusableAnswer
from clients.live import LiveSession
from server.protocol import cards, http

T = TypeVar("T")

TIMEOUT_SECONDS = 60.0
SMALL_BYTES = 512 * 1024
"""Longest answer about the log, in bytes: twice the longest checkpoint."""


def new_key() -> str:
    """Return a fresh idempotency key."""
    return secrets.token_hex(12)


class Client:
    """A signed-in partner. `transport` replaces the network in tests and lets a partner watch what leaves."""

    def __init__(self, origin: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.origin = origin.rstrip("/")
        self._http = httpx.AsyncClient(
            base_url=self.origin + "/api/v1", timeout=TIMEOUT_SECONDS, transport=transport, trust_env=False
        )
        self._token = ""
        self.member: http.MemberView | None = None

    async def __aenter__(self) -> Self:
        """Open the client."""
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Close the client."""
        await self._http.aclose()

    # --- login ---------------------------------------------------------------------------------------------

    async def log_in(self, login: str, password: str) -> http.MemberView:
        """Sign in and return who I am.

        Raises:
            Refusal: the name and password do not belong together.
        """
        answer = await self._post("/login", http.LoginRequest(login, password), http.LoginAnswer)
        self._token = answer.token
        self.member = answer.member
        return answer.member

    async def log_out(self) -> None:
        """End this login."""
        await self._send("POST", "/logout")
        self._token = ""

    # --- network -------------------------------------------------------------------------------------------

    async def add_organisation(self, request: http.OrganisationRequest) -> str:
        """Add a partner and return its id."""
        return (await self._post("/organisations", request, http.Created)).id

    async def add_member(self, request: http.MemberRequest) -> str:
        """Add a member and return their id."""
        return (await self._post("/members", request, http.Created)).id

    async def change_member(self, member: str, request: http.MemberChangeRequest) -> None:
        """Give a member another name, function or roles."""
        await self._send("POST", f"/members/{member}", msgspec.json.encode(request))

    async def add_circle(self, request: http.CircleRequest) -> str:
        """Add a circle and return its id."""
        return (await self._post("/circles", request, http.Created)).id

    async def circles(self) -> list[http.CircleAnswer]:
        """Return my circles."""
        return await self._get("/circles", list[http.CircleAnswer])

    async def propose_agreement(self, request: http.AgreementRequest) -> str:
        """Put a version of an agreement before its parties and return its id."""
        return (await self._post("/agreements", request, http.Created)).id

    async def agreements(self) -> list[http.AgreementAnswer]:
        """Return the agreements that name my organisation."""
        return await self._get("/agreements", list[http.AgreementAnswer])

    async def approve_agreement(self, agreement: str) -> None:
        """Record the approval of my organisation."""
        await self._send("POST", f"/agreements/{agreement}/approval")

    async def establish_agreement(self, agreement: str) -> None:
        """Establish a version that every party approved."""
        await self._send("POST", f"/agreements/{agreement}/establishment")

    async def end_agreement(self, agreement: str) -> None:
        """End a version early."""
        await self._send("POST", f"/agreements/{agreement}/end")

    # --- cases and sessions --------------------------------------------------------------------------------

    async def submit(self, request: http.SubmitRequest) -> str:
        """Submit a pseudonymised case and return its id; the same key again is harmless.

        Raises:
            Refusal: no agreement, something acute, or identifiers that are left (`places` says where).
        """
        return (await self._post("/cases", request, http.Created)).id

    async def check(self, text: str) -> Sequence[http.Place]:
        """Return where the service's scan finds identifiers; nothing is stored."""
        return (await self._post("/check", http.CheckRequest(text), http.CheckAnswer)).places

    async def cases(self) -> list[http.CaseLine]:
        """Return the cases that I may know of."""
        return await self._get("/cases", list[http.CaseLine])

    async def case(self, case: str) -> http.CaseAnswer:
        """Return a case as the circle sees it."""
        return await self._get(f"/cases/{case}", http.CaseAnswer)

    async def release(self, case: str) -> None:
        """Let the circle have a colleague's case."""
        await self._send("POST", f"/cases/{case}/release")

    async def withdraw(self, case: str) -> None:
        """Take my case back."""
        await self._send("POST", f"/cases/{case}/withdrawal")

    async def report_missed(self, case: str, field: str, start: int, end: int, label: str) -> str:
        """Report a place where something recognisable is to be read and return the report's id; again is harmless.

        Raises:
            Refusal: no such place or kind, or the case has enough reports.
        """
        body = http.MissedRequest(field, start, end, label)
        return (await self._post(f"/cases/{case}/missed", body, http.Created)).id

    async def missed(self, case: str) -> list[http.MissedAnswer]:
        """Return the places that readers reported in a case of my own organisation."""
        return await self._get(f"/cases/{case}/missed", list[http.MissedAnswer])

    async def outcome(self, case: str) -> http.OutcomeAnswer:
        """Return what the circle decided, as a member of the circle."""
        return await self._get(f"/cases/{case}/outcome", http.OutcomeAnswer)

    async def answer(self, case: str) -> http.OutcomeAnswer:
        """Take the answer to my organisation's own case home."""
        return await self._get(f"/cases/{case}/answer", http.OutcomeAnswer)

    async def schedule(self, circle: str, starts_at: datetime, preset: str = "") -> str:
        """Plan a session and return its id."""
        request = http.SessionRequest(starts_at, preset)
        return (await self._post(f"/circles/{circle}/sessions", request, http.Created)).id

    async def sessions(self) -> list[http.SessionAnswer]:
        """Return the sessions of my circles."""
        return await self._get("/sessions", list[http.SessionAnswer])

    async def session(self, session: str) -> http.SessionAnswer:
        """Return one session with its agenda."""
        return await self._get(f"/sessions/{session}", http.SessionAnswer)

    def live(self, session: str) -> LiveSession:
        """Return the live session, to be used as `async with`."""
        return LiveSession(self.origin, session, self._token)

    async def bottlenecks(self) -> list[http.BottleneckAnswerView]:
        """Return the register of structural bottlenecks."""
        return await self._get("/bottlenecks", list[http.BottleneckAnswerView])

    async def checkpoint(self) -> http.CheckpointAnswer:
        """Return the newest signed checkpoint of the audit log, for keeping outside the service.

        Raises:
            UnusableAnswer: what came is too long or no such answer.
        """
        return await self._get_small("/audit/checkpoint", http.CheckpointAnswer)

    async def consistency(self, from_size: int, to_size: int) -> http.ConsistencyAnswer:
        """Return the proof that the log of `to_size` entries extends its first `from_size`, as the service gives it.

        It is not verified here.

        Raises:
            Refusal: the sizes are out of order, or the log has not so many entries.
            UnusableAnswer: what came is too long or no such answer.
        """
        return await self._get_small(f"/audit/consistency?from={from_size}&to={to_size}", http.ConsistencyAnswer)

    async def audit_entries(
        self,
        *,
        case: str | None = None,
        member: str | None = None,
        since: date | None = None,
        until: date | None = None,
        before: int | None = None,
    ) -> http.AuditEntriesAnswer:
        """Return a page of what the log says, as a privacy officer; days are of the Dutch calendar, and both count.

        Raises:
            Refusal: not an officer, another organisation's case or member, or days that cannot be.
        """
        asked = {"case": case, "member": member, "from": since, "to": until, "before": before}
        query = httpx.QueryParams({name: str(value) for name, value in asked.items() if value is not None})
        return await self._get(f"/audit/entries?{query}", http.AuditEntriesAnswer)

    async def audit_proof(self, number: int) -> http.InclusionAnswer:
        """Return the proof that an entry is in the signed log, as the service gives it. It is not verified here.

        Raises:
            Refusal: no such entry for this officer, or it is not signed yet.
        """
        return await self._get(f"/audit/entries/{number}/proof", http.InclusionAnswer)

    async def officer_keys(self) -> cards.OfficerKeysAnswer:
        """Return the keys of my organisation's privacy officers."""
        return await self._get("/audit/keys", cards.OfficerKeysAnswer)

    async def offer_key(self, public: str) -> str:
        """Hand in the public half of my key and return its id.

        Raises:
            Refusal: it is no public key, or was used here before.
        """
        return (await self._post("/audit/keys", cards.OfficerKeyRequest(public), http.Created)).id

    async def confirm_key(self, key: str, fingerprint: str) -> int:
        """Confirm my key by the fingerprint that my own tool shows, and return how many cards were sealed to it.

        Raises:
            Refusal: the service has a key with another fingerprint, or none that waits.
        """
        request = cards.FingerprintRequest(fingerprint)
        return (await self._post(f"/audit/keys/{key}/confirmation", request, cards.SealedNow)).cards

    async def revoke_key(self, key: str) -> None:
        """Have nothing sealed to a key of my organisation any more."""
        await self._send("POST", f"/audit/keys/{key}/revocation")

    async def fetch_cards(self) -> cards.CardsFile:
        """Return the cards that are sealed to my keys."""
        return await self._get("/audit/cards", cards.CardsFile)

    async def give_cards(self, file: cards.CardsFile) -> cards.Taken:
        """Bring cards back that were sealed anew.

        Raises:
            Refusal: they are not mine to bring, or not for a key in use.
        """
        return await self._post("/audit/cards", file, cards.Taken)

    async def succession(self, origin: str, from_size: int, to_size: int) -> http.SuccessionAnswer:
        """Return the proof that leads from the closed log `origin` at a size to the open log at another, unverified.

        Raises:
            Refusal: there is no such closed log, or a log has not so many entries.
            UnusableAnswer: what came is too long or no such answer.
        """
        query = urlencode({"origin": origin, "from": from_size, "to": to_size})
        return await self._get_small(f"/audit/succession?{query}", http.SuccessionAnswer)

    async def health(self) -> http.Health:
        """Return whether the service is ready."""
        return await self._get("/health", http.Health)

    # --- transport -----------------------------------------------------------------------------------------

    async def _get(self, path: str, kind: type[T]) -> T:
        return msgspec.json.decode(await self._send("GET", path), type=kind)

    async def _get_small(self, path: str, kind: type[T]) -> T:
        # These answers judge a service that may be in other hands: it must not be able to fill this computer's memory.
        body = bytearray()
        async with self._http.stream("GET", path, headers={"Accept-Encoding": "identity"}) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > SMALL_BYTES:
                    raise UnusableAnswer("too_long")
        if not response.is_success:
            raise _refusal(response.status_code, bytes(body))
        try:
            return msgspec.json.decode(bytes(body), type=kind)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            raise UnusableAnswer("other_form") from None

    async def _post(self, path: str, body: Struct, kind: type[T]) -> T:
        return msgspec.json.decode(await self._send("POST", path, msgspec.json.encode(body)), type=kind)

    async def _send(self, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        response = await self._http.request(method, path, content=body, headers=headers)
        if response.is_success:
            return response.content
        raise _refusal(response.status_code, response.content)


def _refusal(status: int, content: bytes) -> Refusal:
    try:
        problem = msgspec.json.decode(content, type=http.Problem)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Refusal(status, "unknown", "De dienst gaf een onbekend antwoord.")
    places = tuple(FoundAt(one.field, one.start, one.end, one.label, one.hard) for one in problem.places)
    return Refusal(status, problem.code, problem.detail, places)
