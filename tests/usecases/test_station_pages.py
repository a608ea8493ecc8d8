"""The station's pages against wrong, huge, hostile and half-finished input, strangers, and a damaged vault."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from anonymisation.document import EntityType, Replacement, Span
from clients.station.desk import Desk
from clients.station.draft import Draft, DraftState
from clients.station.outbox import Outbox
from clients.station.web.changes import changes
from server.demo.network import PASSWORD, PEOPLE
from server.protocol.http import OutcomeAnswer
from server.protocol.words import Domain, OutcomeKind
from tests.support.databases import DatabaseUrls
from tests.support.pages import sqlite_urls
from tests.support.ready import ready
from tests.support.service import Service, protected_case
from tests.support.station import PASSPHRASE, Station, served
from tests.support.tampering import grow, rewritten, tamper

CANARY = "Zwaluwstaart"
NOTE = f"Mw. {CANARY} belde op 12 mei 2025."


@pytest.fixture
def database_urls(tmp_path: Path) -> DatabaseUrls:
    """What the station does is the same beside any database."""
    return sqlite_urls(tmp_path)


@pytest.fixture
async def station(service: Service, tmp_path: Path) -> AsyncIterator[Station]:
    """The pages of a station beside the service."""
    async with served(Station(service, tmp_path / "station", service.clock)) as running:
        yield running


@contextlib.asynccontextmanager
async def browser(station: Station) -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser of nobody."""
    async with httpx.AsyncClient(base_url=station.origin, headers={"Origin": station.origin}, timeout=20) as client:
        yield client


@contextlib.asynccontextmanager
async def worker(station: Station) -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser that is signed in at a new station and knows the network."""
    async with browser(station) as client:
        first = {"naam": "Hanna", "wachtzin": PASSPHRASE, "nogmaals": PASSPHRASE, "begrepen": "ja"}
        assert (await client.post("/begin", data=first)).status_code == 303
        login = {"adres": station.service.origin, "naam": PEOPLE["gp"].login, "wachtwoord": PASSWORD}
        assert "aangemeld" in (await client.post("/instellingen/netwerk", data=login)).headers["location"]
        yield client


async def begun(client: httpx.AsyncClient, text: str = NOTE) -> str:
    """Begin a case and return its address."""
    answer = await client.post("/casus/nieuw", data={"text": text})
    return answer.headers["location"].rsplit("/", 1)[0]


async def test_nothing_is_shown_or_changed_without_a_login(station: Station) -> None:
    async with worker(station) as hanna, browser(station) as stranger:
        case = await begun(hanna)
        for path in ("/", case, f"{case}/tekst", f"{case}/formulier", f"{case}/nakijken", f"{case}/versturen",
                     f"{case}/antwoord", f"{case}/brief.docx", "/vrijgeven", "/instellingen", "/alarm"):  # fmt: skip
            answer = await stranger.get(path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden"), path
        json = {"Accept": "application/json"}
        assert (await stranger.get(f"{case}/stand", headers=json)).status_code == 401
        assert (await stranger.post(f"{case}/besluit", json={"act": "all"}, headers=json)).status_code == 401
        for path in (f"{case}/weggooien", f"{case}/intrekken", "/instellingen/reservekopie", "/verversen"):
            assert (await stranger.post(path)).headers["location"] == "/aanmelden"
        assert CANARY in (await hanna.get(f"{case}/tekst")).text


async def test_another_website_and_another_name_for_this_computer_get_nothing(station: Station) -> None:
    async with worker(station) as hanna:
        assert (await hanna.get("/", headers={"Host": "kwaad.example"})).status_code == 421
        for origin in ("https://kwaad.example", "null", ""):
            answer = await hanna.post("/verversen", headers={"Origin": origin})
            assert answer.status_code == 403
        del hanna.headers["Origin"]
        assert (await hanna.post("/casus/nieuw", data={"text": NOTE})).status_code == 403


async def test_a_wrong_passphrase_and_a_damaged_vault_are_told_apart_on_the_screen(station: Station) -> None:
    async with worker(station) as hanna:
        await begun(hanna)
        await hanna.post("/afmelden")
        wrong = await hanna.post("/aanmelden", data={"naam": "Hanna", "wachtzin": "iets heel anders nu"})
        assert (wrong.status_code, "Met de kluis zelf is niets mis" in wrong.text) == (403, True)
        front = station.folder / "kluis"
        good = front.read_bytes()
        front.write_bytes(good[:40] + bytes([good[40] ^ 1]) + good[41:])
        damaged = await hanna.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})
        assert (damaged.status_code, "beschadigd" in damaged.text) == (409, True)
        assert "niets mis" not in damaged.text
        front.write_bytes(good)
        assert (await hanna.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})).status_code == 303


async def test_one_damaged_case_is_told_and_the_others_stay_readable(station: Station) -> None:
    async with worker(station) as hanna:
        await begun(hanna)
        await begun(hanna, "Een andere casus over huur.")
        await hanna.post("/afmelden")
        records = sorted((station.folder / "stukken").iterdir(), key=lambda one: one.stat().st_mtime_ns)
        *kept, last = records[-1].read_bytes()
        records[-1].write_bytes(bytes([*kept, last ^ 1]))
        await hanna.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})
        home = (await hanna.get("/")).text
        assert "beschadigd" in home
        assert CANARY in home


async def test_guessing_passphrases_is_made_to_wait(station: Station) -> None:
    async with worker(station), browser(station) as guesser:
        for _ in range(5):
            answer = await guesser.post("/aanmelden", data={"naam": "Hanna", "wachtzin": "niet de goede zin"})
            assert answer.status_code == 403
        waits = await guesser.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})
        assert "Wacht een minuut" in waits.text
        station.clock.offset += timedelta(minutes=2)
        assert (await guesser.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})).status_code == 303


async def test_a_login_ends_after_half_an_hour_and_the_vault_is_locked(station: Station) -> None:
    async with worker(station) as hanna:
        await begun(hanna)
        station.clock.offset += timedelta(minutes=31)
        assert (await hanna.get("/")).headers["location"] == "/aanmelden"
        handed = await hanna.post("/api/aanleveren", json={"text": NOTE})
        assert (handed.status_code, handed.json()["code"]) == (423, "locked")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("leeg.txt", b"", "geen tekst"),
        ("brief.docx", b"PK\x03\x04half", "beschadigd"),
        ("brief.pdf", b"%PDF-1.7\n%%EOF", "beschadigd"),
        ("oud.doc", bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "oude Word"),
        ("plaatje.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, ""),
        ("brief.odt", b"\x00" * 2000, ""),
    ],
)
async def test_a_file_that_cannot_be_opened_is_refused_with_what_to_do(
    station: Station, name: str, data: bytes, says: str
) -> None:
    async with worker(station) as hanna:
        answer = await hanna.post("/casus/nieuw", files={"bestand": (name, data)})
        assert (answer.status_code, says in answer.text, 'role="alert"' in answer.text) == (400, True, True)
        assert "Hier komen uw casussen" in (await hanna.get("/")).text


async def test_what_is_too_large_or_unreadable_is_refused_and_nothing_is_lost(station: Station) -> None:
    async with worker(station) as hanna:
        huge = await hanna.post("/casus/nieuw", files={"bestand": ("brief.txt", b"a" * (25 * 1024 * 1024))})
        assert huge.status_code == 413
        long = await hanna.post("/casus/nieuw", data={"text": "a " * 100_000})
        assert (long.status_code, "Dit is te lang" in long.text) == (400, True)
        known = await hanna.post("/casus/nieuw", data={"text": NOTE, "known_birth_date": "31-02-1990"})
        assert (known.status_code, CANARY in known.text) == (400, True)
        nothing = await hanna.post("/casus/nieuw", data={"text": "  "})
        assert "Plak een tekst" in nothing.text
        case = await begun(hanna, f"\x00{NOTE}\r\nregel")
        too_long = await hanna.post(f"{case}/formulier", data={"question": "a" * 600}, headers={"X-Autosave": "ja"})
        assert too_long.status_code == 400
        assert CANARY in (await hanna.get(f"{case}/tekst")).text


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"act":"accept"}', b'{"act":"doe maar"}', b'{"act":"undo","x":1}',
        b'{"act":"reject","field":"text","start":0,"end":2}', b'{"act":"add","field":"text","start":-1,"end":2}',
        b'{"act":"omit","field":"text","start":0,"end":99999999999999999999}', b'{"act":"keep","field":"weg"}',
        b'{"act":"relabel","field":"text","start":4,"end":16,"label":"GEHEIM"}',
    ],
)  # fmt: skip
async def test_an_impossible_decision_changes_nothing(station: Station, body: bytes) -> None:
    async with worker(station) as hanna:
        case = await begun(hanna)
        before = (await hanna.get(f"{case}/stand")).json()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = await hanna.post(f"{case}/besluit", content=body, headers=headers)
        if b'"undo"' not in body:
            assert answer.status_code == 400, answer.text
        assert CANARY not in answer.text
        assert (await hanna.get(f"{case}/stand")).json() == before


async def test_a_decision_about_other_words_than_were_shown_is_not_taken(station: Station) -> None:
    async with worker(station) as hanna:
        case = await begun(hanna)
        await hanna.post(
            f"{case}/tekst", data={"text": NOTE.replace(CANARY, "Paardenbloem")}, headers={"X-Autosave": "ja"}
        )
        start = NOTE.index(CANARY)
        shown = {
            "act": "reject",
            "reason": "ordinary_word",
            "field": "text",
            "start": start,
            "end": start + len(CANARY),
        }
        for words, status in ((CANARY, 400), ("Paardenbloem", 200)):
            answer = await hanna.post(
                f"{case}/besluit", json=shown | {"words": words}, headers={"Accept": "application/json"}
            )
            assert answer.status_code == status, answer.text
        assert len(CANARY) == len("Paardenbloem")


@pytest.mark.parametrize("path", ["/casus/0", "/casus/..%2F..%2Fetc", "/casus/%00", "/vrijgeven/x' OR 1=1"])
async def test_addresses_that_are_none_are_not_found(station: Station, path: str) -> None:
    async with worker(station) as hanna:
        assert (await hanna.get(path)).status_code in {404, 409, 421}


async def test_a_record_system_hands_a_case_over_with_the_stations_token(station: Station) -> None:
    async with worker(station) as hanna, httpx.AsyncClient(base_url=station.origin) as system:
        given = {"text": NOTE, "fields": {"question": "Wat nu?"}, "known": {"names": [CANARY]}}
        assert (await system.post("/api/aanleveren", json=given)).status_code == 401
        shown = (await hanna.post("/instellingen/koppeling")).text
        match = re.search(r"laatst ziet: <code>([\w-]+)</code>", shown)
        assert match is not None
        headers = {"Authorization": f"Bearer {match[1]}"}
        for bad in (b"", b"[]", b'{"text": 3}', b'{"text": "x", "raar": 1}', b'{"text": "\xff"}'):
            answer = await system.post("/api/aanleveren", content=bad, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
        made = await system.post("/api/aanleveren", json=given, headers=headers)
        assert made.status_code == 201
        assert "Wat nu?" in (await hanna.get(made.json()["url"].removeprefix(station.origin))).text
        other = {"Authorization": "Bearer " + "a" * 32}
        assert (await system.post("/api/aanleveren", json=given, headers=other)).status_code == 401


async def test_a_rewritten_log_is_told_at_the_next_contact_with_its_evidence(station: Station) -> None:
    async with worker(station) as hanna:
        await grow(station.service, 5)
        await hanna.post("/verversen")
        assert "Alarm" not in (await hanna.get("/")).text
        await tamper(station.service, rewritten(3))
        await grow(station.service, 2)
        await hanna.post("/verversen")
        case = await begun(hanna)
        for page in ("/", "/instellingen", "/casus/nieuw", f"{case}/nakijken", f"{case}/versturen"):
            assert (await hanna.get(page)).text.count("Alarm over het logboek") == 1
        assert "Bewaar het bewijs" in (await hanna.get("/alarm")).text
        packed = await hanna.get("/alarm/bewijs.zip")
        assert packed.content.startswith(b"PK")
        await hanna.post("/verversen")
        assert "Alarm over het logboek" in (await hanna.get("/")).text


async def test_what_goes_wrong_inside_is_told_without_a_word_of_it(
    station: Station,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError(CANARY)

    async with worker(station) as hanna:
        case = await begun(hanna)
        monkeypatch.setattr("clients.station.web.pages_case.state_of", broken)
        answer = await hanna.get(f"{case}/stand", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    out, err = capfd.readouterr()
    assert "ValueError" in caplog.text
    assert CANARY not in caplog.text + out + err


async def test_an_opened_file_never_touches_the_disk_in_the_clear(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rolled(_file: object) -> None:
        raise AssertionError("the upload went to a temporary file")

    monkeypatch.setattr("tempfile.SpooledTemporaryFile.rollover", rolled)
    async with worker(station) as hanna:
        data = (NOTE * 60_000).encode()
        answer = await hanna.post("/casus/nieuw", files={"bestand": ("brief.txt", data)})
        assert (answer.status_code, len(data) > 2_000_000) == (400, True)


async def test_that_a_colleagues_case_waits_is_told_as_a_number(station: Station) -> None:
    service = station.service
    await (await service.client("gp_colleague")).submit(protected_case(service.network.circle))
    async with worker(station) as hanna:
        went = (await hanna.post("/verversen")).headers["location"]
        assert went == "/?gelukt=ververst&wachten=1"
        home = (await hanna.get(went)).text
        assert "1 casus van een collega wacht" in home
        assert "Wie pakt de regie" not in home
        for odd in ("-1", "1e9", "\u0661", "99999", "<b>"):
            assert "op een tweede lezer" not in (await hanna.get("/", params={"wachten": odd})).text


async def test_an_unreachable_service_is_a_sentence_and_the_case_waits(station: Station) -> None:
    async with worker(station) as hanna:
        login = {"adres": "http://127.0.0.1:9", "naam": "x", "wachtwoord": "y"}
        answer = await hanna.post("/instellingen/netwerk", data=login)
        assert (answer.status_code, "niet bereikbaar" in answer.text) == (400, True)
        plain = await hanna.post("/instellingen/netwerk", data=login | {"adres": "http://dienst.example"})
        assert "https://" in plain.text
        assert CANARY not in answer.text


@pytest.mark.parametrize("page", ["formulier", "weggooien"])
async def test_what_another_page_does_meanwhile_does_not_undo_that_a_case_was_sent(
    station: Station, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    _, case = ready(station)
    station.close()
    draft, reading = Desk.draft, threading.Event()

    def slowly(desk: Desk, ref: str) -> Draft:
        found = draft(desk, ref)
        if threading.current_thread() is not threading.main_thread() and not reading.is_set():
            reading.set()
            time.sleep(1)  # what the model takes on a slow computer
        return found

    async with browser(station) as gp, browser(station) as other:
        for one in (gp, other):
            assert (await one.post("/aanmelden", data={"naam": "gp", "wachtzin": PASSPHRASE})).status_code == 303
        await gp.get(f"/casus/{case}/versturen")
        monkeypatch.setattr(Desk, "draft", slowly)
        saving = asyncio.create_task(other.post(f"/casus/{case}/{page}", data={"household": "Alleen."}))
        await asyncio.to_thread(reading.wait, 5)
        await gp.post(f"/casus/{case}/versturen", data={"kring": station.service.network.circle})
        await saving
        monkeypatch.undo()
        assert station.wire.everything.count(b'"acute":false') == (page == "formulier")
        shown = await gp.get(f"/casus/{case}")
        assert shown.headers["location"].endswith("/antwoord") if page == "formulier" else shown.status_code == 404


async def test_an_answer_that_comes_in_after_the_withdrawal_does_not_undo_it(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, case = ready(station)
    async with Outbox.of(desk, station.connect) as line:
        await line.send(case)
        answer = OutcomeAnswer(
            case=desk.draft(case).case,
            session="",
            outcome=OutcomeKind.ADVICE,
            text="Bel.",
            owner=Domain.GP,
            due=None,
            dissent="",
            recorded_at=station.clock(),
        )

        async def late(*_: object) -> OutcomeAnswer:
            await line.withdraw(case)
            return answer

        monkeypatch.setattr("clients.api.Client.answer", late)
        assert (await line.fetch(case)).state is DraftState.WITHDRAWN
    station.close()


async def test_a_password_is_not_shown_to_another_service_than_it_was_given_for(station: Station) -> None:
    async with worker(station) as hanna:
        same = {"adres": station.service.origin, "naam": PEOPLE["gp"].login}
        assert (await hanna.post("/instellingen/netwerk", data=same)).status_code == 303
        station.wire.sent.clear()
        for change in ({"adres": "http://127.0.0.1:9"}, {"naam": PEOPLE["ggz"].login}):
            answer = await hanna.post("/instellingen/netwerk", data=same | change)
            assert (answer.status_code, "Vul ook uw wachtwoord" in answer.text) == (400, True)
        assert station.wire.sent == []


async def test_what_is_typed_is_not_kept_by_the_browser(station: Station) -> None:
    async with worker(station) as hanna:
        case = await begun(hanna)
        for page in ("/casus/nieuw", f"{case}/tekst", f"{case}/formulier"):
            shown = (await hanna.get(page)).text
            assert shown.count("<textarea") == len(re.findall(r'<textarea[^>]* autocomplete="off"', shown)) > 0


async def test_a_backup_can_be_put_back(station: Station, tmp_path: Path) -> None:
    from clients.station.vault import Vault

    async with worker(station) as hanna:
        await begun(hanna)
        data = (await hanna.post("/instellingen/reservekopie")).content
    assert CANARY.encode() not in data
    (tmp_path / "kopie").write_bytes(data)
    Vault.restore(tmp_path / "kopie", tmp_path / "terug")
    async with served(Station(station.service, tmp_path / "terug", station.clock)) as again, browser(again) as hanna:
        await hanna.post("/aanmelden", data={"naam": "Hanna", "wachtzin": PASSPHRASE})
        assert CANARY in (await hanna.get("/")).text


async def test_the_second_reader_sees_what_a_new_version_changed(station: Station) -> None:
    other = Station(station.service, station.folder.parent / "another", station.clock)
    one = other.desk()
    first = one.begin("Mw. Saskia Ribbers wil hulp.")
    one.keep(msgspec.structs.replace(first, case="c" * 32, state=DraftState.WITHDRAWN))
    again = one.begin("Mw. Saskia Ribbers wil graag hulp.")
    one.keep(msgspec.structs.replace(again, case="d" * 32, state=DraftState.SENT, version_of=first.id))
    text = one.preparation(one.draft(again.id)).fields["text"]
    form = protected_case("x", text=text).form
    found = changes(one, "d" * 32, form)
    assert found is not None
    assert ("graag ", "new") in found[0].pieces
    assert "Saskia" not in "".join(piece for field in found for piece, _ in field.pieces)
    assert changes(one, "c" * 32, form) is None
    # A program of another day finds other names; what was sent then stays what it was.
    written = (Replacement(Span(0, 3, EntityType.PERSON, 1.0, certain=True), "Persoon Z", 0, 9),)
    one.keep(msgspec.structs.replace(one.draft(first.id), replaced=written))
    found = changes(one, "d" * 32, form)
    assert found is not None
    assert "Z" in "".join(piece for piece, kind in found[0].pieces if kind == "gone")
    other.close()
