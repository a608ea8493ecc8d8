"""The witness against an invented service: what passes, what is an alarm and of which kind, and what is neither."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from audit.checkpoint import Checkpoint, Signer, VerifierKey, open_note, sign
from audit.tree import Tree, consistency_proof, leaf_hash
from clients.api import SMALL_BYTES, Client
from clients.errors import Unreachable, UnusableRecord
from clients.station import witness
from clients.station.succession import MAX_PROOF_HASHES
from clients.station.witness import Alarm, Seen, alarm_from, evidence, observe, seen_from, to_bytes
from server.protocol.http import CheckpointAnswer, ConsistencyAnswer, Problem

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORIGIN = "netwerk.example/log"
SIGNER = Signer("netwerk.example/log", bytes(range(32)))
OTHER = Signer("netwerk.example/log", bytes(range(1, 33)))

Answer = Callable[[httpx.Request], httpx.Response]


@dataclass
class Log:
    """An invented service with a log in memory; whatever it answers can be replaced."""

    entries: list[bytes] = field(default_factory=lambda: [f"entry {one}".encode() for one in range(7)])
    signer: Signer = SIGNER
    origin: str = ORIGIN
    checkpoint: Answer | None = None
    consistency: Answer | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def tree(self) -> Tree:
        """The tree over what the log says now."""
        return Tree(leaf_hash(one) for one in self.entries)

    def grow(self, count: int) -> None:
        """Append some entries."""
        self.entries += [f"more {len(self.entries) + one}".encode() for one in range(count)]

    def note(self) -> str:
        """The signed checkpoint of what the log says now."""
        return sign(Checkpoint(self.origin, len(self.entries), self.tree.root()), self.signer)

    def serve(self, request: httpx.Request) -> httpx.Response:
        """Answer as the service does."""
        self.asked.append(request.url.raw_path.decode())
        if request.url.path == "/api/v1/audit/checkpoint":
            given = CheckpointAnswer(self.note(), str(self.signer.verifier_key))
            return self.checkpoint(request) if self.checkpoint else ok(given)
        if self.consistency:
            return self.consistency(request)
        size1, size2 = int(request.url.params["from"]), int(request.url.params["to"])
        proof = consistency_proof(self.tree.node, size1, size2)
        return ok(ConsistencyAnswer(size1, size2, tuple(b64(one) for one in proof), self.origin))

    async def contact(self, seen: Seen | None, *, pinned: str = "", now: datetime = NOW) -> Seen | Alarm:
        """Let a station look."""
        async with Client("https://netwerk.example", transport=httpx.MockTransport(self.serve)) as client:
            return await observe(client, seen, now=now, pinned_key=pinned)


def ok(answer: object) -> httpx.Response:
    """Return a good answer."""
    return httpx.Response(200, content=msgspec.json.encode(answer))


def b64(value: bytes) -> str:
    """Return a hash as it travels."""
    return base64.b64encode(value).decode()


def refused(status: int, code: str = "bad_request") -> Answer:
    """Return a handler that refuses as the service does."""
    problem = Problem("about:blank", "x", status, code, "Nee.")
    return lambda _request: httpx.Response(status, content=msgspec.json.encode(problem))


def plain(status: int, content: bytes) -> Answer:
    """Return a handler that gives these bytes."""
    return lambda _request: httpx.Response(status, content=content)


@pytest.fixture
def log() -> Log:
    """A log of seven entries."""
    return Log()


@pytest.fixture
async def seen(log: Log) -> Seen:
    """What a first contact with the log keeps."""
    kept = await log.contact(None)
    assert isinstance(kept, Seen)
    return kept


def alarm_of(result: Seen | Alarm, code: str) -> Alarm:
    """Return the alarm that must have been raised, once its sentence says what to do."""
    assert isinstance(result, Alarm)
    assert result.code == code
    assert result.detail.startswith(witness.DETAIL_NL[code])
    assert result.detail.endswith("Bewaar dit bewijs en bel uw functionaris gegevensbescherming.")
    assert result.at == NOW
    return result


# --- what passes -----------------------------------------------------------------------------------------------


async def test_the_first_contact_pins_the_key_and_asks_for_no_proof(log: Log) -> None:
    assert await log.contact(None) == Seen(str(SIGNER.verifier_key), log.note(), NOW)
    assert log.asked == ["/api/v1/audit/checkpoint"]


async def test_growth_passes_from_every_size_to_every_later_one() -> None:
    for first in range(1, 20):
        log = Log(entries=[])
        log.grow(first)
        kept = await log.contact(None)
        for step in (1, 2, 0, 5, 13):
            log.grow(step)
            now = NOW + timedelta(days=step)
            assert isinstance(kept, Seen)
            kept = await log.contact(kept, now=now)
            assert kept == Seen(str(SIGNER.verifier_key), log.note(), now)


async def test_an_unchanged_log_needs_no_proof(log: Log, seen: Seen) -> None:
    log.consistency = refused(400)
    later = NOW + timedelta(hours=1)
    assert await log.contact(seen, now=later) == replace(seen, at=later)


async def test_a_key_that_people_confirmed_goes_before_the_one_that_was_seen(log: Log, seen: Seen) -> None:
    log.signer = OTHER
    log.grow(3)
    kept = await log.contact(seen, pinned=f"{OTHER.verifier_key}\n")
    assert isinstance(kept, Seen)
    assert kept.key == str(OTHER.verifier_key)


# --- alarms ----------------------------------------------------------------------------------------------------


async def test_another_key_is_an_alarm_that_shows_both(log: Log, seen: Seen) -> None:
    log.signer = OTHER
    alarm = alarm_of(await log.contact(seen), "key_changed")
    files = evidence(alarm)
    assert files["log.pub"] == f"{SIGNER.verifier_key}\n".encode()
    assert files["offered.pub"] == f"{OTHER.verifier_key}\n".encode()


async def test_a_pinned_key_holds_from_the_first_contact_and_over_a_seen_one(log: Log, seen: Seen) -> None:
    for before in (None, seen):
        alarm_of(await log.contact(before, pinned=str(OTHER.verifier_key)), "key_changed")


@pytest.mark.parametrize("key", ["", "x", "a+b+c", "\N{SNOWMAN}", "x" * 400_000])
async def test_a_key_that_is_none_is_an_alarm(log: Log, seen: Seen, key: str) -> None:
    log.checkpoint = lambda _request: ok(CheckpointAnswer(log.note(), key))
    alarm_of(await log.contact(seen), "key_changed")
    alarm_of(await log.contact(None), "bad_signature")


def _bad_notes(log: Log) -> Iterator[str]:
    good = log.note()
    yield "x"
    yield good.replace("\n7\n", "\n8\n")
    yield sign(Checkpoint(ORIGIN, 7, log.tree.root()), OTHER)
    yield good.rpartition("\n\n")[0] + "\n\n"
    yield good + "x" * 300_000
    yield "\n" * 1000


async def test_a_note_that_the_key_did_not_sign_is_an_alarm(log: Log, seen: Seen) -> None:
    for note in _bad_notes(Log()):
        answer = ok(CheckpointAnswer(note, str(SIGNER.verifier_key)))
        log.checkpoint = lambda _request, answer=answer: answer
        for before in (None, seen):
            alarm = alarm_of(await log.contact(before), "bad_signature")
            assert alarm.new == note[: 256 * 1024]


async def test_another_log_under_the_same_key_is_an_alarm(log: Log, seen: Seen) -> None:
    log.origin = "netwerk.example/log2"
    log.grow(4)
    alarm_of(await log.contact(seen), "origin_changed")


async def test_a_log_that_is_closed_between_two_questions_is_no_alarm(log: Log, seen: Seen) -> None:
    log.grow(4)

    def once(_request: httpx.Request) -> httpx.Response:
        log.consistency = None
        return refused(404, "log_too_short")(_request)

    log.consistency = once
    assert isinstance(await log.contact(seen), Seen)
    log.grow(1)
    log.consistency = refused(404, "log_too_short")
    alarm_of(await log.contact(seen), "no_proof")


async def test_a_proof_about_another_log_is_an_alarm(log: Log, seen: Seen) -> None:
    log.grow(4)
    log.consistency = lambda _request: ok(ConsistencyAnswer(7, 11, (), "netwerk.example/log2"))
    alarm_of(await log.contact(seen), "origin_changed")


async def test_a_shorter_log_is_an_alarm(log: Log, seen: Seen) -> None:
    log.entries.pop()
    alarm = alarm_of(await log.contact(seen), "shrunk")
    assert (alarm.old, alarm.new, alarm.proof) == (seen.checkpoint, log.note(), ())


@pytest.mark.parametrize("growth", [0, 1, 9, 100])
@pytest.mark.parametrize("changed", [0, 3, 6])
async def test_a_rewritten_entry_is_an_alarm_at_any_growth(log: Log, seen: Seen, changed: int, growth: int) -> None:
    log.entries[changed] = b"rewritten"
    log.grow(growth)
    alarm = alarm_of(await log.contact(seen), "forked")
    assert bool(alarm.proof) == bool(growth)


async def test_a_proof_over_the_old_nodes_does_not_hide_a_rewritten_log(log: Log, seen: Seen) -> None:
    honest = Log()
    honest.grow(5)
    log.entries[2] = b"rewritten"
    log.grow(5)
    log.consistency = honest.serve
    alarm_of(await log.contact(seen), "forked")


def _bad_proofs() -> dict[str, tuple[str, ...]]:
    log = Log()
    log.grow(5)
    good = tuple(b64(one) for one in consistency_proof(log.tree.node, 7, 12))
    return {
        "garbage": ("***", "\N{PILE OF POO}", ""),
        "one hash wrong": (*good[:-1], b64(bytes(32))),
        "one too few": good[:-1],
        "one too many": (*good, good[0]),
        "other order": tuple(reversed(good)),
        "short hashes": tuple(b64(bytes(31)) for _one in good),
        "far too many": (good[0],) * 5000,
        "one very long": ("A" * 300_000, *good),
        "newlines": (good[0] + "\n", *good[1:]),
        "a NUL": ("\x00", *good),
    }


@pytest.mark.parametrize("kind", list(_bad_proofs()))
async def test_a_proof_that_proves_nothing_is_an_alarm_and_never_an_exception(log: Log, seen: Seen, kind: str) -> None:
    log.grow(5)
    log.consistency = lambda _request: ok(ConsistencyAnswer(7, 12, _bad_proofs()[kind], ORIGIN))
    alarm = alarm_of(await log.contact(seen), "forked")
    assert len(alarm.proof) <= MAX_PROOF_HASHES
    assert all(len(one) <= 64 for one in alarm.proof)
    assert alarm_from(to_bytes(alarm)) == alarm
    assert set(evidence(alarm)) == {"old-checkpoint", "new-checkpoint", "log.pub", "proof"}


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "not_found"),
        refused(404, "log_too_short"),
        refused(400),
        refused(401, "unauthenticated"),
        refused(500, "log_damaged"),
        plain(200, b""),
        plain(200, b"<html>"),
        plain(200, b"[" * 100_000),
        plain(200, b'{"from_size":7,"to_size":12,"hashes":["\xff"],"origin":""}'),
        plain(200, b'{"from_size":7,"to_size":12,"hashes":["\\ud800"],"origin":""}'),
        plain(200, b'{"from_size":7,"to_size":12,"hashes":[1]}'),
        plain(200, b'{"from_size":1e400,"to_size":12,"hashes":[]}'),
        plain(200, b'{"hashes":["' + b"A" * SMALL_BYTES + b'"]}'),
        plain(302, b""),
        lambda _request: ok(ConsistencyAnswer(7, 12, ())),
        lambda _request: ok(ConsistencyAnswer(7, 13, (b64(bytes(32)),))),
        lambda _request: ok(ConsistencyAnswer(6, 12, (b64(bytes(32)),))),
    ],
)
async def test_no_proof_is_an_alarm(log: Log, seen: Seen, answer: Answer) -> None:
    log.grow(5)
    log.consistency = answer
    alarm = alarm_of(await log.contact(seen), "no_proof")
    assert (alarm.old, alarm.new) == (seen.checkpoint, log.note())


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "not_found"),
        plain(404, b"<html>"),
        plain(200, b"{}"),
        plain(200, b"x" * (SMALL_BYTES + 1)),
        lambda _request: ok(CheckpointAnswer("", str(SIGNER.verifier_key))),
    ],
)
async def test_no_checkpoint_any_more_is_an_alarm_and_none_yet_is_not(log: Log, seen: Seen, answer: Answer) -> None:
    log.checkpoint = answer
    alarm = alarm_of(await log.contact(seen), "gone")
    assert (alarm.old, alarm.new) == (seen.checkpoint, "")
    with pytest.raises(Unreachable):
        await log.contact(None)


async def test_the_alarm_comes_back_until_the_log_is_as_it_was(log: Log, seen: Seen) -> None:
    whole = list(log.entries)
    log.entries[1] = b"rewritten"
    for _time in range(3):
        log.grow(2)
        alarm_of(await log.contact(seen), "forked")
    log.entries = whole
    log.grow(9)
    assert isinstance(await log.contact(seen), Seen)


# --- what is neither -------------------------------------------------------------------------------------------


def _failing(error: Exception) -> Answer:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    return fail


@pytest.mark.parametrize(
    "answer",
    [
        _failing(httpx.ConnectError("x")),
        _failing(httpx.ReadTimeout("x")),
        _failing(httpx.RemoteProtocolError("x")),
        _failing(OSError("x")),
        refused(503, "busy"),
        plain(502, b"<html>"),
        plain(429, b""),
    ],
)
async def test_a_network_that_fails_is_no_alarm(log: Log, seen: Seen, answer: Answer) -> None:
    log.grow(1)
    log.consistency = answer
    with pytest.raises(Unreachable):
        await log.contact(seen)
    log.checkpoint = answer
    for before in (None, seen):
        with pytest.raises(Unreachable):
            await log.contact(before)


async def test_a_service_that_fails_as_a_whole_is_no_alarm(log: Log, seen: Seen) -> None:
    log.checkpoint = refused(500, "service_error")
    with pytest.raises(Unreachable):
        await log.contact(seen)


class _Drip(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)


async def test_a_service_that_drips_is_not_reached(log: Log, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness, "PATIENCE_SECONDS", 0.2)
    log.checkpoint = lambda _request: httpx.Response(200, stream=_Drip())
    with pytest.raises(Unreachable):
        await log.contact(seen)


async def test_what_was_kept_and_is_damaged_is_no_fault_of_the_service(log: Log, seen: Seen) -> None:
    for damaged in (replace(seen, key="x"), replace(seen, checkpoint=seen.checkpoint.replace("7", "8"))):
        with pytest.raises(UnusableRecord):
            await log.contact(damaged)
    with pytest.raises(UnusableRecord):
        await log.contact(seen, pinned="x")


# --- keeping and handing over ----------------------------------------------------------------------------------


async def test_what_is_kept_comes_back_as_it_was(log: Log, seen: Seen) -> None:
    assert seen_from(to_bytes(seen)) == seen
    log.entries[0] = b"rewritten"
    log.grow(4)
    alarm = alarm_of(await log.contact(seen), "forked")
    assert alarm_from(to_bytes(alarm)) == alarm


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"key":1}', b"\xff", b"[" * 100_000])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    for read in (seen_from, alarm_from):
        with pytest.raises(UnusableRecord):
            read(data)


async def test_the_evidence_convinces_somebody_who_was_not_there(log: Log, seen: Seen) -> None:
    log.entries[0] = b"rewritten"
    files = evidence(alarm_of(await log.contact(seen), "forked"))
    key = VerifierKey.parse(files["log.pub"].decode())
    old, new = (open_note(files[name], [key]) for name in ("old-checkpoint", "new-checkpoint"))
    assert (old.origin, old.size) == (new.origin, new.size)
    assert old.root != new.root
    assert files["proof"] == b""


def test_every_code_has_a_sentence_and_the_longest_text_can_be_kept() -> None:
    assert set(witness.DETAIL_NL) == {
        "key_changed",
        "bad_signature",
        "origin_changed",
        "shrunk",
        "forked",
        "no_proof",
        "gone",
    }
    assert witness._writable("a\ud800b", 10) == "a?b"
