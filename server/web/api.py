"""The HTTP API under `/api/v1`: thin handlers between the structs that travel and the use cases."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TypeVar

from msgspec import Struct

from server.accounts import service as accounts
from server.bottlenecks import service as bottlenecks
from server.cases import missed
from server.cases import service as cases
from server.cases.access import circle_name
from server.errors import BadRequest, Draining
from server.network import agreements
from server.network import service as network
from server.network.agreements import NewAgreement
from server.network.model import Circle, MemberChange, NewMember, NewSeat
from server.protocol import http
from server.protocol.words import CaseState, Domain, Role
from server.sessions import service as sessions
from server.sessions.model import Outcome, Session
from server.storage import audit_log, audit_periods
from server.web import api_cards, api_privacy
from server.web.routing import Call, Endpoint

B = TypeVar("B", bound=Struct)


def _body(call: Call, kind: type[B]) -> B:
    if not isinstance(call.body, kind):
        raise BadRequest
    return call.body


# --- login -----------------------------------------------------------------------------------------------------


async def log_in(call: Call) -> http.LoginAnswer:
    """Sign in with name and password."""
    body = _body(call, http.LoginRequest)
    hours = call.context.settings.login_hours
    login = await accounts.log_in(call.context.store.database, body.login, body.password, hours=hours)
    actor = login.actor
    member = http.MemberView(actor.member, actor.name, actor.organisation, actor.domain, tuple(sorted(actor.roles)))
    return http.LoginAnswer(login.token, actor.expires_at, member)


async def log_out(call: Call) -> None:
    """End this login; its live connections end too."""
    await accounts.log_out(call.context.store.database, call.who())
    call.context.hub.end_login(call.who().login)


async def me(call: Call) -> http.MemberView:
    """Who is signed in."""
    actor = call.who()
    return http.MemberView(actor.member, actor.name, actor.organisation, actor.domain, tuple(sorted(actor.roles)))


# --- network ---------------------------------------------------------------------------------------------------


async def add_organisation(call: Call) -> http.Created:
    """Add a partner."""
    body = _body(call, http.OrganisationRequest)
    database = call.context.store.database
    return http.Created(await network.create_organisation(database, call.who(), name=body.name, domain=body.domain))


async def add_member(call: Call) -> http.Created:
    """Add a member with a first password."""
    body = _body(call, http.MemberRequest)
    new = NewMember(body.login, body.name, body.password, body.organisation, tuple(body.roles), body.profession)
    return http.Created(await network.create_member(call.context.store.database, call.who(), new))


async def change_member(call: Call) -> None:
    """Give a member another name, function or roles."""
    body = _body(call, http.MemberChangeRequest)
    change = MemberChange(body.name, body.profession, tuple(body.roles))
    await network.change_member(call.context.store.database, call.who(), call.path["member"], change)


async def add_circle(call: Call) -> http.Created:
    """Add a circle with its fixed composition."""
    body = _body(call, http.CircleRequest)
    seats = tuple(NewSeat(one.domain, one.function, one.holder, one.deputies) for one in body.seats)
    database = call.context.store.database
    created = await network.create_circle(
        database, call.who(), name=body.name, frequency=body.frequency, preset=body.preset, seats=seats
    )
    return http.Created(created)


async def list_circles(call: Call) -> list[http.CircleAnswer]:
    """The circles that I sit in, may sit in, or coordinate."""
    return [_circle(one) for one in await network.list_circles(call.context.store.database, call.who())]


def _circle(circle: Circle) -> http.CircleAnswer:
    seats = tuple(
        http.SeatAnswer(
            id=seat.id,
            domain=seat.domain,
            function=seat.function,
            holder=seat.holder_name,
            organisation=seat.organisation_name,
            deputies=tuple(name for _id, name in seat.deputies),
        )
        for seat in circle.seats
    )
    return http.CircleAnswer(circle.id, circle.name, circle.frequency, circle.preset, seats)


async def propose_agreement(call: Call) -> http.Created:
    """Put the next version of an agreement before its parties."""
    body = _body(call, http.AgreementRequest)
    new = NewAgreement(body.kind, body.title, body.essence, body.parties, body.review_on, _zoned(body.expires_at))
    return http.Created(await agreements.propose(call.context.store.database, call.who(), new))


def _zoned(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadRequest("Geef het tijdstip met tijdzone.", code="moment_without_zone")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadRequest("Dit tijdstip bestaat niet in UTC.", code="moment_impossible") from None


async def list_agreements(call: Call) -> list[http.AgreementAnswer]:
    """The agreements that name my organisation."""
    found = await agreements.list_agreements(call.context.store.database, call.who())
    return [
        http.AgreementAnswer(
            id=one.id,
            kind=one.agreement.kind.value,
            version=one.agreement.version,
            title=one.title,
            essence=one.essence,
            state=one.agreement.state.value,
            parties=one.agreement.parties,
            approved_by=tuple(approval.organisation for approval in one.agreement.approvals),
            review_on=one.agreement.review_date,
            established_at=one.agreement.established,
            expires_at=one.agreement.expires,
        )
        for one in found
    ]


async def approve_agreement(call: Call) -> None:
    """Record the approval of my organisation, as its mandate holder."""
    await agreements.record_approval(call.context.store.database, call.who(), call.path["agreement"])


async def establish_agreement(call: Call) -> None:
    """Establish a version that every party approved."""
    await agreements.establish_agreement(call.context.store.database, call.who(), call.path["agreement"])


async def end_agreement(call: Call) -> None:
    """End a version early; members whose seat rested on it leave their sessions at once."""
    await agreements.end_agreement(call.context.store.database, call.who(), call.path["agreement"])
    await call.context.hub.recheck()


# --- sessions --------------------------------------------------------------------------------------------------


async def schedule_session(call: Call) -> http.Created:
    """Plan a session of a circle."""
    body = _body(call, http.SessionRequest)
    created = await sessions.schedule(
        call.context.store, call.who(), call.path["circle"], starts_at=_zoned(body.starts_at), preset=body.preset
    )
    return http.Created(created)


async def list_sessions(call: Call) -> list[http.SessionAnswer]:
    """The sessions of my circles."""
    return [_session(one) for one in await sessions.list_sessions(call.context.store, call.who())]


async def read_session(call: Call) -> http.SessionAnswer:
    """One session with its agenda."""
    return _session(await sessions.read_session(call.context.store, call.who(), call.path["session"]))


def _session(session: Session) -> http.SessionAnswer:
    agenda = tuple(http.AgendaLine(line.case, line.question, line.state) for line in session.agenda)
    return http.SessionAnswer(
        id=session.id,
        circle=session.circle,
        circle_name=session.circle_name,
        starts_at=session.starts_at,
        stage=session.stage,
        preset=session.preset,
        agenda=agenda,
        digest=session.digest,
    )


# --- cases -----------------------------------------------------------------------------------------------------


async def submit_case(call: Call) -> http.Created:
    """Submit a pseudonymised case; the same key again gives the same id."""
    body = _body(call, http.SubmitRequest)
    return http.Created(await cases.submit(call.context.store, call.context.detector, call.who(), body))


async def check_text(call: Call) -> http.CheckAnswer:
    """Scan a text before submitting. Nothing is stored."""
    body = _body(call, http.CheckRequest)
    found = (await call.context.detector.scan([body.text]))[0]
    places = tuple(http.Place("text", one.start, one.end, one.label.value, one.hard) for one in found)
    return http.CheckAnswer(places)


async def list_cases(call: Call) -> list[http.CaseLine]:
    """The cases that I may know of."""
    actor = call.who()
    return [
        http.CaseLine(
            id=one.id,
            circle=one.circle,
            state=one.state,
            domain=one.domain,
            question=one.question,
            submitted_at=one.submitted_at,
            mine=one.submitter == actor.member,
            missed=one.missed,
        )
        for one in await cases.list_cases(call.context.store, actor)
    ]


async def read_case(call: Call) -> http.CaseAnswer:
    """A case as the circle sees it."""
    actor = call.who()
    case = await cases.read_case(call.context.store, actor, call.path["case"])
    async with call.context.store.database.transaction() as uow:
        name = await circle_name(uow, case.row.circle_id)
    mine = case.row.submitter_id == actor.member
    colleague = case.row.organisation_id == actor.organisation or actor.has(Role.COORDINATOR)
    may_release = case.state is CaseState.SUBMITTED and not mine and colleague
    return http.CaseAnswer(
        id=case.row.id,
        circle=case.row.circle_id,
        circle_name=name,
        state=case.state,
        domain=Domain(case.row.domain),
        submitted_at=case.row.created_at,
        form=case.form,
        # Where a name was doubted says where to look for one: that is for who can still stop the case.
        rejected=case.rejected if mine or may_release else (),
        mine=mine,
        may_release=may_release,
        may_withdraw=mine,
    )


async def release_case(call: Call) -> None:
    """Let the circle have a case, as a second person."""
    session = await sessions.release_case(call.context.store, call.who(), call.path["case"])
    if session is not None:
        call.context.hub.agenda_changed(session)


async def withdraw_case(call: Call) -> None:
    """Take my case back: it leaves agendas, its key is destroyed, the log stays."""
    for session in await sessions.withdraw_case(call.context.store, call.who(), call.path["case"]):
        call.context.hub.agenda_changed(session)


async def report_missed(call: Call) -> http.Created:
    """Report a place where a reader sees something recognisable; the submitter's station fetches it."""
    body = _body(call, http.MissedRequest)
    mark = missed.Mark(body.field, body.start, body.end, body.label)
    return http.Created(await missed.report(call.context.store, call.who(), call.path["case"], mark))


async def list_missed(call: Call) -> list[http.MissedAnswer]:
    """The places that readers reported in a case of my own organisation."""
    return [
        http.MissedAnswer(one.id, one.mark.field, one.mark.start, one.mark.end, one.mark.label, one.reported_at)
        for one in await missed.list_missed(call.context.store, call.who(), call.path["case"])
    ]


async def read_outcome(call: Call) -> http.OutcomeAnswer:
    """What the circle decided, as a member of the circle."""
    return _outcome(await sessions.read_outcome(call.context.store, call.who(), call.path["case"]))


async def fetch_answer(call: Call) -> http.OutcomeAnswer:
    """Take the answer to my organisation's own case home; this never lapses with an agreement."""
    return _outcome(await sessions.read_outcome(call.context.store, call.who(), call.path["case"], fetch=True))


def _outcome(outcome: Outcome) -> http.OutcomeAnswer:
    return http.OutcomeAnswer(
        case=outcome.case,
        session=outcome.session,
        outcome=outcome.kind,
        text=outcome.text,
        owner=outcome.owner,
        due=outcome.due,
        dissent=outcome.dissent,
        recorded_at=outcome.recorded_at,
    )


async def list_bottlenecks(call: Call) -> list[http.BottleneckAnswerView]:
    """The register of structural bottlenecks."""
    found = await bottlenecks.list_bottlenecks(call.context.store.database, call.who())
    return [
        http.BottleneckAnswerView(one.id, one.code, one.title, one.level, one.opened_at, one.cases) for one in found
    ]


# --- oversight -------------------------------------------------------------------------------------------------


async def checkpoint(call: Call) -> http.CheckpointAnswer:
    """The newest signed checkpoint of the audit log, for whoever wants to keep it."""
    async with call.context.store.database.transaction() as uow:
        note = await audit_log.latest_checkpoint(uow)
    return http.CheckpointAnswer(note or "", call.context.log_key)


async def consistency(call: Call) -> http.ConsistencyAnswer:
    """The proof that the audit log at one size extends the log at an earlier size: hashes only."""
    size1, size2 = call.number("from"), call.number("to")
    if size1 > size2:
        raise BadRequest("Bij `from` hoort de kleinste van de twee groottes.", code="sizes_out_of_order")
    async with call.context.store.database.transaction() as uow:
        proof = await audit_log.consistency(uow, size1, size2)
    return http.ConsistencyAnswer(size1, size2, _told(proof.hashes), proof.origin)


async def succession(call: Call) -> http.SuccessionAnswer:
    """The proof that leads from a closed log at an earlier size to the open one."""
    origin, size1, size2 = call.text("origin"), call.number("from"), call.number("to")
    async with call.context.store.database.transaction() as uow:
        found = await audit_periods.succession(uow, origin, size1, size2)
    links = tuple(http.SuccessionLink(one.note, one.line.decode(), _told(one.proof)) for one in found.links)
    return http.SuccessionAnswer(found.closed, _told(found.growth), links)


def _told(hashes: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(base64.b64encode(one).decode() for one in hashes)


async def alive(_call: Call) -> http.Health:
    """Does the process answer?"""
    return http.Health("ok")


async def health(call: Call) -> http.Health:
    """Is the database there and the model loaded, and does this node take new work?"""
    if call.context.hub.draining:
        raise Draining
    async with call.context.store.database.transaction() as uow:
        await audit_log.latest_checkpoint(uow)
    await call.context.detector.scan([""])
    return http.Health("ok")


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("POST", "/login", "Aanmelden", log_in, http.LoginRequest, http.LoginAnswer, login=False),
    Endpoint("POST", "/logout", "Afmelden", log_out),
    Endpoint("GET", "/me", "Wie ben ik", me, gives=http.MemberView),
    Endpoint(
        "POST", "/organisations", "Partner toevoegen", add_organisation, http.OrganisationRequest, http.Created, 201
    ),
    Endpoint("POST", "/members", "Lid toevoegen", add_member, http.MemberRequest, http.Created, 201),
    Endpoint("POST", "/members/{member}", "Lid wijzigen", change_member, http.MemberChangeRequest),
    Endpoint("POST", "/circles", "Kring toevoegen", add_circle, http.CircleRequest, http.Created, 201),
    Endpoint("GET", "/circles", "Mijn kringen", list_circles, gives=list[http.CircleAnswer]),
    Endpoint("POST", "/agreements", "Afspraak voorleggen", propose_agreement, http.AgreementRequest, http.Created, 201),
    Endpoint("GET", "/agreements", "Afspraken", list_agreements, gives=list[http.AgreementAnswer]),
    Endpoint("POST", "/agreements/{agreement}/approval", "Akkoord vastleggen", approve_agreement),
    Endpoint("POST", "/agreements/{agreement}/establishment", "Afspraak vaststellen", establish_agreement),
    Endpoint("POST", "/agreements/{agreement}/end", "Afspraak beëindigen", end_agreement),
    Endpoint(
        "POST", "/circles/{circle}/sessions", "Sessie plannen", schedule_session, http.SessionRequest, http.Created, 201
    ),
    Endpoint("GET", "/sessions", "Sessies van mijn kringen", list_sessions, gives=list[http.SessionAnswer]),
    Endpoint("GET", "/sessions/{session}", "Eén sessie met agenda", read_session, gives=http.SessionAnswer),
    Endpoint("POST", "/cases", "Casus indienen", submit_case, http.SubmitRequest, http.Created, 201),
    Endpoint("POST", "/check", "Tekst controleren zonder opslaan", check_text, http.CheckRequest, http.CheckAnswer),
    Endpoint("GET", "/cases", "Casussen die ik mag kennen", list_cases, gives=list[http.CaseLine]),
    Endpoint("GET", "/cases/{case}", "Een casus zoals de kring die ziet", read_case, gives=http.CaseAnswer),
    Endpoint("POST", "/cases/{case}/release", "Vrijgeven als tweede persoon", release_case),
    Endpoint("POST", "/cases/{case}/withdrawal", "Intrekken", withdraw_case),
    Endpoint(
        "POST", "/cases/{case}/missed", "Gemiste plek melden", report_missed, http.MissedRequest, http.Created, 201
    ),
    Endpoint("GET", "/cases/{case}/missed", "Gemelde plekken", list_missed, gives=list[http.MissedAnswer]),
    Endpoint("GET", "/cases/{case}/outcome", "De uitkomst, in de kring", read_outcome, gives=http.OutcomeAnswer),
    Endpoint("GET", "/cases/{case}/answer", "Het antwoord ophalen", fetch_answer, gives=http.OutcomeAnswer),
    Endpoint("GET", "/bottlenecks", "Register van knelpunten", list_bottlenecks, gives=list[http.BottleneckAnswerView]),
    Endpoint(
        "GET", "/audit/checkpoint", "Controlepunt van het logboek", checkpoint, gives=http.CheckpointAnswer, login=False
    ),
    Endpoint(
        "GET",
        "/audit/consistency",
        "Bewijs dat het logboek alleen gegroeid is",
        consistency,
        gives=http.ConsistencyAnswer,
        login=False,
        numbers=("from", "to"),
    ),
    *api_privacy.ENDPOINTS,
    *api_cards.ENDPOINTS,
    Endpoint(
        "GET",
        "/audit/succession",
        "Bewijs dat het logboek op een afgesloten logboek volgt",
        succession,
        gives=http.SuccessionAnswer,
        login=False,
        numbers=("from", "to"),
        texts=("origin",),
    ),
    Endpoint("GET", "/health", "Is de dienst klaar voor werk?", health, gives=http.Health, login=False),
    Endpoint("GET", "/health/live", "Antwoordt het proces?", alive, gives=http.Health, login=False),
)
