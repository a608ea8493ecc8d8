"""`casuskring anonymise MAP --out MAP2` as people run it: killed in the middle, resumed, and refused."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from anonymisation import folder
from anonymisation.progress import NAME, PARTIAL
from server.cli import app
from server.commands import anonymise_folder

COMMAND = (sys.executable, "-c", "from server.cli import main; main()", "anonymise")
NAMES = "Zonnevlinder", "Kwelgeest"
TEXT = "Het ging over zwaluwstaart, BSN 999904413. Bel 06-12345678 vandaag.\n"
DONE = "Het ging over zwaluwstaart, BSN [BSN verwijderd]. Bel telefoonnummer A vandaag.\n"
FILES = 400
KILLS = 4


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with some texts, whose names hold the name of a person."""
    place = tmp_path / "teksten"
    (place / NAMES[0]).mkdir(parents=True)
    (place / f"{NAMES[1]}.txt").write_text(TEXT)
    (place / NAMES[0] / "brief.txt").write_text(TEXT)
    return place


def run(*arguments: object) -> tuple[int, str]:
    """Run the command in this process; return its exit status and all that it said."""
    result = CliRunner().invoke(app, ["anonymise", "--rules-only", *map(str, arguments)])
    return result.exit_code, result.output


def outputs(out: Path) -> dict[str, str]:
    """Return every text in the output folder."""
    return {str(path.relative_to(out)): path.read_text() for path in sorted(out.rglob("*.txt"))}


def test_a_folder_is_done_and_only_numbers_are_told(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "nieuw" / "uit"
    status, said = run(source, "--out", out)
    assert status == 0
    assert outputs(out) == {f"{NAMES[0]}/brief.txt": DONE, f"{NAMES[1]}.txt": DONE}
    assert "Gedaan: 2. Al eerder gedaan: 0. Mislukt: 0." in said
    assert "NL_BSN 2, PHONE_NUMBER 2" in said
    assert not any(name in said for name in NAMES)
    status, said = run(source, "--out", out)
    assert status == 0
    assert "Gedaan: 0. Al eerder gedaan: 2. Mislukt: 0." in said


def test_a_failed_file_is_told_as_a_code_and_named_in_the_progress_file_alone(source: Path, tmp_path: Path) -> None:
    (source / f"{NAMES[0]}.txt").write_bytes(b"\xff")
    (source / "leeg.txt").write_bytes(b"")
    status, said = run(source, "--out", tmp_path / "uit")
    assert status == 1
    assert "Gedaan: 2. Al eerder gedaan: 0. Mislukt: 2 (empty 1, invalid_utf8 1)." in said
    assert not any(name in said for name in NAMES)
    lines = [json.loads(line) for line in (tmp_path / "uit" / NAME).read_text().splitlines()]
    assert {"file": f"{NAMES[0]}.txt", "status": "failed", "code": "invalid_utf8"} in lines


def test_what_is_known_applies_to_every_file_and_new_knowledge_to_what_was_done(source: Path, tmp_path: Path) -> None:
    out, known = tmp_path / "uit", tmp_path / "bekend.json"
    run(source, "--out", out)
    known.write_text('{"names": ["Zwaluwstaart"]}')
    status, said = run(source, "--out", out, "--known", known)
    assert status == 0
    assert "Gedaan: 2." in said
    assert all("Persoon A" in text and "zwaluwstaart" not in text for text in outputs(out).values())
    assert "Al eerder gedaan: 2." in run(source, "--out", out, "--known", known)[1]


def test_wrong_arguments_do_nothing(source: Path, tmp_path: Path) -> None:
    (tmp_path / "bestand.txt").write_text(TEXT)
    (tmp_path / "kapot.json").write_text("{")
    before = sorted(tmp_path.rglob("*"))
    out = tmp_path / "uit"
    for arguments in (
        (source, "--out", source),
        (source, "--out", source / "uit"),
        (source, "--out", tmp_path),
        (source, "--out", tmp_path / "bestand.txt"),
        (tmp_path / "bestand.txt", "--out", out),
        (tmp_path / "nergens", "--out", out),
        (source, source, "--out", out),
        (source, "--out", out, "--jsonl"),
        (source, "--out", out, "--known", tmp_path / "kapot.json"),
        (source, "--out", out, "--known", tmp_path / "nergens.json"),
        ("--out", out),
        ("-", "--out", out),
        (source,),
    ):
        status, said = run(*arguments)
        assert status == 2, arguments
        assert said.startswith("casuskring: "), arguments
        assert "Traceback" not in said
    assert sorted(tmp_path.rglob("*")) == before


def test_an_output_folder_that_cannot_be_made_is_told_in_one_line(source: Path, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    status, said = run(source, "--out", tmp_path / "bestand" / "uit")
    assert status == 2
    assert said.count("\n") == 1


def test_a_full_disk_is_told_and_the_next_run_goes_on(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_folder: Path, _target: Path, _data: bytes) -> None:
        raise OSError(28, NAMES[0])

    with monkeypatch.context() as patch:
        patch.setattr(folder, "write_whole", full)
        status, said = run(source, "--out", tmp_path / "uit")
    assert status == 1
    assert "De schijf is vol." in said
    assert NAMES[0] not in said
    assert run(source, "--out", tmp_path / "uit")[0] == 0
    assert len(outputs(tmp_path / "uit")) == 2


def test_a_line_now_and_then_where_there_is_no_terminal(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anonymise_folder, "SECONDS_BETWEEN_LINES", 0.0)
    _status, said = run(source, "--out", tmp_path / "uit")
    assert "casuskring: 1 van 2 bestanden\n" in said


def test_a_bar_on_a_terminal(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    assert anonymise_folder.run(source, tmp_path / "uit", known=None, use_model=False) == 0
    assert "2/2" in screen.getvalue()
    assert "van 2 bestanden" not in screen.getvalue()
    assert not any(name in screen.getvalue() for name in NAMES)


def _killed(source: Path, out: Path, *, after: int) -> int:
    """Start a run, kill it (SIGKILL) once it has made `after` more outputs, and return how many there are then."""
    begun = len(outputs(out)) if out.exists() else 0
    with subprocess.Popen([*COMMAND, source, "--out", out, "--rules-only"], stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while sum(1 for _one in out.rglob("*.txt")) < begun + after:
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    return len(outputs(out))


def test_a_run_that_is_killed_leaves_whole_texts_and_is_resumed(tmp_path: Path) -> None:
    source, out = tmp_path / "teksten", tmp_path / "uit"
    for number in range(FILES):
        (source / f"{number % 7}").mkdir(parents=True, exist_ok=True)
        (source / f"{number % 7}" / f"{number}.txt").write_text(f"{TEXT * 20}{number}")
    made = 0
    for kill in range(KILLS):
        made = _killed(source, out, after=20 + kill)
        assert made < FILES
        for name, text in outputs(out).items():
            assert text == DONE * 20 + Path(name).stem
    status, said = run(source, "--out", out)
    assert status == 0
    assert f"Gedaan: {FILES - made}. Al eerder gedaan: {made}. Mislukt: 0." in said
    assert len(outputs(out)) == FILES
    assert all(text == DONE * 20 + Path(name).stem for name, text in outputs(out).items())
    assert not (out / PARTIAL).exists()
    assert f"Al eerder gedaan: {FILES}." in run(source, "--out", out)[1]
