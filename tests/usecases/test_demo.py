"""`casuskring demo --once` tells the whole story and ends with 0; a step that does not hold is named, and ends it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import spacy

STEPS = (
    "Van ruwe tekst naar beschermde tekst",
    "Geweigerd: geen afspraak over gegevensverwerking",
    "Geweigerd: er staat nog een BSN in",
    "Vrijgeven door een tweede persoon",
    "Zonder het derde domein gaat de sessie niet open",
    "Een telefoonnummer wordt tegengehouden",
    "Een verbinding valt weg en komt terug",
    "De fasen",
    "De uitkomst",
    "Het knelpunt",
    "Sluiten en verzegelen",
    "Het antwoord in de eigen woorden van de inbrenger",
    "Een buitenstaander vindt niets",
    "Het logboek, gecontroleerd",
    "Een veranderd logboek, geweigerd",
)


def play(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Play the story in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-c", "from server.cli import main; main()", "demo", "--once"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_story_is_told_to_its_end(tmp_path: Path) -> None:
    result = play(tmp_path)
    assert result.returncode == 0, result.stdout[-2000:]
    for step in STEPS:
        assert f"✓ {step}" in result.stdout
    assert "Elke stap klopt." in result.stdout


def test_a_step_that_does_not_hold_is_named(tmp_path: Path) -> None:
    # A pipeline that finds nothing leaves a name standing, which the story must notice.
    spacy.blank("nl").to_disk(tmp_path / "finds-nothing")
    result = play(tmp_path, CASUSKRING_SPACY_MODEL=str(tmp_path / "finds-nothing"))
    assert result.returncode == 1
    assert "Stap mislukt: Van ruwe tekst naar beschermde tekst" in result.stdout
    assert "✓ Indienen" not in result.stdout
