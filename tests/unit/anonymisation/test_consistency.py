"""A certain name is found everywhere in its document."""

from __future__ import annotations

from anonymisation.consistency import repeated_names
from anonymisation.document import EntityType, Span


def found(text: str, *names: str, score: float = 0.9) -> dict[tuple[int, str], bool]:
    """Return the mentions of names whose first occurrence is certain, with their certainty."""
    spans = [
        Span(text.index(name), text.index(name) + len(name), EntityType.PERSON, score, score >= 0.5) for name in names
    ]
    return {(span.start, text[span.start : span.end]): span.certain for span in repeated_names(spans, text)}


def test_first_name_and_surname_are_found_apart_and_in_lower_case() -> None:
    text = "Marleen van der Kolkman. Marleen's zus, kolkman, KOLKMAN en Kólkmán"
    mentions = found(text, "Marleen van der Kolkman")
    assert {name for _, name in mentions} == {"Marleen", "Kolkman", "kolkman", "KOLKMAN", "Kólkmán"}
    assert all(mentions.values())


def test_an_ordinary_word_is_left_in_lower_case_and_doubted_at_a_sentence_start() -> None:
    mentions = found("mw. Roos Bakker. bakker, roos. Roos bloeit, bij Roos thuis", "Roos Bakker")
    assert (23, "roos") not in mentions
    assert {certain for (_, name), certain in mentions.items() if name == "Roos"} == {True, False}


def test_prefixes_short_words_and_doubtful_names_are_not_looked_for() -> None:
    assert found("Al van de weg", "Al van") == {}
    assert found("Jansen en jansen", "Jansen", score=0.4) == {}


def test_initials_of_a_full_name_are_found() -> None:
    mentions = found("Saskia van der Heijden (S.v.d.H.) zegt: bel S.H. of SVDH, niet SVH", "Saskia van der Heijden")
    assert {name: certain for (_, name), certain in mentions.items() if "." in name} == {"S.v.d.H.": True, "S.H.": True}
    assert mentions[next(key for key in mentions if key[1] == "SVDH")] is False
    assert "SVH" not in {name for _, name in mentions}


def test_a_word_with_one_wrong_letter_is_doubtful() -> None:
    mentions = found(
        "Marleen Tewelde. Mevrouw Twelde, Tewedle, Teweldes en Tewalde; tewalde, Teweli", "Marleen Tewelde"
    )
    told = {name: certain for (_, name), certain in mentions.items()}
    assert told["Tewelde"] is True
    assert {name for name, certain in told.items() if not certain} == {"Twelde", "Tewedle", "Tewalde"}


def test_a_part_of_a_double_name_is_found() -> None:
    mentions = found("Anna-Maria Vos belt. Later Maria en Anna-maria, anna", "Anna-Maria Vos")
    assert {"Maria", "Anna-maria", "anna"} <= {name for _, name in mentions}
