"""An export of the log becomes FHIR AuditEvents, whole or not at all, and never from an export that does not hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from audit import fhir_examples, fhir_export
from audit.checkpoint import Checkpoint, Signer, sign
from audit.entry import Entry, ObjectRef, Source, canonical, make
from audit.errors import EntryChanged, ExportMismatch, FileMissing, InvalidEntry, TargetExists
from audit.events import SPEC, Event
from audit.export import write_export
from audit.fhir_export import write_audit_events
from audit.tree import leaf_hash, root_of
from server.commands.audit_fhir import write

SIGNER = Signer("log.example/kring", b"s" * 32)
NOW = datetime(2026, 3, 4, 13, tzinfo=UTC)


def entry(number: int) -> Entry:
    """Return an entry of one event after the other."""
    event = list(Event)[number % len(Event)]
    kind = SPEC[event].object_kind
    objects = () if kind is None else (ObjectRef(kind, f"thing-{number}"),)
    return make(
        event,
        actor="m-1",
        source=Source("s", "n"),
        now=NOW + timedelta(seconds=number),
        random_bytes=lambda count: number.to_bytes(count, "big"),
        objects=objects,
    )


def exported(folder: Path, lines: list[bytes]) -> Path:
    """Write an export of these lines."""
    note = sign(Checkpoint("log.example/1", len(lines), root_of(map(leaf_hash, lines))), SIGNER)
    write_export(folder, lines, note, str(SIGNER.verifier_key))
    return folder


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An export of two hundred entries of every kind."""
    return exported(tmp_path / "export", [canonical(entry(number)) for number in range(200)])


def left(folder: Path) -> list[str]:
    """Return what lies in a folder beside the export."""
    return sorted(one.name for one in folder.iterdir() if one.name != "export")


def test_every_entry_is_one_line_that_a_fhir_library_reads(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "AuditEvent.ndjson"
    verified = write_audit_events(export, out, base="https://regio.example/fhir")
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == verified.checkpoint.size == 200
    for number, line in enumerate(lines):
        assert AuditEvent.model_validate_json(line).id == entry(number).entry_id
    assert "https://regio.example/fhir/member" in lines[0]
    assert out.stat().st_mode & 0o777 == 0o600
    assert left(tmp_path) == [out.name]


def test_a_file_that_is_there_stays(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.write_text("mine")
    with pytest.raises(TargetExists):
        write_audit_events(export, out)
    assert out.read_text() == "mine"


def test_an_export_that_does_not_hold_gives_nothing(export: Path, tmp_path: Path) -> None:
    entries = export / "entries.ndjson"
    whole = entries.read_bytes()
    for damaged, error in ((whole.replace(b"thing-3", b"thing-9", 1), EntryChanged), (None, FileMissing)):
        if damaged is None:
            entries.unlink()
        else:
            entries.write_bytes(damaged)
        with pytest.raises(error):
            write_audit_events(export, tmp_path / "out")
    assert left(tmp_path) == []


def test_a_signed_line_that_is_no_entry_gives_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidEntry):
        write_audit_events(exported(tmp_path / "export", [canonical(entry(1)), b"{}"]), tmp_path / "out")
    assert left(tmp_path) == []


def test_an_export_that_changes_while_it_is_read_gives_nothing(
    export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others(_entries: object) -> Iterator[bytes]:
        yield from (canonical(entry(number)) for number in range(199))

    monkeypatch.setattr(fhir_export, "_lines", others)
    with pytest.raises(ExportMismatch):
        write_audit_events(export, tmp_path / "out")
    assert left(tmp_path) == []


def test_the_command_says_what_it_did(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "key"
    key.write_text(f"{SIGNER.verifier_key}\n")
    out = tmp_path / "out"
    assert write(export, out, key_file=key, base="https://regio.example/fhir/") == 0
    assert "200 AuditEvents" in capsys.readouterr().out
    assert json.loads(out.read_text().splitlines()[0])["agent"][0]["who"]["identifier"]["system"].startswith(
        "https://regio.example/fhir/member"
    )
    assert write(export, out, key_file=key, base="") == 1
    assert "bestaat al" in capsys.readouterr().out
    assert write(export, tmp_path / "b", key_file=tmp_path / "no", base="") == 2
    for base in ("regio", "https://", "ftp://x", "https://[", "https://a b"):
        assert write(export, tmp_path / "b", key_file=None, base=base) == 2
    key.write_text("garbage " * 1000)
    assert write(export, tmp_path / "b", key_file=key, base="") == 1
    assert not (tmp_path / "b").exists()


def test_the_examples_are_one_of_each_kind_and_current() -> None:
    page = Path(__file__).parents[3] / fhir_examples.PAGE
    text = page.read_text(encoding="utf-8")
    assert text == fhir_examples.examples(), "run `python -m audit.fhir_examples`"
    kinds = set()
    for line in text.splitlines():
        AuditEvent.model_validate_json(line)
        kinds.add(json.loads(line)["subtype"][-1]["code"])
    assert kinds == {one.value for one in Event}
