"""`casuskring bench anonymise`: our analyser with and without its model, beside the peers that are installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from server.commands.bench_report import BenchError, Figure, Report, Table

PEERS = "CASUSKRING_PEERS_PYTHON"
"""Environment variable that names the Python in which Deduce and Presidio are installed."""

OURS = {"casuskring": "casuskring", "rules": "casuskring, alleen regels"}
THEIRS = {"deduce": "Deduce", "presidio": "Presidio"}
SECONDS = 1800
MISSING = (
    "de documenten om op te meten (bench/data/test) horen bij de broncode en zitten niet in het pakket; "
    "doe dit in een kopie van de broncode"
)
SETS = {"test": "bench/data/test", "dev": "bench/data/dev"}
"""The documents for a verdict, and those that rules, thresholds and training text were chosen on."""


def measure(which: str = "test") -> Report:
    """Run every finder over the documents of a set and return the report.

    Raises:
        BenchError: the documents are not there, or a finder failed.
    """
    folder = Path(__file__).parents[2] / "bench"
    data = folder / "data" / which
    if which not in SETS or not (folder / "anonymise_score.py").is_file() or not data.is_dir():
        raise BenchError(MISSING)
    scoring = _load(folder / "anonymise_score.py")
    gold = scoring.read_inline(data)
    texts = json.dumps([{"id": one.id, "text": one.text} for one in gold])
    measured: list[_Measured] = []
    remarks: list[str] = []
    for name, of in OURS.items():
        answer = _run([sys.executable], name, texts)
        if answer is None:
            raise BenchError("de eigen analyse liep niet; is het Nederlandse model er?")
        measured += _points(of, answer, scoring, gold)
    python = os.environ.get(PEERS)
    for name, of in THEIRS.items():
        answer = _run([python], name, texts) if python else None
        if answer is None:
            why = f"het liep niet in de Python van {PEERS}" if python else f"{PEERS} noemt geen Python waarin het zit"
            remarks.append(f"{of} is niet gemeten: {why}.")
            continue
        measured.append(_Measured(f"{of} {answer['about']}", answer, scoring.score(gold, _marks(answer)), 0))
    characters = sum(len(one.text) for one in gold)
    direct = sum(1 for one in gold for _, _, label in one.spans if label not in scoring.INDIRECT)
    remarks.append("Gevonden: elk teken van een direct gegeven valt onder een markering, van welke soort ook.")
    remarks.append("Tijd is processortijd van een kern; de documenten zijn er voor het eerst, hun woorden dus ook.")
    return Report(
        "anonymise",
        f"{len(gold)} documenten van {SETS[which]}, geen training: {direct} directe gegevens, {characters} tekens",
        "de eigen analyse, elk in een eigen proces op een kern",
        "dezelfde analyse zonder model, en de vergelijkbare programma's zoals ze komen",
        (*(figure for one in measured for figure in _figures(one, characters)), *_own_figures(measured[0].answer)),
        tuple(remarks),
        (_per_label(measured, scoring.INDIRECT), *_per_kind(measured)),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """One finder at one operating point, its answer and score; `asked` is how many marks it puts before a person."""

    of: str
    answer: Any
    result: Any
    asked: int


def _marks(answer: Any, *, only_certain: bool = False) -> dict[str, list[tuple[int, int, str]]]:
    return {
        name: [(start, end, label) for start, end, label, certain in marks if certain or not only_certain]
        for name, marks in answer["marks"].items()
    }


def _points(of: str, answer: Any, scoring: Any, gold: Any) -> list[_Measured]:
    """Return our finder at its two operating points: certain marks alone, and certain and doubtful marks."""
    asked = sum(not certain for marks in answer["marks"].values() for _, _, _, certain in marks)
    return [
        _Measured(f"{of}, zeker", answer, scoring.score(gold, _marks(answer, only_certain=True)), 0),
        _Measured(f"{of}, zeker en twijfel", answer, scoring.score(gold, _marks(answer)), asked),
    ]


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
    # One core for everybody: a library for matrices would take them all for a moment.
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
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
    # A library may print before it: Deduce does while it builds its cache.
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 and lines else None


def _figures(one: _Measured, characters: int) -> list[Figure]:
    total, answer, of = one.result.total, one.answer, one.of
    return [
        Figure(of, "recall", 100 * total.recall, "%", "directe gegevens gevonden"),
        Figure(of, "person_recall", 100 * total.label_recall("PERSON"), "%", "namen van personen gevonden"),
        Figure(of, "precision", 100 * total.precision, "%", "gemarkeerde tekens terecht"),
        Figure(of, "clean_share", 100 * total.clean_share, "%", "documenten zonder gemist direct gegeven"),
        Figure(of, "false_per_100_words", total.false_per_100, "", "loze markeringen per 100 woorden"),
        Figure(of, "asked_per_100_words", 100 * one.asked / max(total.words, 1), "", "beslissingen per 100 woorden"),
        Figure(of, "ms_per_1000_characters", 1e6 * answer["seconds"] / characters, "ms", "tijd per 1.000 tekens"),
        Figure(of, "load_seconds", answer["load_seconds"], "s", "laden"),
        Figure(of, "peak_mib", answer["peak_mib"], "MiB", "hoogste geheugengebruik"),
    ]


def _own_figures(answer: Any) -> list[Figure]:
    """Return the start of the whole command and the time for texts of growing length."""
    of = "casuskring, het commando"
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from server.cli import main; main()", "anonymise", "-"],
        check=False,
        input="Mevrouw De Wit belt.",
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    figures = [Figure(of, "cold_start_seconds", time.perf_counter() - began, "s", "van aanroep tot antwoord, koud")]
    for length, seconds in answer["long"]:
        label = f"tijd per 1.000 tekens bij {length:,} tekens".replace(",", ".")
        figures.append(Figure(of, f"ms_per_1000_at_{length}", 1e6 * seconds / length, "ms", label))
    return figures


def _per_label(measured: Sequence[_Measured], indirect: frozenset[str]) -> Table:
    """Return the share found per label; labels that a person is told by in combination alone come last."""
    total = measured[0].result.total
    labels = sorted({*total.found, *total.missed}, key=lambda one: (one in indirect, one))
    rows = [
        (
            f"{label} ({total.found[label] + total.missed[label]})",
            tuple(f"{100 * one.result.total.label_recall(label):.1f}" for one in measured),
        )
        for label in labels
    ]
    return Table("Gevonden per soort gegeven, %", tuple(one.of for one in measured), tuple(rows))


def _per_kind(measured: Sequence[_Measured]) -> list[Table]:
    """Return, per kind of text, the share found, the precision and the documents without a leak."""
    columns = tuple(one.of for one in measured)
    wanted: tuple[tuple[str, Callable[[Any], float]], ...] = (
        ("Gevonden per soort tekst, %", lambda tally: tally.recall),
        ("Terecht gemarkeerde tekens per soort tekst, %", lambda tally: tally.precision),
        ("Documenten zonder gemist direct gegeven per soort tekst, %", lambda tally: tally.clean_share),
    )
    kinds = sorted(measured[0].result.kinds)
    return [
        Table(
            title,
            columns,
            tuple((kind, tuple(f"{100 * figure(one.result.kinds[kind]):.1f}" for one in measured)) for kind in kinds),
        )
        for title, figure in wanted
    ]
