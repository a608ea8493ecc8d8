"""A station goes along to a new log only when each log in between proves where it ended and where it began."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import msgspec
import pytest

from audit.checkpoint import Checkpoint, Signer, open_note, sign
from audit.entry import ObjectRef, Source, canonical, make
from audit.events import Event, ObjectKind
from audit.succession import predecessor
from audit.tree import consistency_proof, inclusion_proof, leaf_hash, root_of
from clients.station.succession import MAX_LINKS, follows
from server.protocol.http import SuccessionAnswer, SuccessionLink

SIGNER = Signer("netwerk.example/log", bytes(range(32)))
KEY = SIGNER.verifier_key
BASE = "netwerk.example/log"


def entry(event: Event, *objects: ObjectRef) -> bytes:
    made = make(
        event,
        actor="service",
        source=Source("site", "service"),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        random_bytes=bytes,
        objects=(ObjectRef(ObjectKind.LOG, "log-2"), *objects),
    )
    return canonical(made)


def end_of(origin: str, lines: list[bytes]) -> Checkpoint:
    return Checkpoint(origin, len(lines), root_of(leaf_hash(line) for line in lines))


def b64(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(base64.b64encode(one).decode() for one in hashes)


class Logs:
    """Three logs after one another, of which the last is open; the station knows the first at five entries."""

    def __init__(self, *, event: Event = Event.LOG_OPENED) -> None:
        self.first = [f"entry {number}".encode() for number in range(9)]
        self.second = [entry(event, predecessor(end_of(BASE, self.first))), b"a", b"b"]
        self.third = [entry(Event.LOG_OPENED, predecessor(end_of(f"{BASE}/2", self.second))), b"c"]
        self.old = end_of(BASE, self.first[:5])

    @property
    def new(self) -> Checkpoint:
        return end_of(f"{BASE}/3", self.third)

    def answer(self, signer: Signer = SIGNER) -> SuccessionAnswer:
        leaves = [leaf_hash(line) for line in self.first]
        links = []
        for lines, note in ((self.second, sign(end_of(f"{BASE}/2", self.second), signer)), (self.third, "")):
            proof = inclusion_proof([leaf_hash(line) for line in lines], 0, len(lines))
            links.append(SuccessionLink(note, lines[0].decode(), b64(proof)))
        growth = b64(consistency_proof(leaves, 5, 9))
        return SuccessionAnswer(sign(end_of(BASE, self.first), SIGNER), growth, tuple(links))


@pytest.mark.parametrize("event", [Event.LOG_OPENED, Event.LOG_RESTORED])
def test_a_proved_succession_is_followed(event: Event) -> None:
    logs = Logs(event=event)
    assert follows(logs.answer(), logs.old, logs.new, KEY)


def test_an_end_that_the_kept_checkpoint_does_not_lead_to_is_not_followed() -> None:
    logs = Logs()
    other = Checkpoint(BASE, 5, bytes(32))
    longer = end_of(BASE, [*logs.first, b"lost"])
    assert not follows(logs.answer(), other, logs.new, KEY)
    assert not follows(logs.answer(), longer, logs.new, KEY)
    assert not follows(logs.answer(), Checkpoint("other", 5, logs.old.root), logs.new, KEY)


def test_a_first_entry_that_names_another_end_is_not_followed() -> None:
    for first in (
        entry(Event.LOG_OPENED),
        entry(Event.LOG_OPENED, predecessor(Checkpoint(BASE, 9, bytes(32)))),
        entry(Event.LOG_OPENED, predecessor(end_of(BASE, Logs().first[:8]))),
        entry(Event.LOG_READ, predecessor(end_of(BASE, Logs().first))),
        b"{}",
    ):
        logs = Logs()
        logs.second[0] = first
        logs.third[0] = entry(Event.LOG_OPENED, predecessor(end_of(f"{BASE}/2", logs.second)))
        assert not follows(logs.answer(), logs.old, logs.new, KEY)


def test_a_log_in_between_by_another_key_is_not_followed() -> None:
    logs = Logs()
    assert not follows(logs.answer(Signer(SIGNER.name, b"x" * 32)), logs.old, logs.new, KEY)


def test_every_single_change_of_an_answer_is_refused() -> None:
    logs = Logs()
    good = logs.answer()
    first, last = good.links
    bad = base64.b64encode(bytes(32)).decode()
    replaced = msgspec.structs.replace
    for changed in (
        replaced(good, checkpoint=""),
        replaced(good, checkpoint=sign(end_of(BASE, logs.first[:8]), SIGNER)),
        replaced(good, hashes=()),
        replaced(good, hashes=good.hashes[:-1]),
        replaced(good, hashes=(*good.hashes[:-1], bad)),
        replaced(good, hashes=("no base64",) * 3),
        replaced(good, hashes=(bad,) * 1000),
        replaced(good, links=()),
        replaced(good, links=(first,)),
        replaced(good, links=(last,)),
        replaced(good, links=(last, first)),
        replaced(good, links=(first, last) * MAX_LINKS),
        replaced(good, links=(replaced(first, checkpoint=""), last)),
        replaced(good, links=(replaced(first, entry=last.entry), last)),
        replaced(good, links=(first, replaced(last, entry=first.entry))),
        replaced(good, links=(first, replaced(last, entry="\ud800"))),
        replaced(good, links=(first, replaced(last, hashes=()))),
        replaced(good, links=(first, replaced(last, hashes=(bad,)))),
    ):
        assert not follows(changed, logs.old, logs.new, KEY)
    assert follows(good, logs.old, logs.new, KEY)


def test_an_empty_kept_log_said_nothing_and_an_empty_new_one_begins_with_nothing() -> None:
    logs = Logs()
    assert follows(logs.answer(), end_of(BASE, []), logs.new, KEY)
    assert not follows(logs.answer(), logs.old, end_of(f"{BASE}/3", []), KEY)
    assert open_note(logs.answer().checkpoint, [KEY]).size == 9
