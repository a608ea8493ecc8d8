"""Coming in and going out: the vault is opened for one command, and whatever ends it is told in one sentence."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from anonymisation.analyser import Analyser
from anonymisation.errors import AnonymisationError, ModelUnavailable
from clients.api import Client
from clients.errors import (
    BadName,
    ClientError,
    StationError,
    Unreachable,
    VaultDamaged,
    WeakPassphrase,
    WrongPassphrase,
)
from clients.station import keyring_store
from clients.station.desk import Desk
from clients.station.terminal.forms import yes_or_no
from clients.station.terminal.talk import PATIENCE, Talk
from clients.station.vault import Cost, Vault
from clients.station.vault.keys import check_new_passphrase, worker_name

DONE, ENDED, REFUSED, AWAY, ALARMED, STOPPED = 0, 1, 2, 3, 4, 130
"""Exit statuses: done; the input ended or something broke; refused; the network cannot be reached; an alarm; Ctrl+C."""
TRIES = 3
MAX_PASSPHRASE_FILE = 8 * 1024

NEW_STATION = """\
Dit station is nieuw: er is hier nog geen kluis.
In de kluis staan straks de ruwe tekst van uw casussen en de lijst waarmee pseudoniemen weer namen worden.
Hij gaat alleen open met een wachtzin.
Raakt de kluis kwijt, of vergeet iedereen de wachtzin, dan kan niemand een antwoord nog terugvertalen.
De casussen blijven dan persoonsgegevens. Maak daarom een reservekopie."""
GONE_ON = "Gestopt. Er is niets verloren: wat u had beantwoord staat in de kluis."
INPUT_ENDED = "De invoer hield op. Er is niets verloren: wat u had beantwoord staat in de kluis."
UNREADABLE = "Deze tekst of dit besluit is niet te verwerken."
NO_MODEL = "Het taalmodel waarmee het station namen vindt ontbreekt. Vraag uw beheerder om het te installeren."
NO_FILE = "Het bestand met de wachtzin is niet te lezen."


@dataclass(slots=True)
class Setup:
    """What a command in the terminal is started with. `load` gives the analyser, loaded when it is first needed."""

    folder: Path
    load: Callable[[], Analyser]
    now: Callable[[], datetime]
    talk: Talk
    worker: str = ""
    passphrase_file: Path | None = None
    connect: Callable[[str], Client] = Client
    cost: Cost = field(default_factory=Cost)


@dataclass(slots=True, repr=False)
class Seat:
    """A worker at the open vault. `passphrase` is what was typed; empty when the keyring opened it."""

    setup: Setup
    vault: Vault
    desk: Desk
    passphrase: str

    @property
    def talk(self) -> Talk:
        """Where to say and ask."""
        return self.setup.talk


def run(setup: Setup, command: Callable[[Seat], int]) -> int:
    """Do one command at the open vault and return the exit status. Nothing that was typed is in what it says."""
    talk = setup.talk
    try:
        with opened(setup) as seat:
            return command(seat)
    except KeyboardInterrupt:
        talk.say()
        talk.warn(GONE_ON)
        return STOPPED
    except EOFError:
        talk.say()
        talk.warn(INPUT_ENDED)
        return ENDED
    except Unreachable as error:
        talk.warn(error.detail)
        return AWAY
    except ClientError as error:
        talk.warn(str(getattr(error, "detail", "Dat kan nu niet.")))
        return REFUSED
    except AnonymisationError as error:
        talk.warn(NO_MODEL if isinstance(error, ModelUnavailable) else UNREADABLE)
        return REFUSED
    except Exception as error:  # noqa: BLE001 - the kind alone: a message of a library can repeat what was typed
        talk.warn(f"Er ging iets mis in het station ({type(error).__name__}). Wat bewaard was, staat er nog.")
        return ENDED


@contextlib.contextmanager
def opened(setup: Setup) -> Iterator[Seat]:
    """Open the vault, or make it at a first start; it is locked again at the end.

    Raises:
        ClientError: the vault does not open, or the person does not want a new one.
        EOFError: the input ended.
    """
    vault, passphrase = _sign_in(setup) if Vault.exists(setup.folder) else _first(setup)
    try:
        yield Seat(setup, vault, Desk(vault, vault.worker, setup.load, setup.now), passphrase)
    finally:
        vault.lock()


def new_passphrase(talk: Talk, question: str) -> str:
    """Ask for a new passphrase twice, until both are the same and it is strong enough.

    Raises:
        EOFError: the input ended.
    """
    for _time in range(PATIENCE):
        first = talk.ask_hidden(f"{question} (minstens 12 tekens)")
        try:
            check_new_passphrase(first)
        except WeakPassphrase as weak:
            talk.warn(weak.detail)
            continue
        if talk.ask_hidden("Nog een keer") == first:
            return first
        talk.warn("De twee wachtzinnen zijn niet hetzelfde. Begin opnieuw.")
    raise EOFError


def _first(setup: Setup) -> tuple[Vault, str]:
    talk = setup.talk
    talk.say(NEW_STATION)
    talk.say(f"Map van de kluis: {setup.folder}")
    if not yes_or_no(talk, "Ik weet wat er gebeurt als de kluis verloren gaat. Nu een kluis maken?"):
        raise StationError("Er is geen kluis gemaakt.", code="no_vault")
    worker = _name(setup)
    passphrase = _from_file(setup) or new_passphrase(talk, "Kies een wachtzin")
    vault = Vault.create(setup.folder, worker, passphrase, random_bytes=secrets.token_bytes, cost=setup.cost)
    talk.say("De kluis is gemaakt.")
    return vault, passphrase


def _sign_in(setup: Setup) -> tuple[Vault, str]:
    workers = Vault.workers_of(setup.folder)
    worker = setup.worker or (workers[0] if len(workers) == 1 else _name(setup))
    vault = _by_keyring(setup, worker)
    passphrase = ""
    if vault is None:
        vault, passphrase = _by_passphrase(setup, worker)
    try:
        vault.check()
    except VaultDamaged as damaged:
        # The rest can be used: the list of cases must not be out of reach for one damaged record.
        setup.talk.warn(damaged.detail)
    return vault, passphrase


def _name(setup: Setup) -> str:
    given = setup.worker
    for _time in range(PATIENCE):
        try:
            return worker_name(given or setup.talk.ask("Uw naam"))
        except BadName as bad:
            setup.talk.warn(bad.detail)
            given = ""
    raise EOFError


def _by_keyring(setup: Setup, worker: str) -> Vault | None:
    if worker not in Vault.with_secret(setup.folder):
        return None
    secret = keyring_store.find(setup.folder, worker)
    if secret is None:
        return None
    try:
        return Vault.open_with_secret(setup.folder, worker, secret, random_bytes=secrets.token_bytes)
    except WrongPassphrase:
        setup.talk.warn(keyring_store.NO_LONGER)
        return None


def _by_passphrase(setup: Setup, worker: str) -> tuple[Vault, str]:
    given = _from_file(setup)
    if given:
        return Vault.open(setup.folder, worker, given, random_bytes=secrets.token_bytes), given
    for left in reversed(range(TRIES)):
        typed = setup.talk.ask_hidden(f"Wachtzin van {worker}")
        try:
            return Vault.open(setup.folder, worker, typed, random_bytes=secrets.token_bytes), typed
        except WrongPassphrase as wrong:
            if not left:
                raise
            setup.talk.warn(wrong.detail)
    raise WrongPassphrase


def _from_file(setup: Setup) -> str:
    """Return the passphrase in the file that was named, without the end of its line; empty when none was named."""
    if setup.passphrase_file is None:
        return ""
    try:
        with setup.passphrase_file.open("rb") as file:
            data = file.read(MAX_PASSPHRASE_FILE)
        found = data.decode("utf-8-sig").rstrip("\r\n")
    except (OSError, ValueError):
        found = ""
    if not found:
        raise StationError(NO_FILE, code="passphrase_file")
    return found
