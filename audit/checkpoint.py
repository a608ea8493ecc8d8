"""Checkpoints: the size and root of the log in a signed note that other people's verifiers and witnesses can read.

Parsing is strict: whatever is not exactly the form of the specifications is refused.

Source: C2SP signed-note v1.0.0 and tlog-checkpoint; Ed25519 is RFC 8032.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from audit.errors import InvalidKey, MalformedNote, UnknownKey, WrongSignature
from audit.tree import HASH_BYTES, MAX_SIZE

MAX_NOTE_BYTES = 256 * 1024  # the specification asks for at least 16 signatures of up to nearly 5 kB before base64
MAX_SIGNATURES = 64
SEED_BYTES = 32

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_NAME = re.compile(r"[^\s+\x00-\x20\x7f]{1,256}")
_KEY_HASH = re.compile(r"[0-9a-f]{8}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log says of itself at one moment: who it is, how many entries, which root.

    Raises:
        MalformedNote: a part could not be written as a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part, line in (("origin", self.origin), *(("extension", line) for line in self.extensions)):
            if not line or "\n" in line or _FORBIDDEN.search(line) or not _is_utf8(line):
                raise MalformedNote(part)
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedNote("size")
        if len(self.root) != HASH_BYTES:
            raise MalformedNote("root")

    def text(self) -> str:
        """Return the note text that is signed, with its final newline."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def from_text(cls, text: str) -> Checkpoint:
        """Return the checkpoint that this note text states.

        Raises:
            MalformedNote: it is not exactly a checkpoint.
        """
        lines = text.split("\n")
        if lines.pop() != "" or len(lines) < 3:
            raise MalformedNote("lines")
        origin, size, root, *extensions = lines
        if not _SIZE.fullmatch(size):
            raise MalformedNote("size")
        decoded = _decode(root)
        if decoded is None:
            raise MalformedNote("root")
        return cls(origin, int(size), decoded, tuple(extensions))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name, as it is handed to people: `name+hash+base64`."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not _is_utf8(self.name) or len(self.public) != HASH_BYTES:
            raise InvalidKey

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Return the key in its text form; one newline after it is allowed.

        Raises:
            InvalidKey: another form, another kind of key, or a hash that does not fit.
        """
        name, _, rest = text.removesuffix("\n").partition("+")
        key_hash, _, encoded = rest.partition("+")
        decoded = _decode(encoded)
        if decoded is None or decoded[:1] != _ED25519 or not _KEY_HASH.fullmatch(key_hash):
            raise InvalidKey
        key = cls(name, decoded[1:])
        if key.key_id.hex() != key_hash:
            raise InvalidKey
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def fits(self, text: str, signature: bytes) -> bool:
        """Return whether this is the key's signature over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name; the seed never shows in a representation."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES or not _NAME.fullmatch(self.name):
            raise InvalidKey

    @property
    def verifier_key(self) -> VerifierKey:
        """The public half, to be given to auditors and partners outside any export."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def signature_line(self, text: str) -> str:
        """Return the signature line over a note text, with its newline; Ed25519 makes it the same each time."""
        payload = self.verifier_key.key_id + self._private().sign(text.encode())
        return f"{_DASH}{self.name} {base64.b64encode(payload).decode()}\n"

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """Return the checkpoint as a signed note."""
    text = checkpoint.text()
    return f"{text}\n{signer.signature_line(text)}"


def open_note(note: str | bytes, keys: Sequence[VerifierKey], *, which: str = "checkpoint") -> Checkpoint:
    """Return the checkpoint in a signed note, once at least one of these keys has been seen to sign it.

    Signatures by unknown keys are ignored; one wrong signature by a known key condemns the note.

    Args:
        which: our name for this note in an error (`checkpoint` or `since`).

    Raises:
        MalformedNote: not a signed checkpoint.
        UnknownKey: signed by none of these keys.
        WrongSignature: a signature by one of these keys does not fit.
    """
    try:
        text = open_text(note, keys)
        return Checkpoint.from_text(text)
    except (MalformedNote, UnknownKey, WrongSignature) as error:
        raise type(error)(error.rule, which=which) from None


def open_text(note: str | bytes, keys: Sequence[VerifierKey]) -> str:
    """Return the text of any signed note under the same rules as `open_note`."""
    text, signatures = _split(note)
    known = {(key.name, key.key_id): key for key in keys}
    good = False
    for name, payload in signatures:
        key = known.get((name, payload[:4]))
        if key is None:
            continue
        if not key.fits(text, payload[4:]):
            raise WrongSignature
        good = True
    if not good:
        raise UnknownKey
    return text


def _split(note: str | bytes) -> tuple[str, list[tuple[str, bytes]]]:
    whole = _as_text(note)
    at = whole.rfind("\n\n")
    if at < 1:  # no blank line, or no text before it
        raise MalformedNote("blank_line")
    lines = whole[at + 2 :].split("\n")
    if lines.pop() != "" or not lines or len(lines) > MAX_SIGNATURES:
        raise MalformedNote("signatures")
    return whole[: at + 1], list(_parse_signatures(lines))


def _as_text(note: str | bytes) -> str:
    # The length is checked before any other work, so that a megabyte of garbage costs nothing.
    if len(note) > MAX_NOTE_BYTES:
        raise MalformedNote("length")
    try:
        text = note.decode() if isinstance(note, bytes) else note
        text.encode()
    except UnicodeError:
        raise MalformedNote("utf8") from None
    if _FORBIDDEN.search(text):
        raise MalformedNote("control_character")
    return text


def _parse_signatures(lines: Iterable[str]) -> Iterable[tuple[str, bytes]]:
    for line in lines:
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        payload = _decode(encoded)
        if not line.startswith(_DASH) or not _NAME.fullmatch(name) or payload is None or len(payload) < 5:
            raise MalformedNote("signature_line")
        yield name, payload


def _decode(text: str) -> bytes | None:
    """Return what standard base64 says, or None when it is not the one right way to write those bytes."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return decoded if base64.b64encode(decoded).decode() == text else None


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeError:
        return False
    return True
