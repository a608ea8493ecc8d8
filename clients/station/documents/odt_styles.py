"""What an OpenDocument text says in its styles: what is hidden, and how an item of a list is numbered."""

from __future__ import annotations

import re

from clients.station.documents.numbering import BULLET, LEVELS, Counters, figure
from clients.station.documents.trees import Node, attribute, child, local, named

_CHAIN = 20


class Styles:
    """The styles of one document, from both places where they stand."""

    def __init__(self, *roots: Node | None) -> None:
        self._styles: dict[tuple[str, str], Node] = {}
        self._lists: dict[str, dict[int, Node]] = {}
        for root in roots:
            for one in () if root is None else named(root, "style", "list-style"):
                name = attribute(one, "name") or ""
                if local(one) == "list-style":
                    self._lists[name] = {_whole(attribute(level, "level"), 1): level for level in one}
                else:
                    self._styles[attribute(one, "family") or "", name] = one

    def hides(self, family: str, name: str | None) -> bool:
        """Tell whether text in this style is hidden."""
        for one in self._chain(family, name):
            properties = child(one, "text-properties")
            shown = None if properties is None else attribute(properties, "display")
            if shown is not None:
                return shown in {"none", "condition"}
        return False

    def list_of(self, paragraph: str | None) -> str | None:
        """Return the list style that a paragraph style names."""
        found = (attribute(one, "list-style-name") for one in self._chain("paragraph", paragraph))
        return next((one for one in found if one), None)

    def level(self, name: str | None, depth: int) -> Node | None:
        """Return one level of a list style; the first is 1."""
        return self._lists.get(name or "", {}).get(depth)

    def _chain(self, family: str, name: str | None) -> list[Node]:
        chain: list[Node] = []
        style = self._styles.get((family, name or ""))
        while style is not None and len(chain) < _CHAIN:
            chain.append(style)
            style = self._styles.get((family, attribute(style, "parent-style-name") or ""))
        return chain


class Lists:
    """Counts the items of the lists while they are walked through."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counters = Counters()
        self._started = 0

    def begin(self, continues: str | None) -> str:
        """Return the key of a list that begins; one that goes on has the key of the one before it."""
        if continues != "true":
            self._started += 1
        return str(self._started)

    def prefix(self, key: str, name: str | None, depth: int, start: str | None) -> str:
        """Return what stands before an item, and count it."""
        level = self._styles.level(name, depth)
        indent = "  " * min(depth - 1, LEVELS)
        if level is None or local(level) != "list-level-style-number":
            return indent + BULLET
        first = _whole(start, _whole(attribute(level, "start-value"), 1))
        number = self._counters.next(key, depth, first)
        form = attribute(level, "num-format")
        if not form:
            return ""
        before, after = attribute(level, "num-prefix") or "", attribute(level, "num-suffix") or ""
        shown = min(_whole(attribute(level, "display-levels"), 1), depth)
        above = [str(self._counters.at(key, one)) for one in range(depth - shown + 1, depth)]
        return indent + before[:20] + ".".join([*above, figure(number, form)]) + after[:20] + " "


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,6}", text) else otherwise
