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


class StationError(ClientError):
    """Base of what the station refuses by itself; `detail` is Dutch and says what to do."""

    code = "station_error"
    detail = "Dat kan nu niet."

    def __init__(self, detail: str = "", *, code: str = "") -> None:
        self.code = code or self.code
        self.detail = detail or self.detail
        super().__init__(f"refused by the station: {self.code}")


class DraftDamaged(StationError):
    """A record of the vault cannot be read as a case."""

    code = "draft_damaged"
    detail = "Deze casus is met een andere versie van het station gemaakt en is niet te lezen. Bel uw beheerder."


class NoSuchCase(StationError):
    """There is no such case at this station."""

    code = "no_such_case"
    detail = "Deze casus is er niet (meer)."


class NotNow(StationError):
    """The case is in a state in which this cannot be done."""

    code = "not_now"
    detail = "Dat kan niet meer: de casus is al verstuurd of ingetrokken."


class NotReady(StationError):
    """Something must be filled in or decided before the case can be sent."""

    code = "not_ready"
    detail = "De casus is nog niet klaar om te versturen."


class Unreachable(StationError):
    """The network service could not be reached; nothing is lost."""

    code = "unreachable"
    detail = "De netwerkdienst is nu niet bereikbaar. Er is niets verloren; probeer het later opnieuw."
