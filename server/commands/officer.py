"""`casuskring officer-key` and `casuskring cards`: a privacy officer's tools, on their own computer, without a network.

They need no database, no settings and no service. What they do is in `clients.officer`.
"""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clients.officer.cards import Result
    from clients.officer.keyfile import OfficerKey
    from clients.station.terminal.talk import Talk
    from server.protocol.cards import CardsFile

key_app = typer.Typer(no_args_is_help=True, help="De sleutel van een privacyfunctionaris, op de eigen computer.")
cards_app = typer.Typer(no_args_is_help=True, help="De kaarten van leden openen en herverzegelen, zonder netwerk.")

MOST_PASSPHRASE_BYTES = 8 * 1024
REFUSED, DAMAGED, STOPPED = 2, 1, 130
"""Exit statuses: refused; some cards did not open; Ctrl+C."""

KeyFile = Annotated[Path, typer.Argument(metavar="BESTAND", help="De geheime sleutel.")]
Export = Annotated[Path, typer.Argument(metavar="EXPORT", help="Het kaartenbestand van Toezicht, Sleutels.")]
Secret = Annotated[
    Path | None, typer.Option("--passphrase-file", help="Bestand met de wachtzin; anders wordt ernaar gevraagd.")
]

MADE = """\
De geheime sleutel staat in {secret}. Hij gaat alleen open met uw wachtzin en hoort op deze computer te blijven.
Bewaar een kopie op een tweede, veilige plek. Raakt hij kwijt, dan zijn kaarten van mensen die al weg zijn alleen nog te
openen door een andere functionaris van uw organisatie.

De publieke sleutel staat in {public}. Plak deze regel bij Toezicht, Sleutels:

{line}
"""
COMPARE = """\
Vingerafdruk:

    {fingerprint}

Bij Toezicht, Sleutels moet precies deze vingerafdruk staan. Staat er iets anders, ga dan niet door en waarschuw de
beheerder: dan is de sleutel onderweg verwisseld."""
ASK_TARGET = "Vingerafdruk van de nieuwe sleutel, zoals de houder die zelf op het eigen scherm ziet"


@contextlib.contextmanager
def _told(talk: Talk) -> Iterator[None]:
    """Turn every refusal into one sentence and an exit status."""
    from audit.errors import AuditError
    from clients.errors import ClientError

    try:
        yield
    except AuditError as error:
        talk.warn(f"casuskring: {error.sentence('nl')}")
        raise typer.Exit(REFUSED) from None
    except ClientError as error:
        talk.warn(f"casuskring: {getattr(error, 'detail', 'dat is niet gelukt')}")
        raise typer.Exit(REFUSED) from None
    except EOFError:
        talk.warn("casuskring: de invoer hield op; er is niets gedaan.")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        raise typer.Exit(STOPPED) from None


def _talk() -> Talk:
    from clients.station.terminal.talk import of_process

    return of_process()


def _passphrase(talk: Talk, file: Path | None, *, new: bool = False) -> str:
    from clients.officer.keyfile import read_bytes

    if file is not None:
        return read_bytes(file, MOST_PASSPHRASE_BYTES).decode("utf-8", "replace").partition("\n")[0].rstrip("\r")
    if not new:
        return talk.ask_hidden("Wachtzin van uw sleutel")
    while True:
        typed = talk.ask_hidden("Kies een wachtzin van minstens 12 tekens")
        if talk.ask_hidden("Nog een keer") == typed:
            return typed
        talk.warn("Dat was niet twee keer hetzelfde.")


def _opened(talk: Talk, path: Path, secret: Path | None) -> OfficerKey:
    from clients.officer.keyfile import load

    return load(path, _passphrase(talk, secret))


def _compare(talk: Talk, key: OfficerKey) -> None:
    from audit.cards import spoken

    talk.say(COMPARE.format(fingerprint=spoken(key.public.fingerprint)))


@key_app.command("new")
def new(
    out: Annotated[Path, typer.Option(help="Nieuw bestand voor de geheime sleutel; ernaast komt .pub.")],
    secret: Secret = None,
) -> None:
    """Make a key: the private half under a passphrase, the public half to hand in at the desk."""
    from clients.officer.keyfile import new_key, store

    talk = _talk()
    with _told(talk):
        key = new_key(secrets.token_bytes)
        public = store(key, out, _passphrase(talk, secret, new=True), random_bytes=secrets.token_bytes)
        talk.say(MADE.format(secret=out, public=public, line=key.public))
        _compare(talk, key)


@key_app.command("show")
def show(file: KeyFile, secret: Secret = None) -> None:
    """Show the public half and the fingerprint of a key, after opening it with its passphrase."""
    talk = _talk()
    with _told(talk):
        key = _opened(talk, file, secret)
        talk.say(f"{key.public}\n")
        _compare(talk, key)


@cards_app.command("open")
def open_cards(
    export: Export,
    key: Annotated[Path, typer.Option(help="Uw geheime sleutel.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="Kommagescheiden, voor een rekenblad.")] = False,
    ref: Annotated[str, typer.Option(help="Alleen dit kenmerk uit het logboek.")] = "",
    secret: Secret = None,
) -> None:
    """Print who the references of the log are. Status 1: some cards did not open."""
    from clients.officer import cards

    talk = _talk()
    with _told(talk):
        file = cards.read_file(export)
        opened = _opened(talk, key, secret)
        result = cards.open_file(file, opened)
        shown = [one for one in cards.distinct(result.opened) if ref in ("", one.card.member)]
        sys.stdout.write(cards.as_csv(shown) if as_csv else cards.as_lines(shown))
        sys.stdout.flush()
        _sum_up(talk, file, opened, result)
    if result.unreadable:
        raise typer.Exit(DAMAGED)


def _sum_up(talk: Talk, file: CardsFile, key: OfficerKey, result: Result) -> None:
    from audit.cards import spoken

    talk.warn(f"Geopende kaarten: {len(result.opened)}. Leden: {result.members}.")
    if result.others:
        talk.warn(f"Kaarten voor een andere sleutel: {result.others}.")
    if result.unreadable:
        talk.warn(
            f"Kaarten die niet opengaan, omdat ze beschadigd zijn of door een ander gemaakt: {result.unreadable}."
        )
    if not any(one.fingerprint == key.public.fingerprint for one in file.keys):
        talk.warn("Let op: volgens dit bestand worden voor uw sleutel geen nieuwe kaarten meer verzegeld.")
    if file.keys:
        talk.warn("Kaarten van uw organisatie worden volgens dit bestand nu verzegeld voor:")
    for one in file.keys:
        whose = " (deze sleutel)" if one.fingerprint == key.public.fingerprint else ""
        talk.warn(f"    {spoken(one.fingerprint)}{whose}")


@cards_app.command("reseal")
def reseal(
    export: Export,
    *,
    key: Annotated[Path, typer.Option(help="De geheime sleutel waarvoor de kaarten verzegeld zijn.")],
    to: Annotated[Path, typer.Option(help="De publieke sleutel (.pub) waarvoor ze verzegeld moeten worden.")],
    out: Annotated[Path, typer.Option(help="Nieuw bestand, om bij Toezicht, Sleutels terug te brengen.")],
    fingerprint: Annotated[str, typer.Option(help="De vingerafdruk van de nieuwe sleutel; anders gevraagd.")] = "",
    secret: Secret = None,
) -> None:
    """Seal the cards anew for another key. Status 1: some cards did not open and were left out."""
    import msgspec

    from audit.cards import spoken, unspoken
    from clients.errors import OtherFingerprint
    from clients.officer import cards
    from clients.officer.keyfile import load_public, put_new

    talk = _talk()
    with _told(talk):
        file, target = cards.read_file(export), load_public(to)
        # Asked before it is shown: what a person copies from this screen would prove nothing.
        if unspoken(fingerprint or talk.ask(ASK_TARGET)) != target.fingerprint:
            raise OtherFingerprint
        result = cards.open_file(file, _opened(talk, key, secret))
        parts = cards.reseal(file, result, target)
        places = [out, *(out.with_name(f"{out.name}.{number}") for number in range(2, len(parts) + 1))]
        put_new({place: msgspec.json.encode(part) for place, part in zip(places, parts, strict=True)})
        for place, part in zip(places, parts, strict=True):
            talk.say(f"Herverzegelde kaarten in {place}: {len(part.cards)}.")
        talk.say(f"Voor de sleutel met vingerafdruk {spoken(target.fingerprint)}.")
        if result.unreadable:
            talk.warn(f"Overgeslagen kaarten, die niet opengingen: {result.unreadable}.")
    if result.unreadable:
        raise typer.Exit(DAMAGED)
