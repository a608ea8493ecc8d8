"""The story, step by step: each step does something through HTTP or the WebSocket and checks that it held."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from anonymisation.analyser import Analyser
from anonymisation.known import Known
from audit.checkpoint import VerifierKey
from audit.errors import AuditError
from audit.verify import verify_export
from clients.api import Client, new_key
from clients.errors import CommandRefused, Refusal
from clients.live import LiveSession
from clients.station.preparation import Preparation, prepare
from server.demo import words
from server.demo.network import PASSWORD, PEOPLE, Network
from server.demo.telling import Teller
from server.protocol import live
from server.protocol.http import BasisForm, CaseForm, SubmitRequest
from server.protocol.presets import PRESETS
from server.protocol.words import (
    BOTTLENECK_NL,
    DOMAIN_NL,
    OUTCOME_NL,
    BasisKind,
    BottleneckAnswer,
    BottleneckCode,
    ConsentHow,
    ConsentScope,
    Domain,
    Trigger,
)


class StepFailed(Exception):
    """A step of the story did not hold; the message names what was expected."""


def hold(condition: object, expected: str) -> None:
    """Return when the condition holds.

    Raises:
        StepFailed: it does not.
    """
    if not condition:
        raise StepFailed(expected)


@dataclass(slots=True)
class Story:
    """The played story. `export` writes the audit log to a folder, as an auditor would ask for it."""

    origin: str
    network: Network
    folder: Path
    tell: Teller
    export: Callable[[Path], Awaitable[None]]
    clients: dict[str, Client] = field(default_factory=dict)
    tables: dict[str, LiveSession] = field(default_factory=dict)
    prepared: Preparation | None = None
    case: str = ""
    checkpoint: str = ""
    key: str = ""

    def steps(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Return the steps in order, each with its name."""
        return [
            ("Aanmelden", self.sign_in),
            ("Van ruwe tekst naar beschermde tekst", self.prepare_case),
            ("Geweigerd: geen afspraak over gegevensverwerking", self.refused_without_agreement),
            ("Geweigerd: er staat nog een BSN in", self.refused_for_bsn),
            ("Indienen", self.submit),
            ("Vrijgeven door een tweede persoon", self.release),
            ("Zonder het derde domein gaat de sessie niet open", self.no_quorum),
            ("De vervanger komt, de sessie gaat open", self.open_session),
            ("De casus komt op tafel", self.open_case),
            ("Een telefoonnummer wordt tegengehouden", self.held),
            ("Een verbinding valt weg en komt terug", self.recover),
            ("De fasen", self.phases),
            ("De uitkomst", self.outcome),
            ("Het knelpunt", self.bottleneck),
            ("Sluiten en verzegelen", self.seal),
            ("Het antwoord in de eigen woorden van de inbrenger", self.translate_back),
            ("Een buitenstaander vindt niets", self.outsider),
            ("Het logboek, gecontroleerd", self.audit_holds),
            ("Een veranderd logboek, geweigerd", self.audit_refused),
        ]

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Story]:
        """Give the story, and close every client afterwards."""
        try:
            yield self
        finally:
            for table in self.tables.values():
                await table.__aexit__(None, None, None)
            for client in self.clients.values():
                await client.__aexit__(None, None, None)

    # --- the case ------------------------------------------------------------------------------------------

    async def sign_in(self) -> None:
        """Everyone signs in with a client of their own."""
        for who in ("gp", "gp_colleague", "ggz", "social_deputy", "without_agreement", "outsider", "coordinator"):
            client = Client(self.origin)
            self.clients[who] = client
            member = await client.log_in(PEOPLE[who].login, PASSWORD)
            self.tell.line(f"{member.name}, {PEOPLE[who].profession} ({DOMAIN_NL[member.domain]})")
        first = await self.clients["gp"].checkpoint()
        self.checkpoint, self.key = first.checkpoint, first.key
        self.tell.say("De huisarts bewaart het ondertekende controlepunt van het logboek, voor later.")

    async def prepare_case(self) -> None:
        """The GP's own computer makes protected text of raw text; the map stays there."""
        known = Known.from_mapping(words.KNOWN)
        analyser = await asyncio.to_thread(Analyser.load)
        self.prepared = prepare(analyser, words.RAW, known=known, reference=date(2026, 11, 17))
        self.tell.beside(
            "Ruwe tekst (blijft bij de huisarts)", words.RAW["text"], "Beschermd", self.prepared.fields["text"]
        )
        self.tell.beside("Vraag", words.RAW["question"], "Beschermd", self.prepared.fields["question"])
        everything = "\n".join(self.prepared.fields.values())
        for name in words.NAMES_THAT_MUST_GO:
            hold(name not in everything, "no name, number or address is left in the protected text")
        for risk in [one.risk for one in self.prepared.warnings[:3]]:
            self.tell.say(f"Let op: {risk.reason}")
        self.tell.say(f"{len(self.prepared.mapping)} vervangingen; de lijst met echte namen verlaat de praktijk niet.")

    async def refused_without_agreement(self) -> None:
        """A practice that has not joined the agreement cannot submit."""
        await self._refused("without_agreement", self._request(), "agreement_none", "agreement_not_signed")

    async def refused_for_bsn(self) -> None:
        """A form in which a BSN was left is refused with place and kind, never the text."""
        refusal = await self._refused("gp", self._request(text=words.LEFT_BSN), "identifiers_left")
        hold([one.label for one in refusal.places] == ["NL_BSN"], "the refusal names the BSN's place and kind")
        for one in refusal.places:
            self.tell.line(f"veld {one.field}, teken {one.start} tot {one.end}: {one.label}")

    async def _refused(self, who: str, request: SubmitRequest, *codes: str) -> Refusal:
        try:
            await self.clients[who].submit(request)
        except Refusal as refusal:
            hold(refusal.code in codes, f"the refusal has code {codes[0]}")
            self.tell.answer(PEOPLE[who].name, refusal.detail)
            return refusal
        raise StepFailed("the submission is refused")

    def _request(self, **changes: str) -> SubmitRequest:
        if self.prepared is None:
            raise StepFailed("the case was prepared first")
        return submission(self.network.circle, self.prepared.fields | changes)

    async def submit(self) -> None:
        """The protected case reaches the service, which scans it again."""
        self.case = await self.clients["gp"].submit(self._request())
        self.tell.say(
            "De dienst heeft de tekst nog eens gecontroleerd en niets gevonden dat mag blijven staan noch moet."
        )

    async def release(self) -> None:
        """The author may not release; a colleague may."""
        try:
            await self.clients["gp"].release(self.case)
        except Refusal as refusal:
            hold(refusal.code == "second_person", "the author is refused as releaser")
            self.tell.answer(PEOPLE["gp"].name, refusal.detail)
        else:
            raise StepFailed("the author may not release")
        await self.clients["gp_colleague"].release(self.case)
        session = await self.clients["ggz"].session(self.network.session)
        hold([line.case for line in session.agenda] == [self.case], "the case is on the agenda of the next session")
        self.tell.say(f"{PEOPLE['gp_colleague'].name} geeft vrij. Op de agenda van {session.circle_name}:")
        self.tell.line(session.agenda[0].question)

    # --- the session ---------------------------------------------------------------------------------------

    async def _sit(self, who: str) -> LiveSession:
        table = self.clients[who].live(self.network.session)
        self.tables[who] = table
        return await table.__aenter__()

    async def no_quorum(self) -> None:
        """Two domains are not enough."""
        await self._sit("gp")
        chair = await self._sit("ggz")
        try:
            await chair.send(live.OpenSession(new_key()))
        except CommandRefused as refused:
            hold(refused.code == "no_quorum", "the session does not open without the third domain")
            self.tell.answer(f"{PEOPLE['ggz'].name} (voorzitter)", refused.detail)
        else:
            raise StepFailed("the session stays closed without the third domain")

    async def open_session(self) -> None:
        """The named deputy of the social domain takes the seat."""
        deputy = await self._sit("social_deputy")
        view = await deputy.until(lambda view: len(view.present) == 3)
        for one in view.present:
            domain = next(seat.domain for seat in view.seats if seat.seat == one.seat)
            self.tell.line(f"{one.name} — {DOMAIN_NL[domain]}{' (vervanger)' if one.deputy else ''}")
        await self.tables["ggz"].send(live.OpenSession(new_key()))
        self.tell.say("Drie domeinen aanwezig: de sessie is open. Het bewijs daarvan staat in het logboek.")

    async def open_case(self) -> None:
        """The chair puts the case on the table; the circle reads it in pseudonyms."""
        await self.tables["ggz"].send(live.OpenCase(new_key(), self.case))
        seen = await self.clients["social_deputy"].case(self.case)
        hold(words.NAMES_THAT_MUST_GO[0] not in seen.form.text, "the circle is not told who it is about")
        self.tell.say("De vervanger leest:")
        self.tell.line(seen.form.text.splitlines()[1])
        await self._say("gp", words.SAID[0][1])
        await self.tables["ggz"].send(live.NextPhase(new_key()))

    async def _say(self, who: str, text: str) -> None:
        text = text.format(person=self.person)
        seq = await self.tables[who].send(live.Contribute(new_key(), text))
        await asyncio.gather(*(one.until(lambda view: view.seq >= seq) for one in self.tables.values()))
        self.tell.answer(PEOPLE[who].name, text)

    @property
    def person(self) -> str:
        """The pseudonym of the person concerned."""
        if self.prepared is None:
            raise StepFailed("the case was prepared first")
        return next(one.pseudonym for one in self.prepared.mapping if "Carola" in one.original)

    async def held(self) -> None:
        """A typed phone number reaches nobody; the protected proposal does."""
        author, others = self.tables["social_deputy"], [self.tables["gp"], self.tables["ggz"]]
        before = author.view.seq if author.view else 0
        command = live.Contribute(new_key(), words.WITH_PHONE)
        try:
            await author.send(command)
        except CommandRefused as refused:
            hold(refused.code == "held", "the message is held")
        else:
            raise StepFailed("the message is held")
        kept = author.held[command.key]
        hold(not kept.may_overrule, "a phone number cannot be overruled")
        self.tell.answer(f"{PEOPLE['social_deputy'].name} typt", words.WITH_PHONE)
        self.tell.say("Tegengehouden: alleen de schrijver ziet dit. Voorstel:")
        self.tell.line(kept.proposal)
        seq = await author.send(live.SendHeld(new_key(), kept.hold))
        said_since = [one.seq for one in author.events if one.seq > before and isinstance(one.body, live.Contributed)]
        hold(said_since == [seq], "the held message took no number of its own")
        for table in others:
            view = await table.until(lambda view: view.seq >= seq)
            said = view.discussion.contributions[-1] if view.discussion else None
            hold(said is not None and said.text == kept.proposal and said.protected, "the others get the proposal")
            hold("87654321" not in str(view), "the number reached nobody")
        self.tell.say("Het voorstel is verstuurd; het nummer zelf heeft niemand bereikt.")

    async def recover(self) -> None:
        """A connection drops, others go on, and by number everything arrives once."""
        table = self.tables["gp"]
        await table.drop()
        for who, text in words.SAID[1:]:
            await self.tables[who].send(live.Contribute(new_key(), text.format(person=self.person)))
            self.tell.answer(PEOPLE[who].name, text.format(person=self.person))
        head = self.tables["ggz"].view.seq if self.tables["ggz"].view else 0
        view = await table.until(lambda view: view.seq >= head)
        numbers = [event.seq for event in table.events]
        hold(numbers == sorted(set(numbers)), "no event came twice")
        hold(numbers == list(range(numbers[0], head + 1)), "no event is missing")
        hold(table.resumed[-1] == "events", "the connection recovered by number")
        other = self.tables["ggz"].view
        hold(other is not None and view.discussion == other.discussion, "both see the same discussion")
        self.tell.say(
            f"De huisarts was weg en is terug: nummers {numbers[0]} tot en met {head}, geen gemist, geen dubbel."
        )

    async def phases(self) -> None:
        """The chair leads through the phases of the preset."""
        preset = PRESETS["overlegtafel"]
        chair = self.tables["ggz"]
        while True:
            view = await chair.until(lambda view: view.discussion is not None)
            phase = preset.phases[view.discussion.phase if view.discussion else 0]
            self.tell.line(f"{phase.title} ({phase.minutes} min)")
            if phase.outcome:
                break
            await chair.send(live.NextPhase(new_key()))

    async def outcome(self) -> None:
        """The note-taker's seat records the outcome with owner, term and dissent."""
        text = words.OUTCOME_TEXT.format(person=self.person)
        due = datetime.now(UTC).date() + timedelta(days=14)
        command = live.RecordOutcome(new_key(), words.OUTCOME, text, Domain.SOCIAL, due, words.DISSENT)
        await self.tables["social_deputy"].send(command)
        self.tell.line(f"{OUTCOME_NL[words.OUTCOME]}; eigenaar: {DOMAIN_NL[Domain.SOCIAL]}; uiterlijk {due:%d-%m-%Y}")
        self.tell.line(text)
        self.tell.line(f"Vastgelegd bezwaar: {words.DISSENT}")

    async def bottleneck(self) -> None:
        """The closing question: a structural bottleneck?"""
        await self.tables["ggz"].send(live.NextPhase(new_key()))
        code = BottleneckCode.K4
        command = live.AnswerBottleneck(new_key(), BottleneckAnswer.NEW, code, words.BOTTLENECK)
        await self.tables["social_deputy"].send(command)
        register = await self.clients["coordinator"].bottlenecks()
        hold([one.title for one in register] == [words.BOTTLENECK], "the bottleneck is in the register")
        hold(register[0].cases is None, "no number is shown below five cases of three organisations")
        self.tell.line(f"{code.value} ({BOTTLENECK_NL[code]}): {words.BOTTLENECK}")
        self.tell.say("Aantallen verschijnen pas vanaf 5 casussen van 3 organisaties.")

    async def seal(self) -> None:
        """After sealing nothing can be added."""
        chair = self.tables["ggz"]
        await chair.send(live.CloseCase(new_key()))
        await chair.send(live.SealSession(new_key()))
        view = await self.tables["gp"].until(lambda view: view.stage == "sealed")
        try:
            await self.tables["social_deputy"].send(live.Contribute(new_key(), "Nog iets."))
        except CommandRefused as refused:
            hold(refused.code == "sealed", "a sealed session takes nothing more")
            self.tell.answer(PEOPLE["social_deputy"].name, refused.detail)
        else:
            raise StepFailed("a sealed session takes nothing more")
        self.tell.say(f"Zegel over {view.seq} gebeurtenissen: {view.digest}")

    async def translate_back(self) -> None:
        """The answer returns to the submitter's own names, on the submitter's own computer."""
        answer = await self.clients["gp"].answer(self.case)
        hold("Carola" not in answer.text, "the service's answer is in pseudonyms")
        if self.prepared is None:
            raise StepFailed("the case was prepared first")
        own = self.prepared.translate_back(answer.text)
        hold("Carola" in own and self.person not in own, "the submitter reads the own names")
        self.tell.beside("Van de dienst", answer.text, "Bij de huisarts", own)

    # --- afterwards ----------------------------------------------------------------------------------------

    async def outsider(self) -> None:
        """Someone of another circle gets the same answer for hidden and missing."""
        for path in (self.case, "0" * 32):
            try:
                await self.clients["outsider"].case(path)
            except Refusal as refusal:
                hold((refusal.status, refusal.code) == (404, "not_found"), "an outsider finds nothing")
                detail = refusal.detail
            else:
                raise StepFailed("an outsider finds nothing")
        hold(await self.clients["outsider"].cases() == [], "an outsider's list is empty")
        self.tell.answer(PEOPLE["outsider"].name, detail)
        self.tell.say("Hetzelfde antwoord als bij een casus die niet bestaat. De poging staat in het logboek.")

    async def audit_holds(self) -> None:
        """The export verifies with the key and the checkpoint that the GP kept from before."""
        out = self.folder / "export"
        await self.export(out)
        since = self.folder / "checkpoint-van-de-huisarts"
        since.write_text(self.checkpoint)
        result = verify_export(out, key=VerifierKey.parse(self.key), since=since)
        hold(not result.own_key and result.since is not None, "the kept key and checkpoint were used")
        self.tell.say(
            f"{result.checkpoint.size} vermeldingen, ondertekend, en een voortzetting van het bewaarde controlepunt."
        )

    async def audit_refused(self) -> None:
        """One changed byte is found, with the number of its entry."""
        copy = self.folder / "veranderd"
        shutil.copytree(self.folder / "export", copy)
        entries = copy / "entries.ndjson"
        lines = entries.read_bytes().split(b"\n")
        wrong = len(lines) // 2
        lines[wrong] = lines[wrong].replace(b'"at":"2', b'"at":"1', 1)
        entries.write_bytes(b"\n".join(lines))
        try:
            verify_export(copy, key=VerifierKey.parse(self.key), since=None)
        except AuditError as error:
            hold(error.evidence.get("index") == wrong, "the verifier names the changed entry")
            self.tell.say(error.sentence("nl"))
        else:
            raise StepFailed("a changed byte is refused")

    async def prepare_for_visitors(self) -> None:
        """Leave something to look at: a second case, released, on the agenda of a session to come."""
        coordinator, social = self.clients["coordinator"], self.clients["gp"]
        await coordinator.schedule(self.network.circle, datetime.now(UTC) + timedelta(days=7))
        second = await social.submit(submission(self.network.circle, words.SECOND_CASE))
        await self.clients["gp_colleague"].release(second)


def submission(circle: str, fields: dict[str, str]) -> SubmitRequest:
    """Return a request to submit these protected fields, with consent as the basis."""
    basis = BasisForm(
        kind=BasisKind.CONSENT,
        on=datetime.now(UTC).date() - timedelta(days=1),
        informed=True,
        how=ConsentHow.ORAL,
        scope=ConsentScope.PSEUDONYMISED_DISCUSSION,
    )
    form = CaseForm(
        text=fields["text"],
        trigger=Trigger.CARE_NO_LONGER_FITS,
        question=fields["question"],
        why_now=fields["why_now"],
        what_is_new=fields["what_is_new"],
        basis=basis,
    )
    return SubmitRequest(circle=circle, key=new_key(), form=form)
