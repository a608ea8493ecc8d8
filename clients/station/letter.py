"""An answer as a letter for the own record: the same words as .docx, as PDF and as plain text."""

from __future__ import annotations

import html
import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from clients.errors import FontMissing
from clients.station.documents.clean import clean

FONTS: Final = Path(__file__).parent / "static" / "build" / "fonts"
_REGULAR: Final = "DejaVuSans"
_BOLD: Final = "DejaVuSans-Bold"
_LANGUAGE: Final = "nl-NL"
_DOCUMENT_TITLE: Final = "Brief"
"""The title in the properties of a file; the letter's own may hold a name, and properties travel unseen."""
_BOX: Final = "□"
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}
_UNSEEN: Final = {"Cf", "Cc"}


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What stands in a letter. `lines` are (label, value); `body` is (heading, text), and a text may have lines."""

    title: str
    to: str
    lines: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]
    footer: str

    def __repr__(self) -> str:
        return f"Letter({len(self.body)} parts)"


def as_text(letter: Letter) -> str:
    """Return the letter as plain text."""
    letter = _cleaned(letter)
    parts = [letter.title, letter.to, "\n".join(f"{label}: {value}" for label, value in letter.lines)]
    parts += [f"{heading}\n{text}".strip("\n") for heading, text in letter.body]
    parts.append(letter.footer)
    return "\n\n".join(part for part in parts if part) + "\n"


def as_docx(letter: Letter) -> bytes:
    """Return the letter as a Word document with headings, in Dutch, whose properties name nobody."""
    from docx import Document
    from docx.oxml.ns import qn

    letter = _cleaned(letter)
    document = Document()
    _anonymous(document)
    fonts = document.styles.element.find(".//" + qn("w:rPrDefault") + "//" + qn("w:lang"))
    if fonts is not None:
        fonts.set(qn("w:val"), _LANGUAGE)
    document.add_heading(letter.title, level=1)
    if letter.to:
        document.add_paragraph(letter.to)
    for label, value in letter.lines:
        line = document.add_paragraph()
        line.add_run(f"{label}: ").bold = True
        line.add_run(value)
    for heading, text in letter.body:
        if heading:
            document.add_heading(heading, level=2)
        for one in text.split("\n"):
            document.add_paragraph(one)
    if letter.footer:
        document.sections[0].footer.paragraphs[0].text = letter.footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _anonymous(document: Any) -> None:
    """Empty the properties, which the library's template fills, and drop its little picture."""
    core = document.core_properties
    core.author = core.comments = core.last_modified_by = core.keywords = core.subject = core.category = ""
    core.title, core.language = _DOCUMENT_TITLE, _LANGUAGE
    for one in list(core._element):  # noqa: SLF001 - the library can set these dates but not remove them
        if one.tag.rpartition("}")[2] in {"created", "modified"}:
            core._element.remove(one)  # noqa: SLF001 - the same
    package = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def as_pdf(letter: Letter) -> bytes:
    """Return the letter as a PDF on A4 with numbered pages, whose properties name nobody.

    A sign that the letters lack, or that is written from right to left, shows as a box.

    Raises:
        FontMissing: the fonts were not built.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    drawn = _fonts(str(FONTS))
    out = io.BytesIO()
    page = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=25 * mm,
        rightMargin=25 * mm,
        topMargin=25 * mm,
        bottomMargin=25 * mm,
        title=_DOCUMENT_TITLE,
        author="",
        subject="",
        creator="",
        producer="",
        keywords="",
        lang=_LANGUAGE,
        invariant=1,
    )
    page.build(_flow(_cleaned(letter), drawn), canvasmaker=_numbered_canvas())
    return out.getvalue()


@cache
def _fonts(folder: str) -> frozenset[int]:
    """Make the letters known to the library, and return the signs that they can show."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    files = [(name, Path(folder) / f"{name}.ttf") for name in (_REGULAR, _BOLD)]
    if not all(path.is_file() for _, path in files):
        raise FontMissing
    fonts = [TTFont(name, str(path)) for name, path in files]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def _shown(text: str, drawn: frozenset[int]) -> str:
    """Return `text` with a box for every sign that would not show, ready to be laid out."""
    out: list[str] = []
    for sign in text:
        if sign in "\n\t":
            out.append(sign)
        elif unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
            out.append(_BOX)
        elif ord(sign) in drawn:
            out.append(sign)
        elif unicodedata.category(sign) not in _UNSEEN and not "\ufe00" <= sign <= "\ufe0f":
            out.append(_BOX)
    return html.escape("".join(out), quote=False).replace("\t", "    ")


def _flow(letter: Letter, drawn: frozenset[int]) -> list[Any]:
    """Return the letter as the pieces that the library lays out over pages."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer

    text = ParagraphStyle("text", fontName=_REGULAR, fontSize=10, leading=14, spaceAfter=3, splitLongWords=1)
    title = ParagraphStyle("title", parent=text, fontName=_BOLD, fontSize=16, leading=21, spaceAfter=8)
    heading = ParagraphStyle(
        "heading", parent=text, fontName=_BOLD, fontSize=12, leading=16, spaceBefore=10, keepWithNext=1
    )
    small = ParagraphStyle("small", parent=text, fontSize=8, leading=11, spaceBefore=14)

    def lines(whole: str, style: Any) -> list[Any]:
        # An empty line is a paragraph of its own that has no height.
        return [Paragraph(_shown(one, drawn), style) if one.strip() else Spacer(1, 7) for one in whole.split("\n")]

    flow = [*lines(letter.title, title), *(lines(letter.to, text) if letter.to else [])]
    flow += [Paragraph(f"<b>{_shown(label, drawn)}:</b> {_shown(value, drawn)}", text) for label, value in letter.lines]
    for head, body in letter.body:
        flow += [*(lines(head, heading) if head else []), *lines(body, text)]
    if letter.footer:
        flow += lines(letter.footer, small)
    return flow


def _numbered_canvas() -> Any:
    """Return the library's canvas, made to write the number of each page when it knows how many there are."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self._kept, start=1):
                self.__dict__.update(state)
                self.setFont(_REGULAR, 8)
                self.drawRightString(A4[0] - 25 * mm, 14 * mm, f"Bladzijde {number} van {len(self._kept)}")
                super().showPage()
            super().save()

    return Numbered


def _cleaned(letter: Letter) -> Letter:
    """Return the letter without signs that a file cannot hold."""

    def pairs(given: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((clean(first), clean(second)) for first, second in given)

    return Letter(clean(letter.title), clean(letter.to), pairs(letter.lines), pairs(letter.body), clean(letter.footer))
