"""Mentions of one person get one number; doubtful ones stay apart."""

from __future__ import annotations

import pytest

from anonymisation.persons import same_person, short_forms


@pytest.mark.parametrize(
    "mentions",
    [
        ["Saskia van der Heijden-Ribbers", "S.v.d.H.", "mw. van der Heijden", "Saskia"],
        ["Luuk", "Luuk van 't Hof", "L. van 't Hof"],
        ["Wisniewski, A.", "Agnieszka Wiśniewska"],
        ["Sanne K.", "Sanne Kok"],
        ["Willem Adriaan Boogaert", "W.A.B.", "Boogaert"],
        ["M.J. (Marijke) ten Brinke", "Marijke", "ten Brinke"],
        ["A.W. de la Fuente-Blok", "AWB"],
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
        ["Saskia de Wit", "S.d.B."],
        ["A. Bos", "B. Bos"],
        ["Ruud van 't Hof", "Luuk van 't Hof", "van 't Hof"],
    ],
)
def test_mentions_that_may_differ_stay_apart(mentions: list[str]) -> None:
    assert len(set(same_person(mentions))) == len(mentions)


def test_an_alias_joins_only_a_name_that_stands_alone() -> None:
    numbers = same_person(["Yonas Tewelde", "Yoni", "Selam"], [(0, 1)])
    assert numbers[0] == numbers[1] != numbers[2]


def test_known_names_are_one_person() -> None:
    numbers = same_person(["Aga", "Agnieszka", "Piet"], known=["Agnieszka Wiśniewska", "Aga"])
    assert numbers[0] == numbers[1] != numbers[2]


@pytest.mark.parametrize("mention", ["", ".", "'", "😀", "-", "A", "van", "  ", "A.", ",", "x" * 300, "a," * 5])
def test_odd_mentions_get_a_number_too(mention: str) -> None:
    assert len(same_person([mention, "Jan Bos"])) == 2


def test_short_forms_of_a_full_name() -> None:
    forms = set(short_forms("Marijke ten Brinke"))
    assert {"Marijke", "ten Brinke", "Brinke", "M. ten Brinke"} <= forms
    assert set(short_forms("Marijke")) == set()
