"""Every table of the service. Columns that end in `_box` hold sealed envelopes (see `crypto`), never plain text."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.storage.columns import NAMING, Instant, Ref, Serial


class Base(AsyncAttrs, DeclarativeBase):
    """Base of the service's own tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[object, object]] = {datetime: Instant, date: Date, bytes: LargeBinary}


class OrganisationRow(Base):
    """A partner of the network."""

    __tablename__ = "organisations"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]


class MemberRow(Base):
    """A person with an account. `ref` is the random reference that the audit log uses."""

    __tablename__ = "members"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    ref: Mapped[str] = mapped_column(Ref, unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    login_name: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    profession: Mapped[str] = mapped_column(String(200), default="")
    roles: Mapped[list[str]] = mapped_column(JSON)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LoginRow(Base):
    """Being signed in. The token itself is not kept, only its SHA-256."""

    __tablename__ = "logins"
    token_hash: Mapped[str] = mapped_column(Ref, primary_key=True)
    id: Mapped[str] = mapped_column(Ref, unique=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class AgreementRow(Base):
    """One version of an agreement (art. 26 or 28 AVG). Immutable once established."""

    __tablename__ = "agreements"
    __table_args__ = (UniqueConstraint("kind", "version"),)
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    essence: Mapped[str] = mapped_column(String(8000))
    parties: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    review_on: Mapped[date]
    expires_at: Mapped[datetime]
    established_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ApprovalRow(Base):
    """The recorded approval of an agreement by an organisation's mandate holder."""

    __tablename__ = "agreement_approvals"
    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    member_ref: Mapped[str] = mapped_column(Ref)
    approved_at: Mapped[datetime]


class CircleRow(Base):
    """A circle: a fixed composition that meets with a fixed frequency."""

    __tablename__ = "circles"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    frequency: Mapped[str] = mapped_column(String(100))
    preset: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]


class SeatRow(Base):
    """A seat of a circle with the member who holds it."""

    __tablename__ = "seats"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id"), index=True)
    domain: Mapped[str] = mapped_column(String(10))
    function: Mapped[str] = mapped_column(String(20))
    holder_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    position: Mapped[int]


class DeputyRow(Base):
    """A named deputy of a seat."""

    __tablename__ = "seat_deputies"
    seat_id: Mapped[str] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True, index=True)


class CaseRow(Base):
    """A pseudonymised case. The text and the form are sealed under the case's own key."""

    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    submitter_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    domain: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    key_id: Mapped[str] = mapped_column(Ref)
    form_box: Mapped[bytes]
    rejected: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    basis: Mapped[dict[str, object]] = mapped_column(JSON)
    submission_key: Mapped[str] = mapped_column(Ref)
    created_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(Ref)
    withdrawn_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("submitter_id", "submission_key"),)


class MissedMarkRow(Base):
    """A place in a case where a reader saw something recognisable: field, code points and kind, never the words.

    `reporter` is the reference that the audit log uses.
    """

    __tablename__ = "missed_marks"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    field: Mapped[str] = mapped_column(String(30))
    start: Mapped[int]
    end: Mapped[int]
    label: Mapped[str] = mapped_column(String(30))
    reporter: Mapped[str] = mapped_column(Ref)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("case_id", "field", "start", "end"),)


class SessionRow(Base):
    """A meeting of a circle. `head` is the number of the last stored event, `epoch` names this numbering."""

    __tablename__ = "sessions"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id"), index=True)
    starts_at: Mapped[datetime]
    preset: Mapped[str] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(20))
    epoch: Mapped[str] = mapped_column(Ref)
    head: Mapped[int] = mapped_column(BigInteger, default=0)
    key_id: Mapped[str] = mapped_column(Ref)
    digest: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class AgendaRow(Base):
    """A case on the agenda of a session."""

    __tablename__ = "agenda"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))


class EventRow(Base):
    """One event of a session, sealed under the key of its case or, outside a case, of its session.

    `command_key` with `actor` makes a repeated command harmless. A contribution has a subkey as well, and
    `receivers`: the member references that it went out to, separated by spaces. `blanked_at` says that its words are
    gone for everyone; one from before there were subkeys then has an empty box, and the digest up to and including it
    in `digest_after`.
    """

    __tablename__ = "session_events"
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Ref)
    command_key: Mapped[str | None] = mapped_column(Ref)
    kind: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(Ref, index=True)
    key_id: Mapped[str] = mapped_column(Ref)
    body_box: Mapped[bytes]
    subkey_id: Mapped[str | None] = mapped_column(Ref)
    receivers: Mapped[str | None] = mapped_column(Text)
    blanked_at: Mapped[datetime | None] = mapped_column()
    digest_after: Mapped[bytes | None]

    __table_args__ = (
        # Hardly any event is blanked: the others cost nothing here.
        Index(
            "ix_session_events_blanked",
            "blanked_at",
            sqlite_where=blanked_at.is_not(None),
            postgresql_where=blanked_at.is_not(None),
        ),
    )


class WelcomeRow(Base):
    """What a member got when they came in or came back: every event from `first` to `last` that was for them.

    `had` is the number up to which their side said that it had everything.
    """

    __tablename__ = "session_welcomes"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    member_ref: Mapped[str] = mapped_column(Ref)
    at: Mapped[datetime]
    had: Mapped[int] = mapped_column(BigInteger)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_session_welcomes_session_id", "session_id", "last"),)


class RecusalRow(Base):
    """A member who recognised the person and left the case for good."""

    __tablename__ = "recusals"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id"), primary_key=True)
    at: Mapped[datetime]


class OutcomeRow(Base):
    """What a circle decided about a case. Reasons and dissent are sealed under the case's key."""

    __tablename__ = "outcomes"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    owner_domain: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    text_box: Mapped[bytes]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Ref)
    quorum: Mapped[list[str]] = mapped_column(JSON)


class BottleneckRow(Base):
    """A structural bottleneck in the register."""

    __tablename__ = "bottlenecks"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    code: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(String(200))
    level: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id"))


class BottleneckCaseRow(Base):
    """A case that supports a bottleneck."""

    __tablename__ = "bottleneck_cases"
    bottleneck_id: Mapped[str] = mapped_column(ForeignKey("bottlenecks.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    linked_at: Mapped[datetime]


class AuditLogRow(Base):
    """One log per period."""

    __tablename__ = "audit_logs"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    origin: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    frontier: Mapped[bytes]


class AuditEntryRow(Base):
    """One canonical entry. `number` is its place in the tree, given by the sequencer."""

    __tablename__ = "audit_entries"
    id: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    log_id: Mapped[int | None] = mapped_column(ForeignKey("audit_logs.id"))
    number: Mapped[int | None] = mapped_column(BigInteger)
    line: Mapped[bytes]

    __table_args__ = (
        # Only what has a number: an entry that waits would otherwise be a row of this index too, and leave it again.
        Index(
            "uq_audit_entries_place",
            "log_id",
            "number",
            unique=True,
            sqlite_where=number.is_not(None),
            postgresql_where=number.is_not(None),
        ),
        Index("ix_audit_entries_waiting", "id", sqlite_where=number.is_(None), postgresql_where=number.is_(None)),
    )


class AuditNodeRow(Base):
    """A node of the tree, kept so that proofs are short work: level 0 holds the leaves."""

    __tablename__ = "audit_nodes"
    log_id: Mapped[int] = mapped_column(ForeignKey("audit_logs.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    digest: Mapped[bytes]

    __table_args__ = ({"sqlite_with_rowid": False},)


class AuditCheckpointRow(Base):
    """A signed checkpoint."""

    __tablename__ = "audit_checkpoints"
    log_id: Mapped[int] = mapped_column(ForeignKey("audit_logs.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    note: Mapped[str] = mapped_column(String(4000))
    signed_at: Mapped[datetime]


class AuditReferenceRow(Base):
    """The desk's index: for one reference, every numbered entry that is about it, by its moment.

    `kind` says what `ref` is (see `audit_references`), `at` is in milliseconds since 1970 (UTC). It can be made again
    from the entries at any time and is no part of what is signed.
    """

    __tablename__ = "audit_references"
    log_id: Mapped[int] = mapped_column(ForeignKey("audit_logs.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    ref: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class LogReviewRow(Base):
    """A period of the log that a privacy officer has looked through. `until` is its last day, on the Dutch calendar."""

    __tablename__ = "log_reviews"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    officer_ref: Mapped[str] = mapped_column(Ref)
    since: Mapped[date]
    until: Mapped[date]
    at: Mapped[datetime]
    entries: Mapped[int] = mapped_column(BigInteger)
    checkpoint_size: Mapped[int] = mapped_column(BigInteger)


class BreachRow(Base):
    """The record of a breach, in references and codes. `organisation_id` answers for it: it brought the case in.

    `receivers` holds pairs: a member reference, and whether their side confirmed to have shown it. `complete` says
    whether everyone is on that list. `author_ref` wrote the message, `field` is what was reported of a case's own text.
    """

    __tablename__ = "breaches"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(20))
    aware_at: Mapped[datetime]
    label: Mapped[str] = mapped_column(String(30))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("sessions.id"))
    seq: Mapped[int | None] = mapped_column(BigInteger)
    field: Mapped[str | None] = mapped_column(String(30))
    reporter_ref: Mapped[str] = mapped_column(Ref)
    reporter_organisation: Mapped[str] = mapped_column(Ref)
    author_ref: Mapped[str | None] = mapped_column(Ref)
    author_organisation: Mapped[str | None] = mapped_column(Ref)
    receivers: Mapped[list[tuple[str, bool]]] = mapped_column(JSON)
    complete: Mapped[bool]
    risk: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(30))
    delay: Mapped[str | None] = mapped_column(String(30))
    telling: Mapped[str | None] = mapped_column(String(30))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(Ref)
    closed_at: Mapped[datetime | None]


class OfficerKeyRow(Base):
    """The public half of a privacy officer's key. `fingerprint` follows from `public`; its state is a `KeyState`."""

    __tablename__ = "officer_keys"
    id: Mapped[str] = mapped_column(Ref, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisations.id"))
    holder_id: Mapped[str] = mapped_column(ForeignKey("members.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(String(40))
    public: Mapped[bytes]
    state: Mapped[str] = mapped_column(String(10))
    added_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("organisation_id", "fingerprint"),)


class MemberCardRow(Base):
    """Who a reference of the audit log is from `at` on, sealed to one officer's key: the service cannot open it.

    `at` is in milliseconds since 1970 (UTC). `resealed_by` is the reference of the officer who sealed an older card
    anew; None when the service sealed it from the register. There is no foreign key to the member, who may be gone.
    """

    __tablename__ = "member_cards"
    key_id: Mapped[str] = mapped_column(ForeignKey("officer_keys.id"), primary_key=True)
    member_ref: Mapped[str] = mapped_column(Ref, primary_key=True, index=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stored_at: Mapped[datetime]
    resealed_by: Mapped[str | None] = mapped_column(Ref)
    envelope: Mapped[bytes]


class MetaRow(Base):
    """Facts about this store, such as the check value of the master key."""

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(400))
