"""What a Word document says in its styles and lists: what is hidden, and how an item is numbered."""

from __future__ import annotations

import re
from typing import Final

from clients.station.documents.numbering import BULLET, LEVELS, Counters, figure
from clients.station.documents.trees import Node, attribute, child

_OFF: Final = {"0", "false", "off"}
_CHAIN: Final = 20
"""Styles that stand on one another; a longer chain is a circle."""


def switched(properties: Node | None, *names: str) -> bool | None:
    """Return whether a property is on, off, or not mentioned."""
    if properties is None:
        return None
    for one in names:
        found = child(properties, one)
        if found is not None:
            return (attribute(found, "val") or "true").lower() not in _OFF
    return None


def value(node: Node | None, *path: str) -> str | None:
    """Return the `val` of the element at the end of a path."""
    found = None if node is None else child(node, *path)
    return None if found is None else attribute(found, "val")


class Styles:
    """The styles of one document."""

    def __init__(self, root: Node | None) -> None:
        self._styles: dict[str, Node] = {}
        self._default: str | None = None
        for one in () if root is None else root:
            name = attribute(one, "styleId")
            if name:
                self._styles[name] = one
                if attribute(one, "type") == "paragraph" and attribute(one, "default") in {"1", "true", "on"}:
                    self._default = name
        self._hidden: dict[str, bool] = {}

    def hides(self, name: str | None, *, paragraph: bool = False) -> bool:
        """Tell whether text in this style is hidden; a paragraph without a style has the default one."""
        if name is None and paragraph:
            name = self._default
        if name is None:
            return False
        if name not in self._hidden:
            found = (switched(child(one, "rPr"), "vanish", "specVanish") for one in self._chain(name))
            self._hidden[name] = next((one for one in found if one is not None), False)
        return self._hidden[name]

    def numbering(self, name: str | None) -> Node | None:
        """Return the list that a paragraph style belongs to."""
        found = (child(one, "pPr", "numPr") for one in self._chain(name or self._default or ""))
        return next((one for one in found if one is not None), None)

    def _chain(self, name: str) -> list[Node]:
        """Return a style and those it stands on, nearest first."""
        chain: list[Node] = []
        style = self._styles.get(name)
        while style is not None and len(chain) < _CHAIN:
            chain.append(style)
            style = self._styles.get(value(style, "basedOn") or "")
        return chain


class Lists:
    """The lists of one document, and how far each has been counted."""

    def __init__(self, root: Node | None) -> None:
        self._levels: dict[str, dict[int, Node]] = {}
        self._abstract: dict[str, str] = {}
        self._counters = Counters()
        nodes = [] if root is None else list(root)
        for one in nodes:
            identity = attribute(one, "abstractNumId")
            if identity is not None:
                self._levels[identity] = {
                    _level(attribute(level, "ilvl")): level for level in one.iterchildren("{*}lvl")
                }
        for one in nodes:
            identity = attribute(one, "numId")
            if identity is not None:
                self._abstract[identity] = value(one, "abstractNumId") or ""

    def prefix(self, numbering: Node | None) -> str:
        """Return what stands before a paragraph with these list properties, and count it."""
        identity = value(numbering, "numId")
        if numbering is None or identity not in self._abstract:
            return ""
        key = self._abstract[identity]
        levels = self._levels.get(key, {})
        depth = _level(value(numbering, "ilvl"))
        level = levels.get(depth)
        form = value(level, "numFmt") or "bullet"
        if level is None or form == "bullet":
            return "  " * depth + BULLET
        self._counters.next(key, depth, _number(value(level, "start")))
        if form == "none":
            return ""
        return "  " * depth + self._label(key, levels, value(level, "lvlText") or "%1.") + " "

    def _label(self, key: str, levels: dict[int, Node], pattern: str) -> str:
        """Fill in `%1.%2` with the numbers of the levels."""

        def one(found: re.Match[str]) -> str:
            depth = int(found[1]) - 1
            return figure(self._counters.at(key, depth), value(levels.get(depth), "numFmt") or "decimal")

        return re.sub(r"%([1-9])", one, pattern[:100])


def _level(text: str | None) -> int:
    return min(max(_number(text, 0), 0), LEVELS - 1)


def _number(text: str | None, otherwise: int = 1) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise
