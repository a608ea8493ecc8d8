"""Requests and answers of the HTTP API under `/api/v1`. Unknown fields and wrong types are refused.

Lengths are in code points, moments are RFC 3339 in UTC, dates are ISO 8601.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from server.protocol.words import (
    BasisKind,
    BottleneckCode,
    CaseState,
    ConsentHow,
    ConsentScope,
    Domain,
    OtherGround,
    OutcomeKind,
    OverruleReason,
    RequestType,
    Role,
    SeatFunction,
    Trigger,
)

MAX_BODY_BYTES = 512 * 1024
"""Largest request body, in bytes."""

Ref = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Line = Annotated[str, Meta(max_length=280)]
Required = Annotated[str, Meta(min_length=1, max_length=280)]
Paragraph = Annotated[str, Meta(max_length=4000)]
Moment = Annotated[datetime, Meta(extra_json_schema={"format": "date-time"})]
"""A moment that a client sends; one without a zone is refused with a code of its own."""
CaseText = Annotated[str, Meta(min_length=1, max_length=60_000)]


class Request(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything that a client sends."""


class Problem(Struct, frozen=True):
    """Every refusal (RFC 9457): `code` is stable, `detail` is Dutch and says what to do; input is never repeated."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    places: tuple[Place, ...] = ()


class Place(Struct, frozen=True):
    """Where an identifier was found: the field, the offsets in it, and the kind. Never the text."""

    field: str
    start: int
    end: int
    label: str
    hard: bool


# --- login ---------------------------------------------------------------------------------------------------------


class LoginRequest(Request, frozen=True):
    """Name and password."""

    login: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]

    def __repr__(self) -> str:
        return "LoginRequest(***)"


class MemberView(Struct, frozen=True):
    """A signed-in member, to themselves."""

    id: str
    name: str
    organisation: str
    domain: Domain
    roles: tuple[Role, ...]


class LoginAnswer(Struct, frozen=True):
    """A fresh login; `token` goes into `Authorization: Bearer`."""

    token: str
    expires_at: datetime
    member: MemberView


# --- network -------------------------------------------------------------------------------------------------------


class OrganisationRequest(Request, frozen=True):
    """A partner to add."""

    name: Name
    domain: Domain


class MemberRequest(Request, frozen=True):
    """A member to add, with a first password."""

    login: Name
    name: Name
    password: Annotated[str, Meta(min_length=12, max_length=256)]
    organisation: Ref
    roles: tuple[Role, ...] = (Role.MEMBER,)
    profession: Annotated[str, Meta(max_length=200)] = ""

    def __repr__(self) -> str:
        return "MemberRequest(***)"


class MemberChangeRequest(Request, frozen=True):
    """What a member is called from now on, their function and all their roles."""

    name: Name
    roles: tuple[Role, ...]
    profession: Annotated[str, Meta(max_length=200)] = ""

    def __repr__(self) -> str:
        return "MemberChangeRequest(***)"


class SeatRequest(Request, frozen=True):
    """A seat of a new circle."""

    domain: Domain
    holder: Ref
    function: SeatFunction = SeatFunction.MEMBER
    deputies: tuple[Ref, ...] = ()


class CircleRequest(Request, frozen=True):
    """A circle with its fixed composition."""

    name: Name
    frequency: Annotated[str, Meta(min_length=1, max_length=100)]
    preset: Annotated[str, Meta(min_length=1, max_length=40)]
    seats: Annotated[tuple[SeatRequest, ...], Meta(min_length=3, max_length=40)]


class Created(Struct, frozen=True):
    """The id of what was made."""

    id: str


class SeatAnswer(Struct, frozen=True):
    """A seat of a circle."""

    id: str
    domain: Domain
    function: SeatFunction
    holder: str
    organisation: str
    deputies: tuple[str, ...]


class CircleAnswer(Struct, frozen=True):
    """A circle that the member may see."""

    id: str
    name: str
    frequency: str
    preset: str
    seats: tuple[SeatAnswer, ...]


class AgreementRequest(Request, frozen=True):
    """A version of an agreement to put before its parties. `kind` is `art26` or `art28`; versions count from 1."""

    kind: Annotated[str, Meta(pattern=r"^art2[68]$")]
    title: Name
    essence: Annotated[str, Meta(min_length=1, max_length=8000)]
    parties: Annotated[tuple[Ref, ...], Meta(min_length=1, max_length=200)]
    review_on: date
    expires_at: Moment


class AgreementAnswer(Struct, frozen=True):
    """An agreement with its parties and the organisations whose approval is recorded."""

    id: str
    kind: str
    version: int
    title: str
    essence: str
    state: str
    parties: tuple[str, ...]
    approved_by: tuple[str, ...]
    review_on: date
    established_at: datetime | None
    expires_at: datetime


class SessionRequest(Request, frozen=True):
    """A session to plan."""

    starts_at: Moment
    preset: Annotated[str, Meta(max_length=40)] = ""


class AgendaLine(Struct, frozen=True):
    """A case on an agenda. `question` is empty where the member may not read the case."""

    case: str
    question: str
    state: str


class SessionAnswer(Struct, frozen=True):
    """A session with its agenda."""

    id: str
    circle: str
    circle_name: str
    starts_at: datetime
    stage: str
    preset: str
    agenda: tuple[AgendaLine, ...]
    digest: str = ""


# --- cases ---------------------------------------------------------------------------------------------------------


class BasisForm(Request, frozen=True):
    """On which ground the case is discussed: codes only, the reasoning stays in the submitter's own record.

    Consent names `how` and `scope`, another ground its `reason`. `on` is the day of the consent or of the weighing.
    `informed` says whether the person was told about the network as a recipient.
    """

    kind: BasisKind
    on: date
    informed: bool = False
    how: ConsentHow | None = None
    scope: ConsentScope | None = None
    reason: OtherGround | None = None


class CaseForm(Request, frozen=True):
    """A pseudonymised case. Five fields are mandatory: trigger, question, why now, what is new, and the basis.

    `acute` answers "is something acute and unhandled?"; yes stops the form and points to the crisis service.
    """

    text: CaseText
    trigger: Trigger
    question: Required
    why_now: Required
    what_is_new: Required
    basis: BasisForm
    acute: bool = False
    request: RequestType | None = None
    age_band: Line = ""
    household: Line = ""
    tried: Paragraph = ""
    waiting: Line = ""
    wishes: Paragraph = ""
    strengths: Paragraph = ""
    asked_gp: Line = ""
    asked_ggz: Line = ""
    asked_social: Line = ""


TEXT_FIELDS = (
    "text",
    "question",
    "why_now",
    "what_is_new",
    "age_band",
    "household",
    "tried",
    "waiting",
    "wishes",
    "strengths",
    "asked_gp",
    "asked_ggz",
    "asked_social",
)
"""The fields of a form in which a person types, in the order in which they are scanned and shown as one text."""


class RejectedMark(Request, frozen=True):
    """A soft mark that stays: the submitter kept it for a reason, or (no reason) the service's own scan doubts it.

    It travels to the releaser as kind and position only.
    """

    field: Annotated[str, Meta(pattern=rf"^(?:{'|'.join(TEXT_FIELDS)})$")]
    start: Annotated[int, Meta(ge=0, le=60_000)]
    end: Annotated[int, Meta(ge=1, le=60_000)]
    label: Annotated[str, Meta(pattern=r"^[A-Z_]{1,30}$")]
    reason: OverruleReason | None = None


class SubmitRequest(Request, frozen=True):
    """A case for a circle. `key` makes a repetition harmless."""

    circle: Ref
    key: Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
    form: CaseForm
    rejected: Annotated[tuple[RejectedMark, ...], Meta(max_length=500)] = ()


class CaseLine(Struct, frozen=True):
    """A case in a list. `missed` counts the reported places, for the submitting organisation only."""

    id: str
    circle: str
    state: CaseState
    domain: Domain
    question: str
    submitted_at: datetime
    mine: bool
    missed: int = 0


class CaseAnswer(Struct, frozen=True):
    """A case as the circle sees it. `rejected` are soft marks that the submitter kept, for the releaser."""

    id: str
    circle: str
    circle_name: str
    state: CaseState
    domain: Domain
    submitted_at: datetime
    form: CaseForm
    rejected: tuple[RejectedMark, ...]
    mine: bool
    may_release: bool
    may_withdraw: bool


class MissedRequest(Request, frozen=True):
    """A place in a case, in code points, where something recognisable is still to be read, and its kind."""

    field: Annotated[str, Meta(pattern=r"^[a-z_]{1,30}$")]
    start: Annotated[int, Meta(ge=0, le=60_000)]
    end: Annotated[int, Meta(ge=1, le=60_000)]
    label: Annotated[str, Meta(pattern=r"^[A-Z_]{1,30}$")]


class MissedAnswer(Struct, frozen=True):
    """A reported place, for the submitting organisation: where, what kind, when. Never the words, nor who said so."""

    id: str
    field: str
    start: int
    end: int
    label: str
    reported_at: datetime


class OutcomeAnswer(Struct, frozen=True):
    """What the circle decided, still in pseudonyms."""

    case: str
    session: str
    outcome: OutcomeKind
    text: str
    owner: Domain
    due: date | None
    dissent: str
    recorded_at: datetime


class BottleneckAnswerView(Struct, frozen=True):
    """A bottleneck of the register. Numbers stay away below the threshold for publication."""

    id: str
    code: BottleneckCode
    title: str
    level: int
    opened_at: datetime
    cases: int | None


class CheckpointAnswer(Struct, frozen=True):
    """The newest signed checkpoint of the audit log (C2SP note) and the key that verifies it."""

    checkpoint: str
    key: str


class ConsistencyAnswer(Struct, frozen=True):
    """The proof (RFC 9162) that the open log with `to_size` entries extends its first `from_size`.

    `hashes` are 32 bytes each in standard base64, lowest node first; equal sizes need none. `origin` names the log that
    the proof is about: a proof about another log than a checkpoint's says nothing of that checkpoint.
    """

    from_size: int
    to_size: int
    hashes: tuple[str, ...]
    origin: str = ""


class AuditEntryView(Struct, frozen=True):
    """One entry of the audit log in words. `number` is its place in the tree, from 0.

    `who` is a name for a member of one's own organisation, and a role with an organisation for others.
    """

    number: int
    at: datetime
    event: str
    who: str
    what: str
    about: tuple[str, ...]
    purpose: str
    agreement: str
    refused: bool
    reason: str


class AuditEntriesAnswer(Struct, frozen=True):
    """A page of entries, newest first; `before` asks for the next one, and is null on the last."""

    entries: tuple[AuditEntryView, ...]
    before: int | None


class InclusionAnswer(Struct, frozen=True):
    """The proof (RFC 9162) that an entry is in the log of `size` entries that `checkpoint` signs.

    `hashes` are 32 bytes each in standard base64, lowest node first. `leaf` is the entry's leaf hash in base64; `line`
    is the entry itself as it was signed, and empty where it names cases of other organisations.
    """

    number: int
    size: int
    hashes: tuple[str, ...]
    leaf: str
    line: str
    checkpoint: str
    key: str


class SuccessionLink(Struct, frozen=True):
    """One log that follows on another: its first entry, and the proof that it is that.

    `checkpoint` is the signed note with which the log was closed, and empty for the open one; `hashes` prove that
    `entry` is entry 0 of it (of the open one: at the size that was asked for).
    """

    checkpoint: str
    entry: str
    hashes: tuple[str, ...]


class SuccessionAnswer(Struct, frozen=True):
    """How a closed log ended and which logs came after it, oldest first.

    `checkpoint` is the signed note with which it was closed; `hashes` prove that it had grown to there from the size
    that was asked about. The first entry of each later log names the root and size at which the one before it ended.
    """

    checkpoint: str
    hashes: tuple[str, ...]
    links: tuple[SuccessionLink, ...]


class Health(Struct, frozen=True):
    """Is the service ready?"""

    status: str


class CheckRequest(Request, frozen=True):
    """Text to scan before submitting, for a partner without a station. Nothing is stored."""

    text: Annotated[str, Meta(max_length=60_000)]


class CheckAnswer(Struct, frozen=True):
    """Where identifiers were found."""

    places: tuple[Place, ...]
