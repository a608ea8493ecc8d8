"""The one way in: whatever is wrong with a document, the answer is a refusal that says what to do."""

from __future__ import annotations

from collections.abc import Callable

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.kinds import Kind, decide
from clients.station.documents.model import Opened

Tell = Callable[[int, int], None]


class _Stopped(BaseException):
    """Carries what `progress` raised past everything that turns errors into refusals."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


def open_document(name: str, data: bytes, *, progress: Callable[[int, int], None] | None = None) -> Opened:
    """Return the text of a document and everything beside it.

    `progress` is told (done, all) in pages for a PDF, and once at the end for the other kinds. What it raises comes
    out as it is, so that a caller can stop the work.

    Raises:
        DocumentRefused: it cannot or may not be opened. No other error comes out of the reading itself, and the
            refusal is not tied to the error behind it, which may quote the document.
    """
    tell = _telling(progress)
    stopped: BaseException
    try:
        return _open(name, data, tell)
    except DocumentRefused as refused:
        code = refused.code
    except MemoryError:
        code = "too_large"
    except _Stopped as stop:
        code, stopped = "", stop.cause
    except Exception:  # noqa: BLE001 - the parsers raise whatever a broken file leads them to
        code = "damaged"
    if not code:
        raise stopped
    raise DocumentRefused(code)


def _open(name: str, data: bytes, tell: Tell) -> Opened:
    """Read with the reader of this kind."""
    if len(data) > limits.FILE_BYTES:
        raise DocumentRefused("too_large")
    if not data.strip():
        raise DocumentRefused("empty")
    kind = decide(name, data)
    # The readers bring heavy libraries; who opens a .txt does not wait for them.
    if kind is Kind.PDF:
        from clients.station.documents.pdf import read_pdf

        return read_pdf(data, tell)
    opened = _reader(kind)(data)
    tell(1, 1)
    return opened


def _reader(kind: Kind) -> Callable[[bytes], Opened]:
    """Return the reader of a kind that has no pages."""
    if kind is Kind.WORD:
        from clients.station.documents.word import read_word

        return read_word
    if kind is Kind.ODT:
        from clients.station.documents.odt import read_odt

        return read_odt
    if kind is Kind.MAIL:
        from clients.station.documents.mail import read_mail

        return read_mail
    from clients.station.documents.plain import read_plain

    return read_plain


def _telling(progress: Callable[[int, int], None] | None) -> Tell:
    """Return `progress` such that what it raises is told apart from what a parser raises."""

    def tell(done: int, total: int) -> None:
        if progress is None:
            return
        try:
            progress(done, total)
        except BaseException as error:  # noqa: BLE001 - it is raised again, as it was
            raise _Stopped(error) from None

    return tell
