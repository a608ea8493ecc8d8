"""Any entry round-trips, and our fast encoder writes exactly RFC 8785."""

from __future__ import annotations

import contextlib
import json
import string
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.entry import AccessPoint, AccessPointKind, Entry, ObjectRef, Outcome, Source, canonical, make, parse
from audit.errors import InvalidEntry
from audit.events import SPEC, Event, ObjectKind

# A letter first, so that no reference is a bare number.
codes = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_letters),
    st.text(string.ascii_letters + string.digits + "_-:./", max_size=30),
)
objects = st.builds(ObjectRef, st.sampled_from(ObjectKind), codes, st.none() | codes)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    event = draw(st.sampled_from(Event))
    needed = SPEC[event].object_kind
    first = () if needed is None else (ObjectRef(needed, draw(codes)),)
    return make(
        event,
        actor=draw(codes),
        source=Source(draw(codes), draw(codes)),
        now=draw(st.datetimes(timezones=st.just(UTC))),
        random_bytes=lambda count: draw(st.binary(min_size=count, max_size=count)),
        outcome=draw(st.sampled_from(Outcome)),
        organisation=draw(st.none() | codes),
        role=draw(st.none() | codes),
        purpose=draw(st.none() | codes),
        on_behalf_of=draw(st.none() | codes),
        access_point=draw(st.none() | st.builds(AccessPoint, st.sampled_from(AccessPointKind), codes)),
        objects=(*first, *draw(st.lists(objects, max_size=4))),
        reason=draw(st.none() | codes),
        agreement=draw(st.none() | codes),
    )


@given(entries())
def test_an_entry_round_trips_and_is_rfc_8785(entry: Entry) -> None:
    line = canonical(entry)
    assert parse(line) == entry
    assert rfc8785.dumps(json.loads(line)) == line
    assert b"\n" not in line
    assert b" " not in line


@given(entry=entries(), data=st.data())
def test_no_other_bytes_are_read_as_the_same_entry(entry: Entry, data: st.DataObject) -> None:
    line = canonical(entry)
    at = data.draw(st.integers(0, len(line) - 1))
    other = line[:at] + data.draw(st.binary(max_size=2)) + line[at + 1 :]
    assume(other != line)
    with contextlib.suppress(InvalidEntry):
        assert parse(other) != entry


@given(st.binary(max_size=200))
def test_garbage_is_refused_quietly(line: bytes) -> None:
    with pytest.raises(InvalidEntry):
        parse(line)


@given(st.text(max_size=140))
def test_a_string_is_taken_whole_or_not_at_all(text: str) -> None:
    fields: dict[str, Any] = {
        "source": Source("a", "b"),
        "now": datetime(2025, 1, 1, tzinfo=UTC),
        "random_bytes": bytes,
    }
    allowed = set(string.ascii_letters + string.digits + "_-:./")
    with contextlib.suppress(InvalidEntry):
        actor = make(Event.LOGIN_REFUSED, actor=text, **fields).actor
        assert actor == text
        assert set(actor) <= allowed
