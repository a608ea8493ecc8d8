"""What is called unchanged is the same words, and nothing that could be other words is called so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clients.station.unchanged import Stretch, unchanged

WORDS = st.lists(st.sampled_from(["wil", "Wil", "de", "roos", " ", " ", ". "]), max_size=40).map("".join)


def test_the_beginning_and_the_end_around_a_change_are_unchanged() -> None:
    assert unchanged("een twee drie", "een vier drie") == (Stretch(0, 0, 4), Stretch(8, 8, 5))


def test_several_changes_leave_what_stands_between_them_together() -> None:
    middle = "dit zijn genoeg woorden op een rij"
    before, after = f"A {middle} Z", f"Bb {middle} Y"
    assert any(before[one.before : one.before + one.length].strip() == middle for one in unchanged(before, after))
    assert not any(one.length for one in unchanged("A kort Z", "Bb kort Y"))


def test_of_two_equal_words_beside_each_other_neither_is_unchanged() -> None:
    assert not any(one.length for one in unchanged("Wil Wil ", "Wil "))


@given(WORDS, WORDS)
def test_a_stretch_holds_the_same_words_on_both_sides(before: str, after: str) -> None:
    for one in unchanged(before, after):
        assert before[one.before :][: one.length] == after[one.after :][: one.length]
