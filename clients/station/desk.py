"""The use cases of the station without the network: begin, edit, decide, translate back.

Every change is in the vault before it is shown.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from anonymisation.analyser import Analyser
from anonymisation.errors import InvalidKnown
from anonymisation.known import Known
from anonymisation.pseudonyms import translate_back
from clients.errors import DraftDamaged, NoSuchCase, NotNow, StationError, VaultDamaged
from clients.station import missed as slipped
from clients.station.documents.clean import clean
from clients.station.draft import KIND, Draft, DraftState, ExtraLine
from clients.station.preparation import Act, Material, Preparation, Ruling
from server.protocol.dutch import zone
from server.protocol.http import TEXT_FIELDS, BasisForm, MissedAnswer
from server.protocol.words import RequestType, Trigger

LONGEST = {"text": 60_000, "tried": 4_000, "wishes": 4_000, "strengths": 4_000}
"""Code points that a field may hold once it is protected; every other one 280. As the service's form has it."""
SHORT = 280
NETWORK = "network"
"""The kind of the record with a worker's login at the network."""


class Records(Protocol):
    """What the desk needs of the vault."""

    def ids(self, kind: str = "") -> tuple[str, ...]: ...
    def kind(self, ref: str, /) -> str: ...
    def read(self, ref: str, /) -> bytes: ...
    def write(self, ref: str, kind: str, data: bytes, /) -> None: ...
    def delete(self, ref: str) -> None: ...


class Login(msgspec.Struct, frozen=True):
    """Where the network service is, and who a worker is there."""

    origin: str
    login: str
    password: str

    def __repr__(self) -> str:
        return "Login(***)"


@dataclass(frozen=True, slots=True)
class Change:
    """What a form changes on a draft: None leaves as it is."""

    fields: Mapping[str, str] | None = None
    known: Mapping[str, object] | None = None
    trigger: Trigger | None = None
    request_type: RequestType | None = None
    basis: BasisForm | None = None
    acute: bool | None = None
    circle: str | None = None


@dataclass(slots=True)
class Desk:
    """One worker at the station. `analyser` gives the analyser, loaded when it is first needed."""

    vault: Records
    worker: str
    analyser: Callable[[], Analyser]
    now: Callable[[], datetime]
    _materials: dict[str, tuple[tuple[object, ...], Material]] = field(default_factory=dict, repr=False)
    _looked: slipped.Looked = field(default_factory=dict, repr=False)

    # --- drafts ------------------------------------------------------------------------------------------------

    def drafts(self) -> list[Draft]:
        """Return all cases of the station that can be read, the last changed first."""
        found = []
        for one in self.vault.ids(KIND):
            # One damaged record is told when the vault is opened; it must not hide the others.
            with contextlib.suppress(VaultDamaged, DraftDamaged):
                found.append(Draft.from_bytes(self.vault.read(one)))
        return sorted(found, key=lambda one: one.changed_at, reverse=True)

    def draft(self, ref: str) -> Draft:
        """Return one case.

        Raises:
            NoSuchCase: it is not there.
        """
        if ref not in self.vault.ids(KIND):
            raise NoSuchCase
        return Draft.from_bytes(self.vault.read(ref))

    def begin(
        self,
        text: str,
        *,
        source: str = "",
        extras: Sequence[ExtraLine] = (),
        fields: Mapping[str, str] | None = None,
        known: Mapping[str, object] | None = None,
    ) -> Draft:
        """Open a case with a text and, where a record system gives them, other fields and what is known of the person.

        Raises:
            StationError: a field is too long, or what is known cannot be read.
        """
        at = self.now()
        typed = {name: value for name, value in (fields or {}).items() if name in TEXT_FIELDS} | {"text": text}
        draft = Draft(
            id=secrets.token_hex(12),
            author=self.worker,
            writers=(self.worker,),
            begun_at=at,
            changed_at=at,
            source=source,
            fields=_checked(typed),
            extras=tuple(extras),
            known=_known(known or {}),
        )
        return self.keep(draft)

    def edit(self, ref: str, change: Change) -> Draft:
        """Change what was filled in; decisions go with their words.

        Raises:
            NoSuchCase, NotNow, StationError: a field is too long, or what is known cannot be read.
        """
        draft = self.editable(ref)
        values: dict[str, Any] = {
            name: getattr(change, name)
            for name in ("trigger", "request_type", "basis", "acute", "circle")
            if getattr(change, name) is not None
        }
        if change.known is not None:
            values["known"] = _known(change.known)
        if change.fields is not None:
            fields = draft.fields | {name: one for name, one in change.fields.items() if name in TEXT_FIELDS}
            values["fields"] = _checked(fields)
            rulings = self.preparation(draft).carried(values["fields"]) if draft.rulings else ()
            same = {name for name, value in values["fields"].items() if draft.fields.get(name) == value}
            found = tuple(one for one in draft.found if one[0].field in same)
            values |= {"rulings": rulings, "found": found}
        return self.keep(msgspec.structs.replace(draft, **values))

    def take_extra(self, ref: str, number: int) -> Draft:
        """Put something that stood beside the text of a document at the end of the text.

        Raises:
            NoSuchCase, NotNow, StationError: there is no such thing, or the text gets too long.
        """
        draft = self.editable(ref)
        if not 0 <= number < len(draft.extras) or draft.extras[number].taken:
            raise StationError("Dit onderdeel is er niet, of staat al in de tekst.", code="no_such_extra")
        extras = list(draft.extras)
        extras[number] = msgspec.structs.replace(extras[number], taken=True)
        text = f"{draft.fields.get('text', '').rstrip()}\n\n{extras[number].text.strip()}"
        changed = self.edit(ref, Change(fields={"text": text}))
        return self.keep(msgspec.structs.replace(changed, extras=tuple(extras)))

    def forget(self, ref: str) -> None:
        """Throw a case away that was never sent, or whose time at the station is over."""
        if self.draft(ref).state in {DraftState.SENDING, DraftState.SENT}:
            raise NotNow("Deze casus is verstuurd. Trek hem eerst in.", code="sent")
        slipped.forget(self.vault, ref)
        self.vault.delete(ref)
        self._materials.pop(ref, None)

    # --- review ------------------------------------------------------------------------------------------------

    def preparation(self, draft: Draft) -> Preparation:
        """Return what marks and decisions make of a case now; the marks are kept while the text stays."""
        typed, known = draft.typed(), draft.person
        key = (tuple(typed.items()), repr(sorted(draft.known.items(), key=str)))
        kept = self._materials.get(draft.id)
        if kept is None or kept[0] != key:
            kept = (key, Material.of(self.analyser(), typed, known))
            self._materials[draft.id] = kept
        return Preparation(kept[1], draft.rulings, draft.told_on or self._from(draft), draft.found)

    def today(self) -> date:
        """Return the day that it is in the Netherlands."""
        return self.now().astimezone(zone()).date()

    def _from(self, draft: Draft) -> date:
        # A case can lie for weeks before it is sent, and `2 dagen eerder` is read on the day that it arrives. One that
        # an earlier version of the program sent was told from the day that it was begun.
        return self.today() if draft.open else draft.begun_at.date()

    def decide(self, ref: str, ruling: Ruling) -> Preparation:
        """Take one decision.

        Raises:
            NoSuchCase, NotNow, InvalidDecision: as `Preparation.decided`.
        """
        draft = self.editable(ref)
        prepared = self.preparation(draft).decided(ruling)
        self.keep(msgspec.structs.replace(draft, rulings=prepared.rulings))
        return prepared

    def accept_all(self, ref: str) -> Preparation:
        """Replace every doubtful mark that is still open: the safe way to be done at once."""
        draft = self.editable(ref)
        prepared = self.preparation(draft)
        for span in prepared.review.pending():
            place = prepared.material.place(span.start, span.end)
            prepared = prepared.decided(Ruling(Act.ACCEPT, place.field, place.start, place.end))
        self.keep(msgspec.structs.replace(draft, rulings=prepared.rulings))
        return prepared

    def undo(self, ref: str) -> Preparation:
        """Take the last decision back; without decisions nothing happens."""
        draft = self.keep(msgspec.structs.replace(self.editable(ref), rulings=self.editable(ref).rulings[:-1]))
        return self.preparation(draft)

    def second_look(self, ref: str) -> int:
        """Scan the protected fields as the service will; return how many new places ask for a decision."""
        draft = self.editable(ref)
        prepared = self.preparation(draft)
        found = [one for one in prepared.leftovers(self.analyser()) if one not in draft.found]
        if found:
            self.keep(msgspec.structs.replace(draft, found=(*draft.found, *found)))
        return len(found)

    def lacking(self, draft: Draft) -> tuple[str, ...]:
        """Return what keeps a case from being sent: names of fields, then `acute!`, `decisions`, `too_long:x`."""
        lacking = list(draft.missing())
        if draft.acute:
            lacking.append("acute!")
        prepared = self.preparation(draft)
        if prepared.pending:
            lacking.append("decisions")
        for name, value in prepared.fields.items():
            if len(value) > LONGEST.get(name, SHORT):
                lacking.append(f"too_long:{name}")
        return tuple(lacking)

    def own_words(self, draft: Draft) -> tuple[str, str]:
        """Return the text and the dissent of an answer in the submitter's own names."""
        if draft.reply is None:
            return "", ""
        return translate_back(draft.reply.text, draft.mapping), translate_back(draft.reply.dissent, draft.mapping)

    # --- what slipped through ----------------------------------------------------------------------------------

    def missed(self) -> list[slipped.Missed]:
        """Return what readers at the network saw slip through, the last reported first."""
        return slipped.listed(self.vault)

    def keep_missed(self, draft: Draft, reports: Sequence[MissedAnswer]) -> int:
        """Make a regression case of every new report on a sent case; return how many."""
        prepared = slipped.as_sent(draft) or self.preparation(draft)
        return slipped.keep(self.vault, draft, prepared, reports, self.now())

    def recheck_missed(self) -> list[slipped.Checked]:
        """Look again at what slipped through, with the analyser of now."""
        found = self.missed()
        return slipped.recheck(found, self.analyser(), self._looked) if found else []

    def revise(self, ref: str) -> Draft:
        """Begin a withdrawn case anew: same text, same decisions, and what was reported marked.

        Raises:
            NoSuchCase, NotNow: it is not there, not withdrawn, or was begun anew before.
        """
        draft = self.keep(slipped.revised(self.vault, self.draft(ref), self.worker, self.now()))
        slipped.moved(self.vault, ref, draft.id)
        return draft

    # --- the network -------------------------------------------------------------------------------------------

    def login(self) -> Login | None:
        """Return the worker's login at the network, when it was given."""
        name = _login_id(self.worker)
        if name not in self.vault.ids(NETWORK):
            return None
        return msgspec.json.decode(self.vault.read(name), type=Login)

    def set_login(self, login: Login) -> None:
        """Keep the worker's login at the network in the vault."""
        self.vault.write(_login_id(self.worker), NETWORK, msgspec.json.encode(login))

    def set_token(self, token: str) -> None:
        """Keep what a record system on this computer must show; of the token only its hash."""
        self.vault.write("token", "token", hashlib.sha256(token.encode()).digest())

    def may_hand_over(self, token: str) -> bool:
        """Is this the station's token?"""
        if "token" not in self.vault.ids("token"):
            return False
        return secrets.compare_digest(self.vault.read("token"), hashlib.sha256(token.encode()).digest())

    # --- inside ------------------------------------------------------------------------------------------------

    def editable(self, ref: str) -> Draft:
        """Return a case that may still be changed.

        Raises:
            NoSuchCase, NotNow: it is not there, or it was sent.
        """
        draft = self.draft(ref)
        if not draft.open:
            raise NotNow
        return draft

    def keep(self, draft: Draft) -> Draft:
        """Write a case to the vault and return it as it is there."""
        changed = msgspec.structs.replace(draft, changed_at=self.now())
        self.vault.write(changed.id, KIND, changed.to_bytes())
        return changed


def _checked(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the fields, written one way and without signs that nobody sees, when each can be held.

    Raises:
        StationError: a field is longer than twice what may be sent, or holds half a surrogate pair.
    """
    for name, value in fields.items():
        if len(value) > 2 * LONGEST.get(name, SHORT):
            raise StationError(
                f"Dit is te lang: {len(value)} tekens, waar er {LONGEST.get(name, SHORT)} verstuurd kunnen worden. "
                "Kort de tekst in tot wat de kring nodig heeft.",
                code="too_long",
            )
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise StationError("De tekst bevat tekens die niet te lezen zijn. Plak hem opnieuw.", code="invalid_text")
    return {name: clean(value) for name, value in fields.items()}


def _known(known: Mapping[str, object]) -> dict[str, object]:
    """Return what is known, written one way as the fields are, when it can be read.

    Raises:
        StationError: it cannot.
    """
    try:
        Known.from_mapping(known)
    except InvalidKnown:
        raise StationError(
            "Wat u van de persoon invulde is niet te lezen. Schrijf de geboortedatum als dag-maand-jaar.", code="known"
        ) from None
    return {name: _written(value) for name, value in known.items()}


def _written(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    return [_written(one) for one in value] if isinstance(value, list | tuple) else value


def _login_id(worker: str) -> str:
    """Return the record under which a worker's login is kept; a name can hold any character."""
    return "login-" + hashlib.sha256(worker.encode("utf-8", "surrogatepass")).hexdigest()[:32]
