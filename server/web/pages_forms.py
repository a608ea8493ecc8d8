"""Reading the forms that pages send."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qs

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from server.errors import BadRequest, TooLarge


async def read_fields(request: Request, *, most_bytes: int, most_fields: int) -> dict[str, list[str]]:
    """Return the fields of a form with all their values; a field that is empty is left out.

    Raises:
        BadRequest: it is no form, has too many fields, or is not UTF-8.
        TooLarge: it has more bytes, whatever its header says.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BadRequest
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise TooLarge
    try:
        return parse_qs(body.decode(), errors="strict", max_num_fields=most_fields)
    except ValueError:
        raise BadRequest from None


async def read_file(request: Request, name: str, *, most_bytes: int) -> bytes:
    """Return the one file of a form.

    Raises:
        BadRequest: it is no form with one file of this name, or the file is empty.
        TooLarge: the form has more bytes, whatever its header says.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise BadRequest
    parser = MultiPartParser(request.headers, _bounded(request, most_bytes), max_files=1, max_fields=1)
    # What is sent has no place on this disk: it is bounded, so it fits in memory.
    parser.spool_max_size = most_bytes
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError):
        raise BadRequest from None
    try:
        found = form.get(name)
        if not isinstance(found, UploadFile):
            raise BadRequest("Kies eerst een bestand.", code="no_file")
        content = await found.read()
    finally:
        await form.close()
    if not content:
        raise BadRequest("Kies eerst een bestand.", code="no_file")
    return content


async def _bounded(request: Request, most_bytes: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most_bytes:
            raise TooLarge("Dit bestand is te groot. Deel het in delen.")
        yield chunk
