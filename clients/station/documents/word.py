"""Opens Word's .docx: the parts of the package, each with its own kind of extra.

The parts are read as trees from a checked archive. The library that writes our own letters is not used here: it parses
every part before anything can be checked, and gives up on packages that Word opens, such as one with a link to nowhere.
"""

from __future__ import annotations

import posixpath
from typing import Final
from urllib.parse import unquote

from clients.errors import DocumentRefused
from clients.station.documents.archive import Archive, file_name
from clients.station.documents.gather import Gather, size_in_words
from clients.station.documents.model import ExtraKind, Opened
from clients.station.documents.trees import Node, attribute, child, content, local, named
from clients.station.documents.word_story import Story
from clients.station.documents.word_styles import Lists, Styles

_LABELS: Final = {
    "creator": "auteur",
    "title": "titel",
    "subject": "onderwerp",
    "keywords": "trefwoorden",
    "description": "beschrijving",
    "category": "categorie",
    "contentStatus": "status",
    "lastModifiedBy": "laatst gewijzigd door",
    "Company": "organisatie",
    "Manager": "leidinggevende",
    "HyperlinkBase": "basis van de koppelingen",
}
_NOTES: Final = {"footnotes": "voetnoot", "endnotes": "eindnoot"}
_HEADERS: Final = {"header": "koptekst", "footer": "voettekst"}

Relation = tuple[str, str, bool]
"""The last word of its type, its target as a member's name or as an address, and whether it is an address."""


class _Package:
    """An archive with the relations between its parts."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def relations(self, part: str) -> list[Relation]:
        """Return what a part refers to; the part "" is the package."""
        folder, name = posixpath.split(part)
        root = self.archive.tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        return [] if root is None else [_relation(folder, one) for one in root if local(one) == "Relationship"]

    def trees(self, part: str, kind: str) -> list[tuple[str, Node]]:
        """Return the parts of a kind that a part refers to, in the order of their names."""
        names = {target for word, target, away in self.relations(part) if word == kind and not away}
        return [(one, self.archive.tree(one)) for one in sorted(names) if one in self.archive]

    def tree(self, part: str, kind: str) -> Node | None:
        """Return the first part of a kind."""
        return next((tree for _, tree in self.trees(part, kind)), None)


def _relation(folder: str, node: Node) -> Relation:
    kind = (attribute(node, "Type") or "").rpartition("/")[2]
    target = attribute(node, "Target") or ""
    if attribute(node, "TargetMode") == "External":
        return kind, target, True
    return kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"), False


def read_word(data: bytes) -> Opened:
    """Return the text of a Word document with all changes accepted, and everything beside it.

    Raises:
        DocumentRefused: it is no Word document, or empty, or too large.
    """
    package = _Package(Archive(data))
    main, root = _main(package)
    gather = Gather()
    _metadata(package, main, gather)
    styles = Styles(package.tree(main, "styles"))
    lists = Lists(package.tree(main, "numbering"))
    text = Story(gather, styles, lists).text(child(root, "body"))
    for word, place in _HEADERS.items():
        for _, tree in package.trees(main, word):
            gather.numbered(ExtraKind.HEADER, Story(gather, styles, lists).text(tree), place, once=True)
    _notes(package, main, gather, styles)
    _links(package, gather)
    _files(package.archive, gather)
    return gather.opened(text)


def _main(package: _Package) -> tuple[str, Node]:
    """Return the part that holds the text."""
    name = next((target for kind, target, _ in package.relations("") if kind == "officeDocument"), "word/document.xml")
    root = package.archive.tree(name)
    if root is None:
        known = any(one in package.archive for one in ("[Content_Types].xml", "word/styles.xml"))
        raise DocumentRefused("damaged" if known else "wrong_kind")
    if local(root) != "document":
        raise DocumentRefused("wrong_kind")
    if child(root, "body") is None:
        raise DocumentRefused("damaged")
    return name, root


def _metadata(package: _Package, main: str, gather: Gather) -> None:
    """List the properties of the document, its template, and the data that other programs left in it."""
    for kind in ("core-properties", "extended-properties"):
        for one in _under(package.tree("", kind)):
            if local(one) in _LABELS:
                gather.add(ExtraKind.METADATA, content(one), _LABELS[local(one)])
            elif local(one) == "Template" and not content(one).lower().startswith("normal.dot"):
                gather.add(ExtraKind.METADATA, content(one), "sjabloon")
    for one in _under(package.tree("", "custom-properties")):
        gather.add(ExtraKind.METADATA, content(one), f"eigenschap {attribute(one, 'name') or ''}".strip())
    settings = package.tree(main, "settings")
    for one in () if settings is None else named(settings, "docVar"):
        gather.add(ExtraKind.METADATA, attribute(one, "val") or "", f"variabele {attribute(one, 'name') or ''}".strip())
    for _, tree in package.trees(main, "customXml"):
        gather.numbered(ExtraKind.METADATA, " ".join(content(tree).split()), "gegevens van een ander programma")


def _under(node: Node | None) -> list[Node]:
    """Return the elements directly under a root that need not be there."""
    return [] if node is None else list(node)


def _notes(package: _Package, main: str, gather: Gather, styles: Styles) -> None:
    """List comments with who made them, footnotes and endnotes."""
    for kind, word in _NOTES.items():
        for _, tree in package.trees(main, kind):
            for note in tree:
                if attribute(note, "type") in {None, "normal"}:
                    gather.numbered(ExtraKind.FOOTNOTE, Story(gather, styles, Lists(None)).text(note), word)
    for _, tree in package.trees(main, "comments"):
        for note in tree:
            text = Story(gather, styles, Lists(None)).text(note).strip()
            author = (attribute(note, "author") or "").strip()
            gather.numbered(ExtraKind.COMMENT, f"{author}: {text}" if author else text, "opmerking")


def _links(package: _Package, gather: Gather) -> None:
    """List every address outside the document that any part refers to."""
    for name, _ in package.archive.under(""):
        folder, last = posixpath.split(name)
        if posixpath.basename(folder) != "_rels" or not last.endswith(".rels"):
            continue
        part = posixpath.join(posixpath.dirname(folder), last.removesuffix(".rels"))
        for kind, target, away in package.relations(part):
            if away and kind == "attachedTemplate":
                gather.add(ExtraKind.METADATA, unquote(target), "sjabloon", once=True)
            elif away:
                gather.numbered(ExtraKind.METADATA, unquote(target), "koppeling", once=True)


def _files(archive: Archive, gather: Gather) -> None:
    """List what is packed in the document, and the text of drawings that are parts of their own."""
    for name, size in archive.under(""):
        folder = posixpath.dirname(name)
        described = f"{file_name(name)} ({size_in_words(size)})"
        if file_name(name) == "vbaProject.bin":
            gather.add(ExtraKind.ATTACHMENT, f"macro's ({size_in_words(size)})", "macro's")
        elif folder.endswith(("/embeddings", "/activeX")) and not name.endswith(".xml"):
            gather.numbered(ExtraKind.ATTACHMENT, described, "ingesloten bestand")
        elif folder.endswith("/media"):
            gather.numbered(ExtraKind.IMAGE, described, "plaatje")
        elif file_name(name).startswith("thumbnail."):
            gather.add(ExtraKind.IMAGE, described, "voorbeeldplaatje")
        elif folder.endswith(("/diagrams", "/charts")) and file_name(name).startswith(("data", "chart")):
            tree = archive.tree(name) if name.endswith(".xml") else None
            words = [] if tree is None else [content(one) for one in named(tree, "t", "v")]
            gather.numbered(ExtraKind.TEXT_BOX, "\n".join(words), "diagram")
