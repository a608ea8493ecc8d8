"""The vault: what it keeps, whom it opens for, and what it says when it does not."""

from __future__ import annotations

import errno
import logging
import os
import pickle
import secrets
import stat
from pathlib import Path

import pytest
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from clients import errors
from clients.station.vault import Cost, Vault
from clients.station.vault import files as vault_files
from clients.station.vault import keys as vault_keys
from tests.support.vaults import CHEAP, PASSPHRASE, WORKER, contents, new_vault, reopen

CANARY = "kanarie-Vogelzang-7f3a"
OTHER = "een heel andere wachtzin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kluis van de praktijk"


def test_records_are_there_after_opening_again_in_the_order_of_first_writing(folder: Path) -> None:
    vault = new_vault(folder)
    vault.write("b", "draft", b"een")
    vault.write("A", "login", b"twee")
    vault.write("a", "draft", b"")
    vault.write("b", "draft", b"drie")
    assert vault.ids() == ("b", "A", "a")
    vault.lock()
    vault = reopen(folder)
    assert contents(vault) == {"b": ("draft", b"drie"), "A": ("login", b"twee"), "a": ("draft", b"")}
    assert vault.ids("draft") == ("b", "a")
    assert vault.ids("letter") == ()
    assert vault.worker == WORKER
    vault.write("b", "letter", b"vier")
    assert vault.ids("letter") == ("b",)
    vault.delete("A")
    with pytest.raises(errors.RecordMissing):
        vault.read("A")
    with pytest.raises(errors.RecordMissing):
        vault.kind("A")
    with pytest.raises(errors.RecordMissing):
        vault.delete("A")
    vault.write("A", "login", b"vijf")
    assert vault.ids() == ("b", "a", "A")


def test_ids_that_differ_in_capitals_have_files_that_differ_in_more(folder: Path) -> None:
    vault = new_vault(folder)
    ids = ("a", "A", "con", "CON", "Con", "com1", "-", "_", "x" * 64, "X" * 64)
    for one in ids:
        vault.write(one, one, one.encode())
    names = [path.name.casefold() for path in (folder / "stukken").iterdir()]
    assert len(set(names)) == len(ids)
    assert "con" not in names
    vault.lock()
    assert contents(reopen(folder)) == {one: (one, one.encode()) for one in ids}


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", ".", "a.b", "a b", "é", "a\n", "x" * 65, "a\0", "C:", "=a", "\ud800"]
)
def test_an_id_or_kind_is_of_letters_digits_hyphen_and_underscore(folder: Path, name: str) -> None:
    vault = new_vault(folder)
    for id_, kind in ((name, "draft"), ("a", name)):
        with pytest.raises(errors.BadName):
            vault.write(id_, kind, b"")
    assert contents(vault) == {}


def test_a_record_has_a_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault(folder)
    monkeypatch.setattr("clients.station.vault.records.MAX_RECORD", 10)
    vault.write("a", "draft", b"x" * 10)
    with pytest.raises(errors.RecordTooLarge):
        vault.write("a", "draft", b"x" * 11)
    assert vault.read("a") == b"x" * 10


def test_a_wrong_passphrase_is_told_after_argon2id_at_the_full_cost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cost = Cost(memory_kib=64, passes=2, lanes=3)
    Vault.create(folder, WORKER, PASSPHRASE, random_bytes=secrets.token_bytes, cost=cost).lock()
    calls: list[tuple[object, ...]] = []

    def counted(**given: object) -> bytes:
        calls.append((given["memory_cost"], given["time_cost"], given["parallelism"], given["type"]))
        return hash_secret_raw(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(vault_keys, "hash_secret_raw", counted)
    wrong = [(WORKER, OTHER), (WORKER, ""), ("niemand", PASSPHRASE), ("", PASSPHRASE), ("../kluis", OTHER)]
    wrong += [(WORKER, "\ud800" * 20), ("\udfff", PASSPHRASE), (WORKER, "x" * 100_000), ("x" * 100_000, PASSPHRASE)]
    told = set()
    for number, (worker, passphrase) in enumerate(wrong, 1):
        with pytest.raises(errors.WrongPassphrase) as error:
            reopen(folder, passphrase, worker)
        told.add((str(error.value), error.value.code, error.value.detail))
        assert len(calls) == number
    assert len(told) == 1
    assert set(calls) == {(64, 2, 3, Type.ID)}
    reopen(folder).lock()


def test_the_default_cost_is_the_low_memory_profile_of_rfc_9106(folder: Path) -> None:
    vault = Vault.create(folder, WORKER, PASSPHRASE, random_bytes=secrets.token_bytes)
    vault.lock()
    assert (Cost().memory_kib, Cost().passes, Cost().lanes) == (64 * 1024, 3, 4)
    assert b'"cost":{"memory_kib":65536,"passes":3,"lanes":4}' in (folder / "kluis").read_bytes()
    reopen(folder).lock()


@pytest.mark.parametrize(
    "cost", [(7, 1, 1), (8, 0, 1), (8, 1, 0), (15, 1, 2), (2**20 + 1, 1, 1), (8, 21, 1), (256, 1, 17)]
)
def test_a_cost_is_bounded(cost: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="bounds"):
        Cost(*cost)


def test_a_passphrase_is_the_same_in_every_normal_form(folder: Path) -> None:
    composed, combining = "caf\u00e9 met \ufb01ets en brood", "cafe\u0301 met fiets en brood"
    Vault.create(folder, "Jos\u00e9", composed, random_bytes=secrets.token_bytes, cost=CHEAP).lock()
    vault = reopen(folder, combining, "Jose\u0301")
    assert vault.worker == "Jos\u00e9"
    assert vault.workers() == ("Jos\u00e9",)


@pytest.mark.parametrize(
    "passphrase", ["", "kort", "elf tekens!", " " * 40, "  kort        ", "e\u0301" * 11, "\ud800" * 12, "x" * 1025]
)
def test_a_weak_passphrase_is_refused_and_changes_nothing(folder: Path, passphrase: str) -> None:
    with pytest.raises(errors.WeakPassphrase):
        Vault.create(folder, WORKER, passphrase, random_bytes=secrets.token_bytes, cost=CHEAP)
    assert not folder.exists()
    vault = new_vault(folder)
    with pytest.raises(errors.WeakPassphrase):
        vault.add_worker("Ander", passphrase)
    with pytest.raises(errors.WeakPassphrase):
        vault.change_passphrase(PASSPHRASE, passphrase)
    vault.lock()
    assert reopen(folder).workers() == (WORKER,)


def test_workers_come_and_go_but_never_all(folder: Path) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"een")
    with pytest.raises(errors.LastWorker):
        vault.remove_worker(WORKER)
    vault.add_worker("../../etc/passwd", OTHER)
    with pytest.raises(errors.WorkerExists):
        vault.add_worker(WORKER, OTHER)
    with pytest.raises(errors.WorkerExists):
        vault.add_worker("../../etc/passwd", OTHER)
    for unknown in ("niemand", "", "\ud800"):
        with pytest.raises(errors.UnknownWorker):
            vault.remove_worker(unknown)
        with pytest.raises(errors.UnknownWorker):
            vault.add_secret(unknown)
    assert vault.admits("../../etc/passwd", OTHER)
    assert not vault.admits(WORKER, OTHER)
    assert Vault.workers_of(folder) == vault.workers() == (WORKER, "../../etc/passwd")
    vault.lock()
    vault = reopen(folder, OTHER, "../../etc/passwd")
    assert vault.read("a") == b"een"
    vault.remove_worker(WORKER)
    vault.lock()
    with pytest.raises(errors.WrongPassphrase):
        reopen(folder)
    assert reopen(folder, OTHER, "../../etc/passwd").workers() == ("../../etc/passwd",)


@pytest.mark.parametrize("name", ["", " ", " x", "x ", "a\nb", "a\0", "\u202ex", "\ud800", "x" * 101])
def test_a_name_that_cannot_be_shown_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(errors.BadName):
        Vault.create(folder, name, PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP)
    with pytest.raises(errors.BadName):
        new_vault(folder).add_worker(name, PASSPHRASE)


def test_a_passphrase_is_changed_only_by_who_knows_the_old_one(folder: Path) -> None:
    vault = new_vault(folder)
    with pytest.raises(errors.WrongPassphrase):
        vault.change_passphrase(OTHER, OTHER)
    vault.change_passphrase(PASSPHRASE, OTHER)
    vault.lock()
    with pytest.raises(errors.WrongPassphrase):
        reopen(folder)
    reopen(folder, OTHER).lock()


def test_a_secret_opens_without_argon2id_until_another_takes_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"een")
    first = vault.add_secret(WORKER)
    second = vault.add_secret(WORKER)
    vault.lock()
    assert len(first) == len(second) == 32
    monkeypatch.setattr(vault_keys, "hash_secret_raw", None)
    vault = Vault.open_with_secret(folder, WORKER, second, random_bytes=secrets.token_bytes)
    assert vault.workers() == (WORKER,)
    assert vault.read("a") == b"een"
    vault.lock()
    for worker, secret in ((WORKER, first), (WORKER, b""), ("niemand", second)):
        with pytest.raises(errors.WrongPassphrase):
            Vault.open_with_secret(folder, worker, secret, random_bytes=secrets.token_bytes)


def test_removing_a_worker_removes_the_secret_too(folder: Path) -> None:
    vault = new_vault(folder)
    vault.add_worker("Ander", OTHER)
    secret = vault.add_secret("Ander")
    vault.remove_worker("Ander")
    vault.lock()
    with pytest.raises(errors.WrongPassphrase):
        Vault.open_with_secret(folder, "Ander", secret, random_bytes=secrets.token_bytes)


def test_there_is_an_end_to_the_number_of_slots(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault(folder)
    monkeypatch.setattr("clients.station.vault.store.MAX_SLOTS", 2)
    vault.add_secret(WORKER)
    vault.add_secret(WORKER)
    with pytest.raises(errors.TooManyWorkers):
        vault.add_worker("Ander", OTHER)


def test_a_locked_vault_does_nothing_any_more(folder: Path, tmp_path: Path) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"een")
    vault.lock()
    vault.lock()
    uses = (
        vault.workers,
        vault.ids,
        vault.check,
        lambda: vault.kind("a"),
        lambda: vault.read("a"),
        lambda: vault.write("a", "draft", b""),
        lambda: vault.delete("a"),
        lambda: vault.add_worker("Ander", OTHER),
        lambda: vault.remove_worker(WORKER),
        lambda: vault.change_passphrase(PASSPHRASE, OTHER),
        lambda: vault.add_secret(WORKER),
        lambda: vault.admits(WORKER, PASSPHRASE),
        lambda: vault.backup(tmp_path / "kopie"),
    )
    for use in uses:
        with pytest.raises(errors.VaultLocked):
            use()
    assert contents(reopen(folder)) == {"a": ("draft", b"een")}


def test_a_vault_is_open_once_at_a_time(folder: Path) -> None:
    vault = new_vault(folder)
    with pytest.raises(errors.VaultBusy):
        reopen(folder)
    assert Vault.workers_of(folder) == (WORKER,)
    vault.lock()
    vault = reopen(folder)
    del vault  # what nobody holds any more, holds nothing
    reopen(folder).lock()
    with pytest.raises(errors.WrongPassphrase):
        reopen(folder, OTHER)
    reopen(folder).lock()


def test_the_lock_file_holds_nothing_and_may_be_anything(folder: Path) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"een")
    vault.lock()
    (folder / "bezet").write_bytes(b"rommel")
    reopen(folder).lock()
    (folder / "bezet").unlink()
    assert contents(reopen(folder)) == {"a": ("draft", b"een")}


def test_where_there_is_no_vault_none_is_opened_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "leeg").mkdir()
    (tmp_path / "bestand").write_bytes(b"x")
    for name in ("leeg", "bestand", "niets", "bestand/onder"):
        assert not Vault.exists(tmp_path / name)
        with pytest.raises(errors.VaultMissing):
            reopen(tmp_path / name)
        with pytest.raises(errors.VaultMissing):
            Vault.workers_of(tmp_path / name)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["bestand", "leeg"]


def test_a_vault_is_made_only_where_nothing_stands(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_bytes(b"x")
    (tmp_path / "vol").mkdir()
    (tmp_path / "vol" / "brief.txt").write_bytes(b"x")
    (tmp_path / "los").symlink_to(tmp_path / "nergens" / "los")
    for name in ("bestand", "vol"):
        with pytest.raises(errors.VaultExists):
            new_vault(tmp_path / name)
    with pytest.raises(errors.VaultUnusable):
        new_vault(tmp_path / "bestand" / "onder")
    (tmp_path / "leeg").mkdir()
    new_vault(tmp_path / "leeg").lock()
    with pytest.raises(errors.VaultExists):
        new_vault(tmp_path / "leeg")
    assert Vault.exists(tmp_path / "leeg")
    new_vault(tmp_path / "diep" / "dieper").lock()


def test_only_the_owner_may_read(folder: Path) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"een")
    vault.backup(folder.with_name("kopie"))
    vault.lock()
    Vault.restore(folder.with_name("kopie"), folder.with_name("terug"))
    for top in (folder, folder.with_name("terug")):
        for path in (top, *top.rglob("*")):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert stat.S_IMODE(folder.with_name("kopie").stat().st_mode) == 0o600


def test_what_a_kill_left_half_written_is_removed(folder: Path) -> None:
    new_vault(folder).lock()
    left = (folder / ".kluis.00ff.nieuw", folder / "stukken" / ".a.00ff.nieuw")
    for path in left:
        path.write_bytes(b"half")
    (folder / "stukken" / "Thumbs.db").write_bytes(b"of the file manager")
    vault = reopen(folder)
    vault.check()
    assert not any(path.exists() for path in left)


@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("number", range(3))
def test_a_full_disk_keeps_the_old_record(
    folder: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    vault = new_vault(folder)
    vault.write("a", "draft", b"oud")
    calls = 0
    target: object = vault_files if call == "write" else os
    name = "write_new" if call == "write" else call
    real = getattr(target, name)

    def full(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(target, name, full)
        with pytest.raises(errors.VaultUnusable) as error:
            vault.write("a", "draft", b"nieuw")
    assert error.value.full
    assert "schijf is vol" in error.value.detail
    half_done = call == "replace" and number > 0
    if half_done:
        with pytest.raises(errors.VaultLocked):
            vault.read("a")
    else:
        assert contents(vault) == {"a": ("draft", b"oud")}
        vault.write("b", "draft", b"weer ruimte")
        vault.lock()
    # A disk that fails between two names in their place leaves what a kill leaves: the new record, whole.
    vault = reopen(folder)
    assert contents(vault)["a"] == ("draft", b"nieuw" if half_done else b"oud")
    assert not list(folder.rglob(".*"))


def test_an_interrupt_in_the_middle_locks_the_vault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = new_vault(folder)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            vault.write("a", "draft", b"een")
    with pytest.raises(errors.VaultLocked):
        vault.ids()
    assert contents(reopen(folder)) == {}


def test_a_folder_that_may_not_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_vault(folder).lock()

    def refused(*_: object, **__: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refused)
        with pytest.raises(errors.VaultUnusable) as error:
            reopen(folder)
        with pytest.raises(errors.VaultUnusable):
            new_vault(folder.with_name("nieuw"))
    assert not error.value.full
    assert not folder.with_name("nieuw").exists()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refused)
        with pytest.raises(errors.VaultUnusable):
            reopen(folder)
    reopen(folder).lock()


def test_too_little_memory_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_vault(folder).lock()

    def none_left(**_: object) -> bytes:
        raise HashingError("Memory allocation error")

    monkeypatch.setattr(vault_keys, "hash_secret_raw", none_left)
    with pytest.raises(errors.TooLittleMemory):
        reopen(folder)


def test_nothing_that_was_stored_or_typed_stands_in_a_file_a_repr_an_error_or_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    vault = Vault.create(folder, WORKER, CANARY, random_bytes=secrets.token_bytes, cost=CHEAP)
    for number in range(5):
        vault.write(f"r{number}", CANARY, (CANARY * 100).encode() + CANARY.encode("utf-16-le"))
    secret = vault.add_secret(WORKER)
    key = vault._open_state().key
    vault.change_passphrase(CANARY, CANARY + CANARY)
    vault.delete("r4")
    vault.backup(folder.with_name("kopie"))
    told = [repr(vault), str(vault), repr(vault.__dict__)]
    with pytest.raises(TypeError):
        pickle.dumps(vault)
    (folder / "stukken" / "r1").write_bytes(b"x")
    with pytest.raises(errors.VaultDamaged) as damaged:
        vault.read("r1")
    assert damaged.value.file == "stukken/r1"
    vault.lock()
    told += [repr(vault), repr(damaged.value), damaged.value.detail, caplog.text]
    for passphrase, worker in ((CANARY, WORKER), (CANARY, CANARY)):
        with pytest.raises(errors.WrongPassphrase) as wrong:
            reopen(folder, passphrase, worker)
        told += [repr(wrong.value), wrong.value.detail, repr(wrong.value.__context__)]
    assert not [one for one in told if CANARY in one or repr(key) in one or key.hex() in one]
    files = [path.read_bytes() for path in folder.parent.rglob("*") if path.is_file()]
    assert len(files) == 8
    for form in (CANARY.encode(), CANARY.encode("utf-16-le"), CANARY[:12].encode(), key, secret):
        assert not any(form in one for one in files)


def test_every_error_has_a_code_of_its_own_and_says_what_to_do() -> None:
    made = [one("kluis") if one is errors.VaultDamaged else one() for one in errors.VaultError.__subclasses__()]
    assert len({one.code for one in made}) == len(made)
    assert all(one.detail.endswith(".") and one.detail.count(".") >= 2 for one in made)
    assert all(isinstance(one, errors.ClientError) for one in made)
