"""`casuskring station …`: the station's commands in the terminal. What they do is in `clients.station.terminal`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser
    from clients.api import Client
    from clients.station.terminal.entry import Seat

station_app = typer.Typer(help="Het station van de partner: in de browser of, met een opdracht, in de terminal.")

Folder = Annotated[Path | None, typer.Option("--folder", help="Map van de kluis; anders die in uw eigen gegevensmap.")]
Name = Annotated[str, typer.Option("--naam", help="Uw naam in de kluis; anders wordt ernaar gevraagd.")]
Secret = Annotated[
    Path | None, typer.Option("--wachtzin-bestand", help="Bestand met de wachtzin; anders wordt ernaar gevraagd.")
]
Case = Annotated[str, typer.Argument(metavar="CASUS", help="Het nummer uit de lijst, of het begin van het kenmerk.")]


@dataclass(slots=True)
class Surroundings:
    """What the commands stand in. `model` gives the setting that names the language model; `load` and `connect` are
    for programs that bring their own."""

    folder: Path
    now: Callable[[], datetime]
    model: Callable[[], str] = str
    load: Callable[[], Analyser] | None = None
    connect: Callable[[str], Client] | None = None


def _run(
    context: typer.Context,
    folder: Path | None,
    name: str,
    secret: Path | None,
    work: Callable[[Seat], int],
    *,
    text_comes_in: bool = False,
) -> None:
    """Do one command at the open vault and end with its exit status."""
    from functools import lru_cache

    from clients.api import Client
    from clients.station.terminal.entry import Setup, run
    from clients.station.terminal.talk import of_process

    around: Surroundings = context.obj

    @lru_cache(maxsize=1)
    def load() -> Analyser:
        from anonymisation.analyser import Analyser

        return Analyser.load(model=around.model() or None)

    setup = Setup(
        folder or around.folder,
        around.load or load,
        around.now,
        of_process(text_comes_in=text_comes_in),
        worker=name,
        passphrase_file=secret,
        connect=around.connect or Client,
    )
    sys.exit(run(setup, work))


@station_app.command("nieuw")
def new(
    context: typer.Context,
    *,
    file: Annotated[str, typer.Argument(metavar="BESTAND", help="Een document, of - voor standaardinvoer.")],
    known: Annotated[Path | None, typer.Option("--known", help="JSON met wat van de persoon bekend is.")] = None,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Begin een casus met een document: formulier invullen en nakijken."""
    from clients.station.terminal.app import begin

    _run(context, folder, name, secret, lambda seat: begin(seat, file, known), text_comes_in=file == "-")


@station_app.command("lijst")
def overview(context: typer.Context, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Toon de casussen van dit station met hun nummer."""
    from clients.station.terminal.app import overview as work

    _run(context, folder, name, secret, work)


@station_app.command("nakijken")
def review(
    context: typer.Context,
    *,
    case: Case,
    again: Annotated[bool, typer.Option("--formulier", help="Loop ook het formulier opnieuw langs.")] = False,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Kijk een casus na: beslis over elke plek die iemand herkenbaar kan maken."""
    from clients.station.terminal.app import look_over

    _run(context, folder, name, secret, lambda seat: look_over(seat, case, again=again))


@station_app.command("versturen")
def send(
    context: typer.Context,
    *,
    case: Case,
    circle: Annotated[str, typer.Option("--kring", help="Kenmerk van de kring; anders wordt ernaar gevraagd.")] = "",
    sure: Annotated[bool, typer.Option("--ja", help="Verstuur zonder het nog te vragen.")] = False,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Toon wat de kring ziet en verstuur het. Is de netwerkdienst niet bereikbaar, dan wacht de casus (status 3)."""
    from clients.station.terminal.network import send as work

    _run(context, folder, name, secret, lambda seat: work(seat, case, circle, sure=sure))


@station_app.command("ophalen")
def fetch(context: typer.Context, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Verstuur wat wacht, haal antwoorden op en controleer het logboek van het netwerk (alarm: status 4)."""
    from clients.station.terminal.network import fetch as work

    _run(context, folder, name, secret, work)


@station_app.command("vrijgeven")
def release(
    context: typer.Context,
    *,
    case: Annotated[str, typer.Argument(metavar="[CASUS]", help="Het nummer uit de lijst van wat wacht.")] = "",
    sure: Annotated[bool, typer.Option("--ja", help="Geef vrij zonder het nog te vragen.")] = False,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Toon wat op een tweede lezer wacht, of lees een casus na en geef hem vrij."""
    from clients.station.terminal.network import release as work

    _run(context, folder, name, secret, lambda seat: work(seat, case, sure=sure))


@station_app.command("antwoord")
def answer(
    context: typer.Context,
    *,
    case: Case,
    docx: Annotated[Path | None, typer.Option("--docx", help="Schrijf het als Word-bestand.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Schrijf het als PDF.")] = None,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Toon het antwoord van de kring in uw eigen namen, of bewaar het als brief."""
    from clients.station.terminal.app import answer as work

    _run(context, folder, name, secret, lambda seat: work(seat, case, docx, pdf))


@station_app.command("intrekken")
def withdraw(context: typer.Context, case: Case, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Trek een verstuurde casus in: het netwerk vernietigt de sleutel."""
    from clients.station.terminal.network import withdraw as work

    _run(context, folder, name, secret, lambda seat: work(seat, case))


@station_app.command("weggooien")
def forget(context: typer.Context, case: Case, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Verwijder een casus van dit station."""
    from clients.station.terminal.app import forget as work

    _run(context, folder, name, secret, lambda seat: work(seat, case))


@station_app.command("netwerk")
def network(context: typer.Context, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Vul in waar de netwerkdienst staat en met welke naam u zich daar aanmeldt."""
    from clients.station.terminal.network import network as work

    _run(context, folder, name, secret, work)


@station_app.command("medewerker")
def worker(
    context: typer.Context,
    colleague: Annotated[str, typer.Argument(metavar="NAAM", help="Naam van de collega.")],
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Geef een collega toegang tot de kluis."""
    from clients.station.terminal.own import add_worker

    _run(context, folder, name, secret, lambda seat: add_worker(seat, colleague))


@station_app.command("wachtzin")
def passphrase(context: typer.Context, folder: Folder = None, name: Name = "", secret: Secret = None) -> None:
    """Verander uw wachtzin."""
    from clients.station.terminal.own import change_passphrase

    _run(context, folder, name, secret, change_passphrase)


@station_app.command("reservekopie")
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="BESTAND", help="Een nieuw bestand.")],
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Schrijf de hele kluis, nog op slot, naar één bestand."""
    from clients.station.terminal.own import backup as work

    _run(context, folder, name, secret, lambda seat: work(seat, file))


@station_app.command("sleutelbos")
def keyring(
    context: typer.Context,
    away: Annotated[bool, typer.Option("--weg", help="Laat de sleutelbos de kluis niet meer openen.")] = False,
    folder: Folder = None,
    name: Name = "",
    secret: Secret = None,
) -> None:
    """Laat de sleutelbos van deze computer de kluis openen, zonder wachtzin."""
    from clients.station.terminal.own import keyring as work

    _run(context, folder, name, secret, lambda seat: work(seat, away=away))
