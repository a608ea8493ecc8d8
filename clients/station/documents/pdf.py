"""Opens a PDF: the text of its pages, and what stands beside it."""

from __future__ import annotations

import io
import logging
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.clean import clean
from clients.station.documents.gather import Gather
from clients.station.documents.hyphens import join_broken_words
from clients.station.documents.model import Opened
from clients.station.documents.pdf_beside import Beside

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_STREAM = 20_000_000
_PARSING = 500_000


def read_pdf(data: bytes, tell: Callable[[int, int], None]) -> Opened:
    """Return the text of a PDF page by page, then what is filled in in its form, and everything beside it.

    Raises:
        DocumentRefused: it is protected, holds only pictures, or is too large in any of many ways.
    """
    from pypdf.errors import FileNotDecryptedError, LimitReachedError

    try:
        with _quiet(), _bounded():
            return _read(data, tell)
    except FileNotDecryptedError:
        code = "password"
    except LimitReachedError:
        code = "too_large"
    raise DocumentRefused(code)


@contextmanager
def _bounded() -> Iterator[None]:
    """Let the library unpack and parse far less than it would by itself, and start no program."""
    from pypdf import apply_configuration

    with apply_configuration(
        maximum_declared_stream_length=_STREAM,
        array_based_stream_maximum_output_length=_STREAM,
        lzw_maximum_output_length=_STREAM,
        run_length_maximum_output_length=_STREAM,
        zlib_maximum_output_length=_STREAM,
        brotli_maximum_output_length=_STREAM,
        stream_decoding_work_maximum_length=3 * _STREAM,
        stream_parsing_work_maximum_count=_PARSING,
        xmp_maximum_input_length=1_000_000,
        page_tree_maximum_entries=4 * limits.PAGES,
        form_fields_maximum_entries=limits.EXTRAS,
        xform_maximum_invocations_per_extraction=500,
        jbig2dec_binary=None,
    ):
        yield


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the library says to itself: its messages quote the document."""
    logger = logging.getLogger("pypdf")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _read(data: bytes, tell: Callable[[int, int], None]) -> Opened:
    from pypdf import PdfReader

    until = time.monotonic() + limits.PDF_SECONDS
    reader = PdfReader(io.BytesIO(data), strict=False)
    pages = len(reader.pages)
    if pages > limits.PAGES:
        raise DocumentRefused("too_large")
    if not pages:
        raise DocumentRefused("empty")
    gather = Gather()
    beside = Beside(reader, gather)
    beside.document()
    texts = _pages(reader, beside, until, tell)
    form = beside.form()
    if not form and not any(one.strip() for one in texts):
        raise DocumentRefused("no_text" if beside.pictures else "empty")
    text = join_broken_words(clean("\n\n".join(one.strip("\n") for one in texts)))
    return gather.opened(f"{text}\n\n{form}", pages)


def _pages(reader: PdfReader, beside: Beside, until: float, tell: Callable[[int, int], None]) -> list[str]:
    """Return the text of each page, within the time and size that a document may take."""
    texts: list[str] = []
    pages = len(reader.pages)
    unpacked = characters = 0

    def watch(*_: Any) -> None:
        # Within a page too: a megabyte of crafted instructions keeps the library busy for a minute.
        if time.monotonic() > until:
            raise DocumentRefused("too_large")

    tell(0, pages)
    for number, page in enumerate(reader.pages, start=1):
        unpacked += _size(page)
        watch()
        if unpacked > limits.UNPACKED_BYTES:
            raise DocumentRefused("too_large")
        texts.append(page.extract_text(visitor_operand_before=watch))
        characters += len(texts[-1])
        if characters > limits.TEXT_CHARACTERS:
            raise DocumentRefused("too_large")
        beside.page(page, number)
        tell(number, pages)
    return texts


def _size(page: PageObject) -> int:
    """Return how large the instructions of a page are when unpacked."""
    contents = page.get_contents()
    return 0 if contents is None else len(contents.get_data())
