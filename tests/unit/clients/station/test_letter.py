"""A letter says the same in every form, and its properties name nobody."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from clients.errors import FontMissing
from clients.station import letter as module
from clients.station.documents import ExtraKind, open_document
from clients.station.letter import Letter, as_docx, as_pdf, as_text
from tests.support.papers import texts, unzipped

LETTER = Letter(
    title="Antwoord over Marijke Şahin",
    to="Praktijk De Brug",
    lines=(("Datum", "2 juni 2025"), ("Rol", "psychiater"), ("Kring", "Zwolle & Kampen")),
    body=(
        ("Advies", "Łukasz en Đặng <overleggen> samen.\n\nTweede alinea."),
        ("", "Zonder kop."),
        ("Vervolg", "Bel “morgen” – na 9:00."),
    ),
    footer="Bewaar deze brief in het eigen dossier.",
)


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


def test_plain_text() -> None:
    assert as_text(LETTER).startswith(
        "Antwoord over Marijke Şahin\n\nPraktijk De Brug\n\nDatum: 2 juni 2025\nRol: psychiater\n"
    )
    assert "Advies\nŁukasz en Đặng <overleggen> samen.\n\nTweede alinea.\n\nZonder kop.\n\nVervolg\n" in as_text(LETTER)
    assert as_text(Letter("", "", (), (), "")) == "\n"


def test_word_says_all_of_it_with_headings() -> None:
    from docx import Document

    data = as_docx(LETTER)
    opened = open_document("brief.docx", data)
    assert words(opened.text) + words(LETTER.footer) == words(as_text(LETTER))
    assert texts(opened, ExtraKind.HEADER) == [LETTER.footer]
    styles = [(one.style.name, one.text) for one in Document(io.BytesIO(data)).paragraphs if one.style is not None]
    assert [text for style, text in styles if style == "Heading 1"] == [LETTER.title]
    assert [text for style, text in styles if style == "Heading 2"] == ["Advies", "Vervolg"]


def test_word_names_nobody_and_is_dutch() -> None:
    data = as_docx(LETTER)
    assert texts(open_document("brief.docx", data), ExtraKind.METADATA) == ["Brief"]
    members = unzipped(data)
    assert b"python-docx" not in b"".join(members.values())
    assert not [name for name in members if "thumbnail" in name]
    assert b'w:lang w:val="nl-NL"' in members["word/styles.xml"]
    assert b"2013" not in members["docProps/core.xml"]


def test_pdf_says_all_of_it() -> None:
    opened = open_document("brief.pdf", as_pdf(LETTER))
    assert words(opened.text) == [*words(as_text(LETTER)), "Bladzijde", "1", "van", "1"]


def test_pdf_names_nobody_and_carries_its_letters() -> None:
    data = as_pdf(LETTER)
    reader = PdfReader(io.BytesIO(data))
    info = reader.metadata
    assert info is not None
    assert info.title == "Brief"
    assert not info.author
    assert not any("Marijke" in str(one) for one in info.values())
    root: Any = reader.root_object
    assert root["/Lang"] == "nl-NL"
    page: Any = reader.pages[0]
    fonts = [one.get_object() for one in page["/Resources"]["/Font"].values()]
    assert all("/FontFile2" in one["/FontDescriptor"] for one in fonts if one["/Subtype"] == "/TrueType")
    assert as_pdf(LETTER) == data


def test_many_pages_are_numbered_and_long_words_wrap() -> None:
    long = Letter("Lang", "", (), (("Deel", "\n".join(["woord " * 200, "x" * 3000] * 10)),), "")
    reader = PdfReader(io.BytesIO(as_pdf(long)))
    count = len(reader.pages)
    assert count > 3
    for number, page in enumerate(reader.pages, start=1):
        assert f"Bladzijde {number} van {count}" in page.extract_text()
    text = "".join(page.extract_text() for page in reader.pages)
    assert text.count("x") == 30_000
    assert text.count("woord") == 2_000


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("hart 🫀 en 👩\u200d⚕️", "□"),
        ("محمد", "□□□□"),
        ("שלום", "□□□□"),
        ("漢字", "□□"),
        ("\ud800", "\ufffd"),
        ("a\0b", "ab"),
    ],
)
def test_signs_that_cannot_be_shown(given: str, expected: str) -> None:
    letter = Letter(given, given, ((given, given),), ((given, given),), given)
    assert expected in PdfReader(io.BytesIO(as_pdf(letter))).pages[0].extract_text()
    assert as_docx(letter)
    assert as_text(letter)


def test_missing_fonts_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "FONTS", tmp_path)
    with pytest.raises(FontMissing, match="build the front end"):
        as_pdf(LETTER)


def test_a_letter_shows_nothing_of_itself() -> None:
    assert repr(LETTER) == "Letter(3 parts)"
