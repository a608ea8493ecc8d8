"""Opens an e-mail: who, when and what about on top, then the best body. Attachments are listed, not opened."""

from __future__ import annotations

import re
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Final

from clients.errors import DocumentRefused
from clients.station.documents import limits
from clients.station.documents.clean import clean, decode
from clients.station.documents.gather import Gather, size_in_words
from clients.station.documents.html import html_text
from clients.station.documents.model import ExtraKind, Opened

_SHOWN: Final = {"from": "Van", "to": "Aan", "cc": "Cc", "subject": "Onderwerp", "date": "Datum"}
_BESIDE: Final = {
    "bcc": "blinde kopie aan",
    "sender": "verzender",
    "reply-to": "antwoordadres",
    "return-path": "retouradres",
    "delivered-to": "bezorgd bij",
    "organization": "organisatie",
    "message-id": "kenmerk van het bericht",
    "in-reply-to": "antwoord op bericht",
    "x-originating-ip": "internetadres",
    "received": "weg van het bericht",
    "x-mailer": "programma",
    "user-agent": "programma",
    "thread-topic": "gesprek",
    "keywords": "trefwoorden",
    "comments": "opmerkingen",
}
_HEADER_LENGTH: Final = 20_000
_SEALED: Final = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_QUOTE: Final = re.compile(
    r"-{3,} ?(?:oorspronkelijk bericht|original message|doorgestuurd bericht|forwarded message)\b.*"
    r"|(?:op|on|am) [^\n]{5,200}(?:schreef|wrote|schrieb)[^\n]{0,200}:"
    r"|(?:van|from): [^\n]{1,300}",
    re.IGNORECASE,
)


def read_mail(data: bytes) -> Opened:
    """Return an e-mail as text; quoted earlier messages stay in it, and are listed too.

    Raises:
        DocumentRefused: it is encrypted, empty or too large.
    """
    message = BytesParser(policy=compat32).parsebytes(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    gather = Gather()
    head: list[str] = []
    for name, raw in message.raw_items():
        value = _header(str(raw))
        if name.lower() in _SHOWN:
            head.append(f"{_SHOWN[name.lower()]}: {value}")
        elif name.lower() in _BESIDE:
            gather.add(ExtraKind.METADATA, value, _BESIDE[name.lower()])
    head.sort(key=lambda line: list(_SHOWN.values()).index(line.partition(":")[0]))
    body = clean(_body(message, gather)).strip("\n")
    _quotes(body, gather)
    if not head and not body.strip():
        raise DocumentRefused("empty")
    return gather.opened("\n".join(head) + "\n\n" + body)


def _header(raw: str) -> str:
    """Return the value of a header on one line, whatever way its letters were written."""
    text = raw[:_HEADER_LENGTH].encode("ascii", "surrogateescape") if raw.isascii() or _escaped(raw) else raw.encode()
    plain = " ".join(decode(text).split())
    try:
        parts = decode_header(plain)
    except Exception:  # noqa: BLE001 - what is no encoded word is shown as it stands
        return plain
    pieces = [part if isinstance(part, str) else _word(part, charset) for part, charset in parts]
    return " ".join("".join(pieces).split())


def _word(part: bytes, charset: str | None) -> str:
    # Without a character set the library hands back what it made of the text itself.
    return decode(part, charset) if charset else part.decode("raw-unicode-escape", "replace")


def _escaped(raw: str) -> bool:
    """Tell whether the text is bytes that the parser could not read, and nothing that it could."""
    return all(sign < "\x80" or "\udc80" <= sign <= "\udcff" for sign in raw)


def _body(part: Message, gather: Gather) -> str:
    """Return the text of a part, and list what is no text."""
    kind = part.get_content_type()
    if kind in _SEALED:
        raise DocumentRefused("password")
    if kind == "message/rfc822" or _is_file(part):
        _attachment(part, gather)
        return ""
    if part.is_multipart():
        parts = _parts(part)
        if kind == "multipart/alternative":
            return _best(parts, gather)
        return "\n\n".join(text for text in (_body(one, gather) for one in parts) if text.strip())
    if kind == "text/html":
        return html_text(_decoded(part), gather)
    text = _decoded(part)
    return _flowed(text) if str(part.get_param("format") or "").lower() == "flowed" else text


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _best(parts: list[Message], gather: Gather) -> str:
    """Return the plain version if it says anything, or else the richest; files beside it are listed."""
    plain = next((one for one in parts if one.get_content_type() == "text/plain" and not _is_file(one)), None)
    text = "" if plain is None else _body(plain, gather)
    for one in reversed(parts):
        if one is plain:
            continue
        if one.get_content_type() in {"text/html", "multipart/related", "multipart/mixed", "multipart/alternative"}:
            # Of a version that is not shown, only the files that it carries count.
            other = _body(one, gather if not text.strip() else _Files(gather))
            text = text if text.strip() else other
        elif _is_file(one):
            _attachment(one, gather)
    return text


class _Files(Gather):
    """Passes on attachments and pictures, and nothing else."""

    def __init__(self, gather: Gather) -> None:
        super().__init__()
        self._inner = gather

    def add(self, kind: ExtraKind, text: str, place: str, *, once: bool = False) -> None:
        """Pass on a file."""
        if kind in {ExtraKind.ATTACHMENT, ExtraKind.HIDDEN}:
            self._inner.add(kind, text, place, once=once)

    def numbered(self, kind: ExtraKind, text: str, word: str, *, once: bool = False) -> None:
        """Pass on a file."""
        if kind in {ExtraKind.ATTACHMENT, ExtraKind.HIDDEN, ExtraKind.IMAGE}:
            self._inner.numbered(kind, text, word, once=once)


def _is_file(part: Message) -> bool:
    if part.is_multipart():
        return False
    named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
    return named or part.get_content_type() not in {"text/plain", "text/html", "text/enriched"}


def _attachment(part: Message, gather: Gather) -> None:
    """List a file by its name and size, a message by its subject."""
    if part.get_content_type() == "message/rfc822":
        inner = next(iter(_parts(part)), None)
        subject = "" if inner is None else _header(str(dict(inner.raw_items()).get("Subject", "")))
        gather.numbered(ExtraKind.ATTACHMENT, f"bericht: {subject or 'zonder onderwerp'}", "bijlage")
        return
    payload = part.get_payload(decode=True)
    size = size_in_words(len(payload) if isinstance(payload, bytes) else 0)
    name = _header(part.get_filename() or "") or part.get_content_type()
    if part.get_content_maintype() == "image":
        gather.numbered(ExtraKind.IMAGE, f"{name} ({size})", "plaatje")
    else:
        gather.numbered(ExtraKind.ATTACHMENT, f"{name} ({size})", "bijlage")


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_param("charset")
    return decode(payload, charset if isinstance(charset, str) else None) if isinstance(payload, bytes) else ""


def _flowed(text: str) -> str:
    """Join the lines of a message whose program broke them itself."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if lines and lines[-1].endswith(" ") and lines[-1] != "-- " and not line.startswith(">"):
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def _quotes(body: str, gather: Gather) -> None:
    """List each run of lines that quotes an earlier message; from the head of one on, everything is quoted."""
    lines = body[: limits.TEXT_CHARACTERS].split("\n")
    head = next((place for place, line in enumerate(lines) if _QUOTE.fullmatch(line.strip()[:500])), len(lines))
    run: list[str] = []
    for line in [*lines[:head], ""]:
        if line.startswith(">"):
            run.append(line)
        elif run:
            gather.numbered(ExtraKind.QUOTED, "\n".join(run), "eerder bericht")
            run = []
    gather.numbered(ExtraKind.QUOTED, "\n".join(lines[head:]), "eerder bericht")
