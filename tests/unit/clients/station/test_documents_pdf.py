"""PDF: the text of the pages, the form, and what is beside them."""

from __future__ import annotations

import contextlib
import io
import logging
import time
import zlib
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link, Text
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from clients.errors import DocumentRefused
from clients.station.documents import ExtraKind, limits, open_document
from tests.support.papers import pdf, texts


def written(writer: PdfWriter) -> bytes:
    """Return what the library writes."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refused(data: bytes) -> str:
    """Return the code with which a PDF is refused."""
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.pdf", data)
    return caught.value.code


def test_two_hundred_pages_in_order() -> None:
    data = pdf([[f"Bladzijde {number} over Zoë", "met een be-", "handeling"] for number in range(200)])
    opened = open_document("a.pdf", data)
    assert opened.pages == 200
    places = [opened.text.index(f"Bladzijde {number} over Zoë\nmet een behandeling") for number in range(200)]
    assert places == sorted(places)


def test_everything_beside_the_pages() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(author="Dr. Kees", title="Zorgplan", picture=True))))
    writer.add_annotation(0, Text(rect=(50, 550, 200, 650), text="Klopt dit?", title_bar="Anja"))
    writer.add_annotation(0, Link(rect=(50, 550, 200, 650), url="mailto:kees@x.nl"))
    writer.add_attachment("lijst.xlsx", b"z" * 2000)
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = action
    writer.xmp_metadata = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:d='urn:d'>"
        b"<r:RDF><r:Description d:eigenaar='Praktijk'><d:creator><r:Seq><r:li>Kees de Boer</r:li></r:Seq></d:creator>"
        b"</r:Description></r:RDF></x:xmpmeta>"
    )
    opened = open_document("a.pdf", written(writer))
    assert opened.text == "Marijke woont in Zwolle."
    assert texts(opened, ExtraKind.COMMENT) == ["Anja: Klopt dit?"]
    assert {"Dr. Kees", "Zorgplan", "Kees de Boer", "Praktijk", "mailto:kees@x.nl"} <= set(
        texts(opened, ExtraKind.METADATA)
    )
    assert {one.text: one.place for one in opened.extras}["Dr. Kees"] == "auteur"
    assert texts(opened, ExtraKind.ATTACHMENT)[0].startswith("lijst.xlsx")
    assert "macro's (JavaScript)" in texts(opened, ExtraKind.ATTACHMENT)
    assert [one.place for one in opened.extras if one.kind is ExtraKind.IMAGE] == ["plaatje op bladzijde 1"]


def field(name: str, value: Any, kind: str = "/Tx") -> DictionaryObject:
    """Return a field of a form."""
    return DictionaryObject(
        {
            NameObject("/FT"): NameObject(kind),
            NameObject("/T"): TextStringObject(name),
            NameObject("/V"): value,
            NameObject("/Subtype"): NameObject("/Widget"),
        }
    )


def test_what_is_filled_in_is_text() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    fields = [
        field("Naam", TextStringObject("Marijke")),
        field("Akkoord", NameObject("/Ja"), "/Btn"),
        field("Niet", NameObject("/Off"), "/Btn"),
    ]
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(one) for one in fields])})
    writer.root_object[NameObject("/AcroForm")] = form
    assert open_document("a.pdf", written(writer)).text == "Marijke woont in Zwolle.\n\nNaam: Marijke\nAkkoord: Ja"


def test_a_scan_says_so_and_a_blank_page_is_empty() -> None:
    assert refused(pdf([[], []], picture=True)) == "no_text"
    assert refused(pdf([[]])) == "empty"


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_password_is_told_apart_from_a_lock_on_printing(algorithm: str) -> None:
    for password, opens in (("geheim", False), ("", True)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
        writer.encrypt(password, "eigenaar", algorithm=algorithm)
        data = written(writer)
        if opens:
            assert open_document("a.pdf", data).text == "Marijke woont in Zwolle."
        else:
            assert refused(data) == "password"


def bomb(content: bytes, count: int = 1) -> bytes:
    """Return a PDF with `count` pages that all show the same packed instructions."""
    packed = zlib.compress(content, 9)
    font = b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 3 0 R" + font + b">>"
    kids = " ".join(f"{4 + number} 0 R" for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>".encode(),
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        *[page] * count,
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(bomb(b" " * 150_000_000)) == "too_large"
    assert refused(bomb(b"BT /F 9 Tf (a) Tj ET " * 600_000)) == "too_large"
    assert refused(bomb(b"q Q", 501)) == "too_large"
    assert refused(bomb(b" " * 1_000_000, 10)) == "empty"
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 5_000_000)
    assert refused(bomb(b" " * 1_000_000, 10)) == "too_large"


def test_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PDF_SECONDS", 1.0)
    began = time.monotonic()
    assert refused(bomb(b"BT /F 9 Tf (a) Tj ET " * 50_000)) == "too_large"
    assert time.monotonic() - began < 10


def test_pages_that_hold_themselves() -> None:
    data = bomb(b"q").replace(b"/Kids[4 0 R]", b"/Kids[2 0 R]")
    assert refused(data) in {"damaged", "empty", "too_large"}


def test_the_library_keeps_what_it_says_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        for cut in range(300, 1500, 100):
            with contextlib.suppress(DocumentRefused):
                open_document("a.pdf", pdf()[:cut] + b"%%EOF")
    finally:
        root.removeHandler(handler)
    assert not heard.getvalue()
    assert capfd.readouterr() == ("", "")
