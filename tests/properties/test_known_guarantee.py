"""The written list of variants is a guarantee: no variant of a known value is ever silently kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import pytest

from anonymisation.analyser import Analyser
from anonymisation.document import Span
from anonymisation.folding import fold
from anonymisation.known import Known
from anonymisation.recognisers.known import KnownRecogniser
from anonymisation.recognisers.letters import PREFIXES
from tests.support.known_people import Person, Promise, Variant, each_form, person, variants

PEOPLE = 10_000
SHARE = 500
WHOLE_ANALYSER = 200
LEAST_CHECKS = 950_000
EVERY_SPELLING = 400
MOST_MARKED_FOR_NOTHING = 0.01
CERTAIN_AT = 0.5

FRAMES = (
    ("zei ", " toen"),
    ("", " kwam niet"),
    ("overleg (", ") volgt nog"),
    ("gezien met ", ", daarna naar huis"),
    ('hij noemde "', '" en zweeg'),
    ("contact: ", " (netwerk)"),
    ("volgens ", "; zie elders"),
    ("- ", " is gebeld"),
    ("de casus rond ", "! niet herhalen"),
)
"""What stands around a variant. Each pair ends in words, so that no variant touches the next one."""


class Placed(NamedTuple):
    """One variant in a text: where its letters stand, and what is promised of it there."""

    variant: Variant
    places: Sequence[int]
    promise: Promise


def placed(one: Person, of: Callable[[Person], Iterable[Variant]] = each_form) -> tuple[str, list[Placed]]:
    """Write variants of a person into one text, each in a sentence of its own; sentence and case change with each."""
    parts: list[str] = []
    found: list[Placed] = []
    position = 0
    for number, variant in enumerate(of(one), one.number):
        before, after = FRAMES[number % len(FRAMES)]
        case = number // len(FRAMES) % 3
        written, promise = variant.written, variant.promise
        if case == 1 and variant.lower is not None:
            before, written, after, promise = before.lower(), written.lower(), after.lower(), variant.lower
        elif case == 2:
            before, written, after = before.upper(), written.upper(), after.upper()
        start = position + len(before)
        kept = written[: len(written) - variant.ending]
        places: Sequence[int] = range(start, start + len(kept))
        if not kept.isalnum():
            places = [start + n for n, char in enumerate(kept) if char.isalnum()]
        found.append(Placed(variant, places, promise))
        sentence = f"{before}{written}{after}\n\n"
        parts.append(sentence)
        position += len(sentence)
    return "".join(parts), found


def broken(one: Person, of: Callable[[Person], Iterable[Variant]] = each_form) -> tuple[int, list[str]]:
    """Return how many variants of a person were looked for, and the forms of those that a promise does not cover."""
    text, looked_for = placed(one, of)
    # The score of each place, the highest hit last: a loop over places would take most of the time of the test.
    best = [0.0] * len(text)
    for hit in sorted(KnownRecogniser(one.known).hits(text), key=attrgetter("score")):
        best[hit.start : hit.end] = [hit.score] * (hit.end - hit.start)
    wrong = []
    for each in looked_for:
        scores = [best[place] for place in each.places]
        if not all(scores):
            wrong.append(f"kept: {each.variant.form}: {each.variant.written!r} {each.promise}")
        elif each.promise == "certain" and min(scores) < CERTAIN_AT:
            wrong.append(f"not certain: {each.variant.form}: {each.variant.written!r}")
        elif each.promise == "doubtful" and max(scores) >= CERTAIN_AT:
            wrong.append(f"not in doubt: {each.variant.form}: {each.variant.written!r}")
    return len(looked_for), wrong


def prefixes(each: Placed, text: str) -> set[int]:
    """Return the places of the prefixes inside a variant."""
    words = re.finditer(r"[^\W\d_]+", text[: each.places[-1] + 1][each.places[0] :])
    return {
        each.places[0] + place
        for word in words
        if fold(word[0]) in PREFIXES
        for place in range(word.start(), word.end())
    }


def kept_by(spans: Iterable[Span], looked_for: Iterable[Placed], text: str) -> list[str]:
    """Return the forms of the variants that no mark of any label covers.

    A prefix may be left beside a word in doubt: where the model marks `boer` and what is known `de boer`, the article
    alone says nothing, and `anonymisation/resolve.py` does not show it again.
    """
    marked = bytearray(len(text))
    for span in spans:
        marked[span.start : span.end] = b"\x01" * (span.end - span.start)
    wrong = []
    for each in looked_for:
        free = set() if each.promise == "certain" else prefixes(each, text)
        if not all(marked[place] for place in each.places if place not in free):
            wrong.append(f"{each.variant.form}: {each.variant.written!r}")
    return wrong


def broken_of(numbers: range) -> tuple[int, list[str]]:
    """Return the checks and the failures of these people together."""
    results = [broken(person(number)) for number in numbers]
    return sum(count for count, _ in results), [failed for _, wrong in results for failed in wrong]


def test_every_form_of_ten_thousand_people_is_found() -> None:
    shares = [range(start, min(start + SHARE, PEOPLE)) for start in range(0, PEOPLE, SHARE)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        results = list(pool.map(broken_of, shares))
    wrong = [failed for _, part in results for failed in part]
    assert not wrong, (len(wrong), wrong[:20])
    assert sum(count for count, _ in results) >= LEAST_CHECKS


def test_every_spelling_of_every_form_is_found() -> None:
    wrong = [failed for number in range(EVERY_SPELLING) for failed in broken(person(number), variants)[1]]
    assert not wrong, (len(wrong), wrong[:20])


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("Karin Visser", "we gingen vissen met hem", "vissen"),
        ("Karin Visser", "Het was stil. Vissen doet hij niet", "Vissen"),
        ("Karin Bakker", "ze wil koekjes bakken", "bakken"),
        ("Karin Schouten", "Houten was ver. Schoten vielen er niet", "Schoten"),
        ("Peter Smit", "het gaat beter met hem", "beter"),
        ("Wil Best", "ik wil het beste", "wil"),
        ("Bo Smit", "het bootje vaart", "bootje"),
        ("Mees de Wit", "mw. M. zegt dat de witte jas weg is", "M."),
    ],
)
def test_what_can_be_an_ordinary_word_is_in_doubt(name: str, text: str, word: str) -> None:
    start = text.index(word)
    scores = {hit.score for hit in KnownRecogniser(Known(names=(name,))).hits(text) if hit.start <= start < hit.end}
    assert scores
    assert max(scores) < CERTAIN_AT


@pytest.mark.parametrize(
    "text",
    [
        "Hepatitis B, vitamine D, cluster B",
        "i.v.m. en d.m.v. en o.a.",
        "een beetje van de weg",
        "DE BANK IS OM TIEN UUR DICHT",
    ],
)
def test_what_cannot_be_a_name_is_left(text: str) -> None:
    names = ("Bea de Vries", "Dirk Evers", "Iris van Sluis", "Ingrid Vos", "Otto Mulder")
    assert not list(KnownRecogniser(Known(names=names)).hits(text))


def test_what_stands_around_a_variant_is_left() -> None:
    around = marked = 0
    for number in range(EVERY_SPELLING):
        one = person(number)
        text, looked_for = placed(one)
        own = {place for each in looked_for for place in range(each.places[0], each.places[-1] + 3)}
        found = {place for hit in KnownRecogniser(one.known).hits(text) for place in range(hit.start, hit.end)}
        rest = {place for place, char in enumerate(text) if char.isalnum()} - own
        around += len(rest)
        marked += len(rest & found)
    assert marked <= around * MOST_MARKED_FOR_NOTHING


def test_the_whole_analyser_keeps_every_mark() -> None:
    analyser = Analyser.load()
    wrong: list[str] = []
    for number in range(WHOLE_ANALYSER):
        one = person(PEOPLE + number)
        text, looked_for = placed(one)
        wrong += kept_by(analyser.find(text, one.known), looked_for, text)
    assert not wrong, (len(wrong), wrong[:20])


def test_the_list_and_the_page_name_the_same_forms() -> None:
    page = (Path(__file__).parents[2] / "docs" / "known-variants.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([^|]+?) \|", page, re.MULTILINE)) - {"form", "---"}
    tried = {variant.form for number in range(EVERY_SPELLING) for variant in variants(person(number))}
    assert listed == tried
