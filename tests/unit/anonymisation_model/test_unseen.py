"""The test documents share no name and no sentence with anything that training reads."""

from __future__ import annotations

import re
from pathlib import Path

from anonymisation.model.training.examples import corpus
from anonymisation.model.training.names import read_list
from tests.unit.anonymisation_model.test_score import scoring

TEST = Path(__file__).parents[3] / "bench" / "data" / "test"
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n|\\n")
_MARKED = re.compile(r"\{[A-Z_]+=([^{}]*)\}")
_SMALL = frozenset(
    [
        "van",
        "der",
        "de",
        "den",
        "ten",
        "ter",
        "tot",
        "aan",
        "bij",
        "voor",
        "von",
        "dos",
        "ben",
        "ait",
        "het",
        "abu",
        "uit",
    ]
)
_COUNTRIES = frozenset(name.lower().removeprefix("de ") for name in read_list("places.txt")["country"]) | {
    *("drenthe", "friesland", "groningen", "overijssel", "gelderland", "utrecht", "flevoland", "noord-holland"),
    *("zuid-holland", "zeeland", "noord-brabant", "limburg", "brabant", "fryslân"),
}
"""A closed class: there are no other countries and provinces to write about."""
_ORGANISATIONS_AND_PLACES = {"ORGANIZATION", "CARE_ORGANIZATION", "LOCATION"}
DOCUMENTS = scoring.read_inline(TEST)


def _words(text: str) -> set[str]:
    return {word.lower() for word in _LETTERS.findall(text)} - _SMALL


def _sentences(text: str) -> set[str]:
    pieces = (re.sub(r"\W+", " ", part).strip().lower() for part in _SENTENCE.split(_MARKED.sub(r"\1", text)))
    return {one for one in pieces if len(one.split()) >= 6}


def test_there_are_enough_of_them() -> None:
    direct = [label for one in DOCUMENTS for _, _, label in one.spans if label not in scoring.INDIRECT]
    assert len(DOCUMENTS) >= 60
    assert len(direct) >= 1000


def test_no_name_of_a_person_occurs_in_training() -> None:
    names = set().union(*(_words(d.text[s:e]) for d in DOCUMENTS for s, e, label in d.spans if label == "PERSON"))
    lists = [*read_list("first_names.txt").values(), *read_list("surnames.txt").values()]
    lists.append(read_list("derived.txt")["surnames"])
    known = set().union(*(_words(value) for values in lists for value in values))
    for template in corpus():
        for piece in template.pieces:
            if piece.label == "PERSON":
                known |= _words(piece.text)
    assert not names & known


def test_no_name_of_an_organisation_or_place_occurs_in_training() -> None:
    names = {
        d.text[s:e].lower() for d in DOCUMENTS for s, e, label in d.spans if label in _ORGANISATIONS_AND_PLACES
    } - _COUNTRIES
    known = {piece.text.lower() for one in corpus() for piece in one.pieces if piece.label in _ORGANISATIONS_AND_PLACES}
    for file in ("places.txt", "organisations.txt", "care.txt"):
        known |= {value.lower() for values in read_list(file).values() for value in values}
    assert not names & known


def test_no_sentence_occurs_in_training() -> None:
    mine = set().union(*(_sentences(one.text) for one in DOCUMENTS))
    theirs = set().union(*(_sentences(one.source) for one in corpus()))
    assert not mine & theirs
