"""The live session as an AsyncAPI 3.0 document, made from the message types that both ends run on.

Source: AsyncAPI 3.0.0, with the WebSockets bindings 0.1.0.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from server.protocol import live
from server.protocol.live import CLOSE_NL

ADDRESS = "/ws/v1/sessions/{session}"
REF = "#/components/schemas/{name}"

ANSWERS = (live.Answer, live.Refused, live.Held)
"""What comes back to a command, to its author alone and with its key."""

Document = dict[str, Any]


def document() -> str:
    """Return the document as JSON."""
    sent, heard = get_args(live.FromClient), get_args(live.ToClient)
    _found, schemas = msgspec.json.schema_components((*sent, *heard), ref_template=REF)
    whole: Document = {
        "asyncapi": "3.0.0",
        "info": _info(),
        "defaultContentType": "application/json",
        "channels": {"session": _channel((*sent, *heard))},
        "operations": _operations(sent, heard),
        "components": {
            "messages": {_tag(one): _message(one) for one in (*sent, *heard)},
            "schemas": {name: _named(schema) for name, schema in schemas.items()},
        },
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _info() -> Document:
    codes = "".join(f"\n- {code}: {sentence}" for code, sentence in sorted(CLOSE_NL.items()))
    return {
        "title": "Casuskring: the live session",
        "version": live.SUBPROTOCOL.rpartition(".v")[2],
        "description": f"WebSocket subprotocol `{live.SUBPROTOCOL}`: one JSON text frame per message, {_most()} KiB at "
        f"most from a client. The service closes with these codes:\n{codes}",
    }


def _most() -> int:
    return live.MAX_FRAME_BYTES // 1024


def _channel(messages: Iterable[type]) -> Document:
    return {
        "address": ADDRESS,
        "title": "The session of a circle",
        "parameters": {"session": {"description": "The reference of the session."}},
        "messages": {_tag(one): {"$ref": f"#/components/messages/{_tag(one)}"} for one in messages},
        "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
    }


def _operations(sent: Iterable[type], heard: Iterable[type]) -> Document:
    """Return what the service receives and sends; a command is answered on the same channel."""
    commands = [one for one in sent if issubclass(one, live.Command)]
    others = [one for one in sent if one not in commands]
    return {
        "receiveCommand": _operation("receive", "A member does something.", commands)
        | {"reply": {"channel": {"$ref": "#/channels/session"}, "messages": _listed(ANSWERS)}},
        "receiveOther": _operation("receive", "A member joins, or says what they have shown.", others),
        "send": _operation("send", "The service tells what happened, and that it is still there.", heard),
    }


def _operation(action: str, title: str, messages: Iterable[type]) -> Document:
    return {
        "action": action,
        "title": title,
        "channel": {"$ref": "#/channels/session"},
        "messages": _listed(messages),
    }


def _listed(messages: Iterable[type]) -> list[Document]:
    return [{"$ref": f"#/channels/session/messages/{_tag(one)}"} for one in messages]


def _named(schema: Any) -> Any:
    """Return a schema that names the field telling its kinds apart: msgspec says it as OpenAPI does, with a table."""
    if isinstance(schema, list):
        return [_named(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: part["propertyName"] if name == "discriminator" and isinstance(part, dict) else _named(part)
        for name, part in schema.items()
    }


def _message(kind: type) -> Document:
    return {
        "name": _tag(kind),
        "title": kind.__name__,
        "summary": " ".join((inspect.getdoc(kind) or "").split()),
        "payload": {"$ref": REF.format(name=kind.__name__)},
    }


def _tag(kind: type) -> str:
    return str(kind.__struct_config__.tag)  # type: ignore[attr-defined]
