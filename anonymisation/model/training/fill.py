"""Fills templates: the same seed gives the same texts, with exact spans, invented people and real noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from anonymisation.document import EntityType
from anonymisation.model.lexicon import word_set
from anonymisation.model.training import noise, numbers, people
from anonymisation.model.training.names import Lists
from anonymisation.model.training.people import Person
from anonymisation.model.training.templates import Piece, Template


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its marked spans `(start, end, label)`, sorted and disjoint; offsets are code points."""

    text: str
    spans: tuple[tuple[int, int, EntityType], ...]


@dataclass(slots=True)
class Cast:
    """The people who already have a part in one document, by slot number and in order of appearance."""

    numbered: dict[int, Person] = field(default_factory=dict)
    seen: list[Person] = field(default_factory=list)


_FEMALE = {"full_f": True, "first_f": True, "full_m": False, "first_m": False}
_WRITE: dict[str, Callable[[Person, random.Random], str]] = {
    "full": people.full,
    "full_f": people.full,
    "full_m": people.full,
    "first": lambda person, _rng: person.first,
    "first_f": lambda person, _rng: person.first,
    "first_m": lambda person, _rng: person.first,
    "last": people.last,
    "initials_last": people.initials_last,
    "initials": people.short_initials,
    "first_initial": people.first_initial,
    "last_first": people.last_first,
}
_HOUSE = (
    "",
    "",
    "",
    "",
    "",
    "a",
    "b",
    "c",
    "A",
    "-2",
    "-3",
    "-bis",
    " bis",
    " hs",
    "-II",
    " te",
    " rood",
    "/4",
    " k. 3",
    " app. 12",
    "-14",
    "B-03",
)
_DOMAINS = ("voorbeeld.nl", "example.com", "example.org", "example.net")
_KIND_SLOTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "region": (("region",),),
    "district": (("district",),),
    "village": (("village",),),
    "city": (("city",), ("city",), ("city",), ("city",), ("belgian",), ("foreign",)),
    "landlord": (
        ("landlord",),
        ("landlord",),
        ("=Stichting", "landlord"),
        ("=Woningstichting", "landlord"),
        ("=Woningcorporatie", "landlord"),
    ),
    "church": (("church",),),
    "restaurant": (("restaurant",),),
    "shop": (("shop",), ("shop",), ("company_trade", "company_name")),
    "club": (
        ("club_own",),
        ("club_own",),
        ("club_own",),
        ("=SV", "village"),
        ("=VV", "village"),
        ("=TC", "district"),
        ("=HC", "city"),
    ),
    "hospital": (
        ("hospital",),
        ("hospital",),
        ("hospital",),
        ("=Ziekenhuis", "practice_own"),
        ("=Streekziekenhuis", "region"),
    ),
    "ggz": (
        ("ggz_prefix", "ggz_own"),
        ("ggz_prefix", "ggz_own"),
        ("ggz_brand",),
        ("ggz_prefix", "region"),
        ("ggz_prefix", "city"),
    ),
    "gp_practice": (
        ("practice_kind", "practice_own"),
        ("practice_kind", "practice_own"),
        ("practice_kind", "village"),
        ("=Huisartsenpraktijk", "company_name"),
    ),
    "care_team": (
        ("team_kind", "team_own"),
        ("team_kind", "team_own"),
        ("team_kind", "district"),
        ("team_kind", "village"),
    ),
    "care_home": (("home_kind", "home_own"), ("home_kind", "home_own"), ("home_own",)),
    "care_other": (("care_other",),),
    "school": (
        ("school_own",),
        ("school_own",),
        ("school_college_name", "school_college"),
        ("school_mbo",),
        ("=ROC", "region"),
        ("=ISK", "city"),
    ),
    "employer": (
        ("company_trade", "company_name"),
        ("company_name", "company_suffix"),
        ("company_trade", "company_name", "company_suffix"),
        ("company_brand",),
        ("company_brand",),
        ("company_trade", "village"),
        ("school_own", "company_suffix"),
    ),
    "profession_rare": (("profession_rare",),),
    "nationality": (("nationality",),),
}


_NOUN_OUTSIDE = frozenset({"care_home", "shop", "restaurant", "club", "school"})
_NOUNS = word_set(
    """verpleeghuis zorgcentrum woonzorgcentrum verzorgingshuis hospice logeerhuis thuiszorg dagbesteding zorgboerderij
    opvang nachtopvang gezinshuis revalidatiecentrum inloophuis supermarkt bakker slager drogisterij kringloop
    kringloopwinkel toko snackbar cafetaria coffeeshop bouwmarkt tuincentrum slijterij tankstation viskraam kapper
    belwinkel nagelstudio wasserette fietsenwinkel kledingbank"""
)


class Filler:
    """Fills templates from one part (training or development) of the lists with one random source."""

    def __init__(self, lists: Lists, rng: random.Random, *, dev: bool) -> None:
        self._lists = lists
        self._rng = rng
        self._dev = dev

    def document(self, templates: Sequence[Template], *, joiner: str, vary: float, noisy: bool = True) -> Filled:
        """Return one text made of the templates in order; they share their people. `vary` is the share of marked
        texts of one plain word that are replaced by another name."""
        cast = Cast()
        pieces: list[tuple[str, EntityType | None]] = []
        for n, template in enumerate(templates):
            if n:
                pieces.append((joiner, None))
            cast.numbered.clear()
            for piece in template.pieces:
                pieces.extend(_outside(self._text(piece, cast, vary), piece))
        if noisy:
            pieces = noise.disturb(pieces, self._rng)
        return assemble(pieces)

    def _text(self, piece: Piece, cast: Cast, vary: float) -> str:
        if piece.slot is None:
            return self._varied(piece, vary)
        if piece.slot in _WRITE:
            return _WRITE[piece.slot](self._person(piece, cast), self._rng)
        if piece.slot in numbers.DRAW:
            return numbers.DRAW[piece.slot](self._rng)
        return self._other(piece, cast)

    def _pick(self, kind: str) -> str:
        return self._lists.pick(kind, self._rng, dev=self._dev)

    def _varied(self, piece: Piece, vary: float) -> str:
        text = piece.text
        if piece.label is None or self._rng.random() >= vary or not (text.isalpha() and text.istitle()):
            return text
        if piece.label is EntityType.PERSON:
            person = people.invent(self._lists, self._rng, dev=self._dev)
            return person.first if self._rng.random() < 0.75 else person.split_last[1]
        if piece.label is EntityType.LOCATION:
            return self._pick(self._rng.choice(["city", "village", "village", "foreign", "district"]))
        return text

    def _person(self, piece: Piece, cast: Cast) -> Person:
        female = _FEMALE.get(piece.slot or "")
        if piece.number is not None and piece.number in cast.numbered:
            return cast.numbered[piece.number]
        fitting = [p for p in cast.seen if female is None or p.female is female]
        if piece.number is None and fitting and self._rng.random() < 0.3:
            person = self._rng.choice(fitting)
        else:
            person = people.invent(self._lists, self._rng, dev=self._dev, female=female)
        cast.seen.append(person)
        if piece.number is not None:
            cast.numbered[piece.number] = person
        return person

    def _other(self, piece: Piece, cast: Cast) -> str:
        rng, slot = self._rng, piece.slot or ""
        if slot in _KIND_SLOTS:
            recipe = rng.choice(_KIND_SLOTS[slot])
            return " ".join(part[1:] if part.startswith("=") else self._pick(part) for part in recipe)
        if slot == "nick":
            return self._lists.first_by_origin["u nicknames"].pick(rng, dev=self._dev)
        if slot == "country":
            return self._pick("country").removeprefix("de ")
        if slot == "feast_year":
            year = rng.randint(1998, 2026)
            return f"{self._pick('feast')} {rng.choice([str(year), str(year), f'{chr(39)}{year % 100:02d}'])}"
        if slot in {"address", "house_number"}:
            number = f"{rng.choice([rng.randint(1, 99), rng.randint(1, 400)])}{rng.choice(_HOUSE)}"
            return number if slot == "house_number" else f"{self._street()} {number}"
        person = cast.numbered.get(piece.number or -1) or (cast.seen[-1] if cast.seen and rng.random() < 0.4 else None)
        return self._online(slot, person or people.invent(self._lists, rng, dev=self._dev))

    def _street(self) -> str:
        rng = self._rng
        if rng.random() < 0.35:
            return self._pick("whole")
        stem, suffix = self._pick("stem"), self._pick("suffix")
        if rng.random() < 0.08:
            suffix = {"straat": "str.", "laan": "ln", "weg": "wg", "plein": "pl."}.get(suffix, suffix)
        return f"{stem} {suffix.capitalize()}" if rng.random() < 0.05 else f"{stem}{suffix}"

    def _online(self, slot: str, person: Person) -> str:
        rng = self._rng
        name = people.mail_name(person, rng)
        if slot == "email":
            return f"{name}@{rng.choice(_DOMAINS)}"
        if slot == "handle":
            plain = name.replace(".", rng.choice(["", "_", ".", "x"])) + rng.choice(
                ["", "", "_", "x", "88", "_06", "nl", "xo"]
            )
            return ("@" if rng.random() < 0.5 else "") + (plain if rng.random() < 0.6 else plain.title())
        page = rng.choice(
            [
                "",
                f"/{name.replace('.', '')}",
                f"/nieuws/{name.replace('.', '-')}",
                "/profiel",
                f"/p/{rng.randint(1, 9999)}",
            ]
        )
        return rng.choice(["https://www.", "http://", "www.", "https://", ""]) + rng.choice(_DOMAINS) + page


def _outside(text: str, piece: Piece) -> list[tuple[str, EntityType | None]]:
    """Leave an ordinary noun before an own name outside the marking: `hospice` in `hospice De Hazelaar`."""
    noun, space, own = text.partition(" ")
    if piece.slot in _NOUN_OUTSIDE and space and noun in _NOUNS:
        return [(noun + space, None), (own, piece.label)]
    return [(text, piece.label)]


def assemble(pieces: Sequence[tuple[str, EntityType | None]]) -> Filled:
    """Join pieces into one text and say where the marked ones stand."""
    spans: list[tuple[int, int, EntityType]] = []
    parts: list[str] = []
    position = 0
    for text, label in pieces:
        if label is not None and text:
            spans.append((position, position + len(text), label))
        parts.append(text)
        position += len(text)
    return Filled("".join(parts), tuple(spans))
