"""The catalogue is complete and says something about every event."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from audit.events import SPEC, Action, Event, EventType, ObjectKind, as_table


def test_every_event_has_a_mapping_and_nothing_else_has() -> None:
    assert set(SPEC) == set(Event)


@pytest.mark.parametrize("event", list(Event))
def test_every_event_is_described_and_well_named(event: Event) -> None:
    assert SPEC[event].description_nl.strip()
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", event.value)


def test_descriptions_are_distinct_so_that_a_reader_can_tell_events_apart() -> None:
    descriptions = [spec.description_nl for spec in SPEC.values()]
    assert len(set(descriptions)) == len(descriptions)


def test_what_the_norm_names_is_in_the_catalogue() -> None:
    assert {spec.action_code for spec in SPEC.values()} == set(Action)
    assert {spec.type_code for spec in SPEC.values()} == set(EventType)


def test_reading_is_logged_as_reading_and_searching_as_query() -> None:
    assert SPEC[Event.CASE_READ].action_code is Action.READ
    assert SPEC[Event.CASE_LISTED].type_code is EventType.QUERY
    assert SPEC[Event.LOG_READ].type_code is EventType.AUDIT_LOG_USED


def test_an_event_about_a_case_names_the_case() -> None:
    assert SPEC[Event.CASE_READ].object_kind is ObjectKind.CASE
    assert SPEC[Event.LOGIN_REFUSED].object_kind is None


def test_the_documentation_holds_the_catalogue_as_it_is() -> None:
    page = Path(__file__).parents[3] / "docs" / "design" / "audit-log.md"
    assert as_table() in page.read_text(encoding="utf-8")
