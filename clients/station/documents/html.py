"""The text of an HTML message, as its reader sees it."""

from __future__ import annotations

import re
from typing import Final

from clients.errors import DocumentRefused
from clients.station.documents.clean import clean
from clients.station.documents.gather import Gather
from clients.station.documents.model import ExtraKind
from clients.station.documents.trees import Node

_DROPPED: Final = {"script", "style", "head", "template", "noscript", "object", "iframe", "svg", "title"}
_BLOCKS: Final = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "blockquote", "pre", "section",
    "article", "header", "footer", "address", "dl", "dt", "dd", "hr", "form", "fieldset", "figure", "center", "main",
    "aside",
}  # fmt: skip
_SPACED: Final = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"}
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])")
_WHITE: Final = re.compile(r"[ \t\r\n\f]+")
_LINK: Final = ("http:", "https:", "mailto:", "tel:")
_TOO_DEEP: Final = "depth"


def html_text(source: str, gather: Gather) -> str:
    """Return the text of `source`; hidden parts, pictures and addresses of links become extras.

    Raises:
        DocumentRefused: elements stand in one another without end.
    """
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    # The parser takes bytes: in a string it refuses a declaration of another encoding.
    data = clean(source).encode()
    root = etree.fromstring(data, parser) if data.strip() else None
    if any(_TOO_DEEP in entry.message.lower() for entry in parser.error_log):
        # What stands deeper was dropped by the parser, and would be missing without a word.
        raise DocumentRefused("damaged")
    if root is None:
        return ""
    return _Walk(gather).text(root)


class _Walk:
    """Goes through the elements with a loop, for they may stand deep in one another."""

    def __init__(self, gather: Gather) -> None:
        self._gather = gather
        self._out: list[str] = []
        self._hidden: list[str] = []
        self._veil = 0
        self._dropped = 0
        self._verbatim = 0

    def text(self, root: Node) -> str:
        """Return the text under `root`."""
        from lxml import etree

        for event, node in etree.iterwalk(root, events=("start", "end")):
            if not isinstance(node.tag, str):
                continue
            if event == "start":
                self._start(node)
                self._say(node.text)
            else:
                self._end(node)
                self._say(node.tail)
        lines = [line.strip(" ") for line in "".join(self._out).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")

    def _start(self, node: Node) -> None:
        tag = node.tag.lower()
        self._dropped += tag in _DROPPED
        if self._dropped:
            return
        self._veil += _veiled(node)
        self._verbatim += tag == "pre"
        if tag == "br" and not self._veil:
            self._out.append("\n")
        elif tag in _BLOCKS:
            self._line(_breaks(node, tag))
        if tag == "li":
            self._out.append("- ")
        elif tag in {"td", "th"} and node.getprevious() is not None:
            self._out.append(" | ")
        self._beside(node, tag)

    def _end(self, node: Node) -> None:
        tag = node.tag.lower()
        if self._dropped:
            self._dropped -= tag in _DROPPED
            return
        if _veiled(node):
            self._veil -= 1
            if not self._veil:
                self._gather.numbered(ExtraKind.HIDDEN, "".join(self._hidden), "verborgen tekst")
                self._hidden.clear()
        self._verbatim -= tag == "pre"
        if tag in _BLOCKS:
            self._line(_breaks(node, tag))

    def _beside(self, node: Node, tag: str) -> None:
        """List pictures, links and the values of form fields."""
        if tag == "img":
            self._gather.numbered(
                ExtraKind.IMAGE, node.get("alt") or "plaatje zonder beschrijving", "plaatje in de tekst"
            )
        elif tag in {"a", "area"} and (node.get("href") or "").strip().lower().startswith(_LINK):
            self._gather.numbered(ExtraKind.METADATA, node.get("href"), "koppeling", once=True)
        elif tag == "input" and (node.get("type") or "text").lower() not in {"hidden", "submit", "button"}:
            self._say(node.get("value"))

    def _say(self, text: str | None) -> None:
        if not text or self._dropped:
            return
        if self._veil:
            self._hidden.append(_WHITE.sub(" ", text))
        elif self._verbatim:
            self._out.append(text)
        else:
            text = _WHITE.sub(" ", text)
            at_start = not self._out or self._out[-1].endswith(("\n", " "))
            self._out.append(text.lstrip(" ") if at_start else text)

    def _line(self, breaks: int) -> None:
        """End the line, and leave an empty one behind it where readers see one."""
        if self._veil or not self._out:
            return
        tail = "".join(self._out[-4:])
        if tail.endswith("\n- "):
            return  # a paragraph in an item of a list stands behind its sign
        tail = tail.rstrip(" ")
        standing = len(tail) - len(tail.rstrip("\n"))
        self._out.append("\n" * max(0, breaks - standing))


def _breaks(node: Node, tag: str) -> int:
    """Return how many line ends stand around a block; in a list or a cell a paragraph has no empty line."""
    parent = node.getparent()
    inside = parent is not None and parent.tag in {"li", "td", "th"}
    return 2 if tag in _SPACED and not inside else 1


def _veiled(node: Node) -> bool:
    style = (node.get("style") or "").lower()
    return node.get("hidden") is not None or (bool(style) and _HIDDEN.search(style) is not None)
