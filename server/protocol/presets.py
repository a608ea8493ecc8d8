"""Phases of a case discussion, as data: what each preset consists of and who may speak in each phase."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Speakers(StrEnum):
    """Who may contribute in a phase. The note-taker always may, for those who talk instead of type."""

    ALL = "all"
    SUBMITTER = "submitter"
    OTHERS = "others"
    CHAIR = "chair"


SPEAKERS_NL = {
    Speakers.ALL: "iedereen",
    Speakers.SUBMITTER: "de inbrenger",
    Speakers.OTHERS: "iedereen behalve de inbrenger",
    Speakers.CHAIR: "de voorzitter",
}


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase: a stable code, its Dutch title, its time box in minutes, and who may speak in it."""

    code: str
    title: str
    minutes: int
    speakers: Speakers
    outcome: bool = False
    bottleneck: bool = False


@dataclass(frozen=True, slots=True)
class Preset:
    """A way of discussing one case: phases in order. The last one asks for a structural bottleneck."""

    code: str
    title: str
    phases: tuple[Phase, ...]


OVERLEGTAFEL = Preset(
    "overlegtafel",
    "Overlegtafel (10 minuten)",
    (
        Phase("presentation", "Inbreng", 2, Speakers.SUBMITTER),
        Phase("questions", "Vragen", 2, Speakers.ALL),
        Phase("round", "Ronde per domein", 3, Speakers.ALL),
        Phase("decision", "Besluit", 2, Speakers.ALL, outcome=True),
        Phase("bottleneck", "Knelpunt?", 1, Speakers.ALL, outcome=True, bottleneck=True),
    ),
)

INCIDENT = Preset(
    "incident",
    "Incidentmethode (60 minuten)",
    (
        Phase("look_back", "Terugblik", 5, Speakers.ALL),
        Phase("presentation", "Inbreng", 10, Speakers.SUBMITTER),
        Phase("question", "Keuze van de vraag", 5, Speakers.ALL),
        Phase("informative", "Informatieve vragen", 15, Speakers.ALL),
        Phase("analysis", "Analyse (inbrenger luistert)", 10, Speakers.OTHERS),
        Phase("advice", "Advies (inbrenger antwoordt niet)", 10, Speakers.OTHERS),
        Phase("agreements", "Evaluatie en afspraken, knelpunt?", 5, Speakers.ALL, outcome=True, bottleneck=True),
    ),
)

ECHO = Preset(
    "echo",
    "ECHO (60 minuten)",
    (
        Phase("introductions", "Kennismaking", 5, Speakers.ALL),
        Phase("lecture", "Korte les", 20, Speakers.CHAIR),
        Phase("presentation", "Inbreng", 10, Speakers.SUBMITTER),
        Phase("questions", "Vragen", 10, Speakers.ALL),
        Phase("recommendations", "Aanbevelingen", 10, Speakers.ALL),
        Phase("agreements", "Afspraken, knelpunt?", 5, Speakers.ALL, outcome=True, bottleneck=True),
    ),
)

PRESETS: dict[str, Preset] = {one.code: one for one in (OVERLEGTAFEL, INCIDENT, ECHO)}
