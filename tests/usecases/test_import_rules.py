"""The import rules hold, and a deliberate violation of each kind is reported."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("anonymisation", "audit", "clients", "consent", "server")
COMMAND = (
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports_command; lint_imports_command()",
    "--no-cache",
)

VIOLATIONS = {
    "the three know each other": ("consent/reasons.py", "import audit.tree"),
    "the three know the service": ("audit/tree.py", "import server.errors"),
    "a low floor knows a high one": ("server/storage/crypto.py", "import server.cases.service"),
    "the protocol knows more than itself": ("server/protocol/words.py", "import sqlalchemy"),
    "a client knows the service's insides": ("clients/errors.py", "import server.storage.tables"),
    "the terminal knows a web framework": ("clients/station/terminal/talk.py", "import starlette"),
    "the service knows its clients": ("server/cases/model.py", "import clients.api"),
    "another than the analyser loads spaCy": ("anonymisation/document.py", "import spacy"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of our sources without data, models and front end."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=lambda _folder, names: [one for one in names if not _wanted(one)],
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _wanted(name: str) -> bool:
    return name.endswith(".py") or ("." not in name and name not in ("__pycache__", "node_modules", "nl_casuskring"))


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}
    return subprocess.run(COMMAND, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_rules_hold(copy: Path) -> None:
    done = _lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_is_reported(copy: Path, name: str) -> None:
    place, line = VIOLATIONS[name]
    file = copy / place
    before = file.read_text()
    try:
        file.write_text(before + f"\n{line}\n")
        done = _lint(copy)
    finally:
        file.write_text(before)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
    module = place.removesuffix(".py").replace("/", ".")
    assert f"{module} -> {line.removeprefix('import ')}" in done.stdout
