"""Documents of every kind, made on the spot; the people in them are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clients.station.documents import ExtraKind, Opened

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def texts(opened: Opened, kind: ExtraKind) -> list[str]:
    """Return the texts of the extras of one kind."""
    return [one.text for one in opened.extras if one.kind is kind]


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """Return a zip with these members, in this order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    """Return the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def word(
    paragraphs: Iterable[str] = ("Marijke woont in Zwolle.",), change: Callable[[Any], None] | None = None
) -> bytes:
    """Return a .docx with these paragraphs; `change` may do more to it."""
    from docx import Document

    document = Document()
    for one in paragraphs:
        document.add_paragraph(one)
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_with(body: str, parts: Mapping[str, tuple[str, str]] | None = None) -> bytes:
    """Return a .docx whose body is raw XML. `parts` are further parts by name: (last word of the relation, XML)."""
    members = unzipped(word(()))
    names = f'xmlns:w="{W}" xmlns:r="{RELATIONS}" xmlns:v="urn:schemas-microsoft-com:vml"'
    members["word/document.xml"] = f"<w:document {names}><w:body>{body}</w:body></w:document>".encode()
    links = ""
    for number, (name, (kind, xml)) in enumerate((parts or {}).items()):
        members[f"word/{name}"] = xml.replace("<root ", f"<root {names} ").replace("NAMES", names).encode()
        links += f'<Relationship Id="x{number}" Type="{RELATIONS}/{kind}" Target="{name}"/>'
    rels = "word/_rels/document.xml.rels"
    members[rels] = members[rels].replace(b"</Relationships>", links.encode() + b"</Relationships>")
    return zipped(members)


def run(text: str, properties: str = "") -> str:
    """Return a run of Word's XML."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing", "meta": "meta",
        "manifest": "manifest", "form": "form",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip
ODT = "application/vnd.oasis.opendocument.text"


def odt_with(body: str, styles: str = "", more: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return an .odt whose body and automatic styles are raw XML."""
    content = (
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": ODT, "content.xml": content} | dict(more or {}))


def odt(paragraphs: Iterable[str] = ("Marijke woont in Zwolle.",)) -> bytes:
    """Return an .odt as the library writes it."""
    from odfdo import Document, Paragraph

    document = Document("text")
    document.body.clear()
    for one in paragraphs:
        document.body.append(Paragraph(one))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf(
    pages: Iterable[Iterable[str]] = (("Marijke woont in Zwolle.",),), *, picture: bool = False, **info: str
) -> bytes:
    """Return a PDF with lines of text on each page; `picture` puts a picture on each."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.setAuthor(info.get("author", ""))
    canvas.setTitle(info.get("title", ""))
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 750 - 14 * number, line)
        if picture:
            canvas.drawImage(ImageReader(Image.new("RGB", (60, 40), "grey")), 72, 300)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def mail(text: str = "Marijke woont in Zwolle.\n", **headers: str) -> bytes:
    """Return an e-mail with a plain body."""
    from email.message import EmailMessage

    message = EmailMessage()
    for name, value in ({"From": "huisarts@voorbeeld.nl", "Subject": "Overleg"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "brief.docx": word,
    "brief.odt": odt,
    "brief.pdf": pdf,
    "brief.eml": mail,
    "brief.txt": "Marijke woont in Zwolle, zei de café-eigenaar.".encode,
}
"""One whole document of every kind, each with the same sentence."""
