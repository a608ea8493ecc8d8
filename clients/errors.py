"""The errors of the client. Messages never hold a token or the text of a case."""

from __future__ import annotations

from dataclasses import dataclass


class ClientError(Exception):
    """Base of every error of this package; `code` is stable."""

    code = "client_error"


@dataclass(frozen=True, slots=True)
class FoundAt:
    """Where the service found an identifier: field, offsets, kind."""

    field: str
    start: int
    end: int
    label: str
    hard: bool


class Refusal(ClientError):
    """The service refused; `code` is its stable code, `detail` its Dutch sentence, `status` the HTTP status."""

    def __init__(self, status: int, code: str, detail: str, places: tuple[FoundAt, ...] = ()) -> None:
        super().__init__(f"refused: {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.places = places


class Unreachable(ClientError):
    """The service could not be reached, or cannot answer now; asking again later may help. `reason` is a code."""

    code = "unreachable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"unreachable: {reason}")
        self.reason = reason


class UnusableAnswer(ClientError):
    """The service answered with something that is not what was agreed: too long, or of another form."""

    code = "unusable_answer"


class UnusableRecord(ClientError):
    """What was kept at this side cannot be read (any more)."""

    code = "unusable_record"


class ConnectionEnded(ClientError):
    """The live connection ended with a code after which coming back is of no use."""

    def __init__(self, close_code: int, reason: str = "") -> None:
        super().__init__(f"the live connection ended with code {close_code}")
        self.code = "connection_ended"
        self.close_code = close_code
        self.reason = reason


class CommandRefused(ClientError):
    """The session refused a command; `detail` is Dutch and says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code
        self.detail = detail
