"""The built wheel holds everything that runs: an editable install hides what packaging forgets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import io, sys
from pathlib import Path
import anonymisation, audit, clients, consent, server
target = sys.argv[1]
for package in (anonymisation, audit, clients, consent, server):
    assert package.__file__.startswith(target), package.__file__
from anonymisation.analyser import Analyser
from anonymisation.pseudonyms import protect
analyser = Analyser.load()
text = "Mevrouw Marijke de Groot belt op 06-12345670."
print(protect(text, analyser.find(text)).text)
from server.app import create_app
import clients.station.letter, server.web, server.storage
static = Path(server.web.__file__).parent / "static" / "build"
print(sorted(one.name for one in static.iterdir() if one.suffix in (".css", ".js")))
migrations = Path(server.storage.__file__).parent / "migrations"
print(len(list(migrations.glob("*/versions/*.py"))))
print(sorted(one.name for one in clients.station.letter.FONTS.iterdir()))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree and unpacked by pip in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("*.whl"))
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return target


def test_the_wheel_runs_by_itself(installed: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(installed)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    protected, static, migrations, fonts = result.stdout.splitlines()
    assert "Marijke" not in protected
    assert "12345670" not in protected
    assert "app.css" in static
    assert "live.js" in static
    assert int(migrations) >= 2
    assert fonts == str(["DejaVuSans-Bold.ttf", "DejaVuSans.ttf", "LICENSE"])


def test_the_wheel_holds_no_training_text_and_no_tests(installed: Path) -> None:
    assert not (installed / "tests").exists()
    assert not (installed / "bench").exists()
    assert not (installed / "anonymisation" / "model" / "training").exists()
