"""A zip from strangers: counted before it is read, and while it is read."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.trees import Node, parse

_ENCRYPTED = 0x1
_CHUNK = 1 << 16


class Archive:
    """The members of a zip by name; nothing is ever unpacked to disk."""

    def __init__(self, data: bytes) -> None:
        """Look through the list of members.

        Raises:
            DocumentRefused: too many, too much, a password, or names that no honest program writes.
        """
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._left = limits.UNPACKED_BYTES
        entries = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(entries) > limits.MEMBERS or sum(one.file_size for one in entries) > limits.UNPACKED_BYTES:
            raise DocumentRefused("too_large")
        self._entries = {one.filename.replace("\\", "/"): one for one in entries}
        # Two members of one name are a way to show a different text to each program.
        if len(self._entries) != len(entries) or not all(map(_honest, self._entries)):
            raise DocumentRefused("damaged")
        for one in entries:
            if one.flag_bits & _ENCRYPTED:
                raise DocumentRefused("password")
            if one.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise DocumentRefused("damaged")

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def under(self, folder: str) -> list[tuple[str, int]]:
        """Return the members in a folder as (name, size), in order."""
        return [(name, one.file_size) for name, one in self._entries.items() if name.startswith(folder)]

    def read(self, name: str) -> bytes:
        """Return a member whole.

        Raises:
            DocumentRefused: it holds more than the list of members said, or than may be read in all.
        """
        parts: list[bytes] = []
        with self._zip.open(self._entries[name]) as member:
            while part := member.read(_CHUNK):
                self._left -= len(part)
                if self._left < 0:
                    raise DocumentRefused("too_large")
                parts.append(part)
        return b"".join(parts)

    def tree(self, name: str) -> Node | None:
        """Return the root of an XML member, or None when there is no such member.

        Raises:
            DocumentRefused: as `read` and `trees.parse` do.
        """
        return parse(self.read(name)) if name in self._entries else None


def _honest(name: str) -> bool:
    """Tell whether a name stays inside the archive."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and ":" not in name and "\0" not in name


def file_name(path: str) -> str:
    """Return the last part of a member's name."""
    return PurePosixPath(path).name
