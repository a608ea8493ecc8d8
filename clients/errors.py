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


_REFUSED = {
    "unknown_kind": (
        "Dit soort bestand kan niet worden geopend. Bewaar de tekst als .docx, .odt, .pdf, .eml of .txt "
        "en kies dat bestand."
    ),
    "wrong_kind": (
        "De naam van dit bestand past niet bij wat erin staat. Open het in het programma waarin het gemaakt is, "
        "bewaar het opnieuw en kies dat bestand."
    ),
    "old_word": (
        "Dit is een bestand van een oude Word-versie. Open het in Word, bewaar het als .docx en kies dat bestand."
    ),
    "empty": "In dit bestand staat geen tekst. Controleer of u het goede bestand koos.",
    "no_text": (
        "In deze PDF staan alleen plaatjes, bijvoorbeeld van een scan. Neem de tekst over, of gebruik het bestand "
        "waaruit de PDF gemaakt is."
    ),
    "password": "Dit bestand is met een wachtwoord beveiligd. Bewaar het zonder wachtwoord en kies dat bestand.",
    "damaged": (
        "Dit bestand is beschadigd of niet volledig. Open het in het programma waarin het gemaakt is, "
        "bewaar het opnieuw en kies dat bestand."
    ),
    "too_large": "Dit bestand is te groot. Bewaar alleen het deel dat u wilt voorleggen en kies dat bestand.",
}


class DocumentRefused(ClientError):
    """A document was not opened; `code` is stable, `detail` is Dutch and says what to do.

    Neither holds the name of the file or anything that stands in it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code
        self.detail = _REFUSED[code]


class FontMissing(ClientError):
    """The letters for a PDF were never built or were removed; `detail` is Dutch and says what to do."""

    code = "font_missing"
    detail = "De lettertypen voor een PDF ontbreken. Vraag uw beheerder om het station opnieuw te installeren."

    def __init__(self) -> None:
        super().__init__("the fonts of clients/station/static/build are missing; build the front end")
