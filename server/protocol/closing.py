"""The close codes of the socket, and what a person reads of each."""

from __future__ import annotations


class Close:
    """Close codes of the socket. 4000-4999 is the range for applications (RFC 6455 §7.4.2).

    1009 and 1012 are registered: a message that is too big is closed by the WebSocket library itself, before we see it.
    """

    SIGNED_OUT = 4401
    NO_AGREEMENT = 4403
    NOT_FOUND = 4404
    PROTOCOL = 4400
    TOO_LARGE = 1009
    SLOW = 4408
    SEAT_TAKEN = 4409
    TOO_MANY = 4429
    ERROR = 4500
    GOING_AWAY = 1012


CLOSE_NL = {
    Close.SIGNED_OUT: "Uw aanmelding is verlopen. Meld u opnieuw aan.",
    Close.NO_AGREEMENT: (
        "De afspraak van uw organisatie over gegevensverwerking geldt niet (meer). Vraag de regiocoördinator."
    ),
    Close.NOT_FOUND: "Deze sessie is niet gevonden.",
    Close.PROTOCOL: "Het bericht had niet de afgesproken vorm.",
    Close.TOO_LARGE: "Het bericht was te groot.",
    Close.SEAT_TAKEN: "Op uw plaats zit al iemand anders. Vraag die persoon eerst te vertrekken.",
    Close.SLOW: "De verbinding was te traag. U wordt opnieuw verbonden.",
    Close.TOO_MANY: "Te veel berichten achter elkaar. Wacht even.",
    Close.ERROR: "Er ging iets mis bij de dienst. U wordt opnieuw verbonden.",
    Close.GOING_AWAY: "De dienst start opnieuw. U wordt opnieuw verbonden.",
}
