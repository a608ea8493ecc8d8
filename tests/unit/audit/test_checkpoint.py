"""Signed checkpoints: published notes are read, ours round-trip, everything else is refused."""

from __future__ import annotations

import base64

import pytest

from audit.checkpoint import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Checkpoint,
    Signer,
    VerifierKey,
    open_note,
    open_text,
    sign,
)
from audit.errors import InvalidKey, MalformedNote, NoteError, UnknownKey, WrongSignature

SIGNER = Signer("log.example/kring", bytes(range(32)))
OTHER = Signer("log.example/kring", bytes(32))
WITNESS = Signer("witness.example", b"w" * 32)
KEY = SIGNER.verifier_key
POINT = Checkpoint("log.example/kring/2025", 7, b"\x5a" * 32)
NOTE = sign(POINT, SIGNER)

# The example of golang.org/x/mod/sumdb/note (BSD-3-Clause).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_a_note_of_the_reference_implementation_is_read() -> None:
    key = VerifierKey.parse(GO_KEY)
    assert open_text(f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n", [key]) == GO_TEXT
    assert str(key) == GO_KEY


def test_our_checkpoint_round_trips() -> None:
    assert open_note(NOTE, [KEY]) == POINT
    assert open_note(NOTE.encode(), [VerifierKey.parse(f"{KEY}\n")]) == POINT
    assert NOTE.split("\n")[:3] == [POINT.origin, "7", base64.b64encode(POINT.root).decode()]


def test_extensions_and_the_empty_tree_round_trip() -> None:
    point = Checkpoint("o", 0, b"\0" * 32, ("previous log.example/2024", "x"))
    assert open_note(sign(point, SIGNER), [KEY]) == point


def test_signatures_of_unknown_keys_are_ignored() -> None:
    cosigned = NOTE + WITNESS.signature_line(POINT.text())
    assert open_note(cosigned, [KEY]) == POINT
    assert open_note(cosigned, [KEY, WITNESS.verifier_key]) == POINT
    with pytest.raises(UnknownKey):
        open_note(cosigned, [OTHER.verifier_key])
    with pytest.raises(UnknownKey):
        open_note(NOTE, [])


def test_one_wrong_signature_of_a_known_key_condemns_the_note() -> None:
    other_text = Checkpoint(POINT.origin, 8, POINT.root).text()
    with pytest.raises(WrongSignature):
        open_note(NOTE + WITNESS.signature_line(other_text), [KEY, WITNESS.verifier_key])
    with pytest.raises(WrongSignature) as caught:
        open_note(NOTE.replace("\n7\n", "\n8\n"), [KEY], which="since")
    assert caught.value.which == "since"
    assert "since" in caught.value.sentence("en")


SIGNATURE = NOTE.split(" ")[-1].strip()


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        POINT.text(),
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "x\n",
        "\n" + NOTE.split("\n\n")[1],
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace(SIGNATURE, SIGNATURE + "="),
        NOTE.replace(SIGNATURE, SIGNATURE + " "),
        NOTE.replace(SIGNATURE, "AAAA"),
        NOTE.replace(SIGNATURE, ""),
        NOTE.replace("kring ", "kring  "),
        NOTE + NOTE.split("\n\n")[1] * MAX_SIGNATURES,
        "x" * (MAX_NOTE_BYTES + 1),
        "\x00" + NOTE,
        "\ud800" + NOTE,
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(MalformedNote):
        open_note(note, [KEY])


def test_a_megabyte_of_garbage_is_refused() -> None:
    for garbage in (b"\xff" * 2**20, b"\n" * 2**20, b"A" * 2**20, b"\n\n\xe2\x80\x94 " * 2**17):
        with pytest.raises(MalformedNote):
            open_note(garbage, [KEY])


ROOT64 = base64.b64encode(POINT.root).decode()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("o\n7\n", "lines"),
        (f"\n7\n{ROOT64}\n", "origin"),
        (f"o\n07\n{ROOT64}\n", "size"),
        (f"o\n-7\n{ROOT64}\n", "size"),
        (f"o\n+7\n{ROOT64}\n", "size"),
        (f"o\n\N{ARABIC-INDIC DIGIT SEVEN}\n{ROOT64}\n", "size"),
        (f"o\n{2**63}\n{ROOT64}\n", "size"),
        (f"o\n7\n{ROOT64[:-1]}\n", "root"),
        (f"o\n7\n{ROOT64[:-2]}p=\n", "root"),
        (f"o\n7\n{base64.b64encode(b'x' * 31).decode()}\n", "root"),
        (f"o\n7\n{ROOT64}\nx\n\ny\n", "extension"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(text: str, rule: str) -> None:
    with pytest.raises(MalformedNote) as caught:
        open_note(f"{text}\n{SIGNER.signature_line(text)}", [KEY])
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 1, b"x" * 32, ()),
        ("a\nb", 1, b"x" * 32, ()),
        ("o", -1, b"x" * 32, ()),
        ("o", 2**63, b"x" * 32, ()),
        ("o", 1, b"x" * 31, ()),
        ("o", 1, b"x" * 32, ("",)),
        ("o", 1, b"x" * 32, ("a\tb",)),
    ],
)
def test_a_checkpoint_is_valid_from_birth(origin: str, size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    with pytest.raises(MalformedNote):
        Checkpoint(origin, size, root, extensions)


KEY_TEXT = str(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        KEY_TEXT.replace("log", "lof"),
        KEY_TEXT.upper(),
        KEY_TEXT + " ",
        KEY_TEXT + "\n\n",
        KEY_TEXT[:-2],
        "a b" + KEY_TEXT,
        GO_KEY.replace("+ARpc", "+Arpc"),
    ],
)
def test_a_malformed_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidKey):
        VerifierKey.parse(text)


def test_the_seed_never_shows() -> None:
    signer = Signer("log.example", b"KANARIE-" * 4)
    assert "KANARIE" not in repr(signer) + str(signer)
    for name, seed in (("log.example", b"KANARIE"), ("KANARIE name", bytes(32)), ("a+KANARIE", bytes(32))):
        with pytest.raises(InvalidKey) as caught:
            Signer(name, seed)
        assert "KANARIE" not in str(caught.value)


def test_errors_never_repeat_the_note() -> None:
    for note in ("KANARIE", f"KANARIE\n\n{SIGNER.signature_line('x')}", NOTE.replace("2025", "KANARIE")):
        with pytest.raises(NoteError) as caught:
            open_note(note, [KEY])
        assert "KANARIE" not in str(caught.value) + caught.value.sentence("nl")
