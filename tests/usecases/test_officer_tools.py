"""`casuskring officer-key` and `casuskring cards` as processes: without a network, a database or any setting."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from audit.cards import Card, CardKey, seal_card, spoken
from clients.officer.keyfile import load_public, new_key
from server.protocol.cards import CardsFile, NamedKey, SealedCard
from server.settings import PREFIX
from tests.usecases.test_without_network import BLOCKED

PASSPHRASE = "vier losse woorden hier"
WORD = "kwelgeestje"
ORGANISATION = "0a" * 16
RUN = f"""{BLOCKED}
import sys

from server.cli import main

sys.argv = ["casuskring", *sys.argv[1:]]
try:
    main()
finally:
    loaded = set(sys.modules)
    heavy = loaded & {{"sqlalchemy", "server.settings", "server.storage", "httpx", "starlette", "uvicorn", "spacy"}}
    assert not heavy, heavy
    assert not tries
"""


def run(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command in a folder; every setting in its environment is nonsense."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment |= {PREFIX + "DATABASE_URL": "nergens://", PREFIX + "NOT_A_SETTING": WORD, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a key that the command made."""
    (tmp_path / "wachtzin").write_text(PASSPHRASE + "\n")
    made = run(tmp_path, "officer-key", "new", "--out", "mijn", "--passphrase-file", "wachtzin")
    assert made.returncode == 0, made.stderr
    key = load_public(tmp_path / "mijn.pub")
    assert str(key) in made.stdout
    assert spoken(key.fingerprint) in made.stdout
    return tmp_path


def _sealed(number: int, key: CardKey, at: int = 1_770_000_000_000) -> SealedCard:
    login = f"lid{number}@voorbeeld.nl"
    roles = ("mandate_holder", "member")
    card = Card(f"{number:032x}", at, f"Lid {number}", login, ORGANISATION, "De Vlier", "huisarts", roles)
    return SealedCard(card.member, at, key.fingerprint, seal_card(card, key))


def _export(folder: Path, *cards: SealedCard, keys: tuple[CardKey, ...] = ()) -> Path:
    named = tuple(NamedKey(one.fingerprint, "active") for one in keys)
    file = CardsFile("casuskring-cards-1", ORGANISATION, "De Vlier", datetime.now(UTC), named, cards)
    (folder / "kaarten.json").write_bytes(msgspec.json.encode(file))
    return folder / "kaarten.json"


def test_from_a_key_to_names_and_to_a_new_key(folder: Path) -> None:
    mine, other = load_public(folder / "mijn.pub"), new_key(secrets.token_bytes).public
    cards = (*(_sealed(n, mine) for n in range(3)), _sealed(9, other))
    _export(folder, *cards, keys=(mine, other))
    opened = run(folder, "cards", "open", "kaarten.json", "--key", "mijn", typed=PASSPHRASE + "\n")
    assert opened.returncode == 0, opened.stderr
    assert "Lid 2 (lid2@voorbeeld.nl)" in opened.stdout
    assert "huisarts, mandaathouder + deelnemer; De Vlier" in opened.stdout
    assert "Geopende kaarten: 3. Leden: 3." in opened.stderr
    assert "Kaarten voor een andere sleutel: 1." in opened.stderr
    assert f"{spoken(mine.fingerprint)} (deze sleutel)" in opened.stderr
    assert spoken(other.fingerprint) in opened.stderr

    as_csv = run(folder, "cards", "open", "kaarten.json", "--key", "mijn", "--csv", "--passphrase-file", "wachtzin")
    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [one["kenmerk"] for one in rows] == [f"{n:032x}" for n in range(3)]
    assert rows[0]["vanaf"] == "2026-02-02T02:40:00.000Z"
    one = run(
        folder, "cards", "open", "kaarten.json", "--key", "mijn", "--ref", f"{1:032x}", "--passphrase-file", "wachtzin"
    )
    assert "Lid 1 " in one.stdout
    assert "Lid 0 " not in one.stdout

    run(folder, "officer-key", "new", "--out", "nieuw", "--passphrase-file", "wachtzin")
    new = load_public(folder / "nieuw.pub")
    words = ("cards", "reseal", "kaarten.json", "--key", "mijn", "--to", "nieuw.pub", "--out", "terug.json")
    done = run(folder, *words, "--passphrase-file", "wachtzin", typed=spoken(new.fingerprint).upper() + "\n")
    assert done.returncode == 0, done.stderr
    assert "Herverzegelde kaarten in terug.json: 3." in done.stdout
    read = run(folder, "cards", "open", "terug.json", "--key", "nieuw", "--csv", "--passphrase-file", "wachtzin")
    assert [row["naam"] for row in csv.DictReader(io.StringIO(read.stdout))] == ["Lid 0", "Lid 1", "Lid 2"]
    assert "geen nieuwe kaarten meer verzegeld" in read.stderr


def test_a_key_that_was_exchanged_on_its_way_is_not_sealed_to(folder: Path) -> None:
    mine, told, swapped = load_public(folder / "mijn.pub"), new_key(secrets.token_bytes), new_key(secrets.token_bytes)
    _export(folder, _sealed(1, mine))
    (folder / "nieuw.pub").write_text(str(swapped.public))
    words = ("cards", "reseal", "kaarten.json", "--key", "mijn", "--to", "nieuw.pub", "--out", "terug.json")
    for fingerprint in (told.public.fingerprint, swapped.public.fingerprint[:8], "ja"):
        done = run(folder, *words, "--passphrase-file", "wachtzin", "--fingerprint", fingerprint)
        assert done.returncode == 2
        assert "andere vingerafdruk" in done.stderr
        # What a person could copy is not shown: they have to get it from its holder.
        assert spoken(swapped.public.fingerprint) not in done.stdout + done.stderr
    assert not (folder / "terug.json").exists()


def test_the_key_is_shown_only_to_who_can_open_it(folder: Path) -> None:
    fingerprint = spoken(load_public(folder / "mijn.pub").fingerprint)
    shown = run(folder, "officer-key", "show", "mijn", typed=PASSPHRASE + "\n")
    assert (shown.returncode, fingerprint in shown.stdout) == (0, True)
    wrong = run(folder, "officer-key", "show", "mijn", typed=WORD + "\n")
    assert (wrong.returncode, fingerprint in wrong.stdout) == (2, False)
    nobody = run(folder, "officer-key", "show", "mijn")
    assert (nobody.returncode, "de invoer hield op" in nobody.stderr) == (2, True)


def test_a_new_passphrase_is_asked_twice_and_nothing_is_overwritten(tmp_path: Path) -> None:
    typed = "\n".join([PASSPHRASE, WORD + WORD, PASSPHRASE, PASSPHRASE]) + "\n"
    made = run(tmp_path, "officer-key", "new", "--out", "mijn", typed=typed)
    assert made.returncode == 0, made.stderr
    assert "niet twee keer hetzelfde" in made.stderr
    before = (tmp_path / "mijn").read_bytes()
    again = run(tmp_path, "officer-key", "new", "--out", "mijn", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (again.returncode, (tmp_path / "mijn").read_bytes()) == (2, before)
    weak = run(tmp_path, "officer-key", "new", "--out", "ander", typed="kort\nkort\n")
    assert (weak.returncode, (tmp_path / "ander").exists()) == (2, False)
    for one in (made, again, weak):
        assert WORD not in one.stdout + one.stderr
        assert PASSPHRASE not in one.stdout + one.stderr


def test_what_cannot_be_used_is_one_sentence_and_status_two(folder: Path) -> None:
    mine = load_public(folder / "mijn.pub")
    _export(folder, _sealed(1, mine))
    (folder / WORD).write_text(WORD)
    secret = ("--passphrase-file", "wachtzin")
    for words in (
        ("cards", "open", WORD, "--key", "mijn", *secret),
        ("cards", "open", "weg.json", "--key", "mijn", *secret),
        ("cards", "open", "kaarten.json", "--key", WORD, *secret),
        ("cards", "open", "kaarten.json", "--key", "mijn", "--passphrase-file", WORD),
        ("cards", "open", "kaarten.json", "--key", "mijn", "--passphrase-file", "weg"),
        ("cards", "reseal", "kaarten.json", "--key", "mijn", "--to", WORD, "--out", "x", *secret),
        ("cards", "reseal", "kaarten.json", "--key", "mijn", "--to", "mijn", "--out", "x", *secret),
        ("officer-key", "show", WORD, *secret),
        ("officer-key", "new", "--out", "weg/mijn", *secret),
    ):
        done = run(folder, *words)
        assert (words, done.returncode) == (words, 2)
        assert done.stdout == ""
        assert done.stderr.startswith("casuskring: ")
        assert done.stderr.count("\n") == 1
        assert WORD not in done.stderr


def test_cards_that_do_not_open_are_counted_and_give_status_one(folder: Path) -> None:
    mine = load_public(folder / "mijn.pub")
    broken = msgspec.structs.replace(_sealed(1, mine), member="f" * 32)
    export = _export(folder, _sealed(0, mine), broken)
    done = run(folder, "cards", "open", "kaarten.json", "--key", "mijn", "--passphrase-file", "wachtzin")
    assert done.returncode == 1
    assert "Lid 0" in done.stdout
    assert "beschadigd zijn of door een ander gemaakt: 1." in done.stderr
    assert "Lid" not in json.dumps(json.loads(export.read_text())["cards"])
