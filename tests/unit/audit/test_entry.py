"""An entry is valid from birth, has one byte form, and has no room for content."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from audit.entry import (
    ANONYMOUS,
    MAX_LINE_BYTES,
    MAX_OBJECTS,
    AccessPoint,
    AccessPointKind,
    Entry,
    ObjectRef,
    Outcome,
    Source,
    canonical,
    make,
    parse,
)
from audit.errors import InvalidEntry
from audit.events import Action, Event, ObjectKind

NOW = datetime(2025, 3, 4, 5, 6, 7, 123_456, tzinfo=UTC)
SOURCE = Source("casuskring", "node-1")
CASE = ObjectRef(ObjectKind.CASE, "case:7f3a", "seq:12-40")


def ones(count: int) -> bytes:
    return b"\x01" * count


def read_of_case(**changes: Any) -> Entry:
    fields: dict[str, Any] = {
        "actor": "m:4fzz",
        "source": SOURCE,
        "now": NOW,
        "random_bytes": ones,
        "objects": (CASE,),
        **changes,
    }
    return make(Event.CASE_READ, **fields)


FULL = {
    "organisation": "org:12ab",
    "role": "01.015",
    "purpose": "read_case",
    "on_behalf_of": "m:9gg1",
    "access_point": AccessPoint(AccessPointKind.IP_ADDRESS, "ap:88c1"),
    "reason": "agreement_expired",
    "agreement": "art26/3",
    "outcome": Outcome.MINOR_FAILURE,
}


def test_the_canonical_form_is_fixed() -> None:
    assert canonical(read_of_case()) == (
        b'{"action":"R","actor":"m:4fzz","at":"2025-03-04T05:06:07.123Z","event":"case.read",'
        b'"id":"01010101010101010101010101010101","objects":[{"detail":"seq:12-40","kind":"case","ref":"case:7f3a"}],'
        b'"outcome":0,"source":{"site":"casuskring","system":"node-1"},"v":1}'
    )


@pytest.mark.parametrize("entry", [read_of_case(), read_of_case(**FULL), read_of_case(actor=ANONYMOUS)])
def test_parsing_gives_the_entry_back(entry: Entry) -> None:
    assert parse(canonical(entry)) == entry


def test_every_field_reaches_the_canonical_form() -> None:
    line = canonical(read_of_case(**FULL)).decode()
    names = {field.name for field in dataclasses.fields(Entry)} - {"entry_id"}
    assert all(f'"{name}":' in line for name in names)


CONTENT = [
    "Jan de Vries",
    "m:é",
    "",
    "x" * 129,
    "a\nb",
    "jan@example.nl",
    '"',
    "-start",
    "111222333",
    "06-12345678",
    "1985-03-12",
    "192.168.1.17",
]


@pytest.mark.parametrize("value", CONTENT)
@pytest.mark.parametrize("field", ["actor", "organisation", "on_behalf_of", "agreement"])
def test_references_leave_no_room_for_content(field: str, value: str) -> None:
    with pytest.raises(InvalidEntry) as caught:
        read_of_case(**{field: value})
    assert caught.value.field == field
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("value", CONTENT[:7])
@pytest.mark.parametrize("field", ["role", "purpose", "reason"])
def test_codes_leave_no_room_for_content(field: str, value: str) -> None:
    with pytest.raises(InvalidEntry) as caught:
        read_of_case(**{field: value})
    assert caught.value.field == field
    assert not value or value not in str(caught.value)


@pytest.mark.parametrize("value", CONTENT)
def test_objects_and_access_points_leave_no_room_for_content(value: str) -> None:
    with pytest.raises(InvalidEntry):
        ObjectRef(ObjectKind.CASE, value)
    with pytest.raises(InvalidEntry):
        ObjectRef(ObjectKind.CASE, "case:1", value)
    with pytest.raises(InvalidEntry):
        AccessPoint(AccessPointKind.IP_ADDRESS, value)


def test_a_random_reference_of_digits_only_is_still_a_reference() -> None:
    assert read_of_case(actor="0" * 32).actor == "0" * 32


def test_an_event_about_a_case_must_name_one() -> None:
    with pytest.raises(InvalidEntry):
        read_of_case(objects=())
    with pytest.raises(InvalidEntry):
        read_of_case(objects=(ObjectRef(ObjectKind.SESSION, "session:1"),))
    assert make(Event.LOGIN_REFUSED, actor=ANONYMOUS, source=SOURCE, now=NOW, random_bytes=ones).objects == ()


def test_objects_are_counted() -> None:
    many = tuple(ObjectRef(ObjectKind.CASE, f"case:{number}") for number in range(MAX_OBJECTS + 1))
    assert len(read_of_case(objects=many[:-1]).objects) == MAX_OBJECTS
    with pytest.raises(InvalidEntry):
        read_of_case(objects=many)


def test_the_longest_entry_fits_in_a_line() -> None:
    long = "a" * 128
    texts = dict.fromkeys(("actor", "organisation", "role", "purpose", "on_behalf_of", "reason", "agreement"), long)
    entry = read_of_case(
        **texts,
        source=Source(long, long),
        objects=tuple(ObjectRef(ObjectKind.CASE, long, long) for _ in range(MAX_OBJECTS)),
    )
    assert len(canonical(entry)) <= MAX_LINE_BYTES
    assert parse(canonical(entry)) == entry


def test_time_is_utc_in_whole_milliseconds() -> None:
    entry = read_of_case()
    assert entry.at.microsecond == 123_000
    with pytest.raises(InvalidEntry):
        dataclasses.replace(entry, at=NOW)
    with pytest.raises(InvalidEntry):
        read_of_case(now=NOW.replace(tzinfo=None))
    with pytest.raises(InvalidEntry):
        read_of_case(now=NOW.astimezone(timezone(timedelta(hours=1))))


def test_the_action_is_the_catalogues() -> None:
    with pytest.raises(InvalidEntry):
        dataclasses.replace(read_of_case(), action=Action.DELETE)


@pytest.mark.parametrize("entry_id", ["", "1" * 31, "G" * 32, "A" * 32, "1" * 33])
def test_the_identifier_is_32_hexadecimal_characters(entry_id: str) -> None:
    with pytest.raises(InvalidEntry):
        dataclasses.replace(read_of_case(), entry_id=entry_id)


GOOD = canonical(read_of_case())


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b" " + GOOD,
        GOOD + b"\n",
        GOOD.replace(b'"v":1', b'"v":2'),
        GOOD.replace(b'"v":1', b'"v":1.0'),
        GOOD.replace(b'"v":1', b'"extra":1,"v":1'),
        GOOD.replace(b'"v":1', b'"v":1,"v":1'),
        GOOD.replace(b'"outcome":0', b'"outcome":12'),
        GOOD.replace(b'"outcome":0', b'"outcome":false'),
        GOOD.replace(b'"outcome":0', b'"outcome":0,"purpose":null'),
        GOOD.replace(b"case.read", b"case.invented"),
        GOOD.replace(b"case.read", b"case\\u002eread"),
        GOOD.replace(b'"action":"R"', b'"action":"D"'),
        GOOD.replace(b".123Z", b".123456Z"),
        GOOD.replace(b".123Z", b".123+00:00"),
        GOOD.replace(b"03-04T", b"02-31T"),
        GOOD.replace(b'{"action":"R","actor":"m:4fzz"', b'{"actor":"m:4fzz","action":"R"'),
        GOOD.replace(b"m:4fzz", b"Jan de Vries"),
        b"x" * (MAX_LINE_BYTES + 1),
    ],
)
def test_parse_accepts_the_canonical_form_only(line: bytes) -> None:
    with pytest.raises(InvalidEntry):
        parse(line)


def test_parse_never_repeats_what_it_read() -> None:
    canary = b"KANARIE-4711"
    for line in (canary, GOOD.replace(b"case.read", canary), GOOD.replace(b'"v":1', b'"' + canary + b'":1,"v":1')):
        with pytest.raises(InvalidEntry) as caught:
            parse(line)
        assert "KANARIE" not in str(caught.value) + repr(caught.value) + caught.value.sentence("nl")
        assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", "case.read"),
        ("outcome", 0),
        ("source", "casuskring"),
        ("access_point", "ap:1"),
        ("objects", [CASE]),
        ("objects", ("case:1",)),
        ("actor", 7),
        ("at", "2025-03-04T05:06:07.123Z"),
    ],
)
def test_values_of_another_type_are_refused_at_run_time_too(field: str, value: Any) -> None:
    with pytest.raises(InvalidEntry):
        dataclasses.replace(read_of_case(), **{field: value})


def test_kinds_are_closed_at_run_time_too() -> None:
    invented: Any = "invented"
    with pytest.raises(InvalidEntry):
        ObjectRef(invented, "case:1")
    with pytest.raises(InvalidEntry):
        AccessPoint(invented, "ap:1")
