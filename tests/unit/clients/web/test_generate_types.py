from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import inspect

from clients.web.generate_types import interface, limits, parts, structs, written
from server.protocol import live

STORED = Path(__file__).resolve().parents[4] / "clients/web/src/protocol.ts"


def test_the_stored_types_are_those_of_the_protocol() -> None:
    assert STORED.read_text() == "\n".join(parts()), "run `npm run types` in clients/web and look at what changed"


def test_what_a_client_sends_may_leave_out_what_has_a_default() -> None:
    assert interface(live.Join) == (
        "export interface Join {\n"
        '  readonly type: "join";\n'
        "  readonly epoch?: string | null;\n"
        "  readonly seq?: number | null;\n"
        "}\n"
    )


def test_what_the_service_sends_is_whole() -> None:
    assert "readonly outcome: OutcomeRecorded | null;" in interface(live.Discussion)
    assert "readonly body: AnyBody;" in interface(live.Event)
    assert "readonly agenda: readonly AgendaView[];" in interface(live.SessionView)


def test_every_message_is_written_and_no_base_is() -> None:
    names = {one.__name__ for one in structs()}
    assert {"Join", "Contribute", "Held", "Heartbeat", "CaseAnswer"} <= names
    assert not names & {"ClientMessage", "Command", "TableCommand", "Body", "ServerMessage"}
    assert limits()["Contribute.text"] == 4000


def test_a_type_that_no_message_had_before_is_refused() -> None:
    class Odd(msgspec.Struct):
        table: dict[str, int]

    info = inspect.type_info(Odd)
    assert isinstance(info, inspect.StructType)
    with pytest.raises(TypeError):
        written(info.fields[0].type)
