"""The questions of the form. A wrong answer gets a sentence and the same question again; a good one is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from clients.station.desk import LONGEST, SHORT, Change, Desk
from clients.station.draft import MANDATORY, Draft
from clients.station.terminal.talk import PATIENCE, Talk
from server.protocol.dutch import CONSENT_HOW_NL, CONSENT_SCOPE_NL, FIELD_NL, GROUND_NL, REQUEST_NL
from server.protocol.http import TEXT_FIELDS, BasisForm
from server.protocol.words import TRIGGER_NL, BasisKind

T = TypeVar("T")
K = TypeVar("K")

ACUTE_QUESTION = "Is er iets acuuts dat nog niet is opgepakt: een crisis, of de veiligheid van een kind?"
CRISIS = (
    "Hier is deze tafel niet voor. Bel nu de crisisdienst van uw regio. Bij levensgevaar: 112.",
    "Gaat het om de veiligheid van een kind of om huiselijk geweld: Veilig Thuis, 0800-2000, dag en nacht.",
    "Wat u hebt ingevuld is bewaard. Is het acute opgepakt, dan kunt u de casus alsnog indienen.",
)
NOT_INFORMED = (
    "Toestemming geldt alleen als de betrokkene weet dat dit netwerk de casus krijgt. "
    "Vertel het eerst, of kies een andere grond."
)
OPTIONAL = tuple(one for one in TEXT_FIELDS if one not in MANDATORY)


class Wrong(Exception):
    """An answer does not fit; the message is Dutch and says what does."""


def until(talk: Talk, question: str, read: Callable[[str], T]) -> T:
    """Ask until `read` takes the answer.

    Raises:
        EOFError: the input ended, or nothing fitted for too long.
    """
    for _time in range(PATIENCE):
        try:
            return read(talk.ask(question))
        except Wrong as wrong:
            talk.warn(str(wrong))
    raise EOFError


def yes_or_no(talk: Talk, question: str, *, default: bool | None = None) -> bool:
    """Ask for ja or nee; Enter takes the default when there is one."""
    hint = {None: "j/n", True: "J/n", False: "j/N"}[default]

    def read(answer: str) -> bool:
        word = answer.lower()
        if not word and default is not None:
            return default
        if word in {"j", "ja"}:
            return True
        if word in {"n", "nee"}:
            return False
        raise Wrong("Typ j voor ja of n voor nee.")

    return until(talk, f"{question} [{hint}]", read)


def choice(talk: Talk, question: str, options: Mapping[K, str], *, default: K | None = None) -> K:
    """Ask for one of the options by number; Enter takes the default when there is one."""
    keys = list(options)
    chosen = keys.index(default) if default is not None and default in options else None
    found = _numbered(talk, question, list(options.values()), chosen)
    return keys[found]


def maybe(talk: Talk, question: str, options: Mapping[K, str]) -> K | None:
    """Ask for one of the options by number; Enter takes none."""
    found = _numbered(talk, f"{question} (Enter: toch niet)", list(options.values()), -1)
    return None if found < 0 else list(options)[found]


def _numbered(talk: Talk, question: str, labels: Sequence[str], default: int | None) -> int:
    talk.say(question)
    for number, label in enumerate(labels):
        talk.say(f"  {number + 1}  {label}{'  (nu gekozen)' if number == default else ''}")

    def read(answer: str) -> int:
        if not answer and default is not None:
            return default
        if answer.isascii() and answer.isdigit() and len(answer) < 4 and 1 <= int(answer) <= len(labels):
            return int(answer) - 1
        raise Wrong(f"Typ een nummer van 1 tot en met {len(labels)}.")

    return until(talk, "Nummer", read)


def words(talk: Talk, question: str, *, longest: int, default: str = "", required: bool = True) -> str:
    """Ask for a line of text; Enter keeps the default, and an optional one may stay empty."""
    if default:
        talk.say(f"  Er staat nu: {default}")

    def read(answer: str) -> str:
        answer = answer or default
        if required and not answer.strip():
            raise Wrong("Dit is verplicht. Een korte zin is genoeg.")
        if len(answer) > longest:
            raise Wrong(f"Dit is te lang: {len(answer)} tekens, waar er {longest} passen. Kort het in.")
        return answer

    return until(talk, question, read)


def day_of(talk: Talk, question: str, *, default: date, latest: date) -> date:
    """Ask for a day as day-month-year; Enter takes the default."""

    def read(answer: str) -> date:
        found = default if not answer else _date(answer)
        if found is None:
            raise Wrong("Schrijf de dag als dag-maand-jaar, bijvoorbeeld 3-12-2026.")
        if found > latest:
            raise Wrong("Deze dag moet nog komen. Kies de dag waarop het gebeurd is.")
        return found

    return until(talk, f"{question} [{default:%d-%m-%Y}]", read)


def _date(answer: str) -> date | None:
    parts = answer.replace("/", "-").replace(" ", "-").split("-")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) <= 4 for one in parts):
        return None
    numbers = [int(one) for one in parts]
    year, month, day = numbers if len(parts[0]) == 4 else reversed(numbers)
    try:
        return date(year, month, day) if year >= 1900 else None
    except ValueError:
        return None


def fill_in(talk: Talk, desk: Desk, case: str, *, again: bool = False) -> bool:
    """Ask what the form still lacks, or with `again` everything; return False when something acute stops it.

    Every answer is in the vault before the next question.
    """
    if not _acute(talk, desk, case, again=again):
        return False
    draft = desk.draft(case)
    if again or draft.trigger is None:
        trigger = choice(talk, "Wat is de aanleiding?", TRIGGER_NL, default=draft.trigger)
        draft = desk.edit(case, Change(trigger=trigger))
    for name in ("question", "why_now", "what_is_new"):
        if again or not draft.fields.get(name, "").strip():
            label = "Eén concrete vraag aan de kring" if name == "question" else FIELD_NL[name]
            draft = _text(talk, desk, draft, name, label, required=True)
    if again or draft.basis is None or "informed" in draft.missing():
        desk.edit(case, Change(basis=_basis(talk, draft, desk.now().date())))
    return True


def more(talk: Talk, desk: Desk, case: str) -> None:
    """Ask for the rest of the form, which may stay empty."""
    if not yes_or_no(talk, "Wilt u nog meer invullen voor de kring? Dat hoeft niet", default=False):
        return
    draft = desk.draft(case)
    kind = maybe(talk, "Wat voor vraag is het?", REQUEST_NL)
    if kind is not None:
        draft = desk.edit(case, Change(request_type=kind))
    for name in OPTIONAL:
        draft = _text(talk, desk, draft, name, f"{FIELD_NL[name]} (mag leeg)", required=False)


def _acute(talk: Talk, desk: Desk, case: str, *, again: bool) -> bool:
    if not again and desk.draft(case).acute is False:
        return True
    acute = yes_or_no(talk, ACUTE_QUESTION)
    desk.edit(case, Change(acute=acute))
    if acute:
        for line in CRISIS:
            talk.say(line, "bold")
    return not acute


def _text(talk: Talk, desk: Desk, draft: Draft, name: str, label: str, *, required: bool) -> Draft:
    longest = LONGEST.get(name, SHORT)
    value = words(talk, label, longest=longest, default=draft.fields.get(name, ""), required=required)
    return draft if value == draft.fields.get(name, "") else desk.edit(draft.id, Change(fields={name: value}))


def _basis(talk: Talk, draft: Draft, today: date) -> BasisForm:
    earlier = draft.basis
    for _time in range(PATIENCE):
        kinds = {BasisKind.CONSENT: "toestemming van de betrokkene", BasisKind.OTHER: "een andere grond"}
        kind = choice(talk, "Op welke grond bespreekt u deze casus?", kinds, default=earlier.kind if earlier else None)
        informed = yes_or_no(talk, "Weet de betrokkene dat dit netwerk de casus krijgt?")
        if kind is BasisKind.CONSENT and not informed:
            talk.warn(NOT_INFORMED)
            continue
        how = scope = reason = None
        if kind is BasisKind.CONSENT:
            how = choice(talk, "Hoe is de toestemming gegeven?", CONSENT_HOW_NL)
            scope = choice(talk, "Waarvoor is de toestemming gegeven?", CONSENT_SCOPE_NL)
        else:
            reason = choice(talk, "Welke grond?", GROUND_NL)
        default = min(earlier.on, today) if earlier else today
        on = day_of(talk, "Op welke dag gegeven of afgewogen", default=default, latest=today)
        return BasisForm(kind, on, informed, how=how, scope=scope, reason=reason)
    raise EOFError
