"""What goes to the network service and comes back: send once, release, withdraw, fetch.

Only protected fields, codes and places ever pass through here. What was decided to be sent is in the vault before the
first attempt, under a key that makes a repetition harmless.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import httpx
import msgspec

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType
from clients.api import Client, new_key
from clients.errors import NotNow, NotReady, Refusal, StationError, Unreachable, UnusableAnswer
from clients.station.desk import Desk, Login
from clients.station.draft import Draft, DraftState, Reply
from clients.station.preparation import Place, Preparation
from clients.station.witness import NOTHING_YET, Alarm, alarm_from, observe, seen_from, to_bytes
from server.protocol.http import TEXT_FIELDS, CaseAnswer, CaseForm, CaseLine, CircleAnswer, RejectedMark, SubmitRequest
from server.protocol.words import CaseState, OverruleReason

T = TypeVar("T")

SEEN, ALARM = "seen", "alarm"
"""The kinds of the vault's records about the network's log."""

ACUTE = (
    "Er is iets acuuts dat nog niet is opgepakt. Daar is deze tafel niet voor: bel de crisisdienst van uw regio, "
    "of bij zorgen over de veiligheid van een kind Veilig Thuis (0800-2000). U kunt de casus daarna alsnog indienen."
)


@dataclass(slots=True)
class Outbox:
    """A worker's desk with a line to the network; to be used as `async with`, which signs in and out."""

    desk: Desk
    client: Client
    login: Login

    @classmethod
    def of(cls, desk: Desk, connect: Callable[[str], Client] = Client) -> Outbox:
        """Return the line of a worker.

        Raises:
            StationError: no login was given.
        """
        login = desk.login()
        if login is None:
            raise StationError(
                "Vul eerst bij Instellingen in waar de netwerkdienst staat en met welke naam u zich daar aanmeldt.",
                code="no_login",
            )
        return cls(desk, connect(login.origin), login)

    async def __aenter__(self) -> Self:
        """Sign in, and look at the network's log: at every contact, so that no rewriting passes between two.

        Raises:
            Unreachable, Refusal: the service cannot be reached, or does not take the login.
        """
        try:
            await reached(self.client.log_in(self.login.login, self.login.password))
            # A log that cannot be seen now is no reason to stop; how long ago it was seen stands on the first page.
            with contextlib.suppress(Unreachable):
                await self.watch()
        except BaseException:
            await self.client.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the line."""
        await self.client.__aexit__(kind, error, trace)

    # --- sending -----------------------------------------------------------------------------------------------

    async def send(self, ref: str) -> Draft:
        """Send a case to its circle, once.

        The request is in the vault before it goes out, under a key that makes a repetition harmless.

        Raises:
            NotReady: something is missing or undecided.
            Unreachable: no answer; the request waits in the vault and `flush` sends it again.
            Refusal: the service does not take it; its places are now open decisions.
        """
        return await self.deliver(self.commit(ref).id)

    def commit(self, ref: str) -> Draft:
        """Decide that a case goes out: the request is in the vault, and `flush` will send it. Needs no line.

        Nobody may change the case meanwhile.

        Raises:
            NotReady: something is missing or undecided.
        """
        draft = self.desk.editable(ref)
        if draft.acute:
            raise NotReady(ACUTE, code="acute")
        if lacking := self.desk.lacking(draft):
            raise NotReady(code=lacking[0])
        if not draft.circle:
            raise NotReady("Kies eerst de kring waar de casus heen gaat.", code="circle")
        if self.desk.second_look(ref):
            raise NotReady(
                "De tweede controle vond nog plekken die herkenbaar kunnen zijn. Beslis daar eerst over.",
                code="decisions",
            )
        draft = msgspec.structs.replace(self.desk.draft(ref), told_on=self.desk.today())
        prepared = self.desk.preparation(draft)
        request = SubmitRequest(
            draft.circle, new_key(), _form(draft, prepared), _rejected(prepared, self.desk.analyser())
        )
        waiting = msgspec.structs.replace(
            draft,
            state=DraftState.SENDING,
            # It goes out, now or later, under the login of who sends it: under another's it would be another case.
            author=self.desk.worker,
            writers=draft.writers or (draft.author,),
            key=request.key,
            request=msgspec.json.encode(request),
            mapping=prepared.mapping,
            replaced=prepared.protected.replacements,
            refused="",
        )
        return self.desk.keep(waiting)

    async def flush(self) -> list[Draft]:
        """Send what was waiting, each under its own key; stop at the first that finds nobody at home.

        Raises:
            Unreachable: the service cannot be reached.
        """
        sent = []
        for draft in self.desk.drafts():
            if draft.state is DraftState.SENDING and draft.author == self.desk.worker:
                try:
                    sent.append(await self.deliver(draft.id))
                except (Refusal, NotNow):  # refused, or settled by another page meanwhile: the others go on
                    continue
        return sent

    async def deliver(self, ref: str) -> Draft:
        """Send what `commit` put ready; when another attempt was quicker, what came of that one stands.

        Raises:
            NotNow: nothing is ready.
            Unreachable, Refusal: as `send`.
        """
        draft = self.desk.draft(ref)
        if draft.state is not DraftState.SENDING:
            raise NotNow
        request = msgspec.json.decode(draft.request, type=SubmitRequest)
        try:
            case = await reached(self.client.submit(request))
        except Refusal as refusal:
            if self._waits(draft):
                self.desk.keep(self._put_back(draft, refusal))
            raise
        if not self._waits(draft):
            return self.desk.draft(ref)
        sent = msgspec.structs.replace(
            draft, state=DraftState.SENT, case=case, sent_at=self.desk.now(), request=b"", fields=draft.fields
        )
        return self.desk.keep(sent)

    def _waits(self, draft: Draft) -> bool:
        """Does this very request still wait? While the line was busy another page may have settled it."""
        now = self.desk.draft(draft.id)
        return (now.state, now.key) == (DraftState.SENDING, draft.key)

    def _put_back(self, draft: Draft, refusal: Refusal) -> Draft:
        prepared = self.desk.preparation(draft)
        places = [
            (prepared.original_of(Place(one.field, one.start, one.end)), EntityType(one.label))
            for one in refusal.places
            if one.field in prepared.fields and one.label in EntityType.__members__
        ]
        found = tuple(dict.fromkeys((*draft.found, *places)))
        return msgspec.structs.replace(
            draft,
            state=DraftState.BEGUN,
            key="",
            request=b"",
            mapping=(),
            replaced=None,
            told_on=None,
            found=found,
            refused=refusal.detail,
            author=draft.writers[-1] if draft.writers else draft.author,
        )

    # --- after -------------------------------------------------------------------------------------------------

    async def refresh(self) -> list[CaseLine]:
        """Ask the service where the cases stand, fetch answers and what readers reported; return the service's list.

        Raises:
            Unreachable, Refusal: the service cannot be reached, or does not know this login.
        """
        lines = await reached(self.client.cases())
        states = {one.id: one.state for one in lines}
        for draft in self.desk.drafts():
            if draft.state is DraftState.SENT and states.get(draft.case) is CaseState.DISCUSSED:
                await self.fetch(draft.id)
        await self._fetch_missed(lines)
        return lines

    async def _fetch_missed(self, lines: Sequence[CaseLine]) -> None:
        """Fetch the reports of sent cases of which the service counts more than are here."""
        here = Counter(one.case for one in self.desk.missed())
        more = {one.id for one in lines if one.missed > here[one.id]}
        for draft in self.desk.drafts():
            if draft.state in {DraftState.SENT, DraftState.ANSWERED} and draft.case in more:
                try:
                    reports = await reached(self.client.missed(draft.case))
                except Refusal as refusal:
                    if refusal.status != 404:  # withdrawn a moment ago: its reports are gone with it
                        raise
                else:
                    self.desk.keep_missed(draft, reports)

    async def fetch(self, ref: str) -> Draft:
        """Fetch the answer to a case and keep it."""
        draft = self.desk.draft(ref)
        answer = await reached(self.client.answer(draft.case))
        reply = Reply(
            outcome=answer.outcome.value,
            text=answer.text,
            owner=answer.owner.value,
            due=answer.due,
            dissent=answer.dissent,
            recorded_at=answer.recorded_at,
            fetched_at=self.desk.now(),
        )
        draft = self.desk.draft(ref)
        if draft.state not in {DraftState.SENT, DraftState.ANSWERED}:
            return draft  # withdrawn while the answer was on its way
        return self.desk.keep(msgspec.structs.replace(draft, state=DraftState.ANSWERED, reply=reply))

    async def withdraw(self, ref: str) -> Draft:
        """Take a sent case back: the service destroys its key; the draft stays here.

        Raises:
            NotNow: it was never sent.
            Unreachable, Refusal.
        """
        draft = self.desk.draft(ref)
        if draft.state not in {DraftState.SENT, DraftState.ANSWERED}:
            raise NotNow("Deze casus is niet verstuurd: er is niets om in te trekken.", code="not_sent")
        try:
            await reached(self.client.withdraw(draft.case))
        except Refusal as refusal:
            if refusal.code != "already_gone":
                raise
        return self.desk.keep(msgspec.structs.replace(self.desk.draft(ref), state=DraftState.WITHDRAWN))

    async def circles(self) -> list[CircleAnswer]:
        """Return the circles that the worker may send to."""
        return await reached(self.client.circles())

    async def to_release(self) -> list[CaseLine]:
        """Return the cases of colleagues that wait for a second person."""
        lines = await reached(self.client.cases())
        return [one for one in lines if self.may_wait(one)]

    def may_wait(self, line: CaseLine) -> bool:
        """Does this case wait for a second reader who this worker can be?"""
        return line.state is CaseState.SUBMITTED and not line.mine and not self._wrote(line.id)

    async def read(self, case: str) -> CaseAnswer:
        """Return a case exactly as the circle sees it."""
        found = await reached(self.client.case(case))
        return msgspec.structs.replace(found, may_release=found.may_release and not self._wrote(case))

    async def release(self, case: str) -> None:
        """Let the circle have a colleague's case.

        Raises:
            NotNow: this worker wrote it, and a colleague sent it: to the service it is the colleague's.
            Unreachable, Refusal.
        """
        if self._wrote(case):
            raise NotNow("U hebt deze casus zelf geschreven. Een ander leest hem na en geeft hem vrij.", code="writer")
        await reached(self.client.release(case))

    def _wrote(self, case: str) -> bool:
        return any(one.case == case and one.written_by(self.desk.worker) for one in self.desk.drafts())

    # --- the network's log -------------------------------------------------------------------------------------

    async def watch(self) -> Alarm | None:
        """Demand that the network's log extends the checkpoint kept here; keep the new one, or the alarm.

        A service so young that it has signed nothing yet has nothing to show.

        Raises:
            Unreachable: no answer; what is kept stays.
        """
        vault = self.desk.vault
        name = "seen-" + hashlib.sha256(self.client.origin.encode()).hexdigest()[:32]
        seen = seen_from(vault.read(name)) if name in vault.ids(SEEN) else None
        try:
            found = await observe(self.client, seen, now=self.desk.now())
        except Unreachable as error:
            if error.reason != NOTHING_YET:
                raise
            return None
        if isinstance(found, Alarm):
            self._raise_alarm(found)
            return found
        vault.write(name, SEEN, to_bytes(found))
        return None

    def _raise_alarm(self, alarm: Alarm) -> None:
        """Keep an alarm with its evidence; the same one again is not kept twice."""
        vault = self.desk.vault
        kept = vault.ids(ALARM)
        last = alarm_from(vault.read(kept[-1])) if kept else None
        if last is None or (last.code, last.old, last.new) != (alarm.code, alarm.old, alarm.new):
            vault.write(f"alarm-{len(kept):06}", ALARM, to_bytes(alarm))


def alarm_of(desk: Desk) -> Alarm | None:
    """Return the alarm about the network's log, when there is one."""
    found = desk.vault.ids(ALARM)
    return alarm_from(desk.vault.read(found[-1])) if found else None


async def reached(answer: Awaitable[T]) -> T:
    """Return what the service answered.

    Raises:
        Unreachable: no connection, or the service is not ready; what was asked may be asked again.
        Refusal: it answered, and refused.
    """
    try:
        return await answer
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Unreachable(type(error).__name__) from None
    except msgspec.DecodeError:
        raise UnusableAnswer from None
    except Refusal as refusal:
        if refusal.status >= 500 or refusal.status == 429 or refusal.code == "unknown":
            raise Unreachable(refusal.code) from None
        raise


def _form(draft: Draft, prepared: Preparation) -> CaseForm:
    if draft.trigger is None or draft.basis is None:
        raise NotReady
    typed = {name: prepared.fields.get(name, "") for name in TEXT_FIELDS}
    return CaseForm(**typed, trigger=draft.trigger, basis=draft.basis, acute=False, request=draft.request_type)


def _rejected(prepared: Preparation, analyser: Analyser) -> tuple[RejectedMark, ...]:
    return tuple(
        RejectedMark(place.field, place.start, place.end, label.value, OverruleReason(reason.value))
        for place, label, reason in prepared.rejected(analyser)
    )
