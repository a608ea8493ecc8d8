"""A folder of texts: what is done, skipped, refused and left alone, and what a stop at any moment leaves behind."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from anonymisation import batch
from anonymisation.analyser import Analyser
from anonymisation.errors import FolderRefused
from anonymisation.folder import MAX_FILE_BYTES, FolderRun, Totals, find, require_apart
from anonymisation.known import Known
from anonymisation.progress import NAME, PARTIAL, Progress

CANARY = "zwaluwstaart"
RAW = "Het ging over zwaluwstaart, BSN 999904413.\r\nBel 06-12345678."
DONE = "Het ging over zwaluwstaart, BSN [BSN verwijderd].\r\nBel telefoonnummer A."


class Killed(BaseException):
    """The power went: nothing after this runs."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with three texts, one of them deeper."""
    place = tmp_path / "in"
    (place / "a" / "b").mkdir(parents=True)
    for name in ("z.txt", "a/een.txt", "a/b/twee.TXT"):
        (place / name).write_bytes(f"{RAW} {name}".encode())
    (place / "a" / "niet.doc").write_text(RAW)
    return place


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the outputs go; not there yet."""
    return tmp_path / "uit"


def run(analyser: Analyser, source: Path, out: Path, how: bytes = b"", known: Known | None = None) -> Totals:
    """Do one run."""
    return FolderRun(analyser, known, out, how).run(find(source))


def records(out: Path) -> list[dict[str, str]]:
    """Return what the progress file says, line by line, without its header."""
    return [json.loads(line) for line in (out / NAME).read_bytes().splitlines()][1:]


def texts(out: Path) -> dict[str, bytes]:
    """Return every file of the output folder but the progress file."""
    paths = (path for path in sorted(out.rglob("*")) if path.is_file() and path.name != NAME)
    return {str(path.relative_to(out)): path.read_bytes() for path in paths}


def expected(*names: str) -> dict[str, bytes]:
    """Return what the outputs of the three texts, or of these names, must be."""
    return {name: f"{DONE} {name}".encode() for name in names or ("a/b/twee.TXT", "a/een.txt", "z.txt")}


def failures(totals: Totals) -> dict[str, int]:
    """Return the failures by code, once nothing else is wrong."""
    assert totals.stopped == ""
    return dict(totals.failed)


# --- doing and skipping ----------------------------------------------------------------------------------------


def test_every_text_is_protected_under_its_own_name(analyser: Analyser, source: Path, out: Path) -> None:
    totals = run(analyser, source, out)
    assert (totals.done, totals.skipped, failures(totals)) == (3, 0, {})
    assert totals.counts == Counter({"NL_BSN": 3, "PHONE_NUMBER": 3})
    assert texts(out) == expected()
    assert [one["file"] for one in records(out) if one["status"] == "done"] == ["a/b/twee.TXT", "a/een.txt", "z.txt"]
    for one in records(out):
        raw, made = (hashlib.sha256((place / one["file"]).read_bytes()).hexdigest() for place in (source, out))
        assert (one["input"], one["output"]) == (raw, made)


def test_the_second_run_does_nothing(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    totals = run(analyser, source, out)
    assert (totals.done, totals.skipped, failures(totals)) == (0, 3, {})
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_a_changed_input_is_done_again(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    (source / "z.txt").write_text("Bel 06-87654321.")
    totals = run(analyser, source, out)
    assert (totals.done, totals.skipped, failures(totals)) == (1, 2, {})
    assert texts(out) == expected("a/b/twee.TXT", "a/een.txt") | {"z.txt": b"Bel telefoonnummer A."}
    assert run(analyser, source, out).skipped == 3


def test_a_missing_output_is_made_again(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    (out / "z.txt").unlink()
    assert run(analyser, source, out).done == 1
    assert texts(out) == expected()


@pytest.mark.parametrize("tampered", [b"", b"Betreft", b"verbeterd met de hand"])
def test_a_tampered_output_is_made_again_and_what_stood_there_is_kept(
    analyser: Analyser, source: Path, out: Path, tampered: bytes
) -> None:
    run(analyser, source, out)
    (out / "a" / "een.txt").write_bytes(tampered)
    totals = run(analyser, source, out)
    assert (totals.done, totals.skipped, totals.aside) == (1, 2, 1)
    aside = next(one["aside"] for one in records(out) if "aside" in one)
    assert texts(out) == expected() | {f"a/{aside}": tampered}
    assert run(analyser, source, out).skipped == 3


def test_what_is_known_applies_to_all_and_other_knowledge_does_all_again(
    analyser: Analyser, source: Path, out: Path
) -> None:
    run(analyser, source, out)
    totals = run(analyser, source, out, how=b"known", known=Known(names=(CANARY,)))
    assert (totals.done, totals.skipped, totals.aside) == (3, 0, 0)
    assert all(CANARY.encode() not in text for text in texts(out).values())
    assert run(analyser, source, out, how=b"known", known=Known(names=(CANARY,))).skipped == 3


def test_how_it_was_done_cannot_be_read_from_the_progress_file(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out, how=b"999904413")
    said = (out / NAME).read_text()
    assert "999904413" not in said
    assert hashlib.sha256(b"999904413").hexdigest()[:16] not in said


def test_a_byte_order_mark_is_no_part_of_a_text(analyser: Analyser, source: Path, out: Path) -> None:
    (source / "z.txt").write_bytes(b"\xef\xbb\xbfBel 06-12345678.")
    run(analyser, source, out)
    assert texts(out)["z.txt"] == b"Bel telefoonnummer A."


# --- files that cannot be done ---------------------------------------------------------------------------------


def test_a_bad_file_is_counted_and_the_run_goes_on(analyser: Analyser, source: Path, out: Path) -> None:
    (source / "leeg.txt").write_bytes(b"")
    (source / "leeg2.txt").write_bytes(b"\xef\xbb\xbf \n")
    (source / "bytes.txt").write_bytes(b"\xff\xfe" + CANARY.encode())
    (source / "groot.txt").write_bytes(b"a" * (MAX_FILE_BYTES + 1))
    (source / "lang.txt").write_bytes(b"a " * 600_000)
    os.mkfifo(source / "pijp.txt")
    totals = run(analyser, source, out)
    assert totals.done == 3
    assert failures(totals) == {"empty": 2, "invalid_utf8": 1, "text_too_large": 2, "not_a_file": 1}
    assert texts(out) == expected()
    said = [(one["file"], one["code"]) for one in records(out) if one["status"] == "failed"]
    assert said[:2] == [("bytes.txt", "invalid_utf8"), ("groot.txt", "text_too_large")]
    assert failures(run(analyser, source, out)) == failures(totals)
    assert [(one["file"], one["code"]) for one in records(out) if one["status"] == "failed"] == said
    (source / "leeg.txt").write_text(RAW)
    assert run(analyser, source, out).done == 1


def test_a_file_that_failed_and_is_as_it_was_is_skipped_again(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    whole = (source / "z.txt").read_bytes()
    (source / "z.txt").write_bytes(b"\xff")
    assert failures(run(analyser, source, out)) == {"invalid_utf8": 1}
    (source / "z.txt").write_bytes(whole)
    assert run(analyser, source, out).skipped == 3
    assert records(out)[-1]["status"] == "done"


def test_an_unreadable_file_or_folder_is_counted(
    analyser: Analyser, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(real: Any, name: str) -> Any:
        def wrapped(path: Any, *more: Any, **most: Any) -> Any:
            if str(path).endswith(name):
                raise PermissionError(errno.EACCES, CANARY)
            return real(path, *more, **most)

        return wrapped

    monkeypatch.setattr(os, "open", refusing(os.open, "in/z.txt"))
    monkeypatch.setattr(os, "scandir", refusing(os.scandir, "in/a/b"))
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (1, {"unreadable": 1, "unreadable_folder": 1})


def test_an_analyser_that_breaks_on_one_text_does_not_end_the_run(
    analyser: Analyser, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch.handle

    def handle(text: str, *more: Any) -> Any:
        if text.endswith("een.txt"):
            raise ValueError(text)
        return real(text, *more)

    monkeypatch.setattr("anonymisation.folder.handle", handle)
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (2, {"internal_error": 1})


def test_links_are_told_and_never_followed(analyser: Analyser, source: Path, out: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elders"
    outside.mkdir()
    (outside / "geheim.txt").write_text(RAW)
    (source / "link.txt").symlink_to(outside / "geheim.txt")
    (source / "map").symlink_to(outside)
    (source / "rond").symlink_to(source)
    (source / "kwijt.txt").symlink_to(tmp_path / "nergens")
    (source / "gewoon.doc").symlink_to(outside / "geheim.txt")
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (3, {"link": 4})
    assert texts(out) == expected()


def test_hostile_names_stay_names(analyser: Analyser, source: Path, out: Path) -> None:
    names = [
        b"regel\neinde.txt",
        b"geen utf8 \xff.txt",
        "\N{RIGHT-TO-LEFT OVERRIDE}omgekeerd.txt".encode(),
        b'"},{"file":".txt',
        b"..  .txt",
        b" .txt",
        b".txt",
        b"a" * 251 + b".txt",
        b"$(reboot);`x`.txt",
        b"back\\slash.txt",
    ]
    for name in names:
        Path(os.fsdecode(os.fsencode(source) + b"/" + name)).write_text(RAW)
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (3 + len(names), {})
    made = {os.fsencode(name) for name in texts(out)}
    assert made == set(names) | {b"z.txt", b"a/een.txt", b"a/b/twee.TXT"}
    assert run(analyser, source, out).skipped == 3 + len(names)
    assert (out / NAME).read_bytes().isascii()


def test_a_very_deep_folder_is_no_problem(analyser: Analyser, source: Path, out: Path) -> None:
    deep = source.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "diep.txt").write_text(RAW)
    assert run(analyser, source, out).done == 4
    assert out.joinpath(*["d"] * 300, "diep.txt").read_bytes() == DONE.encode()


# --- what is not ours ------------------------------------------------------------------------------------------


def test_what_is_not_ours_is_never_written_over(analyser: Analyser, source: Path, out: Path, tmp_path: Path) -> None:
    (out / "a").mkdir(parents=True)
    (out / "z.txt").write_text("van een ander")
    (out / "a" / "een.txt").symlink_to(tmp_path / "elders.txt")
    (out / "a" / "b").write_text("een bestand waar een map moet komen")
    for _time in range(2):
        totals = run(analyser, source, out)
        assert (totals.done, failures(totals)) == (0, {"output_exists": 2, "output_failed": 1})
        assert (out / "z.txt").read_text() == "van een ander"
        assert not (tmp_path / "elders.txt").exists()


@pytest.mark.parametrize("number", [6, 7])
def test_what_took_the_place_of_an_output_after_a_kill_is_not_ours(
    analyser: Analyser, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with monkeypatch.context() as patch:
        # Header: 1 to 3; the promise of the first text: 4; its output: 5, its name: 6, and that on disk: 7.
        _stop_at(patch, number, Killed())
        with pytest.raises(Killed):
            run(analyser, source, out)
    assert [one["status"] for one in records(out)] == ["writing"]
    place = out / "a" / "b" / "twee.TXT"
    place.write_text("van een ander")
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals), totals.aside) == (2, {"output_exists": 1}, 0)
    assert place.read_text() == "van een ander"


def test_a_link_in_the_output_folder_leads_nothing_out_of_it(
    analyser: Analyser, source: Path, out: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "elders"
    outside.mkdir()
    out.mkdir()
    (out / "a").symlink_to(outside)
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (1, {"output_link": 2})
    assert list(outside.iterdir()) == []


def test_the_folders_must_lie_apart_whatever_leads_there(tmp_path: Path, source: Path) -> None:
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "bestand").write_text("x")
    for place, target, code in (
        (source, source, "out_inside"),
        (source, source / "uit", "out_inside"),
        (source, source / "a" / "nieuw" / "dieper", "out_inside"),
        (source, source / "a" / ".." / "uit", "out_inside"),
        (source, tmp_path / "link", "out_inside"),
        (source, tmp_path / "link" / "uit", "out_inside"),
        (tmp_path / "link", source / "uit", "out_inside"),
        (source, tmp_path, "source_inside"),
        (source, tmp_path / "bestand", "out_no_folder"),
        (tmp_path / "bestand", tmp_path / "uit", "no_folder"),
        (tmp_path / "nergens", tmp_path / "uit", "no_folder"),
    ):
        with pytest.raises(FolderRefused) as refused:
            require_apart(place, target)
        assert refused.value.code == code
    require_apart(source, tmp_path / "in2")
    require_apart(source, tmp_path / "uit" / "diep")


@pytest.mark.parametrize("content", [b"", b"x", b"{}\n", b'{"format":"casuskring-voortgang/2","salt":"00"}\n', b"\xff"])
def test_a_progress_file_of_somebody_else_is_left_alone(
    analyser: Analyser, source: Path, out: Path, content: bytes
) -> None:
    out.mkdir()
    (out / NAME).write_bytes(content)
    with pytest.raises(FolderRefused) as refused:
        run(analyser, source, out)
    assert refused.value.code == "not_ours"
    assert (out / NAME).read_bytes() == content
    assert list(out.iterdir()) == [out / NAME]


def test_two_runs_at_once_are_refused(analyser: Analyser, source: Path, out: Path) -> None:
    out.mkdir()
    with Progress.open(out), pytest.raises(FolderRefused) as refused:
        run(analyser, source, out)
    assert refused.value.code == "in_use"
    assert run(analyser, source, out).done == 3


def test_lines_that_say_nothing_are_passed_over(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    with (out / NAME).open("ab") as file:
        file.write(b'[]\n{"file":1}\n\xff\n{"file":"z.txt","status":"x"}\n' + b"[" * 100_000 + b'\n{"file":"z.t')
    assert run(analyser, source, out).skipped == 3
    (source / "nieuw.txt").write_text(RAW)
    assert run(analyser, source, out).done == 1
    assert run(analyser, source, out).skipped == 4


# --- stops -----------------------------------------------------------------------------------------------------


def _stop_at(monkeypatch: pytest.MonkeyPatch, number: int, error: BaseException) -> list[int]:
    """Let the so-manieth flush or rename end in this error; return the count of those that went before."""
    calls = [0]

    def counting(real: Any) -> Any:
        def wrapped(*args: Any) -> Any:
            calls[0] += 1
            if calls[0] == number:
                raise error
            return real(*args)

        return wrapped

    monkeypatch.setattr(os, "fsync", counting(os.fsync))
    monkeypatch.setattr(Path, "replace", counting(Path.replace))
    return calls


@pytest.mark.parametrize("changed", [False, True])
def test_a_kill_at_any_moment_loses_nothing(analyser: Analyser, source: Path, tmp_path: Path, changed: bool) -> None:
    """At every flush and rename of a run, a first one or one over outputs that have become old."""
    for number in range(1, 100):
        out = tmp_path / f"uit{number}"
        before: dict[str, bytes] = {}
        if changed:
            for path in find(source):
                path.path.write_bytes(b"Bel 06-12345678 vandaag.")
            run(analyser, source, out)
            before = texts(out)
            for path in find(source):
                path.path.write_bytes(f"{RAW} {path.name}".encode())
        with pytest.MonkeyPatch.context() as patch:
            calls = _stop_at(patch, number, Killed())
            try:
                run(analyser, source, out)
            except Killed:
                pass
            else:
                assert calls[0] < number
                break
        for name, text in texts(out).items():
            assert name == PARTIAL or text in (expected()[name], before.get(name)), number
        assert failures(run(analyser, source, out)) == {}
        assert texts(out) == expected()
        assert run(analyser, source, out).skipped == 3
    assert number > 12


@pytest.mark.parametrize(
    ("number", "stopped"), [(errno.ENOSPC, "disk_full"), (errno.EDQUOT, "disk_full"), (errno.EROFS, "output_failed")]
)
def test_a_full_disk_at_any_moment_stops_the_run_and_the_next_goes_on(
    analyser: Analyser, source: Path, tmp_path: Path, number: int, stopped: str
) -> None:
    stops = 0
    for at in range(1, 100):
        out = tmp_path / f"uit{at}"
        with pytest.MonkeyPatch.context() as patch:
            calls = _stop_at(patch, at, OSError(number, CANARY))
            try:
                totals = run(analyser, source, out)
            except OSError:
                assert at <= 3  # the progress file itself could not be begun
            else:
                if calls[0] < at:
                    break
                assert totals.stopped == stopped
                stops += 1
        assert not (out / PARTIAL).exists()
        assert all(text == expected()[name] for name, text in texts(out).items())
        assert failures(run(analyser, source, out)) == {}
        assert texts(out) == expected()
    assert stops > 9


def test_an_output_that_alone_cannot_be_written_does_not_stop_the_run(
    analyser: Analyser, source: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if str(target).endswith("een.txt"):
            raise PermissionError(errno.EACCES, CANARY)
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    totals = run(analyser, source, out)
    assert (totals.done, failures(totals)) == (2, {"output_failed": 1})
    monkeypatch.undo()
    assert run(analyser, source, out).done == 1


def test_the_last_line_cut_anywhere_loses_nothing(analyser: Analyser, source: Path, out: Path) -> None:
    run(analyser, source, out)
    whole = (out / NAME).read_bytes()
    last = len(whole.rstrip(b"\n").rpartition(b"\n")[2]) + 1
    for cut in range(1, last + 1, 9):
        (out / NAME).write_bytes(whole[:-cut])
        totals = run(analyser, source, out)
        assert (totals.skipped, failures(totals)) == (3, {})
        assert records_are_whole(out)


def records_are_whole(out: Path) -> bool:
    """Does the last line of the progress file end, and can it be read?"""
    whole = (out / NAME).read_bytes()
    return whole.endswith(b"\n") and bool(json.loads(whole.splitlines()[-1]))
