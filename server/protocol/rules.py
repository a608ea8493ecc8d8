"""The rule book of the live session: which command is possible at which stage, who may give it, and what refuses it.

What is not in the table `TRANSITIONS` is refused. The diagram in the documentation is generated from the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from server.protocol import attendance, live
from server.protocol.live import AnyCommand
from server.protocol.view import Stage


class Refusal(Exception):
    """A command had no effect. `code` is stable and has a Dutch sentence in `REFUSAL_NL`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


REFUSAL_NL = {
    **attendance.REFUSAL_NL,
    "not_now": "Dit kan nu niet. Kijk in welke fase de sessie is.",
    "not_chair": "Alleen de voorzitter kan dit doen.",
    "not_successor": "De voorzitter zit aan tafel. Vraag die om het voorzitten over te dragen.",
    "not_chair_or_note_taker": "Alleen de voorzitter of de notulist kan dit doen.",
    "not_your_turn": "In deze fase is een ander aan het woord. De notulist kan altijd iets vastleggen.",
    "no_quorum": "Nog niet alle drie de domeinen zijn er. Vraag de vaste deelnemer of de vervanger erbij te komen.",
    "minutes_changed": "Een ander heeft het verslag veranderd. Wat u typte is er nog: vergelijk en leg opnieuw vast.",
    "other_case": "Er ligt inmiddels een andere casus op tafel. Dit is niet verstuurd.",
    "not_on_agenda": "Deze casus staat niet (meer) op de agenda.",
    "no_next_phase": "Dit was de laatste fase. Leg de uitkomst vast en sluit de casus.",
    "not_in_this_phase": "Dit kan pas in een latere fase. Ga eerst naar de volgende fase.",
    "outcome_missing": "Leg eerst de uitkomst vast.",
    "bottleneck_missing": "Beantwoord eerst de vraag of er een structureel knelpunt is.",
    "bottleneck_incomplete": "Kies bij een nieuw knelpunt een code en een titel, bij een bestaand knelpunt welk.",
    "cases_open": "Er staan nog casussen op de agenda. Bespreek ze of schuif ze door.",
    "recused": "U doet bij deze casus niet mee, omdat u hebt aangegeven de persoon te herkennen.",
    "seat_empty": "Op die plaats zit nu niemand die kan voorzitten.",
    "seat_taken": "Op deze plaats zit al iemand. Vraag die persoon eerst te vertrekken.",
    "sealed": "De sessie is gesloten en verzegeld. Er kan niets meer bij.",
    "not_present": "U zit niet (meer) aan tafel. Verbind opnieuw.",
    "hold_unknown": "Dit bericht wordt niet meer vastgehouden. Typ het opnieuw.",
    "hold_hard": "In dit bericht staat een direct herkenbaar gegeven. Stuur het voorstel of pas de tekst aan.",
    "guard_unavailable": "De controle op namen werkt even niet. Uw bericht is niet verstuurd. Probeer het zo opnieuw.",
    "try_again": "Het is niet gelukt dit vast te leggen. Er is niets verstuurd. Probeer het opnieuw.",
    "unprintable": "In deze tekst staat een teken dat niet kan worden vastgelegd. Typ de tekst opnieuw.",
    "bottleneck_unknown": "Dit knelpunt staat niet in het register.",
    "no_such_message": "Dit bericht is er niet, of niet voor u. Kijk of u het goede bericht koos.",
    "no_such_field": "Dit deel heeft een casus niet. Kies een deel uit de lijst.",
    "held_text": "In deze tekst staat een herkenbaar gegeven. Haal het weg en leg het daarna opnieuw vast.",
}


class Right(StrEnum):
    """Who may give a command."""

    CHAIR = "chair"
    SCRIBE = "chair_or_note_taker"
    SPEAKER = "speaker"
    MEMBER = "member"
    SUCCESSOR = "successor"


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of the rule book. `after_recusal`: may a member do this who left the case on the table?

    `own_case`: the command is about a case of its own, whatever lies on the table; who left that one may not give it.
    """

    right: Right
    to: Stage
    needs_quorum: bool = False
    after_recusal: bool = False
    own_case: bool = False


GOING_ON = (Stage.PLANNED, Stage.OPEN, Stage.DISCUSSING)

TRANSITIONS: dict[tuple[Stage, type[AnyCommand]], Transition] = {
    (Stage.PLANNED, live.OpenSession): Transition(Right.CHAIR, Stage.OPEN, needs_quorum=True),
    (Stage.OPEN, live.OpenCase): Transition(Right.CHAIR, Stage.DISCUSSING, needs_quorum=True),
    (Stage.OPEN, live.PostponeCase): Transition(Right.CHAIR, Stage.OPEN),
    (Stage.OPEN, live.SealSession): Transition(Right.CHAIR, Stage.SEALED),
    (Stage.DISCUSSING, live.NextPhase): Transition(Right.CHAIR, Stage.DISCUSSING),
    (Stage.DISCUSSING, live.Contribute): Transition(Right.SPEAKER, Stage.DISCUSSING),
    (Stage.DISCUSSING, live.Recuse): Transition(Right.MEMBER, Stage.DISCUSSING),
    (Stage.DISCUSSING, live.RecordOutcome): Transition(Right.SCRIBE, Stage.DISCUSSING, needs_quorum=True),
    (Stage.DISCUSSING, live.WriteMinutes): Transition(Right.SCRIBE, Stage.DISCUSSING),
    (Stage.DISCUSSING, live.AnswerBottleneck): Transition(Right.SCRIBE, Stage.DISCUSSING),
    # Without the exception a chair who recognises the person would leave the session stuck in this case.
    (Stage.DISCUSSING, live.PostponeCase): Transition(Right.CHAIR, Stage.OPEN, after_recusal=True),
    (Stage.DISCUSSING, live.CloseCase): Transition(Right.CHAIR, Stage.OPEN),
    **{(one, live.TakeChair): Transition(Right.SUCCESSOR, one) for one in GOING_ON},
    # A chair who recognises the person may still ask another to lead this case.
    **{(one, live.GiveChair): Transition(Right.CHAIR, one, after_recusal=True) for one in GOING_ON},
    # What takes words away never comes too late: who sat at the table when it was sealed may still report a message.
    (Stage.OPEN, live.ReportVisible): Transition(Right.MEMBER, Stage.OPEN, own_case=True),
    (Stage.DISCUSSING, live.ReportVisible): Transition(Right.MEMBER, Stage.DISCUSSING, own_case=True),
    (Stage.SEALED, live.ReportVisible): Transition(Right.MEMBER, Stage.SEALED, own_case=True),
    (Stage.OPEN, live.ReportCase): Transition(Right.MEMBER, Stage.OPEN, own_case=True),
    (Stage.DISCUSSING, live.ReportCase): Transition(Right.MEMBER, Stage.OPEN, own_case=True),
    # Who is there has nothing to do with the case: a note-taker who left it still keeps the attendance.
    **{(one, live.MarkPresent): Transition(Right.SCRIBE, one, after_recusal=True) for one in GOING_ON},
    **{(one, live.MarkAbsent): Transition(Right.SCRIBE, one, after_recusal=True) for one in GOING_ON},
    (Stage.DISCUSSING, live.RecuseMarked): Transition(Right.SCRIBE, Stage.DISCUSSING, after_recusal=True),
}
"""`SendHeld`, `Overrule` and `DropHeld` never reach the machine: the room turns them into a `Contribute` or nothing."""


def typed_words(command: AnyCommand) -> tuple[str, ...]:
    """Return the words that a person typed in a command."""
    match command:
        case live.Contribute() | live.WriteMinutes():
            return (command.text,)
        case live.RecordOutcome():
            return (command.text, command.dissent)
        case live.AnswerBottleneck():
            return (command.title,)
        case _:
            return ()
