"""Reads the Dutch templates: literal text with `{slot}`, `{slot#1}` and `{LABEL=text}`, strictly.

A sentence file holds one item a line, in which `\\n` stands for a line break. A note file holds longer items, separated
by a line `---`. Every mistake is reported with file and line, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from anonymisation.document import EntityType
from anonymisation.model.training.errors import TemplateError

_P, _L, _A = EntityType.PERSON, EntityType.LOCATION, EntityType.STREET_ADDRESS
_D, _O, _C = EntityType.DATE_TIME, EntityType.ORGANIZATION, EntityType.CARE_ORGANIZATION

SLOTS: dict[str, EntityType] = {
    **dict.fromkeys(("full", "full_f", "full_m", "first", "first_f", "first_m", "last", "initials_last"), _P),
    **dict.fromkeys(("initials", "first_initial", "last_first", "nick"), _P),
    **dict.fromkeys(("city", "village", "district", "region", "country"), _L),
    **dict.fromkeys(("address", "house_number"), _A),
    "postcode": EntityType.NL_POSTCODE,
    **dict.fromkeys(("date", "date_dm", "date_my", "feast_year"), _D),
    "age": EntityType.AGE,
    **dict.fromkeys(("employer", "school", "club", "shop", "landlord", "church", "restaurant"), _O),
    **dict.fromkeys(("gp_practice", "hospital", "ggz", "care_team", "care_home", "care_other"), _C),
    "bsn": EntityType.NL_BSN,
    "phone": EntityType.PHONE_NUMBER,
    "email": EntityType.EMAIL_ADDRESS,
    "url": EntityType.URL,
    "iban": EntityType.IBAN_CODE,
    "plate": EntityType.NL_LICENSE_PLATE,
    "handle": EntityType.SOCIAL_HANDLE,
    **dict.fromkeys(("patient_nr", "dossier_nr", "police_nr", "policy_nr", "passport_nr"), EntityType.ID),
    **dict.fromkeys(("agb_nr", "big_nr", "client_nr"), EntityType.ID),
    "profession_rare": EntityType.PROFESSION,
    "nationality": EntityType.NATIONALITY,
}
"""Every slot that a template may use, with the label of what fills it."""

_MARK = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"([a-z_]+)(?:#(\d+))?")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a template: literal text (no label), marked text (label, no slot) or a slot to be filled."""

    text: str
    label: EntityType | None = None
    slot: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """One item of the corpus, with where it stands (`file:line`) and the kind of file (sentence or note)."""

    where: str
    source: str
    note: bool
    pieces: tuple[Piece, ...]


def parse(text: str, where: str, *, note: bool = False) -> Template:
    """Return the template that `text` writes.

    Raises:
        TemplateError: a brace is not closed, or a slot or label is unknown, or a marking is empty.
    """
    pieces: list[Piece] = []
    position = 0
    for match in _MARK.finditer(text):
        _add_literal(pieces, text[position : match.start()], where)
        pieces.append(_marking(match.group(1), where))
        position = match.end()
    _add_literal(pieces, text[position:], where)
    return Template(where, text, note, tuple(pieces))


def _add_literal(pieces: list[Piece], text: str, where: str) -> None:
    if "{" in text or "}" in text:
        raise TemplateError(f"{where}: a brace has no partner")
    if text:
        pieces.append(Piece(_unescape(text)))


def _unescape(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t")


def _marking(inner: str, where: str) -> Piece:
    name, equals, literal = inner.partition("=")
    if equals:
        if name not in EntityType.__members__:
            raise TemplateError(f"{where}: a label is unknown")
        if not literal.strip() or literal != literal.strip():
            raise TemplateError(f"{where}: a marked text is empty or has spaces at its edge")
        return Piece(_unescape(literal), EntityType(name))
    match = _SLOT.fullmatch(inner)
    if match is None or match.group(1) not in SLOTS:
        raise TemplateError(f"{where}: a slot is unknown")
    number = int(match.group(2)) if match.group(2) else None
    return Piece("", SLOTS[match.group(1)], match.group(1), number)


def _items(path: Path, *, note: bool) -> Iterator[tuple[int, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not note:
        yield from ((n, line) for n, line in enumerate(lines, 1) if line.strip())
        return
    start, block = 1, list[str]()
    for n, line in enumerate([*lines, "---"], 1):
        if line.strip() == "---":
            if any(part.strip() for part in block):
                yield start, "\n".join(block).strip("\n")
            start, block = n + 1, []
        else:
            block.append(line)


def read(path: Path) -> list[Template]:
    """Return the templates of one file; a name that starts with `notes` holds notes, any other holds sentences.

    Raises:
        TemplateError: with one line per broken template.
    """
    note = path.name.startswith("notes")
    found: list[Template] = []
    broken: list[str] = []
    for line, text in _items(path, note=note):
        try:
            found.append(parse(text, f"{path.name}:{line}", note=note))
        except TemplateError as error:
            broken.append(str(error))
    if broken:
        raise TemplateError("\n".join(broken))
    return found


def read_all(paths: Iterable[Path]) -> list[Template]:
    """Return the templates of all files, in the order of their names.

    Raises:
        TemplateError: with one line per broken template of any file.
    """
    found: list[Template] = []
    broken: list[str] = []
    for path in sorted(paths, key=lambda one: one.name):
        try:
            found.extend(read(path))
        except TemplateError as error:
            broken.append(str(error))
    if broken:
        raise TemplateError("\n".join(broken))
    return found
