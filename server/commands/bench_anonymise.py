"""`casuskring bench anonymise`: our analyser with and without its model, beside the peers that are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from server.commands.bench_report import BenchError, Figure, Report

PEERS = "CASUSKRING_PEERS_PYTHON"
"""Environment variable that names the Python in which Deduce and Presidio are installed."""

OURS = {"casuskring": "casuskring, regels en model", "rules": "casuskring, alleen regels"}
THEIRS = {"deduce": "Deduce", "presidio": "Presidio"}
SECONDS = 1800
MISSING = (
    "de documenten om op te meten (bench/data/unseen) horen bij de broncode en zitten niet in het pakket; "
    "doe dit in een kopie van de broncode"
)


def measure() -> Report:
    """Run every finder over the unseen documents and return the report.

    Raises:
        BenchError: the documents are not there, or a finder failed.
    """
    folder = Path(__file__).parents[2] / "bench"
    data = folder / "data" / "unseen"
    if not (folder / "anonymise_score.py").is_file() or not data.is_dir():
        raise BenchError(MISSING)
    scoring = _load(folder / "anonymise_score.py")
    gold = scoring.read_inline(data)
    texts = json.dumps([{"id": one.id, "text": one.text} for one in gold])
    characters = sum(len(one.text) for one in gold)
    figures: list[Figure] = []
    remarks: list[str] = []
    for name, of in OURS.items():
        answer = _run([sys.executable], name, texts)
        if answer is None:
            raise BenchError("de eigen analyse liep niet; is het Nederlandse model er?")
        figures += _figures(of, answer, scoring.score(gold, answer["marks"]), characters)
    python = os.environ.get(PEERS)
    for name, of in THEIRS.items():
        answer = _run([python], name, texts) if python else None
        if answer is None:
            why = f"het liep niet in de Python van {PEERS}" if python else f"{PEERS} noemt geen Python waarin het zit"
            remarks.append(f"{of} is niet gemeten: {why}.")
            continue
        figures += _figures(f"{of} {answer['about']}", answer, scoring.score(gold, answer["marks"]), characters)
    remarks.append("Gevonden: elk teken van een direct gegeven valt onder een markering, van welke soort ook.")
    return Report(
        "anonymise",
        f"{len(gold)} documenten van bench/data/unseen, geen trainingstekst, samen {characters} tekens",
        "de eigen analyse, elk in een eigen proces op een kern",
        "dezelfde analyse zonder model, en de vergelijkbare programma's zoals ze komen",
        tuple(figures),
        tuple(remarks),
    )


def _load(path: Path) -> Any:
    spec = spec_from_file_location("anonymise_score", path)
    if spec is None or spec.loader is None:
        raise BenchError(MISSING)
    module = module_from_spec(spec)
    # Its dataclasses look their own module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _run(python: list[str], name: str, texts: str) -> Any:
    """Return a finder's answer, or None when it is not installed there or failed."""
    root = Path(__file__).parents[2]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if name in OURS:
        environment["PYTHONPATH"] = str(root)
    script = Path(__file__).with_name("bench_finders.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own script in an interpreter that the operator names
            [*python, str(script), name],
            check=False,
            input=texts,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return json.loads(done.stdout) if done.returncode == 0 else None


def _figures(of: str, answer: Any, result: Any, characters: int) -> list[Figure]:
    total = result.total
    return [
        Figure(of, "recall", 100 * total.recall, "%", "directe gegevens gevonden"),
        Figure(of, "person_recall", 100 * total.label_recall("PERSON"), "%", "namen van personen gevonden"),
        Figure(of, "precision", 100 * total.precision, "%", "gemarkeerde tekens terecht"),
        Figure(of, "clean_share", 100 * total.clean_share, "%", "documenten zonder gemist direct gegeven"),
        Figure(of, "false_per_100_words", total.false_per_100, "", "loze markeringen per 100 woorden"),
        Figure(of, "ms_per_1000_characters", 1e6 * answer["seconds"] / characters, "ms", "tijd per 1.000 tekens"),
        Figure(of, "load_seconds", answer["load_seconds"], "s", "laden"),
        Figure(of, "peak_mib", answer["peak_mib"], "MiB", "hoogste geheugengebruik"),
    ]
