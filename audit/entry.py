"""One entry of the log: NEN 7513 fields as references and codes only, and its canonical bytes.

Content cannot slip in: every string is checked at birth against a pattern without spaces, and a short string of digits
alone (a BSN, a telephone number, a date of birth, an IP address) is refused as a reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

import msgspec

from audit.errors import InvalidEntry
from audit.events import SPEC, Action, Event, ObjectKind

FORMAT_VERSION = 1
MAX_OBJECTS = 128  # with fields of at most 128 characters this keeps a line under MAX_LINE_BYTES
MAX_LINE_BYTES = 64 * 1024

SERVICE = "service"
ANONYMOUS = "anonymous"

RandomBytes = Callable[[int], bytes]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-:./]{0,127}")
_DIGITS_ONLY = re.compile(r"[0-9_\-:./]{1,20}")
_ENTRY_ID = re.compile(r"[0-9a-f]{32}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")

# Every value is ASCII or a small integer, so sorted compact JSON is RFC 8785; a property test compares the two.
_encoder = msgspec.json.Encoder(order="sorted")


class Outcome(IntEnum):
    """EventOutcomeIndicator."""

    SUCCESS = 0
    MINOR_FAILURE = 4  # refused, denied
    SERIOUS_FAILURE = 8  # the service could not do what it should


class AccessPointKind(IntEnum):
    """NetworkAccessPointTypeCode."""

    MACHINE = 1
    IP_ADDRESS = 2
    TELEPHONE = 3
    EMAIL = 4
    URI = 5


@dataclass(frozen=True, slots=True)
class AccessPoint:
    """Where the actor came in: a kind, and an opaque reference (never the address itself)."""

    kind: AccessPointKind
    ref: str

    def __post_init__(self) -> None:
        if not isinstance(self.kind, AccessPointKind):
            raise InvalidEntry("access_point.kind", "one of the known kinds")
        _check_reference("access_point.ref", self.ref)


@dataclass(frozen=True, slots=True)
class Source:
    """Which part of which service wrote the entry (AuditEnterpriseSiteID, AuditSourceID)."""

    site: str
    system: str

    def __post_init__(self) -> None:
        _check_code("source.site", self.site)
        _check_code("source.system", self.system)


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """One thing that the event was about; `detail` narrows it down, such as `seq:12-40`."""

    kind: ObjectKind
    ref: str
    detail: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.kind, ObjectKind):
            raise InvalidEntry("objects.kind", "one of the known kinds")
        _check_reference("objects.ref", self.ref)
        if self.detail is not None:
            _check_reference("objects.detail", self.detail)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, valid from birth.

    `actor` is a member's reference, `service` or `anonymous`; `on_behalf_of` the responsible user, when another acted.
    `reason` is a code. `agreement` names the version of the agreement that allowed it (toestemmingsProfiel).

    Raises:
        InvalidEntry: a field breaks its rule.
    """

    entry_id: str
    event: Event
    action: Action
    at: datetime
    outcome: Outcome
    actor: str
    source: Source
    organisation: str | None = None
    role: str | None = None
    purpose: str | None = None
    on_behalf_of: str | None = None
    access_point: AccessPoint | None = None
    objects: tuple[ObjectRef, ...] = ()
    reason: str | None = None
    agreement: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.event, Event):
            raise InvalidEntry("event", "one of the catalogue")
        if self.action is not SPEC[self.event].action_code:
            raise InvalidEntry("action", "the action that the catalogue gives this event")
        if not isinstance(self.outcome, Outcome):
            raise InvalidEntry("outcome", "0, 4 or 8")
        if not isinstance(self.source, Source):
            raise InvalidEntry("source", "a source")
        _check_text("id", self.entry_id, _ENTRY_ID, "32 lower-case hexadecimal characters")
        _check_time(self.at)
        self._check_strings()
        self._check_objects()

    def _check_strings(self) -> None:
        _check_reference("actor", self.actor)
        for name, reference in (
            ("organisation", self.organisation),
            ("on_behalf_of", self.on_behalf_of),
            ("agreement", self.agreement),
        ):
            if reference is not None:
                _check_reference(name, reference)
        for name, code in (("role", self.role), ("purpose", self.purpose), ("reason", self.reason)):
            if code is not None:
                _check_code(name, code)
        if self.access_point is not None and not isinstance(self.access_point, AccessPoint):
            raise InvalidEntry("access_point", "an access point")

    def _check_objects(self) -> None:
        if not isinstance(self.objects, tuple) or not all(isinstance(item, ObjectRef) for item in self.objects):
            raise InvalidEntry("objects", "a tuple of object references")
        if len(self.objects) > MAX_OBJECTS:
            raise InvalidEntry("objects", f"at most {MAX_OBJECTS}")
        needed = SPEC[self.event].object_kind
        if needed is not None and all(item.kind is not needed for item in self.objects):
            raise InvalidEntry("objects", "at least one of the kind that the catalogue names for this event")


def make(
    event: Event,
    *,
    actor: str,
    source: Source,
    now: datetime,
    random_bytes: RandomBytes,
    outcome: Outcome = Outcome.SUCCESS,
    organisation: str | None = None,
    role: str | None = None,
    purpose: str | None = None,
    on_behalf_of: str | None = None,
    access_point: AccessPoint | None = None,
    objects: Sequence[ObjectRef] = (),
    reason: str | None = None,
    agreement: str | None = None,
) -> Entry:
    """Return a new entry with a random identifier, the catalogue's action, and the time cut to milliseconds.

    Raises:
        InvalidEntry: a field breaks its rule.
    """
    return Entry(
        entry_id=random_bytes(16).hex(),
        event=event,
        action=SPEC[event].action_code,
        at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        outcome=outcome,
        actor=actor,
        source=source,
        organisation=organisation,
        role=role,
        purpose=purpose,
        on_behalf_of=on_behalf_of,
        access_point=access_point,
        objects=tuple(objects),
        reason=reason,
        agreement=agreement,
    )


def canonical(entry: Entry) -> bytes:
    """Return the entry's one byte form: RFC 8785 JSON without the fields that are None, and without a newline."""
    fields: dict[str, object] = {
        "v": FORMAT_VERSION,
        "id": entry.entry_id,
        "event": entry.event,
        "action": entry.action,
        "at": format_time(entry.at),
        "outcome": entry.outcome,
        "actor": entry.actor,
        "source": {"site": entry.source.site, "system": entry.source.system},
        "objects": [_object_fields(item) for item in entry.objects],
    }
    for name in ("organisation", "role", "purpose", "on_behalf_of", "reason", "agreement"):
        value = getattr(entry, name)
        if value is not None:
            fields[name] = value
    if entry.access_point is not None:
        fields["access_point"] = {"kind": entry.access_point.kind, "ref": entry.access_point.ref}
    return _encoder.encode(fields)


def parse(line: bytes) -> Entry:
    """Return the entry that these canonical bytes hold.

    Raises:
        InvalidEntry: the bytes are not the canonical form of a valid entry, whatever is different about them.
    """
    if len(line) > MAX_LINE_BYTES:
        raise InvalidEntry("line", f"at most {MAX_LINE_BYTES} bytes")
    try:
        wire = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidEntry("line", "an entry in its JSON form") from None
    if wire.v != FORMAT_VERSION:
        raise InvalidEntry("v", "the version that this release reads")
    entry = _from_wire(wire)
    if canonical(entry) != line:
        raise InvalidEntry("line", "the canonical form (RFC 8785)")
    return entry


def format_time(at: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds and `Z`."""
    return at.isoformat(timespec="milliseconds")[:23] + "Z"


def parse_time(text: str) -> datetime:
    """Return the moment that `format_time` wrote.

    Raises:
        InvalidEntry: another form, or a day or hour that does not exist.
    """
    if not _TIME.fullmatch(text):
        raise InvalidEntry("at", "RFC 3339 in UTC with milliseconds")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidEntry("at", "an existing moment") from None


class _WireSource(msgspec.Struct, forbid_unknown_fields=True):
    site: str
    system: str


class _WireAccessPoint(msgspec.Struct, forbid_unknown_fields=True):
    kind: AccessPointKind
    ref: str


class _WireObject(msgspec.Struct, forbid_unknown_fields=True):
    kind: ObjectKind
    ref: str
    detail: str | None = None


class _WireEntry(msgspec.Struct, forbid_unknown_fields=True):
    v: int
    id: str
    event: Event
    action: Action
    at: str
    outcome: Outcome
    actor: str
    source: _WireSource
    objects: tuple[_WireObject, ...]
    organisation: str | None = None
    role: str | None = None
    purpose: str | None = None
    on_behalf_of: str | None = None
    access_point: _WireAccessPoint | None = None
    reason: str | None = None
    agreement: str | None = None


_decoder = msgspec.json.Decoder(_WireEntry)


def _from_wire(wire: _WireEntry) -> Entry:
    point = wire.access_point
    return Entry(
        entry_id=wire.id,
        event=wire.event,
        action=wire.action,
        at=parse_time(wire.at),
        outcome=wire.outcome,
        actor=wire.actor,
        source=Source(wire.source.site, wire.source.system),
        organisation=wire.organisation,
        role=wire.role,
        purpose=wire.purpose,
        on_behalf_of=wire.on_behalf_of,
        access_point=None if point is None else AccessPoint(point.kind, point.ref),
        objects=tuple(ObjectRef(item.kind, item.ref, item.detail) for item in wire.objects),
        reason=wire.reason,
        agreement=wire.agreement,
    )


def _object_fields(item: ObjectRef) -> dict[str, str]:
    fields: dict[str, str] = {"kind": item.kind, "ref": item.ref}
    if item.detail is not None:
        fields["detail"] = item.detail
    return fields


def _check_text(field: str, value: str, pattern: re.Pattern[str], rule: str) -> None:
    if not isinstance(value, str) or pattern.fullmatch(value) is None:
        raise InvalidEntry(field, rule)


def _check_code(field: str, value: str) -> None:
    _check_text(field, value, _CODE, "1 to 128 letters, digits and _ - : . / without spaces")


def _check_reference(field: str, value: str) -> None:
    _check_code(field, value)
    if _DIGITS_ONLY.fullmatch(value):
        raise InvalidEntry(field, "not a bare number, date or address")


def _check_time(at: datetime) -> None:
    if not isinstance(at, datetime) or at.utcoffset() != timedelta(0):
        raise InvalidEntry("at", "a moment in UTC")
    if at.microsecond % 1000:
        raise InvalidEntry("at", "whole milliseconds")
