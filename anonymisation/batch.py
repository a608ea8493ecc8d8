"""Many texts at once: one JSON object a line in, one a line out; a bad line is answered and the run goes on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TextIO

from anonymisation.document import ProtectedText, Span
from anonymisation.errors import AnonymisationError, InvalidLine
from anonymisation.known import Known
from anonymisation.language import looks_dutch
from anonymisation.pseudonyms import protect
from anonymisation.risk import Risk, assess

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser

MAX_LINE_BYTES = 8 * 1_100_000
"""Longest line in bytes: the longest text with every code point escaped would be larger, and is refused unread."""
NOT_DUTCH = "not_dutch"
"""The code that warns in a line's answer; the plain form says it in words."""
_MAX_ID_LENGTH = 1_000
_NOT_DUTCH_LINE = (
    "Let op: deze tekst lijkt niet in het Nederlands geschreven. Namen en plaatsen kunnen gemist zijn; "
    "laat iemand hem helemaal nalezen."
)

type_of_line = dict[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Handled:
    """A protected text with what may be counted of it.

    Args:
        counts: how many marks of each kind were replaced, by the kind's name.
        doubtful: how many of these a person should judge.
        risks: what still singles somebody out, in offsets of the protected text.
        dutch: does the text look Dutch? Else names may have been missed.
    """

    text: str
    counts: Counter[str]
    doubtful: int
    risks: tuple[Risk, ...]
    dutch: bool

    def __repr__(self) -> str:
        return f"Handled({self.counts.total()} marks)"


def handle(text: str, analyser: Analyser, known: Known | None = None) -> Handled:
    """Replace every mark in one text, certain or doubtful.

    Raises:
        TextTooLarge: the text is longer than the analyser's limit.
        InvalidLine: the text holds half a surrogate pair.
    """
    _require_text(text)
    spans = analyser.find(text, known)
    protected = protect(text, spans, known=known)
    counts = Counter(span.label.value for span in spans)
    doubtful = sum(not span.certain for span in spans)
    return Handled(protected.text, counts, doubtful, tuple(_risks(protected)), looks_dutch(text))


def run_jsonl(lines: Iterable[bytes], out: TextIO, analyser: Analyser) -> int:
    """Answer every line that is not empty with one line of JSON; return how many lines were bad.

    A bad line is answered with `{"id", "error"}`: its id when it could be read, and a stable code that repeats nothing
    of the input. An answer has `warnings` only when there is something to warn of: `not_dutch` for a text in another
    language, in which names may have been missed.
    """
    bad = 0
    for line in lines:
        if not line.strip():
            continue
        identity, answer = _answered(line, analyser)
        bad += "error" in answer
        out.write(json.dumps({"id": identity, **answer}, ensure_ascii=False, separators=(",", ":")) + "\n")
    return bad


def run_plain(text: str, analyser: Analyser, known: Known | None = None) -> tuple[str, str]:
    """Return the protected text and a summary that counts what was replaced, without repeating any of it.

    The summary starts with a warning when the text is in another language.

    Raises:
        TextTooLarge: the text is longer than the analyser's limit.
        InvalidLine: the text holds half a surrogate pair.
    """
    done = handle(text, analyser, known)
    found = counted(done.counts)
    lines = [] if done.dutch else [_NOT_DUTCH_LINE]
    lines += [f"Vervangen: {found}.", f"Twijfelachtig, ook vervangen: {done.doubtful}."]
    lines += [f"Let op (teken {risk.start}): {risk.reason}" for risk in done.risks]
    return done.text, "\n".join(lines)


def counted(counts: Counter[str]) -> str:
    """Return counts by kind as one piece of Dutch text."""
    return ", ".join(f"{label} {count}" for label, count in sorted(counts.items())) or "niets"


def _answered(line: bytes, analyser: Analyser) -> tuple[object, type_of_line]:
    """Return the id of a line (None when unreadable) with its answer or its error."""
    identity: object = None
    try:
        record = _parsed(line)
        identity = _identity(record)
        text = record.get("text")
        if not isinstance(text, str):
            raise InvalidLine("text must be there and be a text", code="missing_text" if text is None else "wrong_type")
        _require_text(text)
        known = None if record.get("known") is None else Known.from_mapping(record["known"])
        return identity, _protected(text, analyser, known)
    except AnonymisationError as error:
        return identity, {"error": error.code}


def _parsed(line: bytes) -> type_of_line:
    if len(line) > MAX_LINE_BYTES:
        raise InvalidLine("a line is too long", code="line_too_large")
    try:
        decoded = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidLine("a line is not UTF-8", code="invalid_utf8") from None
    try:
        record = json.loads(decoded)
    except (ValueError, RecursionError):
        raise InvalidLine("a line is not JSON", code="invalid_json") from None
    if not isinstance(record, dict):
        raise InvalidLine("a line must be an object", code="wrong_type")
    return record


def _identity(record: type_of_line) -> object:
    """Return the id of a line when it is a text or a whole number that can be written back."""
    identity = record.get("id")
    if identity is None:
        return None
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        raise InvalidLine("id must be a text or a whole number", code="invalid_id")
    if isinstance(identity, str) and (len(identity) > _MAX_ID_LENGTH or _has_surrogate(identity)):
        raise InvalidLine("id must be short and valid text", code="invalid_id")
    return identity


def _require_text(text: str) -> None:
    if _has_surrogate(text):
        raise InvalidLine("a text holds half a surrogate pair", code="invalid_text")


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text)


def _protected(text: str, analyser: Analyser, known: Known | None) -> type_of_line:
    protected = protect(text, analyser.find(text, known), known=known)
    warnings = {} if looks_dutch(text) else {"warnings": [NOT_DUTCH]}
    return {
        "text": protected.text,
        "spans": [
            {
                "start": one.span.start,
                "end": one.span.end,
                "label": one.span.label.value,
                "replacement": one.text,
                "score": round(one.span.score, 4),
                "certain": one.span.certain,
            }
            for one in protected.replacements
        ],
        "risk": [
            {"test": risk.test.value, "reason": risk.reason, "start": risk.start, "end": risk.end}
            for risk in _risks(protected)
        ],
        **warnings,
    }


def _risks(protected: ProtectedText) -> list[Risk]:
    """Assess a protected text with its replacements as marks in its own offsets."""
    marks: list[Span] = [replace(one.span, start=one.start, end=one.end) for one in protected.replacements]
    return list(assess(protected.text, marks))
