"""The second look: what an already protected text still holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from anonymisation.document import Span
from anonymisation.forms import pseudonym_spans

if TYPE_CHECKING:
    from anonymisation.analyser import Analyser


def remaining(analyser: Analyser, text: str) -> tuple[Span, ...]:
    """Return what is still found in a protected text, without what lies in a pseudonym form.

    Raises:
        TextTooLarge: the text is longer than the analyser's limit.
    """
    return outside_forms(analyser.find(text), text)


def outside_forms(spans: Iterable[Span], text: str) -> tuple[Span, ...]:
    """Return the spans, sorted, without the parts that lie in a pseudonym form or hold no letter or digit."""
    forms = list(pseudonym_spans(text))
    result: list[Span] = []
    place = 0
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        while place < len(forms) and forms[place][1] <= span.start:
            place += 1
        result.extend(_rest(span, forms, place, text))
    return tuple(result)


def _rest(span: Span, forms: list[tuple[int, int]], place: int, text: str) -> Iterator[Span]:
    """Yield the parts of one span between the forms from `place` on."""
    if place == len(forms) or forms[place][0] >= span.end:
        yield span
        return
    start = span.start
    while place < len(forms) and forms[place][0] < span.end:
        yield from _part(span, start, forms[place][0], text)
        start = forms[place][1]
        place += 1
    yield from _part(span, start, span.end, text)


def _part(span: Span, start: int, end: int, text: str) -> Iterator[Span]:
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if start < end:
        yield replace(span, start=start, end=end)
