"""What somebody typed in the form for a new case: read, judged, made into a request. It outlives no request."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import msgspec
from starlette.requests import Request

from anonymisation.writing import plain
from server.errors import BadRequest
from server.protocol.dutch import FIELD_NL
from server.protocol.http import MAX_BODY_BYTES, TEXT_FIELDS, BasisForm, CaseForm, RejectedMark, SubmitRequest
from server.protocol.words import BasisKind, ConsentHow, ConsentScope, OtherGround, OverruleReason, RequestType, Trigger
from server.web.pages_forms import read_fields

NUL = "\x00"
MOST_BYTES = 3 * MAX_BODY_BYTES
"""What the API takes, as a form: there a byte can become three."""
MOST_FIELDS = 700
"""The fields, and a reason for each of the 500 places that a request may keep."""

CHOICES = ("kring", "acuut", "aanleiding", "soort", "grondslag", "hoe", "bereik", "reden", "op", "geinformeerd")
"""The fields in which one chooses."""

TAMPERED = "Deze pagina was verouderd of veranderd. Kijk de casus na en controleer hem opnieuw."
UNPRINTABLE = "hierin stond een teken dat niet kan worden opgeslagen. Het is weggehaald: kijk de tekst na."
DAY = "Geef de dag waarop de toestemming is gegeven of de grond is afgewogen, als een dag die bestaat."

_KEY = re.compile(r"[0-9a-f]{32}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEPT = re.compile(r"([a-z_]{1,30})\.([0-9]{1,5})\.([0-9]{1,5})\.([A-Z_]{1,30})\.([a-z_]{1,30})\.(.+)", re.DOTALL)


def _bounds() -> dict[str, tuple[int, int]]:
    """Return the shortest and longest length of each typed field, as the API has them."""
    info = msgspec.inspect.type_info(CaseForm)
    fields = info.fields if isinstance(info, msgspec.inspect.StructType) else ()
    found = {one.name: one.type for one in fields if isinstance(one.type, msgspec.inspect.StrType)}
    return {name: (kind.min_length or 0, kind.max_length or 0) for name, kind in found.items()}


BOUNDS = _bounds()


@dataclass(frozen=True, slots=True)
class Kept:
    """A place that the submitter keeps, with the reason and the word that stands there.

    The word travels with the reason, so that a reason given for one word cannot excuse another that has since been
    typed at the same place.
    """

    field: str
    start: int
    end: int
    label: str
    reason: OverruleReason
    word: str

    def __repr__(self) -> str:
        return "Kept(***)"

    @classmethod
    def read(cls, value: str) -> Kept | None:
        """Return the decision that a form holds, or None when it is none."""
        found = _KEPT.fullmatch(value)
        if found is None or found[5] not in list(OverruleReason):
            return None
        return cls(found[1], int(found[2]), int(found[3]), found[4], OverruleReason(found[5]), found[6])

    @property
    def value(self) -> str:
        """The decision as a form holds it."""
        return f"{self.field}.{self.start}.{self.end}.{self.label}.{self.reason}.{self.word}"

    def stands_in(self, texts: Mapping[str, str]) -> bool:
        """Is its word still at its place?"""
        return texts.get(self.field, "")[self.start : self.end] == self.word

    def mark(self) -> RejectedMark:
        """Return it as it travels: without the word."""
        return RejectedMark(self.field, self.start, self.end, self.label, self.reason)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent. `key` tells this form from every other, `step` is what was asked."""

    texts: dict[str, str]
    choices: dict[str, str]
    kept: tuple[Kept, ...]
    key: str
    step: str = ""
    tampered: bool = False
    unprintable: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Typed(***)"

    @classmethod
    def empty(cls, key: str, today: date) -> Self:
        """Return a form in which nothing is typed yet."""
        return cls(texts={}, choices={"op": today.isoformat()}, kept=(), key=key)

    @classmethod
    def from_fields(cls, fields: Mapping[str, Sequence[str]], fresh_key: str) -> Self:
        """Return a form from what a browser sent; of a repeated field the last counts, unknown fields are left."""
        last = {name: values[-1] for name, values in fields.items() if values}
        raw = {name: _lines(last[name]) for name in TEXT_FIELDS if name in last}
        kept = [Kept.read(_lines(one)) for one in fields.get("plek", ())]
        key = last.get("sleutel", "")
        untouched = _KEY.fullmatch(key) is not None
        return cls(
            texts={name: plain(value).strip() for name, value in raw.items()},
            choices={name: last[name] for name in CHOICES if name in last},
            kept=tuple(one for one in kept if one is not None),
            key=key if untouched else fresh_key,
            step=last.get("stap", ""),
            tampered=not untouched,
            unprintable=tuple(name for name, value in raw.items() if NUL in value),
        )

    @property
    def acute(self) -> bool:
        """Is there something acute that nobody has taken up?"""
        return self.choices.get("acuut") == "ja"

    @property
    def filled(self) -> frozenset[str]:
        """The typed fields in which something stands."""
        return frozenset(name for name, value in self.texts.items() if value)

    def standing(self) -> tuple[Kept, ...]:
        """Return the decisions whose word is still at its place."""
        return tuple(one for one in self.kept if one.stands_in(self.texts))

    def chosen(self, name: str, value: str) -> bool:
        """Is this value chosen?"""
        return self.choices.get(name) == value

    @property
    def day(self) -> str:
        """The day of the basis as it was given, when it looks like a day."""
        given = self.choices.get("op", "")
        return given if _DAY.fullmatch(given) else ""

    def hidden(self, *, without: Collection[str] = ()) -> Iterator[tuple[str, str]]:
        """Yield everything as the fields of another form, so that nothing has to be kept meanwhile."""
        values = {**self.choices, "op": self.day, **self.texts, "sleutel": self.key}
        yield from ((name, value) for name, value in values.items() if value and name not in without)
        yield from (("plek", one.value) for one in self.standing())

    def problems(self, circles: Collection[str]) -> list[tuple[str, str]]:
        """Return what must be mended before this can be a case, as (field, sentence), in the order of the form."""
        found = [("", TAMPERED)] if self.tampered else []
        found += self._problems_of_choices(circles)
        for name in FIELD_NL:
            shortest, longest = BOUNDS[name]
            length = len(self.texts.get(name, ""))
            if name in self.unprintable:
                found.append((name, f"{FIELD_NL[name]}: {UNPRINTABLE}"))
            elif length < shortest:
                found.append((name, f"Vul in: {FIELD_NL[name].lower()}."))
            elif length > longest:
                found.append((name, f"{FIELD_NL[name]}: hoogstens {longest} tekens, u hebt er {length}."))
        return [*found, *self._problems_of_basis()]

    def _problems_of_choices(self, circles: Collection[str]) -> Iterator[tuple[str, str]]:
        if self.choices.get("acuut") not in ("ja", "nee"):
            yield "acuut", "Geef eerst aan of er iets acuuts is."
        if self.choices.get("kring") not in circles:
            yield "kring", "Kies een kring uit de lijst."
        if self.choices.get("aanleiding") not in list(Trigger):
            yield "aanleiding", "Kies de aanleiding."
        if self.choices.get("soort") not in (None, *RequestType):
            yield "soort", "Kies een soort vraag uit de lijst."

    def _problems_of_basis(self) -> Iterator[tuple[str, str]]:
        kind = self.choices.get("grondslag")
        if kind not in list(BasisKind):
            yield "grondslag", "Kies de grondslag: toestemming of een andere grond."
        if kind == BasisKind.CONSENT and self.choices.get("hoe") not in list(ConsentHow):
            yield "hoe", "Kies hoe de toestemming is gegeven."
        if kind == BasisKind.CONSENT and self.choices.get("bereik") not in list(ConsentScope):
            yield "bereik", "Kies waarvoor de toestemming is gegeven."
        if kind == BasisKind.OTHER and self.choices.get("reden") not in list(OtherGround):
            yield "reden", "Kies welke andere grond er is."
        try:
            date.fromisoformat(self.day)
        except ValueError:
            yield "op", DAY

    def request(self) -> SubmitRequest:
        """Return the case as the API takes it; only for a form without problems.

        The key follows from the form and all that is in it: the same words sent again are the same case, and words
        that were changed after sending are another one instead of being dropped in silence.

        Raises:
            BadRequest: the API would not take it.
        """
        form = {**self.texts, "trigger": self.choices["aanleiding"], "request": self.choices.get("soort")}
        try:
            basis = msgspec.to_builtins(self._basis())
            case = msgspec.convert({**form, "basis": basis, "acute": self.acute}, CaseForm)
            rejected = tuple(one.mark() for one in self.standing())
            parts = msgspec.json.encode((self.choices["kring"], case, rejected))
            key = hashlib.sha256(self.key.encode() + parts).hexdigest()
            request = SubmitRequest(self.choices["kring"], key, case, rejected)
            return msgspec.convert(msgspec.to_builtins(request), SubmitRequest)
        except msgspec.ValidationError:
            raise BadRequest from None

    def _basis(self) -> BasisForm:
        consent = self.choices["grondslag"] == BasisKind.CONSENT
        return BasisForm(
            kind=BasisKind(self.choices["grondslag"]),
            on=date.fromisoformat(self.day),
            informed=self.chosen("geinformeerd", "ja"),
            how=ConsentHow(self.choices["hoe"]) if consent else None,
            scope=ConsentScope(self.choices["bereik"]) if consent else None,
            reason=None if consent else OtherGround(self.choices["reden"]),
        )


async def read_typed(request: Request, fresh_key: str) -> Typed:
    """Return the form that a browser sent.

    Raises:
        BadRequest, TooLarge: as `read_fields`.
    """
    fields = await read_fields(request, most_bytes=MOST_BYTES, most_fields=MOST_FIELDS)
    return Typed.from_fields(fields, fresh_key)


def _lines(text: str) -> str:
    """Return a text with the line ends that it had before the browser sent it: positions must mean the same twice."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
