"""`casuskring anonymise MAP --out MAP2`: the progress while it runs, and what to tell of it at the end."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from anonymisation.analyser import Analyser
from anonymisation.batch import counted
from anonymisation.errors import AnonymisationError, FolderRefused
from anonymisation.folder import FolderRun, Totals, find, require_apart
from anonymisation.known import Known
from anonymisation.progress import NAME
from server.commands.anonymise import MODEL_SETTING, read_known

SECONDS_BETWEEN_LINES = 10.0

REFUSED_NL = {
    "no_folder": "dit is geen map; geef bij --out een map met .txt-bestanden",
    "out_no_folder": "op de plaats van --out staat al iets dat geen map is",
    "out_inside": "de map voor de uitkomst mag niet dezelfde zijn als de map met teksten, en er niet in liggen",
    "source_inside": "de map met teksten mag niet in de map voor de uitkomst liggen",
    "in_use": "in deze map voor de uitkomst is al een andere ronde bezig; wacht tot die klaar is",
    "not_ours": f"in de map voor de uitkomst staat een {NAME} die niet van Casuskring is; kies een andere map",
}
STOPPED_NL = {
    "disk_full": "De schijf is vol. Maak ruimte en start dezelfde opdracht opnieuw; wat klaar is, blijft.",
    "output_failed": "Er kan niet worden geschreven. Kijk de map na en start dezelfde opdracht opnieuw.",
}


def run(source: Path, out: Path, *, known: Path | None, use_model: bool) -> int:
    """Do it and return the exit status: 0 all went well, 1 a file failed or the run stopped, 2 it could not begin."""
    try:
        require_apart(source, out)
        identifiers = read_known(known) if known else None
        folder_run = FolderRun(_analyser(use_model=use_model), identifiers, out, _how(identifiers, use_model=use_model))
        files = find(source)
        with _progress(len(files)) as tick:
            totals = folder_run.run(files, tick)
    except FolderRefused as refused:
        return _cannot(REFUSED_NL[refused.code])
    except AnonymisationError as error:
        return _cannot(str(error))
    except OSError as error:
        return _cannot(f"de map voor de uitkomst kan niet worden gebruikt ({type(error).__name__})")
    print("\n".join(summary(totals)), file=sys.stderr)
    return 1 if totals.failed or totals.stopped else 0


def summary(totals: Totals) -> list[str]:
    """Return what to tell at the end, in Dutch: numbers, kinds and codes, never a name."""
    failed = f" ({counted(totals.failed)})" if totals.failed else ""
    lines = [STOPPED_NL[totals.stopped]] if totals.stopped else []
    lines += [
        f"Gedaan: {totals.done}. Al eerder gedaan: {totals.skipped}. Mislukt: {totals.failed.total()}{failed}.",
        f"Vervangen in deze ronde: {counted(totals.counts)}.",
        f"Twijfelachtig, ook vervangen: {totals.doubtful}. Waarschuwingen voor herkenning: {totals.risks}.",
    ]
    if totals.not_dutch:
        lines.append(f"Niet in het Nederlands, dus helemaal nalezen: {totals.not_dutch}.")
    if totals.aside:
        lines.append(f"Uitkomsten die waren gewijzigd en apart zijn gezet: {totals.aside}.")
    lines.append(
        f"Wat er per bestand gebeurde, staat met de naam in {NAME}. Houd dat bestand zelf; "
        "ook de namen van de bestanden zijn niet veranderd."
    )
    return lines


def _cannot(sentence: str) -> int:
    print(f"casuskring: {sentence}", file=sys.stderr)
    return 2


def _analyser(*, use_model: bool) -> Analyser:
    return Analyser.load(model=os.environ.get(MODEL_SETTING) or None, use_model=use_model)


def _how(known: Known | None, *, use_model: bool) -> bytes:
    """Return what, besides a text, decides its outcome; when it changes, every file is done again."""
    try:
        version = importlib.metadata.version("casuskring")
    except importlib.metadata.PackageNotFoundError:
        version = ""
    model = os.environ.get(MODEL_SETTING, "") if use_model else "-"
    values = [] if known is None else [(name, getattr(known, name)) for name in Known.__dataclass_fields__]
    return repr((version, model, values)).encode("utf-8", "surrogatepass")


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """Give what tells how far it is: a bar on a terminal, else a line every ten seconds."""
    if not sys.stderr.isatty():
        yield _lines(total)
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda at: bar.update(task, completed=at)


def _lines(total: int) -> Callable[[int], None]:
    last = time.monotonic()

    def tick(at: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"casuskring: {at} van {total} bestanden", file=sys.stderr, flush=True)

    return tick
