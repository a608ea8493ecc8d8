"""What a new version of a case says otherwise than the one before it, for the second reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from clients.station.desk import Desk
from clients.station.missed import as_sent
from server.protocol.dutch import FIELD_NL
from server.protocol.http import TEXT_FIELDS, CaseForm

_WORDS = re.compile(r"\s+|[^\s]+")
_LONGEST = 20_000
"""Words of a field beyond which it is only said that it changed: comparing would take its time."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A field of which the words changed: pieces, each `same`, `gone` or `new`."""

    title: str
    pieces: tuple[tuple[str, str], ...]


def changes(desk: Desk, case: str, form: CaseForm) -> tuple[Changed, ...] | None:
    """Return what changed since the earlier version of a case; None when this station knows of no earlier one."""
    draft = next((one for one in desk.drafts() if one.case == case), None)
    earlier = next((one for one in desk.drafts() if draft and draft.version_of and one.id == draft.version_of), None)
    if earlier is None:
        return None
    # As it was sent: the analyser of now, and the days that have passed, would make another text of it.
    before = (as_sent(earlier) or desk.preparation(earlier)).fields
    found = []
    for name in TEXT_FIELDS:
        old, new = before.get(name, ""), getattr(form, name)
        if old != new:
            found.append(Changed(FIELD_NL[name], tuple(_pieces(old, new))))
    return tuple(found)


def _pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    one, other = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(one), len(other)) > _LONGEST:
        yield new, "new"
        return
    for kind, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(one[a:b]), "same"
            continue
        if a < b:
            yield "".join(one[a:b]), "gone"
        if c < d:
            yield "".join(other[c:d]), "new"
