"""Word documents: what is text, what is beside it."""

from __future__ import annotations

from typing import Any

import pytest

from clients.errors import DocumentRefused
from clients.station.documents import ExtraKind, open_document
from tests.support.papers import run, texts, unzipped, word, word_with, zipped

SHOWN = '<w:vanish w:val="0"/>'
SECRET = '<w:rStyle w:val="Geheim"/>'


def test_paragraphs_lists_and_tables_in_reading_order() -> None:
    def change(document: Any) -> None:
        document.add_paragraph("eerst", style="List Bullet")
        document.add_paragraph("stap", style="List Number")
        document.add_paragraph("nog een", style="List Number")
        table = document.add_table(2, 2)
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), ["Naam", "Marijke", "Kind", ""], strict=True
        ):
            cell.text = text
        document.add_paragraph("Slot")

    opened = open_document("a.docx", word(["Kop", "", "Tekst\tmet tab"], change))
    assert opened.text == "Kop\n\nTekst\tmet tab\n- eerst\n1. stap\n2. nog een\nNaam | Marijke\nKind | \nSlot"
    assert opened.pages is None


def test_tracked_changes() -> None:
    body = (
        f"<w:p>{run('Zij woont in ')}<w:del w:id='1' w:author='Kees'><w:r><w:delText>Zwolle</w:delText></w:r>"
        f"</w:del>"
        f"<w:ins w:id='2' w:author='Kees'>{run('Kampen')}</w:ins>{run('.')}</w:p>"
        f"<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr>{run('Eén ')}</w:p><w:p>{run('regel')}</w:p>"
        f"<w:p><w:moveFrom w:id='4'>{run('Verplaatst')}</w:moveFrom></w:p><w:p>"
        f"<w:moveTo w:id='5'>{run('Verplaatst')}</w:moveTo></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del w:id='6'/></w:trPr><w:tc><w:p>{run('Oude')}</w:p></w:tc><w:tc>"
        f"<w:p>{run('rij')}</w:p></w:tc></w:tr></w:tbl>"
        f"<w:p><w:ins w:id='7'>{run('Bij ')}<w:del w:id='8'><w:r><w:delText>niet </w:delText></w:r>"
        f"</w:del>{run('nader')}</w:ins></w:p>"
    )
    opened = open_document("a.docx", word_with(body))
    assert opened.text == "Zij woont in Kampen.\nEén regel\n\nVerplaatst\nBij nader"
    assert texts(opened, ExtraKind.DELETED) == ["Zwolle", "Verplaatst", "Oude | rij", "niet"]
    assert texts(opened, ExtraKind.INSERTED) == ["Kampen", "Verplaatst", "Bij nader"]


def test_hidden_text_by_run_by_style_and_by_row() -> None:
    styles = (
        "<w:styles NAMES><w:style w:type='character' w:styleId='Geheim'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Basis'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='Weg'><w:basedOn w:val='Basis'/></w:style>"
        "<w:style w:type='paragraph' w:styleId='Rond'><w:basedOn w:val='Rond'/></w:style></w:styles>"
    )
    body = (
        f"<w:p>{run('Zichtbaar')}{run(' BSN', '<w:vanish/>')}{run(' en', SHOWN)}</w:p>"
        f"<w:p>{run('ook ')}{run('stil', SECRET)}</w:p>"
        f"<w:p><w:pPr><w:pStyle w:val='Weg'/></w:pPr>{run('Hele alinea')}{run('toch', SHOWN)}</w:p>"
        f"<w:p><w:pPr><w:pStyle w:val='Rond'/></w:pPr>{run('rond')}</w:p>"
        f"<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc><w:p>{run('rij')}</w:p></w:tc></w:tr></w:tbl>"
    )
    members = unzipped(word_with(body))
    members["word/styles.xml"] = styles.replace(
        "NAMES", 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ).encode()
    opened = open_document("a.docx", zipped(members))
    assert opened.text == "Zichtbaar en\nook \ntoch\nrond"
    assert texts(opened, ExtraKind.HIDDEN) == ["BSN", "stil", "Hele alinea", "rij"]


def test_what_the_library_writes_beside_the_body() -> None:
    def change(document: Any) -> None:
        core = document.core_properties
        core.author, core.title, core.last_modified_by, core.keywords = "Dr. Kees", "Zorgplan", "Anja", "Marijke"
        document.sections[0].header.paragraphs[0].text = "Praktijk De Brug"
        document.sections[0].footer.paragraphs[0].text = "Vertrouwelijk"
        document.add_comment(document.paragraphs[0].runs, text="Klopt dit?", author="Anja")

    opened = open_document("a.docx", word(change=change))
    assert opened.text == "Marijke woont in Zwolle."
    places = {one.text: one.place for one in opened.extras}
    assert places["Dr. Kees"] == "auteur"
    assert places["Anja"] == "laatst gewijzigd door"
    assert places["Praktijk De Brug"] == "koptekst 1"
    assert places["Vertrouwelijk"] == "voettekst 1"
    assert places["Anja: Klopt dit?"] == "opmerking 1"
    assert {"Zorgplan", "Marijke"} <= set(texts(opened, ExtraKind.METADATA))


def test_notes_boxes_fields_and_links() -> None:
    notes = (
        f"<w:footnotes NAMES><w:footnote w:type='separator' w:id='0'><w:p>{run('---')}</w:p></w:footnote>"
        f"<w:footnote w:id='2'><w:p>{run('Zie Kees.')}</w:p></w:footnote></w:footnotes>"
    )
    box = f"<w:txbxContent><w:p>{run('In het vak')}</w:p></w:txbxContent>"
    body = (
        f"<w:p>{run('Tekst')}<w:r><w:footnoteReference w:id='2'/></w:r>"
        f"<w:r><w:pict><v:shape alt='Foto van Kees'><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
        "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r>"
        '<w:instrText> HYPERLINK "mailto:kees@x.nl" </w:instrText></w:r>'
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('mail')}<w:r><w:fldChar w:fldCharType='end'/>"
        f"</w:r>{run(' verder')}</w:p>"
    )
    data = word_with(body, {"footnotes.xml": ("footnotes", notes)})
    members = unzipped(data)
    link = (
        b'<Relationship Id="l" Type="x/hyperlink" Target="https://x.nl/kees%20jan" TargetMode="External"/>'
        b"</Relationships>"
    )
    members["word/_rels/document.xml.rels"] = members["word/_rels/document.xml.rels"].replace(b"</Relationships>", link)
    members |= {
        "word/vbaProject.bin": b"x" * 2000,
        "word/media/foto.png": b"y" * 10,
        "word/embeddings/lijst.xlsx": b"z",
    }
    opened = open_document("a.docm", zipped(members))
    assert opened.text == "Tekst\nmail verder"
    assert texts(opened, ExtraKind.FOOTNOTE) == ["Zie Kees."]
    assert texts(opened, ExtraKind.TEXT_BOX) == ["In het vak"]
    assert texts(opened, ExtraKind.METADATA)[-2:] == ["mailto:kees@x.nl", "https://x.nl/kees jan"]
    assert texts(opened, ExtraKind.ATTACHMENT) == ["macro's (2 kB)", "lijst.xlsx (1 bytes)"]
    assert "foto.png (10 bytes)" in texts(opened, ExtraKind.IMAGE)
    assert "Foto van Kees" in texts(opened, ExtraKind.IMAGE)


def test_a_link_to_nowhere_and_the_strict_edition_open() -> None:
    members = unzipped(word())
    nowhere = b'<Relationship Id="n" Type="x/image" Target="NULL"/></Relationships>'
    members["word/_rels/document.xml.rels"] = members["word/_rels/document.xml.rels"].replace(
        b"</Relationships>", nowhere
    )
    strict = members["word/document.xml"].replace(
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    members["word/document.xml"] = strict
    assert open_document("a.docx", zipped(members)).text == "Marijke woont in Zwolle."


def test_only_a_header_is_not_empty_but_nothing_is() -> None:
    def head(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "Alleen hier"

    assert texts(open_document("a.docx", word((), head)), ExtraKind.HEADER) == ["Alleen hier"]
    members = unzipped(word(()))
    del members["docProps/thumbnail.jpeg"]
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.docx", zipped(members))
    assert caught.value.code == "empty"


def test_a_workbook_named_as_a_letter_is_said() -> None:
    members = unzipped(word())
    members["word/document.xml"] = b"<workbook/>"
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.docx", zipped(members))
    assert caught.value.code == "wrong_kind"
