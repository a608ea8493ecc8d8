"""`casuskring demo`: seed a fictional region, start the service as its own process, play the story, keep serving."""

from __future__ import annotations

import asyncio
import os
import secrets as chance
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from clients.errors import ClientError
from server import observability
from server.commands.audit import export as export_log
from server.commands.serving import migrate, opened
from server.demo.network import PASSWORD, PEOPLE, Network, seed
from server.demo.process import ServiceProcess, free_port
from server.demo.story import StepFailed, Story
from server.demo.telling import Teller
from server.errors import ServiceError
from server.settings import Settings

FOLDER = Path("var/demo")


def run(*, once: bool, port: int) -> int:
    """Play the story and return the exit status: 0 when every step held, 1 when one did not."""
    observability.configure()
    return asyncio.run(_play(Teller.on_terminal(), once=once, port=port or free_port()))


def _now() -> datetime:
    return datetime.now(UTC)


async def _play(tell: Teller, *, once: bool, port: int) -> int:
    folder = _fresh_folder()
    settings = Settings(
        database_url=f"sqlite:///{folder}/casuskring.sqlite",
        secrets_dir=folder / "secrets",
        public_origin=f"http://127.0.0.1:{port}",
        port=port,
        log_origin="demo.casuskring.example/log",
        region="Merenland",
        spacy_model=os.environ.get("CASUSKRING_SPACY_MODEL", ""),
    )
    tell.console.print("[bold]Casuskring[/]: een casus van ruwe tekst tot verzegelde sessie en terug.")
    tell.console.print("Alle personen, organisaties en nummers in dit verhaal zijn verzonnen.")
    network = await _seed(settings)
    process = ServiceProcess(settings, folder / "dienst.log")
    try:
        seconds = await process.start()
        tell.say(f"De dienst draait op {settings.public_origin} en antwoordde na {seconds:.1f} s, model geladen.")
        status = await _tell(settings, network, folder, tell)
        if status == 0 and not once:
            _serve_on(settings, process, tell)
    except (KeyboardInterrupt, asyncio.CancelledError):
        status = 0
    finally:
        process.stop()
    return status


async def _tell(settings: Settings, network: Network, folder: Path, tell: Teller) -> int:
    async def export(out: Path) -> None:
        await export_log(settings, out, now=_now, random_bytes=chance.token_bytes)

    async with Story(settings.public_origin, network, folder, tell, export).opened() as story:
        for number, (name, step) in enumerate(story.steps(), 1):
            tell.step(number, name)
            started = time.monotonic()
            try:
                await step()
            except (StepFailed, ClientError, ServiceError, TimeoutError, OSError) as error:
                tell.failed(name, str(error) or type(error).__name__)
                return 1
            tell.done(name, time.monotonic() - started)
        await story.prepare_for_visitors()
    tell.console.print("\n[bold green]Elke stap klopt.[/]")
    return 0


async def _seed(settings: Settings) -> Network:
    await migrate(settings, now=_now, random_bytes=chance.token_bytes)
    async with opened(settings, now=_now, random_bytes=chance.token_bytes) as store:
        return await seed(store, session_at=_now())


def _serve_on(settings: Settings, process: ServiceProcess, tell: Teller) -> None:
    tell.console.print(f"\nDe dienst blijft draaien op [bold]{settings.public_origin}[/]. Stop met Ctrl-C.")
    tell.console.print(f"Wachtwoord van alle verzonnen accounts: [bold]{PASSWORD}[/]")
    for person in PEOPLE.values():
        tell.line(f"{person.login:28} {person.name}, {person.profession}")
    process.wait()


def _fresh_folder() -> Path:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        # A demo that still serves keeps its data; what an ended one left behind goes.
        if not _alive(old.name.removeprefix("run-")):
            shutil.rmtree(old, ignore_errors=True)
    folder = FOLDER / f"run-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder.resolve()


def _alive(process_id: str) -> bool:
    return process_id.isdigit() and Path(f"/proc/{process_id}").exists()
