"""This was missed: a reader of a case reports a place where something recognisable is still to be read.

Only the place and the kind are kept, never the words. The submitting organisation fetches them; they go when the case
goes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from anonymisation.document import EntityType
from anonymisation.folding import fold, fold_with_offsets
from audit.events import Event
from consent.activities import Purpose
from server.accounts.model import Actor
from server.cases.access import require_case
from server.cases.model import Case
from server.errors import BadRequest, Conflict
from server.protocol.http import TEXT_FIELDS, CaseForm
from server.storage.audit_log import record
from server.storage.database import UnitOfWork
from server.storage.store import Store
from server.storage.tables import CaseRow, MissedMarkRow

MOST = 50
"""Reports that one case can have."""
LONGEST = 280
"""Code points of one place: an identifier is a few words, not a text."""
OFTEN = 10
"""Places that one set of words can have in a field; beyond that they are no identifier."""
LABELS = frozenset(one.value for one in EntityType)

NO_PLACE = "Deze plek is er niet in de casus. Geef een plek van hooguit 280 tekens waar iets te lezen staat."
NO_LABEL = "Deze soort kent de dienst niet. Kies een van de soorten uit de lijst."
NO_WORDS = "Deze woorden staan niet in dit deel van de casus. Neem ze precies over, en kies het deel waarin ze staan."
TOO_OFTEN = "Deze woorden staan hier meer dan 10 keer. Neem er een woord bij, zodat de plek duidelijk is."
ENOUGH = "Voor deze casus zijn al 50 plekken gemeld. Vraag de inbrenger om de casus in te trekken."


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a protected field, in code points, and the kind of what can be read there."""

    field: str
    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Report:
    """A place as it was reported."""

    id: str
    mark: Mark
    reported_at: datetime


async def report(store: Store, actor: Actor, case_id: str, mark: Mark) -> str:
    """Keep a reported place and return the report's id; the same place again gives the first report's id.

    Raises:
        NotFound, AgreementMissing: as `require_case`.
        BadRequest: there is no such place, or no such kind.
        Conflict: the case has as many reports as it can have.
    """
    async with store.database.transaction() as uow:
        case = await _readable(store, uow, actor, case_id)
        return await _keep(uow, actor, case, mark)


async def report_words(store: Store, actor: Actor, case_id: str, *, field: str, words: str, label: str) -> int:
    """Find words in a field and report every place where they stand; return how many there are.

    The words are compared without case and accents. They are used here and kept nowhere.

    Raises:
        NotFound, AgreementMissing, BadRequest, Conflict: as `report`; the words are not there, or too often.
    """
    async with store.database.transaction() as uow:
        case = await _readable(store, uow, actor, case_id)
        places = find(_field(case, field), words)
        if not places:
            raise BadRequest(NO_WORDS, code="words_not_found")
        if len(places) > OFTEN:
            raise BadRequest(TOO_OFTEN, code="words_too_common")
        for start, end in places:
            await _keep(uow, actor, case, Mark(field, start, end, label))
    return len(places)


def places_of(form: CaseForm, field: str, words: str) -> list[tuple[int, int]]:
    """Return where these words stand in a field, when they are few enough to be an identifier; else nothing."""
    places = find(_text(form, field), words)
    return places if len(places) <= OFTEN and all(end - start <= LONGEST for start, end in places) else []


async def keep_places(uow: UnitOfWork, actor: Actor, case: CaseRow, marks: Iterable[Mark]) -> None:
    """Keep the places that somebody at the table reported while they read the case; beyond the most, no more."""
    for mark in marks:
        with contextlib.suppress(Conflict):
            await _store(uow, actor, case, mark)


async def list_missed(store: Store, actor: Actor, case_id: str) -> list[Report]:
    """Return what was reported in a case of the actor's own organisation, oldest first.

    It serves the submitter's side as the answer does, so it does not lapse with an agreement.

    Raises:
        NotFound: the case is not there, it is gone, or it is another organisation's.
    """
    async with store.database.transaction() as uow:
        case = await require_case(store, uow, actor, case_id, Purpose.FETCH_ANSWER)
        rows = await uow.rows.scalars(
            select(MissedMarkRow)
            .where(MissedMarkRow.case_id == case.row.id)
            .order_by(MissedMarkRow.created_at, MissedMarkRow.field, MissedMarkRow.start)
        )
        return [Report(row.id, Mark(row.field, row.start, row.end, row.label), row.created_at) for row in rows.all()]


async def counts(uow: UnitOfWork, cases: Sequence[str]) -> dict[str, int]:
    """Return how many reports these cases have; a case without is left out."""
    found = await uow.rows.execute(
        select(MissedMarkRow.case_id, func.count())
        .where(MissedMarkRow.case_id.in_(cases))
        .group_by(MissedMarkRow.case_id)
    )
    return {case: number for case, number in found.all()}  # noqa: C416 - rows are no pairs to a type checker


async def forget_reports(uow: UnitOfWork, cases: Iterable[str]) -> None:
    """Delete the reports of cases whose text goes."""
    await uow.rows.execute(delete(MissedMarkRow).where(MissedMarkRow.case_id.in_(list(cases))))


def find(text: str, words: str) -> list[tuple[int, int]]:
    """Return where words stand in a text, in code points: as whole words, or else inside others.

    Case, accents and the width of white space make no difference.
    """
    parts = fold(words).split()
    if not any(char.isalnum() for part in parts for char in part):
        return []
    folded, offsets = fold_with_offsets(text)
    wanted = r"\s+".join(re.escape(part) for part in parts)
    found = list(re.finditer(rf"(?<!\w){wanted}(?!\w)", folded)) or list(re.finditer(wanted, folded))
    return [(offsets[one.start()], offsets[one.end()]) for one in found if offsets[one.start()] < offsets[one.end()]]


async def _readable(store: Store, uow: UnitOfWork, actor: Actor, case_id: str) -> Case:
    """Return the case for reading, with its row locked: no report outlives a withdrawal, and none is counted twice."""
    await uow.rows.get(CaseRow, case_id, with_for_update=True)
    return await require_case(store, uow, actor, case_id, Purpose.READ_CASE)


async def _keep(uow: UnitOfWork, actor: Actor, case: Case, mark: Mark) -> str:
    if mark.label not in LABELS:
        raise BadRequest(NO_LABEL, code="unknown_label")
    words = _field(case, mark.field)[mark.start : mark.end]
    whole = 0 <= mark.start < mark.end and mark.end - mark.start == len(words)
    if not whole or len(words) > LONGEST or not any(char.isalnum() for char in words):
        raise BadRequest(NO_PLACE, code="no_such_place")
    return await _store(uow, actor, case.row, mark)


async def _store(uow: UnitOfWork, actor: Actor, case: CaseRow, mark: Mark) -> str:
    here = select(MissedMarkRow.id).where(MissedMarkRow.case_id == case.id)
    earlier = await uow.rows.scalar(
        here.where(MissedMarkRow.field == mark.field, MissedMarkRow.start == mark.start, MissedMarkRow.end == mark.end)
    )
    if earlier is not None:
        return earlier
    if (await counts(uow, [case.id])).get(case.id, 0) >= MOST:
        raise Conflict(ENOUGH, code="enough_reported")
    made = MissedMarkRow(
        id=uow.new_id(),
        case_id=case.id,
        field=mark.field,
        start=mark.start,
        end=mark.end,
        label=mark.label,
        reporter=actor.ref,
        created_at=uow.now,
    )
    uow.rows.add(made)
    await uow.rows.flush()
    objects = (("case", case.id), ("circle", case.circle_id))
    purpose = Purpose.READ_CASE.value
    record(uow, Event.MISSED_REPORTED, actor.who, objects=objects, purpose=purpose, reason=mark.label)
    return made.id


def _field(case: Case, name: str) -> str:
    """Return what stands in a field of a case; nothing for a field that there is not."""
    return _text(case.form, name)


def _text(form: CaseForm, name: str) -> str:
    value = getattr(form, name) if name in TEXT_FIELDS else ""
    return str(value)
