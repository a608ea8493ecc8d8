"""The errors of the service: a stable `code`, an HTTP status, and a Dutch sentence that says what to do.

Outward, "forbidden" and "missing" are the same `NotFound`. No message ever holds case text, a name, a token or the
value of a setting.
"""

from __future__ import annotations


class ServiceError(Exception):
    """Base of every refusal of the service."""

    code = "service_error"
    status = 500
    message = "Er ging iets mis bij de dienst. Er is niets opgeslagen. Probeer het later opnieuw."

    def __init__(self, message: str | None = None, *, code: str | None = None, details: object = None) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.details = details
        super().__init__(self.code)


class Draining(ServiceError):
    """This node is about to stop: another one serves."""

    code = "draining"
    status = 503
    message = "Deze dienst start opnieuw. Probeer het over een paar tellen nog eens."


class NotFound(ServiceError):
    """It is not there, or it is not for this member; outward that is the same."""

    code = "not_found"
    status = 404
    message = "Niet gevonden. Misschien is het verwijderd, of hoort het niet bij uw kring."


class BadRequest(ServiceError):
    """The request has not the agreed form."""

    code = "bad_request"
    status = 400
    message = "De aanvraag heeft niet de afgesproken vorm. Kijk de velden na."


class TooLarge(ServiceError):
    """The request is larger than the limit."""

    code = "too_large"
    status = 413
    message = "Dit is te groot. Maak de tekst korter."


class Unauthenticated(ServiceError):
    """No valid login."""

    code = "unauthenticated"
    status = 401
    message = "U bent niet (meer) aangemeld. Meld u opnieuw aan."


class LoginRefused(ServiceError):
    """The name and password do not belong together, or the account waits after too many attempts."""

    code = "login_refused"
    status = 401
    message = "Deze combinatie van naam en wachtwoord klopt niet. Na vijf pogingen wacht u een kwartier."


class WrongOrigin(ServiceError):
    """A browser sent this from another site."""

    code = "wrong_origin"
    status = 403
    message = "Deze aanvraag kwam van een andere website. Open Casuskring zelf en probeer het daar."


class NotAllowed(ServiceError):
    """The member is known and may know that the thing exists, but the rule forbids this act."""

    code = "not_allowed"
    status = 403
    message = "Dit mag niet met uw rol. Vraag de regiocoördinator."


class AgreementMissing(ServiceError):
    """Processing is not allowed now; `code` is the reason that consent gave."""

    code = "no_agreement"
    status = 403
    message = "Voor uw organisatie is geen geldige afspraak over gegevensverwerking. Vraag de regiocoördinator."


class IdentifiersLeft(ServiceError):
    """The scan found identifiers. `details` lists position and kind, never the text."""

    code = "identifiers_left"
    status = 422
    message = "In de tekst staan nog herkenbare gegevens. Er is niets opgeslagen. Vervang ze en dien opnieuw in."


class SecondPerson(ServiceError):
    """The one who submitted may not release."""

    code = "second_person"
    status = 403
    message = "Een ander dan de inbrenger moet de casus vrijgeven: een collega of de regiocoördinator."


class Conflict(ServiceError):
    """The thing is not in a state in which this is possible."""

    code = "conflict"
    status = 409
    message = "Dit kan nu niet (meer). Ververs de pagina en kijk hoe het ervoor staat."


class SettingsError(ServiceError):
    """A setting is missing or wrong; the message names the setting, never its value."""

    code = "settings"


class StorageError(ServiceError):
    """The store is not as it must be: wrong key, old schema, another epoch."""

    code = "storage"


class Busy(ServiceError):
    """The service cannot take this now."""

    code = "busy"
    status = 503
    message = "De dienst is even te druk. Er is niets opgeslagen. Probeer het over een minuut opnieuw."
