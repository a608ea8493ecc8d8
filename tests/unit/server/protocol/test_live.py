"""Frames: what is a message, what is not, and that no error ever repeats what came in."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol import codec, live
from server.protocol.codec import BadFrame, decode_body, decode_client, decode_server
from server.protocol.live import MAX_FRAME_BYTES
from server.protocol.words import BottleneckAnswer, Domain, IdentifierKind, OutcomeKind, OverruleReason

CANARY = "Kanarie-7731"
KEY = "key-00000001"
EVERY_COMMAND: tuple[live.FromClient, ...] = (
    live.Join(),
    live.Join("epoch", 0),
    live.Ack(12),
    live.OpenSession(KEY),
    live.OpenCase(KEY, "case-a"),
    live.PostponeCase(KEY, "case-a"),
    live.NextPhase(KEY, case="case-a"),
    live.Contribute(KEY, "Persoon A slaapt.", case="case-a"),
    live.SendHeld(KEY, "hold"),
    live.Overrule(KEY, "hold", OverruleReason.ORDINARY_WORD),
    live.DropHeld(KEY, "hold"),
    live.Recuse(KEY),
    live.RecordOutcome(KEY, OutcomeKind.ADVICE, "Advies", Domain.GP),
    live.AnswerBottleneck(KEY, BottleneckAnswer.NO),
    live.CloseCase(KEY),
    live.SealSession(KEY),
    live.TakeChair(KEY),
    live.GiveChair(KEY, "seat-gp"),
    live.ReportVisible(KEY, 12, IdentifierKind.PERSON),
    live.ReportCase(KEY, "case-a", "text", IdentifierKind.UNKNOWN, "Buurtnaam"),
    live.MarkPresent(KEY, "seat-gp", "member"),
    live.MarkAbsent(KEY, "seat-gp"),
    live.RecuseMarked(key=KEY, seat="seat-gp"),
    live.WriteMinutes(key=KEY, text="Persoon A wacht.", base=0),
)


def contribute(**changes: object) -> str:
    """Return a contribution as JSON with some fields changed."""
    return json.dumps({"type": "contribute", "key": KEY, "text": "Tekst"} | changes)


def test_every_message_comes_back_as_it_went() -> None:
    assert {type(one) for one in EVERY_COMMAND} == set(get_args(live.FromClient))
    for message in EVERY_COMMAND:
        assert decode_client(codec.encode(message)) == message
        assert decode_client(codec.encode(message).decode()) == message


HOSTILE: dict[str, str | bytes] = {
    "empty": "",
    "not JSON": CANARY,
    "a list": f'["{CANARY}"]',
    "a number": "1",
    "null": "null",
    "no type": f'{{"key": "{CANARY}"}}',
    "unknown type": contribute(type=CANARY),
    "a type of the service": json.dumps({"type": "welcome", "mode": CANARY}),
    "a base that is no message": json.dumps({"type": "TableCommand", "key": KEY}),
    "unknown field": contribute(**{CANARY: 1}),
    "no key": json.dumps({"type": "contribute", "text": CANARY}),
    "key too short": contribute(key="short"),
    "key too long": contribute(key="k" * 65),
    "key with a space": contribute(key=f"{CANARY} 00001"),
    "key that ends in a line break": contribute(key=f"{KEY}\n"),
    "case that ends in a line break": contribute(case=f"{CANARY}\n"),
    "text of another type": contribute(text=[CANARY]),
    "empty text": contribute(text=""),
    "text too long": contribute(text=CANARY + "a" * 4000),
    "lone surrogate, escaped": f'{{"type": "contribute", "key": "{KEY}", "text": "{CANARY}\\ud800"}}',
    "surrogates the wrong way round": f'{{"type": "contribute", "key": "{KEY}", "text": "\\udc00\\ud800{CANARY}"}}',
    "lone surrogate in a string": f'{{"type": "contribute", "key": "{KEY}", "text": "{CANARY}\ud800"}}',
    "lone surrogate in bytes": f'{{"type": "contribute", "key": "{KEY}", "text": "{CANARY}\ud800"}}'.encode(
        "utf-8", "surrogatepass"
    ),
    "not UTF-8": f'{{"type": "contribute", "key": "{KEY}", "text": "{CANARY}'.encode() + b'\xff"}',
    "a raw control character": f'{{"type": "contribute", "key": "{KEY}", "text": "{CANARY}\x01"}}',
    "cut off": contribute(text=CANARY)[:-1],
    "two messages": contribute(text=CANARY) * 2,
    "a type twice": '{"type": "join", "type": "ack", "seq": 1}',
    "number below zero": '{"type": "ack", "seq": -1}',
    "number too large": '{"type": "ack", "seq": 9007199254740992}',
    "number without end": '{"type": "ack", "seq": 1e999}',
    "number with a fraction": '{"type": "ack", "seq": 1.5}',
    "truth as a number": '{"type": "ack", "seq": true}',
    "deep list": "[" * 200_000,
    "deep field": '{"type": "join", "epoch": ' + '{"a":' * 200_000,
    "no such day": json.dumps(
        {"type": "record_outcome", "key": KEY, "outcome": "advice", "text": CANARY, "owner": "gp", "due": "2025-02-30"}
    ),
    "unknown word": json.dumps(
        {"type": "record_outcome", "key": KEY, "outcome": CANARY, "text": "Tekst", "owner": "gp"}
    ),
}


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("decode", [decode_client, decode_server, decode_body])
def test_what_is_no_message_is_refused_without_repeating_it(decode: Callable[..., object], frame: str | bytes) -> None:
    with pytest.raises(BadFrame) as refused:
        decode(frame)
    error = refused.value
    assert error.__suppress_context__
    told = "".join(traceback.format_exception(error)) + repr(error) + str(error.args)
    assert CANARY not in told
    assert error.__cause__ is None


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_other_bytes_are_a_message_or_a_bad_frame(frame: bytes | str) -> None:
    decoders: tuple[Callable[..., object], ...] = (decode_client, decode_server, decode_body)
    for decode in decoders:
        try:
            decode(frame)
        except BadFrame as refused:
            assert str(refused).startswith("the ")  # noqa: PT017 - most inputs are refused, a few are not


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_any_text_of_characters_survives(text: str) -> None:
    message = decode_client(contribute(text=text))
    assert isinstance(message, live.Contribute)
    assert message.text == text
    assert decode_client(codec.encode(message)) == message
    body = live.Contributed("seat-gp", text)
    assert decode_body(codec.encode(body)) == body


def test_the_longest_message_that_the_protocol_allows_fits_in_a_frame() -> None:
    widest = "\N{GRINNING FACE}"
    message = live.RecordOutcome(
        "k" * 64, OutcomeKind.ADVICE, widest * 8000, Domain.SOCIAL, None, widest * 4000, case="c" * 64
    )
    frame = codec.encode(message)
    assert decode_client(frame) == message
    assert len(frame) <= MAX_FRAME_BYTES


def test_lengths_count_code_points() -> None:
    assert decode_client(contribute(text="\N{GRINNING FACE}" * 4000))
    with pytest.raises(BadFrame):
        decode_client(contribute(text="e\u0301" * 2001))


def test_every_close_code_has_a_sentence_and_is_one_that_a_service_may_send() -> None:
    codes = {value for name, value in vars(live.Close).items() if name.isupper()}
    assert codes == set(live.CLOSE_NL)
    assert all(code in (1009, 1012) or 4000 <= code < 5000 for code in codes)


def test_every_message_of_the_service_comes_back_as_it_went() -> None:
    messages: tuple[live.ToClient, ...] = (
        live.Welcome("events", "e", 1, 15.0),
        live.Events(()),
        live.Answer(KEY, 1),
        live.Refused(KEY, "recused", "U doet niet mee."),
        live.Held(KEY, "hold", (live.HeldSpan("text", 0, 3, "PERSON", False),), "Persoon B", may_overrule=True),
        live.Heartbeat(3),
    )
    assert {type(one) for one in messages} == set(get_args(live.ToClient))
    for message in messages:
        assert decode_server(codec.encode(message)) == message


def test_an_event_body_with_an_unknown_field_is_refused_so_that_old_and_new_never_mix_unseen() -> None:
    with pytest.raises(BadFrame):
        decode_body(msgspec.json.encode({"type": "member_left", "seat": "s", "extra": 1}))
