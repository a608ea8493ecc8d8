"""The frames of `casuskring.v1`: one message each, as compact UTF-8 JSON, and no error that repeats what came in."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from server.protocol.live import AnyBody, FromClient, ToClient

_client_decoder = msgspec.json.Decoder(FromClient)
_server_decoder = msgspec.json.Decoder(ToClient)
_body_decoder = msgspec.json.Decoder(AnyBody)
_encoder = msgspec.json.Encoder()


class BadFrame(Exception):
    """A frame is not one message of this protocol. It never quotes the frame: msgspec's own text may repeat input."""


def decode_client(frame: str | bytes) -> FromClient:
    """Return the one message in a frame from a client.

    Raises:
        BadFrame: not JSON, not UTF-8, an unknown type or field, a wrong type, or a length outside its bounds.
    """
    try:
        message: FromClient = _client_decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame("the frame is not a message of casuskring.v1") from None
    return message


def decode_server(frame: str | bytes) -> ToClient:
    """Return the one message in a frame from the service.

    Raises:
        BadFrame: as `decode_client`.
    """
    try:
        message: ToClient = _server_decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame("the frame is not a message of casuskring.v1") from None
    return message


def encode(message: Struct) -> bytes:
    """Return the message as compact UTF-8 JSON."""
    return _encoder.encode(message)


def decode_body(stored: bytes) -> AnyBody:
    """Return the event body that was stored with `encode`.

    Raises:
        BadFrame: the stored bytes are not an event body.
    """
    try:
        body: AnyBody = _body_decoder.decode(stored)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadFrame("the stored event is not a body of casuskring.v1") from None
    return body
