"""The commands on one's own cases: begin, list, review, read the answer, throw away."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from clients.errors import DocumentRefused, StationError
from clients.station.desk import Desk
from clients.station.documents import Opened, open_document
from clients.station.draft import Draft, DraftState, ExtraLine
from clients.station.letter import as_docx, as_pdf
from clients.station.terminal import cases, forms
from clients.station.terminal.entry import DONE, ENDED, REFUSED, Seat
from clients.station.terminal.review import review
from clients.station.terminal.talk import Talk, Unreadable
from clients.station.web.answer import letter_of
from clients.station.web.state import State
from clients.station.words import EXTRA_NL, STATE_NL
from server.protocol.dutch import moment
from server.protocol.words import DOMAIN_NL, OUTCOME_NL, Domain, OutcomeKind

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_KNOWN_BYTES = 1024 * 1024
MAX_LINES = 100_000
BESIDE_ONLY = frozenset({"METADATA", "ATTACHMENT", "IMAGE", "INSERTED"})
"""What a document can hold beside its text and is never put into it, as on the pages."""
SHOWN = 300
"""Characters of one thing beside the text that are shown."""
NO_FILE = "Dit bestand is niet te lezen. Controleer de naam, en of u het mag openen."
NO_KNOWN = (
    "Het bestand met wat van de persoon bekend is, is niet te lezen. Het moet JSON zijn, zoals in de handleiding."
)
PASTE = "Plak of typ de tekst. Sluit af met een regel met alleen een punt."
NO_ANSWER = "Er is nog geen antwoord. ‘casuskring station ophalen’ haalt het op als de kring de casus heeft besproken."


def begin(seat: Seat, source: str, known: Path | None) -> int:
    """Open a text, begin a case with it, ask for the form and go on to the review."""
    talk, desk = seat.talk, seat.desk
    what = _known(known)
    opened, stopped = _opened(talk, source)
    extras = [ExtraLine(one.kind.name, one.place, one.text) for one in opened.extras]
    kind = "" if source == "-" else source.rsplit(".", 1)[-1].lower()[:8]
    draft = desk.begin(opened.text, source=kind, extras=extras, known=what)
    number = cases.number_of(desk, draft)
    talk.say(f"Casus {number} is begonnen: {len(opened.text)} tekens. Hij staat in de kluis.")
    talk.say(f"Stopt u eerder, dan gaat u verder met: casuskring station nakijken {number}")
    if stopped:
        raise KeyboardInterrupt
    _beside(talk, desk, draft)
    return prepare(seat, draft.id)


def prepare(seat: Seat, case: str, *, again: bool = False) -> int:
    """Ask what the form lacks, or all of it again, and review; say what is next."""
    talk, desk = seat.talk, seat.desk
    first = desk.draft(case).acute is None
    if not forms.fill_in(talk, desk, case, again=again):
        return REFUSED
    if first or again:
        forms.more(talk, desk, case)
    talk.say("Bezig met zoeken naar namen…")
    return _told(seat, case, review(talk, desk, case))


def look_over(seat: Seat, named: str, *, again: bool = False) -> int:
    """Go on with a case: what the form lacks, then the review."""
    return prepare(seat, seat.desk.editable(cases.find(seat.desk, named).id).id, again=again)


def overview(seat: Seat) -> int:
    """Show the cases: number, state, title, date."""
    drafts, numbers = seat.desk.drafts(), cases.numbers(seat.desk)
    if not drafts:
        seat.talk.say("Er zijn nog geen casussen. Begin met: casuskring station nieuw BESTAND")
    for one in drafts:
        title = " ".join(one.title.split()) or "Zonder titel"
        seat.talk.say(f"{numbers[one.id]:>4}  {STATE_NL[one.state]:<17}  {title}  ({moment(one.changed_at)})")
    waiting = sum(one.state is DraftState.SENDING for one in drafts)
    if waiting:
        seat.talk.say(f"Wacht op verzending: {waiting}. ‘casuskring station ophalen’ verstuurt wat wacht.")
    return DONE


def answer(seat: Seat, named: str, docx: Path | None, pdf: Path | None) -> int:
    """Show the answer in the submitter's own names, or write it to a file."""
    desk, draft = seat.desk, cases.find(seat.desk, named)
    if draft.reply is None:
        raise StationError(NO_ANSWER, code="no_answer")
    if docx is None and pdf is None:
        _show_answer(seat.talk, desk, draft)
        return DONE
    letter = letter_of(desk, draft)
    written = [write(seat.talk, path, make(letter)) for path, make in ((docx, as_docx), (pdf, as_pdf)) if path]
    return DONE if all(written) else ENDED


def forget(seat: Seat, named: str) -> int:
    """Throw a case away, after asking once."""
    draft = cases.find(seat.desk, named)
    seat.talk.say(f"Casus {cases.number_of(seat.desk, draft)}: {draft.title} ({STATE_NL[draft.state]})")
    if not forms.yes_or_no(
        seat.talk, "Van dit station verwijderen? Dat kan niet ongedaan worden gemaakt", default=False
    ):
        seat.talk.say("Er is niets verwijderd.")
        return DONE
    seat.desk.forget(draft.id)
    seat.talk.say("De casus is van dit station verwijderd.")
    return DONE


def write(talk: Talk, path: Path, data: bytes) -> bool:
    """Write a file for this user only; what stands there is replaced, as a whole, only when the person says so."""
    taken = path.exists() or path.is_symlink()
    if taken and not forms.yes_or_no(talk, "Er staat al een bestand met deze naam. Overschrijven?", default=False):
        talk.say("Er is niets geschreven.")
        return False
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}")
    try:
        with open(beside, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(data)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise StationError("Het bestand is niet te schrijven. Kies een andere plek.", code="write") from None
    talk.say("Het bestand is geschreven. Er staan echte namen in: bewaar het alleen in het eigen dossier.")
    return True


# --- inside --------------------------------------------------------------------------------------------------------


def _told(seat: Seat, case: str, state: State) -> int:
    number = cases.number_of(seat.desk, seat.desk.draft(case))
    if state.lacking:
        seat.talk.say(f"Er ontbreekt nog: {', '.join(state.lacking)}. Alles is bewaard.")
        seat.talk.say(f"Verder: casuskring station nakijken {number}")
    else:
        seat.talk.say(f"De casus is klaar. Bekijken en versturen: casuskring station versturen {number}")
    return DONE


def _show_answer(talk: Talk, desk: Desk, draft: Draft) -> None:
    if draft.reply is None:
        return
    text, dissent = desk.own_words(draft)
    talk.say("Het antwoord, in uw eigen namen", "bold")
    talk.say(f"Uitkomst: {OUTCOME_NL[OutcomeKind(draft.reply.outcome)]}")
    due = f", uiterlijk {draft.reply.due:%d-%m-%Y}" if draft.reply.due else ""
    talk.say(f"Wie pakt het op: {DOMAIN_NL[Domain(draft.reply.owner)]}{due}")
    talk.say(f"Vastgelegd: {moment(draft.reply.recorded_at)}")
    talk.say()
    talk.say(text)
    if dissent:
        talk.say("Ander inzicht aan tafel", "bold")
        talk.say(dissent)


def _beside(talk: Talk, desk: Desk, draft: Draft) -> None:
    """List what stood beside the text and ask which of it belongs in the text."""
    if not draft.extras:
        return
    talk.say("Dit stond naast de tekst en is niet meegenomen:", "bold")
    for number, one in enumerate(draft.extras, 1):
        shown = one.text if len(one.text) <= SHOWN else f"{one.text[:SHOWN]}… ({len(one.text)} tekens)"
        sign = "  -" if one.kind in BESIDE_ONLY else f"{number:>3}"
        talk.say(f"{sign}  {EXTRA_NL[one.kind]}, {one.place}: {shown}")
    open_to = [number for number, one in enumerate(draft.extras, 1) if one.kind not in BESIDE_ONLY]
    if not open_to:
        return
    for number in forms.until(talk, "Welke horen in de tekst? Nummers, of Enter voor geen", _numbers(open_to)):
        try:
            desk.take_extra(draft.id, number - 1)
        except StationError as error:
            talk.warn(error.detail)


def _numbers(open_to: Sequence[int]) -> Callable[[str], list[int]]:
    """Return what reads numbers with commas or spaces between them, each one of those that can be chosen."""

    def read(given: str) -> list[int]:
        parts = given.replace(",", " ").split()
        if len(parts) > len(open_to) or not all(one.isascii() and one.isdigit() and len(one) < 6 for one in parts):
            raise forms.Wrong("Typ nummers uit de lijst met een komma ertussen, of druk op Enter.")
        chosen = sorted({int(one) for one in parts})
        if not set(chosen) <= set(open_to):
            raise forms.Wrong("Een van deze nummers staat niet in de lijst, of kan niet in de tekst.")
        return chosen

    return read


def _opened(talk: Talk, source: str) -> tuple[Opened, bool]:
    """Return the opened text, and whether the person stopped while typing it."""
    if source != "-":
        try:
            with Path(source).open("rb") as file:
                return open_document(Path(source).name, _whole(file)), False
        except (OSError, ValueError):
            raise StationError(NO_FILE, code="no_file") from None
    if sys.stdin.isatty():
        text, stopped = _typed(talk)
        return open_document("invoer.txt", text.encode("utf-8", "replace")), stopped
    return open_document("invoer.txt", _whole(sys.stdin.buffer)), False


def _whole(file: BinaryIO) -> bytes:
    data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise DocumentRefused("too_large")
    return data


def _typed(talk: Talk) -> tuple[str, bool]:
    talk.say(PASTE)
    lines: list[str] = []
    try:
        while len(lines) <= MAX_LINES:
            try:
                line = talk.reader.line("")
            except Unreadable:
                talk.warn("Deze regel is te lang of niet te lezen, en is niet meegenomen.")
                continue
            if line.strip() == ".":
                break
            lines.append(line)
    except EOFError:
        pass
    except KeyboardInterrupt:
        # What was pasted so far is not in the vault yet: it is kept first, then the program stops.
        if not "".join(lines).strip():
            raise
        return "\n".join(lines), True
    return "\n".join(lines), False


def _known(path: Path | None) -> Mapping[str, object]:
    if path is None:
        return {}
    try:
        with path.open("rb") as file:
            data = file.read(MAX_KNOWN_BYTES + 1)
        found = json.loads(data) if len(data) <= MAX_KNOWN_BYTES else None
    except (OSError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise StationError(NO_KNOWN, code="known")
    return found
