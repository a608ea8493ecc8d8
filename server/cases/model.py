"""The values of this room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from server.protocol.http import TEXT_FIELDS, CaseForm, RejectedMark
from server.protocol.words import CaseState, Domain
from server.storage.tables import CaseRow


def free_fields(form: CaseForm) -> Iterator[tuple[str, str]]:
    """Yield every field in which a person typed, with its name: each is scanned like the text."""
    for name in TEXT_FIELDS:
        if value := getattr(form, name):
            yield name, value


@dataclass(frozen=True, slots=True)
class Case:
    """A case behind its gate, opened. `row` is its stored form, `form` the readable one."""

    row: CaseRow
    form: CaseForm
    rejected: tuple[RejectedMark, ...]

    @property
    def state(self) -> CaseState:
        """Where the case is."""
        return CaseState(self.row.state)


@dataclass(frozen=True, slots=True)
class CaseSummary:
    """A case in a list. `question` is empty where its text is gone; `missed` counts reports, for its own side only."""

    id: str
    circle: str
    state: CaseState
    domain: Domain
    question: str
    submitted_at: datetime
    submitter: str
    organisation: str
    missed: int = 0
