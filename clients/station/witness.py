"""The witness: keeps the last checkpoint of the network's log and demands proof that the next one extends it.

A service whose log was rewritten can sign the new one with its real key, and each single checkpoint then verifies.
Only who kept an earlier checkpoint can tell, so every station keeps one. What does not fit is an `Alarm` that holds
both signed notes; the kept checkpoint then stays where it was, so that the alarm comes back until people have
looked. A service that cannot be reached, or says that it is busy, is no alarm: how long ago the last good contact was
stands in `Seen.at`, and whoever shows the witness shows that too.

Source: RFC 9162 §2.1.4 for the proof.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import httpx
import msgspec

from audit.checkpoint import MAX_NOTE_BYTES, Checkpoint, VerifierKey, open_note
from audit.errors import InvalidKey, InvalidProof, NoteError
from audit.export import LOG_KEY
from audit.tree import verify_consistency
from clients.api import Client
from clients.errors import Refusal, Unreachable, UnusableAnswer, UnusableRecord
from clients.station.succession import LONGEST_HASH, MAX_PROOF_HASHES, follows, hashes_of
from server.protocol.http import CheckpointAnswer

K = TypeVar("K", "Seen", "Alarm")

NOTHING_YET = "no_checkpoint_yet"
"""Why a first contact found nothing: the service has not signed a checkpoint yet."""
PATIENCE_SECONDS = 120.0
"""Longest that one contact may take; a service that answers a byte a minute counts as not reached."""
_TEMPORARY = frozenset({408, 425, 429, 502, 503, 504})
_OF_A_TURN = frozenset({"no_proof", "origin_changed"})

OLD, NEW, PROOF, OFFERED_KEY = "old-checkpoint", "new-checkpoint", "proof", "offered.pub"
CLOSED = "closed-checkpoint"

KEEP = "Bewaar dit bewijs en bel uw functionaris gegevensbescherming."
DETAIL_NL = {
    "key_changed": "Het netwerk gebruikt een andere sleutel voor zijn logboek dan eerst. "
    "Vraag de regiocoördinator niet per mail maar per telefoon of dat klopt.",
    "bad_signature": "Het controlepunt van het logboek is niet goed ondertekend. Het kan vervalst zijn.",
    "origin_changed": "Het netwerk toont een ander logboek dan eerst. Het oude loopt niet aantoonbaar door.",
    "shrunk": "Het logboek van het netwerk is korter dan eerst. Er zijn vermeldingen verdwenen.",
    "forked": "Het logboek van het netwerk klopt niet meer met wat uw organisatie eerder zag. "
    "Oude vermeldingen zijn veranderd of verdwenen.",
    "no_proof": "Het netwerk geeft geen bewijs dat oude vermeldingen in het logboek gelijk zijn gebleven.",
    "gone": "Het netwerk geeft geen controlepunt van zijn logboek meer.",
}
"""What happened, for the worker at the station; `KEEP` follows it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint that held: the log's verifier key in its text form, the signed note, and when it was seen."""

    key: str
    checkpoint: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """What does not fit, with the evidence.

    Args:
        code: a key of `DETAIL_NL`.
        detail: Dutch, what happened and what to do.
        old: the kept signed note; empty at a first contact.
        new: what the service gave as its checkpoint, cut at the longest note; empty when it gave none.
        proof: what it gave as proof: base64 hashes, cut at `MAX_PROOF_HASHES` of 64 characters.
        at: when.
        key: the key that was trusted; empty when there was none yet.
        offered: the key that the service gave, cut as a note.
        closed: what it gave as the end of the log that was kept, when it now shows another log; cut as a note.
    """

    code: str
    detail: str
    old: str
    new: str
    proof: tuple[str, ...]
    at: datetime
    key: str = ""
    offered: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class _Contact:
    """One contact: what we had, what came, and the making of an alarm out of both."""

    seen: Seen | None
    key: str
    now: datetime
    answer: CheckpointAnswer = field(default_factory=lambda: CheckpointAnswer("", ""))

    def alarm(self, code: str, proof: tuple[str, ...] = (), closed: str = "") -> Alarm:
        old = self.seen.checkpoint if self.seen else ""
        kept = tuple(_writable(one, LONGEST_HASH) for one in proof[:MAX_PROOF_HASHES])
        came = (self.answer.checkpoint, self.answer.key, closed)
        new, offered, end = (_writable(one, MAX_NOTE_BYTES) for one in came)
        return Alarm(code, f"{DETAIL_NL[code]} {KEEP}", old, new, kept, self.now, self.key, offered, end)


async def observe(client: Client, seen: Seen | None, *, now: datetime, pinned_key: str = "") -> Seen | Alarm:
    """Ask for the newest checkpoint and return it as the next `Seen`, or the alarm when it does not extend `seen`.

    Args:
        seen: what the last good contact returned; None at the first, which trusts the key that it gets.
        now: the moment of this contact.
        pinned_key: the log's key as obtained elsewhere; it goes before any key that was merely seen.

    Raises:
        Unreachable: the network or the service failed, took longer than `PATIENCE_SECONDS`, or is busy; or there was no
            checkpoint at a first contact.
        UnusableRecord: `seen` or `pinned_key` itself cannot be read.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _observe(client, _Contact(seen, _trusted(seen, pinned_key), now))
    except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
        raise Unreachable(type(error).__name__) from None


async def _observe(client: Client, contact: _Contact, *, again: bool = True) -> Seen | Alarm:
    try:
        answer = await client.checkpoint()
    except Refusal as refusal:
        # A service that fails as a whole shows as much to everybody; only one that answers can be held to its answer.
        if refusal.status in _TEMPORARY or refusal.status >= 500:
            raise Unreachable(f"status_{refusal.status}") from None
        return _gone(contact)
    except UnusableAnswer:
        return _gone(contact)
    contact = _Contact(contact.seen, contact.key, contact.now, answer)
    if not answer.checkpoint:
        return _gone(contact)
    result = await _judge(client, contact)
    if again and isinstance(result, Alarm) and result.code in _OF_A_TURN:
        # A log that was closed between two questions answers the second one as another log does: ask once more.
        return await _observe(client, _Contact(contact.seen, contact.key, contact.now), again=False)
    return result


def _gone(contact: _Contact) -> Alarm:
    if contact.seen is None:
        raise Unreachable(NOTHING_YET)
    return contact.alarm("gone")


async def _judge(client: Client, contact: _Contact) -> Seen | Alarm:
    """Check the key, the signature and then the growth."""
    answer = contact.answer
    try:
        offered = VerifierKey.parse(answer.key)
    except (InvalidKey, UnicodeError):
        return contact.alarm("key_changed" if contact.key else "bad_signature")
    if contact.key and str(offered) != contact.key:
        return contact.alarm("key_changed")
    try:
        new = open_note(answer.checkpoint, [offered])
    except NoteError:
        return contact.alarm("bad_signature")
    kept = Seen(str(offered), answer.checkpoint, contact.now)
    if contact.seen is None:
        return kept
    return await _compare(client, contact, _own(contact.seen), new) or kept


async def _compare(client: Client, contact: _Contact, old: Checkpoint, new: Checkpoint) -> Alarm | None:
    """Return nothing when the new tree extends the old one, and has been shown to."""
    if new.origin != old.origin:
        return await _succeed(client, contact, old, new)
    if new.size < old.size:
        return contact.alarm("shrunk")
    if new.size == old.size:
        return None if new.root == old.root else contact.alarm("forked")
    if old.size == 0:
        return None  # nothing was said yet, so anything extends it
    return await _prove(client, contact, old, new)


async def _succeed(client: Client, contact: _Contact, old: Checkpoint, new: Checkpoint) -> Alarm | None:
    """Return nothing when the kept log was closed and the new one has been shown to follow on it."""
    try:
        answer = await client.succession(old.origin, max(1, old.size), new.size)
    except Refusal as refusal:
        if refusal.status in _TEMPORARY:
            raise Unreachable(f"status_{refusal.status}") from None
        return contact.alarm("origin_changed")
    except UnusableAnswer:
        return contact.alarm("origin_changed")
    if follows(answer, old, new, VerifierKey.parse(contact.answer.key)):
        return None
    return contact.alarm("origin_changed", answer.hashes, answer.checkpoint)


async def _prove(client: Client, contact: _Contact, old: Checkpoint, new: Checkpoint) -> Alarm | None:
    try:
        answer = await client.consistency(old.size, new.size)
    except Refusal as refusal:
        if refusal.status in _TEMPORARY:
            raise Unreachable(f"status_{refusal.status}") from None
        return contact.alarm("no_proof")
    except UnusableAnswer:
        return contact.alarm("no_proof")
    proof = answer.hashes
    if answer.origin and answer.origin != old.origin:
        return contact.alarm("origin_changed", proof)
    if not proof or (answer.from_size, answer.to_size) != (old.size, new.size):
        return contact.alarm("no_proof", proof)
    if len(proof) > MAX_PROOF_HASHES:
        return contact.alarm("forked", proof)
    try:
        verify_consistency(old.size, new.size, hashes_of(proof), old.root, new.root)
    except InvalidProof:
        return contact.alarm("forked", proof)
    return None


def _trusted(seen: Seen | None, pinned_key: str) -> str:
    """Return the key to hold the service to, in its one right form; empty when there is none yet."""
    key = pinned_key or (seen.key if seen else "")
    try:
        return str(VerifierKey.parse(key)) if key else ""
    except (InvalidKey, UnicodeError):
        raise UnusableRecord("the log's key that was kept or given cannot be read") from None


def _own(seen: Seen) -> Checkpoint:
    try:
        return open_note(seen.checkpoint, [VerifierKey.parse(seen.key)])
    except (InvalidKey, NoteError, UnicodeError):
        raise UnusableRecord("the checkpoint that was kept cannot be read") from None


def _writable(text: str, longest: int) -> str:
    """Return the text cut, and with half surrogate pairs replaced, so that it can be kept whatever it was."""
    return text[:longest].encode("utf-8", "replace").decode()


# --- keeping and handing over ----------------------------------------------------------------------------------


def to_bytes(value: Seen | Alarm) -> bytes:
    """Return it as JSON, for the vault."""
    return msgspec.json.encode(value)


def seen_from(data: bytes) -> Seen:
    """Return what `to_bytes` wrote.

    Raises:
        UnusableRecord: it is something else.
    """
    return _read(data, Seen)


def alarm_from(data: bytes) -> Alarm:
    """Return what `to_bytes` wrote.

    Raises:
        UnusableRecord: it is something else.
    """
    return _read(data, Alarm)


def _read(data: bytes, kind: type[K]) -> K:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise UnusableRecord(f"this is no {kind.__name__}") from None


def evidence(alarm: Alarm) -> dict[str, bytes]:
    """Return the files to hand over, by name, each exactly as it came.

    `old-checkpoint` and `new-checkpoint` are signed notes, `log.pub` is the key that was trusted (or, when there was
    none, the one that came), `proof` has one base64 hash a line. `offered.pub` is there only when the service came
    with another key, and `closed-checkpoint` only when it came with an end of the kept log. A file whose content
    never came is empty.
    """
    trusted = alarm.key or alarm.offered
    files = {
        OLD: alarm.old.encode(),
        NEW: alarm.new.encode(),
        LOG_KEY: _line(trusted),
        PROOF: b"".join(_line(one) for one in alarm.proof),
    }
    if alarm.closed:
        files[CLOSED] = alarm.closed.encode()
    if alarm.offered.removesuffix("\n") != trusted.removesuffix("\n"):
        files[OFFERED_KEY] = _line(alarm.offered)
    return files


def _line(text: str) -> bytes:
    return f"{text.removesuffix(chr(10))}\n".encode() if text else b""
