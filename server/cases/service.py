"""Use cases of a case: submit, check, release, withdraw. What concerns an agenda is one floor up, in `sessions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from anonymisation.document import INDIRECT, Span
from anonymisation.writing import plain
from audit.events import Event
from consent.activities import Purpose
from consent.decide import decide
from consent.reasons import SENTENCES_NL, Reason
from consent.retention import CaseFacts
from server.accounts.model import Actor
from server.cases.access import (
    form_context,
    read_basis,
    require_case,
    require_decision,
    runs_the_service,
    visible_cases,
)
from server.cases.missed import counts, forget_reports
from server.cases.model import Case, CaseSummary, free_fields
from server.detection import Detector
from server.errors import BadRequest, Conflict, IdentifiersLeft, NotFound, SecondPerson
from server.network.access import visible_circles
from server.network.agreements import agreements_of
from server.network.model import Circle
from server.network.service import circle_for_submission, require_submitter
from server.protocol.dutch import FIELD_NL
from server.protocol.http import CaseForm, Place, RejectedMark, SubmitRequest
from server.protocol.words import CaseState
from server.storage.audit_log import record, refuse
from server.storage.crypto import Key
from server.storage.database import UnitOfWork
from server.storage.store import Store
from server.storage.tables import CaseRow

ACUTE = (
    "Er is iets acuuts dat nog niet is opgepakt. Daar is deze tafel niet voor: bel de crisisdienst van uw regio, "
    "of bij zorgen over de veiligheid van een kind Veilig Thuis (0800-2000). Dien de casus daarna opnieuw in."
)

SERVICE_ONLY = (
    "U beheert de dienst. Een beheerder leest en schrijft geen casussen. "
    "Laat een deelnemer van een kring de casus inbrengen."
)
NO_CIRCLE = (
    "U zit nog niet in een kring en bent nergens vervanger. Daarom kunt u hier geen casus inbrengen. "
    "Vraag de regiocoördinator om een plaats in een kring."
)


@dataclass(frozen=True, slots=True)
class Scan:
    """What the service's own scan found: what refuses the case, and what travels on to the releaser."""

    refused: tuple[Place, ...]
    undecided: tuple[Place, ...]
    doubtful: tuple[RejectedMark, ...]


@dataclass(frozen=True, slots=True)
class Ways:
    """To which circles somebody can submit a case now. `why_not` is the Dutch sentence for who cannot, else empty."""

    circles: tuple[Circle, ...]
    why_not: str


async def ways_to_submit(store: Store, actor: Actor) -> Ways:
    """Return where the actor can submit, as far as it does not depend on the case; nothing is tried, so none is logged.

    `submit` itself asks again.
    """
    async with store.database.transaction() as uow:
        circles = tuple(one for one in await visible_circles(uow, actor) if one.complete)
        agreements = await agreements_of(uow, actor.organisation)
        now = uow.now
    if runs_the_service(actor):
        return Ways((), SERVICE_ONLY)
    if not circles:
        return Ways((), NO_CIRCLE)
    decision = decide(
        purpose=Purpose.SUBMIT_CASE, organisation=actor.organisation, agreements=agreements, case=None, now=now
    )
    # Without a case the agreement is all that can be judged: that a case is needed means the agreement is in order.
    fine = decision.allowed or decision.reason is Reason.CASE_NEEDED
    return Ways(circles, "" if fine else SENTENCES_NL[decision.reason])


async def begin(store: Store, actor: Actor, *, acute: bool) -> None:
    """Refuse, before a form is complete, what no form can mend.

    Raises:
        NotAllowed: an administrator.
        BadRequest: something acute.
    """
    async with store.database.transaction() as uow:
        require_submitter(uow, actor)
        _require_not_acute(uow, actor, acute=acute)


async def check(store: Store, detector: Detector, actor: Actor, request: SubmitRequest) -> Scan:
    """Return what the scan finds in a case that `submit` would take up to there. Nothing is stored or logged of it.

    Raises:
        NotAllowed, BadRequest, AgreementMissing: as `submit`.
    """
    async with store.database.transaction() as uow:
        await _require_may_submit(uow, actor, request)
    _require_plain(request.form)
    return sort_marks(await scan_form(detector, request.form), request.rejected)


async def submit(store: Store, detector: Detector, actor: Actor, request: SubmitRequest) -> str:
    """Store a pseudonymised case and return its id; the same `key` again returns the same id.

    Raises:
        BadRequest: something acute, an incomplete basis, an unknown circle.
        AgreementMissing: the organisation may not submit now.
        IdentifiersLeft: the scan found identifiers; nothing is stored, the text is not logged.
    """
    async with store.database.transaction() as uow:
        earlier = await _earlier(uow, actor, request.key)
        if earlier is not None:
            return earlier
        await _require_may_submit(uow, actor, request)
    _require_plain(request.form)
    doubtful = await _require_clean(store, detector, actor, request)
    # The key is durable before anything is sealed under it; a key without a case is harmless.
    key = await store.keys.create(store.database.random_bytes(16).hex(), now=store.database.now())
    try:
        return await _store(store, actor, request, key, doubtful)
    except IntegrityError:
        # Another attempt under the same key was a moment earlier: its case is the answer to this one too.
        async with store.database.transaction() as uow:
            earlier = await _earlier(uow, actor, request.key)
        if earlier is None:
            raise
        return earlier


async def _store(
    store: Store, actor: Actor, request: SubmitRequest, key: Key, doubtful: tuple[RejectedMark, ...]
) -> str:
    async with store.database.transaction() as uow:
        earlier = await _earlier(uow, actor, request.key)
        if earlier is not None:
            return earlier
        agreement = await _require_may_submit(uow, actor, request)
        case_id = uow.new_id()
        form = msgspec.json.encode(request.form)
        uow.rows.add(
            CaseRow(
                id=case_id,
                circle_id=request.circle,
                organisation_id=actor.organisation,
                submitter_id=actor.member,
                domain=actor.domain.value,
                state=CaseState.SUBMITTED.value,
                key_id=key.id,
                form_box=store.seal(key, form_context(case_id), form),
                rejected=msgspec.to_builtins((*request.rejected, *doubtful)),
                basis=msgspec.to_builtins(request.form.basis),
                submission_key=request.key,
                created_at=uow.now,
            )
        )
        record(
            uow,
            Event.CASE_SUBMITTED,
            actor.who,
            objects=(("case", case_id), ("circle", request.circle)),
            purpose=Purpose.SUBMIT_CASE.value,
            agreement=agreement,
        )
    return case_id


async def _earlier(uow: UnitOfWork, actor: Actor, key: str) -> str | None:
    found = await uow.rows.scalars(
        select(CaseRow.id).where(CaseRow.submitter_id == actor.member, CaseRow.submission_key == key)
    )
    return found.one_or_none()


async def _require_may_submit(uow: UnitOfWork, actor: Actor, request: SubmitRequest) -> str | None:
    await circle_for_submission(uow, actor, request.circle)
    _require_not_acute(uow, actor, acute=request.form.acute)
    facts = CaseFacts(organisation=actor.organisation, submitted_at=uow.now, basis=read_basis(request.form.basis))
    decision = await require_decision(uow, actor, Purpose.SUBMIT_CASE, facts, refused=Event.CASE_SUBMISSION_REFUSED)
    return decision.agreement_version


def _require_not_acute(uow: UnitOfWork, actor: Actor, *, acute: bool) -> None:
    if acute:
        refuse(uow, Event.CASE_SUBMISSION_REFUSED, actor.who, reason="acute")
        raise BadRequest(ACUTE, code="acute")


async def _require_clean(
    store: Store, detector: Detector, actor: Actor, request: SubmitRequest
) -> tuple[RejectedMark, ...]:
    scan = sort_marks(await scan_form(detector, request.form), request.rejected)
    if not scan.refused and not scan.undecided:
        return scan.doubtful
    reason = "hard_label" if scan.refused else "soft_label_undecided"
    async with store.database.transaction() as uow:
        record(uow, Event.CASE_SUBMISSION_REFUSED, actor.who, reason=reason, denied=True)
    if scan.refused:
        raise IdentifiersLeft(details=scan.refused)
    raise IdentifiersLeft(
        "In de tekst staan woorden die een naam, plaats of datum kunnen zijn. "
        "Vervang ze, of geef per plek aan waarom ze mogen blijven.",
        code="marks_undecided",
        details=scan.undecided,
    )


def _require_plain(form: CaseForm) -> None:
    # A sign that nobody sees, or a letter of another script that looks like ours, can hide a name from every reader.
    names = [FIELD_NL[name] for name, value in free_fields(form) if plain(value) != value]
    if names:
        raise BadRequest(
            f"Er staan onzichtbare of verwisselbare tekens in: {', '.join(names)}. Typ die tekst opnieuw, of gebruik "
            "het station: dat haalt ze weg.",
            code="unclear_signs",
        )


async def scan_form(detector: Detector, form: CaseForm) -> list[tuple[str, Span]]:
    """Return every mark that the service's own scan finds, with its field."""
    fields = list(free_fields(form))
    found = await detector.scan([value for _name, value in fields])
    return [(name, span) for (name, _value), spans in zip(fields, found, strict=True) for span in spans]


def sort_marks(marks: Sequence[tuple[str, Span]], rejected: Sequence[RejectedMark]) -> Scan:
    """Sort the marks: certain hard ones refuse; doubtful hard and certain soft ones need the submitter's reason; the
    rest goes to the releaser.

    A rejected mark counts for exactly its own place and kind, so that one reason cannot excuse another name.
    """
    kept = {(one.field, one.start, one.end, one.label) for one in rejected if one.reason is not None}
    refused, undecided, doubtful = [], [], []
    for name, span in marks:
        place = Place(name, span.start, span.end, span.label.value, span.hard)
        if span.hard and span.certain:
            refused.append(place)
        elif (name, span.start, span.end, span.label.value) in kept:
            continue
        elif span.hard or (span.certain and span.label not in INDIRECT):
            undecided.append(place)
        else:
            doubtful.append(RejectedMark(name, span.start, span.end, span.label.value))
    return Scan(tuple(refused), tuple(undecided), tuple(doubtful))


async def read_case(store: Store, actor: Actor, case_id: str) -> Case:
    """Return a case as the circle sees it.

    Raises:
        NotFound, AgreementMissing: as `require_case`.
    """
    async with store.database.transaction() as uow:
        return await require_case(store, uow, actor, case_id, Purpose.READ_CASE)


async def list_cases(store: Store, actor: Actor) -> list[CaseSummary]:
    """Return the cases that the actor may know of."""
    async with store.database.transaction() as uow:
        found = await visible_cases(store, uow, actor)
        missed = await counts(uow, [one.id for one in found if one.organisation == actor.organisation])
    return [replace(one, missed=missed.get(one.id, 0)) for one in found]


async def release(store: Store, uow: UnitOfWork, actor: Actor, case_id: str) -> Case:
    """Let the circle have a case, inside the caller's transaction.

    Raises:
        SecondPerson: the actor submitted it.
        Conflict: it was released before, or withdrawn.
        NotFound, AgreementMissing: as `require_case`.
    """
    case = await require_case(store, uow, actor, case_id, Purpose.RELEASE_CASE)
    if case.row.submitter_id == actor.member:
        refuse(uow, Event.CASE_RELEASE_REFUSED, actor.who, objects=(("case", case_id),), reason="second_person")
        raise SecondPerson
    if case.state is not CaseState.SUBMITTED:
        raise Conflict("Deze casus is al vrijgegeven.", code="already_released")
    case.row.state = CaseState.RELEASED.value
    case.row.released_at = uow.now
    case.row.released_by = actor.ref
    objects = (("case", case_id), ("circle", case.row.circle_id))
    record(uow, Event.CASE_RELEASED, actor.who, objects=objects, purpose=Purpose.RELEASE_CASE.value)
    return case


async def withdraw(uow: UnitOfWork, actor: Actor, case_id: str) -> CaseRow:
    """Take a case back, inside the caller's transaction; the caller destroys its key after the commit.

    Withdrawing never lapses with an agreement.

    Raises:
        NotFound: it is not there, or it is not the actor's to withdraw.
        Conflict: it was withdrawn before.
    """
    row = await uow.rows.get(CaseRow, case_id, with_for_update=True)
    if row is None or row.submitter_id != actor.member:
        objects = (("case", row.id),) if row else ()
        refuse(uow, Event.ACCESS_DENIED, actor.who, objects=objects, purpose=Purpose.WITHDRAW.value, reason="case")
        raise NotFound
    if CaseState(row.state) in (CaseState.WITHDRAWN, CaseState.ERASED):
        raise Conflict("Deze casus is al ingetrokken of gewist.", code="already_gone")
    await require_decision(uow, actor, Purpose.WITHDRAW, None)
    row.state = CaseState.WITHDRAWN.value
    row.withdrawn_at = uow.now
    await forget_reports(uow, [row.id])
    record(uow, Event.CASE_WITHDRAWN, actor.who, objects=(("case", case_id),), purpose=Purpose.WITHDRAW.value)
    record(uow, Event.KEY_DESTROYED, actor.who, objects=(("key", row.key_id), ("case", case_id)), reason="withdrawn")
    return row
