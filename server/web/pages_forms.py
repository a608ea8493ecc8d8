"""Reading the forms that pages send."""

from __future__ import annotations

from urllib.parse import parse_qs

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
