"""One story of a Word document, such as the body, a header or a comment: its plain text, and what stands beside it."""

from __future__ import annotations

import re
from typing import Final

from clients.station.documents.gather import Gather
from clients.station.documents.model import ExtraKind
from clients.station.documents.trees import Node, attribute, child, content, local, named
from clients.station.documents.word_styles import Lists, Styles, switched, value

_SKIPPED: Final = {
    "pPr", "rPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "smartTagPr",
    "customXmlPr", "rubyPr", "rt", "fldData", "annotationRef", "footnoteRef", "endnoteRef", "separator",
    "continuationSeparator",
}  # fmt: skip
_DRAWN: Final = {"drawing", "pict", "object"}
_SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_QUOTED: Final = re.compile(r'"([^"]+)"')


class Story:
    """Walks through one story. Insertions are part of the text; deletions and hidden text are not."""

    def __init__(self, gather: Gather, styles: Styles, lists: Lists) -> None:
        self._gather = gather
        self._styles = styles
        self._lists = lists
        self._hidden: list[str] = []
        self._hides = False
        self._deleted = 0
        self._join = False
        self._fields: list[bool] = []
        self._code: list[str] = []

    def text(self, node: Node) -> str:
        """Return the paragraphs under `node`, one a line."""
        before, self._join = self._join, False
        lines: list[str] = []
        self._blocks(node, lines)
        self._join = before
        return "\n".join(lines)

    def _blocks(self, node: Node, lines: list[str]) -> None:
        for one in node:
            match local(one):
                case "p":
                    self._paragraph(one, lines)
                case "tbl":
                    self._table(one, lines)
                case "ins" | "moveTo":
                    inserted: list[str] = []
                    self._blocks(one, inserted)
                    self._insertion("\n".join(inserted))
                    lines += inserted
                case "del" | "moveFrom":
                    self._deletion(one)
                case "altChunk":
                    self._gather.numbered(ExtraKind.ATTACHMENT, "een ander document", "ingevoegd document")
                case "AlternateContent":
                    self._blocks(_choice(one), lines)
                case name if name not in _SKIPPED:
                    self._blocks(one, lines)

    def _paragraph(self, node: Node, lines: list[str]) -> None:
        """Add a paragraph; when the mark at its end was deleted, the next one goes on behind it."""
        properties = child(node, "pPr")
        style = value(properties, "pStyle")
        hidden, hides, self._hidden = self._hidden, self._hides, []
        self._hides = self._styles.hides(style, paragraph=True)
        out: list[str] = []
        self._inline(node, out)
        veiled, self._hidden, self._hides = "".join(self._hidden), hidden, hides
        if not self._deleted:
            self._gather.numbered(ExtraKind.HIDDEN, veiled, "verborgen tekst")
        text = "".join(out)
        if text.strip():
            own = child(properties, "numPr") if properties is not None else None
            text = self._lists.prefix(own if own is not None else self._styles.numbering(style)) + text
        if self._join and lines:
            lines[-1] += text
        elif text or not veiled:
            lines.append(text)
        mark = child(properties, "rPr") if properties is not None else None
        self._join = mark is not None and (child(mark, "del") is not None or child(mark, "moveFrom") is not None)

    def _inline(self, node: Node, out: list[str]) -> None:
        for one in node:
            name = local(one)
            if name == "r":
                self._run(one, out)
            elif name in {"ins", "moveTo"}:
                start = len(out)
                self._inline(one, out)
                self._insertion("".join(out[start:]))
            elif name in {"del", "moveFrom"}:
                self._deletion(one, inline=True)
            elif name == "AlternateContent":
                self._inline(_choice(one), out)
            elif name in _DRAWN:
                self._drawing(one)
            elif name not in _SKIPPED:
                self._inline(one, out)

    def _run(self, node: Node, out: list[str]) -> None:
        properties = child(node, "rPr")
        own = switched(properties, "vanish", "specVanish")
        styled = self._styles.hides(value(properties, "rStyle")) or self._hides
        hidden = styled if own is None else own
        for one in node:
            name = local(one)
            if name in _DRAWN:
                self._drawing(one)
            elif name == "AlternateContent":
                self._run(_choice(one), out)
            elif name == "fldChar":
                self._field(one, out)
            elif name == "instrText":
                self._code.append(content(one))
            elif name == "delText" and not self._deleted:
                self._gather.numbered(ExtraKind.DELETED, content(one), "verwijderde tekst")
            elif name in {"t", "delText"}:
                self._put(content(one), out, hidden=hidden)
            elif name == "sym":
                self._put(_symbol(one), out, hidden=hidden)
            elif name in _SIGNS:
                self._put(_SIGNS[name], out, hidden=hidden)
            elif name == "ruby":
                self._inline(one, out)

    def _put(self, text: str, out: list[str], *, hidden: bool) -> None:
        """Send a piece of text where it belongs."""
        if any(self._fields):
            self._code.append(text)
        elif hidden and not self._deleted:
            self._hidden.append(text)
        else:
            out.append(text)

    def _insertion(self, text: str) -> None:
        if not self._deleted:
            self._gather.numbered(ExtraKind.INSERTED, text, "ingevoegde tekst")

    def _deletion(self, node: Node, *, inline: bool = False) -> None:
        """List what was deleted, and nothing of it as anything else."""
        self._deleted += 1
        if inline:
            out: list[str] = []
            self._inline(node, out)
            text = "".join(out)
        else:
            text = self.text(node)
        self._deleted -= 1
        if not self._deleted:
            self._gather.numbered(ExtraKind.DELETED, text, "verwijderde tekst")

    def _field(self, node: Node, out: list[str]) -> None:
        """Follow a field: its instruction is not text, its result is."""
        kind = attribute(node, "fldCharType")
        box = child(node, "ffData", "checkBox")
        if box is not None:
            on = switched(box, "checked")
            out.append("[x]" if (switched(box, "default") if on is None else on) else "[ ]")
        if kind == "begin":
            self._fields.append(True)
            return
        if self._fields and kind == "separate":
            self._fields[-1] = False
        elif self._fields and kind == "end":
            self._fields.pop()
        if not any(self._fields):
            code, self._code = "".join(self._code), []
            self._instruction(code)

    def _instruction(self, code: str) -> None:
        """List what an instruction names: an address, a field of a register, a file."""
        words = code.split()
        if not words or self._deleted:
            return
        if words[0].upper() == "HYPERLINK":
            for address in _QUOTED.findall(code):
                self._gather.numbered(ExtraKind.METADATA, address, "koppeling", once=True)
        elif '"' in code and words[0].upper() not in {"TOC", "DATE", "TIME", "SEQ", "PAGE", "REF", "PAGEREF"}:
            self._gather.numbered(ExtraKind.METADATA, " ".join(words), "veldcode", once=True)

    def _drawing(self, node: Node) -> None:
        """List the boxes with text in a drawing, the words drawn as a picture, and what describes a picture."""
        boxes = _outermost(node)
        for box in boxes:
            text = self.text(box)
            kind = ExtraKind.DELETED if self._deleted else ExtraKind.TEXT_BOX
            self._gather.numbered(kind, text, "tekstvak")
        for one in named(node, "docPr", "textpath", "shape", "imagedata"):
            described = attribute(one, "string") or attribute(one, "descr") or attribute(one, "alt") or ""
            place = "tekstvak" if local(one) == "textpath" else "beschrijving van een plaatje"
            kind = ExtraKind.TEXT_BOX if local(one) == "textpath" else ExtraKind.IMAGE
            self._gather.numbered(kind, described, place, once=True)

    def _table(self, node: Node, lines: list[str]) -> None:
        for row in node:
            name = local(row)
            if name == "AlternateContent":
                self._table(_choice(row), lines)
            elif name in {"sdt", "sdtContent", "customXml"}:
                self._table(row, lines)
            elif name == "tr":
                self._row(row, lines)

    def _row(self, row: Node, lines: list[str]) -> None:
        properties = child(row, "trPr")
        if properties is not None and child(properties, "del") is not None:
            self._deleted += 1
            text = " | ".join(self._cells(row))
            self._deleted -= 1
            if not self._deleted:
                self._gather.numbered(ExtraKind.DELETED, text, "verwijderde rij")
            return
        text = " | ".join(self._cells(row))
        if switched(properties, "hidden") and not self._deleted:
            self._gather.numbered(ExtraKind.HIDDEN, text, "verborgen rij")
            return
        if properties is not None and child(properties, "ins") is not None:
            self._insertion(text)
        lines.append(text)

    def _cells(self, node: Node) -> list[str]:
        """Return the text of each cell; content controls and the like may stand around a cell."""
        cells: list[str] = []
        for one in node:
            if local(one) == "tc":
                cells.append(self.text(one).strip("\n"))
            elif local(one) not in _SKIPPED:
                cells += self._cells(one)
        return cells


def _choice(node: Node) -> Node:
    """Return the first of the ways in which the same thing is written."""
    return next(iter(node), ())


def _outermost(node: Node) -> list[Node]:
    """Return the boxes with text that stand in no other box; of two ways to write the same only the first."""
    found: list[Node] = []
    for one in node:
        if local(one) == "txbxContent":
            found.append(one)
        elif local(one) == "AlternateContent":
            found += _outermost(_choice(one))
        else:
            found += _outermost(one)
    return found


def _symbol(node: Node) -> str:
    """Return the sign of a symbol font; list signs and boxes to tick are the ones that people use."""
    code = attribute(node, "char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return ""
    number = int(code, 16)
    ticks = {0xF0FE: "[x]", 0xF0FD: "[x]", 0xF0A8: "[ ]", 0xF06F: "[ ]", 0xF0E0: "→", 0xF0FC: "✓"}
    return ticks.get(number, chr(number))
