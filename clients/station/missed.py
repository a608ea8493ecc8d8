"""What slipped through: a reader at the network reported a place, and here it becomes a regression case.

The report holds a place in the protected text. The case that is made of it holds the original text of that field and
the place in it; it is sealed in the vault, nothing of it leaves, and it goes when the case is thrown away.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol

import msgspec
from msgspec import Struct

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, ProtectedText, Replacement, Span
from anonymisation.errors import AnonymisationError
from anonymisation.known import Known
from clients.errors import DraftDamaged, NotNow, VaultDamaged
from clients.station.draft import Draft, DraftState
from clients.station.preparation import Act, Material, Place, Preparation, Ruling
from server.protocol.http import MissedAnswer

KIND = "missed"
"""The kind of a regression case's record in the vault."""
MOST = 50
"""Reports of one case that are kept, as the service has it: a service in other hands cannot fill the vault."""

Looked = dict[tuple[str, str], tuple[Span, ...]]
"""What the analyser found in a text with what was known: the same as long as the program runs."""


class Records(Protocol):
    """What is needed of the vault here."""

    def ids(self, kind: str = "") -> tuple[str, ...]: ...
    def read(self, ref: str, /) -> bytes: ...
    def write(self, ref: str, kind: str, data: bytes, /) -> None: ...
    def delete(self, ref: str) -> None: ...


class Missed(Struct, frozen=True, kw_only=True):
    """A regression case: `text[start:end]`, in code points of the original field, should be found as `label`.

    `draft` is where the text lives now. `revised` says that a new version with this place marked was made.
    """

    id: str
    draft: str
    case: str
    field: str
    text: str
    start: int
    end: int
    label: EntityType
    known: dict[str, object]
    reported_at: datetime
    fetched_at: datetime
    revised: bool = False

    def __repr__(self) -> str:
        return "Missed(***)"

    @property
    def words(self) -> str:
        """What slipped through."""
        return self.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Checked:
    """A regression case, and whether the analyser of today finds it, certain or in doubt."""

    missed: Missed
    found: bool


@dataclass(frozen=True, repr=False)
class AsSent(Preparation):
    """A case as it left, whatever the analyser would find today: its places are those that the readers saw."""

    written: tuple[Replacement, ...] = ()

    @cached_property
    def protected(self) -> ProtectedText:
        """The joined text with the replacements that were made at the time."""
        text, pieces, at = self.material.text, [], 0
        for one in self.written:
            pieces += [text[at : one.span.start], one.text]
            at = one.span.end
        return ProtectedText("".join((*pieces, text[at:])), self.written, ())


def as_sent(draft: Draft) -> Preparation | None:
    """Return a sent case as it left; None when an older version of the program sent it."""
    if draft.replaced is None:
        return None
    fields = {name: value.replace("\x1e", " ") for name, value in draft.typed().items()}
    return AsSent(Material(fields, draft.person, ()), written=draft.replaced)


def listed(vault: Records) -> list[Missed]:
    """Return the regression cases that can be read, the last reported first."""
    found = []
    for one in vault.ids(KIND):
        with contextlib.suppress(VaultDamaged, DraftDamaged):
            found.append(_read(vault.read(one)))
    return sorted(found, key=lambda one: (one.reported_at, one.id), reverse=True)


def keep(vault: Records, draft: Draft, prepared: Preparation, reports: Sequence[MissedAnswer], now: datetime) -> int:
    """Make a regression case of each new report on a sent case; return how many were made.

    A report that names no place or kind that there is, is passed over.
    """
    there = set(vault.ids(KIND))
    made = list(_made(draft, prepared, [one for one in reports[:MOST] if _name(draft, one) not in there], now))
    for one in made:
        vault.write(one.id, KIND, msgspec.json.encode(one))
    return len(made)


def _made(draft: Draft, prepared: Preparation, reports: Iterable[MissedAnswer], now: datetime) -> Iterator[Missed]:
    for one in reports:
        if one.label not in EntityType.__members__ or not 0 <= one.start < one.end <= _length(prepared, one.field):
            continue
        place = prepared.original_of(Place(one.field, one.start, one.end))
        yield Missed(
            id=_name(draft, one),
            draft=draft.id,
            case=draft.case,
            field=place.field,
            text=prepared.material.fields[place.field],
            start=place.start,
            end=place.end,
            label=EntityType(one.label),
            known=draft.known,
            reported_at=one.reported_at,
            fetched_at=now,
        )


def _length(prepared: Preparation, field: str) -> int:
    return len(prepared.fields.get(field, ""))


def recheck(cases: Sequence[Missed], analyser: Analyser, looked: Looked) -> list[Checked]:
    """Run the analyser over the regression cases; `looked` keeps what it found, for the next time."""
    return [Checked(one, _covers(_spans(one, analyser, looked), one)) for one in cases]


def _spans(one: Missed, analyser: Analyser, looked: Looked) -> tuple[Span, ...]:
    key = (one.text, repr(sorted(one.known.items())))
    if key not in looked:
        looked[key] = Material.of(analyser, {one.field: one.text}, _known(one.known)).spans
    return looked[key]


def _known(known: Mapping[str, object]) -> Known:
    try:
        return Known.from_mapping(known)
    except AnonymisationError:
        return Known()


def _covers(spans: Iterable[Span], one: Missed) -> bool:
    """Is every letter and digit of the place inside some mark?"""
    inside = {at for span in spans for at in range(max(span.start, one.start), min(span.end, one.end))}
    return all(at in inside for at in range(one.start, one.end) if one.text[at].isalnum())


def revised(vault: Records, draft: Draft, author: str, now: datetime) -> Draft:
    """Return a new case with the text and the decisions of a withdrawn one, the reported places marked besides.

    The caller keeps it, and then calls `moved`. Whether something acute plays is asked again: that answer was of then.

    Raises:
        NotNow: the case is not withdrawn, or nothing was reported of it for which there is no new version yet.
    """
    if draft.state is not DraftState.WITHDRAWN:
        raise NotNow("Trek de casus eerst in.", code="not_withdrawn")
    open_marks = [one for one in listed(vault) if one.draft == draft.id and not one.revised]
    if not open_marks:
        raise NotNow("Van deze casus staat de nieuwe versie al bij Casussen.", code="revised")
    return msgspec.structs.replace(
        draft,
        id=secrets.token_hex(12),
        author=author,
        writers=tuple(dict.fromkeys((*draft.writers, draft.author, author))),
        begun_at=now,
        state=DraftState.BEGUN,
        acute=None,
        version_of=draft.id,
        rulings=(*draft.rulings, *(_ruling(one) for one in reversed(open_marks))),
        key="",
        request=b"",
        case="",
        sent_at=None,
        mapping=(),
        replaced=None,
        told_on=None,
        reply=None,
        refused="",
    )


def _ruling(one: Missed) -> Ruling:
    # A word that slipped through once can stand elsewhere too; a number alone says too little to look for.
    everywhere = any(char.isalpha() for char in one.words)
    return Ruling(Act.ADD, one.field, one.start, one.end, one.label, everywhere=everywhere)


def moved(vault: Records, old: str, new: str) -> None:
    """Let the regression cases of a case go with its new version."""
    for one in listed(vault):
        if one.draft == old:
            vault.write(one.id, KIND, msgspec.json.encode(msgspec.structs.replace(one, draft=new, revised=True)))


def forget(vault: Records, draft: str) -> None:
    """Throw the regression cases of a case away: they hold its text."""
    for one in listed(vault):
        if one.draft == draft:
            vault.delete(one.id)


def _name(draft: Draft, report: MissedAnswer) -> str:
    """Return the record of a report. The id comes from outside, so it is no name by itself."""
    return "missed-" + hashlib.sha256(f"{draft.case}/{report.id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _read(data: bytes) -> Missed:
    try:
        return msgspec.json.decode(data, type=Missed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise DraftDamaged from None
