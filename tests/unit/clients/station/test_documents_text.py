"""Plain text, the kind of a document, and the one way in which all text is written."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from clients.errors import DocumentRefused
from clients.station.documents import open_document
from clients.station.documents.clean import clean
from clients.station.documents.hyphens import join_broken_words
from tests.support.papers import SAMPLES, pdf, word

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def refused(name: str, data: bytes) -> str:
    """Return the code with which a document is refused."""
    with pytest.raises(DocumentRefused) as caught:
        open_document(name, data)
    assert caught.value.detail.endswith(".")
    assert caught.value.__context__ is None, "the library's error may quote the document"
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_in_every_usual_encoding(encoding: str) -> None:
    text = "Zoë zei: “één café” – € 5"
    assert open_document("a.txt", text.encode(encoding)).text == text


def test_bytes_without_meaning_in_windows_are_left_out() -> None:
    assert open_document("a.txt", b"caf\xe9 \x81\x8d na een lange avond").text == "café  na een lange avond"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_opens_and_shows_nothing_of_itself(name: str) -> None:
    opened = open_document(name.upper(), SAMPLES[name]())
    assert "Marijke woont in Zwolle" in opened.text
    assert "Marijke" not in repr(opened)
    assert "Marijke" not in repr(opened.extras)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("suffix", [".docx", ".odt", ".pdf", ".eml", ".txt", ".doc", ".rtf", ""])
def test_a_name_that_does_not_fit_is_said(name: str, suffix: str) -> None:
    if name.endswith(suffix) and suffix:
        return
    data = SAMPLES[name]()
    if suffix == ".txt" and name.endswith(".eml"):
        assert "Marijke" in open_document("brief.txt", data).text  # an e-mail is text too
    elif suffix in {"", ".rtf"}:
        assert refused("brief" + suffix, data) == "unknown_kind"
    elif suffix == ".doc" and name.endswith((".eml", ".txt")):
        assert refused("brief.doc", data) == "old_word"
    else:
        assert refused("brief" + suffix, data) == "wrong_kind"


def test_other_refusals_by_kind() -> None:
    assert refused("a.doc", OLE) == "old_word"
    assert refused("a.docx", OLE) == "old_word"
    assert refused("a.docx", OLE + "EncryptedPackage".encode("utf-16-le") + bytes(64)) == "password"
    assert refused("a.msg", OLE) == "unknown_kind"
    assert refused("a.pdf", OLE) == "wrong_kind"
    assert refused("a.doc", rb"{\rtf1 Marijke}") == "old_word"
    assert refused("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(50)) == "wrong_kind"
    assert refused("a.txt", bytes(range(256)) * 10) == "wrong_kind"


@pytest.mark.parametrize("suffix", [".txt", ".docx", ".odt", ".pdf", ".eml", ".xyz"])
def test_nothing_and_too_much(suffix: str) -> None:
    assert refused("a" + suffix, b"") == "empty"
    assert refused("a" + suffix, b" \r\n ") == "empty"
    assert refused("a" + suffix, b"%PDF-" + b"a" * 25_000_000) == "too_large"


def test_a_million_characters_and_one_more() -> None:
    assert len(open_document("a.txt", b"a" * 1_000_000).text) == 1_000_000
    assert refused("a.txt", b"a" * 1_000_001) == "too_large"
    assert refused("a.txt", b"a" * 9_000_000) == "too_large"
    assert refused("a.docx", word(["a" * 1_000_001])) == "too_large"


def test_one_way_of_writing() -> None:
    assert clean("a\r\nb\rc\u2028d\x0be") == "a\nb\nc\nd\ne"
    assert clean("Jose\u0301 \ufb01jn o\u00adver\u200b leg\u00a0nu\x00\x07") == "José fijn over leg nu"
    assert clean("\u202eekjiraM\u202c") == "ekjiraM"
    assert clean("محمد א \u202bب") == "محمد א ب"
    assert clean("\ud800a\udfff") == "\ufffda\ufffd"
    assert clean("👩\u200d⚕️") == "👩\u200d⚕️"
    assert clean("Москва, Αθήνα, β-blokker, می\u200cخواهم") == "Москва, Αθήνα, β-blokker, می\u200cخواهم"


def test_accents_without_end_take_no_time() -> None:
    began = time.monotonic()
    assert len(clean("a" + "\u0315\u0300" * 400_000)) == 30
    assert time.monotonic() - began < 5


def test_text_with_stray_zeros_opens() -> None:
    assert open_document("a.txt", b"Marijke\0 woont in Zwolle, in het oude huis van haar oma.").text.startswith(
        "Marijke woont"
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("de behan-\ndeling", "de behandeling"),
        ("de GGZ-arts; een ggz-\narts", "de GGZ-arts; een ggz-arts"),
        ("voor-\nen nadelen", "voor-\nen nadelen"),
        ("Anne-\nMarie", "Anne-\nMarie"),
        ("12-\nuurs", "12-\nuurs"),
    ],
)
def test_words_broken_at_the_end_of_a_line(given: str, expected: str) -> None:
    assert join_broken_words(given) == expected


def test_progress_is_told_and_may_stop_the_work() -> None:
    seen: list[tuple[int, int]] = []
    open_document("a.pdf", pdf([["een"], ["twee"]]), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]
    seen.clear()
    open_document("a.txt", b"een", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]

    def stop(done: int, total: int) -> None:
        raise KeyError(done, total)

    for name, make in SAMPLES.items():
        with pytest.raises(KeyError):
            open_document(name, make(), progress=stop)


def test_the_package_is_cheap_to_import() -> None:
    code = "import sys, clients.station.documents, clients.station.letter; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"lxml", "docx", "pypdf", "odfdo", "reportlab", "email.message"} & set(loaded)


@pytest.mark.parametrize(
    "code",
    [0xAD, 0x200B, 0x200C, 0x200D, 0x34F, 0x61C, 0x115F, 0x180E, 0x2063, 0x206A, 0x3164, 0xFE0F, 0xFFFC, 0xE0041],
)
def test_no_sign_that_nobody_sees_splits_a_word(code: int) -> None:
    assert clean(f"Jan{chr(code)}sen, 14-{chr(code)}03") == "Jansen, 14-03"


def test_a_letter_of_another_alphabet_does_not_disguise_a_word() -> None:
    assert clean("J\u0430ns\u0435n \u039c\u0430ri\u0435") == "Jansen Marie"
