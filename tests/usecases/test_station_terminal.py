"""The whole way at the terminal, beside a running service: begin, review, send, release, answer in the own names."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pty
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest
from docx import Document
from typer.testing import CliRunner

from anonymisation.document import EntityType
from anonymisation.review import ReasonCode
from clients.station import keyring_store
from clients.station.desk import Desk
from clients.station.draft import Draft, DraftState
from clients.station.outbox import Outbox
from clients.station.preparation import Act, Ruling
from clients.station.vault import Vault
from clients.station.web.app import Setup, create_station
from clients.station.web.keeper import Keeper
from clients.station.witness import Alarm
from server import cli
from server.commands.station_terminal import Surroundings
from server.demo.network import PASSWORD, PEOPLE
from server.protocol.http import SubmitRequest
from tests.support.canary import spoken
from tests.support.service import Clock, Service, free_port
from tests.support.station import CHEAP, PASSPHRASE, Wire, analyser
from tests.support.station import Station as Wired
from tests.support.table import Table
from tests.support.terminal import MemoryKeyring, memory_keyring

__all__ = ["memory_keyring"]

RAW = (
    "Betreft mw. Saskia van der Heijden-Ribbers, geb. 14-03-1988, BSN 999958379, Oude Kwekerijpad 22a, 7131 ZG "
    "Lichtenvoorde, mob 06-12345670. Haar zoon Jayden zit op basisschool De Regenboog. Huisarts ten Brinke zag haar op "
    "12 nov. 2025."
)
SECRETS = (
    "saskia", "heijden", "ribbers", "1988", "999958379", "kwekerijpad", "7131", "lichtenvoorde", "12345670", "jayden",
    "regenboog", "brinke", "12 nov",
)  # fmt: skip
FORM = (
    "nee", "1", "Wie helpt Saskia met de schulden?", "De huur van Saskia loopt af.", "Zij is gescheiden.",
    "1", "ja", "1", "1", "", "nee",
)  # fmt: skip


@dataclass
class Terminal:
    """A station of its own, at which one person types."""

    service: Service
    folder: Path
    who: str
    wire: Wire

    def __post_init__(self) -> None:
        """Make the vault, at next to no cost, and the file with its passphrase."""
        Vault.create(self.folder, self.who, PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP).lock()
        self.secret = self.folder.with_suffix(".wachtzin")
        self.secret.write_text(PASSPHRASE + "\n", encoding="utf-8")

    async def type(self, *command: str, answers: tuple[str, ...] = ()) -> tuple[int, str, str]:
        """Give a command and these answers; return exit status, output and errors."""
        wired = Wired(self.service, self.folder, self.service.clock, self.wire)
        around = Surroundings(self.folder, self.service.clock, load=analyser, connect=wired.connect)
        words = ["station", command[0], *command[1:], "--wachtzin-bestand", str(self.secret)]
        lines = "".join(f"{one}\n" for one in answers)
        done = await asyncio.to_thread(CliRunner().invoke, cli.app, words, input=lines, obj=around)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout, done.stderr

    async def sign_in(self) -> None:
        """Give the login at the network."""
        status, said, _ = await self.type(
            "netwerk", answers=("niets", "http://elders.example", self.service.origin, PEOPLE[self.who].login, PASSWORD)
        )
        assert (status, "De netwerkdienst kent u" in said) == (0, True)

    async def ready(self, tmp_path: Path) -> str:
        """Begin a case and decide everything; return its number."""
        letter = tmp_path / "brief.txt"
        letter.write_text(RAW, encoding="utf-8")
        status, said, _ = await self.type("nieuw", str(letter), answers=(*FORM, "a", "k"))
        for _time in range(20):
            if "De casus is klaar" in said:
                break
            status, said, _ = await self.type("nakijken", "1", answers=("w", "k"))
        assert (status, "De casus is klaar" in said) == (0, True)
        return "1"

    @contextlib.contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give the desk while nothing is typed."""
        vault = Vault.open(self.folder, self.who, PASSPHRASE, random_bytes=secrets.token_bytes)
        yield Desk(vault, self.who, analyser, self.service.clock)
        vault.lock()

    def drafts(self) -> list[Draft]:
        """Return the cases that are in the vault."""
        with self.desk() as desk:
            return desk.drafts()

    def leave(self, words: str) -> None:
        """Mark words of the question and decide that they stay, so that the second reader is told."""
        with self.desk() as desk:
            [draft] = desk.drafts()
            start = draft.fields["question"].index(words)
            place = ("question", start, start + len(words))
            desk.decide(draft.id, Ruling(Act.ADD, *place, EntityType.ORGANIZATION))
            desk.decide(draft.id, Ruling(Act.REJECT, *place, reason=ReasonCode.ORDINARY_WORD))


@pytest.fixture
def author(service: Service, tmp_path: Path) -> Terminal:
    """The station of who submits."""
    return Terminal(service, tmp_path / "inbrenger", "gp", Wire())


@pytest.fixture
def colleague(service: Service, tmp_path: Path) -> Terminal:
    """The station of a colleague, with a vault of its own."""
    return Terminal(service, tmp_path / "collega", "gp_colleague", Wire())


async def decided(service: Service, case: str, text: str) -> None:
    """Let the circle discuss a case and decide."""
    clients = {who: await service.client(who) for who in ("gp", "ggz", "social")}
    async with (
        clients["gp"].live(service.network.session) as gp,
        clients["ggz"].live(service.network.session) as ggz,
        clients["social"].live(service.network.session) as social,
    ):
        table = Table(service, case, clients, {"gp": gp, "ggz": ggz, "social": social})
        await table.open_case()
        await table.to_decision()
        await table.decide(text)
        await table.finish()


async def test_the_whole_way_at_the_terminal(author: Terminal, colleague: Terminal, tmp_path: Path) -> None:
    await author.sign_in()
    await colleague.sign_in()
    number = await author.ready(tmp_path)
    author.leave("schulden")
    status, shown, _ = await author.type("versturen", number, answers=("nee",))
    assert "Blijft staan: ‘schulden’ lijkt op organisatie; uw reden: gewoon woord, geen naam" in shown
    assert (status, "Er is niets verstuurd" in shown) == (0, True)
    status, shown, _ = await author.type("versturen", number, "--ja")
    assert (status, "De casus is verstuurd" in shown) == (0, True)
    [sent] = author.drafts()
    status, said, _ = await author.type("vrijgeven")
    assert (status, "Er wacht geen casus" in said) == (0, True)

    status, said, _ = await colleague.type("vrijgeven")
    assert (status, sent.case in said) == (0, True)
    status, seen, _ = await colleague.type("vrijgeven", "1", answers=("ja",))
    assert (status, "vrijgegeven voor de kring" in seen) == (0, True)
    assert "Bleef staan: ‘schulden’ lijkt op organisatie; inbrenger: gewoon woord, geen naam" in seen
    # What the submitter was shown is, line by line, what the second reader gets.
    fields = [line for line in shown.splitlines() if "Persoon" in line]
    assert fields
    assert [line for line in fields if line not in seen.splitlines()] == []

    pseudonym = next(one.pseudonym for one in sent.mapping if "Saskia" in one.original)
    await decided(author.service, sent.case, f"Wijkteam belt {pseudonym} voor een eerste gesprek.")
    status, said, _ = await author.type("ophalen")
    assert (status, "1  beantwoord: Wie helpt Saskia" in said) == (0, True)
    assert "Er is niets nieuws" in (await author.type("ophalen"))[1]
    target = tmp_path / "antwoord.docx"
    assert (await author.type("antwoord", number, "--docx", str(target)))[0] == 0
    written = "\n".join(one.text for one in Document(str(target)).paragraphs)
    assert "Wijkteam belt Saskia van der Heijden-Ribbers voor een eerste gesprek." in written
    assert "Saskia van der Heijden-Ribbers voor een eerste gesprek" in (await author.type("antwoord", number))[1]

    for wire in (author.wire, colleague.wire):
        assert spoken(SECRETS, wire.everything) == []
    assert b"persoon a" in author.wire.everything


async def test_a_withdrawn_case_is_gone_there_and_then_here(author: Terminal, tmp_path: Path) -> None:
    await author.sign_in()
    number = await author.ready(tmp_path)
    assert (await author.type("versturen", number, "--ja"))[0] == 0
    assert (await author.type("weggooien", number, answers=("ja",)))[0] == 2
    assert (await author.type("nakijken", number))[0] == 2
    assert (await author.type("intrekken", number, answers=("",)))[0] == 0
    assert author.drafts()[0].state is DraftState.SENT
    assert (await author.type("intrekken", number, answers=("j",)))[0] == 0
    assert author.drafts()[0].state is DraftState.WITHDRAWN
    assert (await author.type("weggooien", number, answers=("j",)))[0] == 0
    assert author.drafts() == []


async def test_a_line_that_breaks_lets_the_case_wait_and_it_goes_once(author: Terminal, tmp_path: Path) -> None:
    await author.sign_in()
    number = await author.ready(tmp_path)
    author.wire.cut = "after"
    status, _, warned = await author.type("versturen", number, "--ja")
    assert (status, "wacht in de kluis" in warned) == (3, True)
    assert author.drafts()[0].state is DraftState.SENDING
    assert "Wacht op verzending: 1" in (await author.type("lijst"))[1]
    assert (await author.type("ophalen"))[0] == 3
    author.wire.cut = ""
    status, said, _ = await author.type("versturen", number)
    assert (status, "1  verstuurd" in said) == (0, True)
    assert "Er is niets nieuws" in (await author.type("ophalen"))[1]
    client = await author.service.client("gp")
    assert [one.id for one in await client.cases()] == [author.drafts()[0].case]


async def test_without_a_network_a_case_waits_when_its_circle_is_known(author: Terminal, tmp_path: Path) -> None:
    await author.sign_in()
    number = await author.ready(tmp_path)
    real = Wired.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wired, "connect", lambda self, _origin: real(self, f"http://127.0.0.1:{free_port()}"))
        status, _, warned = await author.type("versturen", number, "--ja")
        assert (status, "nog geen kring gekozen" in warned) == (3, True)
        assert author.drafts()[0].state is DraftState.BEGUN
        circle = author.service.network.circle
        status, _, warned = await author.type("versturen", number, "--ja", "--kring", circle)
        assert (status, "wacht in de kluis" in warned) == (3, True)
        assert author.drafts()[0].state is DraftState.SENDING
        for command in ("ophalen", "vrijgeven"):
            status, _, warned = await author.type(command)
            assert (status, "niet bereikbaar" in warned) == (3, True)
    status, said, _ = await author.type("ophalen")
    assert (status, "1  verstuurd" in said) == (0, True)


async def test_what_the_service_does_not_take_later_comes_back_and_says_so(author: Terminal, tmp_path: Path) -> None:
    await author.sign_in()
    number = await author.ready(tmp_path)
    author.wire.cut = "before"
    assert (await author.type("versturen", number, "--ja"))[0] == 3
    author.wire.cut = ""
    with author.desk() as desk:
        [waiting] = desk.drafts()
        request = msgspec.json.decode(waiting.request, type=SubmitRequest)
        unfit = msgspec.json.encode(msgspec.structs.replace(request, circle="0" * 24))
        desk.keep(msgspec.structs.replace(waiting, request=unfit))
    status, _, warned = await author.type("ophalen")
    assert (status, "1  niet aangenomen:" in warned, "nakijken 1" in warned) == (2, True, True)
    assert author.drafts()[0].state is DraftState.BEGUN


async def test_what_is_not_ready_is_told_and_does_not_leave(author: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "brief.txt"
    letter.write_text(RAW, encoding="utf-8")
    assert (await author.type("nieuw", str(letter), answers=("ja",)))[0] == 2
    status, _, warned = await author.type("versturen", "1", "--ja")
    assert (status, "0800-2000" in warned) == (2, True)
    assert (await author.type("nieuw", str(letter), answers=FORM[:3]))[0] == 1
    status, _, warned = await author.type("versturen", "2", "--ja")
    assert (status, "waarom nu" in warned, "nakijken 2" in warned) == (2, True, True)
    assert author.wire.sent == []


async def test_without_a_login_and_with_a_wrong_one_it_is_told(author: Terminal, tmp_path: Path) -> None:
    number = await author.ready(tmp_path)
    status, _, warned = await author.type("versturen", number, "--ja")
    assert (status, "waar de netwerkdienst staat" in warned) == (2, True)
    login = PEOPLE["gp"].login
    wrong = (author.service.origin, *(login, "een fout wachtwoord") * 3)
    status, _, warned = await author.type("netwerk", answers=wrong)
    assert status == 2
    assert "een fout wachtwoord" not in warned
    status, _, _ = await author.type(
        "netwerk", answers=(author.service.origin, login, "fout fout fout", login, PASSWORD)
    )
    assert status == 0
    status, _, warned = await author.type("versturen", number, "--ja", "--kring", "bestaat-niet")
    assert (status, author.service.network.circle in warned) == (2, True)


async def test_an_alarm_is_told_on_standard_error_with_its_own_status(
    author: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await author.sign_in()
    alarm = Alarm("forked", "Het logboek klopt niet meer.", "", "", (), author.service.clock(), "", "")

    async def alarmed(_self: Outbox) -> Alarm:
        return alarm

    monkeypatch.setattr(Outbox, "watch", alarmed)
    status, said, warned = await author.type("ophalen")
    assert status == 4
    assert alarm.detail in warned
    assert alarm.detail not in said


# --- the command itself --------------------------------------------------------------------------------------------


def test_without_a_command_the_pages_are_served_as_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from server.commands import station

    served: list[tuple[object, ...]] = []

    def note(folder: Path, *, port: int, origin: str, now: object, model: str) -> None:
        served.append((folder, port, origin, model))

    monkeypatch.setattr(station, "serve", note)
    words = ["station", "--folder", str(tmp_path), "--port", "7000", "--origin", "https://station.example"]
    assert CliRunner().invoke(cli.app, words).exit_code == 0
    assert CliRunner().invoke(cli.app, ["station"]).exit_code == 0
    assert served[0] == (tmp_path, 7000, "https://station.example", "")
    assert served[1][1:] == (8642, "", "")
    Vault.create(tmp_path / "k", "gp", PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP).backup(tmp_path / "b")
    words = ["station", "--folder", str(tmp_path / "terug"), "--restore", str(tmp_path / "b")]
    done = CliRunner().invoke(cli.app, words)
    assert (done.exit_code, "teruggezet" in done.stdout, Vault.exists(tmp_path / "terug")) == (0, True, True)


def test_the_folder_may_stand_before_or_after_the_command(tmp_path: Path) -> None:
    Vault.create(tmp_path / "k", "gp", PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP).lock()
    for words in (["--folder", str(tmp_path / "k"), "lijst"], ["lijst", "--folder", str(tmp_path / "k")]):
        done = CliRunner().invoke(cli.app, ["station", *words], input=f"{PASSPHRASE}\n")
        assert (done.exit_code, "nog geen casussen" in done.stdout) == (0, True)
        assert PASSPHRASE not in done.output


def test_ctrl_c_at_a_real_terminal_keeps_the_case(tmp_path: Path) -> None:
    folder, secret = tmp_path / "k", tmp_path / "wachtzin"
    Vault.create(folder, "gp", PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP).lock()
    secret.write_text(PASSPHRASE, encoding="utf-8")
    (tmp_path / "brief.txt").write_text(RAW, encoding="utf-8")
    command = [sys.executable, "-c", "from server.cli import main; main()", "station", "nieuw"]
    command += [str(tmp_path / "brief.txt"), "--folder", str(folder), "--wachtzin-bestand", str(secret)]
    screen, keys = pty.openpty()
    # Who runs the tests in the background ignores Ctrl-C, and what they start would inherit that.
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(command, stdin=keys, stdout=keys, stderr=keys, start_new_session=True)
    signal.signal(signal.SIGINT, usual)
    os.close(keys)
    seen = b""
    while b"[j/n]" not in seen:
        seen += os.read(screen, 4096)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # what the system says when the other side has closed
        while chunk := os.read(screen, 4096):
            seen += chunk
    os.close(screen)
    assert process.wait(30) == 130
    assert "Er is niets verloren" in " ".join(seen.decode().split())
    assert b"Traceback" not in seen
    vault = Vault.open(folder, "gp", PASSPHRASE, random_bytes=secrets.token_bytes)
    [kept] = [Draft.from_bytes(vault.read(one)) for one in vault.ids("case")]
    vault.lock()
    assert kept.fields["text"] == RAW


# --- the keyring on the sign-in page -------------------------------------------------------------------------------

BUTTON = "Open met de sleutelbos van deze computer"


def page(folder: Path, origin: str) -> httpx.AsyncClient:
    """Return a browser at the station's pages."""
    app = create_station(Setup(Keeper(folder, analyser, Clock()), origin))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=origin, headers={"Origin": origin})


async def test_the_sign_in_page_offers_the_keyring_on_this_computer_only(
    memory_keyring: MemoryKeyring, tmp_path: Path
) -> None:
    folder = tmp_path / "k"
    vault = Vault.create(folder, "gp", PASSPHRASE, random_bytes=secrets.token_bytes, cost=CHEAP)
    async with page(folder, "http://127.0.0.1:8642") as here, page(folder, "https://station.example") as elsewhere:
        assert BUTTON not in (await here.get("/aanmelden")).text
        keyring_store.keep(folder, "gp", vault.add_secret("gp"))
        vault.lock()
        assert BUTTON in (await here.get("/aanmelden")).text
        assert BUTTON not in (await elsewhere.get("/aanmelden")).text
        refused = await elsewhere.post("/aanmelden/sleutelbos", data={"naam": "gp"})
        assert (refused.status_code, "station" in refused.cookies) == (409, False)
        foreign = await here.post(
            "/aanmelden/sleutelbos", data={"naam": "gp"}, headers={"Origin": "http://evil.example"}
        )
        assert foreign.status_code == 403
        signed_in = await here.post("/aanmelden/sleutelbos", data={"naam": "gp"})
        assert (signed_in.status_code, "station" in signed_in.cookies) == (303, True)
        assert (await here.get("/")).status_code == 200
        memory_keyring.broken = True
        refused = await here.post("/aanmelden/sleutelbos", data={"naam": "gp"})
        assert (refused.status_code, "Typ uw wachtzin" in refused.text, BUTTON in refused.text) == (409, True, False)
