"""Preparing a case: one set of pseudonyms over all fields, nothing kept silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymisation.analyser import Analyser
from anonymisation.document import EntityType, Span
from anonymisation.errors import InvalidDecision
from anonymisation.known import Known
from anonymisation.review import ReasonCode
from clients.station.preparation import Act, Material, Place, Preparation, Ruling, prepare

FIELDS = {
    "text": "Mw. Saskia Ribbers (37) belde op 12 mei 2025. Haar zoon Jayden zit op basisschool De Regenboog.",
    "question": "Wie helpt saskia met de schulden?",
    "why_now": "De huur loopt af.",
}


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """One analyser for this file."""
    return Analyser.load()


def whole(prepared: Preparation) -> str:
    """Return everything that may leave."""
    return "\n".join(prepared.fields.values())


def test_a_name_in_one_field_is_found_in_the_others_and_has_one_pseudonym(analyser: Analyser) -> None:
    prepared = prepare(analyser, FIELDS, reference=date(2025, 6, 2))
    assert set(prepared.fields) == set(FIELDS)
    assert "askia" not in whole(prepared)
    letter = prepared.fields["question"].removeprefix("Wie helpt ").removesuffix(" met de schulden?")
    assert letter.startswith("Persoon ")
    assert letter in prepared.fields["text"]
    assert "Saskia Ribbers" in prepared.translate_back(f"{letter} krijgt hulp.")


def test_empty_fields_and_a_record_separator_change_nothing(analyser: Analyser) -> None:
    prepared = prepare(analyser, {"text": "", "question": "Wat nu\x1eweer?", "why_now": " "})
    assert prepared.fields == {"text": "", "question": "Wat nu weer?", "why_now": " "}
    assert prepared.pending == 0


def test_doubt_is_replaced_until_it_is_decided(analyser: Analyser) -> None:
    material = Material.of(analyser, FIELDS)
    doubtful = Preparation(material, found=((Place("why_now", 3, 7), EntityType.PERSON),))
    assert doubtful.pending == 1
    assert "huur" not in doubtful.fields["why_now"]
    kept = doubtful.decided(Ruling(Act.REJECT, "why_now", 3, 7, reason=ReasonCode.ORDINARY_WORD))
    assert kept.pending == 0
    assert kept.fields["why_now"] == "De huur loopt af."


def test_a_second_look_that_finds_a_hard_kind_is_replaced_without_asking(analyser: Analyser) -> None:
    material = Material.of(analyser, FIELDS)
    found = Preparation(material, found=((Place("why_now", 3, 7), EntityType.ID),))
    assert (found.pending, "huur" in found.fields["why_now"]) == (0, False)


def test_words_are_left_out_with_one_ruling_and_come_back_with_undo(analyser: Analyser) -> None:
    fields = {"text": "Zij is de enige vrouwelijke beiaardier van de streek."}
    prepared = Preparation(Material.of(analyser, fields))
    warned = prepared.warnings[0]
    place = warned.original
    gone = prepared.decided(Ruling(Act.OMIT, place.field, place.start, place.end))
    assert "[weggelaten]" in gone.fields["text"]
    assert not any(one.risk.reason == warned.risk.reason for one in gone.warnings)
    stays = prepared.decided(Ruling(Act.KEEP, place.field, place.start, place.end, warning=warned.risk.reason))
    assert stays.pending < prepared.pending
    assert stays.fields == prepared.fields


def test_a_ruling_goes_with_its_words_when_the_text_is_edited(analyser: Analyser) -> None:
    material = Material.of(analyser, FIELDS)
    ruling = Ruling(Act.ADD, "why_now", 3, 7, EntityType.ORGANIZATION)
    prepared = Preparation(material).decided(ruling)
    longer = FIELDS | {"why_now": "Nog eens: de huur en De huur loopt af."}
    (moved,) = prepared.carried(longer)
    assert longer["why_now"][moved.start : moved.end] == "huur"
    assert prepared.carried(FIELDS | {"why_now": "Weg."}) == ()
    assert prepared.carried(FIELDS) == (ruling,)


WIL = Known(names=("Wil de Vries",))


def test_words_that_were_let_stand_do_not_let_the_same_words_stand_elsewhere(analyser: Analyser) -> None:
    fields = {"text": "Wil gaan wij niet horen. Daarna kwam Wil bij ons langs."}
    material = Material.of(analyser, fields, WIL)
    ruling = Ruling(Act.REJECT, "text", 0, 3, reason=ReasonCode.ORDINARY_WORD)
    prepared = Preparation(material).decided(ruling)
    for shorter in ("Daarna kwam Wil bij ons langs.", "Wil bij ons langs."):
        assert prepared.carried({"text": shorter}) == ()
    assert prepared.carried({"text": fields["text"].replace("Wil", "Wilma", 1)}) == ()
    longer = {"text": fields["text"].replace("Daarna", "Veel later")}
    assert prepared.carried(longer) == (ruling,)
    (moved,) = prepared.carried({"text": f"Kort. {fields['text']}"})
    assert (moved.start, moved.end) == (6, 9)


def test_a_find_that_is_wider_than_a_rejected_mark_asks_for_the_rest(analyser: Analyser) -> None:
    fields = {"text": "Een zus VAN GEBOORTE was er bij."}
    rest, whole = Place("text", 8, 11), Place("text", 8, 20)
    spans = (Span(12, 20, EntityType.PERSON, 0.3, certain=False),)
    prepared = Preparation(Material(fields, Known(), spans), found=((whole, EntityType.PERSON),))
    kept = prepared.decided(Ruling(Act.REJECT, "text", 12, 20, reason=ReasonCode.ORDINARY_WORD))
    assert [kept.material.place(one.start, one.end) for one in kept.review.pending()] == [rest]
    assert "VAN" not in kept.fields["text"]


def test_a_rejected_mark_excuses_its_own_words_and_never_a_hard_kind(
    analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = {"text": "Zij noemt Waterlelie 06-12345678 vaak."}
    spans = (Span(10, 32, EntityType.ORGANIZATION, 0.3, certain=False),)
    kept = Preparation(Material(fields, Known(), spans)).decided(
        Ruling(Act.REJECT, "text", 10, 32, reason=ReasonCode.OFFER_NAME)
    )
    seen = Span(21, 32, EntityType.PHONE_NUMBER, 0.95, certain=True)
    monkeypatch.setattr("clients.station.preparation.remaining", lambda *_: (seen,))
    assert kept.leftovers(analyser) == ((Place("text", 21, 32), EntityType.PHONE_NUMBER),)
    again = replace(kept, found=kept.leftovers(analyser))
    assert "12345678" not in again.fields["text"]
    wider = Span(4, 20, EntityType.PERSON, 0.3, certain=False)
    monkeypatch.setattr("clients.station.preparation.remaining", lambda *_: (wider,))
    assert kept.leftovers(analyser) == ((Place("text", 4, 20), EntityType.PERSON),)
    assert [place for place, _, _ in kept.rejected(analyser)] == [Place("text", 10, 32)]


def test_rejected_marks_travel_in_places_of_the_protected_fields(analyser: Analyser) -> None:
    material = Material.of(analyser, {"text": "Mw. Saskia Ribbers is er. Zij noemt Waterlelie.", "question": "Wat nu?"})
    start = material.fields["text"].index("Waterlelie")
    span = next(one for one in material.spans if one.start <= start < one.end)
    place = material.place(span.start, span.end)
    ruling = Ruling(Act.REJECT, place.field, place.start, place.end, reason=ReasonCode.GENERAL_PLACE)
    kept = Preparation(material).decided(ruling)
    assert kept.rejected(analyser)
    for where, _, reason in kept.rejected(analyser):
        assert kept.fields[where.field][where.start : where.end] in {"Waterlelie", "Waterlelie."}
        assert reason is ReasonCode.GENERAL_PLACE
    assert not [one for one in kept.leftovers(analyser) if one[0] == place]


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling(Act.ACCEPT, "text", 0, 2),
        Ruling(Act.REJECT, "question", 10, 16),
        Ruling(Act.ADD, "text", 0, 3),
        Ruling(Act.ADD, "elders", 0, 3, EntityType.PERSON),
        Ruling(Act.KEEP, "text", 0, 3),
        Ruling(Act.OMIT, "text", 5, 5),
        Ruling(Act.OMIT, "text", 0, 9_999),
        Ruling(Act.OMIT, "text", -3, 2),
    ],
)
def test_an_impossible_ruling_is_refused(analyser: Analyser, ruling: Ruling) -> None:
    with pytest.raises(InvalidDecision):
        Preparation(Material.of(analyser, FIELDS)).decided(ruling)


def test_a_known_name_is_replaced_in_every_field(analyser: Analyser) -> None:
    known = Known(names=("Wil Best",))
    prepared = prepare(analyser, {"text": "wil best komt.", "question": "Wie ziet Wil Best?"}, known=known)
    assert "est" not in whole(prepared)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Mw. Saskia Ribbers", "belde", "op 12 mei 2025", "in Ede", "(37)", "06-12345678", "enige"]),
        max_size=12,
    ),
    st.data(),
)
def test_places_of_both_texts_belong_together(analyser: Analyser, words: list[str], data: st.DataObject) -> None:
    prepared = prepare(analyser, {"a": " ".join(words[:6]), "b": " ".join(words[6:]), "c": "einde"})
    originals = {one.original for one in prepared.mapping}
    for name, value in prepared.fields.items():
        if not value:
            continue
        start = data.draw(st.integers(0, len(value) - 1))
        end = data.draw(st.integers(start + 1, len(value)))
        place = prepared.original_of(Place(name, start, end))
        assert place.field == name
        told = prepared.material.fields[name][place.start : place.end]
        shown = value[start:end]
        assert shown in told or any(one in told for one in originals) or "verwijderd" in value
