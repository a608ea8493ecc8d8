"""What stands beside the text of a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from clients.station.documents.gather import Gather, size_in_words
from clients.station.documents.model import ExtraKind
from clients.station.documents.trees import attribute, local, parse

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_LABELS: Final = {
    "/Title": "titel",
    "/Author": "auteur",
    "/Subject": "onderwerp",
    "/Keywords": "trefwoorden",
    "/Creator": "programma",
    "/Producer": "programma",
}
_DATES: Final = {"/CreationDate", "/ModDate", "/Trapped"}
_PICTURES: Final = 200
"""Listed one by one; a drawing can be made of thousands."""
_SKIPPED_XMP: Final = {
    "CreateDate", "ModifyDate", "MetadataDate", "InstanceID", "DocumentID", "OriginalDocumentID", "format", "Trapped",
    "part", "conformance", "about", "lang", "RenditionClass", "VersionID",
}  # fmt: skip


def _resolved(thing: Any) -> Any:
    """Return what a reference points at."""
    return None if thing is None else thing.get_object()


def _entry(thing: Any, name: str) -> Any:
    """Return an entry of a dictionary, or None where there is no dictionary."""
    return _resolved(thing.get(name)) if isinstance(thing, dict) else None


def _words(thing: Any) -> str:
    return str(thing) if isinstance(thing, str) else ""


class Beside:
    """Lists everything that is not the text of a page."""

    def __init__(self, reader: PdfReader, gather: Gather) -> None:
        self._reader = reader
        self._gather = gather
        self._seen: set[int] = set()
        self.pictures = 0

    def document(self) -> None:
        """List what is said of the document as a whole, and the files in it."""
        for key, value in (self._reader.metadata or {}).items():
            if key not in _DATES:
                place = _LABELS.get(key, f"eigenschap {key[1:]}")
                self._gather.add(ExtraKind.METADATA, _words(_resolved(value)), place)
        root = self._reader.root_object
        self._described(_entry(root, "/Metadata"))
        for one in self._reader.attachment_list:
            size = one.size
            described = one.name if size is None else f"{one.name} ({size_in_words(size)})"
            self._gather.numbered(ExtraKind.ATTACHMENT, described, "bijlage")
        action = _entry(_entry(root, "/OpenAction"), "/S")
        if _entry(_entry(root, "/Names"), "/JavaScript") is not None or action == "/JavaScript":
            self._gather.add(ExtraKind.ATTACHMENT, "macro's (JavaScript)", "macro's")
        if _entry(_entry(root, "/AcroForm"), "/XFA") is not None:
            self._gather.add(ExtraKind.ATTACHMENT, "XFA-formulier, niet gelezen", "formulier")

    def _described(self, stream: Any) -> None:
        """List the values of the second place where a PDF keeps its properties."""
        if stream is None or not hasattr(stream, "get_data"):
            return
        try:
            root = parse(stream.get_data())
        except Exception:  # noqa: BLE001 - properties that cannot be read are no reason to refuse the text
            self._gather.add(ExtraKind.METADATA, "de eigenschappen (XMP) zijn onleesbaar", "eigenschappen")
            return
        for node in root.iter():
            name = local(node)
            label = local(node.getparent().getparent()) if name == "li" and node.getparent() is not None else name
            if label and label not in _SKIPPED_XMP and not len(node):
                self._gather.add(
                    ExtraKind.METADATA, node.text or attribute(node, "resource") or "", f"eigenschap {label}", once=True
                )
            for key, value in node.attrib.items() if name == "Description" else ():
                short = key.rpartition("}")[2]
                if short not in _SKIPPED_XMP:
                    self._gather.add(ExtraKind.METADATA, value, f"eigenschap {short}", once=True)

    def page(self, page: PageObject, number: int) -> None:
        """List the notes, links, files and pictures of one page."""
        for one in _entry(page, "/Annots") or ():
            annotation = _resolved(one)
            if isinstance(annotation, dict):
                self._annotation(annotation)
        self._pictures(_entry(page, "/Resources"), number, 0)

    def _annotation(self, annotation: Any) -> None:
        kind = _entry(annotation, "/Subtype")
        if kind == "/Widget":
            return
        text, author = _words(_entry(annotation, "/Contents")), _words(_entry(annotation, "/T"))
        if kind != "/Popup" and text.strip():
            self._gather.numbered(ExtraKind.COMMENT, f"{author}: {text}" if author else text, "opmerking")
        address = _words(_entry(_entry(annotation, "/A"), "/URI"))
        self._gather.numbered(ExtraKind.METADATA, address, "koppeling", once=True)
        file = _entry(annotation, "/FS")
        if file is not None:
            name = _words(_entry(file, "/UF")) or _words(_entry(file, "/F")) or "bestand zonder naam"
            self._gather.numbered(ExtraKind.ATTACHMENT, name, "bijlage")

    def _pictures(self, resources: Any, number: int, depth: int) -> None:
        """List the pictures of a page, also those in the forms that it is put together from."""
        objects = _entry(resources, "/XObject")
        for name, reference in objects.items() if isinstance(objects, dict) else ():
            thing = _resolved(reference)
            if not isinstance(thing, dict) or id(thing) in self._seen:
                continue
            self._seen.add(id(thing))
            if _entry(thing, "/Subtype") == "/Image":
                self.pictures += 1
                if self.pictures <= _PICTURES:
                    size = f"{_entry(thing, '/Width')} × {_entry(thing, '/Height')}"
                    self._gather.add(ExtraKind.IMAGE, f"{name[1:]} ({size})", f"plaatje op bladzijde {number}")
                elif self.pictures == _PICTURES + 1:
                    self._gather.add(ExtraKind.IMAGE, "nog meer plaatjes", f"vanaf bladzijde {number}")
            elif depth < 5:
                self._pictures(_entry(thing, "/Resources"), number, depth + 1)

    def form(self) -> str:
        """Return what is filled in in the form of the document, a field a line."""
        lines: list[str] = []
        for name, field in (self._reader.get_fields() or {}).items():
            value = _resolved(field.get("/V"))
            if isinstance(value, dict):  # a signature
                self._gather.add(ExtraKind.METADATA, _words(_entry(value, "/Name")), "handtekening")
                continue
            words = ", ".join(map(_words, value)) if isinstance(value, list) else _words(value)
            label = _words(_entry(field, "/TU")) or str(name)
            if words and words != "/Off":
                lines.append(f"{label}: {words.removeprefix('/')}")
        return "\n".join(lines)
