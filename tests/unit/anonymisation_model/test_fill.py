"""The generator is seeded, its spans are exact, and its development names are names that training never sees."""

# ruff: noqa: S311 - seeded draws of a test are no secrets

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymisation.document import EntityType
from anonymisation.model.training import noise, people
from anonymisation.model.training.examples import corpus, documents, part_of, share_of
from anonymisation.model.training.fill import Filled, Filler, assemble
from anonymisation.model.training.names import load_lists
from anonymisation.model.training.templates import SLOTS, parse

LISTS = load_lists()


def _fill(text: str, seed: int, *, dev: bool = False, noisy: bool = False) -> Filled:
    filler = Filler(LISTS, random.Random(seed), dev=dev)
    return filler.document([parse(text, "t:1")], joiner="\n", vary=0.5, noisy=noisy)


@pytest.mark.parametrize("slot", sorted(SLOTS))
def test_every_slot_is_filled_and_marked(slot: str) -> None:
    for seed in range(15):
        filled = _fill(f"<<{{{slot}}}>>", seed)
        ((start, end, label),) = filled.spans
        assert label is SLOTS[slot]
        assert filled.text[start:end].strip() == filled.text[start:end] != ""
        assert filled.text.startswith("<<")
        assert filled.text.endswith(">>")
        assert end == len(filled.text) - 2


def test_the_same_seed_gives_the_same_documents_and_another_seed_others() -> None:
    templates = corpus()[:60]

    def made(seed: int) -> list[Filled]:
        return list(documents(templates, LISTS, seed=seed, dev=False, copies=2, note_copies=1))

    assert made(4) == made(4)
    assert made(4) != made(5)


def test_a_number_ties_slots_to_one_person() -> None:
    for seed in range(20):
        text = _fill("{first_f#1}|{full_f#2}|{first_f#1}", seed).text
        first, _, again = text.split("|")
        assert first == again


def test_an_ordinary_noun_before_an_own_name_stays_outside() -> None:
    seen = 0
    for seed in range(200):
        filled = _fill("{care_home}", seed)
        start = filled.spans[0][0]
        if start:
            assert filled.text[:start].strip().islower()
            seen += 1
    assert seen


def test_names_for_the_judge_do_not_occur_in_training() -> None:
    for pool in [*LISTS.first_by_origin.values(), *LISTS.last_by_origin.values(), LISTS.pools["village"]]:
        assert not set(pool.train) & set(pool.dev)


def test_parts_are_about_equal_and_decided_by_what_a_template_says() -> None:
    templates = corpus()
    parts = [part_of(one, 4) for one in templates]
    assert all(0.2 < parts.count(part) / len(parts) < 0.3 for part in range(4))
    assert [part_of(one, 4) for one in reversed(templates)] == parts[::-1]


def test_a_share_of_the_templates_is_drawn_by_the_seed() -> None:
    templates = corpus()
    quarter = share_of(templates, 0.25, 1)
    assert len(quarter) == round(0.25 * len(templates))
    assert quarter == share_of(templates, 0.25, 1)
    assert share_of(templates, 1.0, 1) == templates


_PIECES = st.lists(
    st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), st.sampled_from([None, *EntityType])),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.integers(0, 10_000))
def test_noise_keeps_spans_in_order_and_inside_the_text(pieces: noise.Pieces, seed: int) -> None:
    filled = assemble(noise.disturb(pieces, random.Random(seed)))
    position = 0
    for start, end, _ in filled.spans:
        assert position <= start < end <= len(filled.text)
        position = end


def test_every_kind_of_damage_keeps_the_pieces_together() -> None:
    pieces: noise.Pieces = [
        ("Gesproken met mw. ", None),
        ("Fatima el Idrissi", EntityType.PERSON),
        (" over de opname.", None),
    ]
    for seed in range(400):
        out = noise.disturb(pieces, random.Random(seed))
        assert len(out) == 3
        assert out[1][1] in {EntityType.PERSON, None}
        assert out[1][0].strip() == out[1][0]


def test_a_typing_error_changes_one_spot_and_keeps_the_first_letter() -> None:
    for seed in range(60):
        slip = noise.typo("Wassink", random.Random(seed))
        assert slip[0] == "W"
        assert abs(len(slip) - len("Wassink")) <= 1


def test_names_are_written_in_the_forms_of_real_notes() -> None:
    person = people.Person("Saskia", "M", "van der Heijden-Ribbers", female=True)
    rng = random.Random(1)
    assert {people.short_initials(person, rng) for _ in range(80)} >= {"S.M.v.d.H.R.", "SMvdHR"}
    assert {people.last_first(person, rng) for _ in range(80)} >= {"Heijden-Ribbers, Saskia van der"}
    assert any(re.fullmatch(r"Saskia (v\.d\.)?H\.?", people.first_initial(person, rng)) for _ in range(20))
    assert person.split_last == ("van der", "Heijden-Ribbers")
