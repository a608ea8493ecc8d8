"""Mentions of one person get one number; doubtful ones stay apart."""

from __future__ import annotations

import pytest

from anonymisation import persons
from anonymisation.persons import same_person, short_forms


@pytest.mark.parametrize(
    "mentions",
    [
        ["Marleen van der Kolkman-Wessels", "M.v.d.K.", "mw. van der Kolkman", "Marleen"],
        ["Teun", "Teun van 't Zand", "T. van 't Zand"],
        ["Dabrowski, M.", "Malgorzata Dąbrowska"],
        ["Lieke V.", "Lieke Vos"],
        ["Pieter Cornelis Zandee", "P.C.Z.", "Zandee"],
        ["H.J. (Hanneke) ter Beek", "Hanneke", "ter Beek"],
        ["G.H. de la Croix-Stam", "GHS"],
        ["JAN JANSEN", "jan jansen"],
    ],
)
def test_mentions_of_one_person_are_one(mentions: list[str]) -> None:
    bare = [mention.removeprefix("mw. ") for mention in mentions]
    assert len(set(same_person(bare))) == 1


@pytest.mark.parametrize(
    "mentions",
    [
        ["Jan Bos", "Piet Bos"],
        ["Jan Bos", "Jan Vos"],
        ["Marleen de Wit", "M.d.B."],
        ["A. Bos", "B. Bos"],
        ["Bart van 't Zand", "Teun van 't Zand", "van 't Zand"],
    ],
)
def test_mentions_that_may_differ_stay_apart(mentions: list[str]) -> None:
    assert len(set(same_person(mentions))) == len(mentions)


def test_an_alias_joins_only_a_name_that_stands_alone() -> None:
    numbers = same_person(["Samuel Haile", "Sami", "Ruta"], [(0, 1)])
    assert numbers[0] == numbers[1] != numbers[2]


def test_known_names_are_one_person() -> None:
    numbers = same_person(["Gosia", "Malgorzata", "Piet"], known=["Malgorzata Dąbrowska", "Gosia"])
    assert numbers[0] == numbers[1] != numbers[2]


def test_a_surname_that_relatives_share_is_nobodys_in_particular() -> None:
    around = ["Marie Jansen", "Marie", "Kees de Boer"]
    numbers = same_person(["Piet", "Jansen", "Marie", "Marie Jansen", "de Boer"], known=["Piet Jansen"], others=around)
    piet, shared, *marie, boer = numbers
    assert marie[0] == marie[1]
    assert len({piet, shared, marie[0], boer}) == 4
    assert same_person(["Jansen", "Piet"], known=["Piet Jansen"], others=["Jansen"])[0] != 0


@pytest.mark.parametrize("mention", ["", ".", "'", "😀", "-", "A", "van", "  ", "A.", ",", "x" * 300, "a," * 5])
def test_odd_mentions_get_a_number_too(mention: str) -> None:
    assert len(same_person([mention, "Jan Bos"])) == 2


def test_short_forms_of_a_full_name() -> None:
    forms = set(short_forms("Hanneke ter Beek"))
    assert {"Hanneke", "ter Beek", "Beek", "H. ter Beek"} <= forms
    assert set(short_forms("Hanneke")) == set()


def test_a_thousand_persons_who_share_a_name_are_not_compared_one_by_one() -> None:
    letters = "bcdfghjklm"
    names = [f"{a}a{b}e{c}o van der Bos".capitalize() for a in letters for b in letters for c in letters]
    assert len(set(same_person(names))) == len(names)
    index = persons._Index()
    for n, name in enumerate(names):
        index.add(persons._parse(name), n)
    assert len(index._persons) < 10 * len(names)
    assert max(len(found) for found in index._persons.values()) == 2
