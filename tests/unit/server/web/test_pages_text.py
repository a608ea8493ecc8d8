from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from server.protocol.dutch import clock, day, moment
from server.protocol.http import RejectedMark
from server.web.pages_text import Segment, segments

MARKS = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda one: RejectedMark("text", one[0], sum(one), "AGE"))


def test_moments_are_dutch_and_follow_summer_time() -> None:
    assert day(date(2026, 12, 3)) == "3 december 2026"
    assert moment(datetime(2026, 12, 3, 13, 0, tzinfo=UTC)) == "donderdag 3 december 2026, 14:00"
    assert clock(datetime(2026, 7, 3, 13, 5, tzinfo=UTC)) == "15:05"
    assert moment(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "vrijdag 1 januari 2027, 00:30"


def test_pseudonyms_and_marks_are_set_apart() -> None:
    mark = RejectedMark("text", 17, 22, "LOCATION")
    assert segments("Persoon A woonde elders.", [(3, mark)]) == [
        Segment("Persoon A", "pseudonym"),
        Segment(" woonde "),
        Segment("elder", "mark", 3),
        Segment("s."),
    ]


def test_a_mark_beyond_the_text_changes_nothing() -> None:
    assert segments("kort", [(1, RejectedMark("text", 4, 9, "AGE"))]) == [Segment("kort")]
    assert segments("", [(1, RejectedMark("text", 0, 9, "AGE"))]) == []


@given(st.text(alphabet="Persoon A van B 35-39 jr.", max_size=40), st.lists(MARKS, max_size=5))
def test_the_pieces_are_the_text_again(text: str, marks: list[RejectedMark]) -> None:
    pieces = segments(text, list(enumerate(marks, 1)))
    assert "".join(one.text for one in pieces) == text
    assert all(one.text for one in pieces)
