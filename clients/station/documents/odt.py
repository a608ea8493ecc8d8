"""Opens OpenDocument text, as LibreOffice writes it.

The parts are read as trees from a checked archive: the library at hand shows neither the changes that were followed nor
what is hidden, and parses before anything can be checked.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from clients.errors import DocumentRefused
from clients.station.documents.archive import Archive, file_name
from clients.station.documents.gather import Gather, size_in_words
from clients.station.documents.model import ExtraKind, Opened
from clients.station.documents.odt_story import Story
from clients.station.documents.odt_styles import Styles
from clients.station.documents.trees import Node, attribute, child, content, local, named

_LABELS: Final = {
    "initial-creator": "auteur",
    "creator": "laatst gewijzigd door",
    "printed-by": "afgedrukt door",
    "title": "titel",
    "subject": "onderwerp",
    "keyword": "trefwoorden",
    "description": "beschrijving",
    "contributor": "medewerker",
    "publisher": "organisatie",
}
_HEADERS: Final = {"header": "koptekst", "footer": "voettekst"}
_KIND: Final = b"application/vnd.oasis.opendocument.text"


def read_odt(data: bytes) -> Opened:
    """Return the text of an OpenDocument text with all changes accepted, and everything beside it.

    Raises:
        DocumentRefused: it is another kind of document, protected, empty or too large.
    """
    archive = Archive(data)
    _check(archive)
    root, sheet = archive.tree("content.xml"), archive.tree("styles.xml")
    body = None if root is None else child(root, "body", "text")
    if body is None:
        raise DocumentRefused("damaged")
    gather = Gather()
    meta = archive.tree("meta.xml")
    _metadata(meta, gather)
    story = Story(gather, Styles(sheet, root), child(body, "tracked-changes"))
    text = story.text(body)
    story.finish()
    _headers(sheet, gather, story)
    _links(root, gather)
    _links(sheet, gather)
    _files(archive, gather)
    return gather.opened(text)


def _check(archive: Archive) -> None:
    """Refuse what is protected, and what is a zip of another kind."""
    manifest = archive.tree("META-INF/manifest.xml")
    if "encrypted-package" in archive or (
        manifest is not None and next(named(manifest, "encryption-data"), None) is not None
    ):
        raise DocumentRefused("password")
    kind = archive.read("mimetype").strip() if "mimetype" in archive else b""
    if "content.xml" not in archive:
        raise DocumentRefused("damaged" if kind.startswith(_KIND) else "wrong_kind")
    if kind and not kind.startswith(_KIND):
        raise DocumentRefused("wrong_kind")


def _metadata(root: Node | None, gather: Gather) -> None:
    """List the properties of the document and its template."""
    for one in () if root is None else root.iter():
        name = local(one)
        if name in _LABELS:
            gather.add(ExtraKind.METADATA, content(one), _LABELS[name])
        elif name == "user-defined":
            gather.add(ExtraKind.METADATA, content(one), f"eigenschap {attribute(one, 'name') or ''}".strip())
        elif name == "template":
            gather.add(ExtraKind.METADATA, attribute(one, "title") or attribute(one, "href") or "", "sjabloon")


def _headers(sheet: Node | None, gather: Gather, story: Story) -> None:
    """List the headers and footers of every kind of page."""
    for one in () if sheet is None else named(sheet, "master-page"):
        for part in one:
            word = next((word for start, word in _HEADERS.items() if local(part).startswith(start)), None)
            if word:
                gather.numbered(ExtraKind.HEADER, story.text(part), word, once=True)


def _links(root: Node | None, gather: Gather) -> None:
    """List every address outside the document."""
    for one in () if root is None else root.iter():
        address = attribute(one, "href") if local(one) in {"a", "section-source", "image", "object"} else None
        if address and not address.startswith(("#", "Pictures/", "./", "Object")):
            gather.numbered(ExtraKind.METADATA, unquote(address), "koppeling", once=True)


def _files(archive: Archive, gather: Gather) -> None:
    """List what is packed in the document."""
    macros = [size for folder in ("Basic/", "Scripts/") for _, size in archive.under(folder)]
    if macros:
        gather.add(ExtraKind.ATTACHMENT, f"macro's ({size_in_words(sum(macros))})", "macro's")
    for name, size in archive.under(""):
        described = f"{file_name(name)} ({size_in_words(size)})"
        top = name.partition("/")[0]
        if top == "Pictures":
            gather.numbered(ExtraKind.IMAGE, described, "plaatje")
        elif top == "Thumbnails":
            gather.add(ExtraKind.IMAGE, described, "voorbeeldplaatje")
        elif top == "Versions":
            gather.numbered(ExtraKind.ATTACHMENT, described, "eerdere versie")
        elif top.startswith("Object") and (name == top or name.endswith("/content.xml")):
            gather.numbered(ExtraKind.ATTACHMENT, f"{top} ({size_in_words(size)})", "ingesloten bestand")
