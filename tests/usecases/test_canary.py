"""What must never be kept is nowhere: a whole session against a real process, and then a search through all it left.

A unique string, a name, a BSN and a telephone number go in wherever raw text can arise: at the partner, in a refused
submission, a refused login, a held message, malformed JSON, a bad frame, addresses and headers. Afterwards the very
same search, over the very same places, must find them when they are planted there.
"""

from __future__ import annotations

import base64
import contextlib
import secrets as chance
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest
import websockets
from sqlalchemy.ext.asyncio import AsyncSession
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from anonymisation.analyser import Analyser
from anonymisation.known import Known
from audit.cards import seal_card
from audit.verify import verify_export
from clients.api import Client, new_key
from clients.errors import CommandRefused, Refusal
from clients.live import LiveSession
from clients.officer.cards import open_file
from clients.officer.keyfile import OfficerKey
from clients.officer.keyfile import new_key as new_officer_key
from clients.officer.keyfile import store as store_key
from clients.station.preparation import Preparation, prepare
from clients.station.vault.keys import Cost
from server.app import create_store
from server.commands.audit import export
from server.demo.network import PASSWORD, PEOPLE
from server.protocol import codec, live
from server.protocol.cards import SealedCard
from server.protocol.words import BottleneckAnswer, BottleneckCode, Domain, IdentifierKind, OutcomeKind, OverruleReason
from server.settings import Settings
from server.storage.key_tables import WrappedKeyRow
from server.storage.store import Store
from server.storage.tables import BottleneckRow
from server.web.routing import PREFIX
from tests.support.canary import Recorder, files_under, forms, frames, opened_boxes, rows_of, search
from tests.support.process import COMMAND, ServiceProcess, environment
from tests.support.service import Clock, Template, free_port, protected_case, settings_for
from tests.support.table import refused_code

WORD = "vlinderkwibus" + "wqzjxv"
NAME = "Zwaantje Quintenbosch"
BSN = "111222333"
PHONE = "06-83920174"
BLANKED = "papegaaienbalkon" + "xqvz"
CANARIES = (WORD, "Quintenbosch", "Zwaantje", BSN, PHONE, PHONE.replace("-", ""), BLANKED)
RAW = (
    f"Betreft mevrouw {NAME}, BSN {BSN}, telefoon {PHONE}. In haar dossier staat {WORD}. "
    "Ze is somber en heeft schulden. De schuldhulp wacht op de behandeling."
)
TITLE = "Schuldhulp en behandeling wachten op elkaar"
QUESTION = "Wie pakt de regie en welke overbrugging is er"


@dataclass
class Play:
    """A running service with everything that was received from it."""

    settings: Settings
    store: Store
    network: Template
    process: ServiceProcess
    folder: Path
    scratch: Path
    recorder: Recorder
    received: list[bytes]
    spare: str = ""
    secrets: list[bytes] = field(default_factory=list)

    @property
    def session(self) -> str:
        """The session that is played."""
        return self.network.network.session

    async def client(self, who: str) -> Client:
        """Return a signed-in client whose every answer is kept."""
        client = Client(self.settings.public_origin, transport=self.recorder)
        await client.log_in(PEOPLE[who].login, PASSWORD)
        return client

    async def places(self) -> dict[str, bytes]:
        """Return everything that the service has left anywhere, by place."""
        kinds = {
            "file": files_under(self.folder),
            "scratch": files_under(self.scratch),
            "sealed": await opened_boxes(self.store),
            "received": {str(number): one for number, one in enumerate((*self.recorder.answers, *self.received))},
        }
        if not self.store.database.sqlite:
            kinds["row"] = await rows_of(self.settings.database_url)
        return {f"{kind}:{name}": content for kind, found in kinds.items() for name, content in found.items()}


@pytest.fixture
async def play(seeded: Template, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Play]:
    """The service as a process of its own, in a working folder of its own, with all it writes in a file."""
    monkeypatch.chdir(tmp_path)
    settings = settings_for(seeded.urls, tmp_path, free_port())
    # Short, because the workers put their sockets in it, and a socket's path has a limit of about 100 bytes.
    scratch = Path(tempfile.mkdtemp(prefix="ck-"))
    process = ServiceProcess(settings, tmp_path / "output", {"TMPDIR": str(scratch)})
    store, recorder = create_store(settings, now=clock, random_bytes=chance.token_bytes), Recorder()
    try:
        async with process.running():
            yield Play(settings, store, seeded, process, tmp_path, scratch, recorder, [])
    finally:
        await recorder.inner.aclose()
        await store.close()
        shutil.rmtree(scratch, ignore_errors=True)


async def test_no_canary_is_found_anywhere_and_every_planted_one_is(play: Play) -> None:
    prepared = _prepare()
    case = await _submit(play, prepared)
    await _try_the_doors(play)
    await _meet(play, case, prepared)
    await _fetch(play, case, prepared)
    await _keep_cards(play)
    await _export(play, "export")

    running = await play.places()
    assert search(running, CANARIES) == []
    assert [place for place, content in running.items() for one in play.secrets if one in content.lower()] == []
    _reached_what_it_should(play, running)
    await play.process.stop()
    stopped = await play.places()
    assert search(stopped, CANARIES) == []
    assert [place for place, content in stopped.items() for one in play.secrets if one in content.lower()] == []
    await play.process.start()
    await _every_planted_canary_is_found(play)


def _prepare() -> Preparation:
    """At the partner: raw text in, protected text out."""
    known = Known(names=(NAME,), bsn=BSN, phones=(PHONE,), others=(WORD,))
    prepared = prepare(Analyser.load(use_model=False), {"text": RAW}, known=known)
    assert search({"what leaves the partner": prepared.fields["text"].encode()}, CANARIES) == []
    return prepared


async def _submit(play: Play, prepared: Preparation) -> str:
    gp, colleague = await play.client("gp"), await play.client("gp_colleague")
    circle = play.network.network.circle
    with pytest.raises(Refusal) as refused:
        await gp.submit(protected_case(circle, text=RAW, tried=WORD))
    assert refused.value.code == "identifiers_left"
    await gp.check(RAW)
    await _type_by_hand(play, gp)
    case = await gp.submit(protected_case(circle, text=prepared.fields["text"]))
    await colleague.release(case)
    play.spare = await gp.submit(protected_case(circle))
    await colleague.release(play.spare)
    return case


async def _type_by_hand(play: Play, gp: Client) -> None:
    """The form of the pages; its answer is not kept here, because it gives its author, and nobody else, the words."""
    fields = {"acuut": "nee", "kring": play.network.network.circle, "aanleiding": "asks_for_help", "sleutel": "a" * 32}
    fields |= {"question": QUESTION, "why_now": WORD, "what_is_new": PHONE, "text": RAW, "tried": WORD}
    fields |= {"grondslag": "other", "reden": "public_task", "op": "2026-01-02", "geinformeerd": "ja"}
    fields |= {"plek": f"text.16.37.PERSON.ordinary_word.{NAME}", WORD: RAW}
    headers = {"Authorization": f"Bearer {gp._token}", "Origin": play.settings.public_origin}
    async with httpx.AsyncClient(base_url=play.settings.public_origin, headers=headers, trust_env=False) as browser:
        for step in ("controleren", "versturen", WORD):
            answer = await browser.post("/casussen/nieuw", data={**fields, "stap": step})
            assert (answer.status_code, "Dit moet weg" in answer.text) == (422, True)
        answer = await browser.post("/casussen/nieuw", data={"acuut": "ja", "text": RAW})
        assert "Veilig Thuis" in answer.text


async def _try_the_doors(play: Play) -> None:
    """Everything that is refused before anybody looks at it: each with the canaries in it."""
    gp = await play.client("gp")
    origin, bearer = play.settings.public_origin, {"Authorization": f"Bearer {gp._token}"}
    as_json = bearer | {"Content-Type": "application/json"}
    async with httpx.AsyncClient(base_url=origin, transport=play.recorder) as http_client:
        for body in (f'{{"circle":"{RAW}', f'{{"{WORD}":1}}', RAW, f'{{"form":{{"trigger":"{NAME}"}}}}'):
            answer = await http_client.post(PREFIX + "/cases", content=body.encode(), headers=as_json)
            assert answer.status_code == 400
        for name in (WORD, NAME, BSN, f"{WORD}\0"):
            await http_client.post(PREFIX + "/login", json={"login": name, "password": RAW})
            form = {"naam": name, "wachtwoord": RAW}
            await http_client.post("/aanmelden", data=form, headers={"Origin": origin})
        for path in (f"/{WORD}", f"/casussen/{WORD}", f"{PREFIX}/cases/{WORD}", f"{PREFIX}/sessions/{WORD}%00"):
            await http_client.get(path, params={"q": NAME}, headers=bearer | {"User-Agent": WORD, "Cookie": WORD})
        await http_client.post(
            PREFIX + "/cases", headers=as_json | {"Origin": f"https://{WORD}.example"}, content=b"{}"
        )
        await http_client.request(WORD.upper(), PREFIX + "/me", headers={"Authorization": f"Bearer {WORD}"})
    await _bad_frames(play, gp)


async def _bad_frames(play: Play, gp: Client) -> None:
    url = play.settings.public_origin.replace("http", "ws", 1) + "/ws/v1/sessions/"
    hello = codec.encode(live.Join()).decode()
    for session, first in (
        (WORD, hello),
        (play.session, RAW),
        (play.session, f'{{"type":"{WORD}"}}'),
        (play.session, f'{{"type":"join","{WORD}":1}}'),
        (play.session, RAW.encode()),
        (play.session, WORD * 5000),
    ):
        with contextlib.suppress(websockets.ConnectionClosed):
            async with connect(
                url + session,
                subprotocols=[Subprotocol(live.SUBPROTOCOL)],
                additional_headers={"Authorization": f"Bearer {gp._token}"},
                proxy=None,
            ) as socket:
                await socket.send(first)
                while True:
                    play.received.append(str(await socket.recv()).encode())
        play.received.append(f"{socket.close_code} {socket.close_reason}".encode())


async def _meet(play: Play, case: str, prepared: Preparation) -> None:
    gp, ggz, social = [await play.client(one) for one in ("gp", "ggz", "social")]
    async with gp.live(play.session) as at_gp, ggz.live(play.session) as at_ggz, social.live(play.session) as at_social:
        await at_ggz.send(live.OpenSession(new_key()))
        await at_ggz.send(live.OpenCase(new_key(), case))
        key = new_key()
        assert await refused_code(at_gp.send(live.Contribute(key, RAW))) == "held"
        assert await refused_code(at_gp.send(live.Overrule(new_key(), at_gp.held[key].hold, _REASON))) == "hold_hard"
        await at_gp.send(live.DropHeld(new_key(), at_gp.held[key].hold))
        key = new_key()
        assert await refused_code(at_gp.send(live.Contribute(key, f"Bel {PHONE} of zoek {BSN}."))) == "held"
        await at_gp.send(live.SendHeld(new_key(), at_gp.held[key].hold))
        for _phase in range(3):
            await at_ggz.send(live.NextPhase(new_key()))
        # It reached everyone, and was reported: from then on it is nowhere, in no memory, file, row or envelope.
        slipped = await _say(at_gp, f"Zij woont onder het {BLANKED}.")
        await at_social.until(lambda view: view.seq >= slipped)
        assert search({"before": frames(at_social.events, at_social.view)}, [BLANKED])
        await at_social.send(live.ReportVisible(new_key(), slipped, IdentifierKind.LOCATION))
        advice = f"Het wijkteam gaat langs bij {_pseudonym(prepared)}."
        wrong = live.RecordOutcome(new_key(), OutcomeKind.ADVICE, RAW, Domain.SOCIAL, dissent=RAW)
        assert await refused_code(at_social.send(wrong)) == "held_text"
        minutes = live.WriteMinutes(key=new_key(), text=RAW, base=0)
        assert await refused_code(at_social.send(minutes)) == "held_text"
        await at_social.send(live.WriteMinutes(key=new_key(), text=advice, base=0))
        await at_social.send(live.RecordOutcome(new_key(), OutcomeKind.ADVICE, advice, Domain.SOCIAL))
        await at_ggz.send(live.NextPhase(new_key()))
        held = live.AnswerBottleneck(new_key(), BottleneckAnswer.NEW, BottleneckCode.K4, f"{WORD} {PHONE}")
        assert await refused_code(at_social.send(held)) == "held_text"
        await at_social.send(live.AnswerBottleneck(new_key(), BottleneckAnswer.NEW, BottleneckCode.K4, TITLE))
        done = await at_ggz.send(live.CloseCase(new_key()))
        for one in (at_gp, at_ggz, at_social):
            await one.until(lambda view: view.seq >= done)
            play.received.append(frames(one.events, one.view))
        # What is held goes back to its author alone, who typed it; its identifiers are gone even there.
        proposals = "\n".join(held.proposal for held in at_gp.held.values()).encode()
        assert search({"proposals": proposals}, (BSN, PHONE)) == []


_REASON = OverruleReason.OFFER_NAME


def _pseudonym(prepared: Preparation) -> str:
    return next(word for word in ("Persoon A", "Persoon B") if word in prepared.fields["text"])


async def _fetch(play: Play, case: str, prepared: Preparation) -> None:
    """The answer goes home in pseudonyms and gets its names back there."""
    answer = await (await play.client("gp")).answer(case)
    assert "Quintenbosch" not in answer.text
    assert "Quintenbosch" in prepared.translate_back(answer.text)


async def _keep_cards(play: Play) -> None:
    """A card with a name on it, and all that is refused on the way: the service sees neither name nor private key."""
    officer = await play.client("officer")
    old, new = new_officer_key(chance.token_bytes), new_officer_key(chance.token_bytes)
    for key in (old, new):
        key_id = await officer.offer_key(str(key.public))
        with pytest.raises(Refusal):
            await officer.confirm_key(key_id, f"{WORD} {NAME}")
        await officer.confirm_key(key_id, key.public.fingerprint)
        raw = key.private.private_bytes_raw()
        play.secrets += [raw.lower(), raw.hex().encode(), base64.b64encode(raw).lower()]
    file = await officer.fetch_cards()
    first = next(one for one in open_file(file, old).opened)
    named = msgspec.structs.replace(first.card, name=NAME, login=WORD, function=RAW[:100])
    sealed = SealedCard(named.member, named.at, new.public.fingerprint, seal_card(named, new.public))
    assert (await officer.give_cards(msgspec.structs.replace(file, cards=(sealed,)))).stored == 1
    # It is there, and only the officer's own tool can tell.
    assert NAME in {one.card.name for one in open_file(await officer.fetch_cards(), new).opened}
    await _try_the_desk(play, officer, old, sealed)


async def _try_the_desk(play: Play, officer: Client, key: OfficerKey, sealed: SealedCard) -> None:
    """What an officer sends by mistake, or somebody in their name on purpose."""
    place = play.scratch.with_name(f"{play.scratch.name}-key")
    store_key(key, place, RAW, random_bytes=chance.token_bytes, cost=Cost(64, 1, 1))
    private = place.read_text()
    place.unlink()
    place.with_name(place.name + ".pub").unlink()
    play.secrets += [msgspec.json.decode(private)["box"].lower().encode()]
    origin, bearer = play.settings.public_origin, {"Authorization": f"Bearer {officer._token}"}
    async with httpx.AsyncClient(base_url=origin, transport=play.recorder, headers=bearer) as http_client:
        for text in (private, RAW, WORD, f"casuskring-officer-key-1:{WORD}", private.replace("secret", WORD)):
            answer = await http_client.post(PREFIX + "/audit/keys", json={"public": text})
            assert answer.status_code == 400
            form = {"sleutel": text, "vingerafdruk": text}
            for path in ("", f"/{WORD}/bevestigen", f"/{WORD}/intrekken"):
                await http_client.post("/toezicht/sleutels" + path, data=form, headers={"Origin": origin})
        wrong = msgspec.to_builtins(sealed) | {"member": WORD, "sealed": base64.b64encode(RAW.encode()).decode()}
        for body in ({"cards": [wrong]}, {WORD: NAME}, [RAW], RAW):
            assert (await http_client.post(PREFIX + "/audit/cards", json=body)).status_code == 400
            files = [("bestand", (NAME, msgspec.json.encode(body), WORD)), (WORD, (WORD, RAW.encode(), WORD))]
            answer = await http_client.post("/toezicht/kaarten", files=files, headers={"Origin": origin})
            assert answer.status_code == 400


async def _export(play: Play, name: str) -> None:
    out = play.folder / name
    await export(play.settings, out, now=Clock(), random_bytes=chance.token_bytes)
    assert verify_export(out, key=None, since=None).checkpoint.size > 50


def _reached_what_it_should(play: Play, places: dict[str, bytes]) -> None:
    """The play and the collecting were real: what may be kept is found where it belongs, after the same road."""

    def where(word: str) -> set[str]:
        return {place for place, _form in search(places, [word])}

    # The words of a case are received by who may read them and lie sealed: in plain they are in no file and no row.
    assert {place.partition(":")[0] for place in where(QUESTION)} == {"received", "sealed"}
    assert "file:output" in where("request_failed") | where('"route": "/api/v1/cases"')
    assert "file:export/entries.ndjson" in where("case.submission_refused")
    if play.store.database.sqlite:
        assert "file:casuskring.sqlite-wal" in where(TITLE)
        assert "file:casuskring-keys.sqlite" in places
    else:
        assert "row:public.bottlenecks" in where(TITLE)
        assert "row:casuskring_keys.wrapped_keys" in places


async def _every_planted_canary_is_found(play: Play) -> None:
    """Plant the word in each place and collect and search again exactly as before."""
    await _plant_in_the_database(play)
    await _plant_in_the_room(play)
    gp = await play.client("gp")
    assert WORD in [one.title for one in await gp.bottlenecks()]
    with (play.folder / "export" / "entries.ndjson").open("ab") as entries:
        entries.write(WORD.encode())
    (play.folder / "kladje.txt").write_text(NAME)
    (play.scratch / "kladje.bin").write_bytes(BSN.encode("utf-16-le"))
    with play.process.output.open("ab") as output:
        # Names of variables, unlike their values, are printed: so the word goes the way of everything that is printed.
        wrong = environment(play.settings) | {f"CASUSKRING_{WORD.upper()}": "1"}
        ended = subprocess.run(COMMAND, env=wrong, stdout=output, stderr=output, check=False)  # noqa: ASYNC221
    assert ended.returncode == 2
    found = {place for place, _form in search(await play.places(), CANARIES)}
    expected = {
        "file:output",
        "file:export/entries.ndjson",
        "file:kladje.txt",
        "scratch:kladje.bin",
        "sealed:sealed envelopes, opened",
    }
    if play.store.database.sqlite:
        expected |= {"file:casuskring.sqlite-wal", "file:casuskring-keys.sqlite-wal"}
    else:
        expected |= {"row:public.bottlenecks", "row:casuskring_keys.wrapped_keys"}
    assert expected <= found
    answers = len(play.recorder.answers)
    assert f"received:{answers - 1}" in found
    assert any(place.startswith("received:") and int(place.partition(":")[2]) >= answers for place in found)


async def _plant_in_the_database(play: Play) -> None:
    async with AsyncSession(play.store.database.engine) as rows:
        circle, now = play.network.network.circle, Clock()()
        rows.add(BottleneckRow(id="b" * 32, code="K1", title=WORD, level=1, opened_at=now, circle_id=circle))
        await rows.commit()
    async with AsyncSession(play.store.keys.engine) as rows:
        rows.add(WrappedKeyRow(id=WORD, wrapped=None, created_at=now))
        await rows.commit()


async def _plant_in_the_room(play: Play) -> None:
    """A second case, on which the word is really said: it is then in a sealed envelope and in everybody's frames."""
    gp = await play.client("gp")
    ggz, social = await play.client("ggz"), await play.client("social")
    async with gp.live(play.session), ggz.live(play.session) as at_ggz, social.live(play.session) as at_social:
        await at_ggz.until(lambda view: len(view.present) == 3)
        await at_ggz.send(live.OpenCase(new_key(), play.spare))
        said = await _say(at_social, f"In het dossier staat {WORD}.")
        await at_ggz.until(lambda view: view.seq >= said)
        play.received.append(frames(at_ggz.events))


async def _say(member: LiveSession, text: str) -> int:
    key = new_key()
    try:
        return await member.send(live.Contribute(key, text))
    except CommandRefused:
        return await member.send(live.Overrule(new_key(), member.held[key].hold, _REASON))


@pytest.mark.parametrize("form", sorted(forms(WORD)))
def test_the_search_finds_every_form(form: str) -> None:
    noise = chance.token_bytes(5000)
    for word in CANARIES:
        shape = forms(word)[form]
        assert ("place", form) in search({"place": noise + shape + noise}, [word])
        assert search({"place": noise + shape.upper() + noise}, [word])
    assert search({"place": noise + noise}, CANARIES) == []
