"""The minutes of the case on the table: versions, who writes them, and that they go with the words of their case."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from server.protocol import live
from server.protocol.codec import BadFrame, decode_client, encode
from server.protocol.rules import Refusal
from server.protocol.words import IdentifierKind
from tests.support.circle import CHAIR, GP, MINUTES, NOW, RECUSE, SCRIBE, discussing, give


def test_a_version_builds_on_the_one_before_and_an_older_base_is_refused() -> None:
    session = discussing()
    (first,) = give(session, SCRIBE, MINUTES)
    (second,) = give(session, CHAIR, replace(MINUTES, text="Aangevuld.", base=first.seq))
    for stale in (0, first.seq, second.seq + 1):
        before = session.view
        with pytest.raises(Refusal, match="minutes_changed"):
            give(session, SCRIBE, replace(MINUTES, base=stale))
        assert session.view == before
    table = session.view.discussion
    assert table is not None
    assert table.minutes == live.MinutesView(second.seq, second.at, CHAIR.seat, "Aangevuld.")


def test_who_left_the_case_has_no_minutes_and_writes_none() -> None:
    session = discussing()
    (written,) = give(session, SCRIBE, MINUTES)
    give(session, SCRIBE, RECUSE)
    with pytest.raises(Refusal, match="recused"):
        give(session, SCRIBE, replace(MINUTES, base=written.seq))
    view = session.snapshot(SCRIBE.member)
    assert view.discussion is not None
    assert view.discussion.minutes is None
    assert isinstance(session.for_member(written, "case-a", SCRIBE.member).body, live.Hidden)
    assert session.for_member(written, "case-a", GP.member) == written


def test_minutes_are_gone_for_everyone_with_their_case() -> None:
    session = discussing()
    (written,) = give(session, SCRIBE, MINUTES)
    session.remove_case("case-a", now=NOW)
    assert isinstance(session.for_member(written, "case-a", GP.member).body, live.Hidden)
    assert MINUTES.text not in repr(session.view)


def test_a_version_that_shows_something_recognisable_goes_for_everyone_and_writing_goes_on() -> None:
    session = discussing()
    (first,) = give(session, SCRIBE, MINUTES)
    (second,) = give(session, SCRIBE, replace(MINUTES, text="Aangevuld.", base=first.seq))
    (gone,) = give(session, GP, live.ReportVisible("r" * 8, second.seq, IdentifierKind.PERSON))
    assert gone.body == live.Blanked(message=second.seq, seat=SCRIBE.seat)
    assert give(session, CHAIR, live.ReportVisible("s" * 8, second.seq, IdentifierKind.PERSON)) == []
    left = live.MinutesWritten(text="", by=SCRIBE.seat, blanked=True)
    for member in (SCRIBE.member, GP.member):
        assert session.for_member(second, "case-a", member).body == left
        assert session.for_member(first, "case-a", member) == first
        table = session.snapshot(member).discussion
        assert table is not None
        assert table.minutes == live.MinutesView(second.seq, second.at, SCRIBE.seat, "", blanked=True)
    give(session, GP, live.ReportVisible("t" * 8, first.seq, IdentifierKind.PERSON))
    assert MINUTES.text not in repr([session.for_member(first, "case-a", GP.member), session.view])
    (third,) = give(session, SCRIBE, replace(MINUTES, text="Opnieuw.", base=second.seq))
    table = session.view.discussion
    assert table is not None
    assert table.minutes == live.MinutesView(third.seq, third.at, SCRIBE.seat, "Opnieuw.")


@pytest.mark.parametrize("text", ["", "a" * 8001])
def test_minutes_have_words_and_an_end(text: str) -> None:
    with pytest.raises(BadFrame):
        decode_client(encode(replace(MINUTES, text=text)))
    assert decode_client(encode(replace(MINUTES, text="a" * 8000)))
