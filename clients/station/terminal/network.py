"""The commands that speak with the network service: send, fetch, release, withdraw, and the login there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from rich.text import Text

from anonymisation.forms import pseudonym_spans
from clients.errors import NotReady, Refusal, StationError, Unreachable
from clients.station.desk import Change, Desk, Login
from clients.station.draft import Draft, DraftState
from clients.station.origins import is_origin
from clients.station.outbox import ACUTE, Outbox, alarm_of
from clients.station.terminal import cases, forms
from clients.station.terminal.entry import ALARMED, AWAY, DONE, REFUSED, TRIES, Seat
from clients.station.terminal.talk import Talk, harmless
from clients.station.web.state import state_of
from clients.station.witness import Alarm
from clients.station.words import REASON_NL
from server.protocol.dutch import CONSENT_HOW_NL, CONSENT_SCOPE_NL, FIELD_NL, GROUND_NL, LABEL_NL, REQUEST_NL, moment
from server.protocol.http import BasisForm, CaseAnswer, CaseLine, CircleAnswer
from server.protocol.words import OVERRULE_NL, TRIGGER_NL

T = TypeVar("T")

WAITS = "De casus wacht in de kluis en gaat één keer. Later versturen: casuskring station ophalen"
NO_CIRCLE = (
    "De netwerkdienst is nu niet bereikbaar en er is nog geen kring gekozen. Er is niets verstuurd en niets verloren; "
    "probeer het later opnieuw."
)
SENT = "De casus is verstuurd. Een tweede persoon van uw organisatie moet hem nog vrijgeven."
ALL = (
    "Dit is alles wat het station verstuurt, met in codes de aanleiding, de soort vraag, de grondslag en wat u liet "
    "staan. Het is gepseudonimiseerd, en blijft een persoonsgegeven."
)
WITHDRAW = (
    "De kring kan de casus daarna niet meer lezen en niet meer bespreken. Dit kan niet ongedaan worden gemaakt. "
    "Op dit station blijft hij staan."
)
SECOND = (
    "U bent de tweede lezer. Kan iemand in de kring hieruit opmaken om wie het gaat? "
    "Vraag de inbrenger dan om de casus in te trekken en aan te passen."
)


def on_line(seat: Seat, work: Callable[[Outbox], Awaitable[T]]) -> T:
    """Do something at the network under the worker's login.

    Questions are asked outside it: while a loop runs, Ctrl+C would wait for the answer.
    """

    async def done() -> T:
        async with Outbox.of(seat.desk, seat.setup.connect) as line:
            return await work(line)

    return asyncio.run(done())


# --- sending -------------------------------------------------------------------------------------------------------


def send(seat: Seat, named: str, circle: str, *, sure: bool) -> int:
    """Show exactly what the circle will see, ask, and send it once; without a network it waits."""
    desk, draft = seat.desk, cases.find(seat.desk, named)
    if draft.state is DraftState.SENDING:
        return fetch(seat)
    draft = desk.editable(draft.id)
    if not _ready(seat, draft):
        return REFUSED
    _show(seat.talk, desk, draft)
    chosen = _circle(seat, draft, circle)
    if not chosen:
        seat.talk.warn(NO_CIRCLE)
        return AWAY
    if alarm := alarm_of(desk):
        seat.talk.warn(alarm.detail)
    if not sure and not forms.yes_or_no(seat.talk, "Naar de kring versturen?", default=False):
        seat.talk.say("Er is niets verstuurd.")
        return DONE
    desk.edit(draft.id, Change(circle=chosen))
    return _sent(seat, draft.id)


def _sent(seat: Seat, case: str) -> int:
    try:
        on_line(seat, lambda line: line.send(case))
    except Unreachable as error:
        if seat.desk.draft(case).open:
            # Not even the login went through. What was decided to be sent waits all the same.
            Outbox.of(seat.desk, seat.setup.connect).commit(case)
        seat.talk.warn(error.detail)
        seat.talk.warn(WAITS)
        return AWAY
    except (NotReady, Refusal) as error:
        seat.talk.warn(error.detail)
        if seat.desk.draft(case).open and error.code in {"decisions", "marks_undecided"}:
            number = cases.number_of(seat.desk, seat.desk.draft(case))
            seat.talk.warn(f"Verder: casuskring station nakijken {number}")
        return REFUSED
    seat.talk.say(SENT)
    return DONE


def _ready(seat: Seat, draft: Draft) -> bool:
    """Say what a case lacks, after the second look; return whether it lacks nothing."""
    if draft.acute:
        seat.talk.warn(ACUTE)
        return False
    if not seat.desk.preparation(draft).pending:
        seat.desk.second_look(draft.id)
    lacking = state_of(seat.desk, seat.desk.draft(draft.id)).lacking
    if lacking:
        seat.talk.warn(f"Er ontbreekt nog: {', '.join(lacking)}.")
        seat.talk.warn(f"Verder: casuskring station nakijken {cases.number_of(seat.desk, draft)}")
    return not lacking


def _circle(seat: Seat, draft: Draft, given: str) -> str:
    """Return the circle to send to; empty when the network that knows them is away and none was chosen."""
    try:
        circles = on_line(seat, lambda line: line.circles())
    except Unreachable:
        return given or draft.circle
    names = {one.id: one.name for one in circles}
    if given and given not in names:
        raise StationError(f"Deze kring is er niet voor u. Wel: {_listed(circles)}.", code="no_such_circle")
    if not names:
        raise StationError("Er is nog geen kring waar u naartoe kunt versturen.", code="no_circle")
    chosen = given or (draft.circle if draft.circle in names else "") or (next(iter(names)) if len(names) == 1 else "")
    chosen = chosen or forms.choice(seat.talk, "Naar welke kring?", names)
    seat.talk.say(f"Naar de kring: {names[chosen]}")
    return chosen


def _listed(circles: Sequence[CircleAnswer]) -> str:
    return ", ".join(f"{one.id} ({one.name})" for one in circles) or "geen"


def _show(talk: Talk, desk: Desk, draft: Draft) -> None:
    """Show the protected fields as they go out, and the codes beside them."""
    prepared = desk.preparation(draft)
    talk.say("Zo ziet de kring de casus", "bold")
    for name, value in prepared.fields.items():
        _field(talk, FIELD_NL[name], value)
    for place, label, reason in prepared.rejected(desk.analyser()):
        words = prepared.fields[place.field][place.start : place.end]
        talk.say(f"Blijft staan: ‘{words}’ lijkt op {LABEL_NL[label.value]}; uw reden: {REASON_NL[reason]}")
    if draft.trigger is not None:
        talk.say(f"Aanleiding: {TRIGGER_NL[draft.trigger]}")
    if draft.request_type is not None:
        talk.say(f"Soort vraag: {REQUEST_NL[draft.request_type]}")
    if draft.basis is not None:
        talk.say(f"Grondslag: {_basis(draft.basis)}")
    talk.say(ALL)


def _basis(basis: BasisForm) -> str:
    told = "de betrokkene weet ervan" if basis.informed else "de betrokkene weet het niet"
    if basis.how is not None and basis.scope is not None:
        what = f"toestemming, {CONSENT_HOW_NL[basis.how]}, {CONSENT_SCOPE_NL[basis.scope]}"
    else:
        what = GROUND_NL[basis.reason] if basis.reason is not None else "een andere grond"
    return f"{what}, {basis.on:%d-%m-%Y}; {told}"


def _field(talk: Talk, title: str, value: str) -> None:
    """Show a protected text exactly; colour alone tells a pseudonym, for here no sign may stand that is not sent."""
    talk.say(title, "underline")
    shown = Text(harmless(value))
    for start, end in pseudonym_spans(value):
        shown.stylize("green", start, end)
    talk.say(shown)


# --- fetching ------------------------------------------------------------------------------------------------------


def fetch(seat: Seat) -> int:
    """Send what waits, fetch what is there, hold the network's log against the checkpoint kept here; say what came."""
    before = {one.id: one for one in seat.desk.drafts()}

    async def work(line: Outbox) -> Alarm | None:
        await line.flush()
        await line.refresh()
        return await line.watch()

    try:
        alarm = on_line(seat, work)
    finally:
        # Also when it stopped half way: what did come in is told.
        news = [one for one in seat.desk.drafts() if one.id in before and one.state is not before[one.id].state]
        for draft in news:
            _news(seat, draft)
    if not news:
        seat.talk.say("Er is niets nieuws.")
    if alarm is not None:
        seat.talk.warn(alarm.detail)
        return ALARMED
    return REFUSED if any(one.open for one in news) else DONE


def _news(seat: Seat, draft: Draft) -> None:
    number = cases.number_of(seat.desk, draft)
    title = " ".join(draft.title.split())
    match draft.state:
        case DraftState.SENT:
            seat.talk.say(f"{number}  verstuurd: {title}")
        case DraftState.ANSWERED:
            seat.talk.say(f"{number}  beantwoord: {title}")
            seat.talk.say(f"   Lezen: casuskring station antwoord {number}")
        case DraftState.BEGUN:
            seat.talk.warn(f"{number}  niet aangenomen: {draft.refused}")
            seat.talk.warn(f"   Verder: casuskring station nakijken {number}")
        case _:
            pass


# --- releasing -----------------------------------------------------------------------------------------------------


def release(seat: Seat, named: str, *, sure: bool) -> int:
    """List the colleagues' cases that wait for a second person, or show one and let the circle have it."""
    waiting = on_line(seat, lambda line: line.to_release())
    if not named:
        for number, one in enumerate(waiting, 1):
            seat.talk.say(f"{number:>4}  ingediend op {moment(one.submitted_at)}  ({one.id})")
        if not waiting:
            seat.talk.say("Er wacht geen casus op vrijgave door u.")
        return DONE
    line = _waiting(waiting, named)
    case = on_line(seat, lambda outbox: outbox.read(line.id))
    _show_colleagues(seat.talk, case)
    if not case.may_release:
        raise StationError("U kunt deze casus niet vrijgeven: dat doet een tweede persoon.", code="second_person")
    if not sure and not forms.yes_or_no(seat.talk, "Vrijgeven voor de kring?", default=False):
        seat.talk.say("De casus is niet vrijgegeven.")
        return DONE
    on_line(seat, lambda outbox: outbox.release(case.id))
    seat.talk.say("De casus is vrijgegeven voor de kring.")
    return DONE


def _waiting(waiting: Sequence[CaseLine], named: str) -> CaseLine:
    by_number = {str(number): one for number, one in enumerate(waiting, 1)}
    found = [by_number[named]] if named in by_number else []
    if not found and len(named) >= cases.SHORTEST_START:
        found = [one for one in waiting if one.id.startswith(named)]
    if len(found) != 1:
        raise StationError(
            "Deze casus wacht niet op vrijgave. Met ‘casuskring station vrijgeven’ ziet u wat wacht.",
            code="no_such_case",
        )
    return found[0]


def _show_colleagues(talk: Talk, case: CaseAnswer) -> None:
    talk.say(SECOND)
    for name, title in FIELD_NL.items():
        if value := getattr(case.form, name):
            _field(talk, title, value)
    for mark in case.rejected:
        words = getattr(case.form, mark.field)[mark.start : mark.end]
        why = f"inbrenger: {OVERRULE_NL[mark.reason]}" if mark.reason else "de controle twijfelt"
        talk.say(f"Bleef staan: ‘{words}’ lijkt op {LABEL_NL.get(mark.label, 'iets herkenbaars')}; {why}")


# --- withdrawing, and the login ------------------------------------------------------------------------------------


def withdraw(seat: Seat, named: str) -> int:
    """Take a sent case back, after asking once."""
    draft = cases.find(seat.desk, named)
    seat.talk.say(f"Casus {cases.number_of(seat.desk, draft)}: {draft.title}")
    seat.talk.say(WITHDRAW)
    if not forms.yes_or_no(seat.talk, "De casus intrekken?", default=False):
        seat.talk.say("Er is niets ingetrokken.")
        return DONE
    on_line(seat, lambda line: line.withdraw(draft.id))
    seat.talk.say("De casus is ingetrokken. De sleutel is vernietigd: niemand in het netwerk kan de tekst nog lezen.")
    return DONE


def network(seat: Seat) -> int:
    """Ask for the login at the network, and keep it when the service takes it."""
    talk, earlier = seat.talk, seat.desk.login()
    hint = f" [{earlier.origin}]" if earlier else ""
    origin = forms.until(talk, f"Adres van de netwerkdienst{hint}", _address(earlier))
    for left in reversed(range(TRIES)):
        default = earlier.login if earlier else ""
        name = forms.words(talk, "Uw inlognaam daar", longest=300, default=default)
        login = Login(origin, name, talk.ask_hidden("Uw wachtwoord daar"))
        try:
            alarm = asyncio.run(_checked(seat, login))
        except Refusal as refused:
            talk.warn(refused.detail)
            if not left:
                return REFUSED
            continue
        seat.desk.set_login(login)
        talk.say("De netwerkdienst kent u. U kunt nu casussen versturen.")
        if alarm is not None:
            talk.warn(alarm.detail)
            return ALARMED
        return DONE
    return REFUSED


async def _checked(seat: Seat, login: Login) -> Alarm | None:
    async with Outbox(seat.desk, seat.setup.connect(login.origin), login) as line:
        return await line.watch()


def _address(earlier: Login | None) -> Callable[[str], str]:
    def read(given: str) -> str:
        if not given and earlier is not None:
            return earlier.origin
        if is_origin(given):
            return given.rstrip("/")
        raise forms.Wrong("Het adres begint met https://, bijvoorbeeld https://casuskring.example.nl.")

    return read
