"""XML from strangers: no document types, no entities, no network, no bottomless trees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from clients.errors import DocumentRefused
from clients.station.documents import limits

Node: TypeAlias = Any
"""An element of lxml, which ships no types."""


def parse(data: bytes) -> Node:
    """Return the root of an XML part.

    Raises:
        DocumentRefused: it is too large, or has a document type, which the kinds of file read here never have.
    """
    from lxml import etree

    if len(data) > limits.PART_BYTES:
        raise DocumentRefused("too_large")
    # Looked for before parsing too, in every width of character, so that no entity is ever declared.
    if b"<!DOCTYPE" in (data.replace(b"\0", b"") if b"\0" in data else data):
        raise DocumentRefused("damaged")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentRefused("damaged")
    return root


def local(node: Node) -> str:
    """Return the name of an element without its namespace, which differs between the editions of a format."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node: Node, name: str) -> str | None:
    """Return an attribute by its name without namespace."""
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def child(node: Node, *path: str) -> Node | None:
    """Return the first element along a path of names, or None."""
    for name in path:
        node = next((one for one in node if local(one) == name), None)
        if node is None:
            return None
    return node


def named(node: Node, *names: str) -> Iterator[Node]:
    """Yield the elements below `node`, at any depth, that have one of these names."""
    return (one for one in node.iter() if local(one) in names)


def content(node: Node | None) -> str:
    """Return all text in an element."""
    return "" if node is None else "".join(node.itertext())
