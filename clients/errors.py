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
    detail = "De netwerkdienst is nu niet bereikbaar. Er is niets verloren; probeer het later opnieuw."

    def __init__(self, reason: str) -> None:
        super().__init__(f"unreachable: {reason}")
        self.reason = reason


class UnusableAnswer(ClientError):
    """The service answered with something that is not what was agreed: too long, or of another form."""

    code = "unusable_answer"
    detail = "Op dit adres antwoordt geen netwerkdienst van Casuskring. Controleer het adres bij Instellingen."


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


class VaultError(ClientError):
    """Base of what the vault says; `detail` is a Dutch sentence for the person at the screen, and says what to do."""

    code = "vault_error"
    detail = "Er ging iets mis met de kluis. Probeer het opnieuw."

    def __init__(self) -> None:
        super().__init__(f"vault: {self.code}")


class WrongPassphrase(VaultError):
    """No key slot opens with this name and passphrase, or with this secret; the vault itself is whole."""

    code = "wrong_passphrase"
    detail = (
        "Deze naam en wachtzin horen niet bij elkaar. Kijk of Caps Lock aan staat en typ de wachtzin opnieuw. "
        "Met de kluis zelf is niets mis."
    )


class WeakPassphrase(VaultError):
    """A new passphrase is too short, too long, or holds what cannot be written down."""

    code = "weak_passphrase"
    detail = "Deze wachtzin kan niet. Kies er een van minstens 12 tekens, bijvoorbeeld vier losse woorden."


class VaultDamaged(VaultError):
    """A file of the vault, or an archive, is not what was written; `file` is its name and nothing of what it holds."""

    code = "vault_damaged"

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.detail = (
            f"Het bestand „{file}” is beschadigd, verdwenen of van een ander moment. Verander niets aan de map van de "
            "kluis en zet de laatste reservekopie terug in een nieuwe map. De wachtzin is hier niet de oorzaak van."
        )


class VaultTooNew(VaultError):
    """The vault, whole, is of a format that a later version made."""

    code = "vault_too_new"
    detail = (
        "Een nieuwere versie van dit programma heeft deze kluis gemaakt. Werk het programma bij en open dan opnieuw."
    )


class VaultMissing(VaultError):
    """There is no vault, or no archive, at this place."""

    code = "vault_missing"
    detail = "Op deze plek staat geen kluis. Kijk of de schijf is aangesloten en of de juiste map is gekozen."


class VaultExists(VaultError):
    """Something stands where a vault or a backup would be written; nothing was written."""

    code = "vault_exists"
    detail = (
        "Op deze plek staat al iets. Er is niets overschreven. Kies een lege map, of voor een kopie een nieuwe naam."
    )


class VaultLocked(VaultError):
    """The vault was locked; its key is gone from memory."""

    code = "vault_locked"
    detail = "De kluis is vergrendeld. Meld u opnieuw aan met uw wachtzin."


class VaultBusy(VaultError):
    """Another process, or another `Vault` of this one, has the vault open."""

    code = "vault_busy"
    detail = "De kluis is al open in een ander venster of programma. Sluit dat eerst en probeer het dan opnieuw."


class VaultUnusable(VaultError):
    """The system refused to read or write; `full` says that the disk is full. What was stored before is still there."""

    code = "vault_unusable"

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self.full = full
        self.detail = (
            "De schijf is vol. Het laatste is niet bewaard, wat er al stond wel. Maak ruimte en probeer het opnieuw."
            if full
            else "De computer laat lezen of schrijven in de map van de kluis niet toe. Kijk of de schijf is "
            "aangesloten en of u in deze map mag schrijven, en probeer het opnieuw. Wat er al stond, staat er nog."
        )


class TooLittleMemory(VaultError):
    """There is not enough free memory to try the passphrase."""

    code = "too_little_memory"
    detail = "Er is te weinig vrij geheugen om de kluis te openen. Sluit andere programma's en probeer het opnieuw."


class RecordMissing(VaultError):
    """The vault has no record of this id."""

    code = "record_missing"
    detail = "Dit stuk staat niet (meer) in de kluis. Ga terug naar het overzicht en ververs de pagina."


class RecordTooLarge(VaultError):
    """A record is larger than 64 MiB; it was not stored."""

    code = "record_too_large"
    detail = "Dit stuk is te groot voor de kluis (meer dan 64 MB) en is niet bewaard. Gebruik een kleiner bestand."


class BadName(VaultError):
    """The name of a worker, or the id or kind of a record, does not follow the rules for it."""

    code = "bad_name"
    detail = "Deze naam kan niet. Gebruik 1 tot 100 gewone tekens, zonder spatie aan het begin of einde."


class WorkerExists(VaultError):
    """The vault has a worker of this name already."""

    code = "worker_exists"
    detail = "Er is al een medewerker met deze naam. Kies een andere naam, bijvoorbeeld met een voorletter erbij."


class UnknownWorker(VaultError):
    """An open vault has no worker of this name."""

    code = "unknown_worker"
    detail = "Deze medewerker staat niet (meer) in de kluis. Ververs de lijst van medewerkers."


class LastWorker(VaultError):
    """The last worker cannot be removed: nobody could open the vault any more."""

    code = "last_worker"
    detail = "De laatste medewerker kan niet weg, want dan kan niemand de kluis meer openen. Voeg eerst een ander toe."


class TooManyWorkers(VaultError):
    """The vault has as many key slots as its header may hold."""

    code = "too_many_workers"
    detail = "Er passen geen medewerkers meer bij. Verwijder eerst een medewerker die hier niet meer werkt."


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


class OfficerError(ClientError):
    """Base of what a privacy officer's own tool says; `detail` is Dutch and says what to do.

    It never holds a name, a passphrase, or anything of a key but its fingerprint.
    """

    code = "officer_error"
    detail = "Dat is niet gelukt."

    def __init__(self) -> None:
        super().__init__(f"refused: {self.code}")


class KeyFileUnusable(OfficerError):
    """A file is no private key of an officer, is damaged, or is of a later version."""

    code = "key_file_unusable"
    detail = "Dit bestand is geen geheime sleutel, of het is beschadigd. Kies het bestand dat `officer-key new` maakte."


class KeyFileLocked(OfficerError):
    """The passphrase does not open this private key, or the file was changed."""

    code = "key_file_locked"
    detail = "Met deze wachtzin gaat de sleutel niet open. Kijk of Caps Lock aan staat en typ de wachtzin opnieuw."


class TargetExists(OfficerError):
    """Something stands where a file would be written; nothing was written."""

    code = "target_exists"
    detail = "Op deze plek staat al iets. Er is niets overschreven. Kies een andere naam."


class FileUnusable(OfficerError):
    """A file cannot be read or written here."""

    code = "file_unusable"
    detail = "Een bestand is hier niet te lezen of te schrijven. Kijk of de plek klopt en of u er mag schrijven."


class CardsUnusable(OfficerError):
    """A file is no file of cards."""

    code = "cards_unusable"
    detail = "Dit bestand is geen kaartenbestand, of het is beschadigd. Haal het opnieuw op bij Toezicht, Sleutels."


class OtherFingerprint(OfficerError):
    """The key in a file has another fingerprint than the one that was typed."""

    code = "other_fingerprint"
    detail = (
        "De sleutel in dit bestand heeft een andere vingerafdruk. Misschien is hij onderweg verwisseld. "
        "Vraag de ander om het bestand opnieuw, langs een andere weg, en gebruik dit bestand niet."
    )


class NothingToReseal(OfficerError):
    """The key opens no card of the file."""

    code = "nothing_to_reseal"
    detail = "Met deze sleutel gaat geen enkele kaart van dit bestand open. Kies de sleutel waarvoor ze verzegeld zijn."
