"""The `casuskring` command. Heavy parts are imported late, so that a small command starts fast."""

from __future__ import annotations

import os
import secrets as chance
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from server.commands.officer import cards_app, key_app
from server.commands.station_terminal import Surroundings, station_app

if TYPE_CHECKING:
    from server.settings import Settings

_T = TypeVar("_T")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Casuskring: gepseudonimiseerd domeinoverstijgend casusoverleg.",
)
audit_app = typer.Typer(no_args_is_help=True, help="Het logboek: uitvoeren, controleren, bewijzen.")
bench_app = typer.Typer(no_args_is_help=True, help="Metingen, elk met zijn maatstaven in dezelfde run.")
app.add_typer(audit_app, name="audit")
app.add_typer(bench_app, name="bench")
app.add_typer(station_app, name="station")
app.add_typer(key_app, name="officer-key")
app.add_typer(cards_app, name="cards")


def utc_now() -> datetime:
    """Return the moment now in UTC: the only place where the service reads the clock."""
    return datetime.now(UTC)


def main() -> None:
    """Run the command; a refusal is one line on standard error and exit status 2, never a traceback with values."""
    from audit.errors import AuditError
    from server.errors import ServiceError

    try:
        app()
    except ServiceError as error:
        fail(error.message)
    except AuditError as error:
        fail(error.sentence("nl"))
    except KeyboardInterrupt:
        sys.exit(130)


def fail(sentence: str) -> NoReturn:
    """Print one line and end with status 2."""
    print(f"casuskring: {sentence}", file=sys.stderr)
    sys.exit(2)


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    import asyncio

    return asyncio.run(work)


def _settings() -> Settings:
    from server import settings

    return settings.read(os.environ)


@app.command()
def serve() -> None:
    """Run the service."""
    from server.detection import Detector

    settings = _settings()
    detector = Detector(workers=settings.detector_workers, model=settings.spacy_model)
    # Half of a start is loading libraries: the worker loads its own while this process loads the rest.
    detector.begin()
    from server.commands.serving import serve as run

    run(settings, now=utc_now, random_bytes=chance.token_bytes, detector=detector)


@app.command()
def migrate() -> None:
    """Bring the schema up to date; on a new installation also make its secrets and open the audit log."""
    from server.commands.serving import migrate as run

    _run(run(_settings(), now=utc_now, random_bytes=chance.token_bytes))
    print("Het schema is bij.")


@app.command("check-config")
def check_config() -> None:
    """Say what is wrong with the settings."""
    from server.commands.serving import check

    problems = _run(check(_settings(), now=utc_now, random_bytes=chance.token_bytes))
    for problem in problems:
        print(f"- {problem}")
    if problems:
        sys.exit(2)
    print("De instellingen zijn in orde.")


@app.command("add-administrator")
def add_administrator(
    login: Annotated[str, typer.Option(prompt="Inlognaam")],
    name: Annotated[str, typer.Option(prompt="Naam")],
    organisation: Annotated[str, typer.Option(prompt="Organisatie die de dienst beheert")],
) -> None:
    """Add the first administrator of a new installation; asks for a password of at least 12 characters."""
    from server.commands.serving import add_administrator as run

    password = typer.prompt("Wachtwoord", hide_input=True, confirmation_prompt=True)
    _run(
        run(
            _settings(),
            login=login,
            name=name,
            organisation=organisation,
            password=password,
            now=utc_now,
            random_bytes=chance.token_bytes,
        )
    )
    print("De beheerder is toegevoegd.")


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Stop na het verhaal.")] = False,
    port: Annotated[int, typer.Option(help="Poort van de dienst; 0 kiest een vrije.")] = 0,
) -> None:
    """Play a whole session with a fictional network, print it, then keep serving."""
    from server.demo.play import run

    sys.exit(run(once=once, port=port))


@app.command()
def anonymise(
    files: Annotated[list[str] | None, typer.Argument(help="Bestanden, - voor standaardinvoer, of een map.")] = None,
    out: Annotated[Path | None, typer.Option(help="Bij een map: de map voor de uitkomst.")] = None,
    known: Annotated[Path | None, typer.Option(help="JSON met wat van de persoon bekend is.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Een regel JSON erin, een regel JSON eruit.")] = False,
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Zonder het getrainde model.")] = False,
) -> None:
    """Replace identifiers in Dutch text; nothing leaves this computer."""
    if out is not None:
        if jsonl or len(files or []) != 1:
            fail("bij --out hoort precies één map, en geen --jsonl")
        from server.commands.anonymise_folder import run as run_folder

        sys.exit(run_folder(Path((files or [""])[0]), out, known=known, use_model=not rules_only))
    from server.commands.anonymise import run

    sys.exit(run(files or ["-"], known=known, jsonl=jsonl, use_model=not rules_only))


@station_app.callback(invoke_without_command=True)
def station(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Option(help="Map van de kluis; anders die in uw eigen gegevensmap.")] = None,
    port: Annotated[int, typer.Option(help="Poort op deze computer.")] = 8642,
    origin: Annotated[str, typer.Option(help="Adres dat de browser ziet, achter een eigen proxy met TLS.")] = "",
    restore: Annotated[Path | None, typer.Option(help="Zet een reservekopie terug en stop.")] = None,
) -> None:
    """The partner station on this machine: prepare a case, send it, read the answer in your own names."""
    place = folder or Path(typer.get_app_dir("casuskring-station"))
    if context.invoked_subcommand is not None:
        # A program that calls the commands may have given its own surroundings.
        context.obj = context.obj or Surroundings(place, utc_now, lambda: _settings().spacy_model)
        return
    from server.commands import station as command

    if restore is not None:
        if problem := command.restore(restore, place):
            fail(problem)
        print("De reservekopie is teruggezet.")
        return
    command.serve(place, port=port, origin=origin, now=utc_now, model=_settings().spacy_model)


@audit_app.command("export")
def audit_export(
    out: Annotated[Path, typer.Option(help="Nieuwe of lege map.")],
    log: Annotated[int | None, typer.Option(help="Nummer van een (afgesloten) logboek; anders het lopende.")] = None,
) -> None:
    """Write the audit log in a form that others can verify."""
    from server.commands.audit import export

    count = _run(export(_settings(), out, now=utc_now, random_bytes=chance.token_bytes, log=log))
    print(f"{count} vermeldingen geschreven naar {out}.")


@audit_app.command("close")
def audit_close(out: Annotated[Path, typer.Option(help="Nieuwe of lege map voor het afgesloten logboek.")]) -> None:
    """Close the audit log, write it to a folder, and go on in a new one that begins with its last root."""
    from server.commands.audit import close

    done = _run(close(_settings(), out, now=utc_now, random_bytes=chance.token_bytes))
    print(f"Logboek {done.closed} is afgesloten met {done.size} vermeldingen en geschreven naar {out}.")
    print(f"Het nieuwe logboek heet {done.origin}.")


@audit_app.command("reopen")
def audit_reopen(
    after_restore: Annotated[bool, typer.Option("--after-restore", help="Er is een reservekopie teruggezet.")] = False,
) -> None:
    """Go on in a new audit log after a backup was put back."""
    from server.commands.audit import reopen_restored

    if not after_restore:
        fail("geef --after-restore; een nieuw logboek zonder reservekopie begint met `casuskring audit close`")
    done = _run(reopen_restored(_settings(), now=utc_now, random_bytes=chance.token_bytes))
    print(f"Logboek {done.closed} blijft staan met {done.size} vermeldingen, zoals in de reservekopie.")
    print(f"Het nieuwe logboek heet {done.origin}.")


@audit_app.command("verify")
def audit_verify(
    directory: Annotated[Path, typer.Argument(help="De map van een export.")],
    key: Annotated[Path | None, typer.Option(help="Sleutel die u buiten de export om kreeg.")] = None,
    since: Annotated[Path | None, typer.Option(help="Een eerder controlepunt dat u zelf bewaarde.")] = None,
    lang: Annotated[str, typer.Option(help="nl of en")] = "nl",
) -> None:
    """Check an export: every entry, the tree and the signature. Needs no service."""
    from server.commands.audit import verify

    sys.exit(verify(directory, key_file=key, since=since, lang="en" if lang == "en" else "nl"))


@audit_app.command("prove")
def audit_prove(
    directory: Annotated[Path, typer.Argument(help="De map van een export.")],
    entry: Annotated[int, typer.Argument(help="Nummer van de vermelding, vanaf 0.")],
) -> None:
    """Print the proof that one entry is in the log, as JSON."""
    from server.commands.audit import prove

    sys.exit(prove(directory, entry))


@audit_app.command("fhir")
def audit_fhir(
    directory: Annotated[Path, typer.Argument(help="De map van een export.")],
    out: Annotated[Path, typer.Option(help="Een nieuw bestand, één AuditEvent per regel.")],
    key: Annotated[Path | None, typer.Option(help="Sleutel die u buiten de export om kreeg.")] = None,
    base: Annotated[str, typer.Option(help="Adres waaronder uw eigen codestelsels staan.")] = "",
) -> None:
    """Check an export and write it as FHIR R4 AuditEvents. Needs no service."""
    from server.commands.audit_fhir import write

    sys.exit(write(directory, out, key_file=key, base=base))


@bench_app.command("anonymise")
def bench_anonymise(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    dev: Annotated[bool, typer.Option("--dev", help="de ontwikkelset in plaats van de testset")] = False,
) -> None:
    """Measure detection: quality on documents by another hand than the training text, and time."""
    _bench("anonymise-dev" if dev else "anonymise", as_json=as_json)


@bench_app.command("guard")
def bench_guard(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Measure the check of typed messages in a worker process beside the same check without one."""
    _bench("guard", as_json=as_json)


@bench_app.command("room")
def bench_room(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Measure the live room beside an un-audited broadcast."""
    _bench("room", as_json=as_json)


@bench_app.command("audit")
def bench_audit(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    entries: Annotated[int, typer.Option(min=1, help="Vermeldingen waarin de privacyfunctionaris zoekt.")] = 100_000,
) -> None:
    """Measure the audit log beside plain inserts and a hash chain, and an officer's questions to it."""
    _bench("audit", as_json=as_json, entries=entries)


def _bench(name: str, *, as_json: bool, entries: int | None = None) -> None:
    from server.commands.bench import run

    sys.exit(run(name, as_json=as_json, entries=entries))
