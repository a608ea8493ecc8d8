"""Coming in at the terminal: the first start, wrong passphrases, the keyring, and how anything that goes wrong ends."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anonymisation.errors import InvalidKnown, ModelUnavailable
from clients.errors import Refusal, Unreachable, WrongPassphrase
from clients.station import keyring_store
from clients.station.terminal import entry, own
from clients.station.terminal.app import overview
from clients.station.terminal.entry import GONE_ON, INPUT_ENDED, Seat, Setup, run
from clients.station.vault import Vault
from tests.support.station import analyser
from tests.support.terminal import Answer, Heard, MemoryKeyring, heard, memory_keyring
from tests.support.vaults import CHEAP, PASSPHRASE, WORKER, new_vault, reopen

__all__ = ["memory_keyring"]
NOW = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
SECRET = "Saskia Ribbers"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A locked vault."""
    new_vault(tmp_path / "kluis").lock()
    return tmp_path / "kluis"


def done(
    folder: Path,
    *answers: Answer,
    command: Callable[[Seat], int] = overview,
    worker: str = "",
    file: Path | None = None,
) -> tuple[int, Heard]:
    """Run a command with these answers."""
    one = heard(*answers)
    setup = Setup(folder, analyser, lambda: NOW, one.talk, worker=worker, passphrase_file=file, cost=CHEAP)
    return run(setup, command), one


def test_a_first_start_tells_what_a_loss_means_and_makes_the_vault(tmp_path: Path) -> None:
    answers = [
        "",
        "misschien",
        "ja",
        "",
        "\x00",
        "x" * 200,
        WORKER,
        "kort",
        PASSPHRASE,
        "anders",
        PASSPHRASE,
        PASSPHRASE,
    ]
    status, one = done(tmp_path / "kluis", *answers)
    assert status == 0
    assert one.said.index("niemand een antwoord nog terugvertalen") < one.said.index("De kluis is gemaakt")
    assert "minstens 12" in one.warned
    assert "niet hetzelfde" in one.warned
    assert one.script.answers == []
    vault = reopen(tmp_path / "kluis")
    assert vault.workers() == (WORKER,)
    vault.lock()


@pytest.mark.parametrize("place", range(4))
def test_a_first_start_that_stops_makes_nothing(tmp_path: Path, place: int) -> None:
    answers: list[Answer] = ["ja", WORKER, PASSPHRASE, PASSPHRASE]
    status, _ = done(tmp_path / "kluis", *answers[:place], KeyboardInterrupt())
    assert status == 130
    assert not Vault.exists(tmp_path / "kluis")
    assert done(tmp_path / "kluis", "nee")[0] == 2
    assert not Vault.exists(tmp_path / "kluis")


def test_the_only_worker_need_not_say_who(folder: Path) -> None:
    status, one = done(folder, PASSPHRASE)
    assert (status, one.script.asked) == (0, [f"Wachtzin van {WORKER}: "])


def test_of_more_workers_the_name_is_asked_or_given(folder: Path) -> None:
    vault = reopen(folder)
    vault.add_worker("Een collega", PASSPHRASE)
    vault.lock()
    assert done(folder, "\x00", "Een collega", PASSPHRASE)[1].script.asked[0] == "Uw naam: "
    assert done(folder, PASSPHRASE, worker="Een collega")[0] == 0
    assert done(folder, *[PASSPHRASE] * 3, worker="Een ander")[0] == 2


def test_a_wrong_passphrase_may_be_typed_three_times(folder: Path) -> None:
    status, one = done(folder, "fout", "\x00" * 5000, PASSPHRASE)
    assert (status, one.warned.count("horen niet bij elkaar")) == (0, 2)
    status, one = done(folder, "fout", "fout", "fout", PASSPHRASE)
    assert (status, len(one.script.answers)) == (2, 1)


@pytest.mark.parametrize("form", ["{}", "{}\n", "\ufeff{}\r\n"])
def test_the_passphrase_may_stand_in_a_file(folder: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / "wachtzin"
    file.write_text(form.format(PASSPHRASE), encoding="utf-8", newline="")
    assert done(folder, file=file)[0] == 0


@pytest.mark.parametrize("data", [None, b"", b"\n", b"\xff\xfe", b"een heel andere zin"])
def test_a_file_without_the_passphrase_is_told_without_what_is_in_it(
    folder: Path, tmp_path: Path, data: bytes | None
) -> None:
    file = tmp_path / "wachtzin"
    if data is not None:
        file.write_bytes(data)
    status, one = done(folder, file=file)
    assert status == 2
    assert one.script.asked == []
    assert "andere zin" not in one.warned


def test_two_stations_at_one_vault_do_not_meet(folder: Path) -> None:
    vault = reopen(folder)
    status, one = done(folder, PASSPHRASE)
    assert status == 2
    assert "al open in een ander venster" in one.warned
    vault.lock()
    assert done(folder, PASSPHRASE)[0] == 0


def test_one_damaged_record_does_not_keep_the_others_out_of_reach(folder: Path) -> None:
    vault = reopen(folder)
    vault.write("stuk", "case", b"{}")
    vault.lock()
    (folder / "stukken" / "stuk").write_bytes(b"kapot")
    status, one = done(folder, PASSPHRASE)
    assert status == 0
    assert "beschadigd" in one.warned


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (KeyboardInterrupt(), 130, GONE_ON),
        (EOFError(), 1, INPUT_ENDED),
        (Unreachable("ConnectError"), 3, Unreachable.detail),
        (Refusal(409, "second_person", "Dat doet een ander."), 2, "Dat doet een ander."),
        (WrongPassphrase(), 2, WrongPassphrase.detail),
        (InvalidKnown(SECRET), 2, entry.UNREADABLE),
        (ModelUnavailable(SECRET), 2, entry.NO_MODEL),
        (ValueError(SECRET), 1, "Er ging iets mis in het station (ValueError)"),
        (BrokenPipeError(SECRET), 1, "(BrokenPipeError)"),
        (MemoryError(), 1, "(MemoryError)"),
    ],
)
def test_whatever_ends_a_command_is_one_sentence_that_repeats_nothing(
    folder: Path, error: BaseException, status: int, sentence: str
) -> None:
    def break_off(_seat: Seat) -> int:
        raise error

    found, one = done(folder, PASSPHRASE, command=break_off)
    assert found == status
    assert sentence in one.warned
    assert SECRET not in one.said + one.warned
    reopen(folder).lock()


def test_nothing_is_shown_of_a_seat(folder: Path) -> None:
    shown: list[str] = []

    def look(seat: Seat) -> int:
        shown.append(repr(seat))
        return 0

    done(folder, PASSPHRASE, command=look)
    assert PASSPHRASE not in shown[0]


# --- the keyring ---------------------------------------------------------------------------------------------------


def test_the_keyring_opens_the_vault_until_it_is_taken_away(memory_keyring: MemoryKeyring, folder: Path) -> None:
    def give(seat: Seat) -> int:
        return own.keyring(seat, away=False)

    def take(seat: Seat) -> int:
        return own.keyring(seat, away=True)

    assert done(folder, PASSPHRASE, "n", command=give)[0] == 0
    assert memory_keyring.kept == {}
    status, one = done(folder, PASSPHRASE, "j", command=give)
    assert (status, own.KEPT in one.said) == (0, True)
    assert "waar anderen tegelijk op werken" in one.said
    status, one = done(folder)
    assert (status, one.script.asked) == (0, [])
    assert done(folder, command=take)[0] == 0
    assert memory_keyring.kept == {}
    assert done(folder, PASSPHRASE)[1].script.asked == [f"Wachtzin van {WORKER}: "]


def test_a_keyring_that_does_not_fit_falls_back_on_the_passphrase(memory_keyring: MemoryKeyring, folder: Path) -> None:
    assert done(folder, PASSPHRASE, "j", command=lambda seat: own.keyring(seat, away=False))[0] == 0
    memory_keyring.kept = dict.fromkeys(memory_keyring.kept, secrets.token_bytes(32).hex())
    status, one = done(folder, PASSPHRASE)
    assert (status, keyring_store.NO_LONGER in one.warned) == (0, True)
    memory_keyring.broken = True
    assert done(folder, PASSPHRASE)[0] == 0


def test_without_a_keyring_the_passphrase_goes_on_working(memory_keyring: MemoryKeyring, folder: Path) -> None:
    memory_keyring.broken = True
    status, one = done(folder, PASSPHRASE, "j", command=lambda seat: own.keyring(seat, away=False))
    assert status == 2
    assert "wachtzin blijven werken" in one.warned
    vault = reopen(folder)
    assert Vault.with_secret(folder) == ()
    vault.lock()


def test_a_keyring_that_cannot_forget_opens_nothing_all_the_same(
    memory_keyring: MemoryKeyring, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(folder, PASSPHRASE, "j", command=lambda seat: own.keyring(seat, away=False))
    kept = dict(memory_keyring.kept)

    def stubborn(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(memory_keyring, "delete_password", stubborn)
    status, one = done(folder, command=lambda seat: own.keyring(seat, away=True))
    assert (status, own.STAYED in one.warned) == (0, True)
    assert memory_keyring.kept == kept
    assert done(folder, PASSPHRASE)[1].script.asked != []


# --- the vault itself ----------------------------------------------------------------------------------------------


def test_a_colleague_gets_a_passphrase_and_changes_it(folder: Path) -> None:
    new = "nog eens vier losse woorden"
    status, _ = done(folder, PASSPHRASE, "kort", new, new, command=lambda seat: own.add_worker(seat, "Een collega"))
    assert status == 0
    assert done(folder, PASSPHRASE, new, new, command=lambda s: own.add_worker(s, "Een collega"), worker=WORKER)[0] == 2
    status, _ = done(folder, new, PASSPHRASE, PASSPHRASE, command=own.change_passphrase, worker="Een collega")
    assert status == 0
    assert done(folder, PASSPHRASE, worker="Een collega")[0] == 0


def test_who_came_in_by_the_keyring_shows_the_old_passphrase_first(memory_keyring: MemoryKeyring, folder: Path) -> None:
    done(folder, PASSPHRASE, "j", command=lambda seat: own.keyring(seat, away=False))
    new = "nog eens vier losse woorden"
    assert done(folder, "fout", "fout", "fout", new, new, command=own.change_passphrase)[0] == 2
    status, one = done(folder, "fout", PASSPHRASE, new, new, command=own.change_passphrase)
    assert (status, one.warned.count("horen niet bij elkaar")) == (0, 1)
    reopen(folder, new).lock()


def test_a_backup_is_written_once_and_restores(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "kopie"
    assert done(folder, PASSPHRASE, command=lambda seat: own.backup(seat, target))[0] == 0
    before = target.read_bytes()
    assert done(folder, PASSPHRASE, command=lambda seat: own.backup(seat, target))[0] == 2
    assert target.read_bytes() == before
    Vault.restore(target, tmp_path / "terug")
    assert done(tmp_path / "terug", PASSPHRASE)[0] == 0
