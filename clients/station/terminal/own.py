"""The commands on the vault itself: colleagues, passphrase, backup, keyring."""

from __future__ import annotations

from pathlib import Path

from clients.errors import WrongPassphrase
from clients.station import keyring_store
from clients.station.keyring_store import KeyringUnusable
from clients.station.terminal import forms
from clients.station.terminal.entry import DONE, TRIES, Seat, new_passphrase

SHARED = (
    "De kluis gaat daarna op deze computer zonder wachtzin open, voor wie hier onder uw naam is aangemeld. Ook met de "
    "webpagina op deze computer. Doe dit niet op een computer waar anderen tegelijk op werken."
)
KEPT = "De sleutelbos van deze computer kan de kluis nu openen. Uw wachtzin blijft ook werken."
REMOVED = "De sleutelbos opent de kluis niet meer. Uw wachtzin werkt zoals altijd."
STAYED = (
    "In de kluis is het geheim vervallen, dus de sleutelbos opent niets meer. De sleutelbos zelf liet zich niet wissen."
)


def add_worker(seat: Seat, name: str) -> int:
    """Give a colleague a key to the vault."""
    first = new_passphrase(seat.talk, "Eerste wachtzin van de collega")
    seat.vault.add_worker(name, first)
    seat.talk.say("De medewerker is toegevoegd. Laat de collega de wachtzin zelf veranderen met: station wachtzin")
    return DONE


def change_passphrase(seat: Seat) -> int:
    """Change one's own passphrase; the old one is asked unless it was typed to come in."""
    old = seat.passphrase
    for left in reversed(range(TRIES)):
        old = old or seat.talk.ask_hidden("Wachtzin van nu")
        if seat.vault.admits(seat.desk.worker, old):
            break
        seat.talk.warn(WrongPassphrase.detail)
        old = ""
        if not left:
            raise WrongPassphrase
    seat.vault.change_passphrase(old, new_passphrase(seat.talk, "Nieuwe wachtzin"), worker=seat.desk.worker)
    seat.talk.say("Uw wachtzin is gewijzigd.")
    return DONE


def backup(seat: Seat, target: Path) -> int:
    """Write the whole vault, still sealed, to a new file."""
    count = seat.vault.backup(target)
    seat.talk.say(f"De reservekopie is geschreven: {count} stukken, nog op slot. Bewaar hem ergens anders.")
    return DONE


def keyring(seat: Seat, *, away: bool) -> int:
    """Let the system's keyring open the vault, or no longer."""
    worker, folder = seat.desk.worker, seat.setup.folder
    if away:
        # First in the vault: what the keyring still holds then opens nothing.
        seat.vault.remove_secret(worker)
        try:
            keyring_store.drop(folder, worker)
        except KeyringUnusable:
            seat.talk.warn(STAYED)
            return DONE
        seat.talk.say(REMOVED)
        return DONE
    keyring_store.require()
    seat.talk.say(SHARED)
    if not forms.yes_or_no(seat.talk, "De sleutelbos de kluis laten openen?"):
        seat.talk.say("Er is niets veranderd.")
        return DONE
    try:
        keyring_store.keep(folder, worker, seat.vault.add_secret(worker))
    except KeyringUnusable:
        seat.vault.remove_secret(worker)
        raise
    seat.talk.say(KEPT)
    return DONE
