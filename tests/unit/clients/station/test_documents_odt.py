"""OpenDocument text: what is text, what is beside it."""

from __future__ import annotations

import pytest

from clients.errors import DocumentRefused
from clients.station.documents import ExtraKind, open_document
from tests.support.papers import ODF, ODT, odt, odt_with, texts, zipped


def test_paragraphs_spaces_lists_and_tables() -> None:
    styles = (
        "<text:list-style style:name='L1'>"
        "<text:list-level-style-number text:level='1' style:num-format='1' style:num-suffix='.'/>"
        "<text:list-level-style-bullet text:level='2'/></text:list-style>"
    )
    body = (
        "<text:h>Kop</text:h><text:p>Een<text:s text:c='2'/>twee<text:tab/>drie<text:line-break/>vier</text:p>"
        "<text:list text:style-name='L1'><text:list-item><text:p>stap</text:p><text:list><text:list-item>"
        "<text:p>diep</text:p>"
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>nog een</text:p>"
        "<text:p>vervolg</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Naam</text:p>"
        "</table:table-cell>"
        "<table:table-cell><text:p>Marijke</text:p></table:table-cell></table:table-row>"
        "</table:table-header-rows></table:table>"
    )
    opened = open_document("a.odt", odt_with(body, styles))
    assert opened.text == "Kop\nEen  twee\tdrie\nvier\n1. stap\n  - diep\n2. nog een\nvervolg\nNaam | Marijke"


def test_tracked_changes() -> None:
    body = (
        "<text:tracked-changes><text:changed-region text:id='a'><text:insertion/></text:changed-region>"
        "<text:changed-region text:id='b'><text:deletion><office:change-info><dc:creator>Kees</dc:creator>"
        "</office:change-info>"
        "<text:p>Zwolle</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Zij woont in <text:change text:change-id='b'/>"
        "<text:change-start text:change-id='a'/>Kampen</text:p>"
        "<text:p>sinds<text:change-end text:change-id='a'/> mei.</text:p>"
    )
    opened = open_document("a.odt", odt_with(body))
    assert opened.text == "Zij woont in Kampen\nsinds mei."
    assert texts(opened, ExtraKind.DELETED) == ["Zwolle"]
    assert texts(opened, ExtraKind.INSERTED) == ["Kampen\nsinds"]


def test_hidden_text_in_every_way() -> None:
    styles = (
        "<style:style style:name='T1' style:family='text'><style:text-properties text:display='none'/>"
        "</style:style>"
        "<style:style style:name='P1' style:family='paragraph' style:parent-style-name='P0'/>"
        "<style:style style:name='P0' style:family='paragraph'><style:text-properties text:display='none'/>"
        "</style:style>"
    )
    body = (
        "<text:p>Zichtbaar<text:span text:style-name='T1'> bsn</text:span></text:p>"
        "<text:p text:style-name='P1'>Stijl</text:p>"
        "<text:p><text:hidden-paragraph text:is-hidden='true'/>Alinea</text:p>"
        "<text:p>En<text:hidden-text text:string-value='veld'/></text:p>"
        "<text:section text:display='none'><text:p>Deel</text:p></text:section>"
    )
    opened = open_document("a.odt", odt_with(body, styles))
    assert opened.text == "Zichtbaar\nEn"
    assert texts(opened, ExtraKind.HIDDEN) == ["bsn", "Stijl", "Alinea", "veld", "Deel"]


def test_everything_beside_the_body() -> None:
    body = (
        "<office:forms><form:form><form:text form:name='Naam' form:current-value='Marijke'/></form:form>"
        "</office:forms>"
        "<text:p>Tekst<office:annotation><dc:creator>Anja</dc:creator><text:p>Klopt dit?</text:p>"
        "</office:annotation>"
        "<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>Zie Kees.</text:p></text:note-body></text:note>"
        "<draw:frame><draw:text-box><text:p>In het vak</text:p></draw:text-box></draw:frame>"
        "<text:a xlink:href='mailto:kees@x.nl'>, mail</text:a></text:p>"
    )
    styles = (
        f"<office:document-styles {ODF}><office:master-styles><style:master-page><style:header>"
        f"<text:p>Praktijk</text:p></style:header>"
        "<style:footer-first><text:p>Onder</text:p></style:footer-first></style:master-page>"
        "</office:master-styles></office:document-styles>"
    )
    meta = (
        f"<office:document-meta {ODF}><office:meta><meta:initial-creator>Dr. Kees</meta:initial-creator>"
        f"<dc:creator>Anja</dc:creator>"
        "<dc:title>Plan</dc:title><meta:user-defined meta:name='Dossier'>4711</meta:user-defined>"
        "</office:meta></office:document-meta>"
    )
    more: dict[str, bytes | str] = {
        "styles.xml": styles,
        "meta.xml": meta,
        "Pictures/foto.png": b"x",
        "Basic/Standard/a.xml": "<a/>",
    }
    opened = open_document("a.odt", odt_with(body, more=more))
    assert opened.text == "Tekst, mail"
    assert texts(opened, ExtraKind.COMMENT) == ["Anja: Klopt dit?"]
    assert texts(opened, ExtraKind.FOOTNOTE) == ["Zie Kees."]
    assert texts(opened, ExtraKind.TEXT_BOX) == ["Naam: Marijke", "In het vak"]
    assert texts(opened, ExtraKind.HEADER) == ["Praktijk", "Onder"]
    assert texts(opened, ExtraKind.METADATA) == ["Dr. Kees", "Anja", "Plan", "4711", "mailto:kees@x.nl"]
    assert texts(opened, ExtraKind.IMAGE) == ["foto.png (1 bytes)"]
    assert [one.place for one in opened.extras if one.kind is ExtraKind.ATTACHMENT] == ["macro's"]


def test_what_the_library_writes() -> None:
    assert open_document("a.odt", odt(["Een", "twee   drie"])).text == "Een\ntwee   drie"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            odt_with(
                "",
                more={
                    "META-INF/manifest.xml": f"<manifest:manifest {ODF}><manifest:encryption-data/></manifest:manifest>"
                },
            ),
            "password",
        ),
        (zipped({"mimetype": ODT, "encrypted-package": b"x"}), "password"),
        (zipped({"mimetype": ODT}), "damaged"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "wrong_kind"),
        (odt_with("<text:p/>"), "empty"),
        (odt_with("<text:p>" + "<text:s text:c='1000'/>" * 6000 + "</text:p>"), "too_large"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    with pytest.raises(DocumentRefused) as caught:
        open_document("a.odt", data)
    assert caught.value.code == code
