"""Records what SQLite does to its files: writes, truncations, syncs and deletions, in order, from any connection.

SQLite reaches its files through a table of functions, its VFS. Inside `recorded()` the default one is a copy of the
real one whose files note what is done to them and then do it, so that the service's own engine is recorded as it is,
through its own driver. Needs an SQLite library that Python loads as a shared one; `Unrecordable` says when it is not.

Source: the structures `sqlite3_vfs` and `sqlite3_io_methods` of sqlite3.h.
"""

from __future__ import annotations

import _sqlite3
import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

MAIN_DB, MAIN_JOURNAL, WAL = 0x100, 0x800, 0x80000
"""Which files are recorded: what a crash must leave in order. Temporary files and shared memory are not."""


class Unrecordable(Exception):
    """This Python carries an SQLite that cannot be reached from outside."""


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that happened. `kind` is open, write, truncate, sync, delete or acknowledge.

    `at` is a write's offset, a truncation's new size, or a number that an acknowledgement gives.
    """

    kind: str
    name: str
    at: int = 0
    data: bytes = b""


@dataclass(slots=True)
class Recording:
    """What was done so far, by the names of the files without their folder."""

    ops: list[Op] = field(default_factory=list)

    def acknowledge(self, name: str, number: int) -> None:
        """Note that the caller was told that this is durable."""
        self.ops.append(Op("acknowledge", name, number))


_METHODS = (
    *("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock", "xCheckReservedLock"),
    *("xFileControl", "xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap"),
    *("xFetch", "xUnfetch"),
)
_CALLS = (
    *("xOpen", "xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym", "xDlClose", "xRandomness"),
    *("xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64", "xSetSystemCall", "xGetSystemCall"),
    "xNextSystemCall",
)


class _IoMethods(ctypes.Structure):
    _fields_: ClassVar = [("iVersion", c_int), *((name, c_void_p) for name in _METHODS)]


class _Vfs(ctypes.Structure):
    _fields_: ClassVar = [
        *(("iVersion", c_int), ("szOsFile", c_int), ("mxPathname", c_int)),
        *(("pNext", c_void_p), ("zName", c_char_p), ("pAppData", c_void_p)),
        *((name, c_void_p) for name in _CALLS),
    ]


class _File(ctypes.Structure):
    _fields_: ClassVar = [("pMethods", c_void_p)]


# A path is an address here: SQLite keeps it, and reads parameters behind its end, so it must not become a copy.
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


def library() -> Any:
    """Return the SQLite library that Python's own module uses.

    Raises:
        Unrecordable: it is built in, so that its functions cannot be found.
    """
    found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
    try:
        found.sqlite3_vfs_find.restype = POINTER(_Vfs)
        found.sqlite3_vfs_find.argtypes = [c_char_p]
        found.sqlite3_vfs_register.argtypes = [POINTER(_Vfs), c_int]
        found.sqlite3_vfs_unregister.argtypes = [POINTER(_Vfs)]
    except AttributeError:
        raise Unrecordable("this Python's SQLite is built in; one with a shared library is needed") from None
    return found


def _name(path: int) -> str:
    return Path(ctypes.string_at(path).decode()).name


class _Recorder:
    """The copy of the VFS, with everything that C calls kept alive."""

    def __init__(self, recording: Recording, real: Any) -> None:
        self.recording = recording
        self.real = real
        self.names: dict[int, str] = {}
        self._tables: dict[int, _IoMethods] = {}
        self._kept: list[Any] = []
        self.vfs = _Vfs.from_buffer_copy(real.contents)
        self.vfs.zName = b"recording"
        self.vfs.pNext = None
        self._real_open = _OPEN(real.contents.xOpen)
        self._real_delete = _DELETE(real.contents.xDelete)
        self.vfs.xOpen = self._keep(_OPEN(self._open))
        self.vfs.xDelete = self._keep(_DELETE(self._delete))

    def _keep(self, function: Any) -> int | None:
        self._kept.append(function)
        return ctypes.cast(function, c_void_p).value

    def _note(self, kind: str, file: int, at: int = 0, data: bytes = b"") -> None:
        self.recording.ops.append(Op(kind, self.names[file], at, data))

    def _open(self, _vfs: int, path: int | None, file: int, flags: int, out: int | None) -> int:
        code: int = self._real_open(ctypes.addressof(self.real.contents), path, file, flags, out)
        if code == 0 and path is not None and flags & (MAIN_DB | MAIN_JOURNAL | WAL):
            self.names[file] = _name(path)
            opened = _File.from_address(file)
            opened.pMethods = ctypes.addressof(self._table(opened.pMethods))
            self._note("open", file)
        return code

    def _delete(self, _vfs: int, path: int, sync_folder: int) -> int:
        code: int = self._real_delete(ctypes.addressof(self.real.contents), path, sync_folder)
        if code == 0:
            self.recording.ops.append(Op("delete", _name(path), sync_folder))
        return code

    def _table(self, address: int) -> _IoMethods:
        """Return the recording copy of one table of file functions; there is one per way of locking."""
        if address not in self._tables:
            real = _IoMethods.from_address(address)
            table = _IoMethods.from_buffer_copy(real)
            table.xClose = self._keep(_CLOSE(self._closing(_CLOSE(real.xClose))))
            table.xWrite = self._keep(_WRITE(self._writing(_WRITE(real.xWrite))))
            table.xTruncate = self._keep(_TRUNCATE(self._truncating(_TRUNCATE(real.xTruncate))))
            table.xSync = self._keep(_SYNC(self._syncing(_SYNC(real.xSync))))
            self._tables[address] = table
        return self._tables[address]

    def _closing(self, real: Any) -> Callable[[int], int]:
        def close(file: int) -> int:
            self.names.pop(file, None)
            return int(real(file))

        return close

    def _writing(self, real: Any) -> Callable[[int, int, int, int], int]:
        def write(file: int, buffer: int, size: int, offset: int) -> int:
            code = int(real(file, buffer, size, offset))
            if code == 0:
                self._note("write", file, offset, ctypes.string_at(buffer, size))
            return code

        return write

    def _truncating(self, real: Any) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            code = int(real(file, size))
            if code == 0:
                self._note("truncate", file, size)
            return code

        return truncate

    def _syncing(self, real: Any) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            code = int(real(file, flags))
            if code == 0:
                self._note("sync", file)
            return code

        return sync


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record every connection that is opened inside the block; all must be closed before it ends.

    Raises:
        Unrecordable: this Python's SQLite cannot be recorded.
    """
    sqlite = library()
    recording = Recording()
    recorder = _Recorder(recording, sqlite.sqlite3_vfs_find(None))
    sqlite.sqlite3_vfs_register(ctypes.byref(recorder.vfs), 1)
    try:
        yield recording
    finally:
        sqlite.sqlite3_vfs_unregister(ctypes.byref(recorder.vfs))
        if recorder.names:
            raise RuntimeError("a connection was left open, and its functions are about to go")
