"""The stories of an OpenDocument text: the body, a header, a note. Plain text, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.gather import Gather
from clients.station.documents.model import ExtraKind
from clients.station.documents.odt_styles import Lists, Styles
from clients.station.documents.trees import Node, attribute, child, content, local

_SKIPPED: Final = {
    "tracked-changes", "sequence-decls", "dde-connection-decls", "event-listeners", "annotation-end",
    "ruby-text", "linenumbering-configuration", "title", "desc", "section-source", "table-columns", "table-column",
    "change-info",
}  # fmt: skip
_DECLARED: Final = {"variable-decls", "user-field-decls"}
_DRAWN: Final = {"frame", "custom-shape", "rect", "line", "g", "ellipse", "polygon", "polyline", "path", "connector",
                 "caption", "regular-polygon", "circle", "measure", "page-thumbnail", "scene"}  # fmt: skip
_SPACES: Final = 1000
"""A run of spaces that is counted, not written; nobody types more."""
_WHITE: Final = re.compile(r"[ \t\r\n]+")

Item = tuple[str, str | None, int, str | None]
"""The item of a list that waits for its first paragraph: key of the list, style, depth, start."""


class Story:
    """Walks through the stories of one document. Insertions are text; deletions and hidden text are not."""

    def __init__(self, gather: Gather, styles: Styles, changes: Node | None) -> None:
        self._gather = gather
        self._styles = styles
        self._lists = Lists(styles)
        self._inserting: dict[str, list[str]] = {}
        self._insertions: set[str] = set()
        self._hidden: list[str] = []
        self._beside: ExtraKind | None = None
        self._item: Item | None = None
        self._level: tuple[str, str | None, int] = ("", None, 0)
        self._size = 0
        for region in () if changes is None else changes:
            if child(region, "insertion") is not None:
                self._insertions.add(attribute(region, "id") or "")
            deleted = child(region, "deletion")
            if deleted is not None:
                self._apart(ExtraKind.DELETED, deleted, "verwijderde tekst")

    def text(self, node: Node) -> str:
        """Return the paragraphs under `node`, one a line."""
        lines: list[str] = []
        level, self._level = self._level, ("", None, 0)
        item, self._item = self._item, None
        self._blocks(node, lines)
        self._level, self._item = level, item
        return "\n".join(lines)

    def finish(self) -> None:
        """List insertions whose end was never marked."""
        for key in list(self._inserting):
            self._inserted(key)

    def _apart(self, kind: ExtraKind, node: Node, word: str, prefix: str = "") -> None:
        """List a story that is not part of the one around it. In deleted or hidden text it is listed with that."""
        hidden, self._hidden = self._hidden, []
        with self._as(kind):
            text = self.text(node)
        self._hidden = hidden
        if text.strip() or prefix:
            self._gather.numbered(self._beside or kind, prefix + text, word)

    @contextmanager
    def _as(self, kind: ExtraKind) -> Iterator[None]:
        before = self._beside
        if kind in {ExtraKind.DELETED, ExtraKind.HIDDEN}:
            self._beside = before or kind
        yield
        self._beside = before

    def _blocks(self, node: Node, lines: list[str]) -> None:
        for one in node:
            name = local(one)
            if name in {"p", "h"}:
                self._paragraph(one, lines)
            elif name == "list":
                self._list(one, lines)
            elif name in {"list-item", "list-header"}:
                if name == "list-item":
                    self._item = (*self._level, attribute(one, "start-value"))
                self._blocks(one, lines)
                self._item = None
            elif name in {"section", "table"} and _undisplayed(one):
                self._apart(ExtraKind.HIDDEN, one, "verborgen deel")
            elif name == "table":
                self._rows(one, lines)
            elif name in {"change-start", "change-end"}:
                self._change(one, name)
            elif not self._listed(one, name) and name not in _SKIPPED and not name.endswith("-source"):
                self._blocks(one, lines)

    def _listed(self, node: Node, name: str) -> bool:
        """List what is beside the text between paragraphs, and tell whether it was."""
        if name in _DRAWN:
            self._drawing(node)
        elif name == "forms":
            self._forms(node)
        elif name in _DECLARED:
            self._declared(node)
        else:
            return False
        return True

    def _list(self, node: Node, lines: list[str]) -> None:
        level, item = self._level, self._item
        key, style, depth = level
        if depth == 0:
            key = self._lists.begin(attribute(node, "continue-numbering"))
        self._level = (key, attribute(node, "style-name") or style, depth + 1)
        self._blocks(node, lines)
        self._level, self._item = level, item

    def _paragraph(self, node: Node, lines: list[str]) -> None:
        style = attribute(node, "style-name")
        hidden = self._styles.hides("paragraph", style) or any(
            attribute(one, "is-hidden") != "false" for one in node.iterdescendants("{*}hidden-paragraph")
        )
        before, self._hidden = self._hidden, []
        out: list[str] = []
        self._inline(node, out, hidden=hidden)
        veiled, self._hidden = "".join(self._hidden), before
        self._gather.numbered(ExtraKind.HIDDEN, veiled, "verborgen tekst")
        text = "".join(out)
        if self._item is not None and text.strip():
            key, name, depth, start = self._item
            text = self._lists.prefix(key, name or self._styles.list_of(style), depth, start) + text
            self._item = None
        if text or not veiled:
            lines.append(text)
        for parts in self._inserting.values():
            parts.append("\n")

    def _put(self, text: str, out: list[str], *, hidden: bool) -> None:
        """Send a piece of text where it belongs."""
        self._size += len(text)
        if self._size > 4 * limits.TEXT_CHARACTERS:
            raise DocumentRefused("too_large")
        if hidden and self._beside is None:
            self._hidden.append(text)
            return
        out.append(text)
        for parts in self._inserting.values():
            parts.append(text)

    def _inline(self, node: Node, out: list[str], *, hidden: bool) -> None:
        # White space is folded as OpenDocument asks: the file may be laid out over many lines.
        self._put(_WHITE.sub(" ", node.text or ""), out, hidden=hidden)
        for one in node:
            self._piece(one, out, hidden=hidden)
            self._put(_WHITE.sub(" ", one.tail or ""), out, hidden=hidden)

    def _piece(self, one: Node, out: list[str], *, hidden: bool) -> None:
        """Read one element inside a paragraph."""
        match local(one):
            case "s":
                self._put(" " * _count(attribute(one, "c")), out, hidden=hidden)
            case "tab" | "line-break" as name:
                self._put("\t" if name == "tab" else "\n", out, hidden=hidden)
            case "change-start" | "change-end" as name:
                self._change(one, name)
            case "annotation":
                self._comment(one)
            case "note":
                word = "eindnoot" if attribute(one, "note-class") == "endnote" else "voetnoot"
                body = child(one, "note-body")
                if body is not None:
                    self._apart(ExtraKind.FOOTNOTE, body, word)
            case "hidden-text":
                self._put(attribute(one, "string-value") or content(one), out, hidden=True)
            case "hidden-paragraph" | "meta-field" | "meta" | "span" | "a" as name:
                veiled = name == "span" and self._styles.hides("text", attribute(one, "style-name"))
                self._inline(one, out, hidden=hidden or veiled)
            case name if name in _DRAWN:
                self._drawing(one)
            case "p" | "h" | "list" | "table":  # not where they should be; still text
                lines: list[str] = []
                self._blocks([one], lines)
                out.append("\n".join(lines))
            case name if name not in _SKIPPED:
                self._inline(one, out, hidden=hidden)

    def _comment(self, node: Node) -> None:
        author = (content(child(node, "creator"))).strip()
        body = [one for one in node if local(one) in {"p", "h", "list"}]
        hidden, self._hidden = self._hidden, []
        lines: list[str] = []
        self._blocks(body, lines)
        self._hidden = hidden
        text = "\n".join(lines)
        kind = self._beside or ExtraKind.COMMENT
        self._gather.numbered(kind, f"{author}: {text}" if author else text, "opmerking")

    def _change(self, node: Node, name: str) -> None:
        key = attribute(node, "change-id") or ""
        if name == "change-start" and key in self._insertions and self._beside is None:
            self._inserting[key] = []
        elif name == "change-end":
            self._inserted(key)

    def _inserted(self, key: str) -> None:
        parts = self._inserting.pop(key, None)
        if parts:
            self._gather.numbered(ExtraKind.INSERTED, "".join(parts), "ingevoegde tekst")

    def _drawing(self, node: Node) -> None:
        """List the text in a drawing, and what describes it."""
        inserting, self._inserting = self._inserting, {}
        for one in node:
            if local(one) in {"title", "desc"}:
                self._gather.numbered(ExtraKind.IMAGE, content(one), "beschrijving van een plaatje")
            elif local(one) in _DRAWN:
                self._drawing(one)
        boxes = [one for one in node if local(one) == "text-box"]
        own = any(local(one) in {"p", "list"} for one in node)
        for one in [node] if own else boxes:
            self._apart(ExtraKind.TEXT_BOX, one, "tekstvak")
        self._inserting = inserting

    def _forms(self, node: Node) -> None:
        """List what is filled in in the fields of a form."""
        for one in node.iter():
            filled = attribute(one, "current-value") or attribute(one, "value") or ""
            label = attribute(one, "label") or attribute(one, "name") or ""
            if filled:
                self._gather.numbered(ExtraKind.TEXT_BOX, f"{label}: {filled}", "formulierveld")

    def _declared(self, node: Node) -> None:
        """List the values of variables, which need not be shown anywhere."""
        for one in node:
            self._gather.numbered(ExtraKind.METADATA, attribute(one, "string-value") or "", "variabele", once=True)

    def _rows(self, node: Node, lines: list[str]) -> None:
        for one in node:
            name = local(one)
            if name == "table-row":
                text = " | ".join(self._cells(one))
                if attribute(one, "visibility") in {"collapse", "filter"} and self._beside is None:
                    self._gather.numbered(ExtraKind.HIDDEN, text, "verborgen rij")
                else:
                    lines.append(text)
            elif name not in _SKIPPED:
                self._rows(one, lines)

    def _cells(self, row: Node) -> list[str]:
        return [self.text(one).strip("\n") for one in row if local(one) == "table-cell"]


def _undisplayed(node: Node) -> bool:
    return attribute(node, "display") in {"none", "condition"}


def _count(text: str | None) -> int:
    return min(int(text), _SPACES) if text and re.fullmatch(r"\d{1,9}", text) else 1
