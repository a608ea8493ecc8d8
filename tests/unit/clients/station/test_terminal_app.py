"""Beginning, listing and throwing away in the terminal, with files and answers of every bad kind."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from clients.station.desk import Desk
from clients.station.draft import Draft, DraftState, ExtraLine, Reply
from clients.station.terminal import app
from clients.station.terminal.entry import Seat, Setup, run
from clients.station.vault import Vault
from tests.support import papers
from tests.support.station import analyser
from tests.support.terminal import Answer, Heard, heard
from tests.support.vaults import PASSPHRASE, WORKER, new_vault, reopen

NOW = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
FORM = ["n", "1", "Wie helpt haar?", "De huur loopt af", "Zij is gescheiden", "1", "j", "1", "1", "", "n"]
TEXT = "Saskia Ribbers belt over de huur."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A locked vault."""
    new_vault(tmp_path / "kluis").lock()
    return tmp_path / "kluis"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    """That vault while no command runs."""
    made = reopen(folder)
    yield made
    made.lock()


def done(folder: Path, command: Callable[[Seat], int], *answers: Answer) -> tuple[int, Heard]:
    """Run a command with these answers."""
    one = heard(PASSPHRASE, *answers)
    return run(Setup(folder, analyser, lambda: NOW, one.talk), command), one


def new(folder: Path, source: object, *answers: Answer, known: Path | None = None) -> tuple[int, Heard]:
    """Begin a case."""
    return done(folder, lambda seat: app.begin(seat, str(source), known), *answers)


def drafts(folder: Path) -> list[Draft]:
    """Return the cases that are in the vault."""
    vault = reopen(folder)
    found = Desk(vault, WORKER, analyser, lambda: NOW).drafts()
    vault.lock()
    return found


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A text that a worker has already."""
    path = tmp_path / "brief.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_from_a_file_to_a_case_that_can_be_sent(folder: Path, letter: Path) -> None:
    status, one = new(folder, letter, *FORM, "a", "k")
    assert status == 0
    [draft] = drafts(folder)
    assert (draft.fields["text"], draft.source, draft.missing()) == (TEXT, "txt", ())
    assert "Casus 1 is begonnen" in one.said
    assert "station versturen 1" in one.said
    status, one = done(folder, app.overview)
    assert "   1  in voorbereiding   Wie helpt haar?  (donderdag 3 december 2026, 14:00)" in one.said


@pytest.mark.parametrize("error", [EOFError(), KeyboardInterrupt()])
@pytest.mark.parametrize("place", [*range(len(FORM)), len(FORM)])
def test_a_stop_anywhere_keeps_the_case_and_says_how_to_go_on(
    folder: Path, letter: Path, place: int, error: BaseException
) -> None:
    status, one = new(folder, letter, *FORM[:place], error)
    assert status == (130 if isinstance(error, KeyboardInterrupt) else 1)
    assert "Er is niets verloren" in one.warned
    assert "station nakijken 1" in one.said
    [draft] = drafts(folder)
    assert draft.fields["text"] == TEXT
    rest = FORM[min(place, 5) : -1] if place < len(FORM) - 1 else []
    status, one = done(folder, lambda seat: app.look_over(seat, "1"), *rest, *(["n"] if place == 0 else []), "a", "k")
    assert (status, drafts(folder)[0].missing()) == (0, ())


def test_something_acute_stops_and_can_be_taken_up_later(folder: Path, letter: Path) -> None:
    status, one = new(folder, letter, "j")
    assert status == 2
    assert "0800-2000" in one.said
    assert drafts(folder)[0].acute
    assert done(folder, lambda seat: app.look_over(seat, "1"), *FORM[:-1], "k")[0] == 0


def test_what_stood_beside_the_text_is_listed_and_taken_in_by_number(folder: Path, tmp_path: Path) -> None:
    made = papers.word(change=lambda document: document.sections[0].header.add_paragraph("Kop met Jan Bol"))
    (tmp_path / "brief.docx").write_bytes(made)
    status, one = new(folder, tmp_path / "brief.docx", "x", "99", "1,2,3,4,5,6,7,8", EOFError())
    assert status == 1
    assert "kop- of voettekst" in one.said
    number = next(line.split()[0] for line in one.said.splitlines() if "Kop met Jan Bol" in line)
    assert len([line for line in one.warned.splitlines() if "nummers" in line]) == 3
    status, one = new(folder, tmp_path / "brief.docx", number, EOFError())
    newest = max(drafts(folder), key=lambda draft: len(draft.fields["text"]))
    assert "Kop met Jan Bol" in newest.fields["text"]
    assert [extra.taken for extra in newest.extras if extra.kind == "HEADER"] == [True]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("er-is-niets.txt", None),
        ("leeg.txt", b""),
        ("wit.txt", b" \n\t"),
        ("soort.xyz", b"tekst"),
        ("geen.docx", b"geen zip"),
        ("stuk.pdf", b"%PDF-1.7\nstuk"),
        ("bytes.txt", bytes(range(256)) * 40),
        ("groot.txt", b"x" * (21 * 1024 * 1024)),
        ("lang.txt", b"Saskia " * 40_000),
        ("nul\x00.txt", None),
    ],
)
def test_a_file_that_cannot_be_a_case_is_told_and_begins_none(
    folder: Path, tmp_path: Path, name: str, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    status, one = new(folder, tmp_path / name)
    assert status == 2
    assert one.warned.strip()
    assert "Saskia" not in one.warned
    assert drafts(folder) == []
    assert new(folder, tmp_path)[0] == 2, "a folder is no file"


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"names": 3}', b'{"geheim": "Saskia"}', b"[" * 100_000, b'"' + b"x" * 2_000_000 + b'"']
)
def test_what_is_known_in_a_wrong_form_is_told_and_begins_none(
    folder: Path, tmp_path: Path, letter: Path, data: bytes
) -> None:
    known = tmp_path / "bekend.json"
    known.write_bytes(data)
    status, one = new(folder, letter, known=known)
    assert (status, drafts(folder)) == (2, [])
    assert "Saskia" not in one.warned
    assert new(folder, letter, known=tmp_path / "er-is-niets")[0] == 2


def test_what_is_known_is_found_in_the_text(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bekend.json").write_text('{"names": ["Zzyxa Qwop"]}', encoding="utf-8")
    (tmp_path / "a.txt").write_text("Zzyxa Qwop belt.", encoding="utf-8")
    _, one = new(folder, tmp_path / "a.txt", *FORM, "a", "k", known=tmp_path / "bekend.json")
    assert "<Persoon A> belt." in one.said


class Typing(io.TextIOWrapper):
    """A standard input that calls itself a terminal, or a pipe."""

    def __init__(self, data: bytes, *, terminal: bool) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_a_text_may_be_typed_until_a_dot(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Typing(b"", terminal=True))
    status, _ = new(folder, "-", "Saskia Ribbers belt.", "", "Over de huur.", ".", *FORM, "a", "k")
    assert status == 0
    assert drafts(folder)[0].fields["text"] == "Saskia Ribbers belt.\n\nOver de huur."
    assert new(folder, "-", ".")[0] == 2


@pytest.mark.parametrize("error", [EOFError(), KeyboardInterrupt()])
def test_a_text_that_is_broken_off_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    monkeypatch.setattr(sys, "stdin", Typing(b"", terminal=True))
    status, one = new(folder, "-", "Saskia Ribbers belt.", error)
    assert status in {1, 130}
    assert [draft.fields["text"] for draft in drafts(folder)] == ["Saskia Ribbers belt."]
    assert "station nakijken 1" in one.said


def test_a_text_from_a_pipe_is_kept_when_nobody_is_there_to_ask(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Typing(TEXT.encode(), terminal=False))
    status, _ = new(folder, "-")
    assert (status, drafts(folder)[0].fields["text"]) == (1, TEXT)


def test_a_title_can_do_nothing_to_the_list(folder: Path, vault: Vault) -> None:
    desk = Desk(vault, WORKER, analyser, lambda: NOW)
    desk.begin("\x1b[2J[bold]x[/bold]\nweg\u202e")
    desk.begin(" ")
    vault.lock()
    _, one = done(folder, app.overview)
    assert "\x1b" not in one.said
    assert "[2J[bold]x[/bold] weg" in one.said
    assert "Zonder titel" in one.said


def test_an_empty_station_says_how_to_begin(folder: Path) -> None:
    assert "station nieuw BESTAND" in done(folder, app.overview)[1].said


# --- the answer ----------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(folder: Path) -> Path:
    """A vault with one answered case."""
    vault = reopen(folder)
    desk = Desk(vault, WORKER, analyser, lambda: NOW)
    draft = desk.begin(TEXT, extras=[ExtraLine("COMMENT", "x", "y")])
    mapping = desk.preparation(draft).mapping
    reply = Reply("advice", "Bel Persoon A.", "social", NOW.date(), "Persoon A wil niet.", NOW, NOW)
    desk.keep(msgspec.structs.replace(draft, state=DraftState.ANSWERED, reply=reply, mapping=mapping, case="c"))
    vault.lock()
    return folder


def test_an_answer_is_shown_in_the_own_names(answered: Path) -> None:
    status, one = done(answered, lambda seat: app.answer(seat, "1", None, None))
    assert status == 0
    assert "Bel Saskia Ribbers." in one.said
    assert "Saskia Ribbers wil niet." in one.said
    assert "sociaal domein, uiterlijk 03-12-2026" in one.said


def test_an_answer_is_written_and_nothing_is_overwritten_unasked(answered: Path, tmp_path: Path) -> None:
    docx, pdf = tmp_path / "a.docx", tmp_path / "a.pdf"
    assert done(answered, lambda seat: app.answer(seat, "1", docx, None))[0] == 0
    assert docx.read_bytes().startswith(b"PK")
    assert docx.stat().st_mode & 0o077 == 0
    docx.write_bytes(b"van mij")
    for no in ("", "n"):
        assert done(answered, lambda seat: app.answer(seat, "1", docx, None), no)[0] == 1
    assert docx.read_bytes() == b"van mij"
    assert done(answered, lambda seat: app.answer(seat, "1", docx, pdf), "j")[0] == 0
    assert (docx.read_bytes()[:2], pdf.read_bytes()[:5]) == (b"PK", b"%PDF-")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.docx", "a.pdf", "kluis"]


def test_a_place_where_nothing_can_be_written_is_told(answered: Path, tmp_path: Path) -> None:
    status, one = done(answered, lambda seat: app.answer(seat, "1", tmp_path / "geen" / "a.docx", None))
    assert status == 2
    assert "niet te schrijven" in one.warned
    assert done(answered, lambda seat: app.answer(seat, "1", answered, None), "j")[0] == 2, "a folder"


def test_without_an_answer_there_is_nothing_to_show(folder: Path, letter: Path) -> None:
    new(folder, letter, EOFError())
    status, one = done(folder, lambda seat: app.answer(seat, "1", None, None))
    assert (status, "nog geen antwoord" in one.warned) == (2, True)


def test_throwing_away_asks_once(folder: Path, letter: Path) -> None:
    new(folder, letter, EOFError())
    for no in ("", "n", EOFError()):
        done(folder, lambda seat: app.forget(seat, "1"), no)
        assert len(drafts(folder)) == 1
    assert done(folder, lambda seat: app.forget(seat, "1"), "ja")[0] == 0
    assert drafts(folder) == []
    assert done(folder, lambda seat: app.forget(seat, "1"))[0] == 2
