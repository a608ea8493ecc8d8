"""Preparing a case at the partner: raw text in, protected form fields out, and the map that stays.

All fields of a form share one set of pseudonyms, so that `Persoon B` in the question is `Persoon B` in the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from anonymisation.analyser import Analyser
from anonymisation.document import MapEntry, Span
from anonymisation.known import Known
from anonymisation.pseudonyms import protect, translate_back
from anonymisation.risk import Risk, assess

SEPARATOR = "\n\x1e\n"
"""Stands between the fields while they are one text; ASCII's record separator, which no form field may hold."""


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """A prepared case: `fields` may leave the station, `mapping` never does.

    `doubtful` are the marks, in the joined input, that a person should judge; an unattended run replaces them too.
    """

    fields: dict[str, str]
    mapping: tuple[MapEntry, ...]
    spans: tuple[Span, ...]
    risks: tuple[Risk, ...]

    def __repr__(self) -> str:
        return f"Prepared({len(self.fields)} fields, {len(self.spans)} marks)"

    @property
    def doubtful(self) -> tuple[Span, ...]:
        """The marks that a person should judge."""
        return tuple(span for span in self.spans if not span.certain)

    def translate_back(self, text: str) -> str:
        """Return an answer of the circle in the submitter's own names."""
        return translate_back(text, self.mapping)


def prepare(
    analyser: Analyser, fields: Mapping[str, str], *, known: Known | None = None, reference: date | None = None
) -> Prepared:
    """Replace every mark, certain or doubtful, in all fields. `reference` is the day that dates are told from.

    Raises:
        TextTooLarge: a field is longer than the analyser's limit.
    """
    clean = {name: value.replace("\x1e", " ") for name, value in fields.items()}
    spans: list[Span] = []
    offset = 0
    for value in clean.values():
        found = analyser.find(value, known)
        spans.extend(replace(span, start=span.start + offset, end=span.end + offset) for span in found)
        offset += len(value) + len(SEPARATOR)
    protected = protect(SEPARATOR.join(clean.values()), tuple(spans), reference=reference, known=known)
    parts = protected.text.split(SEPARATOR)
    risks = assess(
        protected.text, tuple(replace(one.span, start=one.start, end=one.end) for one in protected.replacements)
    )
    return Prepared(dict(zip(clean, parts, strict=True)), protected.mapping, tuple(spans), risks)
